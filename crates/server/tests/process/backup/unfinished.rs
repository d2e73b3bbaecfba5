//! A backup that is killed, or whose dump ends badly, leaves nothing that looks like one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::age::identity;
use super::{Source, files, new_directory, psql, run, text};
use crate::program::{command, directory};

/// A directory of programs whose `pg_dump` does this.
fn programs(data: &Path, name: &str, does: &str) -> PathBuf {
    let directory = new_directory(data, name);
    let program = directory.join("pg_dump");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'pg_dump (PostgreSQL) 99.1'; exit; fi\n{does}\n"
    );
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

fn exported(source: &Source) -> String {
    psql(
        &source.url,
        "select count(*) from safeshipper.audit_events where event_type = 'EXPORT'",
    )
}

#[test]
fn a_backup_that_is_killed_or_whose_dump_fails_has_no_name_and_no_event_data_9() {
    let directory = directory();
    let data = directory.path();
    let source = Source::make(data);
    let (_, recipient) = identity(data, "identity");
    let backups = new_directory(data, "backups");
    let arguments = ["backup", "--to", text(&backups), "--recipient", &recipient];
    let arguments = [&arguments[..], &source.options()].concat();

    let failing = "head -c 100000 /dev/zero\n\
        echo 'pg_dump: error: query would be affected by row-level security policy for table \"users\"' >&2\n\
        echo 'pg_dump: detail: Query was: COPY users ... Ada Brandt' >&2\nexit 1";
    let failing = programs(data, "failing", failing);
    let said = run(&arguments, &[("SAFESHIPPER_PG_BIN", text(&failing))]);
    assert!(
        !said.ok && said.text.contains("affected by row-level security"),
        "{said:?}"
    );
    assert!(!said.text.contains("Ada"), "no row is repeated: {said:?}");
    assert!(files(&backups).is_empty());
    assert_eq!(exported(&source), "0");

    let endless = programs(
        data,
        "endless",
        "while head -c 1000000 /dev/zero; do sleep 0.01; done",
    );
    let mut child = command(&arguments)
        .env("SAFESHIPPER_PG_BIN", &endless)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let since = Instant::now();
    let written = |file: &PathBuf| fs::metadata(file).map_or(0, |metadata| metadata.len()) > 1 << 20;
    while !files(&backups).iter().any(written) {
        assert!(since.elapsed() < Duration::from_secs(120), "nothing is written");
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let left = files(&backups);
    assert_eq!(left.len(), 1, "{left:?}");
    let name = left[0].file_name().unwrap().to_str().unwrap();
    assert!(
        name.starts_with(".safeshipper-") && name.ends_with(".partial"),
        "{name}"
    );
    assert_eq!(exported(&source), "0");

    // What is left hinders no other, and nobody takes it for one.
    source.back_up(&backups, &recipient);
    assert_eq!(exported(&source), "1");
}
