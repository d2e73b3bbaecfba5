//! Checking a mixed load.

use access::permission::CheckCompatibility;
use app::{EditionWarning, checks};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use dangerous_goods::consequence::{self, Consequences};
use dangerous_goods::dataset::OtherRegime;
use dangerous_goods::report::Answer;
use dangerous_goods::{Line, Load, Regime, Travel};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;
use super::consequences::ConsequencesSchema;
use super::schema::{AnswerSchema, EditionWarningSchema, LineSchema, TravelSchema};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// A load to check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckRequest {
    /// Under which regimes; both when absent. May be empty where `data_sets` is not.
    #[serde(default = "every_regime")]
    #[schema(value_type = Vec<super::goods::Regime2>)]
    regimes: Vec<Regime>,
    /// Under which regimes that the company loads itself; one that is not loaded is answered as not checked.
    #[serde(default)]
    #[schema(value_type = Vec<super::data_sets::OtherRegimeSchema>)]
    data_sets: Vec<OtherRegime>,
    /// The goods that would share one vehicle; one to two hundred.
    #[schema(value_type = Vec<LineSchema>, min_items = 1, max_items = 200)]
    lines: Vec<Line>,
    /// Whether food, feed or other goods for consumption are on board; absent where nobody has said.
    #[serde(default)]
    food_on_board: Option<bool>,
    /// How vehicles of different numbers travel.
    #[serde(default)]
    #[schema(value_type = TravelSchema)]
    travel: Travel,
    /// Whether the maximum mass of the transport unit is over 12 tonnes; absent where nobody has said.
    #[serde(default)]
    over_12_tonnes: Option<bool>,
    /// Ids of conditions of an earlier answer that you state to be fulfilled, in your own name.
    #[serde(default)]
    confirm: Vec<String>,
}

impl From<CheckRequest> for checks::Request {
    fn from(request: CheckRequest) -> Self {
        Self {
            regimes: request.regimes,
            data_sets: request.data_sets,
            load: Load {
                lines: request.lines,
                confirmed: Vec::new(),
                food_on_board: request.food_on_board,
                travel: request.travel,
                over_12_tonnes: request.over_12_tonnes,
            },
            confirm: request.confirm,
        }
    }
}

/// The answer to a load, with what follows from it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckResponse<'a> {
    #[serde(flatten)]
    #[schema(value_type = AnswerSchema)]
    answer: Answer<'a>,
    /// What is to be said of the editions today: not in force, or ending within 60 days.
    #[schema(value_type = Vec<EditionWarningSchema>)]
    warnings: &'a [EditionWarning],
    #[schema(value_type = ConsequencesSchema)]
    consequences: Consequences,
}

pub(super) fn every_regime() -> Vec<Regime> {
    Regime::ALL.to_vec()
}

/// Checks whether goods may travel together.
#[utoipa::path(post, path = "/api/v1/dangerous-goods/compatibility-checks", tag = "dangerous goods",
    request_body = CheckRequest, security(("bearer" = [])), responses(
    (status = 200, body = CheckResponse),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn check(
    caller: Allowed<CheckCompatibility>,
    State(state): State<WebState>,
    Json(request): Json<CheckRequest>,
) -> Result<Response, Problem> {
    let app = state.app();
    let regimes = request.regimes.clone();
    let checked = checks::run(app, &caller.grant, &caller.origin, request.into()).await?;
    let response = CheckResponse {
        answer: Answer::with_data_sets(&checked.results, &checked.data_sets),
        warnings: &checked.warnings,
        consequences: consequence::of(app.catalogue(), &regimes, &checked.load),
    };
    Ok(axum::Json(response).into_response())
}
