//! The keys by which a line chooses rows of data sets.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::regime::OtherRegime;
use crate::identity::clip;
use crate::load::Goods;

/// The most characters of a key. A row of a longer one cannot be chosen; its goods are found by name.
const LONGEST: usize = 300;

/// The key of one row of a data set, such as `imdg:UN1950:2.1`.
///
/// The first part is the regime, the second the identification number (or the name where there is none), the
/// rest only what tells the row from its siblings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DataSetRowId {
    regime: OtherRegime,
    text: String,
}

impl DataSetRowId {
    /// The regime whose data set holds the row.
    #[must_use]
    pub const fn regime(&self) -> OtherRegime {
        self.regime
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the key can be one of these goods; a name can only be looked up.
    #[must_use]
    pub fn may_be_of(&self, goods: &Goods) -> bool {
        match goods {
            Goods::Number(number) => self.text.split(':').nth(1) == Some(number.to_string().as_str()),
            Goods::Name(_) => true,
        }
    }
}

impl fmt::Display for DataSetRowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Text that cannot be the key of a row of a data set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a row of a data set, expected one as in `imdg:UN1950:2.1`")]
pub struct InvalidDataSetRowId(String);

impl FromStr for DataSetRowId {
    type Err = InvalidDataSetRowId;

    fn from_str(text: &str) -> Result<Self, InvalidDataSetRowId> {
        let refused = || InvalidDataSetRowId(clip(text));
        let (regime, rest) = text.split_once(':').ok_or_else(refused)?;
        // Exactly the code: a key is compared as text.
        let regime = OtherRegime::ALL.into_iter().find(|known| known.code() == regime);
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        match regime {
            Some(regime) if is_plain && !rest.is_empty() && text.len() <= LONGEST => Ok(Self {
                regime,
                text: text.to_owned(),
            }),
            _ => Err(refused()),
        }
    }
}

impl TryFrom<String> for DataSetRowId {
    type Error = InvalidDataSetRowId;

    fn try_from(text: String) -> Result<Self, InvalidDataSetRowId> {
        text.parse()
    }
}

impl From<DataSetRowId> for String {
    fn from(id: DataSetRowId) -> Self {
        id.text
    }
}

/// The rows that a person has chosen for one line: at most one a regime.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<DataSetRowId>", into = "Vec<DataSetRowId>")]
pub struct DataSetRows(Vec<DataSetRowId>);

/// Two rows of one regime chosen for one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("two rows of `{0}` are chosen, expected at most one")]
pub struct ChosenTwice(OtherRegime);

/// Text that is no choice of rows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDataSetRows {
    /// A key that cannot be one.
    #[error(transparent)]
    Row(#[from] InvalidDataSetRowId),
    /// Two rows of one regime.
    #[error(transparent)]
    Twice(#[from] ChosenTwice),
}

impl DataSetRows {
    /// No row is chosen.
    pub const NONE: Self = Self(Vec::new());

    /// The row chosen for a regime.
    #[must_use]
    pub fn of(&self, regime: OtherRegime) -> Option<&DataSetRowId> {
        self.0.iter().find(|row| row.regime == regime)
    }

    /// Whether no row is chosen.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rows, in the order of their regimes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &DataSetRowId> {
        self.0.iter()
    }

    /// Chooses a row.
    ///
    /// # Errors
    /// [`ChosenTwice`] where one of its regime is chosen already.
    pub fn choose(&mut self, row: DataSetRowId) -> Result<(), ChosenTwice> {
        if self.of(row.regime).is_some() {
            return Err(ChosenTwice(row.regime));
        }
        let at = self.0.partition_point(|known| known.regime < row.regime);
        self.0.insert(at, row);
        Ok(())
    }
}

impl TryFrom<Vec<DataSetRowId>> for DataSetRows {
    type Error = ChosenTwice;

    fn try_from(rows: Vec<DataSetRowId>) -> Result<Self, ChosenTwice> {
        let mut chosen = Self::default();
        rows.into_iter().try_for_each(|row| chosen.choose(row))?;
        Ok(chosen)
    }
}

impl From<DataSetRows> for Vec<DataSetRowId> {
    fn from(rows: DataSetRows) -> Self {
        rows.0
    }
}

impl fmt::Display for DataSetRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, row) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{row}")?;
        }
        Ok(())
    }
}

impl FromStr for DataSetRows {
    type Err = InvalidDataSetRows;

    /// Keys with spaces between them.
    fn from_str(text: &str) -> Result<Self, InvalidDataSetRows> {
        let mut chosen = Self::default();
        for row in text.split_whitespace() {
            chosen.choose(row.parse()?)?;
        }
        Ok(chosen)
    }
}
