//! What another version of the policies would change: a concrete request for each kind, or a proof that nothing does.

use std::collections::BTreeSet;
use std::fmt;

use cedar_policy::{Entities, PolicySet, Request, RequestEnv, Schema};

use crate::counterexample::{Counterexample, Refuted};
use crate::files::Files;
use crate::shrink::Plain;
use crate::solver::Prover;
use crate::subject::{ProofError, allows, compiled, named, together};

/// Which way an answer changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What was refused is allowed.
    Allowed,
    /// What was allowed is refused.
    Refused,
}

/// A request that the new policies answer differently.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its kind, such as `shipments.view on Shipment`.
    pub kind: String,
    /// Which way.
    pub direction: Direction,
    /// The request.
    pub request: Counterexample,
}

/// What changes between two versions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// Kinds of requests that only the new version knows.
    pub added: Vec<String>,
    /// Kinds of requests that only the old version knows.
    pub removed: Vec<String>,
    /// A request for each kind and direction in which there is one.
    pub changes: Vec<Change>,
    /// How many kinds of requests were compared.
    pub compared: usize,
}

impl Diff {
    /// Whether it is proved that every request has the same answer.
    #[must_use]
    pub fn is_equivalent(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changes.is_empty()
    }
}

/// Policies that are asked the same requests as others.
struct Side<'a> {
    policies: &'a PolicySet,
    asked: PolicySet,
}

/// Compares two versions: both are asked every request the new schema knows; one that only one schema knows is
/// refused by the other.
///
/// # Errors
/// When the solver is missing or gives up, or the old policies do not fit the new schema.
pub fn diff(old: &Files, new: &Files, prover: &mut Prover) -> Result<Diff, ProofError> {
    let names = |files: &Files| -> BTreeSet<String> { files.kinds().iter().map(named).collect() };
    let (before, after) = (names(old), names(new));
    let mut diff = Diff {
        added: after.difference(&before).cloned().collect(),
        removed: before.difference(&after).cloned().collect(),
        compared: after.union(&before).count(),
        ..Diff::default()
    };
    // With the same roles a person is asked about as a whole; with others, once for each role both versions know.
    let roles: Vec<Option<&str>> = if old.roles == new.roles {
        vec![None]
    } else {
        let known = old.roles.names();
        new.roles
            .names()
            .into_iter()
            .filter(|role| known.contains(role))
            .map(Some)
            .collect()
    };
    for role in roles {
        let read = |files: &Files| -> Result<PolicySet, ProofError> {
            let policies = files.policies.clone();
            role.map_or(Ok(policies), |role| files.roles.read_for(&files.policies, role))
        };
        let (was, is) = (read(old)?, read(new)?);
        let facts = |policies: &PolicySet| {
            let all = new.facts.iter().filter(|_| role.is_none());
            together(policies, all)
        };
        let was = Side {
            asked: facts(&was)?,
            policies: &was,
        };
        let is = Side {
            asked: facts(&is)?,
            policies: &is,
        };
        let plain = Plain::of(&new.facts, [&was.asked, &is.asked]);
        let nothing = PolicySet::new();
        let unknown = Side {
            asked: nothing.clone(),
            policies: &nothing,
        };
        for env in new.kinds() {
            let was = if before.contains(&named(&env)) {
                &was
            } else {
                &unknown
            };
            for mut change in changes(&env, (was, &is), new, &plain, prover)? {
                if let Some(role) = role {
                    change.kind = format!("{} as {role}", change.kind);
                }
                diff.changes.push(change);
            }
        }
    }
    Ok(diff)
}

/// A request in each direction in which there is one.
fn changes(
    env: &RequestEnv,
    (was, is): (&Side<'_>, &Side<'_>),
    files: &Files,
    plain: &Plain,
    prover: &mut Prover,
) -> Result<Vec<Change>, ProofError> {
    let schema: &Schema = &files.schema;
    let (old, new) = (
        compiled(&was.asked, env, schema)?,
        compiled(&is.asked, env, schema)?,
    );
    let mut changes = Vec::new();
    for direction in [Direction::Allowed, Direction::Refused] {
        let (more, less, may, may_not) = match direction {
            Direction::Allowed => (&new, &old, is, was),
            Direction::Refused => (&old, &new, was, is),
        };
        let Some(found) = prover.beyond(more, less)? else {
            continue;
        };
        let stands = |request: &Request, entities: &Entities| {
            allows(&may.asked, request, entities) && !allows(&may_not.asked, request, entities)
        };
        let refuted = Refuted {
            schema,
            roles: &files.roles,
            asked: vec![("before", was.policies), ("after", is.policies)],
            plain,
            stands: &stands,
        };
        changes.push(Change {
            kind: named(env),
            direction,
            request: Counterexample::of(&found, &refuted)?,
        });
    }
    Ok(changes)
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.direction {
            Direction::Allowed => "newly allowed",
            Direction::Refused => "newly refused",
        };
        write!(f, "{way}: {}\n{}", self.kind, self.request)
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kind in &self.removed {
            writeln!(f, "no longer there: {kind}\n")?;
        }
        for kind in &self.added {
            writeln!(f, "new: {kind}\n")?;
        }
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        if self.is_equivalent() {
            return write!(
                f,
                "equivalent, proved: every request has the same answer, in all {} kinds",
                self.compared
            );
        }
        write!(
            f,
            "{} of {} kinds of requests compared change their answer; {} are new, {} gone",
            self.changes
                .iter()
                .map(|change| &change.kind)
                .collect::<BTreeSet<_>>()
                .len(),
            self.compared,
            self.added.len(),
            self.removed.len(),
        )
    }
}
