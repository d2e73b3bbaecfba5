//! Incidents with dangerous goods, as far as emergency access needs them: reported by one, confirmed by another,
//! closed by who answers for safety (AUTHZ-6, DATA-6).

use access::grant::Grant;
use access::ids::{IncidentId, ShipmentId, UserId};
use access::permission::{CloseIncidents, ConfirmIncidents, Permission, ReportIncidents, ViewIncidents};
use access::policy::{Resource, ResourceKind};
use crypto::field::{FieldContext, Purpose};
use secrecy::SecretString;
use serde_json::json;
pub use store::audit::Severity;
use store::audit::{Changes, Event, EventType, Outcome};
use store::incidents::{self, IncidentOutcome, IncidentRow, NewIncident};
use time::OffsetDateTime;

use crate::keys::unopened;
use crate::{App, Error, FieldProblem, Origin};

/// The kinds of event there are.
pub const KINDS: [&str; 7] = [
    "leak",
    "fire",
    "explosion",
    "exposure",
    "accident",
    "loss",
    "other",
];
/// Characters of a description.
pub const DESCRIPTION: std::ops::RangeInclusive<usize> = 10..=4000;
/// Shipments an incident names at most.
pub const SHIPMENTS: usize = 50;
/// Incidents in a list.
const MOST: i64 = 100;

/// A report as it was sent.
pub struct Report<'a> {
    /// One of [`KINDS`].
    pub kind: &'a str,
    /// How grave.
    pub severity: Severity,
    /// What happened, in the reporter's words.
    pub description: &'a str,
    /// The tracking numbers of the shipments concerned.
    pub shipments: &'a [String],
    /// Whether it is an exercise: then nothing that follows from it permits anything.
    pub drill: bool,
}

/// An incident as people may see it.
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// What kind of event.
    pub kind: String,
    /// How grave.
    pub severity: String,
    /// What happened.
    pub description: SecretString,
    /// Whether it is an exercise.
    pub drill: bool,
    /// Who reported it, with their name.
    pub reported_by: (UserId, String),
    /// When.
    pub reported_at: OffsetDateTime,
    /// Who confirmed it, by name, and when.
    pub confirmed: Option<(String, OffsetDateTime)>,
    /// Who closed it, by name, when, and whether there was one.
    pub closed: Option<(String, OffsetDateTime, String)>,
    /// The shipments it names, with their tracking numbers.
    pub shipments: Vec<(ShipmentId, String)>,
}

/// Reports an incident.
///
/// # Errors
/// [`Error::Invalid`], all problems at once, unknown tracking numbers included.
pub async fn report(
    app: &App,
    grant: &Grant<ReportIncidents>,
    origin: &Origin,
    report: &Report<'_>,
) -> Result<IncidentId, Error> {
    let (kind, description) = valid(report)?;
    let id = IncidentId::generate(app.now());
    let chain = app.keychain(grant, Purpose::Contact).await?;
    let place = place(id, grant.actor().company().uuid());
    let sealed = chain.seal(&place, description.as_bytes(), &app.rng);
    let sealed = sealed.map_err(|_| Error::Internal("a field could not be sealed"))?;
    let mut tx = app.store.write(grant, origin).await?;
    let known = incidents::shipments_of(&mut tx, grant, report.shipments).await?;
    let unknown: Vec<_> = report
        .shipments
        .iter()
        .enumerate()
        .filter(|(_, number)| !known.iter().any(|(_, found)| found == *number))
        .map(|(at, _)| {
            let detail = "the company has no shipment with this tracking number";
            FieldProblem::new(format!("/shipments/{at}"), detail)
        })
        .collect();
    if !unknown.is_empty() {
        return Err(Error::Invalid(unknown));
    }
    let new = NewIncident {
        id,
        kind,
        severity: report.severity.as_str(),
        description: sealed,
        drill: report.drill,
        shipments: known.into_iter().map(|(id, _)| id).collect(),
    };
    incidents::report(&mut tx, grant, &new).await?;
    let more =
        json!({"kind": kind, "severity": new.severity, "drill": new.drill, "shipments": report.shipments});
    let event = Event {
        event_type: EventType::Create,
        severity: Severity::High,
        ..event(id, "incident reported", more)
    };
    tx.commit(event, app.now()).await?;
    Ok(id)
}

/// The incidents the caller may see, open ones first, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<ViewIncidents>) -> Result<Vec<Incident>, Error> {
    let mut tx = app.store.read(grant).await?;
    let rows = incidents::list(&mut tx, grant, None, MOST).await?;
    drop(tx);
    opened(app, grant, rows).await
}

