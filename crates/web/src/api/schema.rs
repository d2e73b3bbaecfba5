//! The shapes of other crates' types for the OpenAPI description. `tests/openapi` proves them true: real
//! answers are validated against them.

use serde::Serialize;
use utoipa::{ToResponse, ToSchema};

use super::data_sets::OtherRegimeSchema;
use super::goods::Regime2;

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema, ToResponse)]
#[response(content_type = "application/problem+json")]
pub(crate) struct ProblemDocument {
    /// What kind, stable: `urn:safeshipper:problem:…`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in a few words.
    title: String,
    /// The status.
    status: u16,
    /// This occurrence.
    detail: String,
    /// What exactly is wrong with what was sent.
    #[schema(required = false)]
    errors: Vec<FieldProblemDocument>,
    /// The request's id, as in the log.
    #[schema(required = false)]
    request_id: String,
}

/// One thing wrong with what was sent.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldProblemDocument {
    /// Where: a JSON Pointer (RFC 6901) into the request.
    pointer: String,
    /// What is wrong and what would be right.
    detail: String,
}

/// One kind of goods on the load.
#[derive(Serialize, ToSchema)]
#[schema(as = Line)]
pub(crate) struct LineSchema {
    /// An identification number, or the proper shipping name of goods that have none.
    #[schema(example = "UN1203")]
    goods: String,
    /// The chosen row of 49 CFR 172.101.
    #[schema(required = false)]
    us_row: String,
    /// The chosen row of ADR table A.
    #[schema(required = false)]
    adr_row: String,
    /// Narrows the rows to those of this packing group: `I`, `II`, `III`.
    #[schema(required = false)]
    packing_group: String,
    /// `solid`, `liquid` or `gas`, where the table leaves it open.
    #[schema(required = false)]
    physical_state: String,
    /// Packed and marked as a limited quantity.
    #[schema(required = false)]
    limited_quantity: bool,
    /// The total amount.
    #[schema(required = false)]
    quantity: QuantitySchema,
    /// The number of packages.
    #[schema(required = false)]
    packages: u32,
    /// The kind of packaging in words.
    #[schema(required = false, example = "steel drums")]
    packaging: String,
    /// The technical name that papers print in brackets.
    #[schema(required = false)]
    technical_name: String,
    /// The zone of poison by inhalation, `A` to `D`, where the table leaves it open; stated in your name.
    #[schema(required = false)]
    zone: String,
    /// The danger labels, primary hazard first, where the table leaves them to the contents; stated in your
    /// name.
    #[schema(required = false)]
    labels: Vec<String>,
    /// The category of a class 7 label, `I`, `II` or `III`; stated in your name.
    #[schema(required = false)]
    radioactive_category: String,
    /// What the papers say of these goods and no table holds; stated in your name.
    #[schema(required = false)]
    entries: EntriesSchema,
    /// Who states the zone, labels, category or entries. What is sent here is replaced by your name.
    #[schema(required = false)]
    stated_by: String,
    /// `packages` when absent, `tank`, `portable_tank` or `bulk`.
    #[schema(required = false)]
    containment: String,
    /// Packed and marked as an excepted quantity.
    #[schema(required = false)]
    excepted_quantity: bool,
    /// Empty and not cleaned.
    #[schema(required = false)]
    empty_uncleaned: bool,
    /// The total gross mass, in kg.
    #[schema(required = false)]
    gross_mass: QuantitySchema,
    /// The net amount in one inner packaging, for limited and excepted quantities.
    #[schema(required = false)]
    inner_quantity: QuantitySchema,
    /// Environmentally hazardous (ADR), marine pollutant (49 CFR).
    #[schema(required = false)]
    environmentally_hazardous: bool,
    /// A reportable quantity is in one package (49 CFR 171.8).
    #[schema(required = false)]
    reportable_quantity: bool,
    /// In a closed container with complete walls of its own (ADR 7.5.2.3).
    #[schema(required = false)]
    closed_container: bool,
    /// The number of the vehicle, from one; the first when absent.
    #[schema(required = false)]
    vehicle: u8,
    /// The compartment, from one at the front: a space whose walls no leak passes.
    #[schema(required = false)]
    compartment: u8,
    /// The bay, from one at the front; the same and neighbouring bays are adjacent.
    #[schema(required = false)]
    bay: u8,
}

