//! Distances for what the tables of the guidebook do not name: a rule of this program's own, by hazard.
//!
//! No guidebook and no law is the source of these figures, and no answer says so. They are round, they are
//! for the first minutes, and they err on the far side. Where several hazards meet, the farthest holds.

use std::collections::BTreeSet;

use super::distance::Distance;
use super::hazard::Hazard;

/// How far to stay away in all directions, in metres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) small: Distance,
    pub(super) large: Distance,
    /// When the load, a tyre next to it or the tank burns.
    pub(super) fire: Distance,
}

impl Figures {
    const fn of(small: u32, large: u32, fire: u32) -> Self {
        Self {
            small: Distance::metres(small),
            large: Distance::metres(large),
            fire: Distance::metres(fire),
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            small: self.small.max(other.small),
            large: self.large.max(other.large),
            fire: self.fire.max(other.fire),
        }
    }
}

/// Nothing is let closer than this, whatever it is.
const LEAST: Figures = Figures::of(25, 100, 300);
/// What cannot be told from anything worse: the farthest of all figures below.
const FARTHEST: Figures = Figures::of(500, 1_000, 1_600);

/// What the goods are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// Known to be solid.
    pub(super) solid: bool,
    /// In a tank or in bulk, so that much may leak at once.
    pub(super) bulk: bool,
}

/// The farthest figures over these hazards.
pub(super) fn figures(hazards: &BTreeSet<Hazard>, form: Form) -> Figures {
    let figures = hazards
        .iter()
        .map(|hazard| of(*hazard, form))
        .fold(LEAST, Figures::max);
    if form.bulk {
        // A tank may burst in a fire.
        return figures.max(Figures::of(50, 100, 800));
    }
    figures
}

/// The farthest figures over those of the hazards by which what has leaked burns or explodes; none without any. The
/// tables of the guidebook say nothing of them.
pub(super) fn of_fire(hazards: &BTreeSet<Hazard>, form: Form) -> Option<Figures> {
    let burns = |hazard: &&Hazard| {
        matches!(
            hazard,
            Hazard::FlammableGas
                | Hazard::FlammableLiquid
                | Hazard::OrganicPeroxide
                | Hazard::SelfReactive
                | Hazard::Desensitized
                | Hazard::SpontaneouslyCombustible
                | Hazard::Polymerizing
        )
    };
    let burning: BTreeSet<Hazard> = hazards.iter().filter(burns).copied().collect();
    (!burning.is_empty()).then(|| figures(&burning, form))
}

const fn of(hazard: Hazard, form: Form) -> Figures {
    // A liquid runs and gives off vapour, a solid stays where it falls.
    let near = if form.solid { 25 } else { 50 };
    match hazard {
        Hazard::Unknown => FARTHEST,
        Hazard::Explosive => Figures::of(500, 800, 1_600),
        Hazard::MinorExplosive => Figures::of(100, 250, 500),
        Hazard::Inhalation => Figures::of(100, 1_000, 800),
        Hazard::FlammableGas if form.bulk => Figures::of(100, 800, 1_600),
        Hazard::FlammableGas => Figures::of(100, 800, 800),
        Hazard::AmmoniumNitrate => Figures::of(50, 100, 1_600),
        Hazard::OrganicPeroxide | Hazard::SelfReactive | Hazard::Polymerizing => Figures::of(50, 250, 800),
        Hazard::Desensitized => Figures::of(100, 500, 1_600),
        Hazard::PressurizedGas | Hazard::Refrigerated => Figures::of(100, 250, 800),
        Hazard::FlammableLiquid => Figures::of(50, 300, 300),
        Hazard::SpontaneouslyCombustible | Hazard::WaterReactive | Hazard::WaterToxicGas => {
            Figures::of(50, 250, 500)
        }
        Hazard::WhitePhosphorus => Figures::of(50, 250, 800),
        Hazard::Battery => Figures::of(25, 100, 500),
        Hazard::Toxic | Hazard::Corrosive | Hazard::Fluoride | Hazard::Oxidizer => {
            Figures::of(near, 150, 300)
        }
        Hazard::FlammableSolid | Hazard::Hot | Hazard::Environment | Hazard::Other => {
            Figures::of(near, 100, 300)
        }
        Hazard::Radioactive | Hazard::Infectious | Hazard::Asbestos | Hazard::DryIce => {
            Figures::of(25, 100, 300)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{FARTHEST, Form, figures};
    use crate::emergency::hazard::Hazard;

    const FORMS: [Form; 4] = [
        Form {
            solid: false,
            bulk: false,
        },
        Form {
            solid: false,
            bulk: true,
        },
        Form {
            solid: true,
            bulk: false,
        },
        Form {
            solid: true,
            bulk: true,
        },
    ];

    #[test]
    fn the_unknown_is_kept_as_far_as_the_farthest_of_all() {
        let all = BTreeSet::from(Hazard::ALL);
        for form in FORMS {
            assert_eq!(figures(&BTreeSet::from([Hazard::Unknown]), form), FARTHEST);
            assert_eq!(figures(&all, form), FARTHEST);
        }
    }

    #[test]
    fn a_further_hazard_or_a_tank_never_brings_anyone_closer() {
        for a in Hazard::ALL {
            for b in Hazard::ALL {
                for form in FORMS {
                    let (one, two) = (
                        figures(&BTreeSet::from([a]), form),
                        figures(&BTreeSet::from([a, b]), form),
                    );
                    assert!(two.small >= one.small && two.large >= one.large && two.fire >= one.fire);
                    assert!(one.small <= one.large, "{a:?}");
                    let tank = figures(&BTreeSet::from([a]), Form { bulk: true, ..form });
                    assert!(tank.small >= one.small && tank.large >= one.large && tank.fire >= one.fire);
                }
            }
        }
    }
}
