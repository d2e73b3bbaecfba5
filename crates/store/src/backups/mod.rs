//! A database as it is at one moment, for a backup; and one that a backup is restored into (DATA-9).
//!
//! The dump itself is PostgreSQL's own programs' (`crates/cluster`). Here is what they are told and what is known
//! beside: the snapshot, the rows of every table in it, how the schema was made.
//!
//! - `target`: an empty database, and the restored one that takes its place
//! - `proof`: that what was restored is what was backed up

mod proof;
mod target;

use std::collections::BTreeMap;

use access::ids::{AuditEventId, PLATFORM_COMPANY};
use crypto::field::{DataKey, DataKeyId, MasterKey, Purpose, WrappedKey};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Row};
use time::OffsetDateTime;
use uuid::Uuid;

pub use proof::{Restored, Sample};
pub use target::Target;

use crate::address::Address;
use crate::bootstrap::{MIGRATIONS, Owner};
use crate::error::StoreError;
use crate::pool::pinned;

/// Rows by table, as `schema.table`.
pub type RowCounts = BTreeMap<String, i64>;

/// A migration that a database has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its number.
    pub version: i64,
    /// The checksum of its text.
    pub checksum: Vec<u8>,
}

/// What a backup of a database says of it.
pub struct Facts {
    /// The server's major version.
    pub server: u32,
    /// How the schema was made, in order.
    pub migrations: Vec<Applied>,
    /// The rows of every table of the product.
    pub rows: RowCounts,
    /// The key that the installation's secret is, as it is stored.
    pub installation: (DataKeyId, WrappedKey),
}

/// A moment of a database, held open until it is dropped.
pub struct Snapshot {
    connection: PgConnection,
    /// What `pg_dump` is told to see the same.
    pub id: String,
    /// What there is.
    pub facts: Facts,
}

/// What a backup's event says.
pub struct BackupEvent<'a> {
    /// The file's name.
    pub file: &'a str,
    /// What the trail says besides.
    pub about: &'a serde_json::Value,
}

impl Address {
    /// Takes a snapshot of the database. Changes nothing in it, whatever version made it.
    ///
    /// # Errors
    /// [`StoreError::RowsHidden`] for a login that row-level security keeps rows from; [`StoreError::NoInstallation`];
    /// [`StoreError::NewerSchema`]; otherwise when the database fails.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut connection = patient(self.admin()).await?;
        sqlx::query("begin isolation level repeatable read")
            .execute(&mut connection)
            .await?;
        let server = server_version(&mut connection).await?;
        sees_every_row(&mut connection).await?;
        let migrations = migrations(&mut connection).await?;
        if let Some(unknown) = migrations.iter().find(|applied| !is_known(applied)) {
            return Err(StoreError::NewerSchema(unknown.version));
        }
        let rows = count_rows(&mut connection).await?;
        let installation = installation_key(&mut connection).await?;
        let id = sqlx::query_scalar("select pg_export_snapshot()")
            .fetch_one(&mut connection)
            .await?;
        let facts = Facts {
            server,
            migrations,
            rows,
            installation,
        };
        Ok(Snapshot {
            connection,
            id,
            facts,
        })
    }
}

impl Snapshot {
    /// Lets the moment go, and puts into the platform's trail that everything was copied out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(mut self, event: &BackupEvent<'_>, now: OffsetDateTime) -> Result<(), StoreError> {
        sqlx::query("rollback").execute(&mut self.connection).await?;
        // Not by a function of the guard: a database of an earlier version is backed up before it is migrated.
        sqlx::query!(
            "insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
                 resource_type, resource_id, resource_name, description, additional_data)
             values ($1, $2, 'EXPORT', 'HIGH', 'SUCCESS', 'platform operator', 'backup', null, left($3, 200),
                 'database backed up', $4)",
            PLATFORM_COMPANY.uuid(),
            AuditEventId::generate(now).uuid(),
            event.file,
            event.about,
        )
        .execute(&mut self.connection)
        .await?;
        self.connection.close().await?;
        Ok(())
    }
}

impl Facts {
    /// The key that the installation's secret is.
    ///
    /// # Errors
    /// [`StoreError::WrongMasterKey`].
    pub fn installation_key(&self, master: &MasterKey) -> Result<DataKey, StoreError> {
        unwrap_installation(self.installation.0, &self.installation.1, master)
    }
}

