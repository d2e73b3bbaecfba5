//! Documents (DATA-6, R10): stored once, and neither changed nor removed.
//!
//! Row-level security (migrations/0030) shows and takes what type, uploader and shipment allow; what a grant reaches
//! is asked for here once more, so that what is listed is what the policies permit one by one (tests/scopes.rs).

use access::document::DocumentType;
use access::grant::{EmergencyReach, Grant, Scopes};
use access::ids::{DocumentId, ShipmentId, UserId};
use access::permission::{UploadDocuments, ViewDocuments};
use crypto::field::Sealed;
use time::OffsetDateTime;

use crate::error::StoreError;
use crate::tx::{ReadTx, WriteTx};

/// A document to store.
pub struct NewDocument {
    /// Its id.
    pub id: DocumentId,
    /// What it is.
    pub document_type: DocumentType,
    /// Of which shipment.
    pub shipment: Option<ShipmentId>,
    /// What its file was called.
    pub file_name: Sealed,
    /// What its bytes are.
    pub media_type: &'static str,
    /// How many they are.
    pub size: i32,
    /// Their hash.
    pub sha256: [u8; 32],
    /// The bytes.
    pub content: Sealed,
}

/// A document without its bytes.
pub struct DocumentRow {
    /// Its id.
    pub id: DocumentId,
    /// What it is.
    pub document_type: DocumentType,
    /// Of which shipment, with its tracking number.
    pub shipment: Option<(ShipmentId, String)>,
    /// Who uploaded it, with their name.
    pub uploaded_by: (UserId, String),
    /// When.
    pub uploaded_at: OffsetDateTime,
    /// What its file was called.
    pub file_name: Sealed,
    /// What its bytes are.
    pub media_type: String,
    /// How many they are.
    pub size: i32,
    /// Their hash.
    pub sha256: Vec<u8>,
}

/// Which documents to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Those of this type.
    pub document_type: Option<DocumentType>,
    /// Those of this shipment.
    pub shipment: Option<ShipmentId>,
    /// Those older than this one: the next page.
    pub older_than: Option<DocumentId>,
}

/// The newest documents that the grant reaches and row-level security shows. `ships` says which shipments the caller sees.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut ReadTx,
    grant: &Grant<ViewDocuments>,
    ships: Scopes,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<DocumentRow>, StoreError> {
    reached(tx, grant, (grant.scopes(), ships), None, filter, limit).await
}

/// The document with this id that row-level security shows. Whether the grant reaches it is for the policies to say.
///
/// # Errors
/// When the database fails.
pub async fn get(
    tx: &mut ReadTx,
    grant: &Grant<ViewDocuments>,
    id: DocumentId,
) -> Result<Option<DocumentRow>, StoreError> {
    let everything = Scopes {
        company: true,
        ..Scopes::default()
    };
    let reach = (everything, Scopes::default());
    let mut rows = reached(tx, grant, reach, Some(id), &Filter::default(), 1).await?;
    Ok(rows.pop())
}

async fn reached(
    tx: &mut ReadTx,
    grant: &Grant<ViewDocuments>,
    (reach, ships): (Scopes, Scopes),
    only: Option<DocumentId>,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<DocumentRow>, StoreError> {
    let incident = match ships.emergency {
        Some(EmergencyReach::Incident(incident)) => Some(incident.uuid()),
        Some(EmergencyReach::Company) | None => None,
    };
    let rows = sqlx::query!(
        r#"select d.id, d.document_type, d.shipment_id, s.tracking_number as "tracking_number?", d.uploaded_by,
               u.display_name as uploader, d.uploaded_at, d.file_name_sealed, d.media_type, d.size, d.sha256
           from documents d
           join users u on u.company_id = d.company_id and u.id = d.uploaded_by
           left join shipments s on s.company_id = d.company_id and s.id = d.shipment_id
           where d.company_id = $1
             and ($2 or ($3 and d.document_type = 'SAFETY_DATA_SHEET')
                 or ($4 and d.document_type = 'EMERGENCY_PROCEDURE')
                 or ($5 and (d.uploaded_by = $6 or (d.shipment_id is not null and ($7
                     or ($8 and s.assigned_to = $6) or ($9 and s.created_by = $6)
                     or ($10 and ($11::uuid is null or d.shipment_id in (select n.shipment_id from incident_shipments n
                         where n.company_id = $1 and n.incident_id = $11))))))))
             and ($12::uuid is null or d.id = $12)
             and ($13::text is null or d.document_type = $13)
             and ($14::uuid is null or d.shipment_id = $14)
             and ($15::uuid is null or d.id < $15)
           order by d.id desc
           limit $16"#,
        grant.actor().company().uuid(),
        reach.company,
        reach.safety_data_sheets,
        reach.emergency_procedures,
        reach.own,
        grant.actor().user().uuid(),
        ships.company,
        ships.assigned,
        ships.own,
        ships.emergency.is_some(),
        incident,
        only.map(DocumentId::uuid),
        filter.document_type.map(DocumentType::as_str),
        filter.shipment.map(ShipmentId::uuid),
        filter.older_than.map(DocumentId::uuid),
        limit,
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let shipment = row.shipment_id.map(ShipmentId::from_uuid);
            Ok(DocumentRow {
                id: DocumentId::from_uuid(row.id),
                document_type: DocumentType::parse(&row.document_type)
                    .ok_or(StoreError::Corrupt("documents.document_type"))?,
                shipment: shipment.zip(row.tracking_number),
                uploaded_by: (UserId::from_uuid(row.uploaded_by), row.uploader),
                uploaded_at: row.uploaded_at,
                file_name: Sealed::from_bytes(row.file_name_sealed)
                    .map_err(|_| StoreError::Corrupt("documents.file_name_sealed"))?,
                media_type: row.media_type,
                size: row.size,
                sha256: row.sha256,
            })
        })
        .collect()
}

/// The bytes of a document that row-level security shows.
///
/// # Errors
/// When the database fails.
pub async fn content(
    tx: &mut ReadTx,
    grant: &Grant<ViewDocuments>,
    id: DocumentId,
) -> Result<Option<Sealed>, StoreError> {
    let bytes = sqlx::query_scalar!(
        "select content_sealed from documents where company_id = $1 and id = $2",
        grant.actor().company().uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?;
    let sealed = bytes.map(Sealed::from_bytes).transpose();
    sealed.map_err(|_| StoreError::Corrupt("documents.content_sealed"))
}

/// Stores a document of the caller's.
///
/// # Errors
/// When row-level security does not take it, or the database fails.
pub async fn insert(
    tx: &mut WriteTx,
    grant: &Grant<UploadDocuments>,
    new: &NewDocument,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into documents (company_id, id, document_type, shipment_id, uploaded_by, file_name_sealed, media_type, size,
             sha256, content_sealed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        grant.actor().company().uuid(),
        new.id.uuid(),
        new.document_type.as_str(),
        new.shipment.map(ShipmentId::uuid),
        grant.actor().user().uuid(),
        new.file_name.as_bytes(),
        new.media_type,
        new.size,
        &new.sha256[..],
        new.content.as_bytes(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
