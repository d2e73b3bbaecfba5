//! How passwords are hashed: options that whatever stores one shares, so that all hashes cost the same to verify.

use anyhow::Context;
use clap::Args;
use crypto::password::Argon2Params;

/// How passwords are hashed.
#[derive(Args)]
pub(crate) struct Hashing {
    /// Memory that hashing a password takes, in KiB; with it and the passes no less than OWASP asks for.
    #[arg(
        long,
        env = "SAFESHIPPER_ARGON2_MEMORY",
        default_value_t = 19_456,
        value_name = "KIB"
    )]
    argon2_memory: u32,
    /// Passes over that memory.
    #[arg(
        long,
        env = "SAFESHIPPER_ARGON2_PASSES",
        default_value_t = 2,
        value_name = "NUMBER"
    )]
    argon2_passes: u32,
    /// Lanes of that memory.
    #[arg(
        long,
        env = "SAFESHIPPER_ARGON2_LANES",
        default_value_t = 1,
        value_name = "NUMBER"
    )]
    argon2_lanes: u32,
}

impl Hashing {
    /// What was chosen, if it is enough.
    pub(super) fn params(&self) -> anyhow::Result<Argon2Params> {
        Argon2Params::checked(self.argon2_memory, self.argon2_passes, self.argon2_lanes)
            .context("`--argon2-memory`, `--argon2-passes` and `--argon2-lanes`")
    }
}
