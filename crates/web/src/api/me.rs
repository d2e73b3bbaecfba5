//! Who one is signed in as.

use access::permission::SignedIn;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// Who one is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    /// The user's id, `usr_…`.
    user_id: String,
    /// The user's name.
    name: String,
    /// The company's id, `cmp_…`.
    company_id: String,
    /// The company's name.
    company: String,
    /// The role.
    #[schema(example = "OPERATOR")]
    role: String,
    /// How this session was proved (RFC 8176): `pwd`; `otp`; `pop` and `user`, a passkey that its owner unlocked; `mfa`.
    amr: Vec<String>,
    /// How strongly: `phr`, by what cannot be phished (OpenID EAP ACR Values 1.0); otherwise `mfa` or `pwd`.
    #[schema(example = "phr")]
    acr: &'static str,
    /// When this session last proved the password; null where it signed in without one.
    #[serde(with = "time::serde::rfc3339::option")]
    authenticated_at: Option<OffsetDateTime>,
    /// When this session last showed a second factor; critical permissions are held for 900 seconds from then.
    #[serde(with = "time::serde::rfc3339::option")]
    second_factor_at: Option<OffsetDateTime>,
    /// When this session last showed a passkey.
    #[serde(with = "time::serde::rfc3339::option")]
    passkey_at: Option<OffsetDateTime>,
    /// Every permission held.
    permissions: Vec<String>,
}

/// Who one is signed in as.
#[utoipa::path(get, path = "/api/v1/me", tag = "sessions", security(("bearer" = [])), responses(
    (status = 200, body = Me),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn me(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Json<Me>, Problem> {
    let actor = caller.actor();
    Ok(Json(Me {
        user_id: actor.user().to_string(),
        name: actor.display_name().to_owned(),
        company_id: actor.company().to_string(),
        company: actor.company_name().to_owned(),
        role: actor.role().as_str().to_owned(),
        amr: actor.amr().to_vec(),
        acr: match (actor.passkeys().shown_at, actor.second_factor_at()) {
            (Some(_), _) => "phr",
            (None, Some(_)) => "mfa",
            (None, None) => "pwd",
        },
        authenticated_at: Some(actor.authenticated_at()).filter(|at| *at != OffsetDateTime::UNIX_EPOCH),
        second_factor_at: actor.second_factor_at(),
        passkey_at: actor.passkeys().shown_at,
        permissions: state
            .app()
            .permissions_of(actor)
            .into_iter()
            .map(str::to_owned)
            .collect(),
    }))
}
