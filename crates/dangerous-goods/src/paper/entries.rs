//! What the law wants written after the description of particular goods and no table holds: control
//! temperatures, the holding time of a tank, radionuclides.
//!
//! The texts are [`Entries`](crate::load::Entries) of the line; here is which of them a row asks for, and how they
//! are printed. A paper is refused while one is missing, contradicts the line or is stated by nobody. A new rule
//! is one line of [`wanted`]. `HOT` (49 CFR 172.203 (n), ADR 5.4.1.1.14) is not among them: every row of goods at
//! elevated temperature says so in its name, and a temperature is no fact of a load. The type of a package of
//! class 7 is in the proper shipping name.

use super::fault::Fault;
use crate::catalogue::{Catalogue, Row};
use crate::check::resolve;
use crate::identity::Regime;
use crate::load::{Containment, EntryKind, Line, RadioactiveCategory};

/// Something that a paper needs to know of a line beyond what every line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The field of the line, or the entry of it: `activity`, `radioactive_category`.
    pub field: &'static str,
    /// What a person calls it.
    pub name: &'static str,
    /// The clause that asks for it.
    pub clause: &'static str,
    /// Whether the line says it.
    pub given: bool,
}

/// What the paper of a regime asks of this line in particular; nothing while the row is not known, and what
/// several possible rows ask for together.
///
/// ```
/// use dangerous_goods::{Catalogue, Line, Regime, UnNumber, paper};
/// let number: UnNumber = "UN2915".parse()?;
/// let asked = paper::asked(Catalogue::embedded(), Regime::Us, &Line::from(number));
/// let names: Vec<&str> = asked.iter().map(|asked| asked.name).collect();
/// assert_eq!(names, ["Radionuclides", "Physical and chemical form", "Activity", "Class 7 category"]);
/// # Ok::<(), dangerous_goods::InvalidUnNumber>(())
/// ```
#[must_use]
pub fn asked(catalogue: &Catalogue, regime: Regime, line: &Line) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for row in resolve::rows(catalogue, regime, line).unwrap_or_default() {
        let entries = wanted(line, row).into_iter().map(|(kind, clause)| Asked {
            field: kind.code(),
            name: kind.label(),
            clause,
            given: line.entries.get(kind).is_some(),
        });
        let category = is_radioactive(row).then(|| Asked {
            field: "radioactive_category",
            name: "Class 7 category",
            clause: category_clause(row.regime()),
            given: line.radioactive_category.is_some(),
        });
        for one in entries.chain(category) {
            if !asked.iter().any(|known| known.field == one.field) {
                asked.push(one);
            }
        }
    }
    asked
}

/// What stands after the description, in the order of [`EntryKind`]; first what the table itself gives.
pub(super) fn printed(line: &Line, row: &Row) -> Vec<String> {
    let asked: Vec<EntryKind> = wanted(line, row).into_iter().map(|(kind, _)| kind).collect();
    let own = line
        .entries
        .iter()
        .filter(|(kind, _)| asked.contains(kind) || may_stand(*kind, row))
        .flat_map(|(kind, text)| words(kind, text));
    of_table(line, row).into_iter().chain(own).collect()
}

/// Special provision 640 of 3.3.1, in tanks only.
fn of_table(line: &Line, row: &Row) -> Option<String> {
    let code = row
        .special_provisions()
        .find(|code| code.len() == 4 && code.starts_with("640"))?;
    (row.regime() == Regime::Adr && line.containment.is_tank()).then(|| format!("Special provision {code}"))
}

/// What is printed where it is given, asked for or not: some of it depends on more than the row.
fn may_stand(kind: EntryKind, row: &Row) -> bool {
    match kind {
        EntryKind::Radionuclides
        | EntryKind::RadioactiveForm
        | EntryKind::Activity
        | EntryKind::ActivityInA2
        | EntryKind::TransportIndex
        | EntryKind::CriticalitySafetyIndex
        | EntryKind::ApprovalMark => row.class() == "7",
        EntryKind::ControlTemperature | EntryKind::EmergencyTemperature => true,
        EntryKind::FireworksReference
        | EntryKind::HoldingTimeEnds
        | EntryKind::AmmoniaInTank
        | EntryKind::PetroleumGasInTank => false,
    }
}

