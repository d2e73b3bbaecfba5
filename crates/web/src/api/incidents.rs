//! Incidents over the API, as far as emergency access needs them.

use access::permission::{CloseIncidents, ConfirmIncidents, ReportIncidents, ViewIncidents};
use app::incidents::{self, Incident, Report, Severity};
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::body::{IdPath, Json};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// An incident with dangerous goods.
#[derive(Serialize, ToSchema)]
#[schema(as = Incident)]
pub(crate) struct IncidentDocument {
    /// Its id, `inc_…`.
    id: String,
    /// `leak`, `fire`, `explosion`, `exposure`, `accident`, `loss` or `other`.
    kind: String,
    /// `LOW`, `MEDIUM`, `HIGH` or `CRITICAL`.
    severity: String,
    /// What happened, in the reporter's words.
    description: String,
    /// Whether it is an exercise.
    drill: bool,
    /// Who reported it.
    reported_by: String,
    /// When (RFC 3339).
    reported_at: String,
    /// Who confirmed that it is real.
    confirmed_by: Option<String>,
    /// When (RFC 3339).
    confirmed_at: Option<String>,
    /// Who closed it.
    closed_by: Option<String>,
    /// When (RFC 3339).
    closed_at: Option<String>,
    /// `resolved` or `false_alarm`, once it is closed.
    outcome: Option<String>,
    /// The tracking numbers of the shipments it names, as far as one may see these.
    shipments: Vec<String>,
}

fn text(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

impl From<Incident> for IncidentDocument {
    fn from(incident: Incident) -> Self {
        let (confirmed_by, confirmed_at) = incident.confirmed.unzip();
        let (closed_by, closed_at, outcome) = match incident.closed {
            Some((by, at, outcome)) => (Some(by), Some(text(at)), Some(outcome)),
            None => (None, None, None),
        };
        Self {
            id: incident.id.to_string(),
            kind: incident.kind,
            severity: incident.severity,
            description: incident.description.expose_secret().to_owned(),
            drill: incident.drill,
            reported_by: incident.reported_by.1,
            reported_at: text(incident.reported_at),
            confirmed_by,
            confirmed_at: confirmed_at.map(text),
            closed_by,
            closed_at,
            outcome,
            shipments: incident.shipments.into_iter().map(|(_, number)| number).collect(),
        }
    }
}

/// Incidents, open ones first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Incidents {
    /// At most a hundred.
    incidents: Vec<IncidentDocument>,
}

/// A report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportForm {
    /// `leak`, `fire`, `explosion`, `exposure`, `accident`, `loss` or `other`.
    #[schema(example = "leak")]
    kind: String,
    /// `LOW`, `MEDIUM`, `HIGH` or `CRITICAL`.
    #[schema(example = "HIGH")]
    severity: String,
    /// What happened: 10 to 4000 characters.
    #[schema(example = "drum leaking behind dock 3, two people moved upwind")]
    description: String,
    /// The tracking numbers of the shipments concerned, as the papers show them; at most 50.
    #[serde(default)]
    shipments: Vec<String>,
    /// Whether it is an exercise, which permits nothing; false where it is absent.
    #[serde(default)]
    drill: bool,
}

/// What was reported.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reported {
    /// Its id, `inc_…`.
    id: String,
}

/// How an incident ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseForm {
    /// `resolved` or `false_alarm`.
    #[schema(example = "resolved")]
    outcome: String,
}

/// The incidents one may see.
#[utoipa::path(get, path = "/api/v1/incidents", tag = "incidents", security(("bearer" = [])), responses(
    (status = 200, body = Incidents),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<ViewIncidents>,
    State(state): State<WebState>,
) -> Result<Answer<Incidents>, Problem> {
    let incidents = incidents::list(state.app(), &caller.grant).await?;
    Ok(Answer(Incidents {
        incidents: incidents.into_iter().map(Into::into).collect(),
    }))
}

/// One incident.
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "incidents", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = IncidentDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn get(
    caller: Allowed<ViewIncidents>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Incident>,
) -> Result<Answer<IncidentDocument>, Problem> {
    let incident = incidents::get(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(Answer(incident.into()))
}

/// Reports an incident.
#[utoipa::path(post, path = "/api/v1/incidents", tag = "incidents", request_body = ReportForm,
    security(("bearer" = [])), responses(
    (status = 201, body = Reported),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn report(
    caller: Allowed<ReportIncidents>,
    State(state): State<WebState>,
    Json(form): Json<ReportForm>,
) -> Result<(StatusCode, Answer<Reported>), Problem> {
    let report = Report {
        kind: &form.kind,
        severity: Severity::parse(&form.severity)
            .ok_or_else(|| Problem::invalid("/severity", "expected `LOW`, `MEDIUM`, `HIGH` or `CRITICAL`"))?,
        description: &form.description,
        shipments: &form.shipments,
        drill: form.drill,
    };
    let id = incidents::report(state.app(), &caller.grant, &caller.origin, &report).await?;
    Ok((StatusCode::CREATED, Answer(Reported { id: id.to_string() })))
}

/// Confirms that an incident is real; who reported it does not.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/confirm", tag = "incidents", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Confirmed"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn confirm(
    caller: Allowed<ConfirmIncidents>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Incident>,
) -> Result<StatusCode, Problem> {
    incidents::confirm(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes an incident; emergency access because of it is over.
#[utoipa::path(post, path = "/api/v1/incidents/{id}/close", tag = "incidents", params(("id" = String, Path)),
    request_body = CloseForm, security(("bearer" = [])), responses(
    (status = 204, description = "Closed"),
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
pub(crate) async fn close(
    caller: Allowed<CloseIncidents>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Incident>,
    Json(form): Json<CloseForm>,
) -> Result<StatusCode, Problem> {
    incidents::close(state.app(), &caller.grant, &caller.origin, id, &form.outcome).await?;
    Ok(StatusCode::NO_CONTENT)
}
