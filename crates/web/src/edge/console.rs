//! The console's session and the proof that a form is our own (W11).
//!
//! An unsafe request must come from our own pages by two independent signs: the browser's `Sec-Fetch-Site`
//! (or `Origin`), and a token in the form that only a page served to this session carries. Before there is a
//! session, the token of the sign-in form is compared with a cookie only we can set (`__Host-`).

use std::borrow::Cow;
use std::sync::Arc;

use app::identity::ConsoleSession;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{MAX_BODY, MAX_UPLOAD, UPLOADS, Upload, only};
use crate::problem::Problem;
use crate::state::WebState;

/// The cookie of a signed-in console.
pub(crate) const SESSION_COOKIE: &str = "__Host-session";
/// The cookie that the sign-in form's token is compared with.
const SIGN_IN_COOKIE: &str = "__Host-sign-in";

/// The cookie that keeps a sign-in at a provider to the browser in which it began. The provider's answer is a
/// navigation from another site, hence lax.
const OIDC_COOKIE: &str = "__Host-oidc";

/// The field that carries the token.
const TOKEN: &str = "csrf_token";

/// The token for the sign-in form of a browser nobody is signed in with.
pub(crate) struct SignInToken(pub(crate) String);

/// A fresh token for the sign-in form with the cookie that remembers it.
pub(crate) fn sign_in_cookie() -> (SignInToken, String) {
    let token = uuid::Uuid::new_v4().simple().to_string();
    let cookie = format!("{SIGN_IN_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600");
    (SignInToken(token), cookie)
}

/// Keeps a sign-in at a provider to this browser, for as long as it may take; without a value, forgets it.
pub(crate) fn oidc_cookie(value: Option<&str>) -> String {
    let (value, seconds) = value.map_or(("", 0), |value| (value, 600));
    format!("{OIDC_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}

/// What [`oidc_cookie`] has put into this browser.
pub(crate) fn oidc_browser(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, OIDC_COOKIE)
}

/// The value of a cookie that is sent exactly once.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    only(found)
}

pub(super) async fn session(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    // Files of the program are the same for everybody: no look-up for each of them.
    let is_file = request.uri().path().starts_with("/assets/");
    let session = match cookie(request.headers(), SESSION_COOKIE) {
        None => None,
        Some(_) if is_file => None,
        Some(value) => match state.app().console(value).await {
            Ok(session) => Some(Arc::new(session)),
            Err(app::Error::NotSignedIn(_)) => None,
            // The store cannot say who this is: nobody is let in (J8).
            Err(error) => return Problem::from(error).into_response(),
        },
    };
    if !request.method().is_safe() {
        request = match own_form(&state, session.as_deref(), request).await {
            Ok(request) => request,
            Err(problem) => return with_session(problem.into_response(), session),
        };
    }
    if let Some(session) = &session {
        request.extensions_mut().insert(session.clone());
    }
    with_session(next.run(request).await, session)
}

/// A problem's page names the person, so the session goes back with the answer.
fn with_session(mut response: Response, session: Option<Arc<ConsoleSession>>) -> Response {
    if let Some(session) = session {
        response.extensions_mut().insert(session);
    }
    response
}

/// Lets an unsafe request through only as a form of our own.
async fn own_form(
    state: &WebState,
    session: Option<&ConsoleSession>,
    request: Request,
) -> Result<Request, Problem> {
    let path = request.uri().path();
    let signing_in = path == "/sign-in" || path.starts_with("/sign-in/");
    if session.is_none() && !signing_in {
        // Goes on to be told that nobody is signed in; no handler runs without a session.
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let forged =
        |detail: &'static str| Problem::new(StatusCode::FORBIDDEN, "forged-form", "Form refused", detail);
    same_origin(&parts.headers).map_err(forged)?;
    let kind = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let is_upload = UPLOADS.contains(&parts.uri.path()) && kind.starts_with("multipart/form-data");
    if !is_upload && !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let most = if is_upload { MAX_UPLOAD } else { MAX_BODY };
    let bytes = to_bytes(body, most)
        .await
        .map_err(|_| Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE))?;
    let token = if is_upload {
        let upload = uploaded(&parts.headers, &bytes)?;
        let token = upload.one(TOKEN).map(String::from_utf8_lossy);
        let token = token.map(Cow::into_owned);
        parts.extensions.insert(upload);
        token
    } else {
        let tokens = form_urlencoded::parse(&bytes).filter(|(name, _)| name == TOKEN);
        only(tokens).map(|(_, token)| token.into_owned())
    };
    let token = token.ok_or_else(|| forged("the form carries no token; load the page again"))?;
    match session {
        Some(session) => state
            .app()
            .check_csrf(session, &token)
            .map_err(|_| forged("the form carries another session's token; load the page again"))?,
        // An empty cookie equals an empty token, and proves nothing.
        None if !token.is_empty() && cookie(&parts.headers, SIGN_IN_COOKIE) == Some(token.as_str()) => {}
        None => return Err(forged("the sign-in page has expired; load it again")),
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// The form with its file. The boundary is told in its own letters, so the header is read as it came.
fn uploaded(headers: &HeaderMap, body: &[u8]) -> Result<Upload, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    Upload::read(kind.unwrap_or_default(), body).ok_or_else(|| Problem::of_status(StatusCode::BAD_REQUEST))
}

/// Browsers say where a request comes from; one that says otherwise, or says nothing at all, is not ours.
fn same_origin(headers: &HeaderMap) -> Result<(), &'static str> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    if let Some(site) = text(axum::http::HeaderName::from_static("sec-fetch-site")) {
        return if matches!(site, "same-origin" | "none") {
            Ok(())
        } else {
            Err("the form was sent from another site")
        };
    }
    let host = text(HOST).ok_or("the request names no host")?;
    let origin = text(ORIGIN).and_then(|origin| origin.split_once("://"));
    match origin {
        Some((_, origin)) if origin == host => Ok(()),
        Some(_) => Err("the form was sent from another site"),
        None => Err("the browser does not say where the form comes from"),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;
    use axum::http::{HeaderMap, HeaderValue};
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::{SESSION_COOKIE, cookie};

    fn headers(lines: &[Vec<u8>]) -> HeaderMap {
        let values = lines.iter().filter_map(|line| HeaderValue::from_bytes(line).ok());
        values.map(|value| (COOKIE, value)).collect()
    }

    proptest! {
        /// Whatever else a browser sends, in however many headers, before it or after it.
        #[test]
        fn a_cookie_is_found_where_it_is_sent_once_and_not_where_it_is_sent_again(
            before in vec("[ -:<-~]{0,12}", 0..4),
            after in vec(any::<u8>(), 0..40),
            again in any::<bool>(),
        ) {
            let mut pairs = before;
            pairs.push(format!("{SESSION_COOKIE}=value"));
            let line = pairs.join("; ").into_bytes();
            let mut lines = vec![line, after];
            if again {
                lines.push(format!("{SESSION_COOKIE}=other").into_bytes());
            }
            let found = headers(&lines);
            let expected = (!again).then_some("value");
            prop_assert_eq!(cookie(&found, SESSION_COOKIE), expected);
        }
    }
}
