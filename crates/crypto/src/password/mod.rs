//! Passwords: Argon2id (RFC 9106), the same time for unknown users, a policy (AUTH-1).
//!
//! Hashing and verifying take tens of milliseconds of CPU: call them on a blocking thread. What a new password
//! must be is in [`PasswordPolicy`]; the operator may add a list of [`BreachedPasswords`], and a company one of its own
//! ([`read_list`]).

mod breached;
mod listed;
mod policy;

use std::fmt;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, CustomizedPasswordHasher, Params, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};

use crate::rng::Rng;

pub use breached::{BreachedPasswords, NotAList};
pub use listed::{ListFault, ListedHash, MAX_LIST_BYTES, MAX_LIST_LINES, read_list};
pub use policy::{PasswordPolicy, WeakPassword};

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Params {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for Argon2Params {
    /// 19 MiB, two passes, one lane: the first choice of the OWASP Password Storage Cheat Sheet.
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

/// The cheapest parameters that the OWASP Password Storage Cheat Sheet (2024) accepts: KiB of memory at least, by
/// passes; more passes need no less than five do.
const CHEAPEST: [u32; 5] = [47_104, 19_456, 12_288, 9_216, 7_168];
/// The dearest that a sign-in may be: KiB, passes, lanes.
const DEAREST: (u32, u32, u32) = (1024 * 1024, 20, 16);

/// Parameters that are too cheap to protect a password, or too dear to serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnfitParams {
    /// Too cheap.
    #[error(
        "argon2 needs at least one pass and one lane, and with {iterations} passes {least} KiB of memory"
    )]
    TooCheap {
        /// The passes asked for.
        iterations: u32,
        /// The memory they need.
        least: u32,
    },
    /// Too dear.
    #[error("argon2 takes at most 1048576 KiB, 20 passes and 16 lanes here")]
    TooDear,
}

impl Argon2Params {
    /// These parameters, if a password is safe with them.
    ///
    /// # Errors
    /// When they are below the minimum of the OWASP Password Storage Cheat Sheet, or beyond reason.
    pub fn checked(memory_kib: u32, iterations: u32, parallelism: u32) -> Result<Self, UnfitParams> {
        let passes = usize::try_from(iterations).unwrap_or(usize::MAX);
        // None at all is told as one: what one needs is the least there is to say.
        let least = CHEAPEST[passes.clamp(1, CHEAPEST.len()) - 1];
        if iterations < 1 || parallelism < 1 || memory_kib < least {
            return Err(UnfitParams::TooCheap { iterations, least });
        }
        if memory_kib > DEAREST.0 || iterations > DEAREST.1 || parallelism > DEAREST.2 {
            return Err(UnfitParams::TooDear);
        }
        Ok(Self {
            memory_kib,
            iterations,
            parallelism,
        })
    }
}

/// A password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The parameters are outside what Argon2 allows.
    #[error("argon2 refuses the parameters")]
    Parameters,
    /// No salt could be drawn.
    #[error("the system's random generator failed")]
    Randomness,
    /// The text is not an Argon2id hash in PHC form.
    #[error("not an argon2id hash in phc form")]
    NotAHash,
}

/// A stored password: an Argon2id hash in PHC form with its salt and parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Reads a stored hash.
    ///
    /// # Errors
    /// When the text is not an Argon2id hash in PHC form.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        let parsed = phc::PasswordHash::new(text).map_err(|_| PasswordError::NotAHash)?;
        let complete = parsed.salt.is_some() && parsed.hash.is_some();
        if parsed.algorithm != argon2::ARGON2ID_IDENT || !complete || Params::try_from(&parsed).is_err() {
            return Err(PasswordError::NotAHash);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// What verifying found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    /// The password is the one hashed.
    pub matches: bool,
    /// It matches and was hashed with other parameters than those wanted now: hash it again and store that.
    pub needs_rehash: bool,
}

fn engine(params: Argon2Params) -> Result<(Argon2<'static>, Params), PasswordError> {
    let params = Params::new(params.memory_kib, params.iterations, params.parallelism, Some(32))
        .map_err(|_| PasswordError::Parameters)?;
    Ok((
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone()),
        params,
    ))
}

/// Hashes a password with a salt of 128 random bits. Blocks.
///
/// # Errors
/// When the parameters are refused or no salt can be drawn.
pub fn hash(password: &SecretString, params: Argon2Params, rng: &Rng) -> Result<PasswordHash, PasswordError> {
    let salt: [u8; 16] = rng.bytes().map_err(|_| PasswordError::Randomness)?;
    let (argon2, params) = engine(params)?;
    argon2
        .hash_password_with_params(password.expose_secret().as_bytes(), &salt, params)
        .map(|hash| PasswordHash(hash.to_string()))
        .map_err(|_| PasswordError::Parameters)
}

/// Tells whether `password` is the one hashed, and whether the hash is of the parameters `wanted`. Blocks.
pub fn verify(password: &SecretString, hash: &PasswordHash, wanted: Argon2Params) -> Verdict {
    let refused = Verdict {
        matches: false,
        needs_rehash: false,
    };
    let Ok(parsed) = phc::PasswordHash::new(&hash.0) else {
        return refused;
    };
    // The parameters of the hash are used, not the default ones.
    let password = password.expose_secret().as_bytes();
    if Argon2::default().verify_password(password, &parsed).is_err() {
        return refused;
    }
    let current = Params::try_from(&parsed).is_ok_and(|found| {
        (found.m_cost(), found.t_cost(), found.p_cost())
            == (wanted.memory_kib, wanted.iterations, wanted.parallelism)
    });
    Verdict {
        matches: true,
        needs_rehash: !current,
    }
}

/// A hash of no password: verify against it when the user is unknown, so that the answer takes the
/// same time (AUTH-1). Make it once at start. Blocks.
///
/// # Errors
/// As [`hash`].
pub fn decoy(params: Argon2Params, rng: &Rng) -> Result<PasswordHash, PasswordError> {
    let secret: [u8; 32] = rng.bytes().map_err(|_| PasswordError::Randomness)?;
    let text: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    hash(&SecretString::from(text), params, rng)
}
