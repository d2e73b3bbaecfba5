//! Overrides of a check in the console: asked for on the shipment's page, decided there by somebody else, and taken back
//! (DG-2).

use access::ids::OverrideId;
use access::permission::{EditShipments, OverrideCompatibility, Permission, WithdrawOverrides};
use app::shipments::overrides::{self, Ground};
use app::{App, Error, FieldProblem};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::form::Posted;
use super::super::page;
use super::super::pages::{AskOverride, NoteForm, OverrideView};
use super::super::view::overrides::ask_on;
use super::super::view::sentence;
use super::super::view::shipments::path;
use super::{id_of, page_again};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .post("/shipments/{id}/overrides", ask)
        .post("/overrides/{id}/approve", approve)
        .post("/overrides/{id}/refuse", refuse)
        .post("/overrides/{id}/withdraw", withdraw)
}

async fn ask(
    allowed: Allowed<EditShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, id) = (state.app(), id_of(&id)?);
    let ground = Ground {
        reason: form.one("reason"),
        authority: form.one("authority"),
        valid_until: form.one("authority_valid_until"),
    };
    match overrides::ask(app, &allowed.grant, &allowed.origin, id, ground).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=override-asked", path(id))).into_response()),
        Err(Error::Invalid(problems)) => {
            let mut shown = page_again(app, &allowed, id, Vec::new()).await?;
            shown.overriding.ask = Some(AskOverride {
                reason: ground.reason.to_owned(),
                authority: ground.authority.to_owned(),
                valid_until: ground.valid_until.to_owned(),
                error: told(&problems),
                ..ask_on(app.now().date())
            });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn approve(
    allowed: Allowed<OverrideCompatibility>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    decide(&allowed, state.app(), &id, (true, &form)).await
}

async fn refuse(
    allowed: Allowed<OverrideCompatibility>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    decide(&allowed, state.app(), &id, (false, &form)).await
}

async fn decide(
    allowed: &Allowed<OverrideCompatibility>,
    app: &App,
    id: &str,
    (approved, form): (bool, &Posted),
) -> Result<Response, Problem> {
    let (id, note) = (override_of(id)?, form.one("note"));
    let done = if approved {
        "override-approved"
    } else {
        "override-refused"
    };
    match overrides::decide(app, &allowed.grant, &allowed.origin, id, (approved, note)).await {
        Ok(shipment) => Ok(Redirect::to(&format!("{}?done={done}", path(shipment))).into_response()),
        Err(Error::Invalid(problems)) => {
            again(allowed, app, (id, form), problems, |open| open.decide.as_mut()).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn withdraw(
    allowed: Allowed<WithdrawOverrides>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, id, note) = (state.app(), override_of(&id)?, form.one("note"));
    match overrides::withdraw(app, &allowed.grant, &allowed.origin, id, note).await {
        Ok(shipment) => {
            Ok(Redirect::to(&format!("{}?done=override-withdrawn", path(shipment))).into_response())
        }
        Err(Error::Invalid(problems)) => {
            again(&allowed, app, (id, &form), problems, |open| {
                open.withdraw.as_mut()
            })
            .await
        }
        Err(error) => Err(error.into()),
    }
}

fn override_of(id: &str) -> Result<OverrideId, Error> {
    id.parse().map_err(|_| Error::NotFound("override"))
}

fn told(problems: &[FieldProblem]) -> String {
    let told: Vec<String> = problems.iter().map(|problem| sentence(&problem.detail)).collect();
    told.join(" ")
}

/// A note that cannot be one is said on the page of the shipment that the form names, where the override is looked for;
/// on another's there is none of this override to show again.
async fn again<P: Permission>(
    allowed: &Allowed<P>,
    app: &App,
    (id, form): (OverrideId, &Posted),
    problems: Vec<FieldProblem>,
    which: impl FnOnce(&mut OverrideView) -> Option<&mut NoteForm>,
) -> Result<Response, Problem> {
    let Ok(shipment) = id_of(form.one("shipment")) else {
        return Err(Error::Invalid(problems).into());
    };
    let mut shown = page_again(app, allowed, shipment, Vec::new()).await?;
    let open = shown.overriding.open.as_mut();
    let Some(typed) = open.filter(|open| open.id == id.to_string()).and_then(which) else {
        return Err(Error::Invalid(problems).into());
    };
    form.one("note").clone_into(&mut typed.note);
    typed.error = Some(told(&problems));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
}
