//! 49 CFR 177.848: what may share a highway vehicle in the United States, and 177.835(g) on detonators.
//!
//! `tables` holds the two tables, `rule` what each rule says in words, this module which rules apply.

mod rule;
mod tables;

use std::cmp::Reverse;

use self::rule::{Detonator, UsRule};
use self::tables::{Cell, Column, GroupCell, compatibility, segregation};
use super::chemistry::{self, Acid, Cyanide};
use super::rules::{Rule, Rules, Scope};
use super::{Need, Verdict};
use crate::catalogue::{Admission, Row, Zone};
use crate::identity::UnNumber;
use crate::load::{Line, PhysicalState};

/// The rules of the United States.
pub(super) struct Us;

/// One hazard of the goods: every column of the table it may fall in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Hazard {
    /// Bit per [`Column`]; [`OUTSIDE`] for "not in the table".
    columns: u32,
}

const OUTSIDE: u32 = 1 << 18;

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
            hazard.columns = columns(row, label, state);
        }
        Profile {
            scope: scope(row, line),
            number: row.number(),
            division: row.division(),
            group: row.compatibility_group(),
            hazards,
            cyanide: chemistry::cyanide(row),
            acid: chemistry::acid(row),
            detonator: detonator(row),
            ammonium_nitrate: row
                .number()
                .is_some_and(|number| number.is(1942) || number.is(2067)),
        }
    }

    fn scope(profile: &Profile) -> Scope {
        profile.scope
    }

    fn pair(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
        if !a.scope.is_judged() || !b.scope.is_judged() {
            return;
        }
        paragraph_c(a, b, out);
        let explosives = paragraph_d(a, b, out);
        if explosives {
            paragraph_f(a, b, out);
        }
        detonators(a, b, out);
    }

    fn outside_the_table(row: &Row, profile: &Profile) -> Option<String> {
        let outside: Vec<&str> = row
            .labels()
            .zip(profile.hazards)
            .filter(|(_, hazard)| hazard.columns == OUTSIDE)
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

fn columns(row: &Row, label: &str, state: Option<PhysicalState>) -> u32 {
    let bit = |column: Column| 1 << column as u32;
    let explosives = bit(Column::Explosives11And12)
        | bit(Column::Explosives13)
        | bit(Column::Explosives14)
        | bit(Column::Explosives15)
        | bit(Column::Explosives16);
    match label {
        // The label for a subsidiary explosive hazard carries no division.
        "1" => explosives,
        "1.1" | "1.2" => bit(Column::Explosives11And12),
        "1.3" => bit(Column::Explosives13),
        "1.4" => bit(Column::Explosives14),
        "1.5" => bit(Column::Explosives15),
        "1.6" => bit(Column::Explosives16),
        "2.1" => bit(Column::Gas21),
        "2.2" => bit(Column::Gas22),
        "2.3" => match row.zone() {
            Some(Zone::A) => bit(Column::Gas23ZoneA),
            Some(Zone::B) => bit(Column::Gas23ZoneB),
            Some(Zone::C | Zone::D) => OUTSIDE,
            None => bit(Column::Gas23ZoneA) | bit(Column::Gas23ZoneB) | OUTSIDE,
        },
        "3" => bit(Column::Flammable3),
        "4.1" => bit(Column::Flammable41),
        "4.2" => bit(Column::Flammable42),
        "4.3" => bit(Column::Flammable43),
        "5.1" => bit(Column::Oxidizer51),
        "5.2" => bit(Column::Peroxide52),
        "6.1" if row.zone() == Some(Zone::A) && row.class() != "2" => bit(Column::Poison61ZoneALiquid),
        "7" => bit(Column::Radioactive7),
        "8" => match state {
            Some(PhysicalState::Liquid) => bit(Column::CorrosiveLiquid8),
            Some(PhysicalState::Solid | PhysicalState::Gas) => OUTSIDE,
            None => bit(Column::CorrosiveLiquid8) | OUTSIDE,
        },
        _ => OUTSIDE,
    }
}

fn detonator(row: &Row) -> Option<Detonator> {
    let name = row.name();
    if row.class() != "1" {
        return None;
    }
    if chemistry::contains(name, "detonator assemblies")
        || chemistry::contains(name, "boosters with detonator")
    {
        return Some(Detonator::Assembly);
    }
    chemistry::contains(name, "detonators")
        .then_some(Detonator::Plain)
        .filter(|_| name.starts_with("Detonators"))
}

impl Hazard {
    /// The columns the hazard may fall in, `None` for "not in the table".
    fn columns(self) -> impl Iterator<Item = Option<Column>> {
        let mut left = self.columns;
        std::iter::from_fn(move || {
            let lowest = left.checked_ilog2().map(|_| left.trailing_zeros())?;
            left &= left - 1;
            Some(Column::ALL.get(lowest as usize).copied())
        })
    }

    const fn is_certain(self) -> bool {
        self.columns.count_ones() == 1
    }

    const fn certainly(self, column: Column) -> bool {
        self.columns == 1 << column as u32
    }

    /// What would make the hazard certain.
    fn need(self) -> Option<Need> {
        let may_be = |column: Column| self.columns & (1 << column as u32) != 0;
        match () {
            () if self.is_certain() => None,
            () if may_be(Column::CorrosiveLiquid8) => Some(Need::PhysicalState),
            () if may_be(Column::Gas23ZoneA) => Some(Need::Zone),
            () => Some(Need::Classification),
        }
    }
}

impl Profile {
    fn hazards(&self) -> impl Iterator<Item = (bool, Hazard)> {
        let given = self.hazards.into_iter().take_while(|hazard| hazard.columns != 0);
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
fn paragraph_d(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) -> bool {
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
    out.extend(worst.map(|(_, rule)| rule));
    if note_a_applies {
        out.push(UsRule::NoteA);
    }
    if position && !prohibited {
        out.push(UsRule::Position);
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

/// (f), (g) and (h): explosives among themselves.
fn paragraph_f(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
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
        // Detonators: 177.835(g) speaks for itself below.
        GroupCell::ApartButDetonators if a.detonator.is_some() || b.detonator.is_some() => None,
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
fn detonators(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    for (this, other) in [(a, b), (b, a)] {
        let Some(detonator) = this.detonator else { continue };
        let cord = other.division == "1.4"
            && other
                .number
                .is_some_and(|number| number.is(104) || number.is(289));
        let reached = matches!(other.division, "1.1" | "1.2" | "1.3" | "1.5") || cord;
        if reached && other.detonator.is_none() {
            out.push(UsRule::Detonators(detonator));
        }
    }
}
