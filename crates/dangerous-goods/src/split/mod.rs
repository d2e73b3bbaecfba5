//! Which vehicles, compartments and bays would make a load pass: the fewest, found exactly.
//!
//! `relations` asks the check what keeps each two lines apart, `search` finds the best arrangement,
//! `layout` the bays of one vehicle, `plan` writes it into a load and has the check judge that load again.
//! A rule that depends on places needs nothing here: the check is asked, no rule is repeated.

mod answers;
mod layout;
mod plan;
mod problem;
mod reasons;
mod relations;
mod search;
mod set;
#[cfg(test)]
mod tests;
mod text;

use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};

use self::problem::Problem;
use self::relations::Relations;
use crate::catalogue::Catalogue;
use crate::check::{Finding, Lines};
use crate::consequence::limits::packages;
use crate::dataset::AnyRegime;
use crate::identity::Regime;
use crate::load::{Line, Load, Travel};

pub use answers::{Answers, AnyNeed, Under};
pub use text::text;

/// What the answer has to keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The most vehicles there may be; as many as needed where nothing is said.
    pub vehicles: Option<NonZeroU8>,
    /// The most compartments a vehicle may have; as many as needed where nothing is said.
    pub compartments: Option<NonZeroU8>,
    /// How the vehicles travel; as the load says where nothing is said.
    pub travel: Option<Travel>,
    /// Whether lines that name a vehicle stay on it.
    pub pinned: bool,
}

/// Whether other places would make a load pass, and which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Split {
    /// Nothing is prohibited and no condition is open that another place on the same vehicles would fulfil.
    /// Conditions may be open all the same, and on other vehicles some might be spared.
    ///
    /// The answers are to the load as it is.
    NotNeeded(Answers),
    /// These places make it pass.
    Proposed(Box<Proposal>),
    /// No places within the limits make it pass.
    NoSplitHelps(Box<NoSplit>),
    /// The load has more lines than any load may have ([`Load::MAX_LINES`]).
    TooLarge {
        /// How many lines the load has.
        lines: usize,
    },
}

/// Places for every line, under which no regime prohibits anything or leaves anything uncleared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The load with a vehicle on every line, and with compartment and bay where a rule asks for them.
    /// Lines, their order and what people have confirmed are as before.
    pub load: Load,
    /// The answer of each regime to that load. What is still to be confirmed is in it.
    #[serde(flatten)]
    pub answers: Answers,
    /// The vehicles, by their numbers.
    pub vehicles: Vec<Vehicle>,
    /// Positions of the lines that change vehicles, from zero, ascending.
    pub moved: Vec<usize>,
    /// Whether it is proven that there is nothing smaller: fewer vehicles; with as many vehicles, fewer
    /// conditions left open that a place would fulfil; then fewer compartments; then fewer bays.
    pub is_proven_smallest: bool,
    /// Lines each of which keeps apart from all the others, so that each needs a vehicle of its own; empty
    /// where one vehicle is enough or where only a search over all arrangements shows it.
    pub one_vehicle_each: Vec<usize>,
    /// What the proposal keeps apart, how, and by which rule.
    pub separations: Vec<Separation>,
    /// What is not known of the lines and keeps them apart from others for now: with an answer the load may
    /// need fewer vehicles.
    pub missing: Vec<Missing>,
}

/// A vehicle of the proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vehicle {
    /// Its number.
    pub vehicle: u8,
    /// Positions of its lines in the load, from zero, ascending.
    pub lines: Vec<usize>,
    /// How many compartments it needs; one where nothing has to be separated.
    pub compartments: usize,
    /// How many bays it needs; none where position does not matter.
    pub bays: u8,
}

/// How two lines are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Apart {
    /// On different vehicles.
    Vehicles,
    /// In different compartments of a vehicle.
    Compartments,
    /// In bays of a vehicle that are not next to each other.
    Bays,
}

/// One rule that the proposal meets by keeping lines apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Separation {
    /// Whose rule it is.
    pub regime: AnyRegime,
    /// What keeps the lines apart.
    pub by: Apart,
    /// What the rule says of the lines on one vehicle; `also` names the further pairs kept apart like this.
    pub finding: Finding,
}

/// A fact that nobody has stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The regime that asks for it.
    pub regime: AnyRegime,
    /// Position of the line, from zero.
    pub line: usize,
    /// What is missing.
    pub need: AnyNeed,
}

/// Why no places help.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoSplit {
    /// What stands in the way, whatever the places.
    pub reasons: Vec<Reason>,
    /// How many vehicles it would take, if that is more than there may be.
    pub vehicles_needed: Option<usize>,
    /// How many vehicles it would take if they travelled apart, where only coupling is in the way.
    pub vehicles_apart: Option<usize>,
    /// Whether it is proven that no places help; otherwise the search ended at its limit.
    pub is_proven: bool,
    /// The answer of each regime to the load as it is.
    #[serde(flatten)]
    pub answers: Answers,
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// The lines themselves, even alone on a vehicle.
    Alone,
    /// The lines may share neither a vehicle nor a combination of vehicles.
    Coupled,
    /// The lines have to stay on a vehicle that they may not share.
    Pinned,
}

/// One thing that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Whose rule it is.
    pub regime: AnyRegime,
    /// What kind of obstacle it is.
    pub obstacle: Obstacle,
    /// What the rule says.
    pub finding: Finding,
}

impl Proposal {
    /// What is still to be confirmed: findings whose condition nobody has stated to be fulfilled.
    pub fn to_confirm(&self) -> impl Iterator<Item = (AnyRegime, &Finding)> {
        self.answers.to_confirm()
    }
}

