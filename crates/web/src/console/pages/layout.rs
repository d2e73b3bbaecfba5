//! What every page shares: who is signed in, where they may go, and the token their forms carry.

/// The frame around a page. Not `Debug`: it holds the CSRF token.
#[derive(Clone)]
pub struct Shell {
    /// The CSRF token of this session (or of the sign-in form), put into every form that posts.
    pub csrf_token: String,
    /// The person signed in; `None` on the sign-in page and on problems before sign-in.
    pub person: Option<Person>,
    /// Where this person may go.
    pub navigation: Navigation,
    /// The section the page belongs to, marked in the navigation.
    pub section: Section,
    /// What just happened, shown once at the top of the page.
    pub notice: Option<Notice>,
}

/// The person signed in, as the header names them.
#[derive(Clone, Debug)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// Role in words, such as `Operator`.
    pub role: String,
    /// The company's name.
    pub company: String,
}

/// The sections this person may open. The default opens none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Navigation {
    /// The load checker.
    pub checker: bool,
    /// The shipments.
    pub shipments: bool,
    /// The data sets.
    pub data_sets: bool,
    /// The audit trail.
    pub audit: bool,
    /// The people of the company.
    pub people: bool,
}

/// A section of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The load checker.
    Checker,
    /// The shipments.
    Shipments,
    /// The data sets.
    DataSets,
    /// The audit trail.
    Audit,
    /// The person's own second factors.
    Security,
    /// The people of the company.
    People,
    /// One's own sessions.
    Sessions,
    /// Outside the navigation: sign-in and problems.
    None,
}

/// A message about what just happened.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Whether it went well.
    pub kind: NoticeKind,
    /// One plain sentence.
    pub text: String,
}

/// Whether a notice tells of success or failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// It was done.
    Success,
    /// It was not done.
    Failure,
}

impl NoticeKind {
    /// The class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// The icon's id in the layout's sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Success => "i-permitted",
            Self::Failure => "i-prohibited",
        }
    }
}

/// A moment for machines and for people.
#[derive(Clone, Debug)]
pub struct Moment {
    /// RFC 3339, for the `datetime` attribute.
    pub iso: String,
    /// As shown, with its zone, such as `22 Nov 2026, 12:55 UTC`.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::{Navigation, Section};
    use crate::console::pages::ProblemPage;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, shell};

    fn page(navigation: Navigation) -> String {
        let mut shell = shell(Section::Shipments);
        shell.navigation = navigation;
        if let Some(person) = &mut shell.person {
            person.name = HOSTILE.into();
        }
        let text = String::new;
        let page = ProblemPage {
            shell,
            status: 403,
            title: text(),
            detail: text(),
            request_id: text(),
            back: text(),
            back_text: text(),
        };
        render("layout", &page)
    }

    #[test]
    fn a_section_a_person_may_not_open_is_not_on_the_page() {
        let html = page(Navigation {
            shipments: true,
            ..Navigation::default()
        });
        assert!(html.contains("href=\"/shipments\" aria-current=\"page\""));
        for path in ["/checker", "/audit", "/people"] {
            assert!(!html.contains(&format!("href=\"{path}\"")), "{path}");
        }
    }

    #[test]
    fn a_person_is_named_escaped_with_a_way_to_sign_out_and_a_skip_link() {
        let html = page(Navigation::default());
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
        assert!(html.contains("action=\"/sign-out\"") && html.contains("href=\"#main\""));
        assert!(html.contains("href=\"/account/sessions\""));
    }

    #[test]
    fn the_htmx_settings_forbid_eval_and_inline_style_and_are_valid_json() {
        let html = page(Navigation::default());
        let json = html
            .split("name=\"htmx-config\" content='")
            .nth(1)
            .and_then(|rest| rest.split('\'').next());
        let json: serde_json::Value =
            serde_json::from_str(json.expect("the settings are there")).expect("valid JSON");
        assert_eq!(json["allowEval"], false);
        assert_eq!(json["allowScriptTags"], false);
        assert_eq!(json["includeIndicatorStyles"], false);
        assert_eq!(json["selfRequestsOnly"], true);
    }
}
