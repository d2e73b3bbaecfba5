//! Loading: parse, validate strictly, and check that policies and program speak of the same things.

use std::collections::HashMap;
use std::str::FromStr;

use cedar_policy::{
    ActionConstraint, Authorizer, Effect, Entities, Entity, EntityUid, Policy, PolicyId, PolicySet,
    PrincipalConstraint, Schema, ValidationMode, Validator,
};

use super::question::{GRANTED, action_uid, role_uid};
use super::{Action, Policies};
use crate::grant::Reason;
use crate::permission::{ALL, MARKERS};
use crate::role::Role;

/// The schema: what the policies may speak of.
pub const SCHEMA: &str = include_str!("../../../../policies/safeshipper.cedarschema");
/// The hierarchy of the roles.
pub const ROLES: &str = include_str!("../../../../policies/roles.json");
/// The policies, each file by its name.
pub const FILES: &[(&str, &str)] = &[
    ("roles.cedar", include_str!("../../../../policies/roles.cedar")),
    ("grants.cedar", include_str!("../../../../policies/grants.cedar")),
    (
        "emergency.cedar",
        include_str!("../../../../policies/emergency.cedar"),
    ),
    (
        "forbids.cedar",
        include_str!("../../../../policies/forbids.cedar"),
    ),
];
/// What is proved of the policies; not loaded.
pub const PROPERTIES: &str = include_str!("../../../../policies/properties.cedar");

/// Why the policies could not be loaded; the program must not start.
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
    /// The role hierarchy does not fit the schema.
    #[error("roles: {0}")]
    Roles(String),
    /// A forbid has no `@reason` the program knows.
    #[error("forbid `{0}` has no known `@reason`")]
    Reason(String),
    /// The program knows a role the hierarchy lacks.
    #[error("role `{0}` is not in the hierarchy")]
    MissingRole(Role),
    /// The program knows a permission the schema lacks.
    #[error("permission `{0}` is not in the schema")]
    MissingAction(&'static str),
    /// A route could ask for a permission that the table of permissions lacks.
    #[error("permission `{0}` is not in the table of permissions")]
    MissingPermission(&'static str),
}

pub(super) fn embedded() -> Result<Policies, PolicyError> {
    load(SCHEMA, ROLES, FILES)
}

/// Whether a program with these files would start: they fit each other, and roles, permissions and reasons are the
/// program's own.
///
/// # Errors
/// The first that does not.
pub fn fits_the_program(schema: &str, roles: &str, files: &[(&str, &str)]) -> Result<(), PolicyError> {
    load(schema, roles, files).map(|_| ())
}

/// The policies of one file; each one's id is the file's name and the line it begins at, such as `forbids.cedar:5`.
///
/// # Errors
/// When the text does not parse, in words.
pub fn by_line(file: &str, text: &str) -> Result<PolicySet, PolicyError> {
    let told = |error: &dyn std::error::Error| PolicyError::Policy(format!("{file}: {error}"));
    let parsed = PolicySet::from_str(text).map_err(|error| told(&error))?;
    let mut policies: Vec<_> = parsed
        .policies()
        .map(|policy| {
            let source = policy.to_string();
            // Two policies of the same words lie one behind the other.
            let twins = parsed.policies().filter(|twin| twin.to_string() == source);
            let earlier = twins.filter(|twin| number(twin) < number(policy)).count();
            let (at, _) = text.match_indices(&source).nth(earlier).unwrap_or_default();
            (at, policy)
        })
        .collect();
    policies.sort_by_key(|(at, _)| *at);
    let placed = policies.into_iter().map(|(at, policy)| {
        let line = text[..at].matches('\n').count() + 1;
        policy.new_id(PolicyId::new(format!("{file}:{line}")))
    });
    PolicySet::from_policies(placed).map_err(|error| told(&error))
}

/// Parsed policies are numbered: `policy0`, `policy1` and so on.
fn number(policy: &Policy) -> Option<usize> {
    AsRef::<str>::as_ref(policy.id())
        .strip_prefix("policy")?
        .parse()
        .ok()
}

/// The policies of all files.
pub(super) fn joined(files: &[(&str, &str)]) -> Result<PolicySet, PolicyError> {
    let mut all = PolicySet::new();
    for (file, text) in files {
        all.merge(&by_line(file, text)?, false)
            .map_err(|error| PolicyError::Policy(error.to_string()))?;
    }
    Ok(all)
}

fn load(schema: &str, roles: &str, files: &[(&str, &str)]) -> Result<Policies, PolicyError> {
    let (schema, mut warnings) =
        Schema::from_cedarschema_str(schema).map_err(|error| PolicyError::Schema(error.to_string()))?;
    if let Some(warning) = warnings.next() {
        return Err(PolicyError::Schema(warning.to_string()));
    }
    drop(warnings);
    let policies = joined(files)?;
    let result = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
    if !result.validation_passed_without_warnings() {
        return Err(PolicyError::Invalid(result.to_string()));
    }
    let entities = Entities::from_json_str(roles, Some(&schema))
        .map_err(|error| PolicyError::Roles(error.to_string()))?;
    Ok(Policies {
        authorizer: Authorizer::new(),
        reasons: reasons(&policies)?,
        personal: personal(&policies),
        grouped: grouped(&entities)?,
        actions: actions(&entities, &policies)?,
        roles: Role::ALL
            .into_iter()
            .map(|role| inherited(&entities, role))
            .collect::<Result<_, _>>()?,
        schema,
    })
}

/// The permissions that some person can be given: those of which a permit says so.
fn personal(policies: &PolicySet) -> Vec<&'static str> {
    let given: Vec<_> = policies
        .policies()
        .filter_map(|policy| match policy.principal_constraint() {
            PrincipalConstraint::In(group) if *group.type_name() == *GRANTED => Some(group),
            _ => None,
        })
        .collect();
    let given = |name: &&str| given.iter().any(|group| group.id().unescaped() == *name);
    ALL.iter().map(|info| info.name).filter(given).collect()
}

