//! What proves a sign-in at an OpenID provider (AUTH-9, J16): its keys, its ID tokens and logout tokens, and what
//! binds a code to whoever asked for it (RFC 7636).
//!
//! The library checks signatures; which algorithms, which key and which claims is decided here, more strictly
//! than the library's defaults, against the clock given. To accept another algorithm: a line in [`keys`].

mod claims;
mod keys;
mod pkce;
mod refusal;

pub use claims::{Expected, Identity, Logout, LogoutToken, verify_id_token, verify_logout_token};
pub use keys::ProviderKeys;
pub use pkce::{CodeVerifier, Nonce};
pub use refusal::Refusal;

/// How far the clock of a provider may differ from ours, in seconds.
pub const LEEWAY_SECONDS: i64 = 60;

/// How old a token may be when it arrives, in seconds: a sign-in lasts no longer.
pub const OLDEST_SECONDS: i64 = 600;
