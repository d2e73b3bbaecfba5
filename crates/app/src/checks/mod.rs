//! Checking a mixed load (DG-2). Every check is an event of the trail, whatever its answer.

mod judge;

use access::actor::Actor;
use access::grant::Grant;
use access::permission::CheckCompatibility;
use dangerous_goods::dataset::{DataSetResult, OtherRegime};
use dangerous_goods::split::{self, Options, Split};
use dangerous_goods::{CheckResult, Confirmation, InvalidLoad, Load, Regime};
use serde_json::{Value, json};
use store::audit::{Changes, Event, EventType, Outcome, Severity};

pub(crate) use judge::{Under, asked_only, judge};

use crate::data_sets;
use crate::editions::EditionWarning;
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
    let under = under(app, grant, &request.regimes, &request.data_sets).await?;
    let checked = judge(app, under, load).await?;
    let event = load_event(
        Severity::Medium,
        checked.load.lines.len(),
        "mixed load checked",
        checked.facts(),
    );
    app.store
        .write(grant, origin)
        .await?
        .commit(event, app.now())
        .await?;
    Ok(checked)
}

/// What a caller asks for; data sets may be asked for alone.
async fn under(
    app: &App,
    grant: &Grant<CheckCompatibility>,
    own: &[Regime],
    loaded: &[OtherRegime],
) -> Result<Under, Error> {
    let alone = own.is_empty() && !loaded.is_empty();
    Ok(Under {
        regimes: if alone { Vec::new() } else { regimes(own)? },
        data_sets: data_sets::asked(app, grant, loaded).await?,
    })
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
    let load = load_of(grant.actor(), request.load, request.confirm)?;
    let under = under(app, grant, &request.regimes, &request.data_sets).await?;
    let (catalogue, today) = (app.catalogue, app.now().date());
    let (hash, lines) = (load.hash(), load.lines.len());
    let own = under.regimes.iter().map(ToString::to_string);
    let loaded = under.data_sets.iter().map(|(regime, _)| regime.to_string());
    let asked: Vec<String> = own.chain(loaded).collect();
    // A search, so a thread of its own, and not for every thread at once.
    let turn = app.checking.clone().acquire_owned().await;
    let turn = turn.map_err(|_| Error::Internal("checking is shut down"))?;
    let found = tokio::task::spawn_blocking(move || {
        let data_sets = under.data_sets.iter();
        let data_sets: Vec<_> = data_sets.map(|(regime, set)| (*regime, set.as_deref())).collect();
        let under = split::Under {
            catalogue,
            regimes: &under.regimes,
            data_sets: &data_sets,
            on: today,
        };
        let split = split::propose_under(&under, &load, Options::default());
        drop(turn);
        split
    });
    let found = found
        .await
        .map_err(|_| Error::Internal("a search was interrupted"))?;
    let additional = json!({
        "operation_type": "load_split",
        "load_hash": hash,
        "regimes": asked,
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
