//! Sign-in with e-mail and password.

use askama::Template;

use super::{AskPasskey, Section, Shell};

/// The sign-in page.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// The frame, without a person.
    pub shell: Shell,
    /// The e-mail as typed before.
    pub email: String,
    /// Where to go afterwards: a path of this site, checked by the handler.
    pub next: Option<String>,
    /// Why the last attempt was refused; never which part was wrong.
    pub error: Option<String>,
    /// A passkey instead, where there are any.
    pub passkey: Option<AskPasskey>,
}

#[cfg(test)]
mod tests {
    use super::{AskPasskey, SignIn};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, nobody};

    fn page() -> SignIn {
        SignIn {
            shell: nobody(),
            email: String::new(),
            next: None,
            error: None,
            passkey: Some(AskPasskey::to_sign_in()),
        }
    }

    #[test]
    fn a_passkey_signs_in_instead_where_there_are_any_and_a_script_says_that_the_browser_knows_them() {
        let html = render("sign-in-passkey", &page());
        assert!(html.contains("data-begin=\"/sign-in/passkey/begin\" hidden"));
        assert!(html.contains("src=\"/assets/passkeys.js\""));
        let without = SignIn {
            passkey: None,
            ..page()
        };
        assert!(!render("sign-in-no-passkeys", &without).contains("data-passkey"));
    }

    #[test]
    fn it_asks_for_email_and_password_and_shows_no_navigation() {
        let html = render("sign-in", &page());
        assert!(html.contains("autocomplete=\"current-password\""));
        assert!(!html.contains("<nav") && !html.contains("Sign out"));
    }

    #[test]
    fn a_refusal_keeps_the_email_escaped_and_never_a_password() {
        let error = Some("E-mail or password is wrong".into());
        let html = render(
            "sign-in-refused",
            &SignIn {
                email: HOSTILE.into(),
                error,
                ..page()
            },
        );
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(html.contains("role=\"alert\""));
    }

    #[test]
    fn where_to_go_afterwards_is_carried_along() {
        let html = render(
            "sign-in-next",
            &SignIn {
                next: Some("/shipments?status=draft".into()),
                ..page()
            },
        );
        assert!(html.contains("name=\"next\" value=\"/shipments?status=draft\""));
    }
}