/// The most lines for which the search is not cut short, but where packages of excepted quantities are spread.
pub const EXACT_LINES: usize = 40;
/// Steps a goal: beyond [`EXACT_LINES`] a fraction of a second; up to them more than loads of goods of the tables
/// need: of 3,000 random loads of 40 different goods none was left unproven, with a tenth about one in a thousand.
const STEPS: u64 = 5_000;
const EXACT_STEPS: u64 = 20_000_000;
/// Where packages of excepted quantities have to be spread: who fits beside whom has far more answers than who may
/// stand beside whom, and a driver does not wait seconds for one vehicle less.
const PACKAGES_STEPS: u64 = 100_000;

const _: () = assert!(
    Load::MAX_LINES <= set::Set::CAPACITY,
    "every line has a place in a set"
);

/// Finds the fewest vehicles, then compartments, then bays under which a load passes in all regimes asked.
///
/// A load that passes keeps its vehicles; only compartments and bays are proposed, where they fulfil a
/// condition that is open. Of equally small answers one that moves few lines is taken (the fewest unless
/// the search ends at its limit).
///
/// ```
/// use dangerous_goods::{Catalogue, Line, LineSpec, Load, Regime};
/// use dangerous_goods::split::{Options, Split, propose};
/// let lines = ["UN1203", "UN0081", "UN1830:II"].map(|line| line.parse::<LineSpec>().map(Line::from));
/// let load = Load::new(lines.into_iter().collect::<Result<_, _>>()?)?;
/// let split = propose(Catalogue::embedded(), &Regime::ALL, &load, Options::default());
/// let Split::Proposed(proposal) = split else { panic!("a split helps") };
/// assert_eq!(proposal.vehicles.len(), 2);
/// assert_eq!(proposal.moved, [1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn propose(catalogue: &Catalogue, regimes: &[Regime], load: &Load, options: Options) -> Split {
    let under = Under {
        catalogue,
        regimes,
        data_sets: &[],
        // Of no matter where there is no data set.
        on: time::Date::MIN,
    };
    propose_under(&under, load, options)
}

/// The same under data sets that a company loads itself, too. A regime that is asked for and of which none is
/// loaded is not checked, and nothing passes.
#[must_use]
pub fn propose_under(under: &Under<'_>, load: &Load, options: Options) -> Split {
    let lines = load.lines.len();
    if lines > Load::MAX_LINES {
        return Split::TooLarge { lines };
    }
    let travel = options.travel.unwrap_or(load.travel);
    let asked = Load {
        travel,
        ..load.clone()
    };
    let task = Task {
        under,
        options,
        relations: Relations::of(under, &asked, travel),
        answers: under.ask(&asked),
        load: asked,
    };
    task.split(load)
}

/// A load to be split, and what the check says of it.
struct Task<'a> {
    under: &'a Under<'a>,
    options: Options,
    /// The load, travelling as asked.
    load: Load,
    answers: Answers,
    relations: Relations,
}

impl Task<'_> {
    fn split(self, given: &Load) -> Split {
        let alone = reasons::alone(&self.relations.alone);
        if self.load.lines.is_empty() || self.under.is_empty() || !alone.is_empty() {
            return reasons::no_split(self, alone, true);
        }
        let is_passing = self.answers.pass() && self.load.vehicles().len() <= self.most_vehicles();
        let problem = self.problem(is_passing);
        let found = search::find(&problem, self.steps());
        let Some(vehicles) = found.vehicles else {
            return reasons::of_search(self, &problem, found.is_proven);
        };
        let proposal = plan::write(&self, &problem, &vehicles, found.is_proven);
        if !proposal.answers.pass() {
            return reasons::of_whole(self, &problem, proposal);
        }
        let keeps_travel = self.load.travel == given.travel;
        if is_passing && keeps_travel && proposal.answers.open() >= self.answers.open() {
            return Split::NotNeeded(self.answers);
        }
        Split::Proposed(Box::new(proposal))
    }

    /// The arrangement to be found; a load that passes keeps its vehicles.
    fn problem(&self, is_passing: bool) -> Problem {
        let is_pinned = |line: &Line| is_passing || (self.options.pinned && line.vehicle.is_some());
        Problem {
            nodes: self.relations.nodes(&self.load, is_pinned),
            most_vehicles: self.most_vehicles(),
            most_compartments: self
                .options
                .compartments
                .map_or(usize::MAX, |most| most.get().into()),
            most_room: packages::MOST,
        }
    }

    fn most_vehicles(&self) -> usize {
        let most = self.options.vehicles.unwrap_or(NonZeroU8::MAX);
        most.get().into()
    }

    fn steps(&self) -> u64 {
        if self.load.lines.len() > EXACT_LINES {
            STEPS
        } else if self.relations.counts_packages() {
            PACKAGES_STEPS
        } else {
            EXACT_STEPS
        }
    }
}

fn is_open(finding: &Finding) -> bool {
    finding
        .condition
        .as_ref()
        .is_some_and(|condition| !condition.confirmed)
}

/// The finding as far as it is about certain lines; nothing where it is about none of them.
fn narrowed(finding: &Finding, is_about: impl Fn(&[usize]) -> bool) -> Option<Finding> {
    let mut places = finding.places().filter(|lines| is_about(lines));
    let lines = Lines::of(places.next()?);
    let also = places.filter_map(|lines| lines.try_into().ok()).collect();
    Some(Finding {
        lines,
        also,
        ..finding.clone()
    })
}
