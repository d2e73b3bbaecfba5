//! Administering a company's people: seeing them and their sessions, ending these, lockdown (AUTH-4, AUTH-10).
//!
//! A lockdown is one action: no sign-in, every session and refresh token over, with its reason in the trail.
//! Another administrator takes it back; nobody does either to themselves.

use std::ops::Deref;

use access::grant::Grant;
use access::ids::UserId;
use access::permission::{
    AdministerUsers, ConfigureSystem, ManagePeople, Permission, RevealPersonalData, ViewPeople,
};
use access::policy::Resource;
use crypto::field::{FieldContext, Purpose};
use serde_json::json;
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::people::{self, LockOutcome};
pub use store::people::{PersonRow, PersonState};

use crate::keys::unopened;
use crate::masking::{Shown, Sight, SignInEmail};
use crate::notices::Notice;
use crate::sessions::Session;
use crate::{App, Error, FieldProblem, Origin};

/// People on one page.
pub const PAGE: usize = 50;

/// Characters of the reason for a lockdown or its end.
pub const REASON: std::ops::RangeInclusive<usize> = 10..=500;

/// A person, as somebody is shown them.
pub struct Person {
    /// Who.
    pub row: PersonRow,
    /// What they sign in with.
    pub email: Shown<SignInEmail>,
}

impl Deref for Person {
    type Target = PersonRow;

    fn deref(&self) -> &PersonRow {
        &self.row
    }
}

/// One page of people, by name.
pub struct Page {
    /// The people.
    pub people: Vec<Person>,
    /// Whether more follow.
    pub more: bool,
}

/// The people within the caller's scope by name, after this one: the company's, or those whom the caller leads. Why an
/// account is locked is for who manages people.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<ViewPeople>, after: Option<UserId>) -> Result<Page, Error> {
    let mut tx = app.store.read(grant).await?;
    let mut rows = people::list(&mut tx, grant, after, PAGE as i64 + 1).await?;
    drop(tx);
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let mut people = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let PersonState::Locked { by, reason, .. } = &mut row.state
            && !grant.scopes().company
        {
            *by = None;
            reason.clear();
        }
        people.push(shown(app, grant, row).await?);
    }
    Ok(Page { people, more })
}

/// What a person signs in with, opened. Whom it is shown to is decided after.
async fn opened<P: Permission>(app: &App, grant: &Grant<P>, row: &PersonRow) -> Result<SignInEmail, Error> {
    const COLUMN: &str = "email_sealed";
    let place = FieldContext {
        table: "users",
        column: COLUMN,
        row: row.id.uuid(),
        company: grant.actor().company().uuid(),
    };
    let chain = app.keychain_for(grant, Purpose::Identity, &[&row.email]).await?;
    let email = chain.open_text(&place, &row.email).map_err(unopened(COLUMN))?;
    Ok(email.into())
}

/// A person as this caller is shown them: for who reads what they sign in with, which is opened for it.
///
/// # Errors
/// When the address does not open, or the store fails.
pub async fn shown<P: Permission>(app: &App, grant: &Grant<P>, row: PersonRow) -> Result<Person, Error> {
    let email = opened(app, grant, &row).await?;
    let about = Resource::person(row.id, grant.actor().company(), row.role);
    let sight = match row.id == grant.actor().user() {
        true => Sight::of_oneself(),
        false => Sight::decided(app, grant.actor(), about),
    };
    let email = sight.of(email);
    Ok(Person { row, email })
}

