//! From the rows, the number and the guide of goods to their hazards.

use std::collections::BTreeSet;

use super::gas::Gas;
use super::guide::Guide;
use super::hazard::Hazard;
use super::tables::Tables;
use crate::catalogue::{Catalogue, Row};
use crate::identity::{Regime, UnNumber};
use crate::load::{Goods, Line};

/// Lithium and sodium-ion batteries, alone, in equipment, in transport units, and vehicles with them.
const BATTERIES: [u16; 12] = [
    3090, 3091, 3171, 3480, 3481, 3536, 3551, 3552, 3556, 3557, 3558, 3559,
];
const AMMONIUM_NITRATE: [u16; 6] = [222, 1942, 2067, 2071, 2426, 3375];
/// Hydrogen fluoride, its solutions and mixtures, and the hydrogen difluorides.
const FLUORIDES: [u16; 8] = [1052, 1727, 1740, 1786, 1790, 1811, 2439, 2817];
const WHITE_PHOSPHORUS: [u16; 2] = [1381, 2447];
const ASBESTOS: [u16; 2] = [2212, 2590];
const DRY_ICE: u16 = 1845;
const ENVIRONMENT: [u16; 2] = [3077, 3082];
const POLYMERIZING: std::ops::RangeInclusive<u16> = 3531..=3534;
/// Numbers below belong to class 1.
const FIRST_AFTER_EXPLOSIVES: u16 = 1000;

/// Every hazard of the goods; [`Hazard::Unknown`] where nothing tells any.
pub(super) fn hazards(
    catalogue: &Catalogue,
    line: &Line,
    rows: &[&Row],
    guides: &[Guide],
    tables: &Tables,
) -> BTreeSet<Hazard> {
    let mut found = BTreeSet::new();
    for row in rows {
        of_row(row, &mut found);
    }
    for label in &line.labels {
        of_label(label, &mut found);
    }
    // What the labels leave open.
    if rows
        .iter()
        .any(|row| !row.are_labels_known() && row.class().is_empty())
    {
        found.insert(Hazard::Unknown);
    }
    if line.zone.is_some() || rows.iter().any(|row| row.zone().is_some()) {
        found.insert(Hazard::Inhalation);
    }
    if line.environmentally_hazardous {
        found.insert(Hazard::Environment);
    }
    for guide in guides {
        of_guide(*guide, &mut found);
    }
    for number in numbers(line, rows) {
        of_number(catalogue, number, tables, &mut found);
    }
    if found.len() > 1 {
        found.remove(&Hazard::Other);
    }
    if found.is_empty() {
        found.insert(if rows.iter().any(|row| !row.class().is_empty()) {
            Hazard::Other
        } else {
            Hazard::Unknown
        });
    }
    found
}

/// The number that was typed and those of the rows, each once.
pub(super) fn numbers(line: &Line, rows: &[&Row]) -> BTreeSet<UnNumber> {
    let typed = match &line.goods {
        Goods::Number(number) => Some(*number),
        Goods::Name(_) => None,
    };
    rows.iter().filter_map(|row| row.number()).chain(typed).collect()
}

/// Whether the goods themselves, and not only what they give off with water, are toxic by inhalation.
pub(super) fn is_toxic_itself(catalogue: &Catalogue, digits: u16) -> bool {
    let in_zone = |row: &Row| {
        row.zone().is_some() || row.division() == "2.3" || row.labels().any(|label| label == "2.3")
    };
    UnNumber::un(digits).is_some_and(|number| {
        Regime::ALL
            .into_iter()
            .any(|regime| catalogue.rows(number, regime).into_iter().any(in_zone))
    })
}

fn of_row(row: &Row, found: &mut BTreeSet<Hazard>) {
    of_label(row.division(), found);
    for label in row.labels() {
        // ADR prints `1` for the first three divisions; the class tells which.
        let division = if label == "1" && row.class() == "1" {
            row.division()
        } else {
            label
        };
        of_label(division, found);
    }
    if row.class() == "2" {
        found.insert(Hazard::PressurizedGas);
        let code = row.classification_code();
        for (letter, label) in [('F', "2.1"), ('T', "2.3"), ('O', "5.1"), ('C', "8")] {
            if code.contains(letter) {
                of_label(label, found);
            }
        }
        if code.starts_with('3') {
            found.insert(Hazard::Refrigerated);
        }
    }
    let name = row.name().to_ascii_lowercase();
    if name.contains("refrigerated liquid") {
        found.insert(Hazard::Refrigerated);
    }
    if name.contains("molten") || name.contains("elevated temperature") {
        found.insert(Hazard::Hot);
    }
    if name.contains("self-reactive") {
        found.insert(Hazard::SelfReactive);
    }
    if name.contains("desensitized") {
        found.insert(Hazard::Desensitized);
    }
}

