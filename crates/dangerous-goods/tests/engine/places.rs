//! Where lines stand on a vehicle: compartments and bays against 49 CFR 177.848(e)(3) and ADR 7.5.2.2.

use dangerous_goods::Verdict::{Conditional, Permitted, Prohibited};
use dangerous_goods::{Catalogue, CheckResult, Line, LineSpec, Load, Regime, Travel, check};

use crate::{by_clause, confirm_all, findings};

/// Goods with the compartment and the bay they stand in; zero where nobody has said.
fn plan(lines: &[(&str, u8, u8)]) -> Load {
    let stated = |place: u8| Some(place).filter(|place| *place > 0);
    let line = |&(goods, compartment, bay): &(&str, u8, u8)| Line {
        compartment: stated(compartment),
        bay: stated(bay),
        ..goods.parse::<LineSpec>().expect(goods).into()
    };
    Load::new(lines.iter().map(line).collect()).expect("a load")
}

fn us(lines: &[(&str, u8, u8)]) -> CheckResult {
    check(Catalogue::embedded(), Regime::Us, &plan(lines))
}

fn sentences(result: &CheckResult) -> Vec<&str> {
    result.notes.iter().map(|note| note.sentence.as_str()).collect()
}

#[test]
fn compartments_fulfil_what_an_o_of_177_848_d_asks_for() {
    let result = us(&[("UN1203", 1, 0), ("UN1496", 2, 0)]);
    assert_eq!((result.verdict, result.is_compatible), (Permitted, true));
    let note = &result.notes[0];
    assert_eq!(
        (note.clause.as_ref(), note.rule.as_ref(), note.lines.as_slice()),
        ("49 CFR 177.848(e)(3)", "O at 3 × 5.1", [0, 1].as_slice())
    );
    assert!(note.sentence.contains("compartment 1") && note.sentence.contains("compartment 2"));
}

#[test]
fn one_compartment_or_one_that_is_not_stated_separates_nothing() {
    for (a, b) in [(1, 1), (1, 0), (0, 2), (0, 0)] {
        let result = us(&[("UN1203", a, 0), ("UN1496", b, 0)]);
        assert_eq!(
            findings(&result),
            [("49 CFR 177.848(d)", "O at 3 × 5.1", Conditional)]
        );
    }
}

#[test]
fn compartments_lift_neither_an_x_nor_paragraph_c() {
    for (a, b) in [
        ("UN1830", "UN1361:II"),
        ("UN1680", "UN1789"),
        ("UN0081", "UN1203"),
        ("UN3381", "UN1203"),
    ] {
        assert_eq!(us(&[(a, 1, 1), (b, 2, 9)]).verdict, Prohibited, "{a} with {b}");
    }
}

#[test]
fn compartments_do_not_lift_the_rule_of_position() {
    let result = us(&[("UN1830", 1, 0), ("UN1401", 2, 0)]);
    assert_eq!(
        findings(&result),
        [(
            "49 CFR 177.848(e)(3)",
            "class 8 liquids with class 4 or 5",
            Conditional
        )]
    );
}

#[test]
fn bays_two_apart_are_neither_above_nor_adjacent() {
    for bays in [(1, 3), (3, 1), (2, 7)] {
        let result = us(&[("UN1830", 1, bays.0), ("UN1401", 2, bays.1)]);
        assert_eq!(
            (result.verdict, sentences(&result).len()),
            (Permitted, 2),
            "{bays:?}"
        );
        assert!(sentences(&result)[1].contains(&format!("bay {}", bays.0)));
    }
    let result = us(&[("UN1830", 0, 1), ("UN1401", 0, 3)]);
    assert_eq!(
        findings(&result),
        [("49 CFR 177.848(d)", "O at 8 liquid × 4.3", Conditional)]
    );
}

#[test]
fn the_same_or_a_neighbouring_bay_leaves_only_the_shippers_own_truckload() {
    for bays in [(2, 2), (2, 3), (3, 2)] {
        let lines = [("UN1830", 1, bays.0), ("UN1401", 2, bays.1)];
        let result = us(&lines);
        let finding = by_clause(&result, "49 CFR 177.848(e)(3)").expect("a finding");
        let condition = finding.condition.as_ref().expect("a condition");
        assert_eq!(condition.id, "us:own-truckload:us:UN1401:II+us:UN1830:II");
        assert!(finding.sentence.contains("planned next to each other"));
        // That a position is kept, stated before the plan was made, does not count against the plan.
        let load = plan(&lines).confirming("us:position:us:UN1401:II+us:UN1830:II", "a. loader");
        assert!(!check(Catalogue::embedded(), Regime::Us, &load).is_compatible);
        assert!(
            check(
                Catalogue::embedded(),
                Regime::Us,
                &confirm_all(&plan(&lines), &result)
            )
            .is_compatible
        );
    }
}

