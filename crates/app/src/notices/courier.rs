//! Sending what waits in the outbox: one notice at a time, held by one node, gone when a server has accepted it.
//!
//! A node that dies in the middle loses nothing: what it held is due again when [`HELD`] is over. No transaction is
//! open while a letter is under way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crypto::field::{MasterKey, Sealed};
use partners::mail::{Letter, MailError, Mailer};
use store::Store;
use store::notices::Taken;
use time::{Duration, OffsetDateTime};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::open;
use crate::keys::SharedChain;
use crate::{Clock, Error};

/// How often a node looks for what is due.
const ROUND: std::time::Duration = std::time::Duration::from_secs(5);
/// How long a notice is one node's; longer than the longest delivery.
const HELD: Duration = Duration::minutes(5);
/// The wait after a first try; it doubles with each.
const FIRST_WAIT: Duration = Duration::minutes(1);
/// The longest wait between tries.
const LONGEST_WAIT: Duration = Duration::hours(6);
/// Tries of a notice at most: about two days.
const TRIES: i32 = 16;
/// A notice that is older warns of what has long happened.
const OLDEST: Duration = Duration::days(3);
/// How long a notice that failed is kept for the operator.
const FAILED_KEPT: Duration = Duration::days(30);

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Accepted by a server.
    pub delivered: u32,
    /// To be tried again.
    pub postponed: u32,
    /// Given up.
    pub failed: u32,
}

/// Sends what waits.
pub(crate) struct Courier {
    store: Arc<Store>,
    chain: SharedChain,
    /// Unwraps newer keys.
    master: MasterKey,
    mailer: Option<Mailer>,
    stop: Notify,
    stopping: AtomicBool,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Courier {
    /// With the platform's key for notices; without a mailer everything waits.
    pub(crate) fn new(
        store: Arc<Store>,
        (chain, master): (SharedChain, MasterKey),
        mailer: Option<Mailer>,
    ) -> Arc<Self> {
        if mailer.is_none() {
            tracing::warn!(
                "no mail server is configured: notices to people wait in the outbox, for three days"
            );
        }
        Arc::new(Self {
            store,
            chain,
            master,
            mailer,
            stop: Notify::new(),
            stopping: AtomicBool::new(false),
            task: Mutex::default(),
        })
    }

    /// Sends by itself from now on.
    pub(crate) fn start(self: &Arc<Self>, clock: Clock) {
        let task = tokio::spawn(self.clone().keep_sending(clock));
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// Ends after the letter that is under way.
    pub(crate) async fn close(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.stop.notify_one();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && task.await.is_err()
        {
            tracing::error!("the sending of notices broke");
        }
    }

    async fn keep_sending(self: Arc<Self>, clock: Clock) {
        let mut rounds = tokio::time::interval(ROUND);
        loop {
            tokio::select! {
                biased;
                () = self.stop.notified() => return,
                _ = rounds.tick() => {}
            }
            if let Err(error) = self.deliver(|| clock.now()).await {
                tracing::error!(%error, "notices could not be sent");
            }
        }
    }

    /// Sends everything that is due, until it is told to end.
    pub(crate) async fn deliver(&self, now: impl Fn() -> OffsetDateTime) -> Result<Round, Error> {
        let mut done = Round::default();
        self.expire(now()).await?;
        while self.one(now(), &mut done).await? {
            if self.stopping.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(done)
    }

    async fn expire(&self, now: OffsetDateTime) -> Result<(), Error> {
        let expired = self
            .store
            .expire_notices(now - OLDEST, now - FAILED_KEPT, now)
            .await?;
        if expired > 0 {
            tracing::error!(
                expired,
                "notices could not be delivered in time and were given up"
            );
        }
        Ok(())
    }

    /// Sends the notice that has been due longest; whether to go on with another.
    async fn one(&self, now: OffsetDateTime, done: &mut Round) -> Result<bool, Error> {
        let Some(mailer) = &self.mailer else {
            return Ok(false);
        };
        let Some(mut taken) = self.store.take_notice(now, now + HELD).await? else {
            return Ok(false);
        };
        let sealed = std::mem::take(&mut taken.sealed);
        let sealed = Sealed::from_bytes(sealed).map_err(|_| Error::Undecryptable("notices.letter_sealed"));
        let letter = match self.open(taken.id, sealed).await {
            Ok(letter) => letter,
            Err(error) => {
                tracing::error!(%error, notice = %taken.id, "a notice is given up");
                done.failed += 1;
                self.store.notice_failed(&taken, now, "unreadable").await?;
                return Ok(true);
            }
        };
        match mailer.send(&letter).await {
            Ok(()) => {
                done.delivered += 1;
                self.store.notice_delivered(&taken).await?;
                Ok(true)
            }
            Err(fault) => self.keep(&taken, fault, now, done).await,
        }
    }

    /// Opens a letter, with keys newer than those at hand where it needs them.
    async fn open(&self, id: uuid::Uuid, sealed: Result<Sealed, Error>) -> Result<Letter, Error> {
        let (sealed, mut chain) = (sealed?, self.chain.get());
        if !chain.knows(&sealed) {
            chain = self.chain.reread(&self.store, &self.master).await?;
        }
        open(&chain, id, &sealed)
    }

    /// Keeps what was not accepted; whether another letter may fare better.
    async fn keep(
        &self,
        taken: &Taken,
        fault: MailError,
        now: OffsetDateTime,
        done: &mut Round,
    ) -> Result<bool, Error> {
        let (notice, tries) = (taken.id, taken.tries);
        if fault.is_final() || tries >= TRIES {
            tracing::error!(%fault, %notice, tries, "a notice is given up");
            done.failed += 1;
            self.store.notice_failed(taken, now, fault.class()).await?;
        } else {
            tracing::warn!(%fault, %notice, tries, "a notice was not accepted and is tried again");
            done.postponed += 1;
            let until = now + wait(tries);
            self.store.notice_postponed(taken, until, fault.class()).await?;
        }
        Ok(!fault.concerns_every_letter())
    }
}

/// How long to wait after so many tries.
fn wait(tries: i32) -> Duration {
    let doubled = 2_i32.saturating_pow(u32::try_from(tries - 1).unwrap_or(0).min(16));
    (FIRST_WAIT * doubled).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::{OLDEST, TRIES, wait};

    #[test]
    fn the_waits_double_to_six_hours_and_all_tries_come_before_a_notice_is_too_old() {
        assert_eq!(wait(1), Duration::minutes(1));
        assert_eq!(wait(2), Duration::minutes(2));
        assert_eq!(wait(9), Duration::minutes(256));
        assert_eq!(wait(10), Duration::hours(6));
        assert_eq!(wait(i32::MAX), Duration::hours(6));
        let all: Duration = (1..TRIES).map(wait).sum();
        assert!(all > Duration::days(1) && all < OLDEST, "{all}");
    }
}
