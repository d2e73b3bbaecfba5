//! A person's own sessions: seeing them and ending them (AUTH-10, J15). Row-level security keeps it to the
//! caller's own; what is over stays over.

use std::net::IpAddr;

use access::grant::Grant;
use access::ids::{SessionId, UserId};
use access::permission::{Permission, SignedIn};
use sqlx::postgres::types::PgInterval;
use time::{Duration, OffsetDateTime};

use crate::error::StoreError;
use crate::tx::{ReadTx, WriteTx};

/// Sessions that are listed at most, the last used first.
const MOST: i64 = 200;

/// A living session, without anything that would help to enter it.
#[derive(Debug, Clone)]
pub struct SessionInfo {
    /// Its id.
    pub id: SessionId,
    /// `console` or `api`.
    pub kind: String,
    /// With which agent it was opened, as it was sent.
    pub user_agent: Option<String>,
    /// From which address.
    pub ip_address: Option<IpAddr>,
    /// When it was opened.
    pub created_at: OffsetDateTime,
    /// When it was used last, to a minute.
    pub last_used_at: OffsetDateTime,
    /// When it ends if it is not used before.
    pub idle_ends_at: OffsetDateTime,
    /// When it ends at the latest.
    pub ends_at: OffsetDateTime,
}

/// Which of one's own sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// All but the one that asks.
    Others,
    /// All.
    All,
}

/// The caller's own living sessions, the last used first.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut ReadTx, grant: &Grant<SignedIn>) -> Result<Vec<SessionInfo>, StoreError> {
    of_person(tx, grant, grant.actor().user()).await
}

/// The living sessions of a person of the caller's company.
pub(crate) async fn of_person<P: Permission>(
    tx: &mut ReadTx,
    grant: &Grant<P>,
    user: UserId,
) -> Result<Vec<SessionInfo>, StoreError> {
    let rows = sqlx::query!(
        r#"select id, kind, user_agent, ip_address as "ip_address: IpAddr", created_at, last_used_at, idle_limit,
               expires_at
           from sessions
           where company_id = $1 and user_id = $2 and revoked_at is null
             and now() < expires_at and now() < last_used_at + idle_limit
           order by last_used_at desc, id desc
           limit $3"#,
        grant.actor().company().uuid(),
        user.uuid(),
        MOST,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionInfo {
            id: SessionId::from_uuid(row.id),
            kind: row.kind,
            user_agent: row.user_agent,
            ip_address: row.ip_address,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            idle_ends_at: (row.last_used_at + duration(&row.idle_limit)).min(row.expires_at),
            ends_at: row.expires_at,
        })
        .collect())
}

/// Limits are written in hours and days; a month here would be somebody else's row.
fn duration(interval: &PgInterval) -> Duration {
    Duration::days(i64::from(interval.days) + 30 * i64::from(interval.months))
        + Duration::microseconds(interval.microseconds)
}

/// Ends the caller's own living sessions that are meant; how many there were.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &mut WriteTx, grant: &Grant<SignedIn>, which: Which) -> Result<u64, StoreError> {
    let actor = grant.actor();
    let (one, but) = match which {
        Which::One(id) => (Some(id.uuid()), None),
        Which::Others => (None, Some(actor.session().uuid())),
        Which::All => (None, None),
    };
    let done = sqlx::query!(
        "update sessions set revoked_at = now()
         where company_id = $1 and user_id = $2 and revoked_at is null
           and now() < expires_at and now() < last_used_at + idle_limit
           and ($3::uuid is null or id = $3) and ($4::uuid is null or id <> $4)",
        actor.company().uuid(),
        actor.user().uuid(),
        one,
        but,
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}
