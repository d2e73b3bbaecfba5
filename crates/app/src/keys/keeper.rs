//! What every node does for the data keys from time to time: it reads the platform's own anew, and works at rotations.

use std::sync::Arc;

use crypto::Rng;
use crypto::field::MasterKey;
use store::Store;
use store::keys::Batch;
use time::OffsetDateTime;

use super::SharedChain;
use crate::{App, Clock, Error};

/// How often a node looks.
const ROUND: std::time::Duration = std::time::Duration::from_secs(5);

/// Looks after the data keys of a node.
pub(crate) struct Keeper {
    store: Arc<Store>,
    master: MasterKey,
    platform: Vec<SharedChain>,
    rng: Rng,
}

impl Keeper {
    pub(crate) fn new(store: Arc<Store>, master: MasterKey, platform: Vec<SharedChain>, rng: Rng) -> Self {
        Self {
            store,
            master,
            platform,
            rng,
        }
    }

    /// Looks every [`ROUND`] until the task is ended. A batch that is cut off in the middle was never begun.
    pub(crate) async fn keep(self: Arc<Self>, clock: Clock) {
        let mut rounds = tokio::time::interval(ROUND);
        loop {
            rounds.tick().await;
            if let Err(error) = self.round(|| clock.now()).await {
                // The keys in memory serve on, and a rotation goes on where it was.
                tracing::error!(%error, "the data keys could not be looked after");
            }
        }
    }

    /// One round: batches until nothing is left to do for now; how many values were sealed anew.
    pub(crate) async fn round(&self, now: impl Fn() -> OffsetDateTime) -> Result<usize, Error> {
        for chain in &self.platform {
            chain.reread(&self.store, &self.master).await?;
        }
        let (mut done, mut waiting) = (0, Vec::new());
        loop {
            // A connection a batch: requests come between.
            let mut rotations = self.store.rotations().await?;
            match rotations.work(&waiting, &self.master, &self.rng, now()).await? {
                Batch::Worked { resealed, .. } => done += resealed,
                Batch::Completed => tracing::info!("a data key rotation is completed"),
                Batch::Incomplete => {
                    tracing::error!("a data key rotation ended with values that do not open")
                }
                Batch::Waiting(rotation) => waiting.push(rotation),
                Batch::Nothing => return Ok(done),
            }
        }
    }
}

impl App {
    /// Looks after the data keys now: the platform's are read anew, and rotations go on as far as they can. A node
    /// does so by itself every few seconds. How many values were sealed anew.
    ///
    /// # Errors
    /// When the store fails; what was done is done.
    pub async fn look_after_data_keys(&self) -> Result<usize, Error> {
        self.keeper.round(|| self.now()).await
    }
}
