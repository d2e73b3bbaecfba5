//! Data sets of regimes that a company loads itself, and the keys it trusts. One data set a regime and one key
//! a name are in force; the others stay, withdrawn, so that what an answer rested on can be read.

use access::grant::Grant;
use access::ids::{CompanyId, DataSetId, DataSetKeyId, UserId};
use access::permission::Permission;
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};

use crate::error::StoreError;
use crate::shipments::InCompany;
use crate::tx::{ReadTx, WriteTx};

/// A key in force.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Its id.
    pub id: DataSetKeyId,
    /// Its name.
    pub name: String,
    /// The public key as text.
    pub public_key: String,
    /// Who trusts it.
    pub added_by: UserId,
    /// Since when.
    pub added_at: OffsetDateTime,
}

/// What is known of a data set in force, without its bundle.
#[derive(Debug, Clone)]
pub struct DataSetRow {
    /// Its id.
    pub id: DataSetId,
    /// The edition of the law.
    pub edition: String,
    /// The name of the law.
    pub title: String,
    /// Where its tables were published.
    pub source: String,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_to: Date,
    /// The rows of its table of goods.
    pub row_count: i32,
    /// SHA-256 of the bundle.
    pub hash: Vec<u8>,
    /// The name of the key that signed it.
    pub key_name: String,
    /// Whether that key is still trusted; where not, the data set answers nothing.
    pub is_trusted: bool,
    /// Who loaded it.
    pub loaded_by: UserId,
    /// When.
    pub loaded_at: OffsetDateTime,
}

/// What is written of a new data set.
pub struct NewDataSet<'a> {
    /// Its id.
    pub id: DataSetId,
    /// The regime.
    pub regime: &'a str,
    /// The edition of the law.
    pub edition: &'a str,
    /// The name of the law.
    pub title: &'a str,
    /// Where its tables were published.
    pub source: &'a str,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_to: Date,
    /// The rows of its table of goods.
    pub row_count: i32,
    /// Exactly the bytes that were signed, with their signatures.
    pub bundle: &'a [u8],
    /// Their SHA-256.
    pub hash: &'a [u8],
    /// The key that signed it.
    pub key: DataSetKeyId,
}

/// A data set in force whose key is trusted, to be opened once and kept.
#[derive(Debug, Clone)]
pub struct InForce {
    /// Its id.
    pub id: DataSetId,
    /// The regime.
    pub regime: String,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_to: Date,
    /// SHA-256 of the bundle.
    pub hash: Vec<u8>,
    /// The public key that signed it.
    pub public_key: String,
}

/// The short name of the caller's company, in which a bundle may be made out.
///
/// # Errors
/// When the database fails.
pub async fn company_slug<P: Permission>(tx: &mut ReadTx, grant: &Grant<P>) -> Result<String, StoreError> {
    let company = grant.actor().company().uuid();
    Ok(
        sqlx::query_scalar!("select slug from companies where id = $1", company)
            .fetch_one(tx.connection())
            .await?,
    )
}

/// The keys that the company trusts, by name.
///
/// # Errors
/// When the database fails.
pub async fn keys<P: Permission>(tx: &mut ReadTx, grant: &Grant<P>) -> Result<Vec<KeyRow>, StoreError> {
    keys_of(tx.connection(), grant.actor().company()).await
}

async fn keys_of(connection: &mut PgConnection, company: CompanyId) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query!(
        "select id, name, public_key, added_by, added_at from data_set_keys
         where company_id = $1 and withdrawn_at is null order by name",
        company.uuid(),
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| KeyRow {
        id: DataSetKeyId::from_uuid(row.id),
        name: row.name,
        public_key: row.public_key,
        added_by: UserId::from_uuid(row.added_by),
        added_at: row.added_at,
    });
    Ok(rows.collect())
}

/// Trusts a key from now on.
///
/// # Errors
/// [`StoreError::Conflict`] when a key of this name is trusted already.
pub async fn add_key(
    tx: &mut WriteTx,
    id: DataSetKeyId,
    name: &str,
    public_key: &str,
) -> Result<(), StoreError> {
    let (company, user) = (tx.actor().company().uuid(), tx.actor().user().uuid());
    let done = sqlx::query!(
        "insert into data_set_keys (company_id, id, name, public_key, added_by) values ($1, $2, $3, $4, $5)
         on conflict (company_id, name) where withdrawn_at is null do nothing",
        company,
        id.uuid(),
        name,
        public_key,
        user,
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Conflict);
    }
    Ok(())
}

/// Trusts a key no longer; what it signed answers nothing from now on. None when there is no such key.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_key(tx: &mut WriteTx, name: &str) -> Result<Option<DataSetKeyId>, StoreError> {
    let (company, user) = (tx.actor().company().uuid(), tx.actor().user().uuid());
    let id = sqlx::query_scalar!(
        "update data_set_keys set withdrawn_by = $3, withdrawn_at = now()
         where company_id = $1 and name = $2 and withdrawn_at is null returning id",
        company,
        name,
        user,
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(id.map(DataSetKeyId::from_uuid))
}