fn reasons(policies: &PolicySet) -> Result<HashMap<PolicyId, Reason>, PolicyError> {
    policies
        .policies()
        .filter(|policy| policy.effect() == Effect::Forbid)
        .map(|policy| {
            let reason = match policy.annotation("reason") {
                Some("other_company") => Reason::OtherCompany,
                Some("platform_role_outside_platform") => Reason::PlatformRoleOutsidePlatform,
                Some("account_not_active") => Reason::AccountNotActive,
                Some("session_over") => Reason::SessionOver,
                Some("second_factor_needed") => Reason::SecondFactorNeeded,
                Some("second_factor_demanded") => Reason::SecondFactorDemanded,
                Some("passkey_demanded") => Reason::PasskeyDemanded,
                Some("fresh_proof_needed") => Reason::FreshProofNeeded,
                Some("withheld") => Reason::Withheld,
                Some("oneself") => Reason::Oneself,
                Some("above_oneself") => Reason::AboveOneself,
                Some("separation_of_duties") => Reason::SeparationOfDuties,
                Some("outside_scope") => Reason::OutsideScope,
                _ => return Err(PolicyError::Reason(policy.id().to_string())),
            };
            Ok((policy.id().clone(), reason))
        })
        .collect()
}

/// Every permission's action; the schema has brought the action entities along with the roles.
fn actions(entities: &Entities, policies: &PolicySet) -> Result<HashMap<&'static str, Action>, PolicyError> {
    let variants = MARKERS
        .iter()
        .flat_map(|(_, variants)| variants.iter().map(|(_, name)| *name));
    for name in variants {
        if !ALL.iter().any(|info| info.name == name) {
            return Err(PolicyError::MissingPermission(name));
        }
    }
    ALL.iter()
        .map(|info| {
            let uid = action_uid(info.name);
            if entities.get(&uid).is_none() {
                return Err(PolicyError::MissingAction(info.name));
            }
            let speaks = |policy: &&Policy| match policy.action_constraint() {
                ActionConstraint::Any => true,
                ActionConstraint::Eq(other) => other == uid,
                ActionConstraint::In(others) => others
                    .iter()
                    .any(|other| *other == uid || entities.is_ancestor_of(other, &uid)),
            };
            let permits = |policy: &&Policy| policy.effect() == Effect::Permit;
            let action = Action {
                policies: subset(policies.policies().filter(speaks))?,
                permits: subset(policies.policies().filter(speaks).filter(permits))?,
                uid,
            };
            Ok((info.name, action))
        })
        .collect()
}

