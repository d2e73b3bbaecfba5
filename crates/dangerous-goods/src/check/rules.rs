//! What a regime must be able to say; `check` asks it of every line and every pair.

use std::borrow::Cow;

use super::{Need, Verdict};
use crate::catalogue::Row;
use crate::load::Line;

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

    /// The same for goods on two vehicles of one combination.
    fn coupled(a: &Self::Profile, b: &Self::Profile, out: &mut Vec<Self::Rule>);

    /// The hazards of the row that the regime's table of mixed loading does not mention.
    fn outside_the_table(row: &Row, profile: &Self::Profile) -> Option<String>;
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
    /// Their bays.
    pub(super) bays: Option<[u8; 2]>,
}

impl Within {
    pub(super) fn of(a: &Line, b: &Line) -> Self {
        let both = |a: Option<u8>, b: Option<u8>| Some([a?, b?]);
        Self {
            compartments: both(a.compartment, b.compartment).filter(|[a, b]| a != b),
            bays: both(a.bay, b.bay),
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

    fn sentence(&self, a: &str, b: &str) -> String;

    fn action(&self) -> Option<Action>;
}

/// What would fulfil a conditional rule.
pub(super) struct Action {
    /// Names the rule within a condition id; never changes.
    pub(super) slug: &'static str,
    pub(super) text: Cow<'static, str>,
}
