//! What a backup says of itself: before the dump what it is of, after it that it is whole and whose.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crypto::archive::Seal;
use crypto::derive::InstallationSecret;
use crypto::field::{DataKeyId, MasterKey, WrappedKey};
use serde::{Deserialize, Serialize};
use store::backups::{Applied, Facts, is_known, unwrap_installation};
use time::OffsetDateTime;
use uuid::Uuid;

use super::BackupError;

/// What a backup calls its own form.
const FORM: &str = "safeshipper backup 1";
/// What a backup says of itself, in its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    form: String,
    /// The version of the program that made it.
    pub product: String,
    /// When the snapshot was taken.
    #[serde(with = "time::serde::rfc3339")]
    pub taken_at: OffsetDateTime,
    /// The database server's major version.
    pub postgres: u32,
    /// The major version of the program that dumped it.
    pub pg_dump: u32,
    /// How the schema was made.
    migrations: Vec<Migration>,
    /// The rows of every table in the snapshot.
    pub rows: BTreeMap<String, i64>,
    installation_key: InstallationKey,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Migration {
    version: i64,
    checksum: String,
}

/// The key that the installation's secret is, wrapped by the master key as it is in the database: by it a master key
/// is known to be the right one before anything is restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstallationKey {
    id: Uuid,
    wrapped: String,
}

/// What the first line is read for first.
#[derive(Deserialize)]
struct Form {
    form: String,
}

/// What the last line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// Bytes of the dump.
    pub bytes: u64,
    /// SHA-256 of the dump, in hexadecimal.
    pub sha256: String,
    /// The installation's seal on all of it.
    pub(super) seal: String,
}

impl Sums {
    pub(super) fn sealed(line: &[u8], bytes: u64, sha256: String, seal: &Seal) -> Self {
        Self {
            seal: seal.of(&says(line, bytes, &sha256)),
            bytes,
            sha256,
        }
    }
}

/// What the seal is on.
pub(super) fn says(line: &[u8], bytes: u64, sha256: &str) -> Vec<u8> {
    [line, format!("\n{bytes}\n{sha256}").as_bytes()].concat()
}

impl Manifest {
    pub(super) fn of(facts: &Facts, pg_dump: u32, taken_at: OffsetDateTime) -> Self {
        let (id, wrapped) = &facts.installation;
        let migration = |applied: &Applied| Migration {
            version: applied.version,
            checksum: STANDARD.encode(&applied.checksum),
        };
        Self {
            form: FORM.to_owned(),
            product: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at,
            postgres: facts.server,
            pg_dump,
            migrations: facts.migrations.iter().map(migration).collect(),
            rows: facts.rows.clone(),
            installation_key: InstallationKey {
                id: id.0,
                wrapped: STANDARD.encode(wrapped.as_bytes()),
            },
        }
    }

    /// Reads a first line; a form or a schema that is newer than this program is named.
    pub(super) fn read(line: &[u8]) -> Result<Self, BackupError> {
        let Form { form } = serde_json::from_slice(line).map_err(|_| BackupError::NoBackup)?;
        if form != FORM {
            let ours = form.starts_with("safeshipper backup ");
            return Err(if ours {
                BackupError::NewerForm(form.chars().take(40).collect())
            } else {
                BackupError::NoBackup
            });
        }
        let manifest: Self = serde_json::from_slice(line).map_err(|_| BackupError::NoBackup)?;
        match manifest.migrations()?.iter().find(|applied| !is_known(applied)) {
            Some(unknown) => Err(BackupError::NewerVersion {
                product: manifest.product.chars().take(40).collect(),
                migration: unknown.version,
            }),
            None => Ok(manifest),
        }
    }

    pub(super) fn migrations(&self) -> Result<Vec<Applied>, BackupError> {
        let applied = |one: &Migration| {
            Ok(Applied {
                version: one.version,
                checksum: STANDARD
                    .decode(&one.checksum)
                    .map_err(|_| BackupError::NoBackup)?,
            })
        };
        self.migrations.iter().map(applied).collect()
    }

    pub(super) fn secret(&self, master: &MasterKey) -> Result<InstallationSecret, BackupError> {
        let InstallationKey { id, wrapped } = &self.installation_key;
        let wrapped = STANDARD.decode(wrapped).map_err(|_| BackupError::NoBackup)?;
        let wrapped = WrappedKey::from_bytes(wrapped).map_err(|_| BackupError::NoBackup)?;
        let key =
            unwrap_installation(DataKeyId(*id), &wrapped, master).map_err(|_| BackupError::OtherMasterKey)?;
        InstallationSecret::new(&key).map_err(|_| BackupError::OtherMasterKey)
    }
}
