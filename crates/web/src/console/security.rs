//! A person's own second factors: enrol an app, see and renew backup codes, remove; and for administrators what
//! the company demands (AUTH-6, AUTH-7, M11).

use access::actor::{PasskeyPolicy, SecondFactorPolicy};
use access::permission::{ConfigureSecurity, ConfigureSystem, EnrolFactors, ManageFactors, SignedIn};
use app::factors::Demanded;
use app::oidc::OwnIdentity;
use app::{Error, factors, oidc, passkeys};
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::form::Posted;
use super::pages::{
    BackupCodes, EnrolTotp, IdentityView, Notice, NoticeKind, PasskeyView, PolicyChoice, Section, Security,
};
use super::{factor_reset, page, session_of, shell, view};
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

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn overview(
    allowed: Allowed<SignedIn>,
    State(state): State<WebState>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let (app, actor) = (state.app(), allowed.actor());
    let mut shell = shell(app, session_of(&allowed)?, Section::Security);
    shell.notice = (done.done == "password").then(|| Notice {
        kind: NoticeKind::Success,
        text: "Your password is changed, and all your other sessions are over.".to_owned(),
    });
    let own = factors::list(app, &allowed.grant).await?;
    let reset = app::factor_reset::own(app, &allowed.grant).await?;
    let identities = oidc::own_identities(app, &allowed.grant).await?;
    // Whoever could set it after showing a second factor is led there, so the form is shown by role.
    let may_set = app.could::<ConfigureSecurity>(actor);
    let (policy, passkey_policy) = (actor.second_factor_policy(), actor.passkeys().policy);
    let demanded = factors::demanded(app, actor);
    let their = passkeys::list(app, &allowed.grant).await?;
    Ok(page(&Security {
        shell,
        active_since: own.active_since.map(view::moment),
        pending: own.pending,
        codes_left: own.codes_left,
        identities: identities.into_iter().map(identity).collect(),
        passkeys: their.into_iter().map(passkey).collect(),
        passkeys_available: passkeys::available(app),
        reset: reset.map(|reset| factor_reset::view(reset, actor.user())),
        demanded: demanded.is_some(),
        passkey_demanded: demanded == Some(Demanded::Passkey),
        demands: in_words(policy).to_owned(),
        demands_passkeys: passkeys_in_words(passkey_policy).to_owned(),
        may_see_keys: app.may::<ConfigureSystem>(actor).is_some(),
        policies: if may_set { choices(policy) } else { Vec::new() },
        passkey_policies: if may_set {
            passkey_choices(passkey_policy)
        } else {
            Vec::new()
        },
    }))
}

async fn begin(allowed: Allowed<EnrolFactors>, State(state): State<WebState>) -> Result<Redirect, Problem> {
    factors::begin(state.app(), &allowed.grant, &allowed.origin).await?;
    Ok(Redirect::to("/security/totp"))
}

async fn enrol(allowed: Allowed<EnrolFactors>, State(state): State<WebState>) -> Result<Response, Problem> {
    enrolment(&allowed, &state, None).await
}

/// The page with the secret; where nothing is pending any more, back to where enrolling begins.
async fn enrolment(
    allowed: &Allowed<EnrolFactors>,
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
    allowed: Allowed<EnrolFactors>,
    State(state): State<WebState>,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Problem> {
    let picture = factors::picture(state.app(), &allowed.grant).await?;
    Ok(([(CONTENT_TYPE, "image/png")], picture))
}

async fn confirm(
    allowed: Allowed<EnrolFactors>,
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
    let passkeys = match form.one("passkey_policy") {
        "" => None,
        passkeys => Some(passkeys.parse::<PasskeyPolicy>()),
    };
    let passkeys = passkeys.transpose();
    let passkeys = passkeys.map_err(|error| Problem::invalid("/passkey_policy", error.to_string()))?;
    factors::demand(state.app(), &allowed.grant, policy, passkeys, &allowed.origin).await?;
    Ok(Redirect::to("/security"))
}

fn passkey(own: passkeys::OwnPasskey) -> PasskeyView {
    PasskeyView {
        id: own.id.to_string(),
        label: own.label,
        created: view::moment(own.created_at),
        used: own.last_used_at.map(view::moment),
        copied: own.backed_up,
        suspect_since: own.suspect_since.map(view::moment),
    }
}

const fn passkeys_in_words(policy: PasskeyPolicy) -> &'static str {
    match policy {
        PasskeyPolicy::Optional => "nobody",
        PasskeyPolicy::Managers => "managers and above",
    }
}

fn passkey_choices(chosen: PasskeyPolicy) -> Vec<PolicyChoice> {
    let choice = |policy: PasskeyPolicy| PolicyChoice {
        value: policy.as_str().to_owned(),
        text: view::capitalised(passkeys_in_words(policy)),
        chosen: policy == chosen,
    };
    PasskeyPolicy::ALL.into_iter().map(choice).collect()
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
