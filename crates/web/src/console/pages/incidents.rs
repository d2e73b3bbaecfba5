//! Incidents: the list, the report, and one of them with the emergency access because of it (AUTHZ-6).

use askama::Template;

use super::{AccessState, AccessView, FieldProblem, Moment, Section, Severity, Shell};

/// The incidents one may see.
#[derive(Template)]
#[template(path = "incidents_list.html")]
pub struct IncidentsList {
    /// The frame.
    pub shell: Shell,
    /// Open ones first, then the newest.
    pub rows: Vec<IncidentRow>,
    /// Whether emergency access is something for this person.
    pub may_request: bool,
}

/// An incident in the list.
#[derive(Clone, Debug)]
pub struct IncidentRow {
    /// Its id.
    pub id: String,
    /// The kind in words.
    pub kind: &'static str,
    /// How grave.
    pub severity: Severity,
    /// Whether it is an exercise.
    pub drill: bool,
    /// Who reported it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Where it stands.
    pub state: IncidentState,
    /// How many shipments it names.
    pub shipments: usize,
}

/// Where an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentState {
    /// Reported by one.
    Open,
    /// Confirmed by another.
    Confirmed,
    /// Over.
    Resolved,
    /// There was none.
    FalseAlarm,
}

impl IncidentState {
    /// The state in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "Reported",
            Self::Confirmed => "Confirmed",
            Self::Resolved => "Resolved",
            Self::FalseAlarm => "False alarm",
        }
    }

    /// The class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Resolved | Self::FalseAlarm => "closed",
        }
    }

    /// Whether it is not over.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Confirmed)
    }
}

/// The form to report one, made for a telephone held beside the leak.
#[derive(Template)]
#[template(path = "incident_form.html")]
pub struct IncidentForm {
    /// The frame.
    pub shell: Shell,
    /// The kinds of event.
    pub kinds: Vec<Choice>,
    /// How grave it can be.
    pub severities: Vec<Choice>,
    /// What happened, as typed.
    pub description: String,
    /// The tracking numbers as typed.
    pub shipments: String,
    /// Whether it is an exercise.
    pub drill: bool,
    /// What is wrong, all at once.
    pub problems: Vec<FieldProblem>,
}

/// One thing to choose.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value posted.
    pub value: &'static str,
    /// The text shown.
    pub text: &'static str,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// One incident.
#[derive(Template)]
#[template(path = "incident_page.html")]
pub struct IncidentPage {
    /// The frame.
    pub shell: Shell,
    /// What happened.
    pub incident: IncidentView,
    /// What can be done about it.
    pub actions: IncidentActions,
    /// Emergency access because of it.
    pub accesses: Vec<AccessView>,
    /// The way to emergency access, for who may ask and has none.
    pub ask: Option<AskAccess>,
}

/// What happened.
#[derive(Clone, Debug)]
pub struct IncidentView {
    /// Its id.
    pub id: String,
    /// The kind in words.
    pub kind: &'static str,
    /// How grave.
    pub severity: Severity,
    /// What happened, in the reporter's words.
    pub description: String,
    /// Whether it is an exercise.
    pub drill: bool,
    /// Who reported it.
    pub by: String,
    /// Whether that is who looks at the page.
    pub is_mine: bool,
    /// When.
    pub at: Moment,
    /// Where it stands.
    pub state: IncidentState,
    /// Who confirmed it, and when.
    pub confirmed: Option<(String, Moment)>,
    /// How it ended.
    pub closed: Option<ClosedView>,
    /// The shipments it names.
    pub shipments: Vec<NamedShipment>,
}

/// A shipment that an incident names.
#[derive(Clone, Debug)]
pub struct NamedShipment {
    /// Its tracking number.
    pub number: String,
    /// Its address, for who may read it now.
    pub path: Option<String>,
}

/// How an incident ended.
#[derive(Clone, Debug)]
pub struct ClosedView {
    /// Who closed it.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// What can be done about an incident.
#[derive(Clone, Copy, Debug, Default)]
pub struct IncidentActions {
    /// Confirm that it is real.
    pub confirm: bool,
    /// Close it.
    pub close: bool,
}

/// The way to emergency access.
#[derive(Clone, Debug)]
pub struct AskAccess {
    /// Whether reading is offered: not to who reads every shipment anyway.
    pub read: bool,
    /// Whether the incident names no shipment, so that reading would open none.
    pub nothing_named: bool,
    /// Whether access of before stands unjudged: then even reading waits for a second person.
    pub waits: bool,
    /// Whether reading reaches what the incident names alone.
    pub incident_only: bool,
    /// The reasons there are to choose from.
    pub reasons: Vec<Choice>,
    /// More about the reason, as typed.
    pub words: String,
    /// What is wrong.
    pub error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::pages::emergency_accesses::tests::access;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, shell};

    fn row(state: IncidentState, drill: bool) -> IncidentRow {
        IncidentRow {
            id: "inc_1".into(),
            kind: "Leak or spill",
            severity: Severity::High,
            drill,
            by: format!("Dario {HOSTILE}"),
            at: moment("22 Nov 2026, 12:55 UTC"),
            state,
            shipments: 1,
        }
    }

