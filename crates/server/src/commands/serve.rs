//! `safeshipper serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use secrecy::SecretString;

use crate::data_dir::DataDir;
use crate::database::Database;
use crate::run::{self, Service};

/// Serve the product.
#[derive(Args)]
pub(crate) struct Serve {
    /// Address to listen on.
    #[arg(long, env = "SAFESHIPPER_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address people use, without a path; also the issuer of access tokens.
    #[arg(long, env = "SAFESHIPPER_PUBLIC_URL")]
    public_url: Option<String>,
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

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<()> {
        crate::logging::start();
        let listener = run::bind(self.listen)?;
        let (database, master) = match self.database_url {
            Some(url) => {
                let file = self.master_key_file.context("`--master-key-file` is missing")?;
                (
                    Database::at(&SecretString::from(url))?,
                    DataDir::read_master_key(&file)?,
                )
            }
            None => {
                let data = DataDir::open(&self.data_dir)?;
                let master = match &self.master_key_file {
                    Some(file) => DataDir::read_master_key(file)?,
                    None => data.master_key()?,
                };
                (Database::embedded(&data)?, master)
            }
        };
        let public_url = self.public_url.unwrap_or_else(|| run::local_url(&listener));
        run::block_on(
            Service {
                listener,
                database,
                master,
                public_url,
            },
            |_| Ok(()),
        )
    }
}
