//! Reading documents, as far as type, uploader and shipment reach (DATA-6).

use access::grant::{Grant, Scopes};
use access::ids::{DocumentId, ShipmentId};
use access::permission::{Scope, ViewDocuments, ViewShipments};
use crypto::field::{Keychain, Purpose};
use secrecy::SecretString;
use serde_json::json;
use store::audit::EventType;
use store::documents::{DocumentRow, Filter};
use uuid::Uuid;

use super::{Document, MediaType, event, place, resource};
use crate::keys::unopened;
use crate::shipments;
use crate::{App, Error, Origin, emergency_access};

/// Documents on one page.
const PAGE: usize = 50;

/// One page of a list, newest first.
pub struct Page {
    /// The documents.
    pub documents: Vec<Document>,
    /// Whether older ones follow.
    pub more: bool,
}

/// A document with its bytes.
pub struct Download {
    /// What its file was called.
    pub file_name: SecretString,
    /// What its bytes are.
    pub media_type: MediaType,
    /// The bytes, exactly as they came.
    pub bytes: Vec<u8>,
}

/// The newest documents within the caller's reach. What emergency access reaches is listed with its shipment.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<ViewDocuments>, filter: &Filter) -> Result<Page, Error> {
    let ships = app.policies.authorize::<ViewShipments>(grant.actor(), app.now());
    let ships = Scopes {
        emergency: None,
        ..ships.map(|ships| ships.scopes()).unwrap_or_default()
    };
    page(app, grant, ships, filter).await
}

/// The newest documents of a shipment that the caller sees.
///
/// # Errors
/// [`Error::NotFound`] for no shipment and for another company's; [`Error::Refused`] for one outside the caller's scope.
pub async fn of_shipment(
    app: &App,
    grant: &Grant<ViewDocuments>,
    origin: &Origin,
    id: ShipmentId,
    older_than: Option<DocumentId>,
) -> Result<Page, Error> {
    let ships = app.authorize::<ViewShipments>(grant.actor(), origin).await?;
    let tx = app.store.read(&ships).await?;
    let (tx, row, scope) = shipments::row_and_scope(app, tx, &ships, origin, id).await?;
    drop(tx);
    if scope == Scope::Emergency {
        note_emergency(app, origin, &ships, (id, row.tracking_number)).await?;
    }
    let filter = Filter {
        shipment: Some(id),
        older_than,
        ..Filter::default()
    };
    page(app, grant, ships.scopes(), &filter).await
}

/// One document.
///
/// # Errors
/// [`Error::NotFound`] for none, for another company's, and for one that row-level security does not show;
/// [`Error::Refused`] for one that the grant does not reach.
pub async fn get(
    app: &App,
    grant: &Grant<ViewDocuments>,
    origin: &Origin,
    id: DocumentId,
) -> Result<Document, Error> {
    let row = row_for(app, grant, origin, id).await?;
    let mut opened = opened(app, grant, vec![row]).await?;
    opened.pop().ok_or(Error::NotFound("document"))
}

/// The bytes of a document. That they left is in the trail first, except of what everybody of the company reads: that
/// comes whatever the trail does.
///
/// # Errors
/// As those of [`get`].
pub async fn content(
    app: &App,
    grant: &Grant<ViewDocuments>,
    origin: &Origin,
    id: DocumentId,
) -> Result<Download, Error> {
    let row = row_for(app, grant, origin, id).await?;
    let mut tx = app.store.read(grant).await?;
    let sealed = store::documents::content(&mut tx, grant, id).await?;
    drop(tx);
    let sealed = sealed.ok_or(Error::NotFound("document"))?;
    let chain = app
        .keychain_for(grant, Purpose::Document, &[&row.file_name, &sealed])
        .await?;
    let company = grant.actor().company().uuid();
    let work = {
        let (chain, place) = (chain.clone(), place("content_sealed", id, company));
        move || chain.open(&place, &sealed)
    };
    let opened = tokio::task::spawn_blocking(work).await;
    let mut bytes = opened
        .map_err(|_| Error::Internal("opening was interrupted"))?
        .map_err(unopened("documents.content_sealed"))?;
    let document = document(&chain, company, row)?;
    if !document.document_type.is_for_everybody() {
        let more = json!({
            "document_type": document.document_type.as_str(),
            "shipment": document.shipment.map(|(_, number)| number),
        });
        let tx = app.store.write(grant, origin).await?;
        tx.commit(
            event(EventType::Export, id, "document downloaded", more),
            app.now(),
        )
        .await?;
    }
    Ok(Download {
        file_name: document.file_name,
        media_type: document.media_type,
        bytes: std::mem::take(&mut *bytes),
    })
}

