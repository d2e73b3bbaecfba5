//! `safeshipper check UN1203 UN1830:II --regime us`: the mixed-load check.

use clap::Args;
use dangerous_goods::report::{Answer, text};
use dangerous_goods::{Catalogue, check};

use super::answer::{Answered, show, warn};
use super::dataset::DataSets;
use super::goods::{Asked, Confirmed, Goods};

/// Check whether goods may travel together. Exit status: 0 compatible, 1 not compatible, 2 unusable input.
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    goods: Goods,
    #[command(flatten)]
    confirmed: Confirmed,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    data_sets: DataSets,
}

impl Check {
    pub(super) fn run(&self) -> Answered {
        let load = self.confirmed.of(self.goods.load()?)?;
        let catalogue = Catalogue::embedded();
        let regimes = self.asked.regimes();
        warn(regimes, self.asked.day());
        let results: Vec<_> = regimes
            .iter()
            .map(|regime| check(catalogue, *regime, &load))
            .collect();
        let others = self.data_sets.check(&load, self.asked.day())?;
        let answer = Answer::with_data_sets(&results, &others);
        show(self.asked.json, &answer, || {
            let others: String = others.iter().map(|result| result.text(&load)).collect();
            others + &text(catalogue, &load, &results)
        })?;
        Ok(answer.is_compatible)
    }
}
