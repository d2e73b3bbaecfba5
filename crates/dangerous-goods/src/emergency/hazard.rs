//! What can hurt people beside a leak or a fire: the labels, and what the labels do not tell.
//!
//! A new hazard is a variant here, a line in `rule.rs` and its sentences under `actions/`; a test fails
//! until there are some.

use serde::Serialize;

/// One way in which goods hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hazard {
    /// Not known: every hazard must be expected.
    Unknown,
    /// Divisions 1.1, 1.2, 1.3, 1.5, and explosive as a subsidiary hazard.
    Explosive,
    /// Divisions 1.4 and 1.6.
    MinorExplosive,
    /// Toxic by inhalation: label 2.3, a zone of 49 CFR 173.116 or 173.133, or a row of table 1 of the guidebook.
    Inhalation,
    /// Gives off a toxic gas with water (table 2 of the guidebook).
    WaterToxicGas,
    /// Reacts with water: label 4.3, an X before the hazard number (ADR 5.3.2.3.1), or the guide says so.
    WaterReactive,
    /// Flammable gas, label 2.1.
    FlammableGas,
    /// Flammable liquid, label 3.
    FlammableLiquid,
    /// Ammonium nitrate and its mixtures, which may explode in a fire.
    AmmoniumNitrate,
    /// Organic peroxide, label 5.2.
    OrganicPeroxide,
    /// Self-reactive substance of 4.1.
    SelfReactive,
    /// Explosive made harmless by water or another liquid, of 3 or 4.1.
    Desensitized,
    /// Liable to spontaneous combustion, label 4.2.
    SpontaneouslyCombustible,
    /// White phosphorus, which burns in air and is kept under water.
    WhitePhosphorus,
    /// May polymerize, with heat and pressure.
    Polymerizing,
    /// Oxidizer, label 5.1.
    Oxidizer,
    /// Flammable solid, label 4.1.
    FlammableSolid,
    /// Lithium or sodium-ion batteries, alone, in equipment or in vehicles.
    Battery,
    /// Gas under pressure, any label of class 2.
    PressurizedGas,
    /// Gas liquefied by cold.
    Refrigerated,
    /// Carried hot or molten.
    Hot,
    /// Toxic, label 6.1.
    Toxic,
    /// Corrosive, label 8.
    Corrosive,
    /// Hydrogen fluoride and what gives it off.
    Fluoride,
    /// Radioactive, label 7.
    Radioactive,
    /// Infectious, label 6.2.
    Infectious,
    /// Asbestos.
    Asbestos,
    /// Dry ice.
    DryIce,
    /// Hazardous to water and soil.
    Environment,
    /// Of class 9, or of a class without a label.
    Other,
}

impl Hazard {
    /// Every hazard, the one to act on first before the others.
    pub const ALL: [Self; 30] = [
        Self::Unknown,
        Self::Explosive,
        Self::MinorExplosive,
        Self::Inhalation,
        Self::WaterToxicGas,
        Self::WaterReactive,
        Self::FlammableGas,
        Self::FlammableLiquid,
        Self::AmmoniumNitrate,
        Self::OrganicPeroxide,
        Self::SelfReactive,
        Self::Desensitized,
        Self::SpontaneouslyCombustible,
        Self::WhitePhosphorus,
        Self::Polymerizing,
        Self::Oxidizer,
        Self::FlammableSolid,
        Self::Battery,
        Self::PressurizedGas,
        Self::Refrigerated,
        Self::Hot,
        Self::Toxic,
        Self::Corrosive,
        Self::Fluoride,
        Self::Radioactive,
        Self::Infectious,
        Self::Asbestos,
        Self::DryIce,
        Self::Environment,
        Self::Other,
    ];

    /// The words a person says on the telephone.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "hazards not known",
            Self::Explosive => "explosive",
            Self::MinorExplosive => "explosive, small effects",
            Self::Inhalation => "toxic to breathe",
            Self::WaterToxicGas => "toxic gas with water",
            Self::WaterReactive => "reacts with water",
            Self::FlammableGas => "flammable gas",
            Self::FlammableLiquid => "flammable liquid",
            Self::AmmoniumNitrate => "ammonium nitrate",
            Self::OrganicPeroxide => "organic peroxide",
            Self::SelfReactive => "self-reactive",
            Self::Desensitized => "explosive when dry",
            Self::SpontaneouslyCombustible => "catches fire in air",
            Self::WhitePhosphorus => "white phosphorus",
            Self::Polymerizing => "may polymerize",
            Self::Oxidizer => "feeds fire",
            Self::FlammableSolid => "flammable solid",
            Self::Battery => "batteries",
            Self::PressurizedGas => "gas under pressure",
            Self::Refrigerated => "very cold",
            Self::Hot => "very hot",
            Self::Toxic => "toxic",
            Self::Corrosive => "corrosive",
            Self::Fluoride => "fluoride burns",
            Self::Radioactive => "radioactive",
            Self::Infectious => "infectious",
            Self::Asbestos => "asbestos",
            Self::DryIce => "dry ice",
            Self::Environment => "harms water and soil",
            Self::Other => "other hazards",
        }
    }
}
