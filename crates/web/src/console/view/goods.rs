//! Goods as people read them: number, name, diamonds, and what tells one row from another.

use dangerous_goods::dataset::DataSetChoice;
use dangerous_goods::label::LabelModel;
use dangerous_goods::{Catalogue, Goods, Line, LineResult, PhysicalState, Row, UnNumber};

use crate::console::pages::Hazard;

/// `UN 1203`.
pub(in crate::console) fn number(number: UnNumber) -> String {
    let text = number.to_string();
    text.split_at_checked(2)
        .map(|(series, digits)| format!("{series} {digits}"))
        .unwrap_or(text)
}

/// `UN 1203`, or nothing where the goods have no number.
pub(in crate::console) fn number_of(line: &Line, row: Option<&Row>) -> String {
    match (&line.goods, row.and_then(Row::number)) {
        (Goods::Number(typed), _) => number(*typed),
        (Goods::Name(_), Some(found)) => number(found),
        (Goods::Name(_), None) => String::new(),
    }
}

/// The row a line means, or the first of several with the same hazards. None while a choice is open.
pub(in crate::console) fn row_of<'a>(catalogue: &'a Catalogue, line: &LineResult) -> Option<&'a Row> {
    catalogue.row(line.row.as_ref().or_else(|| line.same_hazards.first())?)
}

/// The first name that any of these rows has.
pub(in crate::console) fn name_of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Option<&'static str> {
    rows.into_iter().map(Row::name).find(|name| !name.is_empty())
}

/// The hazards of these rows, each once, primary hazards first; with the limited-quantity mark where it is claimed.
pub(in crate::console) fn hazards<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    limited_quantity: bool,
) -> Vec<Hazard> {
    let mut hazards: Vec<Hazard> = Vec::new();
    for row in rows {
        for label in row.labels() {
            let hazard = hazard(&code(row, label));
            let repeated = hazards.iter().any(|known| {
                // One regime prints the compatibility group, the other may not.
                known.code == hazard.code || (label.starts_with('1') && known.code.starts_with(&hazard.code))
            });
            if !repeated {
                hazards.push(hazard);
            }
        }
    }
    if limited_quantity {
        hazards.push(self::hazard("LQ"));
    }
    hazards
}

/// The code of the label's drawing: explosives carry their division and group.
fn code(row: &Row, label: &'static str) -> String {
    if row.class() != "1" || !label.starts_with('1') {
        return label.to_owned();
    }
    if row.classification_code().starts_with("1.") {
        return row.classification_code().to_owned();
    }
    match row.compatibility_group() {
        Some(group) => format!("{}{group}", row.division()),
        None => row.division().to_owned(),
    }
}

/// A label by its code, with its name.
pub(super) fn hazard(code: &str) -> Hazard {
    match code.parse::<LabelModel>() {
        Ok(model) => {
            let title = model.title();
            let name = title
                .split_once(": ")
                .map_or(title.as_str(), |(_, name)| name)
                .to_lowercase();
            Hazard {
                code: code.to_owned(),
                name,
            }
        }
        // Label 1 beside another hazard: explosive, of no division.
        Err(_) => Hazard {
            code: "1".to_owned(),
            name: "explosive".to_owned(),
        },
    }
}

/// What tells a row from its siblings: name, hazards, packing group, zone.
pub(in crate::console) fn describe(row: &Row) -> String {
    let name = if row.name().is_empty() {
        "(name not certain)"
    } else {
        row.name()
    };
    if row.is_forbidden() {
        return format!("{name} · forbidden");
    }
    let mut text = String::from(name);
    let labels: Vec<String> = row.labels().map(|label| code(row, label)).collect();
    let class = if labels.is_empty() {
        row.division().to_owned()
    } else {
        labels.join(" + ")
    };
    for part in [
        (!class.is_empty()).then_some(class),
        (!row.classification_code().is_empty()).then(|| row.classification_code().to_owned()),
        row.packing_group().map(|group| format!("PG {group}")),
        row.zone().map(|zone| format!("zone {zone}")),
    ]
    .into_iter()
    .flatten()
    {
        text.push_str(" · ");
        text.push_str(&part);
    }
    text
}

/// What tells a row of a data set from its siblings: name, hazards, packing group, state.
pub(in crate::console) fn describe_loaded(row: &DataSetChoice) -> String {
    let state = row.state.map(|state| match state {
        PhysicalState::Solid => "solid",
        PhysicalState::Liquid => "liquid",
        PhysicalState::Gas => "gas",
    });
    let parts = [
        Some(row.name.clone()),
        Some(row.hazards.join(" + ")),
        row.packing_group.map(|group| format!("PG {group}")),
        state.map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
