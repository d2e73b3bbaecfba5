//! The list of passwords that the company refuses.

use askama::Template;

use super::{Section, Shell};

/// How long the list is, and another one.
#[derive(Template)]
#[template(path = "refused_passwords.html")]
pub struct RefusedPasswordsPage {
    /// The frame.
    pub shell: Shell,
    /// Passwords on the list.
    pub count: i32,
    /// Whether who looks at the page may change it, after a second factor.
    pub may_change: bool,
    /// What is wrong with the list that was sent.
    pub faults: Vec<String>,
    /// And how much more.
    pub more_faults: usize,
}

#[cfg(test)]
mod tests {
    use super::{RefusedPasswordsPage, Section};
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, shell};

    fn page(count: i32, may_change: bool) -> RefusedPasswordsPage {
        RefusedPasswordsPage {
            shell: shell(Section::Security),
            count,
            may_change,
            faults: Vec::new(),
            more_faults: 0,
        }
    }

    #[test]
    fn who_may_replaces_the_list_and_removes_one_that_is_there_auth_1() {
        let html = render("refused-passwords", &page(1200, true));
        for action in ["/refused-passwords", "/refused-passwords/remove"] {
            assert!(html.contains(&format!("action=\"{action}\"")), "{action}");
        }
        assert!(html.contains("1200"));
        let html = render("refused-passwords-none", &page(0, true));
        assert!(!html.contains("/remove") && html.contains("no list"));
        let html = render("refused-passwords-read", &page(1, false));
        assert!(!html.contains("action=\"/refused-passwords"));
    }

    #[test]
    fn what_is_wrong_with_a_list_is_told_and_escaped() {
        let page = RefusedPasswordsPage {
            faults: vec![HOSTILE.into()],
            more_faults: 7,
            ..page(3, true)
        };
        let html = render("refused-passwords-faults", &page);
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE) && html.contains("7 more"));
    }
}
