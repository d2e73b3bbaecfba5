//! Making, changing and checking shipments; each act commits with its event.

use access::actor::Actor;
use access::grant::Grant;
use access::ids::{CheckId, ShipmentId};
use access::permission::{CreateShipments, EditShipments};
use crypto::field::Sealed;
use dangerous_goods::{Load, Regime};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::shipments::{NewCheck, NewShipment, ShipmentUpdate};

use super::draft::{Address, Draft};
use super::fields::{Column, Fields};
use super::read::check_of;
use super::{Status, fields, load_of_row, regimes_of_row, row_for};
use crate::checks::{asked_only, facts, is_compatible, judge, load_of, regimes, verdicts};
use crate::{App, Error, FieldProblem, Origin};

/// A shipment that is durable with its event.
pub struct Created {
    /// Its id.
    pub id: ShipmentId,
    /// The number people use.
    pub tracking_number: String,
}

/// The load and the regimes of a draft, or everything that is wrong with it.
fn sound(actor: &Actor, draft: &Draft) -> Result<(Vec<Regime>, Load), Error> {
    let mut problems: Vec<FieldProblem> = draft.problems();
    let mut collect = |error| match error {
        Error::Invalid(more) => problems.extend(more),
        _ => problems.push(FieldProblem::new("", "cannot be read")),
    };
    let regimes = regimes(&draft.regimes).map_err(&mut collect).ok();
    let load = load_of(actor, draft.load.clone(), draft.confirm.clone())
        .map_err(&mut collect)
        .ok();
    match (regimes, load) {
        (Some(regimes), Some(load)) if problems.is_empty() => Ok((regimes, load)),
        _ => Err(Error::Invalid(problems)),
    }
}

fn names(regimes: &[Regime]) -> Vec<String> {
    regimes.iter().map(ToString::to_string).collect()
}

/// Stores a new draft.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong with it.
pub async fn create(
    app: &App,
    grant: &Grant<CreateShipments>,
    origin: &Origin,
    draft: &Draft,
) -> Result<Created, Error> {
    let (regimes, load) = sound(grant.actor(), draft)?;
    let load = asked_only(app, &regimes, load).await?;
    let (regimes, load_json) = (names(&regimes), json!(load));
    let chain = fields(app, grant).await?;
    let id = ShipmentId::generate(app.now());
    let fields = Fields {
        chain: &chain,
        company: grant.actor().company(),
        shipment: id,
    };
    let tracking_number = tracking_number(app)?;
    let hash = load.hash();
    let new = NewShipment {
        id,
        tracking_number: &tracking_number,
        regimes: &regimes,
        consignor_name: &draft.consignor.name,
        consignor_address: &fields.seal_address(
            Column::ConsignorAddress,
            &draft.consignor.address,
            &app.rng,
        )?,
        consignee_name: &draft.consignee.name,
        consignee_address: &fields.seal_address(
            Column::ConsigneeAddress,
            &draft.consignee.address,
            &app.rng,
        )?,
        contact_name: &draft.contact.name,
        contact_phone: &fields.seal(Column::ContactPhone, &draft.contact.phone, &app.rng)?,
        contact_email: &fields.seal(Column::ContactEmail, &draft.contact.email, &app.rng)?,
        load: &load_json,
        load_hash: hash.as_bytes(),
    };
    let mut tx = app.store.write(grant, origin).await?;
    store::shipments::insert(&mut tx, &new).await?;
    let additional = json!({"load_hash": hash, "lines": load.lines.len(), "regimes": regimes});
    let about = (id, tracking_number.as_str());
    tx.commit(
        event(
            EventType::Create,
            about,
            "shipment created",
            Changes::default(),
            additional,
        ),
        app.now(),
    )
    .await?;
    Ok(Created { id, tracking_number })
}

