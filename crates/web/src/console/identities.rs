//! Who one is at the providers of one's company: linking and taking a link away (AUTH-9).

use access::permission::ManageFactors;
use app::{Error, oidc};
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};

use super::form::Posted;
use super::pages::Section;
use super::provider_sign_in::leave;
use super::{session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .post("/security/identities", link)
        .post("/security/identities/confirm", confirm)
        .post("/security/identities/{id}/remove", unlink)
}

async fn link(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let provider = form.required("provider")?.parse();
    let provider = provider.map_err(|_| Error::NotFound("provider"))?;
    let app = state.app();
    let leaving = oidc::begin_link(app, &allowed.grant, provider, "/security", &allowed.origin).await?;
    let shell = shell(app, session_of(&allowed)?, Section::Security);
    leave(shell, leaving, "/security")
}

async fn confirm(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Redirect, Problem> {
    let offer = form.required("offer")?;
    oidc::confirm_link(state.app(), &allowed.grant, offer, &allowed.origin).await?;
    Ok(Redirect::to("/security"))
}

async fn unlink(
    allowed: Allowed<ManageFactors>,
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Redirect, Problem> {
    let id = id.parse().map_err(|_| Error::NotFound("identity"))?;
    oidc::unlink(state.app(), &allowed.grant, id, &allowed.origin).await?;
    Ok(Redirect::to("/security"))
}
