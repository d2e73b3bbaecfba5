//! What to do beside a load that leaks or burns.

use access::permission::{ViewEmergencyProcedures, ViewShipments};
use app::{emergency, shipments};
use axum::Json as Answer;
use axum::extract::State;
use dangerous_goods::emergency::{Panel, Situation};
use dangerous_goods::{Line, Load};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{IdPath, Json};
use super::panel::{PanelSchema, SituationSchema};
use super::schema::LineSchema;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// A load and what is known of the accident.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PanelRequest {
    /// The goods on board; at most two hundred. Without any the panel is that of unknown goods.
    #[schema(value_type = Vec<LineSchema>, max_items = 200)]
    lines: Vec<Line>,
    /// What is left open is taken at its worst.
    #[serde(default)]
    #[schema(value_type = SituationSchema)]
    situation: Situation,
}

/// What to do when a load leaks or burns.
#[utoipa::path(post, path = "/api/v1/dangerous-goods/emergency-panels", tag = "dangerous goods",
    request_body = PanelRequest, security(("bearer" = [])), responses(
    (status = 200, body = PanelSchema),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn panel(
    caller: Allowed<ViewEmergencyProcedures>,
    State(state): State<WebState>,
    Json(request): Json<PanelRequest>,
) -> Result<Answer<Panel>, Problem> {
    let load = Load {
        lines: request.lines,
        ..Load::default()
    };
    let (app, situation) = (state.app(), &request.situation);
    let panel = emergency::of_load(app, &caller.grant, &caller.origin, load, situation).await?;
    Ok(Answer(panel))
}

/// What to do when this shipment leaks or burns, with its contact for those who may see it.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/emergency-panel", tag = "shipments",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = PanelSchema),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn of_shipment(
    caller: Allowed<ViewShipments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
) -> Result<Answer<Panel>, Problem> {
    let app = state.app();
    let shipment = shipments::get(app, &caller.grant, &caller.origin, id).await?;
    Ok(Answer(emergency::of_shipment(app, &shipment)))
}
