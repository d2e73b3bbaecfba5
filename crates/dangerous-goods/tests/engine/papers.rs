//! From a checked load to its paper (DG-4): only from exactly the load that was checked, and with every fact of
//! its lines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use dangerous_goods::paper::{self, Details, EmergencyContact, Entry, Fault, Party, Refusal, Signer, issue};
use dangerous_goods::{Catalogue, CheckResult, Load, Regime, check};
use serde_json::{Value, json};
use time::macros::datetime;

/// A line with everything that both papers ask for.
fn gasoline() -> Value {
    json!({"goods": "UN1203", "quantity": {"value": "200", "unit": "L"}, "packages": 1, "packaging": "steel drum"})
}

/// The gasoline's line with other facts.
fn goods(number: &str, facts: Value) -> Value {
    let mut line = gasoline();
    line["goods"] = json!(number);
    for (name, value) in facts.as_object().unwrap() {
        line[name] = value.clone();
    }
    line
}

fn load(lines: Value) -> Load {
    serde_json::from_value(json!({ "lines": lines })).unwrap()
}

fn details() -> Details {
    let party = |name: &str| Party {
        name: name.to_owned(),
        address: vec!["1 Main St".to_owned(), "Reno NV 89501".to_owned()],
    };
    Details {
        number: "SP-1".to_owned(),
        issued_at: datetime!(2026-11-22 09:30 UTC),
        consignor: party("Alpha Chemicals"),
        consignee: party("Receiving Works"),
        emergency_contact: Some(EmergencyContact {
            name: "Night desk".to_owned(),
            phone: "+1 800 555 0100".to_owned(),
            contract: None,
        }),
        signer: Some(Signer {
            name: "M. Shipper".to_owned(),
            title: None,
        }),
        entries: Vec::new(),
    }
}

fn checked(regime: Regime, load: &Load) -> CheckResult {
    check(Catalogue::embedded(), regime, load)
}

/// The paper of a load with every condition of its check confirmed.
fn paper_with(regime: Regime, mut load: Load, details: &Details) -> Result<paper::Content, Refusal> {
    let conditions = checked(regime, &load).conflicts;
    for condition in conditions.iter().filter_map(|finding| finding.condition.as_ref()) {
        load = load.confirming(&condition.id, "M. Loader");
    }
    issue(
        Catalogue::embedded(),
        regime,
        &load,
        &checked(regime, &load),
        details,
    )
}

fn paper(regime: Regime, lines: Value) -> Result<paper::Content, Refusal> {
    paper_with(regime, load(lines), &details())
}

/// What is printed for each line: packages, description, quantity.
fn printed(regime: Regime, lines: Value) -> Vec<[String; 3]> {
    let paper = paper(regime, lines).unwrap_or_else(|refusal| panic!("{refusal}"));
    let rows = paper.rows().iter();
    rows.map(|row| {
        [
            row.packages.clone(),
            row.description.clone(),
            row.quantity.clone(),
        ]
    })
    .collect()
}

fn description(regime: Regime, line: Value) -> String {
    printed(regime, json!([line])).remove(0)[1].clone()
}

/// Every fault of the paper, as `field (clause)` or in its own words.
fn faults(refused: Result<paper::Content, Refusal>) -> Vec<String> {
    let Err(Refusal::Incomplete(error)) = refused else {
        panic!("expected a paper that lacks something")
    };
    let told = |fault: &Fault| match fault {
        Fault::Missing { field, clause } => format!("{field} ({clause})"),
        other => other.to_string(),
    };
    error.faults.iter().map(told).collect()
}

mod admission {
    use dangerous_goods::Verdict;

    use super::{
        Catalogue, Refusal, Regime, Value, check, checked, details, gasoline, goods, issue, json, load,
    };

