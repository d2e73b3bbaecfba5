//! What the clients of secrets managers share: one request to an address that the operator configured.
//!
//! Unlike [`crate::egress`], which reaches what a company types, this may reach a private network: managers stand
//! there. It follows no redirect, uses no proxy of the environment, and takes TLS alone but on this machine.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use zeroize::Zeroizing;

/// Until the whole answer is there.
const WHOLE: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const LARGEST: usize = 64 * 1024;

/// Why a manager did not wrap or unwrap. Says neither what was sent nor what came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManagerError {
    /// The address in the configuration.
    #[error("the address of the secrets manager is no `https://` URL; `http://` is for this machine alone")]
    Address,
    /// No credentials where they are looked for.
    #[error("no credentials for the secrets manager: {0}")]
    Credentials(&'static str),
    /// No whole answer.
    #[error("no whole answer from the secrets manager within 10 seconds")]
    Unreachable,
    /// It refused.
    #[error(
        "the secrets manager refused with status {0}: wrong key, wrong credentials, or not what it has wrapped"
    )]
    Refused(u16),
    /// Something else than such an answer.
    #[error("the answer of the secrets manager has another form than expected")]
    Form,
}

/// The address of a manager.
pub(crate) fn address(text: &str) -> Result<Url, ManagerError> {
    let url = Url::parse(text).map_err(|_| ManagerError::Address)?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    match url.scheme() {
        "https" if !host.is_empty() => Ok(url),
        "http" if is_here => Ok(url),
        _ => Err(ManagerError::Address),
    }
}

pub(crate) fn client() -> Result<Client, ManagerError> {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .timeout(WHOLE)
        .build()
        .map_err(|_| ManagerError::Unreachable)
}

/// Posts JSON and takes JSON. The answer holds a key, so it is wiped.
pub(crate) async fn post(
    client: &Client,
    url: Url,
    headers: HeaderMap,
    body: Zeroizing<Vec<u8>>,
) -> Result<Zeroizing<Vec<u8>>, ManagerError> {
    let unreachable = |_| ManagerError::Unreachable;
    let request = client.post(url).headers(headers).body(body.to_vec());
    let mut response = request.send().await.map_err(unreachable)?;
    let mut answer = Zeroizing::new(Vec::with_capacity(LARGEST));
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if answer.len() + chunk.len() > LARGEST {
            return Err(ManagerError::Form);
        }
        answer.extend_from_slice(&chunk);
    }
    match response.status() {
        StatusCode::OK => Ok(answer),
        refused => Err(ManagerError::Refused(refused.as_u16())),
    }
}
