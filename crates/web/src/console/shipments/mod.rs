//! Shipments: the list, a shipment's page, and what can be done with it. `writing` has the form of a new or
//! changed one, `acts` the check, the mark and the papers, `emergency` what to do beside a leak.

mod acts;
mod emergency;
mod overriding;
pub(super) mod writing;

use access::ids::ShipmentId;
use access::permission::{
    CreateManifests, CreateShipments, EditShipments, OverrideCompatibility, Permission, RevealPersonalData,
    ViewShipments,
};
use app::shipments::{self, Filter, Shipment, Status};
use app::{App, Error};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dangerous_goods::Regime;
use serde::Deserialize;

use super::form::Posted;
use super::law::Law;
use super::pages::{
    CarrierChoice, FieldProblem, Notice, NoticeKind, RevealForm, Section, ShipmentActions, ShipmentPage,
    ShipmentsList,
};
use super::view::{data_sets, moment, overrides, sentence, shipments as view};
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;
use app::identity::ConsoleSession;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/shipments", list)
        .get("/shipments/{id}", one)
        .post("/shipments/{id}/reveal", reveal)
        .merge(writing::routes())
        .merge(acts::routes())
        .merge(overriding::routes())
        .merge(emergency::routes())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    status: String,
    after: String,
}

async fn list(
    allowed: Allowed<ViewShipments>,
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let app = state.app();
    let status = Status::parse(&asked.status);
    if status.is_none() && !asked.status.is_empty() {
        return Err(Problem::invalid(
            "/status",
            "expected `draft`, `checked` or `ready`",
        ));
    }
    let older_than = match asked.after.as_str() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| Problem::invalid("/after", "there is no such page"))?,
        ),
    };
    let filter = Filter {
        status: status.map(Status::as_str),
        older_than,
    };
    let found = shipments::list(app, &allowed.grant, &allowed.origin, &filter).await?;
    let next = found
        .shipments
        .last()
        .filter(|_| found.more)
        .map(|shipment| shipment.id.to_string());
    Ok(page(&ShipmentsList {
        shell: shell(app, session_of(&allowed)?, Section::Shipments),
        may_create: app.may::<CreateShipments>(allowed.actor()).is_some(),
        filter: status.map(view::status),
        rows: found
            .shipments
            .into_iter()
            .map(|shipment| view::row(app.catalogue(), shipment))
            .collect(),
        next,
        first_page: asked.after.is_empty(),
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn one(
    allowed: Allowed<ViewShipments>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let app = state.app();
    let shipment = shipments::get(app, &allowed.grant, &allowed.origin, id_of(&id)?).await?;
    let law = Law::of(app, &allowed.grant).await?;
    let mut page_of = page_of((app, &law), session_of(&allowed)?, &shipment, Vec::new());
    page_of.shell.notice = notice(&done.done);
    if let Some(grant) = app.may::<EditShipments>(allowed.actor()) {
        let assigned = shipment.assigned_to.as_ref().map(|(id, _)| *id);
        let carriers = shipments::carriers(app, &grant).await?.into_iter();
        let choice = |carrier: shipments::Carrier| CarrierChoice {
            id: carrier.id.to_string(),
            is_assigned: assigned == Some(carrier.id),
            name: format!(
                "{} ({})",
                carrier.name,
                super::role_in_words(carrier.role.as_str())
            ),
        };
        page_of.carriers = carriers.map(choice).collect();
        // The list ends somewhere; saving it unchanged takes the shipment from nobody.
        if let Some((id, name)) = shipment.assigned_to
            && !page_of.carriers.iter().any(|one| one.is_assigned)
            && !page_of.carriers.is_empty()
        {
            let (id, is_assigned) = (id.to_string(), true);
            page_of.carriers.insert(
                0,
                CarrierChoice {
                    id,
                    name,
                    is_assigned,
                },
            );
        }
    }
    Ok(page(&page_of))
}

/// The page once more, with nothing hidden on it: only as the answer to this, so that a reload asks for a reason anew.
async fn reveal(
    allowed: Allowed<RevealPersonalData>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, id, reason) = (state.app(), id_of(&id)?, form.one("reason"));
    let session = session_of(&allowed)?;
    let revealed = shipments::reveal(app, &allowed.grant, &allowed.origin, id, reason).await;
    let (shipment, problems) = match revealed {
        Ok(shipment) => (shipment, None),
        Err(Error::Invalid(problems)) => {
            let grant = app
                .authorize::<ViewShipments>(allowed.actor(), &allowed.origin)
                .await?;
            let shipment = shipments::get(app, &grant, &allowed.origin, id).await?;
            (shipment, Some(problems))
        }
        Err(error) => return Err(error.into()),
    };
    let law = Law::of(app, &allowed.grant).await?;
    let mut shown = page_of((app, &law), session, &shipment, Vec::new());
    let Some(problems) = problems else {
        shown.shell.notice = Some(Notice {
            kind: NoticeKind::Success,
            text: "Nothing is hidden on this page now. That you saw it is recorded with your reason."
                .to_owned(),
        });
        return Ok(page(&shown));
    };
    if let Some(form) = &mut shown.reveal {
        form.reason = reason.to_owned();
        form.error = problems.first().map(|problem| sentence(&problem.detail));
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
}

/// What is not an id names nothing.
fn id_of(text: &str) -> Result<ShipmentId, Problem> {
    text.parse().map_err(|_| Error::NotFound("shipment").into())
}

/// What was just done, told once after the redirect.
fn notice(done: &str) -> Option<Notice> {
    let (kind, text) = match done {
        "created" => (
            NoticeKind::Success,
            "The shipment is saved as a draft. Check its load next.",
        ),
        "saved" => (NoticeKind::Success, "The changes are saved."),
        "checked" => (NoticeKind::Success, "The load was checked and may travel."),
        "open" => (
            NoticeKind::Failure,
            "The load was checked and may not travel as it stands. The answer says why.",
        ),
        "assigned" => (
            NoticeKind::Success,
            "Who carries the shipment is saved, and sees it now.",
        ),
        "override-asked" => (
            NoticeKind::Success,
            "The override is asked for. Everybody who may decide it is told.",
        ),
        "override-approved" => (
            NoticeKind::Success,
            "Approved. The shipment is checked, and its papers name the override.",
        ),
        "override-refused" => (NoticeKind::Success, "Refused. Who asked is told."),
        "override-withdrawn" => (
            NoticeKind::Success,
            "Withdrawn. The load may not travel, and papers that name the override no longer count.",
        ),
        "ready" => (NoticeKind::Success, "The shipment is ready to leave."),
        _ => return None,
    };
    Some(Notice {
        kind,
        text: text.to_owned(),
    })
}

/// The page as it stands, to answer with it once more: what a form on it lacks is said there.
async fn page_again<P: Permission>(
    app: &App,
    allowed: &Allowed<P>,
    id: ShipmentId,
    missing: Vec<FieldProblem>,
) -> Result<ShipmentPage, Problem> {
    let grant = app
        .authorize::<ViewShipments>(allowed.actor(), &allowed.origin)
        .await?;
    let shipment = shipments::get(app, &grant, &allowed.origin, id).await?;
    let law = Law::of(app, &grant).await?;
    Ok(page_of((app, &law), session_of(allowed)?, &shipment, missing))
}

fn page_of(
    (app, law): (&App, &Law),
    session: &ConsoleSession,
    shipment: &Shipment,
    missing: Vec<FieldProblem>,
) -> ShipmentPage {
    let actor = &session.actor;
    let may_edit = app.may::<EditShipments>(actor).is_some();
    let outdated = shipment.check.as_ref().is_some_and(|check| check.outdated);
    let passed = shipment.status != Status::Draft && !outdated;
    let may_issue = passed && app.may::<CreateManifests>(actor).is_some();
    let actions = ShipmentActions {
        edit: may_edit,
        check: may_edit && shipment.status != Status::Ready,
        mark_ready: may_edit && passed && shipment.status == Status::Checked,
        us_paper: may_issue && shipment.regimes.contains(&Regime::Us),
        adr_document: may_issue && shipment.regimes.contains(&Regime::Adr),
    };
    let mut check = view::last_check(app.catalogue(), shipment, actions.check);
    if let Some(check) = &mut check {
        // Places are changed on the form, not here.
        check.result.may_split = false;
        // The panel says it.
        check.result.override_note = None;
        check.result.not_loaded = data_sets::not_asked(law, &shipment.data_sets);
    }
    ShipmentPage {
        shell: shell(app, session, Section::Shipments),
        id: shipment.id.to_string(),
        tracking_number: shipment.tracking_number.clone(),
        status: view::status(shipment.status),
        outdated,
        consignor: view::party(&shipment.consignor),
        consignee: view::party(&shipment.consignee),
        contact: view::contact(&shipment.contact),
        contact_masked: shipment.contact.phone.is_masked() || shipment.contact.email.is_masked(),
        reveal: (!shipment.masked().is_empty() && app.may::<RevealPersonalData>(actor).is_some())
            .then(|| RevealForm::at(format!("/shipments/{}/reveal", shipment.id))),
        lines: view::lines(app.catalogue(), &shipment.load),
        check,
        regimes: view::regimes(&shipment.regimes, &shipment.data_sets),
        missing,
        carrier: shipment.assigned_to.as_ref().map(|(_, name)| name.clone()),
        carriers: Vec::new(),
        overriding: overrides::panel(
            shipment,
            overrides::Viewer {
                user: actor.user(),
                asks: may_edit,
                decides: app.could::<OverrideCompatibility>(actor),
                today: app.now().date(),
            },
        ),
        actions,
        updated: moment(shipment.updated_at),
    }
}
