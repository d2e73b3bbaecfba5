//! `safeshipper placards --file load.csv`: what the outside of the vehicle must show.

use clap::Args;
use dangerous_goods::consequence::adr::{self, Consequences, Plates};
use dangerous_goods::consequence::us::{self, Placarding};
use dangerous_goods::{Catalogue, Regime};
use serde::Serialize;

use super::answer::{Answered, show, warn};
use super::goods::{Asked, Goods};

/// Tell the placards and plates of a load. Exit status: 0 they are certain, 1 something is missing, 2 unusable input.
#[derive(Args)]
pub(crate) struct Placards {
    #[command(flatten)]
    goods: Goods,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Serialize)]
struct Answer<'a> {
    is_certain: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    us: Option<&'a Placarding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adr: Option<Adr<'a>>,
}

#[derive(Serialize)]
struct Adr<'a> {
    edition: &'a str,
    edition_hash: &'a str,
    units: Vec<Unit<'a>>,
}

#[derive(Serialize)]
struct Unit<'a> {
    vehicles: &'a [u8],
    plates: &'a Plates,
}

impl Placards {
    pub(super) fn run(&self) -> Answered {
        let load = self.goods.load()?;
        let (catalogue, regimes) = (Catalogue::embedded(), self.asked.regimes());
        warn(regimes, self.asked.day());
        let us = regimes.contains(&Regime::Us).then(|| us::of(catalogue, &load));
        let adr = regimes.contains(&Regime::Adr).then(|| adr::of(catalogue, &load));
        let us_certain = us
            .iter()
            .flat_map(|us| &us.vehicles)
            .all(|vehicle| vehicle.missing.is_empty() && vehicle.possible.is_empty());
        let adr_certain = adr
            .iter()
            .flat_map(|adr| &adr.units)
            .all(|unit| unit.plates.missing.is_empty());
        let answer = Answer {
            is_certain: us_certain && adr_certain,
            us: us.as_ref(),
            adr: adr.as_ref().map(plates),
        };
        show(self.asked.json, &answer, || {
            let us = us.as_ref().map(us::text);
            let adr = adr.as_ref().map(adr::plates_text);
            [us, adr].into_iter().flatten().collect::<Vec<_>>().join("\n")
        })?;
        Ok(answer.is_certain)
    }
}

fn plates(adr: &Consequences) -> Adr<'_> {
    let units = adr.units.iter().map(|unit| Unit {
        vehicles: &unit.vehicles,
        plates: &unit.plates,
    });
    Adr {
        edition: &adr.edition,
        edition_hash: &adr.edition_hash,
        units: units.collect(),
    }
}
