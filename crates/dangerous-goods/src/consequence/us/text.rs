//! Placards as text for a terminal.

use std::fmt::{self, Write as _};

use super::{Placard, Placarding, VehiclePlacards};

/// Renders the placards of a load; lines are numbered from one.
#[must_use]
pub fn text(placarding: &Placarding) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(
        out,
        "{}, data {}",
        placarding.edition,
        placarding.edition_hash.get(..12).unwrap_or_default()
    );
    for vehicle in &placarding.vehicles {
        let _ = write_vehicle(&mut out, vehicle, placarding.vehicles.len() > 1);
    }
    let _ = writeln!(out, "load {}", placarding.load_hash);
    out
}

fn write_vehicle(out: &mut String, vehicle: &VehiclePlacards, named: bool) -> fmt::Result {
    if named {
        writeln!(out, "\nvehicle {}", vehicle.vehicle)?;
    }
    writeln!(out, "\nPlacards (172.504), each side and each end")?;
    if vehicle.placards.is_empty() {
        let certain = if vehicle.missing.is_empty() {
            "none"
        } else {
            "none for certain"
        };
        writeln!(out, "  {certain}")?;
    }
    for placard in &vehicle.placards {
        write_placard(out, "", placard)?;
    }
    if vehicle.dangerous {
        writeln!(out, "  one DANGEROUS may stand for those marked (*) (172.504(b))")?;
    }
    for placard in &vehicle.possible {
        write_placard(out, "unless shown otherwise: ", placard)?;
    }
    writeln!(
        out,
        "  Table 2 goods in packages: {} kg gross",
        vehicle.table_2_mass
    )?;
    for number in &vehicle.identification_numbers {
        writeln!(out, "  identification number {number} (172.332)")?;
    }
    for left_out in &vehicle.left_out {
        writeln!(out, "  not {left_out}")?;
    }
    for missing in &vehicle.missing {
        writeln!(out, "  missing: {missing}")?;
    }
    Ok(())
}

fn write_placard(out: &mut String, before: &str, placard: &Placard) -> fmt::Result {
    let lines: Vec<String> = placard.lines.iter().map(|line| (line + 1).to_string()).collect();
    let mark = if placard.may_be_dangerous { " (*)" } else { "" };
    writeln!(
        out,
        "  {before}{}{mark}, line {} ({})",
        placard.placard,
        lines.join(", "),
        placard.clause
    )
}
