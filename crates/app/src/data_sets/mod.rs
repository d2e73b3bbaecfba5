//! Data sets of regimes that a company loads itself (DG-1): loading, reading, withdrawing, and the keys that
//! may sign them. A bundle that is not signed by a trusted key, is malformed, or is made out to somebody else is
//! refused with everything that is wrong with it, and nothing changes.

mod cache;
mod current;
pub mod keys;
mod open;

use access::grant::Grant;
use access::ids::DataSetId;
use access::permission::{ConfigureSystem, Permission};
use dangerous_goods::dataset::OtherRegime;
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::data_sets::{NewDataSet, Withdrawn};
use uuid::Uuid;

pub use store::data_sets::DataSetRow;

pub(crate) use cache::Cache;
pub(crate) use current::Current;
pub use open::loaded;
pub(crate) use open::{Asked, asked};

use crate::{App, Error, FieldProblem, Origin};

/// The data set in force for a regime.
///
/// # Errors
/// [`Error::NotFound`] when none is loaded.
pub async fn get(
    app: &App,
    grant: &Grant<ConfigureSystem>,
    regime: OtherRegime,
) -> Result<DataSetRow, Error> {
    let mut tx = app.store.read(grant).await?;
    store::data_sets::current(&mut tx, grant, regime.code())
        .await?
        .ok_or(Error::NotFound("data set"))
}

/// What is in force for each regime.
///
/// # Errors
/// When the store fails.
pub async fn all(
    app: &App,
    grant: &Grant<ConfigureSystem>,
) -> Result<Vec<(OtherRegime, Option<DataSetRow>)>, Error> {
    let mut tx = app.store.read(grant).await?;
    let mut rows = Vec::new();
    for regime in OtherRegime::ALL {
        let row = store::data_sets::current(&mut tx, grant, regime.code()).await?;
        rows.push((regime, row));
    }
    Ok(rows)
}

/// Puts a bundle in force in place of the one that was, and says for which regime; for another than the one
/// `wanted`, if any, it is refused.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong with the bundle.
pub async fn load(
    app: &App,
    grant: &Grant<ConfigureSystem>,
    origin: &Origin,
    wanted: Option<OtherRegime>,
    bundle: String,
) -> Result<OtherRegime, Error> {
    let opened = open::new(app, grant, bundle).await?;
    let head = opened.set.head();
    let regime = wanted.unwrap_or(head.regime);
    if head.regime != regime {
        let detail = format!("the data set is of `{}`, not of `{regime}`", head.regime);
        return Err(Error::Invalid(vec![FieldProblem::new("/bundle", detail)]));
    }
    let new = NewDataSet {
        id: DataSetId::generate(app.now()),
        regime: regime.code(),
        edition: &head.edition,
        title: &head.title,
        source: &head.source,
        valid_from: head.valid_from,
        valid_to: head.valid_to,
        row_count: i32::try_from(opened.set.row_count()).unwrap_or(i32::MAX),
        bundle: opened.bundle.as_bytes(),
        hash: &opened.hash,
        key: opened.key,
    };
    let mut tx = app.store.write(grant, origin).await?;
    let before = store::data_sets::put(&mut tx, &new).await?;
    let mut changes = Changes::default();
    let old = before.as_ref();
    changes.compare("edition", &old.map(|old| &old.edition), &new.edition, true);
    changes.compare("hash", &old.map(hash_of), &opened.set.hash(), true);
    let event = event(
        EventType::Import,
        (new.id.uuid(), format!("{regime}: {}", head.edition)),
        "data set loaded",
        changes,
        json!({"regime": regime, "signed_by": opened.set.signed_by(), "rows": new.row_count}),
    );
    tx.commit(event, app.now()).await?;
    app.data_sets
        .keep(opened.place(grant.actor().company()), opened.set);
    Ok(regime)
}

/// Takes the data set of a regime out of force: checks answer "not checked" from now on.
///
/// # Errors
/// [`Error::NotFound`] when none is loaded.
pub async fn withdraw(
    app: &App,
    grant: &Grant<ConfigureSystem>,
    origin: &Origin,
    regime: OtherRegime,
) -> Result<(), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let before = store::data_sets::withdraw(&mut tx, regime.code()).await?;
    let before = before.ok_or(Error::NotFound("data set"))?;
    let mut changes = Changes::default();
    changes.compare("edition", &Some(&before.edition), &None::<&str>, true);
    changes.compare("hash", &Some(hash_of(&before)), &None::<&str>, true);
    let event = event(
        EventType::Delete,
        (before.id.uuid(), format!("{regime}: {}", before.edition)),
        "data set withdrawn",
        changes,
        json!({"regime": regime}),
    );
    tx.commit(event, app.now()).await?;
    Ok(())
}

fn hash_of(before: &Withdrawn) -> String {
    hexadecimal(&before.hash)
}

/// A hash as people and answers write it.
#[must_use]
pub fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The regimes of which the company has a data set in force whose key it trusts.
pub(crate) async fn in_force<P: Permission>(app: &App, grant: &Grant<P>) -> Result<Vec<OtherRegime>, Error> {
    let mut tx = app.store.read(grant).await?;
    let rows = store::data_sets::in_force(&mut tx, grant).await?;
    let is_in_force = |regime: &OtherRegime| rows.iter().any(|row| row.regime == regime.code());
    Ok(OtherRegime::ALL.into_iter().filter(is_in_force).collect())
}

fn event(
    event_type: EventType,
    (id, name): (Uuid, String),
    description: &str,
    changes: Changes,
    additional: Value,
) -> Event {
    Event {
        event_type,
        severity: Severity::High,
        outcome: Outcome::Success,
        resource_type: "data_set",
        resource_id: Some(id),
        resource_name: name,
        description: description.to_owned(),
        changes,
        additional,
    }
}
