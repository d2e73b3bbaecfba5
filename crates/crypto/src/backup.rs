//! Backup codes: what stands in for a second factor that is lost. Random, shown once, good once, stored as a
//! keyed hash (M3).
//!
//! 125 bits leave nothing to guess, so the hash may be fast; its key is not in the database, so that a copy of
//! the table does not even tell whether a code found elsewhere belongs to somebody in it.

use std::fmt;

use aws_lc_rs::hmac;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::derive::{InstallationSecret, derive_secret};
use crate::rng::{Rng, RngError};

/// Codes a person gets at once.
pub const CODES: usize = 10;
/// Characters of a code, of five bits each.
const CHARS: usize = 25;
/// Characters between two hyphens.
const GROUP: usize = 5;
/// Crockford's base32: no letter that is taken for another or for a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A text is not a backup code. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {CHARS} characters of a backup code")]
pub struct NotABackupCode;

/// One backup code: 125 bits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BackupCode([u8; CHARS]);

impl BackupCode {
    /// The ten codes of a person.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate_all(rng: &Rng) -> Result<[Self; CODES], RngError> {
        let mut codes = [const { Self([0; CHARS]) }; CODES];
        for code in &mut codes {
            let bytes: Zeroizing<[u8; CHARS]> = Zeroizing::new(rng.bytes()?);
            // 256 is a multiple of 32: the five low bits of a random byte are uniform.
            for (value, byte) in code.0.iter_mut().zip(bytes.iter()) {
                *value = byte % 32;
            }
        }
        Ok(codes)
    }

    /// Reads what a person types: small or capital letters, with or without hyphens and spaces, `O` for `0`, `I`
    /// and `L` for `1`.
    ///
    /// # Errors
    /// When it is not 25 characters of the alphabet.
    pub fn parse(text: &str) -> Result<Self, NotABackupCode> {
        let mut code = Self([0; CHARS]);
        let mut places = code.0.iter_mut();
        for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            let canonical = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let value = ALPHABET.iter().position(|letter| *letter == canonical);
            let value = value
                .and_then(|value| u8::try_from(value).ok())
                .ok_or(NotABackupCode)?;
            *places.next().ok_or(NotABackupCode)? = value;
        }
        if places.next().is_some() {
            return Err(NotABackupCode);
        }
        Ok(code)
    }

    /// The text to hand to the person, and to nobody else: `AAAAA-BBBBB-CCCCC-DDDDD-EEEEE`.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let letter = |value: &u8| char::from(ALPHABET[usize::from(*value) % ALPHABET.len()]);
        let groups = self
            .0
            .chunks(GROUP)
            .map(|group| group.iter().map(letter).collect::<String>());
        Zeroizing::new(groups.collect::<Vec<_>>().join("-"))
    }
}

impl fmt::Debug for BackupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupCode")
    }
}

/// The stored form of a [`BackupCode`]: 32 bytes of HMAC-SHA-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BackupCodeHash([u8; 32]);

impl BackupCodeHash {
    /// The bytes to store or look up.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BackupCodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupCodeHash")
    }
}

/// The key that backup codes are hashed with.
#[derive(Clone)]
pub struct BackupKey(hmac::Key);

impl BackupKey {
    /// The key derived from the installation's secret for this purpose.
    #[must_use]
    pub fn derive(secret: &InstallationSecret) -> Self {
        let key = Zeroizing::new(derive_secret(secret, "backup codes"));
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()))
    }

    /// What is stored of a person's code. Another person's row with the same code has another hash.
    #[must_use]
    pub fn hash(&self, person: Uuid, code: &BackupCode) -> BackupCodeHash {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"safeshipper/backup-code/v1");
        context.update(person.as_bytes());
        context.update(&code.0);
        let mut hash = [0; 32];
        hash.copy_from_slice(context.sign().as_ref());
        BackupCodeHash(hash)
    }
}

impl fmt::Debug for BackupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupKey")
    }
}
