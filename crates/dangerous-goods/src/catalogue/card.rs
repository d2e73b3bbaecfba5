//! Everything the table says of one row, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Admission, ExceptedQuantity, LimitedQuantity, NameQuality, Row, Zone};
use crate::identity::{PackingGroup, Regime, RowId, UnNumber};
use crate::load::PhysicalState;

/// One row with all its columns; what a column leaves blank is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each is the accessor of `Row` of the same name")]
pub struct Card {
    pub row: RowId,
    pub regime: Regime,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<UnNumber>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: &'static str,
    pub name_quality: NameQuality,
    pub admission: Admission,
    pub is_reading_confirmed: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub division: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatibility_group: Option<char>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub classification_code: &'static str,
    pub are_labels_known: bool,
    pub labels: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packing_group: Option<PackingGroup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_state: Option<PhysicalState>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<&'static str>,
    pub needs_technical_name: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub special_provisions: Vec<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub limited_quantity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner_limit: Option<LimitedQuantity>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub excepted_quantity: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub packaging: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub transport_category: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub tunnel_code: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub hazard_identification_number: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub loading_provisions: Vec<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub guide: &'static str,
}

impl From<&Row> for Card {
    fn from(row: &Row) -> Self {
        Self {
            row: row.id().clone(),
            regime: row.regime(),
            number: row.number(),
            name: row.name(),
            name_quality: row.name_quality(),
            admission: row.admission(),
            is_reading_confirmed: row.is_reading_confirmed(),
            division: row.division(),
            compatibility_group: row.compatibility_group(),
            classification_code: row.classification_code(),
            are_labels_known: row.are_labels_known(),
            labels: row.labels().collect(),
            packing_group: row.packing_group(),
            zone: row.zone(),
            physical_state: row.physical_state(),
            symbols: row.symbols().collect(),
            needs_technical_name: row.needs_technical_name(),
            special_provisions: row.special_provisions().collect(),
            limited_quantity: row.limited_quantity(),
            inner_limit: row.inner_limit(),
            excepted_quantity: row.excepted_quantity(),
            packaging: row.packaging(),
            transport_category: row.transport_category(),
            tunnel_code: row.tunnel_code(),
            hazard_identification_number: row.hazard_identification_number(),
            loading_provisions: row.loading_provisions().collect(),
            guide: row.guide(),
        }
    }
}

/// `us:UN1203:II  Gasoline, 3, PG II`.
#[must_use]
pub fn line(row: &Row) -> String {
    let name = if row.name().is_empty() {
        "(name not certain)"
    } else {
        row.name()
    };
    let mut line = format!("{}  {name}", row.id());
    if row.is_forbidden() {
        return line + ", FORBIDDEN";
    }
    let group = row.compatibility_group().map(String::from).unwrap_or_default();
    // Writing to a text cannot fail.
    let _ = write!(line, ", {}{group}", row.division());
    let subsidiary: Vec<&str> = row.subsidiary_hazards().collect();
    if !subsidiary.is_empty() {
        let _ = write!(line, " ({})", subsidiary.join(", "));
    }
    if let Some(group) = row.packing_group() {
        let _ = write!(line, ", PG {group}");
    }
    if let Some(zone) = row.zone() {
        let _ = write!(line, ", zone {zone}");
    }
    line
}

/// The row with all its columns, a line each.
#[must_use]
pub fn text(row: &Row) -> String {
    let mut text = format!("{}\n", line(row));
    for (what, value) in columns(row) {
        if !value.is_empty() {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "  {what:<26} {value}");
        }
    }
    text
}

fn columns(row: &Row) -> Vec<(&'static str, String)> {
    let is_us = row.regime() == Regime::Us;
    let joined = |codes: Vec<&str>| codes.join(", ");
    let admission = match row.admission() {
        Admission::Admitted => "",
        Admission::Forbidden => "forbidden",
        Admission::NotSubject => "not subject to the rules",
    };
    let doubt = if row.is_reading_confirmed() {
        ""
    } else {
        "in doubt: compare the row with the published table"
    };
    let name = match row.name_quality() {
        NameQuality::Exact => "",
        NameQuality::Single => "the only one known for the number",
        NameQuality::Ambiguous => "several fit",
    };
    let limited = if is_us {
        "exceptions (8A)"
    } else {
        "limited quantity (7a)"
    };
    vec![
        ("carriage", admission.to_owned()),
        ("reading", doubt.to_owned()),
        ("name", name.to_owned()),
        ("classification code", row.classification_code().to_owned()),
        ("labels", labels(row)),
        (
            "physical state",
            row.physical_state()
                .map(PhysicalState::name)
                .unwrap_or_default()
                .to_owned(),
        ),
        ("symbols (1)", joined(row.symbols().collect())),
        (
            "technical name",
            if row.needs_technical_name() { "needed" } else { "" }.to_owned(),
        ),
        ("special provisions", joined(row.special_provisions().collect())),
        (limited, row.limited_quantity().to_owned()),
        ("excepted quantity (7b)", excepted(row)),
        ("packaging (8B)", row.packaging().to_owned()),
        ("transport category (15)", row.transport_category().to_owned()),
        ("tunnel code (15)", row.tunnel_code().to_owned()),
        (
            "hazard number (20)",
            row.hazard_identification_number().to_owned(),
        ),
        ("loading (18)", joined(row.loading_provisions().collect())),
        ("emergency guide", row.guide().to_owned()),
    ]
}

fn labels(row: &Row) -> String {
    if row.requires_no_label() {
        "none needed".to_owned()
    } else if row.are_labels_known() {
        row.labels().collect::<Vec<_>>().join(", ")
    } else if row.is_forbidden() {
        String::new()
    } else {
        "not told by the table".to_owned()
    }
}

fn excepted(row: &Row) -> String {
    let limits = row
        .excepted_code()
        .and_then(|code: ExceptedQuantity| code.inner().zip(code.outer()));
    match limits {
        Some((inner, outer)) => format!(
            "{}: {inner} g or ml inside, {outer} g or ml a package",
            row.excepted_quantity()
        ),
        None => row.excepted_quantity().to_owned(),
    }
}
