//! The answer as text for a terminal.

use std::fmt::{self, Write as _};

use super::{Answers, Apart, Missing, NoSplit, Obstacle, Proposal, Reason, Separation, Split};
use crate::load::{Load, Travel};
use crate::report;

/// Renders the answer as readable text; lines are numbered from one, as a person counts.
#[must_use]
pub fn text(split: &Split) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = match split {
        Split::NotNeeded(answers) => write_not_needed(&mut out, answers),
        Split::Proposed(proposal) => write_proposal(&mut out, proposal),
        Split::NoSplitHelps(no) => write_no_split(&mut out, no),
        Split::TooLarge { lines } => {
            writeln!(
                out,
                "no split is sought: {lines} lines are over the limit of {}",
                Load::MAX_LINES
            )
        }
    };
    out
}

fn count(number: usize, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

fn write_not_needed(out: &mut String, answers: &Answers) -> fmt::Result {
    writeln!(
        out,
        "no split is needed: nothing is prohibited, and on the same vehicles no other place would spare a condition"
    )?;
    write_to_confirm(out, answers)
}

/// The conditions that are open whatever the places.
fn write_to_confirm(out: &mut String, answers: &Answers) -> fmt::Result {
    for (regime, finding) in answers.to_confirm() {
        let Some(condition) = &finding.condition else {
            continue;
        };
        let places = report::places(finding.places());
        writeln!(
            out,
            "  to confirm, {places}{} ({}, {})",
            condition.action,
            regime.name(),
            finding.clause
        )?;
    }
    Ok(())
}

fn write_proposal(out: &mut String, proposal: &Proposal) -> fmt::Result {
    let vehicles = proposal.vehicles.len();
    let travel = match proposal.load.travel {
        _ if vehicles == 1 => "",
        Travel::Coupled => ", coupled",
        Travel::Apart => ", each travelling apart",
    };
    let proof = if proposal.is_proven_smallest {
        "nothing smaller will do"
    } else {
        "the best found; something smaller may exist"
    };
    let (passes, once) = if proposal.to_confirm().next().is_none() {
        ("passes", "")
    } else if travel.is_empty() {
        ("may pass", " once the conditions below are confirmed")
    } else {
        ("may pass", ", once the conditions below are confirmed")
    };
    let vehicles = count(vehicles, "vehicle");
    writeln!(out, "it {passes} on {vehicles}{travel}{once} ({proof})")?;
    for missing in &proposal.missing {
        write_missing(out, missing)?;
    }
    for vehicle in &proposal.vehicles {
        writeln!(out)?;
        write!(out, "vehicle {}", vehicle.vehicle)?;
        if vehicle.compartments > 1 {
            write!(out, ", {}", count(vehicle.compartments, "compartment"))?;
        }
        if vehicle.bays > 0 {
            write!(out, ", {}", count(vehicle.bays.into(), "bay"))?;
        }
        writeln!(out)?;
        vehicle
            .lines
            .iter()
            .try_for_each(|&line| write_line(out, proposal, line))?;
    }
    writeln!(out)?;
    write_separations(out, proposal)?;
    write_to_confirm(out, &proposal.answers)?;
    writeln!(out, "load {}", proposal.load.hash())
}

fn write_line(out: &mut String, proposal: &Proposal, at: usize) -> fmt::Result {
    let line = &proposal.load.lines[at];
    write!(out, "  {:>3}  {}", at + 1, report::typed(line))?;
    if let Some(compartment) = line.compartment {
        write!(out, ", compartment {compartment}")?;
    }
    if let Some(bay) = line.bay {
        write!(out, ", bay {bay}")?;
    }
    if proposal.moved.contains(&at) {
        write!(out, ", moved")?;
    }
    writeln!(out)
}

fn write_missing(out: &mut String, missing: &Missing) -> fmt::Result {
    let Missing { regime, line, need } = missing;
    writeln!(
        out,
        "with {} of line {} it may need fewer ({})",
        need.words(),
        line + 1,
        regime.name()
    )
}

fn write_separations(out: &mut String, proposal: &Proposal) -> fmt::Result {
    if !proposal.one_vehicle_each.is_empty() {
        let lines: Vec<String> = proposal
            .one_vehicle_each
            .iter()
            .map(|line| (line + 1).to_string())
            .collect();
        writeln!(
            out,
            "  lines {} each need a vehicle of their own",
            lines.join(", ")
        )?;
    }
    for Separation { regime, by, finding } in &proposal.separations {
        let by = match by {
            Apart::Vehicles => "on different vehicles",
            Apart::Compartments => "in different compartments",
            Apart::Bays => "with a bay between",
        };
        let places = report::places(finding.places());
        writeln!(out, "  {by}, {places}{}", report::sentence(&finding.sentence))?;
        writeln!(
            out,
            "       {}, {}: {}",
            regime.name(),
            finding.clause,
            finding.rule
        )?;
    }
    Ok(())
}

fn write_no_split(out: &mut String, no: &NoSplit) -> fmt::Result {
    if no.is_proven {
        writeln!(out, "no split helps")?;
    } else {
        writeln!(
            out,
            "no split was found before the search ended at its limit; one may exist"
        )?;
    }
    if no.answers.is_empty() {
        writeln!(out, "  no regime was asked, and no answer is no clearance")?;
    }
    for Reason {
        regime,
        obstacle,
        finding,
    } in &no.reasons
    {
        let (words, places) = (finding.verdict.words(), report::places(finding.places()));
        let when = match obstacle {
            Obstacle::Alone => "even on a vehicle of its own",
            Obstacle::Coupled => "even on coupled vehicles",
            Obstacle::Pinned => "on the vehicles they have to stay on",
        };
        writeln!(
            out,
            "  {words} {when}, {places}{}",
            report::sentence(&finding.sentence)
        )?;
        writeln!(
            out,
            "       {}, {}: {}",
            regime.name(),
            finding.clause,
            finding.rule
        )?;
    }
    if let Some(needed) = no.vehicles_needed {
        writeln!(
            out,
            "  it would take {}, more than there may be",
            count(needed, "vehicle")
        )?;
    }
    if let Some(apart) = no.vehicles_apart {
        writeln!(
            out,
            "  on {} that travel apart it would pass",
            count(apart, "vehicle")
        )?;
    }
    Ok(())
}
