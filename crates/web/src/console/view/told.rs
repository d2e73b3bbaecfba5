//! What a regime tells of a load, whether its tables are the program's own or loaded: the pages show both alike.

use dangerous_goods::dataset::{AnyRegime, DataSetResult};
use dangerous_goods::{Advice, CheckResult, Finding, Pair, Regime, Verdict as Law};

use super::goods;
use super::result::About;
use crate::console::pages::GoodsView;

/// The answer of one regime.
pub(super) struct Told<'a> {
    pub(super) regime: AnyRegime,
    /// Whether anything was there to answer.
    pub(super) checked: bool,
    pub(super) verdict: Law,
    pub(super) edition: String,
    pub(super) conflicts: &'a [Finding],
    pub(super) notes: &'a [Finding],
    pub(super) advice: &'a [Advice],
    pub(super) pairs: &'a [Pair],
    /// The verdict on each line alone.
    pub(super) lines: Vec<Law>,
    /// Where the catalogue's rows of the lines stand: a data set names its own by their ids alone.
    named_by: Option<&'a CheckResult>,
}

impl<'a> Told<'a> {
    /// The answers of the regimes of the catalogue, then those of data sets.
    pub(super) fn all(results: &'a [CheckResult], data_sets: &'a [DataSetResult]) -> Vec<Self> {
        let loaded = data_sets.iter().map(|result| Self {
            regime: result.regime.into(),
            checked: result.checked,
            verdict: result.verdict,
            edition: result.edition.clone(),
            conflicts: &result.conflicts,
            notes: &result.notes,
            advice: &[],
            pairs: &result.pairs,
            lines: result.lines.iter().map(|line| line.verdict).collect(),
            named_by: results.first(),
        });
        results.iter().map(Self::of).chain(loaded).collect()
    }

    fn of(result: &'a CheckResult) -> Self {
        Self {
            regime: result.regime.into(),
            checked: true,
            verdict: result.verdict,
            edition: result.edition.to_string(),
            conflicts: &result.conflicts,
            notes: &result.notes,
            advice: &result.advice,
            pairs: &result.pairs,
            lines: result.lines.iter().map(|line| line.verdict).collect(),
            named_by: Some(result),
        }
    }

    /// The regime, where the catalogue answers for it.
    pub(super) const fn own(&self) -> Option<Regime> {
        match self.regime {
            AnyRegime::Own(regime) => Some(regime),
            AnyRegime::Loaded(_) => None,
        }
    }

    /// The goods of a line as a finding names them.
    pub(super) fn goods(&self, about: &About<'_>, line: usize) -> GoodsView {
        let row = self
            .named_by
            .and_then(|result| result.lines.get(line))
            .and_then(|line| goods::row_of(about.catalogue, line));
        let typed = about.load.and_then(|load| load.lines.get(line));
        let number = match typed {
            Some(typed) => goods::number_of(typed, row),
            None => row
                .and_then(dangerous_goods::Row::number)
                .map(goods::number)
                .unwrap_or_default(),
        };
        let typed_name = typed.map(|typed| typed.goods.to_string()).unwrap_or_default();
        let name = goods::name_of(row).map(str::to_owned);
        GoodsView {
            line: about.place(line) + 1,
            goods: if number.is_empty() {
                name.clone().unwrap_or_else(|| typed_name.clone())
            } else {
                number.clone()
            },
            name: if number.is_empty() {
                String::new()
            } else {
                name.unwrap_or_default()
            },
            hazards: goods::hazards(row, typed.is_some_and(|typed| typed.limited_quantity)),
        }
    }

    /// The gravest findings: those that make the verdict.
    pub(super) fn decisive(&self) -> impl Iterator<Item = &'a Finding> {
        let verdict = self.verdict;
        self.conflicts
            .iter()
            .filter(move |finding| finding.verdict == verdict)
    }
}
