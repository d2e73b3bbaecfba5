//! The points of one line: its transport category, and the quantity in the unit that the law counts the goods in.

use super::Counted;
use crate::catalogue::{Catalogue, Row};
use crate::consequence::Amount;
use crate::consequence::goods::Goods;
use crate::load::{PhysicalState, Quantity, Unit};

/// Goods of transport category 1 that count twenty times and may reach 50 kg (1.1.3.6.3, note a).
const NOTE_A: [u16; 9] = [81, 82, 84, 241, 331, 332, 482, 1005, 1017];

/// What a line counts, or what is missing to tell.
pub(super) fn counted(catalogue: &Catalogue, goods: &Goods<'_>) -> Result<Counted, String> {
    let line = goods.line;
    if goods.is_excepted() {
        let reason = "limited and excepted quantities do not count".to_owned();
        return Ok(Counted::Not { reason });
    }
    if goods.agreed(Row::admission)? == crate::Admission::NotSubject {
        let reason = "not subject to ADR".to_owned();
        return Ok(Counted::Not { reason });
    }
    if goods.any(Row::is_forbidden) {
        let reason = "not admitted to carriage".to_owned();
        return Ok(Counted::NoExemption { reason });
    }
    if !line.containment.is_packages() {
        let reason = "the exemption is for packages, not for tanks or bulk".to_owned();
        return Ok(Counted::NoExemption { reason });
    }
    // A dash and a blank column say the same: there is none.
    let category = match goods.agreed(|row| row.transport_category().parse::<u8>().ok())? {
        Some(0) => {
            let reason = "transport category 0 has no exemption".to_owned();
            return Ok(Counted::NoExemption { reason });
        }
        Some(category) if category <= 4 => category,
        _ => return Err(without_category(goods)),
    };
    let note_a = goods.any(|row| {
        row.number()
            .is_some_and(|number| number.is_un() && NOTE_A.contains(&number.digits()))
    });
    let (category, factor) = match category {
        // Empty packagings that are not cleaned are of category 4.
        _ if line.empty_uncleaned => (4, 0),
        1 if note_a => (1, 20),
        1 => (1, 50),
        2 => (2, 3),
        3 => (3, 1),
        _ => (4, 0),
    };
    if factor == 0 && line.quantity.is_none() {
        let reason = "transport category 4 counts nothing".to_owned();
        return Ok(Counted::Not { reason });
    }
    let (quantity, unit) = measured(catalogue, goods)?;
    let quantity = Amount::from(quantity);
    Ok(Counted::Points {
        category,
        factor,
        quantity,
        unit,
        points: quantity.times(factor),
    })
}

/// Special provisions of 3.3.1 that leave nothing of ADR for goods that meet their conditions, which is why the table
/// gives these goods no transport category; with what is asked of them.
const NOTHING_ELSE_APPLIES: [(&str, &str); 3] = [
    (
        "319",
        "whether the packages are packed and marked by packing instruction P650",
    ),
    (
        "363",
        "whether the engine or machinery meets the conditions of special provision 363",
    ),
    (
        "666",
        "whether the vehicle or equipment is carried as a load and meets the conditions of special provision 666",
    ),
];

/// What is missing of goods without a transport category. Nobody can state in a load that a special provision is met,
/// and without it no category tells what they count: so it is named, and the goods stay uncounted and not exempt.
fn without_category(goods: &Goods<'_>) -> String {
    const NONE: &str = "the table gives no transport category";
    let has = |row: &Row, code: &str| row.special_provisions().any(|own| own == code);
    let known = NOTHING_ELSE_APPLIES
        .iter()
        .find(|(code, _)| goods.agreed(|row| has(row, code)) == Ok(true));
    if let Some((code, asked)) = known {
        return format!(
            "{asked}; if so, nothing else of ADR applies to them and they count nothing (3.3.1, special provision {code}), if not, {NONE}"
        );
    }
    let codes = goods.agreed(|row| row.special_provisions().collect::<Vec<_>>().join(", "));
    match codes {
        Ok(codes) if !codes.is_empty() => {
            format!("{NONE}, and what special provisions {codes} say of it is not part of the data")
        }
        _ => NONE.to_owned(),
    }
}

/// The quantity in the unit that 1.1.3.6.3 counts these goods in.
fn measured(catalogue: &Catalogue, goods: &Goods<'_>) -> Result<(Quantity, Unit), String> {
    let line = goods.line;
    let wanted = wanted(catalogue, goods)?;
    if wanted == Wanted::ArticleMass && line.gross_mass.is_some() {
        return line
            .gross_mass
            .map(|mass| (mass, Unit::Kilogram))
            .ok_or_else(String::new);
    }
    let unit = wanted.unit();
    let Some(quantity) = line.quantity else {
        return Err(format!("the quantity, in {unit}"));
    };
    if quantity.unit() == unit {
        return Ok((quantity, unit));
    }
    Err(format!(
        "the quantity in {unit}, in which these goods count, instead of {}",
        quantity.unit()
    ))
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    NetExplosiveMass,
    WaterCapacity,
    /// Of articles the mass with their packagings, or without where only that is known.
    ArticleMass,
    Mass,
    Volume,
}

impl Wanted {
    const fn unit(self) -> Unit {
        match self {
            Self::NetExplosiveMass => Unit::NetExplosiveKilogram,
            Self::WaterCapacity => Unit::WaterCapacityLitre,
            Self::ArticleMass | Self::Mass => Unit::Kilogram,
            Self::Volume => Unit::Litre,
        }
    }
}

fn wanted(catalogue: &Catalogue, goods: &Goods<'_>) -> Result<Wanted, String> {
    let class = goods.agreed(Row::class)?;
    let code = goods.agreed(Row::classification_code)?;
    if class == "1" {
        return Ok(Wanted::NetExplosiveMass);
    }
    if class == "2" {
        // The first digit of 2.2.2.1.2: compressed, liquefied, refrigerated, dissolved, aerosols, articles,
        // unpressurized, chemicals under pressure, adsorbed.
        return match code.bytes().next() {
            Some(b'1' | b'8' | b'9') => Ok(Wanted::WaterCapacity),
            Some(b'5' | b'6') => Ok(Wanted::ArticleMass),
            Some(b'2' | b'3' | b'4' | b'7') => Ok(Wanted::Mass),
            _ => Err("the classification code of the gas".to_owned()),
        };
    }
    let is_article = matches!(
        (class, code),
        ("3", "F3")
            | ("4", "F4" | "S6" | "W3")
            | ("5", "O3")
            | ("6", "T10")
            | ("8", "C11")
            | ("9", "M4" | "M5")
    );
    if is_article {
        return Ok(Wanted::ArticleMass);
    }
    match (goods.state(catalogue), goods.line.quantity.map(Quantity::unit)) {
        (Some(PhysicalState::Liquid), _) => Ok(Wanted::Volume),
        (Some(PhysicalState::Solid), _) => Ok(Wanted::Mass),
        // Only liquids are measured in litres.
        (_, Some(Unit::Litre)) => Ok(Wanted::Volume),
        _ if class == "9" => Ok(Wanted::Mass),
        _ => Err("the physical state: liquids count in litres, solids in kilograms".to_owned()),
    }
}
