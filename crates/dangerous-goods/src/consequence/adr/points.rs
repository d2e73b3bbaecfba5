//! ADR 1.1.3.6: the exemption by quantity per transport unit.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::Amount;
use super::super::goods::{Goods, place};
use crate::catalogue::{Catalogue, Row};
use crate::load::{PhysicalState, Quantity, Unit};

/// The most points a transport unit may carry and stay exempt (1.1.3.6.4).
pub const MOST: Amount = Amount::whole(1_000);

/// Goods of transport category 1 that count twenty times and may reach 50 kg (1.1.3.6.3, note a).
const NOTE_A: [u16; 9] = [81, 82, 84, 241, 331, 332, 482, 1005, 1017];

/// The points of one transport unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Points {
    /// Every line of the unit, in its order.
    pub lines: Vec<LinePoints>,
    /// The sum of what is counted.
    pub total: Amount,
    /// The quantity and value of each transport category on board.
    pub categories: Vec<CategoryPoints>,
    /// Whether the unit is within the exemption.
    pub exemption: Exemption,
}

/// The points of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinePoints {
    /// Position of the line in the load, from zero.
    pub line: usize,
    /// What it counts.
    #[serde(flatten)]
    pub counted: Counted,
    /// The sum up to and with this line.
    pub running_total: Amount,
}

/// How a line counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Counted {
    /// Quantity times factor.
    Points {
        /// The transport category, 1 to 4.
        category: u8,
        /// What one unit of the quantity counts.
        factor: u64,
        /// The quantity that counts.
        quantity: Amount,
        /// The unit it is counted in.
        unit: Unit,
        /// Quantity times factor.
        points: Amount,
    },
    /// Not counted (1.1.3.6.5), for this reason.
    Not {
        /// Why.
        reason: String,
    },
    /// Goods for which there is no exemption by quantity.
    NoExemption {
        /// Why.
        reason: String,
    },
    /// What the value depends on is missing.
    Unknown {
        /// What.
        missing: String,
    },
}

/// What one transport category adds (5.4.1.1.1 (f), note 1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryPoints {
    /// The category, 1 to 4.
    pub category: u8,
    /// The quantities by unit.
    pub quantities: Vec<(Amount, Unit)>,
    /// The points.
    pub points: Amount,
}

/// Whether a transport unit is within 1.1.3.6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Exemption {
    /// Within the limits: no orange plates, written instructions, tunnel restrictions or driver's certificate.
    Exempt,
    /// Over the limits, or with goods for which there is no exemption.
    NotExempt {
        /// Why, one sentence each.
        reasons: Vec<String>,
    },
    /// What the answer depends on is missing.
    NotKnown {
        /// What, one sentence each.
        missing: Vec<String>,
    },
}

/// The points of the lines of one transport unit.
pub(super) fn of(catalogue: &Catalogue, unit: &[&Goods<'_>]) -> Points {
    let mut total = Amount::default();
    let mut lines = Vec::with_capacity(unit.len());
    let (mut against, mut missing) = (Vec::new(), Vec::new());
    for goods in unit {
        missing.extend(goods.contradiction());
        let counted = counted(catalogue, goods).unwrap_or_else(|missing| Counted::Unknown { missing });
        match &counted {
            Counted::Points { points, .. } => total = total + *points,
            Counted::Not { .. } => {}
            Counted::NoExemption { reason } => against.push(format!("{}: {reason}", place(goods))),
            Counted::Unknown { missing: what } => missing.push(format!("{}: {what}", place(goods))),
        }
        lines.push(LinePoints {
            line: goods.at,
            counted,
            running_total: total,
        });
    }
    against.extend(over(&lines, total));
    let exemption = match (against.is_empty(), missing.is_empty()) {
        (false, _) => Exemption::NotExempt { reasons: against },
        (true, false) => Exemption::NotKnown { missing },
        (true, true) => Exemption::Exempt,
    };
    Points {
        categories: categories(&lines),
        lines,
        total,
        exemption,
    }
}

/// The limit that is passed: of a single category its own, of several the sum.
fn over(lines: &[LinePoints], total: Amount) -> Option<String> {
    let mut single: Option<(u8, u64, Unit, Amount)> = None;
    let mut is_single = true;
    for line in lines {
        let Counted::Points {
            category,
            factor,
            quantity,
            unit,
            ..
        } = line.counted
        else {
            continue;
        };
        if factor == 0 {
            continue;
        }
        match &mut single {
            None => single = Some((category, factor, unit, quantity)),
            Some((known, its_factor, its_unit, sum))
                if (*known, *its_factor, *its_unit) == (category, factor, unit) =>
            {
                *sum = *sum + quantity;
            }
            Some(_) => is_single = false,
        }
    }
    if let Some((category, factor, unit, quantity)) = single.filter(|_| is_single) {
        let most = match factor {
            50 => 20,
            20 => 50,
            3 => 333,
            _ => 1_000,
        };
        return (quantity > Amount::whole(most)).then(|| {
            format!("{quantity} {unit} of transport category {category} are more than {most}, which is {total} points")
        });
    }
    (total > MOST).then(|| format!("{total} points are more than {MOST}"))
}

fn categories(lines: &[LinePoints]) -> Vec<CategoryPoints> {
    let mut sums: BTreeMap<u8, CategoryPoints> = BTreeMap::new();
    for line in lines {
        let Counted::Points {
            category,
            quantity,
            unit,
            points,
            ..
        } = line.counted
        else {
            continue;
        };
        let sum = sums.entry(category).or_insert_with(|| CategoryPoints {
            category,
            quantities: Vec::new(),
            points: Amount::default(),
        });
        sum.points = sum.points + points;
        match sum.quantities.iter_mut().find(|(_, known)| *known == unit) {
            Some((amount, _)) => *amount = *amount + quantity,
            None => sum.quantities.push((quantity, unit)),
        }
    }
    sums.into_values().collect()
}

fn counted(catalogue: &Catalogue, goods: &Goods<'_>) -> Result<Counted, String> {
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
    let category = goods.agreed(Row::transport_category)?;
    let category: u8 = match category.parse() {
        Ok(0) => {
            let reason = "transport category 0 has no exemption".to_owned();
            return Ok(Counted::NoExemption { reason });
        }
        Ok(category) if category <= 4 => category,
        _ => return Err("the table gives no transport category".to_owned()),
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
