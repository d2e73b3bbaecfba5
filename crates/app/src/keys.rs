//! The data keys of companies, unwrapped once and kept in memory (E6).

use std::collections::HashMap;
use std::sync::Arc;

use access::grant::Grant;
use access::ids::CompanyId;
use access::permission::Permission;
use crypto::field::{Keychain, MasterKey, Purpose};
use tokio::sync::RwLock;

use crate::{App, Error};

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
}