    #[test]
    fn a_load_changed_in_any_field_after_its_check_has_no_paper_dg_4() {
        let before = load(json!([gasoline(), goods("UN1090", json!({}))]));
        for regime in Regime::ALL {
            let result = checked(regime, &before);
            assert!(issue(Catalogue::embedded(), regime, &before, &result, &details()).is_ok());
            let changes: [(&str, Value); 9] = [
                ("quantity", json!({"value": "200.001", "unit": "L"})),
                ("gross_mass", json!({"value": "190", "unit": "kg"})),
                ("packages", json!(2)),
                ("packaging", json!("steel drum ")),
                ("technical_name", json!("octane")),
                ("environmentally_hazardous", json!(true)),
                ("reportable_quantity", json!(true)),
                ("empty_uncleaned", json!(true)),
                ("bay", json!(1)),
            ];
            for (field, value) in changes {
                let mut after = serde_json::to_value(&before).unwrap();
                after["lines"][1][field] = value;
                let after = serde_json::from_value(after).unwrap();
                let refused = issue(Catalogue::embedded(), regime, &after, &result, &details());
                assert!(
                    matches!(refused, Err(Refusal::OtherLoad { .. })),
                    "{regime} {field}"
                );
            }
        }
    }

    #[test]
    fn the_check_of_another_load_of_another_regime_or_of_other_data_makes_no_paper_dg_4() {
        let (one, other) = (load(json!([gasoline()])), load(json!([gasoline(), gasoline()])));
        let of = |regime| checked(regime, &one);
        let asked = |load, result: &_| {
            issue(Catalogue::embedded(), Regime::Us, load, result, &details()).unwrap_err()
        };
        assert!(matches!(
            asked(&other, &of(Regime::Us)),
            Refusal::OtherLoad { .. }
        ));
        assert_eq!(
            asked(&one, &of(Regime::Adr)),
            Refusal::OtherRegime {
                checked: Regime::Adr,
                asked: Regime::Us
            }
        );
        let mut older = of(Regime::Us);
        older.edition_hash = "0".repeat(64).into();
        assert!(matches!(asked(&one, &older), Refusal::OtherEdition { .. }));
    }

    #[test]
    fn what_is_prohibited_conditional_or_not_cleared_has_no_paper_whatever_the_result_claims_dg_4() {
        let powder = goods("UN0027", json!({"quantity": {"value": "50", "unit": "kg NEM"}}));
        let nitrate = goods("UN1942", json!({"quantity": {"value": "500", "unit": "kg"}}));
        let loads = [
            (json!([gasoline(), powder]), Verdict::Prohibited),
            (json!([gasoline(), nitrate]), Verdict::Conditional),
            (json!([goods("UN9999", json!({}))]), Verdict::NotCleared),
        ];
        for (lines, verdict) in loads {
            let load = load(lines);
            let mut result = check(Catalogue::embedded(), Regime::Us, &load);
            for claimed in [false, true] {
                result.is_compatible = claimed;
                let refused = issue(Catalogue::embedded(), Regime::Us, &load, &result, &details());
                assert_eq!(
                    refused.unwrap_err(),
                    Refusal::NotCompatible(verdict),
                    "claimed {claimed}"
                );
            }
        }
    }
}

mod us {
    use super::{
        Details, Entry, Regime, description, details, faults, gasoline, goods, json, load, paper, paper_with,
        printed,
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
        let facts = json!({"excepted_quantity": true});
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
        let ammonia = load(json!([goods("UN1005", tank)]));
        let lacking = faults(paper_with(Regime::Us, ammonia.clone(), &details()));
        assert_eq!(
            lacking,
            [
                "`lines[0].entries` lacks `0.2 PERCENT WATER` or `NOT FOR Q and T TANKS` (49 CFR 172.203 (h)(1))"
            ]
        );
        let entries = vec![Entry {
            line: 0,
            text: "Not for Q and T tanks".to_owned(),
        }];
        let given = Details { entries, ..details() };
        let paper = paper_with(Regime::Us, ammonia, &given).unwrap();
        assert!(
            paper.rows()[0]
                .description
                .ends_with("Inhalation Hazard, Not for Q and T tanks")
        );
    }

