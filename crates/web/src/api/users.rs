//! A company's people in the hands of its administrators: their sessions, lockdown.

use access::ids::UserId;
use access::permission::{AdministerUsers, ConfigureSystem, ManagePeople, RevealPersonalData, ViewPeople};
use app::people::{self, Person, PersonState};
use app::teams;
use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use utoipa::{IntoParams, ToSchema};

use super::body::{IdPath, Json, Params};
use super::my_sessions::{Ended, Sessions};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// A person of the company.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonDocument {
    /// Their id, `usr_…`.
    id: String,
    /// Their name.
    name: String,
    /// What they sign in with: in clear for who administers people, otherwise in part, as `m***@carrier.example`.
    email: String,
    /// Whether `email` is shown in part; `POST …/reveal` shows the whole, for a reason.
    email_masked: bool,
    /// Their role.
    #[schema(example = "OPERATOR")]
    role: String,
    /// `active`, `locked` or `disabled`.
    state: &'static str,
    /// Since when the account is locked (RFC 3339).
    locked_at: Option<String>,
    /// Who locked it; the platform's operator has no name.
    locked_by: Option<String>,
    /// Why it is locked, for who manages people.
    lock_reason: Option<String>,
    /// Whether a lockdown or a reset took second factors away: the password from before opens nothing, a link in a mail
    /// sets a new one, after an unlocking from 24 hours later.
    awaits_recovery: bool,
}

impl From<Person> for PersonDocument {
    fn from(Person { row, email }: Person) -> Self {
        let (state, locked) = match row.state {
            PersonState::Active => ("active", None),
            PersonState::Disabled => ("disabled", None),
            PersonState::Locked { at, by, reason } => {
                let by = by.map(|(_, name)| name);
                let reason = Some(reason).filter(|reason| !reason.is_empty());
                ("locked", Some((at, by, reason)))
            }
        };
        let (locked_at, locked_by, lock_reason) = match locked {
            Some((at, by, reason)) => (Some(at.format(&Rfc3339).unwrap_or_default()), by, reason),
            None => (None, None, None),
        };
        Self {
            id: row.id.to_string(),
            name: row.display_name,
            email: email.as_str().to_owned(),
            email_masked: email.is_masked(),
            role: row.role.as_str().to_owned(),
            state,
            locked_at,
            locked_by,
            lock_reason,
            awaits_recovery: row.awaits_recovery,
        }
    }
}

/// A page of people, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct People {
    users: Vec<PersonDocument>,
    /// What to pass as `after` for the next page; none on the last.
    next: Option<String>,
}

/// Which people.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Only those after the person with this id: the next page.
    after: Option<String>,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonForm {
    /// For the audit trail: one line of 10 to 500 characters.
    #[schema(example = "telephone stolen in Rotterdam")]
    pub(crate) reason: String,
}

/// The people of one's company; for who leads a team and manages nobody, those of the team.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", params(Search), security(("bearer" = [])), responses(
    (status = 200, body = People),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<ViewPeople>,
    State(state): State<WebState>,
    Params(search): Params<Search>,
) -> Result<Answer<People>, Problem> {
    let after = search.after.filter(|text| !text.is_empty());
    let after = after.map(|text| text.parse()).transpose();
    let after = after.map_err(|_| Problem::invalid("", "`after` is not a value it can have"))?;
    let page = people::list(state.app(), &caller.grant, after).await?;
    let users: Vec<PersonDocument> = page.people.into_iter().map(Into::into).collect();
    let next = users.last().filter(|_| page.more).map(|person| person.id.clone());
    Ok(Answer(People { users, next }))
}

/// The living sessions of a person.
#[utoipa::path(get, path = "/api/v1/users/{id}/sessions", tag = "users", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = Sessions),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn sessions(
    caller: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
) -> Result<Answer<Sessions>, Problem> {
    let (_, sessions) = people::sessions(state.app(), &caller.grant, id).await?;
    Ok(Answer(sessions.into()))
}

/// Ends every session of a person, with all their tokens, at once and for good.
#[utoipa::path(delete, path = "/api/v1/users/{id}/sessions", tag = "users", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = Ended),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn end_sessions(
    caller: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
) -> Result<Answer<Ended>, Problem> {
    let ended = people::end_sessions(state.app(), &caller.grant, &caller.origin, id).await?;
    Ok(Answer(Ended { ended }))
}

