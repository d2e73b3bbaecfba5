//! A person's own passkeys (AUTH-11, M9): registered after a fresh proof, listed, renamed, removed. What shows one is
//! in `sign_in` and `step_up`; `judge` says whether it was shown.

mod judge;

use access::grant::Grant;
use access::ids::FactorId;
use access::permission::{EnrolFactors, ManageFactors, SignedIn};
use crypto::passkey::{Attestation, NewPasskey, Refusal, Registration, Site};
use serde_json::Value;
use store::passkeys::{Added, Addition, Holder};
use zeroize::Zeroizing;

pub(crate) use judge::{Fault, NotShown, Shown};
pub use store::passkeys::OwnPasskey;

use crate::factors::backup_codes;
use crate::{App, Error, FieldProblem, Origin};

/// Characters of a label at most.
const LABEL: usize = 60;
/// What a passkey is called that its owner does not call anything.
const UNNAMED: &str = "Passkey";

/// What came of a registration.
pub struct Registered {
    /// Which.
    pub id: FactorId,
    /// What it is called.
    pub label: String,
    /// The backup codes that come with a first factor, shown now and never again; none with a further one.
    pub backup_codes: Vec<Zeroizing<String>>,
}

impl App {
    /// The site that passkeys are for.
    pub(crate) fn site(&self) -> Result<&Site, Error> {
        self.site
            .as_ref()
            .ok_or(Error::State("there are no passkeys at this address"))
    }
}

/// Whether passkeys can be made and shown at the address that people use.
#[must_use]
pub fn available(app: &App) -> bool {
    app.site.is_some()
}

/// The person's passkeys, the oldest first.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<SignedIn>) -> Result<Vec<OwnPasskey>, Error> {
    Ok(app.store.own_passkeys(grant.actor()).await?)
}

/// Begins to register a passkey; returns what the browser is given, which is none of those that are there.
///
/// # Errors
/// [`Error::State`] for who has ten, or where there are none; [`Error::NotProved`] without a fresh proof.
pub async fn begin(app: &App, grant: &Grant<EnrolFactors>, origin: &Origin) -> Result<Value, Error> {
    let (site, actor) = (app.site()?, grant.actor());
    let there = app.store.own_passkeys(actor).await?;
    let there: Vec<_> = there.into_iter().map(|passkey| passkey.known).collect();
    let account = format!("{}, {}", actor.display_name(), actor.company_name());
    let begun = site.begin_registration(actor.user().uuid(), &account, actor.display_name(), &there);
    let (options, state) = begun.map_err(|_| Error::Internal("a registration could not be begun"))?;
    let state = state
        .to_text()
        .map_err(|_| Error::Internal("a registration could not be kept"))?;
    if app.store.begin_passkey(grant, &state, origin, app.now()).await? {
        Ok(options)
    } else {
        Err(Error::State("you have ten passkeys; remove one first"))
    }
}

/// Finishes a registration with what the browser answered.
///
/// # Errors
/// [`Error::Invalid`] for an answer that is refused, whatever the reason, which the log has; [`Error::State`] for who
/// has ten; [`Error::NotProved`] without a fresh proof.
pub async fn finish(
    app: &App,
    grant: &Grant<EnrolFactors>,
    answer: Value,
    label: &str,
    origin: &Origin,
) -> Result<Registered, Error> {
    let label = readable(label)?;
    let actor = grant.actor();
    let waiting = app.store.take_ceremony(Holder::Registering(actor)).await?;
    let new = match waiting {
        None => Err(Fault::NothingWaits),
        Some(state) => register(app, &state, answer)?.map_err(Fault::from),
    };
    let new = new.map_err(refused)?;
    let keys = app.credential_keys_or_new(actor, origin).await?;
    let id = FactorId::generate(app.now());
    let plain = new.passkey.to_bytes();
    let plain = plain.map_err(|_| Error::Internal("a passkey could not be written"))?;
    let sealed = keys
        .seal(&judge::place(id.uuid(), actor.company()), &plain, &app.rng)
        .map_err(|_| Error::Internal("a passkey could not be sealed"))?;
    let (codes, hashes) = backup_codes(app, actor)?;
    let addition = Addition {
        id,
        new: &new,
        sealed: &sealed,
        label: &label,
        codes: &hashes,
    };
    match app.store.add_passkey(grant, addition, origin, app.now()).await? {
        Added::First => Ok(Registered {
            id,
            label,
            backup_codes: codes,
        }),
        Added::Another => Ok(Registered {
            id,
            label,
            backup_codes: Vec::new(),
        }),
        Added::Full => Err(Error::State("you have ten passkeys; remove one first")),
        Added::There => Err(refused(Fault::Refused(Refusal::There))),
    }
}

/// Calls a passkey otherwise.
///
/// # Errors
/// [`Error::NotFound`] where the person has no such one; [`Error::Invalid`] for a label nobody can read.
pub async fn rename(
    app: &App,
    grant: &Grant<ManageFactors>,
    id: FactorId,
    label: &str,
    origin: &Origin,
) -> Result<(), Error> {
    let label = readable(label)?;
    let renamed = app
        .store
        .rename_passkey(grant, id, &label, origin, app.now())
        .await?;
    renamed.then_some(()).ok_or(Error::NotFound("passkey"))
}

/// Removes a passkey. What was proved is void: who has another factor shows it again.
///
/// # Errors
/// [`Error::NotFound`] where the person has no such one; [`Error::NotProved`] without a fresh proof.
pub async fn remove(
    app: &App,
    grant: &Grant<ManageFactors>,
    id: FactorId,
    origin: &Origin,
) -> Result<(), Error> {
    let removed = app.store.remove_passkey(grant, id, origin, app.now()).await?;
    removed.then_some(()).ok_or(Error::NotFound("passkey"))
}

fn register(app: &App, state: &str, answer: Value) -> Result<Result<NewPasskey, Refusal>, Error> {
    let begun = Registration::from_text(state);
    let begun = begun.map_err(|_| Error::Internal("the state of a ceremony cannot be read"))?;
    let site = app.site()?;
    Ok(Attestation::read(answer).and_then(|answer| site.register(&begun, &answer)))
}

/// One answer for every reason; the reason is in the log.
fn refused(fault: Fault) -> Error {
    tracing::info!(reason = %fault, "registration of a passkey refused");
    let why = "this passkey could not be registered; begin again";
    Error::Invalid(vec![FieldProblem::new("/credential", why)])
}

/// A label as it is shown: one line, of something.
fn readable(label: &str) -> Result<String, Error> {
    let label = label.trim();
    if label.chars().count() > LABEL || label.chars().any(char::is_control) {
        let why = format!("a label is one line of at most {LABEL} characters");
        return Err(Error::Invalid(vec![FieldProblem::new("/label", why)]));
    }
    Ok(if label.is_empty() { UNNAMED } else { label }.to_owned())
}
