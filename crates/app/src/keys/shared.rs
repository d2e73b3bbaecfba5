//! A chain of the platform's own keys that several parts of a node hold, and that changes under them.

use std::sync::{Arc, PoisonError, RwLock};

use crypto::field::{Keychain, MasterKey};
use store::Store;

use crate::Error;

/// Clones are of the same chain.
#[derive(Clone)]
pub(crate) struct SharedChain(Arc<RwLock<Keychain>>);

impl SharedChain {
    pub(crate) fn new(chain: Keychain) -> Self {
        Self(Arc::new(RwLock::new(chain)))
    }

    /// The chain as it is known now.
    pub(crate) fn get(&self) -> Keychain {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads it anew.
    ///
    /// # Errors
    /// When the store fails; the chain stays as it was.
    pub(crate) async fn reread(&self, store: &Store, master: &MasterKey) -> Result<Keychain, Error> {
        let purpose = self.get().purpose();
        let chain = store.platform_chain(purpose, master).await?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = chain.clone();
        Ok(chain)
    }
}
