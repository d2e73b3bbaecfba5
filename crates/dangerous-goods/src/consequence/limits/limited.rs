//! Limited quantities: ADR 3.4 and 49 CFR 173.150 to 173.155.

use super::measure::{Measure, Most, a_package};
use crate::catalogue::{LimitedQuantity, Row};
use crate::consequence::Amount;
use crate::identity::{PackingGroup, Regime};
use crate::load::{Line, PhysicalState, Quantity, Unit};

/// What an inner packaging holds.
pub(super) fn inner(row: &Row, line: &Line) -> Measure {
    let most = match row.regime() {
        Regime::Adr => inner_of_adr(row),
        Regime::Us => inner_of_us(row, row.physical_state().or(line.physical_state)),
    };
    Measure::of_inner_packaging(clause(row.regime()), line, most)
}

/// The same where the rows do not agree, for this reason.
pub(super) fn inner_not_known(regime: Regime, line: &Line, why: String) -> Measure {
    Measure::of_inner_packaging(clause(regime), line, Most::NotKnown(why))
}

const fn clause(regime: Regime) -> &'static str {
    match regime {
        Regime::Adr => "ADR 3.4.2, column 7a",
        Regime::Us => "49 CFR 173.150 to 173.155",
    }
}

/// The gross mass of a package, whatever the goods.
pub(super) fn package(regime: Regime, line: &Line) -> Measure {
    Measure {
        clause: match regime {
            Regime::Adr => "ADR 3.4.2",
            Regime::Us => "49 CFR 173.150(b)",
        },
        what: "the gross mass of a package is",
        given: a_package(line.gross_mass, line.packages).ok_or("the gross mass or the number of packages"),
        most: Most::Each(vec![(Amount::whole(30), Unit::Kilogram)]),
    }
}

/// Column 7a.
fn inner_of_adr(row: &Row) -> Most {
    let limit = |most: Quantity| (most.into(), most.unit());
    match row.inner_limit() {
        Some(LimitedQuantity::Nothing) => Most::Nothing,
        Some(LimitedQuantity::AtMost(most)) => Most::Each(most.into_iter().map(limit).collect()),
        _ => Most::NotKnown(format!(
            "the table gives the limit as `{}`",
            row.limited_quantity()
        )),
    }
}

/// The limits of 173.150 to 173.155 by class and packing group. Gases and organic peroxides have limits by
/// capacity and type, which the table does not hold.
fn inner_of_us(row: &Row, state: Option<PhysicalState>) -> Most {
    use PackingGroup::{I, II, III};
    if matches!(row.limited_quantity(), "None" | "") {
        return Most::Nothing;
    }
    let most = |thousandths| Amount::thousandths(thousandths);
    let litres = |thousandths| Most::Each(vec![(most(thousandths), Unit::Litre)]);
    let kilograms = |thousandths| Most::Each(vec![(most(thousandths), Unit::Kilogram)]);
    let by_state = |liquid, solid| match state {
        Some(PhysicalState::Liquid) => litres(liquid),
        Some(PhysicalState::Solid) => kilograms(solid),
        _ => Most::Each(vec![(most(liquid), Unit::Litre), (most(solid), Unit::Kilogram)]),
    };
    match (row.limited_quantity(), row.division(), row.packing_group()) {
        ("150" | "4b, 150", "3", Some(I)) => litres(500),
        ("150" | "4b, 150", "3", Some(II)) => litres(1_000),
        ("150" | "4b, 150", "3", Some(III)) => litres(5_000),
        ("151", "4.1", Some(II)) => kilograms(1_000),
        ("151", "4.1", Some(III)) => kilograms(5_000),
        ("151", "4.3", Some(II)) => kilograms(500),
        ("151", "4.3", Some(III)) => kilograms(1_000),
        ("152", "5.1", Some(II)) => by_state(1_000, 1_000),
        ("152", "5.1", Some(III)) => by_state(5_000, 5_000),
        ("153", "6.1", Some(II)) => by_state(100, 500),
        ("153", "6.1", Some(III)) => by_state(5_000, 5_000),
        ("154", "8", Some(II)) => by_state(1_000, 1_000),
        ("154", "8", Some(III)) => by_state(5_000, 5_000),
        ("155", "9", _) => by_state(5_000, 5_000),
        (section, ..) => Most::NotKnown(format!(
            "the limit of 49 CFR 173.{section} is not part of the data"
        )),
    }
}
