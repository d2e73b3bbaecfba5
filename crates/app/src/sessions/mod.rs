//! A person's own sessions: seeing them and ending them (AUTH-10, J15).

pub mod device;
pub mod place;

use access::grant::Grant;
use access::ids::SessionId;
use access::permission::SignedIn;
use serde_json::json;
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::own_sessions::{self, SessionInfo, Which};
use time::OffsetDateTime;

use self::place::{Countries, Country};
use crate::{App, Error, Origin};

/// A living session, as people are shown it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// `console` or `api`.
    pub kind: String,
    /// The device in words, such as `Firefox on Windows`.
    pub device: String,
    /// The network address it was opened from.
    pub ip_address: Option<String>,
    /// The country of that address, where it is known.
    pub country: Option<Country>,
    /// When it was opened.
    pub created_at: OffsetDateTime,
    /// When it was used last, to a minute.
    pub last_used_at: OffsetDateTime,
    /// When it ends if it is not used before.
    pub idle_ends_at: OffsetDateTime,
    /// When it ends at the latest.
    pub ends_at: OffsetDateTime,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

impl Session {
    pub(crate) fn new(info: SessionInfo, current: SessionId, countries: &Countries) -> Self {
        Self {
            is_current: info.id == current,
            id: info.id,
            kind: info.kind,
            device: device::in_words(info.user_agent.as_deref().unwrap_or_default()),
            country: info.ip_address.and_then(|address| countries.of(address)),
            ip_address: info.ip_address.map(|address| address.to_string()),
            created_at: info.created_at,
            last_used_at: info.last_used_at,
            idle_ends_at: info.idle_ends_at,
            ends_at: info.ends_at,
        }
    }
}

/// One's own living sessions, the last used first.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<SignedIn>) -> Result<Vec<Session>, Error> {
    let mut tx = app.store.read(grant).await?;
    let current = grant.actor().session();
    let own = own_sessions::list(&mut tx, grant).await?;
    let shown = |info| Session::new(info, current, &app.countries);
    Ok(own.into_iter().map(shown).collect())
}

/// Ends one of one's own sessions, at once and for good.
///
/// # Errors
/// [`Error::NotFound`] for one that is over, never was, or is somebody else's.
pub async fn end(
    app: &App,
    grant: &Grant<SignedIn>,
    origin: &Origin,
    session: SessionId,
) -> Result<(), Error> {
    let mut tx = app.store.write(grant, origin).await?;
    if own_sessions::end(&mut tx, grant, Which::One(session)).await? == 0 {
        return Err(Error::NotFound("session"));
    }
    let event = Event {
        resource_type: "session",
        resource_id: Some(session.uuid()),
        ..event(grant, "session ended", 1)
    };
    tx.commit(event, app.now()).await?;
    Ok(())
}

/// Ends all one's sessions but the one that asks; how many there were.
///
/// # Errors
/// When the store fails.
pub async fn end_others(app: &App, grant: &Grant<SignedIn>, origin: &Origin) -> Result<u64, Error> {
    end_many(app, grant, origin, Which::Others, "every other session ended").await
}

/// Signs out everywhere (J1); how many sessions there were.
///
/// # Errors
/// When the store fails.
pub async fn end_all(app: &App, grant: &Grant<SignedIn>, origin: &Origin) -> Result<u64, Error> {
    end_many(app, grant, origin, Which::All, "signed out everywhere").await
}

async fn end_many(
    app: &App,
    grant: &Grant<SignedIn>,
    origin: &Origin,
    which: Which,
    what: &'static str,
) -> Result<u64, Error> {
    let mut tx = app.store.write(grant, origin).await?;
    let ended = own_sessions::end(&mut tx, grant, which).await?;
    tx.commit(event(grant, what, ended), app.now()).await?;
    Ok(ended)
}

fn event(grant: &Grant<SignedIn>, what: &str, ended: u64) -> Event {
    let actor = grant.actor();
    Event {
        event_type: EventType::Logout,
        severity: Severity::Low,
        outcome: Outcome::Success,
        resource_type: "user",
        resource_id: Some(actor.user().uuid()),
        resource_name: actor.display_name().to_owned(),
        description: what.to_owned(),
        changes: Changes::default(),
        additional: json!({"ended": ended}),
    }
}
