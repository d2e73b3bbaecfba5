//! The second step of signing in: a ticket for a right password, and a code or a passkey that spends it (AUTH-6,
//! AUTH-7, AUTH-11).
//!
//! Five codes a ticket; a factor that has seen five wrong ones in a row waits between further ones. Neither ends
//! anything of the person's: backup codes and living sessions go on (M2).

use access::ids::SessionId;
use crypto::opaque::{RefreshToken, SessionToken, SignInTicket};
use secrecy::SecretString;
use serde_json::Value;
use store::second_step::Kind;
use store::sessions::{Candidate, Limits, NewSession};
use zeroize::Zeroizing;

use super::passkey;
use super::{API, CONSOLE, TokenPair, pair_of};
use crate::factors::Code;
use crate::{App, Error, Origin};

/// Seconds a ticket lives; the database holds to it.
const TICKET_SECONDS: i64 = 300;

/// Where a sign-in got to with the password.
pub enum Step<T> {
    /// The person is signed in.
    Done(T),
    /// A second factor is to come.
    SecondFactor(Challenge),
}

/// What is asked for beside the password.
pub struct Challenge {
    /// Names this sign-in; worth nothing without the second factor.
    pub ticket: Zeroizing<String>,
    /// What may be shown.
    pub methods: Vec<&'static str>,
    /// Seconds the ticket lives.
    pub expires_in: i64,
}

/// What is shown beside the password.
pub enum Answer {
    /// A one-time password or a backup code.
    Code(SecretString),
    /// `AuthenticationResponseJSON` of a passkey that was asked for.
    Passkey(Value),
}

/// A ticket for who has a second factor.
pub(super) async fn ask(
    app: &App,
    who: &Candidate,
    kind: Kind,
    origin: &Origin,
) -> Result<Option<Challenge>, Error> {
    let ticket = SignInTicket::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    // A reset that is due takes the factors away before they are asked for (M10).
    app.store
        .settle_factor_reset((who.company, who.user), origin, app.now())
        .await?;
    let asked = app
        .store
        .ask_second_factor(who, kind, &ticket.hash(), origin, app.now())
        .await?;
    Ok(asked.map(|asked| Challenge {
        ticket: ticket.expose(),
        methods: [
            ("passkey", asked.passkey && app.site.is_some()),
            ("totp", asked.totp),
            ("backup_code", true),
        ]
        .into_iter()
        .filter_map(|(method, may)| may.then_some(method))
        .collect(),
        expires_in: TICKET_SECONDS,
    }))
}

/// Finishes a sign-in to the API.
///
/// # Errors
/// [`Error::SecondFactorRefused`], [`Error::TooManyAttempts`], [`Error::SignInOver`].
pub async fn api_second_step(
    app: &App,
    ticket: &str,
    answer: Answer,
    client: &str,
    origin: &Origin,
) -> Result<TokenPair, Error> {
    let refresh = RefreshToken::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let new = NewSession::Api(refresh.hash());
    let session = finish(app, Kind::Api, ticket, answer, (&new, API), origin).await?;
    pair_of(app, session, client, &refresh).await
}

/// Finishes a sign-in to the console; returns the cookie's value.
///
/// # Errors
/// As those of [`api_second_step`].
pub async fn console_second_step(
    app: &App,
    ticket: &str,
    answer: Answer,
    origin: &Origin,
) -> Result<Zeroizing<String>, Error> {
    let token = SessionToken::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let new = NewSession::Console(token.hash());
    finish(app, Kind::Console, ticket, answer, (&new, CONSOLE), origin).await?;
    Ok(token.expose())
}

/// Asks for a passkey in a sign-in to the API; returns what the browser is given.
///
/// # Errors
/// [`Error::SignInOver`]; [`Error::State`] for who has no passkey.
pub async fn api_ask_passkey(app: &App, ticket: &str, origin: &Origin) -> Result<Value, Error> {
    passkey::ask_second_step(app, Kind::Api, ticket, origin).await
}

/// Asks for a passkey in a sign-in to the console.
///
/// # Errors
/// As those of [`api_ask_passkey`].
pub async fn console_ask_passkey(app: &App, ticket: &str, origin: &Origin) -> Result<Value, Error> {
    passkey::ask_second_step(app, Kind::Console, ticket, origin).await
}

/// What may be shown in a sign-in to the console that goes on after a refusal.
///
/// # Errors
/// When the store fails.
pub async fn console_takes_passkey(app: &App, ticket: &str) -> Result<bool, Error> {
    let Ok(ticket) = SignInTicket::parse(ticket.trim()) else {
        return Ok(false);
    };
    let passkeys = app.store.ticket_passkeys(&ticket.hash(), Kind::Console).await?;
    Ok(app.site.is_some() && !passkeys.is_empty())
}

async fn finish(
    app: &App,
    kind: Kind,
    ticket: &str,
    answer: Answer,
    (new, limits): (&NewSession, Limits),
    origin: &Origin,
) -> Result<SessionId, Error> {
    let code = match answer {
        Answer::Code(code) => code,
        Answer::Passkey(answer) => {
            return passkey::second_step(app, kind, ticket, answer, (new, limits), origin).await;
        }
    };
    let ticket = SignInTicket::parse(ticket.trim()).map_err(|_| Error::SignInOver)?;
    let company = app.store.company_of_ticket(&ticket.hash(), kind).await?;
    let company = company.ok_or(Error::SignInOver)?;
    // Before the attempt holds anything: fetching keys takes another connection.
    let no_keys = || Error::Internal("a factor without the company's key");
    let mut keys = app.credential_keys(company, &[]).await?.ok_or_else(no_keys)?;
    let code = Code::read(&code);
    let step = app.store.second_step(ticket.hash(), kind).await?;
    let mut step = step.ok_or(Error::SignInOver)?;
    if let Some(unknown) = step.factor().map(|factor| factor.secret.clone())
        && !keys.knows(&unknown)
    {
        // Sealed a moment ago with a newer key. Dropped, so not counted; then everything anew.
        drop(step);
        keys = app
            .credential_keys(company, &[&unknown])
            .await?
            .ok_or_else(no_keys)?;
        let again = app.store.second_step(ticket.hash(), kind).await?;
        step = again.ok_or(Error::SignInOver)?;
    }
    if !code.is_backup_code() && step.wait().is_positive() {
        // Dropped, so not counted: whoever waits keeps their attempts.
        return Err(Error::TooManyAttempts(step.wait()));
    }
    match app.judge(&keys, step.company(), step.user(), step.factor(), &code)? {
        Some(proof) => step
            .accept(proof, new, limits, origin, app.now())
            .await?
            .ok_or(Error::SecondFactorRefused),
        None => {
            step.refuse(None, origin, app.now()).await?;
            Err(Error::SecondFactorRefused)
        }
    }
}
