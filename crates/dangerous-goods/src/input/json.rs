//! JSON loads: read as the type says; where that fails, read again field by field for every fault.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::InvalidInput;
use super::fault::{Fault, Place};
use crate::load::{Line, Load};

pub(super) fn read(text: &str) -> Result<Load, InvalidInput> {
    let error = match serde_json::from_str::<Load>(text) {
        Ok(load) if load.lines.is_empty() => return Err(Fault::of_all("there are no goods in it").into()),
        Ok(load) => return Ok(load),
        Err(error) => error,
    };
    let mut faults = Vec::new();
    if let Ok(Value::Object(load)) = serde_json::from_str(text) {
        of_load(&load, &mut faults);
    }
    if faults.is_empty() {
        faults.push(Fault::of_all(error.to_string()));
    }
    Err(InvalidInput::of(faults))
}

fn of_load(load: &Map<String, Value>, faults: &mut Vec<Fault>) {
    // What is said of the load as a whole, tried without its lines.
    let mut rest = load.clone();
    let lines = rest.insert("lines".to_owned(), Value::Array(Vec::new()));
    if let Err(error) = Load::deserialize(Value::Object(rest)) {
        faults.push(Fault::of_all(error.to_string()));
    }
    let Some(Value::Array(lines)) = lines else {
        return;
    };
    for (line, at) in lines.iter().zip(1..).take(Load::MAX_LINES) {
        let before = faults.len();
        if let Value::Object(fields) = line {
            of_line(fields, at, faults);
        }
        let whole = Line::deserialize(line).map_err(|error| error.to_string());
        let whole = whole.and_then(|line| line.validate().map_err(|error| error.to_string()));
        if let Err(sentence) = whole
            && faults.len() == before
        {
            let place = Place::Line {
                line: at,
                field: None,
            };
            faults.push(Fault { place, sentence });
        }
    }
}

/// Each field alone, beside goods that are known to be right.
fn of_line(fields: &Map<String, Value>, line: usize, faults: &mut Vec<Fault>) {
    if !fields.contains_key("goods") {
        faults.push(Fault {
            place: Place::Line {
                line,
                field: Some("goods".to_owned()),
            },
            sentence: "the goods are not named".to_owned(),
        });
    }
    // By name, because whether a map keeps the order it was written in is a matter of the build.
    let fields: BTreeMap<&String, &Value> = fields.iter().collect();
    for (field, value) in fields {
        let mut alone = Map::from_iter([("goods".to_owned(), Value::from("UN1203"))]);
        alone.insert(field.clone(), value.clone());
        if let Err(error) = Line::deserialize(Value::Object(alone)) {
            faults.push(Fault {
                place: Place::Line {
                    line,
                    field: Some(crate::identity::clip(&field.replace(char::is_control, "?"))),
                },
                sentence: error.to_string(),
            });
        }
    }
}
