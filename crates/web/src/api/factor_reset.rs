//! A lost second factor over the API: asked for by one administrator, approved by another, objected to by the
//! person (M10).

use access::ids::FactorResetId;
use access::permission::{AdministerUsers, ResetFactors, SignedIn};
use app::factor_reset::{self, Asking, FactorReset};
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::body::{IdPath, Json};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// A reset of a person's second factors that is under way.
#[derive(Serialize, ToSchema)]
#[schema(as = FactorReset)]
pub(crate) struct FactorResetDocument {
    /// Its id, `frs_…`.
    id: String,
    /// The administrator who asked; the platform's operator has no name.
    asked_by: Option<String>,
    /// When (RFC 3339).
    asked_at: String,
    /// Why.
    reason: String,
    /// How the person proved again who they are.
    identity: String,
    /// Whether it is approved; until then it takes nothing away.
    approved: bool,
    /// The administrator who approved.
    approved_by: Option<String>,
    /// When it takes effect (RFC 3339): factors are removed then, and every session is over.
    due_at: Option<String>,
}

fn text(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

impl From<FactorReset> for FactorResetDocument {
    fn from(reset: FactorReset) -> Self {
        let due_at = reset.approved.as_ref().map(|approved| text(approved.due_at));
        Self {
            id: reset.id.to_string(),
            asked_by: reset.asked_by.map(|(_, name)| name),
            asked_at: text(reset.asked_at),
            reason: reset.reason,
            identity: reset.identity,
            approved: due_at.is_some(),
            approved_by: reset.approved.and_then(|approved| approved.by),
            due_at,
        }
    }
}

/// The reset under way, or none.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnderWay {
    reset: Option<FactorResetDocument>,
}

impl From<Option<FactorReset>> for UnderWay {
    fn from(reset: Option<FactorReset>) -> Self {
        Self {
            reset: reset.map(Into::into),
        }
    }
}

/// Why, and how it is known who asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskForm {
    /// For the audit trail: one line of 10 to 500 characters.
    #[schema(example = "telephone with the app lost, no backup codes left")]
    reason: String,
    /// How the person proved again who they are: one line of 10 to 500 characters.
    #[schema(example = "came to the office with their passport")]
    identity: String,
}

/// The reset that was asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskedFor {
    /// Its id, `frs_…`.
    id: String,
}

/// Which reset, as it was read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetForm {
    /// Its id, `frs_…`.
    reset: String,
}

impl ResetForm {
    /// What is not an id names nothing.
    fn id(&self) -> Result<FactorResetId, Problem> {
        let none = |_| Problem::from(app::Error::NotFound("reset"));
        self.reset.parse().map_err(none)
    }
}

/// The reset of a person's second factors that is under way.
#[utoipa::path(get, path = "/api/v1/users/{id}/factor-reset", tag = "users", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = UnderWay),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn of_person(
    caller: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
) -> Result<Answer<UnderWay>, Problem> {
    let reset = factor_reset::of_person(state.app(), &caller.grant, id).await?;
    Ok(Answer(reset.into()))
}

/// Asks that a person's lost second factors are reset. Another administrator approves within seven days.
#[utoipa::path(post, path = "/api/v1/users/{id}/factor-reset", tag = "users", params(("id" = String, Path)),
    request_body = AskForm, security(("bearer" = [])), responses(
    (status = 201, body = AskedFor),
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
    caller: Allowed<ResetFactors>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<AskForm>,
) -> Result<(StatusCode, Answer<AskedFor>), Problem> {
    let asking = Asking {
        reason: &form.reason,
        identity: &form.identity,
    };
    let reset = factor_reset::ask(state.app(), &caller.grant, &caller.origin, id, asking).await?;
    Ok((
        StatusCode::CREATED,
        Answer(AskedFor {
            id: reset.to_string(),
        }),
    ))
}

/// Approves a reset that another administrator asked for. It takes effect 24 hours later.
#[utoipa::path(post, path = "/api/v1/users/{id}/factor-reset/approve", tag = "users", params(("id" = String, Path)),
    request_body = ResetForm, security(("bearer" = [])), responses(
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
    caller: Allowed<ResetFactors>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<ResetForm>,
) -> Result<StatusCode, Problem> {
    factor_reset::approve(state.app(), &caller.grant, &caller.origin, id, form.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a reset back before it is in effect.
#[utoipa::path(post, path = "/api/v1/users/{id}/factor-reset/cancel", tag = "users", params(("id" = String, Path)),
    request_body = ResetForm, security(("bearer" = [])), responses(
    (status = 204, description = "Taken back"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn cancel(
    caller: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<ResetForm>,
) -> Result<StatusCode, Problem> {
    factor_reset::cancel(state.app(), &caller.grant, &caller.origin, id, form.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The reset of one's own second factors that is under way.
#[utoipa::path(get, path = "/api/v1/me/factor-reset", tag = "factors", security(("bearer" = [])), responses(
    (status = 200, body = UnderWay),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn own(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Answer<UnderWay>, Problem> {
    Ok(Answer(
        factor_reset::own(state.app(), &caller.grant).await?.into(),
    ))
}

/// Objects to the reset of one's own second factors: it is over.
#[utoipa::path(post, path = "/api/v1/me/factor-reset/object", tag = "factors", security(("bearer" = [])), responses(
    (status = 204, description = "Over"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn object(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<StatusCode, Problem> {
    factor_reset::object(state.app(), &caller.grant, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
