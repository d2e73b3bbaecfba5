//! What a node knows of the keys at a moment, and the tokens it has verified with them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crypto::field::Keychain;
use crypto::token::{Claims, Fingerprint, KeyRing, TokenRefusal, Verified, jwk};
use serde_json::Value;
use store::signing::{KeyState, StoredKey};
use time::OffsetDateTime;

use super::open;
use crate::Error;

/// Verified tokens that are remembered.
const REMEMBERED: usize = 10_000;

/// What a node knows of the keys.
pub(super) struct Known {
    pub(super) ring: KeyRing,
    /// Ids and states, to see a change by.
    pub(super) states: Vec<(String, KeyState)>,
    /// Public halves of destroyed keys, for papers.
    pub(super) destroyed: Vec<Value>,
    /// Tokens whose signature verified with this very ring.
    verified: Mutex<HashMap<Fingerprint, Arc<Verified<Claims>>>>,
}

impl Known {
    /// What is stored, opened.
    pub(super) fn read(
        stored: Vec<StoredKey>,
        chain: &Keychain,
        issuer: &str,
        audience: &str,
    ) -> Result<Self, Error> {
        let unusable = |_| Error::Internal("a stored signing key is not usable");
        let states = states(&stored);
        let (mut active, mut others, mut destroyed) = (None, Vec::new(), Vec::new());
        for key in stored {
            match (key.state, key.sealed) {
                (KeyState::Active, Some(sealed)) => active = Some(open(&key.kid, sealed, chain)?),
                (KeyState::Pending | KeyState::Retired { .. }, Some(sealed)) => {
                    others.push(open(&key.kid, sealed, chain)?)
                }
                (KeyState::Destroyed { n, e }, _) => destroyed.push(jwk(&key.kid, &n, &e)),
                (_, None) => return Err(Error::Internal("a stored signing key has no private half")),
            }
        }
        let active = active.ok_or(Error::Internal("there is no active signing key"))?;
        let mut ring = KeyRing::new(issuer, audience, active).map_err(unusable)?;
        for key in &others {
            ring = ring.with_known(key).map_err(unusable)?;
        }
        Ok(Self {
            ring,
            states,
            destroyed,
            verified: Mutex::default(),
        })
    }

    /// A signature that verified once with this ring does so again; whether the token lives is asked each time.
    pub(super) fn verify(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<Arc<Verified<Claims>>, TokenRefusal> {
        let fingerprint = Fingerprint::of(token);
        let remembered = self.remembered().get(&fingerprint).cloned();
        if let Some(verified) = remembered {
            self.ring.still_lives(&verified, now)?;
            return Ok(verified);
        }
        let verified = Arc::new(self.ring.verify(token, now)?);
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED {
            remembered.retain(|_, verified| self.ring.still_lives(verified, now).is_ok());
            if remembered.len() >= REMEMBERED {
                remembered.clear();
            }
        }
        remembered.insert(fingerprint, verified.clone());
        Ok(verified)
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<Fingerprint, Arc<Verified<Claims>>>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ids and states, to see a change by.
pub(super) fn states(stored: &[StoredKey]) -> Vec<(String, KeyState)> {
    let state = |key: &StoredKey| (key.kid.clone(), key.state.clone());
    stored.iter().map(state).collect()
}
