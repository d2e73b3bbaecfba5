//! Sums of quantities and points: exact, in thousandths.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use serde::{Serialize, Serializer};

use crate::load::Quantity;

/// A number with three decimals, exact; written without needless zeros.
///
/// ```
/// use dangerous_goods::consequence::Amount;
/// assert_eq!(Amount::whole(999).to_string(), "999");
/// assert_eq!(Amount::thousandths(1_500).to_string(), "1.5");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Amount(u64);

impl Amount {
    /// A whole number.
    #[must_use]
    pub const fn whole(value: u64) -> Self {
        Self(value.saturating_mul(1_000))
    }

    /// A number given in thousandths.
    #[must_use]
    pub const fn thousandths(value: u64) -> Self {
        Self(value)
    }

    pub(crate) const fn times(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// This share of it, in percent, rounded up.
    #[must_use]
    pub const fn percent(self, percent: u64) -> Self {
        Self(self.0.saturating_mul(percent).div_ceil(100))
    }

    /// The share of one of `parts` equal parts, rounded up so that a limit is never passed unseen.
    pub(crate) const fn per(self, parts: u64) -> Option<Self> {
        if parts == 0 {
            None
        } else {
            Some(Self(self.0.div_ceil(parts)))
        }
    }
}

impl From<Quantity> for Amount {
    fn from(quantity: Quantity) -> Self {
        Self(quantity.thousandths())
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1_000, self.0 % 1_000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        f.write_str(format!("{whole}.{rest:03}").trim_end_matches('0'))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
