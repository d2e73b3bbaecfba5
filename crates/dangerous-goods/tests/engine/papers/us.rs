//! The words of the US shipping paper (49 CFR 172.202 and 172.203).

use super::{
    Details, Entry, Regime, description, details, faults, gasoline, goods, json, load, paper, paper_with,
    printed, with_entries,
};

fn us(line: serde_json::Value) -> String {
    description(Regime::Us, line)
}

#[test]
fn the_description_is_in_the_order_of_172_202_with_subsidiaries_and_technical_names() {
    let line = goods("UN1098", json!({}));
    assert_eq!(
        us(line),
        "UN1098, Allyl alcohol, 6.1 (3), PG I, Poison-Inhalation Hazard, Zone B"
    );
    let line = goods(
        "UN1993",
        json!({"packing_group": "II", "technical_name": "acetone, toluene"}),
    );
    assert_eq!(
        us(line),
        "UN1993, Flammable liquids, n.o.s. (acetone, toluene), 3, PG II"
    );
    let without = goods("UN1993", json!({"packing_group": "II"}));
    assert_eq!(
        faults(paper(Regime::Us, json!([without]))),
        ["lines[0].technical_name (49 CFR 172.203 (k))"]
    );
}

#[test]
fn every_fact_of_the_line_that_172_203_asks_for_stands_on_the_paper() {
    let facts = json!({"reportable_quantity": true, "environmentally_hazardous": true});
    assert_eq!(
        us(goods("UN1090", facts)),
        "RQ, UN1090, Acetone, 3, PG II, Marine Pollutant"
    );
    let facts = json!({"limited_quantity": true, "packaging": "fibreboard box"});
    assert_eq!(
        us(goods("UN1090", facts)),
        "UN1090, Acetone, 3, PG II, Limited Quantity"
    );
    let half_a_litre = json!({"value": "0.5", "unit": "L"});
    let facts = json!({"excepted_quantity": true, "quantity": half_a_litre, "packages": 1});
    assert!(us(goods("UN1090", facts)).ends_with(", Dangerous Goods in Excepted Quantities"));
}

#[test]
fn a_residue_is_last_contained_and_has_no_quantity_172_203_e() {
    let line = goods(
        "UN1090",
        json!({"empty_uncleaned": true, "packages": 3, "quantity": null}),
    );
    let row = printed(Regime::Us, json!([line])).remove(0);
    assert_eq!(
        row,
        [
            "3 × steel drum",
            "RESIDUE: Last Contained UN1090, Acetone, 3, PG II",
            ""
        ]
    );
}

#[test]
fn a_cargo_tank_is_quantity_enough_and_a_drum_is_not_172_202_a_5() {
    let tank = json!({"containment": "tank", "quantity": null, "packages": null, "packaging": null});
    let row = printed(Regime::Us, json!([goods("UN1090", tank)])).remove(0);
    assert_eq!([&row[0], &row[2]], ["1 cargo tank", ""]);
    let drum = goods("UN1090", json!({"quantity": null}));
    assert_eq!(
        faults(paper(Regime::Us, json!([drum]))),
        ["lines[0].quantity (49 CFR 172.202 (a)(5))"]
    );
    let portable = json!({"containment": "portable_tank", "packages": null});
    let portable = faults(paper(Regime::Us, json!([goods("UN1090", portable)])));
    assert_eq!(portable, ["lines[0].packages (49 CFR 172.202 (a)(7))"]);
}

#[test]
fn the_gross_mass_stands_beside_the_net_quantity_or_in_its_place() {
    let mass = json!({"value": "170.5", "unit": "kg"});
    let both = goods("UN1090", json!({"gross_mass": mass}));
    let alone = goods("UN1090", json!({"gross_mass": mass, "quantity": null}));
    let rows = printed(Regime::Us, json!([both, alone]));
    assert_eq!(
        [&rows[0][2], &rows[1][2]],
        ["200 L, 170.5 kg gross", "170.5 kg gross"]
    );
}

#[test]
fn of_cylinders_the_number_is_enough_and_of_a_cylindrical_drum_it_is_not_172_202_a_5() {
    let asked = |packaging: &str| {
        let line = goods("UN1090", json!({"quantity": null, "packaging": packaging}));
        paper(Regime::Us, json!([line]))
            .err()
            .map(|refused| faults(Err(refused)))
    };
    for packaging in ["cylinder", "steel Cylinders", "cyl.", "10 CYL"] {
        assert_eq!(asked(packaging), None, "{packaging}");
    }
    for packaging in ["cylindrical drum", "acylinder", "drum"] {
        let missing = vec!["lines[0].quantity (49 CFR 172.202 (a)(5))".to_owned()];
        assert_eq!(asked(packaging), Some(missing), "{packaging}");
    }
}

