//! Which lines of the load a finding is about.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The positions, from zero, of at most two lines of a load: none for the load as a whole.
///
/// It reads like a slice and is written as an array. A great load has thousands of findings, so it needs no
/// memory of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// Zero where there is no line.
    at: [usize; 2],
    count: u8,
}

impl Lines {
    /// At most two lines, ascending; no finding is about more.
    pub(crate) const fn of(lines: &[usize]) -> Self {
        let (at, count) = match *lines {
            [] => ([0; 2], 0),
            [line] => ([line, 0], 1),
            [a, b, ..] => ([a, b], 2),
        };
        Self { at, count }
    }

    /// The positions.
    #[must_use]
    pub fn as_slice(&self) -> &[usize] {
        self.at.get(..usize::from(self.count)).unwrap_or_default()
    }
}

impl Deref for Lines {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        self.as_slice()
    }
}

impl<const N: usize> PartialEq<[usize; N]> for Lines {
    fn eq(&self, other: &[usize; N]) -> bool {
        self.as_slice() == other
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl Serialize for Lines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let lines: Vec<usize> = Vec::deserialize(deserializer)?;
        if lines.len() > 2 {
            return Err(de::Error::invalid_length(lines.len(), &"at most two lines"));
        }
        Ok(Self::of(&lines))
    }
}
