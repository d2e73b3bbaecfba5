//! The people of a company in the hands of its administrators: who they are, their sessions, lockdown (AUTH-4,
//! AUTH-10).
//!
//! Changes are functions of the guard (migrations/0012): they judge once more who asks, hold the last
//! administrator, and let nobody lock or unlock themselves. A lockdown without its event does not commit.

use access::grant::Grant;
use access::ids::UserId;
use access::permission::{AdministerUsers, ConfigureSystem, EditShipments, Permission, ViewPeople};
use access::role::Role;
use crypto::field::Sealed;
use time::OffsetDateTime;

use crate::error::StoreError;
pub use crate::own_sessions::SessionInfo;
use crate::own_sessions::of_person;
use crate::shipments::InCompany;
use crate::tx::{ReadTx, WriteTx};

/// Whether a person may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonState {
    /// May.
    Active,
    /// Has left.
    Disabled,
    /// May not until somebody else unlocks the account.
    Locked {
        /// Since when.
        at: OffsetDateTime,
        /// Who decided it, with their name; absent for the platform's operator.
        by: Option<(UserId, String)>,
        /// Why.
        reason: String,
    },
}

/// A person of the caller's company.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub display_name: String,
    /// What they sign in with.
    pub email: Sealed,
    /// Their role.
    pub role: Role,
    /// Whether they may sign in.
    pub state: PersonState,
    /// Whether their password alone opens nothing, because a lockdown took their second factors away.
    pub awaits_recovery: bool,
}

/// What became of what an administrator did to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockOutcome {
    /// It is done.
    Done,
    /// The company has no such person.
    Absent,
    /// The account is not in the state that this ends.
    State,
    /// Nobody else could administer the company any more.
    LastAdministrator,
    /// It is the caller's own account.
    Oneself,
}

impl LockOutcome {
    pub(crate) fn parse(word: Option<&str>) -> Result<Self, StoreError> {
        match word {
            Some("done") => Ok(Self::Done),
            Some("absent") => Ok(Self::Absent),
            Some("state") => Ok(Self::State),
            Some("last") => Ok(Self::LastAdministrator),
            Some("self") => Ok(Self::Oneself),
            _ => Err(StoreError::Corrupt("what the guard did to a person")),
        }
    }
}

/// At most `limit` people of the company by name, after this one; this one alone; or those whom somebody leads.
async fn rows<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    (only, led_by): (Option<UserId>, Option<UserId>),
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<PersonRow>, StoreError> {
    let rows = sqlx::query!(
        r#"select u.id, u.display_name, u.email_sealed, u.role, u.status, u.locked_at, u.lock_reason,
               u.recovery_since is not null as "awaits_recovery!",
               u.locked_by, b.display_name as "locker?"
           from users u
           left join users b on b.company_id = u.company_id and b.id = u.locked_by
           where u.company_id = $1
             and ($2::uuid is null or u.id = $2)
             and ($5::uuid is null or u.id in (select t.member_id from team_members t
                 where t.company_id = $1 and t.lead_id = $5))
             and ($3::uuid is null or (u.display_name, u.id) >
                 (select a.display_name, a.id from users a where a.company_id = $1 and a.id = $3))
           order by u.display_name, u.id
           limit $4"#,
        grant.actor().company().uuid(),
        only.map(UserId::uuid),
        after.map(UserId::uuid),
        limit,
        led_by.map(UserId::uuid),
    )
    .fetch_all(tx.scoped().0)
    .await?;
    rows.into_iter()
        .map(|row| {
            let state = match (row.status.as_str(), row.locked_at, row.lock_reason) {
                ("active", None, None) => PersonState::Active,
                ("disabled", None, None) => PersonState::Disabled,
                ("locked", Some(at), Some(reason)) => PersonState::Locked {
                    at,
                    by: row.locked_by.map(UserId::from_uuid).zip(row.locker),
                    reason,
                },
                _ => return Err(StoreError::Corrupt("users.status")),
            };
            Ok(PersonRow {
                id: UserId::from_uuid(row.id),
                display_name: row.display_name,
                email: Sealed::from_bytes(row.email_sealed)
                    .map_err(|_| StoreError::Corrupt("users.email_sealed"))?,
                role: row.role.parse().map_err(|_| StoreError::Corrupt("users.role"))?,
                state,
                awaits_recovery: row.awaits_recovery,
            })
        })
        .collect()
}

