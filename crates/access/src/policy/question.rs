//! One question to the policies: who, about what, when.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use cedar_policy::{
    Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request, Response,
    RestrictedExpression,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Action, Policies, Resource, ResourceKind};
use crate::actor::{AccountState, Actor, EmergencyAccess};
use crate::grant::Reason;
use crate::ids::UserId;
use crate::role::Role;

/// The principal, the resource and the circumstances, ready to be asked about any action.
pub(super) struct Question<'a> {
    policies: &'a Policies,
    principal: EntityUid,
    resource: EntityUid,
    context: Context,
    entities: Entities,
}

impl<'a> Question<'a> {
    /// About the actor's own company as a whole.
    pub(super) fn on_company(
        policies: &'a Policies,
        actor: &Actor,
        now: OffsetDateTime,
    ) -> Result<Self, Reason> {
        let company = Entity::new_no_attrs(uid(&COMPANY, actor.company().uuid()), HashSet::new());
        Self::new(policies, actor, company, now)
    }

    /// About one object.
    pub(super) fn on_object(
        policies: &'a Policies,
        actor: &Actor,
        object: &Resource,
        now: OffsetDateTime,
    ) -> Result<Self, Reason> {
        let kind: &EntityTypeName = match object.kind {
            ResourceKind::Shipment => &SHIPMENT,
            ResourceKind::Check => &CHECK,
            ResourceKind::AuditEvent => &AUDIT_EVENT,
            ResourceKind::Incident => &INCIDENT,
            ResourceKind::Override => &OVERRIDE,
            ResourceKind::Person => &USER,
            ResourceKind::Document => &DOCUMENT,
        };
        let person = |name: &str, user: Option<UserId>| {
            user.map(|user| {
                (
                    name.to_owned(),
                    RestrictedExpression::new_entity_uid(uid(&USER, user.uuid())),
                )
            })
        };
        let role = object.role.map(|role| {
            let role = RestrictedExpression::new_entity_uid(role_uid(role));
            ("role".to_owned(), role)
        });
        let led_by =
            (object.kind == ResourceKind::Person).then(|| ("led_by".to_owned(), users(object.led_by)));
        let document_type = object.document_type.map(|kind| {
            let kind = RestrictedExpression::new_string(kind.as_str().to_owned());
            ("document_type".to_owned(), kind)
        });
        let seen_by = object.shipment_seen.map(|seen| {
            let seen_by = users(seen.then(|| actor.user()));
            ("shipment_seen_by".to_owned(), seen_by)
        });
        let authors = object.load_authors.iter();
        let authors = authors.map(|all| ("load_authors".to_owned(), users(all.iter().copied())));
        let attributes = person("created_by", object.created_by)
            .into_iter()
            .chain(person("assigned_to", object.assigned_to))
            .chain(person("asked_by", object.asked_by))
            .chain(authors)
            .chain(role)
            .chain(led_by)
            .chain(document_type)
            .chain(seen_by);
        let company = std::iter::once(uid(&COMPANY, object.company.uuid()));
        let incident = object.incident.map(|incident| uid(&INCIDENT, incident.uuid()));
        let parents = company.chain(incident).collect();
        let object = Entity::new(uid(kind, object.id), attributes.collect(), parents)
            .map_err(|_| Reason::PolicyFault)?;
        Self::new(policies, actor, object, now)
    }

    fn new(
        policies: &'a Policies,
        actor: &Actor,
        resource: Entity,
        now: OffsetDateTime,
    ) -> Result<Self, Reason> {
        let user = user(policies, actor)?;
        let principal = user.uid();
        let subject = resource.uid();
        // Who does something to themselves is one entity, not two.
        let entities = std::iter::once(user).chain((subject != principal).then_some(resource));
        Ok(Self {
            policies,
            principal,
            resource: subject,
            context: circumstances(actor, now)?,
            entities: policies
                .grouped
                .clone()
                .add_entities(entities, None)
                .map_err(|_| Reason::PolicyFault)?,
        })
    }

    /// Whether the action is permitted, and otherwise why not.
    pub(super) fn decide(&self, name: &str) -> Result<(), Reason> {
        let action = self.policies.actions.get(name).ok_or(Reason::PolicyFault)?;
        let request = self.request(action)?;
        let response = self.ask(&request, &action.policies);
        // Cedar skips a policy that fails; a forbid that fails must not be skipped here.
        if response.diagnostics().errors().next().is_some() {
            return Err(Reason::PolicyFault);
        }
        if response.decision() == Decision::Allow {
            return Ok(());
        }
        let reason = self.reason(&response);
        let conditional = matches!(
            reason,
            Reason::SecondFactorNeeded
                | Reason::SecondFactorDemanded
                | Reason::PasskeyDemanded
                | Reason::FreshProofNeeded
                | Reason::OutsideScope
                | Reason::Withheld
                | Reason::Oneself
                | Reason::AboveOneself
                | Reason::SeparationOfDuties
        );
        if conditional && self.ask(&request, &action.permits).decision() == Decision::Deny {
            return Err(Reason::NotHeld);
        }
        Err(reason)
    }

