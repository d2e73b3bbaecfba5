//! Sign-in at OpenID providers (AUTH-9; docs/decisions/0013): who a company trusts, sign-ins under way, and who is
//! whom there.
//!
//! Everything runs as `safeshipper_directory` in functions of `guard`, which demand what must have been proved.

mod attempts;
mod identities;
mod logout;
mod providers;

use access::ids::{AuditEventId, CompanyId, IdentityProviderId};
use crypto::field::Sealed;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::pool::Store;

pub use attempts::{Attempt, NewAttempt, TakenAttempt};
pub(crate) use identities::Through;
pub use identities::{Entered, Federated, LinkOutcome, OwnIdentity, UnlinkOutcome};
pub use logout::LoggedOut;
pub use providers::{AddOutcome, NewProvider, ProviderChange, ProviderRow};

/// A provider that is switched on, as it is needed to sign in there.
pub struct Provider {
    /// Which.
    pub id: IdentityProviderId,
    /// Whose.
    pub company: CompanyId,
    /// Its issuer, to the letter.
    pub issuer: String,
    /// This client there.
    pub client_id: String,
    /// The client's secret, sealed for `identity_providers.client_secret_sealed`.
    pub secret: Sealed,
    /// What people call it.
    pub name: String,
}

/// A provider of which the trail tells.
#[derive(Debug, Clone)]
pub struct KnownProvider {
    /// Whose.
    pub company: CompanyId,
    /// Which.
    pub id: IdentityProviderId,
    /// What people call it.
    pub name: String,
}

/// What the trail says of a provider, where nobody is signed in.
struct ProviderEvent<'a> {
    event_type: EventType,
    severity: Severity,
    outcome: Outcome,
    company: CompanyId,
    provider: IdentityProviderId,
    name: &'a str,
    description: &'a str,
}

impl Store {
    /// Records a sign-in at a provider that opened nothing, or several, as the description says.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_failed_provider_sign_in(
        &self,
        provider: &KnownProvider,
        description: &str,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let event = ProviderEvent {
            event_type: EventType::Login,
            severity: Severity::Medium,
            outcome: Outcome::Failure,
            company: provider.company,
            provider: provider.id,
            name: &provider.name,
            description,
        };
        let mut connection = self.directory.acquire().await?;
        record(&mut connection, &event, origin, now).await
    }
}

async fn record(
    connection: &mut PgConnection,
    event: &ProviderEvent<'_>,
    origin: &Origin,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query_scalar!(
        "select guard.record_provider_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        event.company.uuid(),
        AuditEventId::generate(now).uuid(),
        event.event_type.as_str(),
        event.severity.as_str(),
        event.outcome.as_str(),
        event.provider.uuid(),
        event.name,
        origin.ip as _,
        origin.recorded_agent(),
        origin.method,
        origin.recorded_path(),
        origin.request.map(|request| request.uuid()),
        event.description,
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}
