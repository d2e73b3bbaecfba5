//! One's own sessions: the page, and ending them.

use access::permission::SignedIn;
use app::sessions;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::pages::{AccountSessions, Notice, NoticeKind, Section};
use super::sign_in::signed_out;
use super::view::people as view;
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;
use app::Error;

const PAGE: &str = "/account/sessions";

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get(PAGE, list)
        .post("/account/sessions/{id}/end", end)
        .post("/account/sessions/end-others", end_others)
        .post("/account/sessions/end-all", end_all)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn list(
    allowed: Allowed<SignedIn>,
    State(state): State<WebState>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let app = state.app();
    let mut shell = shell(app, session_of(&allowed)?, Section::Sessions);
    let told = match done.done.as_str() {
        "ended" => Some("The session is over."),
        "others" => Some("All other sessions are over."),
        _ => None,
    };
    shell.notice = told.map(|text| Notice {
        kind: NoticeKind::Success,
        text: text.to_owned(),
    });
    let sessions = sessions::list(app, &allowed.grant).await?;
    Ok(page(&AccountSessions {
        shell,
        sessions: sessions.into_iter().map(view::session).collect(),
    }))
}

async fn end(
    allowed: Allowed<SignedIn>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    // What is not an id names nothing.
    let id = id.parse().map_err(|_| Error::NotFound("session"))?;
    sessions::end(state.app(), &allowed.grant, &allowed.origin, id).await?;
    if id == allowed.actor().session() {
        return signed_out();
    }
    Ok(Redirect::to(&format!("{PAGE}?done=ended")).into_response())
}

async fn end_others(allowed: Allowed<SignedIn>, State(state): State<WebState>) -> Result<Redirect, Problem> {
    sessions::end_others(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(Redirect::to(&format!("{PAGE}?done=others")))
}

async fn end_all(allowed: Allowed<SignedIn>, State(state): State<WebState>) -> Result<Response, Problem> {
    sessions::end_all(state.app(), &allowed.grant, &allowed.origin).await?;
    signed_out()
}
