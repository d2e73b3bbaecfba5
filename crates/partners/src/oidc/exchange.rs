//! A code for an ID token (OpenID Connect Core section 3.1.3).

use std::fmt;

use crypto::oidc::CodeVerifier;
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Metadata, OidcError};
use crate::egress::Egress;

/// This client at a provider.
pub struct Client<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its secret.
    pub secret: &'a SecretString,
    /// Where the code was sent to.
    pub redirect_uri: &'a str,
}

/// What a provider gives for a code. `Debug` prints the name.
pub struct Tokens {
    /// Says who signed in, once it is verified.
    pub id: Zeroizing<String>,
    /// Used for nothing but to verify the ID token.
    pub access: Zeroizing<String>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

#[derive(Deserialize)]
struct Given {
    id_token: String,
    access_token: String,
    token_type: String,
}

pub(super) async fn exchange(
    egress: &Egress,
    metadata: &Metadata,
    client: &Client<'_>,
    code: &str,
    verifier: &CodeVerifier,
) -> Result<Tokens, OidcError> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uri),
        ("code_verifier", verifier.expose()),
    ];
    let secret = client.secret.expose_secret();
    // RFC 6749 section 2.3.1: encoded as a form before it is encoded for the header.
    let encoded = (encode(client.id), Zeroizing::new(encode(secret)));
    let basic = if metadata.secret_in_form {
        form.extend([("client_id", client.id), ("client_secret", secret)]);
        None
    } else {
        Some((encoded.0.as_str(), encoded.1.as_str()))
    };
    let what = "`token_endpoint`";
    let answer = egress.post_form(&metadata.token, &form, basic).await;
    let answer = answer.map_err(|why| OidcError::Egress { what, why })?;
    match answer.status {
        StatusCode::OK => {}
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => return Err(OidcError::Refused),
        status => {
            let status = status.as_u16();
            return Err(OidcError::Status { what, status });
        }
    }
    let body = Zeroizing::new(answer.body);
    let given: Given = serde_json::from_slice(&body).map_err(|_| OidcError::Malformed("the token answer"))?;
    let tokens = Tokens {
        id: Zeroizing::new(given.id_token),
        access: Zeroizing::new(given.access_token),
    };
    if !given.token_type.eq_ignore_ascii_case("bearer") {
        return Err(OidcError::Malformed("the token answer"));
    }
    Ok(tokens)
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
