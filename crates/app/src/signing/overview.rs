//! The platform's signing keys as those who rely on them may see them: what is published anyway, with its dates.

use access::grant::Grant;
use access::permission::ConfigureSystem;
use store::signing::{KeyState, StoredKey};
use time::OffsetDateTime;

use super::{ACTIVE_FOR, KNOWN_AFTER};
use crate::{App, Error};

/// Where a key stands, and what it verifies there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Published before it signs: it verifies nothing yet.
    Pending,
    /// Signs access tokens and papers.
    Active {
        /// When the next key takes its place at the latest.
        until: OffsetDateTime,
    },
    /// Signs no more; verifies papers, and the access tokens it signed until the last has expired.
    Retired {
        /// When its private half is destroyed.
        until: OffsetDateTime,
    },
    /// Its private half is gone; the public one verifies papers.
    Destroyed,
}

/// A signing key.
#[derive(Debug, Clone)]
pub struct PublishedKey {
    /// Its name: the SHA-256 thumbprint of the public half (RFC 7638).
    pub kid: String,
    /// Where it stands.
    pub standing: Standing,
    /// When it was published.
    pub published_at: OffsetDateTime,
    /// Since when it signed.
    pub signed_from: Option<OffsetDateTime>,
}

impl From<StoredKey> for PublishedKey {
    fn from(key: StoredKey) -> Self {
        let began = key.activated_at.unwrap_or(key.published_at);
        Self {
            standing: match key.state {
                KeyState::Pending => Standing::Pending,
                KeyState::Active => Standing::Active {
                    until: began + ACTIVE_FOR,
                },
                KeyState::Retired { since } => Standing::Retired {
                    until: since + KNOWN_AFTER,
                },
                KeyState::Destroyed { .. } => Standing::Destroyed,
            },
            kid: key.kid,
            published_at: key.published_at,
            signed_from: key.activated_at,
        }
    }
}

/// The platform's signing keys, newest first.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, _grant: &Grant<ConfigureSystem>) -> Result<Vec<PublishedKey>, Error> {
    let stored = app.store.signing_keys().await?.list().await?;
    Ok(stored.into_iter().map(Into::into).collect())
}
