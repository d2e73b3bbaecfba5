//! What a role may, every role above it may too (AUTHZ-1).
//!
//! The policies are read once for each of the two roles, with what they ask of the principal's role answered; all
//! else of a request is the same for both. Compared are the requests that no `@supposed` of the properties leaves
//! out: a company may demand more proof of a higher role, and platform staff act in the platform's company.

use cedar_policy::{Entities, PolicyId, Request};

use crate::counterexample::{Counterexample, Refuted};
use crate::files::Files;
use crate::prove::Finding;
use crate::shrink::Plain;
use crate::solver::Prover;
use crate::subject::{ProofError, allows, compiled, named, together};

/// Where a role may what the one above it may not.
pub(crate) fn broken(files: &Files, prover: &mut Prover) -> Result<Vec<Finding>, ProofError> {
    let nothing = cedar_policy::PolicySet::new();
    let supposed = together(&nothing, &files.supposed)?;
    let mut findings = Vec::new();
    for (low, high) in files.roles.steps() {
        let of_high = files.roles.read_for(&supposed, high)?;
        let of_high: Vec<_> = of_high
            .policies()
            .map(|policy| policy.new_id(PolicyId::new(format!("{} for {high}", policy.id()))))
            .collect();
        let compared = together(&together(&files.policies, &files.facts)?, &files.supposed)?;
        let may = together(&files.roles.read_for(&compared, low)?, &of_high)?;
        let lower = files.roles.read_for(&files.policies, low)?;
        let higher = files.roles.read_for(&files.policies, high)?;
        let stands = |request: &Request, entities: &Entities| {
            allows(&may, request, entities) && !allows(&higher, request, entities)
        };
        let plain = Plain::of(&files.facts, [&may, &higher]);
        let (as_low, as_high) = (format!("as {low}:"), format!("as {high}:"));
        let refuted = Refuted {
            schema: &files.schema,
            roles: &files.roles,
            asked: vec![(&as_low, &lower), (&as_high, &higher)],
            plain: &plain,
            stands: &stands,
        };
        let mut finding = Finding {
            name: "inheritance".to_owned(),
            says: format!("{low} may what {high}, who inherits from it, may not"),
            kinds: Vec::new(),
            counterexample: None,
        };
        for env in files.kinds() {
            let (a, b) = (
                compiled(&may, &env, &files.schema)?,
                compiled(&higher, &env, &files.schema)?,
            );
            if let Some(found) = prover.beyond(&a, &b)? {
                finding.kinds.push(named(&env));
                if finding.counterexample.is_none() {
                    finding.counterexample = Some(Counterexample::of(&found, &refuted)?);
                }
            }
        }
        if !finding.kinds.is_empty() {
            findings.push(finding);
        }
    }
    Ok(findings)
}
