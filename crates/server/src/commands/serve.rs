//! `safeshipper serve`.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use crypto::password::BreachedPasswords;
use crypto::totp::Drift;

use super::hashing::Hashing;
use super::installation::Installation;
use super::mail::Mail;
use super::places::Places;
use crate::run::{self, Options, Service};

/// Serve the product.
#[derive(Args)]
pub(crate) struct Serve {
    /// Address to listen on.
    #[arg(long, env = "SAFESHIPPER_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address people use, without a path; also the issuer of access tokens, and what passkeys are for.
    #[arg(long, env = "SAFESHIPPER_PUBLIC_URL")]
    public_url: Option<String>,
    /// Steps of 30 seconds that the clock of an authenticator app may be off to either side.
    #[arg(long, env = "SAFESHIPPER_TOTP_DRIFT", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=1))]
    totp_drift: u8,
    #[command(flatten)]
    hashing: Hashing,
    /// A list of passwords known from breaches, in the offline form of Pwned Passwords: new ones on it are refused.
    #[arg(long, env = "SAFESHIPPER_BREACHED_PASSWORDS", value_name = "FILE")]
    breached_passwords: Option<PathBuf>,
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    mail: Mail,
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
        let mailer = self.mail.mailer()?;
        let argon2 = self.hashing.params()?;
        if let Some(list) = &self.breached_passwords {
            File::open(list)
                .and_then(BreachedPasswords::open)
                .context("`--breached-passwords`")?;
        }
        let countries = self.places.countries()?;
        let (database, master) = self.installation.open()?;
        let public_url = self.public_url.unwrap_or_else(|| run::local_url(&listener));
        run::block_on(
            Service {
                listener,
                database,
                master,
                options: Options {
                    public_url,
                    mailer,
                    argon2,
                    countries,
                    breached: self.breached_passwords,
                    drift: match self.totp_drift {
                        0 => Drift::None,
                        _ => Drift::OneStep,
                    },
                    reach: run::reach(self.loopback_providers),
                },
            },
            |_| Ok(()),
        )
    }
}
