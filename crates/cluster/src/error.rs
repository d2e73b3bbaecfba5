//! Why a cluster could not be started or stopped.

use std::io;
use std::path::{Path, PathBuf};

/// The fault, with the path or program it concerns.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No programs of a version that is new enough.
    #[error("PostgreSQL 15 or newer not found: apt-get install postgresql")]
    NotFound,
    /// The directory named for the programs lacks one.
    #[error(
        "`{dir}` holds no `{program}`: name a directory with PostgreSQL's `postgres`, `initdb` and `pg_ctl`"
    )]
    ProgramMissing {
        /// The directory that was named.
        dir: PathBuf,
        /// What it lacks.
        program: &'static str,
    },
    /// The programs are too old.
    #[error("`{dir}` holds PostgreSQL {found}, 15 or newer is needed")]
    TooOld {
        /// Where the programs are.
        dir: PathBuf,
        /// Their major version.
        found: u32,
    },
    /// The data was made by a version that is not installed.
    #[error(
        "the data was made by PostgreSQL {made_by}, which is not installed: apt-get install postgresql-{made_by}"
    )]
    OtherVersion {
        /// The major version that made the data.
        made_by: u32,
    },
    /// No programs that can copy what is in a server of this version.
    #[error(
        "the server is PostgreSQL {server}, and no `pg_dump` and `pg_restore` of that version or newer are found: apt-get install postgresql-client-{server}"
    )]
    NoClients {
        /// The server's major version.
        server: u32,
    },
    /// A text that is no `postgres://` URL; it may hold a password and is not repeated.
    #[error("the database url is malformed")]
    Url,
    /// Root cannot run PostgreSQL and there is no account to run it under.
    #[error(
        "PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to run it under"
    )]
    NoAccount,
    /// The data belongs to somebody else.
    #[error("`{path}` belongs to the account {uid}, which may not run it here")]
    OtherOwner {
        /// The cluster's data.
        path: PathBuf,
        /// Its owner's user id.
        uid: u32,
    },
    /// Others can change the data directory.
    #[error("`{dir}` can be changed by others (owner {uid}, mode {mode:o}): choose another data directory")]
    Unsafe {
        /// The data directory.
        dir: PathBuf,
        /// Its owner's user id.
        uid: u32,
        /// Its permission bits.
        mode: u32,
    },
    /// A parent directory is closed to the account the server runs under.
    #[error(
        "the account `{account}` may not pass `{dir}`: allow it (`chmod o+x {dir}`) or choose another data directory"
    )]
    Closed {
        /// The directory that is closed.
        dir: PathBuf,
        /// The account.
        account: String,
    },
    /// Another application holds the data directory.
    #[error("`{dir}` is in use by another running application")]
    InUse {
        /// The data directory.
        dir: PathBuf,
    },
    /// What a crashed application left running does not stop.
    #[error("process {pid} of an earlier run still uses `{dir}` and does not stop")]
    Leftover {
        /// The process.
        pid: u32,
        /// The cluster's data.
        dir: PathBuf,
    },
    /// No directory is short enough for a Unix-domain socket (107 bytes) and open to the account.
    #[error(
        "no directory for the socket: the path of `{dir}` is too long and no temporary directory can be used"
    )]
    NoSocketDir {
        /// The data directory.
        dir: PathBuf,
    },
    /// A program ended with a fault.
    #[error("`{program}` failed ({status}): {output}")]
    Failed {
        /// The program.
        program: &'static str,
        /// How it ended.
        status: String,
        /// The last lines it wrote.
        output: String,
    },
    /// The server did not accept connections in time.
    #[error("PostgreSQL was not ready within {seconds} s: {output}")]
    NotReady {
        /// How long was waited.
        seconds: u64,
        /// The last lines of its log.
        output: String,
    },
    /// The server did not stop in time.
    #[error("PostgreSQL (process {pid}) did not stop")]
    NotStopped {
        /// The server's process.
        pid: u32,
    },
    /// The file system or the operating system refused.
    #[error("{what} `{path}`: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// To which file or program.
        path: PathBuf,
        /// The refusal.
        source: io::Error,
    },
}

/// For `map_err`: an I/O error with what was being done to which path.
pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmbeddedError {
    let path = path.to_owned();
    move |source| EmbeddedError::Io { what, path, source }
}
