//! Emergency access over the API: asked for, approved, used, ended, judged (AUTHZ-6).

use access::ids::IncidentId;
use access::permission::{ApproveEmergencyAccess, RequestEmergencyAccess, ReviewEmergencyAccess};
use app::emergency_access::{self, AccessRow};
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::{IntoParams, ToSchema};

use super::body::{IdPath, Json, Params};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// Somebody's emergency access.
#[derive(Serialize, ToSchema)]
#[schema(as = EmergencyAccess)]
pub(crate) struct AccessDocument {
    /// Its id, `ema_…`.
    id: String,
    /// Because of which incident, `inc_…`.
    incident: String,
    /// Whose it is.
    user: String,
    /// What it permits beyond the role.
    permissions: Vec<String>,
    /// Why, in the person's words.
    justification: String,
    /// Whether it is an exercise, which permits nothing.
    drill: bool,
    /// Whether reading, too, reaches no further than what the incident names.
    incident_only: bool,
    /// `waiting`, `usable`, `to_review`, `reviewed`, `refused` or `withdrawn`.
    state: &'static str,
    /// When it was asked for (RFC 3339).
    requested_at: String,
    /// Who approved or refused it; none where reading was taken at once.
    decided_by: Option<String>,
    /// From when (RFC 3339).
    granted_at: Option<String>,
    /// Until when at the latest (RFC 3339).
    expires_at: Option<String>,
    /// Who judged it.
    reviewed_by: Option<String>,
    /// `justified` or `not_justified`, once it is judged.
    verdict: Option<String>,
    /// Why it was judged so.
    review_note: Option<String>,
}

impl From<AccessRow> for AccessDocument {
    fn from(row: AccessRow) -> Self {
        let text = |at: OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
        let (reviewed_by, verdict, review_note) = match row.review {
            Some((by, verdict, note)) => (Some(by), Some(verdict), Some(note)),
            None => (None, None, None),
        };
        Self {
            id: row.id.to_string(),
            incident: row.incident.to_string(),
            user: row.user.1,
            permissions: row.permissions,
            justification: row.justification,
            drill: row.drill,
            incident_only: row.incident_only,
            state: row.state.as_str(),
            requested_at: text(row.requested_at),
            decided_by: row.decided_by,
            granted_at: row.granted_at.map(text),
            expires_at: row.expires_at.map(text),
            reviewed_by,
            verdict,
            review_note,
        }
    }
}

/// Emergency access: what is to be decided or judged first, then the newest.
#[derive(Serialize, ToSchema)]
pub(crate) struct Accesses {
    /// At most two hundred: one's own, and everybody's for who sees every incident.
    emergency_access: Vec<AccessDocument>,
}

/// Which.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Only because of this incident.
    incident: Option<String>,
}

/// What is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestForm {
    /// Because of which incident, `inc_…`; open.
    incident: String,
    /// `dangerous_goods.emergency.access` to read, which is granted at once; `dangerous_goods.compatibility.override` and
    /// `safety.equipment.disable`, which wait for a second person.
    permissions: Vec<String>,
    /// One line of 10 to 500 characters; those who approve and judge read it at once.
    #[schema(example = "drum leaking behind dock 3, need what is in the shipment beside it")]
    justification: String,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Requested {
    /// Its id, `ema_…`.
    id: String,
    /// Whether it may be used at once; otherwise a second person decides.
    granted: bool,
}

/// A judgement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewForm {
    /// Whether the access was justified as it was used.
    justified: bool,
    /// Why: one line of 10 to 500 characters.
    #[schema(example = "read the two shipments at the dock, nothing else")]
    note: String,
}

/// Emergency access one may see.
#[utoipa::path(get, path = "/api/v1/emergency-access", tag = "incidents", params(Search), security(("bearer" = [])),
    responses(
    (status = 200, body = Accesses),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<RequestEmergencyAccess>,
    State(state): State<WebState>,
    Params(search): Params<Search>,
) -> Result<Answer<Accesses>, Problem> {
    let incident = search.incident.map(|text| text.parse::<IncidentId>()).transpose();
    let incident = incident.map_err(|_| Problem::invalid("", "`incident` is not a value it can have"))?;
    let rows = emergency_access::list(state.app(), &caller.grant, incident).await?;
    Ok(Answer(Accesses {
        emergency_access: rows.into_iter().map(Into::into).collect(),
    }))
}

/// Asks for emergency access in one's own name. Everybody who approves and judges it is told at once.
#[utoipa::path(post, path = "/api/v1/emergency-access", tag = "incidents", request_body = RequestForm,
    security(("bearer" = [])), responses(
    (status = 201, body = Requested),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn request(
    caller: Allowed<RequestEmergencyAccess>,
    State(state): State<WebState>,
    Json(form): Json<RequestForm>,
) -> Result<(StatusCode, Answer<Requested>), Problem> {
    let none = |_| Problem::from(app::Error::NotFound("incident"));
    let incident = form.incident.parse().map_err(none)?;
    let requested = emergency_access::request(
        state.app(),
        &caller.grant,
        &caller.origin,
        incident,
        &form.permissions,
        &form.justification,
    )
    .await?;
    Ok((
        StatusCode::CREATED,
        Answer(Requested {
            id: requested.id.to_string(),
            granted: requested.granted,
        }),
    ))
}

/// Approves somebody else's: what one's own role holds, because of an incident that somebody else has confirmed.
#[utoipa::path(post, path = "/api/v1/emergency-access/{id}/approve", tag = "incidents", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Approved"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn approve(
    caller: Allowed<ApproveEmergencyAccess>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::EmergencyAccess>,
) -> Result<StatusCode, Problem> {
    emergency_access::approve(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses somebody else's.
#[utoipa::path(post, path = "/api/v1/emergency-access/{id}/refuse", tag = "incidents", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Refused"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn refuse(
    caller: Allowed<ApproveEmergencyAccess>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::EmergencyAccess>,
) -> Result<StatusCode, Problem> {
    emergency_access::refuse(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives one's access back before its end; who may approve takes it back.
#[utoipa::path(post, path = "/api/v1/emergency-access/{id}/end", tag = "incidents", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Ended"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn end(
    caller: Allowed<RequestEmergencyAccess>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::EmergencyAccess>,
) -> Result<StatusCode, Problem> {
    emergency_access::end(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Judges how access that is over was used; neither who had it nor who approved it does.
#[utoipa::path(post, path = "/api/v1/emergency-access/{id}/review", tag = "incidents", params(("id" = String, Path)),
    request_body = ReviewForm, security(("bearer" = [])), responses(
    (status = 204, description = "Judged"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn review(
    caller: Allowed<ReviewEmergencyAccess>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::EmergencyAccess>,
    Json(form): Json<ReviewForm>,
) -> Result<StatusCode, Problem> {
    emergency_access::review(
        state.app(),
        &caller.grant,
        &caller.origin,
        id,
        form.justified,
        &form.note,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
