//! 49 CFR 177.848, 173.21 and 177.835(g): the traps, each with its clause.

use dangerous_goods::Verdict::{Conditional, NotCleared, Permitted, Prohibited};
use dangerous_goods::{Catalogue, Load, Need, Regime, check};

use crate::{by_clause, confirm_all, findings, load, needs, notes, us};

#[test]
fn a_number_with_rows_of_different_hazards_asks_for_the_row() {
    for (number, rows) in [("UN1950", 5), ("UN2037", 4), ("UN1005", 2), ("UN3318", 2)] {
        let result = us(&[number]);
        assert_eq!(result.verdict, NotCleared, "{number}");
        assert_eq!(needs(&result, 0), [Need::Row]);
        assert_eq!(result.lines[0].rows_to_choose.len(), rows, "{number}");
        assert_eq!(result.lines[0].row, None, "never the first row");
    }
}

#[test]
fn a_number_whose_rows_differ_in_name_is_not_called_by_the_first_of_them() {
    let result = us(&["UN1950"]);
    assert!(
        result.conflicts[0].sentence.starts_with("UN1950 has 5 rows"),
        "{:?}",
        result.conflicts
    );
    assert!(
        us(&["UN1203", "UN1496"]).conflicts[0]
            .sentence
            .starts_with("UN1203 Gasoline")
    );
}

#[test]
fn a_chosen_row_is_the_row_that_is_judged() {
    let toxic = us(&["us:UN1005:2.3+8", "UN1203"]);
    let domestic = us(&["us:UN1005:2.2", "UN1203"]);
    assert_eq!(
        toxic.lines[0].row.as_ref().map(ToString::to_string).as_deref(),
        Some("us:UN1005:2.3+8")
    );
    // Zone D gases and gases of 2.2 are both free beside class 3, but only zone D is not in the table.
    assert_eq!((toxic.verdict, domestic.verdict), (Permitted, Permitted));
    assert_eq!(notes(&toxic).len(), 1);
    assert_eq!(notes(&domestic).len(), 0);
}

#[test]
fn rows_that_lead_to_the_same_hazards_need_no_choice() {
    let result = us(&["UN1263"]);
    assert_eq!(result.verdict, Permitted);
    assert_eq!(
        (result.lines[0].row.clone(), result.lines[0].same_hazards.len()),
        (None, 6)
    );
}

#[test]
fn a_packing_group_narrows_the_rows_and_may_contradict_them() {
    let result = us(&["UN1796:I"]);
    assert_eq!(
        result.lines[0].row.as_ref().map(ToString::to_string).as_deref(),
        Some("us:UN1796:I")
    );
    assert_eq!(us(&["UN1796"]).verdict, NotCleared, "8 and 8 (5.1) differ");
    let result = us(&["UN1203:I"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::Row].as_slice())
    );
}

#[test]
fn a_row_of_other_goods_is_not_accepted() {
    let result = us(&["UN1203:us:UN1942:III"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::Row].as_slice())
    );
    assert_eq!(us(&["UN1203:us:UN9999"]).verdict, NotCleared);
}

#[test]
fn forbidden_goods_without_a_number_are_refused_by_name() {
    for name in [
        "Acetylene silver nitrate",
        "ACETYLENE  silver-nitrate",
        "us:forbidden:acetylene-silver-nitrate",
    ] {
        let result = us(&[name]);
        assert_eq!(result.verdict, Prohibited, "{name}");
        assert!(by_clause(&result, "49 CFR 173.21(a)").is_some());
    }
}

#[test]
fn every_forbidden_row_is_refused_when_typed_as_the_law_prints_it() {
    let forbidden = Catalogue::embedded()
        .all(Regime::Us)
        .iter()
        .filter(|row| row.is_forbidden());
    let mut count = 0;
    for row in forbidden {
        let goods = row.name().parse().expect("a name");
        let load = dangerous_goods::Load::new(vec![dangerous_goods::Line::new(goods)]).expect("one line");
        let result = check(Catalogue::embedded(), Regime::Us, &load);
        assert_eq!(result.verdict, Prohibited, "{}", row.name());
        count += 1;
    }
    assert_eq!(count, 256);
}

