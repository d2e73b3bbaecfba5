//! Making companies and people: the platform operator's act, by command, never by request.

use std::fs::File;
use std::sync::Arc;

use access::actor::SessionRow;
use access::ids::{CompanyId, PLATFORM_COMPANY, UserId};
use access::role::Role;
use crypto::Rng;
use crypto::derive::InstallationSecret;
use crypto::field::{
    BlindIndex, DataKey, DataKeyId, FieldContext, Keychain, MasterKey, Purpose, Sealed, normalise_email,
};
use crypto::password::{
    self, Argon2Params, BreachedPasswords, ListedHash, PasswordHash, PasswordPolicy, WeakPassword,
};
use secrecy::SecretString;
use store::Address;
use store::bootstrap::{Owner, Preparation, RolePasswords};
use store::notices::{FailedNotice, Faults, Outbox};
use store::provision::{NewCompany, NewKey, NewUser};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::factor_reset::{self, Asking};
use crate::keys::SharedChain;
use crate::notices::Writer;
use crate::passwords::RefusedIndex;
use crate::signing::KeyKeeper;
use crate::{Error, people};

/// The short name of the company that owns the platform's own keys.
pub const PLATFORM_SLUG: &str = "platform";

/// The column that the index of e-mail addresses is over.
pub(crate) const EMAIL_COLUMN: &str = "users.email";

