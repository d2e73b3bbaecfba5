//! Who leads whom (AUTHZ-5): a team is the people somebody leads. Said by a function of the guard alone (migrations/0027).

use access::grant::Grant;
use access::ids::UserId;
use access::permission::{ManagePeople, Permission};
use access::role::Role;

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

/// Somebody who is in a person's team or could be.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Whether they are in it.
    pub is_member: bool,
}

/// The people of the company but for the lead, at most `limit`: those of the team first, then by name.
///
/// # Errors
/// When the database fails.
pub async fn candidates(
    tx: &mut impl InCompany,
    grant: &Grant<ManagePeople>,
    lead: UserId,
    limit: i64,
) -> Result<Vec<Candidate>, StoreError> {
    let rows = sqlx::query!(
        r#"select u.id, u.display_name, u.role, t.member_id is not null as "is_member!" from users u
           left join team_members t on t.company_id = u.company_id and t.member_id = u.id and t.lead_id = $2
           where u.company_id = $1 and u.id <> $2
           order by t.member_id is null, u.display_name, u.id limit $3"#,
        grant.actor().company().uuid(),
        lead.uuid(),
        limit,
    )
    .fetch_all(tx.scoped().0)
    .await?;
    let candidate = |(id, name, role, is_member): (_, _, String, _)| {
        let role = role.parse().map_err(|_| StoreError::Corrupt("users.role"))?;
        let id = UserId::from_uuid(id);
        Ok(Candidate {
            id,
            name,
            role,
            is_member,
        })
    };
    rows.into_iter()
        .map(|row| candidate((row.id, row.display_name, row.role, row.is_member)))
        .collect()
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
