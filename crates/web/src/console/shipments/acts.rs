//! What is done with a shipment as it stands: check it, mark it ready, take its papers.

use access::permission::{CreateManifests, EditShipments, ViewShipments};
use app::{Error, shipments};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use dangerous_goods::Regime;

use super::super::form::{Posted, problems_of};
use super::super::view::shipments::path;
use super::super::{page, session_of};
use super::{id_of, page_of};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .post("/shipments/{id}/check", check)
        .post("/shipments/{id}/ready", ready)
        .get("/shipments/{id}/us-shipping-paper.pdf", us_paper)
        .get("/shipments/{id}/adr-transport-document.pdf", adr_document)
}

async fn check(
    allowed: Allowed<EditShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let id = id_of(&id)?;
    let confirm = form.confirmed()?;
    let compatible = shipments::check(state.app(), &allowed.grant, &allowed.origin, id, confirm).await?;
    let done = if compatible { "checked" } else { "open" };
    Ok(Redirect::to(&format!("{}?done={done}", path(id))))
}

async fn ready(
    allowed: Allowed<EditShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    let id = id_of(&id)?;
    shipments::mark_ready(state.app(), &allowed.grant, &allowed.origin, id).await?;
    Ok(Redirect::to(&format!("{}?done=ready", path(id))))
}

async fn us_paper(
    allowed: Allowed<CreateManifests>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    paper(&allowed, &state, &id, Regime::Us).await
}

async fn adr_document(
    allowed: Allowed<CreateManifests>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    paper(&allowed, &state, &id, Regime::Adr).await
}

/// The paper; or the shipment's page with everything that the paper lacks.
async fn paper(
    allowed: &Allowed<CreateManifests>,
    state: &WebState,
    id: &str,
    regime: Regime,
) -> Result<Response, Problem> {
    let (app, id) = (state.app(), id_of(id)?);
    match shipments::papers::issue(app, &allowed.grant, &allowed.origin, id, regime).await {
        Ok(paper) => {
            let name = format!("attachment; filename=\"{}\"", paper.file_name);
            let headers = [
                (CONTENT_TYPE, "application/pdf".to_owned()),
                (CONTENT_DISPOSITION, name),
            ];
            Ok((headers, paper.pdf).into_response())
        }
        Err(Error::Invalid(problems)) => {
            let grant = app
                .authorize::<ViewShipments>(allowed.actor(), &allowed.origin)
                .await?;
            let shipment = shipments::get(app, &grant, &allowed.origin, id).await?;
            let missing = problems_of(&problems, &[]);
            let page = page(&page_of(app, session_of(allowed)?, &shipment, missing));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
