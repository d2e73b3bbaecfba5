//! One's own password: changing it while signed in, and a link in a mail for who has forgotten it (AUTH-1).
//!
//! A page with a link's token tells nobody where one came from, and its token is spent by posting it alone: what
//! reads mails ahead of people spends nothing.

use std::sync::Arc;

use access::permission::ManageFactors;
use app::identity::ConsoleSession;
use app::{Error, Origin, passwords};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::REFERRER_POLICY;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::form::Posted;
use super::pages::{ChangePassword, ForgotPassword, ResetPassword, Section};
use super::{gate, page, session_of, shell, view};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

type Session = Option<Extension<Arc<ConsoleSession>>>;

pub(super) fn routes() -> Routes {
    let forgot = "who has forgotten a password cannot sign in";
    let link = "the link's token is the proof";
    Routes::new(Audience::Console)
        .get("/account/password", form)
        .post("/account/password", change)
        .public(Method::GET, "/sign-in/forgot", forgot, forgot_form)
        .public(Method::POST, "/sign-in/forgot", forgot, ask)
        .public(Method::GET, "/sign-in/reset", link, reset_form)
        .public(Method::POST, "/sign-in/reset", link, set)
}

async fn form(allowed: Allowed<ManageFactors>, State(state): State<WebState>) -> Result<Response, Problem> {
    the_form(&allowed, &state, Vec::new())
}

fn the_form(
    allowed: &Allowed<ManageFactors>,
    state: &WebState,
    errors: Vec<String>,
) -> Result<Response, Problem> {
    let refused = !errors.is_empty();
    let mut page = page(&ChangePassword {
        shell: shell(state.app(), session_of(allowed)?, Section::Security),
        least: least(allowed.actor().has_second_factor()),
        errors,
    });
    if refused {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}

/// Characters that a new password has at least.
const fn least(has_second_factor: bool) -> u8 {
    if has_second_factor { 8 } else { 15 }
}

async fn change(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let current = SecretString::from(form.required("password")?);
    let wanted = match typed_twice(&form)? {
        Ok(wanted) => wanted,
        Err(why) => return the_form(&allowed, &state, vec![why]),
    };
    match passwords::change(state.app(), &allowed.grant, current, wanted, &allowed.origin).await {
        Ok(()) => Ok(Redirect::to("/security?done=password").into_response()),
        Err(Error::Invalid(problems)) => the_form(&allowed, &state, sentences(&problems)),
        Err(error) => Err(error.into()),
    }
}

/// The new password, if both fields hold it.
fn typed_twice(form: &Posted) -> Result<Result<SecretString, String>, Problem> {
    let wanted = SecretString::from(form.required("new_password")?);
    let again = SecretString::from(form.required("new_password_again")?);
    Ok(if wanted.expose_secret() == again.expose_secret() {
        Ok(wanted)
    } else {
        Err("The two new passwords are not the same.".to_owned())
    })
}

fn sentences(problems: &[app::FieldProblem]) -> Vec<String> {
    problems
        .iter()
        .map(|problem| view::sentence(&problem.detail))
        .collect()
}

async fn forgot_form(session: Session, State(state): State<WebState>) -> Response {
    let session = session.as_ref().map(|session| session.as_ref());
    gate(state.app(), session, |shell| {
        page(&ForgotPassword { shell, sent: false })
    })
}

async fn ask(
    session: Session,
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    form: Posted,
) -> Result<Response, Problem> {
    let email = form.required("email")?;
    let company = Some(form.one("company").trim()).filter(|slug| !slug.is_empty());
    passwords::ask(state.app(), email, company.map(str::to_owned), &origin)?;
    let session = session.as_ref().map(|session| session.as_ref());
    Ok(gate(state.app(), session, |shell| {
        page(&ForgotPassword { shell, sent: true })
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Link {
    token: String,
}

async fn reset_form(session: Session, State(state): State<WebState>, Query(link): Query<Link>) -> Response {
    the_reset_form(&state, &session, link.token, Vec::new(), StatusCode::OK)
}

fn the_reset_form(
    state: &WebState,
    session: &Session,
    token: String,
    errors: Vec<String>,
    status: StatusCode,
) -> Response {
    let session = session.as_ref().map(|session| session.as_ref());
    let mut page = gate(state.app(), session, |shell| {
        page(&ResetPassword { shell, token, errors })
    });
    *page.status_mut() = status;
    // The address holds the token: what this page loads and leads to is told the origin alone.
    page.headers_mut()
        .insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    page
}

async fn set(
    session: Session,
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    form: Posted,
) -> Result<Response, Problem> {
    let token = form.required("token")?;
    let again = |errors, status| Ok(the_reset_form(&state, &session, token.to_owned(), errors, status));
    let wanted = match typed_twice(&form)? {
        Ok(wanted) => wanted,
        Err(why) => return again(vec![why], StatusCode::UNPROCESSABLE_ENTITY),
    };
    match passwords::set(state.app(), &SecretString::from(token), wanted, &origin).await {
        Ok(()) => Ok(Redirect::to("/sign-in?done=reset").into_response()),
        Err(Error::Invalid(problems)) => again(sentences(&problems), StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::ResetOver) => {
            let why = "This link was used, is too old, or another one was used. Ask for another.".to_owned();
            again(vec![why], StatusCode::CONFLICT)
        }
        Err(error) => Err(error.into()),
    }
}
