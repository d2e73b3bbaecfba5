//! What people must be told of the editions that an answer rests on: not in force today, or not for long.
//!
//! The day is today in UTC, for a load says nothing of its day of carriage. A warning changes no verdict.

use dangerous_goods::{Catalogue, Regime};
use serde::Serialize;
use time::Date;

/// What is to be said of the edition of a regime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditionWarning {
    /// The regime.
    pub regime: Regime,
    /// In one sentence, without its capital and its full stop.
    pub sentence: String,
}

/// The warnings of these regimes on a day; none while each is in force for more than 60 days more.
pub(crate) fn warnings(
    catalogue: &Catalogue,
    regimes: impl IntoIterator<Item = Regime>,
    on: Date,
) -> Vec<EditionWarning> {
    let of = |regime| {
        let sentence = catalogue.edition(regime).warning(on)?;
        Some(EditionWarning { regime, sentence })
    };
    regimes.into_iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use dangerous_goods::{Catalogue, Regime};
    use time::macros::date;

    use super::warnings;

    #[test]
    fn an_edition_is_told_of_before_its_first_and_after_its_last_day_and_only_where_it_is_asked_for() {
        let catalogue = Catalogue::embedded();
        let told = |on| warnings(catalogue, Regime::ALL, on);
        assert!(told(date!(2026 - 03 - 01)).is_empty(), "in force");
        let expired = told(date!(2027 - 01 - 01));
        assert_eq!(expired.len(), 1, "49 CFR states no validity");
        assert_eq!(expired[0].regime, Regime::Adr);
        assert!(expired[0].sentence.starts_with("ADR 2025 expired on 2026-12-31"));
        assert!(
            told(date!(2024 - 12 - 31))[0]
                .sentence
                .contains("not in force before")
        );
        assert!(warnings(catalogue, [Regime::Us], date!(2027 - 01 - 01)).is_empty());
    }
}