    #[test]
    fn radioactive_material_names_everything_that_is_missing_172_203_d() {
        let line = goods("UN2915", json!({"quantity": null, "packaging": "type A package"}));
        assert_eq!(
            faults(paper(Regime::Us, json!([line]))),
            [
                "`lines[0].entries` lacks `Radionuclides: …` (49 CFR 172.203 (d)(1))",
                "`lines[0].entries` lacks `Form: …` (49 CFR 172.203 (d)(2))",
                "`lines[0].entries` lacks `Activity: …` (49 CFR 172.203 (d)(3))",
                "lines[0].radioactive_category (49 CFR 172.203 (d)(4))",
            ]
        );
        let stated = json!({"quantity": null, "radioactive_category": "II", "stated_by": "R. Officer"});
        let texts = [
            "Radionuclides: Ir-192",
            "Form: special form",
            "Activity: 1.2 TBq",
            "Transport index: 0.4",
        ];
        let entry = |text: &str| Entry {
            line: 0,
            text: text.to_owned(),
        };
        let given = Details {
            entries: texts.into_iter().map(entry).collect(),
            ..details()
        };
        let paper = paper_with(Regime::Us, load(json!([goods("UN2915", stated)])), &given).unwrap();
        let printed = &paper.rows()[0].description;
        assert!(
            printed.ends_with(
                ", 7, RADIOACTIVE YELLOW-II, Radionuclides: Ir-192, Form: special form, Activity: 1.2 TBq, Transport index: 0.4"
            ),
            "{printed}"
        );
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
    fn rows_that_read_alike_on_paper_need_no_choice_and_others_do() {
        let choose = "lines[0].us_row (a paper names one row of the table; choose it)";
        let line = goods("UN1263", json!({"packing_group": "II"}));
        assert_eq!(
            faults(paper(Regime::Us, json!([line, gasoline()]))),
            [choose],
            "paint, or what is related to it"
        );
    }
}

mod adr {
    use super::{
        Details, Entry, Regime, description, details, faults, gasoline, goods, json, load, paper, paper_with,
        printed,
    };

    fn adr(line: serde_json::Value) -> String {
        description(Regime::Adr, line)
    }

    #[test]
    fn the_description_is_in_the_order_of_5_4_1_1_1_with_tunnel_code() {
        let line = goods("UN1098", json!({"environmentally_hazardous": true}));
        assert_eq!(
            adr(line),
            "UN 1098, Allyl alcohol, 6.1 (3), PG I, (C/D), ENVIRONMENTALLY HAZARDOUS"
        );
        let limited = goods("UN1098", json!({"limited_quantity": false}));
        assert_eq!(adr(limited), "UN 1098, Allyl alcohol, 6.1 (3), PG I, (C/D)");
        let named = goods(
            "UN3082",
            json!({"technical_name": "benzoate", "environmentally_hazardous": true}),
        );
        assert!(
            !adr(named).contains("ENVIRONMENTALLY HAZARDOUS"),
            "5.4.1.1.18: the name says it"
        );
    }

    #[test]
    fn an_empty_packaging_is_empty_uncleaned_and_of_transport_category_4_5_4_1_1_6() {
        let empty = goods(
            "UN1098",
            json!({"empty_uncleaned": true, "packages": 3, "quantity": null}),
        );
        let paper = paper(Regime::Adr, json!([gasoline(), empty])).unwrap();
        let row = &paper.rows()[1];
        assert_eq!(
            row.description,
            "EMPTY, UNCLEANED, UN 1098, Allyl alcohol, 6.1 (3), PG I, (C/D)"
        );
        assert_eq!(
            (row.packages.as_str(), row.quantity.as_str(), row.category),
            ("3 × steel drum", "", Some(4))
        );
        let refused = goods("UN1098", json!({"quantity": null}));
        assert_eq!(
            faults(super::paper(Regime::Adr, json!([refused]))),
            ["lines[0].quantity (ADR 5.4.1.1.1 (f))"]
        );
    }

