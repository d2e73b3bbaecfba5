//! The audit trail: what happened, to what, by whom, from where (AUDIT-1, AUDIT-2, AUDIT-5).
//!
//! Events are written by [`crate::tx::WriteTx::commit`] in the transaction of what they record; here are
//! their form and how they are read back.

use std::net::IpAddr;

use access::grant::Grant;
use access::ids::{AuditEventId, RequestId, UserId};
use access::permission::ViewAuditLogs;
use serde::Serialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::tx::ReadTx;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the trail.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value a word of the trail names.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

words!(
    /// The kind of an event.
    EventType {
        /// Something came to be.
        Create = "CREATE",
        /// Something changed.
        Update = "UPDATE",
        /// Something was removed.
        Delete = "DELETE",
        /// Something was looked at or computed.
        View = "VIEW",
        /// A sign-in, or an attempt.
        Login = "LOGIN",
        /// A sign-out.
        Logout = "LOGOUT",
        /// Rights changed.
        PermissionChange = "PERMISSION_CHANGE",
        /// Emergency access was used.
        EmergencyAccess = "EMERGENCY_ACCESS",
        /// Data left.
        Export = "EXPORT",
        /// Data came in.
        Import = "IMPORT",
    }
);
words!(
    /// How much an event matters.
    Severity {
        /// Everyday.
        Low = "LOW",
        /// Worth a look.
        Medium = "MEDIUM",
        /// Worth a review.
        High = "HIGH",
        /// Worth waking somebody.
        Critical = "CRITICAL",
    }
);
words!(
    /// How what was attempted ended (A9).
    Outcome {
        /// It was done.
        Success = "SUCCESS",
        /// It was tried and did not succeed.
        Failure = "FAILURE",
        /// It was refused.
        Denied = "DENIED",
        /// It broke.
        Error = "ERROR",
    }
);

/// Where a request came from; all absent for a command.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The caller's address.
    pub ip: Option<IpAddr>,
    /// The caller's `User-Agent`; recorded up to 500 characters.
    pub user_agent: Option<String>,
    /// The request's method.
    pub method: Option<String>,
    /// The request's path without its query; recorded up to 500 characters.
    pub path: Option<String>,
    /// The request's id, as in the log and in problem documents.
    pub request: Option<RequestId>,
}

impl Origin {
    /// The agent as the trail takes it.
    pub(crate) fn recorded_agent(&self) -> Option<String> {
        self.user_agent.as_deref().map(|text| cut(text, 500))
    }

    /// The path as the trail takes it.
    pub(crate) fn recorded_path(&self) -> Option<String> {
        self.path.as_deref().map(|text| cut(text, 500))
    }
}

/// A text of at most `most` characters, with a mark where something is missing (A11): a long header must not
/// keep an event, and with it a change, from being stored.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// One changed field.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// Before; null when it was absent. Masked for encrypted fields.
    pub old: Value,
    /// After.
    pub new: Value,
    /// Whether the field is one that safety or access depends on.
    pub critical: bool,
}

/// The fields an update changed, by name (A3: typed values, zero and false included).
#[derive(Debug, Clone, Default, Serialize)]
pub struct Changes(Map<String, Value>);

/// What stands in the trail for an encrypted value.
const MASK: &str = "•••";

impl Changes {
    /// Notes a field when its value differs.
    pub fn compare(&mut self, field: &str, old: &impl Serialize, new: &impl Serialize, critical: bool) {
        let (old, new) = (json!(old), json!(new));
        if old != new {
            self.0
                .insert(field.to_owned(), json!(Change { old, new, critical }));
        }
    }

