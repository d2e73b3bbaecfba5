//! What ADR says of goods by themselves: trailers, containers, tanks, food on board.

use super::Profile;
use super::tables::Label;
use crate::catalogue::Row;
use crate::check::Verdict;
use crate::check::rules::{Action, Journey, Remark, Scope};

pub(super) fn on(rows: &[&Row], profile: &Profile, journey: &Journey, out: &mut Vec<Remark>) {
    if profile.scope.is_judged() || profile.scope == Scope::NoLabel {
        out.extend(trailers(journey));
    }
    if !profile.scope.is_judged() {
        return;
    }
    if profile.enclosed {
        out.push(Remark::note(
            "ADR 7.5.2.3",
            "closed container, tank or bulk",
            "is not in packages that stand open beside others; the rules of mixed loading count it beside explosives only",
        ));
    } else if is_kept_from_food(rows, profile) {
        out.extend(food(journey));
    }
}

/// 8.1.1, which part 8 drops for limited and excepted quantities and for what is within 1.1.3.6.
fn trailers(journey: &Journey) -> Option<Remark> {
    let (verdict, says) = match journey.within_1_1_3_6 {
        _ if journey.combined <= Journey::MOST_VEHICLES => return None,
        Some(true) => return None,
        Some(false) => (
            Verdict::Prohibited,
            "may not travel on a transport unit with more than one trailer",
        ),
        None => (
            Verdict::NotCleared,
            "may travel with more than one trailer only within 1.1.3.6, and the quantities that would tell are missing",
        ),
    };
    Some(Remark {
        clause: "ADR 8.1.1",
        rule: "more than one trailer",
        verdict,
        says,
        action: None,
    })
}

/// Packages with label 6.1 or 6.2, or the goods with label 9 that 7.5.4 names, where column 18 says CV28.
fn is_kept_from_food(rows: &[&Row], profile: &Profile) -> bool {
    let by_label = profile
        .labels()
        .any(|label| matches!(label, Label::L61 | Label::L62 | Label::L9));
    by_label
        && rows
            .iter()
            .any(|row| row.loading_provisions().any(|provision| provision == "CV28"))
}

/// 7.5.4.
fn food(journey: &Journey) -> Option<Remark> {
    const CLAUSE: &str = "ADR 7.5.4";
    const RULE: &str = "CV28, food and feed";
    match journey.food_on_board {
        Some(false) => None,
        None => Some(Remark::note(
            CLAUSE,
            RULE,
            "may not stand on or next to food, feed or other articles of consumption; nobody has said whether there are any on board",
        )),
        Some(true) => Some(Remark {
            clause: CLAUSE,
            rule: RULE,
            verdict: Verdict::Conditional,
            says: "may not stand on or next to the food, feed or articles of consumption on board",
            action: Some(Action::new(
                "food",
                "keep the packages from food by a full partition as high as they are, by other packages between or by 0.8 m; or cover them completely or pack them once more",
            )),
        }),
    }
}
