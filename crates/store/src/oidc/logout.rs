//! What a provider ends: its logout token is the proof, accepted once.

use crypto::oidc::{Logout, LogoutToken};
use time::OffsetDateTime;

use super::{Provider, ProviderEvent, record};
use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::pool::Store;

/// What a logout token did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggedOut {
    /// So many sessions are over.
    Ended(u32),
    /// Nothing: it was spent before.
    Spent,
}

impl Store {
    /// Spends a logout token that was verified, and ends the sessions it names.
    ///
    /// # Errors
    /// When the database fails; then the token is not spent.
    pub async fn end_by_logout_token(
        &self,
        provider: &Provider,
        token: &LogoutToken,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<LoggedOut, StoreError> {
        let (subject, session) = match &token.logout {
            Logout::Session { session, subject } => (subject.as_deref(), Some(session.as_str())),
            Logout::Subject(subject) => (Some(subject.as_str()), None),
        };
        let mut tx = self.directory.begin().await?;
        let ended = sqlx::query_scalar!(
            "select guard.end_by_logout_token($1, $2, $3, $4, $5)",
            provider.company.uuid(),
            provider.id.uuid(),
            token.id,
            subject,
            session,
        )
        .fetch_one(&mut *tx)
        .await?;
        let Some(ended) = ended else {
            return Ok(LoggedOut::Spent);
        };
        let ended = u32::try_from(ended).unwrap_or_default();
        let what = format!("signed out at the provider: {ended} sessions ended");
        let event = ProviderEvent {
            event_type: EventType::Logout,
            severity: Severity::Low,
            outcome: Outcome::Success,
            company: provider.company,
            provider: provider.id,
            name: &provider.name,
            description: &what,
        };
        record(&mut tx, &event, origin, now).await?;
        tx.commit().await?;
        Ok(LoggedOut::Ended(ended))
    }
}
