//! The verdict on a load under every regime asked: those of the catalogue, and those whose data sets the company
//! loads itself.

use std::collections::HashSet;

use dangerous_goods::dataset;
use dangerous_goods::report::Answer;
use dangerous_goods::{Catalogue, Load, Regime, check};
use serde_json::{Map, Value, json};
use time::Date;

use super::Checked;
use crate::data_sets::Asked;
use crate::{App, Error, editions};

/// Loads up to this many lines are judged at once; that is some tens of microseconds.
const SMALL: usize = 20;

/// What a load is judged under.
pub(crate) struct Under {
    pub(crate) regimes: Vec<Regime>,
    pub(crate) data_sets: Vec<Asked>,
}

/// Judges a load. Of its confirmations those remain that the answer asks for: nobody can state, or store,
/// what no rule asks.
pub(crate) async fn judge(app: &App, under: Under, load: Load) -> Result<Checked, Error> {
    let today = app.now().date();
    if load.lines.len() <= SMALL {
        return Ok(answer(app.catalogue, &under, today, load));
    }
    // Every pair of two hundred lines is work for a thread of its own, and not for every thread at once.
    let turn = app.checking.clone().acquire_owned().await;
    let turn = turn.map_err(|_| Error::Internal("checking is shut down"))?;
    let catalogue = app.catalogue;
    let judged = tokio::task::spawn_blocking(move || {
        let judged = answer(catalogue, &under, today, load);
        drop(turn);
        judged
    });
    judged
        .await
        .map_err(|_| Error::Internal("a check was interrupted"))
}

/// The load with those of its confirmations that a rule asks for; where nothing is stated nothing is judged.
pub(crate) async fn asked_only(app: &App, under: Under, load: Load) -> Result<Load, Error> {
    if load.confirmed.is_empty() {
        return Ok(load);
    }
    Ok(judge(app, under, load).await?.load)
}

fn answer(catalogue: &Catalogue, under: &Under, today: Date, mut load: Load) -> Checked {
    let judged = |load: Load| Checked {
        results: under
            .regimes
            .iter()
            .map(|regime| check(catalogue, *regime, &load))
            .collect(),
        data_sets: under
            .data_sets
            .iter()
            .map(|(regime, set)| match set {
                Some(set) => dataset::check(set, &load, today),
                None => dataset::not_checked(*regime, &load),
            })
            .collect(),
        warnings: editions::warnings(catalogue, under.regimes.iter().copied(), today),
        load,
    };
    let stated = std::mem::take(&mut load.confirmed);
    let open = judged(load);
    if stated.is_empty() {
        return open;
    }
    let own = open.results.iter().flat_map(|result| &result.conflicts);
    let others = open.data_sets.iter().flat_map(|result| &result.conflicts);
    let asked: HashSet<&str> = own
        .chain(others)
        .filter_map(|finding| finding.condition.as_ref())
        .map(|condition| condition.id.as_str())
        .collect();
    let mut load = open.load.clone();
    load.confirmed = stated;
    load.confirmed
        .retain(|confirmation| asked.contains(confirmation.condition.as_str()));
    judged(load)
}

impl Checked {
    /// Compatible under every regime asked, and asked at all; a regime whose data set is not loaded is not.
    pub(crate) fn is_compatible(&self) -> bool {
        Answer::with_data_sets(&self.results, &self.data_sets).is_compatible
    }

    /// `{"us": "prohibited", "imdg": "not_cleared", …}`.
    pub(crate) fn verdicts(&self) -> Value {
        let own = self.results.iter();
        let own = own.map(|result| (result.regime.to_string(), json!(result.verdict)));
        let loaded = self.data_sets.iter();
        let loaded = loaded.map(|result| (result.regime.to_string(), json!(result.verdict)));
        own.chain(loaded).collect::<Map<_, _>>().into()
    }

