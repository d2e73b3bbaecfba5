//! What 49 CFR asks of the outside of a vehicle: placards (172.504, 172.505) and identification numbers (172.301, 172.302,
//! 172.313).
//!
//! `hazard` finds the placards that goods call for, `numbers` the identification numbers, this module which
//! placards a vehicle must show.

mod hazard;
mod numbers;
mod text;

use serde::Serialize;

pub use text::text;

use self::hazard::{Called, Table};
use super::Amount;
use super::goods::{Goods, place};
use crate::catalogue::Catalogue;
use crate::identity::Regime;
use crate::load::{Load, LoadHash};

/// Table 2 goods in non-bulk packagings below this gross mass need no placard (172.504(c)), in kilograms.
pub const TABLE_2_THRESHOLD: Amount = Amount::whole(454);
/// A category of this gross mass loaded at one facility needs its own placard (172.504(b)), in kilograms.
pub const ONE_FACILITY: Amount = Amount::whole(1_000);

/// The placards of a load, a transport vehicle at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Placarding {
    /// The edition of the law.
    pub edition: String,
    /// SHA-256 of the data set.
    pub edition_hash: String,
    /// The hash of the load.
    pub load_hash: LoadHash,
    /// Every vehicle.
    pub vehicles: Vec<VehiclePlacards>,
}

/// The placards of one vehicle, on each side and each end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct VehiclePlacards {
    /// The number of the vehicle.
    pub vehicle: u8,
    /// The placards it must show.
    pub placards: Vec<Placard>,
    /// Placards it must show unless what is missing shows that it need not.
    pub possible: Vec<Placard>,
    /// Whether one DANGEROUS placard may stand for those of `placards` that are marked so.
    pub dangerous: bool,
    /// The aggregate gross mass of Table 2 goods in non-bulk packagings, as far as known, in kilograms.
    pub table_2_mass: Amount,
    /// Identification numbers to display: of bulk packagings (172.302), of large quantities in packages
    /// (172.301(a)(3), 172.313(c)).
    pub identification_numbers: Vec<String>,
    /// Placards that the law leaves out here, with the reason.
    pub left_out: Vec<String>,
    /// What is missing, one sentence each.
    pub missing: Vec<String>,
}

/// One placard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Placard {
    /// What the placard says, such as `FLAMMABLE`.
    pub placard: &'static str,
    /// The label model it enlarges, for drawing.
    pub label: &'static str,
    /// The clause.
    pub clause: &'static str,
    /// The lines, from zero.
    pub lines: Vec<usize>,
    /// Whether DANGEROUS may stand in its place.
    pub may_be_dangerous: bool,
}

/// The placards of a load.
///
/// ```
/// use dangerous_goods::consequence::us;
/// use dangerous_goods::{Catalogue, Load};
/// let load: Load = serde_json::from_str(
///     r#"{"lines": [{"goods": "UN1203", "gross_mass": {"value": "454", "unit": "kg"}}]}"#,
/// )?;
/// let vehicle = &us::of(Catalogue::embedded(), &load).vehicles[0];
/// assert_eq!(vehicle.placards[0].placard, "FLAMMABLE");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn of(catalogue: &Catalogue, load: &Load) -> Placarding {
    let edition = catalogue.edition(Regime::Us);
    let goods = Goods::all(catalogue, Regime::Us, load);
    let vehicles = load.vehicles().into_iter().map(|(vehicle, lines)| {
        let on_board: Vec<&Goods<'_>> = lines.iter().filter_map(|line| goods.get(*line)).collect();
        of_vehicle(vehicle, &on_board)
    });
    Placarding {
        edition: edition.edition.to_owned(),
        edition_hash: edition.hash.clone(),
        load_hash: load.hash(),
        vehicles: vehicles.collect(),
    }
}

/// A placard that the goods of one or several lines call for.
struct Category {
    called: Called,
    lines: Vec<usize>,
    bulk: bool,
    /// The known gross mass in non-bulk packagings, and whether all of it is known.
    mass: Amount,
    mass_known: bool,
}

impl Category {
    /// Whether it is called for from a certain mass only.
    fn is_weighed(&self) -> bool {
        match self.called.table {
            Table::Two => !self.bulk,
            Table::Uranium => true,
            Table::One | Table::TwoAlways | Table::Subsidiary => false,
        }
    }
}