/// What a person signs in with, in clear.
#[derive(Serialize, ToSchema)]
pub(crate) struct RevealedEmail {
    /// The whole address.
    #[schema(example = "mira@carrier.example")]
    email: String,
}

/// Shows what a person signs in with. Who wanted it and why is in the audit trail first.
#[utoipa::path(post, path = "/api/v1/users/{id}/reveal", tag = "users", params(("id" = String, Path)),
    request_body = ReasonForm, security(("bearer" = [])), responses(
    (status = 200, body = RevealedEmail),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 410, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn reveal(
    caller: Allowed<RevealPersonalData>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<ReasonForm>,
) -> Result<Answer<RevealedEmail>, Problem> {
    let email = people::reveal_email(state.app(), &caller.grant, &caller.origin, id, &form.reason).await?;
    let email = email.as_str().to_owned();
    Ok(Answer(RevealedEmail { email }))
}

/// Locks a person's account in one action: no sign-in, every session and refresh token over.
#[utoipa::path(post, path = "/api/v1/users/{id}/lockdown", tag = "users", params(("id" = String, Path)),
    request_body = ReasonForm, security(("bearer" = [])), responses(
    (status = 204, description = "Locked"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn lock_down(
    caller: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<ReasonForm>,
) -> Result<StatusCode, Problem> {
    people::lock_down(state.app(), &caller.grant, &caller.origin, id, &form.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a person sign in again; sessions that the lockdown ended stay over.
#[utoipa::path(post, path = "/api/v1/users/{id}/unlock", tag = "users", params(("id" = String, Path)),
    request_body = ReasonForm, security(("bearer" = [])), responses(
    (status = 204, description = "Unlocked"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn unlock(
    caller: Allowed<AdministerUsers>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<ReasonForm>,
) -> Result<StatusCode, Problem> {
    people::unlock(state.app(), &caller.grant, &caller.origin, id, &form.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of the company, the one that asks included.
#[utoipa::path(post, path = "/api/v1/company/sessions/end-all", tag = "users", security(("bearer" = [])), responses(
    (status = 200, body = Ended),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn end_sessions_of_company(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
) -> Result<Answer<Ended>, Problem> {
    let ended = people::end_sessions_of_company(state.app(), &caller.grant, &caller.origin).await?;
    Ok(Answer(Ended { ended }))
}

/// A person of a team.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamMember {
    /// Their id, `usr_…`.
    id: String,
    /// Their name.
    name: String,
}

/// Whom somebody leads, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct Team {
    members: Vec<TeamMember>,
}

/// Whom somebody is to lead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamForm {
    /// Ids of at most two hundred people of the company, the lead not among them; they take the place of who was led.
    members: Vec<String>,
}

/// Whom a person leads.
#[utoipa::path(get, path = "/api/v1/users/{id}/team", tag = "users", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = Team),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn team(
    caller: Allowed<ManagePeople>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
) -> Result<Answer<Team>, Problem> {
    let members = teams::of_lead(state.app(), &caller.grant, id).await?;
    let members = members.into_iter();
    let member = |(id, name): (UserId, String)| TeamMember {
        id: id.to_string(),
        name,
    };
    Ok(Answer(Team {
        members: members.map(member).collect(),
    }))
}

/// Says whom a person leads; a supervisor sees the people of the team.
#[utoipa::path(put, path = "/api/v1/users/{id}/team", tag = "users", params(("id" = String, Path)),
    request_body = TeamForm, security(("bearer" = [])), responses(
    (status = 204, description = "Led"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn set_team(
    caller: Allowed<ManagePeople>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::User>,
    Json(form): Json<TeamForm>,
) -> Result<StatusCode, Problem> {
    let members = form.members.iter().map(|text| text.parse::<UserId>());
    let members = members.collect::<Result<Vec<_>, _>>();
    let members = members.map_err(|_| Problem::invalid("/members", "expected ids of people, `usr_…`"))?;
    teams::set(state.app(), &caller.grant, &caller.origin, id, &members).await?;
    Ok(StatusCode::NO_CONTENT)
}
