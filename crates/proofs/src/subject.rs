//! What is proved of what: a set of policies in one kind of request, and why a proof can fail to be one.

use cedar_policy::{
    ActionConstraint, Authorizer, Decision, Entities, EntityUid, Policy, PolicySet, Request, RequestEnv,
    Response, Schema,
};
use cedar_policy_symcc::CompiledPolicySet;

use crate::solver::SolverError;

/// Why nothing could be proved or refuted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The solver is missing, gave up or broke.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// The symbolic compiler does not take a policy.
    #[error("{0}: {1}")]
    Compiler(String, String),
    /// A policy cannot be read for one role.
    #[error("a policy cannot be read for one role")]
    Role,
    /// A part of the proof stopped without an answer.
    #[error("a part of the proof stopped without an answer")]
    Stopped,
    /// The solver's request is not one of the schema, or is no counterexample when it is asked: a fault of the tools.
    #[error("the solver's counterexample for {0} does not stand")]
    Unsound(String),
}

/// The kind of a request in words: `shipments.view on Shipment`.
pub(crate) fn named(env: &RequestEnv) -> String {
    format!("{} on {}", env.action().id().unescaped(), env.resource())
}

/// Every kind of request there is, in a fixed order: by action, the company as a whole first.
pub(crate) fn kinds(schema: &Schema) -> Vec<RequestEnv> {
    let mut kinds: Vec<_> = schema.request_envs().collect();
    kinds.sort_by_key(|env| {
        let kind = env.resource().to_string();
        (
            env.action().id().unescaped().to_owned(),
            kind != "Company",
            kind,
            env.principal().to_string(),
        )
    });
    kinds
}

/// These policies together.
pub(crate) fn together<'a>(
    policies: &PolicySet,
    more: impl IntoIterator<Item = &'a Policy>,
) -> Result<PolicySet, ProofError> {
    let mut all = policies.clone();
    for policy in more {
        all.add(policy.clone())
            .map_err(|error| ProofError::Compiler(policy.id().to_string(), error.to_string()))?;
    }
    Ok(all)
}

/// These policies as logic, in one kind of request; those of other actions never match it and are left out.
pub(crate) fn compiled(
    policies: &PolicySet,
    env: &RequestEnv,
    schema: &Schema,
) -> Result<CompiledPolicySet, ProofError> {
    let failed = |error: &dyn std::error::Error| ProofError::Compiler(named(env), error.to_string());
    let actions = schema.action_entities().map_err(|error| failed(&error))?;
    let within = |group: &EntityUid| group == env.action() || actions.is_ancestor_of(group, env.action());
    let speaking = policies
        .policies()
        .filter(|policy| match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(action) => action == *env.action(),
            ActionConstraint::In(groups) => groups.iter().any(within),
        });
    let speaking = PolicySet::from_policies(speaking.cloned()).map_err(|error| failed(&error))?;
    CompiledPolicySet::compile(&speaking, env, schema).map_err(|error| failed(&error))
}

/// The answer of Cedar itself to one request.
pub(crate) fn asked(policies: &PolicySet, request: &Request, entities: &Entities) -> Response {
    Authorizer::new().is_authorized(request, policies, entities)
}

/// Whether Cedar itself allows one request.
pub(crate) fn allows(policies: &PolicySet, request: &Request, entities: &Entities) -> bool {
    asked(policies, request, entities).decision() == Decision::Allow
}
