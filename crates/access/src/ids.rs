//! Identifiers as types, with a prefix from one registry.
//!
//! An id is a UUIDv7 (RFC 9562) in the database and `shp_` plus 32 lowercase hexadecimal digits
//! everywhere a person or a client sees it, so that an id of one kind cannot be passed for another.
//! To add a kind: one line in the registry at the end of this file.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use uuid::Uuid;

/// The kind of thing an [`Id`] names.
pub trait Kind: Send + Sync + 'static {
    /// The text in front of the underscore, three lowercase letters.
    const PREFIX: &'static str;
}

/// The identifier of a thing of kind `K`.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// Why a text is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text starts with another prefix, or with none.
    #[error("id does not start with `{expected}_`")]
    Prefix {
        /// The prefix of the kind asked for.
        expected: &'static str,
    },
    /// What follows the prefix does not have 32 characters.
    #[error("id has {found} characters after the prefix, expected 32")]
    Length {
        /// The number of characters found.
        found: usize,
    },
    /// A character after the prefix is not a lowercase hexadecimal digit.
    #[error("id has a character that is not a lowercase hexadecimal digit at position {position}")]
    Digit {
        /// Its position, counted from 0 after the prefix.
        position: usize,
    },
}

impl<K> Id<K> {
    /// The id that a row already has.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self {
            uuid,
            kind: PhantomData,
        }
    }

    /// The UUID that is stored.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// A new id: UUIDv7 of `now` (milliseconds since 1970, earlier times count as 1970) and 74 random bits.
    #[must_use]
    pub fn generate(now: OffsetDateTime) -> Self {
        let seconds = u64::try_from(now.unix_timestamp()).unwrap_or(0);
        let timestamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, now.nanosecond());
        Self::from_uuid(Uuid::new_v7(timestamp))
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .ok_or(IdError::Prefix { expected: K::PREFIX })?;
        let found = digits.chars().count();
        if found != 32 {
            return Err(IdError::Length { found });
        }
        let lowercase_hex = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        if let Some(position) = digits.chars().position(|c| !lowercase_hex(c)) {
            return Err(IdError::Digit { position });
        }
        Uuid::try_parse(digits)
            .map(Self::from_uuid)
            .map_err(|_| IdError::Length { found })
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.uuid.simple())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

// Written out because `derive` would ask the same of `K`.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

macro_rules! registry {
    ($($(#[$doc:meta])* $alias:ident = $kind:ident, $prefix:literal;)*) => {
        $(
            #[doc = concat!("The kind behind [`", stringify!($alias), "`].")]
            pub enum $kind {}
            impl Kind for $kind {
                const PREFIX: &'static str = $prefix;
            }
            $(#[$doc])*
            pub type $alias = Id<$kind>;
        )*
        /// Every prefix in use.
        pub const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

registry! {
    /// A company: the tenant.
    CompanyId = Company, "cmp";
    /// A person's account in one company.
    UserId = User, "usr";
    /// A session of one user.
    SessionId = Session, "ses";
    /// A second factor of one user.
    FactorId = Factor, "fct";
    /// A reset of one user's second factors.
    FactorResetId = FactorReset, "frs";
    /// A provider that a company's people sign in at.
    IdentityProviderId = IdentityProvider, "idp";
    /// Who a person is at a provider.
    IdentityId = Identity, "idn";
    /// A permission given to one person or withheld from them.
    PermissionGrantId = PermissionGrant, "pgr";
    /// An incident with dangerous goods.
    IncidentId = Incident, "inc";
    /// Emergency access of one person because of an incident.
    EmergencyAccessId = EmergencyAccess, "ema";
    /// A shipment.
    ShipmentId = Shipment, "shp";
    /// A stored result of a mixed-load check.
    CheckId = Check, "chk";
    /// An override of a check of a shipment's load.
    OverrideId = Override, "ovr";
    /// A data set of a regime that a company loads itself.
    DataSetId = DataSet, "dst";
    /// A key whose signature under data sets a company trusts.
    DataSetKeyId = DataSetKey, "dsk";
    /// A document.
    DocumentId = Document, "doc";
    /// An event of the audit trail.
    AuditEventId = AuditEvent, "evt";
    /// One request, as quoted in problem documents and logs.
    RequestId = Request, "req";
}

/// The company of the platform's own staff: the only one in which SUPER_ADMIN means anything.
pub const PLATFORM_COMPANY: CompanyId =
    CompanyId::from_uuid(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));

#[cfg(test)]
mod tests {
    use super::*;

    fn shipment() -> ShipmentId {
        "shp_019a0c1e5b7c7f3e8a4d9b2c6e1f0a35".parse().unwrap()
    }

    #[test]
    fn an_id_reads_back_from_its_text() {
        assert_eq!(shipment().to_string(), "shp_019a0c1e5b7c7f3e8a4d9b2c6e1f0a35");
        assert_eq!(shipment().to_string().parse(), Ok(shipment()));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let as_user = shipment().to_string().parse::<UserId>();
        assert_eq!(as_user, Err(IdError::Prefix { expected: "usr" }));
        assert_eq!(as_user.unwrap_err().to_string(), "id does not start with `usr_`");
    }

    #[test]
    fn other_spellings_of_an_id_are_refused() {
        for (text, error) in [
            ("shp_", IdError::Length { found: 0 }),
            (
                "shp_019a0c1e5b7c7f3e8a4d9b2c6e1f0a3",
                IdError::Length { found: 31 },
            ),
            (
                "shp_019a0c1e-5b7c-7f3e-8a4d-9b2c6e1f0a35",
                IdError::Length { found: 36 },
            ),
            (
                "shp_019A0c1e5b7c7f3e8a4d9b2c6e1f0a35",
                IdError::Digit { position: 3 },
            ),
            (
                "shp_019a0c1e5b7c7f3e8a4d9b2c6e1f0a3\u{661}",
                IdError::Digit { position: 31 },
            ),
            (
                "SHP_019a0c1e5b7c7f3e8a4d9b2c6e1f0a35",
                IdError::Prefix { expected: "shp" },
            ),
            (
                "shp019a0c1e5b7c7f3e8a4d9b2c6e1f0a35",
                IdError::Prefix { expected: "shp" },
            ),
            ("", IdError::Prefix { expected: "shp" }),
        ] {
            assert_eq!(text.parse::<ShipmentId>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_new_id_carries_the_time_it_was_given() {
        let now = time::macros::datetime!(2026-03-01 12:00:00.25 UTC);
        let uuid = ShipmentId::generate(now).uuid();
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(
            uuid.get_timestamp().unwrap().to_unix(),
            (1_772_366_400, 250_000_000)
        );
    }

    #[test]
    fn an_id_is_a_string_in_json() {
        let json = serde_json::to_string(&shipment()).unwrap();
        assert_eq!(json, "\"shp_019a0c1e5b7c7f3e8a4d9b2c6e1f0a35\"");
        assert_eq!(serde_json::from_str::<ShipmentId>(&json).unwrap(), shipment());
        assert!(serde_json::from_str::<UserId>(&json).is_err());
    }

    #[test]
    fn every_prefix_is_used_once() {
        let distinct: std::collections::BTreeSet<_> = PREFIXES.iter().collect();
        assert_eq!(distinct.len(), PREFIXES.len());
    }
}
