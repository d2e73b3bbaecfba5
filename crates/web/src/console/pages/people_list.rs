//! The people of a company, for those who administer them.

use askama::Template;

use super::{Moment, ResetView, Section, SessionView, Shell};

/// A page of people, by name.
#[derive(Template)]
#[template(path = "people_list.html")]
pub struct PeopleList {
    /// The frame.
    pub shell: Shell,
    /// The people of this page.
    pub people: Vec<PersonView>,
    /// The cursor of the following page.
    pub next: Option<String>,
    /// Whether this is the first page.
    pub first_page: bool,
    /// Whether this person manages the company's people; otherwise these are the team they lead.
    pub may_manage: bool,
    /// Whether this person may open the page of another: sessions and lockdown.
    pub may_administer: bool,
    /// Whether this person may end every session of the company.
    pub may_end_all: bool,
}

/// Whom somebody leads.
#[derive(Template)]
#[template(path = "team.html")]
pub struct TeamPage {
    /// The frame.
    pub shell: Shell,
    /// The lead's id.
    pub id: String,
    /// The lead's name.
    pub name: String,
    /// Everybody else, by name.
    pub offered: Vec<TeamChoice>,
}

/// Somebody who may be in a team.
#[derive(Clone, Debug)]
pub struct TeamChoice {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their role in words.
    pub role: String,
    /// Whether they are in it.
    pub is_member: bool,
}

/// A person with their sessions, and what can be done.
#[derive(Template)]
#[template(path = "person_page.html")]
pub struct PersonPage {
    /// The frame.
    pub shell: Shell,
    /// Who.
    pub person: PersonView,
    /// Whether it is who looks at the page: nobody locks themselves.
    pub is_oneself: bool,
    /// Their living sessions, the last used first.
    pub sessions: Vec<SessionView>,
    /// The reset of their second factors that is under way.
    pub reset: Option<ResetView>,
    /// Whether who looks at the page may ask for one and approve one.
    pub may_reset: bool,
    /// The reason as typed before.
    pub reason: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they sign in with, in part for most.
    pub email: String,
    /// Their role in words.
    pub role: String,
    /// Whether they may sign in.
    pub state: AccountState,
    /// Whether their password from before opens nothing, because a lockdown or a reset took their second factors away.
    pub awaits_recovery: bool,
}

/// Whether a person may sign in.
#[derive(Clone, Debug)]
pub enum AccountState {
    /// May.
    Active,
    /// Has left.
    Disabled,
    /// Locked down.
    Locked(LockView),
}

impl AccountState {
    /// The state in words.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Disabled => "Disabled",
            Self::Locked(_) => "Locked",
        }
    }

    /// The class in the stylesheet.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Locked(_) => "locked",
        }
    }

    /// Whether a lockdown has something to lock.
    pub fn is_active(&self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether who looks at the page locked it.
    #[must_use]
    pub fn is_locked_by_viewer(&self) -> bool {
        self.lock().is_some_and(|lock| lock.is_mine)
    }

    /// The lockdown, if there is one.
    pub fn lock(&self) -> Option<&LockView> {
        match self {
            Self::Locked(lock) => Some(lock),
            _ => None,
        }
    }
}

