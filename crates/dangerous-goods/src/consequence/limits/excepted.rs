//! Excepted quantities: ADR 3.5.1 and 49 CFR 173.4a.

use super::measure::{Measure, Most, a_package};
use crate::catalogue::{ExceptedQuantity, Row};
use crate::identity::Regime;
use crate::load::Line;

/// What an inner and an outer packaging hold; one measure that says so where there is no such quantity of the goods,
/// or where the table does not tell the code.
pub(super) fn measures(row: &Row, line: &Line) -> Vec<Measure> {
    if row.regime() == Regime::Us {
        return of_us(line);
    }
    let limits = |code: ExceptedQuantity| code.inner().zip(code.outer());
    match row.excepted_code().map(limits) {
        Some(Some((inner, outer))) => {
            let (inner, outer) = (Most::of_both_units(inner), Most::of_both_units(outer));
            vec![
                Measure::of_inner_packaging("ADR 3.5.1.2, inner packaging", line, Most::Each(inner)),
                outer_packaging("ADR 3.5.1.2, outer packaging", line, Most::Each(outer)),
            ]
        }
        Some(None) => vec![Measure::of_inner_packaging(CODE, line, Most::Nothing)],
        None => {
            let code = row.excepted_quantity();
            vec![not_known(
                Regime::Adr,
                line,
                format!("the table gives the code as `{code}`"),
            )]
        }
    }
}

const CODE: &str = "ADR 3.5.1.2";

/// Of goods whose code is not known, for this reason.
pub(super) fn not_known(regime: Regime, line: &Line, why: String) -> Measure {
    let clause = match regime {
        Regime::Adr => CODE,
        Regime::Us => "49 CFR 173.4a",
    };
    Measure::of_inner_packaging(clause, line, Most::NotKnown(why))
}

/// The most of any goods by 173.4a(c) and (d); many may do with less, by columns that the data does not hold.
fn of_us(line: &Line) -> Vec<Measure> {
    const WHY: &str = "the limits of 49 CFR 173.4a are not part of the data";
    let most = |thousandths| Most::OfAnyGoods(Most::of_both_units(thousandths), WHY);
    vec![
        Measure::of_inner_packaging("49 CFR 173.4a(c)", line, most(30)),
        outer_packaging("49 CFR 173.4a(d)", line, most(1_000)),
    ]
}

fn outer_packaging(clause: &'static str, line: &Line, most: Most) -> Measure {
    Measure {
        clause,
        what: "a package holds",
        given: a_package(line.quantity, line.packages).ok_or("the net quantity or the number of packages"),
        most,
    }
}
