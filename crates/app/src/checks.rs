//! Checking a mixed load (DG-2). Every check is an event of the trail, whatever its answer.

use access::actor::Actor;
use access::grant::Grant;
use access::permission::CheckCompatibility;
use dangerous_goods::{CheckResult, Confirmation, Line, Load, Regime, check};
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};

use crate::{App, Error, FieldProblem, Origin};

/// A load to check.
#[derive(Debug, Clone)]
pub struct Request {
    /// Under which regimes.
    pub regimes: Vec<Regime>,
    /// The goods.
    pub lines: Vec<Line>,
    /// Ids of conditions that the caller states to be fulfilled.
    pub confirm: Vec<String>,
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
) -> Result<Vec<CheckResult>, Error> {
    let load = load_of(grant.actor(), request.lines, request.confirm)?;
    let results = judge(app, &regimes(&request.regimes)?, &load);
    let event = Event {
        event_type: EventType::View,
        severity: Severity::Medium,
        outcome: Outcome::Success,
        resource_type: "load",
        resource_id: None,
        resource_name: format!("load of {} lines", load.lines.len()),
        description: "mixed load checked".to_owned(),
        changes: Changes::default(),
        additional: facts(&load, &results),
    };
    app.store
        .write(grant, origin)
        .await?
        .commit(event, app.now())
        .await?;
    Ok(results)
}

/// The load of these lines; conditions are confirmed in the caller's name, never in one that was sent.
pub(crate) fn load_of(actor: &Actor, lines: Vec<Line>, confirm: Vec<String>) -> Result<Load, Error> {
    if lines.is_empty() {
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
    let mut load = Load::new(lines)
        .map_err(|error| Error::Invalid(vec![FieldProblem::new("/lines", error.to_string())]))?;
    let stated_by = format!("{} ({})", actor.display_name(), actor.user());
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

pub(crate) fn judge(app: &App, regimes: &[Regime], load: &Load) -> Vec<CheckResult> {
    regimes
        .iter()
        .map(|regime| check(app.catalogue, *regime, load))
        .collect()
}

/// What the trail keeps of a check; a missing result is never a pass (A9).
pub(crate) fn facts(load: &Load, results: &[CheckResult]) -> Value {
    let goods: Vec<String> = load.lines.iter().map(|line| line.goods.to_string()).collect();
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
