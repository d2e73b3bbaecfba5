//! Incidents: the list, reporting one from beside it, one of them, confirming, closing, and the way to emergency
//! access because of it (AUTHZ-6).

use access::ids::IncidentId;
use access::permission::{
    ApproveEmergencyAccess, CloseIncidents, ConfirmIncidents, ReportIncidents, RequestEmergencyAccess,
    ReviewEmergencyAccess, ViewIncidents, ViewShipments,
};
use app::emergency_access::{self, AccessRow, READ, State as Access};
use app::incidents::{self, Incident, Report, Severity};
use app::{Error, FieldProblem as Fault};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::form::Posted;
use super::pages::{
    AskAccess, Choice, FieldProblem, IncidentActions, IncidentForm, IncidentPage, IncidentsList, Notice,
    NoticeKind, Section,
};
use super::view::incidents::{self as view, Answers, Because};
use super::view::{sentence, shipments};
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/incidents", list)
        .get("/incidents/new", new)
        .post("/incidents", report)
        .get("/incidents/{id}", one)
        .post("/incidents/{id}/confirm", confirm)
        .post("/incidents/{id}/close", close)
        .post("/incidents/{id}/emergency-access", request)
}

/// Why somebody needs the papers of an incident at once: what is chosen is the justification, and may be added to (P13).
const REASONS: [(&str, &str); 3] = [
    ("beside", "I am beside it and must know what it is"),
    ("services", "The emergency services ask what it is"),
    ("hurt", "Somebody is hurt or was exposed"),
];

/// The longest tracking number taken from an address.
const MAX_NUMBER: usize = 40;

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
struct About {
    shipment: String,
}

async fn new(
    allowed: Allowed<ReportIncidents>,
    State(state): State<WebState>,
    Query(about): Query<About>,
) -> Result<Response, Problem> {
    Ok(page(&IncidentForm {
        shell: shell(state.app(), session_of(&allowed)?, Section::Incidents),
        kinds: view::kinds(""),
        severities: view::severities(""),
        description: String::new(),
        shipments: about.shipment.chars().take(MAX_NUMBER).collect(),
        drill: false,
        problems: Vec::new(),
    }))
}

