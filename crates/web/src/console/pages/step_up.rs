//! Proving a living session anew.

use askama::Template;

use super::{AskPasskey, Section, Shell};

/// The page that asks for a second factor, or the password of who has none.
#[derive(Template)]
#[template(path = "step_up.html")]
pub struct StepUp {
    /// The frame.
    pub shell: Shell,
    /// Whether the person has a second factor to show.
    pub by_code: bool,
    /// A passkey instead, of who has one.
    pub passkey: Option<AskPasskey>,
    /// Whether nothing but a passkey will do.
    pub passkey_demanded: bool,
    /// Where to go back to: a path of this site, checked by the handler.
    pub next: Option<String>,
    /// Why the last attempt was refused.
    pub error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::{AskPasskey, Section, StepUp};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, shell};

    #[test]
    fn who_is_to_show_a_passkey_is_told_what_a_backup_code_is_still_good_for() {
        let page = StepUp {
            shell: shell(Section::None),
            by_code: true,
            passkey: Some(AskPasskey::to_step_up()),
            passkey_demanded: true,
            next: None,
            error: None,
        };
        let html = render("step-up-passkey", &page);
        assert!(html.contains("data-begin=\"/step-up/passkey\""));
        assert!(
            html.contains("demands your passkey") && html.contains("set up another one, and nothing else")
        );
    }

    #[test]
    fn who_has_a_factor_is_asked_for_a_code_and_who_has_none_for_the_password() {
        let html = |by_code| {
            let page = StepUp {
                shell: shell(Section::None),
                by_code,
                passkey: None,
                passkey_demanded: false,
                next: Some("/security".into()),
                error: Some(HOSTILE.into()),
            };
            render(if by_code { "step-up" } else { "step-up-password" }, &page)
        };
        let (code, password) = (html(true), html(false));
        assert!(code.contains("name=\"code\"") && !code.contains("name=\"password\""));
        assert!(password.contains("name=\"password\"") && !password.contains("name=\"code\""));
        for html in [code, password] {
            assert!(html.contains("name=\"next\" value=\"/security\""));
            assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        }
    }
}
