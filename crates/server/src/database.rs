//! The database of a start: a private cluster, or one somewhere.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use cluster::{EmbeddedCluster, EmbeddedError, EmbeddedOptions, Login};
use secrecy::{ExposeSecret, SecretString};
use store::Address;

use crate::data_dir::{DataDir, passphrase};

/// Where to connect, and what to stop at the end.
pub(crate) struct Database {
    server: Address,
    login: Login,
    /// Whether the product's own database has to be made in it.
    private: bool,
    cluster: Option<EmbeddedCluster>,
}

/// The product's database in a private cluster.
const PRIVATE: &str = "safeshipper";

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
            login: Login::url(url).context("`--database-url`")?,
            private: false,
            cluster: None,
        })
    }

    /// Starts the private cluster of a data directory. Blocks; call it before there is a runtime.
    pub(crate) fn embedded(data: &DataDir) -> anyhow::Result<Self> {
        let password = data.superuser_password()?;
        let cluster = start(&data.cluster(), &password, true)?;
        Ok(Self::started(cluster, &password))
    }

    /// The private cluster of a data directory: started, or the one that a running server has started.
    pub(crate) fn embedded_or_running(data: &DataDir) -> anyhow::Result<Self> {
        let password = data.superuser_password()?;
        match start(&data.cluster(), &password, true) {
            Ok(cluster) => Ok(Self::started(cluster, &password)),
            Err(EmbeddedError::InUse { dir }) => match EmbeddedCluster::running(&dir) {
                Some(socket) => Ok(Self::private(socket, &password, None)),
                None => Err(EmbeddedError::InUse { dir }.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// A private cluster in a directory that is thrown away with it.
    pub(crate) fn throw_away(directory: &Path) -> anyhow::Result<Self> {
        // Passable to the account that PostgreSQL runs under; what is inside is closed by itself.
        fs::set_permissions(directory, Permissions::from_mode(0o711))?;
        let password = passphrase()?;
        let cluster = start(&directory.join("postgres"), &password, false)?;
        Ok(Self::started(cluster, &password))
    }

    fn started(cluster: EmbeddedCluster, password: &SecretString) -> Self {
        Self::private(cluster.socket_dir().to_owned(), password, Some(cluster))
    }

    fn private(socket: PathBuf, password: &SecretString, cluster: Option<EmbeddedCluster>) -> Self {
        let (port, user) = (cluster::PORT, cluster::SUPERUSER);
        Self {
            server: Address::socket(&socket, port, user, password, "postgres"),
            login: Login::socket(&socket, port, user, password, PRIVATE),
            private: true,
            cluster,
        }
    }

    /// How PostgreSQL's programs connect to the product's own database.
    pub(crate) fn login(&self) -> Login {
        self.login.clone()
    }

    /// The address of the product's own database, which is made in a private cluster.
    pub(crate) async fn address(&self) -> anyhow::Result<Address> {
        if self.private {
            Ok(self.server.create_database().await?)
        } else {
            Ok(self.server.clone())
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

fn start(directory: &Path, password: &SecretString, durable: bool) -> Result<EmbeddedCluster, EmbeddedError> {
    EmbeddedCluster::start(EmbeddedOptions {
        data_dir: directory.to_owned(),
        pg_bin: None,
        superuser_password: password.clone(),
        durable,
    })
}
