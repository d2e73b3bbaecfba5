//! What the law wants written after the description of particular goods and no table holds: control
//! temperatures, the holding time of a tank, radionuclides.
//!
//! The person who makes out the paper gives such an entry as text; here it is required where the row asks for
//! it, and recognized by how it begins. `HOT` (49 CFR 172.203 (n), ADR 5.4.1.1.14) is not among them: every row
//! of goods at elevated temperature says so in its name, and a temperature is no fact of a load.

use super::fault::Fault;
use crate::catalogue::Row;
use crate::identity::Regime;
use crate::load::{Containment, Line, RadioactiveCategory};

/// One entry that must be there: how it may begin, and the clause that asks for it.
struct Wanted {
    begins: &'static [&'static str],
    what: &'static str,
    clause: &'static str,
}

/// What a row asks to be written that the table itself gives.
pub(super) fn of_row(line: &Line, row: &Row) -> Option<String> {
    // 3.3.1, special provision 640: in tanks only.
    let code = row
        .special_provisions()
        .find(|code| code.len() == 4 && code.starts_with("640"))?;
    (row.regime() == Regime::Adr && line.containment.is_tank()).then(|| format!("Special provision {code}"))
}

/// The entries that the goods need and nobody has given.
pub(super) fn missing(at: usize, line: &Line, row: &Row, given: &[String]) -> Vec<Fault> {
    let is_given = |wanted: &Wanted| {
        wanted
            .begins
            .iter()
            .any(|begin| given.iter().any(|entry| begins(entry.trim(), begin)))
    };
    let mut faults: Vec<Fault> = wanted(line, row)
        .into_iter()
        .filter(|wanted| !is_given(wanted))
        .map(|wanted| Fault::Entry {
            field: format!("lines[{at}].entries"),
            what: wanted.what,
            clause: wanted.clause,
        })
        .collect();
    if is_radioactive(row) && line.radioactive_category.filter(|_| line.is_stated()).is_none() {
        let clause = match row.regime() {
            Regime::Us => "49 CFR 172.203 (d)(4)",
            Regime::Adr => "ADR 5.4.1.2.5.1 (d)",
        };
        faults.push(Fault::Missing {
            field: format!("lines[{at}].radioactive_category"),
            clause,
        });
    }
    faults
}

/// Whether the entry begins so, and says something after a colon.
fn begins(entry: &str, begin: &str) -> bool {
    let says_more = !begin.ends_with(':') || entry.len() > begin.len();
    let start = entry.get(..begin.len());
    says_more && start.is_some_and(|start| start.eq_ignore_ascii_case(begin))
}

/// Radioactive material other than in excepted packages, which bear no category.
fn is_radioactive(row: &Row) -> bool {
    row.class() == "7" && !matches!(digits(row), 2908..=2911)
}

fn digits(row: &Row) -> u16 {
    row.number().map_or(0, crate::UnNumber::digits)
}

fn wanted(line: &Line, row: &Row) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    let us = row.regime() == Regime::Us;
    let mut push = |begins, what, us_clause, adr_clause| {
        let clause = if us { us_clause } else { adr_clause };
        wanted.push(Wanted { begins, what, clause });
    };
    if is_radioactive(row) {
        let (a, b, c) = (
            "ADR 5.4.1.2.5.1 (a)",
            "ADR 5.4.1.2.5.1 (b)",
            "ADR 5.4.1.2.5.1 (c)",
        );
        push(
            &["Radionuclides:", "Radionuclide:"],
            "`Radionuclides: …`",
            "49 CFR 172.203 (d)(1)",
            a,
        );
        push(&["Form:"], "`Form: …`", "49 CFR 172.203 (d)(2)", b);
        push(&["Activity:"], "`Activity: …`", "49 CFR 172.203 (d)(3)", c);
        let yellow = [RadioactiveCategory::Yellow2, RadioactiveCategory::Yellow3];
        if line
            .radioactive_category
            .is_some_and(|category| yellow.contains(&category))
        {
            let e = "ADR 5.4.1.2.5.1 (e)";
            push(
                &["Transport index:"],
                "`Transport index: …`",
                "49 CFR 172.203 (d)(5)",
                e,
            );
        }
    }
    if line.empty_uncleaned {
        return wanted;
    }
    // Organic peroxides, self-reactive and polymerizing substances that are carried under temperature control.
    if matches!(digits(row), 3111..=3120 | 3231..=3240 | 3533 | 3534) {
        push(
            &["Control temperature:"],
            "`Control temperature: … °C, emergency temperature: … °C`",
            "49 CFR 172.203 (o)(2)",
            "ADR 5.4.1.2.3.1",
        );
    }
    let tank = line.containment == Containment::Tank;
    match (row.regime(), digits(row)) {
        (Regime::Us, 1005) if tank => push(
            &["0.2 PERCENT WATER", "NOT FOR Q AND T TANKS"],
            "`0.2 PERCENT WATER` or `NOT FOR Q and T TANKS`",
            "49 CFR 172.203 (h)(1)",
            "",
        ),
        (Regime::Us, 1075) if tank => push(
            &["NONCORROSIVE", "NONCOR", "NOT FOR Q AND T TANKS"],
            "`NONCORROSIVE`, `NONCOR` or `NOT FOR Q and T TANKS`",
            "49 CFR 172.203 (h)(2)",
            "",
        ),
        (Regime::Adr, 333..=337) => push(
            &["Classification of fireworks"],
            "`Classification of fireworks by the competent authority of … with the firework reference …`",
            "",
            "ADR 5.4.1.2.1 (g)",
        ),
        (Regime::Adr, _)
            if line.containment == Containment::PortableTank
                && row.classification_code().starts_with('3') =>
        {
            push(
                &["End of holding time:"],
                "`End of holding time: day/month/year`",
                "",
                "ADR 5.4.1.2.2 (d)",
            );
        }
        _ => {}
    }
    wanted
}
