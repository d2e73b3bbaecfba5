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
    /// The emergency access the person has now: on every page until it is over (AUTHZ-6).
    pub taken: Option<TakenAccess>,
}

/// Emergency access that the person signed in has now. An exercise permits nothing and is not told of here.
#[derive(Clone, Debug)]
pub struct TakenAccess {
    /// Its id.
    pub id: String,
    /// When it ends at the latest, by the clock.
    pub until: Moment,
    /// How long that still is.
    pub left: Countdown,
}

/// Time that runs out: in words as the page was made, and in seconds for the script that counts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// Seconds left when the page was made, none of them negative.
    pub seconds: i64,
}

impl Countdown {
    /// Such as `1 h 12 min left`.
    pub fn words(&self) -> String {
        let minutes = self.seconds / 60;
        match (minutes / 60, minutes % 60) {
            _ if self.seconds <= 0 => "over".to_owned(),
            (0, 0) => "less than a minute left".to_owned(),
            (0, minutes) => format!("{minutes} min left"),
            (hours, minutes) => format!("{hours} h {minutes} min left"),
        }
    }
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
    /// Incidents and emergency access.
    pub incidents: bool,
    /// Reporting an incident.
    pub report: bool,
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
    /// Incidents and emergency access.
    Incidents,
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
    use super::{Countdown, Navigation, Section, TakenAccess};
    use crate::console::pages::ProblemPage;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, shell};

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
        for path in ["/checker", "/audit", "/people", "/incidents"] {
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
    fn time_that_runs_out_is_told_in_whole_minutes_and_is_over_at_its_end() {
        let words = |seconds| Countdown { seconds }.words();
        assert_eq!(words(4 * 3600), "4 h 0 min left");
        assert_eq!(words(3599), "59 min left");
        assert_eq!(words(59), "less than a minute left");
        assert_eq!((words(0), words(-5)), ("over".to_owned(), "over".to_owned()));
    }

    /// Whoever acts beyond their role sees it on every page, with the way to give it back (AUTHZ-6).
    #[test]
    fn who_has_emergency_access_is_told_so_on_every_page_and_can_give_it_back() {
        let taken = TakenAccess {
            id: "ema_1".into(),
            until: moment("14:32 UTC"),
            left: Countdown { seconds: 3540 },
        };
        let with = |name, taken| {
            let mut shell = shell(Section::Shipments);
            shell.taken = taken;
            let text = String::new;
            let (title, detail, request_id, back, back_text) = (text(), text(), text(), text(), text());
            let page = ProblemPage {
                shell,
                status: 404,
                title,
                detail,
                request_id,
                back,
                back_text,
            };
            render(name, &page)
        };
        let html = with("layout-emergency", Some(taken));
        assert!(
            html.contains("14:32 UTC") && html.contains("data-left=\"3540\"") && html.contains("59 min left")
        );
        assert!(html.contains("action=\"/emergency-access/ema_1/end\""));
        assert!(!with("layout-without", None).contains("Emergency access"));
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
