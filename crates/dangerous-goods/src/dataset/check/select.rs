//! From what a person typed to the rows it may mean. Several rows are kept as several.

use super::answer::Missing;
use crate::dataset::DataSetRowId;
use crate::dataset::model::{Draft, Facts, Limit, Row};
use crate::identity::{UnNumber, clip};
use crate::load::{Goods, Line};

/// Everything the rules ask about goods; what does not matter for this line is left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Profile<'a> {
    pub(super) number: Option<UnNumber>,
    pub(super) hazards: &'a [usize],
    pub(super) compatibility: Option<usize>,
    pub(super) groups: Option<&'a [usize]>,
    pub(super) codes: Option<&'a [usize]>,
    pub(super) is_forbidden: bool,
    /// Of limited quantities only.
    pub(super) limit: Option<&'a Limit>,
}

impl<'a> Profile<'a> {
    pub(super) fn of(row: &'a Row, line: &Line) -> Self {
        let Facts {
            hazards,
            compatibility,
            groups,
            codes,
            limit,
            is_forbidden,
            texts: _,
        } = &row.facts;
        Self {
            number: row.number,
            hazards,
            compatibility: *compatibility,
            groups: groups.as_deref(),
            codes: codes.as_deref(),
            is_forbidden: *is_forbidden,
            limit: line.limited_quantity.then_some(limit),
        }
    }
}

/// Why a line names no row.
pub(super) struct Unresolved {
    pub(super) need: Missing,
    pub(super) sentence: String,
    pub(super) rows_to_choose: Vec<String>,
}

/// Every row of these goods.
pub(in crate::dataset) fn known<'a>(draft: &'a Draft, goods: &Goods) -> Vec<&'a Row> {
    let is_meant = |row: &&Row| match goods {
        Goods::Number(number) => row.number == Some(*number),
        Goods::Name(name) => is_same_name(&row.name, name),
    };
    draft.rows.iter().filter(is_meant).collect()
}

/// The rows the line may mean, at least one.
pub(super) fn rows<'a>(draft: &'a Draft, line: &Line) -> Result<Vec<&'a Row>, Unresolved> {
    let known = known(draft, &line.goods);
    if known.is_empty() {
        let goods = clip(&line.goods.to_string());
        return Err(Unresolved {
            need: Missing::KnownGoods,
            sentence: format!("the data set has no row of `{goods}`"),
            rows_to_choose: Vec::new(),
        });
    }
    let rows = match line.data_set_rows.of(draft.head.regime) {
        Some(id) => vec![chosen(id, line, known)?],
        None => known,
    };
    let rows = narrow(rows, line.packing_group, "packing group", |row, group| {
        row.packing_group == Some(*group)
    })?;
    let rows = narrow(rows, line.physical_state, "state", |row, state| {
        row.state.is_none_or(|known| known == *state)
    })?;
    let labels = (line.is_stated() && !line.labels.is_empty()).then_some(&line.labels);
    narrow(rows, labels, "labels", |row, labels| bears(draft, row, labels))
}

/// The row a person has chosen, if it is one of the goods: otherwise forbidden goods could travel under a
/// harmless row.
fn chosen<'a>(id: &DataSetRowId, line: &Line, known: Vec<&'a Row>) -> Result<&'a Row, Unresolved> {
    known
        .iter()
        .copied()
        .find(|row| row.id == id.as_str())
        .ok_or_else(|| Unresolved {
            need: Missing::Row,
            sentence: format!("the row `{id}` is not a row of {}", clip(&line.goods.to_string())),
            rows_to_choose: ids(&known),
        })
}

/// The rows that agree with what the line states; none of them agreeing is no reason to take the others.
fn narrow<'a, T>(
    rows: Vec<&'a Row>,
    stated: Option<T>,
    what: &str,
    agrees: impl Fn(&Row, &T) -> bool,
) -> Result<Vec<&'a Row>, Unresolved> {
    let Some(stated) = stated else {
        return Ok(rows);
    };
    let (matching, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| agrees(row, &stated));
    if !matching.is_empty() {
        return Ok(matching);
    }
    Err(Unresolved {
        need: Missing::Row,
        sentence: format!("no row of these goods has the {what} that the line states"),
        rows_to_choose: ids(&others),
    })
}

/// Whether the labels are the hazards of the row, primary hazard first.
fn bears(draft: &Draft, row: &Row, labels: &[String]) -> bool {
    let names = row
        .facts
        .hazards
        .iter()
        .map(|hazard| &draft.hazards[*hazard].name);
    labels.len() == row.facts.hazards.len()
        && names.zip(labels).all(|(name, label)| {
            label == name
                || row.facts.compatibility.is_some_and(|group| {
                    label.strip_prefix(name.as_str()) == Some(&draft.compatibility.keys[group])
                })
        })
}

/// Names are the same whatever their case, spaces and punctuation.
fn is_same_name(a: &str, b: &str) -> bool {
    // Compared letter by letter: every row of a large table is asked for every line of a load.
    fn letters(text: &str) -> impl Iterator<Item = char> {
        let letters = text.chars().filter(|char| char.is_alphanumeric());
        letters.flat_map(char::to_lowercase)
    }
    letters(a).next().is_some() && letters(a).eq(letters(b))
}

pub(super) fn ids(rows: &[&Row]) -> Vec<String> {
    rows.iter().map(|row| row.id.clone()).collect()
}

/// `UN1203 Petrol`: the number and the beginning of the name.
pub(super) fn label(line: &Line, rows: &[&Row]) -> String {
    const LONGEST: usize = 44;
    let [first, others @ ..] = rows else {
        return line.goods.to_string();
    };
    if others
        .iter()
        .any(|row| row.number != first.number || row.name != first.name)
    {
        return line.goods.to_string();
    }
    let name: String = first.name.chars().take(LONGEST).collect();
    match first.number {
        Some(number) => format!("{number} {}", name.trim_end()),
        None => name,
    }
}
