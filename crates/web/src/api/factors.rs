//! One's own second factors, showing one in a living session, and what the company demands.

use access::actor::{PasskeyPolicy, SecondFactorPolicy};
use access::permission::{ConfigureSecurity, EnrolFactors, ManageFactors, SignedIn};
use app::factors;
use app::step_up::{self, Shown};
use axum::Json as Answer;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::body::Json;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// A second factor, or the password of who has none: exactly one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepUp {
    /// Six digits of the app, or a backup code.
    #[serde(default)]
    #[schema(value_type = String, required = false, format = "password")]
    code: Option<SecretString>,
    /// The password, where one has no second factor.
    #[serde(default)]
    #[schema(value_type = String, required = false, format = "password")]
    password: Option<SecretString>,
    /// The credential of WebAuthn that was asked for in this session, as JSON.
    #[serde(default)]
    #[schema(value_type = Object, required = false)]
    passkey: Option<Value>,
}

/// The first code of an app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstCode {
    /// Six digits.
    #[schema(value_type = String, format = "password")]
    code: SecretString,
}

/// What one has to show beside the password.
#[derive(Serialize, ToSchema)]
pub(crate) struct Factors {
    /// Since when one-time passwords of an app are active; null where they are not.
    #[serde(with = "time::serde::rfc3339::option")]
    totp_active_since: Option<OffsetDateTime>,
    /// Whether this session is enrolling an app.
    totp_pending: bool,
    /// Backup codes not used yet.
    backup_codes_left: u32,
    /// Of whom the company demands a second factor: `optional`, `supervisors` or `everyone`.
    company_demands: String,
    /// Of whom it demands a passkey: `optional` or `managers`.
    company_demands_passkeys: String,
}

/// What an authenticator app is given; pending until its first code.
#[derive(Serialize, ToSchema)]
pub(crate) struct TotpEnrolment {
    /// The secret in base32, to type.
    #[schema(format = "password")]
    secret: String,
    /// The same as `otpauth` URI.
    #[schema(format = "password")]
    uri: String,
    /// Where the QR code of the URI is, for 900 seconds and this session.
    #[schema(example = "/api/v1/me/factors/totp/qr.png")]
    qr: &'static str,
}

/// Ten codes, each good once, shown now and never again.
#[derive(Serialize, ToSchema)]
pub(crate) struct BackupCodes {
    /// The codes.
    #[schema(value_type = Vec<String>)]
    backup_codes: Vec<String>,
}

/// What a company demands.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demand {
    /// `optional`, `supervisors` (from SUPERVISOR up) or `everyone`.
    #[schema(example = "supervisors")]
    policy: String,
    /// `optional`, or `managers` (from MANAGER up): of whom a passkey is demanded. Absent, it stays as it is.
    #[serde(default)]
    #[schema(example = "managers", required = false)]
    passkeys: Option<String>,
}

impl From<Vec<Zeroizing<String>>> for BackupCodes {
    fn from(codes: Vec<Zeroizing<String>>) -> Self {
        let backup_codes = codes.iter().map(|code| code.to_string()).collect();
        Self { backup_codes }
    }
}

