//! Roles, schema and migrations: what is done once, with rights no request ever has.
//!
//! [`Preparation`] needs a login that may create roles (or is a superuser); everything it does is repeatable,
//! so every node may run it at start. Passwords of the two working roles come from the master key, so that all
//! nodes agree without storing them; they are set last, by a node whose master key is proved: a start with a
//! wrong one must not lock the others out.

use crypto::field::{MasterKey, Purpose};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Postgres, Transaction};

use crate::error::StoreError;
use crate::keys::platform_key;
use crate::pool::pinned;

/// The passwords of the two roles a server works as.
pub struct RolePasswords {
    /// Of `safeshipper_app`.
    pub app: SecretString,
    /// Of `safeshipper_directory`.
    pub directory: SecretString,
}

pub(crate) const ROLES: &str = include_str!("roles.sql");
const PASSWORDS: &str = include_str!("passwords.sql");

pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// A connection that owns the schema: for migrations and provisioning, never for requests.
pub struct Owner(pub(crate) PgConnection);

impl Owner {
    /// Connects as `admin` and becomes the schema's owner.
    ///
    /// # Errors
    /// When the database does not answer or `admin` may not become the owner.
    pub async fn connect(admin: PgConnectOptions) -> Result<Self, StoreError> {
        let mut connection = PgConnection::connect_with(&pinned(admin)).await?;
        sqlx::query("set role safeshipper_owner")
            .execute(&mut connection)
            .await?;
        Ok(Self(connection))
    }
}

/// A node's turn to change roles and schema: others that start wait until it is finished or dropped.
pub struct Preparation {
    admin: PgConnectOptions,
    connection: PgConnection,
}

impl Preparation {
    /// Waits for the turn, a minute at most.
    ///
    /// # Errors
    /// When the database does not answer or another node does not finish.
    pub async fn begin(admin: PgConnectOptions) -> Result<Self, StoreError> {
        let mut connection = PgConnection::connect_with(&pinned(admin.clone())).await?;
        sqlx::query(
            "select set_config('lock_timeout', '60s', false), set_config('statement_timeout', '60s', false)",
        )
        .execute(&mut connection)
        .await?;
        sqlx::query("select pg_advisory_lock(hashtext('safeshipper start'))")
            .execute(&mut connection)
            .await?;
        Ok(Self { admin, connection })
    }

    /// Makes roles and schema where they are missing, and migrates. A master key that is given must open the
    /// platform's keys, if there are any: a wrong one changes nothing.
    ///
    /// # Errors
    /// [`StoreError::WrongMasterKey`]; when the login may not create roles, or a migration fails.
    pub async fn migrate(&mut self, master: Option<&MasterKey>) -> Result<Owner, StoreError> {
        let mut tx = self.connection.begin().await?;
        sqlx::query(ROLES).execute(&mut *tx).await?;
        if let Some(master) = master {
            prove(&mut tx, master).await?;
        }
        tx.commit().await?;

        let mut owner = Owner::connect(self.admin.clone()).await?;
        MIGRATIONS
            .run(&mut owner.0)
            .await
            .map_err(|error| StoreError::Migration(error.to_string()))?;
        Ok(owner)
    }

    /// Lets the working roles sign in with these passwords, and ends the turn.
    ///
    /// # Errors
    /// When the login may not change roles.
    pub async fn finish(mut self, passwords: &RolePasswords) -> Result<(), StoreError> {
        let mut tx = self.connection.begin().await?;
        // As settings, since neither `alter role` nor `do` takes parameters and nothing here builds SQL from text.
        sqlx::query("select set_config('safeshipper.app_password', $1, true), set_config('safeshipper.directory_password', $2, true)")
            .bind(passwords.app.expose_secret())
            .bind(passwords.directory.expose_secret())
            .execute(&mut *tx)
            .await?;
        sqlx::query(PASSWORDS).execute(&mut *tx).await?;
        tx.commit().await?;
        self.connection.close().await?;
        Ok(())
    }
}

/// Makes roles and schema where they are missing, migrates, and sets the working roles' passwords: a whole
/// [`Preparation`] where there is no platform yet whose keys could prove a master key.
///
/// # Errors
/// As those of [`Preparation`].
pub async fn prepare(admin: PgConnectOptions, passwords: &RolePasswords) -> Result<Owner, StoreError> {
    let mut turn = Preparation::begin(admin).await?;
    let owner = turn.migrate(None).await?;
    turn.finish(passwords).await?;
    Ok(owner)
}

/// Whether the master key opens what is there. As the owner, for the rest of the transaction.
async fn prove(tx: &mut Transaction<'_, Postgres>, master: &MasterKey) -> Result<(), StoreError> {
    let migrated: bool = sqlx::query_scalar(
        "select exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname = 'guard' and p.proname = 'platform_data_keys')",
    )
    .fetch_one(&mut **tx)
    .await?;
    if !migrated {
        return Ok(());
    }
    sqlx::query("set local role safeshipper_owner")
        .execute(&mut **tx)
        .await?;
    match platform_key(&mut **tx, Purpose::BlindIndex, master).await {
        Err(StoreError::Corrupt(_)) => Err(StoreError::WrongMasterKey),
        Err(error) => Err(error),
        Ok(_) => Ok(()),
    }
}
