//! How far to stay away: whole metres, or everything beyond the last figure of the guidebook.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// A distance in metres; `at_least` where the guidebook prints "11.0+ km" and no end.
///
/// Any "at least" is farther than any figure, because the guidebook prints figures up to 11.1 km.
///
/// ```
/// use dangerous_goods::emergency::Distance;
/// assert_eq!(Distance::metres(1_500).to_string(), "1.5 km (1.0 mi)");
/// assert_eq!(Distance::metres(100).to_string(), "100 m (350 ft)");
/// assert!(Distance::at_least(11_000) > Distance::metres(11_100));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Distance {
    // The order of the fields is the order of distances.
    at_least: bool,
    metres: u32,
}

impl Distance {
    /// This many metres.
    #[must_use]
    pub const fn metres(metres: u32) -> Self {
        Self {
            at_least: false,
            metres,
        }
    }

    /// This many metres or more, with no end given.
    #[must_use]
    pub const fn at_least(metres: u32) -> Self {
        Self {
            at_least: true,
            metres,
        }
    }

    /// The figure in metres.
    #[must_use]
    pub const fn in_metres(self) -> u32 {
        self.metres
    }

    /// Whether the true distance may be larger than the figure.
    #[must_use]
    pub const fn is_at_least(self) -> bool {
        self.at_least
    }

    /// `30` or `11000+`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (digits, at_least) = match text.strip_suffix('+') {
            Some(digits) => (digits, true),
            None => (text, false),
        };
        let metres = digits.parse().ok().filter(|metres| *metres > 0)?;
        Some(Self { at_least, metres })
    }
}

/// Metric first; feet and miles are rounded up, never down, to 50 feet and a tenth of a mile. A figure
/// of a guidebook that rounds otherwise may be a little smaller.
impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.at_least { " or more" } else { "" };
        // 1 ft is 0.3048 m, 1 mi is 1,609.344 m, exactly.
        let millimetres = u64::from(self.metres) * 1_000;
        if self.metres.is_multiple_of(100) && self.metres >= 1_000 {
            let tenths = self.metres / 100;
            let miles = (millimetres * 10).div_ceil(1_609_344);
            return write!(
                f,
                "{}.{} km{more} ({}.{} mi)",
                tenths / 10,
                tenths % 10,
                miles / 10,
                miles % 10
            );
        }
        let feet = (millimetres * 10).div_ceil(3_048).div_ceil(50) * 50;
        write!(f, "{} m{more} ({feet} ft)", self.metres)
    }
}

/// `{"metres": 30, "at_least": false, "text": "30 m (100 ft)"}`.
impl Serialize for Distance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut wire = serializer.serialize_struct("Distance", 3)?;
        wire.serialize_field("metres", &self.metres)?;
        wire.serialize_field("at_least", &self.at_least)?;
        wire.serialize_field("text", &self.to_string())?;
        wire.end()
    }
}

#[cfg(test)]
mod tests {
    use super::Distance;

    #[test]
    fn a_distance_is_never_rounded_down() {
        for metres in 1..=12_000_u32 {
            let text = Distance::metres(metres).to_string();
            let inner = text.split_once('(').unwrap().1;
            let (number, unit) = inner.trim_end_matches(')').split_once(' ').unwrap();
            let number: f64 = number.parse().unwrap();
            let shown = if unit == "ft" {
                number * 0.304_8
            } else {
                number * 1_609.344
            };
            assert!(shown + 0.001 >= f64::from(metres), "{text}");
        }
    }

    #[test]
    fn what_has_no_end_says_so() {
        assert_eq!(Distance::at_least(11_000).to_string(), "11.0 km or more (6.9 mi)");
        assert_eq!(Distance::read("11000+"), Some(Distance::at_least(11_000)));
        assert_eq!(Distance::read("30"), Some(Distance::metres(30)));
        for text in ["", "+", "0", "-5", "1.5", "30 m"] {
            assert_eq!(Distance::read(text), None, "{text}");
        }
    }
}
