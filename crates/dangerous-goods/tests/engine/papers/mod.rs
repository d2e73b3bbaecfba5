//! From a checked load to its paper (DG-4): only from exactly the load that was checked, and with every fact of
//! its lines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod admission;
mod adr;
mod cases;
mod exchange;
mod overridden;
mod us;

use dangerous_goods::paper::{self, Details, EmergencyContact, Entry, Fault, Party, Refusal, Signer, issue};
use dangerous_goods::{Catalogue, CheckResult, Load, Regime, check};
use serde_json::{Value, json};
use time::macros::datetime;

/// A line with everything that both papers ask for.
fn gasoline() -> Value {
    json!({"goods": "UN1203", "quantity": {"value": "200", "unit": "L"}, "packages": 1, "packaging": "steel drum"})
}

/// The gasoline's line with other facts.
fn goods(number: &str, facts: Value) -> Value {
    let mut line = gasoline();
    line["goods"] = json!(number);
    for (name, value) in facts.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

/// The line with entries, and with somebody who states them.
fn with_entries(mut line: Value, entries: Value) -> Value {
    line["entries"] = entries;
    line["stated_by"] = json!("R. Officer");
    line
}

fn load(lines: Value) -> Load {
    serde_json::from_value(json!({ "lines": lines })).unwrap()
}

fn details() -> Details {
    let party = |name: &str| Party {
        name: name.to_owned(),
        address: vec!["1 Main St".to_owned(), "Reno NV 89501".to_owned()],
    };
    Details {
        number: "SP-1".to_owned(),
        issued_at: datetime!(2026-11-22 09:30 UTC),
        consignor: party("Alpha Chemicals"),
        consignee: party("Receiving Works"),
        emergency_contact: Some(EmergencyContact {
            name: "Night desk".to_owned(),
            phone: "+1 800 555 0100".to_owned(),
            contract: None,
        }),
        signer: Some(Signer {
            name: "M. Shipper".to_owned(),
            title: None,
        }),
        entries: Vec::new(),
        overridden: None,
    }
}

fn checked(regime: Regime, load: &Load) -> CheckResult {
    check(Catalogue::embedded(), regime, load)
}

/// The paper of a load with every condition of its check confirmed.
fn paper_with(regime: Regime, mut load: Load, details: &Details) -> Result<paper::Content, Refusal> {
    let conditions = checked(regime, &load).conflicts;
    for condition in conditions.iter().filter_map(|finding| finding.condition.as_ref()) {
        load = load.confirming(&condition.id, "M. Loader");
    }
    issue(
        Catalogue::embedded(),
        regime,
        &load,
        &checked(regime, &load),
        details,
    )
}

fn paper(regime: Regime, lines: Value) -> Result<paper::Content, Refusal> {
    paper_with(regime, load(lines), &details())
}

/// What is printed for each line: packages, description, quantity.
fn printed(regime: Regime, lines: Value) -> Vec<[String; 3]> {
    let paper = paper(regime, lines).unwrap_or_else(|refusal| panic!("{refusal}"));
    let rows = paper.rows().iter();
    rows.map(|row| {
        [
            row.packages.clone(),
            row.description.clone(),
            row.quantity.clone(),
        ]
    })
    .collect()
}

fn description(regime: Regime, line: Value) -> String {
    printed(regime, json!([line])).remove(0)[1].clone()
}

/// Every fault of the paper, as `field (clause)` or in its own words.
fn faults(refused: Result<paper::Content, Refusal>) -> Vec<String> {
    let Err(Refusal::Incomplete(error)) = refused else {
        panic!("expected a paper that lacks something")
    };
    let told = |fault: &Fault| match fault {
        Fault::Missing { field, clause } => format!("{field} ({clause})"),
        other => other.to_string(),
    };
    error.faults.iter().map(told).collect()
}
