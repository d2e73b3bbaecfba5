//! The private PostgreSQL cluster that the binary and the tests start, and PostgreSQL's programs that copy a database
//! out and in ([`Clients`]).
//!
//! No SQL and no async here: this crate finds the server's programs, makes a data directory
//! on first use, sees to it that nothing left over blocks the start, runs the server under
//! an unprivileged account and stops it. Why it is a crate of its own: `docs/decisions/0004`.
//!
//! A data directory holds
//!
//! | name | what | owner and mode when started as root |
//! |---|---|---|
//! | `lock` | held by the application while it lives | root 0600 |
//! | `postgres.log`, `postgres.log.1` | what the server says | root 0600 |
//! | `pgdata/` | PostgreSQL's own files | the unprivileged account 0700 |
//! | `socket/` | the Unix-domain socket, the only way in | the unprivileged account 0700 |
//!
//! so that nothing root opens can be replaced by the account the server runs under.

mod account;
mod binaries;
mod clients;
mod error;
mod files;
mod launch;
mod leftover;
mod login;
mod pidfile;

use std::fs::File;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

pub use clients::Clients;
pub use error::EmbeddedError;
pub use login::Login;

use account::Account;
use binaries::Binaries;
use files::SocketDir;
use launch::Server;

/// The port that names the socket; nothing listens on a network.
pub const PORT: u16 = 5432;
/// The superuser that `initdb` makes; for bootstrap only.
pub const SUPERUSER: &str = "postgres";

/// What to start, and where.
#[derive(Debug)]
pub struct EmbeddedOptions {
    /// The cluster's directory, made on first use. Its parents must be open (`x`) to the account the
    /// server runs under.
    pub data_dir: PathBuf,
    /// Where `postgres`, `initdb` and `pg_ctl` are. Otherwise the environment variable
    /// `SAFESHIPPER_PG_BIN`, otherwise the newest `/usr/lib/postgresql/*/bin`.
    pub pg_bin: Option<PathBuf>,
    /// The superuser's password. It is set on first use and must be the same ever after.
    pub superuser_password: SecretString,
    /// Whether a commit survives a crash of the machine. `false` is for tests.
    pub durable: bool,
}

/// A running cluster; stopped when dropped.
#[derive(Debug)]
pub struct EmbeddedCluster {
    server: Server,
    socket: SocketDir,
    // Last, so that the lock is released only after the server is gone.
    _lock: File,
}

impl EmbeddedCluster {
    /// Starts the cluster, making it on first use. Blocks until it accepts connections, up to 60 s.
    ///
    /// # Errors
    /// When PostgreSQL 15 or newer is not found, the directory cannot be used, another application uses
    /// it, or the server does not become ready; the last lines of its log are part of the error.
    pub fn start(options: EmbeddedOptions) -> Result<Self, EmbeddedError> {
        let data_dir = files::make_data_dir(&options.data_dir)?;
        let lock = files::lock(&data_dir)?;

        let pgdata = data_dir.join("pgdata");
        let account = Account::for_cluster(&pgdata)?;
        files::must_be_open_to(&account, &data_dir)?;
        let binaries = Binaries::find(options.pg_bin.as_deref(), files::made_by_version(&pgdata)?)?;

        leftover::stop(&binaries, &account, &pgdata)?;
        if !pgdata.exists() {
            launch::init(&binaries, &account, &data_dir, &pgdata, &options)?;
        }
        let socket = SocketDir::make(&account, &data_dir)?;
        let server = Server::start(
            binaries,
            account,
            data_dir,
            pgdata,
            socket.path(),
            options.durable,
        )?;
        Ok(Self {
            server,
            socket,
            _lock: lock,
        })
    }

    /// The socket of a cluster that another application runs in this data directory, if one does: the directory to
    /// connect to.
    #[must_use]
    pub fn running(data_dir: &Path) -> Option<PathBuf> {
        pidfile::socket_of(&data_dir.join("pgdata"))
    }

    /// The directory of the Unix-domain socket: the host to connect to.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        self.socket.path()
    }

    /// The port that names the socket in [`Self::socket_dir`].
    #[must_use]
    pub fn port(&self) -> u16 {
        PORT
    }

    /// The superuser's name; the password is the one of [`EmbeddedOptions`].
    #[must_use]
    pub fn superuser(&self) -> &'static str {
        SUPERUSER
    }

    /// The server's process, for diagnosis.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.server.process_id()
    }

    /// Closes all connections, stops the server cleanly and waits for it.
    ///
    /// # Errors
    /// When the server could not be stopped, or ended with a fault.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        self.server.stop()
    }
}
