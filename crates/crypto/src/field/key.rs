//! The master key and the data keys it wraps.

use std::fmt;
use std::str::FromStr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::FieldError;
use super::envelope::{self, SealingKey};
use crate::derive::expand;
use crate::rng::{Rng, RngError};

/// What a data key may encrypt. A key of one purpose opens nothing of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Purpose {
    /// How to reach people: phone, e-mail, address.
    Contact,
    /// What identifies a user of the platform.
    Identity,
    /// Private signing keys.
    SigningKey,
    /// The keys of blind indexes; encrypts nothing.
    BlindIndex,
    /// The secrets of second factors; asked for before there is a session.
    Credential,
    /// Notices that wait to be sent; the platform's.
    Notice,
    /// What the program's own secrets derive from; the platform's, and encrypts nothing.
    Installation,
    /// Documents and the names of their files.
    Document,
}

/// A text that names no purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no data key purpose is named `{0}`")]
pub struct UnknownPurpose(String);

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 8] = [
        Self::Contact,
        Self::Identity,
        Self::SigningKey,
        Self::BlindIndex,
        Self::Credential,
        Self::Notice,
        Self::Installation,
        Self::Document,
    ];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Identity => "identity",
            Self::SigningKey => "signing_key",
            Self::BlindIndex => "blind_index",
            Self::Credential => "credential",
            Self::Notice => "notice",
            Self::Installation => "installation",
            Self::Document => "document",
        }
    }

    /// Whether values are sealed with keys of this purpose, so that one can take the place of another.
    #[must_use]
    pub const fn seals(self) -> bool {
        !matches!(self, Self::BlindIndex | Self::Installation)
    }
}

impl FromStr for Purpose {
    type Err = UnknownPurpose;

    fn from_str(text: &str) -> Result<Self, UnknownPurpose> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == text)
            .ok_or_else(|| UnknownPurpose(text.chars().take(32).collect()))
    }
}

/// Which data key; a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DataKeyId(pub Uuid);

/// The key of one company for one purpose.
#[derive(Clone, ZeroizeOnDrop)]
pub struct DataKey {
    #[zeroize(skip)]
    id: DataKeyId,
    #[zeroize(skip)]
    company: Uuid,
    #[zeroize(skip)]
    purpose: Purpose,
    key: [u8; 32],
}

impl DataKey {
    /// A new key under the id given (a UUIDv7 of now, say).
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate(id: DataKeyId, company: Uuid, purpose: Purpose, rng: &Rng) -> Result<Self, RngError> {
        Ok(Self {
            id,
            company,
            purpose,
            key: rng.bytes()?,
        })
    }

    /// The key for [`Purpose::Installation`] of a platform from before there was one: its secrets derived from the
    /// master key itself, and must go on to be what they are.
    #[must_use]
    pub fn inherited(id: DataKeyId, company: Uuid, master: &MasterKey) -> Self {
        Self {
            id,
            company,
            purpose: Purpose::Installation,
            key: *master.former.last().unwrap_or(&master.key),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> DataKeyId {
        self.id
    }

    /// Whose it is.
    #[must_use]
    pub fn company(&self) -> Uuid {
        self.company
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.key
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataKey({})", self.id.0)
    }
}

/// A data key encrypted by the master key: safe to store.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey(Vec<u8>);

impl WrappedKey {
    /// Reads stored bytes.
    ///
    /// # Errors
    /// When the header is not one of an envelope.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, FieldError> {
        envelope::key_id(&bytes)?;
        Ok(Self(bytes))
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappedKey")
    }
}

/// The key that wraps data keys. 256 random bits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey {
    key: [u8; 32],
    /// Those before it, which unwrap only.
    former: Vec<[u8; 32]>,
}

/// A text that is not a master key. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("master key is not 32 bytes in standard base64")]
pub struct MasterKeyError;

impl MasterKey {
    /// A new master key.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate(rng: &Rng) -> Result<Self, RngError> {
        rng.bytes().map(Self::of)
    }

    fn of(key: [u8; 32]) -> Self {
        Self {
            key,
            former: Vec::new(),
        }
    }

    /// The same, which also unwraps what `former` wrapped: while data keys are being wrapped anew.
    #[must_use]
    pub fn with_former(mut self, former: &Self) -> Self {
        self.former.push(former.key);
        self
    }

    /// Reads the key from 44 characters of base64 (RFC 4648 section 4), white space around it ignored.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn from_base64(text: &SecretString) -> Result<Self, MasterKeyError> {
        let text = text.expose_secret().trim();
        let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| MasterKeyError)?);
        bytes
            .as_slice()
            .try_into()
            .map(Self::of)
            .map_err(|_| MasterKeyError)
    }

    /// The text that [`Self::from_base64`] reads.
    #[must_use]
    pub fn to_base64(&self) -> SecretString {
        SecretString::from(STANDARD.encode(self.key))
    }

    /// Encrypts a data key, bound to its company, purpose and id.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn wrap(&self, key: &DataKey, rng: &Rng) -> Result<WrappedKey, FieldError> {
        sealing_key(&self.key)
            .seal(wrap_context(key.id, key.company, key.purpose), &key.key, rng)
            .map(WrappedKey)
    }

    /// Decrypts a data key stored under `id` for `company` and `purpose`.
    ///
    /// # Errors
    /// When it was wrapped by another master key, for another place, or altered.
    pub fn unwrap(
        &self,
        wrapped: &WrappedKey,
        id: DataKeyId,
        company: Uuid,
        purpose: Purpose,
    ) -> Result<DataKey, FieldError> {
        let named = envelope::key_id(&wrapped.0)?;
        let mut masters = std::iter::once(&self.key).chain(&self.former).map(sealing_key);
        let master = masters.find(|master| master.id() == named);
        let opened = master
            .ok_or(FieldError::UnknownKey(named))?
            .open(wrap_context(id, company, purpose), &wrapped.0)?;
        let key = opened.as_slice().try_into().map_err(|_| FieldError::Form)?;
        Ok(DataKey {
            id,
            company,
            purpose,
            key,
        })
    }

    /// Whether this key itself wrapped it, and none before it.
    #[must_use]
    pub fn has_wrapped(&self, wrapped: &WrappedKey) -> bool {
        envelope::key_id(&wrapped.0).is_ok_and(|named| named == sealing_key(&self.key).id())
    }
}

/// A master key names itself by a value derived from it, so that a key wrapped by another is told apart.
fn sealing_key(master: &[u8; 32]) -> SealingKey {
    let salt = b"safeshipper/master/v1";
    let id = expand(master, salt, &[b"id"]);
    let (id, _) = id.split_at(16);
    let wrapping = expand(master, salt, &[b"wrap"]);
    SealingKey::new(Uuid::from_slice(id).unwrap_or_default(), &wrapping)
}

fn wrap_context(id: DataKeyId, company: Uuid, purpose: Purpose) -> impl FnOnce(&mut Vec<u8>) {
    move |data| {
        data.extend(b"safeshipper/wrap/v1");
        data.extend(id.0.as_bytes());
        data.extend(company.as_bytes());
        data.extend(purpose.as_str().as_bytes());
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}
