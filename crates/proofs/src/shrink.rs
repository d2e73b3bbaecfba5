//! Makes a counterexample small and ordinary, so that what is left of it is what matters.
//!
//! The solver names any request; which one differs between its versions. One thing after another is left out or
//! replaced by something plainer, and stays so if the request is still a counterexample: Cedar itself is asked each
//! time. What is left reads the same whatever solver found it.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Entities, Policy, PolicySet, Request, Schema};
use serde_json::{Map, Value};

use crate::case::{Case, Uid};
use crate::files::in_order;

/// The plain values of the policies at hand.
#[derive(Debug, Default, Clone)]
pub(crate) struct Plain {
    numbers: BTreeSet<i64>,
    words: Vec<String>,
    entities: BTreeSet<Uid>,
}

impl Plain {
    /// What these policies compare with: the numbers and those beside them, the words, the entities. Words of the
    /// facts are the plainest.
    pub(crate) fn of<'a>(facts: &'a [Policy], policies: impl IntoIterator<Item = &'a PolicySet>) -> Self {
        let mut plain = Self::default();
        let policies = policies.into_iter().flat_map(in_order);
        for policy in facts.iter().chain(policies) {
            if let Ok(json) = policy.to_json() {
                plain.gather(&json);
            }
        }
        plain
    }

    fn gather(&mut self, json: &Value) {
        if let Some(uid) = Uid::of_json(json).filter(|uid| uid.kind != "Action") {
            self.entities.insert(uid);
            return;
        }
        match (json, json.get("Value")) {
            (_, Some(Value::Number(number))) => {
                let around = number.as_i64().into_iter().flat_map(|n| [n - 1, n, n + 1]);
                self.numbers.extend(around);
            }
            (_, Some(Value::String(word))) if !self.words.contains(word) => self.words.push(word.clone()),
            (Value::Object(parts), _) => {
                let parts: BTreeMap<_, _> = parts.iter().collect();
                parts.into_values().for_each(|part| self.gather(part));
            }
            (Value::Array(parts), _) => parts.iter().for_each(|part| self.gather(part)),
            _ => {}
        }
    }

    /// Values to try instead of this one, plainest first.
    fn instead(&self, value: &Value, case: &Case) -> Vec<Value> {
        if let Some(uid) = value.get("__entity").and_then(Uid::of_json) {
            let names = case.names().into_iter();
            return names
                .filter(|other| other.kind == uid.kind)
                .map(|other| other.json())
                .collect();
        }
        match value {
            Value::Bool(_) => vec![true.into(), false.into()],
            Value::Number(_) => {
                let rest = self.numbers.iter().copied().filter(|n| ![0, 1, -1].contains(n));
                [0, 1, -1].into_iter().chain(rest).map(Value::from).collect()
            }
            Value::String(_) => self.words.iter().cloned().map(Value::String).collect(),
            Value::Array(parts) => {
                let without = |at: usize| {
                    let rest = parts.iter().enumerate().filter(|(other, _)| *other != at);
                    rest.map(|(_, part)| part.clone()).collect()
                };
                (0..parts.len()).map(without).collect()
            }
            Value::Object(parts) => {
                let mut all = Vec::new();
                for (name, part) in parts {
                    let mut without = parts.clone();
                    without.remove(name);
                    all.push(Value::Object(without));
                    all.extend(self.instead(part, case).into_iter().map(|other| {
                        let mut with = parts.clone();
                        with.insert(name.clone(), other);
                        Value::Object(with)
                    }));
                }
                all
            }
            Value::Null => Vec::new(),
        }
    }
}

/// A counterexample being made small.
struct Shrinking<'a> {
    schema: &'a Schema,
    plain: &'a Plain,
    stands: &'a dyn Fn(&Request, &Entities) -> bool,
    case: Case,
}

/// The smallest case found that still `stands`, or nothing where the case itself does not.
pub(crate) fn shrunk(
    case: Case,
    schema: &Schema,
    plain: &Plain,
    stands: &dyn Fn(&Request, &Entities) -> bool,
) -> Option<Case> {
    let mut shrinking = Shrinking {
        schema,
        plain,
        stands,
        case: case.clone(),
    };
    if !shrinking.takes(case) {
        return None;
    }
    // Each round tries everything; a few are enough, and the last one changes nothing.
    for _ in 0..12 {
        let before = shrinking.case.clone();
        shrinking.round();
        if shrinking.case == before {
            break;
        }
    }
    Some(shrinking.case)
}

