//! 177.835(c): division 1.1 and 1.2 on combinations of vehicles. It is the only rule of mixed loading
//! that reaches from one cargo-carrying vehicle to another; 177.848 speaks of one.

use super::rule::{Beside, UsRule};
use super::tables::Column;
use super::{Profile, Yellow3};
use crate::check::rules::{Action, Journey, Remark, Scope};
use crate::check::{Need, Verdict};
use crate::load::Containment;

const CLAUSE: &str = "49 CFR 177.835(c)";

impl Profile {
    fn is_1_1_or_1_2(&self) -> bool {
        self.scope.is_judged() && matches!(self.division, "1.1" | "1.2")
    }

    fn is_carried(&self) -> bool {
        self.scope != Scope::Forbidden
    }
}

/// (c)(3): a cargo tank is one of the vehicles, be it the same.
pub(super) fn cargo_tank(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    let test =
        |a: &Profile, b: &Profile| b.containment == Containment::Tank && a.is_1_1_or_1_2() && b.is_carried();
    if test(a, b) || test(b, a) {
        out.push(UsRule::Combination(Beside::CargoTank));
    }
}

/// (c)(3) and (4): what the other vehicle holds.
pub(super) fn coupled(a: &Profile, b: &Profile, out: &mut Vec<UsRule>) {
    cargo_tank(a, b, out);
    let (first, second) = (beside(a, b), beside(b, a));
    let mut missing = [None, None];
    for (found, missing_of) in [(second, 0), (first, 1)] {
        match found {
            Some(Ok(beside)) if !out.contains(&UsRule::Combination(beside)) => {
                out.push(UsRule::Combination(beside));
            }
            Some(Err(need)) => missing[missing_of] = Some(need),
            _ => {}
        }
    }
    if missing != [None, None] {
        out.push(UsRule::CombinationUnclear {
            a: missing[0],
            b: missing[1],
        });
    }
}

/// What of (c)(4) the other goods are, beside goods of 1.1 or 1.2; or what is missing to tell.
fn beside(explosive: &Profile, other: &Profile) -> Option<Result<Beside, Need>> {
    if !explosive.is_1_1_or_1_2() || !other.is_carried() {
        return None;
    }
    if other.containment == Containment::PortableTank {
        return Some(Ok(Beside::PortableTank));
    }
    if !other.scope.is_judged() {
        return None;
    }
    let primary = other.hazards[0];
    match () {
        () if other.division == "1.1" && other.group == Some('A') => Some(Ok(Beside::Initiating)),
        () if primary.certainly(Column::Gas23ZoneA) || primary.certainly(Column::Gas23ZoneB) => {
            Some(Ok(Beside::PoisonGas))
        }
        () if primary.certainly(Column::Poison61ZoneALiquid) => Some(Ok(Beside::PoisonZoneA)),
        () if primary.may_be(Column::Gas23ZoneA) || primary.may_be(Column::Poison61ZoneALiquid) => {
            Some(Err(Need::Zone))
        }
        () => match other.yellow_3 {
            Yellow3::No => None,
            Yellow3::NotKnown => Some(Err(Need::RadioactiveCategory)),
            Yellow3::Yes => Some(Ok(Beside::Yellow3)),
        },
    }
}

/// (c)(1) and (2), and what the load leaves open.
pub(super) fn remarks(profile: &Profile, journey: &Journey, out: &mut Vec<Remark>) {
    if !profile.is_1_1_or_1_2() || journey.apart {
        return;
    }
    if journey.combined > Journey::MOST_VEHICLES {
        out.push(Remark {
            clause: CLAUSE,
            rule: "more than two cargo-carrying vehicles",
            verdict: Verdict::Prohibited,
            says: "may not travel on a combination of more than two cargo-carrying vehicles",
            action: None,
        });
    }
    if journey.combined > 1 {
        out.push(Remark {
            clause: CLAUSE,
            rule: "wheel base of a full trailer",
            verdict: Verdict::Conditional,
            says: "may travel on a combination only if no full trailer of it has a short wheel base",
            action: Some(Action::new(
                "wheel-base",
                "establish that no full trailer of the combination has a wheel base of less than 184 inches (4.67 m)",
            )),
        });
    } else {
        out.push(Remark::note(
            CLAUSE,
            "vehicles in combination",
            "may not be on a combination with a cargo tank, a portable tank, initiating explosives, poison by inhalation of zone A or B, or Yellow-III packages in the other vehicle; the load names no vehicle coupled to this one",
        ));
    }
}
