//! Incidents: the list, one of them, confirming and closing it (AUTHZ-6). `report` has the form of a new one, `ask` the way
//! to emergency access because of one.

mod ask;
mod report;

use access::ids::{IncidentId, UserId};
use access::permission::{
    ApproveEmergencyAccess, CloseIncidents, ConfirmIncidents, RequestEmergencyAccess, ReviewEmergencyAccess,
    ViewIncidents, ViewShipments,
};
use app::Error;
use app::emergency_access::{self, AccessRow, READ, State as Access};
use app::incidents::{self, Incident};
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use serde::Deserialize;

use super::form::Posted;
use super::pages::{AskAccess, IncidentActions, IncidentPage, IncidentsList, Notice, NoticeKind, Section};
use super::view::incidents::{self as view, Answers, Because};
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/incidents", list)
        .get("/incidents/{id}", one)
        .post("/incidents/{id}/confirm", confirm)
        .post("/incidents/{id}/close", close)
        .merge(report::routes())
        .merge(ask::routes())
}

async fn list(allowed: Allowed<ViewIncidents>, State(state): State<WebState>) -> Result<Response, Problem> {
    let app = state.app();
    let found = incidents::list(app, &allowed.grant).await?;
    Ok(page(&IncidentsList {
        shell: shell(app, session_of(&allowed)?, Section::Incidents),
        rows: found.into_iter().map(view::row).collect(),
        may_request: app.may::<RequestEmergencyAccess>(allowed.actor()).is_some(),
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn one(
    allowed: Allowed<ViewIncidents>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(asked): Query<Done>,
) -> Result<Response, Problem> {
    let mut found = page_of(&allowed, &state, id_of(&id)?).await?;
    let told = match asked.done.as_str() {
        "reported" => Some("Reported. Whoever responds sees it now."),
        "confirmed" => Some("Confirmed, with your name."),
        "closed" => Some("Closed. Emergency access because of it is over."),
        "granted" => Some("You may read the shipments named below now. Whoever answers for it is told."),
        "drilled" => {
            Some("Exercise: in an emergency you would read the papers now. Whoever answers for it is told.")
        }
        "waiting" => Some("Asked. Whoever answers for it is told, and one of them decides."),
        _ => None,
    };
    found.shell.notice = told.map(|text| Notice {
        kind: NoticeKind::Success,
        text: text.to_owned(),
    });
    Ok(page(&found))
}

async fn page_of(
    allowed: &Allowed<ViewIncidents>,
    state: &WebState,
    id: IncidentId,
) -> Result<IncidentPage, Problem> {
    let (app, actor) = (state.app(), allowed.actor());
    let incident = incidents::get(app, &allowed.grant, &allowed.origin, id).await?;
    let requests = app.may::<RequestEmergencyAccess>(actor);
    let all = match &requests {
        Some(grant) => emergency_access::list(app, grant, None).await?,
        None => Vec::new(),
    };
    let reads_anyway = app
        .may::<ViewShipments>(actor)
        .is_some_and(|grant| grant.scopes().company);
    let standing = Standing::of(&all, &incident, actor.user());
    let is_open = incident.closed.is_none();
    let is_mine = incident.reported_by.0 == actor.user();
    let answers = Answers {
        viewer: actor.user(),
        approves: app.could::<ApproveEmergencyAccess>(actor),
        judges: app.may::<ReviewEmergencyAccess>(actor).is_some(),
    };
    let actions = IncidentActions {
        confirm: is_open
            && incident.confirmed.is_none()
            && !is_mine
            && app.may::<ConfirmIncidents>(actor).is_some(),
        close: is_open && app.could::<CloseIncidents>(actor),
    };
    let asks = requests.is_some() && is_open && !standing.waiting;
    let incident_only = is_mine || incident.confirmed.is_none();
    let wants_to_read = !reads_anyway && !standing.usable;
    let nothing_named = incident_only && incident.shipments.is_empty();
    let ask = asks.then(|| AskAccess {
        read: wants_to_read && !nothing_named,
        nothing_named: wants_to_read && nothing_named,
        waits: standing.unjudged,
        incident_only,
        reasons: ask::reasons("beside"),
        words: String::new(),
        error: None,
    });
    let accesses = all.into_iter().filter(|row| row.incident == id);
    let accesses = accesses.map(|row| view::access(row, Some(Because::from(&incident)), answers, app.now()));
    Ok(IncidentPage {
        shell: shell(app, session_of(allowed)?, Section::Incidents),
        accesses: accesses.collect(),
        actions,
        ask,
        incident: view::incident(incident, actor.user(), reads_anyway || standing.reads),
    })
}

/// What emergency access the person has, as far as this incident goes.
#[derive(Default)]
struct Standing {
    /// It may be used, an exercise as one.
    usable: bool,
    /// It may be used to read.
    reads: bool,
    /// They asked, and nobody has decided.
    waiting: bool,
    /// They had some before that nobody has judged, as real or as much an exercise as this.
    unjudged: bool,
}

impl Standing {
    fn of(all: &[AccessRow], incident: &Incident, user: UserId) -> Self {
        let mut standing = Self::default();
        for row in all.iter().filter(|row| row.user.0 == user) {
            let here = row.incident == incident.id;
            standing.usable |=
                here && row.state == Access::Usable && row.permissions.iter().any(|name| name == READ);
            standing.waiting |= here && row.state == Access::Waiting;
            standing.unjudged |=
                row.drill == incident.drill && matches!(row.state, Access::Usable | Access::ToReview);
        }
        standing.reads = standing.usable && !incident.drill;
        standing
    }
}

async fn confirm(
    allowed: Allowed<ConfirmIncidents>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    let id = id_of(&id)?;
    incidents::confirm(state.app(), &allowed.grant, &allowed.origin, id).await?;
    Ok(done(id, "confirmed"))
}

async fn close(
    allowed: Allowed<CloseIncidents>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let id = id_of(&id)?;
    incidents::close(
        state.app(),
        &allowed.grant,
        &allowed.origin,
        id,
        form.one("outcome"),
    )
    .await?;
    Ok(done(id, "closed"))
}

/// What is not an id names nothing.
fn id_of(text: &str) -> Result<IncidentId, Problem> {
    text.parse().map_err(|_| Error::NotFound("incident").into())
}

fn done(id: IncidentId, what: &str) -> Redirect {
    Redirect::to(&format!("/incidents/{id}?done={what}"))
}
