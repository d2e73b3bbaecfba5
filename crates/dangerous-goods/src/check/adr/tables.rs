//! The two tables of ADR 7.5.2, as the agreement prints them. Here X is a permission and a blank
//! cell a prohibition, the reverse of the United States.

use self::LabelCell::{A, AB, B, Class1, D, N, X};

/// A row or column of the table of 7.5.2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Label {
    L1,
    L14,
    L15,
    L16,
    L2,
    L3,
    L41,
    L41And1,
    L42,
    L43,
    L51,
    L52,
    L52And1,
    L61,
    L62,
    L7,
    L8,
    L9,
}

impl Label {
    pub(in crate::check) const fn name(self) -> &'static str {
        match self {
            Self::L1 => "1",
            Self::L14 => "1.4",
            Self::L15 => "1.5",
            Self::L16 => "1.6",
            Self::L2 => "2.1, 2.2, 2.3",
            Self::L3 => "3",
            Self::L41 => "4.1",
            Self::L41And1 => "4.1+1",
            Self::L42 => "4.2",
            Self::L43 => "4.3",
            Self::L51 => "5.1",
            Self::L52 => "5.2",
            Self::L52And1 => "5.2+1",
            Self::L61 => "6.1",
            Self::L62 => "6.2",
            Self::L7 => "7",
            Self::L8 => "8",
            Self::L9 => "9, 9A",
        }
    }
}

/// What the table of 7.5.2.1 says of two labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum LabelCell {
    /// Blank: mixed loading prohibited.
    N,
    /// `X`: mixed loading permitted.
    X,
    /// The table of 7.5.2.2 decides.
    Class1,
    /// `a`: permitted with 1.4S only.
    A,
    /// `b`: permitted between class 1 and life-saving appliances of class 9.
    B,
    /// `a, b, c`.
    AB,
    /// `d`: permitted between blasting explosives and certain nitrates.
    D,
}

const C: LabelCell = Class1;

/// ADR 7.5.2.1; rows and columns in the order of [`Label`].
#[rustfmt::skip]
const MIXED_LOADING: [[LabelCell; 18]; 18] = [
    //1  1.4 1.5 1.6 2   3   4.1 4.1+1 4.2 4.3 5.1 5.2 5.2+1 6.1 6.2 7 8 9
    [C,  C,  C,  C,  N,  N,  N,  N,  N,  N,  D,  N,  N,  N,  N,  N,  N,  B],  // 1
    [C,  C,  C,  C,  A,  A,  A,  N,  A,  A,  A,  A,  N,  A,  A,  A,  A,  AB], // 1.4
    [C,  C,  C,  C,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  B],  // 1.5
    [C,  C,  C,  C,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  B],  // 1.6
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 2.1, 2.2, 2.3
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 3
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 4.1
    [N,  N,  N,  N,  N,  N,  N,  X,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N],  // 4.1+1
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 4.2
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 4.3
    [D,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 5.1
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X],  // 5.2
    [N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  N,  X,  X,  N,  N,  N,  N,  N],  // 5.2+1
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 6.1
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 6.2
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 7
    [N,  A,  N,  N,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 8
    [B,  AB, B,  B,  X,  X,  X,  N,  X,  X,  X,  X,  N,  X,  X,  X,  X,  X],  // 9, 9A
];

pub(in crate::check) const fn mixed_loading(a: Label, b: Label) -> LabelCell {
    MIXED_LOADING[a as usize][b as usize]
}

/// What the table of 7.5.2.2 says of two compatibility groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum GroupCell {
    /// Blank: mixed loading prohibited.
    Prohibited,
    /// `X`: mixed loading permitted.
    Permitted,
    /// `a`: only in separate compartments or approved containment.
    Separated,
    /// `b`: different articles of 1.6N only if proven safe together.
    Proven,
    /// `b, c`: articles of group N then count as group D.
    ProvenAsD,
    /// `d`: group L only with the same type.
    SameType,
}

/// The compatibility groups in the order of the table; group K is not admitted to carriage.
pub(in crate::check) const GROUPS: &str = "ABCDEFGHJLNS";

const O: GroupCell = GroupCell::Prohibited;
const Y: GroupCell = GroupCell::Permitted;
const GA: GroupCell = GroupCell::Separated;
const GB: GroupCell = GroupCell::Proven;
const BC: GroupCell = GroupCell::ProvenAsD;
const GD: GroupCell = GroupCell::SameType;

/// ADR 7.5.2.2; rows and columns in the order of [`GROUPS`].
#[rustfmt::skip]
const COMPATIBILITY: [[GroupCell; 12]; 12] = [
    //A  B   C   D   E   F   G   H   J   L   N   S
    [Y,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O],  // A
    [O,  Y,  O,  GA, O,  O,  O,  O,  O,  O,  O,  Y],  // B
    [O,  O,  Y,  Y,  Y,  O,  Y,  O,  O,  O,  BC, Y],  // C
    [O,  GA, Y,  Y,  Y,  O,  Y,  O,  O,  O,  BC, Y],  // D
    [O,  O,  Y,  Y,  Y,  O,  Y,  O,  O,  O,  BC, Y],  // E
    [O,  O,  O,  O,  O,  Y,  O,  O,  O,  O,  O,  Y],  // F
    [O,  O,  Y,  Y,  Y,  O,  Y,  O,  O,  O,  O,  Y],  // G
    [O,  O,  O,  O,  O,  O,  O,  Y,  O,  O,  O,  Y],  // H
    [O,  O,  O,  O,  O,  O,  O,  O,  Y,  O,  O,  Y],  // J
    [O,  O,  O,  O,  O,  O,  O,  O,  O,  GD, O,  O],  // L
    [O,  O,  BC, BC, BC, O,  O,  O,  O,  O,  GB, Y],  // N
    [O,  Y,  Y,  Y,  Y,  Y,  Y,  Y,  Y,  O,  Y,  Y],  // S
];

/// `None` for a letter that is no group of the table.
pub(in crate::check) fn compatibility(a: char, b: char) -> Option<GroupCell> {
    Some(COMPATIBILITY[GROUPS.find(a)?][GROUPS.find(b)?])
}
