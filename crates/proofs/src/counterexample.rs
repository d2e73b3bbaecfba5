//! A request that breaks what was to be proved, in words.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use cedar_policy::{Policy, PolicySet, Schema};
use cedar_policy_symcc::Env;
use serde_json::{Map, Value};

use crate::case::{Case, Uid};
use crate::files::place;
use crate::roles::Roles;
use crate::shrink::{Plain, shrunk};
use crate::subject::{ProofError, asked};

/// A request that breaks what was to be proved: who, what, on which object, when, and which policies decide it.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterexample {
    case: Case,
    /// Of each set of policies asked: what it is called and how it decides.
    decided: Vec<(String, String)>,
    highest: Vec<String>,
}

/// What a counterexample is one of.
pub(crate) struct Refuted<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) roles: &'a Roles,
    /// The policies that are asked, by what they are called.
    pub(crate) asked: Vec<(&'a str, &'a PolicySet)>,
    /// All that has values worth trying.
    pub(crate) plain: &'a Plain,
    /// Whether the answers of `asked` to a request make it a counterexample.
    pub(crate) stands: &'a dyn Fn(&cedar_policy::Request, &cedar_policy::Entities) -> bool,
}

impl Counterexample {
    /// Makes the solver's request small and asks Cedar how it is decided.
    pub(crate) fn of(env: &Env, what: &Refuted<'_>) -> Result<Self, ProofError> {
        let unsound = || {
            let action = env.request.action().map(ToString::to_string);
            ProofError::Unsound(action.unwrap_or_default())
        };
        let case = Case::of(env).ok_or_else(unsound)?;
        let case = shrunk(case, what.schema, what.plain, what.stands).ok_or_else(unsound)?;
        let (request, entities) = case.cedar(what.schema).ok_or_else(unsound)?;
        let decided = what.asked.iter().map(|(called, policies)| {
            let response = asked(policies, &request, &entities);
            let mut by: Vec<_> = response.diagnostics().reason().cloned().collect();
            by.sort_by_key(place);
            let mut how = match (response.decision(), by.is_empty()) {
                (cedar_policy::Decision::Allow, _) => "allowed by ".to_owned(),
                (cedar_policy::Decision::Deny, false) => "refused by ".to_owned(),
                (cedar_policy::Decision::Deny, true) => "refused: nothing permits it".to_owned(),
            };
            let by: Vec<_> = by
                .iter()
                .filter_map(|id| policies.policy(id))
                .map(cited)
                .collect();
            how.push_str(&by.join(", "));
            for error in response.diagnostics().errors() {
                let _ = write!(how, "; {error}");
            }
            ((*called).to_owned(), how)
        });
        let decided = decided.collect();
        let held = case
            .things
            .get(&case.principal)
            .into_iter()
            .flat_map(|thing| &thing.parents);
        let held: Vec<_> = held
            .filter(|uid| uid.kind == "Role")
            .map(|uid| &*uid.id)
            .collect();
        let highest = what.roles.highest(&held).into_iter().map(str::to_owned).collect();
        Ok(Self {
            case,
            decided,
            highest,
        })
    }

    /// Also says which property rules the request out.
    pub(crate) fn ruled_out(mut self, by: &str) -> Self {
        let line = ("but".to_owned(), format!("must not be: {by}"));
        self.decided.push(line);
        self
    }

    /// The principal's, but for roles that come with another it has.
    fn parents(&self, uid: &Uid) -> Vec<String> {
        let parents = self
            .case
            .things
            .get(uid)
            .into_iter()
            .flat_map(|thing| &thing.parents);
        parents
            .filter(|parent| {
                parent.kind != "Role" || *uid != self.case.principal || self.highest.contains(&parent.id)
            })
            .map(entity)
            .collect()
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>, label: &str, uid: &Uid) -> fmt::Result {
        write!(f, "  {label:<6} {}", entity(uid))?;
        let parents = self.parents(uid);
        if !parents.is_empty() {
            write!(f, " in {}", parents.join(", "))?;
        }
        writeln!(f)?;
        let attributes = self.case.things.get(uid).map(|thing| &thing.attributes);
        for (name, value) in attributes.into_iter().flat_map(sorted) {
            writeln!(f, "           {name}: {}", shown(value))?;
        }
        Ok(())
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let case = &self.case;
        self.describe(f, "who", &case.principal)?;
        writeln!(f, "  does   {}", case.action.id)?;
        if case.resource == case.principal {
            writeln!(f, "  to     {}, that is to themselves", entity(&case.resource))?;
        } else {
            self.describe(f, "to", &case.resource)?;
        }
        let others = case.things.iter();
        for (uid, thing) in others.filter(|(uid, _)| **uid != case.principal && **uid != case.resource) {
            if !(thing.attributes.is_empty() && thing.parents.is_empty()) {
                self.describe(f, "where", uid)?;
            }
        }
        let context: Vec<_> = sorted(&case.context)
            .into_iter()
            .map(|(name, value)| format!("{name}: {}", shown(value)))
            .collect();
        writeln!(f, "  when   {}", context.join(", "))?;
        for (called, how) in &self.decided {
            writeln!(f, "  {called:<6} {how}")?;
        }
        Ok(())
    }
}

/// A policy by its place, with why it is there.
pub(crate) fn cited(policy: &Policy) -> String {
    let why = ["reason", "property", "fact", "supposed"]
        .into_iter()
        .find_map(|name| policy.annotation(name));
    match why {
        Some(why) => format!("{} ({why})", policy.id()),
        None => policy.id().to_string(),
    }
}

fn entity(uid: &Uid) -> String {
    format!("{} {}", uid.kind, uid.id)
}

fn sorted(values: &Map<String, Value>) -> BTreeMap<&String, &Value> {
    values.iter().collect()
}

/// A value in words.
fn shown(value: &Value) -> String {
    if let Some(uid) = value.get("__entity").and_then(Uid::of_json) {
        return entity(&uid);
    }
    match value {
        Value::Array(parts) => {
            let parts: Vec<_> = parts.iter().map(shown).collect();
            format!("[{}]", parts.join(", "))
        }
        Value::Object(parts) => {
            let parts: Vec<_> = sorted(parts)
                .into_iter()
                .map(|(name, part)| format!("{name}: {}", shown(part)))
                .collect();
            format!("{{{}}}", parts.join(", "))
        }
        other => other.to_string(),
    }
}
