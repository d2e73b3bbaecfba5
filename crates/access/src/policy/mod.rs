//! The decision: Cedar policies, loaded and validated once, asked for every grant.
//!
//! Default deny; a forbid always wins (P1, P2, P3); a policy that fails to evaluate denies. The rules
//! stand in `policies/`, not here. What remains here is the translation of an actor, an object and the
//! time into Cedar's terms, and of Cedar's answer into a [`Grant`] or a precise [`Refusal`].

mod explain;
mod load;
mod question;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cedar_policy::{Authorizer, Entities, EntityUid, PolicyId, PolicySet, Schema};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::actor::{
    AccountState, Actor, LiveSession, PasskeyPolicy, Passkeys, SecondFactorPolicy, SessionRow,
};
use crate::grant::{Grant, Reason, Refusal, Scopes};
use crate::ids::{CompanyId, PLATFORM_COMPANY, SessionId, UserId};
use crate::permission::{ALL, Permission};
use crate::role::Role;
pub use explain::{Cited, Explanation};
pub use load::{FILES, PROPERTIES, PolicyError, ROLES, SCHEMA, by_line, fits_the_program};
use question::Question;

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

/// One object a decision is about. Read it under row-level security before asking (P6).
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

/// The loaded policies, with everything that does not depend on the question prepared.
pub struct Policies {
    authorizer: Authorizer,
    schema: Schema,
    /// Why each forbid forbids.
    reasons: HashMap<PolicyId, Reason>,
    actions: HashMap<&'static str, Action>,
    /// The actions that are in a group; a forbid on the group fires only for actions found here.
    grouped: Entities,
    /// Each role with all it inherits from.
    roles: HashMap<Role, Vec<EntityUid>>,
}

/// A permission as the policies know it.
struct Action {
    uid: EntityUid,
    /// The policies that can speak of it: those whose scope does not rule the action out.
    policies: PolicySet,
    /// The permits among them: whether it is held, conditions apart.
    permits: PolicySet,
}

impl Policies {
    /// The policies compiled into the program.
    ///
    /// # Errors
    /// When a file does not parse or does not fit the schema, or roles or permissions are not those of the program.
    pub fn embedded() -> Result<Self, PolicyError> {
        load::embedded()
    }

    /// Decides whether `actor` holds `P` within its own company at `now`, and how far it reaches.
    ///
    /// # Errors
    /// The refusal, with its precise reason for the log.
    pub fn authorize<P: Permission>(
        &self,
        actor: &Arc<Actor>,
        now: OffsetDateTime,
    ) -> Result<Grant<P>, Refusal> {
        let refused = |reason| Refusal {
            permission: P::NAME,
            reason,
        };
        let question = Question::on_company(self, actor, now).map_err(refused)?;
        let mut scopes = Scopes::default();
        let mut reason = Reason::NotHeld;
        for (scope, name) in P::VARIANTS {
            match question.decide(name) {
                Ok(()) => scopes.add(*scope),
                Err(refused) => reason = more_telling(reason, refused),
            }
        }
        if scopes.is_empty() {
            return Err(refused(reason));
        }
        Ok(Grant::new(Arc::clone(actor), scopes))
    }

    /// Decides whether a grant reaches one object at `now`: own, assigned and team mean exactly that (P7).
    ///
    /// # Errors
    /// The refusal, with its precise reason for the log. [`Reason::OtherCompany`] is to be answered as
    /// if the object did not exist (P19).
    pub fn authorize_on<P: Permission>(
        &self,
        grant: &Grant<P>,
        resource: &Resource,
        now: OffsetDateTime,
    ) -> Result<(), Refusal> {
        let refused = |reason| Refusal {
            permission: P::NAME,
            reason,
        };
        let question = Question::on_object(self, grant.actor(), resource, now).map_err(refused)?;
        let mut reason = Reason::NotHeld;
        for name in names::<P>() {
            match question.decide(name) {
                Ok(()) => return Ok(()),
                Err(refused) => reason = more_telling(reason, refused),
            }
        }
        Err(refused(reason))
    }

    /// The names of the permissions `actor` holds within its own company at `now`, in the order of [`ALL`].
    #[must_use]
    pub fn permissions_of(&self, actor: &Arc<Actor>, now: OffsetDateTime) -> Vec<&'static str> {
        let all = ALL.iter().map(|info| info.name);
        let Ok(question) = Question::on_company(self, actor, now) else {
            return Vec::new();
        };
        all.filter(|name| question.decide(name).is_ok()).collect()
    }

    /// Who holds what, a fresh second factor presumed and platform staff in the platform company: the
    /// matrix of `docs/permissions.txt`.
    #[must_use]
    pub fn matrix(&self) -> BTreeMap<(Role, &'static str), bool> {
        let now = OffsetDateTime::UNIX_EPOCH;
        let mut matrix = BTreeMap::new();
        for role in Role::ALL {
            let held = self.permissions_of(&model(role, now), now);
            for info in ALL {
                matrix.insert((role, info.name), held.contains(&info.name));
            }
        }
        matrix
    }
}

fn names<P: Permission>() -> impl Iterator<Item = &'static str> {
    P::VARIANTS.iter().map(|(_, name)| *name)
}

/// Of two reasons the one that says how far the caller came; variants of one permission may differ.
fn more_telling(a: Reason, b: Reason) -> Reason {
    let rank = |reason| match reason {
        Reason::NotHeld => 0,
        Reason::OutsideScope => 1,
        Reason::SecondFactorNeeded
        | Reason::SecondFactorDemanded
        | Reason::PasskeyDemanded
        | Reason::FreshProofNeeded => 2,
        _ => 3,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// Somebody whose session need not exist, to be asked about and to get no grant.
fn supposed(row: SessionRow) -> Arc<Actor> {
    Actor::from_live_session(LiveSession::from_row(row))
}

/// Somebody of this role, for the matrix.
fn model(role: Role, now: OffsetDateTime) -> Arc<Actor> {
    supposed(SessionRow {
        session: SessionId::from_uuid(Uuid::nil()),
        handle_hash: [0; 32],
        user: UserId::from_uuid(Uuid::nil()),
        company: PLATFORM_COMPANY,
        company_name: String::new(),
        role,
        account: AccountState::Active,
        display_name: String::new(),
        second_factor_at: Some(now),
        authenticated_at: now,
        amr: Vec::new(),
        has_second_factor: true,
        second_factor_policy: SecondFactorPolicy::Everyone,
        passkeys: Passkeys {
            enrolled: true,
            shown_at: Some(now),
            backup_code_at: None,
            policy: PasskeyPolicy::Managers,
        },
        expires_at: now + Duration::HOUR,
    })
}
