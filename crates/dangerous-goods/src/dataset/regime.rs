//! The regimes whose tables a company brings itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::identity::{Regime, clip};

/// A body of transport law whose tables are not part of this crate: a company loads them as a data set it
/// has the right to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OtherRegime {
    /// By sea: the International Maritime Dangerous Goods Code.
    Imdg,
    /// Australia, road and rail: the Australian Dangerous Goods Code.
    Adg,
    /// By air: the Dangerous Goods Regulations.
    Iata,
}

impl OtherRegime {
    /// Every regime that a data set may be of.
    pub const ALL: [Self; 3] = [Self::Imdg, Self::Adg, Self::Iata];

    /// The short form used in data sets, row ids, JSON and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Imdg => "imdg",
            Self::Adg => "adg",
            Self::Iata => "iata",
        }
    }

    /// The name a person reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Imdg => "by sea (IMDG)",
            Self::Adg => "Australia, road and rail (ADG)",
            Self::Iata => "by air (IATA)",
        }
    }
}

impl fmt::Display for OtherRegime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Text that names no regime of a data set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown regime `{0}`, expected `imdg`, `adg` or `iata`")]
pub struct UnknownOtherRegime(String);

impl FromStr for OtherRegime {
    type Err = UnknownOtherRegime;

    fn from_str(text: &str) -> Result<Self, UnknownOtherRegime> {
        Self::ALL
            .into_iter()
            .find(|regime| text.eq_ignore_ascii_case(regime.code()))
            .ok_or_else(|| UnknownOtherRegime(clip(text)))
    }
}

/// A regime, whether its tables are part of this crate or loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AnyRegime {
    /// Its tables are part of this crate.
    Own(Regime),
    /// A company loads it as a data set.
    Loaded(OtherRegime),
}

impl AnyRegime {
    /// The short form used in JSON: `us`, `adr`, `imdg`, `adg`, `iata`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Own(regime) => regime.code(),
            Self::Loaded(regime) => regime.code(),
        }
    }

    /// The name a person reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own(regime) => regime.name(),
            Self::Loaded(regime) => regime.name(),
        }
    }
}

impl fmt::Display for AnyRegime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl From<Regime> for AnyRegime {
    fn from(regime: Regime) -> Self {
        Self::Own(regime)
    }
}

impl From<OtherRegime> for AnyRegime {
    fn from(regime: OtherRegime) -> Self {
        Self::Loaded(regime)
    }
}

/// Text that names no regime.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown regime `{0}`, expected `us`, `adr`, `imdg`, `adg` or `iata`")]
pub struct UnknownAnyRegime(String);

impl FromStr for AnyRegime {
    type Err = UnknownAnyRegime;

    fn from_str(text: &str) -> Result<Self, UnknownAnyRegime> {
        let own = text.parse().map(Self::Own).ok();
        own.or_else(|| text.parse().map(Self::Loaded).ok())
            .ok_or_else(|| UnknownAnyRegime(clip(text)))
    }
}
