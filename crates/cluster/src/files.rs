//! The directories and files of a cluster, each with the owner and mode it must have.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, lchown};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::PORT;
use crate::account::{self, Account};
use crate::error::{EmbeddedError, io as fault};

/// The longest path of a Unix-domain socket on Linux, in bytes.
const LONGEST_SOCKET: usize = 107;
/// A log of this many bytes is set aside at the next start.
const LONG_LOG: u64 = 10 << 20;

/// The data directory as an absolute path; made if it is not there, left as it is if it is.
///
/// One that others can change is refused: a link put there would have us give away or overwrite its target.
pub(crate) fn make_data_dir(dir: &Path) -> Result<PathBuf, EmbeddedError> {
    if !dir.exists() {
        DirBuilder::new()
            .recursive(true)
            .create(dir)
            .map_err(fault("cannot make", dir))?;
        // Passable, not readable: what is inside is closed by itself.
        fs::set_permissions(dir, Permissions::from_mode(0o711)).map_err(fault("cannot close", dir))?;
    }
    let dir = dir.canonicalize().map_err(fault("cannot find", dir))?;
    let metadata = fs::metadata(&dir).map_err(fault("cannot read", &dir))?;
    let (uid, mode) = (metadata.uid(), metadata.mode() & 0o777);
    if uid != account::own_uid()? || mode & 0o002 != 0 {
        return Err(EmbeddedError::Unsafe { dir, uid, mode });
    }
    Ok(dir)
}

/// Keeps every other application out of the data directory for as long as the file is open.
pub(crate) fn lock(data_dir: &Path) -> Result<File, EmbeddedError> {
    let path = data_dir.join("lock");
    let file = private(OpenOptions::new().write(true), &path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EmbeddedError::InUse {
            dir: data_dir.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(fault("cannot lock", &path)(error)),
    }
}

/// The log to append to; a long one is set aside first.
pub(crate) fn log(data_dir: &Path) -> Result<File, EmbeddedError> {
    let path = data_dir.join("postgres.log");
    if fs::metadata(&path).is_ok_and(|log| log.len() > LONG_LOG) {
        fs::rename(&path, data_dir.join("postgres.log.1")).map_err(fault("cannot set aside", &path))?;
    }
    private(OpenOptions::new().append(true), &path)
}

fn private(options: &mut OpenOptions, path: &Path) -> Result<File, EmbeddedError> {
    options
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(fault("cannot open", path))
}

/// A file that only `account` can read, with this content.
pub(crate) fn write_for(account: &Account, path: &Path, content: &str) -> Result<(), EmbeddedError> {
    use std::io::Write as _;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(fault("cannot make", path))?;
    file.write_all(content.as_bytes())
        .map_err(fault("cannot write", path))?;
    give(account, path)
}

/// A directory that only `account` (and root) can enter; made if it is not there.
pub(crate) fn make_for(account: &Account, dir: &Path) -> Result<(), EmbeddedError> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(fault("cannot make", dir)(error)),
        _ => give(account, dir),
    }
}

fn give(account: &Account, path: &Path) -> Result<(), EmbeddedError> {
    if account.dropped {
        lchown(path, Some(account.uid), Some(account.gid))
            .map_err(fault("cannot change the owner of", path))?;
    }
    Ok(())
}

/// Whether `account` can reach `dir`, and if not, which directory on the way is closed to it.
pub(crate) fn must_be_open_to(account: &Account, dir: &Path) -> Result<(), EmbeddedError> {
    for parent in dir.ancestors() {
        let metadata = fs::metadata(parent).map_err(fault("cannot read", parent))?;
        if account.dropped && !account.may_pass(&metadata) {
            return Err(EmbeddedError::Closed {
                dir: parent.to_owned(),
                account: account.name.clone(),
            });
        }
    }
    Ok(())
}

/// The major version that made the data, if there is any.
pub(crate) fn made_by_version(pgdata: &Path) -> Result<Option<u32>, EmbeddedError> {
    if !pgdata.exists() {
        return Ok(None);
    }
    let path = pgdata.join("PG_VERSION");
    let text = fs::read_to_string(&path).map_err(fault("cannot read", &path))?;
    let version = text.trim().parse();
    version
        .map(Some)
        .map_err(|error| fault("cannot read", &path)(io::Error::new(io::ErrorKind::InvalidData, error)))
}

/// The directory of the socket: in the data directory, or a temporary one where that path is too long.
#[derive(Debug)]
pub(crate) enum SocketDir {
    Inside(PathBuf),
    Temporary(TempDir),
}

impl SocketDir {
    pub(crate) fn make(account: &Account, data_dir: &Path) -> Result<Self, EmbeddedError> {
        let inside = data_dir.join("socket");
        if fits(&inside) {
            make_for(account, &inside)?;
            return Ok(Self::Inside(inside));
        }
        for parent in [env::temp_dir(), PathBuf::from("/tmp")] {
            let Ok(dir) = tempfile::Builder::new()
                .prefix("safeshipper-")
                .tempdir_in(&parent)
            else {
                continue;
            };
            if fits(dir.path()) && must_be_open_to(account, &parent).is_ok() {
                give(account, dir.path())?;
                return Ok(Self::Temporary(dir));
            }
        }
        Err(EmbeddedError::NoSocketDir {
            dir: data_dir.to_owned(),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Inside(path) => path,
            Self::Temporary(dir) => dir.path(),
        }
    }
}

fn fits(dir: &Path) -> bool {
    dir.join(format!(".s.PGSQL.{PORT}")).as_os_str().as_bytes().len() <= LONGEST_SOCKET
}
