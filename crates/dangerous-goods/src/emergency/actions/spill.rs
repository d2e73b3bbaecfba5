//! A leak: mostly what not to do.

use super::super::hazard::Hazard;
use super::{Advice, always, near, on, water};

pub(super) const TABLE: &[Advice] = &[
    always("Do not step in it, touch it or breathe it. Keep everyone as far away as this panel says."),
    on(
        &[Hazard::Unknown, Hazard::Inhalation],
        "Do nothing at the leak. The cloud can kill before it is seen or smelt.",
    ),
    on(
        &[
            Hazard::Unknown,
            Hazard::Explosive,
            Hazard::OrganicPeroxide,
            Hazard::SelfReactive,
            Hazard::Desensitized,
        ],
        "Do not sweep, scrape, move or step on it: a knock or rubbing can set it off.",
    ),
    on(
        &[Hazard::WaterToxicGas],
        "Rain and wet ground set poisonous gas free: stay upwind, and keep what lies dry out of puddles and drains.",
    ),
    on(
        &[Hazard::WaterReactive],
        "Rain, snow and wet ground make it worse: expect heat, spatter and gas.",
    ),
    on(
        &[Hazard::Unknown, Hazard::FlammableGas, Hazard::FlammableLiquid],
        "Switch nothing on or off near it. No engines, no lamps, no tools that spark.",
    ),
    on(
        &[Hazard::Oxidizer, Hazard::OrganicPeroxide, Hazard::AmmoniumNitrate],
        "No sawdust, rags, paper, wood, oil or fuel on it: they catch fire. Dry sand or earth only.",
    ),
    on(
        &[Hazard::SpontaneouslyCombustible],
        "It can light by itself in air: keep dry grass, cloth and fuel away from it.",
    ),
    water(
        &[Hazard::WhitePhosphorus],
        "For the responders: keep it wet or under wet sand, away from the air.",
    ),
    on(&[Hazard::Desensitized], "It must not dry out: dry, it explodes."),
    on(
        &[Hazard::MinorExplosive],
        "Leave packages that fell or tore where they are.",
    ),
    on(
        &[Hazard::Polymerizing],
        "Keep heat and sun away. A package that grows warm can burst: get away.",
    ),
    on(
        &[Hazard::Corrosive, Hazard::Fluoride],
        "It burns skin, eyes and lungs and eats metal: stay clear of puddles, spray and fumes.",
    ),
    on(
        &[Hazard::Toxic, Hazard::Fluoride],
        "It poisons through the skin too. Do not eat, drink or smoke, and touch no soaked clothes.",
    ),
    on(
        &[Hazard::PressurizedGas],
        "Do not touch cylinders that leak or are hot, dented or frosted.",
    ),
    on(
        &[Hazard::Refrigerated, Hazard::DryIce],
        "It freezes skin at a touch, and the cold mist hides the way: stay out of it.",
    ),
    on(
        &[Hazard::Hot],
        "Wait until it has gone cold and hard. Under the crust it may still be molten.",
    ),
    on(
        &[Hazard::Battery],
        "Touch no damaged battery and nothing that runs out of it. It may still be charged.",
    ),
    on(
        &[Hazard::Radioactive],
        "Touch no package. Whoever did stays near, upwind, until measured, and does not eat, drink or smoke.",
    ),
    on(
        &[Hazard::Infectious],
        "Wipe nothing up. Whoever touched it stays near, apart from others, until a doctor has decided.",
    ),
    on(
        &[Hazard::Asbestos, Hazard::FlammableSolid],
        "Raise no dust: do not sweep, blow or drive through it.",
    ),
    on(
        &[Hazard::Environment],
        "Tell the emergency services at once if it runs into a drain, a stream or the ground.",
    ),
    on(
        &[Hazard::Other],
        "Leave it where it lies and let nobody touch it.",
    ),
    near(
        &[
            Hazard::FlammableLiquid,
            Hazard::Corrosive,
            Hazard::Toxic,
            Hazard::Environment,
            Hazard::Other,
        ],
        "Only upwind and without touching it: cover drains and hold a small leak back with dry sand or earth.",
    ),
];
