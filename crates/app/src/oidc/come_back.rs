//! Coming back from a provider. What came back is spent before the provider is asked anything: an answer that
//! fails is begun anew, not tried again.

use std::borrow::Cow;

use access::permission::ManageFactors;
use crypto::oidc::{CodeVerifier, Identity, verify_id_token};
use crypto::opaque::{OidcBrowser, OidcState, OidcStateHash, SessionToken, SignInTicket};
use partners::oidc::{Client, Metadata, OidcError};
use store::oidc::{Attempt, Entered, Federated, KnownProvider, Provider, TakenAttempt};
use store::sessions::NewSession;
use zeroize::Zeroizing;

use super::link::{self, Offer};
use super::{expected, verifier_place};
use crate::identity::ConsoleSession;
use crate::keys::unopened;
use crate::sign_in::CONSOLE;
use crate::{App, Error, Origin};

/// The longest code, in bytes.
const LONGEST_CODE: usize = 4096;

/// What a provider sent the browser back with, as far as each was there once.
#[derive(Default)]
pub struct Answer {
    /// Repeats the request's.
    pub state: Option<String>,
    /// To be exchanged.
    pub code: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// What became of it.
pub enum Returned {
    /// Signed in: the cookie's value, and where to go.
    SignedIn(Zeroizing<String>, String),
    /// A second factor is to come.
    SecondFactor {
        /// Names the sign-in.
        ticket: Zeroizing<String>,
        /// Whether it may be a passkey.
        by_passkey: bool,
        /// Where to go afterwards.
        return_to: String,
    },
    /// To be linked, when the person says that it is theirs.
    Confirm(Offer),
}

/// Takes what a provider sent the browser back with.
///
/// # Errors
/// [`Error::ProviderRefused`] for everything that does not bind to a request of this browser or does not verify;
/// [`Error::NotLinked`] when nobody is linked to who signed in. Whatever fails once the request is known is in the
/// trail, with its reason.
pub async fn come_back(
    app: &App,
    answer: &Answer,
    browser: Option<&str>,
    session: Option<&ConsoleSession>,
    origin: &Origin,
) -> Result<Returned, Error> {
    let state = answer
        .state
        .as_deref()
        .and_then(|text| OidcState::parse(text).ok());
    let state = state
        .ok_or_else(|| refused("`state` is absent or none of ours"))?
        .hash();
    let browser = browser.and_then(|text| OidcBrowser::parse(text).ok());
    let browser = browser
        .ok_or_else(|| refused("this browser has begun no sign-in"))?
        .hash();
    let taken = app.store.take_oidc_attempt(&state, &browser, origin, app.now());
    let taken = taken
        .await?
        .ok_or_else(|| refused("no sign-in of this browser waits for this answer"))?;
    let returned = go_on(app, answer, &state, &taken, session, origin).await;
    if let Err(error) = &returned
        && let Some(why) = why(error)
    {
        let provider = KnownProvider {
            company: taken.company,
            id: taken.provider,
            name: taken.provider_name,
        };
        app.failures.note(provider, why, origin, app.now());
    }
    returned
}

/// What the trail says of a sign-in that failed; nothing where it goes on, or the fault is ours.
fn why(error: &Error) -> Option<String> {
    match error {
        Error::ProviderRefused(why) => Some(format!("sign-in at the provider refused: {why}")),
        Error::NotLinked => {
            Some("sign-in at the provider refused: nobody active is linked to who came".to_owned())
        }
        Error::Provider(why) => Some(format!("sign-in at the provider failed: {why}")),
        _ => None,
    }
}

fn refused(why: impl Into<Cow<'static, str>>) -> Error {
    Error::ProviderRefused(why.into())
}

async fn go_on(
    app: &App,
    answer: &Answer,
    state: &OidcStateHash,
    taken: &TakenAttempt,
    session: Option<&ConsoleSession>,
    origin: &Origin,
) -> Result<Returned, Error> {
    let linking = match (taken.purpose, session) {
        (Attempt::SignIn, _) => None,
        (Attempt::Link(began), Some(session)) if session.actor.session() == began => Some(session),
        (Attempt::Link(_), _) => return Err(refused("another session began to link")),
    };
    let provider = app.store.identity_provider(taken.provider).await?;
    let provider = provider.ok_or_else(|| refused("the provider is gone or switched off"))?;
    let identity = prove(app, answer, state, taken, &provider).await?;
    if let Some(session) = linking {
        let grant = app.authorize::<ManageFactors>(&session.actor, origin).await?;
        let offer = link::offer(app, &grant, provider, taken, identity).await?;
        return Ok(Returned::Confirm(offer));
    }
    let who = Federated {
        company: taken.company,
        provider: taken.provider,
        provider_name: &provider.name,
        identity: &identity,
    };
    enter(app, &who, taken.return_to.clone(), origin).await
}

/// Who signed in at the provider, in answer to this very request.
async fn prove(
    app: &App,
    answer: &Answer,
    state: &OidcStateHash,
    taken: &TakenAttempt,
    provider: &Provider,
) -> Result<Identity, Error> {
    let metadata = app.oidc.metadata(&provider.issuer, app.now()).await?;
    names_itself(answer, &metadata)?;
    if answer.error.is_some() {
        return Err(refused("the provider answers with an error"));
    }
    let code = answer.code.as_deref();
    let code = code.filter(|code| (1..=LONGEST_CODE).contains(&code.len()));
    let code = code.ok_or_else(|| refused("`code` is absent or too long"))?;
    let verifier = verifier(app, state, taken).await?;
    let client = Client {
        id: &provider.client_id,
        secret: &app.client_secret(provider).await?,
        redirect_uri: &app.redirect_uri(),
    };
    let tokens = app.oidc.exchange(&metadata, &client, code, &verifier).await;
    let tokens = tokens.map_err(|error| match error {
        OidcError::Refused | OidcError::Malformed(_) => {
            tracing::info!(%error, provider = %provider.id, "a code was not exchanged");
            refused("the code was not exchanged")
        }
        other => Error::Provider(other),
    })?;
    let now = app.now();
    let judged = app.with_keys(&provider.issuer, |keys| {
        let access = Some(tokens.access.as_str());
        verify_id_token(&tokens.id, keys, expected(provider), &taken.nonce, access, now)
    });
    judged.await?.map_err(|refusal| {
        tracing::warn!(reason = %refusal, provider = %provider.id, "an ID token was refused");
        refused(format!("the ID token was refused: {refusal}"))
    })
}

/// Whoever answers is whom the request went to, as far as providers tell (RFC 9207 section 2.4).
fn names_itself(answer: &Answer, metadata: &Metadata) -> Result<(), Error> {
    match &answer.iss {
        Some(iss) if *iss == metadata.issuer => Ok(()),
        None if !metadata.names_itself => Ok(()),
        _ => Err(refused("`iss` is another provider or absent")),
    }
}

async fn verifier(app: &App, state: &OidcStateHash, taken: &TakenAttempt) -> Result<CodeVerifier, Error> {
    let keys = app.credential_keys(taken.company, &[&taken.verifier]).await?;
    let keys = keys.ok_or(Error::Internal("a provider without the company's key"))?;
    let column = "oidc_attempts.verifier_sealed";
    let opened = keys.open(&verifier_place(state, taken.company.uuid()), &taken.verifier);
    let opened = opened.map_err(unopened(column))?;
    let text = std::str::from_utf8(&opened).map_err(|_| Error::Undecryptable(column))?;
    Ok(CodeVerifier::from_stored(Zeroizing::new(text.to_owned())))
}

async fn enter(
    app: &App,
    who: &Federated<'_>,
    return_to: String,
    origin: &Origin,
) -> Result<Returned, Error> {
    let ticket = SignInTicket::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let token = SessionToken::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let (new, hash) = (NewSession::Console(token.hash()), ticket.hash());
    let entered = app
        .store
        .sign_in_federated(who, &hash, &new, CONSOLE, origin, app.now());
    match entered.await {
        Ok(Entered::Session(_)) => Ok(Returned::SignedIn(token.expose(), return_to)),
        Ok(Entered::SecondFactor(asked)) => Ok(Returned::SecondFactor {
            ticket: ticket.expose(),
            by_passkey: asked.passkey && app.site.is_some(),
            return_to,
        }),
        // One answer for who is not linked and who may not sign in.
        Ok(Entered::NotLinked) | Err(store::StoreError::NotActive) => Err(Error::NotLinked),
        Err(error) => Err(error.into()),
    }
}
