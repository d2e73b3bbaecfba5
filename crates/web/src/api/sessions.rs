//! Signing in to the API, renewing access, signing out.

use access::permission::SignedIn;
use app::sign_in::{self, Credentials, Step, TokenPair};
use app::signing::KEY_SET_CACHED_SECONDS;
use app::{Error, Origin};
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as Answer};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::body::Json;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// Clients of the API are not registered yet; their tokens say so (RFC 9068 section 2.2).
pub(super) const CLIENT: &str = "api";

/// E-mail and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The e-mail address.
    #[schema(example = "operator@northwind.example")]
    email: String,
    /// The password.
    #[schema(value_type = String, format = "password")]
    password: SecretString,
    /// The company's short name, for people who are in two.
    #[serde(default)]
    company: Option<String>,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    /// The refresh token; good for one use.
    #[schema(value_type = String, format = "password")]
    refresh_token: String,
}

/// What one holds after signing in (RFC 6749 section 5.1).
#[derive(Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// A JWT for `Authorization: Bearer`.
    access_token: String,
    /// For the next access token; good for one use.
    refresh_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// Seconds the access token lives.
    #[schema(example = 3600)]
    expires_in: i64,
}

impl From<TokenPair> for Tokens {
    fn from(pair: TokenPair) -> Self {
        Self {
            access_token: pair.access.to_string(),
            refresh_token: pair.refresh.to_string(),
            token_type: "Bearer",
            expires_in: pair.expires_in,
        }
    }
}

/// The password was right and a second factor is to come.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactorRequired {
    /// `true`.
    second_factor_required: bool,
    /// Names this sign-in for the second step; worth nothing by itself.
    #[schema(format = "password")]
    ticket: String,
    /// What may be shown: `passkey`; `totp`, a one-time password; `backup_code`.
    methods: Vec<String>,
    /// Seconds the ticket lives.
    #[schema(example = 300)]
    expires_in: i64,
}

/// A ticket, and a code or a passkey: exactly one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactor {
    /// What signing in with the password answered.
    #[schema(value_type = String, format = "password")]
    ticket: SecretString,
    /// Six digits of the app, or a backup code.
    #[serde(default)]
    #[schema(value_type = String, required = false, format = "password")]
    code: Option<SecretString>,
    /// The credential of WebAuthn that was asked for with this ticket, as JSON.
    #[serde(default)]
    #[schema(value_type = Object, required = false)]
    passkey: Option<Value>,
}

/// Signs in. Who has a second factor gets a ticket for the second step instead of tokens.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sessions", request_body = SignIn, responses(
    (status = 200, body = Tokens),
    (status = 202, body = SecondFactorRequired),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
    (status = 429, response = crate::api::schema::ProblemDocument),
    (status = 503, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn sign_in(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    Json(form): Json<SignIn>,
) -> Result<Response, Problem> {
    let short_name =
        |company: &String| company.len() <= 63 && company.bytes().all(|byte| byte.is_ascii_graphic());
    if form.email.len() > 254 || !form.company.as_ref().is_none_or(short_name) {
        return Err(Error::SignInRefused.into());
    }
    let credentials = Credentials {
        email: form.email,
        password: form.password,
        company: form.company,
    };
    match sign_in::api(state.app(), credentials, CLIENT, &origin).await? {
        Step::Done(pair) => Ok(Answer(Tokens::from(pair)).into_response()),
        Step::SecondFactor(challenge) => {
            let asked = SecondFactorRequired {
                second_factor_required: true,
                ticket: challenge.ticket.to_string(),
                methods: challenge.methods.iter().map(ToString::to_string).collect(),
                expires_in: challenge.expires_in,
            };
            Ok((StatusCode::ACCEPTED, Answer(asked)).into_response())
        }
    }
}

/// Finishes a sign-in with a second factor. Five attempts a ticket.
#[utoipa::path(post, path = "/api/v1/sessions/second-factor", tag = "sessions", request_body = SecondFactor,
    responses(
    (status = 200, body = Tokens),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
    (status = 429, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn second_factor(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    Json(form): Json<SecondFactor>,
) -> Result<Answer<Tokens>, Problem> {
    let ticket = form.ticket.expose_secret();
    let shown = match (form.code, form.passkey) {
        (Some(code), None) => sign_in::Answer::Code(code),
        (None, Some(passkey)) => sign_in::Answer::Passkey(passkey),
        _ => return Err(Problem::invalid("", "send either `code` or `passkey`")),
    };
    let pair = sign_in::api_second_step(state.app(), ticket, shown, CLIENT, &origin).await?;
    Ok(Answer(pair.into()))
}

/// Trades a refresh token for new tokens. One that was used before ends its session.
#[utoipa::path(post, path = "/api/v1/sessions/refresh", tag = "sessions", request_body = Refresh, responses(
    (status = 200, body = Tokens),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn refresh(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    Json(form): Json<Refresh>,
) -> Result<Answer<Tokens>, Problem> {
    let pair = sign_in::refresh(state.app(), &form.refresh_token, CLIENT, &origin).await?;
    Ok(Answer(pair.into()))
}

/// Signs out: the session's tokens are dead at once.
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "sessions", security(("bearer" = [])), responses(
    (status = 204, description = "Signed out"),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn sign_out(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<StatusCode, Problem> {
    sign_in::out(state.app(), &caller.grant, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The keys that verify access tokens (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "sessions", responses((status = 200, body = Object)))]
pub(crate) async fn jwks(State(state): State<WebState>) -> ([(HeaderName, String); 1], Answer<Value>) {
    key_set(state.app().jwks())
}

/// The keys that verify the signatures of papers, also those that sign no more (RFC 7517).
#[utoipa::path(get, path = "/.well-known/document-keys.json", tag = "sessions", responses((status = 200, body = Object)))]
pub(crate) async fn document_keys(
    State(state): State<WebState>,
) -> ([(HeaderName, String); 1], Answer<Value>) {
    key_set(state.app().document_jwks())
}

fn key_set(keys: Value) -> ([(HeaderName, String); 1], Answer<Value>) {
    let cached = format!("public, max-age={KEY_SET_CACHED_SECONDS}");
    ([(CACHE_CONTROL, cached)], Answer(keys))
}
