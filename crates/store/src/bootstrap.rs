//! Roles, schema and migrations: what is done once, with rights no request ever has.
//!
//! `prepare` needs a login that may create roles (or is a superuser); everything it does is repeatable, so
//! every node may run it at start. Passwords of the two working roles come from the master key, so that all
//! nodes agree without storing them.

use secrecy::{ExposeSecret, SecretString};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use crate::error::StoreError;
use crate::pool::pinned;

/// The passwords of the two roles a server works as.
pub struct RolePasswords {
    /// Of `safeshipper_app`.
    pub app: SecretString,
    /// Of `safeshipper_directory`.
    pub directory: SecretString,
}

const ROLES: &str = include_str!("roles.sql");

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

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

/// Makes roles and schema where they are missing, sets the working roles' passwords, and migrates.
///
/// # Errors
/// When `admin` may not create roles, or a migration fails; nothing is half done.
pub async fn prepare(admin: PgConnectOptions, passwords: &RolePasswords) -> Result<Owner, StoreError> {
    let mut connection = PgConnection::connect_with(&pinned(admin.clone())).await?;
    let mut tx = connection.begin().await?;
    // As settings, since neither `alter role` nor `do` takes parameters and nothing here builds SQL from text.
    sqlx::query("select set_config('safeshipper.app_password', $1, true), set_config('safeshipper.directory_password', $2, true)")
        .bind(passwords.app.expose_secret())
        .bind(passwords.directory.expose_secret())
        .execute(&mut *tx)
        .await?;
    sqlx::query(ROLES).execute(&mut *tx).await?;
    tx.commit().await?;
    connection.close().await?;

    let mut owner = Owner::connect(admin).await?;
    MIGRATIONS
        .run(&mut owner.0)
        .await
        .map_err(|error| StoreError::Migration(error.to_string()))?;
    Ok(owner)
}