    #[test]
    fn the_exemption_is_stated_up_to_a_thousand_points_and_never_above_or_unknown_1_1_3_6() {
        let litres = |litres: &str| goods("UN1203", json!({"quantity": {"value": litres, "unit": "L"}}));
        let text = |lines| paper(Regime::Adr, lines).unwrap().to_string();
        let exempt = text(json!([litres("333")]));
        assert!(
            exempt.contains("calculated value 999, not above 1000."),
            "{exempt}"
        );
        assert!(
            exempt.contains("Transport category 2: 333 L, calculated value 999."),
            "{exempt}"
        );
        assert!(!text(json!([litres("334")])).contains("1.1.3.6"), "1002 points");
        assert!(
            !text(json!([litres("100"), litres("300")])).contains("1.1.3.6"),
            "1200 points"
        );
        let tank = goods("UN1203", json!({"containment": "tank"}));
        assert!(!text(json!([tank])).contains("1.1.3.6"), "packages only");
        let in_kilograms = goods("UN1203", json!({"quantity": {"value": "1", "unit": "kg"}}));
        assert!(
            !text(json!([litres("1"), in_kilograms])).contains("1.1.3.6"),
            "liquids count in litres"
        );
    }

    #[test]
    fn vehicles_that_travel_apart_have_a_statement_each() {
        let on = |vehicle: u8, litres: &str| {
            goods(
                "UN1203",
                json!({"vehicle": vehicle, "quantity": {"value": litres, "unit": "L"}}),
            )
        };
        let mut apart = load(json!([on(1, "300"), on(2, "200")]));
        apart.travel = dangerous_goods::Travel::Apart;
        let text = paper_with(Regime::Adr, apart.clone(), &details())
            .unwrap()
            .to_string();
        for said in [
            "Vehicle 1: within the limits of ADR 1.1.3.6: calculated value 900",
            "Vehicle 2: within the limits of ADR 1.1.3.6: calculated value 600",
        ] {
            assert!(text.contains(said), "{text}");
        }
        apart.travel = dangerous_goods::Travel::Coupled;
        let text = paper_with(Regime::Adr, apart, &details()).unwrap().to_string();
        assert!(!text.contains("1.1.3.6"), "one unit of 1500 points: {text}");
    }

    #[test]
    fn explosives_are_totalled_and_fireworks_name_their_classification_5_4_1_2_1() {
        let line =
            |number: &str, mass: &str| goods(number, json!({"quantity": {"value": mass, "unit": "kg NEM"}}));
        let lines = json!([line("UN0336", "12.5"), line("UN0337", "0.75")]);
        let lacking = faults(paper(Regime::Adr, lines.clone()));
        assert_eq!(lacking.len(), 2, "{lacking:?}");
        assert!(
            lacking.iter().all(|fault| fault.ends_with("(ADR 5.4.1.2.1 (g))")),
            "{lacking:?}"
        );
        let text = "Classification of fireworks by the competent authority of GB with the firework reference GB/HSE1";
        let entry = |line| Entry {
            line,
            text: text.to_owned(),
        };
        let given = Details {
            entries: vec![entry(0), entry(1)],
            ..details()
        };
        let paper = paper_with(Regime::Adr, load(lines), &given).unwrap().to_string();
        assert!(
            paper.contains("Total net mass of explosive contents: 13.25 kg."),
            "{paper}"
        );
        assert!(
            paper.contains(&format!("UN 0336, Fireworks, 1.4G, (E), {text}")),
            "{paper}"
        );
    }

    #[test]
    fn what_temperature_or_holding_time_ask_for_is_required_5_4_1_2() {
        let cold =
            json!({"technical_name": "peroxide", "quantity": {"value": "5", "unit": "kg"}, "stated_by": "C"});
        let lacking = faults(paper(Regime::Adr, json!([goods("UN3115", cold)])));
        assert!(lacking[0].ends_with("(ADR 5.4.1.2.3.1)"), "{lacking:?}");
        let tank = json!({"containment": "portable_tank", "quantity": {"value": "5000", "unit": "kg"}});
        let lacking = faults(paper(Regime::Adr, json!([goods("UN1977", tank)])));
        assert_eq!(
            lacking,
            ["`lines[0].entries` lacks `End of holding time: day/month/year` (ADR 5.4.1.2.2 (d))"]
        );
    }

