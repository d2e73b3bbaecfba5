//! The panel of one line, and what the lines come to together.

use std::collections::BTreeSet;

use super::actions;
use super::distance::Distance;
use super::gas::Gas;
use super::goods::Goods;
use super::guide::{self, Guide};
use super::hazard::Hazard;
use super::panel::{Farthest, GuideOfLines, LinePanel, Worst};
use super::reach::{self, Reach, Source, Spread};
use super::rule::{self, Form};
use super::situation::{Situation, Spill};
use super::tables::Tables;
use crate::catalogue::Catalogue;

pub(super) fn of(
    catalogue: &Catalogue,
    tables: &Tables,
    goods: &Goods<'_>,
    situation: &Situation,
) -> LinePanel {
    let away = reach::of(catalogue, tables, goods, situation);
    let water_gases: BTreeSet<Gas> = super::classify::numbers(goods.line, &goods.rows)
        .iter()
        .filter_map(|number| tables.gases.get(&number.digits()))
        .flatten()
        .copied()
        .collect();
    let water_gases: Vec<Gas> = water_gases.into_iter().collect();
    let mut missing = goods.missing.clone();
    missing.extend(away.gaps);
    LinePanel {
        line: goods.at,
        goods: goods.name.clone(),
        rows: goods.rows.iter().map(|row| row.id().clone()).collect(),
        labels: goods.labels(),
        hazards: goods.hazards.iter().copied().collect(),
        guides: goods.guides.clone(),
        choose: goods.choose.clone(),
        spreads: away.spreads,
        fire: away.fire,
        by_container: away.by_container,
        containers: away.containers,
        no_water: actions::NO_WATER.iter().any(|hazard| goods.has(*hazard)),
        tell: tell(goods, &water_gases),
        water_gases,
        missing,
    }
}

/// `line 1: UN1017 Chlorine, 500 kg in 10 packages, labels 2.3, 5.1, 8, guide 124; toxic to breathe`.
fn tell(goods: &Goods<'_>, gases: &[Gas]) -> String {
    let mut parts = vec![format!("line {}: {}", goods.at + 1, goods.name)];
    let line = goods.line;
    let amount = line.quantity.map(|quantity| quantity.to_string());
    let held = match (line.containment.is_packages(), line.packages) {
        (true, Some(1)) => "1 package".to_owned(),
        (true, Some(packages)) => format!("{packages} packages"),
        (true, None) => "packages".to_owned(),
        (false, _) if line.containment.is_tank() => "a tank".to_owned(),
        (false, _) => "bulk".to_owned(),
    };
    match amount {
        Some(amount) => parts.push(format!("{amount} in {held}")),
        None if held == "packages" => {}
        None => parts.push(format!("in {held}")),
    }
    let labels = goods.labels();
    if !labels.is_empty() {
        parts.push(format!("labels {}", labels.join(", ")));
    }
    let guides: Vec<String> = goods.guides.iter().map(Guide::to_string).collect();
    parts.push(format!("guide {}", guides.join(" or ")));
    let hazards: Vec<&str> = goods.hazards.iter().map(|hazard| hazard.name()).collect();
    let mut text = format!("{}; {}", parts.join(", "), hazards.join(", "));
    if line.empty_uncleaned {
        text.push_str("; empty, not cleaned");
    }
    if !gases.is_empty() {
        text.push_str("; with water it gives off ");
        text.push_str(&listed(gases));
    }
    text
}

/// `hydrogen sulfide and sulfur dioxide`.
pub(super) fn listed(gases: &[Gas]) -> String {
    let names: Vec<&str> = gases.iter().map(|gas| gas.name()).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// The guides of the load, the worst first; 111 for one that names no goods.
pub(super) fn guides(lines: &[LinePanel]) -> Vec<GuideOfLines> {
    let mut all: Vec<Guide> = lines
        .iter()
        .flat_map(|line| line.guides.iter().copied())
        .collect();
    if all.is_empty() {
        all.push(guide::NOT_KNOWN);
    }
    let of = |guide: Guide| GuideOfLines {
        guide,
        lines: lines
            .iter()
            .filter(|line| line.guides.contains(&guide))
            .map(|line| line.line)
            .collect(),
    };
    guide::sorted(all).into_iter().map(of).collect()
}

/// The farthest over the lines; of equal ones the first.
pub(super) fn worst(lines: &[LinePanel], situation: &Situation) -> Worst {
    let own = rule::figures(
        &BTreeSet::from([Hazard::Unknown]),
        Form {
            solid: false,
            bulk: true,
        },
    );
    let unnamed = |distance| Farthest {
        distance,
        line: None,
        source: Source::OwnRule,
    };
    let small: fn(&Spread) -> (Reach, Source) = |spread| (spread.small, spread.source);
    let large: fn(&Spread) -> (Reach, Source) = |spread| (spread.large, spread.large_source);
    let over = |of: fn(&Spread) -> (Reach, Source), downwind: bool| {
        let every = lines.iter().flat_map(|line| {
            line.spreads.iter().filter_map(move |spread| {
                let (reach, source) = of(spread);
                let distance = if downwind {
                    reach.downwind(situation.time)?
                } else {
                    reach.isolate
                };
                Some(Farthest {
                    distance,
                    line: Some(line.line),
                    source,
                })
            })
        });
        farthest(every)
    };
    let fires = lines.iter().map(|line| Farthest {
        distance: line.fire,
        line: Some(line.line),
        source: Source::OwnRule,
    });
    let small = (
        over(small, false).unwrap_or_else(|| unnamed(own.small)),
        over(small, true),
    );
    let large = (
        over(large, false).unwrap_or_else(|| unnamed(own.large)),
        over(large, true),
    );
    let now = if situation.spill == Some(Spill::Small) {
        small
    } else {
        large
    };
    Worst {
        leak: now.0,
        leak_downwind: now.1,
        small: small.0,
        small_downwind: small.1,
        large: large.0,
        large_downwind: large.1,
        fire: farthest(fires).unwrap_or_else(|| unnamed(own.fire)),
    }
}

fn farthest(all: impl Iterator<Item = Farthest>) -> Option<Farthest> {
    all.fold(None, |best: Option<Farthest>, next| match best {
        Some(best) if best.distance >= next.distance => Some(best),
        _ => Some(next),
    })
}

/// The largest isolation distance first, then the farthest downwind, then the order of the load.
pub(super) fn order(lines: &[LinePanel]) -> Vec<usize> {
    let reach = |line: &LinePanel| -> (Option<Distance>, Option<Distance>) {
        let isolate = line
            .spreads
            .iter()
            .map(|spread| spread.large.isolate.max(spread.small.isolate))
            .max();
        let downwind = line
            .spreads
            .iter()
            .filter_map(|spread| spread.large.downwind(None))
            .max();
        (isolate, downwind)
    };
    let mut order: Vec<&LinePanel> = lines.iter().collect();
    order.sort_by_key(|line| std::cmp::Reverse(reach(line)));
    order.into_iter().map(|line| line.line).collect()
}
