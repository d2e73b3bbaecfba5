//! What the verified context costs: one row read with and without it, and how often a statement opens it.

use std::time::Duration;

use anyhow::ensure;
use serde_json::{Value, json};

use crate::pgbench;
use crate::scenarios::{Session, last_event};
use crate::server::{Login, Server};
use crate::statements::{Bind, Script, statement};

/// How a shipment is read.
pub(crate) const ONE_ROW: &str = "select s.*, c.display_name";

/// The cost of the context; times in microseconds, on average.
pub(crate) struct ContextCost {
    /// One row in a transaction, past row-level security.
    plain: f64,
    /// The same, the transaction entered by its session and the row found under the policies.
    guarded: f64,
    /// Entering alone.
    entered: f64,
    /// Rows the statement below looked at.
    rows: u64,
    /// How often it opened the context.
    opened: u64,
    /// Its plan.
    plan: String,
}

/// Measures at one connection, where the difference of two averages is a cost.
pub(crate) fn measure(server: &Server, time: Duration, rounds: u32) -> anyhow::Result<ContextCost> {
    let session = Session::read(server, &last_event(server, "CREATE")?)?;
    let id = server.ask("select id from shipments order by id desc limit 1")?;
    let read = statement(ONE_ROW)?;
    let binds = [session.company(), Bind::Text(id)];
    let plain = Script::default()
        .plain("begin")
        .with(&read, &binds)?
        .plain("commit");
    let guarded = session
        .entered(Script::default())?
        .with(&read, &binds)?
        .plain("commit");
    let entered = session.entered(Script::default())?.plain("commit");
    let best = |login, script: &Script| -> anyhow::Result<f64> {
        let mut best = f64::INFINITY;
        for _ in 0..rounds {
            best = best.min(1e6 / pgbench::run(server, login, script, 1, time)?);
        }
        Ok(best)
    };
    let (rows, opened, plan) = openings(server, &session)?;
    Ok(ContextCost {
        plain: best(Login::Superuser, &plain)?,
        guarded: best(Login::Application, &guarded)?,
        entered: best(Login::Application, &entered)?,
        rows,
        opened,
        plan,
    })
}

/// Reads all shipments in one statement: how many there are, how often the context was opened for them, and
/// the plan.
fn openings(server: &Server, session: &Session) -> anyhow::Result<(u64, u64, String)> {
    // The handle is the database's own hexadecimal text.
    let Bind::Text(handle) = session.handle() else {
        anyhow::bail!("the session has no handle");
    };
    let enter = format!("begin; do $$ begin perform guard.enter('{handle}'); end $$;");
    let calls = || -> anyhow::Result<u64> {
        Ok(server
            .ask(
                "select coalesce(sum(calls), 0) from pg_stat_user_functions
                 where schemaname = 'guard' and funcname = 'opened'",
            )?
            .parse()?)
    };
    server.ask("alter role safeshipper_bench set track_functions = 'all'")?;
    let before = calls()?;
    // The figures of a session are there at its end, at the latest.
    let rows = server
        .psql(
            Login::Application,
            &format!("{enter} select count(tracking_number) from shipments; commit"),
        )?
        .parse()?;
    let opened = calls()? - before;
    let plan = server.psql(
        Login::Application,
        &format!("{enter} explain (costs off) select * from shipments; commit"),
    )?;
    server.ask("alter role safeshipper_bench reset track_functions")?;
    ensure!(
        plan.contains("InitPlan"),
        "the policies of shipments are not evaluated once a statement:\n{plan}"
    );
    Ok((rows, opened, plan))
}

impl ContextCost {
    /// Lines to print.
    pub(crate) fn text(&self) -> String {
        format!(
            "verified context, one connection\n\
             \x20 one row in a transaction, no row-level security   {:7.1} us\n\
             \x20 the same, entered and under the policies          {:7.1} us   costs {:.1} us\n\
             \x20 entering alone, begin to commit                   {:7.1} us\n\
             \x20 a statement over {} rows opened the context {} time(s); its plan:\n{}\n",
            self.plain,
            self.guarded,
            self.guarded - self.plain,
            self.entered,
            self.rows,
            self.opened,
            self.plan
                .lines()
                .map(|line| format!("      {line}"))
                .collect::<Vec<_>>()
                .join("\n"),
        )
    }

    /// The same for a machine; times in microseconds.
    pub(crate) fn json(&self) -> Value {
        json!({
            "plain_us": self.plain,
            "guarded_us": self.guarded,
            "entered_us": self.entered,
            "rows": self.rows,
            "opened": self.opened,
            "plan": self.plan,
        })
    }
}
