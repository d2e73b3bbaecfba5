//! What an access token says.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::opaque::SessionHandle;

/// How long an access token lives, in seconds.
pub const LIFETIME_SECONDS: i64 = 3600;

/// For whom a token is issued.
#[derive(Clone)]
pub struct Subject {
    /// The user's id.
    pub user_id: String,
    /// The user's name, a copy for clients.
    pub username: String,
    /// The company's id, a copy for clients.
    pub company_id: String,
    /// The user's role, a copy for clients.
    pub role: String,
    /// The permissions held, a copy for clients.
    pub permissions: Vec<String>,
    /// The session the token belongs to.
    pub session: SessionHandle,
}

/// The claims of an access token; each is required. Times are seconds since 1970 (RFC 7519 section 2).
#[derive(Clone, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For whom it is meant: one audience.
    pub aud: String,
    /// The user.
    pub sub: String,
    /// The client that asked for it (RFC 9068 section 2.2).
    pub client_id: String,
    /// When it ends.
    pub exp: i64,
    /// When it was issued.
    pub iat: i64,
    /// When it begins.
    pub nbf: i64,
    /// Its own id.
    pub jti: String,
    /// The session's handle; its hash finds the live session.
    pub sid: SessionHandle,
    /// As `sub`.
    pub user_id: String,
    /// The user's name, a copy for clients.
    pub username: String,
    /// The company's id, a copy for clients.
    pub company_id: String,
    /// The user's role, a copy for clients.
    pub role: String,
    /// The permissions held, a copy for clients.
    pub permissions: Vec<String>,
    /// `access`.
    pub token_type: String,
}

impl Claims {
    /// The names of all claims.
    pub(super) const NAMES: [&'static str; 15] = [
        "iss",
        "aud",
        "sub",
        "client_id",
        "exp",
        "iat",
        "nbf",
        "jti",
        "sid",
        "user_id",
        "username",
        "company_id",
        "role",
        "permissions",
        "token_type",
    ];
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims")
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject")
    }
}
