//! Overrides of a check (DG-2, P15; docs/decisions/0020): whoever may edit a shipment asks, on the ground of a permit or
//! approval; somebody else, who has no part in it, approves or refuses; who asked and who may decide take it back.
//!
//! An override is of exactly the last answer to exactly this load, and lasts as long as its permit. What of an answer one
//! may cover the law's own crate decides (`dangerous_goods::overridable`), before anybody is asked.

use std::collections::BTreeSet;

use access::grant::Grant;
use access::ids::{IncidentId, OverrideId, ShipmentId, UserId};
use access::permission::{EditShipments, OverrideCompatibility, Permission, WithdrawOverrides};
use access::policy::{Resource, ResourceKind};
use dangerous_goods::{Overridable, overridable};
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::notices::Notice;
pub use store::overrides::State;
use store::overrides::{self, OverrideOutcome, OverrideRow};
use store::shipments::{InCompany, ShipmentRow};
use store::tx::WriteTx;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::{Status, incident, last_check, row_for};
use crate::data_sets::hexadecimal;
use crate::people::{line_of, reason_of};
use crate::{App, Error, FieldProblem, Origin};

/// Characters of what names a permit or an approval.
const AUTHORITY: std::ops::RangeInclusive<usize> = 5..=200;
/// Years for which a permit runs at most (ADR 1.5.1.2; a special permit under 49 CFR 107 runs for less).
const YEARS: i32 = 5;
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
    /// The last day, in UTC, on which it may be used; none of an override from before that was asked for.
    pub valid_until: Option<Date>,
    /// Who asked.
    pub asker: UserId,
    /// The same, by name.
    pub asked_by: String,
    /// When.
    pub asked_at: OffsetDateTime,
    /// Who may not decide it, whatever they hold.
    pub parties: Vec<UserId>,
    /// Where it stands.
    pub state: State,
    /// Who decided, by name, when, and why.
    pub decided: Option<(String, OffsetDateTime, String)>,
    /// Who took it back, by name, when, and why.
    pub withdrawn: Option<(String, OffsetDateTime, String)>,
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
            valid_until: row.valid_until,
            parties: [row.asked_by.0, row.created_by]
                .into_iter()
                .chain(row.load_authors)
                .collect(),
            asker: row.asked_by.0,
            asked_by: row.asked_by.1,
            asked_at: row.asked_at,
            state: row.state,
            decided: row.decided.map(|(_, by, at, note)| (by, at, note)),
            withdrawn: row.withdrawn,
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

/// The days on which a permit can end that is shown today: from today to five years ahead.
#[must_use]
pub fn permit_ends(today: Date) -> (Date, Date) {
    let last = today.year() + YEARS;
    // The 29th of February has no counterpart in a common year; the database says the 28th too.
    let last = today
        .replace_year(last)
        .or_else(|_| today.replace_day(28).and_then(|day| day.replace_year(last)));
    (today, last.unwrap_or(today))
}

/// What is said of the override that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Why.
    pub reason: &'a str,
    /// The special permit or the authority's approval.
    pub authority: &'a str,
    /// The last day on which it may be used, as `2027-03-31`.
    pub valid_until: &'a str,
}

