//! Signing in to the console and out of it. The edge has already refused forms that are not our own.

use std::sync::Arc;

use access::permission::SignedIn;
use app::identity::ConsoleSession;
use app::sign_in::{self, Credentials};
use app::{Error, Origin};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::form::Posted;
use super::sign_in_form;
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
        .post("/sign-out", sign_out)
}

#[derive(Deserialize)]
struct Wanted {
    next: Option<String>,
}

async fn form(session: Option<Extension<Arc<ConsoleSession>>>, Query(wanted): Query<Wanted>) -> Response {
    let next = wanted.next.as_deref().and_then(local_path);
    if session.is_some() {
        return Redirect::to(next.unwrap_or("/")).into_response();
    }
    sign_in_form(String::new(), next.map(str::to_owned), None)
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
        Ok(token) => {
            let cookie = format!(
                "{SESSION_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax",
                token.as_str()
            );
            Ok((set_cookie(&cookie)?, Redirect::to(next.unwrap_or("/"))).into_response())
        }
        Err(Error::SignInRefused) => {
            let error = "E-mail or password is wrong.".to_owned();
            let mut page = sign_in_form(email, next.map(str::to_owned), Some(error));
            *page.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
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

fn set_cookie(cookie: &str) -> Result<HeaderMap, Problem> {
    let mut value = HeaderValue::from_str(cookie)
        .map_err(|_| Error::Internal("a session cookie could not be written"))?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(SET_COOKIE, value)]))
}

/// A path of this site, or nothing: no other host, no control characters, no way back to the sign-in page.
fn local_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let local = text.starts_with('/') && !text.starts_with("//");
    let loops = text.starts_with("/sign-");
    (plain && local && !loops && text.len() <= 500).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn after_sign_in_one_stays_on_this_site() {
        for own in ["/", "/shipments?status=draft", "/shipments/shp_01/edit"] {
            assert_eq!(local_path(own), Some(own));
        }
        for foreign in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "shipments",
            "/a\r\nSet-Cookie: x=1",
            "/\t/evil.example",
            "/sign-out",
            "/sign-in?next=/sign-in",
            "/\u{202e}",
        ] {
            assert_eq!(local_path(foreign), None, "{foreign:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(600))), None);
    }
}
