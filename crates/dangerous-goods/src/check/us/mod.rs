//! 49 CFR 177.848: what may share a highway vehicle in the United States; 177.835(c) on combinations of
//! vehicles and (g) on detonators, 177.841(e) on food.
//!
//! `tables` holds the two tables, `scope` tells whether the rules reach goods, `hazard` finds their columns,
//! `segregation` judges them against each other, `explosives` class 1 among itself, `combination` what is coupled, `remarks` goods alone; `rule` names each rule and `words` says it, this
//! module decides which rules apply.

mod combination;
mod explosives;
mod hazard;
mod remarks;
mod rule;
pub(super) mod scope;
mod segregation;
mod tables;
mod words;

use self::hazard::{Facts, Hazard};
use self::rule::{Detonator, UsRule};
use self::tables::Column;
use super::rules::{Journey, OfVehicle, Remark, Rules, Scope, Within};
use super::stated;
use crate::catalogue::{Catalogue, Nature, Row};
use crate::identity::UnNumber;
use crate::load::{Containment, Line, Load, RadioactiveCategory};

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
    /// The columns of all hazards, and those that any of them is restricted beside.
    columns: Hazard,
    restricted: Hazard,
    /// What 177.848(c) asks of the chemistry.
    nature: Nature,
    containment: Containment,
    yellow_3: Yellow3,
    detonator: Option<Detonator>,
    ammonium_nitrate: bool,
    /// Whether no rule but the table of 177.848(d) can say anything of the goods beside other such goods.
    table_alone: bool,
}

impl Rules for Us {
    type Profile = Profile;
    type Rule = UsRule;

    fn profile(row: &Row, line: &Line) -> Profile {
        let (division, group) = stated::division(row, line);
        let hazards = hazards(row, line, division);
        let columns = hazards.into_iter().fold(Hazard::default(), Hazard::or);
        let nature = row.nature().of(CHEMISTRY);
        let detonator = explosives::detonator(row);
        Profile {
            scope: scope::of(row, line),
            number: row.number(),
            division,
            group,
            hazards,
            columns,
            restricted: columns.restricted(),
            nature,
            containment: line.containment,
            yellow_3: Yellow3::of(row, line),
            detonator,
            ammonium_nitrate: row
                .number()
                .is_some_and(|number| number.is(1942) || number.is(2067)),
            table_alone: line.containment != Containment::Tank
                && detonator.is_none()
                && !nature.is(segregation::CYANIDES),
        }
    }

    fn scope(profile: &Profile) -> Scope {
        profile.scope
    }

    fn pair(a: &Profile, b: &Profile, within: Within, out: &mut Vec<UsRule>) {
        if !a.scope.is_judged() || !b.scope.is_judged() {
            return;
        }
        // Most pairs are done with one look.
        if a.table_alone && b.table_alone && !a.restricted.meets(b.columns) {
            return;
        }
        segregation::paragraph_c(a, b, out);
        combination::cargo_tank(a, b, out);
        cargo_tank_mixture(a, b, out);
        let among_explosives = segregation::paragraph_d(a, b, within, out);
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

    fn on_vehicles(_: &Catalogue, _: &Load, _: &mut Vec<OfVehicle>) {}

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

fn hazards(row: &Row, line: &Line, division: &'static str) -> [Hazard; HAZARDS] {
    let facts = Facts {
        state: stated::state(row, line),
        zone: stated::zone(row, line),
        explosive: stated::subsidiary_division(line),
    };
    let mut hazards = [Hazard::default(); HAZARDS];
    let mut fill = |labels: &mut dyn Iterator<Item = &str>| {
        for (hazard, label) in hazards.iter_mut().zip(labels) {
            *hazard = Hazard::of(row, label, facts);
        }
    };
    match stated::labels(row, line).filter(|_| scope::by_contents(row)) {
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

/// 173.33(a)(2): two goods in the tanks of one cargo tank motor vehicle.
fn cargo_tank_mixture(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    let both = a.containment == Containment::Tank && b.containment == Containment::Tank;
    if both && (a.number != b.number || a.number.is_none()) {
        out.push(UsRule::CargoTankMixture);
    }
}

impl Profile {
    fn hazards(&self) -> impl Iterator<Item = (bool, Hazard)> {
        let given = self
            .hazards
            .iter()
            .copied()
            .take_while(|hazard| hazard.is_given());
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
