//! The OpenAPI description is proved true: its paths are the routes, and every answer of the walks has a
//! status, a type and a body that it describes.
//!
//! [`faults`] is stricter than JSON Schema: a member that is not described is a fault as well. It knows the
//! keywords that the description uses; any other is a fault, so that nothing passes unread.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use testkit::Answer;
use web::{Audience, RouteInfo, route_table};

use crate::samples::{black_powder, body};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(web::openapi()).unwrap());

/// Not described: for balancers, and the description itself.
const UNDESCRIBED: [&str; 3] = ["/healthz", "/readyz", "/api/v1/openapi.json"];

fn operation(route: &RouteInfo) -> &'static Value {
    &DOCUMENT["paths"][route.path][route.method.as_str().to_lowercase()]
}

fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
        None => value,
    }
}

/// The answer is one that the description allows.
pub(crate) fn hold(route: &RouteInfo, answer: &Answer) {
    if UNDESCRIBED.contains(&route.path) {
        return;
    }
    let at = format!("{} {} {}", route.method, route.path, answer.status);
    let response = &operation(route)["responses"][answer.status.to_string()];
    assert!(!response.is_null(), "{at} is not described: {}", answer.text());
    let Some(content) = resolved(response)["content"].as_object() else {
        assert!(answer.body.is_empty(), "{at} has a body that is not described");
        return;
    };
    let described = &content
        .get(answer.header("content-type"))
        .unwrap_or_else(|| panic!("{at}: {content:?}"))["schema"];
    if answer.header("content-type").ends_with("json") {
        assert_eq!(
            faults(described, &answer.json(), ""),
            Vec::<String>::new(),
            "{at}"
        );
    }
}

/// As [`hold`], by method and path of the route.
pub(crate) fn hold_at(method: &str, path: &str, answer: &Answer) {
    let table = route_table();
    let route = table
        .iter()
        .find(|route| route.method == method && route.path == path);
    hold(route.expect("a route"), answer);
}

/// The members of an object schema, those of the schemas it joins included, and which are required.
fn members(schema: &'static Value, known: &mut Map<String, Value>, required: &mut BTreeSet<String>) {
    let schema = resolved(schema);
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        known.insert(name.clone(), member.clone());
    }
    required.extend(
        schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|name| name.as_str().unwrap().to_owned()),
    );
    for part in schema["allOf"].as_array().into_iter().flatten() {
        members(part, known, required);
    }
}

