//! The decision: Cedar policies, loaded and validated once.
use std::collections::BTreeMap;
use std::sync::Arc;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::actor::Actor;
use crate::grant::{Grant, Reason, Refusal};
use crate::ids::{CompanyId, UserId};
use crate::permission::Permission;
use crate::role::Role;

/// Why the policies could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The schema does not parse.
    #[error("schema: {0}")]
    Schema(String),
    /// A policy does not parse.
    #[error("policy: {0}")]
    Policy(String),
    /// A policy does not fit the schema.
    #[error("policy does not fit the schema: {0}")]
    Invalid(String),
}

/// The kind of an object a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResourceKind {
    /// A shipment.
    Shipment,
    /// A stored mixed-load check.
    Check,
    /// An event of the audit trail.
    AuditEvent,
}

/// One object a decision is about.
#[derive(Debug, Clone, Copy)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub company: CompanyId,
    /// Who created it.
    pub created_by: Option<UserId>,
    /// To whom it is assigned.
    pub assigned_to: Option<UserId>,
}

/// The loaded policies.
pub struct Policies {}

impl Policies {
    /// The policies compiled into the program.
    ///
    /// # Errors
    /// When a file does not parse or does not fit the schema.
    pub fn embedded() -> Result<Self, PolicyError> {
        Ok(Self {})
    }

    /// Decides whether `actor` holds `P` within its own company at `now`.
    ///
    /// # Errors
    /// The refusal, with its precise reason for the log.
    pub fn authorize<P: Permission>(
        &self,
        _actor: &Arc<Actor>,
        _now: OffsetDateTime,
    ) -> Result<Grant<P>, Refusal> {
        Err(Refusal { permission: P::NAME, reason: Reason::PolicyFault })
    }

    /// Decides whether a grant reaches one object at `now`.
    ///
    /// # Errors
    /// The refusal, with its precise reason for the log.
    pub fn authorize_on<P: Permission>(
        &self,
        _grant: &Grant<P>,
        _resource: &Resource,
        _now: OffsetDateTime,
    ) -> Result<(), Refusal> {
        Err(Refusal { permission: P::NAME, reason: Reason::PolicyFault })
    }

    /// The names of the permissions `actor` holds within its own company at `now`.
    #[must_use]
    pub fn permissions_of(&self, _actor: &Arc<Actor>, _now: OffsetDateTime) -> Vec<&'static str> {
        Vec::new()
    }

    /// Who holds what, a fresh second factor presumed: the matrix of `docs/permissions.txt`.
    #[must_use]
    pub fn matrix(&self) -> BTreeMap<(Role, &'static str), bool> {
        BTreeMap::new()
    }
}
