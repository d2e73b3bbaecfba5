//! From a label to the columns of 177.848(d) it may fall in. What is unknown (a state, a zone, the
//! division behind a subsidiary label) falls in several, so that nothing is guessed.

use super::tables::{Column, RESTRICTED};
use crate::catalogue::{Row, Zone};
use crate::check::Need;
use crate::check::stated::{KnownState, KnownZone};
use crate::load::PhysicalState;

/// One hazard of the goods: every column of the table it may fall in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hazard {
    /// Bit per [`Column`]; [`OUTSIDE`] for "not in the table", [`UNVOUCHED`] beside it where that rests on
    /// a statement without a name.
    columns: u32,
}

const OUTSIDE: u32 = 1 << 18;
const UNVOUCHED: u32 = 1 << 19;

/// What the hazards of goods depend on beyond their labels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) state: KnownState,
    pub(super) zone: KnownZone,
    /// The division behind a label for a subsidiary explosive hazard.
    pub(super) explosive: Option<&'static str>,
}

impl Hazard {
    /// The hazard a label of the row stands for.
    pub(super) fn of(row: &Row, label: &str, facts: Facts) -> Self {
        Self {
            columns: columns(row, label, facts),
        }
    }

    /// Either hazard.
    pub(super) const fn or(self, other: Self) -> Self {
        Self {
            columns: self.columns | other.columns,
        }
    }

    /// The columns whose cell beside any of these is not blank.
    pub(super) fn restricted(self) -> Self {
        let columns = self.columns().flatten();
        Self {
            columns: columns.fold(0, |all, column| all | RESTRICTED[column as usize]),
        }
    }

    /// Whether the two have a column in common.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.columns & other.columns != 0
    }

    /// Whether there is a hazard at all.
    pub(super) const fn is_given(self) -> bool {
        self.columns != 0
    }

    /// Whether the table certainly does not mention the hazard.
    pub(super) const fn is_outside(self) -> bool {
        self.columns == OUTSIDE
    }

    /// The columns the hazard may fall in, `None` for "not in the table".
    pub(super) fn columns(self) -> impl Iterator<Item = Option<Column>> {
        let mut left = self.columns;
        std::iter::from_fn(move || {
            let lowest = left.checked_ilog2().map(|_| left.trailing_zeros())?;
            left &= left - 1;
            Some(Column::ALL.get(lowest as usize).copied())
        })
    }

    /// The one column the hazard falls in.
    pub(super) fn certain(self) -> Option<Column> {
        let column = || Column::ALL.get(self.columns.trailing_zeros() as usize);
        self.is_certain().then(column).flatten().copied()
    }

    const fn is_certain(self) -> bool {
        self.columns.count_ones() == 1
    }

    /// Whether the hazard is outside the table if a statement without a name is right.
    pub(super) const fn is_unvouched(self) -> bool {
        self.columns & UNVOUCHED != 0
    }

    /// Whether the hazard may fall in the column.
    pub(super) const fn may_be(self, column: Column) -> bool {
        self.columns & (1 << column as u32) != 0
    }

    pub(super) const fn certainly(self, column: Column) -> bool {
        self.columns == 1 << column as u32
    }

    /// What is missing to tell the hazard.
    pub(super) fn need(self) -> Option<Need> {
        match () {
            () if self.is_certain() || self.is_unvouched() => None,
            () if self.may_be(Column::CorrosiveLiquid8) => Some(Need::PhysicalState),
            () if self.may_be(Column::Gas23ZoneA) || self.may_be(Column::Poison61ZoneALiquid) => {
                Some(Need::Zone)
            }
            () => Some(Need::Classification),
        }
    }
}

fn columns(row: &Row, label: &str, facts: Facts) -> u32 {
    let bit = |column: Column| 1 << column as u32;
    let explosives = bit(Column::Explosives11And12)
        | bit(Column::Explosives13)
        | bit(Column::Explosives14)
        | bit(Column::Explosives15)
        | bit(Column::Explosives16);
    match label {
        // The label for a subsidiary explosive hazard carries no division.
        "1" => match facts.explosive {
            Some(division) => columns(row, division, facts),
            None => explosives,
        },
        "1.1" | "1.2" => bit(Column::Explosives11And12),
        "1.3" => bit(Column::Explosives13),
        "1.4" => bit(Column::Explosives14),
        "1.5" => bit(Column::Explosives15),
        "1.6" => bit(Column::Explosives16),
        "2.1" => bit(Column::Gas21),
        "2.2" => bit(Column::Gas22),
        "2.3" => match facts.zone {
            KnownZone::Is(Zone::A) => bit(Column::Gas23ZoneA),
            KnownZone::Is(Zone::B) => bit(Column::Gas23ZoneB),
            KnownZone::Is(Zone::C | Zone::D) => OUTSIDE,
            KnownZone::None | KnownZone::Unvouched => {
                bit(Column::Gas23ZoneA) | bit(Column::Gas23ZoneB) | OUTSIDE
            }
        },
        "3" => bit(Column::Flammable3),
        "4.1" => bit(Column::Flammable41),
        "4.2" => bit(Column::Flammable42),
        "4.3" => bit(Column::Flammable43),
        "5.1" => bit(Column::Oxidizer51),
        "5.2" => bit(Column::Peroxide52),
        "6.1" if row.class() != "2" => match facts.zone {
            KnownZone::Is(Zone::A) => bit(Column::Poison61ZoneALiquid),
            KnownZone::Unvouched => bit(Column::Poison61ZoneALiquid) | OUTSIDE,
            KnownZone::Is(_) | KnownZone::None => OUTSIDE,
        },
        "7" => bit(Column::Radioactive7),
        "8" => match facts.state {
            KnownState::Is(PhysicalState::Liquid) => bit(Column::CorrosiveLiquid8),
            KnownState::Is(PhysicalState::Solid | PhysicalState::Gas) => OUTSIDE,
            KnownState::NotLiquidUnvouched => bit(Column::CorrosiveLiquid8) | OUTSIDE | UNVOUCHED,
            KnownState::None => bit(Column::CorrosiveLiquid8) | OUTSIDE,
        },
        _ => OUTSIDE,
    }
}
