//! The database that a backup is restored into: empty, and left alone until the restored one takes its place.
//!
//! What is restored is made in a database beside it, which gets the name last, in one transaction: until then nobody
//! starts on it, and if anything fails it is dropped and the empty one is as it was.

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};

use super::{patient, server_version};
use crate::address::Address;
use crate::bootstrap::ROLES;
use crate::error::StoreError;

/// Names of what is there that an error lists.
const NAMED: i64 = 5;

/// An empty database.
#[derive(Debug)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// The server's major version.
    pub server: u32,
}

impl Target {
    /// Looks at a database: whether it is empty, and the login can restore into it.
    ///
    /// # Errors
    /// [`StoreError::NoSuperuser`], [`StoreError::NotEmpty`]; otherwise when the database fails.
    pub async fn at(address: &Address) -> Result<Self, StoreError> {
        let mut connection = patient(address.admin()).await?;
        let row = sqlx::query(
            "select rolname::text, rolsuper, current_database()::text from pg_roles where rolname = current_user",
        )
        .fetch_one(&mut connection)
        .await?;
        let (role, superuser, name): (String, bool, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if !superuser {
            return Err(StoreError::NoSuperuser { role });
        }
        let server = server_version(&mut connection).await?;
        must_be_empty(&mut connection).await?;
        connection.close().await?;
        Ok(Self { name, server })
    }

    /// The name of the database to restore into, of a random number.
    #[must_use]
    pub fn beside(&self, random: u64) -> String {
        format!("safeshipper_restoring_{random:016x}")
    }

    /// Makes the roles that a dump names, as a start would. The schema is in the dump.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_roles(&self, restoring: &Address) -> Result<(), StoreError> {
        let mut connection = patient(restoring.admin()).await?;
        let mut tx = connection.begin().await?;
        sqlx::query(ROLES).execute(&mut *tx).await?;
        sqlx::query("drop schema safeshipper").execute(&mut *tx).await?;
        tx.commit().await?;
        connection.close().await?;
        Ok(())
    }

    /// Puts the restored database in the place of the empty one, whose name becomes `aside`: both or neither. From a
    /// third database, for one that is in use is not renamed.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] where somebody was quicker; when either is in use, or the database fails.
    pub async fn replace(
        &self,
        empty: &Address,
        third: &Address,
        restored: &str,
        aside: &str,
    ) -> Result<(), StoreError> {
        let mut there = patient(empty.admin()).await?;
        must_be_empty(&mut there).await?;
        there.close().await?;
        let mut connection = patient(third.admin()).await?;
        let mut tx = connection.begin().await?;
        // As settings, since `alter database` takes no parameters and nothing here builds SQL from text.
        sqlx::query(
            "select set_config('safeshipper.target', $1, true), set_config('safeshipper.aside', $2, true),
                 set_config('safeshipper.restored', $3, true)",
        )
        .bind(&self.name)
        .bind(aside)
        .bind(restored)
        .execute(&mut *tx)
        .await?;
        sqlx::query(include_str!("replace.sql")).execute(&mut *tx).await?;
        tx.commit().await?;
        connection.close().await?;
        Ok(())
    }

    /// The database to be in while this one is renamed or copied.
    #[must_use]
    pub fn third(&self) -> &'static str {
        if self.name == "postgres" {
            "template1"
        } else {
            "postgres"
        }
    }
}

/// Empty is: nothing but what PostgreSQL puts into every database.
async fn must_be_empty(connection: &mut PgConnection) -> Result<(), StoreError> {
    let found: Vec<String> = sqlx::query_scalar(
        "select what from (
             select 'schema `' || nspname || '`' as what from pg_namespace
             where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
             union all
             select 'relation `' || c.relname || '`' from pg_class c
             join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind <> 'i'
             union all
             select 'function `' || p.proname || '`' from pg_proc p
             join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'
             union all
             select 'type `' || t.typname || '`' from pg_type t
             join pg_namespace n on n.oid = t.typnamespace
             where n.nspname = 'public' and t.typtype in ('d', 'e', 'r')
             union all
             select 'extension `' || extname || '`' from pg_extension where extname <> 'plpgsql'
             union all
             select 'large object `' || oid || '`' from pg_largeobject_metadata
         ) as found order by what limit $1",
    )
    .bind(NAMED)
    .fetch_all(connection)
    .await?;
    if found.is_empty() {
        Ok(())
    } else {
        Err(StoreError::NotEmpty(found.join(", ")))
    }
}
