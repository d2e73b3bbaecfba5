//! `safeshipper split UN1203 UN0081`: the fewest vehicles, compartments and bays under which a load passes.

use std::num::NonZeroU8;

use clap::Args;
use dangerous_goods::Catalogue;
use dangerous_goods::split::{Options, Split as Found, Under, propose_under, text};

use super::answer::{Answered, show, warn};
use super::dataset::DataSets;
use super::goods::{Asked, Confirmed, Goods};

/// Find the smallest split under which a load passes. Exit status: 0 found or not needed, 1 no split helps, 2
/// unusable input.
#[derive(Args)]
pub(crate) struct Split {
    #[command(flatten)]
    goods: Goods,
    #[command(flatten)]
    confirmed: Confirmed,
    /// The most vehicles there may be.
    #[arg(long, value_name = "NUMBER")]
    vehicles: Option<NonZeroU8>,
    /// The most compartments a vehicle may have.
    #[arg(long, value_name = "NUMBER")]
    compartments: Option<NonZeroU8>,
    /// Leave lines that name a vehicle on it.
    #[arg(long)]
    pinned: bool,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    data_sets: DataSets,
}

impl Split {
    pub(super) fn run(&self) -> Answered {
        let load = self.confirmed.of(self.goods.load()?)?;
        let regimes = self.asked.regimes();
        warn(regimes, self.asked.day());
        let options = Options {
            vehicles: self.vehicles,
            compartments: self.compartments,
            travel: None,
            pinned: self.pinned,
        };
        let opened = self.data_sets.open()?;
        let data_sets: Vec<_> = opened.iter().map(|set| (set.head().regime, Some(set))).collect();
        let under = Under {
            catalogue: Catalogue::embedded(),
            regimes,
            data_sets: &data_sets,
            on: self.asked.day(),
        };
        let found = propose_under(&under, &load, options);
        show(self.asked.json, &found, || text(&found))?;
        Ok(matches!(found, Found::NotNeeded { .. } | Found::Proposed(_)))
    }
}
