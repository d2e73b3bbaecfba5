//! 49 CFR 177.848: what may share a highway vehicle in the United States; 177.835(c) on combinations of
//! vehicles and (g) on detonators, 177.841(e) on food.
//!
//! `tables` holds the two tables, `hazard` finds the columns of goods, `explosives` judges class 1 among
//! itself, `combination` what is coupled, `remarks` goods alone; `rule` says each rule in words, this
//! module decides which rules apply.

mod combination;
mod explosives;
mod hazard;
mod remarks;
mod rule;
mod tables;

use std::cmp::Reverse;

use self::hazard::{Facts, Hazard};
use self::rule::{Detonator, UsRule};
use self::tables::{Cell, Column, segregation};
use super::rules::{Journey, Remark, Rule, Rules, Scope, Within};
use super::{Need, Verdict, stated};
use crate::catalogue::{Admission, Nature, Row};
use crate::identity::{PackingGroup, UnNumber};
use crate::load::{Containment, Line, RadioactiveCategory};

/// The rules of the United States.
pub(super) struct Us;

/// The most hazards goods may have: labels of a row, or stated ones.
const HAZARDS: usize = 6;
/// What of the chemistry of goods the rules ask about.
const CHEMISTRY: Nature = Nature::ACID
    .or(Nature::MAYBE_ACID)
    .or(Nature::CYANIDE)
    .or(Nature::MAYBE_CYANIDE);

/// Whether packages bear the label Yellow-III of class 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Yellow3 {
    No,
    NotKnown,
    Yes,
}

/// What the rules ask about goods; two rows with equal profiles need no choice.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    scope: Scope,
    number: Option<UnNumber>,
    division: &'static str,
    group: Option<char>,
    hazards: [Hazard; HAZARDS],
    /// What 177.848(c) asks of the chemistry.
    nature: Nature,
    containment: Containment,
    yellow_3: Yellow3,
    detonator: Option<Detonator>,
    ammonium_nitrate: bool,
}

impl Rules for Us {
    type Profile = Profile;
    type Rule = UsRule;

    fn profile(row: &Row, line: &Line) -> Profile {
        let (division, group) = stated::division(row, line);
        Profile {
            scope: scope(row, line),
            number: row.number(),
            division,
            group,
            hazards: hazards(row, line, division),
            nature: row.nature().of(CHEMISTRY),
            containment: line.containment,
            yellow_3: Yellow3::of(row, line),
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
        combination::cargo_tank(a, b, out);
        cargo_tank_mixture(a, b, out);
        let among_explosives = paragraph_d(a, b, within, out);
        if among_explosives {
            explosives::paragraph_f(a, b, out);
        }
        explosives::detonators(a, b, out);
    }

    fn coupled(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
        combination::coupled(a, b, out);
    }

    fn remarks(rows: &[&Row], profile: &Profile, journey: &Journey, out: &mut Vec<Remark>) {
        remarks::on(rows, profile, journey, out);
    }

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
    if stated::division(row, line).0.is_empty() {
        return Scope::Unclear(Need::Classification);
    }
    if by_contents(row) && stated::labels(row, line).is_none() {
        return Scope::Unclear(Need::Labels);
    }
    if stated::contradicts_zone(row, line) {
        return Scope::Unclear(Need::Zone);
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
    if line.excepted_quantity {
        return if provides_for_excepted_quantities(row) {
            Scope::Excepted
        } else {
            Scope::Unclear(Need::ExceptedQuantity)
        };
    }
    if row.requires_no_label() {
        Scope::NoLabel
    } else {
        Scope::Inside
    }
}

/// Special provision 391: articles, whose subsidiary hazards are those of what they contain.
fn by_contents(row: &Row) -> bool {
    row.special_provisions().any(|provision| provision == "391")
}

fn hazards(row: &Row, line: &Line, division: &'static str) -> [Hazard; HAZARDS] {
    let facts = Facts {
        state: row.physical_state().or(line.physical_state),
        zone: stated::zone(row, line),
        explosive: stated::subsidiary_division(line),
    };
    let mut hazards = [Hazard::default(); HAZARDS];
    let mut fill = |labels: &mut dyn Iterator<Item = &str>| {
        for (hazard, label) in hazards.iter_mut().zip(labels) {
            *hazard = Hazard::of(row, label, facts);
        }
    };
    match stated::labels(row, line).filter(|_| by_contents(row)) {
        Some(labels) => fill(&mut labels.iter().map(String::as_str)),
        None if row.division().is_empty() && !division.is_empty() => fill(&mut [division].into_iter()),
        None => fill(&mut row.labels()),
    }
    hazards
}

impl Yellow3 {
    fn of(row: &Row, line: &Line) -> Self {
        match stated::category(line) {
            _ if row.class() != "7" => Self::No,
            None => Self::NotKnown,
            Some(RadioactiveCategory::Yellow3) => Self::Yes,
            Some(RadioactiveCategory::White1 | RadioactiveCategory::Yellow2) => Self::No,
        }
    }
}

/// 173.4a(b), but for what passenger aircraft may carry.
fn provides_for_excepted_quantities(row: &Row) -> bool {
    const NEVER: [u16; 10] = [1774, 2794, 2795, 2800, 2803, 2809, 3028, 3477, 3506, 1845];
    const LITHIUM: [u16; 4] = [3090, 3091, 3480, 3481];
    let is = |numbers: &[u16]| {
        row.number()
            .is_some_and(|number| number.is_un() && numbers.contains(&number.digits()))
    };
    let not_great = row.packing_group().is_some_and(|group| group != PackingGroup::I);
    match row.division() {
        _ if is(&NEVER) || is(&LITHIUM) => false,
        "2.2" => row.subsidiary_hazards().next().is_none() && !is(&[1950]),
        "3" | "9" => true,
        "4.1" | "4.2" | "4.3" | "5.1" | "8" => not_great,
        "6.1" => row.zone().is_none(),
        _ => false,
    }
}

/// 173.33(a)(2): two goods in the tanks of one cargo tank motor vehicle.
fn cargo_tank_mixture(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    let both = a.containment == Containment::Tank && b.containment == Containment::Tank;
    if both && (a.number != b.number || a.number.is_none()) {
        out.push(UsRule::CargoTankMixture);
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
    let cyanide_with_acid = |a: &Profile, b: &Profile| {
        let (cyanides, acids) = (
            Nature::CYANIDE.or(Nature::MAYBE_CYANIDE),
            Nature::ACID.or(Nature::MAYBE_ACID),
        );
        // Goods that are both, such as hydrocyanic acid, are no danger to their own kind.
        let same = a.number == b.number && a.number.is_some();
        let may = !same && a.nature.is(cyanides) && b.nature.is(acids);
        may.then(|| a.nature.is(Nature::CYANIDE) && b.nature.is(Nature::ACID))
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
