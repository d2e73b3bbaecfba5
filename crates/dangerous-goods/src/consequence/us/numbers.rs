//! Which identification numbers a vehicle shows: of bulk packagings (172.302), of much of one material that is
//! poisonous by inhalation (172.313(c)), and of a large quantity that is alone on board (172.301(a)(3)).

use super::super::Amount;
use super::super::goods::{Goods, place};
use super::VehiclePlacards;
use crate::catalogue::{Row, Zone};
use crate::check::stated::{self, KnownZone};

/// So much of one material of zone A or B, from one facility, shows its number (172.313(c)), in kilograms.
const INHALATION: Amount = Amount::whole(1_000);
/// So much of one material that is alone on board, from one facility, shows its number, in kilograms.
const ALONE: Amount = Amount::whole(4_000);

/// The goods of one number on one vehicle.
struct Material<'a> {
    number: String,
    goods: Vec<&'a Goods<'a>>,
    /// The known gross mass in packages, and whether all of it is known.
    mass: Amount,
    mass_known: bool,
}

impl Material<'_> {
    fn any(&self, test: impl Fn(&Goods<'_>) -> bool) -> bool {
        self.goods.iter().any(|goods| test(goods))
    }

    fn place(&self) -> String {
        self.goods.first().map(|goods| place(goods)).unwrap_or_default()
    }
}

/// Adds the numbers of the vehicle to the answer, with what their being due depends on.
pub(super) fn show(on_board: &[&Goods<'_>], answer: &mut VehiclePlacards) {
    let materials = materials(on_board);
    for material in materials.iter().filter(|material| material.any(is_bulk)) {
        answer.identification_numbers.push(material.number.clone());
    }
    inhalation(&materials, answer);
    alone(on_board, &materials, answer);
}

fn is_bulk(goods: &Goods<'_>) -> bool {
    !goods.line.containment.is_packages()
}

fn materials<'a>(on_board: &[&'a Goods<'a>]) -> Vec<Material<'a>> {
    let mut materials: Vec<Material<'a>> = Vec::new();
    for goods in on_board.iter().filter(|goods| !goods.is_excepted()) {
        let Ok(Some(number)) = goods.agreed(Row::number) else {
            continue;
        };
        let number = number.to_string();
        let mass = goods.line.gross_mass.map(Amount::from);
        let in_packages = if is_bulk(goods) {
            Some(Amount::default())
        } else {
            mass
        };
        match materials.iter_mut().find(|known| known.number == number) {
            Some(known) => {
                known.goods.push(goods);
                known.mass = known.mass + in_packages.unwrap_or_default();
                known.mass_known &= in_packages.is_some();
            }
            None => materials.push(Material {
                number,
                goods: vec![goods],
                mass: in_packages.unwrap_or_default(),
                mass_known: in_packages.is_some(),
            }),
        }
    }
    materials
}

/// 172.313(c): one number, that of zone A before zone B, then that of the greater mass.
fn inhalation(materials: &[Material<'_>], answer: &mut VehiclePlacards) {
    let zone = |material: &Material<'_>| {
        let zones = material.goods.iter().filter(|goods| !is_bulk(goods));
        let zones = zones.filter_map(|goods| {
            let known = |row: &Row| match stated::zone(row, goods.line) {
                KnownZone::Is(zone @ (Zone::A | Zone::B)) => Some(zone),
                _ => None,
            };
            goods.agreed(known).ok().flatten()
        });
        zones.min()
    };
    let much = materials.iter().filter(|material| material.mass >= INHALATION);
    let worst = much
        .filter_map(|material| Some((zone(material)?, std::cmp::Reverse(material.mass), material)))
        .min_by_key(|(zone, mass, _)| (*zone, *mass));
    if let Some((_, _, material)) = worst {
        due(
            material,
            "all of it is loaded at one facility",
            "172.313(c)",
            answer,
        );
        return;
    }
    for material in materials.iter().filter(|material| !material.mass_known) {
        if zone(material).is_some() {
            mass_missing(material, "1000 kg", "172.313(c)", answer);
        }
    }
}

/// 172.301(a)(3): not of class 1 and class 7.
fn alone(on_board: &[&Goods<'_>], materials: &[Material<'_>], answer: &mut VehiclePlacards) {
    let [material] = materials else { return };
    let others = on_board.len() > material.goods.len();
    let not_meant = material.any(|goods| is_bulk(goods) || goods.any(|row| matches!(row.class(), "1" | "7")));
    if others || not_meant {
        return;
    }
    if material.mass >= ALONE {
        due(
            material,
            "all of it is loaded at one facility and nothing else is on the vehicle",
            "172.301(a)(3)",
            answer,
        );
    } else if !material.mass_known {
        mass_missing(material, "4000 kg", "172.301(a)(3)", answer);
    }
}

/// Shows the number, and names what would make it needless.
fn due(material: &Material<'_>, condition: &str, clause: &str, answer: &mut VehiclePlacards) {
    if answer.identification_numbers.contains(&material.number) {
        return;
    }
    answer.identification_numbers.push(material.number.clone());
    answer.missing.push(format!(
        "{}: whether {condition}; only then its identification number must be shown ({clause})",
        material.place()
    ));
}

fn mass_missing(material: &Material<'_>, most: &str, clause: &str, answer: &mut VehiclePlacards) {
    answer.missing.push(format!(
        "{}: whether its gross mass is {most} or more, from where its identification number is shown ({clause})",
        material.place()
    ));
}
