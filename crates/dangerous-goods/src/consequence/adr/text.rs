//! The consequences as text for a terminal.

use std::fmt::{self, Write as _};

use super::{Consequences, Counted, Exemption, UnitConsequences};

/// Renders what follows from a load; lines are numbered from one.
#[must_use]
pub fn text(consequences: &Consequences) -> String {
    framed(consequences, write_unit)
}

/// Renders orange plates, placards and marks alone.
#[must_use]
pub fn plates_text(consequences: &Consequences) -> String {
    framed(consequences, |out, unit| {
        writeln!(out)?;
        plates(out, unit)
    })
}

/// Edition, every transport unit as `write` has it, hash of the load.
fn framed(
    consequences: &Consequences,
    write: impl Fn(&mut String, &UnitConsequences) -> fmt::Result,
) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(
        out,
        "{}, data {}",
        consequences.edition,
        consequences.edition_hash.get(..12).unwrap_or_default()
    );
    for unit in &consequences.units {
        if consequences.units.len() > 1 {
            let vehicles: Vec<String> = unit.vehicles.iter().map(ToString::to_string).collect();
            let _ = writeln!(out, "\nvehicle {}", vehicles.join(" and "));
        }
        let _ = write(&mut out, unit);
    }
    let _ = writeln!(out, "load {}", consequences.load_hash);
    out
}

fn write_unit(out: &mut String, unit: &UnitConsequences) -> fmt::Result {
    writeln!(out, "\nPoints (1.1.3.6)")?;
    for line in &unit.points.lines {
        let said = match &line.counted {
            Counted::Points {
                category,
                factor,
                quantity,
                unit,
                points,
            } => {
                format!(
                    "category {category}: {quantity} {unit} × {factor} = {points}, together {}",
                    line.running_total
                )
            }
            Counted::Not { reason } | Counted::NoExemption { reason } => reason.clone(),
            Counted::Unknown { missing } => format!("missing: {missing}"),
        };
        writeln!(out, "  {:>3}  {said}", line.line + 1)?;
    }
    let total = unit.points.total;
    match &unit.points.exemption {
        Exemption::Exempt => writeln!(out, "  {total} of 1000 points: within the exemption")?,
        Exemption::NotExempt { reasons } => {
            writeln!(out, "  {total} points: not exempt")?;
            list(out, "because", reasons)?;
        }
        Exemption::NotKnown { missing } => {
            writeln!(out, "  {total} points so far: not known whether exempt")?;
            list(out, "missing", missing)?;
        }
    }
    tunnel(out, unit)?;
    plates(out, unit)?;
    writeln!(
        out,
        "Security plan (1.10.3): {}",
        answer(unit.security_plan.needed, "needed", "not needed")
    )?;
    list(out, "because", &unit.security_plan.reasons)?;
    list(out, "missing", &unit.security_plan.missing)?;
    let words = answer(unit.instructions_and_certificate, "needed", "not needed");
    writeln!(
        out,
        "Instructions in writing (5.4.3), driver's certificate (8.2.1): {words}"
    )
}

fn tunnel(out: &mut String, unit: &UnitConsequences) -> fmt::Result {
    let tunnel = &unit.tunnel;
    let closed: Vec<String> = tunnel.closed.iter().map(ToString::to_string).collect();
    let at_least = if tunnel.missing.is_empty() {
        ""
    } else {
        "at least "
    };
    let code = tunnel.code.map(|code| format!("({code}) ")).unwrap_or_default();
    if closed.is_empty() {
        writeln!(
            out,
            "Tunnels (8.6): {code}none closed{}",
            if at_least.is_empty() {
                ""
            } else {
                " as far as is known"
            }
        )?;
    } else {
        writeln!(
            out,
            "Tunnels (8.6): {code}{at_least}categories {} closed",
            closed.join(", ")
        )?;
    }
    list(out, "because", &tunnel.reasons)?;
    list(out, "missing", &tunnel.missing)
}

fn plates(out: &mut String, unit: &UnitConsequences) -> fmt::Result {
    let plates = &unit.plates;
    let words = if plates.plain { "front and rear" } else { "none" };
    writeln!(out, "Orange plates (5.3.2): {words}")?;
    for plate in &plates.numbered {
        writeln!(out, "  {}/{} for {}", plate.hazard, plate.un, lines(&plate.lines))?;
    }
    for placard in &plates.placards {
        writeln!(
            out,
            "  placard {} on {} for {}",
            placard.label,
            placard.at,
            lines(&placard.lines)
        )?;
    }
    for mark in &plates.marks {
        writeln!(
            out,
            "  mark {} ({}) for {}",
            mark.mark.replace('_', " "),
            mark.clause,
            lines(&mark.lines)
        )?;
    }
    list(out, "missing", &plates.missing)
}

fn answer(needed: Option<bool>, yes: &'static str, no: &'static str) -> &'static str {
    match needed {
        Some(true) => yes,
        Some(false) => no,
        None => "not known",
    }
}

fn list(out: &mut String, word: &str, texts: &[String]) -> fmt::Result {
    texts
        .iter()
        .try_for_each(|text| writeln!(out, "  {word}: {text}"))
}

fn lines(lines: &[usize]) -> String {
    let numbers: Vec<String> = lines.iter().map(|line| (line + 1).to_string()).collect();
    format!("line {}", numbers.join(", "))
}
