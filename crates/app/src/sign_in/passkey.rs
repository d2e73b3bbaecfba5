//! Signing in with a passkey: as the second step after a password, or alone (AUTH-11, M9).
//!
//! Alone it needs no name: the passkey says whose it is, so that there is nothing to ask about anybody. It counts as
//! two factors, what one holds and what unlocks it, and every refusal has the same answer.

use access::ids::SessionId;
use crypto::opaque::{PasskeyAttempt, RefreshToken, SessionToken, SignInTicket};
use crypto::passkey::{Known, Named};
use serde_json::Value;
use store::StoreError;
use store::passkeys::Holder;
use store::second_step::{Kind, Proof};
use store::sessions::{Limits, NewSession};
use zeroize::Zeroizing;

use super::{API, CONSOLE, TokenPair, pair_of};
use crate::network::admitted;
use crate::passkeys::{Fault, NotShown, Shown};
use crate::{App, Error, Origin};

/// What a browser is given to sign in with a passkey alone.
pub struct Invitation {
    /// Names this attempt; good for one answer within five minutes.
    pub attempt: Zeroizing<String>,
    /// `PublicKeyCredentialRequestOptionsJSON`.
    pub options: Value,
}

impl App {
    /// Options for a browser, and what waits for its answer.
    ///
    /// # Errors
    /// [`Error::NetworkShare`] and [`Error::Busy`] where too many wait that name nobody.
    pub(crate) async fn ask_for_passkey(
        &self,
        holder: Holder<'_>,
        of: &[Known],
        origin: &Origin,
    ) -> Result<Option<Value>, Error> {
        let begun = self.site()?.begin_assertion(of);
        let (options, state) = begun.map_err(|_| Error::Internal("a challenge could not be made"))?;
        let state = state
            .to_text()
            .map_err(|_| Error::Internal("a challenge could not be kept"))?;
        let network = self.networks.mark(origin);
        let asked = self
            .store
            .ask_passkey(holder, &state, &network, origin, self.now())
            .await?;
        let asked = admitted(asked, "too many sign-ins with a passkey have begun")?;
        Ok(asked.then_some(options))
    }
}

/// Begins a sign-in with a passkey alone.
///
/// # Errors
/// [`Error::NetworkShare`] and [`Error::Busy`] when too many have begun; [`Error::State`] where there are no passkeys.
pub async fn invite(app: &App, origin: &Origin) -> Result<Invitation, Error> {
    let attempt = PasskeyAttempt::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let hash = attempt.hash();
    let options = app.ask_for_passkey(Holder::Attempt(&hash), &[], origin).await?;
    Ok(Invitation {
        attempt: attempt.expose(),
        options: options.ok_or(Error::Internal("an attempt was not asked for a passkey"))?,
    })
}

/// Signs in to the API with a passkey alone.
///
/// # Errors
/// [`Error::PasskeyRefused`], the same for everything that can be wrong.
pub async fn api_with_passkey(
    app: &App,
    attempt: &str,
    answer: Value,
    client: &str,
    origin: &Origin,
) -> Result<TokenPair, Error> {
    let refresh = RefreshToken::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let new = NewSession::Api(refresh.hash());
    let session = alone(app, attempt, answer, &new, API, origin).await?;
    pair_of(app, session, client, &refresh).await
}

/// Signs in to the console with a passkey alone; returns the cookie's value.
///
/// # Errors
/// As those of [`api_with_passkey`].
pub async fn console_with_passkey(
    app: &App,
    attempt: &str,
    answer: Value,
    origin: &Origin,
) -> Result<Zeroizing<String>, Error> {
    let token = SessionToken::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let new = NewSession::Console(token.hash());
    alone(app, attempt, answer, &new, CONSOLE, origin).await?;
    Ok(token.expose())
}

