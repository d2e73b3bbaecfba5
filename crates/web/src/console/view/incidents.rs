//! Incidents and emergency access as the pages show them.

use access::actor::EmergencyAccess;
use access::ids::UserId;
use app::emergency_access::{AccessRow, READ, State};
use app::incidents::{Incident, KINDS};
use secrecy::ExposeSecret;
use time::OffsetDateTime;

use super::{audit, clock, moment, shipments};
use crate::console::pages::{
    AccessOffers, AccessState, AccessView, Choice, ClosedView, Countdown, IncidentRow, IncidentState,
    IncidentView, Judgement, NamedShipment, TakenAccess,
};

/// The emergency access of whoever looks at a page.
pub(in crate::console) fn taken(access: &EmergencyAccess, now: OffsetDateTime) -> TakenAccess {
    TakenAccess {
        id: access.id.to_string(),
        until: clock(access.until),
        left: left(access.until, now),
    }
}

fn left(until: OffsetDateTime, now: OffsetDateTime) -> Countdown {
    Countdown {
        seconds: (until - now).whole_seconds().max(0),
    }
}

/// A kind of event in words; a word of a later version is shown as any other event.
pub(in crate::console) fn kind(word: &str) -> &'static str {
    match word {
        "leak" => "Leak or spill",
        "fire" => "Fire",
        "explosion" => "Explosion",
        "exposure" => "Somebody exposed",
        "accident" => "Road accident",
        "loss" => "Lost or stolen goods",
        _ => "Something else",
    }
}

/// The kinds to choose from.
pub(in crate::console) fn kinds(chosen: &str) -> Vec<Choice> {
    let choice = |value: &'static str| Choice {
        value,
        text: kind(value),
        chosen: value == chosen,
    };
    KINDS.into_iter().map(choice).collect()
}

/// How grave an incident can be; `HIGH` where nothing is chosen.
pub(in crate::console) fn severities(chosen: &str) -> Vec<Choice> {
    let chosen = if chosen.is_empty() { "HIGH" } else { chosen };
    [
        ("LOW", "Low: nothing left its packaging"),
        ("MEDIUM", "Medium: a little, and under control"),
        ("HIGH", "High: it leaks, burns or may hurt somebody"),
        ("CRITICAL", "Critical: people are hurt or in danger"),
    ]
    .map(|(value, text)| Choice {
        value,
        text,
        chosen: value == chosen,
    })
    .into()
}

/// Where an incident stands.
pub(in crate::console) fn state(incident: &Incident) -> IncidentState {
    match (&incident.closed, &incident.confirmed) {
        (Some((_, _, outcome)), _) if outcome == "false_alarm" => IncidentState::FalseAlarm,
        (Some(_), _) => IncidentState::Resolved,
        (None, Some(_)) => IncidentState::Confirmed,
        (None, None) => IncidentState::Open,
    }
}

/// An incident as a row.
pub(in crate::console) fn row(incident: Incident) -> IncidentRow {
    IncidentRow {
        id: incident.id.to_string(),
        kind: kind(&incident.kind),
        severity: audit::severity(&incident.severity),
        drill: incident.drill,
        state: state(&incident),
        by: incident.reported_by.1,
        at: moment(incident.reported_at),
        shipments: incident.shipments.len(),
    }
}

/// An incident; its shipments are links where this person reads them now.
pub(in crate::console) fn incident(incident: Incident, viewer: UserId, reads: bool) -> IncidentView {
    IncidentView {
        id: incident.id.to_string(),
        kind: kind(&incident.kind),
        severity: audit::severity(&incident.severity),
        description: incident.description.expose_secret().to_owned(),
        drill: incident.drill,
        state: state(&incident),
        is_mine: incident.reported_by.0 == viewer,
        by: incident.reported_by.1,
        at: moment(incident.reported_at),
        confirmed: incident.confirmed.map(|(by, at)| (by, moment(at))),
        closed: incident
            .closed
            .map(|(by, at, _)| ClosedView { by, at: moment(at) }),
        shipments: incident
            .shipments
            .into_iter()
            .map(|(id, number)| NamedShipment {
                number,
                path: reads.then(|| shipments::path(id)),
            })
            .collect(),
    }
}

/// What is known of the incident that an access is because of.
pub(in crate::console) struct Because {
    /// In words.
    pub(in crate::console) text: String,
    /// Whether nobody has confirmed it.
    pub(in crate::console) unconfirmed: bool,
}

impl From<&Incident> for Because {
    fn from(incident: &Incident) -> Self {
        Self {
            text: format!("{}, {}", kind(&incident.kind), moment(incident.reported_at).text),
            unconfirmed: incident.confirmed.is_none(),
        }
    }
}

/// Whose access it is to decide and to judge, beside one's own.
#[derive(Clone, Copy)]
pub(in crate::console) struct Answers {
    /// Who looks at the page.
    pub(in crate::console) viewer: UserId,
    /// Whether they approve, after showing a second factor.
    pub(in crate::console) approves: bool,
    /// Whether they judge.
    pub(in crate::console) judges: bool,
}

/// Somebody's emergency access; without the incident for who may not see it.
pub(in crate::console) fn access(
    row: AccessRow,
    because: Option<Because>,
    answers: Answers,
    now: OffsetDateTime,
) -> AccessView {
    let is_mine = row.user.0 == answers.viewer;
    let reads = row.permissions.iter().any(|name| name == READ);
    let state = access_state(row.state);
    AccessView {
        id: row.id.to_string(),
        is_mine,
        person: row.user.1,
        permits: row
            .permissions
            .iter()
            .map(|name| permits(name).to_owned())
            .collect(),
        reaches: match (row.drill, reads, row.incident_only) {
            (true, ..) => "an exercise: it permits nothing",
            (_, true, false) => "every shipment of the company",
            _ => "what the incident names",
        },
        justification: row.justification,
        drill: row.drill,
        state,
        incident_path: because.as_ref().map(|_| format!("/incidents/{}", row.incident)),
        unconfirmed: because.as_ref().is_some_and(|because| because.unconfirmed),
        incident: because.map_or_else(|| "an incident".to_owned(), |because| because.text),
        asked: moment(row.requested_at),
        decided_by: row.decided_by,
        until: row.expires_at.map(moment),
        left: row
            .expires_at
            .map_or(Countdown { seconds: 0 }, |until| left(until, now)),
        judgement: row.review.map(|(by, verdict, note)| Judgement {
            by,
            justified: verdict == "justified",
            note,
        }),
        offers: AccessOffers {
            end: match state {
                AccessState::Waiting => is_mine,
                AccessState::Usable => is_mine || answers.approves,
                _ => false,
            },
            decide: state == AccessState::Waiting && !is_mine && answers.approves,
            judge: state == AccessState::ToReview
                && !is_mine
                && row.decider != Some(answers.viewer)
                && answers.judges,
        },
        judging: None,
    }
}

const fn access_state(state: State) -> AccessState {
    match state {
        State::Waiting => AccessState::Waiting,
        State::Usable => AccessState::Usable,
        State::ToReview => AccessState::ToReview,
        State::Reviewed => AccessState::Reviewed,
        State::Refused => AccessState::Refused,
        State::Withdrawn => AccessState::Withdrawn,
    }
}

fn permits(name: &str) -> &str {
    match name {
        READ => "read shipments",
        "dangerous_goods.compatibility.override" => "let goods travel against the check",
        "safety.equipment.disable" => "take safety equipment out of service",
        other => other,
    }
}
