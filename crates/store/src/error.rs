//! What can go wrong with the database, without the values that were in flight.

use std::fmt;

/// A failed statement. Its text names the SQLSTATE and the constraint, never a value: PostgreSQL's own
/// messages quote rows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The session ended between the decision and the transaction.
    #[error("the session is over")]
    SessionOver,
    /// What the database demands to be proved before this has not been proved in this session.
    #[error("the session has not been proved as this needs")]
    NotProved,
    /// The account was locked or disabled, or its password changed, between the proof and the session.
    #[error("the account is not active")]
    NotActive,
    /// The person's password is good beside a second factor alone, and the last one is to go.
    #[error("the password leans on the factor that is to go")]
    PasswordLeans,
    /// Somebody else changed the row since it was read.
    #[error("the row has changed since it was read")]
    Conflict,
    /// The database refused the statement; a rule of the schema or of row-level security.
    #[error("the database refused: {0}")]
    Refused(DatabaseRule),
    /// The database did not answer in time or at all.
    #[error("the database is not available: {0}")]
    Unavailable(&'static str),
    /// A stored value does not have the form it was written in.
    #[error("column `{0}` holds a value of an unexpected form")]
    Corrupt(&'static str),
    /// The role the server would work as could read past row-level security (R8).
    #[error("refusing to work as role `{role}`: it {why}")]
    UnsafeRole {
        /// The role.
        role: String,
        /// What it could do.
        why: &'static str,
    },
    /// What a person must be told could not be written; without it, what they are told of is not done.
    #[error("a notice could not be written: {0}")]
    Notice(&'static str),
    /// The master key is not the one that wrapped the keys in this database.
    #[error("the master key does not open the platform's keys in this database")]
    WrongMasterKey,
    /// The data key was destroyed on purpose; what it sealed is lost (E20).
    #[error("the company's data key for `{0}` was destroyed, and with it what it sealed")]
    KeyDestroyed(&'static str),
    /// A backup by this login would leave rows out.
    #[error(
        "row-level security keeps rows from the login `{role}`, and a backup without them is none: use a superuser, or a login with BYPASSRLS that is a member of safeshipper_owner"
    )]
    RowsHidden {
        /// The login.
        role: String,
    },
    /// There is nothing of the product in the database.
    #[error("there is no installation in this database, or none that this program has started on")]
    NoInstallation,
    /// The schema is of a version this program does not know.
    #[error("migration {0} of this database is not one of this program's: it was made by another version")]
    NewerSchema(i64),
    /// This login cannot restore: what is restored belongs to several roles.
    #[error(
        "the login `{role}` is no superuser, and a restore makes what belongs to others; where there is none, restore the server's own snapshot and run `safeshipper restore-settle`"
    )]
    NoSuperuser {
        /// The login.
        role: String,
    },
    /// What is there would be mixed with what is restored.
    #[error("the database is not empty: it holds {0}")]
    NotEmpty(String),
    /// A migration could not be applied.
    #[error("migrating the database failed: {0}")]
    Migration(String),
}

impl StoreError {
    /// Whether trying again later may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Which rule refused: SQLSTATE and, where there is one, the constraint's name.
#[derive(Debug)]
pub struct DatabaseRule {
    code: String,
    constraint: Option<String>,
}

impl DatabaseRule {
    /// The SQLSTATE of the refusal.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for DatabaseRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.constraint {
            Some(constraint) => write!(f, "sqlstate {} at `{constraint}`", self.code),
            None => write!(f, "sqlstate {}", self.code),
        }
    }
}

/// `guard.enter` raises it when the handle names no live session; of no class that PostgreSQL uses.
const SESSION_OVER: &str = "SS001";
/// Functions of `guard` raise it where a second factor or a fresh proof is missing.
const NOT_PROVED: &str = "SS002";
/// A session does not open for an account that is not active (migrations/0012).
const NOT_ACTIVE: &str = "SS003";
/// The last factor does not go before a password that leans on it (migrations/0020).
const PASSWORD_LEANS: &str = "SS004";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(e) => {
                let code = e.code().unwrap_or_default().into_owned();
                match code.as_str() {
                    SESSION_OVER => Self::SessionOver,
                    NOT_PROVED => Self::NotProved,
                    NOT_ACTIVE => Self::NotActive,
                    PASSWORD_LEANS => Self::PasswordLeans,
                    // A node's role may have been given another password; no caller's session is over for that.
                    "28000" | "28P01" => Self::Unavailable("the login was refused"),
                    "55P03" => Self::Unavailable("a lock was not free in time"),
                    // Class 08 connection, 53 resources, 57 operator intervention (shutdown).
                    c if c.starts_with("08") => Self::Unavailable("connection lost"),
                    c if c.starts_with("53") => Self::Unavailable("out of resources"),
                    c if c.starts_with("57") => Self::Unavailable("shutting down"),
                    _ => Self::Refused(DatabaseRule {
                        code,
                        constraint: e.constraint().map(str::to_owned),
                    }),
                }
            }
            sqlx::Error::PoolTimedOut => Self::Unavailable("no connection free in time"),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable("no connection"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt("unknown"),
            _ => Self::Unavailable("protocol error"),
        }
    }
}
