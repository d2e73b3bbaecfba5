//! What one person may beside their role, and the change of a role (AUTHZ-2, P16).
//!
//! What may be given, by whom and to whom the policies decide; the functions of the guard (migrations/0022) hold that
//! nobody does it to themselves, and that none of it commits without its event.

use access::grant::Grant;
use access::ids::{PermissionGrantId, UserId};
use access::permission::{AssignRoles, GivePermissions, ManagePeople};
use access::role::Role;
use time::OffsetDateTime;

use crate::error::StoreError;
use crate::people::LockOutcome;
use crate::tx::{ReadTx, WriteTx};

/// Whether a permission is given or withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Beyond what the role holds.
    Granted,
    /// Whatever else gives it.
    Withheld,
}

impl Effect {
    /// The word of the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Withheld => "withheld",
        }
    }

    /// The effect of this name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Granted, Self::Withheld]
            .into_iter()
            .find(|effect| effect.as_str() == word)
    }
}

/// One permission given to a person or withheld from them, not over.
#[derive(Debug, Clone)]
pub struct PermissionGrant {
    /// Its id.
    pub id: PermissionGrantId,
    /// Which permission.
    pub permission: String,
    /// Given or withheld.
    pub effect: Effect,
    /// Why.
    pub reason: String,
    /// Who decided it, by name.
    pub given_by: String,
    /// When.
    pub given_at: OffsetDateTime,
    /// When it ends by itself; what is withheld may not.
    pub expires_at: Option<OffsetDateTime>,
}

/// What to give or withhold.
#[derive(Debug, Clone, Copy)]
pub struct NewGrant<'a> {
    /// Its id.
    pub id: PermissionGrantId,
    /// Which permission.
    pub permission: &'a str,
    /// Given or withheld.
    pub effect: Effect,
    /// Why: 10 to 500 characters.
    pub reason: &'a str,
    /// When it ends by itself: at most 366 days from now.
    pub expires_at: Option<OffsetDateTime>,
}

/// What is given to a person and withheld from them now, by permission.
///
/// # Errors
/// When the database fails.
pub async fn of_person(
    tx: &mut ReadTx,
    grant: &Grant<ManagePeople>,
    user: UserId,
) -> Result<Vec<PermissionGrant>, StoreError> {
    let rows = sqlx::query!(
        r#"select g.id, g.permission, g.effect, g.reason, b.display_name as giver, g.given_at, g.expires_at
           from permission_grants g
           join users b on b.company_id = g.company_id and b.id = g.given_by
           where g.company_id = $1 and g.user_id = $2 and g.ended_at is null
             and (g.expires_at is null or g.expires_at > now())
           order by g.permission"#,
        grant.actor().company().uuid(),
        user.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PermissionGrant {
                id: PermissionGrantId::from_uuid(row.id),
                permission: row.permission,
                effect: Effect::parse(&row.effect).ok_or(StoreError::Corrupt("permission_grants.effect"))?,
                reason: row.reason,
                given_by: row.giver,
                given_at: row.given_at,
                expires_at: row.expires_at,
            })
        })
        .collect()
}

/// Gives or withholds; what was said of the permission before is over.
///
/// # Errors
/// When the database fails.
pub async fn give(
    tx: &mut WriteTx,
    _grant: &Grant<GivePermissions>,
    user: UserId,
    new: NewGrant<'_>,
) -> Result<LockOutcome, StoreError> {
    let done = sqlx::query_scalar!(
        "select guard.give_permission($1, $2, $3, $4, $5, $6)",
        new.id.uuid(),
        user.uuid(),
        new.permission,
        new.effect.as_str(),
        new.reason,
        new.expires_at,
    )
    .fetch_one(tx.connection())
    .await?;
    LockOutcome::parse(done.as_deref())
}

/// Which permission one that is open speaks of; none where the person has no such.
///
/// # Errors
/// When the database fails.
pub async fn permission_of(
    tx: &mut WriteTx,
    grant: &Grant<GivePermissions>,
    user: UserId,
    id: PermissionGrantId,
) -> Result<Option<(String, String)>, StoreError> {
    let row = sqlx::query!(
        "select permission, effect from permission_grants where company_id = $1 and user_id = $2 and id = $3",
        grant.actor().company().uuid(),
        user.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (row.permission, row.effect)))
}

/// Ends one before its time.
///
/// # Errors
/// When the database fails.
pub async fn end(
    tx: &mut WriteTx,
    _grant: &Grant<GivePermissions>,
    user: UserId,
    id: PermissionGrantId,
) -> Result<LockOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.end_permission($1, $2)", id.uuid(), user.uuid())
        .fetch_one(tx.connection())
        .await?;
    LockOutcome::parse(done.as_deref())
}

/// A person's role, for the decision about them; none where the company has no such person.
///
/// # Errors
/// When the database fails, and for a stored role that is none.
pub async fn role_of(
    tx: &mut WriteTx,
    company: access::ids::CompanyId,
    user: UserId,
) -> Result<Option<(Role, String)>, StoreError> {
    let row = sqlx::query!(
        "select role, display_name from users where company_id = $1 and id = $2",
        company.uuid(),
        user.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| {
        let role = row.role.parse().map_err(|_| StoreError::Corrupt("users.role"))?;
        Ok((role, row.display_name))
    })
    .transpose()
}

/// Changes a person's role and ends their sessions.
///
/// # Errors
/// When the database fails.
pub async fn assign_role(
    tx: &mut WriteTx,
    _grant: &Grant<AssignRoles>,
    user: UserId,
    role: Role,
) -> Result<LockOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.assign_role($1, $2)", user.uuid(), role.as_str())
        .fetch_one(tx.connection())
        .await?;
    LockOutcome::parse(done.as_deref())
}
