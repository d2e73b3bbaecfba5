//! AWS KMS: has the master key wrapped, and unwraps it at the start (DATA-2, J14).
//!
//! Two operations of the JSON 1.1 protocol, signed with Signature Version 4 by `aws-sigv4`. The encryption context is
//! part of what KMS authenticates and stands in its log: what was wrapped for something else does not unwrap here.
//! Credentials are those in the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`);
//! where a machine has a role instead, the operator's own tool gets the key (`--master-key-command`).

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::manager::{self, ManagerError};

/// What was wrapped for.
#[derive(Serialize)]
struct Context {
    application: &'static str,
    secret: &'static str,
}

const CONTEXT: Context = Context {
    application: "safeshipper",
    secret: "master key",
};

/// Who asks.
pub struct AwsCredentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: SecretString,
    /// Of temporary credentials.
    pub session_token: Option<SecretString>,
}

/// A key in AWS KMS.
pub struct Kms {
    http: Client,
    endpoint: Url,
    region: String,
    key: String,
    credentials: Credentials,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Encrypt<'a> {
    key_id: &'a str,
    plaintext: &'a str,
    encryption_context: &'static Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Encrypted {
    ciphertext_blob: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypt<'a> {
    key_id: &'a str,
    ciphertext_blob: &'a str,
    encryption_context: &'static Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypted {
    plaintext: String,
}

impl Kms {
    /// The key of this id, alias or ARN in a region; `endpoint` is another than the region's own.
    ///
    /// # Errors
    /// [`ManagerError::Address`].
    pub fn new(
        region: &str,
        key: &str,
        endpoint: Option<&str>,
        credentials: AwsCredentials,
    ) -> Result<Self, ManagerError> {
        let is_region = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !is_region(region) {
            return Err(ManagerError::Address);
        }
        let own = format!("https://kms.{region}.amazonaws.com/");
        let AwsCredentials {
            access_key_id,
            secret_access_key,
            session_token,
        } = credentials;
        Ok(Self {
            http: manager::client()?,
            endpoint: manager::address(endpoint.unwrap_or(&own))?,
            region: region.to_owned(),
            key: key.to_owned(),
            credentials: Credentials::new(
                access_key_id,
                secret_access_key.expose_secret(),
                session_token.map(|token| token.expose_secret().to_owned()),
                None,
                "environment",
            ),
        })
    }

    /// Has bytes wrapped that are given in base64; what KMS made of them, in base64.
    ///
    /// # Errors
    /// When KMS refuses or does not answer.
    pub async fn wrap(&self, plain: &SecretString, now: OffsetDateTime) -> Result<String, ManagerError> {
        let asked = Encrypt {
            key_id: &self.key,
            plaintext: plain.expose_secret(),
            encryption_context: &CONTEXT,
        };
        let answer = self.call("TrentService.Encrypt", &asked, now).await?;
        let encrypted: Encrypted = serde_json::from_slice(&answer).map_err(|_| ManagerError::Form)?;
        Ok(encrypted.ciphertext_blob)
    }

    /// Unwraps what [`Self::wrap`] returned; the bytes in base64.
    ///
    /// # Errors
    /// When KMS refuses or does not answer.
    pub async fn unwrap(&self, wrapped: &str, now: OffsetDateTime) -> Result<SecretString, ManagerError> {
        let asked = Decrypt {
            key_id: &self.key,
            ciphertext_blob: wrapped.trim(),
            encryption_context: &CONTEXT,
        };
        let answer = self.call("TrentService.Decrypt", &asked, now).await?;
        let decrypted: Decrypted = serde_json::from_slice(&answer).map_err(|_| ManagerError::Form)?;
        Ok(SecretString::from(decrypted.plaintext))
    }

    async fn call(
        &self,
        operation: &'static str,
        asked: &impl Serialize,
        now: OffsetDateTime,
    ) -> Result<Zeroizing<Vec<u8>>, ManagerError> {
        const TARGET: &str = "x-amz-target";
        const JSON: &str = "application/x-amz-json-1.1";
        let body = serde_json::to_vec(asked).map_err(|_| ManagerError::Form)?;
        let body = Zeroizing::new(body);
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("kms")
            .time(SystemTime::from(now))
            .settings(SigningSettings::default())
            .build()
            .map_err(|_| ManagerError::Form)?;
        let signed = [(CONTENT_TYPE.as_str(), JSON), (TARGET, operation)];
        let uri = self.endpoint.as_str();
        let request = SignableRequest::new("POST", uri, signed.into_iter(), SignableBody::Bytes(&body));
        let request = request.map_err(|_| ManagerError::Form)?;
        let signature = sign(request, &parameters.into()).map_err(|_| ManagerError::Form)?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(TARGET, HeaderValue::from_static(operation));
        for (name, value) in signature.output().headers() {
            let name: HeaderName = name.parse().map_err(|_| ManagerError::Form)?;
            let mut value: HeaderValue = value.parse().map_err(|_| ManagerError::Form)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        manager::post(&self.http, self.endpoint.clone(), headers, body).await
    }
}

impl fmt::Debug for Kms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kms({})", self.region)
    }
}
