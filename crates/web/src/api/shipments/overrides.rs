//! Overrides of a shipment's check: asked for, approved, refused, withdrawn (DG-2).

use access::permission::{EditShipments, OverrideCompatibility, WithdrawOverrides};
use app::shipments::LoadOverride;
use app::shipments::overrides::{self, Ground};
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
    /// `waiting`, `approved`, `refused`, `withdrawn`, `expired` or `void`: what changes the load, what it travels under or
    /// the answer to it voids an override, and it expires with its permit. The load travels under one that is `approved`.
    state: &'static str,
    /// The prohibitions it sets aside.
    covers: Vec<CoveredDocument>,
    /// Why, in the words of who asked.
    reason: String,
    /// The special permit or the competent authority's approval on which it rests.
    authority: String,
    /// The last day, in UTC, on which that may be used; none of an override from before that was asked for.
    #[schema(format = Date, example = "2027-03-31")]
    authority_valid_until: Option<String>,
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
    /// Who took it back.
    withdrawn_by: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    withdrawn_at: Option<OffsetDateTime>,
    /// Why it was taken back.
    withdrawal_note: Option<String>,
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
        let apart = |step: Option<(String, OffsetDateTime, String)>| match step {
            Some((by, at, note)) => (Some(by), Some(at), Some(note)),
            None => (None, None, None),
        };
        let (decided_by, decided_at, note) = apart(one.decided);
        let (withdrawn_by, withdrawn_at, withdrawal_note) = apart(one.withdrawn);
        Self {
            id: one.id.to_string(),
            state: one.state.as_str(),
            covers: one.covers.into_iter().map(Into::into).collect(),
            reason: one.reason,
            authority: one.authority,
            authority_valid_until: one.valid_until.map(|day| day.to_string()),
            asked_by: one.asked_by,
            asked_at: one.asked_at,
            decided_by,
            decided_at,
            note,
            withdrawn_by,
            withdrawn_at,
            withdrawal_note,
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
    /// The last day, in UTC, on which that may be used: not over, and at most five years ahead (ADR 1.5.1.2). The override
    /// counts no longer than that day. It is printed on the papers.
    #[schema(format = Date, example = "2027-03-31")]
    authority_valid_until: String,
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

/// A withdrawal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideWithdrawal {
    /// Why: one line of 10 to 500 characters.
    #[schema(example = "the authority has revoked the permit")]
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
    let ground = Ground {
        reason: &form.reason,
        authority: &form.authority,
        valid_until: &form.authority_valid_until,
    };
    let id = overrides::ask(state.app(), &caller.grant, &caller.origin, id, ground).await?;
    Ok((StatusCode::CREATED, Answer(AskedOverride { id: id.to_string() })))
}

/// Approves what somebody else asked for, of a load that neither is one's own nor was ever changed by oneself. The shipment
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

/// Takes back an override that is approved, or that waits and one asked for oneself. Who asked takes it back without more
/// proof than asking took; whoever else may decide overrides, after a second factor. The shipment is a `draft`.
#[utoipa::path(post, path = "/api/v1/overrides/{id}/withdraw", tag = "shipments", request_body = OverrideWithdrawal,
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "Withdrawn"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn withdraw(
    caller: Allowed<WithdrawOverrides>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Override>,
    Json(form): Json<OverrideWithdrawal>,
) -> Result<StatusCode, Problem> {
    overrides::withdraw(state.app(), &caller.grant, &caller.origin, id, &form.note).await?;
    Ok(StatusCode::NO_CONTENT)
}
