//! `safeshipper keys data`, `rotate-data`, `shred` and `shred-verify`: the keys that seal what companies store.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use app::keys::{Progress, Receipt, verify_receipt};
use clap::Args;
use crypto::note::{SignerKey, VerifierKey};
use secrecy::SecretString;
use time::format_description::well_known::Rfc3339;

use super::super::installation::Installation;
use super::super::told;
use crate::logging::print;
use crate::run;

/// Whose keys.
#[derive(Args)]
pub(crate) struct Data {
    /// The short name of the company; `platform` is the platform's own.
    #[arg(long, value_name = "SLUG")]
    company: String,
    #[command(flatten)]
    installation: Installation,
}

/// Which keys change.
#[derive(Args)]
pub(crate) struct RotateData {
    /// The short name of the company; `platform` is the platform's own.
    #[arg(long, value_name = "SLUG")]
    company: String,
    /// Only the keys for this: `contact`, `identity`, `credential`, `signing_key` or `notice`.
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<String>,
    #[command(flatten)]
    installation: Installation,
}

/// Whose keys are destroyed, and why.
#[derive(Args)]
pub(crate) struct Shred {
    /// The short name of the company.
    #[arg(long, value_name = "SLUG")]
    company: String,
    /// Its short name once more: what is destroyed comes back from no backup of the keys.
    #[arg(long, value_name = "SLUG")]
    confirm: String,
    /// Why, for the audit trail and the receipt: 10 to 500 characters.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The file with the private key that signs the receipt, as `dataset new-key` makes it.
    #[arg(long, value_name = "FILE")]
    sign_with: PathBuf,
    /// A new file for the receipt.
    #[arg(long, value_name = "FILE")]
    receipt: PathBuf,
    /// Even though people of the company can still sign in.
    #[arg(long)]
    although_active: bool,
    #[command(flatten)]
    installation: Installation,
}

/// Which receipt.
#[derive(Args)]
pub(crate) struct ShredVerify {
    /// The receipt.
    file: PathBuf,
    /// A public key that may sign it, or a file that holds one; may be repeated.
    #[arg(long, required = true, value_name = "KEY")]
    key: Vec<String>,
}

impl Data {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (database, master) = self.installation.open()?;
        run::provision(database, master, async |mut provisioner, _| {
            let (keys, rotations) = provisioner.data_keys(&self.company).await.map_err(told)?;
            for key in keys {
                let (id, purpose, state, made) =
                    (key.id, key.purpose, key.state, key.created_at.format(&Rfc3339)?);
                print(&format!(
                    "{id}  {purpose:12}  {state:9}  {:8} values  {made}",
                    key.sealed
                ));
            }
            rotations.iter().for_each(|rotation| print(&progress(rotation)));
            Ok(())
        })
    }
}

/// A line about a rotation.
fn progress(rotation: &Progress) -> String {
    let Progress {
        purpose,
        state,
        total,
        resealed,
        remaining,
        unreadable,
        ..
    } = rotation;
    let unreadable = match unreadable {
        0 => String::new(),
        some => format!(", {some} do not open"),
    };
    format!("rotation of {purpose}: {state}, {resealed} sealed anew of {total}, {remaining} left{unreadable}")
}

impl RotateData {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (database, master) = self.installation.open()?;
        run::provision(database, master, async |mut provisioner, now| {
            let purpose = self.purpose.as_deref();
            let begun = provisioner.rotate_data_keys(&self.company, purpose, now).await;
            for purpose in begun.map_err(told)? {
                print(&format!("a new key for `{purpose}` seals from now on"));
            }
            let done = provisioner.seal_anew(now).await.map_err(told)?;
            print(&format!("{done} values are sealed anew"));
            print(
                "a running server completes the rotation within minutes, when no node can seal with the key before \
                 any more; `safeshipper keys data` tells",
            );
            Ok(())
        })
    }
}

impl Shred {
    pub(super) fn run(self) -> anyhow::Result<()> {
        ensure!(
            self.company == self.confirm,
            "`--confirm` does not repeat the company's short name; nothing was destroyed"
        );
        let signer = fs::read_to_string(&self.sign_with)
            .with_context(|| format!("cannot read {}", self.sign_with.display()))?;
        let signer = SignerKey::from_text(&SecretString::from(signer))
            .with_context(|| format!("{}", self.sign_with.display()))?;
        let (database, master) = self.installation.open()?;
        run::provision(database, master, async |mut provisioner, now| {
            let mut kept = false;
            let keep = |note: &str| {
                write_new(&self.receipt, note).map_err(|_| {
                    app::Error::State("the receipt cannot be written to a new file; nothing was destroyed")
                })?;
                kept = true;
                Ok(())
            };
            let why = (self.reason.as_str(), self.although_active);
            let shredded = provisioner.shred(&self.company, why, &signer, keep, now).await;
            if shredded.is_err() && kept {
                // It would tell of what was not done. Had it been done all the same, the trail has the receipt.
                fs::remove_file(&self.receipt).context("the receipt of what was not done is left behind")?;
            }
            let receipt = shredded.map_err(told)?;
            print(&summary(&receipt));
            print(&format!("the receipt is in {}", self.receipt.display()));
            Ok(())
        })
    }
}

impl ShredVerify {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let note = fs::read(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        let keys: Vec<VerifierKey> = self.key.iter().map(public_key).collect::<Result<_, _>>()?;
        let receipt = verify_receipt(&note, &keys).context("not genuine")?;
        print(&summary(&receipt));
        Ok(())
    }
}

pub(in crate::commands) fn public_key(given: &String) -> anyhow::Result<VerifierKey> {
    let text = fs::read_to_string(given).unwrap_or_else(|_| given.clone());
    // Not repeated: a private key may have been given by mistake.
    text.trim().parse().context("`--key`")
}

fn summary(receipt: &Receipt) -> String {
    let at = receipt.destroyed_at.format(&Rfc3339).unwrap_or_default();
    let mut lines = format!(
        "{} data keys of `{}` were destroyed at {at}, and with them {} values: {}",
        receipt.keys.len(),
        receipt.company,
        receipt.values,
        receipt.reason
    );
    for key in &receipt.keys {
        lines.push_str(&format!(
            "\n{}  {:12}  {} values",
            key.id, key.purpose, key.values
        ));
    }
    lines
}

/// A file that was not there before, on the disk.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
