//! The company's shipments.

use askama::Template;

use super::{Hazard, Moment, Section, Shell, Verdict};

/// The list of shipments.
#[derive(Template)]
#[template(path = "shipments_list.html")]
pub struct ShipmentsList {
    /// The frame.
    pub shell: Shell,
    /// Whether this person may create a shipment.
    pub may_create: bool,
    /// The filter applied.
    pub filter: StatusFilter,
    /// One page of shipments, the newest first.
    pub rows: Vec<ShipmentRow>,
    /// The cursor of the following page.
    pub next: Option<String>,
    /// Whether this is the first page.
    pub first_page: bool,
}

impl ShipmentsList {
    /// The query value of the filter: empty, `draft`, `checked` or `ready`.
    pub fn status_value(&self) -> &'static str {
        self.filter.map_or("", ShipmentStatus::slug)
    }
}

/// `None` shows every status.
pub type StatusFilter = Option<ShipmentStatus>;

/// One shipment in the list.
#[derive(Clone, Debug)]
pub struct ShipmentRow {
    /// The shipment's id as in its address.
    pub id: String,
    /// Tracking number.
    pub tracking_number: String,
    /// Status.
    pub status: ShipmentStatus,
    /// Whether the load changed since its check.
    pub outdated: bool,
    /// Consignor's name.
    pub consignor: String,
    /// Consignee's name.
    pub consignee: String,
    /// Such as `6 lines: UN 1203, UN 1830, …`.
    pub summary: String,
    /// The hazards of all lines, each once.
    pub hazards: Vec<Hazard>,
    /// The last check's verdicts; empty where never checked.
    pub verdicts: Vec<RegimeVerdict>,
    /// When it last changed.
    pub updated: Moment,
}

/// A regime's verdict in brief.
#[derive(Clone, Debug)]
pub struct RegimeVerdict {
    /// Such as `US` or `ADR`.
    pub regime: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// Where a shipment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShipmentStatus {
    /// Being written.
    Draft,
    /// Its load was checked.
    Checked,
    /// It may leave.
    Ready,
}

impl ShipmentStatus {
    /// Every status in its order.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Checked, Self::Ready];

    /// The status in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Checked => "Checked",
            Self::Ready => "Ready",
        }
    }

    /// The query value and the class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Checked => "checked",
            Self::Ready => "ready",
        }
    }

    /// What it means, for the steps on the shipment's page.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Draft => "being written",
            Self::Checked => "load checked",
            Self::Ready => "may leave",
        }
    }
}
