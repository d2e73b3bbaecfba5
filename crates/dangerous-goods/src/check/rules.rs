//! What a regime must be able to say; `check` asks it of every line and every pair.

use std::borrow::Cow;
use std::fmt;

use super::{Need, Verdict};
use crate::catalogue::{Catalogue, Row};
use crate::consequence::{self, adr::Exemption};
use crate::identity::Regime;
use crate::load::{Line, Load, Travel};

/// How one regime judges goods.
pub(super) trait Rules {
    /// Everything its rules ask about goods; equal profiles are judged alike.
    type Profile: PartialEq;
    /// One rule applied to two goods.
    type Rule: Rule;

    fn profile(row: &Row, line: &Line) -> Self::Profile;

    fn scope(profile: &Self::Profile) -> Scope;

    /// Pushes every rule that stands against the two on one vehicle or asks something of them, and
    /// what the plan fulfils of itself.
    fn pair(a: &Self::Profile, b: &Self::Profile, within: Within, out: &mut Vec<Self::Rule>);

    /// Pushes what the law says of the goods because of what they are contained in, of how the load
    /// travels and of what else is on board. `rows` are the rows the goods may be, all of one profile.
    fn remarks(rows: &[&Row], profile: &Self::Profile, journey: &Journey, out: &mut Vec<Remark>);

    /// The same for goods on two vehicles of one combination.
    fn coupled(a: &Self::Profile, b: &Self::Profile, out: &mut Vec<Self::Rule>);

    /// Pushes what the law says of all the goods on a vehicle together.
    fn on_vehicles(catalogue: &Catalogue, load: &Load, out: &mut Vec<OfVehicle>);

    /// The hazards of the row that the regime's table of mixed loading does not mention.
    fn outside_the_table(row: &Row, profile: &Self::Profile) -> Option<String>;
}

/// What the load says beyond its lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journey {
    /// The cargo-carrying vehicles that travel as one combination, as far as the lines name them.
    pub(super) combined: usize,
    /// Whether it is stated that every vehicle travels on its own.
    pub(super) apart: bool,
    /// Whether food is on board, where somebody has said.
    pub(super) food_on_board: Option<bool>,
    /// Whether the quantities bring the transport unit within ADR 1.1.3.6, where that is known; asked only
    /// where more than [`Journey::MOST_VEHICLES`] are coupled.
    pub(super) within_1_1_3_6: Option<bool>,
}

impl Journey {
    /// A vehicle and one trailer (ADR 8.1.1; 49 CFR 177.835(c)(1) for certain explosives).
    pub(super) const MOST_VEHICLES: usize = 2;

    pub(super) fn of(catalogue: &Catalogue, regime: Regime, load: &Load) -> Self {
        let apart = load.travel == Travel::Apart;
        let combined = if apart { 1 } else { vehicles(load) };
        Self {
            combined,
            apart,
            food_on_board: load.food_on_board,
            within_1_1_3_6: (regime == Regime::Adr && combined > Self::MOST_VEHICLES)
                .then(|| within_1_1_3_6(catalogue, load))
                .flatten(),
        }
    }
}

/// Whether the vehicles, as one transport unit, carry no more than 1.1.3.6 allows.
fn within_1_1_3_6(catalogue: &Catalogue, load: &Load) -> Option<bool> {
    let units = consequence::adr::of(catalogue, load).units;
    units
        .iter()
        .try_fold(true, |all, unit| match unit.points.exemption {
            Exemption::Exempt => Some(all),
            Exemption::NotExempt { .. } => Some(false),
            Exemption::NotKnown { .. } => None,
        })
}

/// How many vehicles the lines name.
fn vehicles(load: &Load) -> usize {
    let mut named = [false; 1 << u8::BITS];
    for line in 0..load.lines.len() {
        named[usize::from(load.vehicle(line))] = true;
    }
    named.into_iter().filter(|named| *named).count()
}

/// One thing the law says of goods, whatever they travel with.
pub(super) struct Remark {
    pub(super) clause: &'static str,
    pub(super) rule: &'static str,
    pub(super) verdict: Verdict,
    /// What is said; the sentence begins with the goods.
    pub(super) says: &'static str,
    pub(super) action: Option<Action>,
}

impl Remark {
    /// A remark that stands against nothing.
    pub(super) const fn note(clause: &'static str, rule: &'static str, says: &'static str) -> Self {
        Self {
            clause,
            rule,
            verdict: Verdict::Permitted,
            says,
            action: None,
        }
    }
}

/// One thing the law says of a vehicle as a whole, told at each line that it is about.
pub(super) struct OfVehicle {
    pub(super) line: usize,
    pub(super) clause: &'static str,
    pub(super) rule: &'static str,
    pub(super) verdict: Verdict,
    /// What is said; the goods stand before it.
    pub(super) says: String,
}

/// Where two lines of a load stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// On one vehicle.
    OneVehicle(Within),
    /// On two vehicles of one combination.
    Coupled,
    /// On vehicles that travel apart.
    Apart,
}

/// What the plan of a vehicle says of the places of two lines; nothing where either is not stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Within {
    /// Their compartments, where they differ: no leak brings the two together.
    pub(super) compartments: Option<[u8; 2]>,
    /// The one compartment they share.
    pub(super) shared: Option<u8>,
    /// Their bays.
    pub(super) bays: Option<[u8; 2]>,
    /// Whether it is stated that nothing is coupled to the vehicle.
    pub(super) uncoupled: bool,
}

impl Within {
    pub(super) fn of(a: &Line, b: &Line, uncoupled: bool) -> Self {
        let both = |a: Option<u8>, b: Option<u8>| Some([a?, b?]);
        Self {
            compartments: both(a.compartment, b.compartment).filter(|[a, b]| a != b),
            shared: a.compartment.filter(|_| a.compartment == b.compartment),
            bays: both(a.bay, b.bay),
            uncoupled,
        }
    }
}

/// How goods stand to the rules of mixed loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The rules apply.
    Inside,
    /// A limited quantity, for which the row provides.
    Limited,
    /// An excepted quantity, for which the row provides.
    Excepted,
    /// The packages bear no label.
    NoLabel,
    /// The regime does not apply to the goods.
    NotSubject,
    /// May not be carried at all.
    Forbidden,
    /// What the rules need is not known.
    Unclear(Need),
}

impl Scope {
    /// Whether what is known of the goods is judged beside others: also where something is missing, so
    /// that a prohibition that is certain is told.
    pub(super) const fn is_judged(self) -> bool {
        matches!(self, Self::Inside | Self::Unclear(_))
    }
}

/// One rule applied to two goods.
pub(super) trait Rule {
    fn verdict(&self) -> Verdict;

    /// What is missing from the first and the second goods.
    fn needs(&self) -> [Option<Need>; 2];

    fn clause(&self) -> &'static str;

    fn name(&self) -> Cow<'static, str>;

    /// Appends one sentence on goods `a` and `b`.
    fn say(&self, a: &str, b: &str, out: &mut String) -> fmt::Result;

    fn action(&self) -> Option<Action>;
}

/// What would fulfil a conditional rule.
pub(super) struct Action {
    /// Names the rule within a condition id; never changes.
    pub(super) slug: &'static str,
    /// The places that the text names, ascending: part of the id, so that a confirmation does not outlive
    /// the plan it was made for.
    pub(super) at: Vec<u8>,
    pub(super) text: Cow<'static, str>,
}

impl Action {
    pub(super) const fn new(slug: &'static str, text: &'static str) -> Self {
        Self {
            slug,
            at: Vec::new(),
            text: Cow::Borrowed(text),
        }
    }
}