/// At most `limit` people within the grant's scope by name, after this one: the company's, or those whom the actor leads.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut ReadTx,
    grant: &Grant<ViewPeople>,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<PersonRow>, StoreError> {
    let led_by = (!grant.scopes().company).then(|| grant.actor().user());
    rows(tx, grant, (None, led_by), after, limit).await
}

/// The active people with one of these roles, drivers first, then by name; at most two hundred.
///
/// # Errors
/// When the database fails.
pub async fn active_of_roles(
    tx: &mut ReadTx,
    grant: &Grant<EditShipments>,
    roles: &[Role],
) -> Result<Vec<(UserId, String, Role)>, StoreError> {
    let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!(
        "select id, display_name, role from users where company_id = $1 and status = 'active' and role = any($2)
         order by role <> 'DRIVER', display_name, id limit 200",
        grant.actor().company().uuid(),
        &roles,
    )
    .fetch_all(tx.connection())
    .await?;
    let person = |id, name, role: &str| {
        let role = role.parse().map_err(|_| StoreError::Corrupt("users.role"))?;
        Ok((UserId::from_uuid(id), name, role))
    };
    rows.into_iter()
        .map(|row| person(row.id, row.display_name, &row.role))
        .collect()
}

/// A person of the company.
///
/// # Errors
/// When the database fails.
pub async fn get<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    user: UserId,
) -> Result<Option<PersonRow>, StoreError> {
    Ok(rows(tx, grant, (Some(user), None), None, 1).await?.pop())
}

/// Their living sessions, the last used first.
///
/// # Errors
/// When the database fails.
pub async fn sessions(
    tx: &mut ReadTx,
    grant: &Grant<AdministerUsers>,
    user: UserId,
) -> Result<Vec<SessionInfo>, StoreError> {
    of_person(tx, grant, user).await
}

/// A person's name; none where the company has no such person.
///
/// # Errors
/// When the database fails.
pub async fn name<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    user: UserId,
) -> Result<Option<String>, StoreError> {
    let name = sqlx::query_scalar!(
        "select display_name from users where company_id = $1 and id = $2",
        grant.actor().company().uuid(),
        user.uuid(),
    )
    .fetch_optional(tx.scoped().0)
    .await?;
    Ok(name)
}

/// Ends a person's sessions; how many there were, or none where the company has no such person.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions(
    tx: &mut WriteTx,
    _grant: &Grant<AdministerUsers>,
    user: UserId,
) -> Result<Option<i32>, StoreError> {
    let ended = sqlx::query_scalar!("select guard.end_sessions_of($1)", user.uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(ended)
}

/// Ends every session of the company, the caller's included; how many there were.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions_of_company(
    tx: &mut WriteTx,
    _grant: &Grant<ConfigureSystem>,
) -> Result<i32, StoreError> {
    let ended = sqlx::query_scalar!(r#"select guard.end_sessions_of_company() as "ended!""#)
        .fetch_one(tx.connection())
        .await?;
    Ok(ended)
}

/// Locks an account and ends its sessions.
///
/// # Errors
/// When the database fails.
pub async fn lock(
    tx: &mut WriteTx,
    _grant: &Grant<AdministerUsers>,
    user: UserId,
    reason: &str,
) -> Result<LockOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.lock_person($1, $2)", user.uuid(), reason)
        .fetch_one(tx.connection())
        .await?;
    LockOutcome::parse(done.as_deref())
}

/// Lets a person sign in again; their sessions stay over.
///
/// # Errors
/// When the database fails.
pub async fn unlock(
    tx: &mut WriteTx,
    _grant: &Grant<AdministerUsers>,
    user: UserId,
) -> Result<LockOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.unlock_person($1)", user.uuid())
        .fetch_one(tx.connection())
        .await?;
    LockOutcome::parse(done.as_deref())
}
