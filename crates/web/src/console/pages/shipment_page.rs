//! One shipment: where it stands, its load, the last check, the papers.

use askama::Template;

use super::{
    ContactForm, FieldProblem, Hazard, Moment, ResultView, RevealForm, Section, Shell, ShipmentStatus,
    Verdict,
};

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
    /// Emergency contact.
    pub contact: ContactForm,
    /// Whether its number and e-mail are shown in part.
    pub contact_masked: bool,
    /// To see what is masked; none where nothing is, or for who may not.
    pub reveal: Option<RevealForm>,
    /// The lines.
    pub lines: Vec<ShipmentLineView>,
    /// The last check, if any.
    pub check: Option<CheckView>,
    /// The regimes it travels under, in words.
    pub regimes: String,
    /// What a paper just asked for lacks; each names its field on the edit form.
    pub missing: Vec<FieldProblem>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// Those it can be assigned to, where this person may: empty otherwise.
    pub carriers: Vec<CarrierChoice>,
    /// The override of the last check.
    pub overriding: Overriding,
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
    /// The technical name, where one was given.
    pub technical_name: Option<String>,
    /// What is stated for the papers, such as `Activity: 3.7 GBq`.
    pub entries: Vec<String>,
}

/// Somebody to whom the shipment can be assigned.
#[derive(Clone, Debug)]
pub struct CarrierChoice {
    /// Their id.
    pub id: String,
    /// Their name and role.
    pub name: String,
    /// Whether it is assigned to them.
    pub is_assigned: bool,
}

/// Overrides of the shipment's checks.
#[derive(Clone, Debug, Default)]
pub struct Overriding {
    /// The one that waits or stands.
    pub open: Option<OverrideView>,
    /// Those refused, withdrawn, over or void, the newest first.
    pub earlier: Vec<OverrideView>,
    /// The form to ask for one, where this person may.
    pub ask: Option<AskOverride>,
    /// Why there can be none, where the load is prohibited.
    pub hindrance: Option<String>,
}

/// One override.
#[derive(Clone, Debug)]
pub struct OverrideView {
    /// Its id as in its address.
    pub id: String,
    /// `waiting`, `approved`, `refused`, `withdrawn`, `expired` or `void`.
    pub state: &'static str,
    /// What it sets aside, with clause and cell.
    pub covers: Vec<String>,
    /// Why, in the words of who asked.
    pub reason: String,
    /// The permit or approval.
    pub authority: String,
    /// Until when that may be used, where it was said.
    pub valid_until: Option<PermitEnd>,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked: Moment,
    /// Who decided, when, and why.
    pub decided: Option<(String, Moment, String)>,
    /// Who took it back, when, and why.
    pub withdrawn: Option<(String, Moment, String)>,
    /// To decide it, where this person may.
    pub decide: Option<NoteForm>,
    /// To take it back, where this person may.
    pub withdraw: Option<NoteForm>,
}

/// The last day of a permit.
#[derive(Clone, Debug)]
pub struct PermitEnd {
    /// The day, which ends in UTC.
    pub day: Moment,
    /// Days left after today, while it matters.
    pub left: Option<i64>,
}

impl PermitEnd {
    /// How long that is, in words.
    pub fn remaining(&self) -> Option<String> {
        Some(match self.left? {
            ..0 => "over".to_owned(),
            0 => "ends today".to_owned(),
            1 => "1 day left".to_owned(),
            days => format!("{days} days left"),
        })
    }
}

/// What was typed to decide an override or to take it back.
#[derive(Clone, Debug, Default)]
pub struct NoteForm {
    /// Why.
    pub note: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// What was typed to ask for an override.
#[derive(Clone, Debug, Default)]
pub struct AskOverride {
    /// Why.
    pub reason: String,
    /// The permit or approval.
    pub authority: String,
    /// Its last day.
    pub valid_until: String,
    /// The first and the last day that can be, as `2027-03-31`.
    pub first_day: String,
    /// See `first_day`.
    pub last_day: String,
    /// What is wrong with it.
    pub error: String,
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

#[cfg(test)]
mod tests {
    use super::{
        AskOverride, CheckView, NoteForm, OverrideView, Overriding, PartyView, PermitEnd, ShipmentActions,
        ShipmentLineView, ShipmentPage,
    };
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, clear_result, load, moment, result, shell};
    use crate::console::pages::{ContactForm, Notice, NoticeKind, RevealForm, Section, ShipmentStatus};

