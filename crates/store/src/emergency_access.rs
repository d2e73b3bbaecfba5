//! Emergency access: rows that say who may do what beyond their role, because of which incident, until when
//! (AUTHZ-6, docs/decisions/0018).
//!
//! Every step is a function of the guard (migrations/0023) and commits with its event alone. That access ends needs
//! no step: `guard.personal` finds what is in time, and nothing else.

use access::grant::Grant;
use access::ids::{EmergencyAccessId, IncidentId, UserId};
use access::permission::{ApproveEmergencyAccess, RequestEmergencyAccess, ReviewEmergencyAccess};
use time::OffsetDateTime;

use crate::error::StoreError;
use crate::tx::{ReadTx, WriteTx};

/// Where emergency access stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Asked for; a second person decides.
    Waiting,
    /// May be used.
    Usable,
    /// Over, and to be judged by somebody else.
    ToReview,
    /// Over and judged.
    Reviewed,
    /// A second person said no.
    Refused,
    /// Taken back before anybody decided, or its incident was closed before.
    Withdrawn,
}

impl State {
    /// The word of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Usable => "usable",
            Self::ToReview => "to_review",
            Self::Reviewed => "reviewed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Emergency access as it is stored.
#[derive(Debug, Clone)]
pub struct AccessRow {
    /// Its id.
    pub id: EmergencyAccessId,
    /// Because of which incident.
    pub incident: IncidentId,
    /// Whose it is, with their name.
    pub user: (UserId, String),
    /// What it permits.
    pub permissions: Vec<String>,
    /// Why, in the person's words.
    pub justification: String,
    /// Whether it is an exercise, which permits nothing.
    pub drill: bool,
    /// Whether it reaches no further than what the incident names.
    pub incident_only: bool,
    /// When it was asked for.
    pub requested_at: OffsetDateTime,
    /// Who decided, by name; absent where reading was taken at once.
    pub decided_by: Option<String>,
    /// The same person's id: who approved does not judge.
    pub decider: Option<UserId>,
    /// From when.
    pub granted_at: Option<OffsetDateTime>,
    /// Until when at the latest.
    pub expires_at: Option<OffsetDateTime>,
    /// Where it stands.
    pub state: State,
    /// Who judged it, by name, whether it was justified, and why.
    pub review: Option<(String, String, String)>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessOutcome {
    /// It is done.
    Done,
    /// Granted at once.
    Granted,
    /// A second person is to decide.
    Waiting,
    /// The company has no such incident or access.
    Absent,
    /// The incident is closed.
    Closed,
    /// One asked before, and nobody has decided.
    WaitingAlready,
    /// Not in this state.
    State,
    /// It takes somebody else.
    Oneself,
    /// Nobody else has confirmed the incident.
    Unconfirmed,
}

fn parsed(word: Option<&str>) -> Result<AccessOutcome, StoreError> {
    match word {
        Some("done") => Ok(AccessOutcome::Done),
        Some("granted") => Ok(AccessOutcome::Granted),
        Some("waiting") => Ok(AccessOutcome::Waiting),
        Some("absent") => Ok(AccessOutcome::Absent),
        Some("closed") => Ok(AccessOutcome::Closed),
        Some("waiting_already") => Ok(AccessOutcome::WaitingAlready),
        Some("state") => Ok(AccessOutcome::State),
        Some("self") => Ok(AccessOutcome::Oneself),
        Some("unconfirmed") => Ok(AccessOutcome::Unconfirmed),
        _ => Err(StoreError::Corrupt("what the guard did to emergency access")),
    }
}

/// What row-level security shows, what is to be decided or judged first, then the newest: one's own, and everybody's to who sees every incident; of this incident, or this
/// one alone.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut ReadTx,
    grant: &Grant<RequestEmergencyAccess>,
    incident: Option<IncidentId>,
    limit: i64,
) -> Result<Vec<AccessRow>, StoreError> {
    let rows = sqlx::query!(
        r#"select a.id, a.incident_id, a.user_id, u.display_name as person, a.permissions, a.justification, a.drill,
               a.incident_only, a.requested_at, a.approved_by, d.display_name as "decider?", a.granted_at, a.expires_at,
               v.display_name as "reviewer?", a.verdict, a.review_note,
               case
                   when a.refused_at is not null then 'refused'
                   when a.reviewed_at is not null then 'reviewed'
                   when a.granted_at is null and (a.ended_at is not null or i.closed_at is not null) then 'withdrawn'
                   when a.granted_at is null then 'waiting'
                   when a.ended_at is null and now() < a.expires_at and i.closed_at is null then 'usable'
                   else 'to_review'
               end as "state!"
           from emergency_access a
           join incidents i on i.company_id = a.company_id and i.id = a.incident_id
           join users u on u.company_id = a.company_id and u.id = a.user_id
           left join users d on d.company_id = a.company_id and d.id = a.approved_by
           left join users v on v.company_id = a.company_id and v.id = a.reviewed_by
           where a.company_id = $1 and ($2::uuid is null or a.incident_id = $2)
           -- What somebody is to decide or to judge never falls out of the list.
           order by a.refused_at is null and a.reviewed_at is null and i.closed_at is null desc,
               a.granted_at is not null and a.reviewed_at is null desc, a.id desc
           limit $3"#,
        grant.actor().company().uuid(),
        incident.map(IncidentId::uuid),
        limit,
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let state = [
                State::Waiting,
                State::Usable,
                State::ToReview,
                State::Reviewed,
                State::Refused,
                State::Withdrawn,
            ]
            .into_iter()
            .find(|state| state.as_str() == row.state)
            .ok_or(StoreError::Corrupt("emergency_access"))?;
            Ok(AccessRow {
                id: EmergencyAccessId::from_uuid(row.id),
                incident: IncidentId::from_uuid(row.incident_id),
                user: (UserId::from_uuid(row.user_id), row.person),
                permissions: row.permissions,
                justification: row.justification,
                drill: row.drill,
                incident_only: row.incident_only,
                requested_at: row.requested_at,
                decided_by: row.decider,
                decider: row.approved_by.map(UserId::from_uuid),
                granted_at: row.granted_at,
                expires_at: row.expires_at,
                state,
                review: match (row.reviewer, row.verdict, row.review_note) {
                    (Some(by), Some(verdict), Some(note)) => Some((by, verdict, note)),
                    _ => None,
                },
            })
        })
        .collect()
}