/// An entry in the words of the law.
fn words(kind: EntryKind, text: &str) -> Vec<String> {
    match kind {
        EntryKind::Radionuclides => vec![format!("Radionuclides: {text}")],
        EntryKind::RadioactiveForm => vec![format!("Form: {text}")],
        EntryKind::Activity => vec![format!("Activity: {text}")],
        EntryKind::ActivityInA2 => vec![format!("Total activity: {text} A2")],
        EntryKind::TransportIndex => vec![format!("Transport index: {text}")],
        EntryKind::CriticalitySafetyIndex => vec![format!("Criticality safety index: {text}")],
        EntryKind::ApprovalMark => vec![format!("Approval: {text}")],
        EntryKind::ControlTemperature => vec![format!("Control temperature: {text}")],
        EntryKind::EmergencyTemperature => vec![format!("Emergency temperature: {text}")],
        EntryKind::FireworksReference => text.split(", ").map(fireworks).collect(),
        EntryKind::HoldingTimeEnds => vec![format!("End of holding time: {}", day_first(text))],
        EntryKind::AmmoniaInTank | EntryKind::PetroleumGasInTank => vec![text.to_owned()],
    }
}

/// The sentence of 5.4.1.2.1 (g); the country stands before the stroke of the reference.
fn fireworks(reference: &str) -> String {
    let country = reference.split('/').next().unwrap_or_default();
    format!(
        "Classification of fireworks by the competent authority of {country} with the firework reference {reference}"
    )
}

/// `31/12/2026`, as 5.4.1.2.2 (d) has it.
fn day_first(day: &str) -> String {
    day.rsplit('-').collect::<Vec<_>>().join("/")
}

/// What keeps the entries of a line off a paper: missing, contradicted by the line, or stated by nobody.
pub(super) fn faults(at: usize, line: &Line, row: &Row) -> Vec<Fault> {
    let missing = |field: &str, clause| Fault::Missing {
        field: format!("lines[{at}].{field}"),
        clause,
    };
    let mut faults: Vec<Fault> = wanted(line, row)
        .into_iter()
        .filter(|(kind, _)| line.entries.get(*kind).is_none())
        .map(|(kind, clause)| missing(&format!("entries.{}", kind.code()), clause))
        .collect();
    let category = line.radioactive_category.filter(|_| line.is_stated());
    if is_radioactive(row) && category.is_none() {
        faults.push(missing("radioactive_category", category_clause(row.regime())));
    }
    if !line.entries.is_empty() && !line.is_stated() {
        faults.push(missing("stated_by", "somebody answers for the entries by name"));
    }
    faults.extend(index_fault(at, line));
    faults
}

/// Up to which transport index a label of the category stands (49 CFR 172.403 (c), ADR 5.1.5.3.4); yellow-III has
/// no bound of its own.
fn index_fault(at: usize, line: &Line) -> Option<Fault> {
    let index = line.entries.get(EntryKind::TransportIndex)?;
    let (most, expected) = match line.radioactive_category? {
        RadioactiveCategory::White1 => (0, "0.0 for category I-white, or another category"),
        RadioactiveCategory::Yellow2 => (10, "at most 1.0 for category II-yellow, or another category"),
        RadioactiveCategory::Yellow3 => return None,
    };
    // It has one decimal, so that it is tenths without the point.
    let tenths: u32 = index.replace('.', "").parse().ok()?;
    (tenths > most).then(|| Fault::Invalid {
        field: format!("lines[{at}].entries.transport_index"),
        value: index.to_owned(),
        expected,
    })
}

/// Radioactive material other than in excepted packages, which bear no category.
fn is_radioactive(row: &Row) -> bool {
    row.class() == "7" && !matches!(digits(row), 2908..=2911)
}

