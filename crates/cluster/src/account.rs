//! The account the server runs under: PostgreSQL refuses root, and a service should not be root anyway.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::error::{EmbeddedError, io};

/// Accounts to drop to when started as root, best first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// An account of the password file; PostgreSQL needs it to be listed there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Whether the application is root and the server is to run as this other account.
    pub(crate) dropped: bool,
}

impl Account {
    /// The account for the cluster in `pgdata`: its owner if it exists, otherwise our own, or an
    /// unprivileged one when we are root.
    pub(crate) fn for_cluster(pgdata: &Path) -> Result<Self, EmbeddedError> {
        let passwd = Path::new("/etc/passwd");
        let accounts = fs::read_to_string(passwd).map_err(io("cannot read", passwd))?;
        let own = own_uid()?;
        let owner = match fs::metadata(pgdata) {
            Ok(metadata) => Some(metadata.uid()),
            Err(_) => None,
        };
        Self::choose(&accounts, own, owner).map_err(|uid| match uid {
            Some(uid) => EmbeddedError::OtherOwner {
                path: pgdata.to_owned(),
                uid,
            },
            None => EmbeddedError::NoAccount,
        })
    }

    /// The error is the owner that cannot be used, or none when there is no account at all.
    fn choose(passwd: &str, own: u32, owner: Option<u32>) -> Result<Self, Option<u32>> {
        let with_uid = |uid| {
            let found = entries(passwd).find(|account| account.uid == uid);
            found.ok_or(Some(uid))
        };
        match (own, owner) {
            (0, Some(0)) => Err(Some(0)),
            (0, Some(owner)) => Ok(Self {
                dropped: true,
                ..with_uid(owner)?
            }),
            (0, None) => UNPRIVILEGED
                .into_iter()
                .find_map(|name| entries(passwd).find(|account| account.name == name && account.uid != 0))
                .map(|account| Self {
                    dropped: true,
                    ..account
                })
                .ok_or(None),
            (own, Some(owner)) if own != owner => Err(Some(owner)),
            (own, _) => with_uid(own),
        }
    }

    /// Makes `command` run as this account, with nothing of our environment: it may hold secrets.
    pub(crate) fn run<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C")
            .current_dir("/");
        if self.dropped {
            // Supplementary groups are cleared too when root sets a uid.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Whether the account may pass a directory with this owner, group and mode.
    pub(crate) fn may_pass(&self, metadata: &fs::Metadata) -> bool {
        let bit = if metadata.uid() == self.uid {
            0o100
        } else if metadata.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        metadata.mode() & bit != 0
    }
}

/// The user id this process runs as.
pub(crate) fn own_uid() -> Result<u32, EmbeddedError> {
    let itself = Path::new("/proc/self");
    Ok(fs::metadata(itself).map_err(io("cannot read", itself))?.uid())
}

fn entries(passwd: &str) -> impl Iterator<Item = Account> {
    passwd.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account {
            name,
            uid,
            gid,
            dropped: false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::Account;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n\
        postgres:x:101:104::/var/lib/postgresql:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/bash\nbroken\n";

    fn name(own: u32, owner: Option<u32>) -> Result<(String, bool), Option<u32>> {
        Account::choose(PASSWD, own, owner).map(|account| (account.name, account.dropped))
    }

    #[test]
    fn root_drops_to_postgres_and_to_nobody_where_there_is_no_postgres() {
        assert_eq!(name(0, None), Ok(("postgres".into(), true)));
        let without = PASSWD.replace("postgres:x", "other:x");
        assert_eq!(
            Account::choose(&without, 0, None).map(|a| a.name),
            Ok("nobody".into())
        );
        assert_eq!(Account::choose("root:x:0:0::/:/", 0, None), Err(None));
    }

    #[test]
    fn root_keeps_to_the_owner_of_an_existing_cluster() {
        assert_eq!(name(0, Some(1000)), Ok(("anna".into(), true)));
        assert_eq!(name(0, Some(4711)), Err(Some(4711)));
        assert_eq!(name(0, Some(0)), Err(Some(0)));
    }

    #[test]
    fn anyone_else_runs_it_under_the_own_account_and_never_anothers_cluster() {
        assert_eq!(name(1000, None), Ok(("anna".into(), false)));
        assert_eq!(name(1000, Some(1000)), Ok(("anna".into(), false)));
        assert_eq!(name(1000, Some(101)), Err(Some(101)));
    }
}
