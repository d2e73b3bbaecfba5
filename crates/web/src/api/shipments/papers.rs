//! The papers of a shipment: as PDF, and as JSON with a detached signature over its exact bytes.
//!
//! JSON and signature are two files, so that the document is stored and verified as it came, whatever parsers
//! would make of it. The same paper is the same bytes, so the second download signs the first.

use access::ids::{Shipment, ShipmentId};
use access::permission::CreateManifests;
use app::shipments::papers::{self, Form, Paper};
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
    IdPath(id): IdPath<Shipment>,
) -> Result<Response, Problem> {
    issue(caller, &state, id, Regime::Us, Form::Pdf).await
}

/// The US shipping paper as JSON, in the form of `/api/v1/schemas/shipping-paper.json`.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/us-shipping-paper.json", tag = "shipments",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/json", body = Object),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn us_json(
    caller: Allowed<CreateManifests>,
    State(state): State<WebState>,
    IdPath(id): IdPath<Shipment>,
) -> Result<Response, Problem> {
    issue(caller, &state, id, Regime::Us, Form::Json).await
}

/// The signature over the bytes of the US shipping paper as JSON: a JWS with detached payload.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/us-shipping-paper.json.jws", tag = "shipments",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/jose", body = String),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn us_signature(
    caller: Allowed<CreateManifests>,
    State(state): State<WebState>,
    IdPath(id): IdPath<Shipment>,
) -> Result<Response, Problem> {
    issue(caller, &state, id, Regime::Us, Form::Signature).await
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
    IdPath(id): IdPath<Shipment>,
) -> Result<Response, Problem> {
    issue(caller, &state, id, Regime::Adr, Form::Pdf).await
}

/// The ADR transport document as JSON, in the form of `/api/v1/schemas/shipping-paper.json`.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/adr-transport-document.json", tag = "shipments",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/json", body = Object),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn adr_json(
    caller: Allowed<CreateManifests>,
    State(state): State<WebState>,
    IdPath(id): IdPath<Shipment>,
) -> Result<Response, Problem> {
    issue(caller, &state, id, Regime::Adr, Form::Json).await
}

/// The signature over the bytes of the ADR transport document as JSON: a JWS with detached payload.
#[utoipa::path(get, path = "/api/v1/shipments/{id}/adr-transport-document.json.jws", tag = "shipments",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 200, content_type = "application/jose", body = String),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn adr_signature(
    caller: Allowed<CreateManifests>,
    State(state): State<WebState>,
    IdPath(id): IdPath<Shipment>,
) -> Result<Response, Problem> {
    issue(caller, &state, id, Regime::Adr, Form::Signature).await
}

/// The JSON Schema (2020-12) of the papers as JSON.
#[utoipa::path(get, path = "/api/v1/schemas/shipping-paper.json", tag = "shipments",
    responses((status = 200, content_type = "application/schema+json", body = Object)))]
pub(crate) async fn schema() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "application/schema+json")];
    (headers, dangerous_goods::paper::json::SCHEMA)
}

async fn issue(
    caller: Allowed<CreateManifests>,
    state: &WebState,
    id: ShipmentId,
    regime: Regime,
    form: Form,
) -> Result<Response, Problem> {
    let paper = papers::issue(state.app(), &caller.grant, &caller.origin, id, regime, form).await?;
    Ok(download(paper))
}

/// Hands a paper over as a download; the console does so as well.
pub(crate) fn download(paper: Paper) -> Response {
    let headers = [
        (CONTENT_TYPE, paper.form.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", paper.file_name),
        ),
    ];
    (headers, paper.bytes).into_response()
}
