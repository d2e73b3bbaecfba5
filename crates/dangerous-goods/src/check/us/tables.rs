//! The two tables of 49 CFR 177.848, as the law prints them.

use self::Cell::{Blank, Explosives, O, X};

/// A row or column of the table of 177.848(d).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::check) enum Column {
    Explosives11And12,
    Explosives13,
    Explosives14,
    Explosives15,
    Explosives16,
    Gas21,
    Gas22,
    Gas23ZoneA,
    Gas23ZoneB,
    Flammable3,
    Flammable41,
    Flammable42,
    Flammable43,
    Oxidizer51,
    Peroxide52,
    Poison61ZoneALiquid,
    Radioactive7,
    CorrosiveLiquid8,
}

impl Column {
    pub(in crate::check) const ALL: [Self; 18] = [
        Self::Explosives11And12,
        Self::Explosives13,
        Self::Explosives14,
        Self::Explosives15,
        Self::Explosives16,
        Self::Gas21,
        Self::Gas22,
        Self::Gas23ZoneA,
        Self::Gas23ZoneB,
        Self::Flammable3,
        Self::Flammable41,
        Self::Flammable42,
        Self::Flammable43,
        Self::Oxidizer51,
        Self::Peroxide52,
        Self::Poison61ZoneALiquid,
        Self::Radioactive7,
        Self::CorrosiveLiquid8,
    ];

    pub(in crate::check) const fn name(self) -> &'static str {
        match self {
            Self::Explosives11And12 => "1.1 and 1.2",
            Self::Explosives13 => "1.3",
            Self::Explosives14 => "1.4",
            Self::Explosives15 => "1.5",
            Self::Explosives16 => "1.6",
            Self::Gas21 => "2.1",
            Self::Gas22 => "2.2",
            Self::Gas23ZoneA => "2.3 zone A",
            Self::Gas23ZoneB => "2.3 zone B",
            Self::Flammable3 => "3",
            Self::Flammable41 => "4.1",
            Self::Flammable42 => "4.2",
            Self::Flammable43 => "4.3",
            Self::Oxidizer51 => "5.1",
            Self::Peroxide52 => "5.2",
            Self::Poison61ZoneALiquid => "6.1 liquid, packing group I, zone A",
            Self::Radioactive7 => "7",
            Self::CorrosiveLiquid8 => "8 liquid",
        }
    }
}

/// What the table of 177.848(d) says of two hazards, in order of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::check) enum Cell {
    /// No restriction, (e)(1).
    Blank,
    /// `*`: the table of (f) decides, (e)(4).
    Explosives,
    /// Only if a leak could not bring them together, (e)(3).
    O,
    /// Not together, (e)(2).
    X,
}

const B: Cell = Blank;
const E: Cell = Explosives;

/// 49 CFR 177.848(d); rows and columns in the order of [`Column::ALL`].
#[rustfmt::skip]
const SEGREGATION: [[Cell; 18]; 18] = [
    // 1.1/2 1.3 1.4 1.5 1.6 2.1 2.2 2.3A 2.3B 3 4.1 4.2 4.3 5.1 5.2 6.1A 7 8
    [E, E, E, E, E, X, X, X, X, X, X, X, X, X, X, X, X, X], // 1.1 and 1.2
    [E, E, E, E, E, X, B, X, X, X, B, X, X, X, X, X, B, X], // 1.3
    [E, E, E, E, E, O, B, O, O, O, B, O, B, B, B, O, B, O], // 1.4
    [E, E, E, E, E, X, X, X, X, X, X, X, X, X, X, X, X, X], // 1.5
    [E, E, E, E, E, B, B, B, B, B, B, B, B, B, B, B, B, B], // 1.6
    [X, X, O, X, B, B, B, X, O, B, B, B, B, B, B, O, O, B], // 2.1
    [X, B, B, X, B, B, B, B, B, B, B, B, B, B, B, B, B, B], // 2.2
    [X, X, O, X, B, X, B, B, B, X, X, X, X, X, X, B, B, X], // 2.3 zone A
    [X, X, O, X, B, O, B, B, B, O, O, O, O, O, O, B, B, O], // 2.3 zone B
    [X, X, O, X, B, B, B, X, O, B, B, B, B, O, B, X, B, B], // 3
    [X, B, B, X, B, B, B, X, O, B, B, B, B, B, B, X, B, O], // 4.1
    [X, X, O, X, B, B, B, X, O, B, B, B, B, B, B, X, B, X], // 4.2
    [X, X, B, X, B, B, B, X, O, B, B, B, B, B, B, X, B, O], // 4.3
    [X, X, B, X, B, B, B, X, O, O, B, B, B, B, B, X, B, O], // 5.1
    [X, X, B, X, B, B, B, X, O, B, B, B, B, B, B, X, B, O], // 5.2
    [X, X, O, X, B, O, B, B, B, X, X, X, X, X, X, B, B, X], // 6.1 zone A liquid
    [X, B, B, X, B, O, B, B, B, B, B, B, B, B, B, B, B, B], // 7
    [X, X, O, X, B, B, B, X, O, B, O, X, O, O, O, X, B, B], // 8 liquid
];

