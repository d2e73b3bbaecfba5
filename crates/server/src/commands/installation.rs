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
    /// As [`Self::open`], beside a server that runs the private cluster too; and nothing is made that was not there.
    pub(super) fn open_running(self) -> anyhow::Result<(Database, MasterKey)> {
        let master = self.kept_master_key()?;
        let database = match &self.database_url {
            Some(_) => self.database()?,
            None => Database::embedded_or_running(&DataDir::open(&self.data_dir)?)?,
        };
        Ok((database, master))
    }

    /// The master key that there is: none is made.
    pub(super) fn kept_master_key(&self) -> anyhow::Result<MasterKey> {
        if self.database_url.is_some() {
            return self.master_key.must_open();
        }
        match self.master_key.open()? {
            Some(master) => Ok(master),
            None => self
                .master_key
                .knowing_former(DataDir::kept_master_key(&self.data_dir)?),
        }
    }

    /// The database, started where it is the private cluster.
    pub(super) fn database(&self) -> anyhow::Result<Database> {
        match &self.database_url {
            Some(url) => Database::at(&SecretString::from(url.clone())),
            None => Database::embedded(&DataDir::open(&self.data_dir)?),
        }
    }

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
