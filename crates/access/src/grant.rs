//! The proof that one actor holds one permission, and the refusal when it does not.
//!
//! A grant is made by [`crate::policy::Policies::authorize`] and nowhere else; use cases and the
//! store take `&Grant<P>`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::actor::Actor;
use crate::ids::IncidentId;
use crate::permission::{Permission, Scope};

/// How far a permission reaches: the union of the permission's variants that the actor holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes {
    /// Everything of the actor's company.
    pub company: bool,
    /// What belongs to the actor's team.
    pub team: bool,
    /// What is assigned to the actor.
    pub assigned: bool,
    /// What the actor created.
    pub own: bool,
    /// What emergency access reaches: everything of the company, or with the incident what that names.
    pub emergency: Option<EmergencyReach>,
    /// Safety data sheets.
    pub safety_data_sheets: bool,
    /// Emergency procedures.
    pub emergency_procedures: bool,
    /// Proofs of delivery.
    pub proofs_of_delivery: bool,
}

/// How far emergency access reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmergencyReach {
    /// Everything of the company.
    Company,
    /// What this incident names.
    Incident(IncidentId),
}

impl Scopes {
    pub(crate) fn add(&mut self, scope: Scope, actor: &Actor) {
        match scope {
            Scope::Emergency => {
                self.emergency = actor.emergency().map(|access| match access.incident_only {
                    true => EmergencyReach::Incident(access.incident),
                    false => EmergencyReach::Company,
                });
            }
            Scope::Company => self.company = true,
            Scope::Team => self.team = true,
            Scope::Assigned => self.assigned = true,
            Scope::Own => self.own = true,
            Scope::SafetyDataSheets => self.safety_data_sheets = true,
            Scope::EmergencyProcedures => self.emergency_procedures = true,
            Scope::ProofsOfDelivery => self.proofs_of_delivery = true,
        }
    }

    /// Whether nothing is reached.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// Proof that the policies permitted `P` to an actor within its company.
pub struct Grant<P: Permission> {
    actor: Arc<Actor>,
    scopes: Scopes,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Grant<P> {
    /// Only the policies say who holds what.
    pub(crate) fn new(actor: Arc<Actor>, scopes: Scopes) -> Self {
        Self {
            actor,
            scopes,
            permission: PhantomData,
        }
    }

    /// Who was granted it.
    #[must_use]
    pub fn actor(&self) -> &Arc<Actor> {
        &self.actor
    }

    /// How far it reaches.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.scopes
    }

    /// The permission's name, as in the audit trail.
    #[must_use]
    pub fn permission(&self) -> &'static str {
        P::NAME
    }
}

impl<P: Permission> fmt::Debug for Grant<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("permission", &P::NAME)
            .field("actor", &self.actor)
            .field("scopes", &self.scopes)
            .finish()
    }
}

/// Why the policies refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// No role of the actor holds the permission.
    NotHeld,
    /// The object belongs to another company; callers answer as if it did not exist (P19).
    OtherCompany,
    /// The permission is held, but reaches only the actor's own, assigned or team's objects.
    OutsideScope,
    /// The permission is held, but needs a second factor within the last 900 s in this session (AUTHZ-4).
    SecondFactorNeeded,
    /// The company demands a second factor and this session has shown none: it may enrol or show one, and
    /// nothing else (M11).
    SecondFactorDemanded,
    /// The company demands a passkey and this session has shown none: it may enrol or show one, and nothing else
    /// (M9).
    PasskeyDemanded,
    /// The permission is held, but needs a proof within the last 900 s in this session: a second factor, or the
    /// password of who has none (M5).
    FreshProofNeeded,
    /// The permission is withheld from this person (AUTHZ-2).
    Withheld,
    /// It is about the actor's own account, and nobody decides what they may do themselves (P16).
    Oneself,
    /// It is about somebody, or would give something, above what the actor holds (P16).
    AboveOneself,
    /// The actor has a part in what is to be decided, and two people decide it (P15).
    SeparationOfDuties,
    /// The account is not active.
    AccountNotActive,
    /// The session is over.
    SessionOver,
    /// Platform staff act in the platform company only (P1).
    PlatformRoleOutsidePlatform,
    /// A policy could not be evaluated; deny.
    PolicyFault,
}

impl Reason {
    /// The reason in words, for the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotHeld => "the role does not hold it",
            Self::OtherCompany => "the object belongs to another company",
            Self::OutsideScope => "the object is outside the scope held",
            Self::SecondFactorNeeded => "no second factor within 900 s in this session",
            Self::SecondFactorDemanded => {
                "the company demands a second factor and this session has shown none"
            }
            Self::PasskeyDemanded => "the company demands a passkey and this session has shown none",
            Self::FreshProofNeeded => "no fresh proof within 900 s in this session",
            Self::Withheld => "the permission is withheld from this person",
            Self::Oneself => "nobody decides what they may do themselves",
            Self::AboveOneself => "it reaches above what the actor holds",
            Self::SeparationOfDuties => "whoever has a part in it does not decide it",
            Self::AccountNotActive => "the account is not active",
            Self::SessionOver => "the session is over",
            Self::PlatformRoleOutsidePlatform => "a platform role acts in the platform company only",
            Self::PolicyFault => "a policy could not be evaluated",
        }
    }
}

/// A permission refused (AUTHZ-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{permission}` refused: {}", reason.as_str())]
pub struct Refusal {
    /// The permission asked for.
    pub permission: &'static str,
    /// Why it was refused, for the log and the audit trail.
    pub reason: Reason,
}
