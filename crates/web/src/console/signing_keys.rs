//! The platform's signing keys, for administrators to see: what verifies tokens and papers, and for how long.
//! Rotating and destroying are commands of the platform's operator.

use access::permission::ConfigureSystem;
use app::signing::{self, PublishedKey, Standing};
use axum::extract::State;
use axum::response::Response;

use super::pages::{KeyView, Section, SigningKeys};
use super::view::moment;
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console).get("/signing-keys", list)
}

async fn list(allowed: Allowed<ConfigureSystem>, State(state): State<WebState>) -> Result<Response, Problem> {
    let app = state.app();
    let keys = signing::list(app, &allowed.grant).await?;
    let next = keys.iter().find_map(|key| match key.standing {
        Standing::Active { until } => Some(moment(until)),
        _ => None,
    });
    Ok(page(&SigningKeys {
        shell: shell(app, session_of(&allowed)?, Section::Security),
        next_rotation: next,
        keys: keys.into_iter().map(view).collect(),
    }))
}

fn view(key: PublishedKey) -> KeyView {
    let (state, slug, verifies, until) = match key.standing {
        Standing::Pending => ("Published", "pending", "nothing yet", None),
        Standing::Active { .. } => ("Signs", "active", "access tokens and papers", None),
        Standing::Retired { until } => (
            "Retired",
            "retired",
            "access tokens it signed, and papers",
            Some(moment(until)),
        ),
        Standing::Destroyed => ("Destroyed", "destroyed", "papers it signed", None),
    };
    KeyView {
        kid: key.kid,
        state,
        slug,
        verifies,
        until,
        published: moment(key.published_at),
        signed_from: key.signed_from.map(moment),
    }
}
