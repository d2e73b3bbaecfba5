//! A person's own password: changed by who knows it, reset by a link in a mail (AUTH-1, M10).
//!
//! Neither goes round a second factor: a change needs one shown in this session by who has one, and after a reset
//! signing in asks for it as ever.

mod new;
pub mod refused;
mod reset;

use access::grant::Grant;
use access::permission::ManageFactors;
use secrecy::SecretString;

pub(crate) use refused::RefusedIndex;
pub(crate) use reset::Resets;
pub use reset::{ask, set};

use crate::{App, Error, FieldProblem, Origin};

/// Changes one's own password; every other session is over.
///
/// # Errors
/// [`Error::Invalid`] for a wrong current password or a new one that the policy refuses; [`Error::NotSignedIn`] when
/// ten wrong ones in a row have ended the session; [`Error::NotProved`] without a fresh proof; [`Error::Conflict`]
/// when it was changed meanwhile.
pub async fn change(
    app: &App,
    grant: &Grant<ManageFactors>,
    current: SecretString,
    wanted: SecretString,
    origin: &Origin,
) -> Result<(), Error> {
    let actor = grant.actor();
    let person = app.store.own_account(actor).await?;
    // Before the attempt is counted: what is refused here says nothing of the current password.
    new::judge(app, &wanted, &person, actor.has_second_factor()).await?;
    let place = app.passwords.place(origin)?;
    let asked = app.attempt_proof(actor, origin).await?;
    if !app
        .passwords
        .verify(place, current, Some(asked.password.clone()))
        .await?
        .matches
    {
        let what = "password not changed: the current one was wrong";
        app.store
            .record_failed_proof(actor, what, origin, app.now())
            .await?;
        let wrong = FieldProblem::new("/current_password", "the current password is wrong");
        return Err(Error::Invalid(vec![wrong]));
    }
    let new = new::hashed(app, wanted, origin).await?;
    let changed = app
        .store
        .change_password(grant, &asked.password, &new, origin, app.now())
        .await?;
    if changed { Ok(()) } else { Err(Error::Conflict) }
}
