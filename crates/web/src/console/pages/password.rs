//! One's own password: changing it, and resetting it by a link in a mail.

use askama::Template;

use super::{Section, Shell};

/// Changing it while signed in.
#[derive(Template)]
#[template(path = "change_password.html")]
pub struct ChangePassword {
    /// The frame.
    pub shell: Shell,
    /// Characters that the new one has at least.
    pub least: u8,
    /// Why it was not changed.
    pub errors: Vec<String>,
}

/// Asking for a link.
#[derive(Template)]
#[template(path = "forgot_password.html")]
pub struct ForgotPassword {
    /// The frame, mostly without a person.
    pub shell: Shell,
    /// Whether it was just asked for.
    pub sent: bool,
}

/// Setting a new password with a link. Not `Debug`: it holds the token.
#[derive(Template)]
#[template(path = "reset_password.html")]
pub struct ResetPassword {
    /// The frame, mostly without a person.
    pub shell: Shell,
    /// The link's token.
    pub token: String,
    /// Why it was not set.
    pub errors: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::{ChangePassword, ForgotPassword, ResetPassword, Section};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, nobody, shell};

    #[test]
    fn changing_asks_for_the_current_password_and_twice_for_the_new_one() {
        let page = ChangePassword {
            shell: shell(Section::Security),
            least: 15,
            errors: vec![HOSTILE.into()],
        };
        let html = render("change-password", &page);
        assert_eq!(html.matches("autocomplete=\"new-password\"").count(), 2);
        assert_eq!(html.matches("autocomplete=\"current-password\"").count(), 1);
        assert!(html.contains("at least 15 characters"));
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn asking_for_a_link_says_the_same_whoever_asks() {
        let page = |sent| ForgotPassword {
            shell: nobody(),
            sent,
        };
        let before = render("forgot-password", &page(false));
        assert!(before.contains("name=\"email\"") && before.contains("action=\"/sign-in/forgot\""));
        let after = render("forgot-password-sent", &page(true));
        assert!(after.contains("role=\"status\"") && !after.contains("name=\"email\""));
    }

    #[test]
    fn a_link_carries_its_token_into_the_form_escaped() {
        let page = ResetPassword {
            shell: nobody(),
            token: HOSTILE.into(),
            errors: vec!["Too short.".into()],
        };
        let html = render("reset-password", &page);
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert_eq!(html.matches("autocomplete=\"new-password\"").count(), 2);
        assert!(html.contains("href=\"/sign-in/forgot\""));
    }
}