    fn incident(state: IncidentState) -> IncidentView {
        IncidentView {
            id: "inc_1".into(),
            kind: "Leak or spill",
            severity: Severity::High,
            description: format!("drum leaking beside dock 3\n{HOSTILE}"),
            drill: false,
            by: format!("Dario {HOSTILE}"),
            is_mine: true,
            at: moment("22 Nov 2026, 12:55 UTC"),
            state,
            confirmed: (state != IncidentState::Open)
                .then(|| (HOSTILE.into(), moment("22 Nov 2026, 12:58 UTC"))),
            closed: (!state.is_open()).then(|| ClosedView {
                by: HOSTILE.into(),
                at: moment("22 Nov 2026, 14:00 UTC"),
            }),
            shipments: vec![NamedShipment {
                number: "SS-1234-5678-9012".into(),
                path: None,
            }],
        }
    }

    fn ask() -> AskAccess {
        AskAccess {
            read: true,
            nothing_named: false,
            waits: false,
            incident_only: true,
            reasons: vec![Choice {
                value: "beside",
                text: "I am beside it",
                chosen: true,
            }],
            words: HOSTILE.into(),
            error: None,
        }
    }

    fn page(incident: IncidentView, ask: Option<AskAccess>) -> IncidentPage {
        IncidentPage {
            shell: shell(Section::Incidents),
            incident,
            actions: IncidentActions::default(),
            accesses: Vec::new(),
            ask,
        }
    }

    #[test]
    fn the_list_tells_what_stands_where_and_marks_an_exercise() {
        let list = |rows| IncidentsList {
            shell: shell(Section::Incidents),
            rows,
            may_request: true,
        };
        let html = render(
            "incidents",
            &list(vec![
                row(IncidentState::Open, false),
                row(IncidentState::FalseAlarm, true),
            ]),
        );
        for part in [
            "Leak or spill",
            "Reported",
            "False alarm",
            "Exercise",
            "href=\"/incidents/inc_1\"",
            "/emergency-access",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(render("incidents-none", &list(Vec::new())).contains("No incidents"));
    }

    #[test]
    fn a_report_takes_a_kind_words_and_tracking_numbers_and_comes_back_as_typed() {
        let form = |problems: Vec<FieldProblem>| IncidentForm {
            shell: shell(Section::Incidents),
            kinds: vec![Choice {
                value: "leak",
                text: "Leak or spill",
                chosen: true,
            }],
            severities: vec![Choice {
                value: "HIGH",
                text: "High",
                chosen: true,
            }],
            description: HOSTILE.into(),
            shipments: "SS-1234-5678-9012".into(),
            drill: true,
            problems,
        };
        let html = render("incident-new", &form(Vec::new()));
        for part in [
            "name=\"kind\" value=\"leak\" required checked",
            "name=\"description\"",
            "name=\"shipments\"",
            "name=\"drill\" value=\"yes\" checked",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        let problem = FieldProblem {
            field: "description".into(),
            message: format!("Say more. {HOSTILE}"),
        };
        let html = render("incident-refused", &form(vec![problem]));
        assert!(html.contains("href=\"#description\"") && html.contains("Say more."));
    }

    /// Beside a leaking drum one button is what there is to find.
    #[test]
    fn who_may_ask_finds_the_papers_with_one_button_and_who_reads_anyway_does_not() {
        let html = render("incident", &page(incident(IncidentState::Open), Some(ask())));
        assert!(html.contains("I need to read these papers now"));
        assert!(html.contains("action=\"/incidents/inc_1/emergency-access\""));
        assert!(html.contains("name=\"reason\" value=\"beside\" checked"));
        assert!(html.contains("tells everybody who answers for it at once"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        let anyway = AskAccess { read: false, ..ask() };
        let html = render(
            "incident-reads",
            &page(incident(IncidentState::Open), Some(anyway)),
        );
        assert!(!html.contains("I need to read these papers now"));
        assert!(html.contains("dangerous_goods.compatibility.override"));
        let waits = AskAccess { waits: true, ..ask() };
        let html = render(
            "incident-waits",
            &page(incident(IncidentState::Open), Some(waits)),
        );
        assert!(html.contains("nobody has judged"));
        let vain = AskAccess {
            read: false,
            nothing_named: true,
            ..ask()
        };
        let html = render("incident-vain", &page(incident(IncidentState::Open), Some(vain)));
        assert!(html.contains("names no shipment") && !html.contains("I need to read"));
    }

    #[test]
    fn confirming_and_closing_are_there_for_who_may_alone_and_an_exercise_is_marked() {
        let mut full = page(incident(IncidentState::Open), None);
        let html = render("incident-read", &full);
        assert!(!html.contains("/confirm") && !html.contains("/close"));
        full.actions = IncidentActions {
            confirm: true,
            close: true,
        };
        full.incident.drill = true;
        full.accesses = vec![access(AccessState::Usable)];
        let html = render("incident-full", &full);
        assert!(
            html.contains("action=\"/incidents/inc_1/confirm\"")
                && html.contains("action=\"/incidents/inc_1/close\"")
        );
        assert!(html.contains("Exercise") && html.contains("permits nothing"));
        assert!(html.contains("59 min left"));
        let html = render("incident-closed", &page(incident(IncidentState::Resolved), None));
        assert!(html.contains("Resolved") && html.contains("14:00 UTC"));
    }
}
