//! Events of the trail as rows.

use access::ids::ShipmentId;
use app::audit::{Outcome as Ended, Recorded, Severity as Weight};
use serde_json::Value;

use super::{second, sentence, shipments};
use crate::console::pages::{AuditRow, Outcome, Severity};

/// The longest value of a detail.
const MAX_VALUE: usize = 300;

/// One event; `shipments` says whether this person may open them.
pub(in crate::console) fn row(event: Recorded, may_open_shipments: bool) -> AuditRow {
    let shipment = event
        .resource_id
        .filter(|_| may_open_shipments && event.resource_type == "shipment")
        .map(|id| shipments::path(ShipmentId::from_uuid(id)));
    AuditRow {
        id: event.id.to_string(),
        at: second(event.occurred_at),
        person: if event.actor_name.is_empty() {
            "–".to_owned()
        } else {
            event.actor_name.clone()
        },
        description: sentence(&event.description).trim_end_matches('.').to_owned(),
        event: event.event_type.clone(),
        severity: severity(&event.severity),
        resource: resource(&event),
        resource_path: shipment,
        outcome: outcome(&event.outcome),
        address: event
            .ip_address
            .map_or_else(|| "–".to_owned(), |address| address.to_string()),
        details: details(event),
    }
}

fn resource(event: &Recorded) -> String {
    if event.resource_name.is_empty() {
        return event.resource_type.clone();
    }
    if event.resource_name.contains(&event.resource_type) {
        return event.resource_name.clone();
    }
    format!("{} {}", event.resource_type, event.resource_name)
}

/// A word the trail does not know is shown as the gravest, never as everyday.
pub(in crate::console) fn severity(word: &str) -> Severity {
    match Weight::parse(word) {
        Some(Weight::Low) => Severity::Low,
        Some(Weight::Medium) => Severity::Medium,
        Some(Weight::High) => Severity::High,
        Some(Weight::Critical) | None => Severity::Critical,
    }
}

fn outcome(word: &str) -> Outcome {
    match Ended::parse(word) {
        Some(Ended::Success) => Outcome::Success,
        Some(Ended::Failure) => Outcome::Failure,
        Some(Ended::Denied) => Outcome::Denied,
        Some(Ended::Error) | None => Outcome::Error,
    }
}

fn details(event: Recorded) -> Vec<(String, String)> {
    let mut details = Vec::new();
    if let (Some(method), Some(path)) = (event.request_method, event.request_path) {
        details.push(("request".to_owned(), format!("{method} {path}")));
    }
    details.extend(
        event
            .request_id
            .map(|id| ("request id".to_owned(), id.to_string())),
    );
    details.extend(event.user_agent.map(|agent| ("agent".to_owned(), agent)));
    for facts in [event.changed_fields, event.additional_data] {
        if let Value::Object(facts) = facts {
            details.extend(
                facts
                    .into_iter()
                    .map(|(name, value)| (name.replace('_', " "), text(&value))),
            );
        }
    }
    details
}

fn text(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
