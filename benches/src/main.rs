//! `bench-http`: the running server measured, with `pgbench` running the same SQL beside it.
//!
//! It starts the release binary with a durable cluster of its own in a temporary directory, signs in as an
//! operator of a demo company and, for every scenario and concurrency, lets HTTP clients and `pgbench` take
//! turns. Both talk to the same cluster with as many connections as there are clients, so that their ratio
//! says what the application adds to its SQL, whatever the machine. Client, server and database share the
//! machine's cores.
//!
//! To measure something else add it to [`scenarios`]. The SQL for `pgbench` is taken from `.sqlx`, where the
//! store's statements are described, so that it cannot differ from what the server runs.

mod client;
mod context;
mod cpu;
mod identity;
mod ids;
mod pgbench;
mod report;
mod scenarios;
mod server;
mod statements;
mod statistics;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::report::{Line, Report};
use crate::server::{Login, Server};

/// Measures the running server beside the same SQL through pgbench.
#[derive(Parser)]
struct Args {
    /// The release binary.
    #[arg(long, default_value = "target/release/safeshipper")]
    server: PathBuf,
    /// Where the figures go as JSON.
    #[arg(long, default_value = "target/bench/http.json")]
    out: PathBuf,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Measurements of each kind; the best is reported.
    #[arg(long, default_value_t = 2)]
    rounds: u32,
    /// Connections at once.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16])]
    connections: Vec<usize>,
    /// Only scenarios whose name contains this; `identity` for signing in, `ids` for what the time of a 404 tells,
    /// `context` for the verified context.
    #[arg(long, default_value = "")]
    only: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let time = Duration::from_secs(args.seconds);
    let mut report = Report::begin()?;
    let server = Server::start(&args.server)?;
    let scenarios = scenarios::prepare(&server).await?;
    for scenario in scenarios
        .iter()
        .filter(|scenario| scenario.name.contains(&args.only))
    {
        for &connections in &args.connections {
            let mut line = Line::new(scenario.name, connections);
            client::run(
                &server,
                &scenario.request,
                connections,
                Duration::from_millis(300),
            )
            .await?;
            for _ in 0..args.rounds {
                let before = server.cpu()?;
                let sample = client::run(&server, &scenario.request, connections, time).await?;
                line.served(sample, server.cpu()?.since(before));
                if let Some(script) = &scenario.sql {
                    line.queried(pgbench::run(
                        &server,
                        Login::Application,
                        script,
                        connections,
                        time,
                    )?);
                }
            }
            report.add(&line)?;
        }
    }
    if args.only.is_empty() || "context".contains(&args.only) {
        report.context = Some(context::measure(&server, time, args.rounds)?);
    }
    if args.only.is_empty() || "identity".contains(&args.only) {
        report.identity = Some(identity::measure(&server, &args.server, &args.connections, time).await?);
    }
    if args.only.is_empty() || "ids".contains(&args.only) {
        report.ids = Some(ids::measure(&server).await?);
    }
    server.stop()?;
    report.finish(&args.out)
}
