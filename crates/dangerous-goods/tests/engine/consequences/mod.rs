//! What follows from a load: ADR points, tunnels, plates, security plan; US placards; limits a package. Facts of the
//! law, typed here.

mod limits;
mod packages;
mod points;
mod road;
mod security;
mod us;

use dangerous_goods::consequence::adr::{self, Exemption, UnitConsequences};
use dangerous_goods::{Catalogue, Load};

fn load(specs: &[&str]) -> Load {
    crate::load(specs)
}

fn unit(specs: &[&str]) -> UnitConsequences {
    of_unit(&load(specs))
}

fn of_unit(load: &Load) -> UnitConsequences {
    let mut units = adr::of(Catalogue::embedded(), load).units;
    assert_eq!(units.len(), 1);
    units.remove(0)
}

/// Points of a load of one transport unit and whether it is exempt.
fn points(specs: &[&str]) -> (String, bool) {
    let unit = unit(specs);
    let is_known = !matches!(unit.points.exemption, Exemption::NotKnown { .. });
    assert!(is_known, "{:?}", unit.points.exemption);
    (
        unit.points.total.to_string(),
        unit.points.exemption == Exemption::Exempt,
    )
}

fn missing(specs: &[&str]) -> String {
    match unit(specs).points.exemption {
        Exemption::NotKnown { missing } => missing.join("; "),
        other => format!("{other:?}"),
    }
}

fn against(specs: &[&str]) -> String {
    match unit(specs).points.exemption {
        Exemption::NotExempt { reasons } => reasons.join("; "),
        other => format!("{other:?}"),
    }
}

fn closed(specs: &[&str]) -> String {
    unit(specs).tunnel.closed.into_iter().collect()
}