/// A lockdown.
#[derive(Clone, Debug)]
pub struct LockView {
    /// Since when.
    pub at: Moment,
    /// Who decided it.
    pub by: String,
    /// Whether it is who looks at the page: another one unlocks.
    pub is_mine: bool,
    /// Why.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::{AccountState, LockView, PeopleList, PersonPage, PersonView, ResetView};
    use crate::console::pages::Section;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, session, shell};

    fn person(state: AccountState) -> PersonView {
        PersonView {
            id: "usr_1".into(),
            name: HOSTILE.into(),
            email: "d***@carrier.example".into(),
            role: "Driver".into(),
            state,
            awaits_recovery: false,
        }
    }

    fn locked() -> AccountState {
        AccountState::Locked(LockView {
            at: moment("22 Nov 2026, 12:55 UTC"),
            by: "Ada Admin".into(),
            is_mine: false,
            reason: format!("telephone stolen {HOSTILE}"),
        })
    }

    fn page(state: AccountState) -> PersonPage {
        PersonPage {
            shell: shell(Section::People),
            person: person(state),
            is_oneself: false,
            sessions: vec![session("ses_2", false)],
            reset: None,
            may_reset: true,
            reason: String::new(),
            error: None,
        }
    }

    fn reset(is_mine: bool, due: bool) -> Option<ResetView> {
        Some(ResetView {
            id: "frs_1".into(),
            asked_by: format!("Ada {HOSTILE}"),
            is_mine,
            asked_at: moment("22 Nov 2026, 12:55 UTC"),
            reason: format!("telephone lost {HOSTILE}"),
            identity: format!("came with a passport {HOSTILE}"),
            approved_by: due.then(|| "Bea Admin".into()),
            due: due.then(|| moment("23 Nov 2026, 12:55 UTC")),
        })
    }

    #[test]
    fn a_reset_is_asked_for_approved_by_somebody_else_and_taken_back_by_anybody_m10() {
        let html = render("person", &page(AccountState::Active));
        assert!(html.contains("action=\"/people/usr_1/factor-reset\"") && html.contains("name=\"identity\""));
        let with = |reset, is_oneself| PersonPage {
            reset,
            is_oneself,
            ..page(AccountState::Active)
        };
        let approve = "action=\"/people/usr_1/factor-reset/approve\"";
        let cancel = "action=\"/people/usr_1/factor-reset/cancel\"";
        let html = render("person-reset", &with(reset(false, false), false));
        assert!(html.contains(approve) && html.contains(cancel) && html.contains("value=\"frs_1\""));
        assert!(!html.contains("name=\"identity\"") && html.contains(ESCAPED) && !html.contains(HOSTILE));
        for (name, page) in [
            ("person-reset-mine", with(reset(true, false), false)),
            ("person-reset-own", with(reset(false, false), true)),
            ("person-reset-due", with(reset(false, true), false)),
        ] {
            let html = render(name, &page);
            assert!(!html.contains(approve) && html.contains(cancel), "{name}");
        }
        assert!(render("person-reset-due", &with(reset(false, true), false)).contains("23 Nov 2026"));
    }

    #[test]
    fn the_list_tells_name_role_and_state_escaped() {
        let html = render(
            "people",
            &PeopleList {
                shell: shell(Section::People),
                people: vec![
                    person(AccountState::Active),
                    person(locked()),
                    person(AccountState::Disabled),
                ],
                next: Some("usr_2".into()),
                first_page: true,
                may_manage: true,
                may_administer: true,
                may_end_all: true,
            },
        );
        for part in [
            "Driver",
            "Active",
            "Locked",
            "Disabled",
            "after=usr_2",
            "/people/end-all-sessions",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn an_active_person_can_be_locked_with_a_reason_and_a_locked_one_unlocked() {
        let html = render("person", &page(AccountState::Active));
        assert!(html.contains("action=\"/people/usr_1/lockdown\"") && html.contains("name=\"reason\""));
        assert!(html.contains("action=\"/people/usr_1/end-sessions\"") && !html.contains("/unlock"));
        let html = render("person-locked", &page(locked()));
        assert!(html.contains("action=\"/people/usr_1/unlock\"") && !html.contains("/lockdown"));
        assert!(html.contains("Ada Admin") && html.contains("telephone stolen"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        let AccountState::Locked(lock) = locked() else {
            unreachable!("it is locked")
        };
        let mine = AccountState::Locked(LockView {
            is_mine: true,
            ..lock
        });
        let html = render("person-locked-by-me", &page(mine));
        assert!(!html.contains("/unlock") && html.contains("another administrator"));
    }

    #[test]
    fn nobody_is_offered_their_own_lockdown_and_a_refused_reason_is_kept() {
        let own = PersonPage {
            is_oneself: true,
            ..page(AccountState::Active)
        };
        assert!(!render("person-own", &own).contains("/lockdown"));
        let refused = PersonPage {
            reason: HOSTILE.into(),
            error: Some("A reason has 10 to 500 characters.".into()),
            ..page(AccountState::Active)
        };
        let html = render("person-refused", &refused);
        assert!(html.contains("aria-invalid") && html.contains("A reason has 10 to 500 characters."));
        assert!(!html.contains(HOSTILE));
    }
}
