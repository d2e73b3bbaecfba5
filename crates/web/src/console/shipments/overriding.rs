//! Overrides of a check in the console: asked for on the shipment's page, decided there by somebody else (DG-2).

use access::ids::OverrideId;
use access::permission::{EditShipments, OverrideCompatibility, ViewShipments};
use app::shipments::{self, overrides};
use app::{App, Error};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::form::Posted;
use super::super::law::Law;
use super::super::pages::AskOverride;
use super::super::view::sentence;
use super::super::view::shipments::path;
use super::super::{page, session_of};
use super::{id_of, page_of};
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
            let grant = app
                .authorize::<ViewShipments>(allowed.actor(), &allowed.origin)
                .await?;
            let shipment = shipments::get(app, &grant, &allowed.origin, id).await?;
            let law = Law::of(app, &grant).await?;
            let mut shown = page_of((app, &law), session_of(&allowed)?, &shipment, Vec::new());
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
) -> Result<Redirect, Problem> {
    decide(&allowed, state.app(), &id, (true, form.one("note"))).await
}

async fn refuse(
    allowed: Allowed<OverrideCompatibility>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Redirect, Problem> {
    decide(&allowed, state.app(), &id, (false, form.one("note"))).await
}

async fn decide(
    allowed: &Allowed<OverrideCompatibility>,
    app: &App,
    id: &str,
    (approved, note): (bool, &str),
) -> Result<Redirect, Problem> {
    let id: OverrideId = id.parse().map_err(|_| Error::NotFound("override"))?;
    let shipment = overrides::decide(app, &allowed.grant, &allowed.origin, id, (approved, note)).await?;
    let done = if approved {
        "override-approved"
    } else {
        "override-refused"
    };
    Ok(Redirect::to(&format!("{}?done={done}", path(shipment))))
}
