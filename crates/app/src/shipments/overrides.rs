//! Overrides of a check (DG-2, P15; docs/decisions/0020): whoever may edit a shipment asks, on the ground of a permit or
//! approval; somebody else, who has no part in it, approves or refuses.
//!
//! An override is of exactly the last answer to exactly this load. What of an answer one may cover the law's own crate
//! decides (`dangerous_goods::overridable`), before anybody is asked.

use std::collections::BTreeSet;

use access::grant::Grant;
use access::ids::{IncidentId, OverrideId, ShipmentId, UserId};
use access::permission::{EditShipments, OverrideCompatibility, Permission};
use access::policy::{Resource, ResourceKind};
use dangerous_goods::{Overridable, overridable};
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::incidents;
use store::notices::Notice;
pub use store::overrides::State;
use store::overrides::{self, OverrideOutcome, OverrideRow};
use store::shipments::{InCompany, ShipmentRow};
use time::OffsetDateTime;

use super::{last_check, row_for};
use crate::people::{line_of, reason_of};
use crate::{App, Error, FieldProblem, Origin};

/// Characters of what names a permit or an approval.
const AUTHORITY: std::ops::RangeInclusive<usize> = 5..=200;
/// Overrides shown with a shipment.
const SHOWN: i64 = 20;

/// An override of a check, as who sees the shipment sees it.
#[derive(Debug, Clone)]
pub struct LoadOverride {
    /// Its id.
    pub id: OverrideId,
    /// What it sets aside.
    pub covers: Vec<Overridable>,
    /// Why, in the words of who asked.
    pub reason: String,
    /// The special permit or the authority's approval.
    pub authority: String,
    /// Who asked, by name.
    pub asked_by: String,
    /// When.
    pub asked_at: OffsetDateTime,
    /// Who may not decide it, whatever they hold.
    pub parties: [UserId; 3],
    /// Where it stands.
    pub state: State,
    /// Who decided, by name, when, and why.
    pub decided: Option<(String, OffsetDateTime, String)>,
}

impl TryFrom<OverrideRow> for LoadOverride {
    type Error = Error;

    fn try_from(row: OverrideRow) -> Result<Self, Error> {
        let covers = serde_json::from_value(row.covers)
            .map_err(|_| Error::Internal("what a stored override covers cannot be read"))?;
        Ok(Self {
            id: row.id,
            covers,
            reason: row.reason,
            authority: row.authority,
            parties: [row.asked_by.0, row.created_by, row.load_by],
            asked_by: row.asked_by.1,
            asked_at: row.asked_at,
            state: row.state,
            decided: row.decided,
        })
    }
}

