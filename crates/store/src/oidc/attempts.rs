//! Sign-ins that went to a provider: each comes back once, in the browser in which it began.

use access::grant::Grant;
use access::ids::{CompanyId, IdentityProviderId, SessionId};
use access::permission::ManageFactors;
use crypto::field::Sealed;
use crypto::opaque::{OidcBrowserHash, OidcStateHash};
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Provider, ProviderEvent, record};
use crate::admission::{Admission, NetworkMark};
use crate::audit::{EventType, Origin, Outcome, Severity};
use crate::error::StoreError;
use crate::pool::Store;
use crate::proof::own_event;
use crate::sessions;

/// What binds the answer to the request.
pub struct NewAttempt<'a> {
    /// The hash of `state`.
    pub state: &'a OidcStateHash,
    /// The hash of the browser's cookie.
    pub browser: &'a OidcBrowserHash,
    /// What the ID token repeats.
    pub nonce: &'a str,
    /// The code verifier, sealed for `oidc_attempts.verifier_sealed`.
    pub verifier: &'a Sealed,
    /// Where to go afterwards: a path of this site.
    pub return_to: &'a str,
    /// From which network.
    pub network: &'a NetworkMark,
}

/// What a sign-in at a provider is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// To open a session.
    SignIn,
    /// To link, in this session.
    Link(SessionId),
}

/// A sign-in that came back, and does not come back again.
pub struct TakenAttempt {
    /// Whose.
    pub company: CompanyId,
    /// Through which provider.
    pub provider: IdentityProviderId,
    /// What for.
    pub purpose: Attempt,
    /// What the ID token repeats.
    pub nonce: String,
    /// The code verifier, sealed for `oidc_attempts.verifier_sealed`.
    pub verifier: Sealed,
    /// Where to go afterwards.
    pub return_to: String,
    /// When it began.
    pub began_at: OffsetDateTime,
    /// What people call the provider.
    pub provider_name: String,
}

impl Store {
    /// Remembers a sign-in that goes to a provider, unless the provider is gone, or too many are under way from this
    /// network or in all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_oidc_sign_in(
        &self,
        provider: &Provider,
        new: &NewAttempt<'_>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Admission, StoreError> {
        let mut tx = self.directory.begin().await?;
        let begun = sqlx::query_scalar!(
            r#"select guard.begin_oidc_sign_in($1, $2, $3, $4, $5, $6, $7, $8) as "begun!""#,
            provider.company.uuid(),
            provider.id.uuid(),
            new.state.as_bytes(),
            new.browser.as_bytes(),
            new.nonce,
            new.verifier.as_bytes(),
            new.return_to,
            &new.network[..],
        )
        .fetch_one(&mut *tx)
        .await?;
        let begun = Admission::parse(&begun, "guard.add_oidc_attempt")?;
        if begun != Admission::Begun {
            return Ok(begun);
        }
        let event = ProviderEvent {
            event_type: EventType::Login,
            severity: Severity::Low,
            outcome: Outcome::Success,
            company: provider.company,
            provider: provider.id,
            name: &provider.name,
            description: "a sign-in went to the provider",
        };
        record(&mut tx, &event, origin, now).await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// As [`Self::begin_oidc_sign_in`], to link.
    ///
    /// # Errors
    /// [`StoreError::NotProved`] without a fresh proof; when the session is over or the database fails.
    pub async fn begin_oidc_link(
        &self,
        grant: &Grant<ManageFactors>,
        provider: &Provider,
        new: &NewAttempt<'_>,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Admission, StoreError> {
        let mut tx = self.directory.begin().await?;
        let begun = sqlx::query_scalar!(
            r#"select guard.begin_oidc_link($1, $2, $3, $4, $5, $6, $7, $8) as "begun!""#,
            grant.actor().handle_hash(),
            provider.id.uuid(),
            new.state.as_bytes(),
            new.browser.as_bytes(),
            new.nonce,
            new.verifier.as_bytes(),
            new.return_to,
            &new.network[..],
        )
        .fetch_one(&mut *tx)
        .await?;
        let begun = Admission::parse(&begun, "guard.add_oidc_attempt")?;
        if begun != Admission::Begun {
            return Ok(begun);
        }
        let what = format!("linking an identity of `{}` begun", provider.name);
        let event = own_event(grant.actor(), EventType::Create, Severity::Medium, &what);
        sessions::record(&mut tx, &event, origin, now).await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// Takes a sign-in that came back; none when it is unknown, over, came back before, or is another browser's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_oidc_attempt(
        &self,
        state: &OidcStateHash,
        browser: &OidcBrowserHash,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<Option<TakenAttempt>, StoreError> {
        let mut tx = self.directory.begin().await?;
        let taken = take(&mut tx, state, browser, origin, now).await?;
        tx.commit().await?;
        Ok(taken)
    }
}

async fn take(
    tx: &mut PgConnection,
    state: &OidcStateHash,
    browser: &OidcBrowserHash,
    origin: &Origin,
    now: OffsetDateTime,
) -> Result<Option<TakenAttempt>, StoreError> {
    let row = sqlx::query!(
        r#"select company_id as "company!", provider_id as "provider!", provider_name as "name!", session_id,
               nonce as "nonce!", verifier_sealed as "verifier!", return_to as "return_to!",
               began_at as "began_at!"
           from guard.take_oidc_attempt($1, $2)"#,
        state.as_bytes(),
        browser.as_bytes(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (company, provider) = (
        CompanyId::from_uuid(row.company),
        IdentityProviderId::from_uuid(row.provider),
    );
    let event = ProviderEvent {
        event_type: EventType::Login,
        severity: Severity::Low,
        outcome: Outcome::Success,
        company,
        provider,
        name: &row.name,
        description: "a sign-in came back from the provider",
    };
    record(tx, &event, origin, now).await?;
    let verifier = Sealed::from_bytes(row.verifier);
    Ok(Some(TakenAttempt {
        company,
        provider,
        purpose: row.session_id.map_or(Attempt::SignIn, |session| {
            Attempt::Link(SessionId::from_uuid(session))
        }),
        nonce: row.nonce,
        verifier: verifier.map_err(|_| StoreError::Corrupt("oidc_attempts.verifier_sealed"))?,
        return_to: row.return_to,
        began_at: row.began_at,
        provider_name: row.name,
    }))
}