#[test]
fn forbidden_goods_do_not_travel_under_a_harmless_row() {
    let result = us(&["Acetylene silver nitrate:us:UN1203:II"]);
    assert_eq!(result.verdict, NotCleared);
    let result = crate::adr(&["Acetylene silver nitrate:adr:UN1203:II"]);
    assert_eq!(result.verdict, NotCleared);
}

#[test]
fn an_unknown_number_or_name_is_not_cleared() {
    let result = us(&["UN9999", "UN1203"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::KnownGoods].as_slice())
    );
    assert_eq!(result.pairs[0].verdict, NotCleared);
    let result = us(&["sulfurik acid"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::KnownGoods].as_slice())
    );
    assert!(
        !result.lines[0].rows_to_choose.is_empty(),
        "rows of similar names are offered"
    );
}

#[test]
fn a_name_alone_is_enough_where_it_is_the_laws() {
    let result = us(&["Potassium cyanide, solid", "hydrochloric acid"]);
    assert_eq!(result.verdict, Prohibited);
}

#[test]
fn zones_come_from_the_special_provisions_not_from_the_class() {
    let rules = |zone: &str| {
        let result = us(&[&format!("us:UN1955:zone{zone}"), "UN1203"]);
        findings(&result)
            .iter()
            .map(|finding| (finding.1.to_owned(), finding.2))
            .collect::<Vec<_>>()
    };
    assert_eq!(rules("A"), [("X at 2.3 zone A × 3".to_owned(), Prohibited)]);
    assert_eq!(rules("B"), [("O at 2.3 zone B × 3".to_owned(), Conditional)]);
    assert_eq!(rules("C"), []);
    assert_eq!(rules("D"), []);
    assert_eq!(us(&["UN1955"]).verdict, NotCleared, "four zones, no choice made");
}

#[test]
fn a_gas_whose_zone_is_open_is_not_cleared_where_the_zone_matters() {
    let result = us(&["UN1071", "UN1203"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::Zone].as_slice())
    );
    assert_eq!(
        us(&["UN1071", "UN1066"]).verdict,
        Permitted,
        "no zone is restricted beside 2.2"
    );
}

#[test]
fn a_corrosive_of_unknown_state_is_asked_for_it_only_where_it_matters() {
    // Gallium melts in the hand; its packaging section serves both states.
    let result = us(&["UN2803", "UN1496"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::PhysicalState].as_slice())
    );
    assert!(
        result.conflicts[0]
            .sentence
            .contains("the physical state of UN2803"),
        "{:?}",
        result.conflicts
    );
    assert_eq!(us(&["UN2803:liquid", "UN1496"]).verdict, Conditional);
    assert_eq!(us(&["UN2803:solid", "UN1496"]).verdict, Conditional);
    assert_eq!(
        us(&["UN2803", "UN1203"]).verdict,
        Permitted,
        "class 3 does not mind class 8"
    );
}

#[test]
fn a_state_for_which_nobody_vouches_by_name_clears_nothing_without_a_confirmation() {
    // Batteries wet with acid, typed as solid, beside 4.2: X if they count as a corrosive liquid.
    let mut mixed = load(&["UN2794:solid", "UN1384"]);
    let judged = |load: &Load| check(Catalogue::embedded(), Regime::Us, load);
    let result = judged(&mixed);
    let [finding] = result.conflicts.as_slice() else {
        panic!("{:?}", result.conflicts)
    };
    let condition = finding.condition.as_ref().expect("a condition");
    assert_eq!(condition.id, "us:state-as-stated:us:UN1384:II+us:UN2794");
    assert_eq!((result.verdict, result.is_compatible), (Conditional, false));
    mixed.lines[0].stated_by = Some("  ".to_owned());
    assert_eq!(judged(&mixed).verdict, Conditional);
    mixed.lines[0].stated_by = Some("Kim Tran".to_owned());
    assert_eq!(judged(&mixed).verdict, Permitted);
}

