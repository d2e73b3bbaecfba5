//! Use cases, one module per capability: decides, never renders, never writes SQL.
//!
//! A use case takes the [`App`], the [`access::grant::Grant`] it needs and where the request came from, and
//! either returns what was asked for or one [`Error`]. To add one: a function in the module of its noun that
//! takes `&Grant<P>`, a route in the web crate, and a line in `docs/coverage.md`.

pub mod audit;
pub mod backups;
pub mod checks;
pub mod clock;
pub mod data_sets;
pub mod documents;
pub mod editions;
pub mod emergency;
pub mod emergency_access;
pub mod error;
pub mod factor_reset;
pub mod factors;
pub mod goods;
pub mod identity;
pub mod incidents;
pub mod keys;
pub mod masking;
mod network;
pub mod notices;
pub mod offers;
pub mod oidc;
pub mod passkeys;
pub mod passwords;
pub mod people;
pub mod permissions;
pub mod provision;
mod refusals;
pub mod revocation;
pub mod sessions;
pub mod shipments;
pub mod sign_in;
pub mod signing;
mod start;
pub mod step_up;
pub mod teams;

use std::sync::Arc;

use access::policy::Policies;
use crypto::Rng;
use crypto::csrf::CsrfKey;
use dangerous_goods::Catalogue;
use store::Store;

pub use clock::Clock;
pub use editions::EditionWarning;
pub use error::{Error, FieldProblem};
pub use partners::egress::Reach;
pub use start::{Mail, Settings, StartError};
pub use store::audit::Origin;

/// Everything a use case works with. One a process; shared.
pub struct App {
    pub(crate) store: Arc<Store>,
    pub(crate) policies: Policies,
    pub(crate) signing: Arc<signing::Signing>,
    /// Looks after the signing keys.
    keeping_keys: tokio::task::JoinHandle<()>,
    /// Looks after the data keys.
    keeping_data_keys: Option<tokio::task::JoinHandle<()>>,
    pub(crate) keeper: Arc<keys::Keeper>,
    pub(crate) courier: Arc<notices::Courier>,
    pub(crate) csrf: CsrfKey,
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) keys: keys::Keys,
    pub(crate) passwords: sign_in::Passwords,
    /// Where links to reset passwords are written.
    pub(crate) resets: passwords::Resets,
    /// Passwords known from breaches, where the operator has such a list.
    pub(crate) breached: Option<std::path::PathBuf>,
    /// Names the passwords that companies refuse.
    pub(crate) refused_passwords: passwords::RefusedIndex,
    /// Which country an address is in.
    pub(crate) countries: sessions::place::Countries,
    pub(crate) notice_writer: Arc<notices::Writer>,
    /// With which backup codes are hashed.
    pub(crate) backup: crypto::backup::BackupKey,
    /// What passkeys are for; none where browsers make none.
    pub(crate) site: Option<crypto::passkey::Site>,
    /// How far the clocks of authenticator apps may be off.
    pub(crate) drift: crypto::totp::Drift,
    pub(crate) failures: sign_in::Failures,
    pub(crate) refusals: refusals::Limiter,
    /// Names the networks that requests come from.
    pub(crate) networks: network::Networks,
    pub(crate) data_sets: data_sets::Cache,
    /// Turns for checks of long loads.
    pub(crate) checking: Arc<tokio::sync::Semaphore>,
    /// What is known of OpenID providers, and the way to them.
    pub(crate) oidc: partners::oidc::Providers,
    /// The address people use, without a slash at the end.
    pub(crate) public_url: String,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
}

impl App {
    /// The time.
    #[must_use]
    pub fn now(&self) -> time::OffsetDateTime {
        self.clock.now()
    }

    /// The catalogue of dangerous goods.
    #[must_use]
    pub fn catalogue(&self) -> &'static Catalogue {
        self.catalogue
    }

    /// Who issues access tokens: the address people use.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.signing.issuer()
    }

    /// The public keys that verify access tokens, as a JSON Web Key Set (RFC 7517).
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        self.signing.jwks()
    }

    /// The public keys that verify the signatures of papers, those of destroyed keys included.
    #[must_use]
    pub fn document_jwks(&self) -> serde_json::Value {
        self.signing.document_jwks()
    }

    /// Looks after the signing keys now: what is due is published, activated or destroyed. A node does so by
    /// itself every few seconds.
    ///
    /// # Errors
    /// When the store fails; the keys in memory stay.
    pub async fn look_after_signing_keys(&self) -> Result<(), Error> {
        self.signing.round(self.now()).await
    }

    /// Waits until what people asked for before is done that is done off the answer's path: links to reset passwords.
    pub async fn settle(&self) {
        self.resets.settle().await;
    }

    /// Sends every notice that is due, now. A node does so by itself every few seconds.
    ///
    /// # Errors
    /// When the store fails; what a server has not accepted is tried again.
    pub async fn deliver_notices(&self) -> Result<notices::Round, Error> {
        self.courier.deliver(|| self.now()).await
    }

    /// How many notices wait or have failed, and of what: for who runs the platform.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notice_faults(&self) -> Result<Vec<store::notices::Faults>, Error> {
        Ok(self.store.notice_faults().await?)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.store.ready().await?)
    }

    /// Ends the connections; waits for what is under way.
    pub async fn close(&self) {
        self.keeping_keys.abort();
        if let Some(keeping) = &self.keeping_data_keys {
            keeping.abort();
        }
        self.failures.close().await;
        self.resets.close().await;
        self.courier.close().await;
        self.store.close().await;
    }
}

/// What is shared by every request.
pub type Shared = Arc<App>;
