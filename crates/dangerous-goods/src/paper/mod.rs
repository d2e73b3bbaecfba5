//! The papers the law asks for: US shipping paper (49 CFR 172.201-172.204, 172.604) and ADR
//! transport document (ADR 5.4.1.1), for DG-4.
//!
//! Two steps. First the content, pure text that is tested word for word and refuses to exist while
//! a required field is missing: [`issue`] makes it of a checked load, and nothing else makes one.
//! Then the document for machines ([`json::bytes`]) and, with the cargo feature `pdf`, the typeset one
//! (`pdf::render`). A new regime adds a file beside `us` and `adr` that fills the same [`Content`].

mod adr;
mod check;
mod content;
mod entries;
mod exemption;
mod fault;
mod goods;
mod issue;
pub mod json;
mod model;
#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(test)]
mod tests;
mod us;

pub use content::{Block, Content, PaperKind, Row};
pub use entries::{Asked, asked};
pub use fault::{Fault, PaperError};
pub use issue::{Details, Entry, Override, Refusal, issue};
pub use model::{
    Basis, CategoryPoints, EmergencyContact, Inhalation, PackingGroup, PaperLine, Party, Points, Quantity,
    Signer, TunnelCode,
};

use adr::adr_transport_document;
use model::ShippingPaper;
use us::us_shipping_paper;
