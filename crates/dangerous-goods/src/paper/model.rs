//! What a paper is made from: plain input, filled by the caller from a checked load.
//!
//! Nothing here is assumed: a field the law asks for and the caller left out is a [`super::Fault`],
//! never a default.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::catalogue::Zone;
use crate::load::{Containment, RadioactiveCategory};

/// One consignment, as the papers of either regime need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShippingPaper {
    /// The document's own number.
    pub number: String,
    /// When it was made out; printed as a date and used as the PDF's creation time.
    pub issued_at: OffsetDateTime,
    /// Who offers the goods (ADR 5.4.1.1.1 (g)).
    pub consignor: Party,
    /// Who receives them (ADR 5.4.1.1.1 (h)).
    pub consignee: Party,
    /// Who answers day and night (49 CFR 172.604); the ADR document prints it when given.
    pub emergency_contact: Option<EmergencyContact>,
    /// The goods, in the order they are printed.
    pub lines: Vec<PaperLine>,
    /// Hash of the load that was checked, lower-case hex.
    pub load_hash: String,
    /// Edition of the law the load was checked under, such as `ADR 2025`.
    pub edition: String,
    /// SHA-256 of the data the check rests on, lower-case hex.
    pub data_hash: String,
    /// Who signs the shipper's certification (49 CFR 172.204 (d)); not asked for by ADR.
    pub signer: Option<Signer>,
    /// The sum under ADR 1.1.3.6 of each transport unit, where the carriage relies on it; prints the
    /// statement of ADR 5.4.1.1.1 (f), note 1.
    pub points: Vec<Points>,
    /// Lines of the load that are no dangerous goods under the regime and therefore not listed, by
    /// number and name.
    pub not_listed: Vec<String>,
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Name of the person or company.
    pub name: String,
    /// Address, one entry a line.
    pub address: Vec<String>,
}

/// The emergency response telephone number of 49 CFR 172.604.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyContact {
    /// Who answers: the offeror, or the provider it has registered with.
    pub name: String,
    /// The number with area code, and country code outside the United States.
    pub phone: String,
    /// Contract number with the provider, where the provider is not the offeror (172.604 (b)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
}

impl std::fmt::Debug for EmergencyContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmergencyContact").finish_non_exhaustive()
    }
}

/// Who certifies the shipment (49 CFR 172.204 (d)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// Name, printed as the signature by mechanical means.
    pub name: String,
    /// Title or function, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// One item of the load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperLine {
    /// Position of the line in the load, from zero; what a fault calls it by.
    pub line: usize,
    /// `UN1203`, `UN 1203` or, in the United States only, `NA1993`.
    pub identification_number: String,
    /// Proper shipping name as the table of the regime has it.
    pub proper_shipping_name: String,
    /// Technical names in brackets after the name (49 CFR 172.203 (k), ADR 3.1.2.8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technical_name: Option<String>,
    /// Whether the entry asks for technical names (symbol G, special provision 274).
    pub technical_name_required: bool,
    /// Hazard class or division with compatibility group (`3`, `6.1`, `1.4S`); for ADR the first
    /// label number, or the classification code in class 1.
    pub class: String,
    /// Subsidiary hazards or further label numbers.
    pub subsidiary: Vec<String>,
    /// Packing group; `None` means that it is not known, which is a fault.
    pub packing_group: Option<PackingGroup>,
    /// What the paper says of poison by inhalation; United States only.
    pub inhalation: Inhalation,
    /// ADR tunnel restriction code; `None` means that it is not known, a fault in the ADR document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tunnel_code: Option<TunnelCode>,
    /// The labels that are drawn beside the line, primary hazard first; none where the packages bear none.
    pub labels: Vec<String>,
    /// What the goods are contained in.
    pub containment: Containment,
    /// Total quantity of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Total gross mass of the item in kilograms, a decimal number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_mass: Option<String>,
    /// Number of packages; `None` means that it is not known, a fault where there must be packages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packages: Option<u32>,
    /// Kind of packages in words, such as `steel drum` (a code alone is not enough).
    pub packaging: String,
    /// Offered as limited quantity (49 CFR 172.203 (b), ADR chapter 3.4).
    pub limited_quantity: bool,
    /// Offered as excepted quantity (49 CFR 173.4a, ADR 3.5).
    pub excepted_quantity: bool,
    /// Empty and not cleaned (49 CFR 172.203 (e), ADR 5.4.1.1.6).
    pub empty_uncleaned: bool,
    /// Hazardous substance in a reportable quantity (49 CFR 172.203 (c)).
    pub reportable_quantity: bool,
    /// Marine pollutant (49 CFR 172.203 (l)), environmentally hazardous (ADR 5.4.1.1.18).
    pub environmentally_hazardous: bool,
    /// Category of the label of class 7 (49 CFR 172.203 (d), ADR 5.4.1.2.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radioactive_category: Option<RadioactiveCategory>,
    /// ADR transport category, 0 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport_category: Option<u8>,
    /// Further entries that the law puts after the description, such as `DOT-SP 12345`.
    pub entries: Vec<String>,
}

/// Packing group, or the law's own absence of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PackingGroup {
    /// Great danger.
    I,
    /// Medium danger.
    II,
    /// Minor danger.
    III,
    /// The entry has no packing group.
    #[serde(rename = "none")]
    NotAssigned,
}

/// What a shipping paper says of poison by inhalation (49 CFR 172.203 (m)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inhalation {
    /// Nothing.
    #[default]
    None,
    /// `Inhalation Hazard`: ammonia within the United States (special provision 13).
    Hazard,
    /// Poisonous by inhalation, of a zone that is not known; a fault in the shipping paper.
    PoisonOfUnknownZone,
    /// `Poison-Inhalation Hazard, Zone x` (special provisions 1 to 4, or stated).
    Poison(Zone),
}

/// Tunnel restriction code of ADR table A, column 15.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TunnelCode {
    /// The code without brackets: `D/E`, `B1000C`, or `-`.
    Code(String),
    /// The entry has none.
    NotAssigned,
    /// The carriage is known to pass no restricted tunnel (ADR 5.4.1.1.1 (k)).
    NoTunnel,
}

/// A quantity with what it measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// Decimal number with a point, such as `1200` or `0.5`.
    pub value: String,
    /// Unit of measurement, such as `L`, `kg`, `gal`.
    pub unit: String,
    /// What was measured.
    pub basis: Basis,
}

/// What a quantity measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Volume.
    Volume,
    /// Mass of goods and packaging.
    GrossMass,
    /// Mass of the goods.
    NetMass,
    /// Net mass of explosive substance; the only basis for class 1.
    NetExplosiveMass,
    /// Activity of class 7.
    Activity,
    /// Water capacity, for a gas in receptacles.
    WaterCapacity,
}

/// The calculated values of ADR 1.1.3.6.3 and 1.1.3.6.4 of one transport unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// The numbers of its vehicles, where the goods travel in several units; otherwise empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vehicles: Vec<u8>,
    /// Sum over the load, a decimal number; not above 1000.
    pub total: String,
    /// Quantity and value of each transport category on the load.
    pub categories: Vec<CategoryPoints>,
}

/// One transport category's share of the points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryPoints {
    /// Transport category, 1 to 4.
    pub category: u8,
    /// Total quantity with unit as 1.1.3.6.3 counts it, such as `300 L`.
    pub quantity: String,
    /// Calculated value, a decimal number.
    pub value: String,
}
