//! Field encryption: AES-256-GCM under data keys that the master key wraps (DATA-1, DATA-2, E1, E2, E20).
//!
//! A data key belongs to one company and one purpose. What it seals is bound to the table, column,
//! row and company it was sealed for (E7), as types and not by a prefix in the text (E8). An error to
//! open is an error, never an absent value (E9).
//!
//! - `key`: the master key, data keys, wrapping
//! - `chain`: sealing and opening values
//! - `index`: finding an encrypted value without decrypting a table (DATA-4, E12)
//! - `envelope`: the bytes
//!
//! To encrypt one more kind of value: a variant of [`Purpose`].

mod chain;
mod envelope;
mod index;
mod key;

pub use chain::{FieldContext, Keychain, Sealed};
pub use index::{BlindIndex, IndexValue, normalise_email};
pub use key::{DataKey, DataKeyId, MasterKey, Purpose, UnknownPurpose, WrappedKey};

/// Why a value could not be sealed or opened. Never quotes a value or a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// The bytes are too few to be an envelope.
    #[error("sealed value has {found} bytes, fewer than {least}")]
    Truncated {
        /// Bytes found.
        found: usize,
        /// Bytes of an envelope around an empty value.
        least: usize,
    },
    /// The envelope is of a version this program does not know.
    #[error("sealed value has the unknown version `{0}`")]
    UnknownVersion(u8),
    /// The envelope is of an algorithm this program does not know.
    #[error("sealed value has the unknown algorithm `{0}`")]
    UnknownAlgorithm(u8),
    /// No key at hand has the id that the envelope names.
    #[error("no key with id `{0}` at hand")]
    UnknownKey(uuid::Uuid),
    /// The key that the envelope names was destroyed on purpose; nothing opens the value again.
    #[error("the key with id `{0}` was destroyed, and with it what it sealed")]
    DestroyedKey(uuid::Uuid),
    /// The key with that id is not the one that sealed the value.
    #[error("the key does not match its commitment in the sealed value")]
    WrongKey,
    /// The keys at hand belong to another company.
    #[error("the keys at hand belong to another company")]
    OtherCompany,
    /// The keys at hand belong to another purpose.
    #[error("the keys at hand belong to another purpose")]
    OtherPurpose,
    /// The value was altered, or was sealed for another company, table, column or row.
    #[error("sealed value is altered or was sealed for another place")]
    NotAuthentic,
    /// The opened value is not the text or key it should be.
    #[error("opened value is not of the form expected")]
    Form,
    /// No nonce or key could be drawn.
    #[error("the system's random generator failed")]
    Randomness,
}

impl From<crate::rng::RngError> for FieldError {
    fn from(_: crate::rng::RngError) -> Self {
        Self::Randomness
    }
}