/// Facts of goods of which the papers speak. A paper is refused while it lacks one, and names it.
#[derive(Serialize, ToSchema)]
#[schema(as = Entries)]
pub(crate) struct EntriesSchema {
    /// Names or symbols of the radionuclides.
    #[schema(required = false, example = "Cs-137")]
    radionuclides: String,
    /// Physical and chemical form of radioactive material, or `special form`.
    #[schema(required = false, example = "solid, caesium chloride")]
    radioactive_form: String,
    /// Activity in each package, in becquerels with a prefix.
    #[schema(required = false, example = "3.7 GBq")]
    activity: String,
    /// Total activity as a multiple of A2, of low specific activity and surface contaminated objects.
    #[schema(required = false, example = "0.02")]
    activity_in_a2: String,
    /// Transport index of each package, with one decimal.
    #[schema(required = false, example = "0.4")]
    transport_index: String,
    /// Criticality safety index of each package, with one decimal.
    #[schema(required = false, example = "2.5")]
    criticality_safety_index: String,
    /// Identification marks of the certificates of approval, with commas between several.
    #[schema(required = false, example = "USA/9168/B(U)-96")]
    approval_mark: String,
    /// Control temperature in degrees Celsius.
    #[schema(required = false, example = "-10 °C")]
    control_temperature: String,
    /// Emergency temperature in degrees Celsius; above the control temperature.
    #[schema(required = false, example = "0 °C")]
    emergency_temperature: String,
    /// References of the classification of fireworks, with commas between several.
    #[schema(required = false, example = "D/BAM1234")]
    fireworks_reference: String,
    /// The day on which the holding time of a refrigerated gas in a portable tank ends.
    #[schema(required = false, example = "2026-12-31")]
    holding_time_ends: String,
    /// Ammonia in a cargo tank: `0.2 PERCENT WATER` or `NOT FOR Q and T TANKS`.
    #[schema(required = false)]
    ammonia_in_tank: String,
    /// Petroleum gas in a cargo tank: `NONCORROSIVE`, `NONCOR` or `NOT FOR Q and T TANKS`.
    #[schema(required = false)]
    petroleum_gas_in_tank: String,
}

/// What is to be said of the edition of a regime.
#[derive(Serialize, ToSchema)]
#[schema(as = EditionWarning)]
pub(crate) struct EditionWarningSchema {
    regime: Regime2,
    /// What, in one sentence. It changes no verdict.
    #[schema(example = "ADR 2025 expires in 35 days, after 2026-12-31")]
    sentence: String,
}

/// How vehicles of different numbers travel.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Travel)]
#[expect(dead_code, reason = "only the shape is used")]
pub(crate) enum TravelSchema {
    /// As one combination.
    Coupled,
    /// Each on its own.
    Apart,
}

/// An amount above zero, at most a million, with at most three decimals.
#[derive(Serialize, ToSchema)]
#[schema(as = Quantity)]
pub(crate) struct QuantitySchema {
    /// A decimal number.
    #[schema(example = "200.5")]
    value: String,
    /// `kg`, `L`, `kg NEM` (net explosive mass) or `L water capacity`.
    #[schema(example = "L")]
    unit: String,
}

/// `permitted`, `conditional`, `not_cleared` or `prohibited`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Verdict)]
#[expect(dead_code, reason = "only the shape is used")]
pub(crate) enum VerdictSchema {
    /// No rule stands against it.
    Permitted,
    /// Permitted if somebody does something and states so.
    Conditional,
    /// Something that the answer depends on is missing.
    NotCleared,
    /// The law forbids it.
    Prohibited,
}

/// The answer to a load.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckAnswer)]
pub(crate) struct AnswerSchema {
    /// The most severe verdict of the regimes asked.
    verdict: VerdictSchema,
    /// Permitted, or every condition confirmed, under every regime asked.
    is_compatible: bool,
    /// Every finding of every regime.
    conflicts: Vec<FindingSchema>,
    /// A result a regime.
    results: Vec<ResultSchema>,
    /// A result a regime that the company loads itself, where one was asked for.
    #[schema(required = false)]
    data_sets: Vec<DataSetResultSchema>,
}

