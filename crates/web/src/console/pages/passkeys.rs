//! What pages show of passkeys: one's own, and the form that asks for one.

use super::Moment;

/// One of one's own passkeys.
#[derive(Clone, Debug)]
pub struct PasskeyView {
    /// Its id.
    pub id: String,
    /// What one calls it.
    pub label: String,
    /// When it was made.
    pub created: Moment,
    /// When it was last shown.
    pub used: Option<Moment>,
    /// Whether it has been copied to one's other devices.
    pub copied: bool,
    /// Since when there may be a copy of somebody else.
    pub suspect_since: Option<Moment>,
}

/// A form that asks for a passkey; hidden until a script has seen that the browser knows them. Not `Debug`.
pub struct AskPasskey {
    /// Where the answer goes.
    pub action: &'static str,
    /// Where what the browser is given comes from.
    pub begin: &'static str,
    /// The sign-in it belongs to.
    pub ticket: Option<String>,
    /// What the button says.
    pub text: &'static str,
    /// Whether it is the first thing to do on the page.
    pub first: bool,
}

impl AskPasskey {
    /// In place of e-mail and password.
    #[must_use]
    pub const fn to_sign_in() -> Self {
        Self {
            action: "/sign-in/passkey",
            begin: "/sign-in/passkey/begin",
            ticket: None,
            text: "Sign in with a passkey",
            first: false,
        }
    }

    /// After the password.
    #[must_use]
    pub const fn after_password(ticket: String) -> Self {
        Self {
            action: "/sign-in/second-factor",
            begin: "/sign-in/second-factor/passkey",
            ticket: Some(ticket),
            text: "Use a passkey",
            first: true,
        }
    }

    /// In a living session.
    #[must_use]
    pub const fn to_step_up() -> Self {
        Self {
            action: "/step-up",
            begin: "/step-up/passkey",
            ticket: None,
            text: "Use a passkey",
            first: true,
        }
    }
}
