//! The rung that every handler stands on: a request that carries a grant of `P`.

use std::sync::Arc;

use access::actor::Actor;
use access::grant::Grant;
use access::permission::Permission;
use app::identity::ConsoleSession;
use app::{Error, Origin};
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::edge::only;
use crate::problem::Problem;
use crate::routes::Audience;
use crate::state::WebState;

/// A caller who holds `P`, and where the request came from.
pub struct Allowed<P: Permission> {
    /// The grant.
    pub grant: Grant<P>,
    /// Where the request came from.
    pub origin: Origin,
    /// The console session, for pages; absent for the API.
    pub session: Option<Arc<ConsoleSession>>,
}

impl<P: Permission> Allowed<P> {
    /// Who is calling.
    #[must_use]
    pub fn actor(&self) -> &Arc<Actor> {
        self.grant.actor()
    }
}

impl<P: Permission> FromRequestParts<WebState> for Allowed<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let origin = parts.extensions.get::<Origin>().cloned().unwrap_or_default();
        let session = parts.extensions.get::<Arc<ConsoleSession>>().cloned();
        let actor = match parts.extensions.get::<Audience>() {
            Some(Audience::Api) => state.app().bearer(bearer(parts)?).await?,
            Some(Audience::Console) => session
                .as_ref()
                .map(|session| session.actor.clone())
                .ok_or(Error::NotSignedIn("no session cookie"))?,
            // Not reached: `edge` marks every request. Deny all the same.
            None => return Err(Error::NotSignedIn("the request has no audience").into()),
        };
        let grant = state.app().authorize::<P>(&actor, &origin).await?;
        let session = session.filter(|_| parts.extensions.get::<Audience>() == Some(&Audience::Console));
        Ok(Self {
            grant,
            origin,
            session,
        })
    }
}

/// The token of `Authorization: Bearer …` (RFC 6750 section 2.1), given exactly once.
fn bearer(parts: &Parts) -> Result<&str, Problem> {
    let values = parts.headers.get_all(AUTHORIZATION).iter();
    let value = only(values).ok_or(Error::NotSignedIn("no single authorization header"))?;
    value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Error::NotSignedIn("the authorization header is not a bearer's").into())
}
