//! The `safeshipper` binary: reads the configuration, wires the crates together, runs a command.

mod backup_files;
mod commands;
mod data_dir;
mod database;
mod logging;
mod master_key;
mod run;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// Answers to great loads are thousands of small pieces of memory (`docs/benchmarks.md`).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Plan, check, document and answer for dangerous goods.
#[derive(Parser)]
#[command(name = "safeshipper", version)]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    Cli::parse().command.run()
}
