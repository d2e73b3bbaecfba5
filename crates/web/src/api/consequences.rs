//! The shapes of what follows from a load, for the OpenAPI description; real answers are validated against them.

use serde::Serialize;
use utoipa::ToSchema;

/// What follows from a load: points, tunnels, plates and placards, limits. Amounts are decimal numbers as text.
#[derive(Serialize, ToSchema)]
#[schema(as = Consequences)]
pub(crate) struct ConsequencesSchema {
    /// Under 49 CFR, where asked for.
    #[schema(required = false)]
    us: PlacardingSchema,
    /// Under ADR, where asked for.
    #[schema(required = false)]
    adr: AdrConsequencesSchema,
    /// Limits on lines that are said to be limited or excepted quantities.
    limits: Vec<LimitSchema>,
}

/// One limit on one line.
#[derive(Serialize, ToSchema)]
#[schema(as = PackageLimit)]
pub(crate) struct LimitSchema {
    regime: super::goods::Regime2,
    line: usize,
    clause: String,
    /// `yes`, `no` or `not_known`.
    within: String,
    /// What was compared, or what is missing.
    sentence: String,
}

/// The placards of a load under 49 CFR 172.504 and 172.505.
#[derive(Serialize, ToSchema)]
#[schema(as = Placarding)]
pub(crate) struct PlacardingSchema {
    edition: String,
    /// SHA-256 of the data set.
    edition_hash: String,
    /// SHA-256 of the load.
    load_hash: String,
    vehicles: Vec<VehicleSchema>,
}

/// The placards of one vehicle, on each side and each end.
#[derive(Serialize, ToSchema)]
#[schema(as = VehiclePlacards)]
pub(crate) struct VehicleSchema {
    vehicle: u8,
    /// What it must show.
    placards: Vec<UsPlacardSchema>,
    /// What it must show unless what is missing shows that it need not.
    possible: Vec<UsPlacardSchema>,
    /// Whether one DANGEROUS placard may stand for those marked so.
    dangerous: bool,
    /// The known aggregate gross mass of Table 2 goods in non-bulk packagings, in kg.
    table_2_mass: String,
    /// Identification numbers to display (172.302).
    identification_numbers: Vec<String>,
    /// Placards that the law leaves out here, with the reason.
    left_out: Vec<String>,
    /// What is missing, one sentence each.
    missing: Vec<String>,
}

/// One placard of 49 CFR.
#[derive(Serialize, ToSchema)]
#[schema(as = UsPlacard)]
pub(crate) struct UsPlacardSchema {
    #[schema(example = "FLAMMABLE")]
    placard: String,
    /// The label model it enlarges.
    label: String,
    clause: String,
    lines: Vec<usize>,
    may_be_dangerous: bool,
}

/// What follows under ADR.
#[derive(Serialize, ToSchema)]
#[schema(as = AdrConsequences)]
pub(crate) struct AdrConsequencesSchema {
    edition: String,
    /// SHA-256 of the data set.
    edition_hash: String,
    /// SHA-256 of the load.
    load_hash: String,
    /// A transport unit each.
    units: Vec<UnitSchema>,
}

/// What follows for one transport unit.
#[derive(Serialize, ToSchema)]
#[schema(as = AdrUnit)]
pub(crate) struct UnitSchema {
    vehicles: Vec<u8>,
    points: PointsSchema,
    tunnel: TunnelSchema,
    plates: PlatesSchema,
    security_plan: SecurityPlanSchema,
    /// Instructions in writing (5.4.3) and a driver with a certificate (8.2.1); null while it is not known
    /// whether the load is exempt.
    instructions_and_certificate: Option<bool>,
}

/// The sum of ADR 1.1.3.6.
#[derive(Serialize, ToSchema)]
#[schema(as = Points)]
pub(crate) struct PointsSchema {
    lines: Vec<LinePointsSchema>,
    /// The sum of what is counted.
    total: String,
    /// What each transport category adds.
    categories: Vec<CategorySchema>,
    exemption: ExemptionSchema,
}

/// What one line counts.
#[derive(Serialize, ToSchema)]
#[schema(as = LinePoints)]
pub(crate) struct LinePointsSchema {
    line: usize,
    /// `points`, `not`, `no_exemption` or `unknown`.
    kind: String,
    /// The transport category, with `points`.
    #[schema(required = false)]
    category: u8,
    /// With `points`.
    #[schema(required = false)]
    factor: u64,
    /// With `points`.
    #[schema(required = false)]
    quantity: String,
    /// With `points`.
    #[schema(required = false)]
    unit: String,
    /// With `points`.
    #[schema(required = false)]
    points: String,
    /// Why it does not count, or why there is no exemption.
    #[schema(required = false)]
    reason: String,
    /// What is missing, with `unknown`.
    #[schema(required = false)]
    missing: String,
    /// The sum up to and with this line.
    running_total: String,
}

/// What one transport category adds.
#[derive(Serialize, ToSchema)]
#[schema(as = CategoryPoints)]
pub(crate) struct CategorySchema {
    category: u8,
    /// Quantities with their units, such as `["333", "L"]`.
    quantities: Vec<Vec<String>>,
    points: String,
}

/// Whether the transport unit is within 1.1.3.6.
#[derive(Serialize, ToSchema)]
#[schema(as = Exemption)]
pub(crate) struct ExemptionSchema {
    /// `exempt`, `not_exempt` or `not_known`.
    answer: String,
    /// Why not, with `not_exempt`.
    #[schema(required = false)]
    reasons: Vec<String>,
    /// What is missing, with `not_known`.
    #[schema(required = false)]
    missing: Vec<String>,
}

/// Closed tunnels (ADR 8.6).
#[derive(Serialize, ToSchema)]
#[schema(as = Tunnel)]
pub(crate) struct TunnelSchema {
    /// The code of the load; null where none applies.
    #[schema(example = "C/D")]
    code: Option<String>,
    /// Categories `B` to `E`; while something is missing at least these.
    closed: Vec<String>,
    decided_by: Vec<usize>,
    reasons: Vec<String>,
    missing: Vec<String>,
}

/// What the vehicle shows (ADR 5.3).
#[derive(Serialize, ToSchema)]
#[schema(as = Plates)]
pub(crate) struct PlatesSchema {
    /// Plain orange plates at front and rear.
    plain: bool,
    numbered: Vec<NumberedSchema>,
    placards: Vec<AdrPlacardSchema>,
    marks: Vec<MarkSchema>,
    missing: Vec<String>,
}

/// An orange plate with numbers.
#[derive(Serialize, ToSchema)]
#[schema(as = NumberedPlate)]
pub(crate) struct NumberedSchema {
    hazard: String,
    un: String,
    lines: Vec<usize>,
}

/// A placard of ADR.
#[derive(Serialize, ToSchema)]
#[schema(as = AdrPlacard)]
pub(crate) struct AdrPlacardSchema {
    label: String,
    at: String,
    lines: Vec<usize>,
}

/// A mark beside plates and placards.
#[derive(Serialize, ToSchema)]
#[schema(as = VehicleMark)]
pub(crate) struct MarkSchema {
    /// `environmentally_hazardous`, `elevated_temperature` or `limited_quantities`.
    mark: String,
    clause: String,
    lines: Vec<usize>,
}

/// High consequence dangerous goods (ADR 1.10.3).
#[derive(Serialize, ToSchema)]
#[schema(as = SecurityPlan)]
pub(crate) struct SecurityPlanSchema {
    /// Null while something is missing.
    needed: Option<bool>,
    reasons: Vec<String>,
    missing: Vec<String>,
}
