//! The answers of every regime asked, those of loaded data sets among them: what a split goes by.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::catalogue::Catalogue;
use crate::check::{CheckResult, Finding, LineResult, Need, Verdict, check};
use crate::dataset::{self, AnyRegime, DataSet, DataSetLine, DataSetResult, OtherRegime};
use crate::identity::Regime;
use crate::load::Load;

/// Under which law a load is to pass.
#[derive(Debug, Clone, Copy)]
pub struct Under<'a> {
    /// Where the rows are.
    pub catalogue: &'a Catalogue,
    /// The regimes of the catalogue that are asked.
    pub regimes: &'a [Regime],
    /// The regimes asked that a company loads itself; without a data set nothing passes.
    pub data_sets: &'a [(OtherRegime, Option<&'a DataSet>)],
    /// The day on which the goods travel, for data sets that expire.
    pub on: Date,
}

impl Under<'_> {
    /// Whether no regime at all is asked.
    pub(super) const fn is_empty(&self) -> bool {
        self.regimes.is_empty() && self.data_sets.is_empty()
    }

    /// The answer of each regime to a load.
    pub(super) fn ask(&self, load: &Load) -> Answers {
        let own = self.regimes.iter();
        let own = own.map(|regime| check(self.catalogue, *regime, load));
        let loaded = self.data_sets.iter().map(|(regime, set)| match set {
            Some(set) => dataset::check(set, load, self.on),
            None => dataset::not_checked(*regime, load),
        });
        Answers {
            results: own.collect(),
            data_sets: loaded.collect(),
        }
    }
}

/// The answer of each regime to one load.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Of the regimes of the catalogue.
    pub results: Vec<CheckResult>,
    /// Of the regimes that a company loads itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_sets: Vec<DataSetResult>,
}

/// What is missing from a line, in whichever regime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AnyNeed {
    /// In a regime of the catalogue.
    Own(Need),
    /// In a data set.
    Loaded(dataset::Missing),
}

impl AnyNeed {
    /// What is missing, in plain words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Own(need) => need.words(),
            Self::Loaded(missing) => missing.words(),
        }
    }
}

impl Answers {
    /// Whether nobody has answered.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.results.is_empty() && self.data_sets.is_empty()
    }

    /// The answers, one regime after the other and in the same order for every load.
    pub(super) fn told(&self) -> impl Iterator<Item = Told<'_>> {
        let own = self.results.iter().map(|result| Told {
            regime: result.regime.into(),
            verdict: result.verdict,
            conflicts: &result.conflicts,
            lines: Lines::Own(&result.lines),
        });
        let loaded = self.data_sets.iter().map(|result| Told {
            regime: result.regime.into(),
            verdict: result.verdict,
            conflicts: &result.conflicts,
            lines: Lines::Loaded(&result.lines),
        });
        own.chain(loaded)
    }

    /// Every rule that stands against the load or asks something of it.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.told().flat_map(|told| told.conflicts)
    }

    /// Whether two lines are known to mean the same row in every regime.
    pub(super) fn mean_the_same(&self, a: usize, b: usize) -> bool {
        self.told().all(|told| told.means_the_same(a, b))
    }

    /// Whether nothing is prohibited and nothing left uncleared; no answer at all is no pass.
    pub(super) fn pass(&self) -> bool {
        !self.is_empty() && self.told().all(|told| told.verdict <= Verdict::Conditional)
    }

    /// How many conditions are open, counted on every pair of lines.
    pub(super) fn open(&self) -> usize {
        self.to_confirm()
            .map(|(_, finding)| finding.places().count())
            .sum()
    }

    /// What is still to be confirmed: findings whose condition nobody has stated to be fulfilled.
    pub fn to_confirm(&self) -> impl Iterator<Item = (AnyRegime, &Finding)> {
        self.told().flat_map(|told| {
            let open = told.conflicts.iter().filter(|finding| super::is_open(finding));
            open.map(move |finding| (told.regime, finding))
        })
    }
}

/// The answer of one regime, whichever.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) regime: AnyRegime,
    pub(super) verdict: Verdict,
    pub(super) conflicts: &'a [Finding],
    lines: Lines<'a>,
}

#[derive(Clone, Copy)]
enum Lines<'a> {
    Own(&'a [LineResult]),
    Loaded(&'a [DataSetLine]),
}

impl Told<'_> {
    /// What is missing from a line.
    pub(super) fn needs(&self, line: usize) -> Vec<AnyNeed> {
        match self.lines {
            Lines::Own(lines) => lines[line].needs.iter().copied().map(AnyNeed::Own).collect(),
            Lines::Loaded(lines) => lines[line].needs.iter().copied().map(AnyNeed::Loaded).collect(),
        }
    }

    fn means_the_same(&self, a: usize, b: usize) -> bool {
        match self.lines {
            Lines::Own(lines) => {
                let (a, b) = (&lines[a], &lines[b]);
                let is_known = a.row.is_some() || !a.same_hazards.is_empty();
                is_known && (&a.row, &a.same_hazards) == (&b.row, &b.same_hazards)
            }
            Lines::Loaded(lines) => {
                let (a, b) = (&lines[a], &lines[b]);
                let is_known = a.row.is_some() || !a.same_hazards.is_empty();
                is_known && (&a.row, &a.same_hazards) == (&b.row, &b.same_hazards)
            }
        }
    }
}
