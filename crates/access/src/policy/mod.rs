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
    AccountState, Actor, LiveSession, PasskeyPolicy, Passkeys, Personal, SecondFactorPolicy, SessionRow,
};
use crate::document::DocumentType;
use crate::grant::{Grant, Reason, Refusal, Scopes};
use crate::ids::{CompanyId, IncidentId, PLATFORM_COMPANY, SessionId, UserId};
use crate::permission::{ALL, Permission, Scope};
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
    /// An incident.
    Incident,
    /// An override of a check of a shipment's load.
    Override,
    /// A person of a company, to whom something is done.
    Person,
    /// A document.
    Document,
}

/// One object a decision is about. Read it under row-level security before asking (P6).
#[derive(Debug, Clone)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub company: CompanyId,
    /// Who created it; of an override, who made the shipment.
    pub created_by: Option<UserId>,
    /// To whom it is assigned.
    pub assigned_to: Option<UserId>,
    /// Of an override: who asked for it.
    pub asked_by: Option<UserId>,
    /// Of an override: everybody who changed the load.
    pub load_authors: Option<Vec<UserId>>,
    /// Of a shipment and an override of its check: the incident of the actor's emergency access, where that names it.
    pub incident: Option<IncidentId>,
    /// Of a person: the role they have, or are to have.
    pub role: Option<Role>,
    /// Of a person: who asks, where they lead the team that the person is in.
    pub led_by: Option<UserId>,
    /// Of a document: its type.
    pub document_type: Option<DocumentType>,
    /// Of a document of a shipment: whether who asks sees that; none where it is of no shipment.
    pub shipment_seen: Option<bool>,
}

impl Resource {
    /// An object of a company of which nothing more is known.
    #[must_use]
    pub const fn new(kind: ResourceKind, id: Uuid, company: CompanyId) -> Self {
        Self {
            kind,
            id,
            company,
            created_by: None,
            assigned_to: None,
            asked_by: None,
            load_authors: None,
            incident: None,
            role: None,
            led_by: None,
            document_type: None,
            shipment_seen: None,
        }
    }

    /// A person with the role they have, or are to have.
    #[must_use]
    pub fn person(user: UserId, company: CompanyId, role: Role) -> Self {
        Self {
            role: Some(role),
            ..Self::new(ResourceKind::Person, user.uuid(), company)
        }
    }
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
    /// The permissions that can be given to one person or withheld: those that `grants.cedar` speaks of.
    personal: Vec<&'static str>,
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
                Ok(()) => scopes.add(*scope, actor),
                Err(refused) => reason = more_telling(reason, refused),
            }
        }
        if scopes.is_empty() {
            return Err(refused(reason));
        }
        Ok(Grant::new(Arc::clone(actor), scopes))
    }

    /// Decides whether a grant reaches one object at `now`: own, assigned and team mean exactly that (P7). Returns by
    /// which of its scopes; emergency access only where no other reaches.
    ///
    /// # Errors
    /// The refusal, with its precise reason for the log. [`Reason::OtherCompany`] is to be answered as
    /// if the object did not exist (P19).
    pub fn authorize_on<P: Permission>(
        &self,
        grant: &Grant<P>,
        resource: &Resource,
        now: OffsetDateTime,
    ) -> Result<Scope, Refusal> {
        self.decide_on::<P>(grant.actor(), resource, now)
    }

    /// Decides whether the actor holds `P` on one object at `now`, where nothing but that is asked: what somebody is
    /// shown of an object that they reached by another permission.
    ///
    /// # Errors
    /// As those of [`Self::authorize_on`].
    pub fn decide_on<P: Permission>(
        &self,
        actor: &Actor,
        resource: &Resource,
        now: OffsetDateTime,
    ) -> Result<Scope, Refusal> {
        let refused = |reason| Refusal {
            permission: P::NAME,
            reason,
        };
        let question = Question::on_object(self, actor, resource, now).map_err(refused)?;
        let mut reason = Reason::NotHeld;
        for (scope, name) in P::VARIANTS {
            match question.decide(name) {
                Ok(()) => return Ok(*scope),
                Err(refused) => reason = more_telling(reason, refused),
            }
        }
        Err(refused(reason))
    }

    /// The permissions that can be given to one person or withheld from them.
    #[must_use]
    pub fn personal(&self) -> &[&'static str] {
        &self.personal
    }

    /// Decides whether the actor may give others this permission at `now`, or withhold it: what it holds by its role
    /// alone, with all that using it asks for (P16).
    ///
    /// # Errors
    /// [`Reason::AboveOneself`] for what the actor does not hold so, or what nobody is given one by one;
    /// [`Reason::SecondFactorNeeded`] and the like where using it would ask for that.
    pub fn authorize_giving(
        &self,
        actor: &Actor,
        permission: &str,
        now: OffsetDateTime,
    ) -> Result<&'static str, Reason> {
        let known = self.personal.iter().find(|name| **name == permission);
        let name = known.ok_or(Reason::AboveOneself)?;
        self.holds_by_role(actor, name, now)?;
        Ok(name)
    }

    /// Decides whether the actor holds this permission at `now` by its role alone, with all that using it asks for: what
    /// was given to the actor, in an emergency or before, is not passed on.
    ///
    /// # Errors
    /// [`Reason::AboveOneself`], or what using it asks for.
    pub fn holds_by_role(&self, actor: &Actor, permission: &str, now: OffsetDateTime) -> Result<(), Reason> {
        let question = Question::on_company(self, &actor.by_role_alone(), now)?;
        match question.decide(permission) {
            Err(Reason::NotHeld | Reason::Withheld) => Err(Reason::AboveOneself),
            decided => decided,
        }
    }

    /// What a role holds in a company, a fresh second factor presumed.
    #[must_use]
    pub fn held_by(&self, role: Role, company: CompanyId) -> Vec<&'static str> {
        let now = OffsetDateTime::UNIX_EPOCH;
        self.permissions_of(&model(role, company, now), now)
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
        let mut matrix = BTreeMap::new();
        for role in Role::ALL {
            let held = self.held_by(role, PLATFORM_COMPANY);
            for info in ALL {
                matrix.insert((role, info.name), held.contains(&info.name));
            }
        }
        matrix
    }
}

/// Of two reasons the one that says how far the caller came; variants of one permission may differ.
fn more_telling(a: Reason, b: Reason) -> Reason {
    let rank = |reason| match reason {
        Reason::NotHeld => 0,
        Reason::OutsideScope | Reason::Withheld => 1,
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
fn model(role: Role, company: CompanyId, now: OffsetDateTime) -> Arc<Actor> {
    supposed(SessionRow {
        session: SessionId::from_uuid(Uuid::nil()),
        handle_hash: [0; 32],
        user: UserId::from_uuid(Uuid::nil()),
        company,
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
        personal: Personal::default(),
        expires_at: now + Duration::HOUR,
    })
}
