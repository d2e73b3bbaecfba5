//! Making companies and their people.

use access::ids::{CompanyId, UserId};
use access::role::Role;
use crypto::field::{FieldContext, Keychain, Purpose, Sealed, normalise_email};
use crypto::password::{self, BreachedPasswords, ListedHash, PasswordHash, PasswordPolicy, WeakPassword};
use secrecy::SecretString;
use store::provision::{NewCompany, NewUser};
use time::OffsetDateTime;

use super::{Provisioner, new_keys};
use crate::Error;

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

impl Provisioner {
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
