//! From what a person typed to the rows it may mean. Several rows are kept as several; nothing here
//! ever takes the first.

use super::Need;
use crate::catalogue::{Catalogue, Row};
use crate::identity::{Regime, RowId};
use crate::load::{Goods, Line};

/// Why a line names no row of the regime.
pub(crate) struct Unresolved {
    pub(super) need: Need,
    /// Completes "the goods … ".
    pub(crate) sentence: String,
    pub(super) rows_to_choose: Vec<RowId>,
}

const SUGGESTIONS: usize = 5;

/// The rows the line may mean, at least one.
pub(crate) fn rows<'a>(
    catalogue: &'a Catalogue,
    regime: Regime,
    line: &Line,
) -> Result<Vec<&'a Row>, Unresolved> {
    let known = match &line.goods {
        Goods::Number(number) => catalogue.rows(*number, regime),
        Goods::Name(name) => catalogue.rows_named(name, regime),
    };
    let chosen = match regime {
        Regime::Us => &line.us_row,
        Regime::Adr => &line.adr_row,
    };
    let rows = match chosen {
        Some(id) => chosen_row(catalogue, regime, line, id, &known)?,
        None if known.is_empty() => return Err(unknown(catalogue, regime, line)),
        None => known,
    };
    let Some(group) = line.packing_group else {
        return Ok(rows);
    };
    let (matching, others): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.packing_group() == Some(group));
    if matching.is_empty() {
        return Err(Unresolved {
            need: Need::Row,
            sentence: format!(
                "{} has no row of packing group {group} in {}",
                line.goods,
                table(regime)
            ),
            rows_to_choose: ids(&others),
        });
    }
    Ok(matching)
}

fn chosen_row<'a>(
    catalogue: &'a Catalogue,
    regime: Regime,
    line: &Line,
    id: &RowId,
    known: &[&'a Row],
) -> Result<Vec<&'a Row>, Unresolved> {
    let refuse = |sentence| {
        Err(Unresolved {
            need: Need::Row,
            sentence,
            rows_to_choose: ids(known),
        })
    };
    let Some(row) = catalogue.row(id).filter(|row| row.regime() == regime) else {
        return refuse(format!(
            "the row `{id}` chosen for {} is not in {}",
            line.goods,
            table(regime)
        ));
    };
    // A name no regime knows may be given any row: the person has said what it is. A name or number
    // that is known may not, or forbidden goods could travel under a harmless row.
    let own = known.iter().any(|known| known.id() == id);
    if own || is_free(catalogue, line) {
        return Ok(vec![row]);
    }
    refuse(format!("the row `{id}` is not a row of {}", line.goods))
}

/// Whether no regime knows the name, so that only the person can say which row is meant.
fn is_free(catalogue: &Catalogue, line: &Line) -> bool {
    match &line.goods {
        Goods::Number(_) => false,
        Goods::Name(name) => Regime::ALL
            .into_iter()
            .all(|regime| catalogue.rows_named(name, regime).is_empty()),
    }
}

fn unknown(catalogue: &Catalogue, regime: Regime, line: &Line) -> Unresolved {
    let elsewhere = |number| {
        Regime::ALL
            .into_iter()
            .find(|&other| other != regime && !catalogue.rows(number, other).is_empty())
    };
    let mut rows_to_choose = Vec::new();
    let sentence = match &line.goods {
        Goods::Number(number) => match elsewhere(*number) {
            Some(other) => {
                format!(
                    "{number} is in {}, but {} has no such number",
                    table(other),
                    table(regime)
                )
            }
            None => format!("{number} is not in {}", table(regime)),
        },
        Goods::Name(name) => {
            if is_free(catalogue, line) {
                let hits = catalogue.search(name, SUGGESTIONS * 4);
                let own = hits.iter().filter(|hit| hit.row.regime() == regime);
                rows_to_choose = own.take(SUGGESTIONS).map(|hit| hit.row.id().clone()).collect();
            }
            format!(
                "no row of {} is named `{}`",
                table(regime),
                crate::identity::clip(name)
            )
        }
    };
    Unresolved {
        need: Need::KnownGoods,
        sentence,
        rows_to_choose,
    }
}

pub(super) const fn table(regime: Regime) -> &'static str {
    match regime {
        Regime::Us => "49 CFR 172.101",
        Regime::Adr => "ADR table A",
    }
}

pub(super) fn ids(rows: &[&Row]) -> Vec<RowId> {
    rows.iter().map(|row| row.id().clone()).collect()
}

/// `UN1203 Gasoline`: the number and the beginning of the name; the number alone where rows differ in name.
pub(crate) fn label(line: &Line, rows: &[&Row]) -> String {
    const LONGEST: usize = 44;
    let name = rows
        .iter()
        .map(|row| row.name())
        .find(|name| !name.is_empty())
        .unwrap_or_default();
    let short = &name[..end_of_short_name(name)];
    let short = short
        .char_indices()
        .nth(LONGEST)
        .map_or(short, |(end, _)| &short[..end]);
    let short = short.trim_end_matches([' ', ',', '-']);
    let number = rows.first().and_then(|row| row.number());
    if rows.iter().any(|row| row.number() != number) {
        // One name under several numbers: what was typed says no more than is known.
        return line.goods.to_string();
    }
    let differs = rows.windows(2).any(|pair| pair[0].name() != pair[1].name());
    match number {
        Some(number) if short.is_empty() || differs => number.to_string(),
        Some(number) => {
            let mut label = String::with_capacity(8 + short.len());
            number.write_to(&mut label);
            label.extend([" ", short]);
            label
        }
        None if short.is_empty() => line.goods.to_string(),
        None => short.to_owned(),
    }
}

/// Where the words end that tell goods apart in a sentence.
fn end_of_short_name(name: &str) -> usize {
    const FURTHER: [&str; 6] = [" or ", " (", " includes ", ", with ", " with ", " see "];
    let begins_further = |at: &usize| FURTHER.iter().any(|further| name[*at..].starts_with(further));
    // Every ending begins with one of two bytes, and few places of a name do.
    let places = name.bytes().enumerate();
    places
        .filter_map(|(at, byte)| matches!(byte, b' ' | b',').then_some(at))
        .find(begins_further)
        .unwrap_or(name.len())
}
