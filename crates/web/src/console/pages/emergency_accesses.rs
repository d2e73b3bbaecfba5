//! Emergency access: one's own with the time left, what waits, what is in use, what is to be judged (AUTHZ-6).

use askama::Template;

use super::{Countdown, Moment, Section, Shell};

/// All emergency access that somebody may see.
#[derive(Template)]
#[template(path = "emergency_accesses.html")]
pub struct EmergencyAccesses {
    /// The frame.
    pub shell: Shell,
    /// One's own, the newest first.
    pub mine: Vec<AccessView>,
    /// What waits for a second person.
    pub waiting: Vec<AccessView>,
    /// What is to be judged.
    pub to_judge: Vec<AccessView>,
    /// What others may use now.
    pub in_use: Vec<AccessView>,
    /// What others had, and is judged or never was.
    pub earlier: Vec<AccessView>,
    /// Whether who looks at the page approves and judges.
    pub answers_for_it: bool,
}

/// Somebody's emergency access.
#[derive(Clone, Debug)]
pub struct AccessView {
    /// Its id, the element's as well.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// Whether that is who looks at the page.
    pub is_mine: bool,
    /// What it permits, in words.
    pub permits: Vec<String>,
    /// How far reading reaches, in words.
    pub reaches: &'static str,
    /// Why, in the person's words.
    pub justification: String,
    /// Whether it is an exercise.
    pub drill: bool,
    /// Where it stands.
    pub state: AccessState,
    /// The incident in words.
    pub incident: String,
    /// The incident's address, for who may see it.
    pub incident_path: Option<String>,
    /// Whether somebody has yet to confirm the incident.
    pub unconfirmed: bool,
    /// When it was asked for.
    pub asked: Moment,
    /// Who approved or refused it.
    pub decided_by: Option<String>,
    /// Until when at the latest.
    pub until: Option<Moment>,
    /// How long that still is.
    pub left: Countdown,
    /// How it was judged.
    pub judgement: Option<Judgement>,
    /// What who looks at the page can do.
    pub offers: AccessOffers,
    /// The judgement as typed and refused.
    pub judging: Option<Judging>,
}

impl AccessView {
    /// What was typed before, or nothing.
    pub fn typed(&self) -> Judging {
        self.judging.clone().unwrap_or_default()
    }
}

/// Where emergency access stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessState {
    /// A second person decides.
    Waiting,
    /// May be used.
    Usable,
    /// Over, to be judged.
    ToReview,
    /// Over and judged.
    Reviewed,
    /// A second person said no.
    Refused,
    /// Taken back before anybody decided.
    Withdrawn,
}

impl AccessState {
    /// The state in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "Waits for a second person",
            Self::Usable => "In use",
            Self::ToReview => "Over, not judged yet",
            Self::Reviewed => "Over and judged",
            Self::Refused => "Refused",
            Self::Withdrawn => "Withdrawn",
        }
    }

    /// The class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Usable => "usable",
            Self::ToReview => "to-review",
            Self::Reviewed | Self::Refused | Self::Withdrawn => "past",
        }
    }
}

/// How access was judged.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// By whom.
    pub by: String,
    /// Whether it was justified.
    pub justified: bool,
    /// Why.
    pub note: String,
}

/// A judgement as typed.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    /// `justified`, `not_justified` or nothing yet.
    pub verdict: String,
    /// Why.
    pub note: String,
    /// What is wrong.
    pub error: String,
}

/// What can be done about emergency access.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccessOffers {
    /// Give it back, take it back, or withdraw the request.
    pub end: bool,
    /// Approve or refuse it.
    pub decide: bool,
    /// Judge it.
    pub judge: bool,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, shell};

    pub(in crate::console::pages) fn access(state: AccessState) -> AccessView {
        AccessView {
            id: format!("ema_{}", state.slug()),
            person: format!("Dario {HOSTILE}"),
            is_mine: false,
            permits: vec!["Read shipments".into()],
            reaches: "what the incident names",
            justification: format!("beside the drum {HOSTILE}"),
            drill: false,
            state,
            incident: "Leak or spill, 22 Nov 2026, 12:55 UTC".into(),
            incident_path: Some("/incidents/inc_1".into()),
            unconfirmed: true,
            asked: moment("22 Nov 2026, 12:55 UTC"),
            decided_by: None,
            until: (state != AccessState::Waiting).then(|| moment("22 Nov 2026, 13:55 UTC")),
            left: Countdown { seconds: 3540 },
            judgement: (state == AccessState::Reviewed).then(|| Judgement {
                by: HOSTILE.into(),
                justified: true,
                note: HOSTILE.into(),
            }),
            offers: AccessOffers::default(),
            judging: None,
        }
    }

    fn page() -> EmergencyAccesses {
        EmergencyAccesses {
            shell: shell(Section::Incidents),
            mine: Vec::new(),
            waiting: Vec::new(),
            to_judge: Vec::new(),
            in_use: Vec::new(),
            earlier: Vec::new(),
            answers_for_it: false,
        }
    }

    #[test]
    fn ones_own_access_counts_down_and_can_be_given_back() {
        let mut own = access(AccessState::Usable);
        own.is_mine = true;
        own.offers.end = true;
        let html = render(
            "emergency-access-mine",
            &EmergencyAccesses {
                mine: vec![own],
                ..page()
            },
        );
        for part in [
            "59 min left",
            "data-left=\"3540\"",
            "aria-live=\"polite\"",
            "action=\"/emergency-access/ema_usable/end\"",
            "Give it back",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(!html.contains("/approve") && !html.contains("/review"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(render("emergency-access-none", &page()).contains("You have no emergency access"));
    }

    #[test]
    fn who_answers_for_it_approves_refuses_judges_and_takes_back() {
        let mut waiting = access(AccessState::Waiting);
        waiting.offers.decide = true;
        waiting.drill = true;
        let mut over = access(AccessState::ToReview);
        over.offers.judge = true;
        over.judging = Some(Judging {
            verdict: "justified".into(),
            note: HOSTILE.into(),
            error: "A judgement has 10 to 500 characters.".into(),
        });
        let mut used = access(AccessState::Usable);
        used.offers.end = true;
        let html = render(
            "emergency-access",
            &EmergencyAccesses {
                waiting: vec![waiting],
                to_judge: vec![over],
                in_use: vec![used],
                earlier: vec![access(AccessState::Reviewed)],
                answers_for_it: true,
                ..page()
            },
        );
        for part in [
            "action=\"/emergency-access/ema_waiting/approve\"",
            "action=\"/emergency-access/ema_waiting/refuse\"",
            "action=\"/emergency-access/ema_to-review/review\"",
            "action=\"/emergency-access/ema_usable/end\"",
            "Take it back",
            "Exercise",
            "has confirmed the incident",
            "A judgement has 10 to 500 characters.",
            "value=\"justified\" required checked",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }
}
