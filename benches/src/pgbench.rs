//! `pgbench` with a script of prepared statements.
//!
//! Only its rate is used: on a busy machine it books the time of a transaction whose answers are there at
//! once to the next one, so that its single latencies, unlike their sum, say little.

use std::fs;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::server::{Login, Server};
use crate::statements::Script;

/// Runs a script over so many connections for so long: transactions a second.
pub(crate) fn run(
    server: &Server,
    login: Login,
    script: &Script,
    connections: usize,
    time: Duration,
) -> anyhow::Result<f64> {
    let directory = tempfile::tempdir_in(server.scratch())?;
    let file = directory.path().join("script.sql");
    fs::write(&file, &script.text)?;
    let mut command = server.client("pgbench", login)?;
    command
        .args(["--no-vacuum", "--protocol=prepared"])
        .arg(format!("--client={connections}"))
        .arg(format!("--jobs={}", connections.min(2)))
        .arg(format!("--time={}", time.as_secs().max(1)))
        .arg("--file")
        .arg(&file);
    for (number, value) in script.variables.iter().enumerate() {
        command.arg(format!("--define=v{number}={value}"));
    }
    let done = command.output().context("cannot run pgbench")?;
    let said = String::from_utf8_lossy(&done.stdout);
    ensure!(
        done.status.success() && said.contains("failed transactions: 0 "),
        "pgbench: {said}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let rate = said
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next())
        .with_context(|| format!("pgbench names no rate: {said}"))?;
    Ok(rate.parse()?)
}
