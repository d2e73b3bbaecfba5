//! The keys that sign access tokens and papers: published before they sign, known until the last token they signed
//! has expired, then destroyed (AUTH-5, J2 to J4).
//!
//! Every node runs [`Signing::keep`]; they agree through the database. A node reads the keys anew every
//! [`ROUND`], and at once for a key id it does not know.

mod keeper;
mod known;
mod overview;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use access::ids::PLATFORM_COMPANY;
use crypto::Rng;
use crypto::field::{FieldContext, Keychain, MasterKey, Sealed};
use crypto::token::{Claims, KeyRing, LEEWAY_SECONDS, LIFETIME_SECONDS, SigningKey, TokenRefusal, Verified};
use serde_json::Value;
use store::Store;
use store::signing::{By, KeyState, PublicHalf, SigningKeys, StoredKey};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub use keeper::{KeyInfo, KeyKeeper};
use known::{Known, states};
pub use overview::{PublishedKey, Standing, list};

use crate::keys::SharedChain;
use crate::{Clock, Error};

/// How long clients may keep the key set, in seconds: what the endpoint says in `Cache-Control`.
pub const KEY_SET_CACHED_SECONDS: i64 = 300;
/// A key is published twice as long before it signs.
const PUBLISHED_AHEAD: Duration = Duration::seconds(2 * KEY_SET_CACHED_SECONDS);
/// A key signs this long.
const ACTIVE_FOR: Duration = Duration::days(30);
/// How often a node looks after the keys.
const ROUND: std::time::Duration = std::time::Duration::from_secs(15);
/// A retired key is known for the life of a token, the difference of clocks, and the time in which another node may
/// not have noticed yet that it signs no more.
const KNOWN_AFTER: Duration = Duration::seconds(LIFETIME_SECONDS + LEEWAY_SECONDS + 60);
/// A key id nobody knows makes a node look at most this often.
const LOOK_AGAIN: Duration = Duration::SECOND;

/// The row a signing key is sealed for: platform-wide, so the ids are the platform's.
const PLACE: FieldContext<'_> = FieldContext {
    table: "signing_keys",
    column: "private_sealed",
    row: Uuid::nil(),
    company: PLATFORM_COMPANY.uuid(),
};

/// In the trail, where no person acts.
const ROTATION: &str = "key rotation";

/// The signing keys of a node.
pub(crate) struct Signing {
    store: Arc<Store>,
    chain: SharedChain,
    master: MasterKey,
    issuer: String,
    audience: String,
    known: RwLock<Arc<Known>>,
    looked_at: Mutex<OffsetDateTime>,
    rng: Rng,
}

impl Signing {
    /// Reads the keys; the first node to start makes the first.
    pub(crate) async fn start(
        store: Arc<Store>,
        (chain, master): (SharedChain, MasterKey),
        (issuer, audience): (String, String),
        now: OffsetDateTime,
        rng: Rng,
    ) -> Result<Self, Error> {
        let mut keys = store.signing_keys().await?;
        let stored = keys.list().await?;
        if !stored.iter().any(|key| key.state == KeyState::Active) {
            publish(&mut keys, &chain.get(), None, by(ROTATION, now), &rng).await?;
        }
        let known = Known::read(keys.list().await?, &chain.get(), &issuer, &audience)?;
        drop(keys);
        Ok(Self {
            store,
            chain,
            master,
            issuer,
            audience,
            known: RwLock::new(Arc::new(known)),
            looked_at: Mutex::new(now),
            rng,
        })
    }

    /// Looks after the keys every [`ROUND`] until the task is ended.
    pub(crate) async fn keep(self: Arc<Self>, clock: Clock) {
        let mut rounds = tokio::time::interval(ROUND);
        loop {
            rounds.tick().await;
            if let Err(error) = self.round(clock.now()).await {
                // The keys in memory serve on; there is a month to mend it.
                tracing::error!(%error, "the signing keys could not be looked after");
            }
        }
    }

    /// One round: what is due is published, activated or destroyed, and the keys are read anew.
    pub(crate) async fn round(&self, now: OffsetDateTime) -> Result<(), Error> {
        let mut keys = self.store.signing_keys().await?;
        let stored = keys.list().await?;
        let due = |key: &StoredKey| {
            let end = key.activated_at.map(|at| at + ACTIVE_FOR - PUBLISHED_AHEAD);
            key.state == KeyState::Active && end.is_some_and(|end| end <= now)
        };
        let is_over =
            |key: &StoredKey| matches!(key.state, KeyState::Retired { since } if since + KNOWN_AFTER <= now);
        let is_pending = stored.iter().any(|key| key.state == KeyState::Pending);
        let mut changed = stored.iter().any(is_over);
        if let Some(old) = stored.iter().find(|key| due(key) && !is_pending) {
            publish(
                &mut keys,
                &self.chain.get(),
                Some(&old.kid),
                by(ROTATION, now),
                &self.rng,
            )
            .await?;
            changed = true;
        }
        let activated = keys.activate(now - PUBLISHED_AHEAD, by(ROTATION, now)).await?;
        // The rule, fifteen seconds after fifteen seconds for a month.
        if !changed && activated.is_none() {
            return self.learn(stored, now).await;
        }
        let chain = self.chain_for(&stored).await?;
        for key in stored.into_iter().filter(is_over) {
            destroy(&mut keys, &chain, key, now - KNOWN_AFTER, by(ROTATION, now)).await?;
        }
        self.learn(keys.list().await?, now).await
    }