impl Shrinking<'_> {
    /// Goes on with `case` if it is a counterexample too.
    fn takes(&mut self, case: Case) -> bool {
        let stands = case
            .cedar(self.schema)
            .is_some_and(|(request, entities)| (self.stands)(&request, &entities));
        if stands {
            self.case = case;
        }
        stands
    }

    fn round(&mut self) {
        self.fewer();
        self.plainer_names();
        let uids: Vec<_> = self.case.things.keys().cloned().collect();
        for uid in uids {
            let of = |case: &Case| case.things.get(&uid).map(|thing| thing.attributes.clone());
            self.plainer_values(of, &|case, attributes| {
                if let Some(thing) = case.things.get_mut(&uid) {
                    thing.attributes = attributes;
                }
            });
        }
        self.plainer_values(|case| Some(case.context.clone()), &|case, context| {
            case.context = context
        });
        self.plainer_pairs();
    }

    /// Fewer entities, fewer memberships.
    fn fewer(&mut self) {
        let uids: Vec<_> = self.case.things.keys().cloned().collect();
        for uid in &uids {
            if ![&self.case.principal, &self.case.resource].contains(&uid) {
                let mut less = self.case.clone();
                less.things.remove(uid);
                self.takes(less);
            }
            let parents = self.case.things.get(uid).map(|thing| thing.parents.clone());
            for parent in parents.into_iter().flatten() {
                let mut less = self.case.clone();
                if let Some(thing) = less.things.get_mut(uid) {
                    thing.parents.remove(&parent);
                }
                self.takes(less);
            }
        }
    }

    /// Fewer different entities, and none that the policies name unless that matters; then names by the alphabet.
    fn plainer_names(&mut self) {
        let names = self.case.names();
        for (at, uid) in names.iter().enumerate().rev() {
            let earlier = names[..at].iter().filter(|other| other.kind == uid.kind);
            let fresh = Uid {
                kind: uid.kind.clone(),
                id: format!("new {at}"),
            };
            let fresh = self.plain.entities.contains(uid).then_some(&fresh);
            for other in earlier.chain(fresh) {
                let merged = self.case.renamed(&BTreeMap::from([(uid.clone(), other.clone())]));
                if merged != self.case && self.takes(merged) {
                    break;
                }
            }
        }
        let mut counts = BTreeMap::<String, u8>::new();
        let mut new = BTreeMap::new();
        for uid in self.case.names() {
            if !self.plain.entities.contains(&uid) && uid.kind != "Action" {
                let count = counts.entry(uid.kind.clone()).or_default();
                let id = char::from(b'A' + (*count).min(25)).to_string();
                *count += 1;
                let kind = uid.kind.clone();
                new.insert(uid, Uid { kind, id });
            }
        }
        self.takes(self.case.renamed(&new));
    }

    /// Two numbers of the context at once: one alone may not pass the other it is compared with.
    fn plainer_pairs(&mut self) {
        let numbers = self.case.context.iter().filter(|(_, value)| value.is_number());
        let names: BTreeSet<String> = numbers.map(|(name, _)| name.clone()).collect();
        for (at, one) in names.iter().enumerate() {
            for other in names.iter().skip(at + 1) {
                let now = [&self.case.context[one], &self.case.context[other]].map(Value::as_i64);
                for pair in [[0, 0], [0, 1], [1, 0]] {
                    if now == pair.map(Some) {
                        break;
                    }
                    let mut changed = self.case.clone();
                    changed.context.insert(one.clone(), pair[0].into());
                    changed.context.insert(other.clone(), pair[1].into());
                    if self.takes(changed) {
                        break;
                    }
                }
            }
        }
    }

    /// Attributes left out or given plainer values.
    fn plainer_values(
        &mut self,
        of: impl Fn(&Case) -> Option<Map<String, Value>>,
        set: &dyn Fn(&mut Case, Map<String, Value>),
    ) {
        let names: BTreeSet<String> = of(&self.case)
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
            .collect();
        for name in names {
            let Some(mut values) = of(&self.case) else { return };
            let Some(now) = values.remove(&name) else { continue };
            let mut without = self.case.clone();
            set(&mut without, values.clone());
            if self.takes(without) {
                continue;
            }
            for other in self.plain.instead(&now, &self.case) {
                if other == now {
                    break;
                }
                let mut with = values.clone();
                with.insert(name.clone(), other);
                let mut changed = self.case.clone();
                set(&mut changed, with);
                if self.takes(changed) {
                    break;
                }
            }
        }
    }
}