/// One incident.
///
/// # Errors
/// [`Error::NotFound`] for none, for another company's, and for one that row-level security does not show.
pub async fn get(
    app: &App,
    grant: &Grant<ViewIncidents>,
    origin: &Origin,
    id: IncidentId,
) -> Result<Incident, Error> {
    let mut tx = app.store.read(grant).await?;
    let rows = incidents::list(&mut tx, grant, Some(id), 1).await?;
    drop(tx);
    let row = rows.into_iter().next().ok_or(Error::NotFound("incident"))?;
    let resource = Resource {
        created_by: Some(row.reported_by.0),
        ..Resource::new(ResourceKind::Incident, id.uuid(), grant.actor().company())
    };
    if let Err(refusal) = app.policies.authorize_on(grant, &resource, app.now()) {
        app.note_refusal(grant.actor(), origin, &refusal).await?;
        return Err(refusal.into());
    }
    let mut opened = opened(app, grant, vec![row]).await?;
    opened.pop().ok_or(Error::NotFound("incident"))
}

/// Confirms that an incident is real: anybody who responds, except who reported it (P11).
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`] for who reported it, and where it is confirmed or closed.
pub async fn confirm(
    app: &App,
    grant: &Grant<ConfirmIncidents>,
    origin: &Origin,
    id: IncidentId,
) -> Result<(), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    done(
        incidents::confirm(&mut tx, grant, id).await?,
        "this incident is confirmed or closed",
    )?;
    tx.commit(event(id, "incident confirmed", json!({})), app.now())
        .await?;
    Ok(())
}

/// Closes an incident: emergency access because of it is over at once.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::State`] where it is closed.
pub async fn close(
    app: &App,
    grant: &Grant<CloseIncidents>,
    origin: &Origin,
    id: IncidentId,
    outcome: &str,
) -> Result<(), Error> {
    let word = ["resolved", "false_alarm"]
        .into_iter()
        .find(|word| *word == outcome);
    let word = word.ok_or_else(|| {
        let detail = "an incident ends as `resolved` or as `false_alarm`";
        Error::Invalid(vec![FieldProblem::new("/outcome", detail)])
    })?;
    let mut tx = app.store.write(grant, origin).await?;
    done(
        incidents::close(&mut tx, grant, id, word).await?,
        "this incident is closed",
    )?;
    tx.commit(event(id, "incident closed", json!({"outcome": word})), app.now())
        .await?;
    Ok(())
}

async fn opened<P: Permission>(
    app: &App,
    grant: &Grant<P>,
    rows: Vec<IncidentRow>,
) -> Result<Vec<Incident>, Error> {
    let sealed: Vec<_> = rows.iter().map(|row| &row.description).collect();
    let chain = app.keychain_for(grant, Purpose::Contact, &sealed).await?;
    let company = grant.actor().company().uuid();
    rows.into_iter()
        .map(|row| {
            let description = chain.open_text(&place(row.id, company), &row.description);
            Ok(Incident {
                id: row.id,
                kind: row.kind,
                severity: row.severity,
                description: description.map_err(unopened("incidents.description_sealed"))?,
                drill: row.drill,
                reported_by: row.reported_by,
                reported_at: row.reported_at,
                confirmed: row.confirmed,
                closed: row.closed,
                shipments: row.shipments,
            })
        })
        .collect()
}

fn place(id: IncidentId, company: uuid::Uuid) -> FieldContext<'static> {
    FieldContext {
        table: "incidents",
        column: "description_sealed",
        row: id.uuid(),
        company,
    }
}

/// The kind and the description without the space around it.
fn valid<'a>(report: &Report<'a>) -> Result<(&'static str, &'a str), Error> {
    let mut problems = Vec::new();
    let mut wrong = |pointer: &str, detail: String| problems.push(FieldProblem::new(pointer, detail));
    let kind = KINDS.into_iter().find(|kind| *kind == report.kind);
    if kind.is_none() {
        wrong("/kind", format!("an incident is one of {}", KINDS.join(", ")));
    }
    let description = report.description.trim();
    if !DESCRIPTION.contains(&description.chars().count()) {
        let (least, most) = (DESCRIPTION.start(), DESCRIPTION.end());
        wrong(
            "/description",
            format!("a description has {least} to {most} characters"),
        );
    }
    if report.shipments.len() > SHIPMENTS {
        wrong(
            "/shipments",
            format!("an incident names at most {SHIPMENTS} shipments"),
        );
    }
    match kind {
        Some(kind) if problems.is_empty() => Ok((kind, description)),
        _ => Err(Error::Invalid(problems)),
    }
}

fn done(outcome: IncidentOutcome, state: &'static str) -> Result<(), Error> {
    match outcome {
        IncidentOutcome::Done => Ok(()),
        IncidentOutcome::Absent => Err(Error::NotFound("incident")),
        IncidentOutcome::State => Err(Error::State(state)),
        IncidentOutcome::Oneself => Err(Error::State("who reported an incident does not confirm it")),
    }
}

fn event(id: IncidentId, what: &str, additional: serde_json::Value) -> Event {
    Event {
        event_type: EventType::Update,
        severity: Severity::High,
        outcome: Outcome::Success,
        resource_type: "incident",
        resource_id: Some(id.uuid()),
        resource_name: id.to_string(),
        description: what.to_owned(),
        changes: Changes::default(),
        additional,
    }
}
