//! What papers ask for, and what they leave out, in cases that few loads have. Each was once broken unseen.

use super::{Details, Regime, details, faults, gasoline, goods, json, load, paper, paper_with, printed};

/// The paper is made out by somebody whom nobody answers for.
fn nobody() -> Details {
    Details {
        emergency_contact: None,
        ..details()
    }
}

fn text(regime: Regime, lines: serde_json::Value) -> String {
    paper(regime, lines)
        .unwrap_or_else(|refusal| panic!("{refusal}"))
        .to_string()
}

#[test]
fn a_biological_substance_of_category_b_needs_no_responsible_person_5_4_1_2_4() {
    let line = |number: &str, row: &str| {
        goods(
            number,
            json!({"adr_row": row, "technical_name": "x", "quantity": {"value": "5", "unit": "kg"}}),
        )
    };
    let of = |line| paper_with(Regime::Adr, load(json!([line])), &nobody());
    assert!(of(line("UN3373", "adr:UN3373:1")).is_ok());
    assert_eq!(
        faults(of(line("UN2814", "adr:UN2814:6.2:1"))),
        ["emergency_contact (ADR 5.4.1.2.4)"]
    );
}

#[test]
fn infectious_substances_are_named_technically_special_provision_318() {
    let line = goods(
        "UN2814",
        json!({"adr_row": "adr:UN2814:6.2:1", "quantity": {"value": "5", "unit": "kg"}}),
    );
    assert_eq!(
        faults(paper(Regime::Adr, json!([line]))),
        ["lines[0].technical_name (ADR 3.1.2.8)"]
    );
}

#[test]
fn the_telephone_may_lack_only_where_everything_is_a_limited_or_excepted_quantity_172_604_d() {
    let limited = goods(
        "UN1090",
        json!({"limited_quantity": true, "packaging": "fibreboard box"}),
    );
    let of = |lines| paper_with(Regime::Us, load(lines), &nobody());
    assert!(of(json!([limited])).is_ok());
    assert_eq!(
        faults(of(json!([limited, gasoline()]))),
        ["emergency_contact (49 CFR 172.604 (a))"]
    );
}

#[test]
fn a_hazardous_substance_in_limited_quantities_has_its_quantity_on_paper() {
    let limited = |reportable: bool| {
        let facts = json!({"limited_quantity": true, "reportable_quantity": reportable, "quantity": null});
        paper(Regime::Us, json!([goods("UN1090", facts)]))
    };
    assert!(limited(false).is_ok());
    assert_eq!(
        faults(limited(true)),
        ["lines[0].quantity (49 CFR 172.202 (a)(5))"]
    );
}

#[test]
fn batteries_with_label_9a_are_of_class_9() {
    let line = goods("UN3480", json!({"quantity": {"value": "5", "unit": "kg"}}));
    let paper = paper(Regime::Adr, json!([line])).unwrap();
    let row = &paper.rows()[0];
    assert!(row.description.contains(", 9, (E)"), "{}", row.description);
    assert_eq!(row.labels.len(), 1);
}

#[test]
fn excepted_quantities_bear_no_label_of_their_hazards_3_5_4() {
    let half_a_litre = json!({"value": "0.5", "unit": "L"});
    let labels = |facts| {
        let paper = paper(Regime::Adr, json!([goods("UN1090", facts)])).unwrap();
        (paper.rows()[0].labels.len(), paper.rows()[0].description.clone())
    };
    let (count, words) = labels(json!({"excepted_quantity": true, "quantity": half_a_litre}));
    assert_eq!(count, 0);
    assert!(
        words.ends_with("DANGEROUS GOODS IN EXCEPTED QUANTITIES"),
        "{words}"
    );
    assert_eq!(labels(json!({})).0, 1);
}

#[test]
fn yellow_labels_ask_for_the_transport_index_and_white_ones_do_not_172_203_d_5() {
    let of = |category: &str| {
        let entries =
            json!({"radionuclides": "Ir-192", "radioactive_form": "special form", "activity": "1.2 TBq"});
        let facts = json!({
            "quantity": null, "radioactive_category": category, "stated_by": "R. Officer",
            "packaging": "type A package", "entries": entries,
        });
        paper(Regime::Us, json!([goods("UN2915", facts)]))
    };
    assert!(of("I").is_ok());
    for yellow in ["II", "III"] {
        assert_eq!(
            faults(of(yellow)),
            ["lines[0].entries.transport_index (49 CFR 172.203 (d)(5))"]
        );
    }
}

#[test]
fn polymerizing_substances_under_control_state_their_temperatures_5_4_1_2_3_1() {
    for number in ["UN3533", "UN3534"] {
        let line = goods(
            number,
            json!({"technical_name": "x", "quantity": {"value": "5", "unit": "kg"}}),
        );
        let lacking = faults(paper(Regime::Adr, json!([line])));
        assert!(lacking[0].ends_with("(ADR 5.4.1.2.3.1)"), "{lacking:?}");
    }
}

#[test]
fn no_exemption_is_claimed_for_any_vehicle_while_one_is_not_within_it() {
    let on = |vehicle: u8, litres: &str| {
        goods(
            "UN1203",
            json!({"vehicle": vehicle, "quantity": {"value": litres, "unit": "L"}}),
        )
    };
    let mut apart = load(json!([on(1, "300"), on(2, "400")]));
    apart.travel = dangerous_goods::Travel::Apart;
    let text = paper_with(Regime::Adr, apart, &details()).unwrap().to_string();
    assert!(!text.contains("1.1.3.6"), "{text}");
}

#[test]
fn words_that_refer_to_another_entry_are_no_part_of_the_name() {
    let line = |number: &str| goods(number, json!({"quantity": {"value": "5", "unit": "kg"}}));
    for regime in [Regime::Us, Regime::Adr] {
        let rows = printed(regime, json!([line("UN1011"), line("UN1978")]));
        for (row, name) in rows.iter().zip(["Butane, 2.1", "Propane, 2.1"]) {
            assert!(row[1].contains(name), "{}", row[1]);
        }
    }
}

#[test]
fn empty_packagings_of_explosives_have_no_explosive_mass_whatever_they_weigh() {
    let full = goods("UN0081", json!({"quantity": {"value": "12.5", "unit": "kg NEM"}}));
    let empty =
        json!({"empty_uncleaned": true, "quantity": null, "gross_mass": {"value": "3", "unit": "kg"}});
    let text = text(Regime::Adr, json!([full, goods("UN0081", empty)]));
    assert!(
        text.contains("Total net mass of explosive contents: 12.5 kg."),
        "{text}"
    );
}

#[test]
fn a_toxic_gas_without_a_zone_asks_for_it_though_no_special_provision_does_173_116() {
    let mut article = goods(
        "UN3539",
        json!({"labels": ["2.3"], "stated_by": "C. Chemist", "technical_name": "x", "quantity": {"value": "5", "unit": "kg"}}),
    );
    assert_eq!(
        faults(paper(Regime::Us, json!([article]))),
        ["lines[0].zone (49 CFR 172.203 (m))"]
    );
    article["zone"] = json!("D");
    assert!(text(Regime::Us, json!([article])).contains("Poison-Inhalation Hazard, Zone D"));
}
