//! `safeshipper serve`.

use std::net::SocketAddr;

use clap::Args;

use super::installation::Installation;
use crate::run::{self, Service};

/// Serve the product.
#[derive(Args)]
pub(crate) struct Serve {
    /// Address to listen on.
    #[arg(long, env = "SAFESHIPPER_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address people use, without a path; also the issuer of access tokens.
    #[arg(long, env = "SAFESHIPPER_PUBLIC_URL")]
    public_url: Option<String>,
    #[command(flatten)]
    installation: Installation,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<()> {
        crate::logging::start();
        let listener = run::bind(self.listen)?;
        let (database, master) = self.installation.open()?;
        let public_url = self.public_url.unwrap_or_else(|| run::local_url(&listener));
        run::block_on(
            Service {
                listener,
                database,
                master,
                public_url,
            },
            |_| Ok(()),
        )
    }
}