/// A person to be made.
pub struct Person<'a> {
    /// Their e-mail address.
    pub email: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their role.
    pub role: Role,
    /// Their first password.
    pub password: &'a SecretString,
}

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

    /// Whether there is a company with this short name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn has_company(&mut self, slug: &str) -> Result<bool, Error> {
        Ok(self.owner.company_by_slug(slug).await?.is_some())
    }

    /// Makes a company and its people, all or none; none if a company with this short name is there already.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a password that the policy refuses; otherwise when the store fails.
    pub async fn company(
        &mut self,
        slug: &str,
        name: &str,
        people: &[Person<'_>],
        now: OffsetDateTime,
    ) -> Result<Option<CompanyId>, Error> {
        if self.has_company(slug).await? {
            return Ok(None);
        }
        let id = CompanyId::generate(now);
        let keys = new_keys(id, &self.master, &self.rng)?;
        let identity = keys
            .iter()
            .map(|key| &key.key)
            .find(|key| key.purpose() == Purpose::Identity);
        let chain = Keychain::new(identity.ok_or(Error::Internal("no identity key"))?);
        let sealed = people
            .iter()
            .map(|person| self.seal(id, &chain, person, now))
            .collect::<Result<Vec<_>, _>>()?;
        let users: Vec<NewUser<'_>> = sealed.iter().map(Sealable::user).collect();
        let company = NewCompany {
            id,
            slug,
            name,
            keys: &keys,
        };
        self.owner.provision_company_with(&company, &users, now).await?;
        Ok(Some(id))
    }

    /// Makes a person of the company with this short name.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company; [`Error::Invalid`] for a password that the policy refuses;
    /// otherwise when the address is taken in this company or the store fails.
    pub async fn person(
        &mut self,
        slug: &str,
        person: &Person<'_>,
        now: OffsetDateTime,
    ) -> Result<UserId, Error> {
        let company = self.company_named(slug).await?;
        let identity = self
            .owner
            .company_chain(company, Purpose::Identity, &self.master)
            .await?;
        let sealed = self.seal(company, &identity, person, now)?;
        let mark = self.refused.mark(company, &ListedHash::of(person.password));
        if self.owner.is_password_refused(company, &mark).await? {
            return Err(weak(WeakPassword::Breached));
        }
        self.owner.provision_user(company, &sealed.user(), now).await?;
        Ok(sealed.id)
    }

    /// Locks the account of a person and ends its sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company or person; otherwise as those of [`crate::people::lock_down`].
    pub async fn lock_down(
        &mut self,
        slug: &str,
        email: &str,
        reason: &str,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let reason = people::reason_of(reason)?;
        let (company, index) = self.find(slug, email).await?;
        let outcome = self
            .owner
            .lock(company, &index, reason, now, &self.outbox)
            .await?;
        people::done(outcome, "this account is not active")
    }

    /// Lets a person sign in again.
    ///
    /// # Errors
    /// As those of [`Self::lock_down`].
    pub async fn unlock(
        &mut self,
        slug: &str,
        email: &str,
        reason: &str,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let reason = people::reason_of(reason)?;
        let (company, index) = self.find(slug, email).await?;
        let outcome = self
            .owner
            .unlock(company, &index, reason, now, &self.outbox)
            .await?;
        people::done(outcome, "this account is not locked")
    }

    /// Asks for and approves the reset of a person's second factors, in effect after the cooling period.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company or person; otherwise as those of [`crate::factor_reset::ask`].
    pub async fn reset_factors(
        &mut self,
        slug: &str,
        email: &str,
        asking: Asking<'_>,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        let (reason, identity) = asking.lines()?;
        let (company, index) = self.find(slug, email).await?;
        let done = self
            .owner
            .reset_factors(company, &index, reason, identity, now, &self.outbox)
            .await?;
        factor_reset::done(done, factor_reset::NOTHING_TO_RESET)
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

    /// What the policies would decide a person's session by, had they signed in with their password `now`.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company or person; otherwise when the store fails.
    pub async fn standing(
        &mut self,
        slug: &str,
        email: &str,
        now: OffsetDateTime,
    ) -> Result<SessionRow, Error> {
        let (company, index) = self.find(slug, email).await?;
        let standing = self.owner.standing(company, &index, now).await?;
        standing.ok_or(Error::NotFound("person"))
    }

    /// Ends every session of a person; how many there were.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company or person; otherwise when the store fails.
    pub async fn end_sessions(&mut self, slug: &str, email: &str, now: OffsetDateTime) -> Result<i32, Error> {
        let (company, index) = self.find(slug, email).await?;
        let ended = self.owner.end_sessions(company, &index, now).await?;
        ended.ok_or(Error::NotFound("person"))
    }

    pub(crate) async fn company_named(&mut self, slug: &str) -> Result<CompanyId, Error> {
        let company = self.owner.company_by_slug(slug).await?;
        company.ok_or(Error::NotFound("company"))
    }

    /// A company, and by which an address in it is found.
    async fn find(&mut self, slug: &str, email: &str) -> Result<(CompanyId, [u8; 16]), Error> {
        let company = self.company_named(slug).await?;
        Ok((company, *self.emails.of(&normalise_email(email)).as_bytes()))
    }

    fn seal<'a>(
        &self,
        company: CompanyId,
        chain: &Keychain,
        person: &'a Person<'a>,
        now: OffsetDateTime,
    ) -> Result<Sealable<'a>, Error> {
        PasswordPolicy::ALONE
            .check(person.password, &[person.name, person.email])
            .map_err(weak)?;
        if let Some(list) = &self.breached {
            let is_on = BreachedPasswords::open(list).and_then(|mut list| list.contains(person.password));
            // A list that cannot be read clears nothing.
            let is_on = is_on.map_err(|error| {
                let why = format!("the list of breached passwords cannot be used: {error}");
                Error::Invalid(vec![crate::FieldProblem::new("/password", why)])
            })?;
            if is_on {
                return Err(weak(WeakPassword::Breached));
            }
        }
        let hash = password::hash(person.password, self.params, &self.rng)
            .map_err(|_| Error::Internal("the password could not be hashed"))?;
        let id = UserId::generate(now);
        let email = normalise_email(person.email);
        let place = FieldContext {
            table: "users",
            column: "email_sealed",
            row: id.uuid(),
            company: company.uuid(),
        };
        let sealed = chain
            .seal(&place, email.as_bytes(), &self.rng)
            .map_err(|_| Error::Internal("the address could not be sealed"))?;
        Ok(Sealable {
            id,
            person,
            index: *self.emails.of(&email).as_bytes(),
            email: sealed,
            password: hash,
        })
    }
}

fn weak(weak: WeakPassword) -> Error {
    Error::Invalid(vec![crate::FieldProblem::new("/password", weak.to_string())])
}

/// A person as they are stored.
struct Sealable<'a> {
    id: UserId,
    person: &'a Person<'a>,
    index: [u8; 16],
    email: Sealed,
    password: PasswordHash,
}

impl Sealable<'_> {
    fn user(&self) -> NewUser<'_> {
        NewUser {
            id: self.id,
            email_index: self.index,
            email: self.email.clone(),
            display_name: self.person.name,
            role: self.person.role,
            password: &self.password,
        }
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
