//! Documents (DATA-6, R10; DG-5): what comes with goods as a file. Type, uploader and shipment decide who reads one and
//! who adds one (docs/decisions/0022); nobody changes or removes one.

mod file;
mod read;
mod upload;

pub use access::document::DocumentType;
pub use file::{LARGEST, MediaType};
pub use read::{Download, Page, content, get, list, of_shipment};
pub use store::documents::Filter;
pub use upload::{Upload, upload};

use access::actor::Actor;
use access::ids::{DocumentId, ShipmentId, UserId};
use access::policy::{Resource, ResourceKind};
use crypto::field::FieldContext;
use secrecy::SecretString;
use serde_json::Value;
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use time::OffsetDateTime;
use uuid::Uuid;

/// A document, without its bytes.
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// What it is.
    pub document_type: DocumentType,
    /// What its file was called.
    pub file_name: SecretString,
    /// What its bytes are.
    pub media_type: MediaType,
    /// How many they are.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: Vec<u8>,
    /// Of which shipment, with its tracking number.
    pub shipment: Option<(ShipmentId, String)>,
    /// Who uploaded it, with their name.
    pub uploaded_by: (UserId, String),
    /// When.
    pub uploaded_at: OffsetDateTime,
}

/// A document as the policies see it; `shipment_seen` is whether the actor sees the shipment it is of.
fn resource(
    actor: &Actor,
    (id, document_type): (DocumentId, DocumentType),
    uploaded_by: UserId,
    shipment_seen: Option<bool>,
) -> Resource {
    Resource {
        created_by: Some(uploaded_by),
        document_type: Some(document_type),
        shipment_seen,
        ..Resource::new(ResourceKind::Document, id.uuid(), actor.company())
    }
}

/// Where a value of a document is sealed for.
fn place(column: &'static str, id: DocumentId, company: Uuid) -> FieldContext<'static> {
    FieldContext {
        table: "documents",
        column,
        row: id.uuid(),
        company,
    }
}

fn event(event_type: EventType, id: DocumentId, what: &str, additional: Value) -> Event {
    Event {
        event_type,
        severity: Severity::Medium,
        outcome: Outcome::Success,
        resource_type: "document",
        resource_id: Some(id.uuid()),
        resource_name: id.to_string(),
        description: what.to_owned(),
        changes: Changes::default(),
        additional,
    }
}
