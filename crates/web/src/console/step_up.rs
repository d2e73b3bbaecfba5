//! Showing a second factor in a living session, or the password where one has none, and going back to where one
//! was (AUTH-8).

use access::permission::SignedIn;
use app::step_up::{self, Shown};
use app::{Error, passkeys};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::form::Posted;
use super::pages::{AskPasskey, Section, StepUp};
use super::passkey::credential;
use super::{local_path, page, session_of, shell, view};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/step-up", form)
        .post("/step-up", show)
}

#[derive(Deserialize)]
struct Wanted {
    next: Option<String>,
}

async fn form(
    allowed: Allowed<SignedIn>,
    State(state): State<WebState>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let next = wanted.next.as_deref().and_then(local_path);
    the_form(&allowed, &state, next, None)
}

async fn show(
    allowed: Allowed<SignedIn>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let next = local_path(form.one("next"));
    let shown = match (form.one("passkey"), form.one("code")) {
        ("", "") => Shown::Password(SecretString::from(form.required("password")?)),
        ("", code) => Shown::Code(SecretString::from(code)),
        (passkey, _) => Shown::Passkey(credential(passkey)),
    };
    match step_up::show(state.app(), &allowed.grant, shown, &allowed.origin).await {
        Ok(()) => Ok(Redirect::to(next.unwrap_or("/")).into_response()),
        Err(Error::Invalid(problems)) => {
            let why = problems.first().map(|problem| view::sentence(&problem.detail));
            let mut page = the_form(&allowed, &state, next, why)?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
}

fn the_form(
    allowed: &Allowed<SignedIn>,
    state: &WebState,
    next: Option<&str>,
    error: Option<String>,
) -> Result<Response, Problem> {
    let own = allowed.actor().passkeys();
    Ok(page(&StepUp {
        shell: shell(state.app(), session_of(allowed)?, Section::None),
        by_code: allowed.actor().has_second_factor(),
        passkey: (own.enrolled && passkeys::available(state.app())).then(AskPasskey::to_step_up),
        passkey_demanded: own.enrolled && allowed.actor().owes_a_passkey(),
        next: next.map(str::to_owned),
        error,
    }))
}
