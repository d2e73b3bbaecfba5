//! Which labels there are, and how their numbers are read.

use std::str::FromStr;

/// A label, mark or plate that can be drawn. Made with `"6.1".parse()`, `"1.4S".parse()` and so on
/// for labels, `"LQ"` for the limited-quantity mark, and [`LabelModel::orange_plate`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LabelModel {
    /// Divisions 1.1, 1.2 and 1.3 with the compatibility group where known.
    Explosive {
        /// 1, 2 or 3.
        division: u8,
        /// `A` to `L`, `N` or `S`.
        group: Option<char>,
    },
    /// Divisions 1.4, 1.5 and 1.6, whose label shows the number alone.
    ExplosiveNumber {
        /// 4, 5 or 6.
        division: u8,
        /// `A` to `L`, `N` or `S`.
        group: Option<char>,
    },
    /// 2.1.
    FlammableGas,
    /// 2.2.
    NonFlammableGas,
    /// 2.3.
    ToxicGas,
    /// 3.
    FlammableLiquid,
    /// 4.1.
    FlammableSolid,
    /// 4.2.
    SpontaneouslyCombustible,
    /// 4.3.
    DangerousWhenWet,
    /// 5.1.
    Oxidizer,
    /// 5.2.
    OrganicPeroxide,
    /// 6.1.
    Toxic,
    /// 6.2.
    Infectious,
    /// 7.
    Radioactive,
    /// 8.
    Corrosive,
    /// 9.
    Miscellaneous,
    /// 9A.
    LithiumBattery,
    /// Mark of ADR 3.4.7, 49 CFR 172.315.
    LimitedQuantity,
    /// Orange plate of ADR 5.3.2.2, made with [`LabelModel::orange_plate`].
    OrangePlate {
        /// Hazard identification number, absent on a blank plate.
        hazard: Option<String>,
        /// UN number, four digits.
        un: String,
    },
}

/// Why a text names no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no label is called `{0}`")]
pub struct InvalidLabel(pub String);

impl FromStr for LabelModel {
    type Err = InvalidLabel;

    fn from_str(text: &str) -> Result<Self, InvalidLabel> {
        Err(InvalidLabel(text.to_owned()))
    }
}
