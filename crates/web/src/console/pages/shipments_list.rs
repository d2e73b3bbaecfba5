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
    /// Whether an override of that check is approved; none where none waits or stands.
    pub overridden: Option<bool>,
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

#[cfg(test)]
mod tests {
    use super::{RegimeVerdict, ShipmentRow, ShipmentStatus, ShipmentsList};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, hazard, moment, shell};
    use crate::console::pages::{Section, Verdict};

    fn row(number: &str, status: ShipmentStatus, verdicts: [Option<Verdict>; 2]) -> ShipmentRow {
        ShipmentRow {
            id: "shp_0197".into(),
            tracking_number: number.into(),
            status,
            outdated: number.ends_with('2'),
            consignor: "Northwind Chemicals, Rotterdam".into(),
            consignee: HOSTILE.into(),
            summary: "3 lines: UN 1203, UN 1942, UN 3077".into(),
            hazards: vec![
                hazard("3", "flammable liquid"),
                hazard("5.1", "oxidiser"),
                hazard("9", "other hazards"),
            ],
            verdicts: ["US", "ADR"]
                .iter()
                .zip(verdicts)
                .filter_map(|(regime, verdict)| {
                    Some(RegimeVerdict {
                        regime: (*regime).into(),
                        verdict: verdict?,
                    })
                })
                .collect(),
            overridden: None,
            updated: moment("22 Nov 2026, 12:55 UTC"),
        }
    }

    fn page() -> ShipmentsList {
        let some = |us, adr| [Some(us), Some(adr)];
        ShipmentsList {
            shell: shell(Section::Shipments),
            may_create: true,
            filter: None,
            rows: vec![
                row("SS-2026-000124", ShipmentStatus::Draft, [None, None]),
                row(
                    "SS-2026-000122",
                    ShipmentStatus::Checked,
                    some(Verdict::Prohibited, Verdict::NotCleared),
                ),
                row(
                    "SS-2026-000121",
                    ShipmentStatus::Checked,
                    some(Verdict::Conditional, Verdict::Permitted),
                ),
                row(
                    "SS-2026-000119",
                    ShipmentStatus::Ready,
                    some(Verdict::Permitted, Verdict::Permitted),
                ),
            ],
            next: Some("abc+/=".into()),
            first_page: true,
        }
    }

    #[test]
    fn a_row_says_status_parties_and_verdicts_in_words() {
        let html = render("shipments", &page());
        assert!(html.contains("SS-2026-000124") && html.contains("not checked"));
        assert!(html.contains("<b>ADR</b> Cannot be cleared") && html.contains("changed since its check"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(html.contains("after=abc%2B/%3D"));
    }

    #[test]
    fn an_empty_list_invites_only_those_who_may_create() {
        let empty = ShipmentsList {
            rows: Vec::new(),
            next: None,
            ..page()
        };
        let html = render("shipments-empty", &empty);
        assert!(html.contains("No shipments yet") && html.contains("/shipments/new"));
        let html = render(
            "shipments-viewer",
            &ShipmentsList {
                may_create: false,
                ..empty
            },
        );
        assert!(!html.contains("/shipments/new") && !html.contains("Check a load"));
    }

    #[test]
    fn the_filter_applied_is_marked_and_kept_by_the_pages() {
        let filter = Some(ShipmentStatus::Draft);
        let html = render(
            "shipments-filtered",
            &ShipmentsList {
                filter,
                first_page: false,
                ..page()
            },
        );
        assert!(html.contains("href=\"/shipments?status=draft\" aria-current=\"true\""));
        assert!(html.contains("/shipments?status=draft&amp;after="));
    }
}
