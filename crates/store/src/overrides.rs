//! Overrides of a shipment's check: asked for by one person, decided by another, taken back by either (DG-2,
//! docs/decisions/0020).
//!
//! Every step is a function of the guard (migrations/0031) and commits with its event alone. Whether one still stands
//! needs no step: a trigger voids it with the load or the answer it is of, and each query asks whether its permit is over.

use access::grant::Grant;
use access::ids::{CheckId, OverrideId, ShipmentId, UserId};
use access::permission::{EditShipments, OverrideCompatibility, Permission, WithdrawOverrides};
use serde_json::Value;
use time::{Date, OffsetDateTime};

use crate::error::StoreError;
use crate::shipments::InCompany;
use crate::tx::WriteTx;

/// Where an override stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Asked for; somebody else decides.
    Waiting,
    /// The load may travel under it.
    Approved,
    /// Somebody else said no.
    Refused,
    /// Somebody took it back.
    Withdrawn,
    /// The permit's last day is over.
    Expired,
    /// The load, what it travels under or the answer has changed since.
    Void,
}

impl State {
    /// The word of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Void => "void",
        }
    }
}

/// An override as it is stored.
#[derive(Debug, Clone)]
pub struct OverrideRow {
    /// Its id.
    pub id: OverrideId,
    /// Of which shipment.
    pub shipment: ShipmentId,
    /// What it sets aside.
    pub covers: Value,
    /// Why, in the words of who asked.
    pub reason: String,
    /// The special permit or the authority's approval.
    pub authority: String,
    /// The last day on which it may be used; none of an override from before that was asked for.
    pub valid_until: Option<Date>,
    /// Who asked, with their name.
    pub asked_by: (UserId, String),
    /// When.
    pub asked_at: OffsetDateTime,
    /// Who made the shipment.
    pub created_by: UserId,
    /// Everybody who changed its load.
    pub load_authors: Vec<UserId>,
    /// Where it stands.
    pub state: State,
    /// Whether it was approved, whatever became of it then; none while nobody has decided.
    pub approved: Option<bool>,
    /// Who decided, with their name, when, and why.
    pub decided: Option<(UserId, String, OffsetDateTime, String)>,
    /// Who took it back, by name, when, and why.
    pub withdrawn: Option<(String, OffsetDateTime, String)>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverrideOutcome {
    /// It is done.
    Done,
    /// The company has no such shipment or override.
    Absent,
    /// It takes somebody else.
    Oneself,
    /// Not in a state for that.
    State,
    /// The permit is over, or is said to run for longer than one can.
    Validity,
    /// One waits or stands.
    Waiting,
}

fn parsed(word: Option<&str>) -> Result<OverrideOutcome, StoreError> {
    match word {
        Some("done") => Ok(OverrideOutcome::Done),
        Some("absent") => Ok(OverrideOutcome::Absent),
        Some("self") => Ok(OverrideOutcome::Oneself),
        Some("state") => Ok(OverrideOutcome::State),
        Some("waiting") => Ok(OverrideOutcome::Waiting),
        Some("validity") => Ok(OverrideOutcome::Validity),
        _ => Err(StoreError::Corrupt("what the guard did to an override")),
    }
}

/// The newest `limit` overrides of a shipment, or this one alone.
async fn rows<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    (shipment, only): (Option<ShipmentId>, Option<OverrideId>),
    limit: i64,
) -> Result<Vec<OverrideRow>, StoreError> {
    let rows = sqlx::query!(
        r#"select o.id, o.shipment_id, o.covers, o.reason, o.authority, o.asked_by, a.display_name as asker, o.asked_at,
               o.created_by, o.load_authors, o.authority_valid_until, o.approved, o.decided_by,
               d.display_name as "decider?", o.decided_at, o.note, w.display_name as "withdrawer?", o.withdrawn_at,
               o.withdrawal_note, o.voided_at is not null as "void!",
               coalesce(o.authority_valid_until < (coalesce(o.voided_at, now()) at time zone 'UTC')::date, false) as "over!"
           from load_overrides o
           join users a on a.company_id = o.company_id and a.id = o.asked_by
           left join users d on d.company_id = o.company_id and d.id = o.decided_by
           left join users w on w.company_id = o.company_id and w.id = o.withdrawn_by
           where o.company_id = $1 and ($2::uuid is null or o.shipment_id = $2) and ($3::uuid is null or o.id = $3)
           order by o.asked_at desc, o.id desc
           limit $4"#,
        grant.actor().company().uuid(),
        shipment.map(ShipmentId::uuid),
        only.map(OverrideId::uuid),
        limit,
    )
    .fetch_all(tx.scoped().0)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OverrideRow {
            id: OverrideId::from_uuid(row.id),
            shipment: ShipmentId::from_uuid(row.shipment_id),
            covers: row.covers,
            reason: row.reason,
            authority: row.authority,
            asked_by: (UserId::from_uuid(row.asked_by), row.asker),
            asked_at: row.asked_at,
            created_by: UserId::from_uuid(row.created_by),
            load_authors: row.load_authors.into_iter().map(UserId::from_uuid).collect(),
            valid_until: row.authority_valid_until,
            state: match (row.approved, row.void) {
                (Some(false), _) => State::Refused,
                _ if row.withdrawn_at.is_some() => State::Withdrawn,
                // What was over before anything else ended it.
                _ if row.over => State::Expired,
                (_, true) => State::Void,
                (Some(true), false) => State::Approved,
                (None, false) => State::Waiting,
            },
            approved: row.approved,
            decided: match (row.decided_by, row.decider, row.decided_at, row.note) {
                (Some(by), Some(name), Some(at), Some(note)) => Some((UserId::from_uuid(by), name, at, note)),
                _ => None,
            },
            withdrawn: match (row.withdrawer, row.withdrawn_at, row.withdrawal_note) {
                (Some(by), Some(at), Some(note)) => Some((by, at, note)),
                _ => None,
            },
        })
        .collect())
}

