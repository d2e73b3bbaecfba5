//! `safeshipper restore` and `restore-settle`: an installation comes back from a backup, and what must not come back
//! with it ends.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use app::Clock;
use app::backups::{self, Backup, BackupError, Ended, Finishing, Report, Verified};
use app::keys::{Receipt, verify_receipt};
use clap::Args;
use cluster::Clients;
use crypto::Rng;
use crypto::archive::Identities;
use crypto::field::MasterKey;
use crypto::note::VerifierKey;
use serde_json::json;
use store::backups::Target;
use time::format_description::well_known::Rfc3339;
use tokio::runtime::Runtime;

use super::backup::identities;
use super::installation::Installation;
use super::told;
use crate::database::Database;
use crate::logging::{print, say};
use crate::run;

/// Restore a backup into an empty database, all of it or nothing.
#[derive(Args)]
pub(crate) struct Restore {
    /// The backup.
    file: PathBuf,
    /// The file with an identity that opens it, as `age-keygen` makes it; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    identity: PathBuf,
    #[command(flatten)]
    shredded: Shredded,
    #[command(flatten)]
    installation: Installation,
}

/// End what a database's own snapshot or recovery to a point in time has brought back: sessions, links, codes.
#[derive(Args)]
pub(crate) struct Settle {
    /// How the database was restored, for the audit trails: 10 to 500 characters.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    shredded: Shredded,
    #[command(flatten)]
    installation: Installation,
}

/// Companies whose data keys were destroyed since.
#[derive(Args)]
struct Shredded {
    /// The receipt of a company whose data keys were destroyed since: they are destroyed again. May be repeated.
    #[arg(long, value_name = "RECEIPT", requires = "receipt_key")]
    shredded: Vec<PathBuf>,
    /// A public key that may sign the receipts, or a file that holds one; may be repeated.
    #[arg(long, value_name = "KEY")]
    receipt_key: Vec<String>,
}

impl Restore {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let identities = identities(&self.identity)?;
        let backup = open(&self.file, &identities)?;
        let receipts = self.shredded.read()?;
        // Everything that can be known to be wrong is, before there is a database.
        let master = self.installation.kept_master_key()?;
        let backup = backup.verify(&master)?;
        let database = self.installation.database()?;
        let runtime = Runtime::new()?;
        let restored = into(&runtime, &database, backup, &master, &receipts);
        let stopped = database.stop();
        let report = restored?;
        stopped?;
        tell(&report);
        print(
            "people, roles, locks, passwords and second factors are as they were then: look over what was changed \
             since, and sign in anew",
        );
        Ok(())
    }
}

impl Settle {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let length = self.reason.trim().chars().count();
        ensure!(
            (10..=500).contains(&length),
            "`--reason` has 10 to 500 characters"
        );
        let receipts = self.shredded.read()?;
        let (database, master) = self.installation.open()?;
        let about = json!({"reason": self.reason.trim()});
        run::provision(database, master, async |provisioner, now| {
            let ended = backups::settle(provisioner, &receipts, &about, now)
                .await
                .map_err(told)?;
            print(&ended_told(&ended));
            Ok(())
        })
    }
}

impl Shredded {
    fn read(&self) -> anyhow::Result<Vec<(Receipt, String)>> {
        let keys: Vec<VerifierKey> = self
            .receipt_key
            .iter()
            .map(super::keys::public_key)
            .collect::<Result<_, _>>()?;
        let read = |path: &PathBuf| {
            let name = || path.display().to_string();
            let note = fs::read_to_string(path).with_context(|| format!("cannot read {}", name()))?;
            let receipt = verify_receipt(note.as_bytes(), &keys).with_context(name)?;
            Ok((receipt, note))
        };
        self.shredded.iter().map(read).collect()
    }
}

/// Opens a backup.
pub(super) fn open(path: &Path, identities: &Identities) -> anyhow::Result<Backup<File>> {
    let name = || path.display().to_string();
    let file = File::open(path).with_context(|| format!("cannot read {}", name()))?;
    Backup::open(file, identities).with_context(name)
}

/// Restores a backup into the database, which is empty, by way of one beside it.
pub(super) fn into(
    runtime: &Runtime,
    database: &Database,
    mut backup: Verified<File>,
    master: &MasterKey,
    shredded: &[(Receipt, String)],
) -> anyhow::Result<Report> {
    let (rng, now) = (Rng::system(), Clock::system().now());
    let empty = runtime.block_on(database.address())?;
    let target = runtime.block_on(Target::at(&empty))?;
    let (made_on, made_by) = (backup.manifest().postgres, backup.manifest().pg_dump);
    if target.server < made_on {
        let (backup, server) = (made_on, target.server);
        return Err(BackupError::OlderServer { backup, server }.into());
    }
    let clients = Clients::for_server(target.server.max(made_by))?;
    let random = u64::from_be_bytes(rng.bytes()?);
    let (name, aside) = (target.beside(random), format!("{}_aside", target.beside(random)));
    let (login, third) = (database.login(), database.login().to(target.third()));
    clients.create_database(&third, &name, &target.name)?;
    let restored = (|| {
        let address = empty.to(&name);
        runtime.block_on(target.make_roles(&address))?;
        clients.restore(&login.to(&name), &mut backup.dump()?)?;
        let report = runtime.block_on(backups::finish(
            &address,
            Finishing {
                master,
                manifest: backup.manifest(),
                sums: backup.sums(),
                shredded,
                rng: &rng,
                now,
            },
        ))?;
        let third = empty.to(target.third());
        runtime.block_on(target.replace(&empty, &third, &name, &aside))?;
        Ok(report)
    })();
    let left = if restored.is_ok() { &aside } else { &name };
    if let Err(error) = clients.drop_database(&third, left) {
        say(&format!("the database `{left}` is left behind: {error}"));
    }
    restored
}

/// What was restored, and what ended.
pub(super) fn tell(report: &Report) {
    let Report {
        manifest,
        sums,
        sample,
        ended,
    } = report;
    let rows = |table: &str| manifest.rows.get(table).copied().unwrap_or_default();
    print(&format!(
        "taken {} by version {}, PostgreSQL {}; SHA-256 of the dump {}",
        manifest.taken_at.format(&Rfc3339).unwrap_or_default(),
        manifest.product,
        manifest.postgres,
        sums.sha256,
    ));
    print(&format!(
        "{} rows in {} tables, as many as were backed up: {} companies, {} people, {} shipments, {} audit events",
        manifest.rows.values().sum::<i64>(),
        manifest.rows.len(),
        // The platform is one of its own.
        rows("safeshipper.companies") - 1,
        rows("safeshipper.users"),
        rows("safeshipper.shipments"),
        rows("safeshipper.audit_events"),
    ));
    print(&format!(
        "row-level security is forced on every table; the master key opens all {} data keys and {} of {} values looked at",
        sample.keys,
        sample.opened,
        sample.opened + sample.unreadable,
    ));
    print(&ended_told(ended));
}

fn ended_told(ended: &Ended) -> String {
    format!(
        "over: {} sessions, {} sign-ins under way, {} links to set a password, {} backup codes, {} emergency access, \
         {} resets of second factors; {} signing keys destroyed; the keys of {} companies destroyed again",
        ended.sessions,
        ended.begun,
        ended.links,
        ended.codes,
        ended.emergency,
        ended.resets,
        ended.signing_keys,
        ended.shredded
    )
}
