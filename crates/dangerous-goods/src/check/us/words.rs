//! What the rules of the United States say in plain words, and what a person can do about each.

use std::fmt::{self, Write};

use super::rule::{Detonator, UsRule};
use super::tables::{Cell, GroupCell};
use crate::check::rules::Action;

/// Appends the rule in one sentence on goods `a` and `b`.
pub(super) fn say(rule: &UsRule, a: &str, b: &str, out: &mut String) -> fmt::Result {
    // Much faster than `write!`, and a great load has thousands of these.
    let both = |out: &mut String, says: &str| {
        out.extend([a, " and ", b, says]);
        Ok(())
    };
    match rule {
        UsRule::CyanideWithAcid { certain: true } => both(
            out,
            " are a cyanide and an acid; together they give off hydrogen cyanide",
        ),
        UsRule::CyanideWithAcid { certain: false } => both(
            out,
            " may be a cyanide and an acid and may not meet if hydrogen cyanide could form",
        ),
        UsRule::SpontaneouslyCombustibleWithCorrosive => both(
            out,
            " are spontaneously combustible goods and a corrosive liquid, never on one vehicle",
        ),
        UsRule::ZoneAPoison => both(
            out,
            ": a poison of packing group I, zone A, travels apart from what may burn, feed a fire or corrode",
        ),
        UsRule::Cell { cell: Cell::X, .. } => both(out, " may not be on one vehicle"),
        UsRule::Cell { .. } => both(
            out,
            " may share a vehicle only if a leak could not bring them together",
        ),
        UsRule::InOneCompartment { compartment, .. } => {
            write!(
                out,
                "{a} and {b} are planned in one compartment, {compartment}, where a leak of one reaches the other unless something else stops it"
            )
        }
        UsRule::Unclear { .. } => {
            out.push_str("whether ");
            both(out, " may share a vehicle depends on what is missing")
        }
        UsRule::StateAsStated { a: of_a, b: of_b } => {
            let whose = match (of_a, of_b) {
                (true, true) => "the two",
                (true, false) => a,
                (false, _) => b,
            };
            write!(
                out,
                "{a} and {b} may share a vehicle if {whose} travel in the state stated, which nobody says by name; a corrosive liquid would be restricted here"
            )
        }
        UsRule::SameClass { .. } => both(
            out,
            " are of one class; their subsidiary hazards keep them apart unless they cannot react dangerously",
        ),
        UsRule::Position => {
            out.push_str("of ");
            both(
                out,
                " the corrosive liquid may be neither above nor next to the other, whatever stands between",
            )
        }
        UsRule::Adjacent { bays: [x, y] } => {
            write!(
                out,
                "{a} in bay {x} and {b} in bay {y} are planned next to each other, and one is a corrosive liquid that may be neither above nor next to the other; move one of them so that a bay lies between"
            )
        }
        UsRule::InBays { bays: [x, y] } => {
            write!(
                out,
                "{a} in bay {x} and {b} in bay {y}: the corrosive liquid is neither above nor next to the other"
            )
        }
        UsRule::InCompartments {
            compartments: [x, y], ..
        } => {
            write!(
                out,
                "{a} in compartment {x} and {b} in compartment {y}: no leak could bring the two together"
            )
        }
        UsRule::NoteA { uncoupled } => {
            let unless = if *uncoupled {
                "; nothing is coupled to the vehicle, so 177.835(c) does not forbid it"
            } else {
                " unless 177.835(c) forbids it"
            };
            write!(
                out,
                "{a} and {b} are ammonium nitrate and an explosive that may travel together{unless}"
            )
        }
        UsRule::CargoTankMixture => both(
            out,
            " may share a cargo tank motor vehicle only if a mixture of the two would be safe",
        ),
        UsRule::Combination(beside) => {
            write!(
                out,
                "{a} and {b} may not travel on one combination of vehicles: {}",
                beside.name()
            )
        }
        UsRule::CombinationUnclear { .. } => {
            write!(
                out,
                "whether {a} and {b} may travel on one combination of vehicles depends on what is missing"
            )
        }
        UsRule::Groups {
            cell: GroupCell::AsE, ..
        } => both(out, " together count as compatibility group E"),
        UsRule::Groups {
            cell: GroupCell::AsD, ..
        } => both(out, " together count as compatibility group D"),
        UsRule::Groups {
            cell: GroupCell::ArticlesOnly,
            ..
        } => both(
            out,
            " may share a vehicle as articles, if no explosive substance is on board",
        ),
        UsRule::Groups { .. } => {
            write!(
                out,
                "the compatibility groups of {a} and {b} may not be on one vehicle"
            )
        }
        UsRule::GroupUnknown { .. } => both(out, " are explosive, and a compatibility group is not known"),
        UsRule::Identical => both(
            out,
            " are of group L, which travels only with the identical explosive",
        ),
        UsRule::Fireworks => both(
            out,
            ": these fireworks may not be on one vehicle with the other explosive",
        ),
        UsRule::Detonators(Detonator::Assembly) => both(
            out,
            ": assemblies and boosters with detonators may not travel with what they could set off",
        ),
        UsRule::Detonators(Detonator::Plain) => both(
            out,
            ": detonators travel with these explosives only in the containers the rule names",
        ),
        UsRule::LowestDivision { division } => {
            write!(
                out,
                "{a} and {b} are explosives of different divisions; the whole load then counts as {division}"
            )
        }
    }
}

