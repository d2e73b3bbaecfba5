//! No policy can fail, no forbid is dead, and no permit is shadowed: what is written does something.

use cedar_policy::{Effect, Policy, PolicySet, RequestEnv};
use cedar_policy_symcc::CompiledPolicy;

use crate::counterexample::cited;
use crate::files::{Files, line};
use crate::prove::Finding;
use crate::solver::Prover;
use crate::subject::{ProofError, compiled, kinds, named, together};

/// Policies and properties that fail to evaluate for some request. A forbid that fails would not be heard.
pub(crate) fn failing(files: &Files, prover: &mut Prover) -> Result<Vec<Finding>, ProofError> {
    let properties = files.properties.iter().map(|property| &property.policy);
    let mut findings = Vec::new();
    for policy in written(files)
        .chain(properties)
        .chain(&files.facts)
        .chain(&files.supposed)
    {
        let mut failing = Vec::new();
        for env in applying(policy, files) {
            let logic = CompiledPolicy::compile(policy, &env, &files.schema)
                .map_err(|error| ProofError::Compiler(policy.id().to_string(), error.to_string()))?;
            if prover.fails(&logic)?.is_some() {
                failing.push(named(&env));
            }
        }
        if !failing.is_empty() {
            findings.push(Finding {
                name: "no policy can fail".to_owned(),
                says: format!("{} fails to evaluate for some requests", cited(policy)),
                kinds: failing,
                counterexample: None,
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
    let file = |policy: &Policy| {
        let id: &str = policy.id().as_ref();
        id.split(':').next().unwrap_or_default().to_owned()
    };
    // `policies` has no order to rely on.
    let mut all: Vec<_> = files.policies.policies().collect();
    all.sort_by_key(|policy| (file(policy), line(policy)));
    all.into_iter()
}

/// The kinds of requests a policy can speak of.
fn applying(policy: &Policy, files: &Files) -> Vec<RequestEnv> {
    let valid: Vec<_> = policy.get_valid_request_envs(&files.schema).collect();
    let mut kinds = kinds(&files.schema);
    kinds.retain(|env| valid.contains(env));
    kinds
}

fn without(all: &PolicySet, policy: &Policy) -> Result<PolicySet, ProofError> {
    let others = all.policies().filter(|other| other.id() != policy.id()).cloned();
    PolicySet::from_policies(others)
        .map_err(|error| ProofError::Compiler(policy.id().to_string(), error.to_string()))
}
