//! The company's data keys: which there are, how far a rotation is, and having another made.

use access::permission::{ConfigureSecurity, ConfigureSystem};
use app::keys::{self, KeyFacts, Progress};
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::Json;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// The company's data keys, and how they changed. Nothing of it is secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataKeys {
    /// By purpose and age.
    keys: Vec<DataKeyDocument>,
    /// Newest first.
    rotations: Vec<RotationDocument>,
}

/// A data key.
#[derive(Serialize, ToSchema)]
#[schema(as = DataKey)]
pub(crate) struct DataKeyDocument {
    /// Names it; what it sealed names it too.
    id: Uuid,
    /// What it seals: `contact`, `identity` or `credential`; of the platform's own `signing_key` and `notice` as well.
    /// Keys of indexes and of the installation seal nothing.
    #[schema(example = "contact")]
    purpose: String,
    /// `active`, `retired` (opens what it sealed) or `destroyed`.
    #[schema(example = "active")]
    state: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    destroyed_at: Option<OffsetDateTime>,
    /// Values under it now.
    values: i64,
}

/// A rotation: another key, and everything sealed anew.
#[derive(Serialize, ToSchema)]
#[schema(as = KeyRotation)]
pub(crate) struct RotationDocument {
    /// Names it.
    id: Uuid,
    /// What the keys are for.
    #[schema(example = "contact")]
    purpose: String,
    /// The key that seals since.
    key: Uuid,
    /// `running`, `done` (nothing is under another key), `incomplete` (some values do not open) or `abandoned`.
    #[schema(example = "running")]
    state: String,
    /// Values there were when it began.
    total: i64,
    /// Sealed anew since.
    resealed: i64,
    /// Of this pass, those that did not open.
    unreadable: i64,
    /// Under another key: counted now, or when it ended.
    remaining: i64,
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    finished_at: Option<OffsetDateTime>,
}

impl From<KeyFacts> for DataKeyDocument {
    fn from(key: KeyFacts) -> Self {
        Self {
            id: key.id,
            purpose: key.purpose,
            state: key.state,
            created_at: key.created_at,
            destroyed_at: key.destroyed_at,
            values: key.sealed,
        }
    }
}

impl From<Progress> for RotationDocument {
    fn from(rotation: Progress) -> Self {
        Self {
            id: rotation.id,
            purpose: rotation.purpose,
            key: rotation.key,
            state: rotation.state,
            total: rotation.total,
            resealed: rotation.resealed,
            unreadable: rotation.unreadable,
            remaining: rotation.remaining,
            started_at: rotation.started_at,
            finished_at: rotation.finished_at,
        }
    }
}

/// The company's data keys and their rotations.
#[utoipa::path(get, path = "/api/v1/data-keys", tag = "data keys", security(("bearer" = [])), responses(
    (status = 200, body = DataKeys),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
) -> Result<Answer<DataKeys>, Problem> {
    let (keys, rotations) = keys::list(state.app(), &caller.grant).await?;
    Ok(Answer(DataKeys {
        keys: keys.into_iter().map(Into::into).collect(),
        rotations: rotations.into_iter().map(Into::into).collect(),
    }))
}

/// Of what to rotate the key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotationForm {
    /// `contact`, `identity` or `credential`.
    #[schema(example = "contact")]
    purpose: String,
}

/// Makes another key active, and has everything sealed anew while everybody works. How far it is `GET
/// /api/v1/data-keys` tells.
#[utoipa::path(post, path = "/api/v1/data-keys/rotations", tag = "data keys", request_body = RotationForm,
    security(("bearer" = [])), responses(
    (status = 204, description = "Begun"),
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
pub(crate) async fn rotate(
    caller: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    Json(form): Json<RotationForm>,
) -> Result<StatusCode, Problem> {
    keys::rotate(state.app(), &caller.grant, &caller.origin, &form.purpose).await?;
    Ok(StatusCode::NO_CONTENT)
}
