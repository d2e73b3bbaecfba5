//! What the catalogue says of each line typed: name, diamonds, rows to choose, what is missing.

use dangerous_goods::{
    Catalogue, CheckResult, EntryKind, Goods, Line, Need, Regime, Row, RowId, Verdict as Law, check, paper,
};

use super::{goods, sentence};
use crate::console::form::{LineForm, Lines, OF_A_LINE, OF_THE_LOAD, Typed, packagings, units};
use crate::console::pages::{
    AskedView, FactField, LineDetails, LineView, LinesEditor, RowChoice, RowOption, SelectOption, StateChoice,
};

/// The fact that a paper of class 7 asks for beside its entries; it stands with them.
const CATEGORY: &str = "radioactive_category";

/// The editor of these lines.
pub(in crate::console) fn editor(action: String, lines: &Lines, details: Vec<LineDetails>) -> LinesEditor {
    let views = lines
        .0
        .iter()
        .zip(details)
        .enumerate()
        .map(|(at, (line, details))| {
            let (category, facts) = line
                .facts
                .fields(&OF_A_LINE)
                .into_iter()
                .partition(|fact| fact.name == CATEGORY);
            LineView {
                number: at + 1,
                goods: line.goods.clone(),
                packing_group: line.packing_group.clone(),
                limited_quantity: line.limited_quantity == "yes",
                quantity: line.quantity.clone(),
                unit: line.unit.clone(),
                packages: line.packages.clone(),
                packaging: line.packaging.clone(),
                technical_name: line.technical_name.clone(),
                facts,
                entries: entries(line, category),
                details,
            }
        });
    LinesEditor {
        action,
        lines: views.collect(),
        facts: lines.1.fields(&OF_THE_LOAD),
        units: units(),
        packagings: packagings(lines),
    }
}

/// The fields of what only some papers ask for.
fn entries(line: &LineForm, mut fields: Vec<FactField>) -> Vec<FactField> {
    let field = |(kind, value): (EntryKind, &String)| FactField {
        name: kind.code().to_owned(),
        label: kind.label().to_owned(),
        value: value.clone(),
        hint: kind.example().to_owned(),
        options: kind
            .choices()
            .iter()
            .map(|choice| SelectOption::new(*choice, *choice))
            .collect(),
    };
    fields.extend(EntryKind::ALL.into_iter().zip(&line.entries.0).map(field));
    fields
}

/// What is known of every line of the form; what its papers ask for is that of these regimes. Looks goods up; the answer for the load is the use case's.
pub(in crate::console) fn details(
    catalogue: &Catalogue,
    regimes: &[Regime],
    lines: &Lines,
    typed: &Typed,
) -> Vec<LineDetails> {
    let results = Regime::ALL.map(|regime| check(catalogue, regime, &typed.load));
    lines
        .0
        .iter()
        .enumerate()
        .map(|(at, form)| {
            let mut details = typed
                .places
                .iter()
                .position(|place| *place == at)
                .and_then(|index| Some((index, typed.load.lines.get(index)?)))
                .map(|(index, line)| LineDetails {
                    asked: asked(catalogue, regimes, line),
                    ..known(catalogue, line, index, &results)
                })
                .unwrap_or_default();
            if details.asked.is_empty() {
                details.asked = asked_meanwhile(catalogue, regimes, form);
            }
            details.number = at + 1;
            if details.us_row.options.is_empty() {
                details.us_row.selected.clone_from(&form.us_row);
            }
            if details.adr_row.options.is_empty() {
                details.adr_row.selected.clone_from(&form.adr_row);
            }
            details.physical_state.selected.clone_from(&form.physical_state);
            if let Some(problem) = problem(at + 1, typed) {
                details.problem = Some(problem);
            }
            details
        })
        .collect()
}

/// What the papers of the regimes ask of the line, each once.
fn asked(catalogue: &Catalogue, regimes: &[Regime], line: &Line) -> Vec<AskedView> {
    let mut asked: Vec<AskedView> = Vec::new();
    for one in regimes
        .iter()
        .flat_map(|regime| paper::asked(catalogue, *regime, line))
    {
        if !asked.iter().any(|known| known.field == one.field) {
            asked.push(AskedView {
                field: one.field,
                name: one.name,
                given: one.given,
            });
        }
    }
    asked
}

/// What the papers ask of a line of which something else cannot be read: a field must not vanish while one types
/// into it.
fn asked_meanwhile(catalogue: &Catalogue, regimes: &[Regime], form: &LineForm) -> Vec<AskedView> {
    let mut asked = form
        .goods_alone()
        .parse(catalogue, 1, &mut Vec::new())
        .map(|line| asked(catalogue, regimes, &line))
        .unwrap_or_default();
    for (kind, text) in EntryKind::ALL.into_iter().zip(&form.entries.0) {
        for one in asked.iter_mut().filter(|one| one.field == kind.code()) {
            one.given = !text.trim().is_empty();
        }
    }
    asked
}

