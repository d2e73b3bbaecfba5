//! Linking: what a provider said is shown to the person, and linked when they say that it is theirs.
//!
//! Between the two stands an offer: what was proved, sealed for this session and for ten minutes, in a form. Whoever
//! has it and not the session has nothing; whoever has both still needs a fresh proof.

use access::grant::Grant;
use access::ids::{IdentityId, IdentityProviderId, SessionId};
use access::permission::ManageFactors;
use crypto::field::{FieldContext, Sealed};
use crypto::oidc::{Identity, LEEWAY_SECONDS};
use serde::{Deserialize, Serialize};
use store::oidc::{Federated, LinkOutcome, Provider, TakenAttempt};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{App, Error, Origin};

/// How long an offer is good.
const LIFETIME: Duration = Duration::minutes(10);

/// What a person is asked to confirm.
pub struct Offer {
    /// What the company calls the provider.
    pub provider_name: String,
    /// Who says it.
    pub issuer: String,
    /// The address, as the provider says it.
    pub email: Option<String>,
    /// What is confirmed, for [`confirm_link`].
    pub sealed: String,
}

#[derive(Serialize, Deserialize)]
struct Proved {
    provider: Uuid,
    subject: String,
    /// In seconds since 1970.
    until: i64,
}

/// Where an offer is sealed for: one session.
fn place(session: SessionId, company: Uuid) -> FieldContext<'static> {
    FieldContext {
        table: "external_identities",
        column: "offer",
        row: session.uuid(),
        company,
    }
}

/// Offers the person of a session what a provider has just said. A provider that says when the person proved who they
/// are must have asked since it was sent to.
pub(super) async fn offer(
    app: &App,
    grant: &Grant<ManageFactors>,
    provider: Provider,
    taken: &TakenAttempt,
    identity: Identity,
) -> Result<Offer, Error> {
    let began = taken.began_at.unix_timestamp();
    if identity
        .authenticated_at
        .is_some_and(|at| at < began.saturating_sub(LEEWAY_SECONDS))
    {
        return Err(Error::ProviderRefused(
            "the provider did not ask anew who it is".into(),
        ));
    }
    let proved = Proved {
        provider: provider.id.uuid(),
        subject: identity.subject,
        until: (app.now() + LIFETIME).unix_timestamp(),
    };
    let json = serde_json::to_vec(&proved).map_err(|_| Error::Internal("an offer could not be written"))?;
    let actor = grant.actor();
    let keys = app.credential_keys(actor.company(), &[]).await?;
    let keys = keys.ok_or(Error::Internal("a provider without the company's key"))?;
    let sealed = keys.seal(&place(actor.session(), actor.company().uuid()), &json, &app.rng);
    let sealed = sealed.map_err(|_| Error::Internal("an offer could not be sealed"))?;
    Ok(Offer {
        provider_name: provider.name,
        issuer: provider.issuer,
        email: identity.email,
        sealed: sealed.to_text(),
    })
}

/// Links the person of this session to the identity that they were offered in it.
///
/// # Errors
/// [`Error::State`] for an offer that is none of this session's or too old, and where it cannot be linked;
/// [`Error::NotProved`] without a fresh proof.
pub async fn confirm_link(
    app: &App,
    grant: &Grant<ManageFactors>,
    offer: &str,
    origin: &Origin,
) -> Result<(), Error> {
    let actor = grant.actor();
    let proved = opened(app, grant, offer).await?;
    let over = Error::State("this was asked too long ago; begin again");
    let until = OffsetDateTime::from_unix_timestamp(proved.until).map_err(|_| Error::Internal("no time"))?;
    if until <= app.now() {
        return Err(over);
    }
    let provider = IdentityProviderId::from_uuid(proved.provider);
    let provider = app.store.identity_provider(provider).await?;
    let provider = provider.filter(|provider| provider.company == actor.company());
    let provider = provider.ok_or(Error::NotFound("provider"))?;
    let identity = Identity {
        subject: proved.subject,
        session: None,
        authenticated_at: None,
        email: None,
    };
    let who = Federated {
        company: actor.company(),
        provider: provider.id,
        provider_name: &provider.name,
        identity: &identity,
    };
    let id = IdentityId::generate(app.now());
    let outcome = app
        .store
        .link_identity(grant, actor.session(), id, &who, origin, app.now());
    match outcome.await? {
        LinkOutcome::Done => Ok(()),
        LinkOutcome::Taken => Err(Error::State(
            "somebody of your company is linked to this identity already",
        )),
        LinkOutcome::HasOne => Err(Error::State(
            "you are linked to an identity of this provider already; unlink it first",
        )),
        LinkOutcome::Absent => Err(Error::NotFound("provider")),
    }
}

async fn opened(app: &App, grant: &Grant<ManageFactors>, offer: &str) -> Result<Proved, Error> {
    let actor = grant.actor();
    let none = || Error::State("nothing was asked of you in this session; begin again");
    let sealed = Sealed::from_text(offer).map_err(|_| none())?;
    let keys = app.credential_keys(actor.company(), &[&sealed]).await?;
    let keys = keys.ok_or_else(none)?;
    let place = place(actor.session(), actor.company().uuid());
    let json = keys.open(&place, &sealed).map_err(|_| none())?;
    serde_json::from_slice(&json).map_err(|_| none())
}
