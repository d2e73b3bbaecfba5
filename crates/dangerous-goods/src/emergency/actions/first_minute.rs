//! The first minute: away from the goods, others warned, help called.

use super::super::hazard::Hazard;
use super::{Advice, always, on};

pub(super) const TABLE: &[Advice] = &[
    always("Stop. Set the brake. Switch off the engine and the battery switch."),
    on(
        &[Hazard::Unknown, Hazard::Explosive],
        "Get everyone far away at once, out of sight of the vehicle and away from windows.",
    ),
    on(
        &[Hazard::Unknown, Hazard::Inhalation],
        "Leave at once, across the wind and out of the cloud. Do not go back to look.",
    ),
    always("Go upwind and uphill. Keep out of low places, vapour and smoke."),
    always("No smoking, no flame, no spark. Do not vape."),
    on(
        &[Hazard::Unknown, Hazard::FlammableGas, Hazard::FlammableLiquid],
        "Let nobody start an engine near the leak: vapour runs along the ground and flashes back.",
    ),
    always("From a safe place call the emergency services: 112 in Europe, 911 in the United States."),
    on(
        &[Hazard::Battery],
        "Smoke, hissing or heat from a battery: get away at once. It can burst into flame.",
    ),
    on(
        &[
            Hazard::OrganicPeroxide,
            Hazard::SelfReactive,
            Hazard::Polymerizing,
        ],
        "Smoke, hissing, a bulging package or a failed cooler: get away at once. It can burst.",
    ),
    on(
        &[Hazard::Hot],
        "Keep clear of everything that drips or runs: it burns at a touch.",
    ),
    on(
        &[Hazard::PressurizedGas, Hazard::Refrigerated, Hazard::DryIce],
        "Stay out of pits, cellars and closed spaces: the gas drives out the air.",
    ),
    on(
        &[Hazard::Radioactive],
        "Stay away from the packages: more distance and less time both protect.",
    ),
    on(
        &[Hazard::Infectious],
        "Touch nothing that is broken or wet. Keep people and animals away.",
    ),
    always("Put on the warning vest. Set up the warning signs where that is safe."),
    always("Warn people near by and send them away, upwind."),
    always("Take the transport papers along and hand them to the responders."),
];