#[test]
fn the_same_goods_in_other_places_are_judged_by_their_own_places() {
    let result = us(&[
        ("UN1830", 1, 1),
        ("UN1401", 2, 3),
        ("UN1401", 2, 2),
        ("UN1401", 2, 3),
    ]);
    let adjacent: Vec<_> = result
        .conflicts
        .iter()
        .flat_map(|finding| finding.places().map(<[usize]>::to_vec))
        .collect();
    assert_eq!(adjacent, [vec![0, 2]]);
    let apart = result
        .notes
        .iter()
        .find(|note| note.rule.starts_with("class 8"))
        .expect("a note");
    assert_eq!(
        (apart.lines.as_slice(), apart.also.as_slice()),
        ([0, 1].as_slice(), [[0, 3]].as_slice())
    );
}

#[test]
fn group_b_with_d_in_compartments_still_needs_the_approval_of_7_5_2_2() {
    let load = plan(&[("UN0106", 1, 0), ("UN0081", 2, 0)]);
    let result = check(Catalogue::embedded(), Regime::Adr, &load);
    assert_eq!(findings(&result), [("ADR 7.5.2.2", "a at B × D", Conditional)]);
    let action = &result.conflicts[0]
        .condition
        .as_ref()
        .expect("a condition")
        .action;
    assert!(
        action.contains("approved") && action.contains("compartments 1 and 2"),
        "{action}"
    );
}

/// Whether the second plan counts as confirmed by what was confirmed of the first.
fn is_still_confirmed(regime: Regime, first: &[(&str, u8, u8)], second: &[(&str, u8, u8)]) -> bool {
    let first = plan(first);
    let confirmed = confirm_all(&first, &check(Catalogue::embedded(), regime, &first));
    assert!(check(Catalogue::embedded(), regime, &confirmed).is_compatible);
    let second = Load {
        confirmed: confirmed.confirmed,
        ..plan(second)
    };
    check(Catalogue::embedded(), regime, &second).is_compatible
}

#[test]
fn an_approval_of_7_5_2_2_holds_for_the_compartments_it_was_given_for() {
    let at = |detonators, explosives| [("UN0029", detonators, 0), ("UN0081", explosives, 0)];
    let holds = |first: (u8, u8), second: (u8, u8)| {
        is_still_confirmed(Regime::Adr, &at(first.0, first.1), &at(second.0, second.1))
    };
    assert!(holds((1, 2), (1, 2)));
    for other in [(1, 1), (1, 3), (0, 0)] {
        assert!(!holds((1, 2), other), "{other:?}");
    }
    for open in [(0, 0), (1, 0)] {
        assert!(!holds(open, (1, 1)), "{open:?} to one compartment");
    }
    assert!(!holds((1, 1), (2, 2)), "another compartment");
    let result = check(Catalogue::embedded(), Regime::Adr, &plan(&at(1, 1)));
    let condition = result.conflicts[0].condition.as_ref().expect("a condition");
    assert!(condition.action.contains("containment system"), "{condition:?}");
}

#[test]
fn a_separation_is_confirmed_anew_where_the_plan_puts_the_two_in_one_compartment() {
    let at = |fuel, chlorite| [("UN1203", fuel, 0), ("UN1496", chlorite, 0)];
    assert!(is_still_confirmed(Regime::Us, &at(0, 0), &at(0, 2)));
    assert!(!is_still_confirmed(Regime::Us, &at(0, 0), &at(1, 1)));
    assert!(!is_still_confirmed(Regime::Us, &at(1, 1), &at(2, 2)));
    let result = us(&at(1, 1));
    assert!(
        result.conflicts[0]
            .sentence
            .contains("planned in one compartment, 1"),
        "{:?}",
        result.conflicts
    );
}

#[test]
fn each_cargo_carrying_body_is_a_transport_vehicle_of_its_own() {
    let mut load = plan(&[("UN1830", 0, 0), ("UN1361:II", 0, 0)]);
    load.lines[1].vehicle = Some(2);
    for travel in [Travel::Coupled, Travel::Apart] {
        load.travel = travel;
        for regime in Regime::ALL {
            assert_eq!(check(Catalogue::embedded(), regime, &load).verdict, Permitted);
        }
    }
}
