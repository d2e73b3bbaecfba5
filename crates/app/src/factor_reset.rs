//! A lost second factor (M10): one administrator asks for its reset, another approves with a fresh second factor of
//! their own, the person has a day to object, and then it is in effect (docs/decisions/0014).

use access::grant::Grant;
use access::ids::{FactorResetId, UserId};
use access::permission::{AdministerUsers, Permission, ResetFactors, SignedIn};
use serde_json::{Value, json};
use store::audit::Event;
use store::factor_reset::{self, ResetOutcome};
pub use store::factor_reset::{Approved, FactorReset};
use store::notices::Notice;
use store::people;
use store::tx::WriteTx;

use crate::people::{about, line_of, reason_of};
use crate::{App, Error, Origin};

/// Hours from approval to effect; the database holds to them.
pub const COOLING_HOURS: u32 = 24;

/// Why, and how it is known that it is the person who asks.
pub struct Asking<'a> {
    /// For the audit trail.
    pub reason: &'a str,
    /// How the person proved again who they are.
    pub identity: &'a str,
}

impl<'a> Asking<'a> {
    /// Both without the space around them.
    pub(crate) fn lines(&self) -> Result<(&'a str, &'a str), Error> {
        let identity = line_of(self.identity, "/identity", "how the person proved who they are");
        Ok((reason_of(self.reason)?, identity?))
    }
}

/// Why nobody can ask.
pub(crate) const NOTHING_TO_RESET: &str =
    "this account is not active, has no second factor, or a reset is under way";

/// The reset of a person's factors that is under way.
///
/// # Errors
/// [`Error::NotFound`] for another company's person as for nobody.
pub async fn of_person(
    app: &App,
    grant: &Grant<AdministerUsers>,
    user: UserId,
) -> Result<Option<FactorReset>, Error> {
    let mut tx = app.store.read(grant).await?;
    let person = people::get(&mut tx, grant, user).await?;
    person.ok_or(Error::NotFound("person"))?;
    Ok(factor_reset::of_person(&mut tx, grant, user).await?)
}

/// The reset of one's own factors that is under way.
///
/// # Errors
/// When the store fails.
pub async fn own(app: &App, grant: &Grant<SignedIn>) -> Result<Option<FactorReset>, Error> {
    let mut tx = app.store.read(grant).await?;
    Ok(factor_reset::own(&mut tx, grant).await?)
}

/// Asks for a reset; another administrator is to approve it within seven days.
///
/// # Errors
/// [`Error::Invalid`] for texts too short or too long; [`Error::NotFound`] for another company's person as for
/// nobody; [`Error::State`] for oneself, an account that is not active or has no factor, and while one is under way.
pub async fn ask(
    app: &App,
    grant: &Grant<ResetFactors>,
    origin: &Origin,
    user: UserId,
    asking: Asking<'_>,
) -> Result<FactorResetId, Error> {
    let (reason, identity) = asking.lines()?;
    let reset = FactorResetId::generate(app.now());
    let mut tx = app.store.write(grant, origin).await?;
    let outcome = factor_reset::ask(&mut tx, grant, user, reset, reason, identity).await?;
    done(outcome, NOTHING_TO_RESET)?;
    let name = name_of(&mut tx, grant, user).await?;
    let by = grant.actor().display_name().to_owned();
    tx.tell(user, &Notice::FactorResetAsked { by }, app.now()).await?;
    let more = json!({"reset": reset.to_string(), "reason": reason, "identity": identity});
    tx.commit(
        event(user, name, "reset of second factors asked for", more),
        app.now(),
    )
    .await?;
    Ok(reset)
}

/// Approves a reset: it takes effect a day later.
///
/// # Errors
/// [`Error::NotFound`] for what the company does not have; [`Error::State`] for who asked and for the person, and
/// where it is approved, taken back or lapsed.
pub async fn approve(
    app: &App,
    grant: &Grant<ResetFactors>,
    origin: &Origin,
    user: UserId,
    reset: FactorResetId,
) -> Result<(), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let outcome = factor_reset::approve(&mut tx, grant, user, reset).await?;
    done(outcome, "this reset cannot be approved any more")?;
    let name = name_of(&mut tx, grant, user).await?;
    let by = grant.actor().display_name().to_owned();
    tx.tell(user, &Notice::FactorResetApproved { by }, app.now())
        .await?;
    let what = "reset of second factors approved: in effect after the cooling period";
    tx.commit(
        event(user, name, what, json!({"reset": reset.to_string()})),
        app.now(),
    )
    .await?;
    Ok(())
}

/// Takes a reset back before it is in effect.
///
/// # Errors
/// [`Error::NotFound`] for what the company does not have; [`Error::State`] where it is over.
pub async fn cancel(
    app: &App,
    grant: &Grant<AdministerUsers>,
    origin: &Origin,
    user: UserId,
    reset: FactorResetId,
) -> Result<(), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let outcome = factor_reset::cancel(&mut tx, grant, user, reset).await?;
    done(outcome, "this reset is over")?;
    let name = name_of(&mut tx, grant, user).await?;
    tx.tell(user, &Notice::FactorResetTakenBack, app.now()).await?;
    let what = "reset of second factors taken back";
    tx.commit(
        event(user, name, what, json!({"reset": reset.to_string()})),
        app.now(),
    )
    .await?;
    Ok(())
}

/// Objects to the reset of one's own factors: it is over.
///
/// # Errors
/// [`Error::State`] where none is under way.
pub async fn object(app: &App, grant: &Grant<SignedIn>, origin: &Origin) -> Result<(), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    if !factor_reset::object(&mut tx, grant).await? {
        return Err(Error::State("no reset of your second factors is under way"));
    }
    let actor = grant.actor();
    let what = "the person objected to the reset of their second factors";
    let name = actor.display_name().to_owned();
    tx.commit(event(actor.user(), name, what, json!({})), app.now())
        .await?;
    Ok(())
}

async fn name_of<P: Permission>(tx: &mut WriteTx, grant: &Grant<P>, user: UserId) -> Result<String, Error> {
    let name = people::name(tx, grant, user).await?;
    name.ok_or(Error::NotFound("person"))
}

/// What the database decided, as an answer.
pub(crate) fn done(outcome: ResetOutcome, state: &'static str) -> Result<(), Error> {
    match outcome {
        ResetOutcome::Done => Ok(()),
        ResetOutcome::Absent => Err(Error::NotFound("person")),
        ResetOutcome::State => Err(Error::State(state)),
        ResetOutcome::Oneself => Err(Error::State(
            "a reset takes two administrators, and neither is the person",
        )),
    }
}

fn event(user: UserId, name: String, what: &str, additional: Value) -> Event {
    Event {
        additional,
        ..about(user, name, what)
    }
}
