//! The list of passwords that a company refuses, beside those of the operator's.

use access::permission::{ConfigureSecurity, ConfigureSystem};
use app::passwords::refused;
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// The largest request with a list: every line end of it may be written in four bytes.
pub(crate) const MAX_REQUEST: usize = refused::MAX_LIST_BYTES + 256 * 1024;

/// A list to refuse.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusedForm {
    /// In the offline form of Pwned Passwords: a line each, the SHA-1 of a password in hexadecimal, alone or with a
    /// colon and how often it was seen. In any order, in 50,000 lines and 3 MiB at most.
    #[schema(example = "7C4A8D09CA3762AF61E59520943DC26494F8941B:42542807\n")]
    list: String,
}

/// What the company refuses. The list itself is given to nobody.
#[derive(Serialize, ToSchema)]
#[schema(as = RefusedPasswords)]
pub(crate) struct RefusedDocument {
    /// How many passwords.
    count: i32,
}

/// How many passwords the company refuses by a list of its own.
#[utoipa::path(get, path = "/api/v1/company/refused-passwords", tag = "passwords", security(("bearer" = [])),
    responses(
    (status = 200, body = RefusedDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn count(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
) -> Result<Answer<RefusedDocument>, Problem> {
    let count = refused::count(state.app(), &caller.grant).await?;
    Ok(Answer(RefusedDocument { count }))
}

/// Puts a list in the place of the one there is: nobody of the company chooses a password on it from now on. What is kept
/// of it tells nothing without the platform's key. A list with a line that is none is refused, and changes nothing.
#[utoipa::path(put, path = "/api/v1/company/refused-passwords", tag = "passwords", request_body = RefusedForm,
    security(("bearer" = [])), responses(
    (status = 200, body = RefusedDocument),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn replace(
    caller: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    Json(form): Json<RefusedForm>,
) -> Result<Answer<RefusedDocument>, Problem> {
    let count = refused::replace(state.app(), &caller.grant, &caller.origin, form.list).await?;
    Ok(Answer(RefusedDocument { count }))
}

/// Empties the list.
#[utoipa::path(delete, path = "/api/v1/company/refused-passwords", tag = "passwords", security(("bearer" = [])),
    responses(
    (status = 204, description = "Emptied"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn clear(
    caller: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
) -> Result<StatusCode, Problem> {
    refused::clear(state.app(), &caller.grant, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
