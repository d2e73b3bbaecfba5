//! The keys whose signature under data sets a company trusts.

use access::grant::Grant;
use access::ids::DataSetKeyId;
use access::permission::ConfigureSystem;
use crypto::note::VerifierKey;
use serde_json::json;
use store::audit::{Changes, EventType};

pub use store::data_sets::KeyRow;

use super::event;
use crate::{App, Error, FieldProblem, Origin};

/// The most keys that a company trusts at once.
const MOST: usize = 16;

/// The keys the company trusts, by name.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<ConfigureSystem>) -> Result<Vec<KeyRow>, Error> {
    let mut tx = app.store.read(grant).await?;
    Ok(store::data_sets::keys(&mut tx, grant).await?)
}

/// Trusts a key, given as `name+hash+base64`; returns its name.
///
/// # Errors
/// [`Error::Invalid`] for text that is no key, [`Error::State`] when a key of this name is trusted already.
pub async fn add(
    app: &App,
    grant: &Grant<ConfigureSystem>,
    origin: &Origin,
    text: &str,
) -> Result<String, Error> {
    let invalid = |detail: String| Error::Invalid(vec![FieldProblem::new("/key", detail)]);
    let key: VerifierKey = text.trim().parse().map_err(|error| invalid(format!("{error}")))?;
    let known = list(app, grant).await?;
    if known.iter().any(|row| row.name == key.name()) {
        return Err(Error::State(
            "a key of this name is trusted already; withdraw it first",
        ));
    }
    if known.len() >= MOST {
        return Err(Error::State(
            "sixteen keys are trusted already; withdraw one first",
        ));
    }
    let id = DataSetKeyId::generate(app.now());
    let public = key.to_string();
    let mut tx = app.store.write(grant, origin).await?;
    store::data_sets::add_key(&mut tx, id, key.name(), &public).await?;
    let mut changes = Changes::default();
    changes.compare("public_key", &None::<&str>, &Some(&public), true);
    let about = (id.uuid(), key.name().to_owned());
    let event = event(
        EventType::PermissionChange,
        about,
        "key for data sets trusted",
        changes,
        json!({}),
    );
    tx.commit(event, app.now()).await?;
    Ok(key.name().to_owned())
}

/// Trusts a key no longer: data sets that it signed answer nothing from now on.
///
/// # Errors
/// [`Error::NotFound`] when no key of this name is trusted.
pub async fn withdraw(
    app: &App,
    grant: &Grant<ConfigureSystem>,
    origin: &Origin,
    name: &str,
) -> Result<(), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let id = store::data_sets::withdraw_key(&mut tx, name).await?;
    let id = id.ok_or(Error::NotFound("key"))?;
    let about = (id.uuid(), name.to_owned());
    let event = event(
        EventType::PermissionChange,
        about,
        "key for data sets trusted no longer",
        Changes::default(),
        json!({}),
    );
    tx.commit(event, app.now()).await?;
    Ok(())
}
