//! Data sets of regimes that a company loads itself, and the keys that may sign them.

use access::permission::ConfigureSystem;
use app::data_sets::{self, DataSetRow, keys};
use axum::Json as Answer;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use dangerous_goods::dataset::{MAX_BUNDLE_BYTES, OtherRegime};
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::body::Json;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// The largest request that loads a bundle: every line end and quotation mark of it may be written in two.
pub(crate) const MAX_REQUEST: usize = 2 * MAX_BUNDLE_BYTES;

/// A regime that a company loads itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OtherRegime)]
#[expect(dead_code, reason = "only the shape is used")]
pub(crate) enum OtherRegimeSchema {
    /// By sea.
    Imdg,
    /// Australia, road and rail.
    Adg,
    /// By air.
    Iata,
}

/// Any regime.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AnyRegime)]
#[expect(dead_code, reason = "only the shape is used")]
pub(crate) enum AnyRegimeSchema {
    /// United States, highway.
    Us,
    /// Europe, road.
    Adr,
    /// By sea.
    Imdg,
    /// Australia, road and rail.
    Adg,
    /// By air.
    Iata,
}

/// The regime in the path. What is no regime names nothing: 404.
pub(crate) struct RegimePath(OtherRegime);

impl<S: Send + Sync> FromRequestParts<S> for RegimePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let nothing = || Problem::of_status(StatusCode::NOT_FOUND);
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| nothing())?;
        OtherRegime::ALL
            .into_iter()
            .find(|regime| regime.code() == text)
            .map(Self)
            .ok_or_else(nothing)
    }
}

/// A data set in force.
#[derive(Serialize, ToSchema)]
#[schema(as = DataSet)]
pub(crate) struct DataSetDocument {
    #[schema(value_type = OtherRegimeSchema)]
    regime: OtherRegime,
    /// The edition of the law.
    edition: String,
    /// The name of the law.
    title: String,
    /// Where its tables were published.
    source: String,
    /// First day of validity (ISO 8601).
    valid_from: String,
    /// Last day of validity (ISO 8601).
    valid_to: String,
    /// The rows of its table of goods.
    rows: i32,
    /// SHA-256 of the bundle.
    hash: String,
    /// The key that signed it.
    signed_by: String,
    /// Whether that key is still trusted; where not, the data set answers nothing.
    is_trusted: bool,
    /// Who loaded it.
    loaded_by: String,
    /// When (RFC 3339).
    loaded_at: String,
}

impl DataSetDocument {
    fn new(regime: OtherRegime, row: DataSetRow) -> Self {
        Self {
            regime,
            edition: row.edition,
            title: row.title,
            source: row.source,
            valid_from: row.valid_from.to_string(),
            valid_to: row.valid_to.to_string(),
            rows: row.row_count,
            hash: data_sets::hexadecimal(&row.hash),
            signed_by: row.key_name,
            is_trusted: row.is_trusted,
            loaded_by: row.loaded_by.to_string(),
            loaded_at: row.loaded_at.format(&Rfc3339).unwrap_or_default(),
        }
    }
}

/// A bundle to put in force.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadForm {
    /// The signed data set, exactly as it is in its file.
    bundle: String,
}

/// A key to trust.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyForm {
    /// The public key.
    #[schema(example = "publisher.example/imdg+1a2b3c4d+AQ…")]
    key: String,
}

/// A key that is trusted.
#[derive(Serialize, ToSchema)]
#[schema(as = DataSetKey)]
pub(crate) struct KeyDocument {
    name: String,
    /// The public key.
    key: String,
    /// Who trusts it.
    added_by: String,
    /// Since when (RFC 3339).
    added_at: String,
}

/// The keys that may sign data sets.
#[derive(Serialize, ToSchema)]
pub(crate) struct Keys {
    keys: Vec<KeyDocument>,
}

/// The data set in force for a regime.
#[utoipa::path(get, path = "/api/v1/data-sets/{regime}", tag = "data sets", params(("regime" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 200, body = DataSetDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn get(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    RegimePath(regime): RegimePath,
) -> Result<Answer<DataSetDocument>, Problem> {
    let row = data_sets::get(state.app(), &caller.grant, regime).await?;
    Ok(Answer(DataSetDocument::new(regime, row)))
}

/// Puts a signed bundle in force for a regime. A bundle that is refused changes nothing.
#[utoipa::path(put, path = "/api/v1/data-sets/{regime}", tag = "data sets", request_body = LoadForm,
    params(("regime" = String, Path)), security(("bearer" = [])), responses(
    (status = 204, description = "In force"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn put(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    RegimePath(regime): RegimePath,
    Json(form): Json<LoadForm>,
) -> Result<StatusCode, Problem> {
    data_sets::load(
        state.app(),
        &caller.grant,
        &caller.origin,
        Some(regime),
        form.bundle,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the data set of a regime out of force: checks answer "not checked" from now on.
#[utoipa::path(delete, path = "/api/v1/data-sets/{regime}", tag = "data sets", params(("regime" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Withdrawn"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn delete(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    RegimePath(regime): RegimePath,
) -> Result<StatusCode, Problem> {
    data_sets::withdraw(state.app(), &caller.grant, &caller.origin, regime).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The keys that may sign data sets.
#[utoipa::path(get, path = "/api/v1/data-set-keys", tag = "data sets", security(("bearer" = [])), responses(
    (status = 200, body = Keys),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list_keys(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
) -> Result<Answer<Keys>, Problem> {
    let rows = keys::list(state.app(), &caller.grant).await?;
    let keys = rows.into_iter().map(|row| KeyDocument {
        name: row.name,
        key: row.public_key,
        added_by: row.added_by.to_string(),
        added_at: row.added_at.format(&Rfc3339).unwrap_or_default(),
    });
    Ok(Answer(Keys { keys: keys.collect() }))
}

/// Trusts a key.
#[utoipa::path(post, path = "/api/v1/data-set-keys", tag = "data sets", request_body = KeyForm,
    security(("bearer" = [])), responses(
    (status = 201, description = "Trusted"),
    (status = 400, response = crate::api::schema::ProblemDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 409, response = crate::api::schema::ProblemDocument),
    (status = 413, response = crate::api::schema::ProblemDocument),
    (status = 415, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn add_key(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    Json(form): Json<KeyForm>,
) -> Result<Response, Problem> {
    keys::add(state.app(), &caller.grant, &caller.origin, &form.key).await?;
    Ok((StatusCode::CREATED, [(LOCATION, "/api/v1/data-set-keys")]).into_response())
}

/// Trusts a key no longer: data sets that it signed answer nothing from now on.
#[utoipa::path(delete, path = "/api/v1/data-set-keys/{name}", tag = "data sets", params(("name" = String, Path)),
    security(("bearer" = [])), responses(
    (status = 204, description = "Trusted no longer"),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn delete_key(
    caller: Allowed<ConfigureSystem>,
    State(state): State<WebState>,
    name: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(name) = name.map_err(|_| Problem::of_status(StatusCode::NOT_FOUND))?;
    keys::withdraw(state.app(), &caller.grant, &caller.origin, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
