//! ADR 3.5.5 in the check: more packages of excepted quantities than one vehicle or container may carry.
//!
//! Neither a line nor a pair is to blame, so it is asked when both are judged. The number itself is counted with the
//! other limits of quantity (`consequence::limits`); here it becomes a prohibition, because a vehicle that carries
//! more may not travel so. A number that nobody stated breaks no limit, as with the other limits of packages; a note
//! asks for it.

use crate::catalogue::Catalogue;
use crate::check::Verdict;
use crate::check::rules::OfVehicle;
use crate::consequence::limits::packages;
use crate::load::Load;

/// What the vehicles carry too much of, or what is missing to tell.
pub(super) fn on_vehicles(catalogue: &Catalogue, load: &Load, out: &mut Vec<OfVehicle>) {
    for vehicle in packages::on_vehicles(catalogue, load) {
        let (lines, verdict) = if vehicle.is_over() {
            (&vehicle.lines, Verdict::Prohibited)
        } else {
            (&vehicle.unknown, Verdict::Permitted)
        };
        out.extend(lines.iter().map(|&line| OfVehicle {
            line,
            clause: "ADR 3.5.5",
            rule: "packages of excepted quantities",
            verdict,
            says: vehicle.said(),
        }));
    }
}
