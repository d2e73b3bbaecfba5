//! 177.848(c), (d) and (e): hazards against hazards.

use std::cmp::Reverse;

use super::hazard::Hazard;
use super::rule::UsRule;
use super::tables::{Cell, Column, segregation};
use super::{Profile, either};
use crate::catalogue::Nature;
use crate::check::Verdict;
use crate::check::rules::{Rule, Within};

pub(super) const CYANIDES: Nature = Nature::CYANIDE.or(Nature::MAYBE_CYANIDE);
const ACIDS: Nature = Nature::ACID.or(Nature::MAYBE_ACID);

/// (c): three combinations that no separation makes good.
pub(super) fn paragraph_c(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    // Almost no pair of goods has the chemistry.
    if a.nature.or(b.nature).is(CYANIDES) {
        let cyanide_with_acid = |a: &Profile, b: &Profile| {
            // Goods that are both, such as hydrocyanic acid, are no danger to their own kind.
            let same = a.number == b.number && a.number.is_some();
            let may = !same && a.nature.is(CYANIDES) && b.nature.is(ACIDS);
            may.then(|| a.nature.is(Nature::CYANIDE) && b.nature.is(Nature::ACID))
        };
        if let Some(certain) = cyanide_with_acid(a, b).max(cyanide_with_acid(b, a)) {
            out.push(UsRule::CyanideWithAcid { certain });
        }
    }
    if !a.restricted.meets(b.columns) {
        return;
    }
    if either(a, b, |a, b| {
        a.is(Column::Flammable42) && b.is(Column::CorrosiveLiquid8)
    }) {
        out.push(UsRule::SpontaneouslyCombustibleWithCorrosive);
    }
    let kept_from_zone_a = [
        Column::Flammable3,
        Column::CorrosiveLiquid8,
        Column::Flammable41,
        Column::Flammable42,
        Column::Flammable43,
        Column::Oxidizer51,
        Column::Peroxide52,
    ];
    let zone_a = |a: &Profile, b: &Profile| {
        a.is(Column::Poison61ZoneALiquid) && kept_from_zone_a.iter().any(|&column| b.is(column))
    };
    if either(a, b, zone_a) {
        out.push(UsRule::ZoneAPoison);
    }
}

/// (d) and (e): every hazard against every hazard; the most restrictive cell is reported. Tells
/// whether any cell refers to the table of (f).
pub(super) fn paragraph_d(a: &Profile, b: &Profile, within: Within, out: &mut Vec<UsRule>) -> bool {
    if !a.restricted.meets(b.columns) {
        return false;
    }
    // Asked of subsidiary hazards alone.
    let has_subsidiary = a.hazards[1].is_given() || b.hazards[1].is_given();
    let same_class = has_subsidiary && (a.division == b.division || (a.is_class_1() && b.is_class_1()));
    let (mut explosives, mut position, mut note_a_applies) = (false, false, false);
    let mut worst: Option<(Rank, UsRule)> = None;
    let start = out.len();
    for (a_primary, a_hazard) in a.hazards() {
        for (b_primary, b_hazard) in b.hazards() {
            let primary = a_primary && b_primary;
            match cell(a_hazard, b_hazard, same_class && !primary) {
                None => {}
                Some((
                    _,
                    UsRule::Cell {
                        cell: Cell::Explosives,
                        ..
                    },
                )) => explosives = true,
                Some((_, UsRule::Cell { cell: Cell::X, .. })) if primary && note_a(a, b) => {
                    note_a_applies = true
                }
                Some((_, rule)) if out[start..].contains(&rule) => {}
                Some((_, open @ (UsRule::Unclear { .. } | UsRule::StateAsStated { .. }))) => out.push(open),
                Some((rank, rule)) => {
                    position |= matches!(rule, UsRule::Cell { cell: Cell::O, a, b } if is_positional(a, b));
                    if worst.is_none_or(|(worst, _)| rank > worst) {
                        worst = Some((rank, rule));
                    }
                }
            }
        }
    }
    let prohibited = worst.is_some_and(|(_, rule)| rule.verdict() == Verdict::Prohibited);
    if prohibited {
        // What is missing cannot change the answer.
        out.truncate(start);
    }
    out.extend(worst.map(|(_, rule)| rule.in_compartments(within)));
    if note_a_applies {
        out.push(UsRule::NoteA {
            uncoupled: within.uncoupled,
        });
    }
    if position && !prohibited {
        out.push(UsRule::position(within));
    }
    explosives
}

/// Orders cells by severity, equal ones by their place in the table, whichever goods come first.
type Rank = (Cell, Reverse<(Column, Column)>);

fn rank(cell: Cell, a: Column, b: Column) -> Rank {
    (cell, Reverse((a.min(b), a.max(b))))
}

/// What the table says of two hazards; `None` for no restriction.
fn cell(a: Hazard, b: Hazard, set_aside: bool) -> Option<(Rank, UsRule)> {
    if let (Some(a), Some(b)) = (a.certain(), b.certain()) {
        let cell = segregation(a, b);
        let rule = if set_aside {
            UsRule::SameClass { cell, a, b }
        } else {
            UsRule::Cell { cell, a, b }
        };
        return (cell != Cell::Blank).then(|| (rank(cell, a, b), rule));
    }
    let mut worst: Option<(Rank, Column, Column)> = None;
    let (mut mildest, mut restricted) = (Cell::X, false);
    for a in a.columns() {
        for b in b.columns() {
            let (Some(a), Some(b)) = (a, b) else {
                mildest = Cell::Blank;
                continue;
            };
            let cell = segregation(a, b);
            mildest = mildest.min(cell);
            restricted |= cell != Cell::Blank;
            let rank = rank(cell, a, b);
            if worst.is_none_or(|(worst, ..)| rank > worst) {
                worst = Some((rank, a, b));
            }
        }
    }
    let (rank, a_column, b_column) = worst.filter(|_| restricted)?;
    let rule = match rank.0 {
        cell if set_aside => UsRule::SameClass {
            cell,
            a: a_column,
            b: b_column,
        },
        cell if cell != mildest => match (a.need(), b.need()) {
            (None, None) => UsRule::StateAsStated {
                a: a.is_unvouched(),
                b: b.is_unvouched(),
            },
            (a, b) => UsRule::Unclear { a, b },
        },
        cell => UsRule::Cell {
            cell,
            a: a_column,
            b: b_column,
        },
    };
    Some((rank, rule))
}

/// (e)(5): ammonium nitrate and its fertilizers, for the hazard 5.1 alone, with 1.1 and 1.5.
fn note_a(a: &Profile, b: &Profile) -> bool {
    either(a, b, |a, b| {
        matches!(a.division, "1.1" | "1.5") && b.ammonium_nitrate && b.is(Column::Oxidizer51)
    })
}

/// (e)(3), last sentence: class 8 liquids against classes 4 and 5.
fn is_positional(a: Column, b: Column) -> bool {
    let four_or_five = [
        Column::Flammable41,
        Column::Flammable42,
        Column::Flammable43,
        Column::Oxidizer51,
        Column::Peroxide52,
    ];
    let test = |a, b| a == Column::CorrosiveLiquid8 && four_or_five.contains(&b);
    test(a, b) || test(b, a)
}