/// Shows what a person signs in with, once it is in the trail who wanted it and why (DATA-8).
///
/// # Errors
/// [`Error::Invalid`] for a reason too short or too long; [`Error::NotFound`] for another company's person as for
/// nobody; [`Error::Refused`] for who may not see people at all.
pub async fn reveal_email(
    app: &App,
    grant: &Grant<RevealPersonalData>,
    origin: &Origin,
    user: UserId,
    reason: &str,
) -> Result<Shown<SignInEmail>, Error> {
    let reason = reason_of(reason)?;
    let seen = app.authorize::<ManagePeople>(grant.actor(), origin).await?;
    let mut tx = app.store.read(&seen).await?;
    let row = people::get(&mut tx, &seen, user).await?;
    let row = row.ok_or(Error::NotFound("person"))?;
    let about_them = Resource::person(row.id, grant.actor().company(), row.role);
    let decided = app.policies.authorize_on(grant, &about_them, app.now());
    let (tx, _) = app.unless_refused(tx, grant, origin, decided).await?;
    drop(tx);
    // Opened first, so that the trail never tells of what nobody saw.
    let email = opened(app, grant, &row).await?;
    let event = Event {
        event_type: EventType::View,
        additional: json!({"reason": reason, "fields": ["email"]}),
        ..about(user, row.display_name, "personal data revealed")
    };
    let receipt = app
        .store
        .write(grant, origin)
        .await?
        .commit(event, app.now())
        .await?;
    Ok(Sight::revealed(&receipt).of(email))
}

/// A person of the company with their living sessions, the last used first; what they sign in with stays sealed.
///
/// # Errors
/// [`Error::NotFound`] for another company's person as for nobody.
pub async fn sessions(
    app: &App,
    grant: &Grant<AdministerUsers>,
    user: UserId,
) -> Result<(PersonRow, Vec<Session>), Error> {
    let mut tx = app.store.read(grant).await?;
    let person = people::get(&mut tx, grant, user).await?;
    let person = person.ok_or(Error::NotFound("person"))?;
    let current = grant.actor().session();
    let sessions = people::sessions(&mut tx, grant, user).await?;
    let session = |info| Session::new(info, current, &app.countries);
    Ok((person, sessions.into_iter().map(session).collect()))
}

/// The same, with what they sign in with.
///
/// # Errors
/// As those of [`sessions`].
pub async fn get(
    app: &App,
    grant: &Grant<AdministerUsers>,
    user: UserId,
) -> Result<(Person, Vec<Session>), Error> {
    let (person, sessions) = sessions(app, grant, user).await?;
    Ok((shown(app, grant, person).await?, sessions))
}

/// Ends every session of a person; how many there were.
///
/// # Errors
/// [`Error::NotFound`] for another company's person as for nobody.
pub async fn end_sessions(
    app: &App,
    grant: &Grant<AdministerUsers>,
    origin: &Origin,
    user: UserId,
) -> Result<u64, Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let name = people::name(&mut tx, grant, user).await?;
    let ended = people::end_sessions(&mut tx, grant, user).await?;
    let (Some(name), Some(ended)) = (name, ended) else {
        return Err(Error::NotFound("person"));
    };
    let event = Event {
        event_type: EventType::Logout,
        severity: Severity::Medium,
        additional: json!({"ended": ended}),
        ..about(user, name, "every session of a person ended")
    };
    tx.commit(event, app.now()).await?;
    Ok(u64::try_from(ended).unwrap_or(0))
}

/// Ends every session of the company, the caller's included; how many there were.
///
/// # Errors
/// When the store fails.
pub async fn end_sessions_of_company(
    app: &App,
    grant: &Grant<ConfigureSystem>,
    origin: &Origin,
) -> Result<u64, Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let ended = people::end_sessions_of_company(&mut tx, grant).await?;
    let actor = grant.actor();
    let event = Event {
        event_type: EventType::Logout,
        severity: Severity::High,
        outcome: Outcome::Success,
        resource_type: "company",
        resource_id: Some(actor.company().uuid()),
        resource_name: actor.company_name().to_owned(),
        description: "every session of the company ended".to_owned(),
        changes: Changes::default(),
        additional: json!({"ended": ended}),
    };
    tx.commit(event, app.now()).await?;
    Ok(u64::try_from(ended).unwrap_or(0))
}

