//! A person's own second factors (AUTH-6, AUTH-7): enrolled after a fresh proof, active after a first good code,
//! with ten backup codes that are shown once.
//!
//! Passkeys are in `passkeys`; `code` is where a code is judged.

mod code;

use access::actor::{Actor, PasskeyPolicy, SecondFactorPolicy};
use access::grant::{Grant, Reason};
use access::ids::FactorId;
use access::permission::{ConfigureSecurity, EnrolFactors, ManageFactors, SignedIn, ViewGoods};
use crypto::backup::{BackupCode, BackupCodeHash};
use crypto::qr;
use crypto::totp::{self, TotpSecret};
use secrecy::SecretString;
use std::sync::Arc;
use zeroize::Zeroizing;

pub(crate) use code::Code;
pub use store::factors::OwnFactors;

use crate::{App, Error, FieldProblem, Origin};

/// What apps show as the place a code is for.
const ISSUER: &str = "SafeShipper";

/// What an authenticator app is given.
pub struct Enrolment {
    /// To type where no camera is at hand.
    pub secret: Zeroizing<String>,
    /// What the QR code says.
    pub uri: Zeroizing<String>,
}

/// The person's factors.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<SignedIn>) -> Result<OwnFactors, Error> {
    Ok(app.store.own_factors(grant).await?)
}

/// What a company demands of somebody before they may do anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demanded {
    /// A second factor (M11).
    SecondFactor,
    /// A passkey (M9).
    Passkey,
}

/// What this person must show in this session before they may do anything else.
#[must_use]
pub fn demanded(app: &App, actor: &Arc<Actor>) -> Option<Demanded> {
    // Every role holds it, so that nothing but the demand refuses it to a living session.
    let decision = app.policies.authorize::<ViewGoods>(actor, app.now());
    match decision.err()?.reason {
        Reason::SecondFactorDemanded => Some(Demanded::SecondFactor),
        Reason::PasskeyDemanded => Some(Demanded::Passkey),
        _ => None,
    }
}

