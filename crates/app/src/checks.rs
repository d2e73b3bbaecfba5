//! Checking a mixed load (DG-2). Every check is an event of the trail, whatever its answer.

use std::collections::HashSet;

use access::actor::Actor;
use access::grant::Grant;
use access::permission::CheckCompatibility;
use dangerous_goods::dataset::{self, DataSetResult, OtherRegime};
use dangerous_goods::report::Answer;
use dangerous_goods::split::{self, Options, Split};
use dangerous_goods::{Catalogue, CheckResult, Confirmation, InvalidLoad, Load, Regime, check};
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use time::Date;

use crate::data_sets::{self, Asked};
use crate::editions::{self, EditionWarning};
use crate::{App, Error, FieldProblem, Origin};

/// A load to check.
#[derive(Debug, Clone)]
pub struct Request {
    /// Under which regimes.
    pub regimes: Vec<Regime>,
    /// Under which regimes that the company loads itself; may be asked for alone.
    pub data_sets: Vec<OtherRegime>,
    /// The goods; nothing of it is confirmed yet.
    pub load: Load,
    /// Ids of conditions that the caller states to be fulfilled.
    pub confirm: Vec<String>,
}

/// A load as it was judged, with the answers to it.
pub struct Checked {
    /// The load: facts and conditions in the caller's name.
    pub load: Load,
    /// A result a regime.
    pub results: Vec<CheckResult>,
    /// A result a regime that the company loads itself, in so far as it was asked for; not checked where no data
    /// set is loaded.
    pub data_sets: Vec<DataSetResult>,
    /// What is to be said of the editions the results rest on.
    pub warnings: Vec<EditionWarning>,
}

/// Checks a load under each regime and records that it was checked.
///
/// # Errors
/// [`Error::Invalid`] for a load that cannot be checked at all.
pub async fn run(
    app: &App,
    grant: &Grant<CheckCompatibility>,
    origin: &Origin,
    request: Request,
) -> Result<Checked, Error> {
    let load = load_of(grant.actor(), request.load, request.confirm)?;
    let alone = request.regimes.is_empty() && !request.data_sets.is_empty();
    let under = Under {
        regimes: if alone {
            Vec::new()
        } else {
            regimes(&request.regimes)?
        },
        data_sets: data_sets::asked(app, grant, &request.data_sets).await?,
    };
    let checked = judge_under(app, under, load).await?;
    let Checked {
        load,
        results,
        data_sets,
        ..
    } = &checked;
    let additional = with_data_sets(facts(load, results), results, data_sets);
    let event = load_event(
        Severity::Medium,
        load.lines.len(),
        "mixed load checked",
        additional,
    );
    app.store
        .write(grant, origin)
        .await?
        .commit(event, app.now())
        .await?;
    Ok(checked)
}

