//! Randomness as a parameter, without the provider's types in other crates.

use std::fmt;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};

/// The system's random generator gave nothing; whatever needed it must fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's random generator failed")]
pub struct RngError;

/// A source of random bytes fit for keys.
#[derive(Clone)]
pub struct Rng(SystemRandom);

impl Rng {
    /// The generator of the cryptographic library, seeded by the operating system.
    #[must_use]
    pub fn system() -> Self {
        Self(SystemRandom::new())
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], RngError> {
        let mut bytes = [0; N];
        self.source().fill(&mut bytes).map_err(|_| RngError)?;
        Ok(bytes)
    }

    pub(crate) fn source(&self) -> &dyn SecureRandom {
        &self.0
    }
}

impl fmt::Debug for Rng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rng")
    }
}
