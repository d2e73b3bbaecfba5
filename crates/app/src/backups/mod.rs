//! Backups that are encrypted, bear this installation's seal, and prove themselves by a restore (DATA-9, E17;
//! docs/decisions/0019).
//!
//! - `manifest`: what a backup says of itself
//! - `file`: the form of a backup, written and read as a stream
//! - `restore`: what a restored database must be, and what ends in it
//!
//! Which programs copy a database is not known here: whoever calls hands over what writes a dump and what reads it.

mod file;
mod manifest;
mod restore;

use std::collections::BTreeMap;
use std::io::{self, Write};

use crypto::archive::{OpenError, Recipients, Seal, SealRefused};
use crypto::derive::InstallationSecret;
use crypto::field::MasterKey;
use serde_json::json;
use store::backups::{BackupEvent, Snapshot};
use store::{Address, StoreError};
use time::OffsetDateTime;

pub use file::{Backup, Verified};
pub use manifest::{Manifest, Sums};
pub use restore::{Ended, Finishing, Report, finish, settle};

/// Why there is no backup, or no restore of one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The file does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file was altered or is not whole.
    #[error("the backup is damaged or was cut short")]
    Damaged,
    /// What is encrypted is no backup.
    #[error("what the file holds is no backup of SafeShipper")]
    NoBackup,
    /// A form of backups that is newer.
    #[error("the backup has the form `{0}`, which this program does not read: it was made by a newer one")]
    NewerForm(String),
    /// A schema that is newer.
    #[error(
        "the backup is of a newer version ({product}): this program does not know its migration {migration}"
    )]
    NewerVersion {
        /// The version that made it.
        product: String,
        /// The migration.
        migration: i64,
    },
    /// A database that is newer.
    #[error(
        "the backup is of PostgreSQL {backup}, and this server is PostgreSQL {server}: restore into {backup} or newer"
    )]
    OlderServer {
        /// The version it was made from.
        backup: u32,
        /// The version of the server.
        server: u32,
    },
    /// Another installation's master key, or another one of its.
    #[error("the master key is not the one of this backup; nothing was restored")]
    OtherMasterKey,
    /// Somebody else made it.
    #[error(transparent)]
    Seal(#[from] SealRefused),
    /// Rows are missing, or there are more.
    #[error("what was restored is not what was backed up: {}", told(.0))]
    OtherRows(Vec<Difference>),
    /// The schema is another.
    #[error("what was restored has other migrations than the backup says")]
    OtherSchema,
    /// A table that row-level security does not protect.
    #[error("row-level security is not forced on {}", .0.join(", "))]
    Unforced(Vec<String>),
    /// Nothing that is sealed opens.
    #[error("none of {0} sealed values opens with the master key")]
    Unreadable(usize),
    /// Reading or writing.
    #[error("{0}: {1}")]
    Io(&'static str, io::ErrorKind),
    /// What copies the database.
    #[error("{0}")]
    Copy(Box<dyn std::error::Error + Send + Sync>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A step of the product's own failed.
    #[error(transparent)]
    Product(#[from] crate::Error),
}

/// A table whose rows are not those that were backed up.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// Rows in the backup; none where it does not have the table.
    pub backup: Option<i64>,
    /// Rows that were restored.
    pub restored: Option<i64>,
}

fn told(differences: &[Difference]) -> String {
    let count = |count: Option<i64>| count.map_or_else(|| "no such table".to_owned(), |n| n.to_string());
    let all: Vec<String> = differences
        .iter()
        .map(|one| {
            format!(
                "`{}` ({} backed up, {} restored)",
                one.table,
                count(one.backup),
                count(one.restored)
            )
        })
        .collect();
    all.join(", ")
}

/// Which tables differ.
pub(crate) fn differences(
    backup: &BTreeMap<String, i64>,
    restored: &BTreeMap<String, i64>,
) -> Vec<Difference> {
    let mut tables: Vec<&String> = backup.keys().chain(restored.keys()).collect();
    tables.sort();
    tables.dedup();
    tables
        .into_iter()
        .filter(|table| backup.get(*table) != restored.get(*table))
        .map(|table| Difference {
            table: table.clone(),
            backup: backup.get(table).copied(),
            restored: restored.get(table).copied(),
        })
        .collect()
}

/// A moment of a database, about to be written into a file.
pub struct Taking {
    snapshot: Snapshot,
    seal: Seal,
    /// When.
    pub at: OffsetDateTime,
}

/// Takes a snapshot of a database, which is not migrated: a backup is what one makes before that.
///
/// # Errors
/// When the login does not see every row, the master key is not the database's, or the store fails.
pub async fn take(
    database: &Address,
    master: &MasterKey,
    now: OffsetDateTime,
) -> Result<Taking, BackupError> {
    let snapshot = database.snapshot().await?;
    let key = snapshot.facts.installation_key(master)?;
    let secret = InstallationSecret::new(&key)
        .map_err(|_| crate::Error::Internal("the installation's secret is no key of its purpose"))?;
    Ok(Taking {
        snapshot,
        seal: Seal::derive(&secret),
        at: now,
    })
}

impl Taking {
    /// The database server's major version.
    #[must_use]
    pub fn server(&self) -> u32 {
        self.snapshot.facts.server
    }

    /// Writes the backup. `dump` is given the snapshot's name and where to; it returns when the dump is whole. What is
    /// written is no backup before this returns without an error.
    ///
    /// # Errors
    /// When the dump fails, or what is written is not taken.
    pub fn write<W: Write>(
        &self,
        output: W,
        recipients: &Recipients,
        pg_dump: u32,
        dump: impl FnOnce(&str, &mut file::Dumping<W>) -> Result<(), Box<dyn std::error::Error + Send + Sync>>,
    ) -> Result<(W, Sums), BackupError> {
        let manifest = Manifest::of(&self.snapshot.facts, pg_dump, self.at);
        file::write(output, recipients, &manifest, &self.seal, |into| {
            dump(&self.snapshot.id, into)
        })
    }

    /// Puts into the platform's trail that everything was copied out, into a file of this name and for whom.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn record(
        self,
        file: &str,
        recipients: &Recipients,
        sums: &Sums,
        now: OffsetDateTime,
    ) -> Result<(), BackupError> {
        let about = json!({
            "recipients": recipients.to_string(),
            "sha256": sums.sha256,
            "rows": self.snapshot.facts.rows.values().sum::<i64>(),
        });
        let event = BackupEvent { file, about: &about };
        Ok(self.snapshot.record(&event, now).await?)
    }
}
