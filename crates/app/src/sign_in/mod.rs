//! Signing in, renewing access, signing out (AUTH-1 to AUTH-3, first form).
//!
//! A right password of a person with a second factor opens no session: `second_step` goes on. `passkey` signs in without
//! a password.

mod failures;
mod passkey;
mod passwords;
mod second_step;

use std::sync::Arc;

use access::actor::Actor;
use access::grant::Grant;
use access::ids::SessionId;
use access::permission::SignedIn;
use crypto::opaque::{RefreshToken, SessionToken};
use crypto::password::PasswordPolicy;
use crypto::token::{LIFETIME_SECONDS, Subject};
use secrecy::SecretString;
use serde_json::json;
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::own_sessions::{self, Which};
use store::second_step::Kind;
use store::sessions::{Candidate, Limits, NewSession, Refreshed};
use time::Duration;
use zeroize::Zeroizing;

pub(crate) use failures::Failures;
pub use passkey::{Invitation, api_with_passkey, console_with_passkey, invite};
pub(crate) use passwords::Passwords;
pub use second_step::{
    Answer, Challenge, Step, api_ask_passkey, api_second_step, console_ask_passkey, console_second_step,
    console_takes_passkey,
};

use crate::{App, Error, Origin};

/// Who says they are who.
pub struct Credentials {
    /// The e-mail address as typed.
    pub email: String,
    /// The password as typed.
    pub password: SecretString,
    /// The company's short name, needed only by people who are in two.
    pub company: Option<String>,
}

/// What an API client holds after signing in.
pub struct TokenPair {
    /// The access token: a JWT, one hour.
    pub access: Zeroizing<String>,
    /// The refresh token: opaque, thirty days, good for one use.
    pub refresh: Zeroizing<String>,
    /// Seconds the access token lives.
    pub expires_in: i64,
}

/// A console works a day, and not unattended for more than an hour; less by role (`guard.session_limits`).
pub(crate) const CONSOLE: Limits = Limits {
    idle: Duration::HOUR,
    absolute: Duration::hours(12),
};
/// An API session lives as long as its refresh tokens; less by role.
const API: Limits = Limits {
    idle: Duration::days(30),
    absolute: Duration::days(30),
};

/// Signs in to the API.
///
/// # Errors
/// [`Error::SignInRefused`], the same for everything that can be wrong.
pub async fn api(
    app: &App,
    credentials: Credentials,
    client: &str,
    origin: &Origin,
) -> Result<Step<TokenPair>, Error> {
    let who = prove(app, credentials, origin).await?;
    if let Some(challenge) = second_step::ask(app, &who, Kind::Api, origin).await? {
        return Ok(Step::SecondFactor(challenge));
    }
    let refresh = RefreshToken::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let new = NewSession::Api(refresh.hash());
    let session = app.store.open_session(&who, &new, API, origin, app.now()).await?;
    Ok(Step::Done(pair_of(app, session, client, &refresh).await?))
}

/// The tokens of a session that was just opened or renewed.
async fn pair_of(
    app: &App,
    session: SessionId,
    client: &str,
    refresh: &RefreshToken,
) -> Result<TokenPair, Error> {
    let live = app.store.session_by_id(session).await?;
    let live = live.ok_or(Error::NotSignedIn("the session ended at once"))?;
    pair(app, &Actor::from_live_session(live), client, refresh)
}

/// Signs in to the console; returns the cookie's value.
///
/// # Errors
/// [`Error::SignInRefused`], the same for everything that can be wrong.
pub async fn console(
    app: &App,
    credentials: Credentials,
    origin: &Origin,
) -> Result<Step<Zeroizing<String>>, Error> {
    let who = prove(app, credentials, origin).await?;
    if let Some(challenge) = second_step::ask(app, &who, Kind::Console, origin).await? {
        return Ok(Step::SecondFactor(challenge));
    }
    let token = SessionToken::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let new = NewSession::Console(token.hash());
    app.store
        .open_session(&who, &new, CONSOLE, origin, app.now())
        .await?;
    Ok(Step::Done(token.expose()))
}

