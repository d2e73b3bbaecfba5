//! The roles: what is true of everybody who has one, and policies as they read for one role.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Entities, Policy, PolicyId, PolicySet};
use serde_json::{Value, json};

use crate::subject::ProofError;

/// Each role with all it inherits from, itself included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roles(BTreeMap<String, BTreeSet<String>>);

impl Roles {
    pub(crate) fn of(hierarchy: &Entities) -> Self {
        let name = |uid: &cedar_policy::EntityUid| uid.id().unescaped().to_owned();
        let roles = hierarchy
            .iter()
            .filter(|entity| entity.uid().type_name().basename() == "Role");
        Self(
            roles
                .map(|role| {
                    let uid = role.uid();
                    let above = hierarchy.ancestors(&uid).into_iter().flatten().map(name);
                    (name(&uid), above.chain([name(&uid)]).collect())
                })
                .collect(),
        )
    }

    /// The roles, from the one that inherits least.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.0.keys().map(String::as_str).collect();
        names.sort_by_key(|name| self.0[*name].len());
        names
    }

    /// Each role beside a role directly above it.
    pub(crate) fn steps(&self) -> Vec<(&str, &str)> {
        let names = self.names();
        let above = |low: &str, high: &str| low != high && self.0[high].contains(low);
        let mut steps = Vec::new();
        for low in &names {
            for high in names.iter().filter(|high| above(low, high)) {
                let between = names.iter().any(|other| above(low, other) && above(other, high));
                if !between {
                    steps.push((*low, *high));
                }
            }
        }
        steps
    }

    /// Of these roles, those that no other of them inherits from.
    pub(crate) fn highest<'a>(&self, held: &[&'a str]) -> Vec<&'a str> {
        let below = |role: &str| {
            held.iter()
                .any(|other| *other != role && self.0.get(*other).is_some_and(|all| all.contains(role)))
        };
        held.iter().copied().filter(|role| !below(role)).collect()
    }

    /// Who has a role has those it inherits from: the program gives an actor all of them.
    pub(crate) fn facts(&self) -> Vec<Policy> {
        let mut facts = Vec::new();
        for (low, high) in self.steps() {
            let id = PolicyId::new(format!("roles.json:{high}"));
            let fact = json!({
                "effect": "forbid",
                "principal": {"op": "in", "entity": {"type": "Role", "id": high}},
                "action": {"op": "All"},
                "resource": {"op": "All"},
                "conditions": [{"kind": "unless", "body": member(&role(low))}],
            });
            facts.extend(Policy::from_json(Some(id), fact));
        }
        facts
    }

    /// The policies as they read for somebody of exactly this role: what they ask of the principal's role is answered.
    pub(crate) fn read_for(&self, policies: &PolicySet, role: &str) -> Result<PolicySet, ProofError> {
        let held = self.0.get(role).ok_or(ProofError::Role)?;
        let mut read = PolicySet::new();
        for policy in policies.policies() {
            if let Some(policy) = answer(policy, held)? {
                read.add(policy).map_err(|_| ProofError::Role)?;
            }
        }
        Ok(read)
    }
}

fn role(id: &str) -> Value {
    json!({"Value": {"__entity": {"type": "Role", "id": id}}})
}

fn member(role: &Value) -> Value {
    json!({"in": {"left": {"Var": "principal"}, "right": role}})
}

/// One policy for somebody who has these roles, or nothing where it speaks of others alone.
fn answer(policy: &Policy, held: &BTreeSet<String>) -> Result<Option<Policy>, ProofError> {
    let mut json = policy.to_json().map_err(|_| ProofError::Role)?;
    let scope = json["principal"].clone();
    let of_scope = scope.get("entity").or_else(|| scope["in"].get("entity"));
    if let Some(of_scope) = of_scope.filter(|entity| entity["type"] == "Role") {
        if !of_scope["id"].as_str().is_some_and(|id| held.contains(id)) {
            return Ok(None);
        }
        json["principal"] = json!({"op": "All"});
    }
    if let Some(conditions) = json["conditions"].as_array_mut() {
        conditions
            .iter_mut()
            .for_each(|condition| rewrite(&mut condition["body"], held));
    }
    let policy = Policy::from_json(Some(policy.id().clone()), json).map_err(|_| ProofError::Role)?;
    Ok(Some(policy))
}

/// Answers every `principal in …` that asks for roles.
fn rewrite(expression: &mut Value, held: &BTreeSet<String>) {
    if let Some(answered) = asked(expression).and_then(|right| answered(right, held)) {
        *expression = answered;
        return;
    }
    match expression {
        Value::Array(parts) => parts.iter_mut().for_each(|part| rewrite(part, held)),
        Value::Object(parts) => parts.values_mut().for_each(|part| rewrite(part, held)),
        _ => {}
    }
}

/// What a `principal in …` asks for.
fn asked(expression: &Value) -> Option<&Value> {
    let inside = expression.get("in")?;
    (inside["left"] == json!({"Var": "principal"})).then(|| &inside["right"])
}

fn answered(right: &Value, held: &BTreeSet<String>) -> Option<Value> {
    let is_held = |value: &Value| {
        let entity = &value["Value"]["__entity"];
        (entity["type"] == "Role").then(|| entity["id"].as_str().is_some_and(|id| held.contains(id)))
    };
    if let Some(held) = is_held(right) {
        return Some(json!({"Value": held}));
    }
    if let Some(set) = right.get("Set").and_then(Value::as_array) {
        let answers: Option<Vec<bool>> = set.iter().map(is_held).collect();
        return Some(json!({"Value": answers?.contains(&true)}));
    }
    // A role that the object names: one of those held.
    if right["."]["attr"] == "role" {
        let all: Vec<_> = held.iter().map(|id| role(id)).collect();
        return Some(json!({"contains": {"left": {"Set": all}, "right": right}}));
    }
    None
}