fn of_vehicle(vehicle: u8, goods: &[&Goods<'_>]) -> VehiclePlacards {
    let mut answer = VehiclePlacards {
        vehicle,
        ..VehiclePlacards::default()
    };
    let mut categories: Vec<Category> = Vec::new();
    let mut table_2_known = true;
    let mut masses = Vec::new();
    for goods in goods {
        // Limited and excepted quantities bear their own mark (172.500(b)(3), 173.4a).
        if goods.is_excepted() {
            continue;
        }
        answer.missing.extend(goods.contradiction());
        let bulk = !goods.line.containment.is_packages();
        let calls = match goods.agreed(|row| hazard::called(row, goods.line, bulk)) {
            Ok(Ok(calls)) => calls,
            Ok(Err(why)) | Err(why) => {
                answer.missing.push(format!("{}: {why}", place(goods)));
                continue;
            }
        };
        let mass = goods.line.gross_mass.map(Amount::from);
        let of_table_2 = |called: &Called| matches!(called.table, Table::Two | Table::TwoAlways);
        if !bulk && calls.certain.iter().any(of_table_2) {
            answer.table_2_mass = answer.table_2_mass + mass.unwrap_or_default();
            table_2_known &= mass.is_some();
        }
        let weighed = |called: &Called| called.table == Table::Uranium || (of_table_2(called) && !bulk);
        if mass.is_none() && calls.certain.iter().any(weighed) {
            masses.push(format!("{}: the gross mass", place(goods)));
        }
        for called in calls.certain {
            add(&mut categories, called, goods.at, bulk, mass);
        }
        for called in calls.possible {
            show(&mut answer.possible, placard(called, vec![goods.at], bulk, false));
        }
        let missing = calls.missing.map(|what| format!("{}: {what}", place(goods)));
        answer.missing.extend(missing);
    }
    if categories.iter().any(Category::is_weighed) {
        answer.missing.append(&mut masses);
    }
    leave_out(&mut categories, &mut answer);
    decide(categories, table_2_known, &mut answer);
    numbers::show(goods, &mut answer);
    answer
}

fn add(categories: &mut Vec<Category>, called: Called, line: usize, bulk: bool, mass: Option<Amount>) {
    let same = |known: &&mut Category| {
        (known.called.placard, known.called.table, known.bulk) == (called.placard, called.table, bulk)
    };
    let category = match categories.iter_mut().find(same) {
        Some(category) => category,
        None => {
            categories.push(Category {
                called,
                lines: Vec::new(),
                bulk,
                mass: Amount::default(),
                mass_known: true,
            });
            let Some(category) = categories.last_mut() else {
                return;
            };
            category
        }
    };
    category.lines.push(line);
    category.mass = category.mass + mass.unwrap_or_default();
    category.mass_known &= mass.is_some();
}

/// 172.504(f): placards that others make needless.
fn leave_out(categories: &mut Vec<Category>, answer: &mut VehiclePlacards) {
    let shows = |categories: &[Category], placard: &str| {
        categories
            .iter()
            .any(|category| category.called.placard == placard && !category.is_weighed())
    };
    let explosive = |category: &Category| {
        category
            .called
            .placard
            .strip_prefix("EXPLOSIVES ")
            .map(str::to_owned)
    };
    if let Some(lowest) = categories.iter().filter_map(explosive).min() {
        let sure = shows(categories, &format!("EXPLOSIVES {lowest}"));
        let mut lines: Vec<usize> = Vec::new();
        categories.retain(|category| match explosive(category) {
            Some(division) if division != lowest && sure => {
                lines.extend(&category.lines);
                answer.left_out.push(format!(
                    "EXPLOSIVES {division}: the placard of division {lowest} stands for it (172.504(f)(1))"
                ));
                false
            }
            _ => true,
        });
    }
    let gas = shows(categories, "POISON GAS");
    let inhalation = shows(categories, "POISON INHALATION HAZARD");
    let explosives = ["EXPLOSIVES 1.1", "EXPLOSIVES 1.2", "EXPLOSIVES 1.5"]
        .into_iter()
        .find(|placard| shows(categories, placard));
    let flammable_gas = shows(categories, "FLAMMABLE GAS");
    categories.retain(|category| {
        let why = match category.called.placard {
            "POISON" if gas || inhalation => {
                "POISON: POISON GAS or POISON INHALATION HAZARD is shown (172.504(f)(11))".to_owned()
            }
            "POISON INHALATION HAZARD" if gas && category.called.table == Table::Subsidiary => {
                "POISON INHALATION HAZARD: POISON GAS is shown (172.505(a))".to_owned()
            }
            "NON-FLAMMABLE GAS" if flammable_gas => {
                "NON-FLAMMABLE GAS: FLAMMABLE GAS is shown (172.504(f)(3))".to_owned()
            }
            "OXIDIZER" if explosives.is_some() => {
                format!(
                    "OXIDIZER: {} is shown (172.504(f)(4), (5))",
                    explosives.unwrap_or_default()
                )
            }
            _ => return true,
        };
        answer.left_out.push(why);
        false
    });
}

fn decide(categories: Vec<Category>, table_2_known: bool, answer: &mut VehiclePlacards) {
    let table_2_over = answer.table_2_mass >= TABLE_2_THRESHOLD;
    for category in categories {
        let (over, known) = match category.called.table {
            Table::Uranium => (category.mass >= TABLE_2_THRESHOLD, category.mass_known),
            _ => (table_2_over, table_2_known),
        };
        let weighed = category.is_weighed();
        let replaced = weighed
            && over
            && category.called.table == Table::Two
            && category.mass_known
            && category.mass < ONE_FACILITY;
        let list = if !weighed || over {
            &mut answer.placards
        } else if known {
            continue;
        } else {
            &mut answer.possible
        };
        show(
            list,
            placard(category.called, category.lines, category.bulk, replaced),
        );
    }
    let VehiclePlacards {
        placards, possible, ..
    } = &mut *answer;
    possible.retain(|may_be| !placards.iter().any(|shown| shown.placard == may_be.placard));
    let replaceable = answer.placards.iter().filter(|placard| placard.may_be_dangerous);
    answer.dangerous = replaceable.count() >= 2;
    if !answer.dangerous {
        answer
            .placards
            .iter_mut()
            .for_each(|placard| placard.may_be_dangerous = false);
    }
}

fn placard(called: Called, lines: Vec<usize>, bulk: bool, may_be_dangerous: bool) -> Placard {
    Placard {
        placard: called.placard,
        label: called.label,
        clause: called.clause(bulk),
        lines,
        may_be_dangerous,
    }
}

/// Adds a placard, or its lines where it is shown already; one that any goods ask for outright stands.
fn show(list: &mut Vec<Placard>, placard: Placard) {
    match list.iter_mut().find(|known| known.placard == placard.placard) {
        Some(known) => {
            known.lines.extend(&placard.lines);
            known.lines.sort_unstable();
            known.lines.dedup();
            known.may_be_dangerous &= placard.may_be_dangerous;
        }
        None => list.push(placard),
    }
}
