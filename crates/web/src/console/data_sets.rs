//! The data sets that the company has loaded, and the keys that may sign them.

use access::permission::ConfigureSystem;
use app::data_sets::{self, keys};
use app::{App, Error, FieldProblem};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use dangerous_goods::dataset::OtherRegime;
use serde::Deserialize;

use super::form::Posted;
use super::pages::{DataSetsPage, Notice, NoticeKind, Section};
use super::view::{data_sets as view, other_name, sentence};
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::edge::{DATA_SETS, Upload};
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

/// Of a bundle with thousands of faults the first are told; whoever made it has the command line for the rest.
const MOST_FAULTS: usize = 50;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console)
        .get(DATA_SETS, show)
        .post("/data-sets/keys", trust)
        .post(DATA_SETS, load)
        .post("/data-sets/{regime}/withdraw", withdraw)
        .post("/data-sets/keys/withdraw", distrust)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Done {
    done: String,
    regime: String,
}

async fn show(
    allowed: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let mut filled = filled(&allowed, state.app()).await?;
    filled.shell.notice = notice(&done);
    Ok(page(&filled))
}

async fn load(
    allowed: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    upload: Upload,
) -> Result<Response, Problem> {
    let app = state.app();
    let sent = upload.one("bundle").unwrap_or_default();
    let loaded = match std::str::from_utf8(sent) {
        _ if sent.is_empty() => Err(refused("choose the file of a bundle first")),
        Err(_) => Err(refused("the file is not UTF-8 text")),
        Ok(bundle) => data_sets::load(app, &allowed.grant, &allowed.origin, None, bundle.to_owned()).await,
    };
    match loaded {
        Ok(regime) => Ok(back("loaded", regime.code())),
        Err(Error::Invalid(problems)) => {
            let mut filled = filled(&allowed, app).await?;
            filled.more_faults = problems.len().saturating_sub(MOST_FAULTS);
            filled.faults = in_words(&problems);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&filled)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn withdraw(
    allowed: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    Path(regime): Path<String>,
) -> Result<Response, Problem> {
    let known = OtherRegime::ALL.into_iter().find(|known| known.code() == regime);
    let regime = known.ok_or(Error::NotFound("data set"))?;
    data_sets::withdraw(state.app(), &allowed.grant, &allowed.origin, regime).await?;
    Ok(back("withdrawn", regime.code()))
}

async fn trust(
    allowed: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    let app = state.app();
    let key = form.one("key");
    let (status, why) = match keys::add(app, &allowed.grant, &allowed.origin, key).await {
        Ok(_) => return Ok(back("trusted", "")),
        Err(Error::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, in_words(&problems).join(" ")),
        Err(Error::State(why)) => (StatusCode::CONFLICT, sentence(why)),
        Err(error) => return Err(error.into()),
    };
    let mut filled = filled(&allowed, app).await?;
    // What was typed is not repeated: it may have been the private key.
    filled.key_fault = Some(why);
    Ok((status, page(&filled)).into_response())
}

async fn distrust(
    allowed: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    form: Posted,
) -> Result<Response, Problem> {
    keys::withdraw(state.app(), &allowed.grant, &allowed.origin, form.one("name")).await?;
    Ok(back("distrusted", ""))
}

/// The page as things stand.
async fn filled(allowed: &Allowed<ConfigureSystem>, app: &App) -> Result<DataSetsPage, Problem> {
    let today = app.now().date();
    let rows = data_sets::all(app, &allowed.grant).await?;
    let keys = keys::list(app, &allowed.grant).await?;
    Ok(DataSetsPage {
        shell: shell(app, session_of(allowed)?, Section::DataSets),
        data_sets: rows
            .iter()
            .map(|(regime, row)| view::of_regime(*regime, row.as_ref(), today))
            .collect(),
        keys: keys.iter().map(view::key).collect(),
        faults: Vec::new(),
        more_faults: 0,
        key_fault: None,
    })
}

fn refused(detail: &str) -> Error {
    Error::Invalid(vec![FieldProblem::new("/bundle", detail)])
}

fn in_words(problems: &[FieldProblem]) -> Vec<String> {
    let problems = problems.iter().take(MOST_FAULTS);
    problems.map(|problem| sentence(&problem.detail)).collect()
}

fn back(done: &str, regime: &str) -> Response {
    Redirect::to(&format!("{DATA_SETS}?done={done}&regime={regime}")).into_response()
}

/// What was just done, told once after the redirect.
fn notice(done: &Done) -> Option<Notice> {
    let named = OtherRegime::ALL
        .into_iter()
        .find(|regime| regime.code() == done.regime);
    let name = named.map_or("", other_name);
    let text = match done.done.as_str() {
        "loaded" => format!("The data set of {name} is in force. Loads are checked with it from now on."),
        "withdrawn" => format!(
            "The data set of {name} is out of force. Loads that ask for it are not checked, and not cleared, from now on."
        ),
        "trusted" => "The key is trusted: bundles that it signed can be loaded.".to_owned(),
        "distrusted" => {
            "The key is trusted no longer: data sets that it signed answer nothing from now on.".to_owned()
        }
        _ => return None,
    };
    Some(Notice {
        kind: NoticeKind::Success,
        text,
    })
}
