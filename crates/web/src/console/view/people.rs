//! People and sessions as the pages show them.

use access::ids::UserId;
use app::people::{Person, PersonState};
use app::sessions::Session;

use super::moment;
use crate::console::pages::{AccountState, LockView, PersonView, SessionView};
use crate::console::role_in_words;

/// A session as a row.
pub(in crate::console) fn session(session: Session) -> SessionView {
    SessionView {
        id: session.id.to_string(),
        device: session.device,
        kind: match session.kind.as_str() {
            "console" => "Console".to_owned(),
            _ => "API".to_owned(),
        },
        address: session.ip_address.unwrap_or_else(|| "–".to_owned()),
        country: session.country.map(|country| country.to_string()),
        created: moment(session.created_at),
        used: moment(session.last_used_at),
        ends: moment(session.ends_at),
        is_current: session.is_current,
    }
}

/// A person as a row and as the head of their page.
pub(in crate::console) fn person(Person { row, email }: Person, viewer: UserId) -> PersonView {
    PersonView {
        id: row.id.to_string(),
        name: row.display_name,
        email: email.as_str().to_owned(),
        role: role_in_words(row.role.as_str()),
        awaits_recovery: row.awaits_recovery,
        state: match row.state {
            PersonState::Active => AccountState::Active,
            PersonState::Disabled => AccountState::Disabled,
            PersonState::Locked { at, by, reason } => AccountState::Locked(LockView {
                at: moment(at),
                is_mine: by.as_ref().is_some_and(|(who, _)| *who == viewer),
                by: by.map_or_else(|| "the platform's operator".to_owned(), |(_, name)| name),
                reason,
            }),
        },
    }
}
