//! What ADR asks of a load: exemption by quantity (1.1.3.6), tunnels (8.6), plates and placards (5.3), security
//! plan (1.10.3), written instructions (5.4.3) and the driver's certificate (8.2.1).

mod marks;
mod plates;
mod points;
mod security;
mod text;
mod tunnel;

use serde::Serialize;

pub use plates::{Mark, Numbered, Placard, Plates};
pub use points::{CategoryPoints, Counted, Exemption, LinePoints, MOST, Points};
pub use security::SecurityPlan;
pub use text::{plates_text, text};
pub use tunnel::Tunnel;

use super::goods::Goods;
use crate::catalogue::Catalogue;
use crate::identity::Regime;
use crate::load::{Load, LoadHash};

/// What follows from a load under ADR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Consequences {
    /// The edition of the law.
    pub edition: String,
    /// SHA-256 of the data set.
    pub edition_hash: String,
    /// The hash of the load.
    pub load_hash: LoadHash,
    /// A transport unit each: one for a combination, otherwise one a vehicle.
    pub units: Vec<UnitConsequences>,
}

/// What follows for one transport unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitConsequences {
    /// The numbers of its vehicles.
    pub vehicles: Vec<u8>,
    /// Exemption by quantity.
    pub points: Points,
    /// Closed tunnels.
    pub tunnel: Tunnel,
    /// Orange plates, placards and marks.
    pub plates: Plates,
    /// Security plan.
    pub security_plan: SecurityPlan,
    /// Instructions in writing (5.4.3), a driver with a certificate (8.2.1) and the equipment of 8.1.5; none
    /// while it is not known whether the load is exempt.
    pub instructions_and_certificate: Option<bool>,
}

/// What follows from the load, a transport unit at a time.
///
/// ```
/// use dangerous_goods::consequence::{Amount, adr};
/// use dangerous_goods::{Catalogue, Line, LineSpec, Load};
/// let load = Load::new(vec![Line::from("UN1203:II:333 L".parse::<LineSpec>()?)])?;
/// let unit = &adr::of(Catalogue::embedded(), &load).units[0];
/// assert_eq!(unit.points.total, Amount::whole(999));
/// assert_eq!(unit.points.exemption, adr::Exemption::Exempt);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn of(catalogue: &Catalogue, load: &Load) -> Consequences {
    let edition = catalogue.edition(Regime::Adr);
    let goods = Goods::all(catalogue, Regime::Adr, load);
    let units = load
        .transport_units()
        .into_iter()
        .filter(|lines| !lines.is_empty())
        .map(|lines| {
            let unit: Vec<&Goods<'_>> = lines.iter().filter_map(|line| goods.get(*line)).collect();
            let mut vehicles: Vec<u8> = lines.iter().map(|line| load.vehicle(*line)).collect();
            vehicles.sort_unstable();
            vehicles.dedup();
            of_unit(catalogue, load, vehicles, &unit)
        })
        .collect();
    Consequences {
        edition: edition.edition.to_owned(),
        edition_hash: edition.hash.clone(),
        load_hash: load.hash(),
        units,
    }
}

fn of_unit(catalogue: &Catalogue, load: &Load, vehicles: Vec<u8>, unit: &[&Goods<'_>]) -> UnitConsequences {
    let points = points::of(catalogue, unit);
    let tunnel = tunnel::of(unit, &points.exemption, load.over_12_tonnes);
    let limited_marked = tunnel::limited_marked(unit, load.over_12_tonnes);
    let plates = plates::of(unit, &points.exemption, limited_marked);
    let security_plan = security::of(catalogue, unit, &points.exemption);
    let instructions_and_certificate = match points.exemption {
        Exemption::Exempt => Some(false),
        Exemption::NotExempt { .. } => Some(true),
        Exemption::NotKnown { .. } => None,
    };
    UnitConsequences {
        vehicles,
        points,
        tunnel,
        plates,
        security_plan,
        instructions_and_certificate,
    }
}
