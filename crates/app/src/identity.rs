//! From what a request carries to who is calling: the first rungs of the ladder.

use std::sync::Arc;

use access::actor::Actor;
use access::grant::{Grant, Reason, Refusal};
use access::permission::Permission;
use crypto::opaque::{SessionToken, SessionTokenHash};

use crate::{App, Error, Origin};

/// Someone signed in to the console, with what binds their forms to the session.
pub struct ConsoleSession {
    /// Who.
    pub actor: Arc<Actor>,
    hash: SessionTokenHash,
}

impl App {
    /// Who sends this access token.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] with the precise reason for the log, and one answer for the caller.
    pub async fn bearer(&self, token: &str) -> Result<Arc<Actor>, Error> {
        let verified = self.signing.verify(token, self.now()).await?.map_err(|refusal| {
            tracing::info!(reason = %refusal, "access token refused");
            Error::NotSignedIn("the access token was refused")
        })?;
        let live = self.store.session_of_token(&verified).await?;
        let live = live.ok_or(Error::NotSignedIn("the token's session is over"))?;
        Ok(Actor::from_live_session(live))
    }

    /// Who sends this console cookie.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn console(&self, cookie: &str) -> Result<ConsoleSession, Error> {
        let token = SessionToken::parse(cookie).map_err(|_| Error::NotSignedIn("the cookie is malformed"))?;
        let hash = token.hash();
        let live = self.store.session_of_cookie(&hash).await?;
        let live = live.ok_or(Error::NotSignedIn("the cookie's session is over"))?;
        Ok(ConsoleSession {
            actor: Actor::from_live_session(live),
            hash,
        })
    }

    /// The CSRF token of a console session's forms.
    #[must_use]
    pub fn csrf_token(&self, session: &ConsoleSession) -> String {
        self.csrf.token(&session.hash)
    }

    /// Accepts a form only with the token of this very session.
    ///
    /// # Errors
    /// [`Error::State`] when the token is another one or none.
    pub fn check_csrf(&self, session: &ConsoleSession, token: &str) -> Result<(), Error> {
        self.csrf
            .verify(&session.hash, token)
            .map_err(|_| Error::State("the form does not carry this session's token; reload the page"))
    }

    /// Decides whether the actor holds `P`; a refusal is recorded (AUTHZ-8).
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::NotSignedIn`].
    pub async fn authorize<P: Permission>(
        &self,
        actor: &Arc<Actor>,
        origin: &Origin,
    ) -> Result<Grant<P>, Error> {
        let now = self.now();
        match self.policies.authorize::<P>(actor, now) {
            Ok(grant) => Ok(grant),
            Err(refusal) => {
                self.note_refusal(actor, origin, &refusal).await?;
                Err(refusal.into())
            }
        }
    }

    /// Whether the actor holds `P`, for showing or hiding: not recorded, and never a reason to do anything.
    #[must_use]
    pub fn may<P: Permission>(&self, actor: &Arc<Actor>) -> Option<Grant<P>> {
        self.policies.authorize::<P>(actor, self.now()).ok()
    }

    /// Whether the actor holds `P`, or would after showing a second factor: for offering the way there.
    #[must_use]
    pub fn could<P: Permission>(&self, actor: &Arc<Actor>) -> bool {
        let decision = self.policies.authorize::<P>(actor, self.now());
        decision.map_or_else(|refusal| refusal.reason == Reason::SecondFactorNeeded, |_| true)
    }

    /// The names of all permissions the actor holds.
    #[must_use]
    pub fn permissions_of(&self, actor: &Arc<Actor>) -> Vec<&'static str> {
        self.policies.permissions_of(actor, self.now())
    }

    /// Goes on with a transaction, or ends it and records the refusal: after its connection is free, for a request never
    /// holds two.
    pub(crate) async fn unless_refused<P: Permission, Tx, T>(
        &self,
        tx: Tx,
        grant: &Grant<P>,
        origin: &Origin,
        decided: Result<T, Refusal>,
    ) -> Result<(Tx, T), Error> {
        match decided {
            Ok(decided) => Ok((tx, decided)),
            Err(refusal) => {
                drop(tx);
                self.note_refusal(grant.actor(), origin, &refusal).await?;
                Err(refusal.into())
            }
        }
    }

    pub(crate) async fn note_refusal(
        &self,
        actor: &Arc<Actor>,
        origin: &Origin,
        refusal: &Refusal,
    ) -> Result<(), Error> {
        let now = self.now();
        if self.refusals.admit(actor.session(), now) {
            self.store.record_refusal(actor, origin, refusal, now).await?;
        }
        Ok(())
    }
}