/// Makes a secret for an app to read, pending until [`confirm`].
///
/// # Errors
/// [`Error::NotProved`] without a fresh proof; when the store fails.
pub async fn begin(app: &App, grant: &Grant<EnrolFactors>, origin: &Origin) -> Result<Enrolment, Error> {
    let actor = grant.actor();
    let keys = app.credential_keys_or_new(actor, origin).await?;
    let secret = TotpSecret::generate(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let id = FactorId::generate(app.now());
    let sealed = keys
        .seal(&code::place(id.uuid(), actor.company()), secret.bytes(), &app.rng)
        .map_err(|_| Error::Internal("a secret could not be sealed"))?;
    app.store
        .begin_totp(grant, id, &sealed, origin, app.now())
        .await?;
    Ok(enrolment(actor, &secret))
}

/// What this session is enrolling, to be shown again.
///
/// # Errors
/// [`Error::NotFound`] where it enrols nothing, or did 900 seconds ago.
pub async fn pending(app: &App, grant: &Grant<EnrolFactors>) -> Result<Enrolment, Error> {
    let (_, secret) = pending_secret(app, grant.actor()).await?;
    Ok(enrolment(grant.actor(), &secret))
}

/// The QR code of what this session is enrolling, as a PNG.
///
/// # Errors
/// As those of [`pending`].
pub async fn picture(app: &App, grant: &Grant<EnrolFactors>) -> Result<Vec<u8>, Error> {
    let enrolment = pending(app, grant).await?;
    let picture = qr::png(&enrolment.uri).map_err(|_| Error::Internal("a QR code could not be drawn"))?;
    Ok(picture.to_vec())
}

/// Makes the pending factor active with its first good code, in place of the one before. Returns the backup
/// codes, which are shown now and never again.
///
/// # Errors
/// [`Error::Invalid`] for a wrong code; [`Error::NotFound`] where nothing is pending.
pub async fn confirm(
    app: &App,
    grant: &Grant<EnrolFactors>,
    shown: &SecretString,
    origin: &Origin,
) -> Result<Vec<Zeroizing<String>>, Error> {
    let actor = grant.actor();
    let (id, secret) = pending_secret(app, actor).await?;
    let step = match Code::read(shown) {
        Code::Totp(digits) => totp::check(&secret, &digits, app.now(), app.drift),
        Code::Backup(_) => None,
    };
    let wrong = "this is not the code that the app shows now; is the clock of the device right?";
    let step = step.ok_or_else(|| Error::Invalid(vec![FieldProblem::new("/code", wrong)]))?;
    let (codes, hashes) = backup_codes(app, actor)?;
    let confirmed = app
        .store
        .confirm_totp(grant, id, step, &hashes, origin, app.now())
        .await?;
    if confirmed {
        Ok(codes)
    } else {
        Err(Error::NotFound("pending factor"))
    }
}

/// Makes ten new backup codes; those before are void.
///
/// # Errors
/// [`Error::State`] for who has no factor; [`Error::NotProved`] without a fresh proof.
pub async fn renew_backup_codes(
    app: &App,
    grant: &Grant<ManageFactors>,
    origin: &Origin,
) -> Result<Vec<Zeroizing<String>>, Error> {
    let (codes, hashes) = backup_codes(app, grant.actor())?;
    let replaced = app
        .store
        .replace_backup_codes(grant, &hashes, origin, app.now())
        .await?;
    if replaced {
        Ok(codes)
    } else {
        Err(Error::State(
            "backup codes stand in for a second factor; enrol one first",
        ))
    }
}

/// Removes the person's app, and with the last of their factors the backup codes. Where the company demands one, the
/// person may then do nothing but enrol again.
///
/// # Errors
/// [`Error::NotFound`] for who has none; [`Error::NotProved`] without a fresh proof.
pub async fn remove(app: &App, grant: &Grant<ManageFactors>, origin: &Origin) -> Result<(), Error> {
    if app.store.remove_totp(grant, origin, app.now()).await? {
        Ok(())
    } else {
        Err(Error::NotFound("factor"))
    }
}

/// Sets of whom the company demands a second factor (M11), and, unless that is to stay as it is, a passkey (M9).
///
/// # Errors
/// [`Error::NotProved`] without a fresh second factor; [`Error::State`] for a demand that nobody could meet; when the
/// store fails.
pub async fn demand(
    app: &App,
    grant: &Grant<ConfigureSecurity>,
    policy: SecondFactorPolicy,
    passkeys: Option<PasskeyPolicy>,
    origin: &Origin,
) -> Result<(), Error> {
    if passkeys == Some(PasskeyPolicy::Managers) && app.site.is_none() {
        return Err(Error::State("there are no passkeys at this address to demand"));
    }
    let now = app.now();
    Ok(app
        .store
        .demand_factors(grant, policy, passkeys, origin, now)
        .await?)
}

fn enrolment(actor: &Actor, secret: &TotpSecret) -> Enrolment {
    let account = format!("{}, {}", actor.display_name(), actor.company_name());
    Enrolment {
        secret: secret.to_text(),
        uri: secret.uri(ISSUER, &account),
    }
}

async fn pending_secret(app: &App, actor: &Actor) -> Result<(FactorId, TotpSecret), Error> {
    let nothing = || Error::NotFound("pending factor");
    let factor = app.store.pending_totp(actor).await?.ok_or_else(nothing)?;
    let keys = app.credential_keys(actor.company(), &[&factor.secret]).await?;
    let keys = keys.ok_or_else(nothing)?;
    Ok((factor.id, code::open(&keys, &factor, actor.company())?))
}

/// Ten codes as they are shown, and as they are stored.
pub(crate) fn backup_codes(
    app: &App,
    actor: &Actor,
) -> Result<(Vec<Zeroizing<String>>, Vec<BackupCodeHash>), Error> {
    let codes = BackupCode::generate_all(&app.rng).map_err(|_| Error::Internal("no randomness"))?;
    let shown = codes.iter().map(BackupCode::expose).collect();
    let person = actor.user().uuid();
    let stored = codes.iter().map(|code| app.backup.hash(person, code)).collect();
    Ok((shown, stored))
}
