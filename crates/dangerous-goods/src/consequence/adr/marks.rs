//! The marks beside plates and placards: limited quantities (ADR 3.4.13), elevated temperature (5.3.3) and
//! environmentally hazardous substances (5.3.6).

use super::super::goods::{Goods, place};
use super::plates::{Mark, Plates};
use crate::catalogue::{Row, contains};

/// Marks the unit; also while it is not known whether it must be.
pub(super) fn limited_quantities(unit: &[&Goods<'_>], marked: Option<bool>, plates: &mut Plates) {
    if marked == Some(false) {
        return;
    }
    for goods in unit.iter().filter(|goods| goods.is_limited()) {
        mark(plates, "limited_quantities", "ADR 3.4.13", goods.at);
    }
    if marked.is_none() {
        plates.missing.push(
            "whether the unit is over 12 tonnes with more than 8 tonnes of limited quantities; only then it must bear their mark (3.4.13, 3.4.14)"
                .to_owned(),
        );
    }
}

/// Where a placard is asked for: what meets the criteria, as the goods of these two numbers always do.
pub(super) fn environmentally_hazardous(goods: &Goods<'_>, plates: &mut Plates) {
    if goods.line.environmentally_hazardous || goods.any(|row| is(row, &[3077, 3082])) {
        mark(plates, "environmentally_hazardous", "ADR 5.3.6", goods.at);
    }
}

/// In tanks and in bulk: liquids at 100 degrees Celsius or more, solids at 240 or more. Of goods that are molten or
/// above their flash-point nobody has said how hot they are.
pub(super) fn elevated_temperature(goods: &Goods<'_>, plates: &mut Plates) {
    let hot = goods.any(|row| is(row, &[3257, 3258]));
    let open = !hot && goods.any(|row| is(row, &[3256]) || contains(row.name(), "molten"));
    if hot || open {
        mark(plates, "elevated_temperature", "ADR 5.3.3", goods.at);
    }
    if open {
        plates.missing.push(format!(
            "{}: whether it is at 100 °C or more; only then the mark of elevated temperature is asked for (5.3.3)",
            place(goods)
        ));
    }
}

fn is(row: &Row, numbers: &[u16]) -> bool {
    row.number()
        .is_some_and(|number| number.is_un() && numbers.contains(&number.digits()))
}

fn mark(plates: &mut Plates, mark: &'static str, clause: &'static str, line: usize) {
    match plates.marks.iter_mut().find(|known| known.mark == mark) {
        Some(known) => known.lines.push(line),
        None => plates.marks.push(Mark {
            mark,
            clause,
            lines: vec![line],
        }),
    }
}