/// Asks for an override of the last check of the shipment. Everybody who may decide it is told.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a reason, ground or last day that is missing or cannot be, and for an answer
/// that cannot be overridden, with what stands against that; [`Error::State`] without a check of the load as it is, and
/// where one waits or stands.
pub async fn ask(
    app: &App,
    grant: &Grant<EditShipments>,
    origin: &Origin,
    id: ShipmentId,
    ground: Ground<'_>,
) -> Result<OverrideId, Error> {
    let (reason, authority, valid_until) = valid(ground, app.now().date())?;
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
    let said = (reason, authority, valid_until);
    match overrides::ask(&mut tx, grant, override_id, (id, last), said).await? {
        OverrideOutcome::Done => {}
        OverrideOutcome::Absent => return Err(Error::NotFound("shipment")),
        OverrideOutcome::Waiting => return Err(Error::State("an override of this check waits or stands")),
        // By the database's clock.
        OverrideOutcome::Validity => return Err(Error::Invalid(vec![out_of_range(app.now().date())])),
        OverrideOutcome::State | OverrideOutcome::Oneself => return Err(Error::State(OUTDATED)),
    }
    let notice = Notice::OverrideAsked {
        by: grant.actor().display_name().to_owned(),
        shipment: row.tracking_number.clone(),
        reason: reason.to_owned(),
        authority: authority.to_owned(),
        valid_until,
    };
    let mut parties = row.load_authors.clone();
    parties.extend([grant.actor().user(), row.created_by]);
    for user in overrides::deciders(&mut tx, grant, &parties).await? {
        tx.tell(user, &notice, app.now()).await?;
    }
    let more = json!({
        "shipment": id.to_string(), "load_hash": hexadecimal(&row.load_hash), "covers": told(&covers), "reason": reason,
        "authority": authority, "valid_until": valid_until.to_string(),
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
/// [`Error::NotFound`]; [`Error::Refused`] for who asked, made the shipment or ever changed its load; [`Error::Invalid`] for
/// the note; [`Error::State`] where it was decided, is void or over, or where the law has changed since the check.
pub async fn decide(
    app: &App,
    grant: &Grant<OverrideCompatibility>,
    origin: &Origin,
    id: OverrideId,
    (approved, note): (bool, &str),
) -> Result<ShipmentId, Error> {
    let note = line_of(note, "/note", "a note")?;
    let (mut tx, asked, row, incident) = asked_for(app, grant, origin, id).await?;
    let covers = LoadOverride::try_from(asked.clone())?.covers;
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
        OverrideOutcome::State | OverrideOutcome::Waiting | OverrideOutcome::Validity => {
            return Err(Error::State(
                "this override was decided, or its permit is over, or the load or its check has changed since",
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
        "authority": asked.authority, "valid_until": asked.valid_until.map(|day| day.to_string()),
        "asked_by": asked.asked_by.0.to_string(), "covers": told(&covers),
        "emergency_access": emergency.map(|access| access.id.to_string()),
    });
    let event = Event {
        changes,
        ..event(EventType::Update, (id, &row), what, more)
    };
    tx.commit(event, app.now()).await?;
    Ok(row.id)
}

/// Takes an override back: what one asked for oneself, or what somebody approved. The shipment is a draft again. Who asked,
/// who approved and who carries it are told.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] for whom it is not to take back, and without a second factor of what others asked
/// for; [`Error::Invalid`] for the note; [`Error::State`] where it waits for somebody else's decision, or is void or over.
pub async fn withdraw(
    app: &App,
    grant: &Grant<WithdrawOverrides>,
    origin: &Origin,
    id: OverrideId,
    note: &str,
) -> Result<ShipmentId, Error> {
    let note = line_of(note, "/note", "a note")?;
    let (mut tx, asked, row, incident) = asked_for(app, grant, origin, id).await?;
    let covers = LoadOverride::try_from(asked.clone())?.covers;
    match overrides::withdraw(&mut tx, grant, id, note).await? {
        OverrideOutcome::Done => {}
        OverrideOutcome::Absent => return Err(Error::NotFound("override")),
        _ => {
            return Err(Error::State(
                "only an override that is approved and stands, or that one asked for oneself, can be withdrawn",
            ));
        }
    }
    let changes = match row.status == Status::Draft.as_str() {
        true => Changes::default(),
        false => store::shipments::mark_draft(&mut tx, &row).await?,
    };
    let notice = Notice::OverrideWithdrawn {
        by: grant.actor().display_name().to_owned(),
        shipment: row.tracking_number.clone(),
    };
    let approver = asked.decided.as_ref().map(|(by, ..)| *by);
    // Who carries it has papers that no longer count.
    let carrier = row.assigned_to.filter(|_| asked.approved == Some(true));
    let concerned = [Some(asked.asked_by.0), approver, carrier];
    let concerned: BTreeSet<_> = concerned.into_iter().flatten().collect();
    for user in concerned {
        if user != grant.actor().user() {
            tx.tell(user, &notice, app.now()).await?;
        }
    }
    let emergency = grant.actor().emergency().filter(|_| incident.is_some());
    let more = json!({
        "shipment": row.id.to_string(), "withdrawn": note, "approved": asked.approved, "reason": asked.reason,
        "authority": asked.authority, "valid_until": asked.valid_until.map(|day| day.to_string()),
        "asked_by": asked.asked_by.0.to_string(), "covers": told(&covers),
        "emergency_access": emergency.map(|access| access.id.to_string()),
    });
    let event = Event {
        changes,
        ..event(
            EventType::Update,
            (id, &row),
            "override of a check withdrawn",
            more,
        )
    };
    tx.commit(event, app.now()).await?;
    Ok(row.id)
}

/// The override with this id, its shipment, and the incident by which emergency access reaches that: for a step that the
/// policies permit on it.
async fn asked_for<P: Permission>(
    app: &App,
    grant: &Grant<P>,
    origin: &Origin,
    id: OverrideId,
) -> Result<(WriteTx, OverrideRow, ShipmentRow, Option<IncidentId>), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let asked = overrides::get(&mut tx, grant, id).await?;
    let asked = asked.ok_or(Error::NotFound("override"))?;
    let row = store::shipments::get(&mut tx, grant, asked.shipment).await?;
    let row = row.ok_or(Error::NotFound("override"))?;
    let incident = incident(&mut tx, grant, asked.shipment).await?;
    let decided = app
        .policies
        .authorize_on(grant, &resource(grant, &asked, incident), app.now());
    let (tx, _) = app.unless_refused(tx, grant, origin, decided).await?;
    Ok((tx, asked, row, incident))
}

/// An override as the policies see it.
fn resource<P: Permission>(grant: &Grant<P>, row: &OverrideRow, incident: Option<IncidentId>) -> Resource {
    Resource {
        created_by: Some(row.created_by),
        asked_by: Some(row.asked_by.0),
        load_authors: Some(row.load_authors.clone()),
        incident,
        ..Resource::new(ResourceKind::Override, row.id.uuid(), grant.actor().company())
    }
}

const OUTDATED: &str = "the load or the law's data have changed since the check; check it again";

/// All of it, if it can be, or everything that is wrong.
fn valid<'a>(ground: Ground<'a>, today: Date) -> Result<(&'a str, &'a str, Date), Error> {
    let authority = ground.authority.trim();
    let mut problems = Vec::new();
    let reason = reason_of(ground.reason).map_err(|error| match error {
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
    let (first, last) = permit_ends(today);
    let format = format_description!("[year]-[month]-[day]");
    let valid_until = Date::parse(ground.valid_until.trim(), format)
        .ok()
        .filter(|day| (first..=last).contains(day));
    if valid_until.is_none() {
        problems.push(out_of_range(today));
    }
    match (reason, valid_until) {
        (Ok(reason), Some(valid_until)) if problems.is_empty() => Ok((reason, authority, valid_until)),
        _ => Err(Error::Invalid(problems)),
    }
}

/// What is wrong with a last day that cannot be one.
fn out_of_range(today: Date) -> FieldProblem {
    let (first, last) = permit_ends(today);
    let detail = format!(
        "say until when the permit or approval is valid, from `{first}` to `{last}`: its last day, in UTC, not over and at most \
         five years ahead"
    );
    FieldProblem::new("/authority_valid_until", detail)
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
