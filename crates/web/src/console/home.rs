//! The start: the first section this person may open.

use access::permission::{CheckCompatibility, SignedIn, ViewAuditLogs, ViewShipments};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Redirect;

use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console).get("/", home)
}

async fn home(allowed: Allowed<SignedIn>, State(state): State<WebState>) -> Result<Redirect, Problem> {
    let (app, actor) = (state.app(), allowed.actor());
    if app.may::<CheckCompatibility>(actor).is_some() {
        return Ok(Redirect::to("/checker"));
    }
    if app.may::<ViewShipments>(actor).is_some() {
        return Ok(Redirect::to("/shipments"));
    }
    if app.may::<ViewAuditLogs>(actor).is_some() {
        return Ok(Redirect::to("/audit"));
    }
    if app::factors::demanded(app, actor).is_some() {
        return Ok(Redirect::to("/security"));
    }
    Err(Problem::of_status(StatusCode::FORBIDDEN))
}
