//! The papers of a shipment, only from a checked load (DG-4). Every issue of one is an export in the trail.

use access::grant::Grant;
use access::ids::ShipmentId;
use access::permission::CreateManifests;
use dangerous_goods::paper::{
    self, Details, EmergencyContact, PaperError, Party as PaperParty, Refusal, Signer,
};
use dangerous_goods::{CheckResult, Regime};
use secrecy::ExposeSecret;
use serde_json::json;
use store::audit::{Changes, EventType};

use super::read::opened;
use super::write::event;
use super::{Address, Party, Shipment, Status, name_of, row_for};
use crate::{App, Error, FieldProblem, Origin};

/// A paper to hand over.
pub struct Paper {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// What to call the file.
    pub file_name: String,
}

/// The paper of a regime: US shipping paper or ADR transport document.
///
/// # Errors
/// [`Error::State`] unless the shipment's load is checked and compatible under this regime; [`Error::Invalid`]
/// naming everything the law asks for that the shipment does not say.
pub async fn issue(
    app: &App,
    grant: &Grant<CreateManifests>,
    origin: &Origin,
    id: ShipmentId,
    regime: Regime,
) -> Result<Paper, Error> {
    let tx = app.store.write(grant, origin).await?;
    let (mut tx, row) = row_for(app, tx, grant, origin, id).await?;
    let check = store::shipments::last_check(&mut tx, &row, grant).await?;
    drop(tx);
    let tracking_number = row.tracking_number.clone();
    let shipment = opened(app, grant, row, check, true).await?;
    let result = checked(&shipment, regime)?;
    let details = details(app, &shipment, name_of(grant.actor()));
    let content = paper::issue(app.catalogue, regime, &shipment.load, result, &details).map_err(refused)?;
    let kind = content.kind().file_stem();
    let pdf = tokio::task::spawn_blocking(move || paper::pdf::render(&content))
        .await
        .map_err(|_| Error::Internal("typesetting was interrupted"))?
        .map_err(|error| Error::Invalid(faults(&error)))?;
    // A fresh transaction: none is held while the document is typeset. The paper goes out only if the shipment
    // is still the one it was made from, and stays it until the event is durable.
    let mut tx = app.store.write(grant, origin).await?;
    if store::shipments::hold_version(&mut tx, grant, id).await? != Some(shipment.version) {
        return Err(Error::Conflict);
    }
    let additional = json!({"document": kind, "load_hash": result.load_hash, "bytes": pdf.len()});
    let event = event(
        EventType::Export,
        (id, &tracking_number),
        "transport document issued",
        Changes::default(),
        additional,
    );
    tx.commit(event, app.now()).await?;
    Ok(Paper {
        pdf,
        file_name: format!("{tracking_number}-{kind}.pdf"),
    })
}

const CHANGED: &str = "the load or the law's data have changed since the check; check it again";
const NOT_COMPATIBLE: &str = "the load is not compatible; no paper is issued for it";

/// The result that the paper rests on; that it is of exactly this load and of today's law is for
/// [`paper::issue`] to judge.
fn checked(shipment: &Shipment, regime: Regime) -> Result<&CheckResult, Error> {
    let check = shipment
        .check
        .as_ref()
        .ok_or(Error::State("the load has not been checked"))?;
    if check.outdated {
        return Err(Error::State(CHANGED));
    }
    if shipment.status == Status::Draft {
        return Err(Error::State(
            "the shipment is a draft; papers are issued for a checked load",
        ));
    }
    let result = check.results.iter().find(|result| result.regime == regime);
    let result = result.ok_or(Error::State("the shipment does not travel under this regime"))?;
    if !check.is_compatible {
        return Err(Error::State(NOT_COMPATIBLE));
    }
    Ok(result)
}

/// What the paper says besides the load.
fn details(app: &App, shipment: &Shipment, signer: &str) -> Details {
    Details {
        number: shipment.tracking_number.clone(),
        issued_at: app.now(),
        consignor: party(&shipment.consignor),
        consignee: party(&shipment.consignee),
        emergency_contact: shipment.contact.as_ref().map(|contact| EmergencyContact {
            name: contact.name.clone(),
            phone: contact.phone.expose_secret().to_owned(),
            contract: None,
        }),
        signer: Some(Signer {
            name: signer.to_owned(),
            title: None,
        }),
        entries: Vec::new(),
    }
}

fn party(party: &Party) -> PaperParty {
    let Address {
        street,
        postcode,
        city,
        country,
    } = &party.address;
    PaperParty {
        name: party.name.clone(),
        address: vec![street.clone(), format!("{postcode} {city}"), country.clone()],
    }
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::OtherLoad { .. } | Refusal::OtherEdition { .. } => Error::State(CHANGED),
        Refusal::NotCompatible(_) => Error::State(NOT_COMPATIBLE),
        Refusal::OtherRegime { .. } => Error::Internal("the check of another regime was taken"),
        Refusal::NothingToDeclare => Error::State("no line of the load is dangerous goods under this regime"),
        Refusal::Incomplete(error) => Error::Invalid(faults(&error)),
    }
}

/// What a paper lacks, as problems with the shipment.
fn faults(error: &PaperError) -> Vec<FieldProblem> {
    error
        .faults
        .iter()
        .map(|fault| FieldProblem::new("", fault.to_string()))
        .collect()
}
