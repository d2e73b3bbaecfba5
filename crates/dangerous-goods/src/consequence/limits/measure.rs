//! One limit beside what a line states, and whether it is kept: the one answer that check and consequences share.

use super::Within;
use crate::consequence::Amount;
use crate::load::{Line, Quantity, Unit};

/// What a line states of its packages beside the most that a row of the table allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::consequence) struct Measure {
    pub(in crate::consequence) clause: &'static str,
    /// What is measured, such as `a package holds`.
    pub(super) what: &'static str,
    /// What the line states, or what to call it where it states nothing.
    pub(super) given: Result<(Amount, Unit), &'static str>,
    pub(super) most: Most,
}

/// The most that the law allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Most {
    /// There is no such quantity of these goods.
    Nothing,
    /// At most this; where there are several, each for its unit.
    Each(Vec<(Amount, Unit)>),
    /// More than this is allowed of no goods at all; what these goods may is not known, for this reason.
    OfAnyGoods(Vec<(Amount, Unit)>, &'static str),
    /// Not known, for this reason.
    NotKnown(String),
}

impl Most {
    /// The same in kilograms and in litres, given in thousandths.
    pub(super) fn of_both_units(thousandths: u64) -> Vec<(Amount, Unit)> {
        let most = Amount::thousandths(thousandths);
        vec![(most, Unit::Kilogram), (most, Unit::Litre)]
    }
}

impl Measure {
    pub(super) fn of_inner_packaging(clause: &'static str, line: &Line, most: Most) -> Self {
        let given = line.inner_quantity.map(|given| (given.into(), given.unit()));
        Self {
            clause,
            what: "an inner packaging holds",
            given: given.ok_or("the net quantity of an inner packaging"),
            most,
        }
    }

    pub(super) fn within(&self) -> Within {
        match (&self.most, self.is_passed()) {
            (Most::Nothing, _) | (_, Some(true)) => Within::No,
            (Most::Each(_), Some(false)) => Within::Yes,
            _ => Within::NotKnown,
        }
    }

    /// Whether what is stated is more than the law allows. What is not stated breaks no limit, nor do goods of which
    /// there is no such quantity at all: of those the table says it.
    pub(super) fn is_over(&self) -> bool {
        self.is_passed() == Some(true)
    }

    /// None where there is no limit for what is stated.
    fn is_passed(&self) -> Option<bool> {
        let (given, unit) = self.given.ok()?;
        let (most, _) = self.limits().iter().find(|(_, its)| *its == unit)?;
        Some(given > *most)
    }

    fn limits(&self) -> &[(Amount, Unit)] {
        match &self.most {
            Most::Each(limits) | Most::OfAnyGoods(limits, _) => limits,
            Most::Nothing | Most::NotKnown(_) => &[],
        }
    }

    /// What was compared, or what is missing; a sentence puts the goods before it.
    pub(in crate::consequence) fn said(&self) -> String {
        let limits = self.limits().iter();
        let words: Vec<String> = limits.map(|(most, unit)| format!("{most} {unit}")).collect();
        let words = words.join(" or ");
        match (&self.most, self.given, self.is_passed()) {
            (Most::Nothing, ..) => "the law provides for no such quantity of these goods".to_owned(),
            (Most::NotKnown(why), ..) => why.clone(),
            (Most::OfAnyGoods(_, why), _, None | Some(false)) => (*why).to_owned(),
            (_, Err(what), _) => format!("{what} is missing, at most {words}"),
            (_, Ok((_, unit)), None) => format!("the limit is {words}, the quantity is given in {unit}"),
            (_, Ok((given, unit)), Some(_)) => format!("{} {given} {unit}, at most {words}", self.what),
        }
    }
}

/// The share of one package, in the unit of the whole; none where there are no packages.
pub(super) fn a_package(all: Option<Quantity>, packages: Option<u32>) -> Option<(Amount, Unit)> {
    let all = all?;
    let each = Amount::from(all).per(u64::from(packages?))?;
    Some((each, all.unit()))
}