/// What would fulfil the rule, where something would.
pub(super) fn action(rule: &UsRule) -> Option<Action> {
    let action = |slug, text| Some(Action::new(slug, text));
    match rule {
        UsRule::CyanideWithAcid { certain: false } => action(
            "no-hydrogen-cyanide",
            "establish that the two together cannot form hydrogen cyanide",
        ),
        UsRule::Cell { cell: Cell::O, .. } => action(
            "separation",
            "separate the two so that a leak under normal conditions of transport could not bring them together",
        ),
        UsRule::InOneCompartment { compartment, .. } => Some(Action {
            slug: "separation-within",
            at: vec![*compartment],
            text: format!(
                "move one of the two out of compartment {compartment}, or establish what within it keeps a leak under normal conditions of transport from bringing them together"
            )
            .into(),
        }),
        UsRule::StateAsStated { .. } => action(
            "state-as-stated",
            "establish that the goods travel in the state stated, not as a liquid, and stay so in the heat of the journey",
        ),
        UsRule::SameClass { .. } => action(
            "no-reaction",
            "establish that the two cannot react dangerously: no fire, heat, harmful gas, corrosive or unstable product",
        ),
        UsRule::Position => action(
            "position",
            "stow the corrosive liquid neither above nor next to the other; or, for a shipper's own truckload, establish that a mixture causes no fire and no dangerous heat or gas",
        ),
        UsRule::Adjacent { .. } => action(
            "own-truckload",
            "establish that this is a truckload of one shipper's own and that a mixture of the two causes no fire and no dangerous heat or gas; otherwise move one of them so that a bay lies between",
        ),
        UsRule::NoteA { uncoupled: false } => action(
            "note-a",
            "establish that no vehicle beyond this load is coupled that 177.835(c) forbids beside the explosive",
        ),
        UsRule::CargoTankMixture => action(
            "cargo-tank-mixture",
            "establish that a mixture of the two causes no fire, explosion, toxic vapour or dangerous heat or pressure",
        ),
        UsRule::Groups {
            cell: GroupCell::AsE, ..
        } => action("count-as-e", "treat the two together as compatibility group E"),
        UsRule::Groups {
            cell: GroupCell::AsD, ..
        } => action("count-as-d", "treat the two together as compatibility group D"),
        UsRule::Groups {
            cell: GroupCell::ArticlesOnly,
            ..
        } => action(
            "articles-only",
            "establish that both are articles, neither fireworks nor in need of special handling, and that no explosive substance is on board",
        ),
        UsRule::Identical => action("identical", "establish that the two are the identical explosive"),
        UsRule::Detonators(Detonator::Plain) => action(
            "detonator-container",
            "pack and load the detonators in a container or compartment that 177.835(g)(1) to (3) allows",
        ),
        UsRule::LowestDivision { division } => Some(Action {
            slug: "lowest-division",
            at: Vec::new(),
            text: format!("treat the whole load as division {division}").into(),
        }),
        _ => None,
    }
}
