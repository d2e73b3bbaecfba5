//! One shipment: where it stands, its load, the last check, the papers.

use askama::Template;

use super::{ContactForm, Hazard, Moment, ResultView, Section, Shell, ShipmentStatus, Verdict};

/// The page of one shipment.
#[derive(Template)]
#[template(path = "shipment_page.html")]
pub struct ShipmentPage {
    /// The frame.
    pub shell: Shell,
    /// The shipment's id as in its address.
    pub id: String,
    /// Tracking number.
    pub tracking_number: String,
    /// Where it stands.
    pub status: ShipmentStatus,
    /// Whether the load changed since the check.
    pub outdated: bool,
    /// Consignor.
    pub consignor: PartyView,
    /// Consignee.
    pub consignee: PartyView,
    /// Emergency contact; `None` where this person may not see it.
    pub contact: Option<ContactForm>,
    /// The lines.
    pub lines: Vec<ShipmentLineView>,
    /// The last check, if any.
    pub check: Option<CheckView>,
    /// What this person may do now.
    pub actions: ShipmentActions,
    /// When it last changed.
    pub updated: Moment,
}

/// A party as it stands on the papers.
#[derive(Clone, Debug)]
pub struct PartyView {
    /// Name.
    pub name: String,
    /// Address, line by line.
    pub address: Vec<String>,
}

/// One line of the shipment.
#[derive(Clone, Debug)]
pub struct ShipmentLineView {
    /// 1-based position.
    pub number: usize,
    /// Such as `UN 1203`, or empty where the goods have no number.
    pub goods: String,
    /// Proper shipping name.
    pub name: String,
    /// Hazards, the primary one first.
    pub hazards: Vec<Hazard>,
    /// `I`, `II`, `III`, or empty.
    pub packing_group: String,
    /// Packed as a limited quantity.
    pub limited_quantity: bool,
    /// Quantity with its unit.
    pub quantity: String,
    /// Number and kind of packages.
    pub packages: String,
}

/// The last check.
#[derive(Clone, Debug)]
pub struct CheckView {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// The answer. Its `confirmable` lets conditions be confirmed here when checking again is allowed.
    pub result: ResultView,
}

/// What this person may do with the shipment as it stands. The default is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShipmentActions {
    /// Change it.
    pub edit: bool,
    /// Check the load.
    pub check: bool,
    /// Mark it ready.
    pub mark_ready: bool,
    /// Download the US shipping paper.
    pub us_paper: bool,
    /// Download the ADR transport document.
    pub adr_document: bool,
}

impl ShipmentActions {
    /// Whether any paper can be downloaded.
    pub fn any_paper(self) -> bool {
        self.us_paper || self.adr_document
    }
}
