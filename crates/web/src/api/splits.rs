//! The smallest split under which a load passes.

use access::permission::CheckCompatibility;
use app::checks;
use axum::Json as Answer;
use axum::extract::State;
use dangerous_goods::split::Split;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::Json;
use super::checks::CheckRequest;
use super::data_sets::AnyRegimeSchema;
use super::schema::{DataSetResultSchema, FindingSchema, LineSchema, ResultSchema, TravelSchema};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// Finds the fewest vehicles, then compartments, then bays under which a load passes in every regime asked.
#[utoipa::path(post, path = "/api/v1/dangerous-goods/load-splits", tag = "dangerous goods",
    request_body = CheckRequest, security(("bearer" = [])), responses(
    (status = 200, body = SplitSchema),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn propose(
    caller: Allowed<CheckCompatibility>,
    State(state): State<WebState>,
    Json(request): Json<CheckRequest>,
) -> Result<Answer<Split>, Problem> {
    let split = checks::split(state.app(), &caller.grant, &caller.origin, request.into()).await?;
    Ok(Answer(split))
}

/// Whether other places make the load pass, and which. The members depend on `answer`.
#[derive(Serialize, ToSchema)]
#[schema(as = LoadSplit)]
pub(crate) struct SplitSchema {
    /// `not_needed`, `proposed`, `no_split_helps` or `too_large`.
    answer: String,
    /// With `proposed`: the load with its places.
    #[schema(required = false)]
    load: LoadSchema,
    /// Of the load as proposed, otherwise as it is; not with `too_large`.
    #[schema(required = false)]
    results: Vec<ResultSchema>,
    /// The same of the regimes that the company loads itself, where one was asked for.
    #[schema(required = false)]
    data_sets: Vec<DataSetResultSchema>,
    /// With `proposed`.
    #[schema(required = false)]
    vehicles: Vec<SplitVehicleSchema>,
    /// With `proposed`: the lines that change vehicles.
    #[schema(required = false)]
    moved: Vec<usize>,
    /// With `proposed`: whether it is proven that nothing smaller passes.
    #[schema(required = false)]
    is_proven_smallest: bool,
    /// With `proposed`: lines each of which needs a vehicle of its own.
    #[schema(required = false)]
    one_vehicle_each: Vec<usize>,
    /// With `proposed`: what is kept apart, how, and by which rule.
    #[schema(required = false)]
    separations: Vec<SeparationSchema>,
    /// With `proposed`: what is not known and keeps lines apart for now.
    #[schema(required = false)]
    missing: Vec<MissingSchema>,
    /// With `no_split_helps`: what stands in the way.
    #[schema(required = false)]
    reasons: Vec<ReasonSchema>,
    /// With `no_split_helps`: how many vehicles it would take.
    #[schema(required = false)]
    vehicles_needed: Option<usize>,
    /// With `no_split_helps`: how many vehicles that travel apart it would take.
    #[schema(required = false)]
    vehicles_apart: Option<usize>,
    /// With `no_split_helps`: whether it is proven.
    #[schema(required = false)]
    is_proven: bool,
    /// With `too_large`: the number of lines.
    #[schema(required = false)]
    lines: usize,
}

/// A load.
#[derive(Serialize, ToSchema)]
#[schema(as = Load)]
pub(crate) struct LoadSchema {
    lines: Vec<LineSchema>,
    confirmed: Vec<ConfirmationSchema>,
    #[schema(required = false)]
    food_on_board: bool,
    #[schema(required = false)]
    travel: TravelSchema,
    #[schema(required = false)]
    over_12_tonnes: bool,
}

/// A condition that a person has stated to be fulfilled.
#[derive(Serialize, ToSchema)]
#[schema(as = Confirmation)]
pub(crate) struct ConfirmationSchema {
    condition: String,
    stated_by: String,
}

/// A vehicle of the proposal.
#[derive(Serialize, ToSchema)]
#[schema(as = SplitVehicle)]
pub(crate) struct SplitVehicleSchema {
    vehicle: u8,
    lines: Vec<usize>,
    compartments: usize,
    /// None where position does not matter.
    bays: u8,
}

/// How lines are kept apart.
#[derive(Serialize, ToSchema)]
#[schema(as = Separation)]
pub(crate) struct SeparationSchema {
    regime: AnyRegimeSchema,
    /// `vehicles`, `compartments` or `bays`.
    by: String,
    finding: FindingSchema,
}

/// A fact that nobody has stated.
#[derive(Serialize, ToSchema)]
#[schema(as = MissingFact)]
pub(crate) struct MissingSchema {
    regime: AnyRegimeSchema,
    line: usize,
    need: String,
}

/// What stands in the way.
#[derive(Serialize, ToSchema)]
#[schema(as = SplitObstacle)]
pub(crate) struct ReasonSchema {
    regime: AnyRegimeSchema,
    /// `alone`, `coupled` or `pinned`.
    obstacle: String,
    finding: FindingSchema,
}
