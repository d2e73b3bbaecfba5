//! One's own sessions.

use askama::Template;

use super::{Moment, Section, Shell};

/// The page of one's own sessions.
#[derive(Template)]
#[template(path = "account_sessions.html")]
pub struct AccountSessions {
    /// The frame.
    pub shell: Shell,
    /// Living sessions, the last used first.
    pub sessions: Vec<SessionView>,
}

impl AccountSessions {
    /// Whether there is another session than this one.
    pub fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_current)
    }
}

/// A living session.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// The device in words.
    pub device: String,
    /// `Console` or `API`.
    pub kind: String,
    /// The network address it was opened from.
    pub address: String,
    /// The country of that address, where it is known.
    pub country: Option<String>,
    /// When it was opened.
    pub created: Moment,
    /// When it was used last.
    pub used: Moment,
    /// When it ends at the latest.
    pub ends: Moment,
    /// Whether it is the one that shows the page.
    pub is_current: bool,
}

#[cfg(test)]
mod tests {
    use super::AccountSessions;
    use crate::console::pages::Section;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, session, shell};

    #[test]
    fn each_session_tells_device_address_and_times_and_can_be_ended() {
        let html = render(
            "account-sessions",
            &AccountSessions {
                shell: shell(Section::Sessions),
                sessions: vec![session("ses_1", true), session("ses_2", false)],
            },
        );
        for part in [
            "Firefox on Windows",
            "203.0.113.24",
            "Netherlands (NL)",
            "This session",
            "End all others",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains("action=\"/account/sessions/ses_2/end\""));
        assert!(
            !html.contains("action=\"/account/sessions/ses_1/end\""),
            "signing out does that"
        );
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn without_others_there_is_nothing_to_end_but_everything() {
        let html = render(
            "account-sessions-one",
            &AccountSessions {
                shell: shell(Section::Sessions),
                sessions: vec![session("ses_1", true)],
            },
        );
        assert!(!html.contains("end-others") && html.contains("action=\"/account/sessions/end-all\""));
    }
}