#[test]
fn a_molten_corrosive_is_no_solid_because_it_is_packed_as_one() {
    // 177.848(c): a liquid of class 8 never with 4.2.
    let result = us(&["us:UN2215:III:2", "UN1384"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::PhysicalState].as_slice())
    );
    assert_eq!(us(&["us:UN2215:III:1", "UN1384"]).verdict, Permitted);
}

#[test]
fn a_stated_state_never_overrides_the_table() {
    let result = us(&["UN1830:solid", "UN1361:II"]);
    assert_eq!(needs(&result, 0), [Need::PhysicalState]);
    assert_eq!(result.lines[0].verdict, NotCleared);
    assert!(!result.is_compatible);
}

#[test]
fn class_8_solids_are_said_to_be_outside_the_table() {
    let result = us(&["UN1759:II", "UN1496"]);
    assert_eq!(result.verdict, Permitted);
    assert_eq!(notes(&result), [("49 CFR 177.848(d)", 0)]);
    assert!(result.notes[0].sentence.contains("no statement that it is safe"));
}

#[test]
fn goods_outside_the_table_are_named_and_not_called_safe() {
    for goods in ["UN3077", "UN2814", "UN1680", "us:UN1955:zoneC", "us:UN1955:zoneD"] {
        assert!(
            notes(&us(&[goods])).contains(&("49 CFR 177.848(d)", 0)),
            "{goods}"
        );
    }
}

#[test]
fn packages_without_labels_are_said_to_be_outside_paragraph_a() {
    assert_eq!(notes(&us(&["UN0012", "UN1203"])), [("49 CFR 177.848(a)", 0)]);
}

#[test]
fn a_limited_quantity_the_row_does_not_provide_for_is_not_cleared() {
    let result = us(&["UN1017:LQ"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::LimitedQuantity].as_slice())
    );
}

#[test]
fn poison_of_zone_a_is_kept_from_classes_3_4_5_and_8_liquid() {
    for other in [
        "UN1203",
        "UN1830",
        "UN1309:II",
        "UN1361:II",
        "UN1401",
        "UN1496",
        "UN3103",
    ] {
        let result = us(&["UN3381", other]);
        assert!(by_clause(&result, "49 CFR 177.848(c)").is_some(), "{other}");
        assert_eq!(result.verdict, Prohibited);
    }
}

#[test]
fn an_organic_cyanide_with_an_acid_is_a_question_of_chemistry() {
    let result = us(&["UN3449", "UN1789"]);
    let finding = by_clause(&result, "49 CFR 177.848(c)").expect("a finding");
    assert_eq!(finding.verdict, Conditional);
    let corrosive = us(&["UN1680", "UN1760:I"]);
    assert_eq!(corrosive.verdict, Conditional, "a corrosive that may be an acid");
    assert_eq!(
        us(&["UN1680", "UN1824:II"]).verdict,
        Permitted,
        "sodium hydroxide is none"
    );
}

#[test]
fn subsidiary_hazards_count_and_the_most_restrictive_cell_wins() {
    // 3 (6.1) is free beside 8 liquid by its class; 2.3 (2.1) zone B beside 6.1 zone A only by 2.1.
    let result = us(&["UN1017", "UN0161"]);
    assert_eq!(findings(&result)[0].1, "X at 2.3 zone B × 1.3");
    // 5.1 as a subsidiary hazard against a flammable liquid.
    let result = us(&["UN2031:I", "UN1203"]);
    assert_eq!(findings(&result)[0].1, "O at 5.1 × 3");
}

