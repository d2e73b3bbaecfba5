//! What one person may do and why, and deciding it: permissions given for a time or withheld, and roles (AUTHZ-2, P16;
//! docs/decisions/0018).
//!
//! Nobody decides over themselves, over a role above their own, or over a permission that their own role does not
//! hold; what governs access itself is nobody's to give one by one. The policies say all of that; the database holds
//! the first once more.

use access::grant::{Grant, Reason, Refusal};
use access::ids::{PermissionGrantId, UserId};
use access::permission::{ALL, AssignRoles, GivePermissions, ManagePeople, Permission};
use access::policy::Resource;
use access::role::Role;
use serde_json::json;
use store::audit::{Changes, Event};
use store::notices::Notice;
use store::people::{self, PersonRow};
use store::permission_grants::{self, NewGrant};
pub use store::permission_grants::{Effect, PermissionGrant};
use store::tx::WriteTx;
use time::{Duration, OffsetDateTime};

use crate::people::{about, done, reason_of};
use crate::{App, Error, FieldProblem, Origin};

/// How long a permission is given at most.
pub const LONGEST: Duration = Duration::days(366);

/// Why a person holds a permission, or does not.
#[derive(Debug, Clone)]
pub enum Why {
    /// The role holds it, or one it inherits from.
    Role,
    /// Neither the role nor anything else gives it.
    NotHeld,
    /// It was given for a time.
    Given(PermissionGrant),
    /// It is withheld, whatever gives it.
    Withheld(PermissionGrant),
}

/// One permission, as a person holds it.
#[derive(Debug, Clone)]
pub struct Line {
    /// `domain.action[.scope]`.
    pub name: &'static str,
    /// What it lets one do.
    pub description: &'static str,
    /// Whether it needs a second factor besides (AUTHZ-4).
    pub critical: bool,
    /// Whether it can be given to one person or withheld.
    pub personal: bool,
    /// Why it is held, or is not.
    pub why: Why,
}

impl Line {
    /// Whether the person holds it; a critical one asks for a second factor when it is used.
    #[must_use]
    pub const fn held(&self) -> bool {
        matches!(self.why, Why::Role | Why::Given(_))
    }
}

/// Every permission as a person holds it, by name; what they sign in with stays sealed.
///
/// # Errors
/// [`Error::NotFound`] for another company's person as for nobody.
pub async fn of_person(
    app: &App,
    grant: &Grant<ManagePeople>,
    user: UserId,
) -> Result<(PersonRow, Vec<Line>), Error> {
    let mut tx = app.store.read(grant).await?;
    let person = people::get(&mut tx, grant, user).await?;
    let person = person.ok_or(Error::NotFound("person"))?;
    let grants = permission_grants::of_person(&mut tx, grant, user).await?;
    drop(tx);
    let by_role = app.policies.held_by(person.role, grant.actor().company());
    let line = |info: &'static access::permission::PermissionInfo| {
        let own = grants.iter().find(|grant| grant.permission == info.name).cloned();
        let personal = app.policies.personal().contains(&info.name);
        Line {
            name: info.name,
            description: info.description,
            critical: info.critical,
            personal,
            why: match own.filter(|_| personal) {
                Some(own) if own.effect == Effect::Withheld => Why::Withheld(own),
                _ if by_role.contains(&info.name) => Why::Role,
                Some(own) => Why::Given(own),
                None => Why::NotHeld,
            },
        }
    };
    let lines = ALL.iter().map(line).collect();
    Ok((person, lines))
}

/// What to give or withhold, as it was sent.
pub struct Asked<'a> {
    /// Which permission.
    pub permission: &'a str,
    /// Given or withheld.
    pub effect: Effect,
    /// For the trail and the person.
    pub reason: &'a str,
    /// Until when; what is withheld may stay.
    pub expires_at: Option<OffsetDateTime>,
}

/// Gives a person a permission until then, or withholds it. What was decided of it before is over.
///
/// # Errors
/// [`Error::Invalid`], all problems at once; [`Error::NotFound`] for another company's person as for nobody;
/// [`Error::Refused`] for oneself, somebody above, and what one does not hold oneself.
pub async fn give(
    app: &App,
    grant: &Grant<GivePermissions>,
    origin: &Origin,
    user: UserId,
    asked: &Asked<'_>,
) -> Result<PermissionGrantId, Error> {
    let now = app.now();
    let reason = valid(app, asked, now)?;
    let mut tx = app.store.write(grant, origin).await?;
    let (role, name) = person(&mut tx, grant, user).await?;
    let decided = decide_giving(app, grant, (user, role), asked.permission);
    let (mut tx, permission) = app.unless_refused(tx, grant, origin, decided).await?;
    let new = NewGrant {
        id: PermissionGrantId::generate(now),
        permission,
        effect: asked.effect,
        reason,
        expires_at: asked.expires_at,
    };
    let outcome = permission_grants::give(&mut tx, grant, user, new).await?;
    done(outcome, "this account is not active")?;
    let word = asked.effect.as_str();
    let until = asked.expires_at.map(OffsetDateTime::unix_timestamp);
    let notice = Notice::PermissionDecided {
        by: grant.actor().display_name().to_owned(),
        what: format!("`{permission}` {word}"),
        until: asked.expires_at,
    };
    tx.tell(user, &notice, now).await?;
    let event = Event {
        changes: change(permission, None, Some(word)),
        additional: json!({"reason": reason, "permission": permission, "expires_at": until}),
        ..about(user, name, &format!("permission {word}"))
    };
    tx.commit(event, now).await?;
    Ok(new.id)
}

