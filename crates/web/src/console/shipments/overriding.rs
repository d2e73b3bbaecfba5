//! Overrides of a check in the console: asked for on the shipment's page, decided there by somebody else, and taken back
//! (DG-2).

use access::ids::{OverrideId, ShipmentId};
use access::permission::{
    EditShipments, OverrideCompatibility, Permission, ViewShipments, WithdrawOverrides,
};
use app::shipments::overrides::Ground;
use app::shipments::{self, overrides};
use app::{App, Error, FieldProblem};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::form::Posted;
use super::super::law::Law;
use super::super::pages::{AskOverride, ShipmentPage};
use super::super::view::overrides::ask_on;
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
            let mut shown = page_again(&allowed, app, id).await?;
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

/// The shipment's page once more, to say on it what is wrong.
async fn page_again<P: Permission>(
    allowed: &Allowed<P>,
    app: &App,
    id: ShipmentId,
) -> Result<ShipmentPage, Problem> {
    let grant = app
        .authorize::<ViewShipments>(allowed.actor(), &allowed.origin)
        .await?;
    let shipment = shipments::get(app, &grant, &allowed.origin, id).await?;
    let law = Law::of(app, &grant).await?;
    Ok(page_of((app, &law), session_of(allowed)?, &shipment, Vec::new()))
}

fn told(problems: &[FieldProblem]) -> String {
    let told: Vec<String> = problems.iter().map(|problem| sentence(&problem.detail)).collect();
    told.join(" ")
}

/// A note that cannot be one is said on the page of the shipment that the form names, where the override is looked for:
/// one of another shipment shows nothing.
async fn withdraw(
    allowed: Allowed<WithdrawOverrides>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, note) = (state.app(), form.one("note"));
    let id: OverrideId = id.parse().map_err(|_| Error::NotFound("override"))?;
    match overrides::withdraw(app, &allowed.grant, &allowed.origin, id, note).await {
        Ok(shipment) => {
            Ok(Redirect::to(&format!("{}?done=override-withdrawn", path(shipment))).into_response())
        }
        Err(Error::Invalid(problems)) => {
            let mut shown = page_again(&allowed, app, id_of(form.one("shipment"))?).await?;
            let open = shown.overriding.open.as_mut();
            if let Some(form) = open.and_then(|open| open.withdraw.as_mut()) {
                note.clone_into(&mut form.note);
                form.error = Some(told(&problems));
            }
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