/// Changes a shipment that still has `version`. A changed load must be checked again.
///
/// # Errors
/// [`Error::Conflict`] when it was changed meanwhile, [`Error::Invalid`], [`Error::NotFound`].
pub async fn update(
    app: &App,
    grant: &Grant<EditShipments>,
    origin: &Origin,
    id: ShipmentId,
    version: i32,
    draft: &Draft,
) -> Result<(), Error> {
    let (regimes, load) = sound(grant.actor(), draft)?;
    let mut load = asked_only(app, &regimes, load).await?;
    let regimes = names(&regimes);
    let chain = fields(app, grant).await?;
    let tx = app.store.write(grant, origin).await?;
    let (mut tx, row) = row_for(app, tx, grant, origin, id).await?;
    keep_what_was_stated(&mut load, &load_of_row(&row)?);
    let load_json = json!(load);
    if row.version != version {
        return Err(Error::Conflict);
    }
    let fields = Fields {
        chain: &chain,
        company: grant.actor().company(),
        shipment: id,
    };
    let address = |column, stored: &Sealed, new: &Address| -> Result<Option<Sealed>, Error> {
        if fields.open_address(column, stored)? == *new {
            return Ok(None);
        }
        fields.seal_address(column, new, &app.rng).map(Some)
    };
    let secret = |column, stored: &Sealed, new: &secrecy::SecretString| -> Result<Option<Sealed>, Error> {
        if fields.open(column, stored)?.expose_secret() == new.expose_secret() {
            return Ok(None);
        }
        fields.seal(column, new, &app.rng).map(Some)
    };
    let hash = load.hash();
    let new = ShipmentUpdate {
        regimes: &regimes,
        consignor_name: &draft.consignor.name,
        consignor_address: address(
            Column::ConsignorAddress,
            &row.consignor_address,
            &draft.consignor.address,
        )?,
        consignee_name: &draft.consignee.name,
        consignee_address: address(
            Column::ConsigneeAddress,
            &row.consignee_address,
            &draft.consignee.address,
        )?,
        contact_name: &draft.contact.name,
        contact_phone: secret(Column::ContactPhone, &row.contact_phone, &draft.contact.phone)?,
        contact_email: secret(Column::ContactEmail, &row.contact_email, &draft.contact.email)?,
        load: &load_json,
        load_hash: hash.as_bytes(),
    };
    let changes = store::shipments::update(&mut tx, &row, &new).await?;
    let about = (id, row.tracking_number.as_str());
    let event = event(
        EventType::Update,
        about,
        "shipment changed",
        changes,
        json!({"load_hash": hash}),
    );
    tx.commit(event, app.now()).await?;
    Ok(())
}

/// What was stated about these very lines stays stated by whom it was. A changed load has to be looked at
/// anew: what was ticked before it changed is given with its next check, not carried over.
fn keep_what_was_stated(load: &mut Load, stored: &Load) {
    for (line, earlier) in load.lines.iter_mut().zip(&stored.lines) {
        let stated_by = line.stated_by.take();
        let mut unsigned = earlier.clone();
        unsigned.stated_by = None;
        line.stated_by = if *line == unsigned {
            earlier.stated_by.clone()
        } else {
            stated_by
        };
    }
    let goods = |load: &Load| Load {
        confirmed: Vec::new(),
        ..load.clone()
    };
    if goods(stored) != goods(load) {
        load.confirmed.clear();
        return;
    }
    for confirmation in &mut load.confirmed {
        let earlier = stored
            .confirmed
            .iter()
            .find(|earlier| earlier.condition == confirmation.condition);
        if let Some(earlier) = earlier {
            confirmation.stated_by.clone_from(&earlier.stated_by);
        }
    }
}

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
    let (mut tx, row) = row_for(app, tx, grant, origin, id).await?;
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
    let (load, results) = judge(app, regimes_of_row(&row)?, load).await?;
    let compatible = is_compatible(&results);
    let hash = load.hash();
    let check = NewCheck {
        id: CheckId::generate(app.now()),
        load: &json!(load),
        load_hash: hash.as_bytes(),
        is_compatible: compatible,
        verdicts: &verdicts(&results),
        results: &json!(results),
    };
    let changes = store::shipments::record_check(&mut tx, &row, &check).await?;
    let about = (id, row.tracking_number.as_str());
    let event = event(
        EventType::Update,
        about,
        "load of a shipment checked",
        changes,
        facts(&load, &results),
    );
    tx.commit(event, app.now()).await?;
    Ok(compatible)
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
    let check = store::shipments::last_check(&mut tx, &row, grant).await?;
    let check = check_of(
        app,
        check.ok_or(Error::State("the load has not been checked"))?,
        &row,
    )?;
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

pub(super) fn event(
    event_type: EventType,
    (id, tracking_number): (ShipmentId, &str),
    description: &str,
    changes: Changes,
    additional: Value,
) -> Event {
    Event {
        event_type,
        severity: Severity::Medium,
        outcome: Outcome::Success,
        resource_type: "shipment",
        resource_id: Some(id.uuid()),
        resource_name: tracking_number.to_owned(),
        description: description.to_owned(),
        changes,
        additional,
    }
}

/// Sixty random bits in Crockford's alphabet: it says nothing and cannot be guessed.
fn tracking_number(app: &App) -> Result<String, Error> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes: [u8; 12] = app.rng.bytes().map_err(|_| Error::Internal("no randomness"))?;
    let digits: String = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    Ok(format!("SS-{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..]))
}