/// What the trail keeps of a check under loaded data sets too.
fn with_data_sets(mut facts: Value, results: &[CheckResult], data_sets: &[DataSetResult]) -> Value {
    if data_sets.is_empty() {
        return facts;
    }
    let answer = Answer::with_data_sets(results, data_sets);
    facts["is_compatible"] = json!(answer.is_compatible);
    facts["conflicts_detected"] = json!(answer.conflicts.len());
    facts["data_sets"] = data_sets
        .iter()
        .map(|result| {
            let verdict = json!({
                "checked": result.checked,
                "verdict": result.verdict,
                "edition_hash": result.edition_hash,
            });
            (result.regime.to_string(), verdict)
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    facts
}

/// The smallest split under which a load passes, and records that it was asked for.
///
/// # Errors
/// [`Error::Invalid`] for a load that cannot be checked at all.
pub async fn split(
    app: &App,
    grant: &Grant<CheckCompatibility>,
    origin: &Origin,
    request: Request,
) -> Result<Split, Error> {
    if !request.data_sets.is_empty() {
        // A split that was not found under a regime must not look as if it had been.
        return Err(Error::Invalid(vec![FieldProblem::new(
            "/data_sets",
            "a split is sought under `us` and `adr` alone",
        )]));
    }
    let load = load_of(grant.actor(), request.load, request.confirm)?;
    let regimes = regimes(&request.regimes)?;
    let catalogue = app.catalogue;
    let (hash, lines) = (load.hash(), load.lines.len());
    // A search, so a thread of its own, and not for every thread at once.
    let turn = app.checking.clone().acquire_owned().await;
    let turn = turn.map_err(|_| Error::Internal("checking is shut down"))?;
    let found = tokio::task::spawn_blocking(move || {
        let split = split::propose(catalogue, &regimes, &load, Options::default());
        drop(turn);
        split
    });
    let found = found
        .await
        .map_err(|_| Error::Internal("a search was interrupted"))?;
    let additional = json!({
        "operation_type": "load_split",
        "load_hash": hash,
        "answer": answer_in_a_word(&found),
    });
    let event = load_event(Severity::Medium, lines, "load split asked for", additional);
    app.store
        .write(grant, origin)
        .await?
        .commit(event, app.now())
        .await?;
    Ok(found)
}

const fn answer_in_a_word(split: &Split) -> &'static str {
    match split {
        Split::NotNeeded { .. } => "not_needed",
        Split::Proposed(_) => "proposed",
        Split::NoSplitHelps(_) => "no_split_helps",
        Split::TooLarge { .. } => "too_large",
    }
}

/// The event of something asked about a load, which has no name but the number of its lines.
pub(crate) fn load_event(severity: Severity, lines: usize, description: &str, additional: Value) -> Event {
    Event {
        event_type: EventType::View,
        severity,
        outcome: Outcome::Success,
        resource_type: "load",
        resource_id: None,
        resource_name: match lines {
            1 => "load of 1 line".to_owned(),
            lines => format!("load of {lines} lines"),
        },
        description: description.to_owned(),
        changes: Changes::default(),
        additional,
    }
}

/// The load as the caller states it: conditions and facts are stated in the caller's name, never in one that
/// was sent.
pub(crate) fn load_of(actor: &Actor, load: Load, confirm: Vec<String>) -> Result<Load, Error> {
    if load.lines.is_empty() {
        return Err(Error::Invalid(vec![FieldProblem::new(
            "/lines",
            "a load has at least one line",
        )]));
    }
    if confirm.len() > Load::MAX_CONFIRMATIONS {
        return Err(Error::Invalid(vec![FieldProblem::new(
            "/confirm",
            "too many conditions",
        )]));
    }
    let mut load = load.validated().map_err(|error| {
        let pointer = match &error {
            InvalidLoad::Line { line, .. } => format!("/lines/{line}"),
            _ => "/lines".to_owned(),
        };
        Error::Invalid(vec![FieldProblem::new(pointer, error.to_string())])
    })?;
    let stated_by = state(actor, &mut load);
    let mut confirm = confirm;
    confirm.sort();
    confirm.dedup();
    load.confirmed = confirm
        .into_iter()
        .map(|condition| Confirmation {
            condition,
            stated_by: stated_by.clone(),
        })
        .collect();
    Ok(load)
}

/// Puts the caller's name under every fact of the lines that somebody has to vouch for, and returns it.
pub(crate) fn state(actor: &Actor, load: &mut Load) -> String {
    let stated_by = format!("{} ({})", actor.display_name(), actor.user());
    for line in &mut load.lines {
        line.stated_by = line.states_facts().then(|| stated_by.clone());
    }
    stated_by
}

/// At least one regime, each once, in one order.
pub(crate) fn regimes(asked: &[Regime]) -> Result<Vec<Regime>, Error> {
    let wanted: Vec<Regime> = Regime::ALL
        .into_iter()
        .filter(|regime| asked.contains(regime))
        .collect();
    if wanted.is_empty() {
        return Err(Error::Invalid(vec![FieldProblem::new(
            "/regimes",
            "at least one of `us`, `adr`",
        )]));
    }
    Ok(wanted)
}

/// Loads up to this many lines are judged at once; that is some tens of microseconds.
const SMALL: usize = 20;

/// Judges a load. Of its confirmations those remain that the answer asks for: nobody can state, or store,
/// what no rule asks.
pub(crate) async fn judge(
    app: &App,
    regimes: Vec<Regime>,
    load: Load,
) -> Result<(Load, Vec<CheckResult>), Error> {
    let under = Under {
        regimes,
        data_sets: Vec::new(),
    };
    let checked = judge_under(app, under, load).await?;
    Ok((checked.load, checked.results))
}

/// What a load is judged under.
struct Under {
    regimes: Vec<Regime>,
    data_sets: Vec<Asked>,
}

async fn judge_under(app: &App, under: Under, load: Load) -> Result<Checked, Error> {
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
pub(crate) async fn asked_only(app: &App, regimes: &[Regime], load: Load) -> Result<Load, Error> {
    if load.confirmed.is_empty() {
        return Ok(load);
    }
    Ok(judge(app, regimes.to_vec(), load).await?.0)
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

/// What the trail keeps of a check; a missing result is never a pass (A9).
pub(crate) fn facts(load: &Load, results: &[CheckResult]) -> Value {
    // A name of goods without a number may be long; its beginning tells it.
    let goods: Vec<String> = load
        .lines
        .iter()
        .map(|line| line.goods.to_string().chars().take(80).collect())
        .collect();
    let verdicts = verdicts(results);
    let conflicts: usize = results.iter().map(|result| result.conflicts.len()).sum();
    json!({
        "operation_type": "compatibility_check",
        "goods": goods,
        "load_hash": load.hash(),
        "verdicts": verdicts,
        "is_compatible": is_compatible(results),
        "conflicts_detected": conflicts,
        "confirmed": load.confirmed,
    })
}

/// Compatible under every regime asked, and asked at all.
pub(crate) fn is_compatible(results: &[CheckResult]) -> bool {
    !results.is_empty() && results.iter().all(|result| result.is_compatible)
}

/// `{"us": "prohibited", …}`.
pub(crate) fn verdicts(results: &[CheckResult]) -> Value {
    results
        .iter()
        .map(|result| (result.regime.to_string(), json!(result.verdict)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
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
        assert_eq!(kept.load.confirmed[0].condition, asked);
        assert!(is_compatible(&kept.results));
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
        assert!(!is_compatible(&[]));
    }
}
