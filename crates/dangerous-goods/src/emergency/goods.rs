//! The goods of a line as an emergency asks about them: from whichever regime knows them.

use std::collections::BTreeSet;

use super::classify;
use super::guide::{self, Guide};
use super::hazard::Hazard;
use super::rule::Form;
use super::tables::Tables;
use crate::catalogue::{Catalogue, Row};
use crate::check::resolve;
use crate::identity::Regime;
use crate::load::{Goods as Named, Line, PhysicalState};

/// One line with everything an emergency asks.
pub(super) struct Goods<'a> {
    pub(super) at: usize,
    pub(super) line: &'a Line,
    /// `UN1203 Gasoline`.
    pub(super) name: String,
    pub(super) rows: Vec<&'a Row>,
    pub(super) hazards: BTreeSet<Hazard>,
    /// At least one, the worst first.
    pub(super) guides: Vec<Guide>,
    pub(super) form: Form,
    /// What is not known, in sentences; then the farthest figures hold.
    pub(super) missing: Vec<String>,
    /// Why several readings are shown.
    pub(super) choose: Option<String>,
}

impl<'a> Goods<'a> {
    pub(super) fn of(catalogue: &'a Catalogue, tables: &Tables, at: usize, line: &'a Line) -> Self {
        let (rows, mut missing) = rows(catalogue, line);
        let printed = guide::of_rows(&rows);
        let mut hazards = classify::hazards(catalogue, line, &rows, &printed, tables);
        if !missing.is_empty() {
            hazards.insert(Hazard::Unknown);
        }
        if hazards.contains(&Hazard::Unknown) && missing.is_empty() {
            missing.push(format!("the table tells no hazard of {}", line.goods));
        }
        let guides = guide::complete(printed, &hazards);
        let name = resolve::label(line, &rows);
        let choose = choose(&name, &rows, &guides, &missing);
        let form = Form {
            solid: is_solid(line, &rows),
            bulk: !line.containment.is_packages(),
        };
        Self {
            at,
            line,
            name,
            rows,
            hazards,
            guides,
            form,
            missing,
            choose,
        }
    }

    pub(super) fn has(&self, hazard: Hazard) -> bool {
        self.hazards.contains(&hazard)
    }

    /// The labels to draw, the primary hazard first; those of every row that may be meant.
    pub(super) fn labels(&self) -> Vec<String> {
        let mut labels: Vec<String> = Vec::new();
        let stated = self.line.labels.iter().cloned();
        for label in self.rows.iter().flat_map(|row| row_labels(row)).chain(stated) {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels
    }
}

/// The labels of a row; of explosives with division and compatibility group.
fn row_labels(row: &Row) -> Vec<String> {
    if row.class() != "1" {
        return row.labels().map(str::to_owned).collect();
    }
    let own = std::iter::once(class(row));
    own.chain(row.subsidiary_hazards().map(str::to_owned)).collect()
}

/// `1.1D`, `6.1`.
fn class(row: &Row) -> String {
    let group = row.compatibility_group().map(String::from).unwrap_or_default();
    format!("{}{group}", row.division())
}

/// The rows the line may mean: of the United States, otherwise of ADR, otherwise all of the number, with
/// what is not known about them.
fn rows<'a>(catalogue: &'a Catalogue, line: &Line) -> (Vec<&'a Row>, Vec<String>) {
    let us = resolve::rows(catalogue, Regime::Us, line);
    let adr = resolve::rows(catalogue, Regime::Adr, line);
    let adr_chosen = line.adr_row.is_some() && line.us_row.is_none();
    match (us, adr) {
        (_, Ok(adr)) if adr_chosen => (adr, Vec::new()),
        (Ok(mut us), adr) => {
            // Forbidden goods have no class in the table of the United States.
            if us.iter().any(|row| row.class().is_empty()) {
                us.extend(adr.unwrap_or_default());
            }
            (us, Vec::new())
        }
        (Err(_), Ok(adr)) => (adr, Vec::new()),
        (Err(us), Err(adr)) => {
            let sentence = if adr_chosen { adr.sentence } else { us.sentence };
            (same_goods(catalogue, line), vec![sentence])
        }
    }
}

/// Every row of what was typed, whatever was chosen beside it.
fn same_goods<'a>(catalogue: &'a Catalogue, line: &Line) -> Vec<&'a Row> {
    let of = |regime| match &line.goods {
        Named::Number(number) => catalogue.rows(*number, regime),
        Named::Name(name) => catalogue.rows_named(name, regime),
    };
    Regime::ALL.into_iter().flat_map(of).collect()
}

/// Solid only where every row says so, or none says anything and a person does.
fn is_solid(line: &Line, rows: &[&Row]) -> bool {
    let states: BTreeSet<Option<&str>> = rows
        .iter()
        .map(|row| row.physical_state().map(PhysicalState::name))
        .collect();
    let solid = Some(PhysicalState::Solid.name());
    let stated = line.physical_state == Some(PhysicalState::Solid);
    let open = states.iter().all(|state| state.is_none() || *state == solid);
    !rows.is_empty() && open && (stated || !states.contains(&None))
}

fn choose(name: &str, rows: &[&Row], guides: &[Guide], missing: &[String]) -> Option<String> {
    if !missing.is_empty() {
        return None;
    }
    let profile = |row: &Row| {
        (
            class(row),
            row.labels().collect::<Vec<_>>(),
            row.zone(),
            row.guide(),
        )
    };
    let differ = rows
        .split_first()
        .is_some_and(|(first, rest)| rest.iter().any(|row| profile(row) != profile(first)));
    match (differ, guides.len()) {
        (true, _) => Some(format!(
            "{name} may be one of {} kinds; choose the row on the load, until then the worst of them is shown",
            rows.len()
        )),
        (false, 2..) => Some(format!(
            "{name} has several guides; choose by what the packages hold, the worst is shown first"
        )),
        _ => None,
    }
}
