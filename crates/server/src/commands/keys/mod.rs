//! `safeshipper keys`: the platform operator looks after the keys that sign access tokens and papers, the keys that
//! seal what companies store (`data`), and the master key (`master`).

mod data;
mod master;

use app::signing::KeyKeeper;
use clap::{Args, Subcommand};
use time::format_description::well_known::Rfc3339;

pub(super) use data::public_key;

use super::installation::Installation;
use super::told;
use crate::logging::print;
use crate::run;

/// The keys that sign access tokens and papers, and those that seal what companies store.
#[derive(Subcommand)]
pub(crate) enum Keys {
    /// List them: name, state, when published.
    List(Installation),
    /// Publish a new one now. It signs ten minutes later, as the monthly rotation does by itself.
    Rotate(Rotate),
    /// Destroy the private half of a retired one before its time: every token it signed is refused at once.
    Destroy(Destroy),
    /// Tell the data keys of a company, and how far their rotations are.
    Data(data::Data),
    /// Make new data keys of a company active and seal everything anew, while everybody works.
    RotateData(data::RotateData),
    /// Destroy the data keys of a company for good, and keep a signed receipt.
    Shred(data::Shred),
    /// Verify the receipt of a destruction; needs no server.
    ShredVerify(data::ShredVerify),
    /// Make a master key, wrapped by a secrets manager or as it is; needs no database.
    NewMaster(master::NewMaster),
    /// Wrap every data key anew, after the master key was changed.
    RewrapMaster(master::RewrapMaster),
}

/// Publish a new key.
#[derive(Args)]
pub(crate) struct Rotate {
    /// Sign with it at once. Clients that keep the published keys may refuse its tokens for five minutes.
    #[arg(long)]
    at_once: bool,
    #[command(flatten)]
    installation: Installation,
}

/// Destroy a retired key.
#[derive(Args)]
pub(crate) struct Destroy {
    /// Its name, as `keys list` prints it.
    // Base64url: one name of 64 begins with a hyphen.
    #[arg(allow_hyphen_values = true)]
    kid: String,
    #[command(flatten)]
    installation: Installation,
}

impl Keys {
    pub(super) fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(installation) => keep(installation, async |mut keeper| {
                for key in keeper.list().await.map_err(told)? {
                    let published = key.published_at.format(&Rfc3339)?;
                    print(&format!("{}  {:9}  {published}", key.kid, key.state));
                }
                Ok(())
            }),
            Self::Rotate(Rotate {
                at_once,
                installation,
            }) => keep(installation, async |mut keeper| {
                let kid = keeper.rotate(at_once).await.map_err(told)?;
                let when = if at_once {
                    "signs"
                } else {
                    "is published and signs in ten minutes"
                };
                print(&format!("{kid} {when}"));
                Ok(())
            }),
            Self::Destroy(Destroy { kid, installation }) => keep(installation, async |mut keeper| {
                keeper.destroy(&kid).await.map_err(told)?;
                print(&format!("{kid} is destroyed"));
                Ok(())
            }),
            Self::Data(data) => data.run(),
            Self::RotateData(rotate) => rotate.run(),
            Self::Shred(shred) => shred.run(),
            Self::ShredVerify(verify) => verify.run(),
            Self::NewMaster(new) => new.run(),
            Self::RewrapMaster(rewrap) => rewrap.run(),
        }
    }
}

fn keep(
    installation: Installation,
    act: impl AsyncFnOnce(KeyKeeper) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (database, master) = installation.open()?;
    run::provision(database, master, async |provisioner, now| {
        act(provisioner.key_keeper(now).await.map_err(told)?).await
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Destroy;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        destroy: Destroy,
    }

    #[test]
    fn a_key_whose_name_begins_with_a_hyphen_can_be_named() {
        let read = Only::try_parse_from(["destroy", "-7xJq0"]);
        assert_eq!(read.map(|only| only.destroy.kid).ok().as_deref(), Some("-7xJq0"));
    }
}
