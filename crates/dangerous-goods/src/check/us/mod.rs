//! 49 CFR 177.848: what may share a highway vehicle in the United States, and 177.835(g) on detonators.
//!
//! `tables` holds the two tables, `hazard` finds the columns of goods, `explosives` judges class 1 among
//! itself, `rule` says each rule in words, this module decides which rules apply.

mod explosives;
mod hazard;
mod rule;
mod tables;

use std::cmp::Reverse;

use self::hazard::Hazard;
use self::rule::{Detonator, UsRule};
use self::tables::{Cell, Column, segregation};
use super::chemistry::{self, Acid, Cyanide};
use super::rules::{Rule, Rules, Scope, Within};
use super::{Need, Verdict};
use crate::catalogue::{Admission, Row};
use crate::identity::UnNumber;
use crate::load::Line;

/// The rules of the United States.
pub(super) struct Us;

/// What the rules ask about goods; two rows with equal profiles need no choice.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    scope: Scope,
    number: Option<UnNumber>,
    division: &'static str,
    group: Option<char>,
    hazards: [Hazard; 5],
    cyanide: Cyanide,
    acid: Acid,
    detonator: Option<Detonator>,
    ammonium_nitrate: bool,
}

impl Rules for Us {
    type Profile = Profile;
    type Rule = UsRule;

    fn profile(row: &Row, line: &Line) -> Profile {
        let mut hazards = [Hazard::default(); 5];
        let state = row.physical_state().or(line.physical_state);
        for (hazard, label) in hazards.iter_mut().zip(row.labels()) {
            *hazard = Hazard::of(row, label, state);
        }
        Profile {
            scope: scope(row, line),
            number: row.number(),
            division: row.division(),
            group: row.compatibility_group(),
            hazards,
            cyanide: chemistry::cyanide(row),
            acid: chemistry::acid(row),
            detonator: explosives::detonator(row),
            ammonium_nitrate: row
                .number()
                .is_some_and(|number| number.is(1942) || number.is(2067)),
        }
    }

    fn scope(profile: &Profile) -> Scope {
        profile.scope
    }

    fn pair(a: &Profile, b: &Profile, within: Within, out: &mut Vec<UsRule>) {
        if !a.scope.is_judged() || !b.scope.is_judged() {
            return;
        }
        paragraph_c(a, b, out);
        let among_explosives = paragraph_d(a, b, within, out);
        if among_explosives {
            explosives::paragraph_f(a, b, out);
        }
        explosives::detonators(a, b, out);
    }

    fn coupled(_: &Profile, _: &Profile, _: &mut Vec<UsRule>) {}

    fn outside_the_table(row: &Row, profile: &Profile) -> Option<String> {
        let outside: Vec<&str> = row
            .labels()
            .zip(profile.hazards)
            .filter(|(_, hazard)| hazard.is_outside())
            .map(|(label, _)| label)
            .collect();
        if outside.is_empty() {
            None
        } else {
            Some(outside.join(", "))
        }
    }
}

fn scope(row: &Row, line: &Line) -> Scope {
    if row.admission() == Admission::Forbidden {
        return Scope::Forbidden;
    }
    if row.division().is_empty() {
        return Scope::Unclear(Need::Classification);
    }
    let stated = line.physical_state;
    if stated.is_some() && row.physical_state().is_some() && stated != row.physical_state() {
        return Scope::Unclear(Need::PhysicalState);
    }
    if line.limited_quantity {
        return if provides_for_limited_quantities(row) {
            Scope::Limited
        } else {
            Scope::Unclear(Need::LimitedQuantity)
        };
    }
    if row.requires_no_label() {
        Scope::NoLabel
    } else {
        Scope::Inside
    }
}

/// Column 8A names the section that excepts limited quantities, if one does.
fn provides_for_limited_quantities(row: &Row) -> bool {
    row.limited_quantity().split(", ").any(|section| {
        matches!(
            section,
            "150" | "151" | "152" | "153" | "154" | "155" | "306" | "63(b)"
        )
    })
}

impl Profile {
    fn hazards(&self) -> impl Iterator<Item = (bool, Hazard)> {
        let given = self.hazards.into_iter().take_while(|hazard| hazard.is_given());
        given.enumerate().map(|(at, hazard)| (at == 0, hazard))
    }

    fn is(&self, column: Column) -> bool {
        self.hazards[0].certainly(column)
    }

    fn is_class_1(&self) -> bool {
        self.division.starts_with("1.")
    }
}

/// Either way round: `test(a, b) || test(b, a)`.
fn either(a: &Profile, b: &Profile, test: impl Fn(&Profile, &Profile) -> bool) -> bool {
    test(a, b) || test(b, a)
}

/// (c): three combinations that no separation makes good.
fn paragraph_c(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    let cyanide_with_acid = |a: &Profile, b: &Profile| match (a.cyanide, b.acid) {
        // Goods that are both, such as hydrocyanic acid, are no danger to their own kind.
        _ if a.number == b.number && a.number.is_some() => None,
        (Cyanide::No, _) | (_, Acid::No) => None,
        (cyanide, acid) => Some(cyanide == Cyanide::Yes && acid == Acid::Yes),
    };
    if let Some(certain) = cyanide_with_acid(a, b).max(cyanide_with_acid(b, a)) {
        out.push(UsRule::CyanideWithAcid { certain });
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
fn paragraph_d(a: &Profile, b: &Profile, within: Within, out: &mut Vec<UsRule>) -> bool {
    let same_class = a.division == b.division || (a.is_class_1() && b.is_class_1());
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
                Some((_, unclear @ UsRule::Unclear { .. })) => out.push(unclear),
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
        out.push(UsRule::NoteA);
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
        cell if cell != mildest => UsRule::Unclear {
            a: a.need(),
            b: b.need(),
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
