//! What binds a code to the one who asked for it: a verifier (RFC 7636), and the nonce of an ID token.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::rng::{Rng, RngError};

/// A code verifier of 256 bits (RFC 7636 section 4.1). `Debug` prints the name.
pub struct CodeVerifier(Zeroizing<String>);

impl CodeVerifier {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate(rng: &Rng) -> Result<Self, RngError> {
        random(rng).map(|text| Self(Zeroizing::new(text)))
    }

    /// One that was stored.
    #[must_use]
    pub fn from_stored(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// What goes to the token endpoint, and is stored sealed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What goes to the authorization endpoint, by the method `S256` (RFC 7636 section 4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.as_bytes()))
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier")
    }
}

/// A nonce of 256 bits: the ID token repeats it (OpenID Connect Core section 3.1.2.1).
pub struct Nonce;

impl Nonce {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate(rng: &Rng) -> Result<String, RngError> {
        random(rng)
    }
}

fn random(rng: &Rng) -> Result<String, RngError> {
    rng.bytes::<32>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636_appendix_b() {
        let text = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let verifier = CodeVerifier::from_stored(Zeroizing::new(text));
        assert_eq!(
            verifier.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_new_verifier_has_43_characters_and_tells_nothing_of_itself() {
        let verifier = CodeVerifier::generate(&Rng::system()).unwrap();
        assert_eq!(verifier.expose().len(), 43);
        assert_eq!(format!("{verifier:?}"), "CodeVerifier");
        assert_ne!(Nonce::generate(&Rng::system()), Nonce::generate(&Rng::system()));
    }
}