const fn category_clause(regime: Regime) -> &'static str {
    match regime {
        Regime::Us => "49 CFR 172.203 (d)(4)",
        Regime::Adr => "ADR 5.4.1.2.5.1 (d)",
    }
}

fn digits(row: &Row) -> u16 {
    row.number().map_or(0, crate::UnNumber::digits)
}

/// The entries that a row asks for, each with its clause.
fn wanted(line: &Line, row: &Row) -> Vec<(EntryKind, &'static str)> {
    let mut wanted = Vec::new();
    let (regime, number) = (row.regime(), digits(row));
    let mut want = |kind, us: &'static str, adr: &'static str| {
        let clause = match regime {
            Regime::Us => us,
            Regime::Adr => adr,
        };
        // A clause that the regime does not have asks for nothing.
        if !clause.is_empty() {
            wanted.push((kind, clause));
        }
    };
    if is_radioactive(row) {
        want(
            EntryKind::Radionuclides,
            "49 CFR 172.203 (d)(1)",
            "ADR 5.4.1.2.5.1 (a)",
        );
        want(
            EntryKind::RadioactiveForm,
            "49 CFR 172.203 (d)(2)",
            "ADR 5.4.1.2.5.1 (b)",
        );
        want(
            EntryKind::Activity,
            "49 CFR 172.203 (d)(3)",
            "ADR 5.4.1.2.5.1 (c)",
        );
        // Low specific activity II and III, surface contaminated objects.
        if matches!(number, 2913 | 3321 | 3322 | 3324..=3326) {
            want(EntryKind::ActivityInA2, "", "ADR 5.4.1.2.5.1 (j)");
        }
        let yellow = [RadioactiveCategory::Yellow2, RadioactiveCategory::Yellow3];
        if line
            .radioactive_category
            .is_some_and(|category| yellow.contains(&category))
        {
            want(
                EntryKind::TransportIndex,
                "49 CFR 172.203 (d)(5)",
                "ADR 5.4.1.2.5.1 (e)",
            );
        }
        // Fissile material; what is excepted travels under another number.
        if matches!(number, 2977 | 3324..=3331 | 3333) {
            want(
                EntryKind::CriticalitySafetyIndex,
                "49 CFR 172.203 (d)(6)",
                "ADR 5.4.1.2.5.1 (f)",
            );
        }
        // Designs of type B and C and of fissile packages; in ADR special form, arrangements and uranium
        // hexafluoride too.
        match number {
            2916 | 2917 | 2977 | 3323 | 3327..=3330 | 3333 => {
                want(
                    EntryKind::ApprovalMark,
                    "49 CFR 172.203 (d)(7)",
                    "ADR 5.4.1.2.5.1 (g)",
                );
            }
            2919 | 2978 | 3324..=3326 | 3331 | 3332 => {
                want(EntryKind::ApprovalMark, "", "ADR 5.4.1.2.5.1 (g)")
            }
            _ => {}
        }
    }
    if line.empty_uncleaned {
        return wanted;
    }
    // Organic peroxides, self-reactive and polymerizing substances that are carried under temperature control.
    if matches!(number, 3111..=3120 | 3231..=3240 | 3533 | 3534) {
        for kind in [EntryKind::ControlTemperature, EntryKind::EmergencyTemperature] {
            want(kind, "49 CFR 172.203 (o)(2)", "ADR 5.4.1.2.3.1");
        }
    }
    match (number, line.containment) {
        (1005, Containment::Tank) => want(EntryKind::AmmoniaInTank, "49 CFR 172.203 (h)(1)", ""),
        (1075, Containment::Tank) => want(EntryKind::PetroleumGasInTank, "49 CFR 172.203 (h)(2)", ""),
        (333..=337, _) => want(EntryKind::FireworksReference, "", "ADR 5.4.1.2.1 (g)"),
        (_, Containment::PortableTank) if row.classification_code().starts_with('3') => {
            want(EntryKind::HoldingTimeEnds, "", "ADR 5.4.1.2.2 (d)");
        }
        _ => {}
    }
    wanted
}
