//! The signing keys in the hands of the platform's operator: `safeshipper keys`.

use crypto::Rng;
use crypto::field::Keychain;
use store::bootstrap::Owner;
use store::signing::{KeyState, StoredKey};
use time::OffsetDateTime;

use super::{by, destroy, publish};
use crate::Error;

/// A signing key, to somebody who looks after them.
pub struct KeyInfo {
    /// Its name.
    pub kid: String,
    /// `pending`, `active`, `retired` or `destroyed`.
    pub state: &'static str,
    /// When it was published.
    pub published_at: OffsetDateTime,
}

/// Looks after the signing keys by command.
pub struct KeyKeeper {
    owner: Owner,
    chain: Keychain,
    now: OffsetDateTime,
    rng: Rng,
}

/// In the trail, for what a command does.
const OPERATOR: &str = "platform operator";

impl KeyKeeper {
    pub(crate) fn new(owner: Owner, chain: Keychain, now: OffsetDateTime, rng: Rng) -> Self {
        Self {
            owner,
            chain,
            now,
            rng,
        }
    }

    /// All keys, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&mut self) -> Result<Vec<KeyInfo>, Error> {
        let stored = self.owner.signing_keys().list().await?;
        let info = |key: StoredKey| KeyInfo {
            state: match key.state {
                KeyState::Pending => "pending",
                KeyState::Active => "active",
                KeyState::Retired { .. } => "retired",
                KeyState::Destroyed { .. } => "destroyed",
            },
            kid: key.kid,
            published_at: key.published_at,
        };
        Ok(stored.into_iter().map(info).collect())
    }

    /// Publishes a new key where none is published yet; it signs ten minutes later, or at once, when clients that
    /// keep the key set may refuse its first tokens for as long as they keep it. Returns its name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rotate(&mut self, at_once: bool) -> Result<String, Error> {
        let by = by(OPERATOR, self.now);
        let mut keys = self.owner.signing_keys();
        let stored = keys.list().await?;
        let active = stored.iter().find(|key| key.state == KeyState::Active);
        publish(
            &mut keys,
            &self.chain,
            active.map(|key| key.kid.as_str()),
            by,
            &self.rng,
        )
        .await?;
        if at_once {
            keys.activate(self.now, by).await?;
        }
        let newest = keys.list().await?.into_iter().next();
        newest
            .map(|key| key.kid)
            .ok_or(Error::Internal("no signing key is stored"))
    }

    /// Destroys the private half of a retired key before its time: every token it signed is refused from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no retired key has this name; otherwise when the store fails.
    pub async fn destroy(&mut self, kid: &str) -> Result<(), Error> {
        let by = by(OPERATOR, self.now);
        let mut keys = self.owner.signing_keys();
        let stored = keys.list().await?;
        let is_meant = |key: &StoredKey| key.kid == kid && matches!(key.state, KeyState::Retired { .. });
        let key = stored
            .into_iter()
            .find(is_meant)
            .ok_or(Error::NotFound("retired signing key"))?;
        destroy(&mut keys, &self.chain, key, self.now, by).await
    }
}
