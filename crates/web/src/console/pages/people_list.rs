//! The people of a company, for those who administer them.

use askama::Template;

use super::{Moment, Section, SessionView, Shell};

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
    /// Whether this person may end every session of the company.
    pub may_end_all: bool,
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
    /// Their role in words.
    pub role: String,
    /// Whether they may sign in.
    pub state: AccountState,
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
    /// Why.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::{AccountState, LockView, PeopleList, PersonPage, PersonView};
    use crate::console::pages::Section;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, session, shell};

    fn person(state: AccountState) -> PersonView {
        PersonView {
            id: "usr_1".into(),
            name: HOSTILE.into(),
            role: "Driver".into(),
            state,
        }
    }

    fn locked() -> AccountState {
        AccountState::Locked(LockView {
            at: moment("22 Nov 2026, 12:55 UTC"),
            by: "Ada Admin".into(),
            reason: format!("telephone stolen {HOSTILE}"),
        })
    }

    fn page(state: AccountState) -> PersonPage {
        PersonPage {
            shell: shell(Section::People),
            person: person(state),
            is_oneself: false,
            sessions: vec![session("ses_2", false)],
            reason: String::new(),
            error: None,
        }
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
