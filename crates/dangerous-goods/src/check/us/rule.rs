//! The rules of the United States: how severe, of which clause and cell; `words` says them in sentences.

use std::array;
use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use super::tables::{Cell, Column, GroupCell};
use super::words;
use crate::check::rules::{Action, Rule, Within};
use crate::check::{Need, Verdict};

/// The names of the cells of 177.848(d), by cell and columns. A great load has thousands of findings on them.
static CELL_NAMES: LazyLock<[[[String; 18]; 18]; 4]> = LazyLock::new(|| {
    let name = |cell, a, b| {
        let [a, b] = [a, b].map(|at: usize| Column::ALL[at].name());
        [cell, " at ", a, " × ", b].concat()
    };
    ["blank", "*", "O", "X"].map(|cell| array::from_fn(|a| array::from_fn(|b| name(cell, a, b))))
});

/// What one rule says of two goods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::check) enum UsRule {
    CyanideWithAcid {
        certain: bool,
    },
    SpontaneouslyCombustibleWithCorrosive,
    ZoneAPoison,
    Cell {
        cell: Cell,
        a: Column,
        b: Column,
    },
    Unclear {
        a: Option<Need>,
        b: Option<Need>,
    },
    /// The cell depends on a physical state that is stated, but by nobody in particular.
    StateAsStated {
        a: bool,
        b: bool,
    },
    SameClass {
        cell: Cell,
        a: Column,
        b: Column,
    },
    Position,
    /// (e)(3) is not kept by the plan: same or neighbouring bays.
    Adjacent {
        bays: [u8; 2],
    },
    /// An O, and the plan puts the two in one compartment, where a leak of one reaches the other.
    InOneCompartment {
        a: Column,
        b: Column,
        compartment: u8,
    },
    /// What (e)(3) asks for is in the plan: no leak brings the two together.
    InCompartments {
        a: Column,
        b: Column,
        compartments: [u8; 2],
    },
    /// What (e)(3) asks for is in the plan: a bay lies between the two.
    InBays {
        bays: [u8; 2],
    },
    /// Note A, with what the load says of vehicles coupled to this one.
    NoteA {
        uncoupled: bool,
    },
    /// 173.33(a)(2).
    CargoTankMixture,
    /// 177.835(c)(3) and (4).
    Combination(Beside),
    CombinationUnclear {
        a: Option<Need>,
        b: Option<Need>,
    },
    Groups {
        cell: GroupCell,
        a: char,
        b: char,
    },
    GroupUnknown {
        a: bool,
        b: bool,
    },
    Identical,
    Fireworks,
    Detonators(Detonator),
    LowestDivision {
        division: &'static str,
    },
}

/// What may not be on a combination of vehicles with goods of 1.1 or 1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Beside {
    CargoTank,
    Initiating,
    Yellow3,
    PoisonGas,
    PoisonZoneA,
    PortableTank,
}

impl Beside {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::CargoTank => "1.1 or 1.2 with a cargo tank",
            Self::Initiating => "1.1 or 1.2 with 1.1A in the other vehicle",
            Self::Yellow3 => "1.1 or 1.2 with Yellow-III packages in the other vehicle",
            Self::PoisonGas => "1.1 or 1.2 with 2.3 zone A or B in the other vehicle",
            Self::PoisonZoneA => "1.1 or 1.2 with 6.1 zone A in the other vehicle",
            Self::PortableTank => "1.1 or 1.2 with a portable tank in the other vehicle",
        }
    }
}

/// What 177.835(g) says of goods that set off explosives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Detonator {
    /// May travel with other explosives under the container standards.
    Plain,
    /// Assemblies and boosters with detonator: may not.
    Assembly,
}

impl UsRule {
    /// What the rule becomes where the plan names the compartments of the two.
    pub(super) fn in_compartments(self, within: Within) -> Self {
        match (self, within.compartments, within.shared) {
            (
                Self::Cell { cell: Cell::O, a, b } | Self::SameClass { cell: Cell::O, a, b },
                Some(compartments),
                _,
            ) => Self::InCompartments { a, b, compartments },
            (Self::Cell { cell: Cell::O, a, b }, None, Some(compartment)) => {
                Self::InOneCompartment { a, b, compartment }
            }
            (rule, ..) => rule,
        }
    }

    /// Whether the plan keeps a class 8 liquid away from class 4 or 5.
    pub(super) fn position(within: Within) -> Self {
        match within.bays {
            None => Self::Position,
            Some(bays @ [a, b]) if a.abs_diff(b) < 2 => Self::Adjacent { bays },
            Some(bays) => Self::InBays { bays },
        }
    }
}

