//! The last form of a problem: with the request's id, as a document for the API and as a page for the console.

use std::any::Any;
use std::sync::Arc;

use access::ids::RequestId;
use app::identity::ConsoleSession;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, REFERER, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::console;
use crate::problem::{PROBLEM_JSON, Problem};
use crate::state::WebState;

/// A problem already in its final form.
#[derive(Clone)]
struct Rendered;

pub(super) async fn nothing_here() -> Problem {
    Problem::of_status(StatusCode::NOT_FOUND)
}

pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// The problem an answer stands for, if it is one that is not in its final form yet.
fn problem_in(response: &Response) -> Option<Problem> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error())
        || response.extensions().get::<Rendered>().is_some()
    {
        return None;
    }
    let is_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if is_page {
        // A form that came back with its problems: the handler has said everything.
        return None;
    }
    Some(
        response
            .extensions()
            .get::<Problem>()
            .cloned()
            .unwrap_or_else(|| Problem::of_status(status)),
    )
}

pub(super) async fn as_json(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let mut response = next.run(request).await;
    let Some(problem) = problem_in(&response) else {
        return response;
    };
    let body = problem.document(id.as_deref()).to_string();
    let mut headers = problem.into_response().headers().clone();
    headers.remove(axum::http::header::CONTENT_LENGTH);
    // `Allow` of a 405 and the like were set by whoever refused.
    for (name, value) in response.headers() {
        headers.entry(name).or_insert_with(|| value.clone());
    }
    headers.remove(axum::http::header::CONTENT_LENGTH);
    let status = response.status();
    response = (status, body).into_response();
    *response.headers_mut() = headers;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, axum::http::HeaderValue::from_static(PROBLEM_JSON));
    response.extensions_mut().insert(Rendered);
    response
}

/// Addresses that programs ask for: what is not there is told as a document.
fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/.well-known/")
}

/// As [`as_json`], but a page; and where somebody must sign in first, the page to do so.
pub(super) async fn as_page(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default();
    if is_for_programs(request.uri().path()) {
        return next.run(request).await;
    }
    let wanted = (request.method() == Method::GET)
        .then(|| {
            request
                .uri()
                .path_and_query()
                .map(|path| path.as_str().to_owned())
        })
        .flatten();
    // What a form wanted cannot be had by a link; the page it stood on can.
    let back = wanted.clone().or_else(|| page_of_form(&request));
    let in_page = request.headers().contains_key("hx-request");
    let response = next.run(request).await;
    let Some(problem) = problem_in(&response) else {
        return response;
    };
    let session = response.extensions().get::<Arc<ConsoleSession>>().cloned();
    if let Some(place) = where_to_prove(&problem, session.as_deref(), back.as_deref()) {
        return lead(&place, in_page);
    }
    let mut page = if problem.status == StatusCode::UNAUTHORIZED {
        console::sign_in_page(state.app(), wanted)
    } else {
        console::problem_page(state.app(), session.as_deref(), &problem, id)
    };
    *page.status_mut() = problem.status;
    if let Some(wait) = response.headers().get(RETRY_AFTER) {
        page.headers_mut().insert(RETRY_AFTER, wait.clone());
    }
    for cookie in response.headers().get_all(SET_COOKIE) {
        page.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    page.extensions_mut().insert(Rendered);
    page
}

/// The page that a form was sent from, as far as it is one of ours.
fn page_of_form(request: &Request) -> Option<String> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let (_, rest) = text(REFERER)?.split_once("://")?;
    let path = rest.strip_prefix(text(HOST)?)?;
    path.starts_with('/').then(|| path.to_owned())
}

/// Where somebody signed in proves what this page needs, and comes back from.
fn where_to_prove(problem: &Problem, session: Option<&ConsoleSession>, back: Option<&str>) -> Option<String> {
    let session = session?;
    match problem.kind {
        "second-factor-needed" | "second-factor-demanded" if !session.actor.has_second_factor() => {
            Some("/security".to_owned())
        }
        "passkey-demanded" if !session.actor.passkeys().enrolled => Some("/security".to_owned()),
        "second-factor-needed" | "second-factor-demanded" | "passkey-demanded" | "fresh-proof-needed" => {
            let back = back.and_then(console::local_path).unwrap_or("/");
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("next", back)
                .finish();
            Some(format!("/step-up?{query}"))
        }
        _ => None,
    }
}

/// Leads on; a fragment would otherwise be replaced by a whole page.
fn lead(place: &str, in_page: bool) -> Response {
    if !in_page {
        return Redirect::to(place).into_response();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(value) = HeaderValue::from_str(place) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("hx-redirect"), value);
    }
    response
}
