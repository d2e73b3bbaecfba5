//! Runs a command beside a throw-away PostgreSQL: `with-postgres COMMAND [ARGUMENT …]`.
//!
//! The command finds the server by `SAFESHIPPER_TEST_PG`, a URL with the superuser's password that sqlx,
//! `psql` and `pgbench` all take. The cluster is made anew in a temporary directory, so that runs do not
//! meet, and is gone afterwards. Nothing in it survives a crash (`durable: false`): for tests only.
#![allow(clippy::print_stderr, reason = "a tool of the command line")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File, Permissions};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitCode};

use cluster::{EmbeddedCluster, EmbeddedOptions};

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("with-postgres: {error}");
            ExitCode::from(125)
        }
    }
}

fn run() -> Result<u8, Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments
        .next()
        .ok_or("usage: with-postgres COMMAND [ARGUMENT …]")?;

    let dir = tempfile::Builder::new().prefix("safeshipper-test-").tempdir()?;
    // The account the server runs under passes through; what is inside is closed by itself.
    fs::set_permissions(dir.path(), Permissions::from_mode(0o711))?;
    let password = random_password()?;
    let cluster = EmbeddedCluster::start(EmbeddedOptions {
        data_dir: dir.path().to_owned(),
        pg_bin: None,
        superuser_password: password.clone().into(),
        durable: false,
    })?;
    let url = format!(
        "postgres://{}:{password}@{}:{}/postgres",
        cluster.superuser(),
        cluster
            .socket_dir()
            .display()
            .to_string()
            .replace('%', "%25")
            .replace('/', "%2F"),
        cluster.port(),
    );

    let status = Command::new(&program)
        .args(arguments)
        .env("SAFESHIPPER_TEST_PG", url)
        .status()
        .map_err(|error| format!("cannot run `{}`: {error}", program.display()))?;
    cluster.stop()?;
    // As a shell says it: 128 and the signal.
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    Ok(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// 128 bits for a server that is reached through a closed directory and lives for minutes.
fn random_password() -> Result<String, Box<dyn Error>> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}
