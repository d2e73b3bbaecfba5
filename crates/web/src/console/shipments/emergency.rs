//! The emergency page of a shipment and its printed sheet.

use access::permission::{ReportIncidents, ViewShipments};
use app::{emergency, shipments};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::super::page;
use super::super::view::emergency as view;
use super::super::view::shipments::path;
use super::id_of;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/shipments/{id}/emergency", show)
        .get("/shipments/{id}/emergency.pdf", sheet)
}

async fn show(
    allowed: Allowed<ViewShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let app = state.app();
    let shipment = shipments::get(app, &allowed.grant, &allowed.origin, id_of(&id)?).await?;
    let panel = emergency::of_shipment(app, &shipment);
    let place = path(shipment.id);
    Ok(page(&view::page(
        shipment.tracking_number,
        Some(place),
        app.may::<ReportIncidents>(allowed.actor()).is_some(),
        &panel,
        app.now(),
    )))
}

async fn sheet(
    allowed: Allowed<ViewShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let app = state.app();
    let shipment = shipments::get(app, &allowed.grant, &allowed.origin, id_of(&id)?).await?;
    let sheet = emergency::sheet(app, emergency::of_shipment(app, &shipment)).await?;
    let name = format!("inline; filename=\"{}-emergency.pdf\"", shipment.tracking_number);
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, sheet).into_response())
}