pub(in crate::check) const fn segregation(a: Column, b: Column) -> Cell {
    SEGREGATION[a as usize][b as usize]
}

/// For each column a bit per column whose cell beside it is not blank.
pub(in crate::check) const RESTRICTED: [u32; 18] = {
    let mut restricted = [0; 18];
    let (mut row, mut column) = (0, 0);
    while row < 18 {
        if !matches!(SEGREGATION[row][column], Blank) {
            restricted[row] |= 1 << column;
        }
        column += 1;
        if column == 18 {
            (row, column) = (row + 1, 0);
        }
    }
    restricted
};

/// What the table of 177.848(f) says of two compatibility groups; the numbers are those of (g)(3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum GroupCell {
    /// No restriction.
    Free,
    /// `X`: not on the same vehicle.
    Apart,
    /// `1`: only the identical explosive.
    Identical,
    /// `2`: together they count as group E.
    AsE,
    /// `3`: together they count as group D.
    AsD,
    /// `X(4)`: apart, but for detonators as 177.835(g) allows.
    ApartButDetonators,
    /// `4/5`: mind detonators (177.835(g)) and fireworks of 1.4S.
    DetonatorsOrFireworks,
    /// `6`: articles only, no fireworks, no special handling, no substances on board.
    ArticlesOnly,
}

/// The compatibility groups in the order of the table.
pub(in crate::check) const GROUPS: &str = "ABCDEFGHJKLNS";

const F: GroupCell = GroupCell::Free;
const A: GroupCell = GroupCell::Apart;
const G1: GroupCell = GroupCell::Identical;
const G2: GroupCell = GroupCell::AsE;
const G3: GroupCell = GroupCell::AsD;
const G4: GroupCell = GroupCell::ApartButDetonators;
const G5: GroupCell = GroupCell::DetonatorsOrFireworks;
const G6: GroupCell = GroupCell::ArticlesOnly;

/// 49 CFR 177.848(f); rows and columns in the order of [`GROUPS`].
#[rustfmt::skip]
const COMPATIBILITY: [[GroupCell; 13]; 13] = [
    //A  B   C   D   E   F   G   H   J   K   L   N   S
    [F,  A,  A,  A,  A,  A,  A,  A,  A,  A,  A,  A,  A],  // A
    [A,  F,  A,  G4, A,  A,  A,  A,  A,  A,  A,  A,  G5], // B
    [A,  A,  F,  G2, G2, A,  G6, A,  A,  A,  A,  G3, G5], // C
    [A,  G4, G2, F,  G2, A,  G6, A,  A,  A,  A,  G3, G5], // D
    [A,  A,  G2, G2, F,  A,  G6, A,  A,  A,  A,  G3, G5], // E
    [A,  A,  A,  A,  A,  F,  A,  A,  A,  A,  A,  A,  G5], // F
    [A,  A,  G6, G6, G6, A,  F,  A,  A,  A,  A,  A,  G5], // G
    [A,  A,  A,  A,  A,  A,  A,  F,  A,  A,  A,  A,  G5], // H
    [A,  A,  A,  A,  A,  A,  A,  A,  F,  A,  A,  A,  G5], // J
    [A,  A,  A,  A,  A,  A,  A,  A,  A,  F,  A,  A,  G5], // K
    [A,  A,  A,  A,  A,  A,  A,  A,  A,  A,  G1, A,  A],  // L
    [A,  A,  G3, G3, G3, A,  A,  A,  A,  A,  A,  F,  G5], // N
    [A,  G5, G5, G5, G5, G5, G5, G5, G5, G5, A,  G5, F],  // S
];

/// `None` for a letter that is no group of the table.
pub(in crate::check) fn compatibility(a: char, b: char) -> Option<GroupCell> {
    Some(COMPATIBILITY[GROUPS.find(a)?][GROUPS.find(b)?])
}