fn of_label(label: &str, found: &mut BTreeSet<Hazard>) {
    found.insert(match label {
        "Comb liq" => Hazard::FlammableLiquid,
        _ if label.starts_with("1.4") || label.starts_with("1.6") => Hazard::MinorExplosive,
        _ if label == "1" || label.starts_with("1.") => Hazard::Explosive,
        "2.1" => Hazard::FlammableGas,
        "2.2" => Hazard::PressurizedGas,
        "2.3" => Hazard::Inhalation,
        "3" => Hazard::FlammableLiquid,
        "4.1" => Hazard::FlammableSolid,
        "4.2" => Hazard::SpontaneouslyCombustible,
        "4.3" => Hazard::WaterReactive,
        "5.1" => Hazard::Oxidizer,
        "5.2" => Hazard::OrganicPeroxide,
        "6.1" => Hazard::Toxic,
        "6.2" => Hazard::Infectious,
        "7" | "7X" => Hazard::Radioactive,
        "8" => Hazard::Corrosive,
        "9A" => Hazard::Battery,
        "9" => Hazard::Other,
        _ => return,
    });
}

fn of_guide(guide: Guide, found: &mut BTreeSet<Hazard>) {
    if guide.polymerizes {
        found.insert(Hazard::Polymerizing);
    }
    match guide.number {
        112 => found.insert(Hazard::Explosive),
        114 => found.insert(Hazard::MinorExplosive),
        113 => found.insert(Hazard::Desensitized),
        149 | 150 => found.insert(Hazard::SelfReactive),
        // Acids, halides and metals that react with water whatever their labels.
        137 | 138 | 139 | 144 | 155 | 156 | 157 | 166 | 170 => found.insert(Hazard::WaterReactive),
        _ => false,
    };
}

fn of_number(catalogue: &Catalogue, number: UnNumber, tables: &Tables, found: &mut BTreeSet<Hazard>) {
    let digits = number.digits();
    let warns_of_water = |row: &Row| row.hazard_identification_number().starts_with('X');
    if catalogue
        .rows(number, Regime::Adr)
        .into_iter()
        .any(warns_of_water)
    {
        found.insert(Hazard::WaterReactive);
    }
    let gases = tables.gases.get(&digits);
    if gases.is_some() {
        found.insert(Hazard::WaterToxicGas);
        found.insert(Hazard::WaterReactive);
    }
    if tables.inhalation.contains_key(&digits) && (gases.is_none() || is_toxic_itself(catalogue, digits)) {
        found.insert(Hazard::Inhalation);
    }
    if FLUORIDES.contains(&digits) || gases.is_some_and(|gases| gases.contains(&Gas::HydrogenFluoride)) {
        found.insert(Hazard::Fluoride);
    }
    if POLYMERIZING.contains(&digits) {
        found.insert(Hazard::Polymerizing);
    }
    // No division is known of a number of class 1 without a row that tells it.
    let explodes = found.contains(&Hazard::Explosive) || found.contains(&Hazard::MinorExplosive);
    if digits < FIRST_AFTER_EXPLOSIVES && !explodes {
        found.insert(Hazard::Explosive);
    }
    for (numbers, hazard) in [
        (BATTERIES.as_slice(), Hazard::Battery),
        (&AMMONIUM_NITRATE, Hazard::AmmoniumNitrate),
        (&WHITE_PHOSPHORUS, Hazard::WhitePhosphorus),
        (&ASBESTOS, Hazard::Asbestos),
        (&ENVIRONMENT, Hazard::Environment),
        (&[DRY_ICE], Hazard::DryIce),
    ] {
        if numbers.contains(&digits) {
            found.insert(hazard);
        }
    }
}