    fn page() -> ShipmentPage {
        let party = |name: &str| PartyView {
            name: name.into(),
            address: vec![
                "Waalhaven 12".into(),
                "3089 JH Rotterdam".into(),
                "Netherlands".into(),
            ],
        };
        let line = |goods: crate::console::pages::GoodsView| ShipmentLineView {
            number: goods.line,
            goods: goods.goods,
            name: goods.name,
            hazards: goods.hazards,
            packing_group: "II".into(),
            limited_quantity: goods.line == 3,
            quantity: "1,800 L".into(),
            packages: "9 drums".into(),
            technical_name: None,
            entries: vec![format!("Activity: {HOSTILE}")],
        };
        ShipmentPage {
            shell: shell(Section::Shipments),
            id: "shp_0197".into(),
            tracking_number: "SS-2026-000121".into(),
            status: ShipmentStatus::Checked,
            outdated: false,
            consignor: party("Northwind Chemicals"),
            consignee: party(HOSTILE),
            contact: ContactForm {
                name: "Duty officer".into(),
                phone: "+31 10 555 0100".into(),
                email: "duty@northwind.example".into(),
            },
            contact_masked: false,
            reveal: None,
            lines: load().into_iter().take(3).map(line).collect(),
            check: Some(CheckView {
                at: moment("22 Nov 2026, 12:55 UTC"),
                by: "Maya Okafor".into(),
                result: clear_result(true),
            }),
            regimes: "US highway and ADR".into(),
            missing: Vec::new(),
            carrier: None,
            carriers: Vec::new(),
            overriding: Overriding::default(),
            actions: ShipmentActions {
                edit: true,
                check: true,
                mark_ready: true,
                us_paper: true,
                adr_document: true,
            },
            updated: moment("22 Nov 2026, 12:55 UTC"),
        }
    }