    /// Validated against the schema: an action asked of a kind of object it does not apply to is a fault.
    pub(super) fn request(&self, action: &Action) -> Result<Request, Reason> {
        Request::new(
            self.principal.clone(),
            action.uid.clone(),
            self.resource.clone(),
            self.context.clone(),
            Some(&self.policies.schema),
        )
        .map_err(|_| Reason::PolicyFault)
    }

    pub(super) fn ask(&self, request: &Request, policies: &PolicySet) -> Response {
        self.policies
            .authorizer
            .is_authorized(request, policies, &self.entities)
    }

    /// The first reason in the order in which they matter; none at all means that nothing permits it.
    fn reason(&self, response: &Response) -> Reason {
        let precedence = |reason: &Reason| match reason {
            Reason::OtherCompany => 0,
            Reason::PlatformRoleOutsidePlatform => 1,
            Reason::AccountNotActive => 2,
            Reason::SessionOver => 3,
            Reason::Withheld => 4,
            Reason::Oneself => 5,
            Reason::AboveOneself => 6,
            Reason::SeparationOfDuties => 7,
            Reason::OutsideScope => 8,
            Reason::SecondFactorDemanded => 9,
            Reason::PasskeyDemanded => 10,
            _ => 11,
        };
        response
            .diagnostics()
            .reason()
            .map(|policy| {
                self.policies
                    .reasons
                    .get(policy)
                    .copied()
                    .unwrap_or(Reason::PolicyFault)
            })
            .min_by_key(precedence)
            .unwrap_or(Reason::NotHeld)
    }
}

fn user(policies: &Policies, actor: &Actor) -> Result<Entity, Reason> {
    let roles = policies.roles.get(&actor.role()).ok_or(Reason::PolicyFault)?;
    let company = uid(&COMPANY, actor.company().uuid());
    let active = actor.account() == AccountState::Active;
    let emergency = actor.emergency().map(emergency_access).transpose()?;
    let attributes = HashMap::from([
        (
            "company".to_owned(),
            RestrictedExpression::new_entity_uid(company.clone()),
        ),
        (
            "role".to_owned(),
            RestrictedExpression::new_entity_uid(role_uid(actor.role())),
        ),
        ("active".to_owned(), RestrictedExpression::new_bool(active)),
        (
            "has_second_factor".to_owned(),
            RestrictedExpression::new_bool(actor.has_second_factor()),
        ),
        (
            "company_demands".to_owned(),
            RestrictedExpression::new_string(actor.second_factor_policy().as_str().to_owned()),
        ),
        (
            "has_passkey".to_owned(),
            RestrictedExpression::new_bool(actor.passkeys().enrolled),
        ),
        ("led_by".to_owned(), users(None)),
        (
            "company_demands_passkeys".to_owned(),
            RestrictedExpression::new_string(actor.passkeys().policy.as_str().to_owned()),
        ),
    ]);
    let attributes = attributes
        .into_iter()
        .chain(emergency.map(|access| ("emergency".to_owned(), access)));
    let member = |kind: &'static EntityTypeName, names: &[String]| {
        let of = |name: &String| EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(name));
        names.iter().map(of).collect::<Vec<_>>()
    };
    let parents = std::iter::once(company)
        .chain(roles.iter().cloned())
        .chain(member(&GRANTED, actor.granted()))
        .chain(member(&WITHHELD, actor.withheld()));
    Entity::new(
        uid(&USER, actor.user().uuid()),
        attributes.collect(),
        parents.collect(),
    )
    .map_err(|_| Reason::PolicyFault)
}

/// A set of people.
fn users(users: impl IntoIterator<Item = UserId>) -> RestrictedExpression {
    let entity = |user: UserId| RestrictedExpression::new_entity_uid(uid(&USER, user.uuid()));
    RestrictedExpression::new_set(users.into_iter().map(entity))
}