/// Whose access it is, what it permits, and whether it is an exercise; none where the company has none such.
///
/// # Errors
/// When the database fails.
pub async fn about(
    tx: &mut WriteTx,
    id: EmergencyAccessId,
) -> Result<Option<(UserId, Vec<String>, bool)>, StoreError> {
    let row = sqlx::query!(
        "select user_id, permissions, drill from emergency_access where id = $1",
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (UserId::from_uuid(row.user_id), row.permissions, row.drill)))
}

/// The active people who approve and judge emergency access, the caller apart.
///
/// # Errors
/// When the database fails.
pub async fn approvers(
    tx: &mut WriteTx,
    grant: &Grant<RequestEmergencyAccess>,
) -> Result<Vec<UserId>, StoreError> {
    let ids = sqlx::query_scalar!(
        "select id from users where company_id = $1 and id <> $2 and status = 'active'
             and guard.may_approve_emergency(role)",
        grant.actor().company().uuid(),
        grant.actor().user().uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}

/// Asks for access in the caller's own name: reading is granted at once, or waits as all else does.
///
/// # Errors
/// When the database fails.
pub async fn request(
    tx: &mut WriteTx,
    _grant: &Grant<RequestEmergencyAccess>,
    id: EmergencyAccessId,
    incident: IncidentId,
    permissions: &[String],
    justification: &str,
) -> Result<AccessOutcome, StoreError> {
    let done = sqlx::query_scalar!(
        "select guard.request_emergency($1, $2, $3, $4)",
        id.uuid(),
        incident.uuid(),
        permissions,
        justification,
    )
    .fetch_one(tx.connection())
    .await?;
    parsed(done.as_deref())
}

/// Approves somebody else's.
///
/// # Errors
/// [`StoreError::NotProved`] without a fresh second factor; when the database fails.
pub async fn approve(
    tx: &mut WriteTx,
    _grant: &Grant<ApproveEmergencyAccess>,
    id: EmergencyAccessId,
) -> Result<AccessOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.approve_emergency($1)", id.uuid())
        .fetch_one(tx.connection())
        .await?;
    parsed(done.as_deref())
}

/// Says no to somebody else's.
///
/// # Errors
/// When the database fails.
pub async fn refuse(
    tx: &mut WriteTx,
    _grant: &Grant<ApproveEmergencyAccess>,
    id: EmergencyAccessId,
) -> Result<AccessOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.refuse_emergency($1)", id.uuid())
        .fetch_one(tx.connection())
        .await?;
    parsed(done.as_deref())
}

/// Ends access before its time: one's own, or as who may approve.
///
/// # Errors
/// When the database fails.
pub async fn end(
    tx: &mut WriteTx,
    _grant: &Grant<RequestEmergencyAccess>,
    id: EmergencyAccessId,
) -> Result<AccessOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.end_emergency($1)", id.uuid())
        .fetch_one(tx.connection())
        .await?;
    parsed(done.as_deref())
}

/// Judges access that is over.
///
/// # Errors
/// When the database fails.
pub async fn review(
    tx: &mut WriteTx,
    _grant: &Grant<ReviewEmergencyAccess>,
    id: EmergencyAccessId,
    verdict: &'static str,
    note: &str,
) -> Result<AccessOutcome, StoreError> {
    let done = sqlx::query_scalar!(
        "select guard.review_emergency($1, $2, $3)",
        id.uuid(),
        verdict,
        note
    )
    .fetch_one(tx.connection())
    .await?;
    parsed(done.as_deref())
}
