//! The data keys of companies, unwrapped and kept in memory for a moment (E6).
//!
//! A key may change while this node works (DATA-3). So keys that were read [`FRESH`] ago are read anew before they
//! seal anything, and at once where a value names a key they do not know: what another node has just sealed opens
//! here. After [`SETTLES`] no node seals with a key that was retired.
//!
//! - `shared`: the platform's own keys, which the writer of notices and the signer hold
//! - `keeper`: seals anew what a rotation asks for
//! - `company`: what its administrators see and begin
//! - `operator`: what the platform's operator does by command

mod company;
mod keeper;
mod operator;
mod shared;

use std::collections::HashMap;
use std::sync::Arc;

use access::actor::Actor;
use access::grant::Grant;
use access::ids::CompanyId;
use access::permission::{Permission, UploadDocuments};
use crypto::field::{DataKey, DataKeyId, FieldError, Keychain, MasterKey, Purpose, Sealed};
use store::shipments::InCompany;
use time::{Duration, OffsetDateTime};
use tokio::sync::RwLock;
use uuid::Uuid;

pub use company::{list, rotate};
pub(crate) use keeper::Keeper;
pub use operator::{Destroyed, KeyFacts, Progress, Receipt, ReceiptError, verify_receipt};
pub(crate) use shared::SharedChain;

use crate::provision::new_key;
use crate::{App, Error, Origin};

/// How long keys that were read are taken for those there are.
const FRESH: Duration = Duration::seconds(5);
/// After so long no node seals with a key that was retired: its keys are read anew, and what it was about to store
/// is stored or given up.
pub(crate) const SETTLES: Duration = Duration::seconds(60);

pub(crate) struct Keys {
    master: MasterKey,
    chains: RwLock<HashMap<(CompanyId, Purpose), Known>>,
}

/// Keys as they were at a moment.
struct Known {
    chain: Arc<Keychain>,
    read_at: OffsetDateTime,
}

impl Keys {
    pub(crate) fn new(master: MasterKey) -> Self {
        Self {
            master,
            chains: RwLock::default(),
        }
    }

    /// What is known and was read a moment ago, if it knows the keys of all these values.
    async fn known(
        &self,
        place: (CompanyId, Purpose),
        sealed: &[&Sealed],
        now: OffsetDateTime,
    ) -> Option<Arc<Keychain>> {
        let chains = self.chains.read().await;
        let known = chains.get(&place)?;
        let is_fresh = (Duration::ZERO..FRESH).contains(&(now - known.read_at));
        (is_fresh && sealed.iter().all(|sealed| known.chain.knows(sealed))).then(|| known.chain.clone())
    }

    async fn learn(
        &self,
        place: (CompanyId, Purpose),
        chain: Keychain,
        read_at: OffsetDateTime,
    ) -> Arc<Keychain> {
        let chain = Arc::new(chain);
        let known = Known {
            chain: chain.clone(),
            read_at,
        };
        self.chains.write().await.insert(place, known);
        chain
    }
}

/// Why a value of a column does not open: its key was destroyed, or it is not what was sealed.
pub(crate) fn unopened(column: &'static str) -> impl FnOnce(FieldError) -> Error {
    move |error| match error {
        FieldError::DestroyedKey(_) => Error::KeyDestroyed(column),
        _ => Error::Undecryptable(column),
    }
}

impl App {
    /// The keys of the caller's company for a purpose, to seal with.
    pub(crate) async fn keychain<P: Permission>(
        &self,
        grant: &Grant<P>,
        purpose: Purpose,
    ) -> Result<Arc<Keychain>, Error> {
        self.keychain_for(grant, purpose, &[]).await
    }

    /// The same, to open these values with.
    pub(crate) async fn keychain_for<P: Permission>(
        &self,
        grant: &Grant<P>,
        purpose: Purpose,
        sealed: &[&Sealed],
    ) -> Result<Arc<Keychain>, Error> {
        let place = (grant.actor().company(), purpose);
        if let Some(chain) = self.keys.known(place, sealed, self.now()).await {
            return Ok(chain);
        }
        let mut tx = self.store.read(grant).await?;
        self.read_chain(&mut tx, grant, purpose).await
    }