    /// Notes that an encrypted field changed, without its values (A5).
    pub fn masked(&mut self, field: &str) {
        let change = Change {
            old: json!(MASK),
            new: json!(MASK),
            critical: false,
        };
        self.0.insert(field.to_owned(), json!(change));
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a use case says of its own act; who and from where the transaction knows.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its kind.
    pub event_type: EventType,
    /// How much it matters.
    pub severity: Severity,
    /// How it ended.
    pub outcome: Outcome,
    /// The kind of the thing it happened to, as `shipment`.
    pub resource_type: &'static str,
    /// The thing, when it has an id.
    pub resource_id: Option<Uuid>,
    /// The thing's name as it was then; cut to 200 characters.
    pub resource_name: String,
    /// What happened, in one line without personal values.
    pub description: String,
    /// What an update changed.
    pub changes: Changes,
    /// What else belongs to it: a JSON object without personal values.
    pub additional: Value,
}

/// One event as it is read.
#[derive(Debug, Clone, Serialize)]
pub struct Recorded {
    /// Its id.
    pub id: AuditEventId,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub occurred_at: OffsetDateTime,
    /// Its kind.
    pub event_type: String,
    /// How much it matters.
    pub severity: String,
    /// How it ended.
    pub outcome: String,
    /// Who, when it was a person of this company.
    pub actor: Option<UserId>,
    /// Their name then.
    pub actor_name: String,
    /// The kind of the thing.
    pub resource_type: String,
    /// The thing's UUID.
    pub resource_id: Option<Uuid>,
    /// The thing's name then.
    pub resource_name: String,
    /// From which address.
    pub ip_address: Option<IpAddr>,
    /// With which agent.
    pub user_agent: Option<String>,
    /// By which method.
    pub request_method: Option<String>,
    /// At which path.
    pub request_path: Option<String>,
    /// In which request.
    pub request_id: Option<RequestId>,
    /// What happened.
    pub description: String,
    /// What changed.
    pub changed_fields: Value,
    /// What else.
    pub additional_data: Value,
}

/// What to look for; absent means any.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this kind.
    pub event_type: Option<EventType>,
    /// Only this severity.
    pub severity: Option<Severity>,
    /// Only by a person whose name contains this, whatever the case.
    pub actor_name: Option<String>,
    /// Not before.
    pub from: Option<OffsetDateTime>,
    /// Before.
    pub until: Option<OffsetDateTime>,
    /// Only older than this event: the next page.
    pub older_than: Option<AuditEventId>,
}

/// The newest `limit` events of the company that fit.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut ReadTx,
    grant: &Grant<ViewAuditLogs>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Recorded>, StoreError> {
    let rows = sqlx::query!(
        r#"select id, occurred_at, event_type, severity, outcome, actor_user_id, actor_name, resource_type,
               resource_id, resource_name, ip_address as "ip_address: IpAddr", user_agent, request_method,
               request_path, request_id, description, changed_fields, additional_data
           from audit_events
           where company_id = $1
             and ($2::text is null or event_type = $2)
             and ($3::text is null or severity = $3)
             and ($4::text is null or position(lower($4) in lower(actor_name)) > 0)
             and ($5::timestamptz is null or occurred_at >= $5)
             and ($6::timestamptz is null or occurred_at < $6)
             and ($7::uuid is null or id < $7)
           order by id desc
           limit $8"#,
        grant.actor().company().uuid(),
        filter.event_type.map(EventType::as_str),
        filter.severity.map(Severity::as_str),
        filter.actor_name,
        filter.from,
        filter.until,
        filter.older_than.map(AuditEventId::uuid),
        limit,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Recorded {
            id: AuditEventId::from_uuid(row.id),
            occurred_at: row.occurred_at,
            event_type: row.event_type,
            severity: row.severity,
            outcome: row.outcome,
            actor: row.actor_user_id.map(UserId::from_uuid),
            actor_name: row.actor_name,
            resource_type: row.resource_type,
            resource_id: row.resource_id,
            resource_name: row.resource_name,
            ip_address: row.ip_address,
            user_agent: row.user_agent,
            request_method: row.request_method,
            request_path: row.request_path,
            request_id: row.request_id.map(RequestId::from_uuid),
            description: row.description,
            changed_fields: row.changed_fields,
            additional_data: row.additional_data,
        })
        .collect())
}
