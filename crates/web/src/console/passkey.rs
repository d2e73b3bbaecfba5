//! Passkeys in the console: registering, renaming, removing, being asked for one, and signing in with one alone.
//!
//! A script gives the browser what a `begin` answers, and sends back what the browser answers in the field `passkey` of
//! a form, so that every answer is a form of our own like any other.

use access::permission::{EnrolFactors, ManageFactors, SignedIn};
use app::{Error, Origin, passkeys, sign_in, step_up};
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::form::Posted;
use super::pages::{BackupCodes, Section};
use super::sign_in::signed_in;
use super::{local_path, page, session_of, shell, sign_in_form};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .public(
            Method::POST,
            "/sign-in/passkey/begin",
            "nobody is signed in yet, and nobody is named",
            invite,
        )
        .public(
            Method::POST,
            "/sign-in/passkey",
            "the passkey is the proof",
            accept,
        )
        .public(
            Method::POST,
            "/sign-in/second-factor/passkey",
            "the ticket is the proof so far",
            ask_second_factor,
        )
        .post("/step-up/passkey", ask_step_up)
        .post("/security/passkeys/begin", begin)
        .post("/security/passkeys", finish)
        .post("/security/passkeys/{id}/rename", rename)
        .post("/security/passkeys/{id}/remove", remove)
}

/// What a browser answered; what is no JSON is an answer that is refused like any other.
pub(super) fn credential(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

async fn invite(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
) -> Result<Json<Value>, Problem> {
    let invitation = sign_in::invite(state.app(), &origin).await?;
    let (attempt, options) = (invitation.attempt.as_str(), invitation.options);
    Ok(Json(json!({"attempt": attempt, "options": options})))
}

async fn accept(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    form: Posted,
) -> Result<Response, Problem> {
    let next = local_path(form.one("next"));
    let (attempt, passkey) = (form.one("attempt"), credential(form.one("passkey")));
    match sign_in::console_with_passkey(state.app(), attempt, passkey, &origin).await {
        Ok(token) => signed_in(&token, next),
        Err(Error::PasskeyRefused) => {
            let why = "The passkey was not accepted. Try again, or sign in with your password.";
            let next = next.map(str::to_owned);
            let mut page = sign_in_form(state.app(), String::new(), next, Some(why.to_owned()));
            *page.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask_second_factor(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    form: Posted,
) -> Result<Json<Value>, Problem> {
    let ticket = form.required("ticket")?;
    let options = sign_in::console_ask_passkey(state.app(), ticket, &origin).await?;
    Ok(Json(json!({"options": options})))
}

async fn ask_step_up(
    allowed: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Json<Value>, Problem> {
    let options = step_up::ask_passkey(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(Json(json!({"options": options})))
}

async fn begin(
    allowed: Allowed<EnrolFactors>,
    State(state): State<WebState>,
) -> Result<Json<Value>, Problem> {
    let options = passkeys::begin(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(Json(json!({"options": options})))
}

async fn finish(
    allowed: Allowed<EnrolFactors>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let (app, answer) = (state.app(), credential(form.one("passkey")));
    let label = form.one("label");
    let made = passkeys::finish(app, &allowed.grant, answer, label, &allowed.origin).await?;
    if made.backup_codes.is_empty() {
        return Ok(Redirect::to("/security").into_response());
    }
    Ok(page(&BackupCodes {
        shell: shell(app, session_of(&allowed)?, Section::Security),
        codes: made.backup_codes.iter().map(|code| code.to_string()).collect(),
        just_enrolled: true,
    }))
}

async fn rename(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let (id, label) = (
        id.parse().map_err(|_| Error::NotFound("passkey"))?,
        form.required("label")?,
    );
    passkeys::rename(state.app(), &allowed.grant, id, label, &allowed.origin).await?;
    Ok(Redirect::to("/security"))
}

async fn remove(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    let id = id.parse().map_err(|_| Error::NotFound("passkey"))?;
    passkeys::remove(state.app(), &allowed.grant, id, &allowed.origin).await?;
    Ok(Redirect::to("/security"))
}
