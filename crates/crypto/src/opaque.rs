//! Bearer secrets that mean nothing by themselves: random, shown once, stored as a hash (J9).
//!
//! A text is a prefix that secret scanners can find, the secret in unpadded base64url (RFC 4648), and
//! a CRC-32 of both, so that a mistyped or cut token is told from a wrong one without a look-up. The
//! hash is SHA-256 over the kind and the secret: fast is right for 128 bits and more of randomness.
//! To add a kind: one `secret!` line.

use std::fmt;

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use uuid::Uuid;

use crate::derive::{InstallationSecret, derive_secret, expand};
use crate::rng::{Rng, RngError};

/// Why a text is not a secret of the kind asked for. Never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpaqueError {
    /// The text starts otherwise.
    #[error("secret does not start with `{expected}`")]
    Prefix {
        /// The prefix of the kind asked for.
        expected: &'static str,
    },
    /// The text is cut or has more behind it.
    #[error("secret has {found} characters after its prefix, expected {expected}")]
    Length {
        /// Bytes found after the prefix.
        found: usize,
        /// Bytes a secret of this kind has there.
        expected: usize,
    },
    /// A character is not of base64url, or the last one of a group carries stray bits.
    #[error("secret is not canonical base64url")]
    Encoding,
    /// Mistyped or altered.
    #[error("the checksum of the secret does not match")]
    Checksum,
}

/// Base64url characters of a CRC-32.
const CHECKSUM_CHARS: usize = 6;

fn checksum(prefix: &str, secret: &[u8]) -> [u8; 4] {
    let mut crc = crc32fast::Hasher::new();
    crc.update(prefix.as_bytes());
    crc.update(secret);
    crc.finalize().to_be_bytes()
}

fn encode(prefix: &str, secret: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(URL_SAFE_NO_PAD.encode(secret));
    let check = URL_SAFE_NO_PAD.encode(checksum(prefix, secret));
    Zeroizing::new([prefix, &body, &check].concat())
}

fn decode<const N: usize>(prefix: &'static str, text: &str) -> Result<[u8; N], OpaqueError> {
    let rest = text
        .strip_prefix(prefix)
        .ok_or(OpaqueError::Prefix { expected: prefix })?;
    let body_chars = (N * 8).div_ceil(6);
    let expected = body_chars + CHECKSUM_CHARS;
    if rest.len() != expected {
        return Err(OpaqueError::Length {
            found: rest.len(),
            expected,
        });
    }
    let (body, check) = rest.split_at_checked(body_chars).ok_or(OpaqueError::Encoding)?;
    // The decoder asks for room in whole groups, hence a vector rather than an array.
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(body).map_err(|_| OpaqueError::Encoding)?);
    let found = URL_SAFE_NO_PAD.decode(check).map_err(|_| OpaqueError::Encoding)?;
    let secret = <[u8; N]>::try_from(bytes.as_slice()).map_err(|_| OpaqueError::Encoding)?;
    if found != checksum(prefix, &secret) {
        return Err(OpaqueError::Checksum);
    }
    Ok(secret)
}

fn hash(domain: &str, secret: &[u8]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(domain.as_bytes());
    context.update(&[0]);
    context.update(secret);
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

macro_rules! secret {
    ($(#[$doc:meta])* $plain:ident, $hashed:ident, $bytes:literal, $prefix:literal, $domain:literal) => {
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $plain([u8; $bytes]);

        impl $plain {
            /// What the text starts with.
            pub const PREFIX: &'static str = $prefix;

            /// A new one.
            ///
            /// # Errors
            /// When the system gives no randomness.
            pub fn generate(rng: &Rng) -> Result<Self, RngError> {
                rng.bytes().map(Self)
            }

            /// Reads a text back.
            ///
            /// # Errors
            /// When the text is not of this kind, cut, or mistyped.
            pub fn parse(text: &str) -> Result<Self, OpaqueError> {
                decode($prefix, text).map(Self)
            }

            /// The text to hand to its bearer, and to nobody else.
            #[must_use]
            pub fn expose(&self) -> Zeroizing<String> {
                encode($prefix, &self.0)
            }

            /// What is stored and looked up.
            #[must_use]
            pub fn hash(&self) -> $hashed {
                $hashed(hash($domain, &self.0))
            }
        }

        impl fmt::Debug for $plain {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($plain))
            }
        }

        #[doc = concat!("The stored form of a [`", stringify!($plain), "`]: 32 bytes of SHA-256.")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $hashed([u8; 32]);

        impl $hashed {
            /// A hash read from storage.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes to store or look up.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Debug for $hashed {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($hashed))
            }
        }
    };
}

secret!(
    /// Names a console session; lives in a cookie. 256 bits.
    SessionToken, SessionTokenHash, 32, "sst_", "safeshipper/session-token/v1"
);
secret!(
    /// Renews an access token. 256 bits.
    RefreshToken, RefreshTokenHash, 32, "srt_", "safeshipper/refresh-token/v1"
);
secret!(
    /// Names a sign-in whose password was right and whose second factor is still to come. 256 bits.
    SignInTicket, SignInTicketHash, 32, "stk_", "safeshipper/sign-in-ticket/v1"
);
secret!(
    /// Sets a new password; stands in the link of a mail. 256 bits.
    ResetToken, ResetTokenHash, 32, "spr_", "safeshipper/password-reset/v1"
);
secret!(
    /// Names a sign-in with a passkey that nobody has answered yet. 256 bits.
    PasskeyAttempt, PasskeyAttemptHash, 32, "spa_", "safeshipper/passkey-attempt/v1"
);
secret!(
    /// The `state` of a sign-in at an OpenID provider. 256 bits.
    OidcState, OidcStateHash, 32, "sos_", "safeshipper/oidc-state/v1"
);
secret!(
    /// Keeps a sign-in at an OpenID provider to the browser that began it; lives in a cookie. 256 bits.
    OidcBrowser, OidcBrowserHash, 32, "sob_", "safeshipper/oidc-browser/v1"
);
secret!(
    /// Names an API session in the `sid` claim of an access token. 128 bits.
    SessionHandle, SessionHandleHash, 16, "sid_", "safeshipper/session-handle/v1"
);

impl Serialize for SessionHandle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.expose())
    }
}

impl<'de> Deserialize<'de> for SessionHandle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The key from which the handle of every session follows.
///
/// The database stores only the handle's hash and the application computes the handle from the session's
/// id, so SQL run inside the application, which may read ids, cannot enter another session.
#[derive(Clone)]
pub struct HandleKey(Zeroizing<[u8; 32]>);

impl HandleKey {
    /// The key derived from the installation's secret for this purpose.
    #[must_use]
    pub fn derive(secret: &InstallationSecret) -> Self {
        Self(Zeroizing::new(derive_secret(secret, "session handle")))
    }

    /// The handle of a session: HKDF-SHA-256 over its id, cut to 128 bits.
    #[must_use]
    pub fn handle(&self, session: Uuid) -> SessionHandle {
        let full = expand(
            self.0.as_slice(),
            b"safeshipper/session-handle/v1",
            &[session.as_bytes()],
        );
        let mut handle = [0; 16];
        for (to, from) in handle.iter_mut().zip(full.iter()) {
            *to = *from;
        }
        SessionHandle(handle)
    }
}

impl fmt::Debug for HandleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandleKey")
    }
}
