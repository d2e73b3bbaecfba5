//! Adding a document: each type by its own permission, and to a shipment only by who sees it (R10).

use access::document::DocumentType;
use access::grant::Grant;
use access::ids::{DocumentId, ShipmentId};
use access::permission::UploadDocuments;
use crypto::digest::sha256;
use serde_json::json;
use store::audit::EventType;
use store::documents::NewDocument;

use super::{MediaType, event, file, place, resource};
use crate::{App, Error, FieldProblem, Origin, shipments};

/// A document as it was sent.
pub struct Upload<'a> {
    /// What it is.
    pub document_type: DocumentType,
    /// What its file is called.
    pub file_name: &'a str,
    /// Of which shipment.
    pub shipment: Option<ShipmentId>,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Stores a document.
///
/// # Errors
/// [`Error::Invalid`], all problems at once, a shipment that the company does not have included; [`Error::Refused`] for who
/// may not add this type, or does not see the shipment.
pub async fn upload(
    app: &App,
    grant: &Grant<UploadDocuments>,
    origin: &Origin,
    upload: Upload<'_>,
) -> Result<DocumentId, Error> {
    let (file_name, media_type) = valid(&upload)?;
    let (id, actor) = (DocumentId::generate(app.now()), grant.actor());
    let mut tx = app.store.read(grant).await?;
    let sighting = match upload.shipment {
        Some(shipment) => match shipments::sighting(app, &mut tx, grant, shipment).await? {
            None => {
                let detail = "the company has no such shipment";
                return Err(Error::Invalid(vec![FieldProblem::new("/shipment", detail)]));
            }
            seen => seen,
        },
        None => None,
    };
    let seen = sighting.as_ref().map(|sighting| sighting.scope.is_some());
    let about = resource(actor, (id, upload.document_type), actor.user(), seen);
    let decided = app.policies.authorize_on(grant, &about, app.now());
    let (tx, _) = app.unless_refused(tx, grant, origin, decided).await?;
    drop(tx);

    let document_type = upload.document_type;
    let new = sealed(app, grant, origin, upload, (id, file_name, media_type)).await?;
    let more = json!({
        "document_type": document_type.as_str(), "media_type": media_type.as_str(), "size": new.size,
        "sha256": crate::data_sets::hexadecimal(&new.sha256),
        "shipment": sighting.map(|sighting| sighting.tracking_number),
    });
    let mut tx = app.store.write(grant, origin).await?;
    store::documents::insert(&mut tx, grant, &new).await?;
    tx.commit(event(EventType::Import, id, "document uploaded", more), app.now())
        .await?;
    Ok(id)
}

/// What is stored. Megabytes are hashed and sealed where nothing else waits for it.
async fn sealed(
    app: &App,
    grant: &Grant<UploadDocuments>,
    origin: &Origin,
    upload: Upload<'_>,
    (id, file_name, media_type): (DocumentId, &str, MediaType),
) -> Result<NewDocument, Error> {
    let chain = app.document_keychain_or_new(grant, origin).await?;
    let company = grant.actor().company().uuid();
    let unsealed = |_| Error::Internal("a field could not be sealed");
    let file_name = chain
        .seal(
            &place("file_name_sealed", id, company),
            file_name.as_bytes(),
            &app.rng,
        )
        .map_err(unsealed)?;
    let size = i32::try_from(upload.content.len()).map_err(|_| Error::Internal("a document is too large"))?;
    let rng = app.rng.clone();
    let work = move || {
        let sealed = chain.seal(&place("content_sealed", id, company), &upload.content, &rng);
        (sha256(&upload.content), sealed)
    };
    let (sha256, content) = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Internal("sealing was interrupted"))?;
    Ok(NewDocument {
        id,
        document_type: upload.document_type,
        shipment: upload.shipment,
        file_name,
        media_type: media_type.as_str(),
        size,
        sha256,
        content: content.map_err(unsealed)?,
    })
}

/// The file's name and what its bytes are.
fn valid<'a>(upload: &Upload<'a>) -> Result<(&'a str, MediaType), Error> {
    let (kind, shipment) = (upload.document_type, upload.shipment);
    let of_what = match kind {
        _ if kind.is_for_everybody() && shipment.is_some() => {
            Some("a document for the whole company is of no shipment")
        }
        DocumentType::ProofOfDelivery if shipment.is_none() => Some("of which shipment is it?"),
        _ => None,
    };
    let of_what = of_what.map(|detail| FieldProblem::new("/shipment", detail));
    match (file::name(upload.file_name), file::kind(&upload.content), of_what) {
        (Ok(name), Ok(kind), None) => Ok((name, kind)),
        (name, kind, of_what) => Err(Error::Invalid(
            name.err().into_iter().chain(kind.err()).chain(of_what).collect(),
        )),
    }
}
