//! What names a good: the regime, the identification number, the packing group, the row.
//!
//! A number alone names no row: `UN1950` has five rows in the United States and twelve in ADR.
//! A new regime is one variant of [`Regime`] and one data set.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A body of transport law with its own table of goods and its own rules of mixed loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Regime {
    /// United States, highway: 49 CFR parts 171 to 180.
    Us,
    /// Europe, road: the Agreement concerning the International Carriage of Dangerous Goods by Road.
    Adr,
}

impl Regime {
    /// Every regime this crate carries data for.
    pub const ALL: [Self; 2] = [Self::Us, Self::Adr];

    /// The short form used in row ids, JSON and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Adr => "adr",
        }
    }

    /// The name a person reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Us => "United States, highway (49 CFR)",
            Self::Adr => "Europe, road (ADR)",
        }
    }
}

impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Text that names no regime.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown regime `{0}`, expected `us` or `adr`")]
pub struct UnknownRegime(String);

impl FromStr for Regime {
    type Err = UnknownRegime;

    fn from_str(text: &str) -> Result<Self, UnknownRegime> {
        Self::ALL
            .into_iter()
            .find(|regime| text.eq_ignore_ascii_case(regime.code()))
            .ok_or_else(|| UnknownRegime(clip(text)))
    }
}

/// Keeps an error message short whatever was typed.
pub(crate) fn clip(text: &str) -> String {
    if text.chars().count() <= 40 {
        return text.to_owned();
    }
    text.chars().take(40).chain(std::iter::once('…')).collect()
}

/// The series an identification number belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Series {
    Un,
    Na,
    Id,
}

impl Series {
    const ALL: [Self; 3] = [Self::Un, Self::Na, Self::Id];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Un => "UN",
            Self::Na => "NA",
            Self::Id => "ID",
        }
    }
}

/// An identification number: series and four digits.
///
/// `UN1993` and `NA1993` are different numbers with different rows; the `NA` series is known in the
/// United States only (49 CFR 172.101(e)). A bare number is read as `UN`.
///
/// ```
/// use dangerous_goods::UnNumber;
/// let petrol: UnNumber = "un 1203".parse()?;
/// assert_eq!(petrol.to_string(), "UN1203");
/// assert_ne!("UN1993".parse::<UnNumber>()?, "NA1993".parse::<UnNumber>()?);
/// # Ok::<(), dangerous_goods::InvalidUnNumber>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnNumber {
    number: u16,
    series: Series,
}

impl UnNumber {
    /// A number of the United Nations series; `None` above 9999.
    #[must_use]
    pub const fn un(number: u16) -> Option<Self> {
        if number > 9999 {
            None
        } else {
            Some(Self {
                number,
                series: Series::Un,
            })
        }
    }

    /// The four digits without the series.
    #[must_use]
    pub const fn digits(self) -> u16 {
        self.number
    }

    /// Whether the number is of the United Nations series, the only one ADR knows.
    #[must_use]
    pub const fn is_un(self) -> bool {
        matches!(self.series, Series::Un)
    }

    /// Appends `UN1203`; every line of every check names its number.
    pub(crate) fn write_to(self, text: &mut String) {
        text.push_str(self.series.prefix());
        for unit in [1000, 100, 10, 1] {
            text.push(char::from_digit(u32::from(self.number / unit % 10), 10).unwrap_or('0'));
        }
    }

    pub(crate) const fn is(self, un: u16) -> bool {
        self.is_un() && self.number == un
    }

    /// Text that a person meant as a number, right or wrong: digits, or a series before a digit.
    pub(crate) fn is_meant_by(text: &str) -> bool {
        let rest = Self::split_series(text)
            .map_or(text, |(_, rest)| rest)
            .trim_start();
        let mut bytes = rest.bytes();
        bytes.next().is_some_and(|byte| byte.is_ascii_digit())
            && rest.bytes().all(|byte| byte.is_ascii_digit())
    }

