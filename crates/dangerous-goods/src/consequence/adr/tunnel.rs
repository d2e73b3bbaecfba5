//! ADR 8.6: which tunnels a transport unit may not pass.

use serde::Serialize;

use super::super::Amount;
use super::super::goods::{Goods, place};
use super::points::Exemption;
use crate::catalogue::Row;
use crate::load::{Containment, Unit};

/// A tunnel restriction code with what it closes (8.6.4).
struct Code {
    code: &'static str,
    /// Packages.
    other: &'static str,
    tank: &'static str,
    bulk: &'static str,
    /// Above this net explosive mass, in kilograms, these categories.
    above: Option<(u64, &'static str)>,
}

/// The most restrictive first (8.6.3.2).
#[rustfmt::skip]
const CODES: [Code; 12] = [
    Code { code: "B",      other: "BCDE", tank: "BCDE", bulk: "BCDE", above: None },
    Code { code: "B1000C", other: "CDE",  tank: "CDE",  bulk: "CDE",  above: Some((1_000, "BCDE")) },
    Code { code: "B/D",    other: "DE",   tank: "BCDE", bulk: "DE",   above: None },
    Code { code: "B/E",    other: "E",    tank: "BCDE", bulk: "E",    above: None },
    Code { code: "C",      other: "CDE",  tank: "CDE",  bulk: "CDE",  above: None },
    Code { code: "C5000D", other: "DE",   tank: "DE",   bulk: "DE",   above: Some((5_000, "CDE")) },
    Code { code: "C/D",    other: "DE",   tank: "CDE",  bulk: "DE",   above: None },
    Code { code: "C/E",    other: "E",    tank: "CDE",  bulk: "E",    above: None },
    Code { code: "D",      other: "DE",   tank: "DE",   bulk: "DE",   above: None },
    // The only code that names bulk.
    Code { code: "D/E",    other: "E",    tank: "DE",   bulk: "DE",   above: None },
    Code { code: "E",      other: "E",    tank: "E",    bulk: "E",    above: None },
    Code { code: "-",      other: "",     tank: "",     bulk: "",     above: None },
];

impl Code {
    const fn closes(&self, containment: Containment) -> &'static str {
        match containment {
            Containment::Packages => self.other,
            Containment::Tank | Containment::PortableTank => self.tank,
            Containment::Bulk => self.bulk,
        }
    }
}

/// What tunnels are closed to a transport unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tunnel {
    /// The code of the whole load; none where no code applies.
    pub code: Option<&'static str>,
    /// The categories that are closed, `B` to `E`; while something is missing, at least these.
    pub closed: Vec<char>,
    /// The lines, from zero, whose code is that of the load.
    pub decided_by: Vec<usize>,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// What is missing; the answer is certain only when nothing is.
    pub missing: Vec<String>,
}

