//! The providers that a company's people sign in at, and who one is there (AUTH-9).

use access::permission::{ConfigureSecurity, ManageFactors, SignedIn};
use app::Origin;
use app::oidc::{self, Change, Draft, OwnIdentity};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::body::{IdPath, Json};
use super::revocation::is_form;
use crate::allowed::Allowed;
use crate::edge::only;
use crate::problem::Problem;
use crate::state::WebState;

/// A provider as administrators see it; never its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityProvider {
    /// Its id, `idp_…`.
    id: String,
    /// What people call it.
    #[schema(example = "Google")]
    name: String,
    /// Its issuer, to the letter.
    #[schema(example = "https://accounts.google.com")]
    issuer: String,
    /// The client there.
    client_id: String,
    /// Whether people may sign in there.
    enabled: bool,
    /// How many people are linked.
    linked: u32,
    /// Where the provider posts its logout tokens to.
    back_channel_logout_uri: String,
}

/// The company's providers by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityProviders {
    identity_providers: Vec<IdentityProvider>,
    /// What is to be registered at a provider.
    redirect_uri: String,
}

/// A provider to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewIdentityProvider {
    /// What people call it: 1 to 60 characters.
    #[schema(example = "Google")]
    name: String,
    /// Its issuer, to the letter: it is asked for its discovery document before it is added.
    #[schema(example = "https://accounts.google.com")]
    issuer: String,
    /// The client there.
    client_id: String,
    /// The client's secret; it is never shown.
    #[schema(value_type = String, format = "password")]
    client_secret: SecretString,
}

/// What of a provider can change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityProviderChange {
    /// What people call it: 1 to 60 characters.
    name: String,
    /// The client there.
    client_id: String,
    /// The client's secret; absent, it stays.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "password")]
    client_secret: Option<SecretString>,
    /// Whether people may sign in there; switched off, every session that came through it ends.
    enabled: bool,
}

/// What was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddedIdentityProvider {
    /// Its id, `idp_…`.
    id: String,
    /// Where the provider posts its logout tokens to.
    back_channel_logout_uri: String,
}

/// A provider of one's company, and who one is there.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnIdentity)]
pub(crate) struct OwnIdentityDocument {
    /// The provider's id, `idp_…`.
    provider_id: String,
    /// What people call it.
    name: String,
    /// Its issuer.
    issuer: String,
    /// Whether people may sign in there.
    enabled: bool,
    /// The id of the link, `idn_…`, if one is linked.
    id: Option<String>,
    /// Since when (RFC 3339).
    linked_at: Option<String>,
}

impl From<OwnIdentity> for OwnIdentityDocument {
    fn from(own: OwnIdentity) -> Self {
        let (id, linked_at) = own
            .linked
            .map(|(id, at)| (id.to_string(), at.format(&Rfc3339).unwrap_or_default()))
            .unzip();
        Self {
            provider_id: own.provider.to_string(),
            name: own.name,
            issuer: own.issuer,
            enabled: own.enabled,
            id,
            linked_at,
        }
    }
}

/// The providers of one's company by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnIdentities {
    identities: Vec<OwnIdentityDocument>,
}

/// A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.5).
#[derive(Deserialize, ToSchema)]
pub(crate) struct BackChannelLogout {
    /// What the provider has signed.
    #[schema(format = "password")]
    logout_token: String,
}

impl<S: Send + Sync> FromRequest<S> for BackChannelLogout {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_form(request.headers()) {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::of_status(rejection.status()))?;
        let tokens = form_urlencoded::parse(&bytes).filter(|(name, _)| name == "logout_token");
        let token = only(tokens).ok_or(app::Error::LogoutRefused)?;
        Ok(Self {
            logout_token: token.1.into_owned(),
        })
    }
}

