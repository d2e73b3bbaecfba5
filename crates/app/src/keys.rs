//! The data keys of companies, unwrapped once and kept in memory (E6).

use std::collections::HashMap;
use std::sync::Arc;

use access::actor::Actor;
use access::grant::Grant;
use access::ids::CompanyId;
use access::permission::Permission;
use crypto::field::{DataKey, DataKeyId, Keychain, MasterKey, Purpose};
use tokio::sync::RwLock;
use uuid::Uuid;

use crate::{App, Error, Origin};

pub(crate) struct Keys {
    master: MasterKey,
    chains: RwLock<HashMap<(CompanyId, Purpose), Arc<Keychain>>>,
}

impl Keys {
    pub(crate) fn new(master: MasterKey) -> Self {
        Self {
            master,
            chains: RwLock::default(),
        }
    }
}

impl App {
    /// The keys of the caller's company for a purpose.
    pub(crate) async fn keychain<P: Permission>(
        &self,
        grant: &Grant<P>,
        purpose: Purpose,
    ) -> Result<Arc<Keychain>, Error> {
        let place = (grant.actor().company(), purpose);
        if let Some(chain) = self.keys.chains.read().await.get(&place) {
            return Ok(chain.clone());
        }
        let mut tx = self.store.read(grant).await?;
        let key = store::keys::active(&mut tx, grant, purpose, &self.keys.master).await?;
        let chain = Arc::new(Keychain::new(&key));
        self.keys.chains.write().await.insert(place, chain.clone());
        Ok(chain)
    }

    /// The keys that open the secrets of a company's second factors: also before there is a session. None where
    /// nobody in the company has ever enrolled one.
    pub(crate) async fn credential_keys(&self, company: CompanyId) -> Result<Option<Arc<Keychain>>, Error> {
        let place = (company, Purpose::Credential);
        if let Some(chain) = self.keys.chains.read().await.get(&place) {
            return Ok(Some(chain.clone()));
        }
        let Some(chain) = self.store.credential_keys(company, &self.keys.master).await? else {
            return Ok(None);
        };
        let chain = Arc::new(chain);
        self.keys.chains.write().await.insert(place, chain.clone());
        Ok(Some(chain))
    }

    /// As [`Self::credential_keys`]; a company from before there were second factors gets its key here.
    pub(crate) async fn credential_keys_or_new(
        &self,
        actor: &Actor,
        origin: &Origin,
    ) -> Result<Arc<Keychain>, Error> {
        let company = actor.company();
        if let Some(chain) = self.credential_keys(company).await? {
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
        self.credential_keys(company)
            .await?
            .ok_or(Error::Internal("a key that was just stored is not there"))
    }
}
