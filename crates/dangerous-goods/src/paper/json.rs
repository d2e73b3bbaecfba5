//! The paper as JSON: every fact for machines, and beside each line the words that are printed.
//!
//! The form is described by [`SCHEMA`], which is published with the product. A signature over a paper is over
//! the exact bytes of [`bytes`]; whoever stores a paper stores these bytes, and not what a parser makes of
//! them. A new member is one field here and one property of the schema; a test holds the two together.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{
    Block, Content, EmergencyContact, PaperError, PaperKind, PaperLine, Party, Points, Signer, fault::Fault,
};
use crate::identity::Regime;

/// The name of the schema; a paper of another form has another name.
pub const SCHEMA_ID: &str = "urn:safeshipper:schema:shipping-paper:1";

/// The JSON Schema (2020-12) of a paper.
pub const SCHEMA: &str = include_str!("shipping-paper.schema.json");

/// A paper as it is exchanged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA_ID`].
    #[serde(rename = "$schema")]
    pub schema: String,
    /// Which paper it is.
    pub kind: PaperKind,
    /// The regime it is made under.
    pub regime: Regime,
    /// The heading of the printed document.
    pub title: String,
    /// The clauses it answers.
    pub law: String,
    /// The document's own number.
    pub number: String,
    /// When it was made out.
    #[serde(with = "time::serde::rfc3339")]
    pub issued_at: OffsetDateTime,
    /// Hash of the load that was checked.
    pub load_hash: String,
    /// Edition of the law it was checked under.
    pub edition: String,
    /// SHA-256 of the data the check rests on.
    pub data_hash: String,
    /// Who offers the goods.
    pub consignor: Party,
    /// Who receives them.
    pub consignee: Party,
    /// Who answers day and night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_contact: Option<EmergencyContact>,
    /// Who certifies the shipment; the United States only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<Signer>,
    /// The goods, in the order they are printed.
    pub lines: Vec<Item>,
    /// The sums of ADR 1.1.3.6, where the carriage relies on the exemption.
    pub points: Vec<Points>,
    /// Lines of the load that are no dangerous goods under the regime.
    pub not_listed: Vec<String>,
    /// What is printed under the list: certification, exemption, explosives.
    pub statements: Vec<Block>,
}

/// One line: the facts, and the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Every fact of the line.
    pub goods: PaperLine,
    /// What the printed paper says of it.
    pub printed: Printed,
}

/// A line in the words of the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printed {
    /// Number and kind of packages.
    pub packages: String,
    /// The description in the order of the law.
    pub description: String,
    /// Quantity with unit; empty where the law asks for none.
    pub quantity: String,
}

/// The paper for a machine.
#[must_use]
pub fn document(content: &Content) -> Document {
    let paper = content.paper.clone();
    let items = paper.lines.into_iter().zip(&content.rows);
    let item = |(goods, row): (PaperLine, &super::Row)| Item {
        goods,
        printed: Printed {
            packages: row.packages.clone(),
            description: row.description.clone(),
            quantity: row.quantity.clone(),
        },
    };
    Document {
        schema: SCHEMA_ID.to_owned(),
        kind: content.kind,
        regime: content.kind.regime(),
        title: content.kind.title().to_owned(),
        law: content.kind.law().to_owned(),
        number: paper.number.trim().to_owned(),
        issued_at: paper.issued_at,
        load_hash: paper.load_hash,
        edition: paper.edition,
        data_hash: paper.data_hash,
        consignor: paper.consignor,
        consignee: paper.consignee,
        emergency_contact: paper.emergency_contact,
        signer: paper.signer.filter(|_| content.signature.is_some()),
        lines: items.map(item).collect(),
        points: paper.points,
        not_listed: paper.not_listed,
        statements: content.statements.clone(),
    }
}

/// The file: the same paper is the same bytes.
///
/// # Errors
/// [`Fault::Rendering`] when the paper has no form as JSON, such as a date before the year 0.
pub fn bytes(content: &Content) -> Result<Vec<u8>, PaperError> {
    let mut bytes =
        serde_json::to_vec_pretty(&document(content)).map_err(|error| Fault::Rendering(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Without the parties, who are people.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut document = f.debug_struct("Document");
        document.field("kind", &self.kind).field("number", &self.number);
        document.finish_non_exhaustive()
    }
}