/// Locks a person's account: no sign-in from now on, every session and refresh token over.
///
/// # Errors
/// [`Error::Invalid`] for a reason too short or too long; [`Error::NotFound`] for another company's person as for
/// nobody; [`Error::State`] for one's own account, the last administrator's, and one that is not active.
pub async fn lock_down(
    app: &App,
    grant: &Grant<AdministerUsers>,
    origin: &Origin,
    user: UserId,
    reason: &str,
) -> Result<(), Error> {
    let reason = reason_of(reason)?;
    let mut tx = app.store.write(grant, origin).await?;
    let name = people::name(&mut tx, grant, user).await?;
    done(
        people::lock(&mut tx, grant, user, reason).await?,
        "this account is not active",
    )?;
    let name = name.ok_or(Error::NotFound("person"))?;
    tx.tell(user, &Notice::LockedDown, app.now()).await?;
    tx.commit(reasoned(user, name, "account locked down", reason), app.now())
        .await?;
    Ok(())
}

/// Lets a person sign in again. What the lockdown ended stays over.
///
/// # Errors
/// As those of [`lock_down`].
pub async fn unlock(
    app: &App,
    grant: &Grant<AdministerUsers>,
    origin: &Origin,
    user: UserId,
    reason: &str,
) -> Result<(), Error> {
    let reason = reason_of(reason)?;
    let mut tx = app.store.write(grant, origin).await?;
    let name = people::name(&mut tx, grant, user).await?;
    done(
        people::unlock(&mut tx, grant, user).await?,
        "this account is not locked",
    )?;
    let name = name.ok_or(Error::NotFound("person"))?;
    tx.tell(user, &Notice::Unlocked, app.now()).await?;
    tx.commit(reasoned(user, name, "account unlocked", reason), app.now())
        .await?;
    Ok(())
}

/// The reason without the space around it.
pub(crate) fn reason_of(text: &str) -> Result<&str, Error> {
    line_of(text, "/reason", "a reason")
}

/// A line for the trail without the space around it; `pointer` is its place in the form, `what` it is in words.
pub(crate) fn line_of<'a>(text: &'a str, pointer: &'static str, what: &str) -> Result<&'a str, Error> {
    let line = text.trim();
    let told = |detail: String| Err(Error::Invalid(vec![FieldProblem::new(pointer, detail)]));
    if !REASON.contains(&line.chars().count()) {
        let (least, most) = (REASON.start(), REASON.end());
        return told(format!("{what} has {least} to {most} characters"));
    }
    if line.contains(char::is_control) {
        return told(format!("{what} is one line of text"));
    }
    Ok(line)
}

/// What the database decided, as an answer.
pub(crate) fn done(outcome: LockOutcome, state: &'static str) -> Result<(), Error> {
    match outcome {
        LockOutcome::Done => Ok(()),
        LockOutcome::Absent => Err(Error::NotFound("person")),
        LockOutcome::State => Err(Error::State(state)),
        LockOutcome::LastAdministrator => Err(Error::State(
            "the last active administrator of a company cannot be locked",
        )),
        LockOutcome::Oneself => Err(Error::State(
            "nobody locks or unlocks their own account, nor unlocks what they locked: another administrator does",
        )),
    }
}

/// An event about a person, as grave as a lockdown is; the database commits neither that nor a step of a reset of
/// factors without one.
pub(crate) fn about(user: UserId, name: String, what: &str) -> Event {
    Event {
        event_type: EventType::PermissionChange,
        severity: Severity::High,
        outcome: Outcome::Success,
        resource_type: "user",
        resource_id: Some(user.uuid()),
        resource_name: name,
        description: what.to_owned(),
        changes: Changes::default(),
        additional: json!({}),
    }
}

/// The same with the reason, without which the database commits no lockdown.
fn reasoned(user: UserId, name: String, what: &str, reason: &str) -> Event {
    Event {
        additional: json!({"reason": reason}),
        ..about(user, name, what)
    }
}

#[cfg(test)]
mod tests {
    use super::reason_of;

    #[test]
    fn a_reason_is_one_line_of_ten_to_five_hundred_characters() {
        assert_eq!(
            reason_of("  phone lost in Ülm \n").unwrap_or_default(),
            "phone lost in Ülm"
        );
        let (short, long) = ("too short".to_owned(), "x".repeat(501));
        for text in [
            String::new(),
            short,
            long,
            " ".repeat(20),
            "two\nlines of reason".to_owned(),
        ] {
            assert!(reason_of(&text).is_err(), "{text:?}");
        }
    }
}