#[test]
fn poison_by_inhalation_names_its_zone_or_the_zone_is_missing_172_203_m() {
    let cylinder = json!({"quantity": {"value": "50", "unit": "kg"}, "packaging": "cylinders"});
    let mut oil_gas = goods("UN1071", cylinder);
    assert_eq!(
        faults(paper(Regime::Us, json!([oil_gas]))),
        ["lines[0].zone (49 CFR 172.203 (m))"]
    );
    oil_gas["zone"] = json!("C");
    assert_eq!(
        faults(paper(Regime::Us, json!([oil_gas]))),
        ["lines[0].zone (49 CFR 172.203 (m))"],
        "stated by nobody"
    );
    oil_gas["stated_by"] = json!("C. Chemist");
    assert_eq!(
        us(oil_gas),
        "UN1071, Oil gas, compressed, 2.3 (2.1), Poison-Inhalation Hazard, Zone C"
    );
}

#[test]
fn a_zone_that_somebody_states_is_printed_and_without_a_name_it_is_missing_172_203_m() {
    let mut poison = goods(
        "UN2810",
        json!({"packing_group": "I", "zone": "A", "technical_name": "x", "quantity": {"value": "5", "unit": "L"}}),
    );
    assert_eq!(
        faults(paper(Regime::Us, json!([poison]))),
        ["lines[0].zone (49 CFR 172.203 (m))"]
    );
    poison["stated_by"] = json!("C. Chemist");
    let text = us(poison);
    assert!(
        text.contains("6.1, PG I, Poison-Inhalation Hazard, Zone A"),
        "{text}"
    );
}

#[test]
fn hydrogen_fluoride_is_printed_with_zone_c_special_provision_3() {
    let text = us(goods(
        "UN1052",
        json!({"quantity": {"value": "50", "unit": "kg"}}),
    ));
    assert_eq!(
        text,
        "UN1052, Hydrogen fluoride, anhydrous, 8 (6.1), PG I, Poison-Inhalation Hazard, Zone C"
    );
}

#[test]
fn ammonia_within_the_united_states_is_an_inhalation_hazard_without_zone_special_provision_13() {
    let line = goods(
        "UN1005",
        json!({"us_row": "us:UN1005:2.2", "quantity": {"value": "50", "unit": "kg"}}),
    );
    assert_eq!(us(line), "UN1005, Ammonia, anhydrous, 2.2, Inhalation Hazard");
}

#[test]
fn what_tank_or_temperature_ask_for_is_required_and_printed_172_203_h_o() {
    let tank = json!({"us_row": "us:UN1005:2.2", "containment": "tank", "quantity": null});
    assert_eq!(
        faults(paper(Regime::Us, json!([goods("UN1005", tank.clone())]))),
        ["lines[0].entries.ammonia_in_tank (49 CFR 172.203 (h)(1))"]
    );
    let ammonia = with_entries(
        goods("UN1005", tank),
        json!({"ammonia_in_tank": "not for Q and T tanks"}),
    );
    assert!(us(ammonia).ends_with("Inhalation Hazard, NOT FOR Q and T TANKS"));
    let gas = json!({"containment": "tank", "quantity": null});
    let gas = with_entries(goods("UN1075", gas), json!({"petroleum_gas_in_tank": "noncor"}));
    assert!(us(gas).ends_with(", NONCOR"));
    let cold = json!({"technical_name": "peroxide", "quantity": {"value": "5", "unit": "kg"}});
    assert_eq!(
        faults(paper(Regime::Us, json!([goods("UN3115", cold.clone())]))),
        [
            "lines[0].entries.control_temperature (49 CFR 172.203 (o)(2))",
            "lines[0].entries.emergency_temperature (49 CFR 172.203 (o)(2))",
        ]
    );
    let cold = with_entries(
        goods("UN3115", cold),
        json!({"control_temperature": "-10", "emergency_temperature": "0"}),
    );
    assert!(us(cold).ends_with(", Control temperature: -10 °C, Emergency temperature: 0 °C"));
}

#[test]
fn radioactive_material_names_everything_that_is_missing_172_203_d() {
    let line = goods("UN2915", json!({"quantity": null, "packaging": "type A package"}));
    assert_eq!(
        faults(paper(Regime::Us, json!([line]))),
        [
            "lines[0].entries.radionuclides (49 CFR 172.203 (d)(1))",
            "lines[0].entries.radioactive_form (49 CFR 172.203 (d)(2))",
            "lines[0].entries.activity (49 CFR 172.203 (d)(3))",
            "lines[0].radioactive_category (49 CFR 172.203 (d)(4))",
        ]
    );
    assert!(
        us(yellow("UN2915", "0.4")).ends_with(
            ", 7, RADIOACTIVE YELLOW-II, Radionuclides: Ir-192, Form: special form, Activity: 1.2 TBq, Transport index: 0.4"
        )
    );
}

