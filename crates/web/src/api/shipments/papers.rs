//! The papers of a shipment, as PDF.

use access::permission::CreateManifests;
use app::shipments::papers;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use dangerous_goods::Regime;

use crate::allowed::Allowed;
use crate::api::body::IdPath;
use crate::problem::Problem;
use crate::state::WebState;

/// The US shipping paper (49 CFR part 172, subpart C), from a checked load only.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/us-shipping-paper.pdf", tag = "shipments",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn us(
    caller: Allowed<CreateManifests>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
) -> Result<Response, Problem> {
    issue(caller, &state, id, Regime::Us).await
}

/// The ADR transport document (ADR 5.4.1), from a checked load only.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/adr-transport-document.pdf", tag = "shipments",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/pdf", body = Vec<u8>),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn adr(
    caller: Allowed<CreateManifests>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
) -> Result<Response, Problem> {
    issue(caller, &state, id, Regime::Adr).await
}

/// Issues a paper and hands it over as a download. The console's routes call it as well.
pub(crate) async fn issue(
    caller: Allowed<CreateManifests>,
    state: &WebState,
    id: access::ids::ShipmentId,
    regime: Regime,
) -> Result<Response, Problem> {
    let paper = papers::issue(state.app(), &caller.grant, &caller.origin, id, regime).await?;
    let disposition = format!("attachment; filename=\"{}\"", paper.file_name);
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, paper.pdf).into_response())
}
