//! A token that only pages served to one session carry, so that another site cannot post for it.
//!
//! HMAC-SHA-256 of the session token's hash: nothing is stored, and a token of another session, or of
//! one that has ended, does not verify.

use std::fmt;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::derive::{InstallationSecret, derive_secret};
use crate::opaque::SessionTokenHash;

/// The token sent does not belong to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the CSRF token does not belong to this session")]
pub struct CsrfRefused;

/// The key that binds CSRF tokens to sessions.
#[derive(Clone)]
pub struct CsrfKey(hmac::Key);

impl CsrfKey {
    /// The key derived from the installation's secret for this purpose.
    #[must_use]
    pub fn derive(secret: &InstallationSecret) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &derive_secret(secret, "csrf")))
    }

    /// The text to put into the forms of this session: 43 characters of base64url.
    #[must_use]
    pub fn token(&self, session: &SessionTokenHash) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, session.as_bytes()))
    }

    /// Accepts the token of this session alone, in constant time.
    ///
    /// # Errors
    /// When `token` is any other text.
    pub fn verify(&self, session: &SessionTokenHash, token: &str) -> Result<(), CsrfRefused> {
        let tag = URL_SAFE_NO_PAD.decode(token).map_err(|_| CsrfRefused)?;
        hmac::verify(&self.0, session.as_bytes(), &tag).map_err(|_| CsrfRefused)
    }
}

impl fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfKey")
    }
}
