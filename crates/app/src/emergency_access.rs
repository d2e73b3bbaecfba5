//! Emergency access (AUTHZ-6, P10 to P14; docs/decisions/0018): acting beyond one's role because of an open incident, for at
//! most four hours, with everybody who answers for it told at once and somebody else's judgement afterwards.
//!
//! Reading what may save a life is taken; all else, and reading by who has access that nobody has judged, waits for a
//! second person, who must hold by their own role what they let another do.

use access::grant::{Grant, Refusal};
use access::ids::{EmergencyAccessId, IncidentId, UserId};
use access::permission::{
    ApproveEmergencyAccess, Permission, RequestEmergencyAccess, ReviewEmergencyAccess, ViewShipments,
};
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::emergency_access::{self, AccessOutcome};
pub use store::emergency_access::{AccessRow, State};
use store::notices::Notice;
use store::tx::WriteTx;
use uuid::Uuid;

use crate::people::{line_of, reason_of};
use crate::{App, Error, FieldProblem, Origin};

/// Reading what may save a life: no role holds it.
pub const READ: &str = "dangerous_goods.emergency.access";
/// What emergency access can be of, in the order of the rows.
pub const PERMISSIONS: [&str; 3] = [
    READ,
    "dangerous_goods.compatibility.override",
    "safety.equipment.disable",
];
/// Rows in a list.
const MOST: i64 = 200;

/// What was asked for came to this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requested {
    /// Its id.
    pub id: EmergencyAccessId,
    /// Whether it may be used at once; otherwise a second person decides.
    pub granted: bool,
}

/// Emergency access that the caller may see: their own, and everybody's where they see every incident.
///
/// # Errors
/// When the store fails.
pub async fn list(
    app: &App,
    grant: &Grant<RequestEmergencyAccess>,
    incident: Option<IncidentId>,
) -> Result<Vec<AccessRow>, Error> {
    let mut tx = app.store.read(grant).await?;
    Ok(emergency_access::list(&mut tx, grant, incident, MOST).await?)
}

/// Asks for emergency access in one's own name.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::NotFound`] for an incident the company does not have; [`Error::State`] where it is closed
/// or one asked before.
pub async fn request(
    app: &App,
    grant: &Grant<RequestEmergencyAccess>,
    origin: &Origin,
    incident: IncidentId,
    permissions: &[String],
    justification: &str,
) -> Result<Requested, Error> {
    let (permissions, justification) = valid(permissions, justification)?;
    let id = EmergencyAccessId::generate(app.now());
    let mut tx = app.store.write(grant, origin).await?;
    let outcome =
        emergency_access::request(&mut tx, grant, id, incident, &permissions, justification).await?;
    let granted = match outcome {
        AccessOutcome::Granted => true,
        AccessOutcome::Waiting => false,
        AccessOutcome::Absent => return Err(Error::NotFound("incident")),
        AccessOutcome::WaitingAlready => {
            return Err(Error::State("you asked before, and nobody has decided yet"));
        }
        _ => return Err(Error::State("this incident is closed")),
    };
    let about = emergency_access::about(&mut tx, id).await?;
    let (_, _, drill) = about.ok_or(Error::Internal("access that was just stored is not there"))?;
    let notice = Notice::EmergencyAccess {
        by: grant.actor().display_name().to_owned(),
        justification: justification.to_owned(),
        waiting: !granted,
        drill,
    };
    for user in emergency_access::approvers(&mut tx, grant).await? {
        tx.tell(user, &notice, app.now()).await?;
    }
    let what = if granted {
        "emergency access taken"
    } else {
        "emergency access asked for"
    };
    let more = json!({
        "incident": incident.to_string(), "permissions": permissions, "justification": justification, "drill": drill,
    });
    tx.commit(event(id, what, more), app.now()).await?;
    Ok(Requested { id, granted })
}

/// Lets somebody else act, as they asked.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] for what the caller's own role does not hold; [`Error::State`] for one's own, where it
/// was decided, and while nobody but the person has confirmed the incident.
pub async fn approve(
    app: &App,
    grant: &Grant<ApproveEmergencyAccess>,
    origin: &Origin,
    id: EmergencyAccessId,
) -> Result<(), Error> {
    let (tx, (user, permissions, drill)) = opened(app, grant, origin, id).await?;
    let own = |name: &&String| *name != READ;
    let held = |name| app.policies.holds_by_role(grant.actor(), name, app.now());
    let holds = permissions.iter().filter(own).try_for_each(|name| held(name));
    let refused = |reason| Refusal {
        permission: ApproveEmergencyAccess::NAME,
        reason,
    };
    let (mut tx, ()) = app
        .unless_refused(tx, grant, origin, holds.map_err(refused))
        .await?;
    done(emergency_access::approve(&mut tx, grant, id).await?)?;
    decided(
        app,
        tx,
        grant.actor().display_name(),
        (id, user),
        "approved",
        drill,
    )
    .await
}

/// Says no to somebody else's.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`] for one's own and where it was decided.
pub async fn refuse(
    app: &App,
    grant: &Grant<ApproveEmergencyAccess>,
    origin: &Origin,
    id: EmergencyAccessId,
) -> Result<(), Error> {
    let (mut tx, (user, _, drill)) = opened(app, grant, origin, id).await?;
    done(emergency_access::refuse(&mut tx, grant, id).await?)?;
    decided(
        app,
        tx,
        grant.actor().display_name(),
        (id, user),
        "refused",
        drill,
    )
    .await
}

