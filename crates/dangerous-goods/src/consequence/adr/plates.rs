//! ADR 5.3: orange plates, placards and marks on the vehicle.

use serde::Serialize;

use super::super::goods::{Goods, place};
use super::points::Exemption;
use crate::catalogue::Row;
use crate::check::stated;
use crate::load::{Containment, Line};

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
    /// Where: on vehicles both sides and rear (5.3.1.4, 5.3.1.5), on containers, tank-containers and portable
    /// tanks both sides and each end (5.3.1.2).
    pub at: &'static str,
    /// The lines, from zero.
    pub lines: Vec<usize>,
}

/// A mark beside plates and placards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// `environmentally_hazardous` (5.3.6), `elevated_temperature` (5.3.3) or `limited_quantities` (3.4.13).
    pub mark: &'static str,
    /// The clause.
    pub clause: &'static str,
    /// The lines, from zero.
    pub lines: Vec<usize>,
}

const SIDES_AND_REAR: &str = "both sides and rear";
const SIDES_AND_ENDS: &str = "both sides and each end of the container";

/// The plates of one transport unit. `limited_marked` is whether it bears the mark of limited quantities.
pub(super) fn of(unit: &[&Goods<'_>], exemption: &Exemption, limited_marked: Option<bool>) -> Plates {
    let mut plates = Plates::default();
    super::marks::limited_quantities(unit, limited_marked, &mut plates);
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

/// 5.3.1.5: vehicles with packages bear placards for class 1, but for 1.4S, and for class 7 only. A container with
/// packages bears one of every label (5.3.1.2).
fn packages(goods: &Goods<'_>, plates: &mut Plates) {
    let container = goods.line.closed_container;
    if !container && !goods.any(|row| matches!(row.class(), "1" | "7" | "")) {
        return;
    }
    let mut labels = match labels(goods) {
        Ok(labels) => labels,
        Err(why) => return plates.missing.push(why),
    };
    if !container {
        labels.truncate(1);
    }
    let at = if container { SIDES_AND_ENDS } else { SIDES_AND_REAR };
    placards(goods, &labels, at, plates);
}

/// 5.3.1.2, 5.3.1.4 and 5.3.2.1.2: every label as a placard, and a plate with numbers.
fn tank_or_bulk(goods: &Goods<'_>, plates: &mut Plates) {
    let container = goods.line.closed_container || goods.line.containment == Containment::PortableTank;
    let at = if container { SIDES_AND_ENDS } else { SIDES_AND_REAR };
    match labels(goods) {
        Ok(labels) => placards(goods, &labels, at, plates),
        Err(why) => plates.missing.push(why),
    }
    match goods.agreed(|row| (row.number(), row.hazard_identification_number())) {
        Ok((Some(number), hazard)) if !hazard.is_empty() => {
            numbered(plates, hazard, &format!("{:04}", number.digits()), goods.at);
        }
        Ok(_) => plates.missing.push(format!(
            "{}: the table gives no hazard identification number",
            place(goods)
        )),
        // Said of the labels already.
        Err(why) if goods.agreed(|row| row.labels().count()).is_ok() => {
            plates.missing.push(format!("{}: {why}", place(goods)));
        }
        Err(_) => {}
    }
    super::marks::elevated_temperature(goods, plates);
}

fn numbered(plates: &mut Plates, hazard: &str, un: &str, line: usize) {
    let same = |plate: &&mut Numbered| plate.hazard == hazard && plate.un == un;
    match plates.numbered.iter_mut().find(same) {
        Some(plate) => plate.lines.push(line),
        None => plates.numbered.push(Numbered {
            hazard: hazard.to_owned(),
            un: un.to_owned(),
            lines: vec![line],
        }),
    }
}

/// The labels that placards enlarge, or what is missing, in one sentence.
fn labels(goods: &Goods<'_>) -> Result<Vec<String>, String> {
    let labels = goods.agreed(|row| of_row(row, goods.line));
    let labels = labels.and_then(|labels| labels.map_err(str::to_owned));
    labels.map_err(|why| format!("{}: {why}", place(goods)))
}

/// Of explosives the division stands for the first label, none for 1.4S (5.3.1.1.2).
fn of_row(row: &Row, line: &Line) -> Result<Vec<String>, &'static str> {
    let (division, group) = stated::division(row, line);
    if division.is_empty() {
        return Err("the division and compatibility group of the explosive, stated by name");
    }
    // Excepted packages of class 7 bear no label, for which the table leaves the column blank (5.3.1.1.1).
    let is_excepted = division == "7" && !row.are_labels_known();
    if is_excepted || row.requires_no_label() || (division, group) == ("1.4", Some('S')) {
        return Ok(Vec::new());
    }
    let mut labels: Vec<String> = match stated::labels(row, line) {
        _ if row.are_labels_known() => row.labels().map(str::to_owned).collect(),
        Some(labels) => labels.to_vec(),
        None if row.division().is_empty() => line.labels.clone(),
        None => return Err("the labels, stated by name"),
    };
    if let (Some(first), true) = (labels.first_mut(), division.starts_with("1.")) {
        division.clone_into(first);
    }
    Ok(labels)
}

/// The placards of one line, and the mark that goes with them.
fn placards(goods: &Goods<'_>, labels: &[String], at: &'static str, plates: &mut Plates) {
    for label in labels {
        placard(plates, label, at, goods.at);
    }
    if !labels.is_empty() {
        super::marks::environmentally_hazardous(goods, plates);
    }
}

fn placard(plates: &mut Plates, label: &str, at: &'static str, line: usize) {
    let same = |placard: &&mut Placard| placard.label == label && placard.at == at;
    match plates.placards.iter_mut().find(same) {
        Some(placard) => placard.lines.push(line),
        None => plates.placards.push(Placard {
            label: label.to_owned(),
            at,
            lines: vec![line],
        }),
    }
}