/// What is wrong with the line as typed.
fn problem(number: usize, typed: &Typed) -> Option<String> {
    let end = format!("-{number}");
    let label = format!("Line {number}: ");
    let own = typed
        .problems
        .iter()
        .filter(|problem| problem.field.ends_with(&end));
    let texts: Vec<String> = own
        .map(|problem| sentence(problem.message.strip_prefix(&label).unwrap_or(&problem.message)))
        .collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

fn known(catalogue: &Catalogue, line: &Line, index: usize, results: &[CheckResult; 2]) -> LineDetails {
    let rows: Vec<&Row> = results
        .iter()
        .filter_map(|result| goods::row_of(catalogue, result.lines.get(index)?))
        .collect();
    let [us, adr] = results;
    let choice =
        |result: &CheckResult, selected: &Option<RowId>| row_choice(catalogue, line, index, result, selected);
    let needs = |need| {
        results.iter().any(|result| {
            result
                .lines
                .get(index)
                .is_some_and(|line| line.needs.contains(&need))
        })
    };
    LineDetails {
        number: index + 1,
        name: shown_name(catalogue, line, &rows),
        hazards: goods::hazards(rows.iter().copied(), line.limited_quantity && !rows.is_empty()),
        us_row: choice(us, &line.us_row),
        adr_row: choice(adr, &line.adr_row),
        needs_technical_name: rows.iter().any(|row| row.needs_technical_name()),
        asked: Vec::new(),
        physical_state: StateChoice {
            needed: needs(Need::PhysicalState),
            selected: String::new(),
        },
        problem: trouble(index, results),
    }
}

/// The proper shipping name, with the number where a name was typed.
fn shown_name(catalogue: &Catalogue, line: &Line, rows: &[&Row]) -> Option<String> {
    let name = goods::name_of(rows.iter().copied());
    match &line.goods {
        Goods::Number(number) => name
            .or_else(|| {
                let all = Regime::ALL
                    .into_iter()
                    .flat_map(|regime| catalogue.rows(*number, regime));
                goods::name_of(all)
                    .filter(|_| rows.is_empty())
                    .map(|name| name.split(',').next().unwrap_or(name))
            })
            .map(str::to_owned),
        Goods::Name(_) => {
            let number = rows.iter().find_map(|row| row.number()).map(goods::number);
            match (number, name) {
                (Some(number), Some(name)) => Some(format!("{number} {name}")),
                (None, Some(name)) => Some(name.to_owned()),
                (number, None) => number,
            }
        }
    }
}

/// The rows to choose from: those of the goods, or what the search suggests for a name nobody knows.
fn row_choice(
    catalogue: &Catalogue,
    line: &Line,
    index: usize,
    result: &CheckResult,
    selected: &Option<RowId>,
) -> RowChoice {
    let regime = result.regime;
    let mut rows: Vec<&Row> = match &line.goods {
        Goods::Number(number) => catalogue.rows(*number, regime),
        Goods::Name(name) => catalogue.rows_named(name, regime),
    };
    rows.retain(|row| {
        line.packing_group
            .is_none_or(|group| row.packing_group() == Some(group))
    });
    let asked = result
        .lines
        .get(index)
        .map(|line| line.rows_to_choose.as_slice())
        .unwrap_or_default();
    if rows.len() < 2 {
        // One row needs no choice, unless the answer asks for one: for other goods or another packing group.
        rows = asked
            .iter()
            .chain(selected)
            .filter_map(|id| catalogue.row(id))
            .collect();
        if asked.is_empty() && (selected.is_none() || matches!(line.goods, Goods::Number(_))) {
            rows.clear();
        }
    }
    let option = |row: &Row| RowOption {
        id: row.id().to_string(),
        text: goods::describe(row),
    };
    RowChoice {
        selected: selected.as_ref().map(ToString::to_string).unwrap_or_default(),
        options: rows.into_iter().map(option).collect(),
        needed: !asked.is_empty(),
    }
}

/// What stands against the line by itself, beside a row to choose.
fn trouble(index: usize, results: &[CheckResult; 2]) -> Option<String> {
    let unknown = |result: &CheckResult| {
        result
            .lines
            .get(index)
            .is_some_and(|line| line.needs.contains(&Need::KnownGoods))
    };
    if results.iter().all(unknown) {
        return Some("No goods of this number or name in either catalogue.".to_owned());
    }
    let mut texts: Vec<String> = Vec::new();
    for result in results {
        let own = result.conflicts.iter().filter(|finding| finding.lines == [index]);
        for finding in own.filter(|finding| finding.verdict >= Law::NotCleared) {
            if finding.rule == Need::Row.words() && !finding.sentence.contains("no row") {
                continue;
            }
            let text = sentence(&finding.sentence);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    (!texts.is_empty()).then(|| texts.join(" "))
}