/// Gives access back, or takes it back as who may approve.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`] where it is over.
pub async fn end(
    app: &App,
    grant: &Grant<RequestEmergencyAccess>,
    origin: &Origin,
    id: EmergencyAccessId,
) -> Result<(), Error> {
    let (mut tx, (user, _, drill)) = opened(app, grant, origin, id).await?;
    done(emergency_access::end(&mut tx, grant, id).await?)?;
    decided(app, tx, grant.actor().display_name(), (id, user), "ended", drill).await
}

/// Judges how access was used: somebody who neither had nor approved it (P14).
///
/// # Errors
/// [`Error::Invalid`]; [`Error::NotFound`]; [`Error::State`] where it is not over or was judged, and for who had or
/// approved it.
pub async fn review(
    app: &App,
    grant: &Grant<ReviewEmergencyAccess>,
    origin: &Origin,
    id: EmergencyAccessId,
    justified: bool,
    note: &str,
) -> Result<(), Error> {
    let note = line_of(note, "/note", "a judgement")?;
    let (verdict, what) = if justified {
        ("justified", "judged justified")
    } else {
        ("not_justified", "judged not justified")
    };
    let (mut tx, (user, _, drill)) = opened(app, grant, origin, id).await?;
    done(emergency_access::review(&mut tx, grant, id, verdict, note).await?)?;
    decided(app, tx, grant.actor().display_name(), (id, user), what, drill).await
}

/// A transaction about emergency access: whose it is, what it permits, whether it is an exercise.
async fn opened<P: Permission>(
    app: &App,
    grant: &Grant<P>,
    origin: &Origin,
    id: EmergencyAccessId,
) -> Result<(WriteTx, (UserId, Vec<String>, bool)), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let about = emergency_access::about(&mut tx, id).await?;
    Ok((tx, about.ok_or(Error::NotFound("emergency access"))?))
}

/// Tells the person and commits with the event.
async fn decided(
    app: &App,
    mut tx: WriteTx,
    by: &str,
    (id, user): (EmergencyAccessId, UserId),
    what: &'static str,
    drill: bool,
) -> Result<(), Error> {
    let by = by.to_owned();
    tx.tell(user, &Notice::EmergencyAccessDecided { by, what }, app.now())
        .await?;
    let described = format!("emergency access {what}");
    tx.commit(event(id, &described, json!({"drill": drill})), app.now())
        .await?;
    Ok(())
}

/// Records that emergency access was used to read: each time, before anything is shown.
pub(crate) async fn used(
    app: &App,
    grant: &Grant<ViewShipments>,
    origin: &Origin,
    what: &str,
    (id, name): (Option<Uuid>, String),
) -> Result<(), Error> {
    let access = grant.actor().emergency();
    let access = access.ok_or(Error::Internal("emergency access without emergency access"))?;
    let event = Event {
        resource_type: "shipment",
        resource_id: id,
        resource_name: name,
        ..event(
            access.id,
            what,
            json!({"emergency_access": access.id.to_string(), "incident": access.incident.to_string()}),
        )
    };
    let tx = app.store.write(grant, origin).await?;
    tx.commit(event, app.now()).await?;
    Ok(())
}

fn valid<'a>(permissions: &[String], justification: &'a str) -> Result<(Vec<String>, &'a str), Error> {
    let known = |name: &&str| permissions.iter().any(|asked| asked == name);
    let asked: Vec<_> = PERMISSIONS
        .iter()
        .filter(|name| known(name))
        .map(ToString::to_string)
        .collect();
    let mut problems = Vec::new();
    if asked.is_empty() || asked.len() != permissions.len() {
        let detail = format!("name one or more of {}, each once", PERMISSIONS.join(", "));
        problems.push(FieldProblem::new("/permissions", detail));
    }
    match reason_of(justification) {
        Ok(justification) if problems.is_empty() => return Ok((asked, justification)),
        Ok(_) => {}
        Err(Error::Invalid(_)) => {
            let detail = "a justification is one line of 10 to 500 characters";
            problems.push(FieldProblem::new("/justification", detail));
        }
        Err(other) => return Err(other),
    }
    Err(Error::Invalid(problems))
}

fn done(outcome: AccessOutcome) -> Result<(), Error> {
    match outcome {
        AccessOutcome::Done => Ok(()),
        AccessOutcome::Absent => Err(Error::NotFound("emergency access")),
        AccessOutcome::Oneself => Err(Error::State(
            "it takes somebody else than who has the access, and to judge it than who approved it",
        )),
        AccessOutcome::Unconfirmed => Err(Error::State(
            "nobody but the person has confirmed the incident; confirm it first",
        )),
        _ => Err(Error::State("this emergency access is not in a state for that")),
    }
}

fn event(id: EmergencyAccessId, what: &str, additional: Value) -> Event {
    Event {
        event_type: EventType::EmergencyAccess,
        severity: Severity::Critical,
        outcome: Outcome::Success,
        resource_type: "emergency_access",
        resource_id: Some(id.uuid()),
        resource_name: id.to_string(),
        description: what.to_owned(),
        changes: Changes::default(),
        additional,
    }
}
