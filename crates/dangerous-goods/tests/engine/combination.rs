//! 49 CFR 177.835(c): what a combination of vehicles may not hold beside division 1.1 or 1.2.

use dangerous_goods::Verdict::{Conditional, NotCleared, Permitted, Prohibited};
use dangerous_goods::{
    Catalogue, CheckResult, Line, LineSpec, Load, Need, RadioactiveCategory, Regime, Travel, check,
};

use crate::{by_clause, confirm_all, findings, needs};

const CLAUSE: &str = "49 CFR 177.835(c)";

/// Goods with the number of their vehicle.
fn coupled(lines: &[(&str, u8)]) -> Load {
    let line = |&(goods, vehicle): &(&str, u8)| Line {
        vehicle: Some(vehicle),
        ..goods.parse::<LineSpec>().expect(goods).into()
    };
    Load::new(lines.iter().map(line).collect()).expect("a load")
}

fn us(load: &Load) -> CheckResult {
    check(Catalogue::embedded(), Regime::Us, load)
}

fn rules(result: &CheckResult) -> Vec<&str> {
    let prohibited = result
        .conflicts
        .iter()
        .filter(|finding| finding.verdict == Prohibited);
    prohibited.map(|finding| finding.rule.as_ref()).collect()
}

#[test]
fn c_1_allows_no_1_1_or_1_2_on_more_than_two_vehicles() {
    for explosive in ["UN0081", "UN0035"] {
        let result = us(&coupled(&[(explosive, 1), ("UN3077", 2), ("UN3077", 3)]));
        assert_eq!(rules(&result), ["more than two cargo-carrying vehicles"]);
        assert_eq!(result.lines[0].verdict, Prohibited);
        assert_eq!(
            rules(&us(&coupled(&[(explosive, 1), ("UN3077", 2), ("UN3077", 2)]))),
            [""; 0]
        );
    }
    assert_eq!(
        rules(&us(&coupled(&[("UN0161", 1), ("UN3077", 2), ("UN3077", 3)]))),
        [""; 0],
        "1.3"
    );
}

#[test]
fn c_2_asks_for_the_wheel_base_of_a_full_trailer_where_two_vehicles_are_named() {
    let load = coupled(&[("UN0081", 1), ("UN3077", 2)]);
    let result = us(&load);
    assert_eq!(
        findings(&result),
        [(CLAUSE, "wheel base of a full trailer", Conditional)]
    );
    assert!(us(&confirm_all(&load, &result)).is_compatible);
}

#[test]
fn c_3_allows_no_cargo_tank_in_the_combination_nor_the_vehicle_itself() {
    for vehicle in [1, 2] {
        let result = us(&coupled(&[("UN0081", 1), ("UN3077:tank", vehicle)]));
        assert_eq!(rules(&result), ["1.1 or 1.2 with a cargo tank"], "{vehicle}");
    }
}

#[test]
fn c_4_names_what_the_other_vehicle_may_not_hold() {
    for (other, rule) in [
        ("UN0074", "1.1 or 1.2 with 1.1A in the other vehicle"),
        (
            "us:UN1955:zoneA",
            "1.1 or 1.2 with 2.3 zone A or B in the other vehicle",
        ),
        (
            "us:UN1955:zoneB",
            "1.1 or 1.2 with 2.3 zone A or B in the other vehicle",
        ),
        ("UN3381", "1.1 or 1.2 with 6.1 zone A in the other vehicle"),
        (
            "UN1203:portable_tank",
            "1.1 or 1.2 with a portable tank in the other vehicle",
        ),
    ] {
        for load in [[("UN0035", 1), (other, 2)], [(other, 1), ("UN0035", 2)]] {
            assert_eq!(rules(&us(&coupled(&load))), [rule], "{load:?}");
        }
    }
    for harmless in ["us:UN1955:zoneC", "us:UN1955:zoneD", "UN3382", "UN1203", "UN0160"] {
        let result = us(&coupled(&[("UN0081", 1), (harmless, 2)]));
        assert_eq!(
            result.pairs[0].verdict, Conditional,
            "{harmless}: the wheel base alone"
        );
        assert_eq!(
            result
                .conflicts
                .iter()
                .filter(|finding| finding.lines.len() == 2)
                .count(),
            0
        );
    }
}

