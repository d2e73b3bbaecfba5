//! Access tokens: JWTs signed with RS256 (RFC 7519, RFC 7515) in the profile of RFC 9068.
//!
//! A token proves who asked for it and nothing more: role and permissions in it are copies for
//! clients, and the server decides from the live session that `sid` names (J7). Tokens and their
//! claims never reach a log (J11): nothing here prints them.
//!
//! - [`SigningKey`]: RSA 3072 (J12), named by its RFC 7638 thumbprint (J2)
//! - [`KeyRing`]: issues with the active key, verifies with any known one, publishes the JWKS
//! - [`KeyRing::sign_document`], [`verify_document`]: detached signatures over documents, of another type
//! - [`Verified`]: the first rung of the ladder; only [`KeyRing::verify`] makes one

mod claims;
mod detached;
mod header;
mod key;
mod ring;
#[cfg(test)]
mod vectors;

pub use claims::{Claims, LIFETIME_SECONDS, Subject};
pub use detached::{DocumentType, SignatureRefusal, verify_document};
pub use key::SigningKey;
pub use ring::{Fingerprint, KeyRing, LEEWAY_SECONDS, Verified, jwk};

/// A token could not be issued, or a signing key not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The bytes are not an RSA private key of 3072 bits or more in PKCS #8.
    #[error("not an RSA private key of at least 3072 bits in pkcs8")]
    Key,
    /// The library refused to generate, export or sign.
    #[error("the signing operation failed")]
    Signing,
    /// The system's random generator failed.
    #[error("the system's random generator failed")]
    Randomness,
}

/// Why a token is refused: precise for the log, one and the same answer for the caller. Quotes nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// Longer than any token issued.
    #[error("token is too long")]
    TooLong,
    /// Not three parts of canonical base64url separated by full stops.
    #[error("token is not a compact jws")]
    Shape,
    /// The header is not a JSON object of the members expected, each once.
    #[error("header is malformed")]
    Header,
    /// The header has a member that could steer verification (RFC 8725 section 3.10).
    #[error("header has the member `{0}`")]
    HeaderMember(&'static str),
    /// `alg` is not RS256 (RFC 8725 section 3.1).
    #[error("header `alg` is not `RS256`")]
    Algorithm,
    /// `typ` is not `at+jwt` (RFC 9068 section 4).
    #[error("header `typ` is not `at+jwt`")]
    Type,
    /// No key with this `kid` is known.
    #[error("header `kid` names no known key")]
    UnknownKey,
    /// The signature is not that of the key named.
    #[error("signature does not verify")]
    Signature,
    /// A claim is absent (J5, J6).
    #[error("claim `{0}` is missing")]
    MissingClaim(&'static str),
    /// The claims are not an object of the types expected, each once.
    #[error("claims are malformed")]
    Claims,
    /// `iss` is another issuer.
    #[error("claim `iss` is another issuer")]
    Issuer,
    /// `aud` is another audience.
    #[error("claim `aud` is another audience")]
    Audience,
    /// `token_type` is not `access` (J10).
    #[error("claim `token_type` is not `access`")]
    TokenType,
    /// `sub` and `user_id` differ.
    #[error("claims `sub` and `user_id` differ")]
    Subject,
    /// `exp` has passed.
    #[error("token is expired")]
    Expired,
    /// `nbf` lies ahead.
    #[error("token is not valid yet")]
    NotYetValid,
    /// `iat` lies ahead.
    #[error("token is issued in the future")]
    IssuedInFuture,
    /// `exp` is further from `iat` than any token issued.
    #[error("token lives longer than 3600 s")]
    Lifetime,
}