/// The row with this id, decided by the policies on the row itself. Where only emergency access reaches its shipment,
/// that is recorded first.
async fn row_for(
    app: &App,
    grant: &Grant<ViewDocuments>,
    origin: &Origin,
    id: DocumentId,
) -> Result<DocumentRow, Error> {
    let mut tx = app.store.read(grant).await?;
    let row = store::documents::get(&mut tx, grant, id).await?;
    let row = row.ok_or(Error::NotFound("document"))?;
    let sighting = match &row.shipment {
        Some((shipment, _)) => shipments::sighting(app, &mut tx, grant, *shipment).await?,
        None => None,
    };
    let ship_scope = sighting.map(|sighting| sighting.scope);
    let seen = ship_scope.map(|scope| scope.is_some());
    let about = resource(grant.actor(), (id, row.document_type), row.uploaded_by.0, seen);
    let decided = app.policies.authorize_on(grant, &about, app.now());
    let (tx, scope) = app.unless_refused(tx, grant, origin, decided).await?;
    drop(tx);
    let is_own = row.uploaded_by.0 == grant.actor().user();
    let by_shipment = scope == Scope::Own && !is_own;
    if by_shipment
        && ship_scope == Some(Some(Scope::Emergency))
        && let Some(shipment) = &row.shipment
    {
        let ships = app.authorize::<ViewShipments>(grant.actor(), origin).await?;
        note_emergency(app, origin, &ships, shipment.clone()).await?;
    }
    Ok(row)
}

async fn note_emergency(
    app: &App,
    origin: &Origin,
    ships: &Grant<ViewShipments>,
    (id, tracking_number): (ShipmentId, String),
) -> Result<(), Error> {
    let what = "documents of a shipment read by emergency access";
    emergency_access::used(app, ships, origin, what, (Some(id.uuid()), tracking_number)).await
}

async fn page(
    app: &App,
    grant: &Grant<ViewDocuments>,
    ships: Scopes,
    filter: &Filter,
) -> Result<Page, Error> {
    let mut tx = app.store.read(grant).await?;
    let mut rows = store::documents::list(&mut tx, grant, ships, filter, PAGE as i64 + 1).await?;
    drop(tx);
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    Ok(Page {
        documents: opened(app, grant, rows).await?,
        more,
    })
}

async fn opened(
    app: &App,
    grant: &Grant<ViewDocuments>,
    rows: Vec<DocumentRow>,
) -> Result<Vec<Document>, Error> {
    // A company from before there were documents has no key for them, and none to open.
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sealed: Vec<_> = rows.iter().map(|row| &row.file_name).collect();
    let chain = app.keychain_for(grant, Purpose::Document, &sealed).await?;
    let company = grant.actor().company().uuid();
    rows.into_iter()
        .map(|row| document(&chain, company, row))
        .collect()
}

fn document(chain: &Keychain, company: Uuid, row: DocumentRow) -> Result<Document, Error> {
    let file_name = chain.open_text(&place("file_name_sealed", row.id, company), &row.file_name);
    let media_type = MediaType::parse(&row.media_type);
    Ok(Document {
        id: row.id,
        document_type: row.document_type,
        file_name: file_name.map_err(unopened("documents.file_name_sealed"))?,
        media_type: media_type.ok_or(Error::Internal("an unknown media type is stored"))?,
        size: u64::try_from(row.size).map_err(|_| Error::Internal("a stored size is negative"))?,
        sha256: row.sha256,
        shipment: row.shipment,
        uploaded_by: row.uploaded_by,
        uploaded_at: row.uploaded_at,
    })
}