/// The data set in force for a regime.
///
/// # Errors
/// When the database fails.
pub async fn current<P: Permission>(
    tx: &mut ReadTx,
    grant: &Grant<P>,
    regime: &str,
) -> Result<Option<DataSetRow>, StoreError> {
    let row = sqlx::query!(
        r#"select d.id, d.edition, d.title, d.source, d.valid_from, d.valid_to, d.row_count, d.hash,
               k.name as key_name, k.withdrawn_at is null as "is_trusted!", d.loaded_by, d.loaded_at
           from data_sets d join data_set_keys k on k.company_id = d.company_id and k.id = d.key_id
           where d.company_id = $1 and d.regime = $2 and d.withdrawn_at is null"#,
        grant.actor().company().uuid(),
        regime,
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| DataSetRow {
        id: DataSetId::from_uuid(row.id),
        edition: row.edition,
        title: row.title,
        source: row.source,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        row_count: row.row_count,
        hash: row.hash,
        key_name: row.key_name,
        is_trusted: row.is_trusted,
        loaded_by: UserId::from_uuid(row.loaded_by),
        loaded_at: row.loaded_at,
    }))
}

/// The data sets in force whose keys are trusted.
///
/// # Errors
/// When the database fails.
pub async fn in_force<P: Permission>(
    tx: &mut impl InCompany,
    grant: &Grant<P>,
) -> Result<Vec<InForce>, StoreError> {
    let rows = sqlx::query!(
        "select d.id, d.regime, d.valid_from, d.valid_to, d.hash, k.public_key
         from data_sets d join data_set_keys k on k.company_id = d.company_id and k.id = d.key_id
         where d.company_id = $1 and d.withdrawn_at is null and k.withdrawn_at is null",
        grant.actor().company().uuid(),
    )
    .fetch_all(tx.scoped().0)
    .await?;
    let rows = rows.into_iter().map(|row| InForce {
        id: DataSetId::from_uuid(row.id),
        regime: row.regime,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        hash: row.hash,
        public_key: row.public_key,
    });
    Ok(rows.collect())
}

/// The bundle of a data set.
///
/// # Errors
/// When the database fails.
pub async fn bundle<P: Permission>(
    tx: &mut ReadTx,
    grant: &Grant<P>,
    id: DataSetId,
) -> Result<Vec<u8>, StoreError> {
    let company = grant.actor().company().uuid();
    Ok(sqlx::query_scalar!(
        "select bundle from data_sets where company_id = $1 and id = $2",
        company,
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// A data set that was in force.
#[derive(Debug, Clone)]
pub struct Withdrawn {
    /// Its id.
    pub id: DataSetId,
    /// The edition of the law.
    pub edition: String,
    /// SHA-256 of the bundle.
    pub hash: Vec<u8>,
}

/// Takes the data set of a regime out of force; none when there was none.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(tx: &mut WriteTx, regime: &str) -> Result<Option<Withdrawn>, StoreError> {
    let (company, user) = (tx.actor().company().uuid(), tx.actor().user().uuid());
    let row = sqlx::query!(
        "update data_sets set withdrawn_by = $3, withdrawn_at = now()
         where company_id = $1 and regime = $2 and withdrawn_at is null returning id, edition, hash",
        company,
        regime,
        user,
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Withdrawn {
        id: DataSetId::from_uuid(row.id),
        edition: row.edition,
        hash: row.hash,
    }))
}

/// Puts a data set in force, in place of the one that was.
///
/// # Errors
/// [`StoreError::Conflict`] when its key is trusted no longer, or somebody else loaded one meanwhile.
pub async fn put(tx: &mut WriteTx, new: &NewDataSet<'_>) -> Result<Option<Withdrawn>, StoreError> {
    let before = withdraw(tx, new.regime).await?;
    let (company, user) = (tx.actor().company().uuid(), tx.actor().user().uuid());
    let done = sqlx::query!(
        "insert into data_sets (company_id, id, regime, edition, title, source, valid_from, valid_to, row_count,
             bundle, hash, key_id, loaded_by)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, k.id, $13
         from data_set_keys k where k.company_id = $1 and k.id = $12 and k.withdrawn_at is null
         on conflict (company_id, regime) where withdrawn_at is null do nothing",
        company,
        new.id.uuid(),
        new.regime,
        new.edition,
        new.title,
        new.source,
        new.valid_from,
        new.valid_to,
        new.row_count,
        new.bundle,
        new.hash,
        new.key.uuid(),
        user,
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Conflict);
    }
    Ok(before)
}
