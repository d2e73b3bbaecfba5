//! ADR 5.3: orange plates, placards and marks on the vehicle.

use serde::Serialize;

use super::super::goods::{Goods, place};
use super::points::Exemption;
use crate::catalogue::Row;

/// What the vehicle shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Plates {
    /// Plain orange plates at front and rear (5.3.2.1.1).
    pub plain: bool,
    /// Orange plates with numbers, for tanks and bulk (5.3.2.1.2, 5.3.2.1.4).
    pub numbered: Vec<Numbered>,
    /// Placards, by the model of the label they enlarge (5.3.1).
    pub placards: Vec<Placard>,
    /// Other marks.
    pub marks: Vec<Mark>,
    /// What is missing; the answer is certain only when nothing is.
    pub missing: Vec<String>,
}

/// An orange plate with numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Numbered {
    /// The hazard identification number, above (5.3.2.3).
    pub hazard: String,
    /// The UN number, four digits, below.
    pub un: String,
    /// The lines, from zero.
    pub lines: Vec<usize>,
}

/// A placard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Placard {
    /// The label model, such as `3` or `1.4`.
    pub label: String,
    /// Where: for vehicles with packages both sides and rear (5.3.1.5), as for tanks and bulk (5.3.1.4).
    pub at: &'static str,
    /// The lines, from zero.
    pub lines: Vec<usize>,
}

/// A mark beside plates and placards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// `environmentally_hazardous` (5.3.6) or `limited_quantities` (3.4.13).
    pub mark: &'static str,
    /// The clause.
    pub clause: &'static str,
    /// The lines, from zero.
    pub lines: Vec<usize>,
}

const SIDES_AND_REAR: &str = "both sides and rear";

/// The plates of one transport unit.
pub(super) fn of(unit: &[&Goods<'_>], exemption: &Exemption, limited_marked: bool) -> Plates {
    let mut plates = Plates::default();
    if limited_marked {
        let lines = unit
            .iter()
            .filter(|goods| goods.is_limited())
            .map(|goods| goods.at)
            .collect();
        plates.marks.push(Mark {
            mark: "limited_quantities",
            clause: "ADR 3.4.13",
            lines,
        });
    }
    if *exemption == Exemption::Exempt {
        return plates;
    }
    for goods in unit.iter().filter(|goods| !goods.is_excepted()) {
        if goods.agreed(Row::admission) == Ok(crate::Admission::NotSubject) {
            continue;
        }
        plates.missing.extend(goods.contradiction());
        plates.plain = true;
        if goods.line.containment.is_packages() {
            packages(goods, &mut plates);
        } else {
            tank_or_bulk(goods, &mut plates);
        }
    }
    most_dangerous(&mut plates);
    plates
}

/// 5.3.1.1.2: of several divisions of class 1 the most dangerous; 1.5 with 1.2 counts as 1.1.
fn most_dangerous(plates: &mut Plates) {
    let has = |label: &str| plates.placards.iter().any(|placard| placard.label == label);
    let as_11 = has("1.5") && has("1.2");
    let rank = |label: &str| {
        ["1.1", "1.5", "1.2", "1.3", "1.6", "1.4"]
            .iter()
            .position(|known| *known == label)
    };
    let Some(worst) = plates
        .placards
        .iter()
        .filter_map(|placard| rank(&placard.label))
        .min()
    else {
        return;
    };
    let mut lines = Vec::new();
    plates.placards.retain(|placard| match rank(&placard.label) {
        Some(rank) if rank != worst => {
            lines.extend(&placard.lines);
            false
        }
        _ => true,
    });
    for placard in &mut plates.placards {
        if rank(&placard.label).is_some() {
            placard.lines.append(&mut lines);
            placard.lines.sort_unstable();
            if as_11 {
                "1.1".clone_into(&mut placard.label);
            }
        }
    }
}

/// 5.3.1.5: placards on vehicles with packages for class 1, but for 1.4S, and for class 7 only.
fn packages(goods: &Goods<'_>, plates: &mut Plates) {
    if !goods.any(|row| matches!(row.class(), "1" | "7")) {
        return;
    }
    let is_14s = |row: &Row| row.division() == "1.4" && row.compatibility_group() == Some('S');
    match goods.agreed(|row| (row.class(), row.division(), is_14s(row))) {
        Ok((_, _, true)) => {}
        Ok(("1", division, _)) => placard(plates, division, goods.at),
        Ok((_, _, _)) => placard(plates, "7", goods.at),
        Err(why) => plates.missing.push(format!("{}: {why}", place(goods))),
    }
}

/// 5.3.1.4 and 5.3.2.1.2: every label as a placard, and a plate with numbers.
fn tank_or_bulk(goods: &Goods<'_>, plates: &mut Plates) {
    let row = goods.agreed(|row| {
        (
            row.number(),
            row.hazard_identification_number(),
            row.labels().collect::<Vec<_>>(),
        )
    });
    let (number, hazard, labels) = match row {
        Ok(row) => row,
        Err(why) => return plates.missing.push(format!("{}: {why}", place(goods))),
    };
    for label in labels {
        placard(plates, label, goods.at);
    }
    let un = number
        .map(|number| format!("{:04}", number.digits()))
        .unwrap_or_default();
    if hazard.is_empty() || un.is_empty() {
        plates.missing.push(format!(
            "{}: the table gives no hazard identification number",
            place(goods)
        ));
    } else {
        match plates
            .numbered
            .iter_mut()
            .find(|plate| plate.hazard == hazard && plate.un == un)
        {
            Some(plate) => plate.lines.push(goods.at),
            None => plates.numbered.push(Numbered {
                hazard: hazard.to_owned(),
                un,
                lines: vec![goods.at],
            }),
        }
    }
    if goods.line.environmentally_hazardous {
        match plates
            .marks
            .iter_mut()
            .find(|mark| mark.mark == "environmentally_hazardous")
        {
            Some(mark) => mark.lines.push(goods.at),
            None => plates.marks.push(Mark {
                mark: "environmentally_hazardous",
                clause: "ADR 5.3.6",
                lines: vec![goods.at],
            }),
        }
    }
}

fn placard(plates: &mut Plates, label: &str, line: usize) {
    match plates.placards.iter_mut().find(|placard| placard.label == label) {
        Some(placard) => placard.lines.push(line),
        None => plates.placards.push(Placard {
            label: label.to_owned(),
            at: SIDES_AND_REAR,
            lines: vec![line],
        }),
    }
}
