//! One's own sessions: seeing them and ending them.

use access::permission::SignedIn;
use app::sessions::{self, Session};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::body::IdPath;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// A living session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionDocument {
    /// Its id, `ses_…`.
    id: String,
    /// `console` or `api`.
    kind: String,
    /// The device in words, as far as it tells.
    #[schema(example = "Firefox on Windows")]
    device: String,
    /// The network address it was opened from.
    ip_address: Option<String>,
    /// The country of that address (ISO 3166-1 alpha-2), where it is known.
    #[schema(example = "NL")]
    country: Option<String>,
    /// When it was opened (RFC 3339).
    created_at: String,
    /// When it was used last, to a minute (RFC 3339).
    last_used_at: String,
    /// When it ends if it is not used before (RFC 3339).
    idle_ends_at: String,
    /// When it ends at the latest (RFC 3339).
    ends_at: String,
    /// Whether it is the one that asks.
    is_current: bool,
}

impl From<Session> for SessionDocument {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.to_string(),
            kind: session.kind,
            device: session.device,
            ip_address: session.ip_address,
            country: session.country.map(|country| country.code),
            created_at: text(session.created_at),
            last_used_at: text(session.last_used_at),
            idle_ends_at: text(session.idle_ends_at),
            ends_at: text(session.ends_at),
            is_current: session.is_current,
        }
    }
}

fn text(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// Living sessions, the last used first; the newest two hundred.
#[derive(Serialize, ToSchema)]
pub(crate) struct Sessions {
    sessions: Vec<SessionDocument>,
}

impl From<Vec<Session>> for Sessions {
    fn from(sessions: Vec<Session>) -> Self {
        Self {
            sessions: sessions.into_iter().map(Into::into).collect(),
        }
    }
}

/// How many living sessions ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ended {
    pub(crate) ended: u64,
}

/// One's own living sessions.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "sessions", security(("bearer" = [])), responses(
    (status = 200, body = Sessions),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Json<Sessions>, Problem> {
    Ok(Json(sessions::list(state.app(), &caller.grant).await?.into()))
}

/// Ends one of one's own sessions, with all its tokens, at once and for good.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{id}", tag = "sessions", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Over"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn end(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Session>,
) -> Result<StatusCode, Problem> {
    sessions::end(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all one's sessions but the one that asks.
#[utoipa::path(post, path = "/api/v1/me/sessions/end-others", tag = "sessions", security(("bearer" = [])), responses(
    (status = 200, body = Ended),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn end_others(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Json<Ended>, Problem> {
    let ended = sessions::end_others(state.app(), &caller.grant, &caller.origin).await?;
    Ok(Json(Ended { ended }))
}

/// Signs out everywhere: the session that asks is over as well.
#[utoipa::path(post, path = "/api/v1/me/sessions/end-all", tag = "sessions", security(("bearer" = [])), responses(
    (status = 200, body = Ended),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn end_all(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Json<Ended>, Problem> {
    let ended = sessions::end_all(state.app(), &caller.grant, &caller.origin).await?;
    Ok(Json(Ended { ended }))
}