async fn report(
    allowed: Allowed<ReportIncidents>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let app = state.app();
    let severity = Severity::parse(form.one("severity"))
        .ok_or_else(|| Problem::invalid("/severity", "expected `LOW`, `MEDIUM`, `HIGH` or `CRITICAL`"))?;
    let shipments = numbers(form.one("shipments"));
    let drill = form.one("drill") == "yes";
    let sent = Report {
        kind: form.one("kind"),
        severity,
        description: form.one("description"),
        shipments: &shipments,
        drill,
    };
    match incidents::report(app, &allowed.grant, &allowed.origin, &sent).await {
        Ok(id) => Ok(done(id, "reported").into_response()),
        Err(Error::Invalid(problems)) => {
            let shown = IncidentForm {
                shell: shell(app, session_of(&allowed)?, Section::Incidents),
                kinds: view::kinds(sent.kind),
                severities: view::severities(severity.as_str()),
                description: sent.description.to_owned(),
                shipments: form.one("shipments").to_owned(),
                drill,
                problems: problems.iter().map(|problem| told(problem, &shipments)).collect(),
            };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Tracking numbers, one a line, as the papers print them.
fn numbers(text: &str) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for line in text.split(['\n', ',']) {
        let number = line.trim().to_uppercase();
        if !number.is_empty() && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// A problem at the field of the form that it is about; a tracking number is named.
fn told(problem: &Fault, numbers: &[String]) -> FieldProblem {
    let mut parts = problem.pointer.split('/').skip(1);
    let field = parts.next().unwrap_or_default().to_owned();
    let number = parts.next().and_then(|at| numbers.get(at.parse::<usize>().ok()?));
    let message = match (field.as_str(), number) {
        ("kind", _) => "Choose what happened.".to_owned(),
        (_, Some(number)) => format!("{number}: {}", sentence(&problem.detail)),
        _ => sentence(&problem.detail),
    };
    FieldProblem { field, message }
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
        reasons: reasons("beside"),
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
    fn of(all: &[AccessRow], incident: &Incident, user: access::ids::UserId) -> Self {
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

fn reasons(chosen: &str) -> Vec<Choice> {
    let choice = |(value, text)| Choice {
        value,
        text,
        chosen: value == chosen,
    };
    REASONS.map(choice).into()
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

/// Asks for emergency access; reading leads straight to the shipment where the incident names one.
async fn request(
    allowed: Allowed<RequestEmergencyAccess>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, id) = (state.app(), id_of(&id)?);
    let permissions: Vec<String> = form.all("permission").map(str::to_owned).collect();
    let why = justification(form.one("reason"), form.one("words"));
    let asked = emergency_access::request(app, &allowed.grant, &allowed.origin, id, &permissions, &why).await;
    // Whoever asked need not see the incident: then their access is what there is to look at.
    let sees = app.may::<ViewIncidents>(allowed.actor());
    let requested = match (asked, &sees) {
        (Ok(requested), _) => requested,
        (Err(Error::Invalid(problems)), Some(grant)) => {
            let allowed = Allowed {
                grant: app
                    .authorize::<ViewIncidents>(grant.actor(), &allowed.origin)
                    .await?,
                origin: allowed.origin,
                session: allowed.session,
            };
            let mut shown = page_of(&allowed, &state, id).await?;
            let Some(ask) = &mut shown.ask else {
                return Err(Error::Invalid(problems).into());
            };
            ask.words = form.one("words").to_owned();
            ask.error = problems.first().map(|problem| sentence(&problem.detail));
            ask.reasons = reasons(form.one("reason"));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
        }
        (Err(error), _) => return Err(error.into()),
    };
    let Some(grant) = sees else {
        return Ok(Redirect::to("/emergency-access").into_response());
    };
    let incident = match incidents::get(app, &grant, &allowed.origin, id).await {
        Ok(incident) => incident,
        Err(Error::NotFound(_)) => return Ok(Redirect::to("/emergency-access").into_response()),
        Err(error) => return Err(error.into()),
    };
    Ok(match (requested.granted, incident.shipments.as_slice()) {
        (false, _) => done(id, "waiting"),
        _ if incident.drill => done(id, "drilled"),
        (true, [(shipment, _)]) => Redirect::to(&shipments::path(*shipment)),
        _ => done(id, "granted"),
    }
    .into_response())
}

/// The reason chosen, and what was added to it.
fn justification(reason: &str, words: &str) -> String {
    let chosen = REASONS.iter().find(|(value, _)| *value == reason);
    match (chosen, words.trim()) {
        (Some((_, text)), "") => (*text).to_owned(),
        (Some((_, text)), words) => format!("{text}: {words}"),
        (None, words) => words.to_owned(),
    }
}

/// What is not an id names nothing.
fn id_of(text: &str) -> Result<IncidentId, Problem> {
    text.parse().map_err(|_| Error::NotFound("incident").into())
}

fn done(id: IncidentId, what: &str) -> Redirect {
    Redirect::to(&format!("/incidents/{id}?done={what}"))
}

#[cfg(test)]
mod tests {
    use app::FieldProblem as Fault;

    use super::{justification, numbers, told};

    #[test]
    fn tracking_numbers_are_read_one_a_line_however_they_are_typed() {
        let typed = " ss-1234-5678-9012\r\n\r\nSS-1234-5678-9012, SS-2222-3333-4444\n";
        assert_eq!(numbers(typed), ["SS-1234-5678-9012", "SS-2222-3333-4444"]);
        assert!(numbers(" \r\n").is_empty());
    }

    #[test]
    fn a_problem_with_a_tracking_number_names_it_at_its_field() {
        let problem = Fault::new("/shipments/1", "the company has no such shipment");
        let shown = told(&problem, &["SS-1".to_owned(), "SS-2".to_owned()]);
        assert_eq!(shown.field, "shipments");
        assert_eq!(shown.message, "SS-2: The company has no such shipment.");
        assert_eq!(told(&Fault::new("/kind", "x"), &[]).field, "kind");
    }

    /// P13: a reason is chosen or written, and never made up.
    #[test]
    fn a_justification_is_what_was_chosen_and_added_and_nothing_where_neither_was() {
        assert_eq!(
            justification("beside", " drum 3 "),
            "I am beside it and must know what it is: drum 3"
        );
        assert_eq!(justification("hurt", ""), "Somebody is hurt or was exposed");
        assert_eq!(justification("", "because I say so"), "because I say so");
        assert_eq!(justification("no such reason", " "), "");
    }
}
