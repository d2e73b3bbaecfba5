//! What the emergency sheet says of one line, in full.

use crate::emergency::{Distance, LinePanel, Reach, Source};

/// A star where the distance is of no guidebook.
pub(super) const fn mark(source: Source) -> &'static str {
    match source {
        Source::OwnRule => "*",
        Source::Table1 | Source::Table3 => "",
    }
}

/// The distances of a line, a sentence for each case and for each container it may be in.
pub(super) fn distances(line: &LinePanel) -> Vec<String> {
    let mut texts: Vec<String> = line
        .spreads
        .iter()
        .map(|spread| {
            format!(
                "{}: small leak {}, large leak {}; fire {}*",
                capital(spread.case.name()),
                reach(&spread.small, spread.source),
                reach(&spread.large, spread.large_source),
                line.fire
            )
        })
        .collect();
    for row in line
        .by_container
        .iter()
        .filter(|row| line.containers.contains(&row.container))
    {
        texts.push(format!(
            "Large leak, {}: {}; downwind in low, moderate, high wind: day {}, night {}",
            row.container.name(),
            row.isolate,
            winds(row.day),
            winds(row.night)
        ));
    }
    texts
}

fn winds(row: [Distance; 3]) -> String {
    row.map(metric).join(" / ")
}

/// Without feet and miles, for tables.
fn metric(distance: Distance) -> String {
    let text = distance.to_string();
    text.split(" (").next().unwrap_or_default().to_owned()
}

fn reach(reach: &Reach, source: Source) -> String {
    let isolate = format!("{}{}", reach.isolate, mark(source));
    match (reach.day, reach.night) {
        (Some(day), Some(night)) => {
            format!(
                "{isolate}, downwind {} by day, {} by night",
                metric(day),
                metric(night)
            )
        }
        _ => isolate,
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