impl Rule for UsRule {
    fn verdict(&self) -> Verdict {
        match self {
            Self::CyanideWithAcid { certain: true }
            | Self::SpontaneouslyCombustibleWithCorrosive
            | Self::ZoneAPoison
            | Self::Cell { cell: Cell::X, .. }
            | Self::Fireworks
            | Self::Combination(_)
            | Self::Detonators(Detonator::Assembly) => Verdict::Prohibited,
            Self::Unclear { .. } | Self::CombinationUnclear { .. } | Self::GroupUnknown { .. } => {
                Verdict::NotCleared
            }
            Self::Groups { cell, .. } => match cell {
                GroupCell::AsD | GroupCell::AsE | GroupCell::ArticlesOnly => Verdict::Conditional,
                _ => Verdict::Prohibited,
            },
            Self::CyanideWithAcid { certain: false }
            | Self::Cell { .. }
            | Self::InOneCompartment { .. }
            | Self::SameClass { .. }
            | Self::StateAsStated { .. }
            | Self::Position
            | Self::Adjacent { .. }
            | Self::NoteA { uncoupled: false }
            | Self::CargoTankMixture
            | Self::Identical
            | Self::Detonators(Detonator::Plain)
            | Self::LowestDivision { .. } => Verdict::Conditional,
            Self::NoteA { uncoupled: true } | Self::InCompartments { .. } | Self::InBays { .. } => {
                Verdict::Permitted
            }
        }
    }

    fn needs(&self) -> [Option<Need>; 2] {
        match *self {
            Self::Unclear { a, b } | Self::CombinationUnclear { a, b } => [a, b],
            Self::GroupUnknown { a, b } => [
                a.then_some(Need::Classification),
                b.then_some(Need::Classification),
            ],
            _ => [None, None],
        }
    }

    fn clause(&self) -> &'static str {
        match self {
            Self::CyanideWithAcid { .. }
            | Self::SpontaneouslyCombustibleWithCorrosive
            | Self::ZoneAPoison => "49 CFR 177.848(c)",
            Self::Cell { .. }
            | Self::InOneCompartment { .. }
            | Self::Unclear { .. }
            | Self::StateAsStated { .. } => "49 CFR 177.848(d)",
            Self::SameClass { .. } => "49 CFR 177.848(e)(6)",
            Self::Position | Self::Adjacent { .. } | Self::InCompartments { .. } | Self::InBays { .. } => {
                "49 CFR 177.848(e)(3)"
            }
            Self::NoteA { .. } => "49 CFR 177.848(e)(5)",
            Self::CargoTankMixture => "49 CFR 173.33(a)(2)",
            Self::Combination(_) | Self::CombinationUnclear { .. } => "49 CFR 177.835(c)",
            Self::Groups { .. } | Self::GroupUnknown { .. } => "49 CFR 177.848(f)",
            Self::Identical => "49 CFR 177.848(g)(3)(i)",
            Self::Fireworks => "49 CFR 177.848(g)(3)",
            Self::Detonators(_) => "49 CFR 177.835(g)",
            Self::LowestDivision { .. } => "49 CFR 177.848(h)",
        }
    }

    fn name(&self) -> Cow<'static, str> {
        let cell = |cell: &Cell, a: &Column, b: &Column| {
            let name: &'static str = &CELL_NAMES[*cell as usize][*a as usize][*b as usize];
            Cow::Borrowed(name)
        };
        match self {
            Self::CyanideWithAcid { .. } => "cyanides with acids".into(),
            Self::SpontaneouslyCombustibleWithCorrosive => "4.2 with class 8 liquids".into(),
            Self::ZoneAPoison => "6.1, packing group I, zone A".into(),
            Self::Cell { cell: value, a, b } | Self::SameClass { cell: value, a, b } => cell(value, a, b),
            Self::Unclear { .. } => "the cell depends on what is missing".into(),
            Self::StateAsStated { .. } => "the cell depends on the state stated".into(),
            Self::InCompartments { a, b, .. } | Self::InOneCompartment { a, b, .. } => cell(&Cell::O, a, b),
            Self::Position | Self::Adjacent { .. } | Self::InBays { .. } => {
                "class 8 liquids with class 4 or 5".into()
            }
            Self::NoteA { .. } => "note A".into(),
            Self::CargoTankMixture => "two goods in one cargo tank motor vehicle".into(),
            Self::Combination(beside) => beside.name().into(),
            Self::CombinationUnclear { .. } => "what is in the other vehicle".into(),
            Self::Groups { cell, a, b } => format!("{} at {a} × {b}", code(*cell)).into(),
            Self::GroupUnknown { .. } => "compatibility group unknown".into(),
            Self::Identical => "1 at L × L".into(),
            Self::Fireworks => "fireworks".into(),
            Self::Detonators(_) => "detonators".into(),
            Self::LowestDivision { .. } => "different divisions".into(),
        }
    }

    fn say(&self, a: &str, b: &str, out: &mut String) -> fmt::Result {
        words::say(self, a, b, out)
    }

    fn action(&self) -> Option<Action> {
        words::action(self)
    }
}

const fn code(cell: GroupCell) -> &'static str {
    match cell {
        GroupCell::Free => "blank",
        GroupCell::Apart => "X",
        GroupCell::Identical => "1",
        GroupCell::AsE => "2",
        GroupCell::AsD => "3",
        GroupCell::ApartButDetonators => "X(4)",
        GroupCell::DetonatorsOrFireworks => "4/5",
        GroupCell::ArticlesOnly => "6",
    }
}
