//! What a paper says, before anyone thinks of how it looks.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::UtcOffset;

use super::ShippingPaper;
use crate::identity::Regime;
use crate::label::LabelModel;

/// The law a paper is made under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// 49 CFR part 172, subpart C.
    UsShippingPaper,
    /// ADR chapter 5.4.
    AdrTransportDocument,
}

impl PaperKind {
    /// The regime it is made under.
    #[must_use]
    pub fn regime(self) -> Regime {
        match self {
            Self::UsShippingPaper => Regime::Us,
            Self::AdrTransportDocument => Regime::Adr,
        }
    }

    /// The heading of the document.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::UsShippingPaper => "Hazardous Materials Shipping Paper",
            Self::AdrTransportDocument => "Dangerous Goods Transport Document",
        }
    }

    /// What a file of it is called, without extension.
    #[must_use]
    pub fn file_stem(self) -> &'static str {
        match self {
            Self::UsShippingPaper => "us-shipping-paper",
            Self::AdrTransportDocument => "adr-transport-document",
        }
    }

    /// The clauses it answers.
    #[must_use]
    pub fn law(self) -> &'static str {
        match self {
            Self::UsShippingPaper => "49 CFR part 172, subparts C and G",
            Self::AdrTransportDocument => "ADR 5.4.1",
        }
    }
}

/// A complete paper as text; made by [`super::issue`] only, so that holding one means that the load was checked
/// and that no required field is missing.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    pub(super) kind: PaperKind,
    pub(super) paper: ShippingPaper,
    pub(super) parties: Vec<Block>,
    pub(super) rows: Vec<Row>,
    pub(super) statements: Vec<Block>,
    pub(super) signature: Option<Signature>,
}

/// A heading with lines under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// What the lines are.
    pub heading: String,
    /// One entry a line.
    pub lines: Vec<String>,
}

/// One item of the load as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Number and kind of packages, or the tank.
    pub packages: String,
    /// Number of packages alone; zero for tanks and bulk.
    pub package_count: u32,
    /// The description in the order of the law, with what must follow it.
    pub description: String,
    /// Quantity with unit and basis.
    pub quantity: String,
    /// ADR transport category, where the points are stated.
    pub category: Option<u8>,
    /// Labels drawn beside the line.
    pub labels: Vec<LabelModel>,
}

/// The signature by mechanical means of 49 CFR 172.204 (d).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    /// Name of the signer.
    pub name: String,
    /// Title or function.
    pub title: Option<String>,
}

impl Content {
    /// The law it is made under.
    #[must_use]
    pub fn kind(&self) -> PaperKind {
        self.kind
    }

    /// The document's number.
    #[must_use]
    pub fn number(&self) -> &str {
        self.paper.number.trim()
    }

    /// When it was made out.
    #[must_use]
    pub fn issued_at(&self) -> OffsetDateTime {
        self.paper.issued_at
    }

    /// Hash of the load that was checked.
    #[must_use]
    pub fn load_hash(&self) -> &str {
        &self.paper.load_hash
    }

    /// The edition of the law the load was checked under, with the hash of its data.
    #[must_use]
    pub fn checked_under(&self) -> String {
        format!("{}, data {}", self.paper.edition, self.paper.data_hash)
    }

    /// The goods.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// When it was made out, in UTC to the minute.
    #[must_use]
    pub fn issued(&self) -> String {
        let at = self.paper.issued_at.to_offset(UtcOffset::UTC);
        format!("{} {:02}:{:02} UTC", at.date(), at.hour(), at.minute())
    }
}

/// Without the parties, who are people.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut content = f.debug_struct("Content");
        content
            .field("kind", &self.kind)
            .field("number", &self.number())
            .field("rows", &self.rows);
        content.finish_non_exhaustive()
    }
}

/// The whole paper as plain text, for a terminal and for tests.
impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.kind.title(), self.kind.law())?;
        writeln!(f, "Number: {}", self.number())?;
        writeln!(f, "Issued: {}", self.issued())?;
        for block in &self.parties {
            writeln!(f, "{}: {}", block.heading, block.lines.join(", "))?;
        }
        for row in &self.rows {
            writeln!(f, "{} | {} | {}", row.packages, row.description, row.quantity)?;
        }
        for block in &self.statements {
            writeln!(f, "{}: {}", block.heading, block.lines.join(" "))?;
        }
        if let Some(signature) = &self.signature {
            let title = signature
                .title
                .as_deref()
                .map(|title| format!(", {title}"))
                .unwrap_or_default();
            writeln!(f, "Signed: {}{title}", signature.name)?;
        }
        writeln!(f, "Load: {}", self.load_hash())?;
        writeln!(f, "Checked under: {}", self.checked_under())
    }
}
