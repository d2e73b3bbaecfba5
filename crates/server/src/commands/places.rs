//! Which country an address is in: an option of what serves.

use std::path::PathBuf;

use anyhow::Context;
use app::sessions::place::Countries;
use clap::Args;

/// Which country an address is in.
#[derive(Args)]
pub(crate) struct Places {
    /// A database of the countries of network addresses, in the MMDB format: sessions and notices name them.
    #[arg(long, env = "SAFESHIPPER_GEOIP", value_name = "FILE")]
    geoip: Option<PathBuf>,
}

impl Places {
    /// The database, or one that knows nothing.
    pub(super) fn countries(&self) -> anyhow::Result<Countries> {
        self.geoip.as_deref().map_or_else(
            || Ok(Countries::default()),
            |file| Countries::open(file).with_context(|| format!("`--geoip`: `{}`", file.display())),
        )
    }
}
