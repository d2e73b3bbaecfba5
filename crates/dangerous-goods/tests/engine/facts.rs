//! What people state of goods, what goods are contained in, and exceptions for small quantities.

use dangerous_goods::Verdict::{Conditional, NotCleared, Permitted, Prohibited};
use dangerous_goods::{Catalogue, CheckResult, Line, Load, Need, Regime, Zone, check};

use crate::{adr, by_clause, confirm_all, findings, load, needs, notes, us};

/// A load of two lines, the first with what a person states of it.
fn stating(regime: Regime, goods: [&str; 2], state: impl Fn(&mut Line)) -> CheckResult {
    let mut load = load(&goods);
    load.lines[0].stated_by = Some("a. shipper".to_owned());
    state(&mut load.lines[0]);
    check(Catalogue::embedded(), regime, &load)
}

fn labels(line: &mut Line, labels: &[&str]) {
    line.labels = labels.iter().map(|label| (*label).to_owned()).collect();
}

#[test]
fn a_stated_zone_fills_the_gap_of_a_gas_without_one() {
    let verdict = |zone| stating(Regime::Us, ["UN1071", "UN1203"], |line| line.zone = Some(zone)).verdict;
    assert_eq!(verdict(Zone::A), Prohibited);
    assert_eq!(verdict(Zone::B), Conditional);
    assert_eq!((verdict(Zone::C), verdict(Zone::D)), (Permitted, Permitted));
}

#[test]
fn a_zone_that_nobody_vouches_for_clears_nothing() {
    for by in [None, Some("  ".to_owned())] {
        let result = stating(Regime::Us, ["UN1071", "UN1203"], |line| {
            line.zone = Some(Zone::D);
            line.stated_by.clone_from(&by);
        });
        assert_eq!(
            (result.verdict, needs(&result, 0)),
            (NotCleared, [Need::Zone].as_slice())
        );
        // Neither does it hide that a poison may be of zone A.
        let result = stating(Regime::Us, ["UN2810:I", "UN1203"], |line| {
            line.zone = Some(Zone::A);
            line.stated_by.clone_from(&by);
        });
        assert_eq!(result.verdict, NotCleared);
    }
}

#[test]
fn a_stated_zone_never_overrides_the_table() {
    let result = stating(Regime::Us, ["us:UN1955:zoneA", "UN1203"], |line| {
        line.zone = Some(Zone::D)
    });
    assert_eq!(
        (result.lines[0].verdict, needs(&result, 0)),
        (NotCleared, [Need::Zone].as_slice())
    );
    assert_eq!(
        result.pairs[0].verdict, Prohibited,
        "the table knows that it is zone A"
    );
    let result = stating(Regime::Us, ["us:UN1955:zoneC", "UN1203"], |line| {
        line.zone = Some(Zone::C)
    });
    assert_eq!(result.verdict, Permitted);
}

#[test]
fn a_poison_stated_to_be_of_zone_a_is_judged_as_such() {
    let result = stating(Regime::Us, ["UN2810:I", "UN1203"], |line| {
        line.zone = Some(Zone::A)
    });
    assert!(by_clause(&result, "49 CFR 177.848(c)").is_some());
    assert_eq!(result.verdict, Prohibited);
}

#[test]
fn labels_of_articles_are_taken_from_a_named_person_and_from_nobody_else() {
    for regime in Regime::ALL {
        let with = |stated: &[&str], by: Option<&str>| {
            stating(regime, ["UN3540", "UN0081"], |line| {
                labels(line, stated);
                line.stated_by = by.map(str::to_owned);
            })
        };
        let open = with(&["3"], None);
        assert_eq!(
            (open.lines[0].verdict, needs(&open, 0)),
            (NotCleared, [Need::Labels].as_slice())
        );
        assert_eq!(
            with(&["3"], Some("a. shipper")).lines[0].verdict,
            Permitted,
            "{regime}"
        );
        assert_eq!(
            with(&["3"], Some("a. shipper")).verdict,
            Prohibited,
            "3 with 1.1D"
        );
        assert_eq!(
            with(&["8"], Some("a. shipper")).lines[0].verdict,
            NotCleared,
            "not the class of the row"
        );
    }
}

