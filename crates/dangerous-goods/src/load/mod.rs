//! What is to travel together: lines, and what people have stated about them.
//!
//! A new fact about a line is one field of [`Line`] and one line of `hash.rs`; the property test of
//! the hash fails until both are there.

mod hash;
mod quantity;
mod spec;

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use hash::LoadHash;
pub use quantity::{InvalidQuantity, Quantity, Unit};
pub use spec::{InvalidLineSpec, LineSpec};

use crate::identity::{InvalidUnNumber, PackingGroup, RowId, UnNumber, clip};

/// The goods that would share one vehicle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "UncheckedLoad")]
pub struct Load {
    /// The goods, in the order the person gave them; findings refer to them by position from zero.
    pub lines: Vec<Line>,
    /// Conditions of an earlier answer that a person has stated to be fulfilled.
    pub confirmed: Vec<Confirmation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "Load")]
struct UncheckedLoad {
    lines: Vec<Line>,
    #[serde(default)]
    confirmed: Vec<Confirmation>,
}

/// A load that is too large to be checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLoad {
    /// More lines than [`Load::MAX_LINES`].
    #[error("a load of {0} lines is over the limit of {max} lines", max = Load::MAX_LINES)]
    TooManyLines(usize),
    /// More confirmations than [`Load::MAX_CONFIRMATIONS`].
    #[error("{0} confirmations are over the limit of {max}", max = Load::MAX_CONFIRMATIONS)]
    TooManyConfirmations(usize),
}

impl Load {
    /// The most lines one load may have.
    pub const MAX_LINES: usize = 200;
    /// The most confirmations one load may carry.
    pub const MAX_CONFIRMATIONS: usize = 2_000;

    /// A load of these lines with nothing confirmed yet.
    ///
    /// # Errors
    /// More than [`Load::MAX_LINES`] lines.
    pub fn new(lines: Vec<Line>) -> Result<Self, InvalidLoad> {
        Self {
            lines,
            confirmed: Vec::new(),
        }
        .validated()
    }

    /// The same load with one more condition stated to be fulfilled.
    #[must_use]
    pub fn confirming(mut self, condition: &str, stated_by: &str) -> Self {
        self.confirmed.push(Confirmation {
            condition: condition.to_owned(),
            stated_by: stated_by.to_owned(),
        });
        self
    }

    /// SHA-256 over every field of the load; a check result and a paper carry it.
    #[must_use]
    pub fn hash(&self) -> LoadHash {
        LoadHash::of(self)
    }

    /// The conditions that somebody, by name, has stated to be fulfilled.
    pub(crate) fn confirmed_conditions(&self) -> HashSet<&str> {
        let named = self
            .confirmed
            .iter()
            .filter(|confirmation| !confirmation.stated_by.trim().is_empty());
        named
            .map(|confirmation| confirmation.condition.as_str())
            .collect()
    }

    fn validated(self) -> Result<Self, InvalidLoad> {
        if self.lines.len() > Self::MAX_LINES {
            return Err(InvalidLoad::TooManyLines(self.lines.len()));
        }
        if self.confirmed.len() > Self::MAX_CONFIRMATIONS {
            return Err(InvalidLoad::TooManyConfirmations(self.confirmed.len()));
        }
        Ok(self)
    }
}

impl TryFrom<UncheckedLoad> for Load {
    type Error = InvalidLoad;

    fn try_from(load: UncheckedLoad) -> Result<Self, InvalidLoad> {
        Self {
            lines: load.lines,
            confirmed: load.confirmed,
        }
        .validated()
    }
}

/// One kind of goods on the load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The identification number or the proper shipping name.
    pub goods: Goods,
    /// The chosen row of 49 CFR 172.101, where a person has chosen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub us_row: Option<RowId>,
    /// The chosen row of ADR table A, where a person has chosen one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adr_row: Option<RowId>,
    /// Narrows the rows to those of this packing group, in both regimes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packing_group: Option<PackingGroup>,
    /// The state the goods travel in, where the table leaves it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_state: Option<PhysicalState>,
    /// Packed and marked as a limited quantity (49 CFR 173.150 and following, ADR 3.4).
    #[serde(default)]
    pub limited_quantity: bool,
    /// The total amount of this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The number of packages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packages: Option<u32>,
    /// The kind of packaging, in the words for the papers ("drums, 1A1").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packaging: Option<String>,
    /// The technical name that the papers print in brackets (49 CFR 172.203(k), ADR 3.1.2.8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technical_name: Option<String>,
}

impl Line {
    /// A line of these goods about which nothing else is known.
    #[must_use]
    pub const fn new(goods: Goods) -> Self {
        Self {
            goods,
            us_row: None,
            adr_row: None,
            packing_group: None,
            physical_state: None,
            limited_quantity: false,
            quantity: None,
            packages: None,
            packaging: None,
            technical_name: None,
        }
    }
}

/// How a person names goods.
///
/// ```
/// use dangerous_goods::Goods;
/// assert!(matches!("UN1203".parse()?, Goods::Number(_)));
/// assert!(matches!("acetylene silver nitrate".parse()?, Goods::Name(_)));
/// assert!("UN12345".parse::<Goods>().is_err());
/// # Ok::<(), dangerous_goods::InvalidGoods>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Goods {
    /// By identification number.
    Number(UnNumber),
    /// By proper shipping name; the only way to name what the law forbids without a number.
    Name(String),
}

/// Text that names no goods.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGoods {
    /// It was meant as a number and is none.
    #[error(transparent)]
    Number(#[from] InvalidUnNumber),
    /// Nothing but white space.
    #[error("the goods are not named")]
    Empty,
    /// Longer than any proper shipping name.
    #[error("the name `{0}` is over the limit of {max} characters", max = Goods::MAX_NAME)]
    TooLong(String),
    /// A control character.
    #[error("the name `{0}` holds a control character")]
    Control(String),
}

impl Goods {
    /// The most characters a name may have.
    pub const MAX_NAME: usize = 500;
}

impl FromStr for Goods {
    type Err = InvalidGoods;

    fn from_str(text: &str) -> Result<Self, InvalidGoods> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidGoods::Empty);
        }
        if UnNumber::is_meant_by(text) {
            return Ok(Self::Number(text.parse()?));
        }
        if text.chars().count() > Self::MAX_NAME {
            return Err(InvalidGoods::TooLong(clip(text)));
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidGoods::Control(clip(&text.replace(char::is_control, "?"))));
        }
        Ok(Self::Name(text.to_owned()))
    }
}

impl fmt::Display for Goods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl TryFrom<String> for Goods {
    type Error = InvalidGoods;

    fn try_from(text: String) -> Result<Self, InvalidGoods> {
        text.parse()
    }
}

impl From<Goods> for String {
    fn from(goods: Goods) -> Self {
        goods.to_string()
    }
}

/// The state of matter in transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhysicalState {
    /// Solid.
    Solid,
    /// Liquid.
    Liquid,
    /// Gas, compressed, liquefied or dissolved.
    Gas,
}

impl PhysicalState {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Liquid => "liquid",
            Self::Gas => "gas",
        }
    }
}

/// A person's statement that a condition of the answer is fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The id of the condition, as the check result gave it.
    pub condition: String,
    /// Who states it; blank counts as not stated.
    pub stated_by: String,
}