/// Ends one before its time.
///
/// # Errors
/// [`Error::NotFound`] for what the person does not have; [`Error::Refused`] as for [`give`], where it was withheld: who
/// takes that back gives; [`Error::State`] where it is over.
pub async fn end(
    app: &App,
    grant: &Grant<GivePermissions>,
    origin: &Origin,
    user: UserId,
    id: PermissionGrantId,
) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.store.write(grant, origin).await?;
    let (role, name) = person(&mut tx, grant, user).await?;
    let known = permission_grants::permission_of(&mut tx, grant, user, id).await?;
    let (permission, effect) = known.ok_or(Error::NotFound("permission"))?;
    let decided = decide_giving(app, grant, (user, role), &permission);
    let (mut tx, permission) = app.unless_refused(tx, grant, origin, decided).await?;
    let outcome = permission_grants::end(&mut tx, grant, user, id).await?;
    done(outcome, "this is over already")?;
    let notice = Notice::PermissionDecided {
        by: grant.actor().display_name().to_owned(),
        what: format!("`{permission}` no longer {effect}"),
        until: None,
    };
    tx.tell(user, &notice, now).await?;
    let event = Event {
        changes: change(permission, Some(&effect), None),
        additional: json!({"permission": permission}),
        ..about(user, name, &format!("permission no longer {effect}"))
    };
    tx.commit(event, now).await?;
    Ok(())
}

/// Changes a person's role. Their sessions end: a session lives as long as its role allows.
///
/// # Errors
/// As those of [`give`]; [`Error::State`] for who is not active, has the role, or is the last administrator.
pub async fn assign_role(
    app: &App,
    grant: &Grant<AssignRoles>,
    origin: &Origin,
    user: UserId,
    role: Role,
    reason: &str,
) -> Result<(), Error> {
    let reason = reason_of(reason)?;
    let mut tx = app.store.write(grant, origin).await?;
    let (before, name) = person(&mut tx, grant, user).await?;
    let decided = decide_over(app, grant, user, before).and_then(|()| decide_over(app, grant, user, role));
    let (mut tx, ()) = app.unless_refused(tx, grant, origin, decided).await?;
    let outcome = permission_grants::assign_role(&mut tx, grant, user, role).await?;
    done(outcome, "this account is not active, or has this role")?;
    let notice = Notice::RoleAssigned {
        by: grant.actor().display_name().to_owned(),
        before,
        after: role,
    };
    tx.tell(user, &notice, app.now()).await?;
    let mut changes = Changes::default();
    changes.compare("role", &before, &role, true);
    let event = Event {
        changes,
        additional: json!({"reason": reason}),
        ..about(user, name, "role changed, every session of the person ended")
    };
    tx.commit(event, app.now()).await?;
    Ok(())
}

async fn person<P: Permission>(
    tx: &mut WriteTx,
    grant: &Grant<P>,
    user: UserId,
) -> Result<(Role, String), Error> {
    let person = permission_grants::role_of(tx, grant.actor().company(), user).await?;
    person.ok_or(Error::NotFound("person"))
}

/// Whether the caller decides over a person with this role.
fn decide_over<P: Permission>(app: &App, grant: &Grant<P>, user: UserId, role: Role) -> Result<(), Refusal> {
    let person = Resource::person(user, grant.actor().company(), role);
    app.policies.authorize_on(grant, &person, app.now()).map(|_| ())
}

/// Whether the caller decides over this permission of a person with this role.
fn decide_giving(
    app: &App,
    grant: &Grant<GivePermissions>,
    (user, role): (UserId, Role),
    permission: &str,
) -> Result<&'static str, Refusal> {
    decide_over(app, grant, user, role)?;
    let given = app
        .policies
        .authorize_giving(grant.actor(), permission, app.now());
    given.map_err(|reason| Refusal {
        permission: GivePermissions::NAME,
        reason,
    })
}

/// The reason, if all that was sent can be.
fn valid<'a>(app: &App, asked: &Asked<'a>, now: OffsetDateTime) -> Result<&'a str, Error> {
    let mut problems = Vec::new();
    let mut wrong = |pointer: &str, detail: String| problems.push(FieldProblem::new(pointer, detail));
    if !app.policies.personal().contains(&asked.permission) {
        let detail = "no permission of this name can be given to one person or withheld";
        wrong("/permission", detail.to_owned());
    }
    match asked.expires_at {
        Some(at) if at <= now || at > now + LONGEST => {
            let days = LONGEST.whole_days();
            wrong(
                "/expires_at",
                format!("the end lies within the {days} days from now"),
            );
        }
        None if asked.effect == Effect::Granted => {
            wrong("/expires_at", "what is given has an end".to_owned());
        }
        _ => {}
    }
    let reason = match reason_of(asked.reason) {
        Ok(reason) => reason,
        Err(Error::Invalid(more)) => {
            problems.extend(more);
            ""
        }
        Err(other) => return Err(other),
    };
    if problems.is_empty() {
        Ok(reason)
    } else {
        Err(Error::Invalid(problems))
    }
}

fn change(permission: &str, before: Option<&str>, after: Option<&str>) -> Changes {
    let mut changes = Changes::default();
    changes.compare(permission, &before, &after, true);
    changes
}

/// A refusal that says more than that the permission is missing.
#[must_use]
pub const fn explanation(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Oneself => Some("nobody decides what they may do themselves; somebody else does"),
        Reason::AboveOneself => {
            Some("nobody decides over a role above their own, or gives what their own role does not hold")
        }
        Reason::SeparationOfDuties => Some(
            "whoever asked for an override, made the shipment or ever changed its load does not decide it; somebody else does",
        ),
        Reason::Withheld => Some("this permission is withheld from you"),
        _ => None,
    }
}
