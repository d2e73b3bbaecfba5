//! Explosives among themselves: 177.848(f) to (i), and 177.835(g) on detonators.

use super::rule::{Detonator, UsRule};
use super::tables::{GroupCell, compatibility};
use super::{Profile, either};
use crate::catalogue::{Row, contains};
use crate::check::Verdict;
use crate::check::rules::Rule;

/// (f), (g) and (h): explosives among themselves.
pub(super) fn paragraph_f(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    let (Some(group_a), Some(group_b)) = (a.group, b.group) else {
        out.push(UsRule::GroupUnknown {
            a: a.group.is_none(),
            b: b.group.is_none(),
        });
        return;
    };
    let Some(cell) = compatibility(group_a, group_b) else {
        out.push(UsRule::GroupUnknown { a: true, b: true });
        return;
    };
    let found = UsRule::Groups {
        cell,
        a: group_a,
        b: group_b,
    };
    let rule = match cell {
        GroupCell::Free => None,
        GroupCell::Identical if a.number == b.number => Some(UsRule::Identical),
        GroupCell::ArticlesOnly if a.is_fireworks() || b.is_fireworks() => Some(UsRule::Fireworks),
        GroupCell::DetonatorsOrFireworks => {
            let firework = either(a, b, |a, b| {
                a.division == "1.4"
                    && a.group == Some('S')
                    && a.is_fireworks()
                    && matches!(b.division, "1.1" | "1.2")
            });
            firework.then_some(UsRule::Fireworks)
        }
        // Where 177.835(g) says nothing of the two, its containers are what lifts the X.
        GroupCell::ApartButDetonators if either(a, b, is_reached) => None,
        GroupCell::ApartButDetonators if [a, b].iter().any(|x| x.detonator == Some(Detonator::Plain)) => {
            Some(UsRule::Detonators(Detonator::Plain))
        }
        _ => Some(found),
    };
    out.extend(rule);
    if a.division != b.division && rule.is_none_or(|rule| rule.verdict() < Verdict::Prohibited) {
        let is = |x: &str, y: &str| either(a, b, |a, b| a.division == x && b.division == y);
        // (i): 1.5D with 1.2D counts as 1.1D.
        let division = if is("1.2", "1.5") {
            "1.1"
        } else {
            a.division.min(b.division)
        };
        out.push(UsRule::LowestDivision { division });
    }
}

impl Profile {
    fn is_fireworks(&self) -> bool {
        self.number
            .is_some_and(|number| number.is_un() && matches!(number.digits(), 333..=337))
    }
}

/// 177.835(g): detonators and what they would set off.
pub(super) fn detonators(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    for (this, other) in [(a, b), (b, a)] {
        if let Some(detonator) = this.detonator.filter(|_| is_reached(this, other)) {
            out.push(UsRule::Detonators(detonator));
        }
    }
}

/// Whether the first are detonators and the second goods that 177.835(g) keeps from them.
fn is_reached(this: &Profile, other: &Profile) -> bool {
    let cord = other.division == "1.4"
        && other
            .number
            .is_some_and(|number| number.is(104) || number.is(289));
    let is_named = matches!(other.division, "1.1" | "1.2" | "1.3" | "1.5") || cord;
    this.detonator.is_some() && other.detonator.is_none() && is_named
}

/// What 177.835(g) calls the goods, by their name.
pub(super) fn detonator(row: &Row) -> Option<Detonator> {
    let name = row.name();
    if row.class() != "1" {
        return None;
    }
    if contains(name, "detonator assemblies") || contains(name, "boosters with detonator") {
        return Some(Detonator::Assembly);
    }
    contains(name, "detonators")
        .then_some(Detonator::Plain)
        .filter(|_| name.starts_with("Detonators"))
}
