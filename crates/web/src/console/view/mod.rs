//! From what the use cases answer to what the pages show. Decides nothing: a verdict, a clause, a row are passed
//! on as they came.
//!
//! One file a subject: `goods` names and draws goods, `result` shows an answer, `follows` what follows from it,
//! `travel` what it says of each vehicle, `lines` what is known of each line typed, `shipments`, `audit`, `people`,
//! `permissions` and `incidents` their lists.

pub(super) mod audit;
pub(super) mod data_sets;
pub(super) mod emergency;
mod follows;
pub(super) mod goods;
pub(super) mod incidents;
pub(super) mod lines;
pub(super) mod overrides;
pub(super) mod people;
pub(super) mod permissions;
pub(super) mod result;
pub(super) mod shipments;
pub(super) mod split;
#[cfg(test)]
mod tests;
mod told;
mod travel;

use dangerous_goods::dataset::{AnyRegime, OtherRegime};
use dangerous_goods::{Regime, Verdict as Law};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use super::pages::{Moment, Verdict};

/// The regime as the console names it.
pub(super) const fn regime_name(regime: Regime) -> &'static str {
    match regime {
        Regime::Us => "US highway",
        Regime::Adr => "ADR",
    }
}

/// The regime of a data set as the console names it.
pub(super) const fn other_name(regime: OtherRegime) -> &'static str {
    match regime {
        OtherRegime::Imdg => "IMDG",
        OtherRegime::Adg => "ADG",
        OtherRegime::Iata => "IATA",
    }
}

/// Any regime as the console names it.
pub(super) const fn any_name(regime: AnyRegime) -> &'static str {
    match regime {
        AnyRegime::Own(regime) => regime_name(regime),
        AnyRegime::Loaded(regime) => other_name(regime),
    }
}

pub(super) const fn verdict(verdict: Law) -> Verdict {
    match verdict {
        Law::Permitted => Verdict::Permitted,
        Law::Conditional => Verdict::Conditional,
        Law::NotCleared => Verdict::NotCleared,
        Law::Prohibited => Verdict::Prohibited,
    }
}

/// A moment in UTC, to the minute for people.
pub(super) fn moment(at: OffsetDateTime) -> Moment {
    let format = format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");
    shown(at, at.to_utc().format(format).unwrap_or_default())
}

/// A moment in UTC, to the second: the trail's order matters.
pub(super) fn second(at: OffsetDateTime) -> Moment {
    let format =
        format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute]:[second] UTC");
    shown(at, at.to_utc().format(format).unwrap_or_default())
}

/// The time of day in UTC, for what ends within hours.
pub(super) fn clock(at: OffsetDateTime) -> Moment {
    shown(
        at,
        at.to_utc()
            .format(format_description!("[hour]:[minute] UTC"))
            .unwrap_or_default(),
    )
}

/// A day.
pub(super) fn day(day: Date) -> Moment {
    Moment {
        iso: day.to_string(),
        text: day
            .format(format_description!(
                "[day padding:none] [month repr:short] [year]"
            ))
            .unwrap_or_default(),
    }
}

fn shown(at: OffsetDateTime, text: String) -> Moment {
    Moment {
        iso: at.format(&Rfc3339).unwrap_or_default(),
        text,
    }
}

/// A sentence begins with a capital letter and ends with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().to_string() + letters.as_str() + ".")
        .unwrap_or_default()
}

/// With a capital letter at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    sentence(text).trim_end_matches('.').to_owned()
}

/// `lines 1 and 3`, as a person counts; `places` are positions in the form, from zero.
pub(super) fn lines_in_words(places: &[usize]) -> String {
    match places {
        [] => "the load".to_owned(),
        [one] => format!("line {}", one + 1),
        many => {
            let numbers: Vec<String> = many.iter().map(|line| (line + 1).to_string()).collect();
            format!("lines {}", numbers.join(" and "))
        }
    }
}
