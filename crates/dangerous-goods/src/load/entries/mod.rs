//! What the papers must say of particular goods and no table holds: radionuclides, control temperatures, the
//! holding time of a tank.
//!
//! They are facts of the goods and not of a sheet of paper, so they stand on the line: both papers print the same
//! ones, the hash of the load covers them, and a named person states them. A new one is a variant of
//! [`EntryKind`] here and a rule in `paper::entries` that asks for it.

mod kind;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

pub use self::kind::EntryKind;

/// The entries of one line, at most one of a kind; each was read and is kept in one way of writing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Entries(BTreeMap<EntryKind, String>);

/// What was given as an entry and is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEntry {
    /// It cannot be read.
    #[error("the {name} is `{given}`, expected {expected}", name = .kind.label().to_lowercase())]
    Unreadable {
        /// Which entry.
        kind: EntryKind,
        /// What was given, cut short.
        given: String,
        /// What would do.
        expected: &'static str,
    },
    /// The emergency temperature is not above the control temperature (ADR 7.1.7.3).
    #[error("the emergency temperature, `{emergency}`, is not above the control temperature, `{control}`")]
    Temperatures {
        /// The control temperature.
        control: String,
        /// The emergency temperature.
        emergency: String,
    },
}

impl Entries {
    /// The most characters an entry may have.
    pub const MAX_CHARACTERS: usize = 200;

    /// No entries.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is said of a kind, with its unit: `-10 °C`, `3.7 GBq`, `2026-12-31`.
    #[must_use]
    pub fn get(&self, kind: EntryKind) -> Option<&str> {
        self.0.get(&kind).map(String::as_str)
    }

    /// Reads an entry; what was said of its kind before is replaced.
    ///
    /// ```
    /// use dangerous_goods::{Entries, EntryKind};
    /// let mut entries = Entries::new();
    /// entries.set(EntryKind::ControlTemperature, "-10")?;
    /// assert_eq!(entries.get(EntryKind::ControlTemperature), Some("-10 °C"));
    /// let refused = entries.set(EntryKind::Activity, "3.7").unwrap_err();
    /// assert!(refused.to_string().starts_with("the activity is `3.7`, expected"));
    /// # Ok::<(), dangerous_goods::InvalidEntry>(())
    /// ```
    ///
    /// # Errors
    /// A text that cannot be read as this entry.
    pub fn set(&mut self, kind: EntryKind, text: &str) -> Result<(), InvalidEntry> {
        let value = read::entry(kind, text).ok_or_else(|| InvalidEntry::Unreadable {
            kind,
            given: crate::identity::clip(&text.trim().replace(char::is_control, "?")),
            expected: kind.expected(),
        })?;
        self.0.insert(kind, value);
        Ok(())
    }

    /// Everything that is said, in one order.
    pub fn iter(&self) -> impl Iterator<Item = (EntryKind, &str)> {
        self.0.iter().map(|(kind, value)| (*kind, value.as_str()))
    }

    /// Whether the entries agree with each other.
    ///
    /// # Errors
    /// Temperatures in the wrong order.
    pub fn validate(&self) -> Result<(), InvalidEntry> {
        let value = |kind| self.get(kind).map(|text| (read::tenths(text), text));
        let control = value(EntryKind::ControlTemperature);
        let emergency = value(EntryKind::EmergencyTemperature);
        match (control, emergency) {
            (Some((lower, control)), Some((upper, emergency))) if upper <= lower => {
                Err(InvalidEntry::Temperatures {
                    control: control.to_owned(),
                    emergency: emergency.to_owned(),
                })
            }
            _ => Ok(()),
        }
    }
}

/// A kind that stands twice is refused: the second would silently replace the first.
impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of entries and their texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Entries::new();
                while let Some(kind) = map.next_key::<EntryKind>()? {
                    if entries.get(kind).is_some() {
                        return Err(A::Error::custom(format_args!("`{}` stands twice", kind.code())));
                    }
                    let text = map.next_value::<String>()?;
                    entries.set(kind, &text).map_err(A::Error::custom)?;
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Members)
    }
}
