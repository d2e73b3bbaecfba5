//! The verdict of a loaded data set on a load, and the answer where none is loaded.

mod answer;
mod judge;
mod rules;
mod select;

use time::Date;

pub use answer::{DataSetLine, DataSetResult, Missing, Validity};
pub(in crate::dataset) use select::known;

use super::DataSet;
use super::regime::OtherRegime;
use crate::check::{Finding, Lines, Pair, Verdict};
use crate::load::Load;

/// Checks a load under a data set, as of the day on which the goods travel.
///
/// A data set that is not valid on that day still answers, and nothing is permitted before somebody says by
/// name that its edition applies.
#[must_use]
pub fn check(data_set: &DataSet, load: &Load, on: Date) -> DataSetResult {
    judge::judge(data_set, load, on)
}

/// The answer of a regime of which no data set is loaded: nobody may read it as a yes.
#[must_use]
pub fn not_checked(regime: OtherRegime, load: &Load) -> DataSetResult {
    let count = load.lines.len().min(Load::MAX_LINES);
    let verdict = Verdict::NotCleared;
    let finding = Finding {
        lines: Lines::of(&[]),
        also: Vec::new(),
        clause: regime.name().into(),
        edition: "".into(),
        rule: "not checked".into(),
        verdict,
        sentence: format!(
            "not checked: no data set {} is loaded; that is no statement that the goods may travel together",
            regime.name()
        )
        .into(),
        condition: None,
    };
    let line = |line| DataSetLine {
        line,
        verdict,
        row: None,
        same_hazards: Vec::new(),
        needs: vec![Missing::DataSet],
        rows_to_choose: Vec::new(),
    };
    DataSetResult {
        regime,
        checked: false,
        edition: String::new(),
        edition_hash: String::new(),
        validity: Validity::Unknown,
        verdict,
        is_compatible: false,
        conflicts: vec![finding],
        notes: Vec::new(),
        pairs: (0..count)
            .flat_map(|a| (a + 1..count).map(move |b| Pair { a, b, verdict }))
            .collect(),
        lines: (0..count).map(line).collect(),
        load_hash: load.hash(),
    }
}
