//! The list of shipments, as far as one's scope reaches.

use access::ids::ShipmentId;
use access::permission::ViewShipments;
use app::shipments::{self, Filter, Status};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::allowed::Allowed;
use crate::api::body::Params;
use crate::problem::Problem;
use crate::state::WebState;

/// Which shipments.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Only `draft`, `checked` or `ready`.
    status: Option<String>,
    /// Only older than the shipment with this id: the next page.
    after: Option<String>,
}

/// A page of shipments, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Shipments {
    /// The shipments.
    shipments: Vec<SummaryDocument>,
    /// What to pass as `after` for the next page; none on the last.
    next: Option<String>,
}

/// A shipment in brief.
#[derive(Serialize, ToSchema)]
pub(crate) struct SummaryDocument {
    id: String,
    tracking_number: String,
    #[schema(value_type = String, example = "draft")]
    status: Status,
    consignor: String,
    consignee: String,
    /// The goods as they were named.
    goods: Vec<String>,
    /// The verdict a regime, while the last check is of this load.
    #[schema(value_type = Object)]
    verdicts: Value,
    /// Whether an override of that check is approved; none where none waits or stands.
    overridden: Option<bool>,
    #[serde(with = "time::serde::rfc3339")]
    updated_at: OffsetDateTime,
}

/// Shipments within one's scope, newest first.
#[utoipa::path(get, path = "/api/v1/shipments", tag = "shipments", params(Search), security(("bearer" = [])), responses(
    (status = 200, body = Shipments),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<ViewShipments>,
    State(state): State<WebState>,
    Params(search): Params<Search>,
) -> Result<Json<Shipments>, Problem> {
    let unknown = |name: &str| Problem::invalid("", format!("`{name}` is not a value it can have"));
    let status = search
        .status
        .map(|text| {
            Status::parse(&text)
                .map(Status::as_str)
                .ok_or_else(|| unknown("status"))
        })
        .transpose()?;
    let older_than = search
        .after
        .map(|text| text.parse::<ShipmentId>().map_err(|_| unknown("after")))
        .transpose()?;
    let page = shipments::list(
        state.app(),
        &caller.grant,
        &caller.origin,
        &Filter { status, older_than },
    )
    .await?;
    let next = page
        .more
        .then(|| page.shipments.last().map(|shipment| shipment.id.to_string()))
        .flatten();
    let document = |shipment: shipments::Summary| SummaryDocument {
        id: shipment.id.to_string(),
        tracking_number: shipment.tracking_number,
        status: shipment.status,
        consignor: shipment.consignor_name,
        consignee: shipment.consignee_name,
        goods: shipment
            .load
            .lines
            .iter()
            .map(|line| line.goods.to_string())
            .collect(),
        verdicts: shipment
            .verdicts
            .iter()
            .map(|(regime, verdict)| (regime.to_string(), serde_json::json!(verdict)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        overridden: shipment.overridden,
        updated_at: shipment.updated_at,
    };
    Ok(Json(Shipments {
        shipments: page.shipments.into_iter().map(document).collect(),
        next,
    }))
}