#[test]
fn stated_subsidiary_labels_of_articles_count() {
    let with =
        |stated: &[&str]| stating(Regime::Us, ["UN3540", "UN1203"], |line| labels(line, stated)).verdict;
    assert_eq!(with(&["3"]), Permitted);
    assert_eq!(
        with(&["3", "5.1"]),
        Conditional,
        "3 with 5.1 is O, and the class is the same"
    );
    let with =
        |stated: &[&str]| stating(Regime::Adr, ["UN3540", "UN3101"], |line| labels(line, stated)).verdict;
    assert_eq!(with(&["3"]), Prohibited);
    assert_eq!(with(&["3", "nonsense"]), NotCleared);
}

#[test]
fn a_stated_division_fills_the_gap_of_a_sample_of_explosives() {
    let with = |regime, label| stating(regime, ["UN0190", "UN0081"], |line| labels(line, &[label]));
    for regime in Regime::ALL {
        assert_eq!(with(regime, "1.1D").verdict, Permitted, "{regime}");
        assert_eq!(with(regime, "1.1F").verdict, Prohibited, "{regime}: F with D");
        for open in ["1.1", "1.1A", "1.9D", "3", "1"] {
            let result = with(regime, open);
            assert_eq!(needs(&result, 0), [Need::Classification], "{regime} {open}");
            assert_eq!(result.lines[0].verdict, NotCleared);
        }
    }
}

#[test]
fn a_stated_division_tells_what_a_subsidiary_explosive_label_means() {
    let verdict = |division| {
        stating(Regime::Us, ["UN3101", "UN1203"], |line| {
            labels(line, &["5.2", division])
        })
        .verdict
    };
    assert_eq!(verdict("1.1"), Prohibited);
    assert_eq!(verdict("1.4"), Conditional);
    assert_eq!(verdict("8"), NotCleared);
}

#[test]
fn excepted_quantities_are_outside_the_rules_of_mixed_loading_where_the_row_provides_for_them() {
    // E2 in ADR; class 3 in 173.4a(b). Nobody has said how many packages there are.
    assert_eq!(
        notes(&adr(&["UN1203:EQ", "UN0081"])),
        [("ADR 3.5.1", 0), ("ADR 3.5.5", 0)]
    );
    assert_eq!(adr(&["UN1203:EQ", "UN0081"]).verdict, Permitted);
    let lines = ["UN1203:EQ", "UN0160"];
    let result = us(&lines);
    assert!(notes(&result).contains(&("49 CFR 173.4a(a)", 0)));
    assert_eq!(
        findings(&result),
        [(
            "49 CFR 173.4a(b)",
            "goods admitted on passenger aircraft",
            Conditional
        )]
    );
    let confirmed = confirm_all(&load(&lines), &result);
    assert!(check(Catalogue::embedded(), Regime::Us, &confirmed).is_compatible);
}

#[test]
fn excepted_quantities_the_row_does_not_provide_for_are_not_cleared() {
    // E0 in ADR: chlorine, explosives. 173.4a(b): 2.3, zones of poison, great danger of 4 to 8, named goods.
    for goods in ["UN1017:EQ", "UN0081:EQ", "UN1402:I:EQ"] {
        let result = adr(&[goods]);
        assert_eq!(
            (result.verdict, needs(&result, 0)),
            (NotCleared, [Need::ExceptedQuantity].as_slice()),
            "{goods}"
        );
    }
    for goods in [
        "UN1017:EQ",
        "UN0081:EQ",
        "UN3381:EQ",
        "UN1809:EQ",
        "UN2803:EQ",
        "UN3480:EQ",
        "UN2794:EQ",
        "UN1402:I:EQ",
    ] {
        let result = us(&[goods]);
        assert_eq!(
            (result.verdict, needs(&result, 0)),
            (NotCleared, [Need::ExceptedQuantity].as_slice()),
            "{goods}"
        );
    }
    assert_eq!(us(&["UN1830:II:EQ"]).verdict, Conditional);
}

#[test]
fn empty_packagings_that_are_not_cleaned_are_judged_as_full_ones() {
    assert_eq!(us(&["UN1830:empty", "UN1361:II"]).verdict, Prohibited);
    assert_eq!(adr(&["UN0081:empty", "UN1203"]).verdict, Prohibited);
}

#[test]
fn paragraph_a_reaches_cargo_tanks_and_portable_tanks() {
    for tank in ["tank", "portable_tank"] {
        assert_eq!(
            us(&[&format!("UN1830:II:{tank}"), "UN1361:II"]).verdict,
            Prohibited,
            "{tank}"
        );
    }
}

