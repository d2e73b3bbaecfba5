//! Resetting a password by a link in a mail.
//!
//! Whoever asks gets the same answer after the same time, whether there is such a person or not: what there is to
//! do is done by a task, off the answer's path. The queue is bounded; when it is full, everybody is told.

use std::sync::{Arc, Mutex, PoisonError};

use crypto::Rng;
use crypto::opaque::ResetToken;
use secrecy::{ExposeSecret, SecretString};
use store::Store;
use time::Duration;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::new;
use crate::network::{Share, Shares};
use crate::{App, Clock, Error, Origin};

/// Asks that may wait.
const WAITING: usize = 256;
/// And of these, from one network.
const OF_ONE_NETWORK: usize = 32;

enum Job {
    /// Somebody asks for a link, by an address and where it is in two companies a short name.
    Ask {
        email_index: [u8; 16],
        company: Option<String>,
        origin: Origin,
        /// Given back when it is done.
        share: Share,
    },
    /// Somebody waits until what was asked before is done.
    Settle(oneshot::Sender<()>),
}

/// The way to the task that writes links.
pub(crate) struct Resets {
    queue: Mutex<Option<Sender<Job>>>,
    task: Mutex<Option<JoinHandle<()>>>,
    shares: Shares,
}

impl Resets {
    /// Starts the task.
    pub(crate) fn start(store: Arc<Store>, clock: Clock, rng: Rng) -> Self {
        let (queue, jobs) = mpsc::channel(WAITING);
        Self {
            queue: Mutex::new(Some(queue)),
            task: Mutex::new(Some(tokio::spawn(work(store, clock, rng, jobs)))),
            shares: Shares::new(OF_ONE_NETWORK, Duration::seconds(5)),
        }
    }

    fn put(&self, job: Job) -> Result<(), Error> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let put = queue.as_ref().is_some_and(|queue| queue.try_send(job).is_ok());
        put.then_some(())
            .ok_or(Error::Busy("too many ask for a new password at once"))
    }

    /// Waits until what was asked before is done.
    pub(crate) async fn settle(&self) {
        let (done, settled) = oneshot::channel();
        if self.put(Job::Settle(done)).is_ok() {
            // An error says that the task has ended, and with it everything that was asked.
            let _ = settled.await;
        }
    }

    /// Does what is waiting and ends the task.
    pub(crate) async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && task.await.is_err()
        {
            tracing::error!("the writing of links to reset passwords broke");
        }
    }
}

async fn work(store: Arc<Store>, clock: Clock, rng: Rng, mut jobs: Receiver<Job>) {
    while let Some(job) = jobs.recv().await {
        match job {
            Job::Settle(done) => {
                // Whoever asked may have gone.
                let _ = done.send(());
            }
            Job::Ask {
                email_index,
                company,
                origin,
                share,
            } => {
                if let Err(error) = write(&store, &clock, &rng, &email_index, company, &origin).await {
                    tracing::error!(%error, "a link to reset a password could not be written");
                }
                drop(share);
            }
        }
    }
}

async fn write(
    store: &Store,
    clock: &Clock,
    rng: &Rng,
    email_index: &[u8; 16],
    company: Option<String>,
    origin: &Origin,
) -> Result<(), Error> {
    let Some(who) = store.find_sign_in(email_index, company.as_deref()).await? else {
        return Ok(());
    };
    // A reset of factors that is due takes them away before it is asked what the new password must be (M10).
    let person = (who.company, who.user);
    store.settle_factor_reset(person, origin, clock.now()).await?;
    let token = ResetToken::generate(rng).map_err(|_| Error::Internal("no randomness"))?;
    if !store
        .ask_password_reset(&who, &token, origin, clock.now())
        .await?
    {
        tracing::info!(user = %who.user, "no link to reset a password: three within an hour, or not yet");
    }
    Ok(())
}

/// Asks for a link to reset a password. Whether there is such a person is not told.
///
/// # Errors
/// [`Error::NetworkShare`] and [`Error::Busy`] when too many ask at once, from this network or in all, whoever they
/// are.
pub fn ask(app: &App, email: &str, company: Option<String>, origin: &Origin) -> Result<(), Error> {
    app.resets.put(Job::Ask {
        email_index: app.passwords.index(email),
        company,
        origin: origin.clone(),
        share: app.resets.shares.take(origin)?,
    })
}

/// Sets a new password with the token of a link; every session of the person is over.
///
/// # Errors
/// [`Error::ResetOver`] for a token that is unknown, spent, voided by one that was, or too old; [`Error::Invalid`] for a password that
/// the policy refuses: then the link is good still.
pub async fn set(
    app: &App,
    token: &SecretString,
    wanted: SecretString,
    origin: &Origin,
) -> Result<(), Error> {
    let token = ResetToken::parse(token.expose_secret().trim()).map_err(|_| Error::ResetOver)?;
    let token = token.hash();
    let mut resetting = app.store.person_of_reset(&token).await?.ok_or(Error::ResetOver)?;
    let person = (resetting.person.company, resetting.person.user);
    if app.store.settle_factor_reset(person, origin, app.now()).await? {
        resetting.has_second_factor = false;
    }
    new::judge(app, &wanted, &resetting.person, resetting.has_second_factor).await?;
    let new = new::hashed(app, wanted, origin).await?;
    if app.store.reset_password(&token, &new, origin, app.now()).await? {
        Ok(())
    } else {
        Err(Error::ResetOver)
    }
}
