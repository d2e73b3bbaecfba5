//! What stands around every route: the request's id and origin, the headers of every answer, problems in
//! their final form, limits, and for the console the session and the proof that a form is our own.

mod console;
mod headers;
mod origin;
mod problems;
mod upload;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::routes::Audience;
use crate::state::WebState;

pub(crate) use console::{SESSION_COOKIE, SignInToken, oidc_browser, oidc_cookie, sign_in_cookie};
pub(crate) use upload::Upload;

/// The largest body accepted, in bytes: two hundred lines of goods fit many times over.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// Where the console takes a bundle, and where a list of passwords.
pub(crate) const DATA_SETS: &str = "/data-sets";
pub(crate) const REFUSED_PASSWORDS: &str = "/refused-passwords";
/// The addresses of the console that take a file, and the largest form with it, in bytes: a bundle is longer than a list.
const UPLOADS: [&str; 2] = [DATA_SETS, REFUSED_PASSWORDS];
const MAX_UPLOAD: usize = dangerous_goods::dataset::MAX_BUNDLE_BYTES + 16 * 1024;

/// The one there is; none where there are several: what is sent twice is not chosen from.
pub(crate) fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    found.next().filter(|_| found.next().is_none())
}

/// The time a request may take, its body's way here included.
fn timeout() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(30))
}

/// Marks requests as the API's.
pub(crate) fn api(router: Router<WebState>, _state: &WebState) -> Router<WebState> {
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(problems::as_json))
        .layer(axum::Extension(Audience::Api))
}

/// Marks requests as the console's, finds their session, and refuses forms that are not our own (W11). An
/// address that is nobody's is the console's too: whoever typed it is a person.
pub(crate) fn console(router: Router<WebState>, state: &WebState) -> Router<WebState> {
    router
        .fallback(problems::nothing_here)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(state.clone(), console::session))
        .layer(timeout())
        .layer(from_fn_with_state(state.clone(), problems::as_page))
        .layer(axum::Extension(Audience::Console))
}

/// The outermost layers: they see every answer, the refusals of the others included (W5).
pub(crate) fn around(router: Router) -> Router {
    router
        .layer(timeout())
        .layer(from_fn(problems::as_json))
        .layer(CatchPanicLayer::custom(problems::panicked))
        .layer(from_fn(origin::note))
        .layer(from_fn(headers::secure))
}