#[test]
fn goods_of_one_class_may_set_subsidiary_hazards_aside_by_a_statement() {
    // 8 liquid and 8 liquid (5.1).
    let lines = ["UN1830", "UN2031:I"];
    let result = us(&lines);
    let finding = by_clause(&result, "49 CFR 177.848(e)(6)").expect("a finding");
    assert_eq!((finding.verdict, result.is_compatible), (Conditional, false));
    let confirmed = confirm_all(&load(&lines), &result);
    assert!(check(Catalogue::embedded(), Regime::Us, &confirmed).is_compatible);
}

#[test]
fn a_prohibition_cannot_be_confirmed_away() {
    let mut load = load(&["UN1830", "UN1361:II"]);
    let result = check(Catalogue::embedded(), Regime::Us, &load);
    assert!(result.conflicts.iter().all(|finding| finding.condition.is_none()));
    for finding in &result.conflicts {
        load = load
            .confirming(&finding.clause, "somebody")
            .confirming(&finding.rule, "somebody");
    }
    assert!(!check(Catalogue::embedded(), Regime::Us, &load).is_compatible);
}

#[test]
fn a_confirmation_counts_for_its_condition_and_with_a_name_only() {
    let lines = ["UN1830", "UN1401"];
    let result = us(&lines);
    let conditions: Vec<&str> = result
        .conflicts
        .iter()
        .filter_map(|f| f.condition.as_ref())
        .map(|c| c.id.as_str())
        .collect();
    assert_eq!(
        conditions,
        [
            "us:separation:us:UN1401:II+us:UN1830:II",
            "us:position:us:UN1401:II+us:UN1830:II",
        ]
    );
    let compatible = |load| check(Catalogue::embedded(), Regime::Us, &load).is_compatible;
    let one = load(&lines).confirming(conditions[0], "a. loader");
    assert!(!compatible(one.clone()), "the second condition is open");
    assert!(
        !compatible(one.clone().confirming(conditions[1], "  ")),
        "nobody states it"
    );
    assert!(compatible(one.confirming(conditions[1], "a. loader")));
}

#[test]
fn note_a_is_for_1_1_and_1_5_and_not_for_1_2() {
    assert!(by_clause(&us(&["UN1942", "UN0331"]), "49 CFR 177.848(e)(5)").is_some());
    assert!(by_clause(&us(&["UN2067", "UN0081"]), "49 CFR 177.848(e)(5)").is_some());
    let result = us(&["UN1942", "UN0035"]);
    assert_eq!(
        (result.verdict, findings(&result)[0].1),
        (Prohibited, "X at 5.1 × 1.1 and 1.2")
    );
    assert_eq!(us(&["UN1486", "UN0081"]).verdict, Prohibited, "another nitrate");
}

#[test]
fn mixed_divisions_count_as_the_lowest() {
    let result = us(&["UN0081", "UN0331"]);
    assert_eq!(
        findings(&result),
        [("49 CFR 177.848(h)", "different divisions", Conditional)]
    );
    assert!(result.conflicts[0].sentence.ends_with("counts as 1.1"));
    // (i): 1.5D with 1.2D counts as 1.1D, lower than either.
    let result = us(&["UN0331", "UN0035"]);
    assert!(
        result.conflicts[0].sentence.ends_with("counts as 1.1"),
        "{:?}",
        result.conflicts
    );
}

#[test]
fn detonators_travel_with_explosives_only_in_named_containers() {
    let result = us(&["UN0029", "UN0081"]);
    assert_eq!(
        findings(&result),
        [("49 CFR 177.835(g)", "detonators", Conditional)]
    );
    let result = us(&["UN0360", "UN0081"]);
    assert_eq!(
        findings(&result),
        [("49 CFR 177.835(g)", "detonators", Prohibited)]
    );
    assert_eq!(
        us(&["UN0106", "UN0081"]).verdict,
        Prohibited,
        "fuzes are no detonators: X"
    );
    assert!(
        by_clause(&us(&["UN0455", "UN0081"]), "49 CFR 177.835(g)").is_some(),
        "1.4S detonators too"
    );
    assert!(
        by_clause(&us(&["UN0255", "UN0289"]), "49 CFR 177.835(g)").is_some(),
        "detonating cord of 1.4"
    );
    assert!(by_clause(&us(&["UN0255", "UN0044"]), "49 CFR 177.835(g)").is_none());
}

