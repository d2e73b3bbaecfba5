//! What is known of providers: asked for once an hour, their keys every ten minutes, and sooner, but at most once
//! a minute, when a token names a key that is not known. A failure is remembered for a moment, so that whoever
//! begins sign-ins in a row makes no row of requests of it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crypto::oidc::{CodeVerifier, ProviderKeys};
use time::{Duration, OffsetDateTime};

use super::exchange::exchange;
use super::metadata::document;
use super::{Client, Metadata, OidcError, Tokens};
use crate::egress::{Egress, EgressError, Reach};

const METADATA_FOR: Duration = Duration::HOUR;
const KEYS_FOR: Duration = Duration::minutes(10);
const KEYS_AGAIN: Duration = Duration::MINUTE;
const FAILURE_FOR: Duration = Duration::seconds(10);
/// Providers remembered before all are forgotten.
const MOST: usize = 1000;

/// Every provider that was asked lately.
pub struct Providers {
    egress: Egress,
    known: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Known>>>>,
}

/// What is known of one, and since when.
#[derive(Default)]
struct Known {
    metadata: Kept<Metadata>,
    keys: Kept<ProviderKeys>,
}

/// The last good answer, and the last failure if it is newer.
struct Kept<T> {
    good: Option<(Arc<T>, OffsetDateTime)>,
    failed: Option<(OidcError, OffsetDateTime)>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            good: None,
            failed: None,
        }
    }
}

impl<T> Kept<T> {
    /// What is to be answered without asking: what is younger than `life`, or that asking failed just now.
    fn answer(&self, life: Duration, now: OffsetDateTime) -> Option<Result<Arc<T>, OidcError>> {
        let young = |at: OffsetDateTime, life| (now - at).abs() < life;
        if let Some((good, at)) = &self.good
            && young(*at, life)
        {
            return Some(Ok(good.clone()));
        }
        match self.failed {
            Some((error, at)) if young(at, FAILURE_FOR) => Some(Err(error)),
            _ => None,
        }
    }

    fn keep(&mut self, asked: Result<T, OidcError>, now: OffsetDateTime) -> Result<Arc<T>, OidcError> {
        match asked {
            Ok(good) => {
                let good = Arc::new(good);
                self.good = Some((good.clone(), now));
                self.failed = None;
                Ok(good)
            }
            Err(error) => {
                self.failed = Some((error, now));
                Err(error)
            }
        }
    }
}

impl Providers {
    /// Nothing is known yet.
    ///
    /// # Errors
    /// When there can be no client.
    pub fn new(reach: Reach) -> Result<Self, EgressError> {
        Ok(Self {
            egress: Egress::new(reach)?,
            known: Mutex::default(),
        })
    }

    /// What an issuer says of itself.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub async fn metadata(&self, issuer: &str, now: OffsetDateTime) -> Result<Arc<Metadata>, OidcError> {
        let known = self.known(issuer);
        let mut known = known.lock().await;
        if let Some(answer) = known.metadata.answer(METADATA_FOR, now) {
            return answer;
        }
        let asked = Metadata::discover(&self.egress, issuer).await;
        known.metadata.keep(asked, now)
    }

    /// Asks an issuer and for its keys, whatever is known: whether it can be used.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn probe(&self, issuer: &str, now: OffsetDateTime) -> Result<(), OidcError> {
        let known = self.known(issuer);
        let mut known = known.lock().await;
        let asked = Metadata::discover(&self.egress, issuer).await;
        let metadata = known.metadata.keep(asked, now)?;
        let asked = self.ask_keys(&metadata).await;
        known.keys.keep(asked, now).map(drop)
    }

    /// The keys of a provider.
    ///
    /// # Errors
    /// Why there are none.
    pub async fn keys(
        &self,
        provider: &Metadata,
        now: OffsetDateTime,
    ) -> Result<Arc<ProviderKeys>, OidcError> {
        self.keys_younger_than(KEYS_FOR, provider, now).await
    }

    /// The keys of a provider when a token names one that is not among [`Self::keys`]: asked for anew, at most
    /// once a minute.
    ///
    /// # Errors
    /// Why there are none.
    pub async fn newer_keys(
        &self,
        provider: &Metadata,
        now: OffsetDateTime,
    ) -> Result<Arc<ProviderKeys>, OidcError> {
        self.keys_younger_than(KEYS_AGAIN, provider, now).await
    }

    /// Exchanges a code.
    ///
    /// # Errors
    /// Why there is nothing for it.
    pub async fn exchange(
        &self,
        provider: &Metadata,
        client: &Client<'_>,
        code: &str,
        verifier: &CodeVerifier,
    ) -> Result<Tokens, OidcError> {
        exchange(&self.egress, provider, client, code, verifier).await
    }

    async fn keys_younger_than(
        &self,
        life: Duration,
        provider: &Metadata,
        now: OffsetDateTime,
    ) -> Result<Arc<ProviderKeys>, OidcError> {
        let known = self.known(&provider.issuer);
        let mut known = known.lock().await;
        if let Some(answer) = known.keys.answer(life, now) {
            return answer;
        }
        let asked = self.ask_keys(provider).await;
        known.keys.keep(asked, now)
    }

    async fn ask_keys(&self, provider: &Metadata) -> Result<ProviderKeys, OidcError> {
        let body = document(&self.egress, &provider.jwks, "`jwks_uri`").await?;
        ProviderKeys::read(&body).map_err(|_| OidcError::NoKeys)
    }

    /// The place of an issuer. Who asks at once for one waits for one answer.
    fn known(&self, issuer: &str) -> Arc<tokio::sync::Mutex<Known>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(issuer) {
            known.clear();
        }
        known.entry(issuer.to_owned()).or_default().clone()
    }
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Providers")
    }
}
