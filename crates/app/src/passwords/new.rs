//! Whether a password may become somebody's.

use std::fs::File;

use crypto::password::{BreachedPasswords, ListedHash, PasswordPolicy, WeakPassword};
use secrecy::SecretString;
use store::notices::Addressee;
use store::passwords::NewPassword;

use crate::{App, Error, FieldProblem, Origin};

/// Hashes a password that was judged, and notes whether it can do without a second factor.
///
/// # Errors
/// [`Error::NetworkShare`] and [`Error::Busy`] where too many are hashed.
pub(super) async fn hashed(app: &App, wanted: SecretString, origin: &Origin) -> Result<NewPassword, Error> {
    let stands_alone = PasswordPolicy::ALONE.is_long_enough(&wanted);
    let hash = app.passwords.hash(wanted, origin, &app.rng).await?;
    Ok(NewPassword { hash, stands_alone })
}

/// Accepts a new password of this person.
///
/// # Errors
/// [`Error::Invalid`] for one that is too short, easy to guess, known from a breach or refused by the company, and where
/// nobody can tell.
pub(super) async fn judge(
    app: &App,
    wanted: &SecretString,
    person: &Addressee,
    has_second_factor: bool,
) -> Result<(), Error> {
    let policy = if has_second_factor {
        PasswordPolicy::WITH_SECOND_FACTOR
    } else {
        PasswordPolicy::ALONE
    };
    let address = app.notice_writer.address(person).map_err(Error::Internal)?;
    let address = String::from_utf8_lossy(&address).into_owned();
    let (name, company) = (person.name.clone(), person.company_name.clone());
    let refused = app
        .refused_passwords
        .mark(person.company, &ListedHash::of(wanted));
    let (wanted, list) = (wanted.clone(), app.breached.clone());
    // Milliseconds of thinking, and a file.
    let judged = tokio::task::spawn_blocking(move || {
        policy.check(&wanted, &[&name, &address, &company])?;
        let Some(list) = list else { return Ok(()) };
        let is_on = File::open(list).and_then(|file| BreachedPasswords::open(file)?.contains(&wanted));
        match is_on {
            Ok(false) => Ok(()),
            Ok(true) => Err(WeakPassword::Breached),
            // A list that cannot be read clears nothing.
            Err(error) => {
                tracing::error!(%error, "the list of breached passwords cannot be used");
                Err(WeakPassword::Unjudged)
            }
        }
    });
    let judged = judged
        .await
        .map_err(|_| Error::Internal("judging a password was interrupted"))?;
    let judged = match judged {
        Ok(()) => match app.store.is_password_refused(person.company, &refused).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(WeakPassword::Breached),
            Err(error) => {
                tracing::error!(%error, "the company's list of refused passwords cannot be asked");
                Err(WeakPassword::Unjudged)
            }
        },
        weak => weak,
    };
    judged.map_err(|weak| Error::Invalid(vec![FieldProblem::new("/password", weak.to_string())]))
}
