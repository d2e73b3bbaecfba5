//! Making, changing, checking a shipment, and declaring it ready.

use access::permission::{CreateShipments, EditShipments};
use app::shipments;
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::document::{ChangeDocument, DraftDocument};
use crate::allowed::Allowed;
use crate::api::body::{IdPath, Json};
use crate::problem::Problem;
use crate::state::WebState;

/// A shipment that is stored.
#[derive(Serialize, ToSchema)]
pub(crate) struct Created {
    id: String,
    tracking_number: String,
}

/// Stores a new draft. When this is answered the shipment is durable, with its audit event.
#[utoipa::path(post, path = "/api/v1/shipments", tag = "shipments", request_body = DraftDocument,
    security(("bearer" = [])), responses(
    (status = 201, body = Created),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn create(
    caller: Allowed<CreateShipments>,
    State(state): State<WebState>,
    Json(draft): Json<DraftDocument>,
) -> Result<Response, Problem> {
    let created = shipments::create(state.app(), &caller.grant, &caller.origin, &draft.into()).await?;
    let location = format!("/api/v1/shipments/{}", created.id);
    let body = Created {
        id: created.id.to_string(),
        tracking_number: created.tracking_number,
    };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Answer(body)).into_response())
}

/// Replaces what a shipment says. A changed load makes it a draft again.
#[utoipa::path(put, path = "/api/v1/shipments/{id}", tag = "shipments", request_body = ChangeDocument,
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "Changed"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn update(
    caller: Allowed<EditShipments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
    Json(change): Json<ChangeDocument>,
) -> Result<StatusCode, Problem> {
    let version = change.version;
    shipments::update(
        state.app(),
        &caller.grant,
        &caller.origin,
        id,
        version,
        change.into(),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is stated with a check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckForm {
    /// Ids of conditions that you state to be fulfilled, in your own name.
    #[serde(default)]
    confirm: Vec<String>,
}

/// What a check came to.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checked {
    /// Whether the load is compatible under every regime of the shipment.
    is_compatible: bool,
}

/// Checks the shipment's load. A compatible one makes the shipment `checked`.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/check", tag = "shipments", request_body = CheckForm,
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, body = Checked),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn check(
    caller: Allowed<EditShipments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
    Json(form): Json<CheckForm>,
) -> Result<Answer<Checked>, Problem> {
    let is_compatible =
        shipments::check(state.app(), &caller.grant, &caller.origin, id, form.confirm).await?;
    Ok(Answer(Checked { is_compatible }))
}

/// Declares a checked shipment ready to leave.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/ready", tag = "shipments", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Ready"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn mark_ready(
    caller: Allowed<EditShipments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
) -> Result<StatusCode, Problem> {
    shipments::mark_ready(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
