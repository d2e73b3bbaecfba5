//! Where the database is, for those who must not know sqlx.

use std::path::Path;

use crypto::derive::{InstallationSecret, derive_secret};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, query_scalar};

use crate::bootstrap::RolePasswords;
use crate::error::StoreError;

/// The roles a running server works as.
pub const APP: &str = "safeshipper_app";
/// See [`APP`].
pub const DIRECTORY: &str = "safeshipper_directory";

/// A database, and a login to it that may create roles or is their owner.
#[derive(Clone)]
pub struct Address(PgConnectOptions);

impl Address {
    /// Reads a `postgres://` URL.
    ///
    /// # Errors
    /// When it is none; the URL is not repeated, for it holds a password.
    pub fn from_url(url: &SecretString) -> Result<Self, StoreError> {
        let options = url
            .expose_secret()
            .parse()
            .map_err(|_| StoreError::Unavailable("the database url is malformed"))?;
        Ok(Self(options))
    }

    /// A database behind a Unix-domain socket.
    #[must_use]
    pub fn socket(directory: &Path, port: u16, user: &str, password: &SecretString, database: &str) -> Self {
        Self(
            PgConnectOptions::new_without_pgpass()
                .socket(directory)
                .port(port)
                .username(user)
                .password(password.expose_secret())
                .database(database),
        )
    }

    /// The same database as another role.
    #[must_use]
    pub fn as_role(&self, role: &str, password: &SecretString) -> PgConnectOptions {
        self.0.clone().username(role).password(password.expose_secret())
    }

    /// The same login to another database of the server.
    #[must_use]
    pub fn to(&self, database: &str) -> Self {
        Self(self.0.clone().database(database))
    }

    /// The login itself: for [`crate::bootstrap`], never for requests.
    #[must_use]
    pub fn admin(&self) -> PgConnectOptions {
        self.0.clone()
    }

    /// Makes the database `safeshipper` in the server that this address is of, and returns its address.
    ///
    /// # Errors
    /// When the login may not create databases.
    pub async fn create_database(&self) -> Result<Self, StoreError> {
        let mut connection = PgConnection::connect_with(&self.0).await?;
        let exists = query_scalar!(
            r#"select exists (select from pg_database where datname = 'safeshipper') as "exists!""#
        )
        .fetch_one(&mut connection)
        .await?;
        if !exists {
            sqlx::query("create database safeshipper")
                .execute(&mut connection)
                .await?;
        }
        connection.close().await?;
        Ok(Self(self.0.clone().database("safeshipper")))
    }
}

impl RolePasswords {
    /// The passwords that every node of the installation agrees on.
    #[must_use]
    pub fn derive(secret: &InstallationSecret) -> Self {
        let password = |role: &str| {
            let bytes = derive_secret(secret, &format!("database role {role}"));
            SecretString::from(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        };
        Self {
            app: password(APP),
            directory: password(DIRECTORY),
        }
    }
}
