//! The seven roles (AUTHZ-1).
//!
//! A role is a name here. What it may do, and which roles it inherits from, is decided by the
//! policies alone: nothing else compares roles.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A user's role in its company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Reads goods, documents and its own shipments.
    Viewer,
    /// Carries: sees what is assigned to it.
    Driver,
    /// Prepares shipments.
    Operator,
    /// Watches over a team's work.
    Supervisor,
    /// Answers for safety and people.
    Manager,
    /// Runs the company's account.
    Admin,
    /// Platform staff: acts in the platform company only.
    SuperAdmin,
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no role is named `{0}`")]
pub struct UnknownRole(String);

impl Role {
    /// Every role, in the order of the requirements.
    pub const ALL: [Self; 7] = [
        Self::Viewer,
        Self::Driver,
        Self::Operator,
        Self::Supervisor,
        Self::Manager,
        Self::Admin,
        Self::SuperAdmin,
    ];

    /// The name in the requirements, in the database and in the policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "VIEWER",
            Self::Driver => "DRIVER",
            Self::Operator => "OPERATOR",
            Self::Supervisor => "SUPERVISOR",
            Self::Manager => "MANAGER",
            Self::Admin => "ADMIN",
            Self::SuperAdmin => "SUPER_ADMIN",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| UnknownRole(text.chars().take(32).collect()))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_reads_back_from_its_name() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
        }
    }

    #[test]
    fn a_name_that_is_no_role_is_refused() {
        for text in ["", "viewer", "ROOT", "EMERGENCY_COORDINATOR", "ADMIN "] {
            assert_eq!(text.parse::<Role>(), Err(UnknownRole(text.into())));
        }
    }
}
