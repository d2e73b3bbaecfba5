//! The second step of signing in: a passkey, a code of the app, or a backup code.

use askama::Template;

use super::{AskPasskey, Section, Shell};

/// The page that follows the password.
#[derive(Template)]
#[template(path = "second_step.html")]
pub struct SecondStep {
    /// The frame, without a person.
    pub shell: Shell,
    /// Names the sign-in; worth nothing without a code.
    pub ticket: String,
    /// Where to go afterwards: a path of this site, checked by the handler.
    pub next: Option<String>,
    /// Why the last code was refused.
    pub error: Option<String>,
    /// A passkey instead, of who has one.
    pub passkey: Option<AskPasskey>,
}

#[cfg(test)]
mod tests {
    use super::{AskPasskey, SecondStep};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, nobody};

    #[test]
    fn it_asks_for_a_code_and_carries_ticket_and_way_on() {
        let html = render(
            "second-step",
            &SecondStep {
                shell: nobody(),
                ticket: "stk_sample".into(),
                next: Some("/shipments".into()),
                error: None,
                passkey: Some(AskPasskey::after_password("stk_sample".into())),
            },
        );
        assert!(html.contains("name=\"ticket\" value=\"stk_sample\""));
        assert!(html.contains("name=\"next\" value=\"/shipments\""));
        assert!(html.contains("autocomplete=\"one-time-code\"") && !html.contains("password\""));
        assert!(html.contains("data-begin=\"/sign-in/second-factor/passkey\""));
    }

    #[test]
    fn a_refusal_is_told_and_everything_is_escaped() {
        let html = render(
            "second-step-refused",
            &SecondStep {
                shell: nobody(),
                ticket: HOSTILE.into(),
                next: None,
                error: Some(HOSTILE.into()),
                passkey: None,
            },
        );
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(html.contains("role=\"alert\"") && html.contains("Begin again"));
    }
}