/// The providers that the company's people sign in at.
#[utoipa::path(get, path = "/api/v1/identity-providers", tag = "identity providers", security(("bearer" = [])),
    responses(
    (status = 200, body = IdentityProviders),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
) -> Result<Answer<IdentityProviders>, Problem> {
    let app = state.app();
    let rows = oidc::list(app, &caller.grant).await?;
    let providers = rows.into_iter().map(|row| IdentityProvider {
        back_channel_logout_uri: app.back_channel_logout_uri(row.id),
        id: row.id.to_string(),
        name: row.name,
        issuer: row.issuer,
        client_id: row.client_id,
        enabled: row.enabled,
        linked: row.linked,
    });
    Ok(Answer(IdentityProviders {
        identity_providers: providers.collect(),
        redirect_uri: app.redirect_uri(),
    }))
}

/// Adds a provider, once it has answered as one.
#[utoipa::path(post, path = "/api/v1/identity-providers", tag = "identity providers", security(("bearer" = [])),
    request_body = NewIdentityProvider, responses(
    (status = 201, body = AddedIdentityProvider),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn add(
    caller: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    Json(form): Json<NewIdentityProvider>,
) -> Result<(StatusCode, Answer<AddedIdentityProvider>), Problem> {
    let draft = Draft {
        name: form.name,
        issuer: form.issuer,
        client_id: form.client_id,
        client_secret: form.client_secret,
    };
    let id = oidc::add(state.app(), &caller.grant, draft, &caller.origin).await?;
    let added = AddedIdentityProvider {
        id: id.to_string(),
        back_channel_logout_uri: state.app().back_channel_logout_uri(id),
    };
    Ok((StatusCode::CREATED, Answer(added)))
}

/// Changes a provider; its issuer stays, for people are linked to who they are there.
#[utoipa::path(put, path = "/api/v1/identity-providers/{id}", tag = "identity providers",
    params(("id" = String, Path)), security(("bearer" = [])), request_body = IdentityProviderChange, responses(
    (status = 204, description = "Changed"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn change(
    caller: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::IdentityProvider>,
    Json(form): Json<IdentityProviderChange>,
) -> Result<StatusCode, Problem> {
    let change = Change {
        name: form.name,
        client_id: form.client_id,
        client_secret: form.client_secret,
        enabled: form.enabled,
    };
    oidc::change(state.app(), &caller.grant, id, change, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a provider with its links; every session that came through it ends.
#[utoipa::path(delete, path = "/api/v1/identity-providers/{id}", tag = "identity providers",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "Removed"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn remove(
    caller: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::IdentityProvider>,
) -> Result<StatusCode, Problem> {
    oidc::remove(state.app(), &caller.grant, id, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who one is at the providers of one's company. Linking needs a browser.
#[utoipa::path(get, path = "/api/v1/me/identities", tag = "identity providers", security(("bearer" = [])), responses(
    (status = 200, body = OwnIdentities),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn own(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Answer<OwnIdentities>, Problem> {
    let own = oidc::own_identities(state.app(), &caller.grant).await?;
    let identities = own.into_iter().map(Into::into).collect();
    Ok(Answer(OwnIdentities { identities }))
}

/// Takes a link away; sessions that came through it end, but this one.
#[utoipa::path(delete, path = "/api/v1/me/identities/{id}", tag = "identity providers",
    params(("id" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "Unlinked"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn unlink(
    caller: Allowed<ManageFactors>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Identity>,
) -> Result<StatusCode, Problem> {
    oidc::unlink(state.app(), &caller.grant, id, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a provider's logout token, once (OpenID Connect Back-Channel Logout 1.0): the sessions it names end.
#[utoipa::path(post, path = "/api/v1/identity-providers/{id}/back-channel-logout", tag = "identity providers",
    params(("id" = String, Path)),
    request_body(content = BackChannelLogout, content_type = "application/x-www-form-urlencoded"), responses(
    (status = 200, description = "The sessions are over"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 503, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn back_channel_logout(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    IdPath(id): IdPath<access::ids::IdentityProvider>,
    form: BackChannelLogout,
) -> Result<StatusCode, Problem> {
    oidc::log_out(state.app(), id, &form.logout_token, &origin).await?;
    Ok(StatusCode::OK)
}
