//! The data keys of a company in the hands of its administrators: seeing them, how far a rotation is, and having
//! another key made (DATA-3). Destroying keys is the operator's, by command.

use access::grant::Grant;
use access::permission::{ConfigureSecurity, ConfigureSystem};
use crypto::field::Purpose;
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::keys::{self, Begun};
use uuid::Uuid;

use super::SETTLES;
use super::operator::{KeyFacts, Progress, purposes};
use crate::provision::new_key;
use crate::{App, Error, Origin};

/// The company's keys by purpose and age, and its rotations, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(
    app: &App,
    grant: &Grant<ConfigureSystem>,
) -> Result<(Vec<KeyFacts>, Vec<Progress>), Error> {
    let mut tx = app.store.read(grant).await?;
    let found = keys::own_keys(&mut tx, grant).await?;
    Ok((found, keys::own_rotations(&mut tx, grant).await?))
}

/// Makes another key of a purpose active. Nodes seal everything anew, from their next round on.
///
/// # Errors
/// [`Error::NotFound`] without such a purpose; [`Error::State`] for one whose key does not rotate, or where a rotation
/// runs; [`Error::KeyDestroyed`]; otherwise when the store fails.
pub async fn rotate(
    app: &App,
    grant: &Grant<ConfigureSecurity>,
    origin: &Origin,
    purpose: &str,
) -> Result<(), Error> {
    let company = grant.actor().company();
    let mut wanted = purposes(company, Some(purpose))?.into_iter();
    let purpose = wanted.next().ok_or(Error::NotFound("purpose"))?;
    let key = new_key(company, purpose, &app.keys.master, &app.rng)?;
    let id = key.key.id().0;
    let mut tx = app.store.write(grant, origin).await?;
    let begun = keys::begin_own_rotation(&mut tx, grant, &key, SETTLES, app.now()).await?;
    let begun = begun.map_err(|why| match why {
        Begun::Running => Error::State("a rotation of this purpose is running; let it end first"),
        Begun::Destroyed => Error::KeyDestroyed(purpose.as_str()),
        Begun::Absent => Error::State("nothing of this company is sealed for this purpose yet"),
        Begun::Done => Error::Internal("done is not refused"),
    })?;
    let more = json!({
        "purpose": purpose.as_str(), "key_before": begun.key_before, "values": begun.total,
    });
    let event = event(id, "data key rotation begun", Severity::High, more);
    tx.commit(event, app.now()).await?;
    Ok(())
}

/// That a company has got a key which it had not.
pub(super) fn made(id: Uuid, purpose: Purpose) -> Event {
    let more = json!({"purpose": purpose.as_str()});
    event(id, "data key made", Severity::Medium, more)
}

fn event(id: Uuid, what: &str, severity: Severity, additional: Value) -> Event {
    Event {
        event_type: EventType::Create,
        severity,
        outcome: Outcome::Success,
        resource_type: "data_key",
        resource_id: Some(id),
        resource_name: id.to_string(),
        description: what.to_owned(),
        changes: Changes::default(),
        additional,
    }
}
