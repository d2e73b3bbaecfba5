//! The providers that a company's people sign in at, in the hands of its administrators (AUTH-9).

use access::permission::ConfigureSecurity;
use app::oidc::{self, Change, Draft, ProviderRow};
use app::{App, Error};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;

use super::form::Posted;
use super::pages::{IdentityProviders, ProviderView, Section};
use super::{page, session_of, shell, view};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

const PAGE: &str = "/identity-providers";

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get(PAGE, list)
        .post(PAGE, add)
        .post("/identity-providers/{id}", change)
        .post("/identity-providers/{id}/remove", remove)
}

async fn list(
    allowed: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
) -> Result<Response, Problem> {
    Ok(page(&page_of(&allowed, state.app()).await?))
}

async fn page_of(allowed: &Allowed<ConfigureSecurity>, app: &App) -> Result<IdentityProviders, Problem> {
    let providers = oidc::list(app, &allowed.grant).await?;
    Ok(IdentityProviders {
        shell: shell(app, session_of(allowed)?, Section::Security),
        providers: providers.into_iter().map(|row| provider(app, row)).collect(),
        redirect_uri: app.redirect_uri(),
        error: None,
        name: String::new(),
        issuer: String::new(),
        client_id: String::new(),
    })
}

async fn add(
    allowed: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let (name, issuer, client_id) = (
        form.required("name")?.to_owned(),
        form.required("issuer")?.to_owned(),
        form.required("client_id")?.to_owned(),
    );
    let draft = Draft {
        name: name.clone(),
        issuer: issuer.clone(),
        client_id: client_id.clone(),
        client_secret: SecretString::from(form.required("client_secret")?),
    };
    match oidc::add(state.app(), &allowed.grant, draft, &allowed.origin).await {
        Ok(_) => Ok(Redirect::to(PAGE).into_response()),
        Err(error) => {
            let page = page_of(&allowed, state.app()).await?;
            let typed = IdentityProviders {
                name,
                issuer,
                client_id,
                ..page
            };
            refused(typed, error)
        }
    }
}

async fn change(
    allowed: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    Path(id): Path<String>,
    form: Posted,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Error::NotFound("provider"))?;
    let secret = form.one("client_secret");
    let change = Change {
        name: form.required("name")?.to_owned(),
        client_id: form.required("client_id")?.to_owned(),
        client_secret: (!secret.is_empty()).then(|| SecretString::from(secret)),
        enabled: form.one("enabled") == "yes",
    };
    match oidc::change(state.app(), &allowed.grant, id, change, &allowed.origin).await {
        Ok(()) => Ok(Redirect::to(PAGE).into_response()),
        Err(error) => refused(page_of(&allowed, state.app()).await?, error),
    }
}

async fn remove(
    allowed: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    let id = id.parse().map_err(|_| Error::NotFound("provider"))?;
    oidc::remove(state.app(), &allowed.grant, id, &allowed.origin).await?;
    Ok(Redirect::to(PAGE))
}

/// The page with what is wrong.
fn refused(mut found: IdentityProviders, error: Error) -> Result<Response, Problem> {
    let (status, why) = match &error {
        Error::Invalid(problems) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            problems.first().map(|problem| view::sentence(&problem.detail)),
        ),
        Error::State(why) => (StatusCode::CONFLICT, Some(view::sentence(why))),
        _ => return Err(error.into()),
    };
    found.error = why;
    Ok((status, page(&found)).into_response())
}

fn provider(app: &App, row: ProviderRow) -> ProviderView {
    ProviderView {
        id: row.id.to_string(),
        logout_uri: app.back_channel_logout_uri(row.id),
        name: row.name,
        issuer: row.issuer,
        client_id: row.client_id,
        enabled: row.enabled,
        linked: match row.linked {
            1 => "1 person".to_owned(),
            count => format!("{count} people"),
        },
    }
}