#[test]
fn goods_in_bulk_are_judged_like_packages_and_a_note_says_that_the_law_does_not_name_them() {
    let result = us(&["UN1830:II:bulk", "UN1361:II"]);
    assert_eq!(result.verdict, Prohibited);
    assert!(notes(&result).contains(&("49 CFR 177.848(a)", 0)));
}

#[test]
fn two_goods_in_one_cargo_tank_motor_vehicle_must_be_safe_when_mixed() {
    let result = us(&["UN1203:tank", "UN1202:tank"]);
    assert_eq!(
        findings(&result),
        [(
            "49 CFR 173.33(a)(2)",
            "two goods in one cargo tank motor vehicle",
            Conditional
        )]
    );
    assert_eq!(us(&["UN1203:tank", "UN1203:tank"]).verdict, Permitted);
    assert_eq!(us(&["UN1203:tank", "UN1202"]).verdict, Permitted);
}

fn enclosed(goods: [&str; 2]) -> CheckResult {
    stating(Regime::Adr, goods, |line| line.closed_container = true)
}

#[test]
fn adr_7_5_2_3_does_not_count_what_is_in_a_closed_container_but_class_1() {
    assert_eq!(adr(&["UN3101", "UN1203"]).verdict, Prohibited);
    assert_eq!(enclosed(["UN1203", "UN3077"]).verdict, Permitted);
    assert_eq!(notes(&enclosed(["UN1203", "UN3077"])), [("ADR 7.5.2.3", 0)]);
    for pair in [
        ["UN0081", "UN1203"],
        ["UN1203", "UN0081"],
        ["UN0471", "UN1203"],
        ["UN0074", "UN0160"],
    ] {
        assert_eq!(enclosed(pair).pairs[0].verdict, Prohibited, "{pair:?}");
    }
    assert_eq!(enclosed(["UN0081", "UN1203:LQ"]).verdict, Prohibited, "7.5.2.4");
    assert_eq!(
        enclosed(["UN3101", "UN1203"]).verdict,
        Prohibited,
        "a label of class 1 as well"
    );
}

#[test]
fn adr_7_5_2_speaks_of_packages_and_counts_tanks_and_bulk_beside_explosives_only() {
    for how in ["tank", "portable_tank", "bulk"] {
        let goods = format!("UN1203:{how}");
        assert_eq!(adr(&[&goods, "UN0081"]).verdict, Prohibited, "{how}");
        let result = adr(&[&goods, "UN1496"]);
        assert_eq!(
            (result.verdict, notes(&result)),
            (Permitted, vec![("ADR 7.5.2.3", 0)])
        );
    }
}

#[test]
fn a_closed_container_changes_nothing_in_the_united_states() {
    let result = stating(Regime::Us, ["UN1830", "UN1361:II"], |line| {
        line.closed_container = true
    });
    assert_eq!(result.verdict, Prohibited);
}

fn with_food(regime: Regime, lines: &[&str], food: Option<bool>) -> CheckResult {
    let load = Load {
        food_on_board: food,
        ..load(lines)
    };
    check(Catalogue::embedded(), regime, &load)
}

#[test]
fn adr_7_5_4_keeps_poison_and_the_goods_it_names_from_food() {
    for goods in [
        "UN1680",
        "adr:UN3291:6.2",
        "UN2212",
        "UN2315",
        "UN2590",
        "UN3151",
        "UN3152",
        "adr:UN3245:9",
    ] {
        let result = with_food(Regime::Adr, &[goods], Some(true));
        let finding = by_clause(&result, "ADR 7.5.4").expect(goods);
        let action = &finding.condition.as_ref().expect("a condition").action;
        for part in ["partition as high", "other packages between", "0.8 m", "cover"] {
            assert!(action.contains(part), "{action}");
        }
        assert_eq!(
            with_food(Regime::Adr, &[goods], Some(false))
                .notes
                .iter()
                .filter(|note| note.clause == "ADR 7.5.4")
                .count(),
            0
        );
        let silent = with_food(Regime::Adr, &[goods], None);
        assert!(
            silent.notes.iter().any(|note| note.clause == "ADR 7.5.4"),
            "{goods}: nobody has said"
        );
    }
}

