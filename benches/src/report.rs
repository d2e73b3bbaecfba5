//! The figures as a table for people and as JSON for comparison.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use crate::client::Sample;
use crate::context::ContextCost;
use crate::cpu::Cpu;
use crate::identity::Identity;
use crate::statistics::Comparison;

/// One scenario at one concurrency.
pub(crate) struct Line {
    scenario: &'static str,
    connections: usize,
    served: Option<(Sample, Cpu)>,
    /// Transactions a second.
    queried: Option<f64>,
}

impl Line {
    pub(crate) fn new(scenario: &'static str, connections: usize) -> Self {
        Self {
            scenario,
            connections,
            served: None,
            queried: None,
        }
    }

    /// Notes what the server did; the best counts.
    pub(crate) fn served(&mut self, sample: Sample, cpu: Cpu) {
        if self.served.is_none_or(|(best, _)| best.rate < sample.rate) {
            self.served = Some((sample, cpu));
        }
    }

    /// Notes what `pgbench` did; the best counts.
    pub(crate) fn queried(&mut self, rate: f64) {
        self.queried = Some(self.queried.map_or(rate, |best| best.max(rate)));
    }
}

/// Everything that was measured.
pub(crate) struct Report {
    machine: Value,
    load_before: String,
    measured: Vec<Value>,
    pub(crate) context: Option<ContextCost>,
    pub(crate) identity: Option<Identity>,
    /// Another company's id beside one that never was.
    pub(crate) ids: Option<Comparison>,
}

impl Report {
    /// Prints the head of the table.
    pub(crate) fn begin() -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism()?.get();
        let processor = processor();
        let load_before = load()?;
        let mut head = format!(
            "\n{cores} cores shared by client, server and database; {}; load {load_before}\n\n",
            processor.as_deref().unwrap_or("processor unknown")
        );
        writeln!(
            head,
            "{:37} {:>4} | {:>8} {:>7} {:>7} | {:>8} {:>5} | CPU us a request",
            "", "", "requests", "p50", "p99", "pgbench", ""
        )?;
        writeln!(
            head,
            "{:37} {:>4} | {:>8} {:>7} {:>7} | {:>8} {:>5} | {:>6} {:>8} {:>6}",
            "scenario", "conn", "a second", "ms", "ms", "a second", "ratio", "server", "database", "client"
        )?;
        print(&head)?;
        Ok(Self {
            machine: json!({"cores": cores, "processor": processor}),
            load_before,
            measured: Vec::new(),
            context: None,
            identity: None,
            ids: None,
        })
    }

    /// Prints a line of the table and keeps it for the JSON.
    pub(crate) fn add(&mut self, line: &Line) -> anyhow::Result<()> {
        let (served, cpu) = line.served.context("a scenario was not measured")?;
        let each = |spent: u64| spent as f64 / served.count as f64;
        let ratio = line.queried.map(|queried| served.rate / queried);
        let beside = match (line.queried, ratio) {
            (Some(queried), Some(ratio)) => format!("{queried:8.0} {ratio:5.2}"),
            _ => format!("{:>8} {:>5}", "-", "-"),
        };
        print(&format!(
            "{:37} {:4} | {:8.0} {:7.2} {:7.2} | {beside} | {:6.0} {:8.0} {:6.0}\n",
            line.scenario,
            line.connections,
            served.rate,
            served.p50 / 1e3,
            served.p99 / 1e3,
            each(cpu.server),
            each(cpu.database),
            each(cpu.client),
        ))?;
        self.measured.push(json!({
            "scenario": line.scenario,
            "connections": line.connections,
            "requests": served.count,
            "a_second": served.rate,
            "p50_us": served.p50,
            "p99_us": served.p99,
            "pgbench_a_second": line.queried,
            "ratio": ratio,
            "cpu_us_a_request": {
                "server": each(cpu.server), "database": each(cpu.database), "client": each(cpu.client),
            },
        }));
        Ok(())
    }

    /// Prints the rest and writes the JSON.
    pub(crate) fn finish(self, out: &Path) -> anyhow::Result<()> {
        let load_after = load()?;
        if let Some(context) = &self.context {
            print(&format!("\n{}", context.text()))?;
        }
        if let Some(ids) = &self.ids {
            print(&format!("\n{}\n", ids.text("another company's id", "absent id")))?;
        }
        if let Some(identity) = &self.identity {
            print(&format!("\n{}", identity.text()))?;
        }
        let document = json!({
            "machine": self.machine,
            "load_before": self.load_before,
            "load_after": load_after,
            "measured": self.measured,
            "context": self.context.as_ref().map(ContextCost::json),
            "identity": self.identity.as_ref().map(Identity::json),
            "ids": self.ids.as_ref().map(Comparison::json),
        });
        if let Some(directory) = out.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(out, serde_json::to_string_pretty(&document)?)?;
        print(&format!(
            "\nload {load_after} at the end; written to {}\n",
            out.display()
        ))
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

/// How busy the machine has been for one, five and fifteen minutes.
fn load() -> anyhow::Result<String> {
    let text = fs::read_to_string("/proc/loadavg").context("no `/proc` to read")?;
    Ok(text.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
