//! What the United States say of goods by themselves: food on board, bulk, excepted quantities.

use super::{Profile, combination};
use crate::catalogue::Row;
use crate::check::Verdict;
use crate::check::rules::{Action, Journey, Remark, Scope};
use crate::identity::PackingGroup;
use crate::load::Containment;

pub(super) fn on(rows: &[&Row], profile: &Profile, journey: &Journey, out: &mut Vec<Remark>) {
    if profile.scope == Scope::Excepted {
        out.push(passenger_aircraft());
    }
    if profile.containment == Containment::Bulk {
        out.push(Remark::note(
            "49 CFR 177.848(a)",
            "goods in bulk",
            "is in bulk, which the rules of mixed loading do not name; it is judged like packages here, because the hazards are the same",
        ));
    }
    if profile.scope.is_judged() {
        combination::remarks(profile, journey, out);
        if rows.iter().any(|row| row.labels().any(|label| label == "6.1")) {
            food(rows, journey, out);
        }
    }
}

/// 173.4a(b) admits what passenger aircraft may carry; that column is not in the catalogue.
fn passenger_aircraft() -> Remark {
    Remark {
        clause: "49 CFR 173.4a(b)",
        rule: "goods admitted on passenger aircraft",
        verdict: Verdict::Conditional,
        says: "may travel as an excepted quantity only if passenger aircraft may carry it",
        action: Some(Action::new(
            "passenger-aircraft",
            "establish that column 9A of 172.101 admits the goods on passenger aircraft",
        )),
    }
}

/// 177.841(e): poison with food, feed or anything else to be eaten.
fn food(rows: &[&Row], journey: &Journey, out: &mut Vec<Remark>) {
    const CLAUSE: &str = "49 CFR 177.841(e)";
    const RULE: &str = "poison with food or feed";
    let is_minor = rows
        .iter()
        .all(|row| row.packing_group() == Some(PackingGroup::III));
    let action = match journey.food_on_board {
        Some(false) => return,
        None => {
            out.push(Remark::note(
                CLAUSE,
                RULE,
                "may not be on a vehicle with food, feed or anything else to be eaten, but for packages that the rule names; nobody has said whether there is any on board",
            ));
            return;
        }
        Some(true) if is_minor => Action::new(
            "food-separation",
            "mark or label the packages PG III and separate them from the food so that no leak could reach it; or overpack them as for other poisons",
        ),
        Some(true) => Action::new(
            "food-overpack",
            "overpack the poison in metal drums (173.25(c)), or load poison and food in closed unit load devices of their own",
        ),
    };
    out.push(Remark {
        clause: CLAUSE,
        rule: RULE,
        verdict: Verdict::Conditional,
        says: "bears a poison label and may be on a vehicle with food or feed only as the rule allows",
        action: Some(action),
    });
}
