//! The transit engine of Vault or OpenBao: has the master key wrapped, and unwraps it at the start (DATA-2, J14).
//!
//! The associated data is part of what the engine authenticates: what was wrapped for something else does not unwrap
//! here. The token is read from a file, where an agent renews it.

use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::manager::{self, ManagerError};

/// `safeshipper master key` in base64.
const CONTEXT: &str = "c2FmZXNoaXBwZXIgbWFzdGVyIGtleQ==";

/// A key of a transit engine.
pub struct Transit {
    http: Client,
    address: Url,
    mount: String,
    key: String,
    token: SecretString,
}

#[derive(Serialize)]
struct Encrypt<'a> {
    plaintext: &'a str,
    associated_data: &'static str,
}

#[derive(Serialize)]
struct Decrypt<'a> {
    ciphertext: &'a str,
    associated_data: &'static str,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

#[derive(Deserialize)]
struct Encrypted {
    ciphertext: String,
}

#[derive(Deserialize)]
struct Decrypted {
    plaintext: String,
}

impl Transit {
    /// The key of this name in the engine mounted at `mount`.
    ///
    /// # Errors
    /// [`ManagerError::Address`] for an address, mount or name that is none; [`ManagerError::Credentials`].
    pub fn new(address: &str, mount: &str, key: &str, token: &SecretString) -> Result<Self, ManagerError> {
        let is_name = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if !mount.split('/').all(is_name) || !is_name(key) {
            return Err(ManagerError::Address);
        }
        let token = token.expose_secret().trim();
        if token.is_empty() {
            return Err(ManagerError::Credentials("the file of the token is empty"));
        }
        Ok(Self {
            http: manager::client()?,
            address: manager::address(address)?,
            mount: mount.to_owned(),
            key: key.to_owned(),
            token: SecretString::from(token),
        })
    }

    /// Has bytes wrapped that are given in base64; what the engine made of them.
    ///
    /// # Errors
    /// When it refuses or does not answer.
    pub async fn wrap(&self, plain: &SecretString) -> Result<String, ManagerError> {
        let asked = Encrypt {
            plaintext: plain.expose_secret(),
            associated_data: CONTEXT,
        };
        let answer: Answer<Encrypted> = self.call("encrypt", &asked).await?;
        Ok(answer.data.ciphertext)
    }

    /// Unwraps what [`Self::wrap`] returned; the bytes in base64.
    ///
    /// # Errors
    /// When it refuses or does not answer.
    pub async fn unwrap(&self, wrapped: &str) -> Result<SecretString, ManagerError> {
        let asked = Decrypt {
            ciphertext: wrapped.trim(),
            associated_data: CONTEXT,
        };
        let answer: Answer<Decrypted> = self.call("decrypt", &asked).await?;
        Ok(SecretString::from(answer.data.plaintext))
    }

    async fn call<T: serde::de::DeserializeOwned>(
        &self,
        operation: &str,
        asked: &impl Serialize,
    ) -> Result<T, ManagerError> {
        let (mount, key) = (&self.mount, &self.key);
        let url = self
            .address
            .join(&format!("/v1/{mount}/{operation}/{key}"))
            .map_err(|_| ManagerError::Address)?;
        let body = Zeroizing::new(serde_json::to_vec(asked).map_err(|_| ManagerError::Form)?);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let mut token = HeaderValue::from_str(self.token.expose_secret())
            .map_err(|_| ManagerError::Credentials("the token is not one line of text"))?;
        token.set_sensitive(true);
        headers.insert("x-vault-token", token);
        let answer = manager::post(&self.http, url, headers, body).await?;
        serde_json::from_slice(&answer).map_err(|_| ManagerError::Form)
    }
}

impl fmt::Debug for Transit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transit")
    }
}
