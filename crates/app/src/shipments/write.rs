//! Making and changing shipments; each act commits with its event.

use access::actor::Actor;
use access::grant::Grant;
use access::ids::ShipmentId;
use access::permission::{CreateShipments, EditShipments, Permission};
use crypto::field::{Purpose, Sealed};
use dangerous_goods::dataset::OtherRegime;
use dangerous_goods::{Load, Regime};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::shipments::{NewShipment, ShipmentUpdate};

use super::draft::Draft;
use super::fields::{Column, Fields};
use super::read::opened;
use super::{data_sets_of_row, load_of_row, row_for};
use crate::checks::{Under, asked_only, load_of, regimes};
use crate::masking::Address;
use crate::{App, Error, FieldProblem, Origin, data_sets};

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

fn names(regimes: &[impl ToString]) -> Vec<String> {
    regimes.iter().map(ToString::to_string).collect()
}

/// The regimes of data sets that a draft asks for, each once, in one order; none where it does not say.
fn wanted(draft: &Draft) -> Option<Vec<OtherRegime>> {
    let asked = draft.data_sets.as_ref()?;
    let is_asked = |regime: &OtherRegime| asked.contains(regime);
    Some(OtherRegime::ALL.into_iter().filter(is_asked).collect())
}

/// The load with those of its confirmations that a rule of these regimes asks for.
async fn with_asked<P: Permission>(
    app: &App,
    grant: &Grant<P>,
    (regimes, wanted): (&[Regime], &[OtherRegime]),
    load: Load,
) -> Result<Load, Error> {
    if load.confirmed.is_empty() {
        return Ok(load);
    }
    let under = Under {
        regimes: regimes.to_vec(),
        data_sets: data_sets::asked(app, grant, wanted).await?,
    };
    asked_only(app, under, load).await
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
    let wanted = match wanted(draft) {
        Some(wanted) => wanted,
        None => data_sets::in_force(app, grant).await?,
    };
    let load = with_asked(app, grant, (&regimes, &wanted), load).await?;
    let (regimes, wanted, load_json) = (names(&regimes), names(&wanted), json!(load));
    let chain = app.keychain(grant, Purpose::Contact).await?;
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
        data_sets: &wanted,
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
        contact_phone: &fields.seal(Column::ContactPhone, draft.contact.phone.as_str(), &app.rng)?,
        contact_email: &fields.seal(Column::ContactEmail, draft.contact.email.as_str(), &app.rng)?,
        load: &load_json,
        load_hash: hash.as_bytes(),
    };
    let mut tx = app.store.write(grant, origin).await?;
    store::shipments::insert(&mut tx, &new).await?;
    let additional = json!({
        "load_hash": hash, "lines": load.lines.len(), "regimes": regimes, "data_sets": wanted,
    });
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
    mut draft: Draft,
) -> Result<(), Error> {
    if draft.is_masked() {
        unmask(app, grant, origin, (id, version), &mut draft).await?;
    }
    let draft = &draft;
    let (regimes, load) = sound(grant.actor(), draft)?;
    let wanted = match wanted(draft) {
        Some(wanted) => wanted,
        None => stored(app, grant, id).await?,
    };
    let mut load = with_asked(app, grant, (&regimes, &wanted), load).await?;
    let (regimes, wanted) = (names(&regimes), names(&wanted));
    let tx = app.store.write(grant, origin).await?;
    let (mut tx, row) = row_for(app, tx, grant, origin, id).await?;
    let chain = app
        .keychain_in(&mut tx, grant, Purpose::Contact, &row.sealed())
        .await?;
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
    let secret = |column, stored: &Sealed, new: &str| -> Result<Option<Sealed>, Error> {
        if fields.open(column, stored)?.expose_secret() == new {
            return Ok(None);
        }
        fields.seal(column, new, &app.rng).map(Some)
    };
    let hash = load.hash();
    let new = ShipmentUpdate {
        regimes: &regimes,
        data_sets: &wanted,
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
        contact_phone: secret(
            Column::ContactPhone,
            &row.contact_phone,
            draft.contact.phone.as_str(),
        )?,
        contact_email: secret(
            Column::ContactEmail,
            &row.contact_email,
            draft.contact.email.as_str(),
        )?,
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

/// Takes what the caller was shown masked, and sends back as it was, for what is stored.
async fn unmask(
    app: &App,
    grant: &Grant<EditShipments>,
    origin: &Origin,
    (id, version): (ShipmentId, i32),
    draft: &mut Draft,
) -> Result<(), Error> {
    let tx = app.store.read(grant).await?;
    let (tx, row) = row_for(app, tx, grant, origin, id).await?;
    drop(tx);
    if row.version != version {
        return Err(Error::Conflict);
    }
    draft.unmask(opened(app, grant, &row).await?);
    Ok(())
}

/// What a stored shipment asks for. Whether the caller may change it is judged on the row that is changed.
async fn stored(app: &App, grant: &Grant<EditShipments>, id: ShipmentId) -> Result<Vec<OtherRegime>, Error> {
    let mut tx = app.store.read(grant).await?;
    let row = store::shipments::get(&mut tx, grant, id).await?;
    data_sets_of_row(&row.ok_or(Error::NotFound("shipment"))?)
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
