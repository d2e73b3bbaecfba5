//! No policy can fail, no forbid is dead, and no permit is shadowed: what is written does something.

use cedar_policy::{Effect, Entities, Policy, PolicySet, Request, RequestEnv};
use cedar_policy_symcc::CompiledPolicy;

use crate::counterexample::{Counterexample, Refuted, cited};
use crate::files::{Files, in_order};
use crate::prove::Finding;
use crate::shrink::Plain;
use crate::solver::Prover;
use crate::subject::{ProofError, asked, compiled, named, together};

/// Policies and properties that fail to evaluate for some request. A forbid that fails would not be heard.
pub(crate) fn failing(files: &Files, prover: &mut Prover) -> Result<Vec<Finding>, ProofError> {
    let properties = files.properties.iter().map(|property| &property.policy);
    let mut findings = Vec::new();
    for policy in written(files)
        .chain(properties)
        .chain(&files.facts)
        .chain(&files.supposed)
    {
        let alone = together(&PolicySet::new(), [policy])?;
        let plain = Plain::of(&files.facts, [&alone]);
        let stands = |request: &Request, entities: &Entities| {
            asked(&alone, request, entities)
                .diagnostics()
                .errors()
                .next()
                .is_some()
        };
        let refuted = Refuted {
            schema: &files.schema,
            roles: &files.roles,
            asked: vec![("alone", &alone)],
            plain: &plain,
            stands: &stands,
        };
        let mut failing = Vec::new();
        let mut counterexample = None;
        for env in applying(policy, files) {
            let logic = CompiledPolicy::compile(policy, &env, &files.schema)
                .map_err(|error| ProofError::Compiler(policy.id().to_string(), error.to_string()))?;
            if let Some(found) = prover.fails(&logic)? {
                failing.push(named(&env));
                if counterexample.is_none() {
                    counterexample = Some(Counterexample::of(&found, &refuted)?);
                }
            }
        }
        if !failing.is_empty() {
            findings.push(Finding {
                name: "no policy can fail".to_owned(),
                says: format!("{} fails to evaluate for some requests", cited(policy)),
                kinds: failing,
                counterexample,
            });
        }
    }
    Ok(findings)
}

/// Forbids without which every answer is the same, and permits that in a kind of request they name decide nothing.
pub(crate) fn idle(files: &Files, prover: &mut Prover) -> Result<Vec<Finding>, ProofError> {
    let all = together(&files.policies, &files.facts)?;
    let mut findings = Vec::new();
    for policy in written(files) {
        let without = without(&all, policy)?;
        let permits = policy.effect() == Effect::Permit;
        let mut idle = Vec::new();
        for env in applying(policy, files) {
            let (a, b) = (
                compiled(&all, &env, &files.schema)?,
                compiled(&without, &env, &files.schema)?,
            );
            if !prover.differ(&a, &b)? {
                idle.push(named(&env));
            } else if !permits {
                // A forbid that does something somewhere is alive.
                idle.clear();
                break;
            }
        }
        let (name, says) = if permits {
            (
                "every permit decides something",
                "other policies permit or forbid all it permits",
            )
        } else {
            (
                "every forbid decides something",
                "without it every answer is the same",
            )
        };
        if !idle.is_empty() {
            findings.push(Finding {
                name: name.to_owned(),
                says: format!("{}: {says}", cited(policy)),
                kinds: if permits { idle } else { Vec::new() },
                counterexample: None,
            });
        }
    }
    Ok(findings)
}

/// The policies in the order in which they are written.
fn written(files: &Files) -> impl Iterator<Item = &Policy> {
    in_order(&files.policies).into_iter()
}

/// The kinds of requests a policy can speak of.
fn applying(policy: &Policy, files: &Files) -> Vec<RequestEnv> {
    let valid: Vec<_> = policy.get_valid_request_envs(&files.schema).collect();
    let mut kinds = files.kinds();
    kinds.retain(|env| valid.contains(env));
    kinds
}

fn without(all: &PolicySet, policy: &Policy) -> Result<PolicySet, ProofError> {
    let others = all.policies().filter(|other| other.id() != policy.id()).cloned();
    PolicySet::from_policies(others)
        .map_err(|error| ProofError::Compiler(policy.id().to_string(), error.to_string()))
}
