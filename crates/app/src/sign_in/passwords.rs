//! Verifying passwords without letting a flood of sign-ins take every core and all memory.

use std::sync::Arc;

use crypto::field::BlindIndex;
use crypto::password::{self, Argon2Params, PasswordHash};
use secrecy::SecretString;
use tokio::sync::Semaphore;

use crate::Error;

/// Sign-ins that may wait for a turn; more are told to come back.
const WAITING: usize = 64;

pub(crate) struct Passwords {
    emails: BlindIndex,
    params: Argon2Params,
    /// What an unknown person's password is compared with, so that it takes the same time.
    decoy: PasswordHash,
    turns: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Passwords {
    pub(crate) fn new(emails: BlindIndex, params: Argon2Params, decoy: PasswordHash, at_once: usize) -> Self {
        Self {
            emails,
            params,
            decoy,
            turns: Arc::new(Semaphore::new(at_once)),
            waiting: Semaphore::new(WAITING),
        }
    }

    pub(crate) fn index(&self, normalised: &str) -> [u8; 16] {
        *self.emails.of(normalised).as_bytes()
    }

    /// Whether the password is the one hashed; `None` compares with the decoy and is never a match.
    pub(crate) async fn verify(
        &self,
        password: SecretString,
        hash: Option<PasswordHash>,
    ) -> Result<bool, Error> {
        let _place = self
            .waiting
            .try_acquire()
            .map_err(|_| Error::Busy("too many sign-ins at once"))?;
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| Error::Internal("sign-in is shut down"))?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let params = self.params;
        let verdict = tokio::task::spawn_blocking(move || {
            let verdict = password::verify(&password, &hash, params);
            drop(turn);
            verdict
        })
        .await
        .map_err(|_| Error::Internal("password verification was interrupted"))?;
        Ok(known && verdict.matches)
    }
}
