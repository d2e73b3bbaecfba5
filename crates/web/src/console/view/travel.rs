//! What "coupled" and "apart" mean for a load on several vehicles, and what the answer says of each vehicle.

use dangerous_goods::{CheckResult, Load, Travel, Verdict as Law};

use super::{regime_name, verdict};
use crate::console::pages::{RegimeVerdict, TravelView, VehicleView};

/// Vehicles named one by one before a list of them is no longer read.
const MOST: usize = 12;

/// Nothing for a load on one vehicle of which nobody says how it travels.
pub(super) fn view(load: &Load, results: &[CheckResult]) -> Option<TravelView> {
    let vehicles = load.vehicles();
    let several = vehicles.len() > 1;
    if !several && load.travel == Travel::Coupled {
        return None;
    }
    let (word, meaning) = match load.travel {
        Travel::Coupled => (
            "coupled",
            "The vehicles are one combination, truck and trailer, and one transport unit. Each vehicle has \
             its own goods, but some rules look at the whole combination, and points, tunnels and the security plan \
             count everything on it together. The verdict is that of the combination.",
        ),
        Travel::Apart if several => (
            "apart",
            "Each vehicle travels on its own. Goods on different vehicles are not judged against each other, \
             and points, tunnels and plates are counted for each vehicle by itself. The verdict is one for each \
             vehicle; above stands the most severe of them.",
        ),
        Travel::Apart => (
            "apart",
            "Each vehicle travels on its own, with nothing coupled to it. All goods here are on one vehicle; \
             say under “More” of a line which other vehicle it goes on.",
        ),
    };
    let own = load.travel == Travel::Apart && several && vehicles.len() <= MOST;
    let vehicles = vehicles
        .iter()
        .filter(|_| own)
        .map(|(number, lines)| VehicleView {
            number: *number,
            verdicts: results
                .iter()
                .map(|result| RegimeVerdict {
                    regime: regime_name(result.regime).to_owned(),
                    verdict: verdict(of_vehicle(result, lines)),
                })
                .collect(),
        });
    Some(TravelView {
        word,
        meaning,
        vehicles: vehicles.collect(),
    })
}

/// The most severe verdict on the lines of a vehicle and on its pairs; a line the answer does not hold is not
/// cleared.
fn of_vehicle(result: &CheckResult, lines: &[usize]) -> Law {
    let alone = lines.iter().map(|line| {
        result
            .lines
            .get(*line)
            .map_or(Law::NotCleared, |line| line.verdict)
    });
    let pairs = result
        .pairs
        .iter()
        .filter(|pair| lines.contains(&pair.a) && lines.contains(&pair.b))
        .map(|pair| pair.verdict);
    alone.chain(pairs).max().unwrap_or(Law::NotCleared)
}
