//! ADR 3.5.5: how many packages of excepted quantities one vehicle or container may carry.
//!
//! The count is of a vehicle, whatever the goods, so no row and no pair of lines tells it. It stands among the limits,
//! because here is known which packages are so small that 3.5.1.4 leaves 3.5.5 out; the check asks for it and
//! prohibits what is over. A container is not named by a load, so the vehicle that carries it stands for it. In the
//! United States 49 CFR 173.4a knows no such count.

use std::collections::BTreeMap;

use super::measure::a_package;
use super::{Limit, Within};
use crate::catalogue::{Catalogue, ExceptedQuantity, Row};
use crate::consequence::Amount;
use crate::consequence::goods::Goods;
use crate::identity::Regime;
use crate::load::{Load, Unit};

/// At most so many in a vehicle or container.
pub(crate) const MOST: u64 = 1_000;

/// The packages of excepted quantities on one vehicle.
pub(crate) struct OnVehicle {
    vehicle: u8,
    /// The lines, from zero, that have such packages.
    pub(crate) lines: Vec<usize>,
    /// The number as far as it is known.
    packages: u64,
    /// Those of the lines whose number is not known.
    pub(crate) unknown: Vec<usize>,
}

impl OnVehicle {
    /// Whether what is known is too much already.
    pub(crate) const fn is_over(&self) -> bool {
        self.packages > MOST
    }

    /// The count in words, or what is missing for it; a sentence puts the goods before it.
    pub(crate) fn said(&self) -> String {
        let Self {
            vehicle, packages, ..
        } = self;
        let carries = format!("vehicle {vehicle} carries {packages} packages of excepted quantities");
        let most = format!("a vehicle or container may carry {MOST}");
        if self.unknown.is_empty() || self.is_over() {
            return format!("{carries}, {most}");
        }
        let lines: Vec<String> = self.unknown.iter().map(|line| (line + 1).to_string()).collect();
        format!(
            "the number of packages of line {} is missing; without it {carries}, {most}",
            lines.join(", ")
        )
    }
}

/// The lines that have such packages, and how many where that is known.
pub(crate) fn counted(catalogue: &Catalogue, load: &Load) -> Vec<(usize, Option<u32>)> {
    if !load.lines.iter().any(|line| line.excepted_quantity) {
        return Vec::new();
    }
    let goods = Goods::all(catalogue, Regime::Adr, load).into_iter();
    let counted = goods.filter(|goods| goods.line.excepted_quantity && !is_tiny(goods));
    counted.map(|goods| (goods.at, goods.line.packages)).collect()
}

/// Every vehicle that carries packages of excepted quantities.
pub(crate) fn on_vehicles(catalogue: &Catalogue, load: &Load) -> Vec<OnVehicle> {
    let mut vehicles: BTreeMap<u8, OnVehicle> = BTreeMap::new();
    for (line, packages) in counted(catalogue, load) {
        let number = load.vehicle(line);
        let vehicle = vehicles.entry(number).or_insert_with(|| OnVehicle {
            vehicle: number,
            lines: Vec::new(),
            packages: 0,
            unknown: Vec::new(),
        });
        vehicle.lines.push(line);
        match packages {
            Some(packages) => vehicle.packages += u64::from(packages),
            None => vehicle.unknown.push(line),
        }
    }
    vehicles.into_values().collect()
}

/// 3.5.1.4: at most 1 g or 1 ml in an inner and 100 g or 100 ml in an outer packaging, but for goods of code E3; to
/// these only 3.5.2 and 3.5.3 apply.
fn is_tiny(goods: &Goods<'_>) -> bool {
    use ExceptedQuantity::{E1, E2, E4, E5};
    let code = goods.agreed(Row::excepted_code);
    let is_at_most = |given: Option<(Amount, Unit)>, most: u64| {
        given.is_some_and(|(given, unit)| {
            matches!(unit, Unit::Kilogram | Unit::Litre) && given <= Amount::thousandths(most)
        })
    };
    let line = goods.line;
    let inner = line.inner_quantity.map(|inner| (inner.into(), inner.unit()));
    matches!(code, Ok(Some(E1 | E2 | E4 | E5)))
        && is_at_most(inner, 1)
        && is_at_most(a_package(line.quantity, line.packages), 100)
}

/// The limit of each of these vehicles; it stands at the first line of the vehicle that it depends on.
pub(super) fn limits(catalogue: &Catalogue, load: &Load) -> Vec<Limit> {
    let limit = |vehicle: OnVehicle| {
        let within = match (vehicle.is_over(), vehicle.unknown.is_empty()) {
            (true, _) => Within::No,
            (false, true) => Within::Yes,
            (false, false) => Within::NotKnown,
        };
        let lines = match within {
            Within::NotKnown => &vehicle.unknown,
            Within::Yes | Within::No => &vehicle.lines,
        };
        Limit {
            regime: Regime::Adr,
            line: lines.first().copied().unwrap_or_default(),
            clause: "ADR 3.5.5",
            within,
            sentence: vehicle.said(),
        }
    };
    on_vehicles(catalogue, load).into_iter().map(limit).collect()
}
