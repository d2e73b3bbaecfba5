//! Fire: what a driver may fight, when to run, and what the fire brigade needs to hear.

use super::super::hazard::Hazard;
use super::{Advice, always, on, water};

pub(super) const TABLE: &[Advice] = &[
    on(
        &[Hazard::Unknown, Hazard::Explosive],
        "Fire that comes near the load: do not fight it. Run. The load can explode all at once.",
    ),
    on(
        &[Hazard::AmmoniumNitrate, Hazard::Desensitized],
        "Fire that reaches the load: do not fight it. Get everyone far away. The load can explode.",
    ),
    on(
        &[Hazard::MinorExplosive],
        "Fire that reaches the load: do not fight it. Get away and behind cover from what flies off.",
    ),
    always(
        "Fight only a small fire of tyre, brake, engine or cab, while it is not near the load, with your extinguisher.",
    ),
    always("Fire in the load: open no door and no cover. Leave, and keep everyone away."),
    always("All smoke is poisonous: stay upwind of it."),
    on(
        &[Hazard::FlammableGas],
        "Do not put out gas that burns where it escapes: unburnt gas gathers and explodes.",
    ),
    on(
        &[Hazard::FlammableGas, Hazard::PressurizedGas, Hazard::Refrigerated],
        "Cylinders and tanks in a fire burst and fly: get far away, and never stand at the end of a tank.",
    ),
    on(
        &[Hazard::FlammableLiquid],
        "Never aim a jet of water at burning liquid: it spreads the fire.",
    ),
    on(
        &[Hazard::WaterReactive],
        "No water, foam or carbon dioxide on these goods. For the fire brigade: dry sand or dry powder.",
    ),
    on(
        &[Hazard::Oxidizer, Hazard::OrganicPeroxide],
        "The goods feed the fire: covering does not smother it, and cloth or wood they touched burns fiercely.",
    ),
    water(
        &[
            Hazard::Oxidizer,
            Hazard::AmmoniumNitrate,
            Hazard::OrganicPeroxide,
            Hazard::SelfReactive,
            Hazard::Desensitized,
            Hazard::Battery,
        ],
        "For the fire brigade: much water, from far away, cools these goods.",
    ),
    on(
        &[
            Hazard::OrganicPeroxide,
            Hazard::SelfReactive,
            Hazard::Polymerizing,
        ],
        "Heat can make these goods burst even after the fire is out: keep away.",
    ),
    on(
        &[
            Hazard::SpontaneouslyCombustible,
            Hazard::WhitePhosphorus,
            Hazard::Battery,
        ],
        "What was put out can light again by itself, even hours later: keep away.",
    ),
    on(
        &[Hazard::FlammableSolid],
        "Stir nothing up: dust in the air can explode.",
    ),
    on(
        &[Hazard::Radioactive],
        "For the fire brigade: measure before anyone touches a package, and hold back the water that runs off.",
    ),
    on(
        &[Hazard::Infectious, Hazard::Asbestos],
        "For the fire brigade: no hard jet on the packages. It spreads what is in them.",
    ),
    on(
        &[Hazard::Toxic, Hazard::Corrosive, Hazard::Environment],
        "For the fire brigade: hold back the water that runs off. It carries the goods along.",
    ),
];
