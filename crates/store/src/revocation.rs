//! Revoking by the token itself (RFC 7009): whoever holds it may give it up, without being signed in otherwise.
//!
//! A refresh token takes its session along. An access token dies alone, by its `jti` (J6, J13): a row that is read
//! with every request (`guard.is_token_revoked`), so that no cache has to be told.

use access::ids::{CompanyId, SessionId, UserId};
use crypto::opaque::RefreshTokenHash;
use crypto::token::{Claims, LEEWAY_SECONDS, Verified};
use sqlx::{Postgres, Transaction};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::pool::Store;
use crate::sessions::{SignInEvent, record};

/// The row outlives the token by the leeway of verifiers and the difference of clocks.
const KEPT_AFTER: Duration = Duration::seconds(LEEWAY_SECONDS + 60);

impl Store {
    /// Revokes one access token; its session lives on. Whether there was something to revoke.
    ///
    /// # Errors
    /// When the database fails; then the token is as it was.
    pub async fn revoke_access_token(
        &self,
        token: &Verified<Claims>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let claims = token.get();
        let handle = claims.sid.hash();
        let expires_at = OffsetDateTime::from_unix_timestamp(claims.exp).unwrap_or(now) + KEPT_AFTER;
        let mut tx = self.directory.begin().await?;
        let bearer = sqlx::query_as!(
            Bearer,
            r#"select company_id as "company_id!", session_id as "session_id!", user_id as "user_id!",
                   display_name as "display_name!"
               from guard.revoke_access_token($1, $2, $3)"#,
            handle.as_bytes(),
            claims.jti,
            expires_at,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(bearer) = bearer else { return Ok(false) };
        let what = "access token revoked by its bearer";
        given_up(tx, &bearer, what, origin, now).await
    }

    /// Ends the session of a refresh token, with every token of it. Whether there was something to end.
    ///
    /// # Errors
    /// When the database fails; then the token is as it was.
    pub async fn revoke_refresh_token(
        &self,
        token: &RefreshTokenHash,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut tx = self.directory.begin().await?;
        let bearer = sqlx::query_as!(
            Bearer,
            r#"select company_id as "company_id!", session_id as "session_id!", user_id as "user_id!",
                   display_name as "display_name!"
               from guard.end_by_refresh_token($1)"#,
            token.as_bytes(),
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(bearer) = bearer else { return Ok(false) };
        let what = "session ended with its refresh token, by the bearer";
        given_up(tx, &bearer, what, origin, now).await
    }
}

/// Whose token it was.
struct Bearer {
    company_id: Uuid,
    session_id: Uuid,
    user_id: Uuid,
    display_name: String,
}

/// Commits what was given up, with its event.
async fn given_up(
    mut tx: Transaction<'_, Postgres>,
    bearer: &Bearer,
    what: &str,
    origin: &Origin,
    now: OffsetDateTime,
) -> Result<bool, StoreError> {
    let event = SignInEvent {
        event_type: EventType::Logout,
        severity: Severity::Low,
        outcome: Outcome::Success,
        company: CompanyId::from_uuid(bearer.company_id),
        user: UserId::from_uuid(bearer.user_id),
        name: &bearer.display_name,
        session: Some(SessionId::from_uuid(bearer.session_id)),
        description: what,
    };
    record(&mut tx, &event, origin, now).await?;
    tx.commit().await?;
    Ok(true)
}
