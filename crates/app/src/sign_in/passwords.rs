//! Verifying passwords without letting a flood of sign-ins take every core and all memory.

use std::sync::Arc;

use crypto::Rng;
use crypto::field::{BlindIndex, normalise_email};
use crypto::password::{self, Argon2Params, PasswordHash, Verdict};
use secrecy::SecretString;
use time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::network::{Share, Shares};
use crate::{Error, Origin};

/// Sign-ins that may wait for a turn; more are told to come back.
const WAITING: usize = 64;
/// And of these, from one network.
const OF_ONE_NETWORK: usize = 16;

/// A place among those who wait for their password to be verified.
pub(crate) struct Place<'a> {
    #[expect(dead_code, reason = "it is given back when it is dropped")]
    place: SemaphorePermit<'a>,
    #[expect(dead_code, reason = "it is given back when it is dropped")]
    share: Share,
}

pub(crate) struct Passwords {
    emails: BlindIndex,
    params: Argon2Params,
    /// What an unknown person's password is compared with, so that it takes the same time.
    decoy: PasswordHash,
    turns: Arc<Semaphore>,
    waiting: Semaphore,
    shares: Shares,
}

impl Passwords {
    pub(crate) fn new(emails: BlindIndex, params: Argon2Params, decoy: PasswordHash, at_once: usize) -> Self {
        Self {
            emails,
            params,
            decoy,
            turns: Arc::new(Semaphore::new(at_once)),
            waiting: Semaphore::new(WAITING),
            shares: Shares::new(OF_ONE_NETWORK, Duration::SECOND),
        }
    }

    /// By which the person with this address is found, however it is typed.
    pub(crate) fn index(&self, email: &str) -> [u8; 16] {
        *self.emails.of(&normalise_email(email)).as_bytes()
    }

    /// A place among those who wait: taken before an attempt is counted, for who finds none has guessed nothing.
    ///
    /// # Errors
    /// [`Error::NetworkShare`] when the network has its share of them, [`Error::Busy`] when all are taken.
    pub(crate) fn place(&self, origin: &Origin) -> Result<Place<'_>, Error> {
        let share = self.shares.take(origin)?;
        let place = self.waiting.try_acquire();
        let place = place.map_err(|_| Error::Busy("too many sign-ins at once"))?;
        Ok(Place { place, share })
    }

    /// Whether the password is the one hashed, and whether its hash is of other parameters than those in force; `None`
    /// compares with the decoy and is never a match.
    pub(crate) async fn verify(
        &self,
        _place: Place<'_>,
        password: SecretString,
        hash: Option<PasswordHash>,
    ) -> Result<Verdict, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let params = self.params;
        let verdict = self
            .in_turn(move || password::verify(&password, &hash, params))
            .await?;
        Ok(Verdict {
            matches: known && verdict.matches,
            needs_rehash: known && verdict.needs_rehash,
        })
    }

    /// Hashes a new password with the parameters in force.
    pub(crate) async fn hash(
        &self,
        password: SecretString,
        origin: &Origin,
        rng: &Rng,
    ) -> Result<PasswordHash, Error> {
        let _place = self.place(origin)?;
        let (params, rng) = (self.params, rng.clone());
        self.in_turn(move || password::hash(&password, params, &rng))
            .await?
            .map_err(|_| Error::Internal("a password could not be hashed"))
    }

    /// Hashes on a thread of its own when it is one's turn; the turn lasts as long as the work, whoever waits for it.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| Error::Internal("sign-in is shut down"))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await
            .map_err(|_| Error::Internal("the hashing of a password was interrupted"))
    }
}

#[cfg(test)]
mod tests {
    use crypto::Rng;
    use crypto::field::{BlindIndex, DataKey, DataKeyId, Purpose};
    use crypto::password::{self, Argon2Params};
    use uuid::Uuid;

    use super::{OF_ONE_NETWORK, Passwords, WAITING};
    use crate::{Error, Origin};

    fn passwords() -> Passwords {
        let (rng, params) = (Rng::system(), Argon2Params::default());
        let key = DataKey::generate(DataKeyId(Uuid::nil()), Uuid::nil(), Purpose::BlindIndex, &rng);
        let emails = BlindIndex::new(&key.expect("randomness"), "users.email").expect("a key for indexes");
        let decoy = password::decoy(params, &rng).expect("the parameters are usable");
        Passwords::new(emails, params, decoy, 1)
    }

    fn from(network: usize) -> Origin {
        Origin {
            ip: format!("198.51.{network}.7").parse().ok(),
            ..Origin::default()
        }
    }

    /// One network takes its share and is told so; another still gets in, until all places are taken.
    #[test]
    fn places_of_hashing_are_shared_by_networks_auth_1() {
        let passwords = passwords();
        let flood: Vec<_> = (0..WAITING).map(|_| passwords.place(&from(1))).collect();
        assert_eq!(flood.iter().filter(|place| place.is_ok()).count(), OF_ONE_NETWORK);
        assert!(matches!(flood.last(), Some(Err(Error::NetworkShare(_)))));
        let others: Vec<_> = (2..)
            .map(|network| passwords.place(&from(network)))
            .take_while(Result::is_ok)
            .collect();
        assert_eq!(others.len(), WAITING - OF_ONE_NETWORK);
        assert!(matches!(passwords.place(&from(250)), Err(Error::Busy(_))));
        drop(flood);
        assert!(passwords.place(&from(1)).is_ok());
    }
}
