//! What the platform's operator does by command, never by request: preparing a database; `people` makes companies and
//! people, `accounts` does something to one.

mod accounts;
mod people;

use std::fs::File;
use std::sync::Arc;

use access::ids::{CompanyId, PLATFORM_COMPANY};
use crypto::Rng;
use crypto::derive::InstallationSecret;
use crypto::field::{BlindIndex, DataKey, DataKeyId, MasterKey, Purpose};
use crypto::password::Argon2Params;
use store::Address;
use store::bootstrap::{Owner, Preparation, RolePasswords};
use store::notices::{FailedNotice, Faults, Outbox};
use store::provision::NewKey;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Error;
use crate::keys::SharedChain;
use crate::notices::Writer;
use crate::passwords::RefusedIndex;
use crate::signing::KeyKeeper;
pub use people::Person;
pub use store::standing::{ObjectId, Standing};

/// The short name of the company that owns the platform's own keys.
pub const PLATFORM_SLUG: &str = "platform";

/// The column that the index of e-mail addresses is over.
pub(crate) const EMAIL_COLUMN: &str = "users.email";

/// Makes companies and people with the rights of the schema's owner.
pub struct Provisioner {
    pub(crate) owner: Owner,
    pub(crate) master: MasterKey,
    emails: BlindIndex,
    /// Where the people of whom something is done are told.
    outbox: Outbox,
    params: Argon2Params,
    /// Passwords known from breaches, where the operator has such a list.
    breached: Option<File>,
    /// Names the passwords that companies refuse.
    refused: RefusedIndex,
    pub(crate) rng: Rng,
}

/// A database on which a server can start.
pub struct Prepared {
    /// A connection that owns the schema.
    pub owner: Owner,
    /// What the program's own secrets derive from.
    pub secret: InstallationSecret,
}

/// Brings a database to where a server can start on it: roles, schema, the platform company with its keys,
/// and last the passwords of the roles. Nodes that start together take turns.
///
/// # Errors
/// When the master key is not the one of this database (nothing is changed), or the store fails.
pub async fn prepare(
    database: &Address,
    master: &MasterKey,
    rng: &Rng,
    now: OffsetDateTime,
) -> Result<Prepared, Error> {
    let mut turn = Preparation::begin(database.admin()).await?;
    let mut owner = turn.migrate(Some(master)).await?;
    if owner.company_by_slug(PLATFORM_SLUG).await?.is_none() {
        let keys = new_keys(PLATFORM_COMPANY, master, rng)?;
        owner
            .provision_company(
                PLATFORM_COMPANY,
                PLATFORM_SLUG,
                "SafeShipper platform",
                &keys,
                now,
            )
            .await?;
    }
    // A platform from before there were notices.
    if owner.find_platform_key(Purpose::Notice, master).await?.is_none() {
        let key = new_key(PLATFORM_COMPANY, Purpose::Notice, master, rng)?;
        owner.add_platform_key(&key, now).await?;
    }
    // One whose secrets derived from the master key goes on with those it has.
    if owner
        .find_platform_key(Purpose::Installation, master)
        .await?
        .is_none()
    {
        let key = DataKey::inherited(DataKeyId(Uuid::new_v4()), PLATFORM_COMPANY.uuid(), master);
        let key = NewKey::wrap(key, master, rng);
        let key = key.map_err(|_| Error::Internal("a data key could not be wrapped"))?;
        owner.add_platform_key(&key, now).await?;
    }
    let secret = owner.platform_key(Purpose::Installation, master).await?;
    let secret = InstallationSecret::new(&secret)
        .map_err(|_| Error::Internal("the installation's secret is no key of its purpose"))?;
    turn.finish(&RolePasswords::derive(&secret)).await?;
    Ok(Prepared { owner, secret })
}

impl Provisioner {
    /// With the owner's connection of a prepared database, and how passwords are to be hashed.
    ///
    /// # Errors
    /// When the platform's keys cannot be read.
    pub async fn new(
        mut owner: Owner,
        master: MasterKey,
        params: Argon2Params,
        rng: Rng,
    ) -> Result<Self, Error> {
        let index = owner.platform_key(Purpose::BlindIndex, &master).await?;
        let emails = BlindIndex::new(&index, EMAIL_COLUMN)
            .map_err(|_| Error::Internal("the e-mail index has no key"))?;
        let refused = RefusedIndex::new(&index)
            .map_err(|_| Error::Internal("the index of refused passwords has no key"))?;
        let letters = SharedChain::new(owner.platform_chain(Purpose::Notice, &master).await?);
        let writer = Writer::new(letters, &index, (master.clone(), None), rng.clone())
            .map_err(|_| Error::Internal("the outbox has no key"))?;
        Ok(Self {
            owner,
            master,
            emails,
            outbox: Outbox::new(Arc::new(writer)),
            params,
            breached: None,
            refused,
            rng,
        })
    }

    /// Hashes passwords with these parameters: those that the server is configured with, so that verifying takes as
    /// long for everybody.
    #[must_use]
    pub const fn hashing_with(mut self, params: Argon2Params) -> Self {
        self.params = params;
        self
    }

    /// Also refuses the passwords of this list, in the offline form of Pwned Passwords.
    #[must_use]
    pub fn refusing(mut self, breached: Option<File>) -> Self {
        self.breached = breached;
        self
    }

    /// What looks after the signing keys.
    ///
    /// # Errors
    /// When the platform's keys cannot be read.
    pub async fn key_keeper(mut self, now: OffsetDateTime) -> Result<KeyKeeper, Error> {
        let chain = self
            .owner
            .platform_chain(Purpose::SigningKey, &self.master)
            .await?;
        Ok(KeyKeeper::new(self.owner, chain, now, self.rng))
    }

    pub(crate) async fn company_named(&mut self, slug: &str) -> Result<CompanyId, Error> {
        let company = self.owner.company_by_slug(slug).await?;
        company.ok_or(Error::NotFound("company"))
    }

    /// How many notices wait, and how many have failed of what.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notice_faults(&mut self) -> Result<Vec<Faults>, Error> {
        Ok(self.owner.notice_faults().await?)
    }

    /// The notices that have failed, the oldest first; neither whom they were for nor what they say.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn failed_notices(&mut self) -> Result<Vec<FailedNotice>, Error> {
        Ok(self.owner.failed_notices().await?)
    }

    /// Has notices that have failed tried again: one, or all of a class of fault, or with neither all. How many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn retry_notices(
        &mut self,
        id: Option<Uuid>,
        fault: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<i64, Error> {
        Ok(self.owner.retry_notices(id, fault, now).await?)
    }
}

/// A data key for every purpose, wrapped.
fn new_keys(company: CompanyId, master: &MasterKey, rng: &Rng) -> Result<Vec<NewKey>, Error> {
    let is_theirs = |purpose: &Purpose| company == PLATFORM_COMPANY || *purpose != Purpose::Installation;
    let key = |purpose| new_key(company, purpose, master, rng);
    Purpose::ALL.into_iter().filter(is_theirs).map(key).collect()
}

pub(crate) fn new_key(
    company: CompanyId,
    purpose: Purpose,
    master: &MasterKey,
    rng: &Rng,
) -> Result<NewKey, Error> {
    let id = DataKeyId(Uuid::new_v4());
    let key = DataKey::generate(id, company.uuid(), purpose, rng);
    let key = key.map_err(|_| Error::Internal("no randomness"))?;
    NewKey::wrap(key, master, rng).map_err(|_| Error::Internal("a data key could not be wrapped"))
}