fn grouped(entities: &Entities) -> Result<Entities, PolicyError> {
    let in_a_group = |entity: &&Entity| {
        entities
            .ancestors(&entity.uid())
            .is_some_and(|mut groups| groups.next().is_some())
    };
    let actions = entities
        .iter()
        .filter(|entity| entity.uid().type_name() == action_uid("").type_name());
    Entities::from_entities(actions.filter(in_a_group).cloned(), None)
        .map_err(|error| PolicyError::Schema(error.to_string()))
}

fn subset<'a>(policies: impl Iterator<Item = &'a Policy>) -> Result<PolicySet, PolicyError> {
    PolicySet::from_policies(policies.cloned()).map_err(|error| PolicyError::Policy(error.to_string()))
}

fn inherited(entities: &Entities, role: Role) -> Result<(Role, Vec<EntityUid>), PolicyError> {
    let uid = role_uid(role);
    let ancestors = entities.ancestors(&uid).ok_or(PolicyError::MissingRole(role))?;
    let all = std::iter::once(uid.clone()).chain(ancestors.cloned()).collect();
    Ok((role, all))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(policies: &str) -> PolicyError {
        let files = [FILES, &[("more.cedar", policies)]].concat();
        load(SCHEMA, ROLES, &files).err().unwrap()
    }

    #[test]
    fn a_policy_on_an_unknown_attribute_is_refused() {
        let error = with("permit (principal, action, resource) when { principal.is_staff };");
        assert!(matches!(error, PolicyError::Invalid(text) if text.contains("is_staff")));
    }

    #[test]
    fn a_policy_on_an_unknown_permission_or_role_is_refused() {
        for scope in [
            r#"principal, action == Action::"shipments.teleport""#,
            r#"principal in Rolle::"ADMIN", action"#,
        ] {
            let error = with(&format!("permit ({scope}, resource);"));
            assert!(matches!(error, PolicyError::Invalid(_)), "{error}");
        }
    }

    #[test]
    fn a_forbid_without_a_reason_is_refused() {
        let error = with("forbid (principal, action, resource) when { context.now < 0 };");
        assert!(matches!(error, PolicyError::Reason(_)), "{error}");
    }

    #[test]
    fn a_hierarchy_without_a_role_is_refused() {
        let roles = ROLES.replace("DRIVER", "DRIFTER");
        let error = load(SCHEMA, &roles, FILES).err().unwrap();
        assert!(matches!(error, PolicyError::MissingRole(Role::Driver)), "{error}");
    }

    #[test]
    fn a_schema_without_a_permission_is_refused() {
        let schema = SCHEMA.replace("fleet.management", "fleet.managed");
        let without = |text: &str| text.replace("fleet.management", "fleet.managed");
        let files: Vec<_> = FILES.iter().map(|(name, text)| (*name, without(text))).collect();
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, &**text)).collect();
        let error = load(&schema, ROLES, &files).err().unwrap();
        assert!(
            matches!(error, PolicyError::MissingAction("fleet.management")),
            "{error}"
        );
    }

    #[test]
    fn critical_permissions_of_the_table_are_those_of_the_schema() {
        let policies = embedded().unwrap();
        let critical = action_uid("critical");
        let roles = Entities::from_json_str(ROLES, Some(&policies.schema)).unwrap();
        for info in ALL {
            let uid = &policies.actions[info.name].uid;
            assert_eq!(
                roles.is_ancestor_of(&critical, uid),
                info.critical,
                "{}",
                info.name
            );
        }
    }

    #[test]
    fn the_platform_company_of_the_program_is_that_of_the_policies() {
        let literal = format!("Company::\"{}\"", crate::ids::PLATFORM_COMPANY.uuid());
        let named: Vec<_> = FILES
            .iter()
            .flat_map(|(_, text)| text.matches("Company::\""))
            .collect();
        assert_eq!(named.len(), 1);
        assert!(FILES.iter().any(|(_, text)| text.contains(&literal)));
    }

    #[test]
    fn a_policy_is_called_by_the_line_it_begins_at() {
        let text = "// one\npermit (principal, action, resource);\n\n@reason(\"x\")\nforbid (principal, action, resource)\n  when { true };\npermit (principal, action, resource);\n";
        let policies = by_line("a.cedar", text).unwrap();
        let ids: Vec<_> = policies
            .policies()
            .map(|policy| policy.id().to_string())
            .collect();
        assert_eq!(ids, ["a.cedar:2", "a.cedar:4", "a.cedar:7"]);
    }
}
