//! Keys from keys: HKDF with SHA-256 (RFC 5869), one label a purpose (E5).
//!
//! What they derive from is uniformly random, so no password hashing is involved.

use std::fmt;

use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use zeroize::Zeroizing;

use crate::field::{DataKey, FieldError, Purpose};

/// What the program's own secrets derive from: the passwords of database roles, and the keys of session handles,
/// CSRF tokens and backup codes. It is stored under the master key and outlives it, so that another master key
/// signs nobody out (docs/decisions/0016).
#[derive(Clone)]
pub struct InstallationSecret(Zeroizing<[u8; 32]>);

impl InstallationSecret {
    /// The secret that the platform's key for [`Purpose::Installation`] is.
    ///
    /// # Errors
    /// [`FieldError::OtherPurpose`] for another key.
    pub fn new(key: &DataKey) -> Result<Self, FieldError> {
        if key.purpose() == Purpose::Installation {
            Ok(Self(Zeroizing::new(*key.bytes())))
        } else {
            Err(FieldError::OtherPurpose)
        }
    }
}

impl fmt::Debug for InstallationSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationSecret")
    }
}

/// 32 bytes derived from the installation's secret for the purpose that `label` names.
///
/// The same secret and label give the same bytes; a label must never serve two purposes.
#[must_use]
pub fn derive_secret(secret: &InstallationSecret, label: &str) -> [u8; 32] {
    *expand(&*secret.0, b"safeshipper/derive/v1", &[label.as_bytes()])
}

/// HKDF extract and expand to 32 bytes; `info` is concatenated, so only its last part may vary in length.
#[expect(
    clippy::expect_used,
    reason = "HKDF fails only above 255 times 32 bytes of output (RFC 5869 section 2.3)"
)]
pub(crate) fn expand(secret: &[u8], salt: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(info, HKDF_SHA256)
        .and_then(|okm| okm.fill(out.as_mut_slice()))
        .expect("32 bytes of output");
    out
}
