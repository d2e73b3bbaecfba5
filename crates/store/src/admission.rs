//! What is bounded before there is a session: all of it together, and within that what comes from one network, so that
//! no network shuts others out (docs/decisions/0015).

use crate::error::StoreError;

/// The network somebody comes from, as a keyed hash that the database cannot compute.
pub type NetworkMark = [u8; 16];

/// Whether a beginning was admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It has begun.
    Begun,
    /// What it would begin with is gone.
    Absent,
    /// The network has its share under way.
    NetworkShare,
    /// All there may be are under way.
    Full,
}

impl Admission {
    pub(crate) fn parse(text: &str, column: &'static str) -> Result<Self, StoreError> {
        match text {
            "begun" => Ok(Self::Begun),
            "absent" => Ok(Self::Absent),
            "share" => Ok(Self::NetworkShare),
            "full" => Ok(Self::Full),
            _ => Err(StoreError::Corrupt(column)),
        }
    }
}
