//! Which placards goods call for, by the tables of 172.504(e) and by 172.505.

use crate::catalogue::Row;
use crate::check::stated::{self, KnownZone};
use crate::load::{Line, RadioactiveCategory};

/// Where a placard comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Any quantity.
    One,
    /// From 454 kg, or in bulk.
    Two,
    /// Of table 2, but of goods that 172.505 is about: any quantity (172.504(c)).
    TwoAlways,
    /// A subsidiary hazard, any quantity (172.505).
    Subsidiary,
    /// From 454 kg of these goods alone (172.505(b)).
    Uranium,
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

/// The placards that goods call for; none where the law asks for none.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Calls {
    pub(super) certain: Vec<Called>,
    /// What they call for unless what is missing shows otherwise.
    pub(super) possible: Vec<Called>,
    /// Completes "line 3: …".
    pub(super) missing: Option<String>,
}

/// Of class 3, 4, 5, 7, 8 and 9, whose own placard does not tell it.
const INHALATION: Called = Called {
    placard: "POISON INHALATION HAZARD",
    label: "6.1",
    table: Table::Subsidiary,
    clause: "49 CFR 172.505(a)",
};
const WET: Called = Called {
    placard: "DANGEROUS WHEN WET",
    label: "4.3",
    table: Table::Subsidiary,
    clause: "49 CFR 172.505(c)",
};
const URANIUM: Called = Called {
    placard: "CORROSIVE",
    label: "8",
    table: Table::Uranium,
    clause: "49 CFR 172.505(b)",
};

/// The placards of goods. Where nothing can be said without what is missing, that is an error.
pub(super) fn called(row: &Row, line: &Line, bulk: bool) -> Result<Calls, String> {
    if row.is_forbidden() {
        return Err("may not be carried at all".to_owned());
    }
    let mut calls = Calls::default();
    match row.class() {
        "7" => radioactive(row, line, &mut calls),
        _ => calls.certain.extend(primary(row, line, bulk)?),
    }
    let is_poison = row.division() == "6.1";
    match stated::zone(row, line) {
        KnownZone::Is(_) if !is_poison && row.class() != "2" => calls.certain.push(INHALATION),
        KnownZone::Unvouched if row.class() != "2" => {
            calls
                .possible
                .push(if is_poison { POISON_INHALATION } else { INHALATION });
            calls.missing = Some("the name of who states the zone of poison by inhalation".to_owned());
        }
        _ => {}
    }
    if row.subsidiary_hazards().any(|hazard| hazard == "4.3") {
        calls.certain.push(WET);
    }
    if is(row, &[2977, 2978]) {
        calls.certain.push(URANIUM);
    }
    if calls
        .certain
        .iter()
        .any(|called| called.table == Table::Subsidiary)
    {
        let primary = calls
            .certain
            .iter_mut()
            .filter(|called| called.table == Table::Two);
        for called in primary {
            called.table = Table::TwoAlways;
            called.clause = "49 CFR 172.504(c), with 172.505";
        }
    }
    Ok(calls)
}

const POISON_INHALATION: Called = one("POISON INHALATION HAZARD", "6.1");

fn is(row: &Row, numbers: &[u16]) -> bool {
    row.number()
        .is_some_and(|number| number.is_un() && numbers.contains(&number.digits()))
}

/// Yellow-III; of low specific activity and surface contaminated objects also what travels under exclusive use
/// (172.504(e), note 1 to table 1).
fn radioactive(row: &Row, line: &Line, calls: &mut Calls) {
    const EXCLUSIVE: [u16; 4] = [2912, 2913, 3321, 3322];
    let placard = one("RADIOACTIVE", "7");
    if row.requires_no_label() {
        return;
    }
    let missing = match stated::category(line) {
        Some(RadioactiveCategory::Yellow3) => return calls.certain.push(placard),
        Some(_) if is(row, &EXCLUSIVE) => "whether the shipment is under exclusive use (173.427)",
        Some(_) => return,
        None => "the category of the radioactive label",
    };
    calls.possible.push(placard);
    calls.missing = Some(missing.to_owned());
}

fn primary(row: &Row, line: &Line, bulk: bool) -> Result<Option<Called>, String> {
    let (division, _) = stated::division(row, line);
    Ok(Some(match division {
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
        "5.2" if is(row, &[3111, 3112]) => one("ORGANIC PEROXIDE", "5.2"),
        "5.2" => two("ORGANIC PEROXIDE", "5.2"),
        "6.1" if matches!(stated::zone(row, line), KnownZone::Is(_)) => POISON_INHALATION,
        "6.1" => two("POISON", "6.1"),
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
        "" => return Err("the division and compatibility group of the explosive, stated by name".to_owned()),
        other => return Err(format!("a placard for class {other}")),
    }))
}
