//! What is to travel together: lines, and what people have stated about them.
//!
//! A new fact about a line is one field of [`Line`] and one line of `hash.rs`; the property test of
//! the hash fails until both are there.

mod entries;
mod goods;
mod hash;
mod line;
mod quantity;
mod spec;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

pub use entries::{Entries, EntryKind, InvalidEntry};
pub use goods::{Goods, InvalidGoods, PhysicalState};
pub use hash::LoadHash;
pub use line::{Containment, InvalidLine, Line, RadioactiveCategory};
pub use quantity::{InvalidQuantity, Quantity, Unit};
pub use spec::{InvalidLineSpec, LineSpec};

/// The goods that would share one vehicle, or the vehicles of one journey.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "UncheckedLoad")]
pub struct Load {
    /// The goods, in the order the person gave them; findings refer to them by position from zero.
    pub lines: Vec<Line>,
    /// Conditions of an earlier answer that a person has stated to be fulfilled.
    pub confirmed: Vec<Confirmation>,
    /// Whether food, feed or other goods for consumption are on board (ADR 7.5.4, 49 CFR 177.841(e));
    /// nothing where nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub food_on_board: Option<bool>,
    /// How the vehicles that the lines name travel.
    #[serde(default, skip_serializing_if = "Travel::is_coupled")]
    pub travel: Travel,
    /// Whether the maximum mass of the transport unit is over 12 tonnes (ADR 3.4.13); nothing where
    /// nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_12_tonnes: Option<bool>,
}

/// How vehicles with different numbers travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Travel {
    /// As one combination (truck and trailer): one transport unit.
    #[default]
    Coupled,
    /// Each on its own.
    Apart,
}

impl Travel {
    const fn is_coupled(&self) -> bool {
        matches!(self, Self::Coupled)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "Load")]
struct UncheckedLoad {
    lines: Vec<Line>,
    #[serde(default)]
    confirmed: Vec<Confirmation>,
    #[serde(default)]
    food_on_board: Option<bool>,
    #[serde(default)]
    travel: Travel,
    #[serde(default)]
    over_12_tonnes: Option<bool>,
}

/// A load that cannot be checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLoad {
    /// A line that contradicts itself.
    #[error("line {at}: {fault}", at = .line + 1)]
    Line {
        /// Position of the line, from zero.
        line: usize,
        /// What is wrong with it.
        fault: InvalidLine,
    },
    /// More lines than [`Load::MAX_LINES`].
    #[error("a load of {0} lines is over the limit of {max} lines", max = Load::MAX_LINES)]
    TooManyLines(usize),
    /// More confirmations than [`Load::MAX_CONFIRMATIONS`].
    #[error("{0} confirmations are over the limit of {max}", max = Load::MAX_CONFIRMATIONS)]
    TooManyConfirmations(usize),
}

impl Load {
    /// The most lines one load may have.
    pub const MAX_LINES: usize = 200;
    /// The most confirmations one load may carry.
    pub const MAX_CONFIRMATIONS: usize = 2_000;

    /// A load of these lines with nothing confirmed yet.
    ///
    /// # Errors
    /// More than [`Load::MAX_LINES`] lines.
    pub fn new(lines: Vec<Line>) -> Result<Self, InvalidLoad> {
        Self {
            lines,
            ..Self::default()
        }
        .validated()
    }

    /// The same load with one more condition stated to be fulfilled.
    #[must_use]
    pub fn confirming(mut self, condition: &str, stated_by: &str) -> Self {
        self.confirmed.push(Confirmation {
            condition: condition.to_owned(),
            stated_by: stated_by.to_owned(),
        });
        self
    }

    /// SHA-256 over every field of the load; a check result and a paper carry it.
    #[must_use]
    pub fn hash(&self) -> LoadHash {
        LoadHash::of(self)
    }

    /// The conditions that somebody, by name, has stated to be fulfilled.
    pub(crate) fn confirmed_conditions(&self) -> HashSet<&str> {
        let named = self
            .confirmed
            .iter()
            .filter(|confirmation| !confirmation.stated_by.trim().is_empty());
        named
            .map(|confirmation| confirmation.condition.as_str())
            .collect()
    }

    /// The number of the vehicle a line goes on; one where none is named.
    #[must_use]
    pub fn vehicle(&self, line: usize) -> u8 {
        self.lines.get(line).and_then(|line| line.vehicle).unwrap_or(1)
    }

    /// The positions of the lines of each vehicle, by its number.
    #[must_use]
    pub fn vehicles(&self) -> BTreeMap<u8, Vec<usize>> {
        let mut vehicles: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
        for line in 0..self.lines.len() {
            vehicles.entry(self.vehicle(line)).or_default().push(line);
        }
        vehicles
    }

    /// The positions of the lines of each transport unit (ADR 1.2.1): one for a combination, otherwise
    /// one a vehicle.
    #[must_use]
    pub fn transport_units(&self) -> Vec<Vec<usize>> {
        match self.travel {
            Travel::Coupled => vec![(0..self.lines.len()).collect()],
            Travel::Apart => self.vehicles().into_values().collect(),
        }
    }

    /// The load itself, if it can be checked at all.
    ///
    /// # Errors
    /// Too many lines or confirmations, or a line that contradicts itself.
    pub fn validated(self) -> Result<Self, InvalidLoad> {
        for (at, line) in self.lines.iter().take(Self::MAX_LINES).enumerate() {
            line.validate()
                .map_err(|fault| InvalidLoad::Line { line: at, fault })?;
        }
        if self.lines.len() > Self::MAX_LINES {
            return Err(InvalidLoad::TooManyLines(self.lines.len()));
        }
        if self.confirmed.len() > Self::MAX_CONFIRMATIONS {
            return Err(InvalidLoad::TooManyConfirmations(self.confirmed.len()));
        }
        Ok(self)
    }
}

impl TryFrom<UncheckedLoad> for Load {
    type Error = InvalidLoad;

    fn try_from(load: UncheckedLoad) -> Result<Self, InvalidLoad> {
        Self {
            lines: load.lines,
            confirmed: load.confirmed,
            food_on_board: load.food_on_board,
            travel: load.travel,
            over_12_tonnes: load.over_12_tonnes,
        }
        .validated()
    }
}

/// A person's statement that a condition of the answer is fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The id of the condition, as the check result gave it.
    pub condition: String,
    /// Who states it; blank counts as not stated.
    pub stated_by: String,
}