/// Shows a second factor in this session, or the password where one has none. It counts for 900 seconds.
#[utoipa::path(post, path = "/api/v1/me/step-up", tag = "factors", security(("bearer" = [])),
    request_body = StepUp, responses(
    (status = 204, description = "Shown"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
    (status = 429, response = crate::api::schema::ProblemDocument),
    (status = 503, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn step_up(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
    Json(form): Json<StepUp>,
) -> Result<StatusCode, Problem> {
    let shown = match (form.code, form.password, form.passkey) {
        (Some(code), None, None) => Shown::Code(code),
        (None, Some(password), None) => Shown::Password(password),
        (None, None, Some(passkey)) => Shown::Passkey(passkey),
        _ => {
            return Err(Problem::invalid(
                "",
                "send either `code`, `password` or `passkey`",
            ));
        }
    };
    step_up::show(state.app(), &caller.grant, shown, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's second factors.
#[utoipa::path(get, path = "/api/v1/me/factors", tag = "factors", security(("bearer" = [])), responses(
    (status = 200, body = Factors),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<SignedIn>,
    State(state): State<WebState>,
) -> Result<Answer<Factors>, Problem> {
    let own = factors::list(state.app(), &caller.grant).await?;
    Ok(Answer(Factors {
        totp_active_since: own.active_since,
        totp_pending: own.pending,
        backup_codes_left: own.codes_left,
        company_demands: caller.actor().second_factor_policy().as_str().to_owned(),
        company_demands_passkeys: caller.actor().passkeys().policy.as_str().to_owned(),
    }))
}

/// Begins to enrol an authenticator app. An app enrolled before stays active until this one is confirmed.
#[utoipa::path(post, path = "/api/v1/me/factors/totp", tag = "factors", security(("bearer" = [])), responses(
    (status = 201, body = TotpEnrolment),
    (status = 401, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn begin(
    caller: Allowed<EnrolFactors>,
    State(state): State<WebState>,
) -> Result<(StatusCode, Answer<TotpEnrolment>), Problem> {
    let enrolment = factors::begin(state.app(), &caller.grant, &caller.origin).await?;
    let answer = TotpEnrolment {
        secret: enrolment.secret.to_string(),
        uri: enrolment.uri.to_string(),
        qr: "/api/v1/me/factors/totp/qr.png",
    };
    Ok((StatusCode::CREATED, Answer(answer)))
}

/// The QR code of the app that this session enrols.
#[utoipa::path(get, path = "/api/v1/me/factors/totp/qr.png", tag = "factors", security(("bearer" = [])), responses(
    (status = 200, content_type = "image/png", body = Vec<u8>),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn picture(
    caller: Allowed<EnrolFactors>,
    State(state): State<WebState>,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Problem> {
    let picture = factors::picture(state.app(), &caller.grant).await?;
    Ok(([(CONTENT_TYPE, "image/png")], picture))
}

/// Makes the app active with its first code. Answers the backup codes.
#[utoipa::path(post, path = "/api/v1/me/factors/totp/confirm", tag = "factors", security(("bearer" = [])),
    request_body = FirstCode, responses(
    (status = 200, body = BackupCodes),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn confirm(
    caller: Allowed<EnrolFactors>,
    State(state): State<WebState>,
    Json(form): Json<FirstCode>,
) -> Result<Answer<BackupCodes>, Problem> {
    let codes = factors::confirm(state.app(), &caller.grant, &form.code, &caller.origin).await?;
    Ok(Answer(codes.into()))
}

/// Removes one's app, and with the last of one's factors the backup codes. The last one stays while the password is shorter than one that stands alone.
#[utoipa::path(delete, path = "/api/v1/me/factors/totp", tag = "factors", security(("bearer" = [])), responses(
    (status = 204, description = "Removed"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn remove(
    caller: Allowed<ManageFactors>,
    State(state): State<WebState>,
) -> Result<StatusCode, Problem> {
    factors::remove(state.app(), &caller.grant, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes ten new backup codes; those before are void.
#[utoipa::path(post, path = "/api/v1/me/factors/backup-codes", tag = "factors", security(("bearer" = [])), responses(
    (status = 200, body = BackupCodes),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn renew_backup_codes(
    caller: Allowed<ManageFactors>,
    State(state): State<WebState>,
) -> Result<Answer<BackupCodes>, Problem> {
    let codes = factors::renew_backup_codes(state.app(), &caller.grant, &caller.origin).await?;
    Ok(Answer(codes.into()))
}

/// Sets of whom the company demands a second factor, and of whom a passkey. Whom it catches without one may do nothing but enrol and read what to do in an emergency.
#[utoipa::path(put, path = "/api/v1/company/second-factor-policy", tag = "factors", security(("bearer" = [])),
    request_body = Demand, responses(
    (status = 204, description = "Set"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn demand(
    caller: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    Json(form): Json<Demand>,
) -> Result<StatusCode, Problem> {
    let policy = form.policy.parse::<SecondFactorPolicy>();
    let policy = policy.map_err(|error| Problem::invalid("/policy", error.to_string()))?;
    let passkeys = form
        .passkeys
        .as_deref()
        .map(str::parse::<PasskeyPolicy>)
        .transpose();
    let passkeys = passkeys.map_err(|error| Problem::invalid("/passkeys", error.to_string()))?;
    factors::demand(state.app(), &caller.grant, policy, passkeys, &caller.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
