//! Overrides of a check, on a shipment's page and beside an answer.

use access::ids::UserId;
use app::shipments::overrides::{State, permit_ends};
use app::shipments::{LoadOverride, Shipment, Status};
use dangerous_goods::dataset::DataSetResult;
use dangerous_goods::{CheckResult, NotOverridable, Verdict, overridable};

use time::Date;

use super::{day, moment, sentence};
use crate::console::pages::{AskOverride, NoteForm, OverrideView, Overriding, PermitEnd};

/// Who looks, and what they may do.
#[derive(Clone, Copy)]
pub(in crate::console) struct Viewer {
    /// Who.
    pub(in crate::console) user: UserId,
    /// May edit the shipment, and so ask.
    pub(in crate::console) asks: bool,
    /// May decide, or could after showing a second factor.
    pub(in crate::console) decides: bool,
    /// The day, in UTC.
    pub(in crate::console) today: Date,
}

/// An empty form to ask on this day.
pub(in crate::console) fn ask_on(today: Date) -> AskOverride {
    let (first, last) = permit_ends(today);
    AskOverride {
        first_day: first.to_string(),
        last_day: last.to_string(),
        ..AskOverride::default()
    }
}

/// The panel of a shipment's page.
pub(in crate::console) fn panel(shipment: &Shipment, viewer: Viewer) -> Overriding {
    let is_open = |one: &&LoadOverride| matches!(one.state, State::Waiting | State::Approved);
    let open = shipment.overrides.iter().find(is_open);
    let earlier = shipment.overrides.iter().filter(|one| !is_open(one));
    let current = shipment.check.as_ref().filter(|check| !check.outdated);
    let answer = current.map(|check| check.overridable());
    let may_ask = viewer.asks && open.is_none() && shipment.status == Status::Draft;
    Overriding {
        open: open.map(|one| view(one, viewer)),
        earlier: earlier.map(|one| view(one, viewer)).collect(),
        ask: (may_ask && matches!(answer, Some(Ok(_)))).then(|| ask_on(viewer.today)),
        hindrance: current.and_then(|check| hindrance(&check.results, &check.data_sets)),
    }
}

fn view(one: &LoadOverride, viewer: Viewer) -> OverrideView {
    OverrideView {
        id: one.id.to_string(),
        state: one.state.as_str(),
        covers: one
            .covers
            .iter()
            .map(|covered| {
                format!(
                    "{}, {}: {}",
                    covered.clause,
                    covered.rule,
                    sentence(&covered.sentence)
                )
            })
            .collect(),
        reason: one.reason.clone(),
        authority: one.authority.clone(),
        valid_until: one.valid_until.map(|last| PermitEnd {
            day: day(last),
            left: match one.state {
                State::Waiting | State::Approved => Some((last - viewer.today).whole_days()),
                _ => None,
            },
        }),
        asked_by: one.asked_by.clone(),
        asked: moment(one.asked_at),
        decided: one
            .decided
            .as_ref()
            .map(|(by, at, note)| (by.clone(), moment(*at), note.clone())),
        withdrawn: one
            .withdrawn
            .as_ref()
            .map(|(by, at, note)| (by.clone(), moment(*at), note.clone())),
        decide: (viewer.decides && one.state == State::Waiting && !one.parties.contains(&viewer.user))
            .then(NoteForm::default),
        withdraw: withdraws(one, viewer).then(NoteForm::default),
    }
}

/// Whether the viewer may take it back, or could after showing a second factor.
fn withdraws(one: &LoadOverride, viewer: Viewer) -> bool {
    let own = viewer.asks && one.asker == viewer.user;
    match one.state {
        State::Waiting => own,
        State::Approved => own || viewer.decides,
        State::Refused | State::Withdrawn | State::Expired | State::Void => false,
    }
}

/// What is to be said beside an answer that prohibits a load.
pub(in crate::console) fn beside(results: &[CheckResult], data_sets: &[DataSetResult]) -> Option<String> {
    match overridable(results, data_sets) {
        Ok(_) => Some(
            "A special permit or the competent authority’s approval can allow this load. Save it as a shipment, check it \
             there and ask for an override; somebody else decides."
                .to_owned(),
        ),
        Err(_) => hindrance(results, data_sets),
    }
}

/// Why a prohibited load cannot be overridden.
fn hindrance(results: &[CheckResult], data_sets: &[DataSetResult]) -> Option<String> {
    let own = results.iter().map(|result| result.verdict);
    let mut verdicts = own.chain(data_sets.iter().map(|result| result.verdict));
    if !verdicts.any(|verdict| verdict == Verdict::Prohibited) {
        return None;
    }
    match overridable(results, data_sets) {
        Ok(_) | Err(NotOverridable::NothingProhibited) => None,
        Err(refusal) => Some(format!("No override: {}.", refusal)),
    }
}