    fn split_series(text: &str) -> Option<(Series, &str)> {
        Series::ALL.into_iter().find_map(|series| {
            let (head, rest) = text.split_at_checked(2)?;
            head.eq_ignore_ascii_case(series.prefix())
                .then_some((series, rest))
        })
    }
}

impl fmt::Display for UnNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(6);
        self.write_to(&mut text);
        f.pad(&text)
    }
}

/// Text that is no identification number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an identification number, expected four digits as in `UN1203`")]
pub struct InvalidUnNumber(String);

impl FromStr for UnNumber {
    type Err = InvalidUnNumber;

    fn from_str(text: &str) -> Result<Self, InvalidUnNumber> {
        let trimmed = text.trim();
        let (series, rest) = Self::split_series(trimmed).unwrap_or((Series::Un, trimmed));
        let digits = rest.trim_start();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidUnNumber(clip(text)));
        }
        let number = digits.parse().map_err(|_| InvalidUnNumber(clip(text)))?;
        Ok(Self { number, series })
    }
}

impl TryFrom<String> for UnNumber {
    type Error = InvalidUnNumber;

    fn try_from(text: String) -> Result<Self, InvalidUnNumber> {
        text.parse()
    }
}

impl From<UnNumber> for String {
    fn from(number: UnNumber) -> Self {
        number.to_string()
    }
}

/// Degree of danger within a class, from great (I) to minor (III).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PackingGroup {
    /// Great danger.
    I,
    /// Medium danger.
    II,
    /// Minor danger.
    III,
}

impl fmt::Display for PackingGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I => "I",
            Self::II => "II",
            Self::III => "III",
        })
    }
}

/// Text that names no packing group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown packing group `{0}`, expected `I`, `II` or `III`")]
pub struct UnknownPackingGroup(String);

impl FromStr for PackingGroup {
    type Err = UnknownPackingGroup;

    fn from_str(text: &str) -> Result<Self, UnknownPackingGroup> {
        match text.trim().to_ascii_uppercase().as_str() {
            "I" => Ok(Self::I),
            "II" => Ok(Self::II),
            "III" => Ok(Self::III),
            _ => Err(UnknownPackingGroup(clip(text))),
        }
    }
}

/// The key of one row of one regime's table, such as `us:UN1830:II` or `adr:UN1950:5F`.
///
/// The first part is the regime, the second the identification number (or `forbidden` and the name
/// where the law gives no number), the rest only what is needed to tell the row from its siblings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RowId(Cow<'static, str>);

impl RowId {
    pub(crate) const fn embedded(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The text of a key that came from [`RowId::embedded`]; empty for any other.
    pub(crate) const fn embedded_text(&self) -> &'static str {
        match self.0 {
            Cow::Borrowed(text) => text,
            Cow::Owned(_) => "",
        }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The regime whose table holds the row.
    #[must_use]
    pub fn regime(&self) -> Regime {
        if self.0.starts_with("us:") {
            Regime::Us
        } else {
            Regime::Adr
        }
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that cannot be the key of a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a row id, expected one as in `us:UN1830` or `adr:UN1950:5F`")]
pub struct InvalidRowId(String);

impl FromStr for RowId {
    type Err = InvalidRowId;

    fn from_str(text: &str) -> Result<Self, InvalidRowId> {
        let known = text.split_once(':').is_some_and(|(regime, rest)| {
            Regime::ALL.iter().any(|known| known.code() == regime) && !rest.is_empty()
        });
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":.+-".contains(&byte));
        if known && plain && text.len() <= 200 {
            return Ok(Self(Cow::Owned(text.to_owned())));
        }
        Err(InvalidRowId(clip(text)))
    }
}

impl TryFrom<String> for RowId {
    type Error = InvalidRowId;

    fn try_from(text: String) -> Result<Self, InvalidRowId> {
        text.parse()
    }
}

impl From<RowId> for String {
    fn from(id: RowId) -> Self {
        id.0.into_owned()
    }
}