/// The newest overrides of a shipment.
pub(super) async fn of<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    shipment: ShipmentId,
) -> Result<Vec<LoadOverride>, Error> {
    let rows = overrides::of_shipment(tx, grant, shipment, SHOWN).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Asks for an override of the last check of the shipment. Everybody who may decide it is told.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a reason or ground that is missing, and for an answer that cannot be
/// overridden, with what stands against that; [`Error::State`] without a check of the load as it is, and where one waits
/// or stands.
pub async fn ask(
    app: &App,
    grant: &Grant<EditShipments>,
    origin: &Origin,
    id: ShipmentId,
    (reason, authority): (&str, &str),
) -> Result<OverrideId, Error> {
    let (reason, authority) = valid(reason, authority)?;
    let tx = app.store.write(grant, origin).await?;
    let (mut tx, row) = row_for(app, tx, grant, origin, id).await?;
    let check = last_check(app, &mut tx, grant, &row).await?;
    let (check, last) = check
        .zip(row.last_check)
        .ok_or(Error::State("the load has not been checked"))?;
    if check.outdated {
        return Err(Error::State(OUTDATED));
    }
    let covers = overridable(&check.results, &check.data_sets)
        .map_err(|refusal| Error::Invalid(vec![FieldProblem::new("", refusal.to_string())]))?;
    let override_id = OverrideId::generate(app.now());
    match overrides::ask(&mut tx, grant, override_id, (id, last), (reason, authority)).await? {
        OverrideOutcome::Done => {}
        OverrideOutcome::Absent => return Err(Error::NotFound("shipment")),
        OverrideOutcome::Waiting => return Err(Error::State("an override of this check waits or stands")),
        OverrideOutcome::State | OverrideOutcome::Oneself => return Err(Error::State(OUTDATED)),
    }
    let notice = Notice::OverrideAsked {
        by: grant.actor().display_name().to_owned(),
        shipment: row.tracking_number.clone(),
        reason: reason.to_owned(),
        authority: authority.to_owned(),
    };
    let parties = [grant.actor().user(), row.created_by, row.load_by];
    for user in overrides::deciders(&mut tx, grant, &parties).await? {
        tx.tell(user, &notice, app.now()).await?;
    }
    let more = json!({
        "shipment": id.to_string(), "load_hash": hex(&row.load_hash), "covers": told(&covers), "reason": reason,
        "authority": authority,
    });
    let event = event(
        EventType::Create,
        (override_id, &row),
        "override of a check asked for",
        more,
    );
    tx.commit(event, app.now()).await?;
    Ok(override_id)
}

/// Approves or refuses an override that somebody else asked for, of a load that somebody else made. An approved one makes
/// the shipment `checked`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] for who asked, made the shipment or changed its load; [`Error::Invalid`] for the
/// note; [`Error::State`] where it was decided or is void, or where the law has changed since the check.
pub async fn decide(
    app: &App,
    grant: &Grant<OverrideCompatibility>,
    origin: &Origin,
    id: OverrideId,
    (approved, note): (bool, &str),
) -> Result<ShipmentId, Error> {
    let note = line_of(note, "/note", "a note")?;
    let mut tx = app.store.write(grant, origin).await?;
    let asked = overrides::get(&mut tx, grant, id).await?;
    let asked = asked.ok_or(Error::NotFound("override"))?;
    let covers = LoadOverride::try_from(asked.clone())?.covers;
    let row = store::shipments::get(&mut tx, grant, asked.shipment).await?;
    let row = row.ok_or(Error::NotFound("override"))?;
    let incident = incident(&mut tx, grant, asked.shipment).await?;
    let resource = Resource {
        created_by: Some(asked.created_by),
        asked_by: Some(asked.asked_by.0),
        load_by: Some(asked.load_by),
        incident,
        ..Resource::new(ResourceKind::Override, id.uuid(), grant.actor().company())
    };
    let decided = app.policies.authorize_on(grant, &resource, app.now());
    let (mut tx, _) = app.unless_refused(tx, grant, origin, decided).await?;
    let check = last_check(app, &mut tx, grant, &row).await?;
    if approved && check.is_none_or(|check| check.outdated) {
        return Err(Error::State(OUTDATED));
    }
    match overrides::decide(&mut tx, grant, id, approved, note).await? {
        OverrideOutcome::Done => {}
        OverrideOutcome::Absent => return Err(Error::NotFound("override")),
        OverrideOutcome::Oneself => {
            return Err(Error::State(
                "whoever has a part in an override does not decide it",
            ));
        }
        OverrideOutcome::State | OverrideOutcome::Waiting => {
            return Err(Error::State(
                "this override was decided, or the load or its check has changed since",
            ));
        }
    }
    let (changes, what) = match approved {
        true => {
            let changes = store::shipments::mark_overridden(&mut tx, &row).await?;
            (changes, "override of a check approved")
        }
        false => (Changes::default(), "override of a check refused"),
    };
    let notice = Notice::OverrideDecided {
        by: grant.actor().display_name().to_owned(),
        shipment: row.tracking_number.clone(),
        approved,
    };
    tx.tell(asked.asked_by.0, &notice, app.now()).await?;
    let emergency = grant.actor().emergency().filter(|_| incident.is_some());
    let more = json!({
        "shipment": row.id.to_string(), "approved": approved, "note": note, "reason": asked.reason,
        "authority": asked.authority, "asked_by": asked.asked_by.0.to_string(), "covers": told(&covers),
        "emergency_access": emergency.map(|access| access.id.to_string()),
    });
    let event = Event {
        changes,
        ..event(EventType::Update, (id, &row), what, more)
    };
    tx.commit(event, app.now()).await?;
    Ok(row.id)
}

const OUTDATED: &str = "the load or the law's data have changed since the check; check it again";

/// The incident of the actor's emergency access, where it names the shipment.
async fn incident<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    shipment: ShipmentId,
) -> Result<Option<IncidentId>, Error> {
    match grant.actor().emergency().map(|access| access.incident) {
        Some(incident) if incidents::names(tx, grant, incident, shipment).await? => Ok(Some(incident)),
        _ => Ok(None),
    }
}

/// Both, if they can be, or everything that is wrong.
fn valid<'a>(reason: &'a str, authority: &'a str) -> Result<(&'a str, &'a str), Error> {
    let authority = authority.trim();
    let mut problems = Vec::new();
    let reason = reason_of(reason).map_err(|error| match error {
        Error::Invalid(more) => problems.extend(more),
        _ => problems.push(FieldProblem::new("/reason", "cannot be read")),
    });
    if !AUTHORITY.contains(&authority.chars().count()) || authority.contains(char::is_control) {
        let (least, most) = (AUTHORITY.start(), AUTHORITY.end());
        let detail = format!(
            "name the special permit or the competent authority's approval in {least} to {most} characters, such as \
             `DOT-SP 12345`"
        );
        problems.push(FieldProblem::new("/authority", detail));
    }
    match reason {
        Ok(reason) if problems.is_empty() => Ok((reason, authority)),
        _ => Err(Error::Invalid(problems)),
    }
}

/// What the trail keeps of what an override covers: each rule once. A great load has thousands of findings of it.
fn told(covers: &[Overridable]) -> Vec<String> {
    let rule = |one: &Overridable| format!("{}, {}", one.clause, one.rule);
    covers
        .iter()
        .map(rule)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn event(kind: EventType, (id, row): (OverrideId, &ShipmentRow), what: &str, additional: Value) -> Event {
    Event {
        event_type: kind,
        severity: Severity::Critical,
        outcome: Outcome::Success,
        resource_type: "override",
        resource_id: Some(id.uuid()),
        resource_name: row.tracking_number.clone(),
        description: what.to_owned(),
        changes: Changes::default(),
        additional,
    }
}