#[test]
fn c_4_ii_asks_for_the_category_of_radioactive_labels_and_only_there() {
    let with = |category, stated_by: Option<&str>| {
        let mut load = coupled(&[("UN0081", 1), ("UN2912", 2)]);
        load.lines[1].radioactive_category = category;
        load.lines[1].stated_by = stated_by.map(str::to_owned);
        us(&load)
    };
    let open = with(None, None);
    assert_eq!(
        (open.verdict, needs(&open, 1)),
        (NotCleared, [Need::RadioactiveCategory].as_slice())
    );
    assert!(by_clause(&open, CLAUSE).is_some());
    assert_eq!(
        with(Some(RadioactiveCategory::White1), None).verdict,
        NotCleared,
        "nobody states it"
    );
    assert_eq!(
        with(Some(RadioactiveCategory::Yellow2), Some("a. shipper")).verdict,
        Conditional
    );
    let yellow_3 = with(Some(RadioactiveCategory::Yellow3), Some("a. shipper"));
    assert_eq!(
        rules(&yellow_3),
        ["1.1 or 1.2 with Yellow-III packages in the other vehicle"]
    );
    assert_eq!(
        us(&coupled(&[("UN0161", 1), ("UN2912", 2)])).verdict,
        Permitted,
        "1.3 does not mind"
    );
}

#[test]
fn c_4_iii_asks_for_a_zone_that_is_not_known() {
    let result = us(&coupled(&[("UN0081", 1), ("UN1071", 2)]));
    assert_eq!(
        (result.verdict, needs(&result, 1)),
        (NotCleared, [Need::Zone].as_slice())
    );
}

#[test]
fn vehicles_that_travel_apart_are_no_combination() {
    let mut load = coupled(&[("UN0081", 1), ("UN0074", 2), ("UN1203:portable_tank", 3)]);
    load.travel = Travel::Apart;
    let result = us(&load);
    assert_eq!((result.verdict, result.notes.len()), (Permitted, 0));
}

#[test]
fn note_a_is_decided_where_it_is_stated_that_nothing_is_coupled() {
    let mut load = coupled(&[("UN1942", 1), ("UN0081", 1)]);
    let open = us(&load);
    assert_eq!(findings(&open), [("49 CFR 177.848(e)(5)", "note A", Conditional)]);
    load.travel = Travel::Apart;
    let decided = us(&load);
    assert_eq!(decided.verdict, Permitted);
    assert!(decided.notes.iter().any(|note| note.rule == "note A"));
}

#[test]
fn the_other_regime_knows_no_rule_between_two_vehicles() {
    for (first, second) in [("UN0081", "UN0074"), ("UN0074", "UN1203:portable_tank")] {
        let result = check(
            Catalogue::embedded(),
            Regime::Adr,
            &coupled(&[(first, 1), (second, 2)]),
        );
        assert_eq!(result.verdict, Permitted);
    }
}

#[test]
fn adr_8_1_1_allows_one_trailer_but_for_what_is_within_1_1_3_6() {
    let adr = |load: &Load| check(Catalogue::embedded(), Regime::Adr, load);
    // 333 L of category 2 count 999 points, 334 L over a thousand.
    let three = |amount: &str| {
        let fuel = format!("UN1203:II:{amount}");
        coupled(&[(fuel.as_str(), 1), ("UN1263:II:LQ", 2), ("UN1263:II:LQ", 3)])
    };
    let over = adr(&three("334 L"));
    assert_eq!(
        findings(&over),
        [("ADR 8.1.1", "more than one trailer", Prohibited)]
    );
    assert_eq!(
        over.lines[1].verdict, Permitted,
        "3.4.1 leaves 8.1.1 out for limited quantities"
    );
    assert_eq!(adr(&three("333 L")).verdict, Permitted, "within 1.1.3.6");
    let open = adr(&coupled(&[("UN1203", 1), ("UN1203", 2), ("UN1203", 3)]));
    assert_eq!((open.verdict, open.conflicts.len()), (NotCleared, 3));
    assert_eq!(
        adr(&coupled(&[("UN1203:tank", 1), ("UN1203:tank", 2)])).verdict,
        Permitted,
        "one trailer"
    );
    let mut apart = three("334 L");
    apart.travel = Travel::Apart;
    assert_eq!(adr(&apart).verdict, Permitted);
}