/// What in `value` the schema does not describe, with the place of each.
fn faults(schema: &'static Value, value: &Value, at: &str) -> Vec<String> {
    const READ: [&str; 16] = [
        "$ref",
        "type",
        "properties",
        "required",
        "items",
        "enum",
        "oneOf",
        "allOf",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "propertyNames",
        "additionalProperties",
        "title",
        "description",
    ];
    const SAYING_NOTHING: [&str; 4] = ["example", "examples", "format", "default"];
    let schema = resolved(schema);
    let mut found: Vec<String> = schema
        .as_object()
        .into_iter()
        .flatten()
        .map(|(keyword, _)| keyword)
        .filter(|keyword| !READ.contains(&keyword.as_str()) && !SAYING_NOTHING.contains(&keyword.as_str()))
        .map(|keyword| format!("{at}: the keyword `{keyword}` is not read"))
        .collect();
    if let Some(choices) = schema["oneOf"].as_array() {
        if !choices.iter().any(|choice| faults(choice, value, at).is_empty()) {
            found.push(format!("{at}: {value} is none of the choices"));
        }
        return found;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |name: &Value| name == kind || (name == "number" && kind == "integer");
    match &schema["type"] {
        Value::Null => {}
        Value::Array(names) if names.iter().any(fits) => {}
        name if fits(name) => {}
        name => found.push(format!("{at}: {kind} where {name} is described")),
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|values| !values.contains(value))
    {
        found.push(format!("{at}: {value} is not one of {}", schema["enum"]));
    }
    match value {
        Value::Array(items) if !schema["items"].is_null() => {
            for (index, item) in items.iter().enumerate() {
                found.extend(faults(&schema["items"], item, &format!("{at}/{index}")));
            }
        }
        Value::Object(object) => {
            let (mut known, mut required) = (Map::new(), BTreeSet::new());
            members(schema, &mut known, &mut required);
            if known.is_empty() {
                // Described as any object.
                return found;
            }
            found.extend(
                required
                    .iter()
                    .filter(|name| !object.contains_key(*name))
                    .map(|name| format!("{at}/{name}: is missing")),
            );
            for (name, member) in object {
                let place = format!("{at}/{name}");
                match property(schema, name) {
                    Some(described) => found.extend(faults(described, member, &place)),
                    None => found.push(format!("{place}: is not described")),
                }
            }
        }
        _ => {}
    }
    found
}

/// The schema of a member, wherever among the joined schemas it stands.
fn property(schema: &'static Value, name: &str) -> Option<&'static Value> {
    let schema = resolved(schema);
    schema["properties"].get(name).or_else(|| {
        schema["allOf"]
            .as_array()?
            .iter()
            .find_map(|part| property(part, name))
    })
}

#[test]
fn the_description_has_exactly_the_routes_of_the_api() {
    let routes: BTreeSet<(String, String)> = route_table()
        .into_iter()
        .filter(|route| route.audience == Audience::Api && !UNDESCRIBED.contains(&route.path))
        .map(|route| (route.path.to_owned(), route.method.as_str().to_lowercase()))
        .collect();
    let described: BTreeSet<(String, String)> = DOCUMENT["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, operations)| {
            operations
                .as_object()
                .unwrap()
                .keys()
                .map(|method| (path.clone(), method.clone()))
        })
        .collect();
    assert_eq!(described, routes);
}

#[test]
fn every_reference_of_the_description_leads_to_something() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    references(&DOCUMENT, &mut found);
    assert!(found.len() > 10, "{found:?}");
    for reference in found {
        let place = reference.strip_prefix('#').unwrap();
        assert!(DOCUMENT.pointer(place).is_some(), "`{reference}` leads nowhere");
    }
}

#[test]
fn a_route_asks_for_a_bearer_exactly_where_it_asks_for_a_permission() {
    for route in route_table()
        .iter()
        .filter(|route| route.audience == Audience::Api)
    {
        let guarded = matches!(route.access, web::Access::Permission(_));
        let described = !operation(route)["security"].is_null();
        assert_eq!(described, guarded, "{} {}", route.method, route.path);
        if guarded {
            for status in ["401", "403"] {
                // What every live session may do is refused to none.
                let own = ["session.own", "session.enrol", "session.factors"].map(web::Access::Permission);
                let always = own.contains(&route.access) && status == "403";
                let response = &operation(route)["responses"][status];
                assert_eq!(
                    response.is_null(),
                    always,
                    "{} {} {status}",
                    route.method,
                    route.path
                );
            }
        }
    }
}

#[test]
fn what_the_samples_send_is_as_described() {
    for route in route_table()
        .iter()
        .filter(|route| route.audience == Audience::Api)
    {
        let described = &operation(route)["requestBody"]["content"]["application/json"]["schema"];
        match body(route, 1) {
            Some(body) => assert_eq!(
                faults(described, &body, ""),
                Vec::<String>::new(),
                "{}",
                route.path
            ),
            None => assert!(described.is_null(), "{} {}", route.method, route.path),
        }
    }
}

#[test]
fn each_kind_of_untruth_is_found() {
    let line = &DOCUMENT["components"]["schemas"]["Line"];
    assert_eq!(faults(line, &black_powder(), ""), Vec::<String>::new());
    let wrong = |change: fn(&mut Value)| {
        let mut value = black_powder();
        change(&mut value);
        faults(line, &value, "")
    };
    assert_eq!(
        wrong(|line| line["goods"] = json!(1203)),
        ["/goods: integer where \"string\" is described"]
    );
    assert_eq!(
        wrong(|line| line["colour"] = json!("red")),
        ["/colour: is not described"]
    );
    assert_eq!(
        wrong(|line| line["quantity"] = json!({"value": "1"})),
        ["/quantity/unit: is missing"]
    );
    assert_eq!(wrong(|line| line["limited_quantity"] = Value::Null).len(), 1);
    let verdict = &DOCUMENT["components"]["schemas"]["Verdict"];
    assert_eq!(faults(verdict, &json!("perhaps"), "").len(), 1);
}
