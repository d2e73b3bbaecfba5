//! One shipment.

use access::permission::{RevealPersonalData, ViewShipments};
use app::shipments;
use axum::Json as Answer;
use axum::extract::State;

use super::document::{RevealedDocument, ShipmentDocument};
use crate::allowed::Allowed;
use crate::api::body::{IdPath, Json};
use crate::api::users::ReasonForm;
use crate::problem::Problem;
use crate::state::WebState;

/// One shipment.
#[utoipa::path(get, path = "/api/v1/shipments/{id}", tag = "shipments", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = ShipmentDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn get(
    caller: Allowed<ViewShipments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
) -> Result<Answer<ShipmentDocument>, Problem> {
    let shipment = shipments::get(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(Answer(shipment.into()))
}

/// Shows addresses, phone and e-mail of a shipment in clear. Who wanted it and why is in the audit trail first.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/reveal", tag = "shipments", params(("id" = String, Path)),
    request_body = ReasonForm, security(("bearer" = [])), responses(
    (status = 200, body = RevealedDocument),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn reveal(
    caller: Allowed<RevealPersonalData>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
    Json(form): Json<ReasonForm>,
) -> Result<Answer<RevealedDocument>, Problem> {
    let shipment = shipments::reveal(state.app(), &caller.grant, &caller.origin, id, &form.reason).await?;
    Ok(Answer(shipment.into()))
}