    #[test]
    fn a_checked_shipment_shows_its_answer_hash_papers_and_next_step() {
        let mut page = page();
        page.shell.notice = Some(Notice {
            kind: NoticeKind::Success,
            text: "The load was checked.".into(),
        });
        let html = render("shipment", &page);
        assert!(html.contains("aria-current=\"step\"") && html.contains("Mark ready"));
        assert!(html.contains("us-shipping-paper.pdf") && html.contains("adr-transport-document.pdf"));
        assert!(html.contains("31d0c9a2e6f7c35a") && html.contains("ADR 2025"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn what_a_paper_lacks_is_listed_with_the_way_to_the_field() {
        let mut page = page();
        page.missing = vec![crate::console::pages::FieldProblem {
            field: "packages-2".into(),
            message: "Line 2: packages is missing".into(),
        }];
        let html = render("shipment-missing", &page);
        assert!(html.contains("href=\"/shipments/shp_0197/edit#packages-2\""));
        assert!(html.contains("role=\"alert\""));
    }

    #[test]
    fn what_a_person_may_not_do_is_not_on_the_page() {
        let mut page = ShipmentPage {
            actions: ShipmentActions::default(),
            ..page()
        };
        if let Some(check) = &mut page.check {
            check.result.confirmable = false;
        }
        let html = render("shipment-viewer", &page);
        for absent in [
            "/edit",
            "/check\"",
            "/ready",
            ".pdf",
            "Mark ready",
            "/reveal",
            "name=\"confirm\"",
        ] {
            assert!(!html.contains(absent), "{absent}");
        }
        assert!(html.contains("<strong>Confirmed:</strong>"));
    }

    /// A number of which a part is hidden is nothing to call.
    #[test]
    fn what_is_masked_is_no_link_and_can_be_asked_for_with_a_reason_data_8() {
        let mut page = ShipmentPage {
            contact: ContactForm {
                name: "Duty officer".into(),
                phone: "+31 *** *** 100".into(),
                email: "d***@northwind.example".into(),
            },
            contact_masked: true,
            reveal: Some(RevealForm::at("/shipments/shp_0197/reveal".into())),
            ..page()
        };
        if let Some(form) = &mut page.reveal {
            form.reason = HOSTILE.into();
            form.error = Some("A reason has 10 to 500 characters.".into());
        }
        let html = render("shipment-masked", &page);
        assert!(
            html.contains("+31 *** *** 100")
                && !html.contains("href=\"tel:")
                && !html.contains("href=\"mailto:")
        );
        assert!(
            html.contains("action=\"/shipments/shp_0197/reveal\"") && html.contains("id=\"reveal-problem\"")
        );
    }

    #[test]
    fn a_load_changed_since_its_check_says_so_before_everything_else() {
        let actions = ShipmentActions {
            edit: true,
            check: true,
            ..ShipmentActions::default()
        };
        let check = CheckView {
            at: moment("21 Nov 2026, 09:10 UTC"),
            by: "Maya Okafor".into(),
            result: result(),
        };
        let page = ShipmentPage {
            outdated: true,
            actions,
            check: Some(check),
            status: ShipmentStatus::Draft,
            ..page()
        };
        let html = render("shipment-outdated", &page);
        let banner = html
            .find("Changed since the check.")
            .expect("the banner is there");
        assert!(banner < html.find("<h2").expect("a heading"));
        assert!(!html.contains(".pdf"));
    }

    #[test]
    fn an_override_is_told_with_its_ground_and_decided_by_who_may_alone_dg_2() {
        let one = |decide: bool| OverrideView {
            id: "ovr_0197".into(),
            state: "waiting",
            covers: vec!["49 CFR 177.848(d), X at 1.1 × 3: Not on one vehicle.".into()],
            reason: HOSTILE.into(),
            authority: "DOT-SP 12345".into(),
            asked_by: "Olivia Operator".into(),
            valid_until: Some(PermitEnd {
                day: moment("31 Mar 2027"),
                left: Some(129),
            }),
            asked: moment("22 Nov 2026, 12:55 UTC"),
            decided: None,
            decide: decide.then(|| NoteForm {
                note: HOSTILE.into(),
                error: Some("A note has 10 to 500 characters.".into()),
            }),
            withdrawn: None,
            withdraw: None,
        };
        let with = |overriding| ShipmentPage { overriding, ..page() };
        let waits = |decide| Overriding {
            open: Some(one(decide)),
            ..Overriding::default()
        };
        let html = render("shipment-override-waits", &with(waits(true)));
        for said in [
            "DOT-SP 12345",
            "177.848(d)",
            "Olivia Operator",
            "31 Mar 2027",
            "129 days left",
            "/overrides/ovr_0197/approve",
            "id=\"override-note-problem\">A note has 10 to 500 characters.",
            ESCAPED,
        ] {
            assert!(html.contains(said), "{said}");
        }
        assert!(!html.contains(HOSTILE));
        let html = render("shipment-override-seen", &with(waits(false)));
        assert!(html.contains("DOT-SP 12345") && !html.contains("/overrides/"));
        let approved = OverrideView {
            state: "approved",
            decided: Some((
                "Ada Brandt".into(),
                moment("22 Nov 2026, 13:00 UTC"),
                HOSTILE.into(),
            )),
            ..one(false)
        };
        let stands = |open: OverrideView| {
            with(Overriding {
                open: Some(open),
                ..Overriding::default()
            })
        };
        let html = render("shipment-overridden", &stands(approved.clone()));
        assert!(html.contains("Prohibited, and overridden") && html.contains("Ada Brandt"));
        assert!(!html.contains("/overrides/"), "who may not take it back");
        let mine = OverrideView {
            withdraw: Some(NoteForm {
                note: HOSTILE.into(),
                error: Some("A note has 10 to 500 characters.".into()),
            }),
            ..approved.clone()
        };
        let html = render("shipment-override-withdraw", &stands(mine));
        assert!(html.contains("/overrides/ovr_0197/withdraw") && html.contains("aria-invalid=\"true\""));
        assert!(html.contains("A note has 10") && !html.contains(HOSTILE));
        let withdrawn = OverrideView {
            state: "withdrawn",
            withdrawn: Some((
                "Mira Okafor".into(),
                moment("23 Nov 2026, 08:00 UTC"),
                HOSTILE.into(),
            )),
            ..approved
        };
        let over = Overriding {
            earlier: vec![withdrawn],
            ..Overriding::default()
        };
        let html = render("shipment-override-withdrawn", &with(over));
        assert!(html.contains("Mira Okafor") && html.contains("Earlier overrides (1)"));
        let asking = Overriding {
            ask: Some(AskOverride {
                error: "Name the permit.".into(),
                ..AskOverride::default()
            }),
            ..Overriding::default()
        };
        let html = render("shipment-override-ask", &with(asking));
        assert!(html.contains("/shipments/shp_0197/overrides") && html.contains("Name the permit."));
    }

    #[test]
    fn what_is_left_of_a_permit_is_said_in_days() {
        let said = |left| {
            let end = PermitEnd {
                day: moment("31 Mar 2027"),
                left,
            };
            end.remaining()
        };
        let words = [None, Some(-1), Some(0), Some(1), Some(2)].map(said);
        let words = words.each_ref().map(Option::as_deref);
        assert_eq!(
            words,
            [
                None,
                Some("over"),
                Some("ends today"),
                Some("1 day left"),
                Some("2 days left")
            ]
        );
    }

    #[test]
    fn a_draft_never_checked_shows_no_verdict() {
        let page = ShipmentPage {
            check: None,
            status: ShipmentStatus::Draft,
            ..page()
        };
        let html = render("shipment-draft", &page);
        assert!(html.contains("Not checked yet") && !html.contains("Permitted"));
    }
}
