//! The company's data keys, for its administrators: which there are, how far a rotation is, and having another made.

use std::collections::BTreeMap;

use access::ids::PLATFORM_COMPANY;
use access::permission::{ConfigureSecurity, ConfigureSystem};
use app::keys::{self, KeyFacts, Progress};
use axum::extract::{Query, State};
use axum::response::{Redirect, Response};
use serde::Deserialize;

use super::form::Posted;
use super::pages::{DataKeyView, DataKeysPage, Notice, NoticeKind, PurposeView, RotationView, Section};
use super::view::moment;
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get("/data-keys", list)
        .post("/data-keys/rotate", rotate)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
}

async fn list(
    allowed: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let app = state.app();
    let (keys, rotations) = keys::list(app, &allowed.grant).await?;
    let mut shell = shell(app, session_of(&allowed)?, Section::Security);
    shell.notice = (done.done == "begun").then(|| Notice {
        kind: NoticeKind::Success,
        text:
            "Another key seals from now on. What the one before sealed is sealed anew while everybody works."
                .to_owned(),
    });
    Ok(page(&DataKeysPage {
        shell,
        purposes: purposes(keys, &rotations, allowed.actor().company() == PLATFORM_COMPANY),
        // Whoever could after showing a second factor is led there.
        may_rotate: app.could::<ConfigureSecurity>(allowed.actor()),
    }))
}

async fn rotate(
    allowed: Allowed<ConfigureSecurity>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Redirect, Problem> {
    keys::rotate(state.app(), &allowed.grant, &allowed.origin, form.one("purpose")).await?;
    Ok(Redirect::to("/data-keys?done=begun"))
}

/// The keys by what they are for, each with the last rotation.
fn purposes(keys: Vec<KeyFacts>, rotations: &[Progress], is_platform: bool) -> Vec<PurposeView> {
    let mut found: BTreeMap<String, Vec<DataKeyView>> = BTreeMap::new();
    // Signing keys and letters are sealed with the platform's own.
    let is_used = |key: &KeyFacts| is_platform || !["signing_key", "notice"].contains(&key.purpose.as_str());
    for key in keys.into_iter().filter(is_used) {
        let view = DataKeyView {
            id: key.id.to_string(),
            state: match key.state.as_str() {
                "active" => "In use",
                "retired" => "Retired",
                _ => "Destroyed",
            },
            slug: key.state,
            values: key.sealed,
            created: moment(key.created_at),
            destroyed: key.destroyed_at.map(moment),
        };
        found.entry(key.purpose).or_default().push(view);
    }
    let view = |(purpose, mut keys): (String, Vec<DataKeyView>)| {
        keys.reverse();
        let last = rotations.iter().find(|rotation| rotation.purpose == purpose);
        PurposeView {
            seals: seals(&purpose),
            last: last.map(rotation),
            keys,
            purpose,
        }
    };
    found.into_iter().map(view).collect()
}

/// What is sealed for a purpose, in words; none where nothing is, and the key does not rotate.
fn seals(purpose: &str) -> Option<&'static str> {
    match purpose {
        "contact" => Some("Addresses, phones and e-mails of shipments; descriptions of incidents"),
        "identity" => Some("What people sign in with"),
        "credential" => Some("Second factors, and secrets of identity providers"),
        "signing_key" => Some("The platform's signing keys"),
        "notice" => Some("Letters that wait to be sent"),
        _ => None,
    }
}

fn rotation(rotation: &Progress) -> RotationView {
    RotationView {
        is_running: rotation.state == "running",
        is_whole: rotation.state == "done",
        total: rotation.total,
        // Of what there was; what was written meanwhile is under the new key anyway.
        done: (rotation.total - rotation.remaining).clamp(0, rotation.total),
        remaining: rotation.remaining,
        unreadable: rotation.unreadable,
        started: moment(rotation.started_at),
        finished: rotation.finished_at.map(moment),
    }
}