/// How today stands to the validity of a data set.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Validity)]
#[expect(dead_code, reason = "only the shape is used")]
pub(crate) enum ValiditySchema {
    /// Within it.
    Valid,
    /// After its last day.
    Expired,
    /// Before its first day.
    NotYetValid,
    /// There is no data set.
    Unknown,
}

/// The answer of one regime that the company loads itself.
#[derive(Serialize, ToSchema)]
#[schema(as = DataSetResult)]
pub(crate) struct DataSetResultSchema {
    regime: OtherRegimeSchema,
    /// Whether a data set was there to answer; where not, nothing is cleared.
    checked: bool,
    /// Empty where nothing was checked.
    edition: String,
    /// SHA-256 of the bundle the answer rests on; empty where nothing was checked.
    edition_hash: String,
    validity: ValiditySchema,
    verdict: VerdictSchema,
    is_compatible: bool,
    conflicts: Vec<FindingSchema>,
    /// What a reader should know though no rule stands against it.
    notes: Vec<FindingSchema>,
    pairs: Vec<PairSchema>,
    lines: Vec<LineResultSchema>,
    /// SHA-256 of the load that was checked.
    load_hash: String,
}

/// One rule applied to one line or to two.
#[derive(Serialize, ToSchema)]
#[schema(as = Finding)]
pub(crate) struct FindingSchema {
    /// Positions of the lines, from zero.
    lines: Vec<usize>,
    /// Further pairs of lines with the same goods, of which the same is to be said.
    #[schema(required = false)]
    also: Vec<Vec<usize>>,
    /// The clause.
    #[schema(example = "49 CFR 177.848(d)")]
    clause: String,
    /// The edition of the law.
    edition: String,
    /// The cell or rule within the clause.
    rule: String,
    verdict: VerdictSchema,
    /// What it means for these goods, in plain words.
    sentence: String,
    /// What would fulfil the rule.
    #[schema(required = false)]
    condition: ConditionSchema,
}

/// Something a person can do and then state to have done.
#[derive(Serialize, ToSchema)]
#[schema(as = Condition)]
pub(crate) struct ConditionSchema {
    /// What `confirm` names.
    id: String,
    /// What to do.
    action: String,
    /// Whether it was stated to be done.
    confirmed: bool,
}

/// The answer of one regime.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckResult)]
pub(crate) struct ResultSchema {
    regime: Regime2,
    edition: String,
    /// SHA-256 of the data the answer rests on.
    edition_hash: String,
    verdict: VerdictSchema,
    is_compatible: bool,
    conflicts: Vec<FindingSchema>,
    /// What a reader should know though no rule stands against it.
    notes: Vec<FindingSchema>,
    /// Good sense apart from the verdict.
    advice: Vec<AdviceSchema>,
    pairs: Vec<PairSchema>,
    lines: Vec<LineResultSchema>,
    /// SHA-256 of the load that was checked.
    load_hash: String,
}

/// Good sense about two lines.
#[derive(Serialize, ToSchema)]
#[schema(as = Advice)]
pub(crate) struct AdviceSchema {
    lines: Vec<usize>,
    /// Further pairs of lines with the same goods.
    #[schema(required = false)]
    also: Vec<Vec<usize>>,
    sentence: String,
}

/// The verdict on two lines.
#[derive(Serialize, ToSchema)]
#[schema(as = Pair)]
pub(crate) struct PairSchema {
    a: usize,
    b: usize,
    verdict: VerdictSchema,
}

/// What a regime makes of one line.
#[derive(Serialize, ToSchema)]
#[schema(as = LineResult)]
pub(crate) struct LineResultSchema {
    line: usize,
    verdict: VerdictSchema,
    /// The row the line means, where it can mean only one.
    #[schema(required = false)]
    row: String,
    /// The rows it may mean, where they lead to the same hazards.
    #[schema(required = false)]
    same_hazards: Vec<String>,
    /// What is missing.
    #[schema(required = false)]
    needs: Vec<String>,
    /// The rows to choose from.
    #[schema(required = false)]
    rows_to_choose: Vec<String>,
}
