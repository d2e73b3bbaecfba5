//! Who carries a shipment.

use access::ids::UserId;
use access::permission::EditShipments;
use app::shipments::{self, Carrier};
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::allowed::Allowed;
use crate::api::body::{IdPath, Json};
use crate::problem::Problem;
use crate::state::WebState;

/// Somebody to whom shipments can be assigned.
#[derive(Serialize, ToSchema)]
#[schema(as = Carrier)]
pub(crate) struct CarrierDocument {
    /// Their id, `usr_…`.
    id: String,
    /// Their name.
    name: String,
    /// Their role.
    #[schema(example = "DRIVER")]
    role: String,
}

impl From<Carrier> for CarrierDocument {
    fn from(carrier: Carrier) -> Self {
        Self {
            id: carrier.id.to_string(),
            name: carrier.name,
            role: carrier.role.as_str().to_owned(),
        }
    }
}

/// Whoever sees what is assigned to them, drivers first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Carriers {
    /// At most two hundred.
    carriers: Vec<CarrierDocument>,
}

/// To whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssigneeForm {
    /// The person's id, `usr_…`; null for nobody.
    // Said, not left out.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    user: Option<String>,
}

/// The people to whom a shipment can be assigned.
#[utoipa::path(get, path = "/api/v1/carriers", tag = "shipments", security(("bearer" = [])), responses(
    (status = 200, body = Carriers),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn carriers(
    caller: Allowed<EditShipments>,
    State(state): State<WebState>,
) -> Result<Answer<Carriers>, Problem> {
    let carriers = shipments::carriers(state.app(), &caller.grant).await?;
    Ok(Answer(Carriers {
        carriers: carriers.into_iter().map(Into::into).collect(),
    }))
}

/// Assigns a shipment to a person of the company, who then sees it; or to nobody any more.
#[utoipa::path(put, path = "/api/v1/shipments/{id}/assignee", tag = "shipments", request_body = AssigneeForm,
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "Assigned"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn assign(
    caller: Allowed<EditShipments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
    Json(form): Json<AssigneeForm>,
) -> Result<StatusCode, Problem> {
    let user = form.user.map(|text| text.parse::<UserId>()).transpose();
    let user = user.map_err(|_| Problem::invalid("/user", "expected the id of a person, `usr_…`"))?;
    shipments::assign(state.app(), &caller.grant, &caller.origin, id, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
