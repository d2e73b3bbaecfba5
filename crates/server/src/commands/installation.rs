//! Which database and which master key: the options that every command with a database shares.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use crypto::field::MasterKey;
use secrecy::SecretString;

use crate::data_dir::DataDir;
use crate::database::Database;

/// Which database and which master key.
#[derive(Args)]
pub(crate) struct Installation {
    /// A PostgreSQL 15 or newer, as a login that may create roles: `postgres://user:password@host/database`.
    /// Without it a private cluster is started in the data directory.
    #[arg(
        long,
        env = "SAFESHIPPER_DATABASE_URL",
        hide_env_values = true,
        requires = "master_key_file"
    )]
    database_url: Option<String>,
    /// A file with the master key: 32 bytes in base64. Required with a database of one's own.
    #[arg(long, env = "SAFESHIPPER_MASTER_KEY_FILE")]
    master_key_file: Option<PathBuf>,
    /// Where the private cluster and its keys live.
    #[arg(long, env = "SAFESHIPPER_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
}

impl Installation {
    /// Starts the private cluster where there is no other database. Blocks; call it before there is a runtime.
    pub(super) fn open(self) -> anyhow::Result<(Database, MasterKey)> {
        if let Some(url) = self.database_url {
            let file = self.master_key_file.context("`--master-key-file` is missing")?;
            let master = DataDir::read_master_key(&file)?;
            return Ok((Database::at(&SecretString::from(url))?, master));
        }
        let data = DataDir::open(&self.data_dir)?;
        let master = match &self.master_key_file {
            Some(file) => DataDir::read_master_key(file)?,
            None => data.master_key()?,
        };
        Ok((Database::embedded(&data)?, master))
    }
}
