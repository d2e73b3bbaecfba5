//! The audit trail for those allowed to read it.

use askama::Template;

use super::{Moment, Section, Shell};

/// A page of audit events.
#[derive(Template)]
#[template(path = "audit_list.html")]
pub struct AuditList {
    /// The frame.
    pub shell: Shell,
    /// The filter applied, as typed.
    pub filter: AuditFilter,
    /// Every event type to filter by.
    pub event_types: Vec<String>,
    /// One page of events, the newest first.
    pub rows: Vec<AuditRow>,
    /// The cursor of the following page.
    pub next: Option<String>,
    /// Whether this is the first page.
    pub first_page: bool,
    /// What is wrong with the filter, if anything.
    pub error: Option<String>,
}

impl AuditList {
    /// Every severity, for the filter.
    pub fn severities(&self) -> [Severity; 4] {
        Severity::ALL
    }
}

/// The filter as typed; empty fields do not filter.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// A value of [`AuditList::event_types`].
    pub event: String,
    /// A [`Severity::slug`].
    pub severity: String,
    /// Part of the person's name.
    pub person: String,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
}

/// One audit event.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// The event's id.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Who.
    pub person: String,
    /// What happened, in words.
    pub description: String,
    /// Event type, such as `CREATE`.
    pub event: String,
    /// Severity.
    pub severity: Severity,
    /// What it was done to, in words.
    pub resource: String,
    /// The resource's page, where this person may open it: a path of this site.
    pub resource_path: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Network address it came from.
    pub address: String,
    /// Further facts, name and value.
    pub details: Vec<(String, String)>,
}

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Everyday.
    Low,
    /// Worth a look.
    Medium,
    /// Worth a review.
    High,
    /// Worth waking somebody.
    Critical,
}

impl Severity {
    /// Every severity, the least grave first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The severity in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }

    /// The query value and the class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How an audited action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was tried and did not succeed.
    Failure,
    /// It was refused.
    Denied,
    /// It broke.
    Error,
}

impl Outcome {
    /// The outcome in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "Done",
            Self::Failure => "Failed",
            Self::Denied => "Denied",
            Self::Error => "Error",
        }
    }

    /// The class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Denied => "denied",
            Self::Error => "error",
        }
    }

    /// The icon's id in the layout's sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Success => "i-permitted",
            Self::Failure => "i-conditional",
            Self::Denied => "i-prohibited",
            Self::Error => "i-not-cleared",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AuditFilter, AuditList, AuditRow, Outcome, Severity};
    use crate::console::pages::Section;
    use crate::console::pages::markup::render;
    use crate::console::pages::samples::{ESCAPED, HOSTILE, moment, shell};

    fn row(id: &str, event: &str, severity: Severity, outcome: Outcome) -> AuditRow {
        AuditRow {
            id: id.into(),
            at: moment("22 Nov 2026, 12:55:07 UTC"),
            person: "Maya Okafor".into(),
            description: "Shipment changed".into(),
            event: event.into(),
            severity,
            resource: "Shipment SS-2026-000121".into(),
            resource_path: (outcome == Outcome::Success).then(|| "/shipments/shp_0197".into()),
            outcome,
            address: "203.0.113.24".into(),
            details: vec![
                ("request".into(), "0197-8a2c-41de".into()),
                ("agent".into(), HOSTILE.into()),
            ],
        }
    }

    fn page() -> AuditList {
        AuditList {
            shell: shell(Section::Audit),
            filter: AuditFilter {
                person: "O'Neil & <b>".into(),
                ..AuditFilter::default()
            },
            event_types: vec!["CREATE".into(), "LOGIN".into()],
            rows: vec![
                row("e1", "CREATE", Severity::Low, Outcome::Success),
                row("e2", "UPDATE", Severity::Low, Outcome::Success),
                row("e3", "LOGIN", Severity::Medium, Outcome::Denied),
                row("e4", "VIEW", Severity::High, Outcome::Error),
                row("e5", "EXPORT", Severity::Critical, Outcome::Denied),
            ],
            next: Some("c2".into()),
            first_page: false,
            error: None,
        }
    }

    #[test]
    fn an_event_says_who_did_what_when_from_where_and_how_it_ended() {
        let html = render("audit", &page());
        for part in [
            "12:55:07 UTC",
            "Maya Okafor",
            "CREATE",
            "203.0.113.24",
            "Denied",
            "Critical",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert!(html.contains(ESCAPED) && !html.contains(HOSTILE));
    }

    #[test]
    fn the_filter_is_kept_by_the_pages_and_encoded() {
        let html = render("audit", &page());
        assert!(html.contains("person=O%27Neil%20%26%20%3Cb%3E&amp;from="));
        assert!(html.contains("&amp;after=c2"));
    }

    #[test]
    fn a_filter_that_matches_nothing_says_so() {
        let page = AuditList {
            rows: Vec::new(),
            next: None,
            error: Some("`from` is after `to`".into()),
            ..page()
        };
        let html = render("audit-empty", &page);
        assert!(html.contains("No event matches") && html.contains("`from` is after `to`"));
    }
}
