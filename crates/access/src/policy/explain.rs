//! Which policies decide, and why: for the operator's command and for pages that say "why".

use std::collections::BTreeSet;

use cedar_policy::{Decision, Effect, Policy, PolicySet, Response};
use time::OffsetDateTime;

use super::question::Question;
use super::{Policies, Resource, supposed};
use crate::actor::SessionRow;
use crate::grant::Reason;
use crate::permission::ALL;

/// A policy that has a part in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Its file and the line it begins at, such as `forbids.cedar:5`.
    pub at: String,
    /// Why a forbid forbids.
    pub reason: Option<Reason>,
    /// Its text.
    pub text: String,
}

/// How the policies decide one permission, and which of them do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The permission asked for.
    pub permission: &'static str,
    /// Whether it is allowed.
    pub allowed: bool,
    /// The permits that apply. They decide when no forbid does.
    pub permits: Vec<Cited>,
    /// The forbids that apply. One is enough to refuse, whatever permits.
    pub forbids: Vec<Cited>,
    /// The permits that speak of this permission and do not apply: what would have to be so.
    pub missing: Vec<Cited>,
    /// Policies that could not be evaluated; then the answer is no.
    pub failed: Vec<String>,
}

impl Policies {
    /// Explains how `permission` is decided for a session as in `row`, on the company as a whole or on one object.
    /// The session need not exist: nothing is granted here.
    ///
    /// # Errors
    /// [`Reason::PolicyFault`] for a permission that is not in [`ALL`], or that does not apply to this kind of object.
    pub fn explain(
        &self,
        row: SessionRow,
        object: Option<&Resource>,
        permission: &str,
        now: OffsetDateTime,
    ) -> Result<Explanation, Reason> {
        let known = ALL.iter().find(|info| info.name == permission);
        let permission = known.ok_or(Reason::PolicyFault)?.name;
        let actor = supposed(row);
        let question = match object {
            None => Question::on_company(self, &actor, now)?,
            Some(object) => Question::on_object(self, &actor, object, now)?,
        };
        let action = self.actions.get(permission).ok_or(Reason::PolicyFault)?;
        let request = question.request(action)?;
        // Asked apart, a permit is named even where a forbid decides.
        let forbids = action
            .policies
            .policies()
            .filter(|policy| policy.effect() == Effect::Forbid);
        let forbids = PolicySet::from_policies(forbids.cloned()).map_err(|_| Reason::PolicyFault)?;
        let (decision, permit, forbid) = (
            question.ask(&request, &action.policies),
            question.ask(&request, &action.permits),
            question.ask(&request, &forbids),
        );
        let applying = |response: &Response| -> BTreeSet<String> {
            response.diagnostics().reason().map(ToString::to_string).collect()
        };
        let (permitting, forbidding) = (applying(&permit), applying(&forbid));
        let failed = decision.diagnostics().errors().map(ToString::to_string);
        let failed: Vec<_> = failed.collect();
        Ok(Explanation {
            permission,
            allowed: decision.decision() == Decision::Allow && failed.is_empty(),
            permits: self.cited(&action.permits, |at| permitting.contains(at)),
            missing: self.cited(&action.permits, |at| !permitting.contains(at)),
            forbids: self.cited(&forbids, |at| forbidding.contains(at)),
            failed,
        })
    }

    fn cited(&self, policies: &PolicySet, takes: impl Fn(&str) -> bool) -> Vec<Cited> {
        let line = |policy: &Policy| {
            let at = policy.id().to_string();
            let (file, line) = at.rsplit_once(':').unwrap_or((&at, ""));
            (file.to_owned(), line.parse::<usize>().unwrap_or_default())
        };
        let mut policies: Vec<_> = policies
            .policies()
            .filter(|policy| takes(AsRef::<str>::as_ref(policy.id())))
            .collect();
        policies.sort_by_key(|policy| line(policy));
        let cited = policies.into_iter().map(|policy| Cited {
            at: policy.id().to_string(),
            reason: self.reasons.get(policy.id()).copied(),
            text: policy.to_string(),
        });
        cited.collect()
    }
}
