//! Whether the rules of mixed loading reach goods: 173.21, 177.848(a), and the exceptions for limited and
//! excepted quantities.

use crate::catalogue::{Admission, Row};
use crate::check::rules::Scope;
use crate::check::{Need, stated};
use crate::consequence::limits;
use crate::identity::PackingGroup;
use crate::load::Line;

pub(super) fn of(row: &Row, line: &Line) -> Scope {
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
        return if provides_for_limited_quantities(row) && !limits::is_over(row, line) {
            Scope::Limited
        } else {
            Scope::Unclear(Need::LimitedQuantity)
        };
    }
    if line.excepted_quantity {
        return if provides_for_excepted_quantities(row) && !limits::is_over(row, line) {
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
pub(super) fn by_contents(row: &Row) -> bool {
    row.has_special_provision("391")
}

/// Column 8A names the section that excepts limited quantities, if one does.
pub(in crate::check) fn provides_for_limited_quantities(row: &Row) -> bool {
    row.limited_quantity().split(", ").any(|section| {
        matches!(
            section,
            "150" | "151" | "152" | "153" | "154" | "155" | "306" | "63(b)"
        )
    })
}

/// 173.4a(b), but for what passenger aircraft may carry.
pub(in crate::check) fn provides_for_excepted_quantities(row: &Row) -> bool {
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
