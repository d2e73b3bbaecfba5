//! The key that signs access tokens.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::TokenError;
use crate::rng::Rng;

/// Bytes of a 3072-bit modulus.
pub(super) const LEAST_MODULUS: usize = 384;

/// An RSA key pair, parsed once; cheap to clone.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<KeyPair>,
    kid: String,
}

impl SigningKey {
    /// A new key of 3072 bits (J12). Takes up to seconds: call it on a blocking thread.
    ///
    /// # Errors
    /// When the library fails to make one.
    pub fn generate() -> Result<Self, TokenError> {
        KeyPair::generate(KeySize::Rsa3072)
            .map(Self::new)
            .map_err(|_| TokenError::Signing)
    }

    /// Reads a key from PKCS #8 (RFC 5208) in DER.
    ///
    /// # Errors
    /// When the bytes are anything else, or the key has fewer than 3072 bits.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, TokenError> {
        let pair = KeyPair::from_pkcs8(der).map_err(|_| TokenError::Key)?;
        if pair.public_modulus_len() < LEAST_MODULUS {
            return Err(TokenError::Key);
        }
        Ok(Self::new(pair))
    }

    /// The bytes that [`Self::from_pkcs8`] reads; to be sealed at once.
    ///
    /// # Errors
    /// When the library fails to encode it.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, TokenError> {
        let der = self.pair.as_der().map_err(|_| TokenError::Signing)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// The key's name: its RFC 7638 thumbprint, 43 characters of base64url.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    fn new(pair: KeyPair) -> Self {
        let (n, e) = components(&pair);
        let kid = thumbprint(&n, &e);
        Self {
            pair: Arc::new(pair),
            kid,
        }
    }

    /// Modulus and exponent in base64url, as a JWK carries them (RFC 7518 section 6.3.1).
    #[must_use]
    pub fn public(&self) -> (String, String) {
        components(&self.pair)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, TokenError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, Rng::system().source(), message, &mut signature)
            .map_err(|_| TokenError::Signing)?;
        Ok(signature)
    }
}

fn components(pair: &KeyPair) -> (String, String) {
    let public = pair.public_key();
    let encode = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
    (
        encode(public.modulus().big_endian_without_leading_zero()),
        encode(public.exponent().big_endian_without_leading_zero()),
    )
}

/// RFC 7638 section 3: the required members in lexicographic order, without white space.
pub(super) fn thumbprint(n: &str, e: &str) -> String {
    let json = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, json.as_bytes()))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

#[cfg(test)]
mod tests {
    use super::thumbprint;

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638_section_3_1() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        assert_eq!(
            thumbprint(n, "AQAB"),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }
}
