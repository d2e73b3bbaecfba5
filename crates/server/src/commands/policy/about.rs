//! What a permission is asked on: an object that is there, or one that options describe.

use access::actor::SessionRow;
use access::document::DocumentType;
use access::ids::{CompanyId, Id, IdError, UserId};
use access::policy::{Resource, ResourceKind};
use access::role::Role;
use app::provision::ObjectId;
use clap::ValueEnum;
use uuid::Uuid;

/// What a permission is asked on.
#[derive(Debug, Clone, Copy)]
pub(super) enum About {
    /// An object that the options describe.
    Kind(Kind),
    /// One that is there.
    Stored(ObjectId),
}

impl About {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Some((kind, id)) = text.split_once(':') else {
            return Kind::from_str(text, false).map(Self::Kind);
        };
        Ok(Self::Stored(match kind {
            "shipment" => ObjectId::Shipment(id_of(id)?),
            "incident" => ObjectId::Incident(id_of(id)?),
            "override" => ObjectId::Override(id_of(id)?),
            "user" | "person" => ObjectId::Person(id_of(id)?),
            _ => {
                return Err(
                    "only a shipment, an incident, an override and a user are named by their id".to_owned(),
                );
            }
        }))
    }
}

/// An id as the API shows it, or its UUID as it stands in the trail.
fn id_of<K: access::ids::Kind>(text: &str) -> Result<Id<K>, String> {
    let uuid = || Uuid::try_parse(text).map(Id::from_uuid);
    text.parse()
        .or_else(|error: IdError| uuid().map_err(|_| error.to_string()))
}

/// A kind of object.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Kind {
    Shipment,
    Check,
    AuditEvent,
    Incident,
    Override,
    Person,
    Document,
}

impl Kind {
    /// The same to the policies.
    pub(super) const fn resource(self) -> ResourceKind {
        match self {
            Self::Shipment => ResourceKind::Shipment,
            Self::Check => ResourceKind::Check,
            Self::AuditEvent => ResourceKind::AuditEvent,
            Self::Incident => ResourceKind::Incident,
            Self::Override => ResourceKind::Override,
            Self::Person => ResourceKind::Person,
            Self::Document => ResourceKind::Document,
        }
    }
}

/// Whether a shipment is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OfShipment {
    Seen,
    Unseen,
}

pub(super) fn document_type(text: &str) -> Result<DocumentType, String> {
    DocumentType::parse(text).ok_or_else(|| {
        let known = DocumentType::ALL.map(DocumentType::as_str).join(", ");
        format!("a document is one of {known}")
    })
}

/// An object that is asked about; it need not exist.
pub(super) struct Object {
    pub(super) kind: ResourceKind,
    pub(super) own: bool,
    pub(super) asked: bool,
    pub(super) changed: bool,
    pub(super) assigned: bool,
    pub(super) foreign: bool,
    pub(super) named: bool,
    pub(super) role: Option<Role>,
    pub(super) document_type: Option<DocumentType>,
    pub(super) of_shipment: Option<OfShipment>,
}

impl Object {
    pub(super) fn of(self, row: &SessionRow) -> Resource {
        let company = if self.foreign {
            CompanyId::from_uuid(Uuid::max())
        } else {
            row.company
        };
        // Not that of whoever asks: `somebody` has the one of zeros. An override always has whom it is of, as a document
        // has who uploaded it.
        let somebody_else = UserId::from_uuid(Uuid::max());
        let party = |is_asker: bool| is_asker.then_some(row.user);
        let of_override = |is_asker| {
            let of = party(is_asker).unwrap_or(somebody_else);
            (self.kind == ResourceKind::Override).then_some(of)
        };
        let emergency = row.personal.emergency.as_ref().filter(|_| self.named);
        Resource {
            created_by: party(self.own)
                .or(of_override(self.own))
                .or((self.kind == ResourceKind::Document).then_some(somebody_else)),
            assigned_to: party(self.assigned),
            asked_by: of_override(self.asked),
            load_authors: of_override(self.changed).map(|author| vec![somebody_else, author]),
            incident: emergency.map(|access| access.incident),
            role: self.role,
            document_type: self.document_type,
            shipment_seen: self.of_shipment.map(|seen| seen == OfShipment::Seen),
            ..Resource::new(self.kind, Uuid::max(), company)
        }
    }
}
