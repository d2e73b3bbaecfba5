//! Blind indexes: an encrypted value is found by a keyed hash of its normalised form (DATA-4, E12).
//!
//! HMAC-SHA-256 truncated to 128 bits, under a key derived by HKDF from a data key of
//! [`Purpose::BlindIndex`] and the column: equal values of two companies, or of two columns, have
//! unrelated indexes (E14), and destroying the data key makes the index meaningless (E20). What an
//! index gives away is which rows of one company and column hold the same value.

use std::fmt;

use aws_lc_rs::hmac;

use super::{DataKey, FieldError, Purpose};
use crate::derive::expand;

/// The index of one column of one company.
#[derive(Clone)]
pub struct BlindIndex(hmac::Key);

/// The indexed form of a value, to store and to look up.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndexValue([u8; 16]);

impl BlindIndex {
    /// The index over a column, named `table.column`, of the company whose key is given.
    ///
    /// # Errors
    /// When the key is not one for blind indexes.
    pub fn new(key: &DataKey, column: &str) -> Result<Self, FieldError> {
        if key.purpose() != Purpose::BlindIndex {
            return Err(FieldError::OtherPurpose);
        }
        let derived = expand(key.bytes(), b"safeshipper/blind-index/v1", &[column.as_bytes()]);
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, derived.as_slice())))
    }

    /// The index of a value already normalised.
    #[must_use]
    pub fn of(&self, normalised: &str) -> IndexValue {
        let tag = hmac::sign(&self.0, normalised.as_bytes());
        let mut value = [0; 16];
        for (to, from) in value.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        IndexValue(value)
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlindIndex")
    }
}

impl IndexValue {
    /// The bytes to store or look up.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for IndexValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexValue")
    }
}

/// The form in which two spellings of an e-mail address are one: trimmed and in lower case.
///
/// The local part is case-sensitive by RFC 5321 section 2.4; no mail provider in use makes that
/// difference, and people do not either.
#[must_use]
pub fn normalise_email(address: &str) -> String {
    address.trim().to_lowercase()
}
