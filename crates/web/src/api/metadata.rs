//! What clients' libraries discover by themselves (RFC 8414): whose tokens these are, the keys that verify them, and
//! where one is given up. Signing in and renewing are requests of this API's own and no grants of OAuth 2.0, so no
//! authorization and no token endpoint is named; that none of the grants that need one is supported is said as an
//! empty list.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CACHE_CONTROL;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::WebState;

/// The metadata (RFC 8414 section 2).
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorizationServerMetadata)]
pub(crate) struct Metadata {
    /// Who issues access tokens: the `iss` in them, and the address of this server.
    issuer: String,
    /// The keys that verify access tokens.
    jwks_uri: String,
    /// Where a token is given up (RFC 7009).
    revocation_endpoint: String,
    /// `none`: the token is the proof.
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    /// None: there is no authorization endpoint.
    response_types_supported: &'static [&'static str],
    /// None: there is no token endpoint of the standard form.
    grant_types_supported: &'static [&'static str],
    /// The description of the API.
    service_documentation: String,
}

/// What clients' libraries discover by themselves (RFC 8414).
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "sessions", responses(
    (status = 200, body = Metadata),
))]
pub(crate) async fn metadata(
    State(state): State<WebState>,
) -> ([(HeaderName, &'static str); 1], Answer<Metadata>) {
    let issuer = state.app().issuer();
    let at = |path: &str| format!("{issuer}{path}");
    let metadata = Metadata {
        jwks_uri: at("/.well-known/jwks.json"),
        revocation_endpoint: at("/api/v1/tokens/revoke"),
        revocation_endpoint_auth_methods_supported: &["none"],
        response_types_supported: &[],
        grant_types_supported: &[],
        service_documentation: at("/api/v1/openapi.json"),
        issuer: issuer.to_owned(),
    };
    ([(CACHE_CONTROL, "public, max-age=3600")], Answer(metadata))
}
