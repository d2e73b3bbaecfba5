//! `safeshipper serve`.

use std::net::SocketAddr;

use clap::Args;
use crypto::totp::Drift;

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
    /// Steps of 30 seconds that the clock of an authenticator app may be off to either side.
    #[arg(long, env = "SAFESHIPPER_TOTP_DRIFT", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=1))]
    totp_drift: u8,
    /// Takes OpenID providers on this machine too, and those without TLS: for development alone.
    #[arg(long, env = "SAFESHIPPER_LOOPBACK_PROVIDERS")]
    loopback_providers: bool,
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
                drift: match self.totp_drift {
                    0 => Drift::None,
                    _ => Drift::OneStep,
                },
                reach: run::reach(self.loopback_providers),
            },
            |_| Ok(()),
        )
    }
}
