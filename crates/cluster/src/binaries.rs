//! Where PostgreSQL's programs are.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{EmbeddedError, io};

/// The oldest major version whose SQL the migrations use.
const OLDEST: u32 = 15;
/// Where Debian installs, one directory for each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    dir: PathBuf,
}

impl Binaries {
    /// The programs in `named`, or in `SAFESHIPPER_PG_BIN`, or the newest that Debian installed; for
    /// existing data, of the version that `made_by` it.
    pub(crate) fn find(named: Option<&Path>, made_by: Option<u32>) -> Result<Self, EmbeddedError> {
        let named = named
            .map(Path::to_owned)
            .or_else(|| env::var_os("SAFESHIPPER_PG_BIN").map(PathBuf::from));
        match named {
            Some(dir) => Self::named(dir, made_by),
            None => Self::newest(Path::new(DEBIAN), made_by),
        }
    }

    fn named(dir: PathBuf, made_by: Option<u32>) -> Result<Self, EmbeddedError> {
        for program in ["postgres", "initdb", "pg_ctl"] {
            if !dir.join(program).is_file() {
                return Err(EmbeddedError::ProgramMissing { dir, program });
            }
        }
        let postgres = dir.join("postgres");
        let said = Command::new(&postgres)
            .arg("--version")
            .env_clear()
            .output()
            .map_err(io("cannot run", &postgres))?;
        let found = version_said(&String::from_utf8_lossy(&said.stdout)).ok_or(EmbeddedError::NotFound)?;
        match made_by {
            _ if found < OLDEST => Err(EmbeddedError::TooOld { dir, found }),
            Some(made_by) if made_by != found => Err(EmbeddedError::OtherVersion { made_by }),
            _ => Ok(Self { dir }),
        }
    }

    fn newest(root: &Path, made_by: Option<u32>) -> Result<Self, EmbeddedError> {
        let mut found: Vec<(u32, PathBuf)> = fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let version = entry.file_name().to_str()?.parse().ok()?;
                let dir = entry.path().join("bin");
                (version >= OLDEST && dir.join("postgres").is_file()).then_some((version, dir))
            })
            .collect();
        found.sort();
        match made_by {
            _ if found.is_empty() => Err(EmbeddedError::NotFound),
            Some(made_by) => found
                .into_iter()
                .find(|(version, _)| *version == made_by)
                .ok_or(EmbeddedError::OtherVersion { made_by }),
            None => found.pop().ok_or(EmbeddedError::NotFound),
        }
        .map(|(_, dir)| Self { dir })
    }

    /// Programs that connect to a server of this major version, and their version: of the same, or of the next newer.
    pub(crate) fn clients(server: u32) -> Result<(Self, u32), EmbeddedError> {
        match env::var_os("SAFESHIPPER_PG_BIN").map(PathBuf::from) {
            Some(dir) => Self::named_clients(dir, server),
            None => Self::clients_in(Path::new(DEBIAN), server),
        }
    }

    fn named_clients(dir: PathBuf, server: u32) -> Result<(Self, u32), EmbeddedError> {
        let pg_dump = dir.join("pg_dump");
        if !pg_dump.is_file() {
            return Err(EmbeddedError::NoClients { server });
        }
        let said = Command::new(&pg_dump)
            .arg("--version")
            .env_clear()
            .output()
            .map_err(io("cannot run", &pg_dump))?;
        let found = version_said(&String::from_utf8_lossy(&said.stdout));
        let found = found.filter(|found| *found >= server);
        found
            .map(|found| (Self { dir }, found))
            .ok_or(EmbeddedError::NoClients { server })
    }

    fn clients_in(root: &Path, server: u32) -> Result<(Self, u32), EmbeddedError> {
        fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let version: u32 = entry.file_name().to_str()?.parse().ok()?;
                let dir = entry.path().join("bin");
                (version >= server && dir.join("pg_dump").is_file()).then_some((version, dir))
            })
            .min()
            .map(|(version, dir)| (Self { dir }, version))
            .ok_or(EmbeddedError::NoClients { server })
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, also in `17devel`.
fn version_said(said: &str) -> Option<u32> {
    let after = said.split("(PostgreSQL) ").nth(1)?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Binaries, EmbeddedError, version_said};

    fn installed(versions: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for version in versions {
            let bin = root.path().join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            fs::write(bin.join("postgres"), "").unwrap();
        }
        root
    }

    #[test]
    fn the_newest_version_is_taken_by_number_and_not_by_name() {
        let root = installed(&["9.6", "15", "17", "100", "notes"]);
        let found = Binaries::newest(root.path(), None).unwrap();
        assert_eq!(found.dir, root.path().join("100/bin"));
    }

    #[test]
    fn existing_data_is_run_by_the_version_that_made_it() {
        let root = installed(&["15", "17"]);
        let found = Binaries::newest(root.path(), Some(15)).unwrap();
        assert_eq!(found.dir, root.path().join("15/bin"));
        let error = Binaries::newest(root.path(), Some(16)).unwrap_err();
        assert!(
            matches!(error, EmbeddedError::OtherVersion { made_by: 16 }),
            "{error}"
        );
    }

    #[test]
    fn a_server_is_dumped_by_programs_of_its_own_version_or_else_the_next_newer() {
        let root = installed(&["15", "16", "18"]);
        for version in ["15", "16", "18"] {
            fs::write(root.path().join(version).join("bin/pg_dump"), "").unwrap();
        }
        for (server, taken) in [(15, 15), (16, 16), (17, 18)] {
            let (found, version) = Binaries::clients_in(root.path(), server).unwrap();
            assert_eq!(
                (found.dir, version),
                (root.path().join(format!("{taken}/bin")), taken)
            );
        }
        let error = Binaries::clients_in(root.path(), 19).unwrap_err().to_string();
        assert!(error.contains("postgresql-client-19"), "{error}");
    }

    #[test]
    fn without_a_version_new_enough_the_error_says_what_to_install() {
        for root in [Path::new("/nowhere"), installed(&["13", "14"]).path()] {
            let error = Binaries::newest(root, None).unwrap_err().to_string();
            assert_eq!(
                error,
                "PostgreSQL 15 or newer not found: apt-get install postgresql"
            );
        }
    }

    #[test]
    fn the_version_is_read_from_what_the_server_says_of_itself() {
        assert_eq!(
            version_said("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
            Some(15)
        );
        assert_eq!(version_said("postgres (PostgreSQL) 18devel"), Some(18));
        assert_eq!(version_said("something else 15"), None);
    }
}
