//! What to do beside a shipment that leaks or burns: read on a phone, kept by the browser for where there is no
//! signal, so it needs neither script nor frame.

use askama::Template;

use super::{Hazard, Moment};

/// The emergency page of one shipment, or of a load that is not kept as one.
#[derive(Template)]
#[template(path = "emergency_page.html")]
pub struct EmergencyPage {
    /// Tracking number, or what the load is called otherwise.
    pub of: String,
    /// The address of the shipment; none for a load that is not kept.
    pub shipment: Option<String>,
    /// Whether whoever looks at it may report an incident.
    pub may_report: bool,
    /// When the page was made; a kept copy shows how old it is.
    pub as_of: Moment,
    /// Whom to call, the first first.
    pub calls: Vec<CallView>,
    /// How far to stay away, for the whole load.
    pub distances: Vec<DistanceView>,
    /// What is not known, one sentence each.
    pub missing: Vec<String>,
    /// What to do, in the order to do it.
    pub sections: Vec<SectionView>,
    /// The goods, the farthest-reaching first.
    pub lines: Vec<EmergencyLineView>,
    /// Where the distances come from.
    pub source: String,
    /// SHA-256 of the load.
    pub load_hash: String,
}

/// A number to call.
#[derive(Clone, Debug)]
pub struct CallView {
    /// Who answers.
    pub who: String,
    /// The number as people read it.
    pub number: String,
}

impl CallView {
    /// The number as a telephone dials it (RFC 3966).
    pub fn dialled(&self) -> String {
        self.number
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect()
    }
}

/// One distance over the whole load.
#[derive(Clone, Debug)]
pub struct DistanceView {
    /// Of what, such as `Small leak`.
    pub what: &'static str,
    /// In all directions.
    pub all_round: String,
    /// Downwind, or empty where none is published.
    pub downwind: String,
    /// Where it comes from, such as `line 2, guidebook, table 1`.
    pub from: String,
}

/// What to do at one step.
#[derive(Clone, Debug)]
pub struct SectionView {
    /// The element's id.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// In order.
    pub actions: Vec<ActionView>,
}

/// One thing to do or to leave.
#[derive(Clone, Debug)]
pub struct ActionView {
    /// The sentence.
    pub text: String,
    /// Such as `line 3`; empty where it is about the whole load.
    pub about: String,
}

/// One line of the load.
#[derive(Clone, Debug)]
pub struct EmergencyLineView {
    /// 1-based position.
    pub number: usize,
    /// Such as `UN 1017`, or empty.
    pub goods: String,
    /// The name.
    pub name: String,
    /// Labels.
    pub hazards: Vec<Hazard>,
    /// The guide numbers, such as `124`.
    pub guide: String,
    /// Why several readings are shown; empty where there is one.
    pub choose: String,
    /// Distances, a case each.
    pub rows: Vec<SpreadRow>,
    /// Distances of a large spill by container and wind.
    pub containers: Vec<ContainerRow>,
    /// From a fire that reaches the goods.
    pub fire: String,
    /// Toxic gases with water; empty where there are none.
    pub water_gases: String,
}

/// Distances for one case.
#[derive(Clone, Debug)]
pub struct SpreadRow {
    /// Such as `Small leak, dry spill`.
    pub what: String,
    /// In all directions.
    pub all_round: String,
    /// Downwind by day; empty where none is published.
    pub day: String,
    /// Downwind by night.
    pub night: String,
}

/// Distances of a large spill from one kind of container.
#[derive(Clone, Debug)]
pub struct ContainerRow {
    /// The container.
    pub container: String,
    /// In all directions.
    pub all_round: String,
    /// Downwind by day in low, moderate and high wind.
    pub day: [String; 3],
    /// Downwind by night.
    pub night: [String; 3],
    /// Whether the line may be in it.
    pub meant: bool,
}

#[cfg(test)]
mod tests {
    use super::{
        ActionView, CallView, ContainerRow, DistanceView, EmergencyLineView, EmergencyPage, SectionView,
        SpreadRow,
    };
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, hazard, moment};

    fn page() -> EmergencyPage {
        let three = |a: &str, b: &str, c: &str| [a, b, c].map(str::to_owned);
        EmergencyPage {
            of: "SS-2026-000121".into(),
            shipment: Some("/shipments/shp_0197".into()),
            may_report: true,
            as_of: moment("22 Nov 2026, 12:55 UTC"),
            calls: vec![
                CallView {
                    who: "Emergency services, Europe".into(),
                    number: "112".into(),
                },
                CallView {
                    who: HOSTILE.into(),
                    number: "+31 10 555 0100".into(),
                },
            ],
            distances: vec![DistanceView {
                what: "Small leak",
                all_round: "60 m (200 ft)".into(),
                downwind: "1.5 km (1.0 mi)".into(),
                from: "line 1, guidebook, table 1".into(),
            }],
            missing: vec!["Line 1: no gross mass.".into()],
            sections: vec![SectionView {
                id: "first-minute",
                title: "First minute",
                actions: vec![ActionView {
                    text: "Stop.".into(),
                    about: "line 1".into(),
                }],
            }],
            lines: vec![EmergencyLineView {
                number: 1,
                goods: "UN 1017".into(),
                name: HOSTILE.into(),
                hazards: vec![hazard("2.3", "toxic gas")],
                guide: "124".into(),
                choose: String::new(),
                rows: vec![SpreadRow {
                    what: "Small leak".into(),
                    all_round: "60 m (200 ft)".into(),
                    day: "300 m (1000 ft)".into(),
                    night: "1.5 km (1.0 mi)".into(),
                }],
                containers: vec![ContainerRow {
                    container: "road tank".into(),
                    all_round: "600 m (2000 ft)".into(),
                    day: three("5.6 km", "3.3 km", "2.5 km"),
                    night: three("6.4 km", "4.0 km", "3.8 km"),
                    meant: false,
                }],
                fire: "800 m (2650 ft)".into(),
                water_gases: String::new(),
            }],
            source: "ERG 2024, distances only".into(),
            load_hash: "31d0c9a2".into(),
        }
    }

    #[test]
    fn it_calls_with_one_touch_and_needs_no_script_to_be_read_without_signal() {
        let html = render("emergency", &page());
        assert!(html.contains("href=\"tel:112\"") && html.contains("href=\"tel:+31105550100\""));
        assert!(!html.contains("<script"), "a kept page must work alone");
        assert!(html.contains("22 Nov 2026, 12:55 UTC"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn a_load_that_is_not_kept_has_no_shipment_to_go_back_to_and_no_sheet() {
        let mut page = page();
        assert!(render("emergency", &page).contains("href=\"/shipments/shp_0197/emergency.pdf\""));
        assert!(render("emergency", &page).contains("href=\"/incidents/new?shipment=SS-2026-000121\""));
        page.shipment = None;
        page.may_report = false;
        let html = render("emergency-unsaved", &page);
        assert!(!html.contains("/incidents"));
        assert!(!html.contains("/shipments") && html.contains("tel:112"));
    }

    #[test]
    fn whom_to_call_and_how_far_to_go_stand_before_everything_else() {
        let html = render("emergency", &page());
        let place = |text: &str| html.find(text).expect(text);
        assert!(place("tel:112") < place("60 m (200 ft)"));
        assert!(place("60 m (200 ft)") < place("First minute</h2>"));
        assert!(place("First minute</h2>") < place("road tank"));
    }
}