    /// What the trail keeps of a check; a missing result is never a pass (A9).
    pub(crate) fn facts(&self) -> Value {
        let load = &self.load;
        // A name of goods without a number may be long; its beginning tells it.
        let goods: Vec<String> = load
            .lines
            .iter()
            .map(|line| line.goods.to_string().chars().take(80).collect())
            .collect();
        let answer = Answer::with_data_sets(&self.results, &self.data_sets);
        let mut facts = json!({
            "operation_type": "compatibility_check",
            "goods": goods,
            "load_hash": load.hash(),
            "verdicts": self.verdicts(),
            "is_compatible": answer.is_compatible,
            "conflicts_detected": answer.conflicts.len(),
            "confirmed": load.confirmed,
        });
        if !self.data_sets.is_empty() {
            let results = self.data_sets.iter().map(|result| {
                let rests_on = json!({
                    "checked": result.checked,
                    "verdict": result.verdict,
                    "edition_hash": result.edition_hash,
                });
                (result.regime.to_string(), rests_on)
            });
            facts["data_sets"] = results.collect::<Map<_, _>>().into();
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    use dangerous_goods::dataset::OtherRegime;
    use dangerous_goods::{Line, LineSpec};
    use time::macros::date;

    use super::*;

    fn load(goods: &[&str]) -> Load {
        let line = |text: &&str| text.parse::<LineSpec>().map(Line::from).expect("a line");
        Load::new(goods.iter().map(line).collect()).expect("a load")
    }

    #[test]
    fn only_what_a_rule_asks_for_can_be_stated_and_the_rest_is_not_kept() {
        let catalogue = Catalogue::embedded();
        let under = Under {
            regimes: vec![Regime::Us],
            data_sets: Vec::new(),
        };
        let day = date!(2026 - 03 - 01);
        let open = answer(catalogue, &under, day, load(&["UN1203", "UN1942"]));
        let asked = open.results[0].conflicts[0]
            .condition
            .as_ref()
            .expect("a condition")
            .id
            .clone();
        let stated = load(&["UN1203", "UN1942"])
            .confirming(&asked, "Olivia")
            .confirming("whatever else", "Olivia");
        let kept = answer(catalogue, &under, day, stated);
        assert_eq!(kept.load.confirmed.len(), 1);
        assert_eq!(kept.load.confirmed[0].condition, asked.as_str());
        assert!(kept.is_compatible());
    }

    #[test]
    fn what_is_to_be_said_of_an_edition_is_said_of_the_regimes_asked_on_the_day_of_the_check() {
        let under = |regimes| Under {
            regimes,
            data_sets: Vec::new(),
        };
        let told =
            |regimes, day| answer(Catalogue::embedded(), &under(regimes), day, load(&["UN1203"])).warnings;
        let expired = told(Regime::ALL.to_vec(), date!(2027 - 01 - 01));
        assert_eq!((expired.len(), expired[0].regime), (1, Regime::Adr));
        assert!(told(Regime::ALL.to_vec(), date!(2026 - 03 - 01)).is_empty());
        assert!(told(vec![Regime::Us], date!(2027 - 01 - 01)).is_empty());
    }

    #[test]
    fn no_result_is_no_clearance() {
        let none = Under {
            regimes: Vec::new(),
            data_sets: Vec::new(),
        };
        let day = date!(2026 - 03 - 01);
        assert!(!answer(Catalogue::embedded(), &none, day, load(&["UN1203"])).is_compatible());
    }

    #[test]
    fn a_regime_that_is_not_loaded_clears_nothing_and_is_among_the_verdicts() {
        let under = Under {
            regimes: vec![Regime::Us],
            data_sets: vec![(OtherRegime::Imdg, None)],
        };
        let day = date!(2026 - 03 - 01);
        let checked = answer(Catalogue::embedded(), &under, day, load(&["UN1203"]));
        assert!(checked.results[0].is_compatible && !checked.is_compatible());
        assert_eq!(
            checked.verdicts(),
            json!({"us": "permitted", "imdg": "not_cleared"})
        );
        assert_eq!(checked.facts()["data_sets"]["imdg"]["checked"], false);
    }
}
