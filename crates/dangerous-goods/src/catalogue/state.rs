//! The physical state of a row, where the table of the United States makes it certain.
//!
//! The rules for corrosives ask whether they are liquid, and no column says so. The packaging section
//! does in most rows: 49 CFR 173.201 to 173.203 are for liquids, 173.211 to 173.213 for solids. The
//! name may say it too. Where the two disagree, or neither says it, the state is unknown and the
//! check asks for it.

use super::row::{Row, Zone};
use crate::load::PhysicalState::{self, Gas, Liquid, Solid};

pub(super) fn of(row: &Row) -> Option<PhysicalState> {
    if row.class() == "2" {
        return Some(Gas);
    }
    match (by_packaging(row), by_name(row.name)) {
        (Some(a), Some(b)) if a != b => None,
        // What is molten flows, though it is packed as the solid it becomes; the rules ask it of corrosives.
        (Some(Solid), None) if row.class() == "8" && says(row.name, &["molten"]) => None,
        (packaging, name) => packaging.or(name),
    }
}

fn by_packaging(row: &Row) -> Option<PhysicalState> {
    match row.packaging {
        // General, chlorosilanes, poisons by inhalation, nitric acid, hydrogen fluoride, mercury,
        // iodine pentafluoride, bromine pentafluoride or trifluoride.
        "201" | "202" | "203" | "206" | "226" | "227" | "158" | "163" | "164" | "205" | "228" => Some(Liquid),
        "211" | "212" | "213" => Some(Solid),
        // Special provisions 1 and 2 outside class 2 refer to 173.133, which is about liquids.
        _ if matches!(row.zone, Some(Zone::A | Zone::B)) => Some(Liquid),
        _ => None,
    }
}

/// The state the name gives, when it gives one and no second.
fn by_name(name: &str) -> Option<PhysicalState> {
    let liquid = says(name, &["liquid", "liquids", "solution", "solutions"]);
    let solid = says(name, &["solid", "solids", "powder"]);
    match (liquid, solid) {
        (true, false) => Some(Liquid),
        (false, true) => Some(Solid),
        _ => None,
    }
}

/// Whether the name has one of these words.
fn says(name: &str, wanted: &[&str]) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| wanted.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
}
