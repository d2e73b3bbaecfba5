//! What a person may do and why, and deciding it: on a page of its own, for who manages people (AUTHZ-2).

use access::ids::{PermissionGrantId, UserId};
use access::permission::{AdministerUsers, AssignRoles, GivePermissions, ManagePeople, RevealPersonalData};
use access::role::Role;
use app::permissions::{self, Asked, Effect};
use app::{Error, FieldProblem, offers, people};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};

use super::form::Posted;
use super::pages::{
    Notice, NoticeKind, PermissionMatrix, PersonPermissions, RevealForm, RoleForm, Section, SelectOption,
    Tried,
};
use super::people::id_of;
use super::view::{permissions as view, sentence};
use super::{page, role_in_words, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/permissions", matrix)
        .get("/people/{id}/permissions", of_person)
        .post("/people/{id}/permissions", give)
        .post("/people/{id}/permissions/{grant}/end", end)
        .post("/people/{id}/reveal", reveal)
        .post("/people/{id}/role", assign_role)
}

async fn matrix(allowed: Allowed<ManagePeople>, State(state): State<WebState>) -> Result<Response, Problem> {
    let app = state.app();
    Ok(page(&PermissionMatrix {
        shell: shell(app, session_of(&allowed)?, Section::People),
        roles: Role::ALL
            .iter()
            .map(|role| role_in_words(role.as_str()))
            .collect(),
        groups: view::matrix(&offers::matrix(app, &allowed.grant)),
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asking {
    show: String,
    done: String,
}

async fn of_person(
    allowed: Allowed<ManagePeople>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(asking): Query<Asking>,
) -> Result<Response, Problem> {
    let only_different = asking.show == "different";
    let mut found = page_of(&allowed, &state, id_of(&id)?, only_different, None).await?;
    let told = match asking.done.as_str() {
        "given" => Some("Given. It counts from now on, and the person is told."),
        "withheld" => Some("Withheld. It counts from now on, and the person is told."),
        "ended" => Some("Ended. The role alone decides again."),
        "role" => Some("The role is changed, and every session of the person is over."),
        _ => None,
    };
    found.shell.notice = told.map(|text| Notice {
        kind: NoticeKind::Success,
        text: text.to_owned(),
    });
    Ok(page(&found))
}

/// The page, with what was typed for one permission and refused.
async fn page_of(
    allowed: &Allowed<ManagePeople>,
    state: &WebState,
    id: UserId,
    only_different: bool,
    tried: Option<(&str, Tried)>,
) -> Result<PersonPermissions, Problem> {
    let (app, actor) = (state.app(), allowed.actor());
    let (person, lines) = permissions::of_person(app, &allowed.grant, id).await?;
    let person = people::shown(app, &allowed.grant, person).await?;
    let giving = app.may::<GivePermissions>(actor);
    let giveable = giving.map_or_else(Vec::new, |grant| offers::to_give(app, &grant, id, person.role));
    let assigning = app.may::<AssignRoles>(actor);
    let roles = assigning.map_or_else(Vec::new, |grant| offers::to_assign(app, &grant, id, person.role));
    let choice = |role: &Role| SelectOption::new(role.as_str(), role_in_words(role.as_str()));
    Ok(PersonPermissions {
        shell: shell(app, session_of(allowed)?, Section::People),
        id: id.to_string(),
        name: person.display_name.clone(),
        email: person.email.as_str().to_owned(),
        reveal: (person.email.is_masked() && app.may::<RevealPersonalData>(actor).is_some())
            .then(|| RevealForm::at(format!("/people/{id}/reveal"))),
        role: role_in_words(person.role.as_str()),
        is_oneself: id == actor.user(),
        may_administer: app.may::<AdministerUsers>(actor).is_some(),
        only_different,
        different: lines.iter().filter(|line| is_decided(line)).count(),
        groups: view::of_person(lines, &giveable, only_different, tried),
        role_form: (!roles.is_empty()).then(|| RoleForm {
            roles: roles.iter().map(choice).collect(),
            chosen: String::new(),
            reason: String::new(),
            error: None,
        }),
    })
}

const fn is_decided(line: &permissions::Line) -> bool {
    matches!(
        line.why,
        permissions::Why::Given(_) | permissions::Why::Withheld(_)
    )
}

async fn give(
    allowed: Allowed<GivePermissions>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, id) = (state.app(), id_of(&id)?);
    let effect = Effect::parse(form.one("effect"))
        .ok_or_else(|| Problem::invalid("/effect", "expected `granted` or `withheld`"))?;
    let permission = form.one("permission");
    let asked = |expires_at| Asked {
        permission,
        effect,
        reason: form.one("reason"),
        expires_at,
    };
    let given = match until(form.one("until"), form.one("date"), app.now()) {
        Ok(at) => permissions::give(app, &allowed.grant, &allowed.origin, id, &asked(at)).await,
        Err(problem) => Err(Error::Invalid(vec![problem])),
    };
    match given {
        Ok(_) => {
            let word = match effect {
                Effect::Granted => "given",
                Effect::Withheld => "withheld",
            };
            Ok(Redirect::to(&format!("/people/{id}/permissions?done={word}#{permission}")).into_response())
        }
        Err(Error::Invalid(problems)) => {
            let typed = |name| form.one(name).to_owned();
            let tried = Tried {
                until: typed("until"),
                date: typed("date"),
                reason: typed("reason"),
                problems: problems.iter().map(|problem| sentence(&problem.detail)).collect(),
            };
            let allowed = to_look(&state, allowed).await?;
            let shown = page_of(&allowed, &state, id, false, Some((permission, tried))).await?;
            // Where the page has no such line the problem is all there is to say.
            if shown
                .groups
                .iter()
                .flat_map(|group| &group.lines)
                .all(|line| line.tried.is_none())
            {
                return Err(Error::Invalid(problems).into());
            }
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The page once more, with the whole address: only as the answer to this, so that a reload asks for a reason anew.
async fn reveal(
    allowed: Allowed<RevealPersonalData>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let (id, reason) = (id_of(&id)?, form.one("reason"));
    let revealed = people::reveal_email(state.app(), &allowed.grant, &allowed.origin, id, reason).await;
    let allowed = to_look(&state, allowed).await?;
    let mut shown = page_of(&allowed, &state, id, false, None).await?;
    match revealed {
        Ok(email) => {
            shown.email = email.as_str().to_owned();
            shown.reveal = None;
            shown.shell.notice = Some(Notice {
                kind: NoticeKind::Success,
                text: "The whole address is shown now. That you saw it is recorded with your reason."
                    .to_owned(),
            });
            Ok(page(&shown))
        }
        Err(Error::Invalid(problems)) => {
            if let Some(form) = &mut shown.reveal {
                form.reason = reason.to_owned();
                form.error = problems.first().map(|problem| sentence(&problem.detail));
            }
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn end(
    allowed: Allowed<GivePermissions>,
    State(state): State<WebState>,
    Path((id, grant)): Path<(String, String)>,
) -> Result<Redirect, Problem> {
    let id = id_of(&id)?;
    let none = |_| Problem::from(Error::NotFound("permission"));
    let grant: PermissionGrantId = grant.parse().map_err(none)?;
    permissions::end(state.app(), &allowed.grant, &allowed.origin, id, grant).await?;
    Ok(Redirect::to(&format!("/people/{id}/permissions?done=ended")))
}

async fn assign_role(
    allowed: Allowed<AssignRoles>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let (chosen, reason) = (form.one("role"), form.one("reason"));
    let role: Role = chosen
        .parse()
        .map_err(|_| Problem::invalid("/role", "no role has this name"))?;
    match permissions::assign_role(state.app(), &allowed.grant, &allowed.origin, id, role, reason).await {
        Ok(()) => Ok(Redirect::to(&format!("/people/{id}/permissions?done=role")).into_response()),
        Err(Error::Invalid(problems)) => {
            let allowed = to_look(&state, allowed).await?;
            let mut shown = page_of(&allowed, &state, id, false, None).await?;
            let Some(form) = &mut shown.role_form else {
                return Err(Error::Invalid(problems).into());
            };
            form.chosen = chosen.to_owned();
            form.reason = reason.to_owned();
            form.error = problems.first().map(|problem| sentence(&problem.detail));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The same request as somebody who looks at the page: who decides need not be who may.
async fn to_look<P: access::permission::Permission>(
    state: &WebState,
    allowed: Allowed<P>,
) -> Result<Allowed<ManagePeople>, Problem> {
    let grant = state
        .app()
        .authorize::<ManagePeople>(allowed.actor(), &allowed.origin)
        .await?;
    Ok(Allowed {
        grant,
        origin: allowed.origin,
        session: allowed.session,
    })
}

/// When what is decided ends: one of the choices, or the end of a day (UTC); none where it stays until somebody ends it.
fn until(choice: &str, date: &str, now: OffsetDateTime) -> Result<Option<OffsetDateTime>, FieldProblem> {
    let wrong = |detail: &str| FieldProblem::new("/until", detail);
    match choice {
        "" | "open" => Ok(None),
        "12h" => Ok(Some(now + Duration::hours(12))),
        "7d" => Ok(Some(now + Duration::days(7))),
        "30d" => Ok(Some(now + Duration::days(30))),
        "date" => {
            let day = Date::parse(date, format_description!("[year]-[month]-[day]"));
            let next = day.ok().and_then(Date::next_day);
            let next = next.ok_or_else(|| wrong("choose the day on which it ends"))?;
            Ok(Some(next.midnight().assume_utc()))
        }
        _ => Err(wrong("choose when it ends")),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::until;

    #[test]
    fn what_is_chosen_as_the_end_is_counted_from_now_and_a_day_ends_at_its_midnight() {
        let now = datetime!(2026-11-22 12:55 UTC);
        let at = |choice, date| until(choice, date, now).unwrap();
        assert_eq!(at("12h", ""), Some(datetime!(2026-11-23 0:55 UTC)));
        assert_eq!(at("7d", "2026-11-23"), Some(datetime!(2026-11-29 12:55 UTC)));
        assert_eq!(at("30d", ""), Some(datetime!(2026-12-22 12:55 UTC)));
        assert_eq!(at("date", "2026-12-31"), Some(datetime!(2027-01-01 0:00 UTC)));
        assert_eq!((at("", ""), at("open", "2026-12-31")), (None, None));
        for (choice, date) in [
            ("date", ""),
            ("date", "tomorrow"),
            ("date", "2026-02-30"),
            ("forever", ""),
        ] {
            assert!(until(choice, date, now).is_err(), "{choice} {date}");
        }
    }
}
