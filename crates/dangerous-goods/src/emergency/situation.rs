//! What is known of the accident. What is not known is taken at its worst.

use serde::{Deserialize, Serialize};

/// What a person beside the vehicle can tell; every field may stay open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Situation {
    /// How much has leaked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spill: Option<Spill>,
    /// Day or night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeOfDay>,
    /// How strong the wind is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wind: Option<Wind>,
    /// What a gas of table 3 is in; otherwise read from the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Container>,
}

/// How much has leaked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spill {
    /// Up to 208 L of a liquid (one drum) or 300 kg of a solid, one small cylinder, a small leak of a large one.
    Small,
    /// More than that, or several small packages at once.
    Large,
}

/// When it happens: vapours stay together longer at night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeOfDay {
    /// From sunrise to sunset.
    Day,
    /// From sunset to sunrise.
    Night,
}

/// How strong the wind is: the stronger, the sooner a cloud thins out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wind {
    /// Below 10 km/h (6 mph): smoke drifts, leaves hardly move.
    Low,
    /// From 10 to 20 km/h (6 to 12 mph): leaves and twigs move all the time.
    Moderate,
    /// Above 20 km/h (12 mph): small trees sway.
    High,
}

impl Wind {
    /// From the weakest.
    pub const ALL: [Self; 3] = [Self::Low, Self::Moderate, Self::High];
}

/// What a gas of table 3 is carried in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// A rail tank car; not on a road vehicle, given for completeness.
    RailTank,
    /// A tank truck or tank trailer.
    RoadTank,
    /// A nurse tank of agriculture.
    NurseTank,
    /// Several cylinders of about a tonne each.
    TonCylinders,
    /// Several small cylinders.
    SmallCylinders,
    /// Several small cylinders, or one of about a tonne.
    SmallOrOneTonCylinder,
}

impl Container {
    /// Every container of the table.
    pub const ALL: [Self; 6] = [
        Self::RailTank,
        Self::RoadTank,
        Self::NurseTank,
        Self::TonCylinders,
        Self::SmallCylinders,
        Self::SmallOrOneTonCylinder,
    ];

    /// The word of the data set and of JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::RailTank => "rail_tank",
            Self::RoadTank => "road_tank",
            Self::NurseTank => "nurse_tank",
            Self::TonCylinders => "ton_cylinders",
            Self::SmallCylinders => "small_cylinders",
            Self::SmallOrOneTonCylinder => "small_or_one_ton_cylinder",
        }
    }

    /// The words a person reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RailTank => "rail tank car",
            Self::RoadTank => "road tank",
            Self::NurseTank => "farm nurse tank",
            Self::TonCylinders => "several one-tonne cylinders",
            Self::SmallCylinders => "several small cylinders",
            Self::SmallOrOneTonCylinder => "several small cylinders or one of a tonne",
        }
    }
}

/// Whom the company has named for emergencies. Personal data: it is no part of [`std::fmt::Debug`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who answers.
    pub name: String,
    /// The telephone number.
    pub phone: String,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact").finish_non_exhaustive()
    }
}

impl From<&crate::paper::EmergencyContact> for Contact {
    fn from(contact: &crate::paper::EmergencyContact) -> Self {
        Self {
            name: contact.name.clone(),
            phone: contact.phone.clone(),
        }
    }
}
