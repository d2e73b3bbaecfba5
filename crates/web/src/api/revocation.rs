//! Giving a token up (RFC 7009): form-encoded, as clients' libraries send it; the token is the proof.

use app::{Origin, revocation};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::edge::only;
use crate::problem::Problem;
use crate::state::WebState;

/// A token to give up.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Revocation {
    /// A refresh token, which ends its session, or an access token, which dies alone.
    #[schema(format = "password")]
    token: String,
    /// `access_token` or `refresh_token`; not needed, for a token says itself what it is.
    #[schema(required = false)]
    #[expect(dead_code, reason = "only the shape is used")]
    token_type_hint: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for Revocation {
    type Rejection = Problem;

    /// Other parameters are nobody's concern (RFC 6749 section 3.2); one that is there twice is malformed.
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_form(request.headers()) {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::of_status(rejection.status()))?;
        let tokens = form_urlencoded::parse(&bytes)
            .filter(|(name, _)| name == "token")
            .map(|(_, value)| value.into_owned());
        let token = only(tokens).ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "malformed",
                "Malformed request",
                "expected one parameter `token`",
            )
        })?;
        Ok(Self {
            token,
            token_type_hint: None,
        })
    }
}

pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next().unwrap_or_default();
    essence
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Revokes a token (RFC 7009). The answer is the same whether there was something to revoke or not.
#[utoipa::path(post, path = "/api/v1/tokens/revoke", tag = "sessions",
    request_body(content = Revocation, content_type = "application/x-www-form-urlencoded"), responses(
    (status = 200, description = "The token is good for nothing"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 503, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn revoke(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    form: Revocation,
) -> Result<StatusCode, Problem> {
    revocation::revoke(state.app(), &form.token, &origin).await?;
    Ok(StatusCode::OK)
}
