//! Wrapped data keys (DATA-2). What is read here opens nothing without the master key.

use access::actor::Actor;
use access::grant::Grant;
use access::ids::{CompanyId, PLATFORM_COMPANY};
use access::permission::Permission;
use crypto::field::{DataKey, DataKeyId, Keychain, MasterKey, Purpose, WrappedKey};
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;

use crate::audit::{EventType, Origin, Severity};
use crate::error::StoreError;
use crate::pool::Store;
use crate::proof::own_event;
use crate::sessions::record;
use crate::tx::ReadTx;

/// Reads the active data key of the caller's company for a purpose.
///
/// # Errors
/// When there is none, or the master key is not the one that wrapped it.
pub async fn active<P: Permission>(
    tx: &mut ReadTx,
    grant: &Grant<P>,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<DataKey, StoreError> {
    company_key(tx.connection(), grant.actor().company(), purpose, master).await
}

/// The active data key of a company for a purpose, as far as the connection may read it.
pub(crate) async fn company_key(
    connection: &mut PgConnection,
    company: CompanyId,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<DataKey, StoreError> {
    let company = company.uuid();
    let row = sqlx::query!(
        "select id, wrapped from data_keys where company_id = $1 and purpose = $2 and state = 'active'",
        company,
        purpose.as_str(),
    )
    .fetch_optional(connection)
    .await?
    .ok_or(StoreError::Corrupt("data_keys: no active key"))?;
    unwrap(row.wrapped, row.id, company, purpose, master)
}

impl Store {
    /// Reads the platform's own data key for a purpose.
    ///
    /// # Errors
    /// When there is none, or the master key is not the one that wrapped it.
    pub async fn platform_key(&self, purpose: Purpose, master: &MasterKey) -> Result<DataKey, StoreError> {
        platform_key(&self.directory, purpose, master)
            .await?
            .ok_or(StoreError::Corrupt("data_keys: no active key of the platform"))
    }
}

impl Store {
    /// The keys that seal the secrets of a company's second factors, with none active where it has not had one
    /// yet. The one purpose that is asked for before there is a session.
    ///
    /// # Errors
    /// When the database fails, or the master key is not the one that wrapped them.
    pub async fn credential_keys(
        &self,
        company: CompanyId,
        master: &MasterKey,
    ) -> Result<Option<Keychain>, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", wrapped as "wrapped!", active as "active!" from guard.credential_keys($1)"#,
            company.uuid(),
        )
        .fetch_all(&self.directory)
        .await?;
        let (mut active, mut earlier) = (None, Vec::new());
        for row in rows {
            let key = unwrap(row.wrapped, row.id, company.uuid(), Purpose::Credential, master)?;
            if row.active {
                active = Some(key);
            } else {
                earlier.push(key);
            }
        }
        let Some(active) = active else { return Ok(None) };
        let mut chain = Keychain::new(&active);
        for key in &earlier {
            chain = chain
                .with_earlier(key)
                .map_err(|_| StoreError::Corrupt("data_keys.wrapped"))?;
        }
        Ok(Some(chain))
    }

    /// Gives a company from before there were second factors the key for them; of two at once one wins.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_credential_key(
        &self,
        actor: &Actor,
        key: &DataKey,
        wrapped: &WrappedKey,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut tx = self.directory.begin().await?;
        let added = sqlx::query_scalar!(
            r#"select guard.add_credential_key($1, $2, $3) as "added!""#,
            actor.company().uuid(),
            key.id().0,
            wrapped.as_bytes(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if added {
            let event = own_event(
                actor,
                EventType::Create,
                Severity::Medium,
                "key for second factors made",
            );
            record(&mut tx, &event, origin, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// The platform's own data key for a purpose; none before there is a platform.
pub(crate) async fn platform_key<'e>(
    executor: impl PgExecutor<'e>,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<Option<DataKey>, StoreError> {
    let row = sqlx::query!(
        r#"select id as "id!", wrapped as "wrapped!" from guard.platform_data_keys() where purpose = $1"#,
        purpose.as_str(),
    )
    .fetch_optional(executor)
    .await?;
    row.map(|row| unwrap(row.wrapped, row.id, PLATFORM_COMPANY.uuid(), purpose, master))
        .transpose()
}

fn unwrap(
    wrapped: Vec<u8>,
    id: uuid::Uuid,
    company: uuid::Uuid,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<DataKey, StoreError> {
    WrappedKey::from_bytes(wrapped)
        .and_then(|wrapped| master.unwrap(&wrapped, DataKeyId(id), company, purpose))
        .map_err(|_| StoreError::Corrupt("data_keys.wrapped (is this the right master key?)"))
}