#[test]
fn detonators_of_b_with_d_that_177_835_g_does_not_name_are_not_free_of_the_x() {
    // 1.4B with 1.4D charges: X(4) in (f), and (g) speaks of cord alone in 1.4.
    assert_eq!(
        findings(&us(&["UN0255", "UN0440"])),
        [("49 CFR 177.835(g)", "detonators", Conditional)]
    );
    assert_eq!(
        findings(&us(&["UN0361", "UN0440"]))[0],
        ("49 CFR 177.848(f)", "X(4) at B × D", Prohibited),
        "assemblies have no containers"
    );
}

#[test]
fn fireworks_of_1_4s_stay_off_vehicles_with_1_1_and_1_2() {
    let result = us(&["UN0337", "UN0081"]);
    assert_eq!(result.verdict, Prohibited);
    assert_eq!(findings(&result)[0].1, "fireworks");
    assert_ne!(
        us(&["UN0323", "UN0081"]).verdict,
        Prohibited,
        "other goods of 1.4S may"
    );
    assert_eq!(
        us(&["UN0335", "UN0160"]).verdict,
        Prohibited,
        "group G fireworks with group C"
    );
}

#[test]
fn an_explosive_whose_class_is_not_given_is_not_cleared() {
    let result = us(&["UN0190"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::Classification].as_slice())
    );
}

#[test]
fn a_subsidiary_explosive_hazard_without_division_is_not_guessed() {
    // 5.2 (1) beside class 3: blank to X, as the division may be.
    let result = us(&["UN3101", "UN1203"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::Classification].as_slice())
    );
}

#[test]
fn an_empty_load_is_not_cleared() {
    let result = us(&[]);
    assert_eq!((result.verdict, result.is_compatible), (NotCleared, false));
    assert_eq!(result.conflicts[0].sentence, "the load has no lines");
}

#[test]
fn a_prohibition_that_holds_for_every_row_needs_no_choice_to_be_told() {
    let result = us(&["UN1950", "UN0081"]);
    assert_eq!(result.pairs[0].verdict, Prohibited);
    assert!(
        result
            .conflicts
            .iter()
            .any(|f| f.sentence.ends_with("whichever row is chosen"))
    );
}

#[test]
fn a_certain_prohibition_is_told_even_where_something_is_missing() {
    let result = us(&["UN1830:solid", "UN1361:II", "UN1017:LQ", "UN0081"]);
    let pairs: Vec<_> = result
        .pairs
        .iter()
        .filter(|pair| pair.verdict == Prohibited)
        .collect();
    assert!(
        pairs.iter().any(|pair| (pair.a, pair.b) == (0, 1)),
        "the table knows that the acid is liquid"
    );
    assert!(pairs.iter().any(|pair| (pair.a, pair.b) == (2, 3)));
}

#[test]
fn an_acid_gas_with_a_cyanide_is_a_question_of_chemistry() {
    assert!(by_clause(&us(&["UN1680", "UN1050"]), "49 CFR 177.848(c)").is_some());
    assert!(by_clause(&us(&["UN1680", "us:UN1005:2.3+8"]), "49 CFR 177.848(c)").is_none());
}

#[test]
fn goods_regulated_by_air_or_vessel_only_are_said_to_be_so_and_judged_all_the_same() {
    let result = us(&["UN1841", "UN0081"]);
    assert!(notes(&result).contains(&("49 CFR 172.101(b)", 0)));
    let result = us(&["UN2216"]);
    assert!(notes(&result).contains(&("49 CFR 172.101(b)", 0)));
    assert!(!notes(&us(&["UN1203"])).contains(&("49 CFR 172.101(b)", 0)));
}
