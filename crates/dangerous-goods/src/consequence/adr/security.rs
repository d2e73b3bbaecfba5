//! ADR 1.10.3: high consequence dangerous goods, for which there must be a security plan.
//!
//! Table 1.10.3.1.2 gives a quantity for a whole row of it, so what a transport unit carries of the goods of one row is
//! added up: two tanks of different flammable liquids count together. Of radioactive material the activity decides
//! (1.10.3.1.3): a line may state it, but what it comes to in A2 no data here tells.

use serde::Serialize;

use super::super::Amount;
use super::super::goods::{Goods, place};
use super::points::Exemption;
use crate::Catalogue;
use crate::catalogue::Row;
use crate::check::stated;
use crate::identity::PackingGroup;
use crate::load::{Containment, EntryKind, Line, PhysicalState, Unit};

/// Whether the carriage needs a security plan (1.10.3.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecurityPlan {
    /// Whether high consequence dangerous goods are on board; none while something is missing.
    pub needed: Option<bool>,
    /// Which goods and why, one sentence each.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<String>,
}

/// Explosives of division 1.4 in table 1.10.3.1.2.
const DIVISION_14: [u16; 15] = [
    104, 237, 255, 267, 289, 361, 365, 366, 440, 441, 455, 456, 500, 512, 513,
];
/// Goods whose security 1.1.3.6 does not lift (1.10.4).
const NOT_LIFTED: [u16; 25] = [
    29, 30, 59, 65, 73, 104, 237, 255, 267, 288, 289, 290, 360, 361, 364, 365, 366, 439, 440, 441, 455, 456,
    500, 512, 513,
];
/// Excepted packages of class 7 whose security 1.1.3.6 lifts up to an activity only (1.10.4).
const NOT_LIFTED_BY_ACTIVITY: [u16; 2] = [2910, 2911];
/// Ammonium nitrates, their fertilizers, solutions and emulsions; perchlorates are told by their name.
const NITRATES: [u16; 4] = [1942, 2067, 2426, 3375];
const INFECTIOUS_A: [u16; 3] = [2814, 2900, 3549];

/// What a tank or a load in bulk may hold of one row of the table, in litres or kilograms.
const MOST: Amount = Amount::whole(3_000);

/// A row of table 1.10.3.1.2 that is about tanks, and where it says so about bulk; never about packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    what: &'static str,
    bulk: bool,
}

impl Entry {
    const fn tanks(what: &'static str) -> Self {
        Self { what, bulk: false }
    }

    /// The unit of its quantity for goods so contained; none where the row is not about them.
    const fn unit(self, containment: Containment) -> Option<Unit> {
        match containment {
            Containment::Tank | Containment::PortableTank => Some(Unit::Litre),
            Containment::Bulk if self.bulk => Some(Unit::Kilogram),
            Containment::Bulk | Containment::Packages => None,
        }
    }
}

/// How much of the goods makes them high consequence goods.
#[derive(PartialEq)]
enum Reach {
    Never,
    /// Any quantity however carried.
    Any(&'static str),
    /// More than [`MOST`] of everything that is of this row of the table.
    Above(Entry),
    /// The activity decides, which a load states in becquerels at most.
    Activity,
    /// The division of explosives decides, which nobody states by name.
    Division,
}

/// The goods of one row of the table on one transport unit, in tanks or in bulk.
struct Sum<'a> {
    entry: Entry,
    unit: Unit,
    goods: Vec<&'a Goods<'a>>,
}

/// The security plan for one transport unit.
pub(super) fn of(catalogue: &Catalogue, unit: &[&Goods<'_>], exemption: &Exemption) -> SecurityPlan {
    let mut plan = SecurityPlan {
        needed: None,
        reasons: Vec::new(),
        missing: Vec::new(),
    };
    let mut sums: Vec<Sum<'_>> = Vec::new();
    for goods in unit.iter().filter(|goods| !goods.is_excepted()) {
        let not_lifted =
            goods.any(|row| is_one_of(row, &NOT_LIFTED) || is_one_of(row, &NOT_LIFTED_BY_ACTIVITY));
        if *exemption == Exemption::Exempt && !not_lifted {
            continue;
        }
        plan.missing.extend(goods.contradiction());
        let state = goods.state(catalogue);
        match goods.agreed(|row| reach(row, goods.line, state)) {
            Ok(Reach::Above(entry)) => add(goods, entry, &mut sums),
            Ok(reach) => judge(goods, &reach, &mut plan),
            Err(why) => plan.missing.push(format!("{}: {why}", place(goods))),
        }
    }
    for sum in &sums {
        weigh(sum, &mut plan);
    }
    plan.needed = match (plan.reasons.is_empty(), plan.missing.is_empty()) {
        (false, _) => Some(true),
        (true, true) => Some(false),
        (true, false) => None,
    };
    plan
}

fn judge(goods: &Goods<'_>, reach: &Reach, plan: &mut SecurityPlan) {
    match *reach {
        Reach::Never | Reach::Above(_) => {}
        Reach::Any(what) => plan
            .reasons
            .push(format!("{}: {what}, in any quantity", place(goods))),
        Reach::Division => plan.missing.push(format!(
            "{}: the division and compatibility group, stated by name",
            place(goods)
        )),
        Reach::Activity => plan.missing.push(activity(goods)),
    }
}

/// What the answer on radioactive material waits for: the activity, and where it is stated what it comes to in A2.
fn activity(goods: &Goods<'_>) -> String {
    const THRESHOLD: &str = "3000 A2, or the figure of the table of 1.10.3.1.3 for some radionuclides";
    let line = goods.line;
    let stated = line.entries.get(EntryKind::Activity).filter(|_| line.is_stated());
    let says = match stated {
        Some(stated) => {
            format!("whether {stated} in a package are {THRESHOLD}: values of A2 are not part of the data")
        }
        None => format!(
            "the activity of a package is not known, state it: it is high consequence material from {THRESHOLD}"
        ),
    };
    let lifted = if goods.any(|row| is_one_of(row, &NOT_LIFTED_BY_ACTIVITY)) {
        "; up to the A2 value 1.1.3.6 lifts this (1.10.4)"
    } else {
        ""
    };
    format!("{}: {says}{lifted}", place(goods))
}

/// Puts goods with the others of their row of the table. What is empty adds nothing.
fn add<'a>(goods: &'a Goods<'a>, entry: Entry, sums: &mut Vec<Sum<'a>>) {
    let Some(unit) = entry.unit(goods.line.containment) else {
        return;
    };
    if goods.line.empty_uncleaned {
        return;
    }
    match sums.iter_mut().find(|sum| (sum.entry, sum.unit) == (entry, unit)) {
        Some(sum) => sum.goods.push(goods),
        None => sums.push(Sum {
            entry,
            unit,
            goods: vec![goods],
        }),
    }
}