/// Trades a refresh token for a new pair. A spent one ends its session (J9), unless the client that spent it
/// repeats itself because the answer was lost (docs/decisions/0014).
///
/// # Errors
/// [`Error::NotSignedIn`], the same for everything that can be wrong.
pub async fn refresh(app: &App, token: &str, client: &str, origin: &Origin) -> Result<TokenPair, Error> {
    let presented =
        RefreshToken::parse(token).map_err(|_| Error::NotSignedIn("the refresh token is malformed"))?;
    let successor = RefreshToken::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    match app
        .store
        .refresh(&presented.hash(), &successor.hash(), origin, app.now())
        .await?
    {
        Refreshed::Rotated(session) => pair_of(app, session, client, &successor).await,
        Refreshed::Reused => {
            tracing::warn!("a spent refresh token was presented; its session was ended");
            Err(Error::NotSignedIn("the refresh token was spent before"))
        }
        Refreshed::Unknown => Err(Error::NotSignedIn("the refresh token is not known")),
    }
}

/// Ends the caller's session: its tokens and cookie are dead with the commit.
///
/// # Errors
/// When the store fails.
pub async fn out(app: &App, grant: &Grant<SignedIn>, origin: &Origin) -> Result<(), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    own_sessions::end(&mut tx, grant, Which::One(grant.actor().session())).await?;
    let event = Event {
        event_type: EventType::Logout,
        severity: Severity::Low,
        outcome: Outcome::Success,
        resource_type: "session",
        resource_id: Some(grant.actor().session().uuid()),
        resource_name: grant.actor().display_name().to_owned(),
        description: "signed out".to_owned(),
        changes: Changes::default(),
        additional: json!({}),
    };
    tx.commit(event, app.now()).await?;
    Ok(())
}

/// The person behind the credentials. Unknown people cost the same time as wrong passwords (AUTH-1).
async fn prove(app: &App, credentials: Credentials, origin: &Origin) -> Result<Candidate, Error> {
    let index = app.passwords.index(&credentials.email);
    let company = credentials.company.as_deref();
    let candidate = app.store.find_sign_in(&index, company).await?;
    let hash = candidate.as_ref().map(|who| who.password.clone());
    let place = app.passwords.place(origin)?;
    let verdict = app
        .passwords
        .verify(place, credentials.password.clone(), hash)
        .await?;
    match candidate {
        Some(who) if verdict.matches => {
            if who.stands_alone.is_none() {
                let stands_alone = PasswordPolicy::ALONE.is_long_enough(&credentials.password);
                app.store
                    .note_password_length(&who, stands_alone, origin, app.now())
                    .await?;
            }
            if verdict.needs_rehash {
                rehash(app, &who, credentials.password, origin).await;
            }
            Ok(who)
        }
        Some(who) => {
            app.failures.note(who, failures::WRONG, origin, app.now());
            Err(Error::SignInRefused)
        }
        None => Err(Error::SignInRefused),
    }
}

/// Stores the password under a hash of the parameters in force, unless it was changed meanwhile. Nobody's sign-in
/// fails for it.
async fn rehash(app: &App, who: &Candidate, password: SecretString, origin: &Origin) {
    let rehashed = async {
        let hash = app.passwords.hash(password, origin, &app.rng).await?;
        let stored = app.store.rehash_password(who, &hash, origin, app.now()).await;
        stored.map_err(Error::from)
    };
    if let Err(error) = rehashed.await {
        tracing::warn!(%error, user = %who.user, "a password could not be hashed anew");
    }
}

fn pair(app: &App, actor: &Arc<Actor>, client: &str, refresh: &RefreshToken) -> Result<TokenPair, Error> {
    let subject = Subject {
        user_id: actor.user().to_string(),
        username: actor.display_name().to_owned(),
        company_id: actor.company().to_string(),
        role: actor.role().as_str().to_owned(),
        permissions: app.permissions_of(actor).into_iter().map(str::to_owned).collect(),
        session: app.store.handle(actor.session()),
    };
    let issued = app.signing.with_ring(|ring| {
        let claims = ring.claims(subject, client, app.now(), &app.rng)?;
        ring.issue(&claims)
    });
    let access = issued.map_err(|_| Error::Internal("the access token could not be signed"))?;
    Ok(TokenPair {
        access: Zeroizing::new(access),
        refresh: refresh.expose(),
        expires_in: LIFETIME_SECONDS,
    })
}
