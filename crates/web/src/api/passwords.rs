//! One's own password: changing it, and resetting it by a link in a mail.

use access::permission::ManageFactors;
use app::{Origin, passwords};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::Json;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// The password in force and the one to come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    /// The password in force.
    #[schema(value_type = String, format = "password")]
    current_password: SecretString,
    /// The password to come: at least 15 characters, or 8 beside a second factor, and not easy to guess.
    #[schema(value_type = String, format = "password")]
    password: SecretString,
}

/// Whose password is to be reset.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetAsk {
    /// The e-mail address.
    #[schema(example = "operator@northwind.example")]
    email: String,
    /// The company's short name, for people who are in two.
    #[serde(default)]
    company: Option<String>,
}

/// The token of a link, and the password to come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordReset {
    /// What stands in the link after `token=`; good once, for 30 minutes.
    #[schema(value_type = String, format = "password")]
    token: SecretString,
    /// The password to come, as when it is changed.
    #[schema(value_type = String, format = "password")]
    password: SecretString,
}

/// Changes one's own password. Needs a fresh proof; every other session ends.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "passwords", security(("bearer" = [])),
    request_body = PasswordChange, responses(
    (status = 204, description = "Changed"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
    (status = 429, response = crate::api::schema::ProblemDocument),
    (status = 503, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn change(
    caller: Allowed<ManageFactors>,
    State(state): State<WebState>,
    Json(form): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let PasswordChange {
        current_password,
        password,
    } = form;
    passwords::change(
        state.app(),
        &caller.grant,
        current_password,
        password,
        &caller.origin,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a link to reset a password. The answer is the same whether there is such a person or not.
#[utoipa::path(post, path = "/api/v1/password-resets", tag = "passwords", request_body = ResetAsk, responses(
    (status = 202, description = "If there is such a person, they get a mail"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
    (status = 429, response = crate::api::schema::ProblemDocument),
    (status = 503, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn ask(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    Json(form): Json<ResetAsk>,
) -> Result<StatusCode, Problem> {
    passwords::ask(state.app(), &form.email, form.company, &origin)?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password with the token of a link; every session of the person ends. Signing in asks for a second factor as ever.
#[utoipa::path(post, path = "/api/v1/password-resets/confirm", tag = "passwords", request_body = PasswordReset,
    responses(
    (status = 204, description = "Set"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
    (status = 429, response = crate::api::schema::ProblemDocument),
    (status = 503, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn set(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    Json(form): Json<PasswordReset>,
) -> Result<StatusCode, Problem> {
    passwords::set(state.app(), &form.token, form.password, &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
