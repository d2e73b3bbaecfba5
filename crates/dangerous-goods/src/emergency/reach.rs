//! How far to stay away from one line: the tables of the guidebook where they speak, otherwise the rule of
//! this program.
//!
//! The tables are about breathing a gas, not about a cloud of it that catches fire: for some flammable toxic gases
//! they print less than our rule gives for a flammable gas that is not toxic. The published figure stands as it is,
//! with its source; where the goods burn and our rule for that is farther, it stands beside it, and the load is kept
//! at the farther of the two. The distance for a fire is told of every line anyway.

use serde::Serialize;

use super::classify;
use super::distance::Distance;
use super::goods::Goods;
use super::hazard::Hazard;
use super::rule::{self, Figures};
use super::situation::{Container, Situation, TimeOfDay};
use super::tables::{ByContainer, Distances, Inhalation, Tables};
use crate::catalogue::Catalogue;

/// Where a distance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Table 1 of the guidebook.
    Table1,
    /// Table 3 of the guidebook.
    Table3,
    /// A rule of this program's own, by hazard. No guidebook and no law says it.
    OwnRule,
}

impl Source {
    /// The words that stand beside a distance.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table1 => "guidebook, table 1",
            Self::Table3 => "guidebook, table 3",
            Self::OwnRule => "our own rule",
        }
    }
}

/// Which spill the distances are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// Any spill.
    Any,
    /// A spill that stays dry.
    Dry,
    /// A spill into water, or one that water reaches.
    IntoWater,
}

impl Case {
    /// The words that stand beside a distance; none for any spill.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any spill",
            Self::Dry => "dry spill",
            Self::IntoWater => "spill that meets water",
        }
    }
}

/// One distance in all directions and, where known, downwind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Reach {
    /// In all directions.
    pub isolate: Distance,
    /// Downwind by day; none where nobody has published one.
    pub day: Option<Distance>,
    /// Downwind by night; none where nobody has published one.
    pub night: Option<Distance>,
}

impl Reach {
    const fn all_round(isolate: Distance) -> Self {
        Self {
            isolate,
            day: None,
            night: None,
        }
    }

    /// Downwind at this time; the farther where the time is not known.
    #[must_use]
    pub fn downwind(&self, time: Option<TimeOfDay>) -> Option<Distance> {
        match time {
            Some(TimeOfDay::Day) => self.day,
            Some(TimeOfDay::Night) => self.night,
            None => self.day.max(self.night),
        }
    }
}

impl From<Distances> for Reach {
    fn from(of: Distances) -> Self {
        Self {
            isolate: of.isolate,
            day: Some(of.day),
            night: Some(of.night),
        }
    }
}

/// The distances of a line for one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Which spill.
    pub case: Case,
    /// Where the distances for a small spill come from.
    pub source: Source,
    /// For a small spill.
    pub small: Reach,
    /// Where the distances for a large spill come from.
    pub large_source: Source,
    /// For a large spill: of table 3 the farthest over the containers and winds that may be meant.
    pub large: Reach,
}

impl Spread {
    const fn of_rule(case: Case, own: Figures) -> Self {
        Self {
            case,
            source: Source::OwnRule,
            small: Reach::all_round(own.small),
            large_source: Source::OwnRule,
            large: Reach::all_round(own.large),
        }
    }

    /// Whether our own rule would keep people farther away.
    fn is_nearer_than(&self, own: Figures) -> bool {
        self.small.isolate < own.small || self.large.isolate < own.large
    }
}

/// Everything about how far to stay away from one line.
pub(super) struct Away {
    /// At least one.
    pub(super) spreads: Vec<Spread>,
    pub(super) fire: Distance,
    pub(super) by_container: Vec<ByContainer>,
    pub(super) containers: Vec<Container>,
    /// What the tables leave open, in sentences.
    pub(super) gaps: Vec<String>,
}