fn emergency_access(access: &EmergencyAccess) -> Result<RestrictedExpression, Reason> {
    let permissions = access.permissions.iter().cloned();
    let permissions = RestrictedExpression::new_set(permissions.map(RestrictedExpression::new_string));
    let until = RestrictedExpression::new_long(access.until.unix_timestamp());
    let incident = RestrictedExpression::new_entity_uid(uid(&INCIDENT, access.incident.uuid()));
    let only = RestrictedExpression::new_bool(access.incident_only);
    let fields = [
        ("permissions", permissions),
        ("until", until),
        ("incident", incident),
        ("incident_only", only),
    ];
    RestrictedExpression::new_record(fields.map(|(name, value)| (name.to_owned(), value)))
        .map_err(|_| Reason::PolicyFault)
}

fn circumstances(actor: &Actor, now: OffsetDateTime) -> Result<Context, Reason> {
    let long = RestrictedExpression::new_long;
    // Whole seconds, rounded up: a factor of 900.2 s ago is too old.
    let age = |at: OffsetDateTime| {
        let age = now - at;
        age.whole_seconds() + i64::from(age.subsec_nanoseconds() > 0)
    };
    let pairs = [
        ("now", Some(now.unix_timestamp())),
        ("session_ends", Some(actor.expires_at().unix_timestamp())),
        ("second_factor_age", actor.second_factor_at().map(age)),
        ("password_age", Some(age(actor.authenticated_at()))),
        ("passkey_age", actor.passkeys().shown_at.map(age)),
        ("backup_code_age", actor.passkeys().backup_code_at.map(age)),
    ];
    let known = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), long(value?))));
    Context::from_pairs(known).map_err(|_| Reason::PolicyFault)
}

pub(super) fn role_uid(role: Role) -> EntityUid {
    EntityUid::from_type_name_and_id(ROLE.clone(), EntityId::new(role.as_str()))
}

pub(super) fn action_uid(name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(ACTION.clone(), EntityId::new(name))
}

fn uid(kind: &EntityTypeName, id: Uuid) -> EntityUid {
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    EntityUid::from_type_name_and_id(
        kind.clone(),
        EntityId::new(&*id.hyphenated().encode_lower(&mut text)),
    )
}

#[expect(clippy::expect_used, reason = "the names below are identifiers")]
fn entity_type(name: &str) -> EntityTypeName {
    name.parse().expect("an identifier")
}

static ROLE: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Role"));
static ACTION: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Action"));
static COMPANY: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Company"));
static USER: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("User"));
static SHIPMENT: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Shipment"));
static CHECK: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Check"));
static OVERRIDE: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Override"));
static DOCUMENT: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Document"));
static INCIDENT: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Incident"));
pub(super) static GRANTED: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Granted"));
static WITHHELD: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("Withheld"));
static AUDIT_EVENT: LazyLock<EntityTypeName> = LazyLock::new(|| entity_type("AuditEvent"));

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, prop_assume, proptest};
    use proptest::sample::select;

    use super::*;
    use crate::permission::ALL;

    static POLICIES: LazyLock<Policies> = LazyLock::new(|| Policies::embedded().unwrap());

    fn names() -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|info| info.name)
    }

    proptest! {
        #[test]
        fn every_action_in_another_company_is_refused_to_every_role(
            role in select(Role::ALL.to_vec()),
            other in any::<u128>(),
        ) {
            let now = OffsetDateTime::UNIX_EPOCH;
            let actor = super::super::model(role, crate::ids::PLATFORM_COMPANY, now);
            let other = Uuid::from_u128(other);
            prop_assume!(other != actor.company().uuid());
            let company = Entity::new_no_attrs(uid(&COMPANY, other), HashSet::new());
            let question = Question::new(&POLICIES, &actor, company, now).unwrap();
            for name in names() {
                prop_assert_eq!(question.decide(name), Err(Reason::OtherCompany), "{} {}", role, name);
            }
        }
    }

    #[test]
    fn the_policies_left_out_for_an_action_never_decide_it() {
        let all = super::super::load::joined(super::super::FILES).unwrap();
        let now = OffsetDateTime::UNIX_EPOCH;
        for role in Role::ALL {
            let actor = super::super::model(role, crate::ids::PLATFORM_COMPANY, now);
            let question = Question::on_company(&POLICIES, &actor, now).unwrap();
            for name in names() {
                let request = question.request(&POLICIES.actions[name]).unwrap();
                let few = question.ask(&request, &POLICIES.actions[name].policies);
                let every = question.ask(&request, &all);
                assert_eq!(few.decision(), every.decision(), "{role} {name}");
                let reasons = |response: &Response| -> HashSet<_> {
                    response.diagnostics().reason().cloned().collect()
                };
                assert_eq!(reasons(&few), reasons(&every), "{role} {name}");
            }
        }
    }
}