    /// Takes over what is stored where it changed.
    async fn learn(&self, stored: Vec<StoredKey>, now: OffsetDateTime) -> Result<(), Error> {
        *self.looked_at.lock().unwrap_or_else(PoisonError::into_inner) = now;
        if self.known().states == states(&stored) {
            return Ok(());
        }
        let chain = self.chain_for(&stored).await?;
        let known = Known::read(stored, &chain, &self.issuer, &self.audience)?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        Ok(())
    }

    /// The data keys that open these signing keys, read anew where those at hand do not know one.
    async fn chain_for(&self, stored: &[StoredKey]) -> Result<Keychain, Error> {
        let chain = self.chain.get();
        let is_known = |key: &StoredKey| {
            let sealed = key.sealed.clone().map(Sealed::from_bytes);
            sealed.is_none_or(|sealed| sealed.is_ok_and(|sealed| chain.knows(&sealed)))
        };
        if stored.iter().all(is_known) {
            return Ok(chain);
        }
        self.chain.reread(&self.store, &self.master).await
    }

    fn known(&self) -> Arc<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does something with the keys as they are known now.
    pub(crate) fn with_ring<T>(&self, use_it: impl FnOnce(&KeyRing) -> T) -> T {
        use_it(&self.known().ring)
    }

    /// Accepts a token; one of a key that is not known has the keys read anew, at most once a second.
    pub(crate) async fn verify(
        &self,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<Result<Arc<Verified<Claims>>, TokenRefusal>, Error> {
        let known = self.known();
        let verdict = known.verify(token, now);
        if !matches!(verdict, Err(TokenRefusal::UnknownKey)) || !self.may_look(now) {
            return Ok(verdict);
        }
        let stored = self.store.signing_keys().await?.list().await?;
        self.learn(stored, now).await?;
        Ok(self.known().verify(token, now))
    }

    fn may_look(&self, now: OffsetDateTime) -> bool {
        let mut looked_at = self.looked_at.lock().unwrap_or_else(PoisonError::into_inner);
        let may = now - *looked_at >= LOOK_AGAIN;
        if may {
            *looked_at = now;
        }
        may
    }

    /// Who issues the access tokens.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The keys that verify access tokens (RFC 7517): published, active and retired ones.
    pub(crate) fn jwks(&self) -> Value {
        self.with_ring(KeyRing::jwks)
    }

    /// The keys that verify papers: those of [`Self::jwks`] and the public halves of all that were destroyed.
    pub(crate) fn document_jwks(&self) -> Value {
        let known = self.known();
        let mut set = known.ring.jwks();
        if let Some(keys) = set["keys"].as_array_mut() {
            keys.extend(known.destroyed.iter().cloned());
        }
        set
    }
}

const fn by(actor: &str, now: OffsetDateTime) -> By<'_> {
    By { actor, now }
}

/// Makes a key and stores it, unless another node was first.
async fn publish(
    keys: &mut SigningKeys<'_>,
    chain: &Keychain,
    replacing: Option<&str>,
    by: By<'_>,
    rng: &Rng,
) -> Result<(), Error> {
    let made = tokio::task::spawn_blocking(SigningKey::generate).await;
    let key = made
        .map_err(|_| Error::Internal("making a signing key was interrupted"))?
        .map_err(|_| Error::Internal("no signing key could be made"))?;
    let der = key
        .to_pkcs8()
        .map_err(|_| Error::Internal("the signing key cannot be exported"))?;
    let sealed = chain
        .seal(&PLACE, &der, rng)
        .map_err(|_| Error::Internal("the signing key cannot be sealed"))?;
    keys.add(key.kid(), sealed.as_bytes(), replacing, by).await?;
    Ok(())
}

async fn destroy(
    keys: &mut SigningKeys<'_>,
    chain: &Keychain,
    key: StoredKey,
    retired_before: OffsetDateTime,
    by: By<'_>,
) -> Result<(), Error> {
    let Some(sealed) = key.sealed else { return Ok(()) };
    let (n, e) = open(&key.kid, sealed, chain)?.public();
    keys.destroy(&key.kid, PublicHalf { n: &n, e: &e }, retired_before, by)
        .await?;
    Ok(())
}

/// Opens the private half of the key of this name; that of another is not taken for it.
fn open(kid: &str, sealed: Vec<u8>, chain: &Keychain) -> Result<SigningKey, Error> {
    let sealed =
        Sealed::from_bytes(sealed).map_err(|_| Error::Internal("a stored signing key is malformed"))?;
    let der = chain.open(&PLACE, &sealed).map_err(|_| {
        Error::Internal("a stored signing key cannot be opened; is this the right master key?")
    })?;
    let key =
        SigningKey::from_pkcs8(&der).map_err(|_| Error::Internal("a stored signing key is not usable"))?;
    if key.kid() == kid {
        Ok(key)
    } else {
        Err(Error::Internal(
            "a stored signing key stands under another's name",
        ))
    }
}
