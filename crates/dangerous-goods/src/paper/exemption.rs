//! The statement of ADR 5.4.1.1.1 (f), note 1: quantity and calculated value of each transport category, where
//! the carriage relies on the exemption of 1.1.3.6.

use super::Points;
use super::check;
use super::content::Block;
use super::fault::Faults;

/// The statement for every transport unit; none where no exemption is relied on.
pub(super) fn statement(units: &[Points], faults: &mut Faults) -> Option<Block> {
    let lines: Vec<String> = units
        .iter()
        .enumerate()
        .flat_map(|(n, unit)| of_unit(n, unit, faults))
        .collect();
    (!lines.is_empty()).then(|| Block {
        heading: "Exemption by quantity per transport unit".to_owned(),
        lines,
    })
}

fn of_unit(n: usize, points: &Points, faults: &mut Faults) -> Vec<String> {
    let at = |field: &str| format!("points[{n}].{field}");
    if !check::is_decimal(&points.total) {
        faults.invalid(at("total"), &points.total, "a decimal number");
    } else if above_limit(&points.total) {
        faults.invalid(at("total"), &points.total, "at most 1000 (ADR 1.1.3.6.4)");
    }
    if points.categories.is_empty() {
        faults.missing(at("categories"), "ADR 5.4.1.1.1 (f), note 1");
    }
    let vehicles: Vec<String> = points.vehicles.iter().map(u8::to_string).collect();
    let whose = if vehicles.is_empty() {
        "Load".to_owned()
    } else {
        format!("Vehicle {}:", vehicles.join(" and "))
    };
    let mut lines = vec![format!(
        "{whose} within the limits of ADR 1.1.3.6: calculated value {}, not above 1000.",
        points.total
    )];
    for (share_at, share) in points.categories.iter().enumerate() {
        let at = |field: &str| at(&format!("categories[{share_at}].{field}"));
        if !(1..=4).contains(&share.category) {
            let expected = "1 to 4; category 0 is never within the limits";
            faults.invalid(at("category"), &share.category.to_string(), expected);
        }
        faults.require(&share.quantity, at("quantity"), "ADR 1.1.3.6.3");
        if !check::is_decimal(&share.value) {
            faults.invalid(at("value"), &share.value, "a decimal number");
        }
        lines.push(format!(
            "Transport category {}: {}, calculated value {}.",
            share.category, share.quantity, share.value
        ));
    }
    lines
}

/// Compared as whole number and fraction, so that it is exact.
fn above_limit(total: &str) -> bool {
    let (whole, fraction) = total.split_once('.').unwrap_or((total, ""));
    match whole.parse::<u64>() {
        Ok(1000) => fraction.bytes().any(|b| b != b'0'),
        Ok(whole) => whole > 1000,
        Err(_) => true,
    }
}
