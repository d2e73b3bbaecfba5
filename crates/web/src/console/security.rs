//! A person's own second factors: enrol an app, see and renew backup codes, remove; and for administrators what
//! the company demands (AUTH-6, AUTH-7, M11).

use access::actor::SecondFactorPolicy;
use access::permission::{ConfigureSecurity, ManageFactors, SignedIn};
use app::oidc::OwnIdentity;
use app::{Error, factors, oidc};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;

use super::form::Posted;
use super::pages::{BackupCodes, EnrolTotp, IdentityView, PolicyChoice, Section, Security};
use super::{page, session_of, shell, view};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/security", overview)
        .post("/security/totp", begin)
        .get("/security/totp", enrol)
        .get("/security/totp/qr.png", picture)
        .post("/security/totp/confirm", confirm)
        .post("/security/totp/remove", remove)
        .post("/security/backup-codes", renew_backup_codes)
        .post("/security/policy", demand)
}

async fn overview(allowed: Allowed<SignedIn>, State(state): State<WebState>) -> Result<Response, Problem> {
    let (app, actor) = (state.app(), allowed.actor());
    let own = factors::list(app, &allowed.grant).await?;
    let identities = oidc::own_identities(app, &allowed.grant).await?;
    // Whoever could set it after showing a second factor is led there, so the form is shown by role.
    let may_set = app.could::<ConfigureSecurity>(actor);
    let policy = actor.second_factor_policy();
    Ok(page(&Security {
        shell: shell(app, session_of(&allowed)?, Section::Security),
        active_since: own.active_since.map(view::moment),
        pending: own.pending,
        codes_left: own.codes_left,
        identities: identities.into_iter().map(identity).collect(),
        demanded: factors::demanded(app, actor),
        demands: in_words(policy).to_owned(),
        policies: if may_set { choices(policy) } else { Vec::new() },
    }))
}

async fn begin(allowed: Allowed<ManageFactors>, State(state): State<WebState>) -> Result<Redirect, Problem> {
    factors::begin(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(Redirect::to("/security/totp"))
}

async fn enrol(allowed: Allowed<ManageFactors>, State(state): State<WebState>) -> Result<Response, Problem> {
    enrolment(&allowed, &state, None).await
}

/// The page with the secret; where nothing is pending any more, back to where enrolling begins.
async fn enrolment(
    allowed: &Allowed<ManageFactors>,
    state: &WebState,
    error: Option<String>,
) -> Result<Response, Problem> {
    let enrolment = match factors::pending(state.app(), &allowed.grant).await {
        Ok(enrolment) => enrolment,
        Err(Error::NotFound(_)) => return Ok(Redirect::to("/security").into_response()),
        Err(error) => return Err(error.into()),
    };
    Ok(page(&EnrolTotp {
        shell: shell(state.app(), session_of(allowed)?, Section::Security),
        secret: enrolment.secret.to_string(),
        uri: enrolment.uri.to_string(),
        error,
    }))
}

async fn picture(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Problem> {
    let picture = factors::picture(state.app(), &allowed.grant).await?;
    Ok(([(CONTENT_TYPE, "image/png")], picture))
}

async fn confirm(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let code = SecretString::from(form.required("code")?);
    match factors::confirm(state.app(), &allowed.grant, &code, &allowed.origin).await {
        Ok(codes) => Ok(page(&BackupCodes {
            shell: shell(state.app(), session_of(&allowed)?, Section::Security),
            codes: codes.iter().map(|code| code.to_string()).collect(),
            just_enrolled: true,
        })),
        Err(Error::Invalid(problems)) => {
            let why = problems.first().map(|problem| view::sentence(&problem.detail));
            let mut page = enrolment(&allowed, &state, why).await?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove(allowed: Allowed<ManageFactors>, State(state): State<WebState>) -> Result<Redirect, Problem> {
    factors::remove(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(Redirect::to("/security"))
}

async fn renew_backup_codes(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
) -> Result<Response, Problem> {
    let codes = factors::renew_backup_codes(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(page(&BackupCodes {
        shell: shell(state.app(), session_of(&allowed)?, Section::Security),
        codes: codes.iter().map(|code| code.to_string()).collect(),
        just_enrolled: false,
    }))
}

async fn demand(
    allowed: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let policy = form.required("policy")?.parse::<SecondFactorPolicy>();
    let policy = policy.map_err(|error| Problem::invalid("/policy", error.to_string()))?;
    factors::demand(state.app(), &allowed.grant, policy, &allowed.origin).await?;
    Ok(Redirect::to("/security"))
}

fn identity(own: OwnIdentity) -> IdentityView {
    IdentityView {
        provider: own.provider.to_string(),
        name: own.name,
        issuer: own.issuer,
        enabled: own.enabled,
        linked: own
            .linked
            .map(|(id, since)| (id.to_string(), view::moment(since))),
    }
}

const fn in_words(policy: SecondFactorPolicy) -> &'static str {
    match policy {
        SecondFactorPolicy::Optional => "nobody",
        SecondFactorPolicy::Supervisors => "supervisors and above",
        SecondFactorPolicy::Everyone => "everyone",
    }
}

fn choices(chosen: SecondFactorPolicy) -> Vec<PolicyChoice> {
    let choice = |policy: SecondFactorPolicy| PolicyChoice {
        value: policy.as_str().to_owned(),
        text: view::capitalised(in_words(policy)),
        chosen: policy == chosen,
    };
    SecondFactorPolicy::ALL.into_iter().map(choice).collect()
}
