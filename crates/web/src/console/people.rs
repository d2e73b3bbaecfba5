//! People, for those who administer them: the list, a person's sessions, lockdown.

use access::ids::UserId;
use access::permission::{AdministerUsers, ConfigureSystem, ManagePeople, ResetFactors, ViewPeople};
use app::{Error, people, teams};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::form::Posted;
use super::pages::{Notice, NoticeKind, PeopleList, PersonPage, Section, TeamChoice, TeamPage};
use super::sign_in::signed_out;
use super::view::people as view;
use super::view::sentence;
use super::{factor_reset, page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/people", list)
        .get("/people/{id}", one)
        .get("/people/{id}/team", team)
        .post("/people/{id}/team", set_team)
        .post("/people/{id}/end-sessions", end_sessions)
        .post("/people/{id}/lockdown", lock_down)
        .post("/people/{id}/unlock", unlock)
        .post("/people/end-all-sessions", end_all)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    after: String,
}

async fn list(
    allowed: Allowed<ViewPeople>,
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let app = state.app();
    let after = match asked.after.as_str() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| Problem::invalid("/after", "there is no such page"))?,
        ),
    };
    let found = people::list(app, &allowed.grant, after).await?;
    let people: Vec<_> = {
        let viewer = allowed.actor().user();
        let people = found.people.into_iter();
        people.map(|person| view::person(person, viewer)).collect()
    };
    Ok(page(&PeopleList {
        shell: shell(app, session_of(&allowed)?, Section::People),
        next: people
            .last()
            .filter(|_| found.more)
            .map(|person| person.id.clone()),
        people,
        first_page: after.is_none(),
        may_manage: app.may::<ManagePeople>(allowed.actor()).is_some(),
        may_administer: app.may::<AdministerUsers>(allowed.actor()).is_some(),
        may_end_all: app.may::<ConfigureSystem>(allowed.actor()).is_some(),
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn team(
    allowed: Allowed<ManagePeople>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let (app, lead) = (state.app(), id_of(&id)?);
    let (name, candidates) = teams::candidates(app, &allowed.grant, lead).await?;
    let offered = candidates.into_iter().map(|one| TeamChoice {
        id: one.id.to_string(),
        is_member: one.is_member,
        role: super::role_in_words(one.role.as_str()),
        name: one.name,
    });
    let mut shell = shell(app, session_of(&allowed)?, Section::People);
    shell.notice = (done.done == "saved").then(|| Notice {
        kind: NoticeKind::Success,
        text: "The team is saved.".to_owned(),
    });
    Ok(page(&TeamPage {
        shell,
        id,
        name,
        offered: offered.collect(),
    }))
}

async fn set_team(
    allowed: Allowed<ManagePeople>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let lead = id_of(&id)?;
    let members = form.all("member").map(str::parse::<UserId>);
    let members = members.collect::<Result<Vec<_>, _>>();
    let members = members.map_err(|_| Error::NotFound("person"))?;
    teams::set(state.app(), &allowed.grant, &allowed.origin, lead, &members).await?;
    Ok(Redirect::to(&format!("/people/{lead}/team?done=saved")))
}

async fn one(
    allowed: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let mut found = page_of(&allowed, &state, id_of(&id)?).await?;
    let told = match done.done.as_str() {
        "ended" => Some("Every session of this person is over."),
        "locked" => Some("The account is locked, and every session is over."),
        "unlocked" => Some("The account is unlocked."),
        "reset-asked" => Some("The reset is asked for. Another administrator has to approve it."),
        "reset-approved" => Some("The reset is approved and takes effect in 24 hours."),
        "reset-cancelled" => Some("The reset is taken back."),
        _ => None,
    };
    found.shell.notice = told.map(|text| Notice {
        kind: NoticeKind::Success,
        text: text.to_owned(),
    });
    Ok(page(&found))
}

async fn page_of(
    allowed: &Allowed<AdministerUsers>,
    state: &WebState,
    id: UserId,
) -> Result<PersonPage, Problem> {
    let app = state.app();
    let (person, sessions) = people::get(app, &allowed.grant, id).await?;
    let reset = app::factor_reset::of_person(app, &allowed.grant, id).await?;
    Ok(PersonPage {
        reset: reset.map(|reset| factor_reset::view(reset, allowed.actor().user())),
        // Whoever could after showing a second factor is led there.
        may_reset: app.could::<ResetFactors>(allowed.actor()),
        shell: shell(app, session_of(allowed)?, Section::People),
        is_oneself: id == allowed.actor().user(),
        person: view::person(person, allowed.actor().user()),
        sessions: sessions.into_iter().map(view::session).collect(),
        reason: String::new(),
        error: None,
    })
}

async fn end_sessions(
    allowed: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    people::end_sessions(state.app(), &allowed.grant, &allowed.origin, id).await?;
    if id == allowed.actor().user() {
        return signed_out();
    }
    Ok(done(id, "ended"))
}

async fn lock_down(
    allowed: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (id, reason) = (id_of(&id)?, form.one("reason"));
    match people::lock_down(state.app(), &allowed.grant, &allowed.origin, id, reason).await {
        Ok(()) => Ok(done(id, "locked")),
        Err(error) => refused(&allowed, &state, id, reason, error).await,
    }
}

async fn unlock(
    allowed: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (id, reason) = (id_of(&id)?, form.one("reason"));
    match people::unlock(state.app(), &allowed.grant, &allowed.origin, id, reason).await {
        Ok(()) => Ok(done(id, "unlocked")),
        Err(error) => refused(&allowed, &state, id, reason, error).await,
    }
}

/// The person's page with what is wrong with the reason.
async fn refused(
    allowed: &Allowed<AdministerUsers>,
    state: &WebState,
    id: UserId,
    reason: &str,
    error: Error,
) -> Result<Response, Problem> {
    let Error::Invalid(problems) = error else {
        return Err(error.into());
    };
    let mut found = page_of(allowed, state, id).await?;
    found.reason = reason.to_owned();
    found.error = problems.first().map(|problem| sentence(&problem.detail));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&found)).into_response())
}

async fn end_all(
    allowed: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
) -> Result<Response, Problem> {
    people::end_sessions_of_company(state.app(), &allowed.grant, &allowed.origin).await?;
    signed_out()
}

/// What is not an id names nothing.
pub(super) fn id_of(text: &str) -> Result<UserId, Problem> {
    text.parse().map_err(|_| Error::NotFound("person").into())
}

pub(super) fn done(id: UserId, what: &str) -> Response {
    Redirect::to(&format!("/people/{id}?done={what}")).into_response()
}
