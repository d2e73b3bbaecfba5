//! One line of a load: the goods and every fact that a rule may ask about them.

use serde::{Deserialize, Serialize};

use super::{Entries, Goods, InvalidEntry, PhysicalState, Quantity, Unit};
use crate::catalogue::Zone;
use crate::identity::{PackingGroup, RowId};

/// One kind of goods on the load.
///
/// What nobody has said stays out; no rule fills it in.
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
    /// The state the goods travel in, where the table leaves it open. Without `stated_by` what rests on the
    /// goods not being liquid is to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_state: Option<PhysicalState>,
    /// The zone of poison by inhalation, where the table leaves it open; counts only with `stated_by`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// The danger labels the packages bear, primary hazard first, where the table leaves them to the
    /// contents (ADR 5.2.2.1.12) or names no division of explosives; counts only with `stated_by`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The category of the label of radioactive material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radioactive_category: Option<RadioactiveCategory>,
    /// What the papers say of these goods and no table holds; counts only with `stated_by`.
    #[serde(default, skip_serializing_if = "Entries::is_empty")]
    pub entries: Entries,
    /// Who states the physical state, the zone, the labels, the category or the entries of this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_by: Option<String>,
    /// What the goods are contained in.
    #[serde(default, skip_serializing_if = "Containment::is_packages")]
    pub containment: Containment,
    /// Packed and marked as a limited quantity (49 CFR 173.150 and following, ADR 3.4).
    #[serde(default)]
    pub limited_quantity: bool,
    /// Packed and marked as an excepted quantity (49 CFR 173.4a, ADR 3.5).
    #[serde(default, skip_serializing_if = "is_false")]
    pub excepted_quantity: bool,
    /// Empty and not cleaned; such a line has no `quantity`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub empty_uncleaned: bool,
    /// The total amount of this line, net, in the unit the law counts these goods in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The total gross mass of this line, in kilograms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_mass: Option<Quantity>,
    /// The net amount in one inner packaging, for limited and excepted quantities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner_quantity: Option<Quantity>,
    /// The number of packages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packages: Option<u32>,
    /// The kind of packaging, in the words for the papers ("drums, 1A1").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packaging: Option<String>,
    /// The technical name that the papers print in brackets (49 CFR 172.203(k), ADR 3.1.2.8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technical_name: Option<String>,
    /// Meets the criteria of environmentally hazardous substances (ADR 2.2.9.1.10, 49 CFR 171.8 "marine
    /// pollutant").
    #[serde(default, skip_serializing_if = "is_false")]
    pub environmentally_hazardous: bool,
    /// A reportable quantity of a hazardous substance is in one package (49 CFR 171.8).
    #[serde(default, skip_serializing_if = "is_false")]
    pub reportable_quantity: bool,
    /// In a closed container with complete walls of its own (ADR 7.5.2.3).
    #[serde(default, skip_serializing_if = "is_false")]
    pub closed_container: bool,
    /// The number of the cargo-carrying vehicle, from one; the first where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<u8>,
    /// The compartment of the vehicle, from one at the front: a space whose walls no leak passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compartment: Option<u8>,
    /// The bay along the vehicle, from one at the front. Goods of the same bay or of neighbouring bays
    /// are adjacent to each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bay: Option<u8>,
}

/// A line that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLine {
    /// Limited and excepted quantity at once, or either in anything but packages.
    #[error("limited and excepted quantities are packages, and one or the other")]
    Exception,
    /// A gross mass that is not in kilograms.
    #[error("the gross mass is in `{0}`, expected `kg`")]
    GrossMass(Unit),
    /// A vehicle, compartment or bay numbered zero.
    #[error("{0} are numbered from one")]
    Place(&'static str),
    /// More labels than any package bears, or a label that is no code.
    #[error("labels are at most six codes such as `6.1`")]
    Labels,
    /// An amount of goods in packagings that are empty.
    #[error("what is empty and not cleaned has no quantity, here `{0}`")]
    EmptyWithQuantity(Quantity),
    /// Entries that contradict each other.
    #[error(transparent)]
    Entries(#[from] InvalidEntry),
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
            zone: None,
            labels: Vec::new(),
            radioactive_category: None,
            entries: Entries::new(),
            stated_by: None,
            containment: Containment::Packages,
            limited_quantity: false,
            excepted_quantity: false,
            empty_uncleaned: false,
            quantity: None,
            gross_mass: None,
            inner_quantity: None,
            packages: None,
            packaging: None,
            technical_name: None,
            environmentally_hazardous: false,
            reportable_quantity: false,
            closed_container: false,
            vehicle: None,
            compartment: None,
            bay: None,
        }
    }

    /// Whether somebody, by name, vouches for the facts of this line that no table gives.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        self.stated_by
            .as_ref()
            .is_some_and(|name| !name.trim().is_empty())
    }

    /// Whether the line states facts that somebody has to vouch for.
    #[must_use]
    pub fn states_facts(&self) -> bool {
        self.physical_state.is_some()
            || self.zone.is_some()
            || !self.labels.is_empty()
            || self.radioactive_category.is_some()
            || !self.entries.is_empty()
    }

    /// Whether the line agrees with itself.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn validate(&self) -> Result<(), InvalidLine> {
        const MOST_LABELS: usize = 6;
        let excepted = self.limited_quantity || self.excepted_quantity;
        if (self.limited_quantity && self.excepted_quantity) || (excepted && !self.containment.is_packages())
        {
            return Err(InvalidLine::Exception);
        }
        if let Some(quantity) = self.quantity.filter(|_| self.empty_uncleaned) {
            return Err(InvalidLine::EmptyWithQuantity(quantity));
        }
        if let Some(unit) = self
            .gross_mass
            .map(Quantity::unit)
            .filter(|unit| *unit != Unit::Kilogram)
        {
            return Err(InvalidLine::GrossMass(unit));
        }
        for (what, number) in [
            ("vehicles", self.vehicle),
            ("compartments", self.compartment),
            ("bays", self.bay),
        ] {
            if number == Some(0) {
                return Err(InvalidLine::Place(what));
            }
        }
        let is_code = |label: &String| {
            (1..=4).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        };
        if self.labels.len() > MOST_LABELS || !self.labels.iter().all(is_code) {
            return Err(InvalidLine::Labels);
        }
        self.entries.validate()?;
        Ok(())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// What goods are contained in while they are carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Containment {
    /// Packages, intermediate and large packagings included.
    #[default]
    Packages,
    /// A fixed or demountable tank of the vehicle (cargo tank).
    Tank,
    /// A portable tank or tank container.
    PortableTank,
    /// In bulk: no packaging between the goods and the vehicle or container.
    Bulk,
}

impl Containment {
    /// Whether the goods are in packages.
    #[must_use]
    pub const fn is_packages(&self) -> bool {
        matches!(self, Self::Packages)
    }

    /// Whether the goods are in a tank of any kind.
    #[must_use]
    pub const fn is_tank(&self) -> bool {
        matches!(self, Self::Tank | Self::PortableTank)
    }

    /// The word used in JSON and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Packages => "packages",
            Self::Tank => "tank",
            Self::PortableTank => "portable_tank",
            Self::Bulk => "bulk",
        }
    }
}

/// The category of a label of class 7 (49 CFR 172.403, ADR 5.1.5.3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RadioactiveCategory {
    /// White.
    #[serde(rename = "I")]
    White1,
    /// Yellow.
    #[serde(rename = "II")]
    Yellow2,
    /// Yellow.
    #[serde(rename = "III")]
    Yellow3,
}
