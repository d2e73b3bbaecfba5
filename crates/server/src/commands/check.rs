//! `safeshipper check UN1203 UN1830:II --regime us`: the mixed-load check.

use clap::Args;
use dangerous_goods::report::{Answer, exit_status, text};
use dangerous_goods::{Catalogue, check};

use super::answer::{Answered, show, warn};
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
        show(self.asked.json, &Answer::of(&results), || {
            text(catalogue, &load, &results)
        })?;
        Ok(exit_status(&results) == 0)
    }
}
