//! The list of passwords that the company refuses: how long it is, another one, none.

use access::permission::{ConfigureSecurity, ConfigureSystem};
use app::passwords::refused;
use app::{Error, FieldProblem};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::form::Posted;
use super::pages::{Notice, NoticeKind, RefusedPasswordsPage, Section};
use super::view::sentence;
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::edge::{REFUSED_PASSWORDS, Upload};
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

/// Of a list with thousands of faults the first are told.
const MOST_FAULTS: usize = 50;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get(REFUSED_PASSWORDS, show)
        .post(REFUSED_PASSWORDS, replace)
        .post("/refused-passwords/remove", clear)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn show(
    allowed: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let app = state.app();
    let mut shell = shell(app, session_of(&allowed)?, Section::Security);
    let text = match done.done.as_str() {
        "replaced" => "Nobody in your company chooses a password on this list from now on.",
        "removed" => "The list is removed.",
        _ => "",
    };
    shell.notice = (!text.is_empty()).then(|| Notice {
        kind: NoticeKind::Success,
        text: text.to_owned(),
    });
    Ok(page(&RefusedPasswordsPage {
        shell,
        count: refused::count(app, &allowed.grant).await?,
        // Whoever could after showing a second factor is led there.
        may_change: app.could::<ConfigureSecurity>(allowed.actor()),
        faults: Vec::new(),
        more_faults: 0,
    }))
}

async fn replace(
    allowed: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    upload: Upload,
) -> Result<Response, Problem> {
    let app = state.app();
    let sent = upload.one("list").unwrap_or_default();
    let replaced = match std::str::from_utf8(sent) {
        _ if sent.is_empty() => Err(not_taken("choose the file of a list first")),
        Err(_) => Err(not_taken("the file is not text")),
        Ok(list) => refused::replace(app, &allowed.grant, &allowed.origin, list.to_owned()).await,
    };
    let problems = match replaced {
        Ok(_) => return Ok(Redirect::to("/refused-passwords?done=replaced").into_response()),
        Err(Error::Invalid(problems)) => problems,
        Err(error) => return Err(error.into()),
    };
    let may_see = app.may::<ConfigureSystem>(allowed.actor());
    let may_see = may_see.ok_or_else(|| Problem::of_status(StatusCode::FORBIDDEN))?;
    let faults = problems.iter().take(MOST_FAULTS);
    let filled = RefusedPasswordsPage {
        shell: shell(app, session_of(&allowed)?, Section::Security),
        count: refused::count(app, &may_see).await?,
        may_change: true,
        faults: faults.map(|fault| sentence(&fault.detail)).collect(),
        more_faults: problems.len().saturating_sub(MOST_FAULTS),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&filled)).into_response())
}

async fn clear(
    allowed: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    _form: Posted,
) -> Result<Redirect, Problem> {
    refused::clear(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(Redirect::to("/refused-passwords?done=removed"))
}

fn not_taken(detail: &str) -> Error {
    Error::Invalid(vec![FieldProblem::new("/list", detail)])
}
