//! Signing in at a company's provider: going there, and coming back (AUTH-9, J16).

use std::sync::Arc;

use access::ids::IdentityProviderId;
use app::identity::ConsoleSession;
use app::oidc::{self, Answer, Begun, Returned};
use app::{Error, Origin};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::form::Posted;
use super::pages::{ConfirmLink, Leaving, ProviderChoice, Section, Shell};
use super::sign_in::{set_cookie, signed_in};
use super::{choose_provider, local_path, nobody, page, second_step_form, shell, sign_in_form};
use crate::edge::{oidc_browser, oidc_cookie, only};
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

/// The same for a company that is not there as for one without a provider.
const NOWHERE: &str =
    "There is no provider to sign in at under this short name. Ask your administrator, or use your password.";
const NOT_LINKED: &str = "You have signed in at the provider, but nobody here is linked to that. Sign in with your password once \
    and link it under Security.";
const FAILED: &str = "The sign-in at the provider did not come to its end. Please begin again.";
const SILENT: &str = "The provider does not answer as it should. Try again later, or use your password.";

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .public(
            Method::POST,
            "/sign-in/provider",
            "nobody is signed in yet",
            begin,
        )
        .public(
            Method::GET,
            oidc::CALLBACK,
            "the provider's answer and the browser's cookie are the proof",
            come_back,
        )
}

async fn begin(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    form: Posted,
) -> Result<Response, Problem> {
    let company = form.required("company")?.trim();
    let next = local_path(form.one("next"));
    let provider = match form.one("provider") {
        "" => None,
        // What is not an id names none.
        text => Some(
            text.parse::<IdentityProviderId>()
                .unwrap_or(IdentityProviderId::from_uuid(uuid::Uuid::nil())),
        ),
    };
    let short_name = company.len() <= 63 && company.bytes().all(|byte| byte.is_ascii_graphic());
    let company = if short_name { company } else { "" };
    let begun = oidc::begin_sign_in(state.app(), company, provider, next.unwrap_or("/"), &origin);
    match begun.await {
        Ok(Begun::Leave(leaving)) => leave(nobody(String::new()), leaving, "/sign-in"),
        Ok(Begun::Choose(providers)) => {
            let choice = |(id, name): (IdentityProviderId, String)| ProviderChoice {
                id: id.to_string(),
                name,
            };
            let providers = providers.into_iter().map(choice).collect();
            Ok(choose_provider(
                company.to_owned(),
                providers,
                next.map(str::to_owned),
            ))
        }
        Ok(Begun::Nowhere) => Ok(back(&state, StatusCode::UNAUTHORIZED, NOWHERE, next)),
        Err(error) => told(&state, error, next),
    }
}

/// The page that leads to the provider, and the cookie that its answer is kept to.
pub(super) fn leave(shell: Shell, leaving: oidc::Leaving, back: &str) -> Result<Response, Problem> {
    let headers = set_cookie(&oidc_cookie(Some(&leaving.browser)))?;
    let page = page(&Leaving {
        shell,
        provider: leaving.provider,
        host: leaving.host,
        url: leaving.url,
        back: back.to_owned(),
    });
    Ok((headers, page).into_response())
}

async fn come_back(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    session: Option<Extension<Arc<ConsoleSession>>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let answer = answer(query.as_deref().unwrap_or_default());
    let session = session.as_deref().map(AsRef::as_ref);
    let browser = oidc_browser(&headers);
    let returned = oidc::come_back(state.app(), &answer, browser, session, &origin).await;
    let mut response = match returned {
        Ok(Returned::SignedIn(token, return_to)) => signed_in(&token, local_path(&return_to))?,
        Ok(Returned::SecondFactor {
            ticket,
            by_passkey,
            return_to,
        }) => second_step_form(
            ticket.to_string(),
            by_passkey,
            local_path(&return_to).map(str::to_owned),
            None,
        ),
        Ok(Returned::Confirm(offer)) => match session {
            Some(session) => page(&ConfirmLink {
                shell: shell(state.app(), session, Section::Security),
                provider: offer.provider_name,
                issuer: offer.issuer,
                email: offer.email,
                offer: offer.sealed,
            }),
            None => return Err(Error::NotSignedIn("the session is over").into()),
        },
        Err(Error::ProviderRefused(why)) if session.is_some() => {
            tracing::info!(%why, "linking refused");
            let detail = "the provider's answer is not accepted here; begin again under Security";
            return Err(Error::State(detail).into());
        }
        Err(error) => told(&state, error, None)?,
    };
    // The browser keeps nothing of a sign-in that came back.
    if let Ok(gone) = HeaderValue::from_str(&oidc_cookie(None)) {
        response.headers_mut().append(SET_COOKIE, gone);
    }
    Ok(response)
}

/// What the provider sent along; nothing of it where one of its parts is there twice.
fn answer(query: &str) -> Answer {
    let part = |name: &str| {
        let mut found = form_urlencoded::parse(query.as_bytes())
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .peekable();
        match found.peek() {
            None => Ok(None),
            Some(_) => only(found).map(Some).ok_or(()),
        }
    };
    match (part("state"), part("code"), part("iss"), part("error")) {
        (Ok(state), Ok(code), Ok(iss), Ok(error)) => Answer {
            state,
            code,
            iss,
            error,
        },
        _ => Answer::default(),
    }
}

/// The sign-in page with what went wrong, as far as it is told.
fn told(state: &WebState, error: Error, next: Option<&str>) -> Result<Response, Problem> {
    let (status, text) = match &error {
        Error::NotLinked => (StatusCode::UNAUTHORIZED, NOT_LINKED),
        Error::ProviderRefused(_) => (StatusCode::UNAUTHORIZED, FAILED),
        Error::Provider(_) => (StatusCode::SERVICE_UNAVAILABLE, SILENT),
        _ => return Err(error.into()),
    };
    tracing::info!(%error, "no sign-in at a provider");
    Ok(back(state, status, text, next))
}

fn back(state: &WebState, status: StatusCode, text: &str, next: Option<&str>) -> Response {
    let mut page = sign_in_form(
        state.app(),
        String::new(),
        next.map(str::to_owned),
        Some(text.to_owned()),
    );
    *page.status_mut() = status;
    page
}