#[test]
fn fissile_and_approved_packages_name_index_and_approval_172_203_d_6_7() {
    let lacking = faults(paper(Regime::Us, json!([yellow("UN3328", "0.4")])));
    assert_eq!(
        lacking,
        [
            "lines[0].entries.criticality_safety_index (49 CFR 172.203 (d)(6))",
            "lines[0].entries.approval_mark (49 CFR 172.203 (d)(7))",
        ]
    );
    let mut line = yellow("UN3328", "0.4");
    line["entries"]["criticality_safety_index"] = json!("2.5");
    line["entries"]["approval_mark"] = json!("USA/9168/B(U)F-96");
    assert!(us(line).ends_with("Criticality safety index: 2.5, Approval: USA/9168/B(U)F-96"));
}

#[test]
fn a_transport_index_above_what_the_label_stands_for_is_refused_172_403_c() {
    let refused = |index: &str, category: &str| {
        let mut line = yellow("UN2915", index);
        line["radioactive_category"] = json!(category);
        paper(Regime::Us, json!([line])).is_err()
    };
    assert!(!refused("1.0", "II") && refused("1.1", "II") && refused("10", "II"));
    assert!(!refused("10.0", "III"));
    assert!(!refused("0", "I") && refused("0.1", "I"));
}

#[test]
fn entries_that_nobody_answers_for_are_on_no_paper() {
    let mut line = yellow("UN2915", "0.4");
    line["stated_by"] = json!(" ");
    let lacking = faults(paper(Regime::Us, json!([line])));
    assert!(
        lacking.contains(&"lines[0].stated_by (somebody answers for the entries by name)".to_owned()),
        "{lacking:?}"
    );
}

#[test]
fn what_only_the_other_regime_asks_for_is_not_printed() {
    let fireworks = goods("UN0336", json!({"quantity": {"value": "4", "unit": "kg NEM"}}));
    let fireworks = with_entries(fireworks, json!({"fireworks_reference": "D/BAM1234"}));
    assert!(!us(fireworks).contains("BAM"));
}

/// Class 7 in yellow-II packages with everything that every such line needs.
fn yellow(number: &str, index: &str) -> serde_json::Value {
    let line = goods(number, json!({"quantity": null, "radioactive_category": "II"}));
    with_entries(
        line,
        json!({"radionuclides": "Ir-192", "radioactive_form": "special form", "activity": "1.2 TBq",
            "transport_index": index}),
    )
}

#[test]
fn explosives_are_stated_in_net_explosive_mass_and_with_their_group_172_202_a_5_i() {
    let line = goods("UN0336", json!({"quantity": {"value": "12.5", "unit": "kg NEM"}}));
    let row = printed(Regime::Us, json!([line])).remove(0);
    assert_eq!(
        row[1..],
        ["UN0336, Fireworks, 1.4G", "12.5 kg net explosive mass"]
    );
    let in_kilograms = goods("UN0336", json!({"quantity": {"value": "12.5", "unit": "kg"}}));
    let refused = faults(paper(Regime::Us, json!([in_kilograms])));
    assert!(refused[0].contains("expected net explosive mass"), "{refused:?}");
}

#[test]
fn combustible_liquids_are_called_so_and_bear_no_label() {
    let line = goods(
        "NA1993",
        json!({"us_row": "us:NA1993:III:combustible", "technical_name": "fuel additive"}),
    );
    let paper = paper(Regime::Us, json!([line])).unwrap();
    let row = &paper.rows()[0];
    assert_eq!(
        row.description,
        "NA1993, Combustible liquid, n.o.s. (fuel additive), Combustible liquid, PG III"
    );
    assert_eq!(row.labels, []);
}

#[test]
fn what_the_table_only_explains_by_is_no_part_of_the_name_172_101_c_2() {
    assert_eq!(us(gasoline()), "UN1203, Gasoline, 3, PG II");
}

#[test]
fn a_further_entry_stands_after_what_the_goods_ask_for() {
    let entries = vec![Entry {
        line: 0,
        text: " DOT-SP 12345 ".to_owned(),
    }];
    let given = Details { entries, ..details() };
    let paper = paper_with(Regime::Us, load(json!([yellow("UN2915", "0.4")])), &given).unwrap();
    assert!(
        paper.rows()[0]
            .description
            .ends_with("Transport index: 0.4, DOT-SP 12345")
    );
}

#[test]
fn an_entry_for_a_line_that_is_not_there_is_refused() {
    let entries = vec![Entry {
        line: 1,
        text: "DOT-SP 12345".to_owned(),
    }];
    let given = Details { entries, ..details() };
    let refused = faults(paper_with(Regime::Us, load(json!([gasoline()])), &given));
    assert_eq!(refused, ["`entries[0].line` is `1`, expected a line of the load"]);
}

#[test]
fn rows_that_read_alike_on_paper_need_no_choice_and_others_do() {
    let choose = "lines[0].us_row (a paper names one row of the table; choose it)";
    let line = goods("UN1263", json!({"packing_group": "II"}));
    assert_eq!(
        faults(paper(Regime::Us, json!([line, gasoline()]))),
        [choose],
        "paint, or what is related to it"
    );
}
