//! What a crashed application leaves behind must not block the next start.
//!
//! Called under the lock of the data directory, so whatever still runs on it belongs to nobody. A stale
//! `postmaster.pid` alone needs nothing: PostgreSQL replaces it. A process is recognised by what it is
//! (`/proc`), never by its number alone, which may belong to somebody else by now.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::binaries::Binaries;
use crate::error::{EmbeddedError, io};
use crate::pidfile::PidFile;

/// Signals in the order tried, and how long each is given: a clean stop, then an immediate one.
const SIGNALS: [(&str, Duration); 3] = [
    ("INT", Duration::from_secs(30)),
    ("QUIT", Duration::from_secs(10)),
    ("KILL", Duration::from_secs(10)),
];

/// Stops every PostgreSQL process that still runs on `pgdata`.
pub(crate) fn stop(binaries: &Binaries, account: &Account, pgdata: &Path) -> Result<(), EmbeddedError> {
    for (name, patience) in SIGNALS {
        let running = running_on(pgdata);
        if running.is_empty() {
            return Ok(());
        }
        let server = PidFile::read(pgdata).map(|file| file.pid);
        match server.filter(|pid| running.contains(pid)) {
            // The server stops its own children.
            Some(pid) => signal(binaries, account, name, pid)?,
            // Children that outlived a killed server take no other signal while they are busy.
            None => {
                for pid in running {
                    signal(binaries, account, if name == "INT" { "QUIT" } else { name }, pid)?;
                }
            }
        }
        let deadline = Instant::now() + patience;
        while !running_on(pgdata).is_empty() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
    }
    match running_on(pgdata).first() {
        None => Ok(()),
        Some(&pid) => Err(EmbeddedError::Leftover {
            pid,
            dir: pgdata.to_owned(),
        }),
    }
}

/// Sends a signal as the account that runs the server. That the process is gone already is no error.
pub(crate) fn signal(
    binaries: &Binaries,
    account: &Account,
    name: &str,
    pid: u32,
) -> Result<(), EmbeddedError> {
    let pg_ctl = binaries.program("pg_ctl");
    let pid = pid.to_string();
    account
        .run(Command::new(&pg_ctl).args(["kill", name, &pid]))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(io("cannot run", &pg_ctl))?;
    Ok(())
}

/// The PostgreSQL processes whose working directory is `pgdata`: the server and its children.
fn running_on(pgdata: &Path) -> Vec<u32> {
    let is = |pid: u32| {
        let process = Path::new("/proc").join(pid.to_string());
        let program = fs::read_link(process.join("exe")).ok()?;
        // An upgrade of the package under a running server shows as `postgres (deleted)`.
        let name = program.file_name()?.to_str()?;
        let works_in = fs::read_link(process.join("cwd")).ok()?;
        (name.split(' ').next() == Some("postgres") && works_in == pgdata).then_some(pid)
    };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| is(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}
