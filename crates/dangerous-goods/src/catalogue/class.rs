//! Rows by class, division, compatibility group and label.
//!
//! ADR prints a class and the division in the labels; both regimes answer the same question here.

use std::fmt;
use std::str::FromStr;

use super::{Catalogue, Row};
use crate::identity::{Regime, clip};

/// A class (`3`, `6`), a division (`6.1`, `2.3`), or explosives with their compatibility group (`1.4S`, or
/// `1S` whatever the division).
///
/// ```
/// use dangerous_goods::catalogue::Class;
/// use dangerous_goods::{Catalogue, Regime};
/// let toxic_gas: Class = "2.3".parse()?;
/// let rows = Catalogue::embedded().of_class(toxic_gas, Regime::Us);
/// assert!(rows.iter().any(|row| row.id().as_str() == "us:UN1017"));
/// # Ok::<(), dangerous_goods::catalogue::InvalidClass>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Class {
    class: u8,
    division: Option<u8>,
    group: Option<u8>,
}

/// Text that is no class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a class, expected one as in `3`, `6.1` or `1.4S`")]
pub struct InvalidClass(String);

impl Class {
    /// The number of divisions of a class; none where it has no divisions.
    const fn divisions(class: u8) -> u8 {
        match class {
            1 => 6,
            2 | 4 => 3,
            5 | 6 => 2,
            _ => 0,
        }
    }

    /// Whether goods of this class, division and group fall under it.
    fn holds(self, class: &str, division: &str, group: Option<char>) -> bool {
        self.group.is_none_or(|wanted| group == Some(char::from(wanted)))
            && class.as_bytes() == [b'0' + self.class]
            && self
                .division
                .is_none_or(|wanted| division.as_bytes() == [b'0' + self.class, b'.', b'0' + wanted])
    }
}

impl FromStr for Class {
    type Err = InvalidClass;

    fn from_str(text: &str) -> Result<Self, InvalidClass> {
        let invalid = || InvalidClass(clip(text));
        let (class, rest) = match text.trim().as_bytes() {
            [class @ b'1'..=b'9', rest @ ..] => (class - b'0', rest),
            _ => return Err(invalid()),
        };
        let (division, rest) = match rest {
            [b'.', division @ b'1'..=b'6', rest @ ..] => (Some(division - b'0'), rest),
            _ => (None, rest),
        };
        let group = match rest {
            [] => None,
            [group] if class == 1 => Some(group.to_ascii_uppercase()),
            _ => return Err(invalid()),
        };
        let known_group = group.is_none_or(|group| b"ABCDEFGHJKLNS".contains(&group));
        if !known_group || division.is_some_and(|division| division > Self::divisions(class)) {
            return Err(invalid());
        }
        Ok(Self {
            class,
            division,
            group,
        })
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.class)?;
        if let Some(division) = self.division {
            write!(f, ".{division}")?;
        }
        self.group
            .map_or(Ok(()), |group| write!(f, "{}", char::from(group)))
    }
}

impl Catalogue {
    /// The rows whose primary hazard is of this class, in the order of the table. What the law forbids
    /// without giving it a class is found by name alone.
    #[must_use]
    pub fn of_class(&self, class: Class, regime: Regime) -> Vec<&Row> {
        let rows = self.all(regime).iter();
        rows.filter(|row| class.holds(row.class(), row.division(), row.compatibility_group()))
            .collect()
    }

    /// The rows of this class and those whose packages bear a label of it for a subsidiary hazard.
    #[must_use]
    pub fn bearing(&self, class: Class, regime: Regime) -> Vec<&Row> {
        let rows = self.all(regime).iter();
        rows.filter(|row| {
            class.holds(row.class(), row.division(), row.compatibility_group())
                || row
                    .labels()
                    .any(|label| class.holds(label.split('.').next().unwrap_or_default(), label, None))
        })
        .collect()
    }
}
