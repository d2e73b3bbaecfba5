//! Signing in to the console and out of it. The edge has already refused forms that are not our own.

use std::sync::Arc;

use access::permission::SignedIn;
use app::identity::ConsoleSession;
use app::sign_in::{self, Credentials, Step};
use app::{Error, Origin};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::form::Posted;
use super::passkey::credential;
use super::{local_path, second_step_form, sign_in_anew, sign_in_form};
use crate::allowed::Allowed;
use crate::edge::SESSION_COOKIE;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    let reason = "nobody is signed in yet";
    Routes::new(Audience::Console)
        .public(Method::GET, "/sign-in", reason, form)
        .public(Method::POST, "/sign-in", reason, sign_in)
        .public(
            Method::POST,
            "/sign-in/second-factor",
            "the ticket and the second factor are the proof",
            second_factor,
        )
        .post("/sign-out", sign_out)
}

#[derive(Deserialize)]
struct Wanted {
    next: Option<String>,
    #[serde(default)]
    done: String,
}

async fn form(
    session: Option<Extension<Arc<ConsoleSession>>>,
    State(state): State<WebState>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let next = wanted.next.as_deref().and_then(local_path);
    if session.is_some() {
        return Redirect::to(next.unwrap_or("/")).into_response();
    }
    if wanted.done == "reset" {
        return sign_in_anew(state.app());
    }
    sign_in_form(state.app(), String::new(), next.map(str::to_owned), None)
}

async fn sign_in(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    form: Posted,
) -> Result<Response, Problem> {
    let email = form.required("email")?.trim().to_owned();
    let password = SecretString::from(form.required("password")?);
    let next = local_path(form.one("next"));
    let credentials = Credentials {
        email: email.clone(),
        password,
        company: Some(form.one("company").trim())
            .filter(|slug| !slug.is_empty())
            .map(str::to_owned),
    };
    match sign_in::console(state.app(), credentials, &origin).await {
        Ok(Step::Done(token)) => signed_in(&token, next),
        Ok(Step::SecondFactor(challenge)) => Ok(second_step_form(
            challenge.ticket.to_string(),
            challenge.methods.contains(&"passkey"),
            next.map(str::to_owned),
            None,
        )),
        Err(Error::SignInRefused) => {
            let error = "E-mail or password is wrong.".to_owned();
            let mut page = sign_in_form(state.app(), email, next.map(str::to_owned), Some(error));
            *page.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn second_factor(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    form: Posted,
) -> Result<Response, Problem> {
    let ticket = form.required("ticket")?;
    let shown = match form.one("passkey") {
        "" => sign_in::Answer::Code(SecretString::from(form.required("code")?)),
        passkey => sign_in::Answer::Passkey(credential(passkey)),
    };
    let next = local_path(form.one("next"));
    let (again, why, status) = match sign_in::console_second_step(state.app(), ticket, shown, &origin).await {
        Ok(token) => return signed_in(&token, next),
        Err(Error::SecondFactorRefused) => {
            let why = "The code is wrong or was used before, or the passkey was not accepted.".to_owned();
            (true, why, StatusCode::UNAUTHORIZED)
        }
        Err(Error::TooManyAttempts(wait)) => {
            let seconds = wait.whole_seconds() + 1;
            let why =
                format!("Too many wrong codes. Try again in {seconds} seconds, or use a backup code now.");
            (true, why, StatusCode::TOO_MANY_REQUESTS)
        }
        Err(Error::SignInOver) => {
            let why = "That took too long or too many codes were wrong. Please begin again.".to_owned();
            (false, why, StatusCode::UNAUTHORIZED)
        }
        Err(error) => return Err(error.into()),
    };
    let next = next.map(str::to_owned);
    let mut page = if again {
        let by_passkey = sign_in::console_takes_passkey(state.app(), ticket).await?;
        second_step_form(ticket.to_owned(), by_passkey, next, Some(why))
    } else {
        sign_in_form(state.app(), String::new(), next, Some(why))
    };
    *page.status_mut() = status;
    Ok(page)
}

/// The cookie of a new session, and on to where one wanted to go.
pub(super) fn signed_in(token: &str, next: Option<&str>) -> Result<Response, Problem> {
    let cookie = format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax");
    Ok((set_cookie(&cookie)?, Redirect::to(next.unwrap_or("/"))).into_response())
}

async fn sign_out(allowed: Allowed<SignedIn>, State(state): State<WebState>) -> Result<Response, Problem> {
    sign_in::out(state.app(), &allowed.grant, &allowed.origin).await?;
    signed_out()
}

/// The session is over: the browser forgets it, and what it kept of it.
pub(super) fn signed_out() -> Result<Response, Problem> {
    let expired = format!("{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    let mut headers = set_cookie(&expired)?;
    // Pages kept on the device go with the session.
    headers.insert("clear-site-data", HeaderValue::from_static("\"storage\""));
    Ok((headers, Redirect::to("/sign-in")).into_response())
}

pub(super) fn set_cookie(cookie: &str) -> Result<HeaderMap, Problem> {
    let mut value = HeaderValue::from_str(cookie)
        .map_err(|_| Error::Internal("a session cookie could not be written"))?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(SET_COOKIE, value)]))
}