/// Whether the goods of one row are too much together; while a quantity is missing, whether what is known is.
fn weigh(sum: &Sum<'_>, plan: &mut SecurityPlan) {
    let unit = sum.unit;
    let stated = |goods: &Goods<'_>| goods.line.quantity.filter(|quantity| quantity.unit() == unit);
    let known: Amount = sum
        .goods
        .iter()
        .filter_map(|goods| stated(goods))
        .map(Amount::from)
        .sum();
    if known > MOST {
        let places: Vec<String> = sum.goods.iter().map(|goods| place(goods)).collect();
        let together = if places.len() > 1 { "together " } else { "" };
        plan.reasons.push(format!(
            "{}: {}, {together}{known} {unit} are more than {MOST} {unit}",
            places.join(" and "),
            sum.entry.what
        ));
        return;
    }
    let unknown = sum.goods.iter().filter(|goods| stated(goods).is_none());
    plan.missing
        .extend(unknown.map(|goods| format!("{}: the quantity in {unit}", place(goods))));
}

fn is_one_of(row: &Row, numbers: &[u16]) -> bool {
    row.number()
        .is_some_and(|number| number.is_un() && numbers.contains(&number.digits()))
}

/// Table 1.10.3.1.2.
fn reach(row: &Row, line: &Line, state: Option<PhysicalState>) -> Reach {
    let (division, group) = stated::division(row, line);
    let first = row.packing_group() == Some(PackingGroup::I);
    let code = row.classification_code();
    let gas = code.trim_start_matches(|c: char| c.is_ascii_digit());
    let tank = |what| Reach::Above(Entry::tanks(what));
    match (row.class(), division) {
        ("1" | "", "") => Reach::Division,
        ("1" | "", "1.1" | "1.2" | "1.5" | "1.6") => Reach::Any("explosive of division 1.1, 1.2, 1.5 or 1.6"),
        ("1" | "", "1.3") if group == Some('C') => Reach::Any("explosive of 1.3C"),
        ("1", "1.4") if is_one_of(row, &DIVISION_14) => Reach::Any("listed explosive of division 1.4"),
        ("2", _) if gas.starts_with('T') && !code.starts_with('5') => Reach::Any("toxic gas"),
        ("2", _) if matches!(gas, "F" | "FC") && !code.starts_with('5') => tank("flammable gas"),
        ("3", _) if code.starts_with('D') => Reach::Any("desensitized explosive"),
        ("3", _) if matches!(row.packing_group(), Some(PackingGroup::I | PackingGroup::II)) => {
            tank("flammable liquid of packing group I or II")
        }
        ("4", "4.1") if code.starts_with('D') => Reach::Any("desensitized explosive"),
        ("4", "4.2") if first => tank("goods of 4.2, packing group I"),
        ("4", "4.3") if first => tank("goods of 4.3, packing group I"),
        ("5", "5.1") if is_one_of(row, &NITRATES) || row.name().to_lowercase().contains("perchlorate") => {
            Reach::Above(Entry {
                what: "perchlorate or ammonium nitrate",
                bulk: true,
            })
        }
        ("5", "5.1") if first && state != Some(PhysicalState::Solid) => {
            tank("oxidizing liquid of packing group I")
        }
        ("6", "6.1") if first => Reach::Any("toxic goods of packing group I"),
        ("6", "6.2") if is_one_of(row, &INFECTIOUS_A) => Reach::Any("infectious substance of category A"),
        ("7", _) => Reach::Activity,
        ("8", _) if first => tank("corrosive of packing group I"),
        _ => Reach::Never,
    }
}
