//! ADR 3.5.5 in the check: more packages of excepted quantities than one vehicle or container may carry.
//!
//! Neither a line nor a pair is to blame, so it is counted when both are judged. The number itself is counted with the
//! other limits of quantity (`consequence::limits`); here it becomes a prohibition, because a vehicle that carries
//! more may not travel so. A number that nobody stated breaks no limit, as with the other limits of packages; a note
//! asks for it.

use std::borrow::Cow;

use crate::catalogue::Catalogue;
use crate::check::{CheckResult, Finding, Lines, Verdict, resolve, settle};
use crate::consequence::limits::packages::{self, OnVehicle};
use crate::identity::Regime;
use crate::load::Load;

/// Adds what the vehicles carry too much of, and judges the load anew.
pub(in crate::check) fn count(catalogue: &Catalogue, load: &Load, result: &mut CheckResult) {
    if result.lines.len() != load.lines.len() {
        // The load was refused as a whole.
        return;
    }
    let vehicles = packages::on_vehicles(catalogue, load);
    if vehicles.is_empty() {
        return;
    }
    for vehicle in vehicles {
        let (lines, verdict) = if vehicle.is_over() {
            (&vehicle.lines, Verdict::Prohibited)
        } else {
            (&vehicle.unknown, Verdict::Permitted)
        };
        for &line in lines {
            let finding = finding(catalogue, load, result, &vehicle, line, verdict);
            if verdict == Verdict::Permitted {
                result.notes.push(finding);
                continue;
            }
            result.conflicts.push(finding);
            if let Some(result) = result.lines.get_mut(line) {
                result.verdict = verdict;
            }
        }
    }
    let lines = result.lines.iter().map(|line| line.verdict);
    (result.verdict, result.is_compatible) = settle(&result.conflicts, &result.pairs, lines);
}

fn finding(
    catalogue: &Catalogue,
    load: &Load,
    result: &CheckResult,
    vehicle: &OnVehicle,
    line: usize,
    verdict: Verdict,
) -> Finding {
    let goods = load.lines.get(line);
    let label = goods.map(|goods| match resolve::rows(catalogue, Regime::Adr, goods) {
        Ok(rows) => resolve::label(goods, &rows),
        Err(_) => goods.goods.to_string(),
    });
    Finding {
        lines: Lines::of(&[line]),
        also: Vec::new(),
        clause: Cow::Borrowed("ADR 3.5.5"),
        edition: result.edition.clone(),
        rule: Cow::Borrowed("packages of excepted quantities"),
        verdict,
        sentence: format!("{}: {}", label.unwrap_or_default(), vehicle.said()),
        condition: None,
    }
}
