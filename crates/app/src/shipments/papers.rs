//! The papers of a shipment, only from a checked load (DG-4). Every issue of one is an export in the trail.
//!
//! The same paper is the same file: it is dated by what it says (the check it rests on, or the last change of
//! the shipment since), not by when it is fetched. So the signature that is fetched after the JSON is over
//! exactly that JSON, without either being stored.

use access::grant::Grant;
use access::ids::ShipmentId;
use access::permission::CreateManifests;
use crypto::token::DocumentType;
use dangerous_goods::paper::{
    self, Details, EmergencyContact, PaperError, Party as PaperParty, Refusal, Signer,
};
use dangerous_goods::{CheckResult, Regime};
use serde_json::json;
use store::audit::{Changes, EventType};
use store::shipments::ShipmentRow;

use super::draft::Stored;
use super::read::opened;
use super::write::event;
use super::{
    Check, LoadOverride, Status, last_check, load_of_row, name_of, overridden, overrides, resource, row_for,
};
use crate::masking::{Address, Phone};
use crate::{App, Error, FieldProblem, Origin};

/// In which form a paper is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Typeset, to be printed.
    Pdf,
    /// For machines.
    Json,
    /// The detached signature over the JSON (RFC 7515 appendix F).
    Signature,
}

impl Form {
    /// How the names of its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Json => "json",
            Self::Signature => "json.jws",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Json => "application/json",
            Self::Signature => "application/jose",
        }
    }
}

/// A paper to hand over.
pub struct Paper {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub form: Form,
    /// What to call the file.
    pub file_name: String,
}

/// The paper of a regime: US shipping paper or ADR transport document.
///
/// The law asks for addresses and the number in clear, so a paper is for who sees them so.
///
/// # Errors
/// [`Error::Refused`] for whom they are masked; [`Error::State`] unless the shipment's load is checked and compatible
/// under this regime, or overridden under a permit that is not over; [`Error::Invalid`] naming everything the law asks for that the shipment does not say.
pub async fn issue(
    app: &App,
    grant: &Grant<CreateManifests>,
    origin: &Origin,
    id: ShipmentId,
    regime: Regime,
    form: Form,
) -> Result<Paper, Error> {
    let tx = app.store.write(grant, origin).await?;
    let (tx, row) = row_for(app, tx, grant, origin, id).await?;
    let (actor, about) = (grant.actor(), resource(grant.actor(), &row));
    let sees = app
        .sees::<Address>(actor, &about)
        .and(app.sees::<Phone>(actor, &about));
    let (mut tx, ()) = app.unless_refused(tx, grant, origin, sees).await?;
    let check = last_check(app, &mut tx, grant, &row).await?;
    let overrides = overrides::of(&mut tx, grant, id).await?;
    drop(tx);
    let stored = opened(app, grant, &row).await?;
    let check = check.ok_or(Error::State("the load has not been checked"))?;
    let overridden = overridden(&check, &overrides);
    let result = checked(&row, &check, overridden, regime)?;
    let details = details(&row, (&check, overridden), stored, name_of(actor));
    let load = load_of_row(&row)?;
    let content = paper::issue(app.catalogue, regime, &load, result, &details).map_err(refused)?;
    let kind = content.kind().file_stem();
    let bytes = written(app, content, form).await?;
    // A fresh transaction: none is held while the document is typeset. The paper goes out only if the shipment
    // is still the one it was made from, and stays it until the event is durable.
    let mut tx = app.store.write(grant, origin).await?;
    if store::shipments::hold_version(&mut tx, grant, id).await? != Some(row.version) {
        return Err(Error::Conflict);
    }
    let additional = json!({
        "document": kind, "form": form.extension(), "load_hash": result.load_hash, "bytes": bytes.len(),
        "override": overridden.map(|one| one.id.to_string()),
    });
    let event = event(
        EventType::Export,
        (id, &row.tracking_number),
        "transport document issued",
        Changes::default(),
        additional,
    );
    tx.commit(event, app.now()).await?;
    Ok(Paper {
        bytes,
        form,
        file_name: format!("{}-{kind}.{}", row.tracking_number, form.extension()),
    })
}

