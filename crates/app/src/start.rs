//! Putting an [`App`] together: what must be there before the first request, and refusing to go on without.

use std::path::PathBuf;
use std::sync::Arc;

use access::policy::{Policies, PolicyError};
use crypto::Rng;
use crypto::backup::BackupKey;
use crypto::csrf::CsrfKey;
use crypto::derive::InstallationSecret;
use crypto::field::{BlindIndex, MasterKey, Purpose};
use crypto::opaque::HandleKey;
use crypto::passkey::Site;
use crypto::password::{self, Argon2Params};
use crypto::totp::Drift;
use dangerous_goods::Catalogue;
use partners::egress::Reach;
use partners::mail::Mailer;
use partners::oidc::Providers;
use store::pool::PoolConfig;
use store::{Store, StoreError};
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::keys::{Keeper, Keys, SharedChain};
use crate::network::Networks;
use crate::notices::{Courier, Writer};
use crate::passwords::{RefusedIndex, Resets};
use crate::provision::EMAIL_COLUMN;
use crate::sessions::place::Countries;
use crate::sign_in::{Failures, Passwords};
use crate::signing::Signing;
use crate::{App, refusals};

/// What an [`App`] is put together from.
pub struct Settings {
    /// How to reach the database.
    pub pools: PoolConfig,
    /// What unwraps every data key.
    pub master: MasterKey,
    /// What the program's own secrets derive from.
    pub secret: InstallationSecret,
    /// `iss` of access tokens: the address people use, which passkeys are for too.
    pub issuer: String,
    /// `aud` of access tokens.
    pub audience: String,
    /// How passwords are hashed.
    pub argon2: Argon2Params,
    /// A list of passwords known from breaches, in the offline form of Pwned Passwords.
    pub breached: Option<PathBuf>,
    /// Password verifications at once.
    pub hashing_at_once: usize,
    /// How far requests to OpenID providers may go.
    pub reach: Reach,
    /// How far the clocks of authenticator apps may be off.
    pub drift: Drift,
    /// Which country an address is in, as far as the operator has a database of it.
    pub countries: Countries,
    /// How people are told by mail.
    pub mail: Mail,
    /// Whether a node looks after data keys by itself, or when told to ([`App::look_after_data_keys`]) alone.
    pub tends_data_keys: bool,
    /// The clock.
    pub clock: Clock,
}

/// How people are told by mail.
pub struct Mail {
    /// What sends; without it notices wait.
    pub mailer: Option<Mailer>,
    /// Whether a node sends by itself, or when told to ([`App::deliver_notices`]) alone.
    pub sends_by_itself: bool,
}

/// Why the program does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The policies.
    #[error(transparent)]
    Policies(#[from] PolicyError),
    /// The catalogue's own data.
    #[error("the catalogue of dangerous goods cannot be read: {0}")]
    Catalogue(String),
    /// Keys.
    #[error("{0}")]
    Keys(&'static str),
    /// Signing keys.
    #[error("the signing keys: {0}")]
    Signing(#[from] crate::Error),
}

impl App {
    /// Connects, loads keys and policies, and proves that the embedded data can be read.
    ///
    /// # Errors
    /// Whatever is missing or wrong; there is no start without it (E4).
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let rng = Rng::system();
        let policies = Policies::embedded()?;
        Catalogue::read_embedded().map_err(|error| StartError::Catalogue(error.to_string()))?;
        let store = Store::connect(settings.pools, HandleKey::derive(&settings.secret)).await?;
        let index = store.platform_key(Purpose::BlindIndex, &settings.master).await?;
        let emails = BlindIndex::new(&index, EMAIL_COLUMN)
            .map_err(|_| StartError::Keys("the e-mail index has no key"))?;
        let networks =
            Networks::new(&index).map_err(|_| StartError::Keys("the shares of networks have no key"))?;
        let refused_passwords = RefusedIndex::new(&index)
            .map_err(|_| StartError::Keys("the index of refused passwords has no key"))?;
        let decoy = password::decoy(settings.argon2, &rng)
            .map_err(|_| StartError::Keys("the password parameters are not usable"))?;
        let master = &settings.master;
        let chain = SharedChain::new(store.platform_chain(Purpose::SigningKey, master).await?);
        let letters = SharedChain::new(store.platform_chain(Purpose::Notice, master).await?);
        let places = (settings.master.clone(), Some(settings.issuer.clone()));
        let writer = Writer::new(letters.clone(), &index, places, rng.clone())
            .map_err(|_| StartError::Keys("the outbox has no key"))?;
        let writer = Arc::new(writer.knowing(settings.countries.clone()));
        let store = Arc::new(store.with_notices(writer.clone()));
        let courier = Courier::new(
            store.clone(),
            (letters.clone(), settings.master.clone()),
            settings.mail.mailer,
        );
        let site = match Site::at(&settings.issuer) {
            Ok(site) => Some(site),
            // Everything else works there; whoever runs the program reads why, and the pages offer none.
            Err(why) => {
                tracing::warn!("{why}");
                None
            }
        };
        let public_url = settings.issuer.trim_end_matches('/').to_owned();
        let oidc = Providers::new(settings.reach)
            .map_err(|_| StartError::Keys("the system's certificates cannot be used"))?;
        let names = (settings.issuer, settings.audience);
        let signing = Signing::start(
            store.clone(),
            (chain.clone(), settings.master.clone()),
            names,
            settings.clock.now(),
            rng.clone(),
        )
        .await?;
        let signing = Arc::new(signing);
        let platform = vec![chain, letters];
        let keeper = Keeper::new(store.clone(), settings.master.clone(), platform, rng.clone());
        let keeper = Arc::new(keeper);
        if settings.mail.sends_by_itself {
            courier.start(settings.clock.clone());
        }
        Ok(Self {
            resets: Resets::start(store.clone(), settings.clock.clone(), rng.clone()),
            breached: settings.breached,
            refused_passwords,
            countries: settings.countries,
            notice_writer: writer,
            failures: Failures::start(store.clone(), settings.clock.clone()),
            store,
            policies,
            keeping_keys: tokio::spawn(signing.clone().keep(settings.clock.clone())),
            keeping_data_keys: settings
                .tends_data_keys
                .then(|| tokio::spawn(keeper.clone().keep(settings.clock.clone()))),
            keeper,
            signing,
            courier,
            csrf: CsrfKey::derive(&settings.secret),
            backup: BackupKey::derive(&settings.secret),
            site,
            drift: settings.drift,
            catalogue: Catalogue::embedded(),
            keys: Keys::new(settings.master),
            passwords: Passwords::new(emails, settings.argon2, decoy, settings.hashing_at_once),
            refusals: refusals::Limiter::default(),
            networks,
            data_sets: crate::data_sets::Cache::default(),
            checking: Arc::new(Semaphore::new(settings.hashing_at_once.max(1))),
            oidc,
            public_url,
            clock: settings.clock,
            rng,
        })
    }
}
