//! Proving a living session anew: before what needs a second factor, and before changing how one is proved
//! (AUTH-8, M5, M7).
//!
//! It counts for this session alone and for 900 seconds. Who has a second factor shows that; the password again
//! is for who has none, and elevates nothing but the right to enrol one.

use access::actor::Actor;
use access::grant::Grant;
use access::permission::SignedIn;
use crypto::passkey::Named;
use secrecy::SecretString;
use serde_json::Value;
use store::passkeys::Holder;
use store::proof::Asked;
use store::second_step::{Proof, Spent};

use crate::factors::Code;
use crate::passkeys::{self, Fault, NotShown};
use crate::{App, Error, FieldProblem, Origin};

/// What is shown.
pub enum Shown {
    /// A one-time password or a backup code.
    Code(SecretString),
    /// The password.
    Password(SecretString),
    /// `AuthenticationResponseJSON` of a passkey that was asked for.
    Passkey(Value),
}

/// Asks for a passkey in this session; returns what the browser is given.
///
/// # Errors
/// [`Error::State`] for who has none, or where there are none.
pub async fn ask_passkey(app: &App, grant: &Grant<SignedIn>, origin: &Origin) -> Result<Value, Error> {
    let actor = grant.actor();
    let own = app.store.own_passkeys(actor).await?;
    let own: Vec<_> = own.into_iter().map(|passkey| passkey.known).collect();
    if own.is_empty() {
        return Err(Error::State("you have no passkey"));
    }
    let options = app.ask_for_passkey(Holder::Proving(actor), &own, origin).await?;
    options.ok_or(Error::Internal("a session was not asked for a passkey"))
}

/// Shows a second factor, or the password of who has none, in this session.
///
/// # Errors
/// [`Error::Invalid`] for what is wrong or not what this person shows; [`Error::NotSignedIn`] when ten wrong ones
/// in a row have ended the session.
pub async fn show(app: &App, grant: &Grant<SignedIn>, shown: Shown, origin: &Origin) -> Result<(), Error> {
    let actor = grant.actor();
    match (&shown, actor.has_second_factor()) {
        (Shown::Password(_), true) => {
            return Err(wrong(
                "/password",
                "you have a second factor: show its code instead",
            ));
        }
        (Shown::Code(_), false) => {
            return Err(wrong(
                "/code",
                "you have no second factor yet: give your password instead",
            ));
        }
        (Shown::Passkey(_), false) => {
            return Err(wrong(
                "/passkey",
                "you have no passkey yet: give your password instead",
            ));
        }
        _ => {}
    }
    match shown {
        Shown::Password(password) => {
            let place = app.passwords.place(origin)?;
            let asked = app.attempt_proof(actor, origin).await?;
            let verdict = app.passwords.verify(place, password, Some(asked.password));
            if verdict.await?.matches {
                return Ok(app.store.mark_password(actor, origin, app.now()).await?);
            }
            failed(app, grant, "password shown again was wrong", origin).await?;
            Err(wrong("/password", "the password is wrong"))
        }
        Shown::Code(code) => {
            let asked = app.attempt_proof(actor, origin).await?;
            let sealed: Vec<_> = asked.factor.iter().map(|factor| &factor.secret).collect();
            let keys = app.credential_keys(actor.company(), &sealed).await?;
            let keys = keys.ok_or(Error::Internal("a factor without the company's key"))?;
            let code = Code::read(&code);
            let factor = asked.factor.as_ref();
            let proof = app.judge(&keys, actor.company(), actor.user(), factor, &code)?;
            if let Some(proof) = proof
                && app.store.step_up(actor, proof, origin, app.now()).await? == Spent::Done
            {
                return Ok(());
            }
            failed(app, grant, "second factor refused: wrong or used code", origin).await?;
            Err(wrong("/code", "the code is wrong or was used before"))
        }
        Shown::Passkey(answer) => {
            app.attempt_proof(actor, origin).await?;
            passkey(app, grant, answer, origin).await
        }
    }
}

impl App {
    /// Counts an attempt of this session, before it is known whether it is right, and says what may be shown.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] when ten wrong ones in a row have ended the session.
    pub(crate) async fn attempt_proof(&self, actor: &Actor, origin: &Origin) -> Result<Asked, Error> {
        let asked = self.store.attempt_proof(actor, origin, self.now()).await?;
        asked.ok_or(Error::NotSignedIn("too many wrong proofs ended the session"))
    }
}

/// One answer for every reason; the reason is in the trail.
async fn passkey(app: &App, grant: &Grant<SignedIn>, answer: Value, origin: &Origin) -> Result<(), Error> {
    let actor = grant.actor();
    let refused = || wrong("/passkey", "the passkey was not accepted; try again");
    let shown = app
        .passkey_shown(Holder::Proving(actor), Named::Before, answer)
        .await?;
    let fault = match shown {
        Ok(passkeys::Shown { passkey, asserted }) => {
            if passkey.owner.user == actor.user() && passkey.owner.company == actor.company() {
                let proof = Proof::Passkey(passkey.id, asserted);
                match app.store.step_up(actor, proof, origin, app.now()).await? {
                    Spent::Done => return Ok(()),
                    // The trail tells of it already.
                    Spent::WentBack => return Err(refused()),
                    Spent::Before => Fault::Unknown,
                }
            } else {
                Fault::OfSomebodyElse
            }
        }
        Err(NotShown { fault, .. }) => fault,
    };
    let what = format!("second factor refused: passkey: {fault}");
    failed(app, grant, &what, origin).await?;
    Err(refused())
}

async fn failed(app: &App, grant: &Grant<SignedIn>, what: &str, origin: &Origin) -> Result<(), Error> {
    let now = app.now();
    Ok(app
        .store
        .record_failed_proof(grant.actor(), what, origin, now)
        .await?)
}

fn wrong(pointer: &str, detail: &str) -> Error {
    Error::Invalid(vec![FieldProblem::new(pointer, detail)])
}
