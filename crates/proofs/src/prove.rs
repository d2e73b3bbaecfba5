//! Whether everything holds that is to be proved of a directory of policies.

use std::fmt;
use std::thread;

use cedar_policy::{Entities, PolicySet, Request, RequestEnv};
use cedar_policy_symcc::CompiledPolicySet;

use crate::counterexample::{Counterexample, Refuted, cited};
use crate::files::{Files, Property};
use crate::inheritance;
use crate::liveness;
use crate::shrink::Plain;
use crate::solver::Prover;
use crate::subject::{ProofError, allows, compiled, named, together};

/// What does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The promise that is broken, such as `isolation` or `every permit decides something`.
    pub name: String,
    /// The promise in words, or which policy breaks it.
    pub says: String,
    /// The kinds of requests in which it is broken, such as `shipments.view on Shipment`.
    pub kinds: Vec<String>,
    /// A request of the first kind that breaks it, where a request can.
    pub counterexample: Option<Counterexample>,
}

/// What was proved, and what was refuted.
#[derive(Debug, Clone)]
pub struct Report {
    /// What does not hold; nothing when everything is proved.
    pub findings: Vec<Finding>,
    /// How many kinds of requests there are: an action and a kind of object it applies to.
    pub kinds: usize,
    /// How many properties were asked of each.
    pub properties: usize,
    /// How many policies were asked whether they can fail and whether they do anything.
    pub policies: usize,
    /// How many questions the solver answered.
    pub questions: usize,
}

/// One thing to prove.
type Part = fn(&Files, &mut Prover) -> Result<Vec<Finding>, ProofError>;

/// Proves everything, or finds what does not hold. Four solvers work beside each other; where only some actions are
/// asked about, nothing is said of policies that decide nothing.
///
/// # Errors
/// When the solver is missing or gives up, or the symbolic compiler does not take a policy: nothing is proved then.
pub fn prove(files: &Files) -> Result<Report, ProofError> {
    let mut report = Report {
        findings: Vec::new(),
        kinds: files.kinds().len(),
        properties: files.properties.len(),
        policies: files.policies.policies().count(),
        questions: 0,
    };
    let mut parts: Vec<Part> = vec![properties, inheritance, failing];
    if !files.is_narrowed() {
        // What a forbid decides may be another action.
        parts.push(idle);
    }
    let answers: Vec<_> = thread::scope(|scope| {
        let running = parts.into_iter().map(|part| {
            scope.spawn(move || {
                let mut prover = Prover::start()?;
                Ok((part(files, &mut prover)?, prover.questions()))
            })
        });
        let running: Vec<_> = running.collect();
        // A part that panicked has proved nothing.
        let ended = running
            .into_iter()
            .map(|part| part.join().unwrap_or(Err(ProofError::Stopped)));
        ended.collect()
    });
    for answer in answers {
        let (findings, questions) = answer?;
        report.findings.extend(findings);
        report.questions += questions;
    }
    Ok(report)
}

/// The properties that do not hold.
///
/// # Errors
/// As those of [`prove`].
pub fn properties(files: &Files, prover: &mut Prover) -> Result<Vec<Finding>, ProofError> {
    let policies = together(&files.policies, &files.facts)?;
    let mut left: Vec<&Property> = files.properties.iter().collect();
    let mut findings = Vec::new();
    for env in files.kinds() {
        let promised = together(&policies, left.iter().map(|property| &property.policy))?;
        let base = compiled(&policies, &env, &files.schema)?;
        // All at once; which one is broken is asked only where one is.
        if prover
            .beyond(&base, &compiled(&promised, &env, &files.schema)?)?
            .is_none()
        {
            continue;
        }
        let mut kept = Vec::new();
        for property in left {
            match breaks(files, prover, (&policies, &base), property, &env)? {
                Some(counterexample) => findings.push(Finding {
                    name: property.name.clone(),
                    says: property.says.clone(),
                    kinds: vec![named(&env)],
                    counterexample: Some(counterexample),
                }),
                None => kept.push(property),
            }
        }
        left = kept;
    }
    Ok(findings)
}

/// Where a role may what the one above it may not (AUTHZ-1).
///
/// # Errors
/// As those of [`prove`].
pub fn inheritance(files: &Files, prover: &mut Prover) -> Result<Vec<Finding>, ProofError> {
    inheritance::broken(files, prover)
}

/// Policies and properties that fail to evaluate for some request.
///
/// # Errors
/// As those of [`prove`].
pub fn failing(files: &Files, prover: &mut Prover) -> Result<Vec<Finding>, ProofError> {
    liveness::failing(files, prover)
}

/// Policies that decide nothing.
///
/// # Errors
/// As those of [`prove`].
pub fn idle(files: &Files, prover: &mut Prover) -> Result<Vec<Finding>, ProofError> {
    liveness::idle(files, prover)
}

/// A request of this kind that the policies allow and the property rules out.
fn breaks(
    files: &Files,
    prover: &mut Prover,
    (policies, base): (&PolicySet, &CompiledPolicySet),
    property: &Property,
    env: &RequestEnv,
) -> Result<Option<Counterexample>, ProofError> {
    let promised = together(policies, [&property.policy])?;
    let promise = compiled(&promised, env, &files.schema)?;
    let Some(found) = prover.beyond(base, &promise)? else {
        return Ok(None);
    };
    let stands = |request: &Request, entities: &Entities| {
        allows(policies, request, entities) && !allows(&promised, request, entities)
    };
    let plain = Plain::of(&files.facts, [&promised]);
    let refuted = Refuted {
        schema: &files.schema,
        roles: &files.roles,
        asked: vec![("is", &files.policies)],
        plain: &plain,
        stands: &stands,
    };
    let counterexample = Counterexample::of(&found, &refuted)?;
    Ok(Some(counterexample.ruled_out(&cited(&property.policy))))
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.name, self.says)?;
        if let Some(counterexample) = &self.counterexample {
            write!(f, "{counterexample}")?;
        }
        match &self.kinds[..] {
            [] | [_] => Ok(()),
            [_, others @ ..] if self.counterexample.is_some() => {
                let plural = if others.len() == 1 { "" } else { "s" };
                writeln!(f, "  and in {} other kind{plural} of requests", others.len())
            }
            kinds => writeln!(f, "  for {}", kinds.join(", ")),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        let Self {
            findings,
            kinds,
            properties,
            policies,
            questions,
        } = self;
        let outcome = match findings.len() {
            0 => "proved".to_owned(),
            1 => "1 promise broken".to_owned(),
            many => format!("{many} promises broken"),
        };
        write!(
            f,
            "{outcome}: {properties} properties, inheritance and {policies} policies over {kinds} kinds of requests, \
             {questions} questions to the solver"
        )
    }
}
