//! Papers as JSON, against the published schema.

use dangerous_goods::paper::json::{self as exchanged, Document, SCHEMA};

use super::{Regime, Value, gasoline, goods, json, paper};

/// What is wrong with a value, by the parts of JSON Schema that the schema uses; a reader that is not ours
/// but knows no more than these.
fn wrong(schema: &Value, root: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut wrong_here = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        let fits = match keyword.as_str() {
            "$ref" => {
                let target = root
                    .pointer(rule.as_str().unwrap().trim_start_matches('#'))
                    .unwrap();
                wrong_here.extend(wrong(target, root, value, at));
                true
            }
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_u64(),
                other => panic!("type {other}"),
            },
            "const" => rule == value,
            "enum" => rule.as_array().unwrap().contains(value),
            "oneOf" => {
                let fitting = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|one| wrong(one, root, value, at).is_empty());
                fitting.count() == 1
            }
            "required" => rule
                .as_array()
                .unwrap()
                .iter()
                .all(|name| value.get(name.as_str().unwrap()).is_some()),
            "additionalProperties" => {
                let known = schema["properties"].as_object().unwrap();
                value
                    .as_object()
                    .is_none_or(|members| members.keys().all(|name| known.contains_key(name)))
            }
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    if let Some(member) = value.get(name) {
                        wrong_here.extend(wrong(rule, root, member, &format!("{at}/{name}")));
                    }
                }
                true
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    wrong_here.extend(wrong(rule, root, item, &format!("{at}/{n}")));
                }
                true
            }
            "minItems" => value
                .as_array()
                .is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.len() as u64 >= rule.as_u64().unwrap()),
            "minimum" => value.as_u64() >= rule.as_u64(),
            "maximum" => value.as_u64() <= rule.as_u64(),
            "pattern" => value.as_str().is_some_and(|text| match rule.as_str().unwrap() {
                "^[0-9a-f]{64}$" => {
                    text.len() == 64 && text.bytes().all(|b| b"0123456789abcdef".contains(&b))
                }
                "^[0-9]+(\\.[0-9]+)?$" => text.bytes().all(|b| b.is_ascii_digit() || b == b'.'),
                "^(UN|NA) ?[0-9]{4}$" => text.starts_with("UN") || text.starts_with("NA"),
                other => panic!("pattern {other}"),
            }),
            "format" | "description" | "title" | "$schema" | "$id" | "$defs" => true,
            other => panic!("`{other}` is new to the test"),
        };
        if !fits {
            wrong_here.push(format!("{at}: {keyword} {rule}, not {value}"));
        }
    }
    wrong_here
}

fn samples() -> Vec<Value> {
    let chlorine = json!({"quantity": {"value": "50", "unit": "kg"}, "gross_mass": {"value": "90", "unit": "kg"},
        "reportable_quantity": true, "environmentally_hazardous": true, "packaging": "cylinders"});
    vec![
        json!([gasoline()]),
        json!([goods("UN1017", chlorine)]),
        json!([
            goods(
                "UN1993",
                json!({"packing_group": "II", "technical_name": "acetone"})
            ),
            goods("UN1090", json!({"limited_quantity": true}))
        ]),
        json!([goods(
            "UN1090",
            json!({"containment": "tank", "quantity": null, "empty_uncleaned": true})
        )]),
    ]
}

#[test]
fn every_paper_fits_the_published_schema_and_survives_json_dg_4() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for lines in samples() {
        for regime in Regime::ALL {
            let content = paper(regime, lines.clone()).unwrap_or_else(|refusal| panic!("{refusal}"));
            let bytes = exchanged::bytes(&content).unwrap();
            let value: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(wrong(&schema, &schema, &value, ""), Vec::<String>::new());
            let read: Document = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(read, exchanged::document(&content));
            assert_eq!(
                bytes,
                exchanged::bytes(&content).unwrap(),
                "the same paper is the same bytes"
            );
            for (row, item) in content.rows().iter().zip(&read.lines) {
                assert_eq!(row.description, item.printed.description);
            }
        }
    }
}

#[test]
fn the_schema_refuses_what_is_no_paper() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let content = paper(Regime::Us, json!([gasoline()])).unwrap();
    let good: Value = serde_json::from_slice(&exchanged::bytes(&content).unwrap()).unwrap();
    let spoiled: [fn(&mut Value); 6] = [
        |paper| paper["load_hash"] = json!("none"),
        |paper| paper["lines"] = json!([]),
        |paper| paper["lines"][0]["goods"]["invented"] = json!(true),
        |paper| paper["lines"][0]["goods"]["packages"] = json!(0),
        |paper| paper["lines"][0]["goods"]["inhalation"] = json!({"poison": "E"}),
        |paper| {
            paper.as_object_mut().unwrap().remove("data_hash");
        },
    ];
    for (n, spoil) in spoiled.into_iter().enumerate() {
        let mut value = good.clone();
        spoil(&mut value);
        assert_ne!(
            wrong(&schema, &schema, &value, ""),
            Vec::<String>::new(),
            "spoiled {n}"
        );
    }
}

#[test]
fn the_json_carries_the_hash_of_the_load_the_edition_and_the_hash_of_its_data_dg_4() {
    let load = super::load(json!([gasoline()]));
    let result = super::checked(Regime::Adr, &load);
    let content = super::issue(
        super::Catalogue::embedded(),
        Regime::Adr,
        &load,
        &result,
        &super::details(),
    )
    .unwrap();
    let document = exchanged::document(&content);
    assert_eq!(document.load_hash, load.hash().to_string());
    assert_eq!(
        (document.edition.as_str(), document.data_hash.as_str()),
        ("ADR 2025", &*result.edition_hash)
    );
    assert!(
        content.to_string().contains(&document.load_hash)
            && content.to_string().contains(&document.data_hash)
    );
}
