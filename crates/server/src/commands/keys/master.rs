//! `safeshipper keys new-master` and `rewrap-master`: another master key, and nothing left under the one before.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;
use crypto::Rng;
use crypto::field::MasterKey;
use secrecy::ExposeSecret;

use super::super::installation::Installation;
use super::super::told;
use crate::logging::print;
use crate::master_key::Managers;
use crate::run;

/// Make a master key, wrapped by the secrets manager that is named, or as it is.
#[derive(Args)]
pub(crate) struct NewMaster {
    /// A new file for it, readable by you alone.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    managers: Managers,
}

impl NewMaster {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let key = self.managers.wrap(&MasterKey::generate(&Rng::system())?)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.out)
            .with_context(|| format!("cannot make {}", self.out.display()))?;
        writeln!(file, "{}", key.expose_secret())?;
        file.sync_all()?;
        print(&format!("a new master key is in {}", self.out.display()));
        Ok(())
    }
}

/// The new master key is the installation's; the one before is its former one.
#[derive(Args)]
pub(crate) struct RewrapMaster {
    #[command(flatten)]
    installation: Installation,
}

impl RewrapMaster {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (database, master) = self.installation.open()?;
        run::provision(database, master, async |mut provisioner, now| {
            let (done, left) = provisioner.rewrap(now).await.map_err(told)?;
            print(&format!(
                "{done} data keys are wrapped anew, {left} are left under another master key"
            ));
            ensure!(
                left == 0,
                "a node has made a key under another master key meanwhile; run this again"
            );
            print("the former master key opens nothing here any more");
            Ok(())
        })
    }
}
