//! OpenID providers (OpenID Connect Core 1.0, Discovery 1.0): what they say of themselves, their keys, and the
//! exchange of a code for an ID token, which `crypto::oidc` verifies.
//!
//! What a provider says is kept for a while, of a bounded number of them: see [`Providers`].

mod cache;
mod exchange;
mod metadata;

use crate::egress::EgressError;

pub use cache::Providers;
pub use exchange::{Client, Tokens};
pub use metadata::{Authorization, Metadata};

/// What is asked for; nothing else is (OpenID Connect Core section 5.4).
pub const SCOPES: &str = "openid email profile";

/// Why a provider cannot be used, or did not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OidcError {
    /// One of its addresses gives no answer.
    #[error("{what}: {why}")]
    Egress {
        /// Which address.
        what: &'static str,
        /// Why not.
        why: EgressError,
    },
    /// One of its addresses answers with an error or a redirect.
    #[error("{what}: the answer has status {status}")]
    Status {
        /// Which address.
        what: &'static str,
        /// The status.
        status: u16,
    },
    /// What it says is not of the form agreed on.
    #[error("{0} is not of the form that OpenID Connect gives it")]
    Malformed(&'static str),
    /// It says it is somebody else (Discovery section 4.3).
    #[error(
        "the provider names another issuer than the one given; both must agree to the letter, a slash at the end included"
    )]
    OtherIssuer,
    /// It does not do something that is needed.
    #[error("the provider does not offer {0}")]
    Unsupported(&'static str),
    /// It publishes no key that could verify.
    #[error("the provider publishes no key for RS256, PS256 or ES256")]
    NoKeys,
    /// It does not take the client, its secret or the code.
    #[error("the provider refuses the client, its secret or the code")]
    Refused,
}
