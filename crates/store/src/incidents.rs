//! Incidents with dangerous goods, as far as emergency access needs them (AUTHZ-6, DATA-6).
//!
//! Reporting is an insert under row-level security; confirming and closing are functions of the guard
//! (migrations/0023), which hold who may not.

use access::grant::Grant;
use access::ids::{IncidentId, ShipmentId, UserId};
use access::permission::{CloseIncidents, ConfirmIncidents, Permission, ReportIncidents, ViewIncidents};
use crypto::field::Sealed;
use time::OffsetDateTime;

use crate::error::StoreError;
use crate::shipments::InCompany;
use crate::tx::{ReadTx, WriteTx};

/// A report.
pub struct NewIncident {
    /// Its id.
    pub id: IncidentId,
    /// What kind of event, a word of the schema.
    pub kind: &'static str,
    /// How grave, a word of the audit trail.
    pub severity: &'static str,
    /// What happened.
    pub description: Sealed,
    /// Whether it is an exercise.
    pub drill: bool,
    /// The shipments it names.
    pub shipments: Vec<ShipmentId>,
}

/// An incident as it is stored.
pub struct IncidentRow {
    /// Its id.
    pub id: IncidentId,
    /// What kind of event.
    pub kind: String,
    /// How grave.
    pub severity: String,
    /// What happened.
    pub description: Sealed,
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

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidentOutcome {
    /// It is done.
    Done,
    /// The company has no such incident.
    Absent,
    /// Not in this state of the incident.
    State,
    /// Who reported it does not confirm it.
    Oneself,
}

fn parsed(word: Option<&str>) -> Result<IncidentOutcome, StoreError> {
    match word {
        Some("done") => Ok(IncidentOutcome::Done),
        Some("absent") => Ok(IncidentOutcome::Absent),
        Some("state") => Ok(IncidentOutcome::State),
        Some("self") => Ok(IncidentOutcome::Oneself),
        _ => Err(StoreError::Corrupt("what the guard did to an incident")),
    }
}

/// The company's shipments with these tracking numbers, whether or not the caller sees them: who reports a leak
/// names what the paper in hand says.
///
/// # Errors
/// When the database fails.
pub async fn shipments_of(
    tx: &mut WriteTx,
    grant: &Grant<ReportIncidents>,
    tracking_numbers: &[String],
) -> Result<Vec<(ShipmentId, String)>, StoreError> {
    let rows = sqlx::query!(
        "select id, tracking_number from shipments where company_id = $1 and tracking_number = any($2)",
        grant.actor().company().uuid(),
        tracking_numbers,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (ShipmentId::from_uuid(row.id), row.tracking_number))
        .collect())
}

/// Stores a report.
///
/// # Errors
/// When the database fails.
pub async fn report(
    tx: &mut WriteTx,
    grant: &Grant<ReportIncidents>,
    new: &NewIncident,
) -> Result<(), StoreError> {
    let company = grant.actor().company().uuid();
    sqlx::query!(
        "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by)
         values ($1, $2, $3, $4, $5, $6, $7)",
        company,
        new.id.uuid(),
        new.kind,
        new.severity,
        new.description.as_bytes(),
        new.drill,
        grant.actor().user().uuid(),
    )
    .execute(tx.connection())
    .await?;
    let shipments: Vec<_> = new.shipments.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "insert into incident_shipments (company_id, incident_id, shipment_id) select $1, $2, unnest($3::uuid[])",
        company,
        new.id.uuid(),
        &shipments,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The newest incidents that the caller's scope and row-level security show, or this one alone.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut ReadTx,
    grant: &Grant<ViewIncidents>,
    only: Option<IncidentId>,
    limit: i64,
) -> Result<Vec<IncidentRow>, StoreError> {
    let scopes = grant.scopes();
    let rows = sqlx::query!(
        r#"select i.id, i.kind, i.severity, i.description_sealed, i.drill, i.reported_by, r.display_name as reporter,
               i.reported_at, f.display_name as "confirmer?", i.confirmed_at, c.display_name as "closer?", i.closed_at,
               i.outcome,
               array(select s.id from incident_shipments n
                   join shipments s on s.company_id = n.company_id and s.id = n.shipment_id
                   where n.company_id = i.company_id and n.incident_id = i.id order by s.id) as "shipments!",
               array(select s.tracking_number from incident_shipments n
                   join shipments s on s.company_id = n.company_id and s.id = n.shipment_id
                   where n.company_id = i.company_id and n.incident_id = i.id order by s.id) as "numbers!"
           from incidents i
           join users r on r.company_id = i.company_id and r.id = i.reported_by
           left join users f on f.company_id = i.company_id and f.id = i.confirmed_by
           left join users c on c.company_id = i.company_id and c.id = i.closed_by
           where i.company_id = $1
             and ($2 or ($3 and i.reported_by = $4) or i.id = $7)
             and ($5::uuid is null or i.id = $5)
           order by i.closed_at is not null, i.id desc
           limit $6"#,
        grant.actor().company().uuid(),
        scopes.company,
        scopes.own,
        grant.actor().user().uuid(),
        only.map(IncidentId::uuid),
        limit,
        // Who acts because of an incident sees it.
        grant.actor().emergency().map(|access| access.incident.uuid()),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let sealed = Sealed::from_bytes(row.description_sealed);
            let ids = row.shipments.into_iter().map(ShipmentId::from_uuid);
            Ok(IncidentRow {
                id: IncidentId::from_uuid(row.id),
                kind: row.kind,
                severity: row.severity,
                description: sealed.map_err(|_| StoreError::Corrupt("incidents.description_sealed"))?,
                drill: row.drill,
                reported_by: (UserId::from_uuid(row.reported_by), row.reporter),
                reported_at: row.reported_at,
                confirmed: row.confirmer.zip(row.confirmed_at),
                closed: match (row.closer, row.closed_at, row.outcome) {
                    (Some(by), Some(at), Some(outcome)) => Some((by, at, outcome)),
                    _ => None,
                },
                shipments: ids.zip(row.numbers).collect(),
            })
        })
        .collect()
}

/// Whether an incident names a shipment.
///
/// # Errors
/// When the database fails.
pub async fn names<P: Permission, T: InCompany>(
    tx: &mut T,
    grant: &Grant<P>,
    incident: IncidentId,
    shipment: ShipmentId,
) -> Result<bool, StoreError> {
    let named = sqlx::query_scalar!(
        r#"select exists(select from incident_shipments
               where company_id = $1 and incident_id = $2 and shipment_id = $3) as "named!""#,
        grant.actor().company().uuid(),
        incident.uuid(),
        shipment.uuid(),
    )
    .fetch_one(tx.scoped().0)
    .await?;
    Ok(named)
}

/// Confirms that an incident is real.
///
/// # Errors
/// When the database fails.
pub async fn confirm(
    tx: &mut WriteTx,
    _grant: &Grant<ConfirmIncidents>,
    id: IncidentId,
) -> Result<IncidentOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.confirm_incident($1)", id.uuid())
        .fetch_one(tx.connection())
        .await?;
    parsed(done.as_deref())
}

/// Closes an incident; emergency access because of it is over.
///
/// # Errors
/// When the database fails.
pub async fn close(
    tx: &mut WriteTx,
    _grant: &Grant<CloseIncidents>,
    id: IncidentId,
    outcome: &'static str,
) -> Result<IncidentOutcome, StoreError> {
    let done = sqlx::query_scalar!("select guard.close_incident($1, $2)", id.uuid(), outcome)
        .fetch_one(tx.connection())
        .await?;
    parsed(done.as_deref())
}
