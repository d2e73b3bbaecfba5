//! Limited and excepted quantities of ADR table A (columns 7a and 7b) as values.
//!
//! The United States' limits follow from class and packing group, not from a column: `consequence::limits`.

use std::str::FromStr;

use serde::Serialize;

use super::Row;
use crate::identity::Regime;
use crate::load::{Quantity, Unit};

/// The most that one inner packaging of a limited quantity may hold (ADR 3.4.2, column 7a).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum LimitedQuantity {
    /// There is no limited quantity of these goods (`0`).
    Nothing,
    /// At most this, net; where there are several, each for its unit.
    AtMost(Vec<Quantity>),
    /// The column is blank or refers elsewhere (`see SP 251`).
    NotTold(&'static str),
}

/// The code for excepted quantities (ADR 3.5.1.2, column 7b).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[expect(missing_docs, reason = "the codes are the names")]
pub enum ExceptedQuantity {
    E0,
    E1,
    E2,
    E3,
    E4,
    E5,
}

impl ExceptedQuantity {
    /// The most that an inner packaging may hold, in grams or millilitres; none of `E0`.
    #[must_use]
    pub const fn inner(self) -> Option<u64> {
        match self {
            Self::E0 => None,
            Self::E1 | Self::E2 | Self::E3 => Some(30),
            Self::E4 | Self::E5 => Some(1),
        }
    }

    /// The most that an outer packaging may hold, in grams or millilitres; none of `E0`.
    #[must_use]
    pub const fn outer(self) -> Option<u64> {
        match self {
            Self::E0 => None,
            Self::E1 => Some(1_000),
            Self::E2 | Self::E4 => Some(500),
            Self::E3 | Self::E5 => Some(300),
        }
    }
}

impl FromStr for ExceptedQuantity {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "E0" => Self::E0,
            "E1" => Self::E1,
            "E2" => Self::E2,
            "E3" => Self::E3,
            "E4" => Self::E4,
            "E5" => Self::E5,
            _ => return Err(()),
        })
    }
}

impl Row {
    /// Column 7a as a value; none in the United States, whose column names sections.
    ///
    /// ```
    /// use dangerous_goods::catalogue::LimitedQuantity;
    /// use dangerous_goods::Catalogue;
    /// let petrol = Catalogue::embedded().row(&"adr:UN1203:II".parse()?).ok_or("no row")?;
    /// assert_eq!(petrol.inner_limit(), Some(LimitedQuantity::AtMost(vec!["1 L".parse()?])));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn inner_limit(&self) -> Option<LimitedQuantity> {
        (self.regime() == Regime::Adr).then(|| match self.limited_quantity() {
            "0" => LimitedQuantity::Nothing,
            column => column
                .split(" or ")
                .map(amount)
                .collect::<Option<Vec<Quantity>>>()
                .map_or(LimitedQuantity::NotTold(column), LimitedQuantity::AtMost),
        })
    }

    /// Column 7b as a value; none where the column is blank, refers elsewhere, or is not part of the table.
    #[must_use]
    pub fn excepted_code(&self) -> Option<ExceptedQuantity> {
        self.excepted_quantity().parse().ok()
    }
}

/// `1 L`, `500 ml`, `5 kg`, `100 g`.
fn amount(text: &str) -> Option<Quantity> {
    let (value, unit) = text.trim().split_once(' ')?;
    let whole: u32 = value.parse().ok()?;
    let small = || format!("{}.{:03}", whole / 1_000, whole % 1_000);
    match unit {
        "L" => Quantity::parse(value, Unit::Litre).ok(),
        "ml" => Quantity::parse(&small(), Unit::Litre).ok(),
        "kg" => Quantity::parse(value, Unit::Kilogram).ok(),
        "g" => Quantity::parse(&small(), Unit::Kilogram).ok(),
        _ => None,
    }
}
