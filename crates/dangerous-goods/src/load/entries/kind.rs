//! The entries there are: what each is called, and what it looks like.

use serde::{Deserialize, Serialize};

/// One thing that a paper may have to say of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Names or symbols of the radionuclides (49 CFR 172.203 (d)(1), ADR 5.4.1.2.5.1 (a)).
    Radionuclides,
    /// Physical and chemical form, or that it is special form (172.203 (d)(2), 5.4.1.2.5.1 (b)).
    RadioactiveForm,
    /// Activity in each package, in becquerels (172.203 (d)(3), 5.4.1.2.5.1 (c)).
    Activity,
    /// Total activity as a multiple of A2, of low specific activity and surface contaminated objects
    /// (5.4.1.2.5.1 (j)).
    ActivityInA2,
    /// Transport index of each package, one decimal (172.203 (d)(5), 5.4.1.2.5.1 (e)).
    TransportIndex,
    /// Criticality safety index of each package, one decimal (172.203 (d)(6), 5.4.1.2.5.1 (f)).
    CriticalitySafetyIndex,
    /// Identification marks of the certificates of approval (172.203 (d)(7), 5.4.1.2.5.1 (g)).
    ApprovalMark,
    /// Control temperature in degrees Celsius (172.203 (o)(2), 5.4.1.2.3.1).
    ControlTemperature,
    /// Emergency temperature in degrees Celsius (172.203 (o)(2), 5.4.1.2.3.1).
    EmergencyTemperature,
    /// References of the classification of fireworks (5.4.1.2.1 (g)).
    FireworksReference,
    /// The day on which the actual holding time of a refrigerated gas ends (5.4.1.2.2 (d)).
    HoldingTimeEnds,
    /// What steel the ammonia in a cargo tank suits (172.203 (h)(1)).
    AmmoniaInTank,
    /// What steel the petroleum gas in a cargo tank suits (172.203 (h)(2)).
    PetroleumGasInTank,
}

impl EntryKind {
    /// Every kind, in the order in which papers print them.
    pub const ALL: [Self; 13] = [
        Self::Radionuclides,
        Self::RadioactiveForm,
        Self::Activity,
        Self::ActivityInA2,
        Self::TransportIndex,
        Self::CriticalitySafetyIndex,
        Self::ApprovalMark,
        Self::ControlTemperature,
        Self::EmergencyTemperature,
        Self::FireworksReference,
        Self::HoldingTimeEnds,
        Self::AmmoniaInTank,
        Self::PetroleumGasInTank,
    ];

    /// The word used in JSON and as a column.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Radionuclides => "radionuclides",
            Self::RadioactiveForm => "radioactive_form",
            Self::Activity => "activity",
            Self::ActivityInA2 => "activity_in_a2",
            Self::TransportIndex => "transport_index",
            Self::CriticalitySafetyIndex => "criticality_safety_index",
            Self::ApprovalMark => "approval_mark",
            Self::ControlTemperature => "control_temperature",
            Self::EmergencyTemperature => "emergency_temperature",
            Self::FireworksReference => "fireworks_reference",
            Self::HoldingTimeEnds => "holding_time_ends",
            Self::AmmoniaInTank => "ammonia_in_tank",
            Self::PetroleumGasInTank => "petroleum_gas_in_tank",
        }
    }

    /// What a person calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Radionuclides => "Radionuclides",
            Self::RadioactiveForm => "Physical and chemical form",
            Self::Activity => "Activity",
            Self::ActivityInA2 => "Total activity in A2",
            Self::TransportIndex => "Transport index",
            Self::CriticalitySafetyIndex => "Criticality safety index",
            Self::ApprovalMark => "Mark of the approval",
            Self::ControlTemperature => "Control temperature",
            Self::EmergencyTemperature => "Emergency temperature",
            Self::FireworksReference => "Firework reference",
            Self::HoldingTimeEnds => "End of holding time",
            Self::AmmoniaInTank => "Water in the ammonia",
            Self::PetroleumGasInTank => "Corrosiveness of the gas",
        }
    }

    /// An example of what is typed.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Radionuclides => "Cs-137",
            Self::RadioactiveForm => "solid, caesium chloride",
            Self::Activity => "3.7 GBq",
            Self::ActivityInA2 => "0.02",
            Self::TransportIndex => "0.4",
            Self::CriticalitySafetyIndex => "2.5",
            Self::ApprovalMark => "USA/9168/B(U)-96",
            Self::ControlTemperature => "-10 °C",
            Self::EmergencyTemperature => "0 °C",
            Self::FireworksReference => "D/BAM1234",
            Self::HoldingTimeEnds => "2026-12-31",
            Self::AmmoniaInTank => Self::WATER,
            Self::PetroleumGasInTank => Self::NONCORROSIVE,
        }
    }

    /// The only texts there are, where the law prescribes them.
    #[must_use]
    pub const fn choices(self) -> &'static [&'static str] {
        match self {
            Self::AmmoniaInTank => &[Self::WATER, Self::NO_QUENCHED],
            Self::PetroleumGasInTank => &[Self::NONCORROSIVE, "NONCOR", Self::NO_QUENCHED],
            _ => &[],
        }
    }

    const WATER: &'static str = "0.2 PERCENT WATER";
    const NONCORROSIVE: &'static str = "NONCORROSIVE";
    const NO_QUENCHED: &'static str = "NOT FOR Q and T TANKS";

    /// What a text of this kind looks like, for who gave another.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Radionuclides => {
                "names or symbols such as `Cs-137` or `Mo-99, Tc-99m`, at most 200 characters"
            }
            Self::RadioactiveForm => {
                "words such as `solid, caesium chloride` or `special form`, at most 200 characters"
            }
            Self::Activity => {
                "a number above zero in `Bq`, `kBq`, `MBq`, `GBq`, `TBq` or `PBq`, as in `3.7 GBq`; capital and small letters differ"
            }
            Self::ActivityInA2 => "a decimal number such as `0.02`, zero where A2 is unlimited",
            Self::TransportIndex | Self::CriticalitySafetyIndex => {
                "a number from 0 to 999.9 with one decimal, as in `0.4`"
            }
            Self::ApprovalMark => {
                "marks of country, number and type such as `USA/9168/B(U)-96`, with commas between several"
            }
            Self::ControlTemperature | Self::EmergencyTemperature => {
                "degrees Celsius from -100 to 100 with at most one decimal, as in `-10 °C`"
            }
            Self::FireworksReference => {
                "the sign of the country, a stroke, authority and number as in `D/BAM1234`, with commas between several"
            }
            Self::HoldingTimeEnds => "a day as in `2026-12-31`",
            Self::AmmoniaInTank => "`0.2 PERCENT WATER` or `NOT FOR Q and T TANKS`",
            Self::PetroleumGasInTank => "`NONCORROSIVE`, `NONCOR` or `NOT FOR Q and T TANKS`",
        }
    }
}
