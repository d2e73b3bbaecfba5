//! Checking a shipment's load, and declaring it ready: only what was checked, and found compatible under every
//! regime it travels under, gets that far.

use access::grant::Grant;
use access::ids::{CheckId, ShipmentId};
use access::permission::EditShipments;
use dangerous_goods::{answer_hash, overridable};
use serde_json::json;
use store::audit::EventType;
use store::overrides;
use store::shipments::{NewCheck, ShipmentRow};
use store::tx::WriteTx;

use super::write::event;
use super::{Status, data_sets_of_row, last_check, load_of_row, regimes_of_row, row_for};
use crate::checks::{Under, judge, load_of};
use crate::data_sets::{self, Asked};
use crate::{App, Error, Origin};

/// Checks the shipment's load under its regimes; `confirm` names the conditions that the caller states to be
/// fulfilled, in addition to those stated before. A compatible load makes a draft `checked`.
///
/// # Errors
/// [`Error::Conflict`] when it was changed meanwhile, [`Error::NotFound`].
pub async fn check(
    app: &App,
    grant: &Grant<EditShipments>,
    origin: &Origin,
    id: ShipmentId,
    confirm: Vec<String>,
) -> Result<bool, Error> {
    let tx = app.store.write(grant, origin).await?;
    let (tx, row) = row_for(app, tx, grant, origin, id).await?;
    let ((mut tx, row), data_sets) = with_data_sets(app, grant, origin, (tx, row)).await?;
    let mut load = load_of_row(&row)?;
    let stated = load_of(grant.actor(), load.clone(), confirm)?.confirmed;
    for confirmation in stated {
        if !load
            .confirmed
            .iter()
            .any(|earlier| earlier.condition == confirmation.condition)
        {
            load.confirmed.push(confirmation);
        }
    }
    let under = Under {
        regimes: regimes_of_row(&row)?,
        data_sets,
    };
    let checked = judge(app, under, load).await?;
    let compatible = checked.is_compatible();
    let hash = checked.load.hash();
    let findings_hash = answer_hash(&checked.results, &checked.data_sets)
        .map_err(|_| Error::Internal("an answer could not be written"))?;
    let covers = overridable(&checked.results, &checked.data_sets).ok();
    let covers = covers.map(|covers| json!(covers));
    // The same answer to the same load under the same law is what was overridden.
    let overridden =
        covers.is_some() && overrides::stands(&mut tx, grant, id, (hash.as_bytes(), &findings_hash)).await?;
    let check = NewCheck {
        id: CheckId::generate(app.now()),
        load: &json!(checked.load),
        load_hash: hash.as_bytes(),
        is_compatible: compatible,
        findings_hash: &findings_hash,
        overridable: covers.as_ref(),
        overridden,
        verdicts: &checked.verdicts(),
        results: &json!(checked.results),
        data_set_results: &json!(checked.data_sets),
    };
    let changes = store::shipments::record_check(&mut tx, &row, &check).await?;
    let about = (id, row.tracking_number.as_str());
    let event = event(
        EventType::Update,
        about,
        "load of a shipment checked",
        changes,
        checked.facts(),
    );
    tx.commit(event, app.now()).await?;
    Ok(compatible)
}

/// The data sets that a shipment asks for, with the row they are for. Opening one needs a connection of its own,
/// and a request never holds two: the row is read again afterwards.
async fn with_data_sets(
    app: &App,
    grant: &Grant<EditShipments>,
    origin: &Origin,
    (tx, row): (WriteTx, ShipmentRow),
) -> Result<((WriteTx, ShipmentRow), Vec<Asked>), Error> {
    let wanted = data_sets_of_row(&row)?;
    if wanted.is_empty() {
        return Ok(((tx, row), Vec::new()));
    }
    drop(tx);
    let asked = data_sets::asked(app, grant, &wanted).await?;
    let tx = app.store.write(grant, origin).await?;
    let (tx, again) = row_for(app, tx, grant, origin, row.id).await?;
    if again.version != row.version {
        return Err(Error::Conflict);
    }
    Ok(((tx, again), asked))
}

/// Declares a checked shipment ready to leave.
///
/// # Errors
/// [`Error::State`] when it is not checked, [`Error::NotFound`].
pub async fn mark_ready(
    app: &App,
    grant: &Grant<EditShipments>,
    origin: &Origin,
    id: ShipmentId,
) -> Result<(), Error> {
    let tx = app.store.write(grant, origin).await?;
    let (mut tx, row) = row_for(app, tx, grant, origin, id).await?;
    if row.status != Status::Checked.as_str() {
        return Err(Error::State("only a checked shipment can be made ready"));
    }
    let check = last_check(app, &mut tx, grant, &row).await?;
    let check = check.ok_or(Error::State("the load has not been checked"))?;
    if check.outdated {
        return Err(Error::State("the check is outdated; check the load again"));
    }
    let changes = store::shipments::mark_ready(&mut tx, &row).await?;
    let about = (id, row.tracking_number.as_str());
    let event = event(
        EventType::Update,
        about,
        "shipment made ready",
        changes,
        json!({}),
    );
    tx.commit(event, app.now()).await?;
    Ok(())
}
