//! Which database and which master key: the options that every command with a database shares.

use std::path::PathBuf;

use clap::Args;
use crypto::field::MasterKey;
use secrecy::SecretString;

use crate::data_dir::DataDir;
use crate::database::Database;
use crate::master_key::MasterKeySource;

/// Which database and which master key.
#[derive(Args)]
pub(crate) struct Installation {
    /// A PostgreSQL 15 or newer, as a login that may create roles: `postgres://user:password@host/database`.
    /// Without it a private cluster is started in the data directory.
    #[arg(long, env = "SAFESHIPPER_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    #[command(flatten)]
    master_key: MasterKeySource,
    /// Where the private cluster and its keys live.
    #[arg(long, env = "SAFESHIPPER_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
}

impl Installation {
    /// Starts the private cluster where there is no other database. Blocks; call it before there is a runtime.
    pub(super) fn open(self) -> anyhow::Result<(Database, MasterKey)> {
        if let Some(url) = self.database_url {
            let master = self.master_key.must_open()?;
            return Ok((Database::at(&SecretString::from(url))?, master));
        }
        let data = DataDir::open(&self.data_dir)?;
        let master = match self.master_key.open()? {
            Some(master) => master,
            None => self.master_key.knowing_former(data.master_key()?)?,
        };
        Ok((Database::embedded(&data)?, master))
    }
}