    #[test]
    fn infectious_substances_name_a_responsible_person_5_4_1_2_4() {
        let line = goods(
            "UN3291",
            json!({"adr_row": "adr:UN3291:6.2", "quantity": {"value": "5", "unit": "kg"}}),
        );
        let nobody = Details {
            emergency_contact: None,
            ..details()
        };
        let lacking = faults(paper_with(Regime::Adr, load(json!([line])), &nobody));
        assert_eq!(lacking, ["emergency_contact (ADR 5.4.1.2.4)"]);
        assert!(
            paper(Regime::Adr, json!([line]))
                .unwrap()
                .to_string()
                .contains("Responsible person")
        );
        assert!(paper_with(Regime::Adr, load(json!([gasoline()])), &nobody).is_ok());
    }

    #[test]
    fn special_provision_640_is_told_of_tanks_and_not_of_packages() {
        let rows = ["adr:UN1266:II:1", "adr:UN1266:II:2"];
        for (row, letter) in rows.into_iter().zip(["C", "D"]) {
            let tank = goods("UN1266", json!({"adr_row": row, "containment": "tank"}));
            assert!(adr(tank).ends_with(&format!("Special provision 640{letter}")));
        }
        let package = goods("UN1266", json!({"packing_group": "II"}));
        assert_eq!(
            adr(package),
            "UN 1266, Perfumery products with flammable solvents, 3, PG II, (D/E)",
            "no choice"
        );
    }

    #[test]
    fn goods_that_adr_does_not_apply_to_are_left_out_and_named() {
        let ice = goods("UN1845", json!({"quantity": {"value": "20", "unit": "kg"}}));
        let paper = paper(Regime::Adr, json!([ice, gasoline()])).unwrap();
        assert_eq!(paper.rows().len(), 1);
        assert!(
            paper
                .to_string()
                .contains("Not subject to ADR: line 1, UN1845 Carbon dioxide, solid."),
            "{paper}"
        );
        let alone = super::paper(Regime::Adr, json!([ice])).unwrap_err();
        assert_eq!(alone, super::Refusal::NothingToDeclare);
        assert_eq!(printed(Regime::Us, json!([ice])).len(), 1);
    }
}

mod exchange {
    use dangerous_goods::paper::json::{self as exchanged, Document, SCHEMA};

    use super::{Regime, Value, gasoline, goods, json, paper};

