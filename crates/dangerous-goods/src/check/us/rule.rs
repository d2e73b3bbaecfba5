//! The rules of the United States in words: clause, cell, sentence, and what a person can do.

use std::borrow::Cow;

use super::tables::{Cell, Column, GroupCell};
use crate::check::rules::{Action, Rule, Within};
use crate::check::{Need, Verdict};

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
    const fn name(self) -> &'static str {
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
            Self::Cell { .. } | Self::InOneCompartment { .. } | Self::Unclear { .. } => "49 CFR 177.848(d)",
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
            let letter = match cell {
                Cell::Blank => "blank",
                Cell::Explosives => "*",
                Cell::O => "O",
                Cell::X => "X",
            };
            [letter, " at ", a.name(), " × ", b.name()].concat().into()
        };
        match self {
            Self::CyanideWithAcid { .. } => "cyanides with acids".into(),
            Self::SpontaneouslyCombustibleWithCorrosive => "4.2 with class 8 liquids".into(),
            Self::ZoneAPoison => "6.1, packing group I, zone A".into(),
            Self::Cell { cell: value, a, b } | Self::SameClass { cell: value, a, b } => cell(value, a, b),
            Self::Unclear { .. } => "the cell depends on what is missing".into(),
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

    fn sentence(&self, a: &str, b: &str) -> String {
        match self {
            Self::CyanideWithAcid { certain: true } => {
                format!("{a} and {b} are a cyanide and an acid; together they give off hydrogen cyanide")
            }
            Self::CyanideWithAcid { certain: false } => {
                format!(
                    "{a} and {b} may be a cyanide and an acid and may not meet if hydrogen cyanide could form"
                )
            }
            Self::SpontaneouslyCombustibleWithCorrosive => {
                format!(
                    "{a} and {b} are spontaneously combustible goods and a corrosive liquid, never on one vehicle"
                )
            }
            Self::ZoneAPoison => {
                format!(
                    "{a} and {b}: a poison of packing group I, zone A, travels apart from what may burn, feed a fire or corrode"
                )
            }
            Self::Cell { cell: Cell::X, .. } => format!("{a} and {b} may not be on one vehicle"),
            Self::Cell { .. } => [
                a,
                " and ",
                b,
                " may share a vehicle only if a leak could not bring them together",
            ]
            .concat(),
            Self::InOneCompartment { compartment, .. } => {
                format!(
                    "{a} and {b} are planned in one compartment, {compartment}, where a leak of one reaches the other unless something else stops it"
                )
            }
            Self::Unclear { .. } => {
                format!("whether {a} and {b} may share a vehicle depends on what is missing")
            }
            Self::SameClass { .. } => {
                format!(
                    "{a} and {b} are of one class; their subsidiary hazards keep them apart unless they cannot react dangerously"
                )
            }
            Self::Position => {
                format!(
                    "of {a} and {b} the corrosive liquid may be neither above nor next to the other, whatever stands between"
                )
            }
            Self::Adjacent { bays: [x, y] } => {
                format!(
                    "{a} in bay {x} and {b} in bay {y} are planned next to each other, and one is a corrosive liquid that may be neither above nor next to the other; move one of them so that a bay lies between"
                )
            }
            Self::InBays { bays: [x, y] } => {
                format!(
                    "{a} in bay {x} and {b} in bay {y}: the corrosive liquid is neither above nor next to the other"
                )
            }
            Self::InCompartments {
                compartments: [x, y], ..
            } => {
                format!(
                    "{a} in compartment {x} and {b} in compartment {y}: no leak could bring the two together"
                )
            }
            Self::NoteA { uncoupled } => {
                let unless = if *uncoupled {
                    "; nothing is coupled to the vehicle, so 177.835(c) does not forbid it"
                } else {
                    " unless 177.835(c) forbids it"
                };
                format!("{a} and {b} are ammonium nitrate and an explosive that may travel together{unless}")
            }
            Self::CargoTankMixture => {
                format!(
                    "{a} and {b} may share a cargo tank motor vehicle only if a mixture of the two would be safe"
                )
            }
            Self::Combination(beside) => {
                format!(
                    "{a} and {b} may not travel on one combination of vehicles: {}",
                    beside.name()
                )
            }
            Self::CombinationUnclear { .. } => {
                format!(
                    "whether {a} and {b} may travel on one combination of vehicles depends on what is missing"
                )
            }
            Self::Groups {
                cell: GroupCell::AsE, ..
            } => format!("{a} and {b} together count as compatibility group E"),
            Self::Groups {
                cell: GroupCell::AsD, ..
            } => format!("{a} and {b} together count as compatibility group D"),
            Self::Groups {
                cell: GroupCell::ArticlesOnly,
                ..
            } => {
                format!("{a} and {b} may share a vehicle as articles, if no explosive substance is on board")
            }
            Self::Groups { .. } => {
                format!("the compatibility groups of {a} and {b} may not be on one vehicle")
            }
            Self::GroupUnknown { .. } => {
                format!("{a} and {b} are explosive, and a compatibility group is not known")
            }
            Self::Identical => {
                format!("{a} and {b} are of group L, which travels only with the identical explosive")
            }
            Self::Fireworks => {
                format!("{a} and {b}: these fireworks may not be on one vehicle with the other explosive")
            }
            Self::Detonators(Detonator::Assembly) => {
                format!(
                    "{a} and {b}: assemblies and boosters with detonators may not travel with what they could set off"
                )
            }
            Self::Detonators(Detonator::Plain) => {
                format!(
                    "{a} and {b}: detonators travel with these explosives only in the containers the rule names"
                )
            }
            Self::LowestDivision { division } => {
                format!(
                    "{a} and {b} are explosives of different divisions; the whole load then counts as {division}"
                )
            }
        }
    }

    fn action(&self) -> Option<Action> {
        let action = |slug, text| Some(Action::new(slug, text));
        match self {
            Self::CyanideWithAcid { certain: false } => action(
                "no-hydrogen-cyanide",
                "establish that the two together cannot form hydrogen cyanide",
            ),
            Self::Cell { cell: Cell::O, .. } => action(
                "separation",
                "separate the two so that a leak under normal conditions of transport could not bring them together",
            ),
            Self::InOneCompartment { compartment, .. } => Some(Action {
                slug: "separation-within",
                at: vec![*compartment],
                text: format!(
                    "move one of the two out of compartment {compartment}, or establish what within it keeps a leak under normal conditions of transport from bringing them together"
                )
                .into(),
            }),
            Self::SameClass { .. } => action(
                "no-reaction",
                "establish that the two cannot react dangerously: no fire, heat, harmful gas, corrosive or unstable product",
            ),
            Self::Position => action(
                "position",
                "stow the corrosive liquid neither above nor next to the other; or, for a shipper's own truckload, establish that a mixture causes no fire and no dangerous heat or gas",
            ),
            Self::Adjacent { .. } => action(
                "own-truckload",
                "establish that this is a truckload of one shipper's own and that a mixture of the two causes no fire and no dangerous heat or gas; otherwise move one of them so that a bay lies between",
            ),
            Self::NoteA { uncoupled: false } => action(
                "note-a",
                "establish that no vehicle beyond this load is coupled that 177.835(c) forbids beside the explosive",
            ),
            Self::CargoTankMixture => action(
                "cargo-tank-mixture",
                "establish that a mixture of the two causes no fire, explosion, toxic vapour or dangerous heat or pressure",
            ),
            Self::Groups {
                cell: GroupCell::AsE, ..
            } => action("count-as-e", "treat the two together as compatibility group E"),
            Self::Groups {
                cell: GroupCell::AsD, ..
            } => action("count-as-d", "treat the two together as compatibility group D"),
            Self::Groups {
                cell: GroupCell::ArticlesOnly,
                ..
            } => action(
                "articles-only",
                "establish that both are articles, neither fireworks nor in need of special handling, and that no explosive substance is on board",
            ),
            Self::Identical => action("identical", "establish that the two are the identical explosive"),
            Self::Detonators(Detonator::Plain) => action(
                "detonator-container",
                "pack and load the detonators in a container or compartment that 177.835(g)(1) to (3) allows",
            ),
            Self::LowestDivision { division } => Some(Action {
                slug: "lowest-division",
                at: Vec::new(),
                text: format!("treat the whole load as division {division}").into(),
            }),
            _ => None,
        }
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
