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
    /// Event type.
    pub event: String,
    /// A [`Severity::slug`].
    pub severity: String,
    /// Person's name or e-mail.
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
    /// Event type, such as `shipment.created`.
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

/// How grave an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Everyday.
    Info,
    /// Worth a look.
    Warning,
    /// Needs someone.
    High,
    /// Needs someone now.
    Critical,
}

impl Severity {
    /// Every severity, the least grave first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::High, Self::Critical];

    /// The severity in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "Info",
            Self::Warning => "Warning",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }

    /// The query value and the class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
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
    /// It was refused.
    Denied,
    /// It failed.
    Failure,
}

impl Outcome {
    /// The outcome in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "Done",
            Self::Denied => "Denied",
            Self::Failure => "Failed",
        }
    }

    /// The class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Denied => "denied",
            Self::Failure => "failure",
        }
    }

    /// The icon's id in the layout's sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Success => "i-permitted",
            Self::Denied => "i-prohibited",
            Self::Failure => "i-conditional",
        }
    }
}
