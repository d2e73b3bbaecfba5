//! Making companies and their first people: the platform operator's act, audited like any other.

use access::ids::{AuditEventId, CompanyId, UserId};
use access::role::Role;
use crypto::field::{DataKey, Keychain, MasterKey, Purpose, Sealed, WrappedKey};
use crypto::password::PasswordHash;
use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::bootstrap::Owner;
use crate::error::StoreError;
use crate::keys;

/// A data key beside its wrapped form.
pub struct NewKey {
    /// The key.
    pub key: DataKey,
    /// What is stored.
    pub wrapped: WrappedKey,
}

impl NewKey {
    /// Wraps a key for storage.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn wrap(
        key: DataKey,
        master: &MasterKey,
        rng: &crypto::Rng,
    ) -> Result<Self, crypto::field::FieldError> {
        let wrapped = master.wrap(&key, rng)?;
        Ok(Self { key, wrapped })
    }
}

/// A company to be made.
pub struct NewCompany<'a> {
    /// Its id.
    pub id: CompanyId,
    /// Its short name, unique on the platform.
    pub slug: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its data keys.
    pub keys: &'a [NewKey],
}

/// A person to be made.
pub struct NewUser<'a> {
    /// Their id.
    pub id: UserId,
    /// The index of their normalised address.
    pub email_index: [u8; 16],
    /// Their address, sealed for `users.email_sealed`.
    pub email: Sealed,
    /// Their name.
    pub display_name: &'a str,
    /// Their role.
    pub role: Role,
    /// The hash of their password.
    pub password: &'a PasswordHash,
}

impl Owner {
    /// The company with this short name, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn company_by_slug(&mut self, slug: &str) -> Result<Option<CompanyId>, StoreError> {
        let id = sqlx::query_scalar!("select guard.company_by_slug($1)", slug)
            .fetch_one(&mut self.0)
            .await?;
        Ok(id.map(CompanyId::from_uuid))
    }

    /// Makes a company with its data keys.
    ///
    /// # Errors
    /// When the short name is taken or the database fails.
    pub async fn provision_company(
        &mut self,
        id: CompanyId,
        slug: &str,
        name: &str,
        keys: &[NewKey],
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        insert_company(&mut self.0, &NewCompany { id, slug, name, keys }, now).await
    }

    /// Makes a company with its data keys and its first people: all of it or nothing.
    ///
    /// # Errors
    /// When the short name is taken, two people have one address, or the database fails.
    pub async fn provision_company_with(
        &mut self,
        company: &NewCompany<'_>,
        people: &[NewUser<'_>],
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        insert_company(&mut tx, company, now).await?;
        for user in people {
            insert_user(&mut tx, company.id, user, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes a person of a company.
    ///
    /// # Errors
    /// When the address is taken in this company or the database fails.
    pub async fn provision_user(
        &mut self,
        company: CompanyId,
        user: &NewUser<'_>,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        insert_user(&mut self.0, company, user, now).await
    }

    /// Reads the platform's own active data key for a purpose: of those that seal nothing.
    ///
    /// # Errors
    /// When there is none, or the master key is not the one that wrapped it.
    pub async fn platform_key(
        &mut self,
        purpose: Purpose,
        master: &MasterKey,
    ) -> Result<DataKey, StoreError> {
        self.find_platform_key(purpose, master)
            .await?
            .ok_or(StoreError::Corrupt("data_keys: no active key of the platform"))
    }

    /// As [`Self::platform_key`], for a purpose that may be newer than the platform.
    ///
    /// # Errors
    /// When the master key is not the one that wrapped it.
    pub async fn find_platform_key(
        &mut self,
        purpose: Purpose,
        master: &MasterKey,
    ) -> Result<Option<DataKey>, StoreError> {
        keys::platform_key(&mut self.0, purpose, master).await
    }

    /// Gives the platform a key for a purpose that is newer than it, unless it has one; of two at once one wins.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_platform_key(&mut self, key: &NewKey, now: OffsetDateTime) -> Result<(), StoreError> {
        sqlx::query_scalar!(
            "select guard.add_platform_key($1, $2, $3, $4)",
            key.key.id().0,
            key.key.purpose().as_str(),
            key.wrapped.as_bytes(),
            AuditEventId::generate(now).uuid(),
        )
        .fetch_one(&mut self.0)
        .await?;
        Ok(())
    }

    /// Reads the platform's own keys for a purpose.
    ///
    /// # Errors
    /// When there is none, or the master key is not the one that wrapped them.
    pub async fn platform_chain(
        &mut self,
        purpose: Purpose,
        master: &MasterKey,
    ) -> Result<Keychain, StoreError> {
        keys::platform_chain(&mut self.0, purpose, master).await
    }

    /// Reads the keys of a company for a purpose.
    ///
    /// # Errors
    /// [`StoreError::KeyDestroyed`]; when there is none, or the master key is not the one that wrapped them.
    pub async fn company_chain(
        &mut self,
        company: CompanyId,
        purpose: Purpose,
        master: &MasterKey,
    ) -> Result<Keychain, StoreError> {
        keys::company_chain(&mut self.0, company, purpose, master).await
    }
}

async fn insert_company(
    connection: &mut PgConnection,
    company: &NewCompany<'_>,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let keys = company.keys;
    let ids: Vec<Uuid> = keys.iter().map(|key| key.key.id().0).collect();
    let purposes: Vec<String> = keys
        .iter()
        .map(|key| key.key.purpose().as_str().to_owned())
        .collect();
    let wrapped: Vec<Vec<u8>> = keys.iter().map(|key| key.wrapped.as_bytes().to_vec()).collect();
    sqlx::query_scalar!(
        "select guard.provision_company($1, $2, $3, $4, $5, $6, $7)",
        company.id.uuid(),
        company.slug,
        company.name,
        AuditEventId::generate(now).uuid(),
        &ids,
        &purposes,
        &wrapped,
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

async fn insert_user(
    connection: &mut PgConnection,
    company: CompanyId,
    user: &NewUser<'_>,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query_scalar!(
        "select guard.provision_user($1, $2, $3, $4, $5, $6, $7, $8)",
        company.uuid(),
        user.id.uuid(),
        &user.email_index[..],
        user.email.as_bytes(),
        user.display_name,
        user.role.as_str(),
        user.password.as_str(),
        AuditEventId::generate(now).uuid(),
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}
