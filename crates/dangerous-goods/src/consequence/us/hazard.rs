//! Which placards goods call for, by the tables of 172.504(e) and by 172.505.

use crate::catalogue::{Row, Zone};
use crate::load::{Line, RadioactiveCategory};

/// Where a placard comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Any quantity.
    One,
    /// From 454 kg, or in bulk.
    Two,
    /// A subsidiary hazard, any quantity (172.505).
    Subsidiary,
}

/// A placard that goods call for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Called {
    pub(super) placard: &'static str,
    pub(super) label: &'static str,
    pub(super) table: Table,
    clause: &'static str,
}

impl Called {
    pub(super) const fn clause(&self, bulk: bool) -> &'static str {
        match self.table {
            Table::Two if bulk => "49 CFR 172.504(a), bulk",
            _ => self.clause,
        }
    }
}

const fn one(placard: &'static str, label: &'static str) -> Called {
    Called {
        placard,
        label,
        table: Table::One,
        clause: "49 CFR 172.504(e), table 1",
    }
}

const fn two(placard: &'static str, label: &'static str) -> Called {
    Called {
        placard,
        label,
        table: Table::Two,
        clause: "49 CFR 172.504(e), table 2",
    }
}

/// The placards of goods; none where the law asks for none. What it depends on and is missing is an error.
pub(super) fn called(row: &Row, line: &Line, bulk: bool) -> Result<Vec<Called>, String> {
    if row.is_forbidden() {
        return Err("may not be carried at all".to_owned());
    }
    let stated = line.zone.filter(|_| line.is_stated());
    let zone = row.zone().or(stated);
    let mut called: Vec<Called> = primary(row, line, zone, bulk)?.into_iter().collect();
    let inhalation = matches!(row.class(), "3" | "4" | "5" | "8") && matches!(zone, Some(Zone::A | Zone::B));
    if inhalation {
        called.push(Called {
            placard: "POISON INHALATION HAZARD",
            label: "6.1",
            table: Table::Subsidiary,
            clause: "49 CFR 172.505(a)",
        });
    }
    if row.subsidiary_hazards().any(|hazard| hazard == "4.3") {
        called.push(Called {
            placard: "DANGEROUS WHEN WET",
            label: "4.3",
            table: Table::Subsidiary,
            clause: "49 CFR 172.505(c)",
        });
    }
    Ok(called)
}

fn primary(row: &Row, line: &Line, zone: Option<Zone>, bulk: bool) -> Result<Option<Called>, String> {
    Ok(Some(match row.division() {
        "1.1" => one("EXPLOSIVES 1.1", "1.1"),
        "1.2" => one("EXPLOSIVES 1.2", "1.2"),
        "1.3" => one("EXPLOSIVES 1.3", "1.3"),
        // 172.504(f)(6): what needs no label 1.4S needs no placard.
        "1.4" if row.requires_no_label() => return Ok(None),
        "1.4" => two("EXPLOSIVES 1.4", "1.4"),
        "1.5" => two("EXPLOSIVES 1.5", "1.5"),
        "1.6" => two("EXPLOSIVES 1.6", "1.6"),
        "2.1" => two("FLAMMABLE GAS", "2.1"),
        "2.2" => two("NON-FLAMMABLE GAS", "2.2"),
        "2.3" => one("POISON GAS", "2.3"),
        "3" => two("FLAMMABLE", "3"),
        "4.1" => two("FLAMMABLE SOLID", "4.1"),
        "4.2" => two("SPONTANEOUSLY COMBUSTIBLE", "4.2"),
        "4.3" => one("DANGEROUS WHEN WET", "4.3"),
        "5.1" => two("OXIDIZER", "5.1"),
        // Type B, temperature controlled: UN3111 liquid, UN3112 solid.
        "5.2"
            if row
                .number()
                .is_some_and(|number| number.is(3111) || number.is(3112)) =>
        {
            one("ORGANIC PEROXIDE", "5.2")
        }
        "5.2" => two("ORGANIC PEROXIDE", "5.2"),
        "6.1" if matches!(zone, Some(Zone::A | Zone::B)) => one("POISON INHALATION HAZARD", "6.1"),
        "6.1" => two("POISON", "6.1"),
        "7" if row.requires_no_label() => return Ok(None),
        "7" => match line.radioactive_category.filter(|_| line.is_stated()) {
            Some(RadioactiveCategory::Yellow3) => one("RADIOACTIVE", "7"),
            Some(RadioactiveCategory::White1 | RadioactiveCategory::Yellow2) => return Ok(None),
            None => return Err("the category of the radioactive label".to_owned()),
        },
        "8" => two("CORROSIVE", "8"),
        // 172.504(f)(9) for domestic carriage; 6.2 has no placard.
        "9" | "6.2" => return Ok(None),
        // Combustible liquids in bulk packagings only (150(f) of part 173).
        "Comb liq" => {
            if bulk {
                two("COMBUSTIBLE", "3")
            } else {
                return Ok(None);
            }
        }
        "" => return Err("the class".to_owned()),
        other => return Err(format!("a placard for class {other}")),
    }))
}
