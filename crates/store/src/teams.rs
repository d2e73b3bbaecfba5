//! Who leads whom (AUTHZ-5): a team is the people somebody leads. Said by a function of the guard alone (migrations/0027).

use access::grant::Grant;
use access::ids::UserId;
use access::permission::{ManagePeople, Permission};

use crate::error::StoreError;
use crate::shipments::InCompany;
use crate::tx::WriteTx;

/// What became of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamOutcome {
    /// It is as was said.
    Done,
    /// The company has no such person.
    Absent,
    /// Nobody leads themselves.
    Oneself,
}

/// Whom a person leads, by name.
///
/// # Errors
/// When the database fails.
pub async fn of_lead<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    lead: UserId,
) -> Result<Vec<(UserId, String)>, StoreError> {
    let rows = sqlx::query!(
        "select u.id, u.display_name from team_members t
         join users u on u.company_id = t.company_id and u.id = t.member_id
         where t.company_id = $1 and t.lead_id = $2 order by u.display_name, u.id",
        grant.actor().company().uuid(),
        lead.uuid(),
    )
    .fetch_all(tx.scoped().0)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (UserId::from_uuid(row.id), row.display_name))
        .collect())
}

/// Says whom a person leads, instead of whom they led.
///
/// # Errors
/// When the database fails.
pub async fn set(
    tx: &mut WriteTx,
    _grant: &Grant<ManagePeople>,
    lead: UserId,
    members: &[UserId],
) -> Result<TeamOutcome, StoreError> {
    let members: Vec<_> = members.iter().map(|user| user.uuid()).collect();
    let done = sqlx::query_scalar!("select guard.set_team($1, $2)", lead.uuid(), &members)
        .fetch_one(tx.connection())
        .await?;
    match done.as_deref() {
        Some("done") => Ok(TeamOutcome::Done),
        Some("absent") => Ok(TeamOutcome::Absent),
        Some("self") => Ok(TeamOutcome::Oneself),
        _ => Err(StoreError::Corrupt("what the guard did to a team")),
    }
}
