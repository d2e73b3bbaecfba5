//! Overrides of a check in the console: asked for on the shipment's page, decided there by somebody else (DG-2).

use access::ids::OverrideId;
use access::permission::{EditShipments, OverrideCompatibility};
use app::shipments::overrides;
use app::{App, Error};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::form::Posted;
use super::super::page;
use super::super::pages::AskOverride;
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
}

async fn ask(
    allowed: Allowed<EditShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, id) = (state.app(), id_of(&id)?);
    let (reason, authority) = (form.one("reason"), form.one("authority"));
    match overrides::ask(app, &allowed.grant, &allowed.origin, id, (reason, authority)).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=override-asked", path(id))).into_response()),
        Err(Error::Invalid(problems)) => {
            let mut shown = page_again(app, &allowed, id, Vec::new()).await?;
            let told: Vec<String> = problems.iter().map(|problem| sentence(&problem.detail)).collect();
            shown.overriding.ask = Some(AskOverride {
                reason: reason.to_owned(),
                authority: authority.to_owned(),
                error: told.join(" "),
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
    let (id, note): (OverrideId, _) = (
        id.parse().map_err(|_| Error::NotFound("override"))?,
        form.one("note"),
    );
    match overrides::decide(app, &allowed.grant, &allowed.origin, id, (approved, note)).await {
        Ok(shipment) => {
            let done = if approved {
                "override-approved"
            } else {
                "override-refused"
            };
            Ok(Redirect::to(&format!("{}?done={done}", path(shipment))).into_response())
        }
        Err(Error::Invalid(problems)) => {
            // The form says on whose page it stands; on another's there is none of this override to show again.
            let Ok(shipment) = id_of(form.one("shipment")) else {
                return Err(Error::Invalid(problems).into());
            };
            let mut shown = page_again(app, allowed, shipment, Vec::new()).await?;
            let open = shown.overriding.open.as_mut();
            let Some(decide) = open
                .filter(|open| open.id == id.to_string())
                .and_then(|open| open.decide.as_mut())
            else {
                return Err(Error::Invalid(problems).into());
            };
            decide.note = note.to_owned();
            decide.error = problems.first().map(|problem| sentence(&problem.detail));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
