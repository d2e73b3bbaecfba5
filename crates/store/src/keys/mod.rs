//! Wrapped data keys (DATA-2). What is read here opens nothing without the master key.
//!
//! - `register`: every encrypted column
//! - `rotation`: another key, and everything sealed anew
//! - `company`: what its administrators see and begin
//! - `operator`: destroying keys, and wrapping them by another master key, by command

mod company;
mod operator;
mod register;
mod rotation;

use access::actor::Actor;
use access::grant::Grant;
use access::ids::{CompanyId, PLATFORM_COMPANY};
use access::permission::{Permission, UploadDocuments};
use crypto::field::{DataKey, DataKeyId, Keychain, MasterKey, Purpose, WrappedKey};
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;
use uuid::Uuid;

pub use company::{OwnRotation, begin_own_rotation, own_keys, own_rotations};
pub use operator::{KeyRow, ShredOutcome, Shredding};
pub use register::{SEALED, SealedColumn, columns_of};
pub use rotation::{Batch, Begun, RotationRow, Rotations};

use crate::audit::{EventType, Origin, Severity};
use crate::error::StoreError;
use crate::pool::Store;
use crate::proof::own_event;
use crate::provision::NewKey;
use crate::sessions::record;
use crate::shipments::InCompany;
use crate::tx::WriteTx;

/// Reads the keys of the caller's company for a purpose.
///
/// # Errors
/// [`StoreError::KeyDestroyed`]; when there is no active one, or the master key is not the one that wrapped them.
pub async fn chain<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<Keychain, StoreError> {
    company_chain(tx.scoped().0, grant.actor().company(), purpose, master).await
}

/// As [`chain`], and none where the company has never had a key for the purpose.
///
/// # Errors
/// As those of [`chain`].
pub async fn find_chain<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<Option<Keychain>, StoreError> {
    find_company_chain(tx.scoped().0, grant.actor().company(), purpose, master).await
}

/// Gives a company from before there were documents the key for them: whether it had none.
///
/// # Errors
/// When the database fails.
pub async fn add_document_key(
    tx: &mut WriteTx,
    _grant: &Grant<UploadDocuments>,
    key: &NewKey,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select guard.add_document_key($1, $2) as "added!""#,
        key.key.id().0,
        key.wrapped.as_bytes(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// The keys of a company for a purpose, as far as the connection may read them.
pub(crate) async fn company_chain(
    connection: &mut PgConnection,
    company: CompanyId,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<Keychain, StoreError> {
    find_company_chain(connection, company, purpose, master)
        .await?
        .ok_or(StoreError::Corrupt("data_keys: no active key"))
}

async fn find_company_chain(
    connection: &mut PgConnection,
    company: CompanyId,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<Option<Keychain>, StoreError> {
    let rows = sqlx::query!(
        "select id, wrapped, state from data_keys where company_id = $1 and purpose = $2",
        company.uuid(),
        purpose.as_str(),
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| (row.id, row.wrapped, row.state));
    chain_of(rows, (company, purpose), master)
}

/// What rows are: none where there are none, and an error where all there was is destroyed.
fn chain_of(
    rows: impl Iterator<Item = (Uuid, Option<Vec<u8>>, String)>,
    (company, purpose): (CompanyId, Purpose),
    master: &MasterKey,
) -> Result<Option<Keychain>, StoreError> {
    let (mut active, mut earlier, mut destroyed) = (None, Vec::new(), Vec::new());
    for (id, wrapped, state) in rows {
        let Some(wrapped) = wrapped else {
            destroyed.push(DataKeyId(id));
            continue;
        };
        let key = unwrap(wrapped, id, company.uuid(), purpose, master)?;
        if state == "active" {
            active = Some(key);
        } else {
            earlier.push(key);
        }
    }
    let Some(active) = active else {
        return match (destroyed.is_empty(), earlier.is_empty()) {
            (false, true) => Err(StoreError::KeyDestroyed(purpose.as_str())),
            (true, true) => Ok(None),
            (_, false) => Err(StoreError::Corrupt("data_keys: no active key")),
        };
    };
    let mut chain = Keychain::new(&active);
    for key in &earlier {
        chain = chain
            .with_earlier(key)
            .map_err(|_| StoreError::Corrupt("data_keys.wrapped"))?;
    }
    Ok(Some(destroyed.into_iter().fold(chain, Keychain::with_destroyed)))
}

impl Store {
    /// Reads the platform's own active data key for a purpose: of those that seal nothing.
    ///
    /// # Errors
    /// When there is none, or the master key is not the one that wrapped it.
    pub async fn platform_key(&self, purpose: Purpose, master: &MasterKey) -> Result<DataKey, StoreError> {
        platform_key(&self.directory, purpose, master)
            .await?
            .ok_or(StoreError::Corrupt("data_keys: no active key of the platform"))
    }

    /// Reads the platform's own keys for a purpose.
    ///
    /// # Errors
    /// When there is none, or the master key is not the one that wrapped them.
    pub async fn platform_chain(&self, purpose: Purpose, master: &MasterKey) -> Result<Keychain, StoreError> {
        platform_chain(&self.directory, purpose, master).await
    }

    /// The keys that seal the secrets of a company's second factors; none where it has not had one yet. The one
    /// purpose that is asked for before there is a session.
    ///
    /// # Errors
    /// [`StoreError::KeyDestroyed`]; when the database fails, or the master key is not the one that wrapped them.
    pub async fn credential_keys(
        &self,
        company: CompanyId,
        master: &MasterKey,
    ) -> Result<Option<Keychain>, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", wrapped, state as "state!" from guard.credential_keys($1)"#,
            company.uuid(),
        )
        .fetch_all(&self.directory)
        .await?;
        let rows = rows.into_iter().map(|row| (row.id, row.wrapped, row.state));
        chain_of(rows, (company, Purpose::Credential), master)
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

/// The platform's own active data key for a purpose; none before there is a platform.
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

/// The platform's own keys for a purpose.
pub(crate) async fn platform_chain<'e>(
    executor: impl PgExecutor<'e>,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<Keychain, StoreError> {
    let rows = sqlx::query!(
        r#"select id as "id!", wrapped, state as "state!" from guard.platform_keychain($1)"#,
        purpose.as_str(),
    )
    .fetch_all(executor)
    .await?;
    let rows = rows.into_iter().map(|row| (row.id, row.wrapped, row.state));
    chain_of(rows, (PLATFORM_COMPANY, purpose), master)?
        .ok_or(StoreError::Corrupt("data_keys: no active key of the platform"))
}

fn unwrap(
    wrapped: Vec<u8>,
    id: Uuid,
    company: Uuid,
    purpose: Purpose,
    master: &MasterKey,
) -> Result<DataKey, StoreError> {
    WrappedKey::from_bytes(wrapped)
        .and_then(|wrapped| master.unwrap(&wrapped, DataKeyId(id), company, purpose))
        .map_err(|_| StoreError::Corrupt("data_keys.wrapped (is this the right master key?)"))
}
