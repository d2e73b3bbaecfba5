//! One's own passkeys, being asked for one, and signing in with one alone.
//!
//! What goes to and comes from a browser is the JSON of WebAuthn Level 3: `parseCreationOptionsFromJSON`,
//! `parseRequestOptionsFromJSON`, and `toJSON` of the credential.

use access::permission::{EnrolFactors, ManageFactors, SignedIn};
use app::{Origin, passkeys, sign_in, step_up};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json as Answer};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::body::{IdPath, Json};
use super::sessions::{CLIENT, Tokens};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// A passkey.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyDocument {
    /// Its id, `fct_…`.
    id: String,
    /// What its owner calls it.
    label: String,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When it was last shown.
    #[serde(with = "time::serde::rfc3339::option")]
    last_used_at: Option<OffsetDateTime>,
    /// Whether it may be copied to other devices of its owner.
    backup_eligible: bool,
    /// Whether it has been.
    backed_up: bool,
    /// Since when the count of its authenticator speaks of a copy; null where it does not.
    #[serde(with = "time::serde::rfc3339::option")]
    suspect_since: Option<OffsetDateTime>,
}

/// One's passkeys, the oldest first; ten at most.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyList {
    passkeys: Vec<PasskeyDocument>,
}

/// What a browser is given, good for five minutes and one answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Options {
    /// The options of WebAuthn, as JSON.
    #[schema(value_type = Object)]
    options: Value,
}

/// What a browser is given to sign in, good for five minutes and one answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    /// Names this attempt.
    #[schema(format = "password")]
    attempt: String,
    /// The options of WebAuthn, as JSON.
    #[schema(value_type = Object)]
    options: Value,
}

/// What a browser answered to a registration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPasskey {
    /// The credential of WebAuthn, as JSON.
    #[schema(value_type = Object)]
    credential: Value,
    /// What to call it: one line of at most 60 characters.
    #[serde(default)]
    #[schema(example = "Office laptop")]
    label: String,
}

/// What is there now.
#[derive(Serialize, ToSchema)]
pub(crate) struct Registered {
    /// Its id, `fct_…`.
    id: String,
    /// What it is called.
    label: String,
    /// Ten codes, each good once, shown now and never again, when this is one's first second factor; otherwise none.
    backup_codes: Vec<String>,
}

/// What to call a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Label {
    /// One line of at most 60 characters.
    #[schema(example = "Office laptop")]
    label: String,
}

/// A ticket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ticket {
    /// What signing in with the password answered.
    #[schema(value_type = String, format = "password")]
    ticket: SecretString,
}

/// What a browser answered to an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accepted {
    /// What the invitation named this attempt.
    #[schema(value_type = String, format = "password")]
    attempt: SecretString,
    /// The credential of WebAuthn, as JSON.
    #[schema(value_type = Object)]
    credential: Value,
}

/// One's own passkeys.
#[utoipa::path(get, path = "/api/v1/me/passkeys", tag = "factors", security(("bearer" = [])), responses(
    (status = 200, body = PasskeyList),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Answer<PasskeyList>, Problem> {
    let own = passkeys::list(state.app(), &caller.grant).await?;
    let document = |passkey: passkeys::OwnPasskey| PasskeyDocument {
        id: passkey.id.to_string(),
        label: passkey.label,
        created_at: passkey.created_at,
        last_used_at: passkey.last_used_at,
        backup_eligible: passkey.backup_eligible,
        backed_up: passkey.backed_up,
        suspect_since: passkey.suspect_since,
    };
    Ok(Answer(PasskeyList {
        passkeys: own.into_iter().map(document).collect(),
    }))
}

/// Begins to register a passkey: answers what to give to `navigator.credentials.create`.
#[utoipa::path(post, path = "/api/v1/me/passkeys/begin", tag = "factors", security(("bearer" = [])), responses(
    (status = 200, body = Options),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn begin(
    caller: Allowed<EnrolFactors>,
    State(state): State<WebState>,
) -> Result<Answer<Options>, Problem> {
    let options = passkeys::begin(state.app(), &caller.grant, &caller.origin).await?;
    Ok(Answer(Options { options }))
}

