//! `safeshipper notices`: the platform operator sees which letters to people have failed, and of what, and has them
//! tried again. Neither whom a letter is for nor what it says is shown: the outbox does not know.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::installation::Installation;
use super::told;
use crate::logging::print;
use crate::run;

/// Letters to people that wait or have failed.
#[derive(Subcommand)]
pub(crate) enum Notices {
    /// How many wait, and which have failed of what; never whom they are for or what they say.
    List(Installation),
    /// Try again what has failed: one, all of a class of fault, or all.
    Retry(Retry),
}

/// Try again what has failed.
#[derive(Args)]
pub(crate) struct Retry {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    installation: Installation,
}

/// Exactly one of these.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The one with this id, as `notices list` prints it.
    #[arg(long)]
    id: Option<Uuid>,
    /// All that failed of this, as `notices list` prints it.
    #[arg(long, value_name = "CLASS")]
    fault: Option<String>,
    /// All. Warnings of long ago may mislead.
    #[arg(long)]
    all: bool,
}

impl Notices {
    pub(super) fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(installation) => list(installation),
            Self::Retry(retry) => retry.run(),
        }
    }
}

fn list(installation: Installation) -> anyhow::Result<()> {
    let (database, master) = installation.open()?;
    run::provision(database, master, async |mut provisioner, _| {
        let faults = provisioner.notice_faults().await.map_err(told)?;
        let waiting: i64 = faults.iter().map(|fault| fault.waiting).sum();
        let failed = provisioner.failed_notices().await.map_err(told)?;
        let mut text = format!("{waiting} wait, {} have failed", failed.len());
        for notice in failed {
            let (written, failed) = (
                notice.written_at.format(&Rfc3339)?,
                notice.failed_at.format(&Rfc3339)?,
            );
            write!(
                text,
                "\n{}  written {written}  failed {failed}  tries {}  {}",
                notice.id, notice.tries, notice.fault
            )?;
        }
        print(&text);
        Ok(())
    })
}

impl Retry {
    fn run(self) -> anyhow::Result<()> {
        let Which { id, fault, .. } = self.which;
        let (database, master) = self.installation.open()?;
        run::provision(database, master, async |mut provisioner, now| {
            let again = provisioner.retry_notices(id, fault.as_deref(), now).await;
            print(&format!("{} are tried again", again.map_err(told)?));
            Ok(())
        })
    }
}