/// The newest `limit` overrides of a shipment.
///
/// # Errors
/// When the database fails.
pub async fn of_shipment<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    shipment: ShipmentId,
    limit: i64,
) -> Result<Vec<OverrideRow>, StoreError> {
    rows(tx, grant, (Some(shipment), None), limit).await
}

/// The override with this id; none where the company has none such.
///
/// # Errors
/// When the database fails.
pub async fn get<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    id: OverrideId,
) -> Result<Option<OverrideRow>, StoreError> {
    Ok(rows(tx, grant, (None, Some(id)), 1).await?.pop())
}

/// Whether an override of exactly this answer to exactly this load of the shipment is approved and stands today.
///
/// # Errors
/// When the database fails.
pub async fn stands<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    shipment: ShipmentId,
    (load_hash, findings_hash): (&[u8; 32], &[u8; 32]),
) -> Result<bool, StoreError> {
    let stands = sqlx::query_scalar!(
        r#"select exists(select from load_overrides
               where company_id = $1 and shipment_id = $2 and approved and voided_at is null
                 and authority_valid_until >= (now() at time zone 'UTC')::date
                 and load_hash = $3 and findings_hash = $4) as "stands!""#,
        grant.actor().company().uuid(),
        shipment.uuid(),
        &load_hash[..],
        &findings_hash[..],
    )
    .fetch_one(tx.scoped().0)
    .await?;
    Ok(stands)
}

/// The active people who decide overrides by their role or because it was given to them, but for those who may not
/// decide this one.
///
/// # Errors
/// When the database fails.
pub async fn deciders(
    tx: &mut WriteTx,
    grant: &Grant<EditShipments>,
    parties: &[UserId],
) -> Result<Vec<UserId>, StoreError> {
    let parties: Vec<_> = parties.iter().map(|user| user.uuid()).collect();
    let ids = sqlx::query_scalar!(
        r#"select u.id as "id!" from users u
         left join permission_grants g on g.company_id = u.company_id and g.user_id = u.id
             and g.permission = 'dangerous_goods.compatibility.override' and g.ended_at is null
             and (g.expires_at is null or g.expires_at > now())
         where u.company_id = $1 and u.status = 'active' and u.id <> all($2)
           and coalesce(g.effect = 'granted', guard.role_overrides(u.role))"#,
        grant.actor().company().uuid(),
        &parties,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}

/// Asks for an override of this answer, if it is still the shipment's last and of its load as it is.
///
/// # Errors
/// When the database fails.
pub async fn ask(
    tx: &mut WriteTx,
    _grant: &Grant<EditShipments>,
    id: OverrideId,
    (shipment, check): (ShipmentId, CheckId),
    (reason, authority, valid_until): (&str, &str, Date),
) -> Result<OverrideOutcome, StoreError> {
    let done = sqlx::query_scalar!(
        "select guard.ask_override($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        shipment.uuid(),
        check.uuid(),
        reason,
        authority,
        valid_until,
    )
    .fetch_one(tx.connection())
    .await?;
    parsed(done.as_deref())
}

/// Approves or refuses what somebody else asked for.
///
/// # Errors
/// [`StoreError::NotProved`] without a fresh second factor; when the database fails.
pub async fn decide(
    tx: &mut WriteTx,
    _grant: &Grant<OverrideCompatibility>,
    id: OverrideId,
    approved: bool,
    note: &str,
) -> Result<OverrideOutcome, StoreError> {
    let done = sqlx::query_scalar!(
        "select guard.decide_override($1, $2, $3)",
        id.uuid(),
        approved,
        note,
    )
    .fetch_one(tx.connection())
    .await?;
    parsed(done.as_deref())
}

/// Takes an override back: one that the actor asked for, or one that somebody approved.
///
/// # Errors
/// [`StoreError::NotProved`] without a fresh second factor, of what others asked for; when the database fails.
pub async fn withdraw(
    tx: &mut WriteTx,
    _grant: &Grant<WithdrawOverrides>,
    id: OverrideId,
    note: &str,
) -> Result<OverrideOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.withdraw_override($1, $2)", id.uuid(), note)
        .fetch_one(tx.connection())
        .await?;
    parsed(done.as_deref())
}
