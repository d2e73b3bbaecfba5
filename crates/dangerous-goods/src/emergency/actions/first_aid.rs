//! First aid. Rinsing a person is right whatever is on the load.

use super::super::hazard::Hazard;
use super::{Advice, always, on};

pub(super) const TABLE: &[Advice] = &[
    always(
        "Help only where you stay safe: never go into a cloud, a spill or a closed space to fetch someone.",
    ),
    always("Move the hurt upwind into fresh air. Lay them down, keep them warm, stay with them."),
    always("Show the medics the papers and say the UN number."),
    on(
        &[
            Hazard::Unknown,
            Hazard::Inhalation,
            Hazard::WaterToxicGas,
            Hazard::Toxic,
            Hazard::Corrosive,
            Hazard::Infectious,
        ],
        "Not breathing: press the chest hard and fast. Do not breathe into a mouth with poison or acid on it.",
    ),
    on(
        &[Hazard::PressurizedGas, Hazard::Refrigerated, Hazard::DryIce],
        "Frozen skin: lukewarm water. Do not rub, and do not pull off what is frozen on.",
    ),
    on(
        &[Hazard::WaterReactive, Hazard::Unknown],
        "Dry goods on the skin: brush them off first, then rinse with very much water and do not stop.",
    ),
    on(
        &[
            Hazard::Unknown,
            Hazard::Inhalation,
            Hazard::FlammableLiquid,
            Hazard::Toxic,
            Hazard::Corrosive,
            Hazard::Oxidizer,
            Hazard::OrganicPeroxide,
            Hazard::SelfReactive,
            Hazard::Polymerizing,
            Hazard::Fluoride,
            Hazard::Battery,
            Hazard::Environment,
            Hazard::Other,
        ],
        "Soaked clothes off. Rinse skin and eyes with running water for 20 minutes, eyelids held open.",
    ),
    on(
        &[Hazard::Fluoride],
        "Fluoride: rinse at once, then calcium gluconate gel if there is any. Hospital, even if nothing hurts yet.",
    ),
    on(
        &[Hazard::WhitePhosphorus],
        "Phosphorus on the skin: hold it under water or wet cloths. It lights when it dries.",
    ),
    on(
        &[
            Hazard::Unknown,
            Hazard::Inhalation,
            Hazard::WaterToxicGas,
            Hazard::Corrosive,
            Hazard::Battery,
        ],
        "Whoever breathed it sees a doctor, even if well: the lungs can fail hours later.",
    ),
    on(
        &[
            Hazard::Unknown,
            Hazard::Toxic,
            Hazard::Corrosive,
            Hazard::FlammableLiquid,
        ],
        "Swallowed: rinse the mouth. Do not cause vomiting.",
    ),
    on(
        &[Hazard::Radioactive],
        "Saving life comes first: radiation does not forbid it. Wrap the person in a blanket and tell the medics.",
    ),
    on(
        &[Hazard::Infectious],
        "Wash skin with soap and much water. Tell the medics what it may be.",
    ),
    on(
        &[Hazard::Explosive, Hazard::MinorExplosive],
        "Bleeding: press a clean cloth on the wound, hard, and keep pressing.",
    ),
    on(
        &[Hazard::Asbestos],
        "Dusty clothes: dampen them and take them off outdoors. Do not shake them.",
    ),
    always("Burns: cool with running water for 20 minutes. Leave on what sticks to the skin."),
];