async fn alone(
    app: &App,
    attempt: &str,
    answer: Value,
    new: &NewSession,
    limits: Limits,
    origin: &Origin,
) -> Result<SessionId, Error> {
    let attempt = PasskeyAttempt::parse(attempt.trim()).map_err(|_| Error::PasskeyRefused)?;
    let hash = attempt.hash();
    let shown = app
        .passkey_shown(Holder::Attempt(&hash), Named::ByTheAnswer, answer)
        .await?;
    let Shown { passkey, asserted } = match shown {
        Ok(shown) => shown,
        Err(NotShown { fault, owner }) => {
            if let Some(owner) = owner {
                let what = format!("sign-in refused: passkey: {fault}");
                app.failures.note(owner, what, origin, app.now());
            }
            return Err(Error::PasskeyRefused);
        }
    };
    let now = app.now();
    // A reset that is due takes this passkey away with the rest (M10).
    let owner = (passkey.owner.company, passkey.owner.user);
    app.store.settle_factor_reset(owner, origin, now).await?;
    let opened = app
        .store
        .sign_in_with_passkey(&passkey, asserted, new, limits, origin, now)
        .await;
    match opened {
        Ok(session) => session.ok_or(Error::PasskeyRefused),
        Err(StoreError::NotActive) => Err(Error::PasskeyRefused),
        Err(error) => Err(error.into()),
    }
}

/// Begins to ask for a passkey as the second step of a sign-in.
///
/// # Errors
/// [`Error::SignInOver`] for a ticket that is over; [`Error::State`] for who has no passkey.
pub(super) async fn ask_second_step(
    app: &App,
    kind: Kind,
    ticket: &str,
    origin: &Origin,
) -> Result<Value, Error> {
    let ticket = SignInTicket::parse(ticket.trim()).map_err(|_| Error::SignInOver)?;
    let hash = ticket.hash();
    let passkeys = app.store.ticket_passkeys(&hash, kind).await?;
    if passkeys.is_empty() {
        return Err(match app.store.company_of_ticket(&hash, kind).await? {
            Some(_) => Error::State("you have no passkey; show a code instead"),
            None => Error::SignInOver,
        });
    }
    let options = app
        .ask_for_passkey(Holder::Ticket(&hash, kind), &passkeys, origin)
        .await?;
    options.ok_or(Error::SignInOver)
}

/// The second step itself.
pub(super) async fn second_step(
    app: &App,
    kind: Kind,
    ticket: &str,
    answer: Value,
    (new, limits): (&NewSession, Limits),
    origin: &Origin,
) -> Result<SessionId, Error> {
    let ticket = SignInTicket::parse(ticket.trim()).map_err(|_| Error::SignInOver)?;
    let hash = ticket.hash();
    // Looked at before the attempt holds anything: finding and opening take other connections. What waits is taken
    // once, so that answers at once do not outrun the count; those that come second are no attempts, and cost the
    // one that came first nothing.
    let shown = app
        .passkey_shown(Holder::Ticket(&hash, kind), Named::Before, answer)
        .await?;
    if let Err(NotShown {
        fault: Fault::NothingWaits,
        ..
    }) = &shown
    {
        let lives = app.store.company_of_ticket(&hash, kind).await?.is_some();
        return Err(if lives {
            Error::SecondFactorRefused
        } else {
            Error::SignInOver
        });
    }
    let step = app.store.second_step(hash, kind).await?;
    let step = step.ok_or(Error::SignInOver)?;
    let fault = match shown {
        Ok(Shown { passkey, asserted }) => {
            if passkey.owner.user == step.user() && passkey.owner.company == step.company() {
                let proof = Proof::Passkey(passkey.id, asserted);
                let session = step.accept(proof, new, limits, origin, app.now()).await?;
                return session.ok_or(Error::SecondFactorRefused);
            }
            Fault::OfSomebodyElse
        }
        Err(NotShown { fault, .. }) => fault,
    };
    step.refuse_passkey(&fault.to_string(), origin, app.now()).await?;
    Err(Error::SecondFactorRefused)
}
