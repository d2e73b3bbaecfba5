//! ADR 1.1.3.6: the exemption by quantity per transport unit.
//!
//! `line` counts one line, this module the unit.

mod line;

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::Amount;
use super::super::goods::{Goods, place};
use crate::catalogue::Catalogue;
use crate::load::Unit;

/// The most points a transport unit may carry and stay exempt (1.1.3.6.4).
pub const MOST: Amount = Amount::whole(1_000);

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
        let counted = line::counted(catalogue, goods).unwrap_or_else(|missing| Counted::Unknown { missing });
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
