//! Is the process alive, can it serve (OPS-3): for balancers, so without sign-in and without detail.

use axum::extract::State;
use axum::http::{Method, StatusCode};

use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(crate) fn routes() -> Routes {
    Routes::new(Audience::Api)
        .public(
            Method::GET,
            "/healthz",
            "a balancer asks before anybody signs in",
            async || StatusCode::NO_CONTENT,
        )
        .public(
            Method::GET,
            "/readyz",
            "a balancer asks before anybody signs in",
            ready,
        )
}

async fn ready(State(state): State<WebState>) -> Result<StatusCode, Problem> {
    state.app().ready().await?;
    Ok(StatusCode::NO_CONTENT)
}
