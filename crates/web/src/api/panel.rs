//! The shape of an emergency panel, for the OpenAPI description; real answers are validated against it.

use serde::Serialize;
use utoipa::ToSchema;

use super::goods::Regime2;

/// What is known of the accident.
#[derive(Serialize, ToSchema)]
#[schema(as = Situation)]
pub(crate) struct SituationSchema {
    /// `small` or `large`.
    #[schema(required = false)]
    spill: String,
    /// `day` or `night`.
    #[schema(required = false)]
    time: String,
    /// `low`, `moderate` or `high`.
    #[schema(required = false)]
    wind: String,
    /// `rail_tank`, `road_tank`, `nurse_tank`, `ton_cylinders`, `small_cylinders`, `small_or_one_ton_cylinder`.
    #[schema(required = false)]
    container: String,
}

/// What to do beside a load that leaks or burns. What is not known is shown at its worst.
#[derive(Serialize, ToSchema)]
#[schema(as = EmergencyPanel)]
pub(crate) struct PanelSchema {
    guidebook: GuidebookSchema,
    catalogues: Vec<CatalogueEditionSchema>,
    /// SHA-256 of the load.
    load_hash: String,
    situation: SituationSchema,
    calls: Vec<CallSchema>,
    /// Whom the company has named; null where nobody is named or may be seen.
    contact: Option<ContactSchema>,
    /// The guides of the load, the worst first.
    guides: Vec<GuideOfLinesSchema>,
    worst: WorstSchema,
    /// The lines, from zero, the one with the largest isolation distance first.
    order: Vec<usize>,
    lines: Vec<LinePanelSchema>,
    /// What to do, in the order to do it.
    sections: Vec<SectionSchema>,
    missing: Vec<String>,
}

/// Where the distances come from.
#[derive(Serialize, ToSchema)]
#[schema(as = Guidebook)]
pub(crate) struct GuidebookSchema {
    title: String,
    edition: String,
    source: String,
    /// SHA-256 of the data set.
    hash: String,
}

/// The edition of a table of goods.
#[derive(Serialize, ToSchema)]
#[schema(as = CatalogueEdition)]
pub(crate) struct CatalogueEditionSchema {
    regime: Regime2,
    edition: String,
    /// SHA-256 of the data set.
    hash: String,
}

/// A number of the emergency services.
#[derive(Serialize, ToSchema)]
#[schema(as = EmergencyCall)]
pub(crate) struct CallSchema {
    place: String,
    #[schema(example = "112")]
    number: String,
}

/// Whom the company has named.
#[derive(Serialize, ToSchema)]
#[schema(as = EmergencyContact)]
pub(crate) struct ContactSchema {
    name: String,
    phone: String,
}

/// A guide and its lines.
#[derive(Serialize, ToSchema)]
#[schema(as = GuideOfLines)]
pub(crate) struct GuideOfLinesSchema {
    #[schema(example = "124")]
    guide: String,
    lines: Vec<usize>,
}

/// The farthest distances over the load.
#[derive(Serialize, ToSchema)]
#[schema(as = WorstDistances)]
pub(crate) struct WorstSchema {
    /// From the leak that the situation names, or from a large one.
    leak: FarthestSchema,
    leak_downwind: Option<FarthestSchema>,
    small: FarthestSchema,
    small_downwind: Option<FarthestSchema>,
    large: FarthestSchema,
    large_downwind: Option<FarthestSchema>,
    fire: FarthestSchema,
}

/// One distance with where it comes from.
#[derive(Serialize, ToSchema)]
#[schema(as = FarthestDistance)]
pub(crate) struct FarthestSchema {
    distance: DistanceSchema,
    line: Option<usize>,
    /// `table1`, `table3` or `own_rule`.
    source: String,
}

/// A distance.
#[derive(Serialize, ToSchema)]
#[schema(as = Distance)]
pub(crate) struct DistanceSchema {
    metres: u32,
    /// Whether it is this far or farther.
    at_least: bool,
    #[schema(example = "60 m (200 ft)")]
    text: String,
}

/// One line of the load.
#[derive(Serialize, ToSchema)]
#[schema(as = EmergencyLine)]
pub(crate) struct LinePanelSchema {
    line: usize,
    goods: String,
    /// The rows that may be meant.
    rows: Vec<String>,
    labels: Vec<String>,
    hazards: Vec<String>,
    guides: Vec<String>,
    /// Why several readings are shown.
    choose: Option<String>,
    spreads: Vec<SpreadSchema>,
    fire: DistanceSchema,
    by_container: Vec<ByContainerSchema>,
    /// Those of the containers that may be meant.
    containers: Vec<String>,
    /// Toxic gases given off with water.
    water_gases: Vec<String>,
    no_water: bool,
    /// What to tell the emergency services.
    tell: String,
    missing: Vec<String>,
}

/// The distances of a line for one case.
#[derive(Serialize, ToSchema)]
#[schema(as = Spread)]
pub(crate) struct SpreadSchema {
    /// `any`, `dry` or `into_water`.
    case: String,
    source: String,
    small: ReachSchema,
    large_source: String,
    large: ReachSchema,
}

/// One distance in all directions and, where known, downwind.
#[derive(Serialize, ToSchema)]
#[schema(as = Reach)]
pub(crate) struct ReachSchema {
    isolate: DistanceSchema,
    day: Option<DistanceSchema>,
    night: Option<DistanceSchema>,
}

/// A large spill from one kind of container; downwind by wind from the weakest.
#[derive(Serialize, ToSchema)]
#[schema(as = ContainerDistances)]
pub(crate) struct ByContainerSchema {
    container: String,
    isolate: DistanceSchema,
    day: Vec<DistanceSchema>,
    night: Vec<DistanceSchema>,
}

/// What to do at one step.
#[derive(Serialize, ToSchema)]
#[schema(as = EmergencySection)]
pub(crate) struct SectionSchema {
    /// `first_minute`, `tell`, `fire`, `spill` or `first_aid`.
    step: String,
    actions: Vec<ActionSchema>,
}

/// One thing to do or to leave.
#[derive(Serialize, ToSchema)]
#[schema(as = EmergencyAction)]
pub(crate) struct ActionSchema {
    text: String,
    /// The lines it is about; none where it is about the whole load.
    lines: Vec<usize>,
}