pub(super) fn of(catalogue: &Catalogue, tables: &Tables, goods: &Goods<'_>, situation: &Situation) -> Away {
    let own = rule::figures(&goods.hazards, goods.form);
    let mut away = Away {
        spreads: Vec::new(),
        fire: own.fire,
        by_container: Vec::new(),
        containers: Vec::new(),
        gaps: Vec::new(),
    };
    let rule = |case| Spread::of_rule(case, own);
    let numbers = classify::numbers(goods.line, &goods.rows);
    let mut with_water = false;
    let mut one_of_two = false;
    for digits in numbers.iter().map(|number| number.digits()) {
        let Some(row) = tables.inhalation.get(&digits) else {
            continue;
        };
        let gives_off = tables.gases.contains_key(&digits);
        let itself = classify::is_toxic_itself(catalogue, digits);
        // Goods that are toxic themselves have an entry for land and one for water, of which one is held.
        one_of_two |= gives_off && itself;
        with_water |= gives_off;
        let case = if gives_off && !itself {
            Case::IntoWater
        } else {
            Case::Any
        };
        let spread = table(tables, goods, situation, digits, row, case, &mut away);
        away.spreads.push(spread);
    }
    if away.spreads.is_empty() || goods.has(Hazard::Unknown) || goods.has(Hazard::Explosive) {
        away.spreads.push(rule(Case::Any));
    } else if with_water {
        away.spreads.push(rule(Case::Dry));
    } else if let Some(burning) = rule::of_fire(&goods.hazards, goods.form)
        && away.spreads.iter().any(|spread| spread.is_nearer_than(burning))
    {
        away.spreads.push(Spread::of_rule(Case::Any, burning));
    }
    if one_of_two {
        away.gaps.push(format!(
            "{}: of the distances on land and in water one is held; stay well beyond them and ask the emergency \
             services",
            goods.name
        ));
    }
    let listed = away.spreads.iter().any(|spread| spread.source == Source::Table1);
    if !listed && (goods.has(Hazard::Inhalation) || goods.has(Hazard::Unknown)) {
        away.gaps.push(format!(
            "{}: no downwind distance is known; clear the way of the wind and ask the emergency services",
            goods.name
        ));
    }
    away
}

fn table(
    tables: &Tables,
    goods: &Goods<'_>,
    situation: &Situation,
    digits: u16,
    row: &Inhalation,
    case: Case,
    away: &mut Away,
) -> Spread {
    let small = row.small.into();
    let (large_source, large) = match row.large {
        Some(large) => (Source::Table1, large.into()),
        None => {
            let rows = tables.containers.get(&digits).map_or(&[][..], Vec::as_slice);
            let meant = containers(goods, situation, rows);
            away.by_container.extend_from_slice(rows);
            away.containers = meant.iter().map(|row| row.container).collect();
            (Source::Table3, farthest(&meant, situation).unwrap_or(small))
        }
    };
    Spread {
        case,
        source: Source::Table1,
        small,
        large_source,
        large,
    }
}

/// The containers the goods may be in: the one somebody has told, otherwise those that fit the line. A
/// road vehicle is no rail tank car.
fn containers(goods: &Goods<'_>, situation: &Situation, rows: &[ByContainer]) -> Vec<ByContainer> {
    let told = |row: &&ByContainer| situation.container == Some(row.container);
    if let Some(row) = rows.iter().find(told) {
        return vec![*row];
    }
    let fits = |row: &&ByContainer| match row.container {
        Container::RailTank => false,
        Container::RoadTank | Container::NurseTank => !goods.line.containment.is_packages(),
        Container::TonCylinders | Container::SmallCylinders | Container::SmallOrOneTonCylinder => {
            !goods.line.containment.is_tank()
        }
    };
    rows.iter().filter(fits).copied().collect()
}

fn farthest(rows: &[ByContainer], situation: &Situation) -> Option<Reach> {
    let downwind = |time| {
        rows.iter()
            .map(|row| row.downwind(Some(time), situation.wind))
            .max()
    };
    Some(Reach {
        isolate: rows.iter().map(|row| row.isolate).max()?,
        day: downwind(TimeOfDay::Day),
        night: downwind(TimeOfDay::Night),
    })
}
