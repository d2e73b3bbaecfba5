//! ADR 1.10.3: high consequence dangerous goods, for which there must be a security plan.

use serde::Serialize;

use super::super::Amount;
use super::super::goods::{Goods, place};
use super::points::Exemption;
use crate::Catalogue;
use crate::catalogue::Row;
use crate::check::stated;
use crate::identity::PackingGroup;
use crate::load::{Containment, Line, PhysicalState, Unit};

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
/// Ammonium nitrates, their fertilizers and emulsions; perchlorates are told by their name.
const NITRATES: [u16; 3] = [1942, 2067, 3375];
const INFECTIOUS_A: [u16; 3] = [2814, 2900, 3549];

/// How much of the goods makes them high consequence goods.
#[derive(PartialEq)]
enum Reach {
    Never,
    /// Any quantity however carried.
    Any(&'static str),
    /// In tanks over 3,000 litres, and where it says so in bulk over 3,000 kilograms.
    Tank {
        what: &'static str,
        bulk: bool,
    },
    /// The activity decides, which a load does not state.
    Activity,
    /// The division of explosives decides, which nobody states by name.
    Division,
}

/// The security plan for one transport unit.
pub(super) fn of(catalogue: &Catalogue, unit: &[&Goods<'_>], exemption: &Exemption) -> SecurityPlan {
    let mut plan = SecurityPlan {
        needed: None,
        reasons: Vec::new(),
        missing: Vec::new(),
    };
    for goods in unit.iter().filter(|goods| !goods.is_excepted()) {
        let not_lifted = goods.any(|row| is_one_of(row, &NOT_LIFTED));
        if *exemption == Exemption::Exempt && !not_lifted {
            continue;
        }
        plan.missing.extend(goods.contradiction());
        let state = goods.state(catalogue);
        match goods.agreed(|row| reach(row, goods.line, state)) {
            Ok(reach) => judge(goods, &reach, &mut plan),
            Err(why) => plan.missing.push(format!("{}: {why}", place(goods))),
        }
    }
    plan.needed = match (plan.reasons.is_empty(), plan.missing.is_empty()) {
        (false, _) => Some(true),
        (true, true) => Some(false),
        (true, false) => None,
    };
    plan
}

fn judge(goods: &Goods<'_>, reach: &Reach, plan: &mut SecurityPlan) {
    let limit = Amount::whole(3_000);
    match *reach {
        Reach::Never => {}
        Reach::Any(what) => plan
            .reasons
            .push(format!("{}: {what}, in any quantity", place(goods))),
        Reach::Division => plan.missing.push(format!(
            "{}: the division and compatibility group, stated by name",
            place(goods)
        )),
        Reach::Activity => plan.missing.push(format!(
            "{}: whether the activity passes the limits of 1.10.3.1.3",
            place(goods)
        )),
        Reach::Tank { what, bulk } => {
            let (unit, is_meant) = match goods.line.containment {
                Containment::Tank | Containment::PortableTank => (Unit::Litre, true),
                Containment::Bulk => (Unit::Kilogram, bulk),
                Containment::Packages => (Unit::Litre, false),
            };
            if !is_meant {
                return;
            }
            match goods.line.quantity.filter(|quantity| quantity.unit() == unit) {
                Some(quantity) if Amount::from(quantity) > limit => plan.reasons.push(format!(
                    "{}: {what}, {quantity} are more than {limit} {unit}",
                    place(goods)
                )),
                Some(_) => {}
                None => plan
                    .missing
                    .push(format!("{}: the quantity in {unit}", place(goods))),
            }
        }
    }
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
    let tank = |what| Reach::Tank { what, bulk: false };
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
        ("4", "4.2" | "4.3") if first => tank("goods of 4.2 or 4.3, packing group I"),
        ("5", "5.1") if is_one_of(row, &NITRATES) || row.name().to_lowercase().contains("perchlorate") => {
            Reach::Tank {
                what: "perchlorate or ammonium nitrate",
                bulk: true,
            }
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
