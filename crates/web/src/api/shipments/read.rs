//! One shipment.

use access::permission::ViewShipments;
use app::shipments;
use axum::Json;
use axum::extract::State;

use super::document::ShipmentDocument;
use crate::allowed::Allowed;
use crate::api::body::IdPath;
use crate::problem::Problem;
use crate::state::WebState;

/// One shipment.
#[utoipa::path(get, path = "/api/v1/shipments/{id}", tag = "shipments", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = ShipmentDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn get(
    caller: Allowed<ViewShipments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
) -> Result<Json<ShipmentDocument>, Problem> {
    let shipment = shipments::get(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(Json(shipment.into()))
}