    /// What is wrong with a value, by the parts of JSON Schema that the schema uses; a reader that is not ours
    /// but knows no more than these.
    fn wrong(schema: &Value, root: &Value, value: &Value, at: &str) -> Vec<String> {
        let mut wrong_here = Vec::new();
        for (keyword, rule) in schema.as_object().unwrap() {
            let fits = match keyword.as_str() {
                "$ref" => {
                    let target = root
                        .pointer(rule.as_str().unwrap().trim_start_matches('#'))
                        .unwrap();
                    wrong_here.extend(wrong(target, root, value, at));
                    true
                }
                "type" => match rule.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_u64(),
                    other => panic!("type {other}"),
                },
                "const" => rule == value,
                "enum" => rule.as_array().unwrap().contains(value),
                "oneOf" => {
                    let fitting = rule
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter(|one| wrong(one, root, value, at).is_empty());
                    fitting.count() == 1
                }
                "required" => rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|name| value.get(name.as_str().unwrap()).is_some()),
                "additionalProperties" => {
                    let known = schema["properties"].as_object().unwrap();
                    value
                        .as_object()
                        .is_none_or(|members| members.keys().all(|name| known.contains_key(name)))
                }
                "properties" => {
                    for (name, rule) in rule.as_object().unwrap() {
                        if let Some(member) = value.get(name) {
                            wrong_here.extend(wrong(rule, root, member, &format!("{at}/{name}")));
                        }
                    }
                    true
                }
                "items" => {
                    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                        wrong_here.extend(wrong(rule, root, item, &format!("{at}/{n}")));
                    }
                    true
                }
                "minItems" => value
                    .as_array()
                    .is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
                "minLength" => value
                    .as_str()
                    .is_none_or(|text| text.len() as u64 >= rule.as_u64().unwrap()),
                "minimum" => value.as_u64() >= rule.as_u64(),
                "maximum" => value.as_u64() <= rule.as_u64(),
                "pattern" => value.as_str().is_some_and(|text| match rule.as_str().unwrap() {
                    "^[0-9a-f]{64}$" => {
                        text.len() == 64 && text.bytes().all(|b| b"0123456789abcdef".contains(&b))
                    }
                    "^[0-9]+(\\.[0-9]+)?$" => text.bytes().all(|b| b.is_ascii_digit() || b == b'.'),
                    "^(UN|NA) ?[0-9]{4}$" => text.starts_with("UN") || text.starts_with("NA"),
                    other => panic!("pattern {other}"),
                }),
                "format" | "description" | "title" | "$schema" | "$id" | "$defs" => true,
                other => panic!("`{other}` is new to the test"),
            };
            if !fits {
                wrong_here.push(format!("{at}: {keyword} {rule}, not {value}"));
            }
        }
        wrong_here
    }

    fn samples() -> Vec<Value> {
        let chlorine = json!({"quantity": {"value": "50", "unit": "kg"}, "gross_mass": {"value": "90", "unit": "kg"},
            "reportable_quantity": true, "environmentally_hazardous": true, "packaging": "cylinders"});
        vec![
            json!([gasoline()]),
            json!([goods("UN1017", chlorine)]),
            json!([
                goods(
                    "UN1993",
                    json!({"packing_group": "II", "technical_name": "acetone"})
                ),
                goods("UN1090", json!({"limited_quantity": true}))
            ]),
            json!([goods(
                "UN1090",
                json!({"containment": "tank", "quantity": null, "empty_uncleaned": true})
            )]),
        ]
    }

    #[test]
    fn every_paper_fits_the_published_schema_and_survives_json_dg_4() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        for lines in samples() {
            for regime in Regime::ALL {
                let content = paper(regime, lines.clone()).unwrap_or_else(|refusal| panic!("{refusal}"));
                let bytes = exchanged::bytes(&content).unwrap();
                let value: Value = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(wrong(&schema, &schema, &value, ""), Vec::<String>::new());
                let read: Document = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(read, exchanged::document(&content));
                assert_eq!(
                    bytes,
                    exchanged::bytes(&content).unwrap(),
                    "the same paper is the same bytes"
                );
                for (row, item) in content.rows().iter().zip(&read.lines) {
                    assert_eq!(row.description, item.printed.description);
                }
            }
        }
    }

    #[test]
    fn the_schema_refuses_what_is_no_paper() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let content = paper(Regime::Us, json!([gasoline()])).unwrap();
        let good: Value = serde_json::from_slice(&exchanged::bytes(&content).unwrap()).unwrap();
        let spoiled: [fn(&mut Value); 6] = [
            |paper| paper["load_hash"] = json!("none"),
            |paper| paper["lines"] = json!([]),
            |paper| paper["lines"][0]["goods"]["invented"] = json!(true),
            |paper| paper["lines"][0]["goods"]["packages"] = json!(0),
            |paper| paper["lines"][0]["goods"]["inhalation"] = json!({"poison": "E"}),
            |paper| {
                paper.as_object_mut().unwrap().remove("data_hash");
            },
        ];
        for (n, spoil) in spoiled.into_iter().enumerate() {
            let mut value = good.clone();
            spoil(&mut value);
            assert_ne!(
                wrong(&schema, &schema, &value, ""),
                Vec::<String>::new(),
                "spoiled {n}"
            );
        }
    }

    #[test]
    fn the_json_carries_the_hash_of_the_load_the_edition_and_the_hash_of_its_data_dg_4() {
        let load = super::load(json!([gasoline()]));
        let result = super::checked(Regime::Adr, &load);
        let content = super::issue(
            super::Catalogue::embedded(),
            Regime::Adr,
            &load,
            &result,
            &super::details(),
        )
        .unwrap();
        let document = exchanged::document(&content);
        assert_eq!(document.load_hash, load.hash().to_string());
        assert_eq!(
            (document.edition.as_str(), document.data_hash.as_str()),
            ("ADR 2025", &*result.edition_hash)
        );
        assert!(
            content.to_string().contains(&document.load_hash)
                && content.to_string().contains(&document.data_hash)
        );
    }
}
