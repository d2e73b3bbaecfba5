//! `postmaster.pid`, the file in which a server says which process it is and whether it is ready.

use std::fs;
use std::path::{Path, PathBuf};

/// What a `postmaster.pid` says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PidFile {
    /// Line 1: the process.
    pub(crate) pid: u32,
    /// Line 8: the server accepts connections.
    pub(crate) ready: bool,
}

impl PidFile {
    /// Nothing when there is no such file or it is still being written.
    pub(crate) fn read(pgdata: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(pgdata.join("postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let ready = lines.nth(6).is_some_and(|status| status.trim() == "ready");
        Some(Self { pid, ready })
    }
}

/// Line 5: the directory of the socket of a server that is ready.
pub(crate) fn socket_of(pgdata: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(pgdata.join("postmaster.pid")).ok()?;
    let ready = PidFile::parse(&text)?.ready;
    let dir = text
        .lines()
        .nth(4)
        .map(str::trim)
        .filter(|dir| ready && !dir.is_empty())?;
    Some(PathBuf::from(dir))
}

#[cfg(test)]
mod tests {
    use super::PidFile;

    #[test]
    fn a_server_is_ready_when_its_eighth_line_says_so() {
        let file = "42\n/data\n1700000000\n5432\n/socket\n\n  5432001  7\nready   \n";
        assert_eq!(PidFile::parse(file), Some(PidFile { pid: 42, ready: true }));
        let starting = file.replace("ready   ", "starting");
        assert_eq!(
            PidFile::parse(&starting),
            Some(PidFile {
                pid: 42,
                ready: false
            })
        );
        assert_eq!(
            PidFile::parse("42\n/data\n"),
            Some(PidFile {
                pid: 42,
                ready: false
            })
        );
        assert_eq!(PidFile::parse(""), None);
    }
}
