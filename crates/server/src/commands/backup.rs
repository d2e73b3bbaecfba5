//! `safeshipper backup` and `backup verify`: everything that is stored, encrypted into one file, and the drill that
//! proves that it comes back.

use std::fs::File;
use std::io::{BufReader, BufWriter, IntoInnerError, Read as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use app::Clock;
use app::backups;
use clap::{Args, Subcommand};
use cluster::Clients;
use crypto::archive::{Identities, Recipients, lines};
use crypto::field::MasterKey;
use secrecy::SecretString;
use time::OffsetDateTime;
use tokio::runtime::Runtime;

use super::installation::Installation;
use super::restore;
use crate::backup_files::{self, Keep, Place};
use crate::data_dir::DataDir;
use crate::database::Database;
use crate::logging::print;
use crate::master_key::MasterKeySource;

/// Copy everything that is stored into one encrypted file, or prove that such a file can be restored.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Backup {
    #[command(subcommand)]
    act: Option<Act>,
    /// A directory for it, where it is named by its time, or a new file.
    #[arg(long, required = true, value_name = "DIR|FILE")]
    to: Option<PathBuf>,
    /// Whom it is encrypted for: a recipient of age (`age1…`). May be repeated; each opens it alone.
    #[arg(long, value_name = "RECIPIENT")]
    recipient: Vec<String>,
    /// A file of recipients, one a line.
    #[arg(long, value_name = "FILE")]
    recipients_file: Option<PathBuf>,
    /// Then remove those in the directory that are older than so many days.
    #[arg(long, value_name = "DAYS")]
    keep: Option<NonZero<u16>>,
    /// But never the newest so many.
    #[arg(long, value_name = "NUMBER", default_value = "3", requires = "keep")]
    keep_at_least: NonZero<u16>,
    #[command(flatten)]
    installation: Installation,
}

/// What else to do with a backup.
#[derive(Subcommand)]
enum Act {
    /// Restore it into a private PostgreSQL that is thrown away, and tell what was found.
    Verify(Verify),
}

/// Which backup, and where.
#[derive(Args)]
struct Verify {
    /// The backup.
    file: PathBuf,
    /// The file with an identity that opens it, as `age-keygen` makes it; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    identity: PathBuf,
    /// Where the database that is thrown away is made. It is as large as the one that was backed up.
    #[arg(long, value_name = "DIR", default_value = "/tmp")]
    scratch: PathBuf,
    #[command(flatten)]
    master_key: MasterKeySource,
    /// Where the installation's keys are, if they are in no other place.
    #[arg(long, env = "SAFESHIPPER_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
}

impl Backup {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if let Some(Act::Verify(verify)) = self.act {
            return verify.run();
        }
        let to = self.to.context("`--to` is missing")?;
        let recipients = recipients(&self.recipient, self.recipients_file.as_deref())?;
        let keep = self.keep.map(|days| Keep {
            days: days.get(),
            at_least: self.keep_at_least.get(),
        });
        let now = Clock::system().now();
        let place = Place::at(&to, now)?;
        ensure!(
            keep.is_none() || place.named_by_time,
            "`--keep` needs a directory for `--to`: {} is a file",
            to.display()
        );
        let (database, master) = self.installation.open_running()?;
        let made = make(&database, &master, &recipients, &place, now);
        let stopped = database.stop();
        made.and(stopped)?;
        if let Some(keep) = keep {
            for removed in backup_files::remove_old(&place, keep, now)? {
                print(&format!("removed {}", removed.display()));
            }
        }
        Ok(())
    }
}

/// Makes a backup in its place.
fn make(
    database: &Database,
    master: &MasterKey,
    recipients: &Recipients,
    place: &Place,
    now: OffsetDateTime,
) -> anyhow::Result<()> {
    let runtime = Runtime::new()?;
    let address = runtime.block_on(database.address())?;
    let taking = runtime.block_on(backups::take(&address, master, now))?;
    let clients = Clients::for_server(taking.server())?;
    let file = place.begin()?;
    let login = database.login();
    let dump = |snapshot: &str, into: &mut _| clients.dump(&login, snapshot, into).map_err(Into::into);
    let output = BufWriter::new(file.as_file());
    let (output, sums) = taking.write(output, recipients, clients.version(), dump)?;
    let output = output.into_inner().map_err(IntoInnerError::into_error);
    output
        .and_then(File::sync_all)
        .context("the backup cannot be written")?;
    // First in the trail, then with a name: a copy that nobody knows of must not be.
    runtime.block_on(taking.record(&place.name(), recipients, &sums, now))?;
    place.finish(file)?;
    let (bytes, sha256) = (sums.bytes, &sums.sha256);
    print(&format!(
        "{}\n{bytes} bytes dumped, SHA-256 {sha256}",
        place.path().display()
    ));
    Ok(())
}

fn recipients(given: &[String], file: Option<&Path>) -> anyhow::Result<Recipients> {
    let mut all = given.to_vec();
    if let Some(path) = file {
        let read = || lines(BufReader::new(File::open(path)?));
        all.extend(read().with_context(|| format!("cannot read {}", path.display()))?);
    }
    Recipients::parse(all.iter().map(String::as_str)).context("`--recipient`, `--recipients-file`")
}

/// Reads identities from a file that nobody else may read, or from standard input.
pub(super) fn identities(path: &Path) -> anyhow::Result<Identities> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("reading the identity")?;
        SecretString::from(text)
    } else {
        DataDir::read_secret(path)?
    };
    Identities::parse(&text).with_context(|| format!("{}", path.display()))
}

impl Verify {
    fn run(self) -> anyhow::Result<()> {
        let identities = identities(&self.identity)?;
        let backup = restore::open(&self.file, &identities)?;
        let master = match self.master_key.open()? {
            Some(master) => master,
            None => self
                .master_key
                .knowing_former(DataDir::kept_master_key(&self.data_dir)?)?,
        };
        let backup = backup.verify(&master)?;
        let scratch = tempfile::Builder::new()
            .prefix("safeshipper-verify-")
            .tempdir_in(&self.scratch)
            .with_context(|| format!("cannot make a directory in {}", self.scratch.display()))?;
        let database = Database::throw_away(scratch.path())?;
        let runtime = Runtime::new()?;
        let restored = restore::into(&runtime, &database, backup, &master, &[]);
        let stopped = database.stop();
        let report = restored?;
        stopped?;
        restore::tell(&report);
        print("this backup can be restored");
        scratch
            .close()
            .context("the database of the drill is left behind")?;
        Ok(())
    }
}