/// Finishes a registration. A first second factor comes with backup codes.
#[utoipa::path(post, path = "/api/v1/me/passkeys", tag = "factors", security(("bearer" = [])),
    request_body = NewPasskey, responses(
    (status = 201, body = Registered),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn finish(
    caller: Allowed<EnrolFactors>,
    State(state): State<WebState>,
    Json(form): Json<NewPasskey>,
) -> Result<(StatusCode, Answer<Registered>), Problem> {
    let (app, grant) = (state.app(), &caller.grant);
    let made = passkeys::finish(app, grant, form.credential, &form.label, &caller.origin).await?;
    let answer = Registered {
        id: made.id.to_string(),
        label: made.label,
        backup_codes: made.backup_codes.iter().map(|code| code.to_string()).collect(),
    };
    Ok((StatusCode::CREATED, Answer(answer)))
}

/// Calls a passkey otherwise.
#[utoipa::path(put, path = "/api/v1/me/passkeys/{id}", tag = "factors", params(("id" = String, Path)),
    security(("bearer" = [])), request_body = Label, responses(
    (status = 204, description = "Renamed"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn rename(
    caller: Allowed<ManageFactors>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Factor>,
    Json(form): Json<Label>,
) -> Result<StatusCode, Problem> {
    passkeys::rename(state.app(), &caller.grant, id, &form.label, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a passkey. What was proved is void; with one's last second factor the backup codes are too, and it stays while the password is shorter than one that stands alone.
#[utoipa::path(delete, path = "/api/v1/me/passkeys/{id}", tag = "factors", params(("id" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Removed"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn remove(
    caller: Allowed<ManageFactors>,
    State(state): State<WebState>,
    IdPath(id): IdPath<access::ids::Factor>,
) -> Result<StatusCode, Problem> {
    passkeys::remove(state.app(), &caller.grant, id, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a passkey in this session: answers what to give to `navigator.credentials.get`.
#[utoipa::path(post, path = "/api/v1/me/step-up/passkey", tag = "factors", security(("bearer" = [])), responses(
    (status = 200, body = Options),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn ask_step_up(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Answer<Options>, Problem> {
    let options = step_up::ask_passkey(state.app(), &caller.grant, &caller.origin).await?;
    Ok(Answer(Options { options }))
}

/// Asks for a passkey as the second step of a sign-in.
#[utoipa::path(post, path = "/api/v1/sessions/second-factor/passkey", tag = "sessions", request_body = Ticket,
    responses(
    (status = 200, body = Options),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn ask_second_factor(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    Json(form): Json<Ticket>,
) -> Result<Answer<Options>, Problem> {
    let options = sign_in::api_ask_passkey(state.app(), form.ticket.expose_secret(), &origin).await?;
    Ok(Answer(Options { options }))
}

/// Begins a sign-in with a passkey alone, which says whose it is: no e-mail, no password.
#[utoipa::path(post, path = "/api/v1/sessions/passkey/begin", tag = "sessions", responses(
    (status = 200, body = Invitation),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 429, response = crate::api::schema::ProblemDocument),
    (status = 503, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn invite(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
) -> Result<Answer<Invitation>, Problem> {
    let invitation = sign_in::invite(state.app(), &origin).await?;
    Ok(Answer(Invitation {
        attempt: invitation.attempt.to_string(),
        options: invitation.options,
    }))
}

/// Signs in with a passkey alone. It counts as two factors: what one holds, and what unlocks it.
#[utoipa::path(post, path = "/api/v1/sessions/passkey", tag = "sessions", request_body = Accepted, responses(
    (status = 200, body = Tokens),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn accept(
    State(state): State<WebState>,
    Extension(origin): Extension<Origin>,
    Json(form): Json<Accepted>,
) -> Result<Answer<Tokens>, Problem> {
    let attempt = form.attempt.expose_secret();
    let pair = sign_in::api_with_passkey(state.app(), attempt, form.credential, CLIENT, &origin).await?;
    Ok(Answer(pair.into()))
}
