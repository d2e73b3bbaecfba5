//! How a person names goods, and the state they travel in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::identity::{InvalidUnNumber, UnNumber, clip};

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
