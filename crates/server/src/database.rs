//! The database of a start: a private cluster, or one somewhere.

use anyhow::{Context, bail};
use cluster::{EmbeddedCluster, EmbeddedOptions};
use secrecy::{ExposeSecret, SecretString};
use store::Address;

use crate::data_dir::DataDir;

/// Where to connect, and what to stop at the end.
pub(crate) struct Database {
    server: Address,
    cluster: Option<EmbeddedCluster>,
}

impl Database {
    /// A database somewhere.
    pub(crate) fn at(url: &SecretString) -> anyhow::Result<Self> {
        // The parser reads the address and passes over the scheme.
        if !["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.expose_secret().starts_with(scheme))
        {
            bail!("`--database-url` is not a `postgres://` url");
        }
        let server = Address::from_url(url).context("`--database-url`")?;
        Ok(Self {
            server,
            cluster: None,
        })
    }

    /// Starts the private cluster of a data directory. Blocks; call it before there is a runtime.
    pub(crate) fn embedded(data: &DataDir) -> anyhow::Result<Self> {
        let password = data.superuser_password()?;
        let cluster = EmbeddedCluster::start(EmbeddedOptions {
            data_dir: data.cluster(),
            pg_bin: None,
            superuser_password: password.clone(),
            durable: true,
        })?;
        let server = Address::socket(
            cluster.socket_dir(),
            cluster.port(),
            cluster.superuser(),
            &password,
            "postgres",
        );
        Ok(Self {
            server,
            cluster: Some(cluster),
        })
    }

    /// The address of the product's own database, which is made in a private cluster.
    pub(crate) async fn address(&self) -> anyhow::Result<Address> {
        match &self.cluster {
            Some(_) => Ok(self.server.create_database().await?),
            None => Ok(self.server.clone()),
        }
    }

    /// Stops what was started.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        if let Some(cluster) = self.cluster {
            cluster.stop()?;
        }
        Ok(())
    }
}