#[test]
fn adr_7_5_4_leaves_other_goods_and_limited_quantities_alone() {
    // Label 9 without being one of the six numbers; no label 6.1; a limited quantity; a tank.
    for goods in ["UN3077", "UN3480", "UN1203", "UN1888:LQ", "UN1888:tank"] {
        let result = with_food(Regime::Adr, &[goods], Some(true));
        assert!(by_clause(&result, "ADR 7.5.4").is_none(), "{goods}");
    }
}

#[test]
fn poison_with_food_travels_in_the_united_states_as_177_841_e_allows() {
    let condition = |goods: &str| {
        let result = with_food(Regime::Us, &[goods], Some(true));
        let finding = by_clause(&result, "49 CFR 177.841(e)")?;
        Some(
            finding
                .condition
                .as_ref()
                .expect("a condition")
                .id
                .split(':')
                .nth(1)?
                .to_owned(),
        )
    };
    assert_eq!(condition("UN1680").as_deref(), Some("food-overpack"));
    assert_eq!(
        condition("UN3381").as_deref(),
        Some("food-overpack"),
        "poison by inhalation too"
    );
    assert_eq!(
        condition("UN1888").as_deref(),
        Some("food-separation"),
        "packing group III"
    );
    assert_eq!(condition("UN1017"), None, "poison gas is not named");
    let silent = with_food(Regime::Us, &["UN1680"], None);
    assert_eq!(silent.verdict, Permitted);
    assert!(silent.notes.iter().any(|note| note.clause == "49 CFR 177.841(e)"));
    assert_eq!(with_food(Regime::Us, &["UN1680"], Some(false)).notes.len(), 1);
}

/// The verdict beside UN0161, and the needs, of goods packed as limited or excepted quantities.
fn packed(regime: Regime, goods: &str, change: impl Fn(&mut Line)) -> CheckResult {
    let mut load = load(&[goods, "UN0161"]);
    change(&mut load.lines[0]);
    check(Catalogue::embedded(), regime, &load)
}

fn amount(text: &str) -> Option<dangerous_goods::Quantity> {
    Some(text.parse().expect(text))
}

#[test]
fn packages_over_the_limit_of_3_4_2_or_173_150_are_no_limited_quantities() {
    // UN1203, packing group II: 1 L an inner packaging in both regimes, 30 kg gross a package.
    for regime in Regime::ALL {
        for (inner, gross, is_kept) in [
            ("1 L", "60 kg", true),
            ("1.001 L", "60 kg", false),
            ("5 L", "60 kg", false),
            ("1 L", "60.001 kg", false),
        ] {
            let result = packed(regime, "UN1203:LQ", |line| {
                line.inner_quantity = amount(inner);
                line.gross_mass = amount(gross);
                line.packages = Some(2);
            });
            let needs: &[Need] = if is_kept { &[] } else { &[Need::LimitedQuantity] };
            assert_eq!(result.lines[0].needs, needs, "{regime} {inner} {gross}");
            let verdict = if is_kept { Permitted } else { Prohibited };
            assert_eq!(result.verdict, verdict, "{regime}: judged as the petrol it is");
        }
        let open = packed(regime, "UN1203:LQ", |_| {});
        assert_eq!(
            open.verdict, Permitted,
            "{regime}: what nobody says breaks nothing"
        );
    }
}

#[test]
fn packages_over_the_limit_of_3_5_1_2_or_173_4a_are_no_excepted_quantities() {
    // UN1203 is E2: 30 mL an inner packaging, 500 mL an outer one; no goods may pass 30 mL and 1 L.
    let needs = |regime, inner: &str, outer: &str| {
        packed(regime, "UN1203:EQ", |line| {
            line.inner_quantity = amount(inner);
            line.quantity = amount(outer);
            line.packages = Some(1);
        })
        .lines[0]
            .needs
            .clone()
    };
    assert!(needs(Regime::Adr, "0.03 L", "0.5 L").is_empty());
    assert_eq!(needs(Regime::Adr, "0.031 L", "0.5 L"), [Need::ExceptedQuantity]);
    assert_eq!(needs(Regime::Adr, "0.03 L", "0.501 L"), [Need::ExceptedQuantity]);
    assert!(needs(Regime::Us, "0.03 L", "1 L").is_empty());
    assert_eq!(needs(Regime::Us, "0.031 L", "1 L"), [Need::ExceptedQuantity]);
    assert_eq!(needs(Regime::Us, "0.03 L", "1.001 L"), [Need::ExceptedQuantity]);
}
