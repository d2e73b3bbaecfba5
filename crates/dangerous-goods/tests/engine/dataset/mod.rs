//! Regimes that a company loads: the sample is invented, and so is everything expected of it here.

mod bundles;
mod check;
mod malformed;
mod properties;
mod rows;
mod split;

use std::convert::Infallible;

use dangerous_goods::dataset::{DataSet, DataSetResult, Signed, check};
use dangerous_goods::{Line, LineSpec, Load, Verdict};
use time::Date;
use time::macros::date;

const SAMPLE: &str = include_str!("../../data/exampleland.csv");
const WITHIN: Date = date!(2026 - 06 - 01);

/// A data set whose signature nobody looks at.
fn data_set(text: &str) -> DataSet {
    DataSet::open(text.as_bytes(), &["acme"], |bundle| {
        Ok::<_, Infallible>(signed(bundle))
    })
    .expect("a well-formed data set")
}

fn signed(text: &[u8]) -> Signed<'_> {
    let key = "publisher".to_owned();
    Signed { text, key }
}

fn load(lines: &[&str]) -> Load {
    let line = |text: &&str| Line::from(text.parse::<LineSpec>().expect(text));
    Load::new(lines.iter().map(line).collect()).expect("the load is small")
}

fn judge(lines: &[&str]) -> DataSetResult {
    check(&data_set(SAMPLE), &load(lines), WITHIN)
}

/// The sample with one piece of text replaced, which it must hold exactly once.
fn sample_with(from: &str, to: &str) -> String {
    assert_eq!(SAMPLE.matches(from).count(), 1, "`{from}`");
    SAMPLE.replace(from, to)
}

/// Clause, rule and verdict of every finding.
fn findings(result: &DataSetResult) -> Vec<(&str, &str, Verdict)> {
    result
        .conflicts
        .iter()
        .map(|f| (f.clause.as_ref(), f.rule.as_ref(), f.verdict))
        .collect()
}

fn notes(result: &DataSetResult) -> Vec<&str> {
    result.notes.iter().map(|note| note.rule.as_ref()).collect()
}
