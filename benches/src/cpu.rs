//! Processor time of the three parties, from `/proc` (proc_pid_stat(5)).

use std::fs;

use anyhow::Context;

/// Microseconds in a tick of `/proc`: 100 a second on every Linux.
const TICK: u64 = 10_000;

/// Microseconds of processor time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cpu {
    pub(crate) server: u64,
    pub(crate) database: u64,
    pub(crate) client: u64,
}

impl Cpu {
    /// Of the server, of PostgreSQL with all its processes, and of this program, up to now.
    pub(crate) fn of(server: u32, postmaster: u32) -> anyhow::Result<Self> {
        let mut database = 0;
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            // A process may be gone by now.
            if let Some(stat) = Stat::read(&pid.to_string())
                && (stat.parent == postmaster || pid == postmaster)
            {
                database += if pid == postmaster {
                    stat.with_ended
                } else {
                    stat.own
                };
            }
        }
        let own = |pid: &str| Stat::read(pid).map(|stat| stat.own).context("no `/proc` to read");
        Ok(Self {
            server: own(&server.to_string())?,
            database,
            client: own("self")?,
        })
    }

    /// Between then and now.
    pub(crate) fn since(self, then: Self) -> Self {
        Self {
            server: self.server.saturating_sub(then.server),
            database: self.database.saturating_sub(then.database),
            client: self.client.saturating_sub(then.client),
        }
    }
}

struct Stat {
    parent: u32,
    /// Microseconds, user and system.
    own: u64,
    /// The same with the children that have ended.
    with_ended: u64,
}

impl Stat {
    fn read(pid: &str) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in brackets may hold anything; fields are counted after it.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
        let own = (ticks(11)? + ticks(12)?) * TICK;
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own,
            with_ended: own + (ticks(13)? + ticks(14)?) * TICK,
        })
    }
}