/// As [`Facts::installation_key`], of a key that a backup bears.
///
/// # Errors
/// [`StoreError::WrongMasterKey`].
pub fn unwrap_installation(
    id: DataKeyId,
    wrapped: &WrappedKey,
    master: &MasterKey,
) -> Result<DataKey, StoreError> {
    master
        .unwrap(wrapped, id, PLATFORM_COMPANY.uuid(), Purpose::Installation)
        .map_err(|_| StoreError::WrongMasterKey)
}

/// Whether this program has the migration, to the letter.
#[must_use]
pub fn is_known(applied: &Applied) -> bool {
    MIGRATIONS
        .iter()
        .any(|known| known.version == applied.version && *known.checksum == *applied.checksum)
}

impl Owner {
    /// Ends what a backup may have brought back, everywhere, with an event in every company. `step`: one-time passwords
    /// of it and before are spent.
    ///
    /// # Errors
    /// When the database fails; then nothing has changed.
    pub async fn settle_restore(
        &mut self,
        description: &str,
        about: &serde_json::Value,
        step: i64,
    ) -> Result<serde_json::Value, StoreError> {
        let mut tx = self.0.begin().await?;
        // Every session there ever was: it takes what it takes.
        sqlx::query("select set_config('statement_timeout', '0', true)")
            .execute(&mut *tx)
            .await?;
        let ended = sqlx::query_scalar!(
            r#"select guard.settle_restore('platform operator', $1, $2, $3) as "ended!""#,
            description,
            about,
            step,
        )
        .fetch_one(&mut *tx)
        .await?;
        // Whoever has read the one in a backup forges no context with it.
        sqlx::query!("update guard.context_key set key = guard.gen_random_bytes(32)")
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(ended)
    }
}

/// As every connection, and no statement of it is too long: counting takes what it takes.
async fn patient(options: PgConnectOptions) -> Result<PgConnection, StoreError> {
    let mut connection = PgConnection::connect_with(&pinned(options)).await?;
    sqlx::query(
        "select set_config('statement_timeout', '0', false), set_config('row_security', 'off', false),
             set_config('idle_in_transaction_session_timeout', '0', false)",
    )
    .execute(&mut connection)
    .await?;
    Ok(connection)
}

async fn server_version(connection: &mut PgConnection) -> Result<u32, StoreError> {
    let number: i32 = sqlx::query_scalar("select current_setting('server_version_num')::integer")
        .fetch_one(connection)
        .await?;
    u32::try_from(number / 10_000).map_err(|_| StoreError::Corrupt("server_version_num"))
}

/// Row-level security is forced on every table, on their owner too: a login that it applies to would copy nothing
/// and call it everything. `row_security = off` has PostgreSQL fail where it does; this says so first.
async fn sees_every_row(connection: &mut PgConnection) -> Result<(), StoreError> {
    let row = sqlx::query(
        "select rolname::text, rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    .fetch_one(connection)
    .await?;
    let (role, sees): (String, bool) = (row.try_get(0)?, row.try_get(1)?);
    if sees {
        Ok(())
    } else {
        Err(StoreError::RowsHidden { role })
    }
}

async fn migrations(connection: &mut PgConnection) -> Result<Vec<Applied>, StoreError> {
    let there: bool = sqlx::query_scalar("select to_regclass('safeshipper._sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        return Err(StoreError::NoInstallation);
    }
    let rows = sqlx::query("select version, checksum from safeshipper._sqlx_migrations order by version")
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Applied {
                version: row.try_get(0)?,
                checksum: row.try_get(1)?,
            })
        })
        .collect()
}

/// Counts every table of the product, also those that this program does not know.
async fn count_rows(connection: &mut PgConnection) -> Result<RowCounts, StoreError> {
    sqlx::query(include_str!("count_rows.sql"))
        .execute(&mut *connection)
        .await?;
    let text: String = sqlx::query_scalar("select current_setting('safeshipper.row_counts')")
        .fetch_one(connection)
        .await?;
    serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("the counts of rows"))
}

async fn installation_key(connection: &mut PgConnection) -> Result<(DataKeyId, WrappedKey), StoreError> {
    let row = sqlx::query(
        "select id, wrapped from safeshipper.data_keys
         where company_id = $1 and purpose = 'installation' and state = 'active'",
    )
    .bind(PLATFORM_COMPANY.uuid())
    .fetch_optional(connection)
    .await?
    .ok_or(StoreError::NoInstallation)?;
    let (id, wrapped): (Uuid, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
    let wrapped = WrappedKey::from_bytes(wrapped).map_err(|_| StoreError::Corrupt("data_keys.wrapped"))?;
    Ok((DataKeyId(id), wrapped))
}
