//! Reading the audit trail.

use access::ids::AuditEventId;
use access::permission::ViewAuditLogs;
use app::audit::{self, EventType, Filter, Severity};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::{IntoParams, ToSchema};

use super::body::Params;
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::state::WebState;

/// Which events.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Only this type, such as `LOGIN`.
    event_type: Option<String>,
    /// Only this severity: `LOW`, `MEDIUM`, `HIGH`, `CRITICAL`.
    severity: Option<String>,
    /// Only by people whose name contains this.
    actor_name: Option<String>,
    /// Not before (RFC 3339).
    from: Option<String>,
    /// Before (RFC 3339).
    until: Option<String>,
    /// Only older than the event with this id: the next page.
    after: Option<String>,
}

/// A page of events, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Events {
    /// The events.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
    /// What to pass as `after` for the next page; none on the last.
    next: Option<String>,
}

/// Events of one's company, newest first.
#[utoipa::path(get, path = "/api/v1/audit-events", tag = "audit", params(Search), security(("bearer" = [])), responses(
    (status = 200, body = Events),
    (status = 401, response = crate::api::schema::ProblemDocument),
    (status = 403, response = crate::api::schema::ProblemDocument),
    (status = 422, response = crate::api::schema::ProblemDocument),
))]
pub(crate) async fn list(
    caller: Allowed<ViewAuditLogs>,
    State(state): State<WebState>,
    Params(search): Params<Search>,
) -> Result<Json<Events>, Problem> {
    let page = audit::list(state.app(), &caller.grant, &filter(&search)?).await?;
    let next = page
        .more
        .then(|| page.events.last().map(|event| event.id.to_string()))
        .flatten();
    Ok(Json(Events {
        events: page.events.iter().map(|event| json!(event)).collect(),
        next,
    }))
}

fn filter(search: &Search) -> Result<Filter, Problem> {
    let unknown = |name: &str| Problem::invalid("", format!("`{name}` is not a value it can have"));
    let word = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let when = |value: &Option<String>, name: &str| {
        word(value)
            .map(|text| OffsetDateTime::parse(&text, &Rfc3339).map_err(|_| unknown(name)))
            .transpose()
    };
    if search
        .actor_name
        .as_ref()
        .is_some_and(|name| name.chars().count() > 200 || name.contains('\0'))
    {
        return Err(unknown("actor_name"));
    }
    Ok(Filter {
        event_type: word(&search.event_type)
            .map(|text| EventType::parse(&text).ok_or_else(|| unknown("event_type")))
            .transpose()?,
        severity: word(&search.severity)
            .map(|text| Severity::parse(&text).ok_or_else(|| unknown("severity")))
            .transpose()?,
        actor_name: word(&search.actor_name),
        from: when(&search.from, "from")?,
        until: when(&search.until, "until")?,
        older_than: word(&search.after)
            .map(|text| text.parse::<AuditEventId>().map_err(|_| unknown("after")))
            .transpose()?,
    })
}
