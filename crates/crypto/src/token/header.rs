//! The header of a token, read more strictly than the library does: three members, each once.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::TokenRefusal;

pub(super) const TYPE: &str = "at+jwt";
pub(super) const ALGORITHM: &str = "RS256";

/// Members that would let a token choose how it is verified; named in the refusal.
const STEERING: [&str; 10] = [
    "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc",
];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) typ: String,
    pub(super) kid: String,
}

/// Reads the first part of a token.
pub(super) fn parse(part: &str) -> Result<Header, TokenRefusal> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenRefusal::Shape)?;
    let header: Header = serde_json::from_slice(&json).map_err(|_| explain(&json))?;
    if header.alg != ALGORITHM {
        return Err(TokenRefusal::Algorithm);
    }
    if header.typ != TYPE {
        return Err(TokenRefusal::Type);
    }
    Ok(header)
}

/// Why a header that is not of the form expected is refused.
fn explain(json: &[u8]) -> TokenRefusal {
    let Ok(members) = serde_json::from_slice::<serde_json::Map<_, _>>(json) else {
        return TokenRefusal::Header;
    };
    if let Some(name) = STEERING.into_iter().find(|name| members.contains_key(*name)) {
        return TokenRefusal::HeaderMember(name);
    }
    if members.get("alg").and_then(|alg| alg.as_str()) != Some(ALGORITHM) {
        return TokenRefusal::Algorithm;
    }
    if members.get("typ").and_then(|typ| typ.as_str()) != Some(TYPE) {
        return TokenRefusal::Type;
    }
    if members.contains_key("kid") {
        TokenRefusal::Header
    } else {
        TokenRefusal::UnknownKey
    }
}
