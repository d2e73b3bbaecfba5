//! Overrides of a shipment's check: asked for, approved, refused (DG-2).

use access::permission::{EditShipments, OverrideCompatibility};
use app::shipments::{LoadOverride, overrides};
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use dangerous_goods::{Overridable, Regime};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::allowed::Allowed;
use crate::api::body::{IdPath, Json};
use crate::api::goods::Regime2;
use crate::problem::Problem;
use crate::state::WebState;

/// An override of a shipment's check.
#[derive(Serialize, ToSchema)]
#[schema(as = Override)]
pub(crate) struct OverrideDocument {
    /// Its id, `ovr_…`.
    id: String,
    /// `waiting`, `approved`, `refused` or `void`: what changes the load, what it travels under or the answer to it voids
    /// an override.
    state: &'static str,
    /// The prohibitions it sets aside.
    covers: Vec<CoveredDocument>,
    /// Why, in the words of who asked.
    reason: String,
    /// The special permit or the competent authority's approval on which it rests.
    authority: String,
    /// Who asked.
    asked_by: String,
    #[serde(with = "time::serde::rfc3339")]
    asked_at: OffsetDateTime,
    /// Who approved or refused it.
    decided_by: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    decided_at: Option<OffsetDateTime>,
    /// Why it was decided so.
    note: Option<String>,
}

/// A prohibition that an override sets aside.
#[derive(Serialize, ToSchema)]
#[schema(as = Covered)]
pub(crate) struct CoveredDocument {
    #[schema(value_type = Regime2)]
    regime: Regime,
    /// The edition of the law.
    edition: String,
    /// The clause.
    #[schema(example = "49 CFR 177.848(d)")]
    clause: String,
    /// The cell or the rule within the clause.
    rule: String,
    /// What it means for these goods.
    sentence: String,
    /// Positions of the lines, from zero: two, and every further pair after the other.
    lines: Vec<usize>,
}

impl From<Overridable> for CoveredDocument {
    fn from(covered: Overridable) -> Self {
        let Overridable {
            regime,
            edition,
            clause,
            rule,
            sentence,
            lines,
        } = covered;
        Self {
            regime,
            edition,
            clause,
            rule,
            sentence,
            lines,
        }
    }
}

impl From<LoadOverride> for OverrideDocument {
    fn from(one: LoadOverride) -> Self {
        let (decided_by, decided_at, note) = match one.decided {
            Some((by, at, note)) => (Some(by), Some(at), Some(note)),
            None => (None, None, None),
        };
        Self {
            id: one.id.to_string(),
            state: one.state.as_str(),
            covers: one.covers.into_iter().map(Into::into).collect(),
            reason: one.reason,
            authority: one.authority,
            asked_by: one.asked_by,
            asked_at: one.asked_at,
            decided_by,
            decided_at,
            note,
        }
    }
}

/// What is asked for: an override of the last check, whatever that is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideForm {
    /// One line of 10 to 500 characters; those who decide read it at once.
    #[schema(example = "the quarry works on Monday and there is one vehicle for both")]
    reason: String,
    /// The special permit (49 CFR 107 subpart B) or the competent authority's approval (ADR 1.5.1), 5 to 200 characters.
    /// It is printed on the papers.
    #[schema(example = "DOT-SP 12345")]
    authority: String,
}

/// An override that waits.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskedOverride {
    /// Its id, `ovr_…`.
    id: String,
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideDecision {
    /// Why: one line of 10 to 500 characters.
    #[schema(example = "saw the permit, it names both articles and this vehicle")]
    note: String,
}

/// Asks for an override of the last check, which prohibits the load and must be of the load as it is. Not everything can be
/// overridden: what may not be carried at all, what could not be judged and conditions that are open cannot.
#[utoipa::path(post, path = "/api/v1/shipments/{id}/overrides", tag = "shipments", request_body = OverrideForm,
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 201, body = AskedOverride),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn ask(
    caller: Allowed<EditShipments>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Shipment>,
    Json(form): Json<OverrideForm>,
) -> Result<(StatusCode, Answer<AskedOverride>), Problem> {
    let what = (form.reason.as_str(), form.authority.as_str());
    let id = overrides::ask(state.app(), &caller.grant, &caller.origin, id, what).await?;
    Ok((StatusCode::CREATED, Answer(AskedOverride { id: id.to_string() })))
}

/// Approves what somebody else asked for, of a load that neither is one's own nor was last changed by oneself. The shipment
/// is `checked`, and its papers name the override.
#[utoipa::path(post, path = "/api/v1/overrides/{id}/approve", tag = "shipments", request_body = OverrideDecision,
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "Approved"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn approve(
    caller: Allowed<OverrideCompatibility>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Override>,
    Json(form): Json<OverrideDecision>,
) -> Result<StatusCode, Problem> {
    overrides::decide(state.app(), &caller.grant, &caller.origin, id, (true, &form.note)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses what somebody else asked for.
#[utoipa::path(post, path = "/api/v1/overrides/{id}/refuse", tag = "shipments", request_body = OverrideDecision,
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "Refused"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn refuse(
    caller: Allowed<OverrideCompatibility>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Override>,
    Json(form): Json<OverrideDecision>,
) -> Result<StatusCode, Problem> {
    overrides::decide(
        state.app(),
        &caller.grant,
        &caller.origin,
        id,
        (false, &form.note),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
