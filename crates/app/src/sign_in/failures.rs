//! Failed sign-ins of known people, and at providers of whoever it was, are recorded off the answer's path: a caller
//! who waited for a durable write would know by the time it takes that the person is known (AUTH-1).
//!
//! The queue is bounded, and so is what one person's or provider's failures may add to the trail (see [`Windows`]);
//! what is not recorded is in the log.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use store::Store;
use store::audit::Origin;
use store::oidc::KnownProvider;
use store::sessions::{Candidate, Known};
use time::{Duration, OffsetDateTime};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::Clock;

/// Failures that may wait to be recorded.
const WAITING: usize = 256;
/// Events of one person in one window, beside the one that counts the rest.
const MOST: u32 = 10;
const WINDOW: Duration = Duration::MINUTE;
/// How often it is looked whether a window is over.
const LOOK: std::time::Duration = std::time::Duration::from_secs(60);

/// What the trail says of a wrong password.
pub(super) const WRONG: &str = "sign-in refused: wrong password";

/// Whose sign-in failed.
#[derive(Debug, Clone)]
pub(crate) enum Of {
    /// A person's.
    Person(Known),
    /// At a provider; whose, nobody knows.
    Provider(KnownProvider),
}

impl From<Known> for Of {
    fn from(who: Known) -> Self {
        Self::Person(who)
    }
}

impl From<Candidate> for Of {
    fn from(who: Candidate) -> Self {
        Self::Person(who.into())
    }
}

impl From<KnownProvider> for Of {
    fn from(provider: KnownProvider) -> Self {
        Self::Provider(provider)
    }
}

impl Of {
    fn id(&self) -> Uuid {
        match self {
            Self::Person(who) => who.user.uuid(),
            Self::Provider(provider) => provider.id.uuid(),
        }
    }
}

/// One failed sign-in.
struct Failure {
    of: Of,
    what: String,
    origin: Origin,
    at: OffsetDateTime,
}

/// The way to the task that records.
pub(crate) struct Failures {
    queue: Mutex<Option<Sender<Failure>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Failures {
    /// Starts the task.
    pub(crate) fn start(store: Arc<Store>, clock: Clock) -> Self {
        let (queue, failures) = mpsc::channel(WAITING);
        Self {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(tokio::spawn(record_all(store, clock, failures)))),
        }
    }

    /// Has a failure recorded soon; never waits.
    pub(crate) fn note(
        &self,
        of: impl Into<Of>,
        what: impl Into<String>,
        origin: &Origin,
        at: OffsetDateTime,
    ) {
        let of = of.into();
        let id = of.id();
        let failure = Failure {
            of,
            what: what.into(),
            origin: origin.clone(),
            at,
        };
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue
            .as_ref()
            .is_none_or(|queue| queue.try_send(failure).is_err())
        {
            tracing::warn!(%id, "a failed sign-in is not in the audit trail: too many at once");
        }
    }

    /// Records what is waiting and ends the task.
    pub(crate) async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && task.await.is_err()
        {
            tracing::error!("the recording of failed sign-ins broke");
        }
    }
}

async fn record_all(store: Arc<Store>, clock: Clock, mut failures: Receiver<Failure>) {
    let mut windows = Windows::default();
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            failure = failures.recv() => {
                let Some(Failure { of, what, origin, at }) = failure else { break };
                let (over, admitted) = windows.count(&of, at);
                if let Some(over) = over {
                    over.record(&store, at).await;
                }
                if admitted {
                    record(&store, &of, &what, &origin, at).await;
                } else {
                    windows.suppress(of, what);
                }
            }
            _ = look.tick() => {
                let now = clock.now();
                for over in windows.over(now) {
                    over.record(&store, now).await;
                }
            }
        }
    }
    for over in windows.all() {
        over.record(&store, clock.now()).await;
    }
}

async fn record(store: &Store, of: &Of, what: &str, origin: &Origin, at: OffsetDateTime) {
    let recorded = match of {
        Of::Person(who) => store.record_failed_sign_in(who, what, origin, at).await,
        Of::Provider(provider) => {
            store
                .record_failed_provider_sign_in(provider, what, origin, at)
                .await
        }
    };
    if let Err(error) = recorded {
        tracing::error!(%error, id = %of.id(), "a failed sign-in is not in the audit trail");
    }
}

/// What is counted of each person's and each provider's failures: the first ten of a minute are recorded, and how many more.
#[derive(Default)]
struct Windows(HashMap<Uuid, Window>);

struct Window {
    since: OffsetDateTime,
    seen: u32,
    suppressed: Option<Suppressed>,
}

/// Failures that got no event of their own.
struct Suppressed {
    of: Of,
    what: String,
    count: u32,
}

impl Windows {
    /// Counts a failure: whether it is recorded by itself, and what is left to say of a window before.
    fn count(&mut self, of: &Of, at: OffsetDateTime) -> (Option<Suppressed>, bool) {
        let new = || Window {
            since: at,
            seen: 0,
            suppressed: None,
        };
        let window = self.0.entry(of.id()).or_insert_with(new);
        let over = if at - window.since >= WINDOW {
            std::mem::replace(window, new()).suppressed
        } else {
            None
        };
        window.seen = window.seen.saturating_add(1);
        (over, window.seen <= MOST)
    }

    /// Counts the failure that was just counted among those without an event.
    fn suppress(&mut self, of: Of, what: String) {
        if let Some(window) = self.0.get_mut(&of.id()) {
            let suppressed = window.suppressed.get_or_insert(Suppressed { of, what, count: 0 });
            suppressed.count = suppressed.count.saturating_add(1);
        }
    }

    /// Forgets the windows that are over.
    fn over(&mut self, now: OffsetDateTime) -> Vec<Suppressed> {
        let over = self.0.extract_if(|_, window| now - window.since >= WINDOW);
        over.filter_map(|(_, window)| window.suppressed).collect()
    }

    fn all(self) -> impl Iterator<Item = Suppressed> {
        self.0.into_values().filter_map(|window| window.suppressed)
    }
}

impl Suppressed {
    async fn record(self, store: &Store, at: OffsetDateTime) {
        let what = format!("{}, {} more times within a minute", self.what, self.count);
        record(store, &self.of, &what, &Origin::default(), at).await;
    }
}
