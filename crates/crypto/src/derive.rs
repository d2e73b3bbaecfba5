//! Keys from keys: HKDF with SHA-256 (RFC 5869), one label a purpose (E5).
//!
//! The master key is uniformly random, so no password hashing is involved.

use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use zeroize::Zeroizing;

use crate::field::MasterKey;

/// 32 bytes derived from the master key for the purpose that `label` names.
///
/// The same key and label give the same bytes; a label must never serve two purposes.
#[must_use]
pub fn derive_secret(master: &MasterKey, label: &str) -> [u8; 32] {
    *expand(master.bytes(), b"safeshipper/derive/v1", &[label.as_bytes()])
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
