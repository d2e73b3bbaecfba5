//! The emergency panel of a load that is typed and not kept: the page that its shipment would have. The load is
//! the body of a form, so it is asked for by POST, and being asked for is an event of the trail, as over the API.

use access::permission::{ReportIncidents, ViewEmergencyProcedures};
use app::emergency;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dangerous_goods::emergency::Situation;

use super::form::{Lines, Posted};
use super::law::Law;
use super::view::result::hindered;
use super::view::{self, emergency as view_of};
use super::{checker, page, session_of};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console).post("/checker/emergency", show)
}

/// Without any goods the panel is that of unknown goods; a line that cannot be read would be left out of it, so
/// it is told of instead.
async fn show(
    allowed: Allowed<ViewEmergencyProcedures>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let app = state.app();
    let lines = Lines::read(&form)?;
    let law = Law::of(app, &allowed.grant).await?;
    let typed = lines.parse(&law);
    if let Some(problem) = typed.problems.first() {
        let why = format!(
            "No emergency panel while a line cannot be read. {}",
            view::sentence(&problem.message)
        );
        let result = hindered(why, form.confirmed()?);
        let page = checker::show(
            session_of(&allowed)?,
            (app, &law),
            &lines,
            &typed,
            result,
            form.show(),
        )?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let situation = Situation::default();
    let panel = emergency::of_load(app, &allowed.grant, &allowed.origin, typed.load, &situation).await?;
    let of = "Load that is not saved".to_owned();
    let may_report = app.may::<ReportIncidents>(allowed.actor()).is_some();
    Ok(page(&view_of::page(of, None, may_report, &panel, app.now())))
}