/// The file. Typesetting takes long enough to be work for a blocking thread; a signature does not, as no more
/// than a sign-in makes.
async fn written(app: &App, content: paper::Content, form: Form) -> Result<Vec<u8>, Error> {
    if form == Form::Pdf {
        let typeset = tokio::task::spawn_blocking(move || paper::pdf::render(&content)).await;
        return typeset
            .map_err(|_| Error::Internal("typesetting was interrupted"))?
            .map_err(|error| Error::Invalid(faults(&error)));
    }
    let json = paper::json::bytes(&content).map_err(|error| Error::Invalid(faults(&error)))?;
    if form == Form::Json {
        return Ok(json);
    }
    let signature = app
        .signing
        .with_ring(|ring| ring.sign_document(DocumentType::ShippingPaper, &json));
    let signature = signature.map_err(|_| Error::Internal("the paper could not be signed"))?;
    Ok(signature.into_bytes())
}

const CHANGED: &str = "the load or the law's data have changed since the check; check it again";
const NOT_COMPATIBLE: &str = "the load is not compatible; no paper is issued for it";

/// The result that the paper rests on; that it is of exactly this load and of today's law is for
/// [`paper::issue`] to judge.
fn checked<'a>(
    row: &ShipmentRow,
    check: &'a Check,
    overridden: Option<&LoadOverride>,
    regime: Regime,
) -> Result<&'a CheckResult, Error> {
    if check.outdated {
        return Err(Error::State(CHANGED));
    }
    if row.status == Status::Draft.as_str() {
        return Err(Error::State(
            "the shipment is a draft; papers are issued for a checked load",
        ));
    }
    let result = check.results.iter().find(|result| result.regime == regime);
    let result = result.ok_or(Error::State("the shipment does not travel under this regime"))?;
    if !check.is_compatible && overridden.is_none() {
        return Err(Error::State(NOT_COMPATIBLE));
    }
    Ok(result)
}

/// What the paper says besides the load.
fn details(
    row: &ShipmentRow,
    (check, overridden): (&Check, Option<&LoadOverride>),
    stored: Stored,
    signer: &str,
) -> Details {
    let overridden = overridden.and_then(|one| {
        let (approved_by, approved_at, _) = one.decided.clone()?;
        Some(paper::Override {
            number: one.id.to_string(),
            authority: one.authority.clone(),
            valid_until: one.valid_until?,
            approved_by,
            approved_at,
            covers: one.covers.clone(),
        })
    });
    let said_at = check.checked_at.max(row.updated_at);
    Details {
        number: row.tracking_number.clone(),
        issued_at: said_at.replace_nanosecond(0).unwrap_or(said_at),
        consignor: party(&row.consignor_name, stored.consignor),
        consignee: party(&row.consignee_name, stored.consignee),
        emergency_contact: Some(EmergencyContact {
            name: row.contact_name.clone(),
            phone: stored.phone.as_str().to_owned(),
            contract: None,
        }),
        signer: Some(Signer {
            name: signer.to_owned(),
            title: None,
        }),
        entries: Vec::new(),
        overridden,
    }
}

fn party(name: &str, address: Address) -> PaperParty {
    let Address {
        street,
        postcode,
        city,
        country,
    } = address;
    PaperParty {
        name: name.to_owned(),
        address: vec![street, format!("{postcode} {city}"), country],
    }
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::OtherLoad { .. } | Refusal::OtherEdition { .. } => Error::State(CHANGED),
        Refusal::NotCompatible(_) => Error::State(NOT_COMPATIBLE),
        Refusal::PermitOver(_) => Error::State("the permit of the override is over; no paper is issued"),
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
