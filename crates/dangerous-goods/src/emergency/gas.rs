//! The toxic gases that goods give off with water, by formula and in words.

use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A toxic gas of table 2 of the guidebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gas {
    /// Br2.
    Bromine,
    /// Cl2.
    Chlorine,
    /// HBr.
    HydrogenBromide,
    /// HCl.
    HydrogenChloride,
    /// HCN.
    HydrogenCyanide,
    /// HF.
    HydrogenFluoride,
    /// HI.
    HydrogenIodide,
    /// H2S.
    HydrogenSulfide,
    /// NH3.
    Ammonia,
    /// NO2.
    NitrogenDioxide,
    /// PH3.
    Phosphine,
    /// SO2.
    SulfurDioxide,
}

const ALL: [(Gas, &str, &str); 12] = [
    (Gas::Bromine, "Br2", "bromine"),
    (Gas::Chlorine, "Cl2", "chlorine"),
    (Gas::HydrogenBromide, "HBr", "hydrogen bromide"),
    (Gas::HydrogenChloride, "HCl", "hydrogen chloride"),
    (Gas::HydrogenCyanide, "HCN", "hydrogen cyanide"),
    (Gas::HydrogenFluoride, "HF", "hydrogen fluoride"),
    (Gas::HydrogenIodide, "HI", "hydrogen iodide"),
    (Gas::HydrogenSulfide, "H2S", "hydrogen sulfide"),
    (Gas::Ammonia, "NH3", "ammonia"),
    (Gas::NitrogenDioxide, "NO2", "nitrogen dioxide"),
    (Gas::Phosphine, "PH3", "phosphine"),
    (Gas::SulfurDioxide, "SO2", "sulfur dioxide"),
];

impl Gas {
    fn words(self) -> (&'static str, &'static str) {
        ALL.iter()
            .find(|(gas, _, _)| *gas == self)
            .map_or(("", ""), |(_, formula, name)| (formula, name))
    }

    /// The formula, such as `HCN`.
    #[must_use]
    pub fn formula(self) -> &'static str {
        self.words().0
    }

    /// The name, such as `hydrogen cyanide`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().1
    }
}

impl FromStr for Gas {
    type Err = ();

    fn from_str(formula: &str) -> Result<Self, ()> {
        ALL.iter()
            .find(|(_, known, _)| *known == formula)
            .map(|(gas, _, _)| *gas)
            .ok_or(())
    }
}

/// The name in words.
impl Serialize for Gas {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
