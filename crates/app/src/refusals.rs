//! Refusals are recorded, a limited number a session and minute, so that nobody can fill the trail.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use access::ids::SessionId;
use time::{Duration, OffsetDateTime};

/// Events a session may cause in one window.
const MOST: u32 = 30;
const WINDOW: Duration = Duration::MINUTE;
/// Sessions remembered before old windows are forgotten.
const SESSIONS: usize = 10_000;

#[derive(Default)]
pub(crate) struct Limiter(Mutex<HashMap<SessionId, (OffsetDateTime, u32)>>);

impl Limiter {
    /// Counts one refusal; whether it is to be recorded.
    pub(crate) fn admit(&self, session: SessionId, now: OffsetDateTime) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SESSIONS {
            seen.retain(|_, (since, _)| now - *since < WINDOW);
        }
        let (since, count) = seen.entry(session).or_insert((now, 0));
        if now - *since >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_recorded_thirty_times_a_minute_and_others_are_not_affected() {
        let limiter = Limiter::default();
        let now = OffsetDateTime::UNIX_EPOCH;
        let (a, b) = (SessionId::generate(now), SessionId::generate(now));
        assert_eq!((0..100).filter(|_| limiter.admit(a, now)).count(), 30);
        assert!(limiter.admit(b, now));
        assert!(limiter.admit(a, now + WINDOW));
    }
}
