//! Emergency access in the console: one's own, and for who answers for it approving, refusing, taking back and judging
//! (AUTHZ-6).

use std::collections::HashMap;

use access::ids::{EmergencyAccessId, IncidentId};
use access::permission::{
    ApproveEmergencyAccess, RequestEmergencyAccess, ReviewEmergencyAccess, ViewIncidents,
};
use app::Error;
use app::emergency_access;
use app::incidents::{self, Incident};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::form::Posted;
use super::pages::{AccessState, EmergencyAccesses, Judging, Notice, NoticeKind, Section};
use super::view::incidents::{self as view, Answers, Because};
use super::view::sentence;
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/emergency-access", list)
        .post("/emergency-access/{id}/approve", approve)
        .post("/emergency-access/{id}/refuse", refuse)
        .post("/emergency-access/{id}/end", end)
        .post("/emergency-access/{id}/review", review)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn list(
    allowed: Allowed<RequestEmergencyAccess>,
    State(state): State<WebState>,
    Query(asked): Query<Done>,
) -> Result<Response, Problem> {
    let mut found = page_of(&allowed, &state).await?;
    let told = match asked.done.as_str() {
        "approved" => Some("Approved. The person is told and may act now."),
        "refused" => Some("Refused. The person is told."),
        "ended" => Some("The emergency access is over."),
        "reviewed" => Some("Judged. The person is told."),
        _ => None,
    };
    found.shell.notice = told.map(|text| Notice {
        kind: NoticeKind::Success,
        text: text.to_owned(),
    });
    Ok(page(&found))
}

async fn page_of(
    allowed: &Allowed<RequestEmergencyAccess>,
    state: &WebState,
) -> Result<EmergencyAccesses, Problem> {
    let (app, actor) = (state.app(), allowed.actor());
    let rows = emergency_access::list(app, &allowed.grant, None).await?;
    let seen = match app.may::<ViewIncidents>(actor) {
        Some(grant) if !rows.is_empty() => incidents::list(app, &grant).await?,
        _ => Vec::new(),
    };
    let seen: HashMap<IncidentId, Incident> = seen.into_iter().map(|one| (one.id, one)).collect();
    let answers = Answers {
        viewer: actor.user(),
        approves: app.could::<ApproveEmergencyAccess>(actor),
        judges: app.may::<ReviewEmergencyAccess>(actor).is_some(),
    };
    let mut shown = EmergencyAccesses {
        shell: shell(app, session_of(allowed)?, Section::Incidents),
        mine: Vec::new(),
        waiting: Vec::new(),
        to_judge: Vec::new(),
        in_use: Vec::new(),
        earlier: Vec::new(),
        answers_for_it: answers.approves || answers.judges,
    };
    for row in rows {
        let because = seen.get(&row.incident).map(Because::from);
        let access = view::access(row, because, answers, app.now());
        let place = match access.state {
            _ if access.is_mine => &mut shown.mine,
            AccessState::Waiting => &mut shown.waiting,
            AccessState::Usable => &mut shown.in_use,
            AccessState::ToReview => &mut shown.to_judge,
            _ => &mut shown.earlier,
        };
        place.push(access);
    }
    Ok(shown)
}

async fn approve(
    allowed: Allowed<ApproveEmergencyAccess>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    emergency_access::approve(state.app(), &allowed.grant, &allowed.origin, id_of(&id)?).await?;
    Ok(done("approved"))
}

async fn refuse(
    allowed: Allowed<ApproveEmergencyAccess>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    emergency_access::refuse(state.app(), &allowed.grant, &allowed.origin, id_of(&id)?).await?;
    Ok(done("refused"))
}

async fn end(
    allowed: Allowed<RequestEmergencyAccess>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    emergency_access::end(state.app(), &allowed.grant, &allowed.origin, id_of(&id)?).await?;
    Ok(done("ended"))
}

async fn review(
    allowed: Allowed<ReviewEmergencyAccess>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, id) = (state.app(), id_of(&id)?);
    let (verdict, note) = (form.one("verdict"), form.one("note"));
    let justified = match verdict {
        "justified" => true,
        "not_justified" => false,
        _ => {
            return Err(Problem::invalid(
                "/verdict",
                "expected `justified` or `not_justified`",
            ));
        }
    };
    match emergency_access::review(app, &allowed.grant, &allowed.origin, id, justified, note).await {
        Ok(()) => Ok(done("reviewed").into_response()),
        Err(Error::Invalid(problems)) => {
            let looks = Allowed {
                grant: app
                    .authorize::<RequestEmergencyAccess>(allowed.actor(), &allowed.origin)
                    .await?,
                origin: allowed.origin,
                session: allowed.session,
            };
            let mut shown = page_of(&looks, &state).await?;
            let wanted = id.to_string();
            let Some(access) = shown.to_judge.iter_mut().find(|access| access.id == wanted) else {
                return Err(Error::Invalid(problems).into());
            };
            access.judging = Some(Judging {
                verdict: verdict.to_owned(),
                note: note.to_owned(),
                error: problems
                    .first()
                    .map(|problem| sentence(&problem.detail))
                    .unwrap_or_default(),
            });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is not an id names nothing.
fn id_of(text: &str) -> Result<EmergencyAccessId, Problem> {
    text.parse()
        .map_err(|_| Error::NotFound("emergency access").into())
}

fn done(what: &str) -> Redirect {
    Redirect::to(&format!("/emergency-access?done={what}"))
}