    /// The same within a transaction, which holds a connection already.
    pub(crate) async fn keychain_in<P: Permission>(
        &self,
        tx: &mut impl InCompany,
        grant: &Grant<P>,
        purpose: Purpose,
        sealed: &[&Sealed],
    ) -> Result<Arc<Keychain>, Error> {
        let place = (grant.actor().company(), purpose);
        match self.keys.known(place, sealed, self.now()).await {
            Some(chain) => Ok(chain),
            None => self.read_chain(tx, grant, purpose).await,
        }
    }

    async fn read_chain<P: Permission>(
        &self,
        tx: &mut impl InCompany,
        grant: &Grant<P>,
        purpose: Purpose,
    ) -> Result<Arc<Keychain>, Error> {
        // The time before the question: what is read may be that old.
        let asked = self.now();
        let chain = store::keys::chain(tx, grant, purpose, &self.keys.master).await?;
        Ok(self
            .keys
            .learn((grant.actor().company(), purpose), chain, asked)
            .await)
    }

    /// As [`Self::keychain`]; a company from before there were documents gets its key for them here.
    pub(crate) async fn document_keychain_or_new(
        &self,
        grant: &Grant<UploadDocuments>,
        origin: &Origin,
    ) -> Result<Arc<Keychain>, Error> {
        let (company, purpose) = (grant.actor().company(), Purpose::Document);
        if let Some(chain) = self.keys.known((company, purpose), &[], self.now()).await {
            return Ok(chain);
        }
        let asked = self.now();
        let mut tx = self.store.read(grant).await?;
        let found = store::keys::find_chain(&mut tx, grant, purpose, &self.keys.master).await?;
        drop(tx);
        if let Some(chain) = found {
            return Ok(self.keys.learn((company, purpose), chain, asked).await);
        }
        let key = new_key(company, purpose, &self.keys.master, &self.rng)?;
        let mut tx = self.store.write(grant, origin).await?;
        // Another node may have been first: what is stored counts.
        if store::keys::add_document_key(&mut tx, grant, &key).await? {
            let id = key.key.id().0;
            tx.commit(company::made(id, purpose), self.now()).await?;
        }
        self.keychain(grant, purpose).await
    }

    /// The keys that open these secrets of a company's second factors: also before there is a session. None where
    /// nobody in the company has ever enrolled one.
    pub(crate) async fn credential_keys(
        &self,
        company: CompanyId,
        sealed: &[&Sealed],
    ) -> Result<Option<Arc<Keychain>>, Error> {
        let (place, asked) = ((company, Purpose::Credential), self.now());
        if let Some(chain) = self.keys.known(place, sealed, asked).await {
            return Ok(Some(chain));
        }
        match self.store.credential_keys(company, &self.keys.master).await? {
            Some(chain) => Ok(Some(self.keys.learn(place, chain, asked).await)),
            None => Ok(None),
        }
    }

    /// As [`Self::credential_keys`], to seal with; a company from before there were second factors gets its key
    /// here.
    pub(crate) async fn credential_keys_or_new(
        &self,
        actor: &Actor,
        origin: &Origin,
    ) -> Result<Arc<Keychain>, Error> {
        let company = actor.company();
        if let Some(chain) = self.credential_keys(company, &[]).await? {
            return Ok(chain);
        }
        let id = DataKeyId(Uuid::new_v4());
        let key = DataKey::generate(id, company.uuid(), Purpose::Credential, &self.rng)
            .map_err(|_| Error::Internal("no randomness"))?;
        let wrapped = self.keys.master.wrap(&key, &self.rng);
        let wrapped = wrapped.map_err(|_| Error::Internal("a data key could not be wrapped"))?;
        self.store
            .add_credential_key(actor, &key, &wrapped, origin, self.now())
            .await?;
        // Another node may have been first: what is stored counts.
        self.credential_keys(company, &[])
            .await?
            .ok_or(Error::Internal("a key that was just stored is not there"))
    }
}
