//! Signatures over documents that leave the house: a JWS with its payload detached (RFC 7515 appendix F).
//!
//! The payload is a file of its own, byte for byte; the signature is `header..signature` and is verified by
//! anyone with the published keys and a common library. The type in the header keeps a signature from ever
//! being taken for an access token, and a token from being taken for a signature, though one key makes both.
//! A new kind of document is one more [`DocumentType`].

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::header::{self, Header};
use super::key::LEAST_MODULUS;
use super::{KeyRing, TokenError};

/// What is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentType {
    /// A shipping paper or transport document.
    ShippingPaper,
}

impl DocumentType {
    /// The `typ` of the header.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::ShippingPaper => "shipping-paper+jws",
        }
    }
}

/// Why a signature is refused. Quotes nothing of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureRefusal {
    /// The keys are no JSON Web Key Set.
    #[error("the keys are not a json web key set")]
    Keys,
    /// Not a compact JWS whose payload is detached.
    #[error("not a compact jws with a detached payload, expected `header..signature`")]
    Shape,
    /// The header has other members than `alg`, `typ` and `kid`.
    #[error("the header has other members than `alg`, `typ` and `kid`")]
    Header,
    /// `alg` is not RS256.
    #[error("header `alg` is not `RS256`")]
    Algorithm,
    /// `typ` is that of something else, such as an access token.
    #[error("header `typ` is not `{0}`")]
    Type(&'static str),
    /// No key of the set has this `kid`.
    #[error("header `kid` names no key of the set")]
    UnknownKey,
    /// The key named is not an RSA key of 3072 bits or more for signatures with RS256.
    #[error("the key named is not an rsa key of at least 3072 bits for `RS256`")]
    Key,
    /// The signature is not that of the key named over this document.
    #[error("the signature does not verify: the document was changed, or another one was signed")]
    Signature,
}

impl KeyRing {
    /// Signs the exact bytes of a document; the same document and key give the same signature.
    ///
    /// # Errors
    /// When the library fails to sign.
    pub fn sign_document(&self, kind: DocumentType, document: &[u8]) -> Result<String, TokenError> {
        let key = self.active();
        let header = Header {
            alg: header::ALGORITHM.to_owned(),
            typ: kind.typ().to_owned(),
            kid: key.kid().to_owned(),
        };
        let header = serde_json::to_vec(&header).map_err(|_| TokenError::Signing)?;
        let header = URL_SAFE_NO_PAD.encode(header);
        let signature = key.sign(signing_input(&header, document).as_bytes())?;
        Ok(format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Accepts the signature of a key of this set over exactly these bytes, and returns the key's name.
///
/// # Errors
/// The first thing wrong.
pub fn verify_document(
    kind: DocumentType,
    keys: &str,
    signature: &str,
    document: &[u8],
) -> Result<String, SignatureRefusal> {
    let mut parts = signature.trim().split('.');
    let (Some(first), Some(""), Some(last), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(SignatureRefusal::Shape);
    };
    let decoded = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| SignatureRefusal::Shape);
    let header: Header = serde_json::from_slice(&decoded(first)?).map_err(|_| SignatureRefusal::Header)?;
    if header.alg != header::ALGORITHM {
        return Err(SignatureRefusal::Algorithm);
    }
    if header.typ != kind.typ() {
        return Err(SignatureRefusal::Type(kind.typ()));
    }
    let keys: Keys = serde_json::from_str(keys).map_err(|_| SignatureRefusal::Keys)?;
    let named = |key: &&Key| key.kid.as_deref() == Some(header.kid.as_str());
    let key = keys.keys.iter().find(named).ok_or(SignatureRefusal::UnknownKey)?;
    key.public()?
        .verify(
            &RSA_PKCS1_2048_8192_SHA256,
            signing_input(first, document).as_bytes(),
            &decoded(last)?,
        )
        .map_err(|_| SignatureRefusal::Signature)?;
    Ok(header.kid)
}

/// RFC 7515 section 5.1: what is signed, with the payload put back.
fn signing_input(header: &str, document: &[u8]) -> String {
    format!("{header}.{}", URL_SAFE_NO_PAD.encode(document))
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Key>,
}

/// A key of a set; sets hold other kinds of keys too (RFC 7517 section 5).
#[derive(Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Key {
    fn public(&self) -> Result<RsaPublicKeyComponents<Vec<u8>>, SignatureRefusal> {
        let is_for_this = self.kty == "RSA"
            && self.alg.as_deref().is_none_or(|alg| alg == header::ALGORITHM)
            && self.usage.as_deref().is_none_or(|usage| usage == "sig");
        let number = |text: &Option<String>| text.as_ref().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        match (is_for_this, number(&self.n), number(&self.e)) {
            (true, Some(n), Some(e)) if n.len() >= LEAST_MODULUS => Ok(RsaPublicKeyComponents { n, e }),
            _ => Err(SignatureRefusal::Key),
        }
    }
}
