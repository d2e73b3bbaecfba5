//! The keys of notes, as the one line of text that people hand to each other.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::ID;
use crate::rng::{Rng, RngError};

/// The byte before an Ed25519 key.
const ALGORITHM: u8 = 1;

/// What begins the text of a private key.
const PRIVATE: &str = "PRIVATE+KEY+";

/// The longest name of a key.
const LONGEST_NAME: usize = 100;

/// Text that is no key. Never repeats the text, which may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not name, hash and base64 with plus signs between them.
    #[error("not a key of signed texts, expected one line as in `name+1a2b3c4d+base64`")]
    Form,
    /// A private key where a public one belongs.
    #[error("a private key, expected the public one; keep the private key to yourself")]
    Private,
    /// The name and the key do not belong together.
    #[error("the key does not belong to its name and hash; it was changed or cut off")]
    Hash,
    /// A name that no key may have.
    #[error("a key's name is up to 100 characters without spaces and plus signs")]
    Name,
}

/// A public key with its name; verifies what its [`SignerKey`] signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; ID],
    public: [u8; 32],
}

impl VerifierKey {
    fn new(name: &str, public: [u8; 32]) -> Self {
        Self {
            id: id_of(name, &public),
            name: name.to_owned(),
            public,
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) const fn id(&self) -> &[u8; ID] {
        &self.id
    }

    pub(super) fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public)
            .verify(text, signature)
            .is_ok()
    }
}

/// `name+hash+base64`, as [`FromStr`] reads it.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(encode(&self.name, &self.id, &self.public).as_str())
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.starts_with(PRIVATE) {
            return Err(KeyError::Private);
        }
        let (name, id, public) = decode(text.trim())?;
        let key = Self::new(name, *public);
        if key.id != id {
            return Err(KeyError::Hash);
        }
        Ok(key)
    }
}

/// A private key with its name.
pub struct SignerKey {
    pair: Ed25519KeyPair,
    seed: Zeroizing<[u8; 32]>,
    verifier: VerifierKey,
}

impl SignerKey {
    /// A new key.
    ///
    /// # Errors
    /// A name that no key may have, or no randomness.
    pub fn generate(name: &str, rng: &Rng) -> Result<Self, GenerateError> {
        if !is_name(name) {
            return Err(KeyError::Name.into());
        }
        Ok(Self::of(name, Zeroizing::new(rng.bytes()?))?)
    }

    /// Reads the text of a private key, as [`Self::to_text`] wrote it.
    ///
    /// # Errors
    /// Text that is no private key.
    pub fn from_text(text: &SecretString) -> Result<Self, KeyError> {
        let text = text.expose_secret().trim();
        let (name, id, seed) = decode(text.strip_prefix(PRIVATE).ok_or(KeyError::Form)?)?;
        let key = Self::of(name, seed)?;
        if key.verifier.id != id {
            return Err(KeyError::Hash);
        }
        Ok(key)
    }

    /// The private key as text, to be kept secret.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let text = encode(&self.verifier.name, &self.verifier.id, &self.seed);
        format!("{PRIVATE}{}", text.as_str()).into()
    }

    /// The public key, to be given to whoever verifies.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    pub(super) fn signature(&self, text: &[u8]) -> Vec<u8> {
        self.pair.sign(text).as_ref().to_vec()
    }

    fn of(name: &str, seed: Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| KeyError::Form)?;
        let public = pair
            .public_key()
            .as_ref()
            .try_into()
            .map_err(|_| KeyError::Form)?;
        Ok(Self {
            verifier: VerifierKey::new(name, public),
            pair,
            seed,
        })
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignerKey").field(&self.verifier.name).finish()
    }
}

/// Why no key was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// The name.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The randomness.
    #[error(transparent)]
    Rng(#[from] RngError),
}

/// The name that people give a key.
pub(super) fn is_name(name: &str) -> bool {
    let is_plain = |char: char| char != '+' && !char.is_whitespace() && !char.is_control();
    !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.chars().all(is_plain)
}

/// The first bytes of the hash over name, algorithm and public key.
fn id_of(name: &str, public: &[u8; 32]) -> [u8; ID] {
    let mut bytes = name.as_bytes().to_vec();
    bytes.extend([b'\n', ALGORITHM]);
    bytes.extend(public);
    let hash = digest(&SHA256, &bytes);
    hash.as_ref().first_chunk().copied().unwrap_or_default()
}

fn encode(name: &str, id: &[u8; ID], key: &[u8; 32]) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(vec![ALGORITHM]);
    bytes.extend(key);
    let encoded = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
    let id = u32::from_be_bytes(*id);
    Zeroizing::new(format!("{name}+{id:08x}+{}", encoded.as_str()))
}

/// Name, id and the 32 bytes behind the algorithm.
type Parts<'a> = (&'a str, [u8; ID], Zeroizing<[u8; 32]>);

fn decode(text: &str) -> Result<Parts<'_>, KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form);
    };
    let is_hexadecimal = id.len() == 8 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_name(name) || !is_hexadecimal {
        return Err(KeyError::Form);
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| KeyError::Form)?;
    let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| KeyError::Form)?);
    match bytes.split_first() {
        Some((&ALGORITHM, key)) => {
            let key = key.try_into().map_err(|_| KeyError::Form)?;
            Ok((name, id.to_be_bytes(), Zeroizing::new(key)))
        }
        _ => Err(KeyError::Form),
    }
}
