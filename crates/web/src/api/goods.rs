//! Looking up dangerous goods.

use access::permission::ViewGoods;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use dangerous_goods::{Matched, Regime, Row, UnNumber};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::Params;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// A number, the beginning of one, or a name; typing errors are forgiven. At most 200 characters.
    #[param(example = "sulfuric acid", max_length = 200)]
    q: String,
    /// The most hits, up to 50.
    #[serde(default = "twenty")]
    #[param(default = 20, minimum = 1, maximum = 50)]
    limit: usize,
}

fn twenty() -> usize {
    20
}

/// Rows that fit, best first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Hits {
    /// The rows.
    hits: Vec<Hit>,
}

/// A row that fits.
#[derive(Serialize, ToSchema)]
pub(crate) struct Hit {
    /// What matched: `number`, `number_prefix`, `name`, `synonym`.
    matched: &'static str,
    /// How well, from 0 to 1.
    score: f32,
    #[serde(flatten)]
    row: RowDocument,
}

/// A row of the table of a regime.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowDocument {
    /// The row's id, to choose it by.
    #[schema(example = "us:UN1830:II")]
    id: String,
    /// `us` or `adr`.
    regime: Regime2,
    /// `UN1830`; none for goods that are forbidden without a number.
    identification_number: Option<String>,
    /// The proper shipping name.
    proper_shipping_name: String,
    /// Class or division.
    class: String,
    /// Labels, the primary hazard's first.
    labels: Vec<String>,
    /// Packing group, where the row has one.
    packing_group: Option<String>,
    /// Whether the regime forbids the goods.
    forbidden: bool,
    /// Inhalation hazard zone, United States.
    zone: Option<String>,
    /// Limited quantity per inner packaging, ADR; sections, United States.
    limited_quantity: String,
    /// Transport category, ADR 1.1.3.6.
    transport_category: String,
    /// Tunnel restriction code, ADR 8.6.
    tunnel_code: String,
    /// Guide of the Emergency Response Guidebook.
    guide: String,
}

/// `us` or `adr`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Regime)]
pub(crate) enum Regime2 {
    /// United States, highway (49 CFR).
    Us,
    /// Europe, road (ADR).
    Adr,
}

impl From<&Row> for RowDocument {
    fn from(row: &Row) -> Self {
        let class = match row.compatibility_group() {
            Some(group) if !row.division().ends_with(group) => format!("{}{group}", row.division()),
            _ => row.division().to_owned(),
        };
        Self {
            id: row.id().to_string(),
            regime: match row.regime() {
                Regime::Us => Regime2::Us,
                Regime::Adr => Regime2::Adr,
            },
            identification_number: row.number().map(|number| number.to_string()),
            proper_shipping_name: row.name().to_owned(),
            class,
            labels: row.labels().map(str::to_owned).collect(),
            packing_group: row.packing_group().map(|group| group.to_string()),
            forbidden: row.is_forbidden(),
            zone: row.zone().map(|zone| zone.to_string()),
            limited_quantity: row.limited_quantity().to_owned(),
            transport_category: row.transport_category().to_owned(),
            tunnel_code: row.tunnel_code().to_owned(),
            guide: row.guide().to_owned(),
        }
    }
}

/// Rows whose number or name fits.
#[utoipa::path(get, path = "/api/v1/dangerous-goods", tag = "dangerous goods", params(Search),
    security(("bearer" = [])), responses(
    (status = 200, body = Hits),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn search(
    caller: Allowed<ViewGoods>,
    State(state): State<WebState>,
    Params(search): Params<Search>,
) -> Result<Json<Hits>, Problem> {
    if search.q.chars().count() > 200 {
        return Err(Problem::invalid("", "`q` has more than 200 characters"));
    }
    let hits = app::goods::search(state.app(), &caller.grant, &search.q, search.limit.clamp(1, 50));
    let hit = |hit: dangerous_goods::Hit<'_>| Hit {
        matched: match hit.matched {
            Matched::Number => "number",
            Matched::NumberPrefix => "number_prefix",
            Matched::Name => "name",
            Matched::Synonym(_) => "synonym",
        },
        score: hit.score,
        row: hit.row.into(),
    };
    Ok(Json(Hits {
        hits: hits.into_iter().map(hit).collect(),
    }))
}

/// Every row of a number.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowsDocument {
    /// The rows of both regimes. A number is not a key: it may have several rows with different hazards.
    rows: Vec<RowDocument>,
}

/// Every row of an identification number, in both regimes.
#[utoipa::path(get, path = "/api/v1/dangerous-goods/{number}", tag = "dangerous goods",
    params(("number" = String, Path, description = "Such as `UN1203`, `1203` or `NA1993`")),
    security(("bearer" = [])), responses(
    (status = 200, body = RowsDocument),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 404, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn rows(
    caller: Allowed<ViewGoods>,
    State(state): State<WebState>,
    Path(number): Path<String>,
) -> Result<Json<RowsDocument>, Problem> {
    let nothing = || Problem::of_status(StatusCode::NOT_FOUND);
    let number: UnNumber = number.parse().map_err(|_| nothing())?;
    let rows = app::goods::rows(state.app(), &caller.grant, number);
    if rows.is_empty() {
        return Err(nothing());
    }
    Ok(Json(RowsDocument {
        rows: rows.into_iter().map(RowDocument::from).collect(),
    }))
}
