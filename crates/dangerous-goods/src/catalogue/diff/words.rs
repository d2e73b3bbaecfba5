//! Columns and their changes in the words of the trade.

use super::Change;
use super::read::{DataSet, RowText};

/// How a column changes.
enum Form {
    /// From one value to another.
    Value,
    /// A set of codes, separated by spaces: each comes or goes.
    Codes,
    /// A text long enough to be quoted.
    Text,
    /// One of these letters, each with its word.
    Letter(&'static [(&'static str, &'static str)]),
}

const QUALITY: &[(&str, &str)] = &[("e", "exact"), ("s", "the only one known"), ("a", "ambiguous")];
const ADMISSION: &[(&str, &str)] = &[
    ("a", "admitted"),
    ("f", "forbidden"),
    ("n", "not subject to the rules"),
];
const READING: &[(&str, &str)] = &[("1", "certain"), ("0", "in doubt")];

/// The column in words; a column that is not listed is called by its own name.
fn of(column: &str, is_us: bool) -> (&str, Form) {
    match column {
        "name" => ("name", Form::Text),
        "name_quality" => ("certainty of the name", Form::Letter(QUALITY)),
        "admission" => ("carriage", Form::Letter(ADMISSION)),
        "reading" => ("reading of the table", Form::Letter(READING)),
        "code" => ("classification code", Form::Value),
        "packing_group" => ("packing group", Form::Value),
        "zone" => ("inhalation hazard zone", Form::Value),
        "symbols" => ("symbol", Form::Codes),
        "special_provisions" => ("special provision", Form::Codes),
        "limited_quantity" if is_us => ("section for exceptions", Form::Value),
        "limited_quantity" => ("limited quantity", Form::Value),
        "excepted_quantity" => ("excepted quantity", Form::Value),
        "packaging" if is_us => ("packaging section", Form::Value),
        "packaging" => ("packing instruction", Form::Value),
        "transport_category" => ("transport category", Form::Value),
        "tunnel_code" => ("tunnel code", Form::Value),
        "hazard_number" => ("hazard identification number", Form::Value),
        "loading" => ("loading provision", Form::Codes),
        "guide" => ("emergency guide", Form::Value),
        "valid_from" => ("valid from", Form::Value),
        "valid_to" => ("valid to", Form::Value),
        other => (other, Form::Value),
    }
}

/// What the heads say differently.
pub(super) fn edition(old: &DataSet<'_>, new: &DataSet<'_>) -> Vec<Change> {
    let mut keys: Vec<&str> = old.head_keys().chain(new.head_keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let changed = keys
        .into_iter()
        .filter_map(|key| change(key, old.head(key), new.head(key), false));
    changed.collect()
}

/// What two rows say differently, in the order of the newer columns, columns that are gone last. The id is no
/// content.
pub(super) fn changes(
    old: &DataSet<'_>,
    new: &DataSet<'_>,
    before: &RowText<'_>,
    after: &RowText<'_>,
) -> Vec<Change> {
    let is_us = new.head("regime") == "us";
    let gone = old.columns.iter().filter(|column| !new.columns.contains(column));
    let columns = new.columns.iter().chain(gone).filter(|column| **column != "id");
    columns
        .filter_map(|column| {
            let (before, after): (&str, &str) = (old.field(before, column), new.field(after, column));
            change(column, before, after, is_us)
        })
        .collect()
}

fn change(column: &str, old: &str, new: &str, is_us: bool) -> Option<Change> {
    if old == new {
        return None;
    }
    let (noun, form) = of(column, is_us);
    let words = match form {
        Form::Value => format!("{noun} {} -> {}", shown(old), shown(new)),
        Form::Text if old.is_empty() => format!("{noun} is now `{new}`"),
        Form::Text if new.is_empty() => format!("{noun} `{old}` removed"),
        Form::Text => format!("{noun} changed from `{old}` to `{new}`"),
        Form::Letter(words) => format!("{noun} {} -> {}", word(words, old), word(words, new)),
        Form::Codes => codes(noun, old, new),
    };
    Some(Change {
        column: column.to_owned(),
        old: old.to_owned(),
        new: new.to_owned(),
        words,
    })
}

/// `special provision 390 added`; `special provisions 1, 2 added, 3 removed`.
fn codes(noun: &str, old: &str, new: &str) -> String {
    let only = |these: &str, those: &str| {
        let codes = these.split_ascii_whitespace();
        let only: Vec<String> = codes
            .filter(|code| those.split_ascii_whitespace().all(|other| other != *code))
            .map(str::to_owned)
            .collect();
        only
    };
    let (added, removed) = (only(new, old), only(old, new));
    let plural = if added.len() + removed.len() > 1 { "s" } else { "" };
    let mut parts = Vec::new();
    for (codes, word) in [(added, "added"), (removed, "removed")] {
        if !codes.is_empty() {
            parts.push(format!("{} {word}", codes.join(", ")));
        }
    }
    if parts.is_empty() {
        return format!("{noun}s in another order: {new}");
    }
    format!("{noun}{plural} {}", parts.join(", "))
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "none" } else { value }
}

fn word<'a>(words: &[(&str, &'static str)], letter: &'a str) -> &'a str {
    words
        .iter()
        .find(|(known, _)| *known == letter)
        .map_or(letter, |(_, word)| word)
}

/// `UN1263 PG III`, `UN1950 (5F)`; the name of goods without a number.
pub(super) fn goods(row: &RowText<'_>) -> String {
    if row.number().starts_with("forbidden") {
        return row.name().to_owned();
    }
    let mut goods = row.number().to_owned();
    for part in row.telling().split(':').filter(|part| !part.is_empty()) {
        goods.push_str(&match part {
            "I" | "II" | "III" => format!(" PG {part}"),
            other => format!(" ({other})"),
        });
    }
    goods
}