/// The tunnels of one transport unit. `over_12_tonnes` is that of the load.
pub(super) fn of(unit: &[&Goods<'_>], exemption: &Exemption, over_12_tonnes: Option<bool>) -> Tunnel {
    let mut tunnel = Tunnel {
        code: None,
        closed: Vec::new(),
        decided_by: Vec::new(),
        reasons: Vec::new(),
        missing: Vec::new(),
    };
    limited(unit, over_12_tonnes, &mut tunnel);
    if *exemption == Exemption::Exempt {
        tunnel.reasons.push(
            "the load is within 1.1.3.6, so tunnel restrictions do not apply to it (8.6.3.3)".to_owned(),
        );
        return tunnel;
    }
    let mut worst: Option<usize> = None;
    for goods in unit.iter().filter(|goods| !goods.is_excepted()) {
        tunnel.missing.extend(goods.contradiction());
        let rank = match goods.agreed(|row| CODES.iter().position(|known| known.code == row.tunnel_code())) {
            Ok(Some(rank)) => rank,
            Ok(None) if goods.agreed(Row::admission) == Ok(crate::Admission::NotSubject) => continue,
            Ok(None) => {
                tunnel
                    .missing
                    .push(format!("{}: the table gives no tunnel code", place(goods)));
                continue;
            }
            Err(why) => {
                tunnel.missing.push(format!("{}: {why}", place(goods)));
                continue;
            }
        };
        if worst.is_none_or(|worst| rank < worst) {
            tunnel.decided_by.clear();
        }
        if worst.is_none_or(|worst| rank <= worst) {
            tunnel.decided_by.push(goods.at);
            worst = Some(rank);
        }
    }
    let Some(code) = worst.and_then(|rank| CODES.get(rank)) else {
        return tunnel;
    };
    tunnel.code = Some(code.code);
    let counted = || unit.iter().filter(|goods| !goods.is_excepted());
    let mut closed = String::new();
    for goods in counted() {
        // The code of the load holds for everything on it. It is the most restrictive by 8.6.3.2, but a
        // code further down may close more where the way of carriage or the explosive mass says so: then
        // the goods' own code stands too.
        closed.push_str(code.closes(goods.line.containment));
        let own = goods.agreed(|row| CODES.iter().position(|known| known.code == row.tunnel_code()));
        if let Some(own) = own.ok().flatten().and_then(|rank| CODES.get(rank)) {
            closed.push_str(own.closes(goods.line.containment));
            by_explosive_mass(own, unit, &mut closed, &mut tunnel);
        }
    }
    if closed.is_empty() {
        tunnel
            .reasons
            .push("no tunnel is closed to these goods".to_owned());
    } else {
        let lines: Vec<String> = tunnel
            .decided_by
            .iter()
            .map(|line| (line + 1).to_string())
            .collect();
        let reason = format!(
            "code ({}) of line {} is the most restrictive of the load",
            code.code,
            lines.join(", ")
        );
        tunnel.reasons.push(reason);
    }
    close(&mut tunnel, &closed);
    tunnel
}

/// What a code closes above its net explosive mass; while the mass is not known, as if it were above.
fn by_explosive_mass(code: &Code, unit: &[&Goods<'_>], closed: &mut String, tunnel: &mut Tunnel) {
    let Some((limit, above)) = code.above else { return };
    match explosive_mass(unit) {
        Ok(mass) if mass > Amount::whole(limit) => {
            let reason = format!("{mass} kg of net explosive mass are more than {limit} kg");
            if !tunnel.reasons.contains(&reason) {
                tunnel.reasons.push(reason);
            }
        }
        Ok(_) => return,
        Err(missing) => {
            for missing in missing {
                if !tunnel.missing.contains(&missing) {
                    tunnel.missing.push(missing);
                }
            }
        }
    }
    closed.push_str(above);
}

fn close(tunnel: &mut Tunnel, categories: &str) {
    tunnel.closed.extend(categories.chars());
    tunnel.closed.sort_unstable();
    tunnel.closed.dedup();
}

/// The net explosive mass of all explosives of the unit, in kilograms.
fn explosive_mass(unit: &[&Goods<'_>]) -> Result<Amount, Vec<String>> {
    let (mut sum, mut missing) = (Amount::default(), Vec::new());
    for goods in unit.iter().filter(|goods| goods.any(|row| row.class() == "1")) {
        match goods
            .line
            .quantity
            .filter(|quantity| quantity.unit() == Unit::NetExplosiveKilogram)
        {
            Some(mass) => sum = sum + mass.into(),
            None => missing.push(format!("{}: the net explosive mass", place(goods))),
        }
    }
    if missing.is_empty() { Ok(sum) } else { Err(missing) }
}

/// 3.4.13 and 3.4.14: units over 12 tonnes with more than 8 tonnes of limited quantities are marked, and
/// marked units may not pass tunnels of category E (8.6.4).
fn limited(unit: &[&Goods<'_>], over_12_tonnes: Option<bool>, tunnel: &mut Tunnel) {
    let most = Amount::whole(8_000);
    let lines = || unit.iter().filter(|goods| goods.is_limited());
    if over_12_tonnes == Some(false) || lines().next().is_none() {
        return;
    }
    let known: Amount = lines()
        .filter_map(|goods| goods.line.gross_mass)
        .map(Amount::from)
        .sum();
    if known > most {
        if over_12_tonnes == Some(true) {
            tunnel.reasons.push(format!(
                "{known} kg of limited quantities are marked on a unit over 12 tonnes (3.4.13)"
            ));
        } else {
            tunnel
                .missing
                .push("whether the maximum mass of the unit is over 12 tonnes (3.4.13)".to_owned());
        }
        close(tunnel, "E");
        return;
    }
    for goods in lines().filter(|goods| goods.line.gross_mass.is_none()) {
        tunnel.missing.push(format!(
            "{}: the gross mass of the limited quantity (3.4.14)",
            place(goods)
        ));
    }
    if lines().any(|goods| goods.line.gross_mass.is_none()) {
        close(tunnel, "E");
    }
}

/// Whether the unit must bear the mark of limited quantities; none while it is not known (3.4.13, 3.4.14).
pub(super) fn limited_marked(unit: &[&Goods<'_>], over_12_tonnes: Option<bool>) -> Option<bool> {
    let limited = || unit.iter().filter(|goods| goods.is_limited());
    if limited().next().is_none() {
        return Some(false);
    }
    let known: Amount = limited()
        .filter_map(|goods| goods.line.gross_mass)
        .map(Amount::from)
        .sum();
    let is_known = limited().all(|goods| goods.line.gross_mass.is_some());
    match (over_12_tonnes, known > Amount::whole(8_000), is_known) {
        (Some(false), ..) | (_, false, true) => Some(false),
        (Some(true), true, _) => Some(true),
        _ => None,
    }
}
