//! One request with the entities it speaks of, as data that can be changed.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Context, Entities, EntityId, EntityUid, Request, Schema};
use cedar_policy_symcc::Env;
use serde_json::{Map, Value, json};

/// An entity's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Uid {
    pub(crate) kind: String,
    pub(crate) id: String,
}

/// What is known of an entity.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Thing {
    pub(crate) attributes: Map<String, Value>,
    pub(crate) parents: BTreeSet<Uid>,
}

/// One request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    pub(crate) principal: Uid,
    pub(crate) action: Uid,
    pub(crate) resource: Uid,
    pub(crate) context: Map<String, Value>,
    pub(crate) things: BTreeMap<Uid, Thing>,
}

impl Uid {
    pub(crate) fn of(uid: &EntityUid) -> Self {
        Self {
            kind: uid.type_name().to_string(),
            id: uid.id().unescaped().to_owned(),
        }
    }

    /// From `{"type": …, "id": …}`, with or without `__entity` around it.
    pub(crate) fn of_json(value: &Value) -> Option<Self> {
        let value = value.get("__entity").unwrap_or(value);
        Some(Self {
            kind: value["type"].as_str()?.to_owned(),
            id: value["id"].as_str()?.to_owned(),
        })
    }

    pub(crate) fn json(&self) -> Value {
        json!({"__entity": {"type": self.kind, "id": self.id}})
    }

    fn uid(&self) -> Option<EntityUid> {
        let kind = self.kind.parse().ok()?;
        Some(EntityUid::from_type_name_and_id(kind, EntityId::new(&self.id)))
    }
}

impl Case {
    /// The solver's request; actions are the schema's and left out.
    pub(crate) fn of(env: &Env) -> Option<Self> {
        let Value::Object(context) = env.request.context()?.to_json_value().ok()? else {
            return None;
        };
        let mut things = BTreeMap::new();
        for entity in env.entities.to_json_value().ok()?.as_array()? {
            let uid = Uid::of_json(&entity["uid"])?;
            if uid.kind != "Action" {
                let parents = entity["parents"].as_array()?.iter();
                let thing = Thing {
                    attributes: entity["attrs"].as_object()?.clone(),
                    parents: parents.map(Uid::of_json).collect::<Option<_>>()?,
                };
                things.insert(uid, thing);
            }
        }
        let mut case = Self {
            principal: Uid::of(env.request.principal()?),
            action: Uid::of(env.request.action()?),
            resource: Uid::of(env.request.resource()?),
            context,
            things,
        };
        for uid in [case.principal.clone(), case.resource.clone()] {
            case.things.entry(uid).or_default();
        }
        Some(case)
    }

    /// As Cedar takes it, or nothing where it does not fit the schema.
    pub(crate) fn cedar(&self, schema: &Schema) -> Option<(Request, Entities)> {
        let action = self.action.uid()?;
        let context =
            Context::from_json_value(Value::Object(self.context.clone()), Some((schema, &action))).ok()?;
        let request = Request::new(
            self.principal.uid()?,
            action,
            self.resource.uid()?,
            context,
            Some(schema),
        )
        .ok()?;
        let things = self.things.iter().map(|(uid, thing)| {
            let parents: Vec<_> = thing.parents.iter().map(Uid::json).collect();
            json!({"uid": uid.json(), "attrs": thing.attributes, "parents": parents})
        });
        let entities = Entities::from_json_value(Value::Array(things.collect()), Some(schema)).ok()?;
        Some((request, entities))
    }

    /// The entities, the principal and what it names first.
    pub(crate) fn names(&self) -> Vec<Uid> {
        let mut names = vec![self.principal.clone(), self.resource.clone()];
        let things = [&self.principal, &self.resource]
            .into_iter()
            .chain(self.things.keys());
        for uid in things {
            names.push(uid.clone());
            if let Some(thing) = self.things.get(uid) {
                thing
                    .attributes
                    .values()
                    .for_each(|value| named(value, &mut names));
                names.extend(thing.parents.iter().cloned());
            }
        }
        in_order(&self.context).for_each(|value| named(value, &mut names));
        let mut seen = BTreeSet::new();
        names.retain(|uid| seen.insert(uid.clone()));
        names
    }

    /// With other names for entities.
    pub(crate) fn renamed(&self, names: &BTreeMap<Uid, Uid>) -> Self {
        let new = |uid: &Uid| names.get(uid).unwrap_or(uid).clone();
        let all = |values: &Map<String, Value>| -> Map<String, Value> {
            let values = values
                .iter()
                .map(|(name, value)| (name.clone(), renamed(value, names)));
            values.collect()
        };
        let mut things = BTreeMap::<Uid, Thing>::new();
        // Of two that become one, the principal and the object are who they were.
        let foremost = [&self.principal, &self.resource];
        let order = foremost.into_iter().chain(self.things.keys());
        for uid in order {
            if let Some(thing) = self.things.get(uid) {
                things.entry(new(uid)).or_insert_with(|| Thing {
                    attributes: all(&thing.attributes),
                    parents: thing.parents.iter().map(new).collect(),
                });
            }
        }
        Self {
            principal: new(&self.principal),
            action: self.action.clone(),
            resource: new(&self.resource),
            context: all(&self.context),
            things,
        }
    }
}

/// The values by the order of their names; a map may have the order it was read in.
fn in_order(values: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    values.iter().collect::<BTreeMap<_, _>>().into_values()
}

/// Collects the entities a value names.
fn named(value: &Value, names: &mut Vec<Uid>) {
    if value.get("__entity").is_some() {
        names.extend(Uid::of_json(value));
        return;
    }
    match value {
        Value::Array(parts) => parts.iter().for_each(|part| named(part, names)),
        Value::Object(parts) => in_order(parts).for_each(|part| named(part, names)),
        _ => {}
    }
}

fn renamed(value: &Value, names: &BTreeMap<Uid, Uid>) -> Value {
    if value.get("__entity").is_some() {
        let new = Uid::of_json(value).and_then(|uid| names.get(&uid).map(Uid::json));
        return new.unwrap_or_else(|| value.clone());
    }
    match value {
        Value::Array(parts) => parts.iter().map(|part| renamed(part, names)).collect(),
        Value::Object(parts) => {
            let parts = parts
                .iter()
                .map(|(name, part)| (name.clone(), renamed(part, names)));
            Value::Object(parts.collect())
        }
        other => other.clone(),
    }
}
