//! Making companies and people: the platform operator's act, by command, never by request.

use access::ids::{CompanyId, PLATFORM_COMPANY, UserId};
use access::role::Role;
use crypto::Rng;
use crypto::field::{
    BlindIndex, DataKey, DataKeyId, FieldContext, Keychain, MasterKey, Purpose, normalise_email,
};
use crypto::password::{self, Argon2Params, PasswordPolicy};
use secrecy::SecretString;
use store::Address;
use store::bootstrap::{Owner, Preparation, RolePasswords};
use store::provision::{NewKey, NewUser};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Error;

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
    /// The connection.
    pub owner: Owner,
    /// What wraps the data keys.
    pub master: MasterKey,
    /// What the platform's index of e-mail addresses is keyed with.
    pub emails: BlindIndex,
    /// How passwords are hashed.
    pub params: Argon2Params,
    /// Randomness.
    pub rng: Rng,
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
) -> Result<Owner, Error> {
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
    turn.finish(&RolePasswords::derive(master)).await?;
    Ok(owner)
}

impl Provisioner {
    /// Makes a company and its people; none if a company with this short name is there already.
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
        if self.owner.company_by_slug(slug).await?.is_some() {
            return Ok(None);
        }
        let company = CompanyId::generate(now);
        let keys = new_keys(company, &self.master, &self.rng)?;
        self.owner
            .provision_company(company, slug, name, &keys, now)
            .await?;
        let identity = keys
            .iter()
            .map(|key| &key.key)
            .find(|key| key.purpose() == Purpose::Identity);
        let chain = Keychain::new(identity.ok_or(Error::Internal("no identity key"))?);
        for person in people {
            self.person(company, &chain, person, now).await?;
        }
        Ok(Some(company))
    }

    async fn person(
        &mut self,
        company: CompanyId,
        chain: &Keychain,
        person: &Person<'_>,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        PasswordPolicy::default()
            .check(person.password)
            .map_err(|weak| Error::Invalid(vec![crate::FieldProblem::new("/password", weak.to_string())]))?;
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
        let user = NewUser {
            id,
            email_index: *self.emails.of(&email).as_bytes(),
            email: sealed,
            display_name: person.name,
            role: person.role,
            password: &hash,
        };
        Ok(self.owner.provision_user(company, &user, now).await?)
    }
}

/// A data key for every purpose, wrapped.
fn new_keys(company: CompanyId, master: &MasterKey, rng: &Rng) -> Result<Vec<NewKey>, Error> {
    Purpose::ALL
        .into_iter()
        .map(|purpose| {
            let id = DataKeyId(Uuid::new_v4());
            let key = DataKey::generate(id, company.uuid(), purpose, rng)
                .map_err(|_| Error::Internal("no randomness"))?;
            NewKey::wrap(key, master, rng).map_err(|_| Error::Internal("a data key could not be wrapped"))
        })
        .collect()
}
