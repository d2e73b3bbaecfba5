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
    /// The audit trail.
    pub audit: bool,
}

/// A section of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The load checker.
    Checker,
    /// The shipments.
    Shipments,
    /// The audit trail.
    Audit,
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
