//! The bytes of a sealed value.
//!
//! `version(1) algorithm(1) key id(16) commitment(32) nonce(12) ciphertext tag(16)`
//!
//! AES-GCM does not commit to its key: one ciphertext can be made to open under two keys. The
//! remedy is the generic one of Albertini, Duong, Gueron, Kölbl, Luykx and Schmieg ("How to Abuse and
//! Fix Authenticated Encryption Without Key Commitment", USENIX Security 2022), which the AWS
//! Encryption SDK uses as well: HKDF gives an encryption key and a commitment from the key, and the
//! commitment travels in the header and is compared before opening.
//!
//! Nonces are random: one key seals at most 2^32 values (NIST SP 800-38D section 8.3).

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::FieldError;
use crate::derive::expand;
use crate::rng::Rng;

const VERSION: u8 = 1;
const AES_256_GCM_COMMITTED: u8 = 1;
const KEY_ID: std::ops::Range<usize> = 2..18;
const COMMITMENT: std::ops::Range<usize> = 18..50;
const NONCE: std::ops::Range<usize> = 50..62;
const HEADER: usize = NONCE.end;
const TAG: usize = 16;
/// Associated data is no longer than this as a rule, and is then allocated once.
const ASSOCIATED: usize = 256;
/// Bytes an envelope adds to its value.
pub(super) const OVERHEAD: usize = HEADER + TAG;

/// A key made ready: what encrypts, and what proves which key did.
#[derive(Clone)]
pub(super) struct SealingKey {
    id: Uuid,
    cipher: Arc<LessSafeKey>,
    commitment: [u8; 32],
}

impl SealingKey {
    #[expect(
        clippy::expect_used,
        reason = "an AES-256 key is refused only for a length other than 32 bytes"
    )]
    pub(super) fn new(id: Uuid, key: &[u8; 32]) -> Self {
        let salt = b"safeshipper/envelope/v1";
        let encryption = expand(key, salt, &[b"encrypt"]);
        let commitment = *expand(key, salt, &[b"commit"]);
        let cipher = UnboundKey::new(&AES_256_GCM, encryption.as_slice()).expect("32 bytes of key");
        Self {
            id,
            cipher: Arc::new(LessSafeKey::new(cipher)),
            commitment,
        }
    }

    pub(super) fn id(&self) -> Uuid {
        self.id
    }

    /// Seals `plaintext`; the header up to the nonce is authenticated, and with it what `context` writes.
    pub(super) fn seal(
        &self,
        context: impl FnOnce(&mut Vec<u8>),
        plaintext: &[u8],
        rng: &Rng,
    ) -> Result<Vec<u8>, FieldError> {
        let nonce: [u8; NONCE_LEN] = rng.bytes()?;
        let mut out = Vec::with_capacity(OVERHEAD + plaintext.len());
        out.extend([VERSION, AES_256_GCM_COMMITTED]);
        out.extend(self.id.as_bytes());
        out.extend(self.commitment);
        let aad = associated_data(&out, context);
        out.extend(nonce);
        out.extend(plaintext);
        let tag = self
            .cipher
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(aad.as_slice()),
                out.get_mut(HEADER..).unwrap_or_default(),
            )
            .map_err(|_| FieldError::Form)?;
        out.extend(tag.as_ref());
        Ok(out)
    }

    /// Opens what [`Self::seal`] made with the same key and context.
    pub(super) fn open(
        &self,
        context: impl FnOnce(&mut Vec<u8>),
        bytes: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, FieldError> {
        let named = key_id(bytes)?;
        if named != self.id {
            return Err(FieldError::UnknownKey(named));
        }
        verify_slices_are_equal(part(bytes, COMMITMENT), &self.commitment)
            .map_err(|_| FieldError::WrongKey)?;
        let nonce =
            Nonce::try_assume_unique_for_key(part(bytes, NONCE)).map_err(|_| FieldError::NotAuthentic)?;
        let aad = associated_data(part(bytes, 0..NONCE.start), context);
        let tag = bytes.len() - TAG;
        let mut text = Zeroizing::new(vec![0; tag - HEADER]);
        self.cipher
            .open_separate_gather(
                nonce,
                Aad::from(aad.as_slice()),
                part(bytes, HEADER..tag),
                part(bytes, tag..bytes.len()),
                &mut text,
            )
            .map_err(|_| FieldError::NotAuthentic)?;
        Ok(text)
    }
}

/// Checks the header and returns the id of the key that sealed the value.
pub(super) fn key_id(bytes: &[u8]) -> Result<Uuid, FieldError> {
    let [version, algorithm, ..] = *bytes else {
        return Err(FieldError::Truncated {
            found: bytes.len(),
            least: OVERHEAD,
        });
    };
    if version != VERSION {
        return Err(FieldError::UnknownVersion(version));
    }
    if algorithm != AES_256_GCM_COMMITTED {
        return Err(FieldError::UnknownAlgorithm(algorithm));
    }
    if bytes.len() < OVERHEAD {
        return Err(FieldError::Truncated {
            found: bytes.len(),
            least: OVERHEAD,
        });
    }
    Uuid::from_slice(part(bytes, KEY_ID)).map_err(|_| FieldError::Form)
}

/// A part of an envelope whose length has been checked.
fn part(bytes: &[u8], range: std::ops::Range<usize>) -> &[u8] {
    bytes.get(range).unwrap_or_default()
}

fn associated_data(header: &[u8], context: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut data = Vec::with_capacity(ASSOCIATED);
    data.extend(header);
    context(&mut data);
    data
}
