//! Sealing and opening the values of one company and purpose.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

use super::envelope::{self, SealingKey};
use super::{DataKey, DataKeyId, FieldError, Purpose};
use crate::rng::Rng;

/// The one place a sealed value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldContext<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The column's name.
    pub column: &'a str,
    /// The row's id.
    pub row: Uuid,
    /// The company the row belongs to.
    pub company: Uuid,
}

impl FieldContext<'_> {
    /// An injective encoding: lengths before the names, so that no two places share one.
    fn associated_data(&self, purpose: Purpose, data: &mut Vec<u8>) {
        data.extend(b"safeshipper/field/v1");
        data.extend(self.company.as_bytes());
        data.extend(self.row.as_bytes());
        for name in [purpose.as_str(), self.table, self.column] {
            data.extend((name.len() as u64).to_be_bytes());
            data.extend(name.as_bytes());
        }
    }
}

/// An encrypted value: the bytes of an encrypted column.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Reads stored bytes and checks their header.
    ///
    /// # Errors
    /// When the bytes are too few, or of an unknown version or algorithm.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, FieldError> {
        envelope::key_id(&bytes)?;
        Ok(Self(bytes))
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As text that a form carries: base64url without padding.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// Reads what [`Self::to_text`] wrote.
    ///
    /// # Errors
    /// When it is no such text, or as [`Self::from_bytes`].
    pub fn from_text(text: &str) -> Result<Self, FieldError> {
        Self::from_bytes(URL_SAFE_NO_PAD.decode(text).map_err(|_| FieldError::Form)?)
    }

    /// The data key that sealed it.
    ///
    /// # Errors
    /// As [`Self::from_bytes`].
    pub fn key_id(&self) -> Result<DataKeyId, FieldError> {
        envelope::key_id(&self.0).map(DataKeyId)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

/// The data keys of one company and purpose: the active one seals, any of them opens.
#[derive(Clone)]
pub struct Keychain {
    company: Uuid,
    purpose: Purpose,
    active: SealingKey,
    others: Vec<SealingKey>,
    destroyed: Vec<Uuid>,
}

impl Keychain {
    /// A chain that seals with `active`.
    #[must_use]
    pub fn new(active: &DataKey) -> Self {
        Self {
            company: active.company(),
            purpose: active.purpose(),
            active: SealingKey::new(active.id().0, active.bytes()),
            others: Vec::new(),
            destroyed: Vec::new(),
        }
    }

    /// Adds an earlier key, which opens only.
    ///
    /// # Errors
    /// When it belongs to another company or purpose.
    pub fn with_earlier(mut self, key: &DataKey) -> Result<Self, FieldError> {
        if key.company() != self.company {
            return Err(FieldError::OtherCompany);
        }
        if key.purpose() != self.purpose {
            return Err(FieldError::OtherPurpose);
        }
        self.others.push(SealingKey::new(key.id().0, key.bytes()));
        Ok(self)
    }

    /// Adds the name of a key that was destroyed: what it sealed is known to be lost (E20).
    #[must_use]
    pub fn with_destroyed(mut self, id: DataKeyId) -> Self {
        self.destroyed.push(id.0);
        self
    }

    /// The key that seals.
    #[must_use]
    pub fn active(&self) -> DataKeyId {
        DataKeyId(self.active.id())
    }

    /// Whether the key that sealed the value is at hand, or is known to be destroyed. A value it does not know may
    /// be under a key that is newer than this chain.
    #[must_use]
    pub fn knows(&self, sealed: &Sealed) -> bool {
        let id = envelope::key_id(&sealed.0);
        id.is_ok_and(|id| self.keys().any(|key| key.id() == id) || self.destroyed.contains(&id))
    }

    fn keys(&self) -> impl Iterator<Item = &SealingKey> {
        std::iter::once(&self.active).chain(&self.others)
    }

    /// Whose keys these are.
    #[must_use]
    pub fn company(&self) -> Uuid {
        self.company
    }

    /// What they are for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Encrypts `plaintext` for the place given, with the active key.
    ///
    /// # Errors
    /// When the place is another company's or the system gives no randomness.
    pub fn seal(&self, place: &FieldContext<'_>, plaintext: &[u8], rng: &Rng) -> Result<Sealed, FieldError> {
        self.own(place)?;
        self.active
            .seal(|data| place.associated_data(self.purpose, data), plaintext, rng)
            .map(Sealed)
    }

    /// Decrypts what was sealed for this very place.
    ///
    /// # Errors
    /// When the key is not at hand, or the value is altered or was sealed for another place.
    pub fn open(&self, place: &FieldContext<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, FieldError> {
        self.own(place)?;
        let id = envelope::key_id(&sealed.0)?;
        let key = self.keys().find(|key| key.id() == id).ok_or_else(|| {
            if self.destroyed.contains(&id) {
                FieldError::DestroyedKey(id)
            } else {
                FieldError::UnknownKey(id)
            }
        })?;
        key.open(|data| place.associated_data(self.purpose, data), &sealed.0)
    }

    /// Decrypts a text.
    ///
    /// # Errors
    /// As [`Self::open`], and when the value is not UTF-8.
    pub fn open_text(&self, place: &FieldContext<'_>, sealed: &Sealed) -> Result<SecretString, FieldError> {
        let mut bytes = self.open(place, sealed)?;
        match String::from_utf8(std::mem::take(&mut *bytes)) {
            Ok(text) => Ok(SecretString::from(text)),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(FieldError::Form)
            }
        }
    }

    fn own(&self, place: &FieldContext<'_>) -> Result<(), FieldError> {
        if place.company == self.company {
            Ok(())
        } else {
            Err(FieldError::OtherCompany)
        }
    }
}

impl fmt::Debug for Keychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keychain({}, {:?})", self.company, self.purpose)
    }
}
