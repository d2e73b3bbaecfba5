//! Amounts of goods: exact decimals with the unit the law counts in.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::identity::clip;

/// What an amount is measured in (ADR 1.1.3.6.3; 49 CFR 172.202(a)(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Kilograms.
    #[serde(rename = "kg")]
    Kilogram,
    /// Litres.
    #[serde(rename = "L")]
    Litre,
    /// Kilograms of net explosive mass.
    #[serde(rename = "kg NEM")]
    NetExplosiveKilogram,
    /// Litres of water capacity of the receptacles.
    #[serde(rename = "L water capacity")]
    WaterCapacityLitre,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 4] = [
        Self::Kilogram,
        Self::Litre,
        Self::NetExplosiveKilogram,
        Self::WaterCapacityLitre,
    ];

    /// The unit as written beside a number and in JSON.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Kilogram => "kg",
            Self::Litre => "L",
            Self::NetExplosiveKilogram => "kg NEM",
            Self::WaterCapacityLitre => "L water capacity",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

impl FromStr for Unit {
    type Err = InvalidQuantity;

    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|unit| text.eq_ignore_ascii_case(unit.symbol()))
            .ok_or_else(|| InvalidQuantity::Unit(clip(text)))
    }
}

/// An amount above zero, at most a million, with at most three decimals.
///
/// ```
/// use dangerous_goods::{Quantity, Unit};
/// let fuel: Quantity = "333.5 L".parse()?;
/// assert_eq!(fuel.thousandths(), 333_500);
/// assert_eq!(fuel.unit(), Unit::Litre);
/// assert!("-1 kg".parse::<Quantity>().is_err());
/// # Ok::<(), dangerous_goods::InvalidQuantity>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quantity {
    thousandths: u64,
    unit: Unit,
}

/// An amount that cannot be the amount of a shipment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQuantity {
    /// Not digits with at most one point.
    #[error("`{0}` is not a quantity, expected a decimal number as in `12.5`")]
    NotANumber(String),
    /// Below zero.
    #[error("the quantity `{0}` is negative")]
    Negative(String),
    /// Zero.
    #[error("the quantity is zero")]
    Zero,
    /// Above a million.
    #[error("the quantity `{0}` is over the limit of 1000000")]
    TooLarge(String),
    /// Finer than a gram or a millilitre.
    #[error("the quantity `{0}` has more than three decimals")]
    TooPrecise(String),
    /// An unknown unit.
    #[error("unknown unit `{0}`, expected `kg`, `L`, `kg NEM` or `L water capacity`")]
    Unit(String),
}

impl Quantity {
    /// The largest amount, in thousandths of the unit.
    const MAX_THOUSANDTHS: u64 = 1_000_000_000;

    /// Reads a decimal number of this unit.
    ///
    /// # Errors
    /// Not a number, negative, zero, above a million, or finer than three decimals.
    pub fn parse(value: &str, unit: Unit) -> Result<Self, InvalidQuantity> {
        let value = value.trim();
        if let Some(rest) = value.strip_prefix('-')
            && rest.starts_with(|digit: char| digit.is_ascii_digit())
        {
            return Err(InvalidQuantity::Negative(clip(value)));
        }
        let (whole, decimals) = value.split_once('.').map_or((value, None), |(w, d)| (w, Some(d)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || decimals.is_some_and(|decimals| !digits(decimals)) {
            return Err(InvalidQuantity::NotANumber(clip(value)));
        }
        let decimals = decimals.unwrap_or_default().trim_end_matches('0');
        if decimals.len() > 3 {
            return Err(InvalidQuantity::TooPrecise(clip(value)));
        }
        let scaled = format!("{whole}{decimals:0<3}");
        let thousandths = scaled.trim_start_matches('0');
        if thousandths.is_empty() {
            return Err(InvalidQuantity::Zero);
        }
        match thousandths.parse() {
            Ok(thousandths) if thousandths <= Self::MAX_THOUSANDTHS => Ok(Self { thousandths, unit }),
            _ => Err(InvalidQuantity::TooLarge(clip(value))),
        }
    }

    /// The amount in thousandths of the unit, exact.
    #[must_use]
    pub const fn thousandths(self) -> u64 {
        self.thousandths
    }

    /// The unit.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.unit
    }

    /// The number without the unit and without needless zeros.
    #[must_use]
    pub fn value(self) -> String {
        let (whole, rest) = (self.thousandths / 1000, self.thousandths % 1000);
        if rest == 0 {
            return whole.to_string();
        }
        format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value(), self.unit)
    }
}

impl FromStr for Quantity {
    type Err = InvalidQuantity;

    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        let text = text.trim();
        let end = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
        let (value, unit) = text.split_at(end);
        Self::parse(value, unit.parse()?)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire {
            value: String,
            unit: Unit,
        }
        Wire {
            value: self.value(),
            unit: self.unit,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, expecting = "an object with `value` and `unit`")]
        struct Wire {
            value: DecimalText,
            unit: Unit,
        }
        let wire = Wire::deserialize(deserializer)?;
        Self::parse(&wire.value.0, wire.unit).map_err(de::Error::custom)
    }
}

/// A decimal given as a string or as a JSON number.
struct DecimalText(String);

impl<'de> Deserialize<'de> for DecimalText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = DecimalText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number or its text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<DecimalText, E> {
                Ok(DecimalText(text.to_owned()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<DecimalText, E> {
                Ok(DecimalText(number.to_string()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<DecimalText, E> {
                Ok(DecimalText(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<DecimalText, E> {
                // The shortest text that reads back as the same number: what the sender wrote.
                Ok(DecimalText(number.to_string()))
            }
        }
        deserializer.deserialize_any(Text)
    }
}
