//! What a paper is made from: plain input, filled by the caller from a checked load.
//!
//! Nothing here is assumed: a field the law asks for and the caller left out is a [`super::Fault`],
//! never a default.

use time::OffsetDateTime;

/// One consignment, as the papers of either regime need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShippingPaper {
    /// The document's own number.
    pub number: String,
    /// When it was issued; printed as a date and used as the PDF's creation time.
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
    /// Editions of the law the load was checked under, such as `49 CFR 172.101, 2025-10-01`.
    pub editions: Vec<String>,
    /// Who signs the shipper's certification (49 CFR 172.204 (d)); not asked for by ADR.
    pub signer: Option<Signer>,
    /// The sum under ADR 1.1.3.6 where the carriage relies on it; prints the statement of
    /// ADR 5.4.1.1.1 (f), note 1.
    pub points: Option<Points>,
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Name of the person or company.
    pub name: String,
    /// Address, one entry a line.
    pub address: Vec<String>,
}

/// The emergency response telephone number of 49 CFR 172.604.
#[derive(Clone, PartialEq, Eq)]
pub struct EmergencyContact {
    /// Who answers: the offeror, or the provider it has registered with.
    pub name: String,
    /// The number with area code, and country code outside the United States.
    pub phone: String,
    /// Contract number with the provider, where the provider is not the offeror (172.604 (b)).
    pub contract: Option<String>,
}

impl std::fmt::Debug for EmergencyContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmergencyContact").finish_non_exhaustive()
    }
}

/// Who certifies the shipment (49 CFR 172.204 (d)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Name, printed as the signature by mechanical means.
    pub name: String,
    /// Title or function, where there is one.
    pub title: Option<String>,
}

/// One item of the load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperLine {
    /// `UN1203`, `UN 1203` or, in the United States only, `NA1993`.
    pub identification_number: String,
    /// Proper shipping name as the table of the regime has it.
    pub proper_shipping_name: String,
    /// Technical names in brackets after the name (49 CFR 172.203 (k), ADR 3.1.2.8).
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
    /// Hazard zone of a material poisonous by inhalation (49 CFR 172.203 (m)).
    pub inhalation_zone: Option<Zone>,
    /// ADR tunnel restriction code; `None` means that it is not known, a fault in the ADR document.
    pub tunnel_code: Option<TunnelCode>,
    /// Total quantity of the item.
    pub quantity: Quantity,
    /// Number of packages; `None` means that it is not known, which is a fault.
    pub packages: Option<u32>,
    /// Kind of packages in words, such as `steel drum` (a code alone is not enough).
    pub packaging: String,
    /// Offered as limited quantity (49 CFR 172.203 (b), ADR chapter 3.4).
    pub limited_quantity: bool,
    /// Hazardous substance in a reportable quantity (49 CFR 172.203 (c)).
    pub reportable_quantity: bool,
    /// Marine pollutant (49 CFR 172.203 (l)), environmentally hazardous (ADR 5.4.1.1.18).
    pub environmentally_hazardous: bool,
    /// ADR transport category, 0 to 4.
    pub transport_category: Option<u8>,
    /// Further entries the law puts after the description, such as `DOT-SP 12345`.
    pub marks: Vec<String>,
}

/// Packing group, or the law's own absence of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackingGroup {
    /// Great danger.
    I,
    /// Medium danger.
    II,
    /// Minor danger.
    III,
    /// The entry has no packing group.
    NotAssigned,
}

/// Hazard zone of 49 CFR 173.116 (gases, A to D) and 173.133 (liquids, A and B).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the letters are the names")]
pub enum Zone {
    A,
    B,
    C,
    D,
}

/// Tunnel restriction code of ADR table A, column 15.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TunnelCode {
    /// The code without brackets: `D/E`, `B1000C`, or `-`.
    Code(String),
    /// The entry has none.
    NotAssigned,
    /// The carriage is known to pass no restricted tunnel (ADR 5.4.1.1.1 (k)).
    NoTunnel,
}

/// A quantity with what it measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Decimal number with a point, such as `1200` or `0.5`.
    pub value: String,
    /// Unit of measurement, such as `L`, `kg`, `gal`.
    pub unit: String,
    /// What was measured.
    pub basis: Basis,
}

/// What a quantity measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// The calculated values of ADR 1.1.3.6.3 and 1.1.3.6.4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Points {
    /// Sum over the load, a decimal number; not above 1000.
    pub total: String,
    /// Quantity and value of each transport category on the load.
    pub categories: Vec<CategoryPoints>,
}

/// One transport category's share of the points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryPoints {
    /// Transport category, 1 to 4.
    pub category: u8,
    /// Total quantity with unit as 1.1.3.6.3 counts it, such as `300 L`.
    pub quantity: String,
    /// Calculated value, a decimal number.
    pub value: String,
}
