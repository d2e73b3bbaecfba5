//! A lost second factor in the console: administrators ask, approve and take back on the person's page, and the
//! person objects on theirs (M10).

use access::ids::{FactorResetId, UserId};
use access::permission::{AdministerUsers, ResetFactors, SignedIn};
use app::Error;
use app::factor_reset::{self, Asking, FactorReset};
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};

use super::form::Posted;
use super::pages::ResetView;
use super::people::{done, id_of};
use super::view::moment;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .post("/people/{id}/factor-reset", ask)
        .post("/people/{id}/factor-reset/approve", approve)
        .post("/people/{id}/factor-reset/cancel", cancel)
        .post("/security/factor-reset/object", object)
}

/// A reset as it is shown to this person.
pub(super) fn view(reset: FactorReset, to: UserId) -> ResetView {
    let operator = || "the platform's operator".to_owned();
    ResetView {
        id: reset.id.to_string(),
        is_mine: reset.asked_by.as_ref().is_some_and(|(asker, _)| *asker == to),
        asked_by: reset.asked_by.map_or_else(operator, |(_, name)| name),
        asked_at: moment(reset.asked_at),
        reason: reset.reason,
        identity: reset.identity,
        due: reset.approved.as_ref().map(|approved| moment(approved.due_at)),
        approved_by: reset
            .approved
            .map(|approved| approved.by.unwrap_or_else(operator)),
    }
}

async fn ask(
    allowed: Allowed<ResetFactors>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let asking = Asking {
        reason: form.one("reason"),
        identity: form.one("identity"),
    };
    factor_reset::ask(state.app(), &allowed.grant, &allowed.origin, id, asking).await?;
    Ok(done(id, "reset-asked"))
}

async fn approve(
    allowed: Allowed<ResetFactors>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    factor_reset::approve(state.app(), &allowed.grant, &allowed.origin, id, reset_of(&form)?).await?;
    Ok(done(id, "reset-approved"))
}

async fn cancel(
    allowed: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    factor_reset::cancel(state.app(), &allowed.grant, &allowed.origin, id, reset_of(&form)?).await?;
    Ok(done(id, "reset-cancelled"))
}

async fn object(allowed: Allowed<SignedIn>, State(state): State<WebState>) -> Result<Redirect, Problem> {
    factor_reset::object(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(Redirect::to("/security"))
}

/// The reset whose form it was: what was read is what is decided on.
fn reset_of(form: &Posted) -> Result<FactorResetId, Problem> {
    let none = |_| Problem::from(Error::NotFound("reset"));
    form.one("reset").parse().map_err(none)
}
