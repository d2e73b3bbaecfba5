//! What is done with a shipment as it stands: check it, mark it ready, take its papers.

use access::permission::{CreateManifests, EditShipments};
use app::shipments::papers::{self, Form};
use app::{Error, shipments};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dangerous_goods::Regime;

use super::super::form::{Posted, problems_of};
use super::super::page;
use super::super::view::shipments::path;
use super::{id_of, page_again};
use crate::allowed::Allowed;
use crate::api::shipments::papers::download;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .post("/shipments/{id}/check", check)
        .post("/shipments/{id}/ready", ready)
        .post("/shipments/{id}/assignee", assign)
        .get("/shipments/{id}/us-shipping-paper.pdf", us_pdf)
        .get("/shipments/{id}/us-shipping-paper.json", us_json)
        .get("/shipments/{id}/us-shipping-paper.json.jws", us_signature)
        .get("/shipments/{id}/adr-transport-document.pdf", adr_pdf)
        .get("/shipments/{id}/adr-transport-document.json", adr_json)
        .get("/shipments/{id}/adr-transport-document.json.jws", adr_signature)
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

async fn assign(
    allowed: Allowed<EditShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let id = id_of(&id)?;
    let user = match form.one("assignee") {
        "" => None,
        text => Some(text.parse().map_err(|_| Error::NotFound("person"))?),
    };
    shipments::assign(state.app(), &allowed.grant, &allowed.origin, id, user).await?;
    Ok(Redirect::to(&format!("{}?done=assigned", path(id))))
}

/// The paper; or the shipment's page with everything that the paper lacks.
async fn paper(
    allowed: Allowed<CreateManifests>,
    state: WebState,
    id: String,
    (regime, form): (Regime, Form),
) -> Result<Response, Problem> {
    let (app, id) = (state.app(), id_of(&id)?);
    match papers::issue(app, &allowed.grant, &allowed.origin, id, regime, form).await {
        Ok(paper) => Ok(download(paper)),
        Err(Error::Invalid(problems)) => {
            let missing = problems_of(&problems, &[]);
            let page = page(&page_again(app, &allowed, id, missing).await?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A handler for each paper in each form.
macro_rules! papers {
    ($($name:ident: $regime:ident as $form:ident),+ $(,)?) => {$(
        async fn $name(
            allowed: Allowed<CreateManifests>,
            State(state): State<WebState>,
            Path(id): Path<String>,
        ) -> Result<Response, Problem> {
            paper(allowed, state, id, (Regime::$regime, Form::$form)).await
        }
    )+};
}

papers! {
    us_pdf: Us as Pdf,
    us_json: Us as Json,
    us_signature: Us as Signature,
    adr_pdf: Adr as Pdf,
    adr_json: Adr as Json,
    adr_signature: Adr as Signature,
}
