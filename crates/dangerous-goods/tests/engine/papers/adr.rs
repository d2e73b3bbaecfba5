//! The words of the ADR transport document (ADR 5.4.1).

use super::{
    Details, Regime, description, details, faults, gasoline, goods, json, load, paper, paper_with, printed,
    with_entries,
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
    assert_eq!(
        faults(paper(Regime::Adr, lines)),
        [
            "lines[0].entries.fireworks_reference (ADR 5.4.1.2.1 (g))",
            "lines[1].entries.fireworks_reference (ADR 5.4.1.2.1 (g))",
        ]
    );
    let named = |line, references| with_entries(line, json!({"fireworks_reference": references}));
    let lines = json!([
        named(line("UN0336", "12.5"), "GB/HSE1234"),
        named(line("UN0337", "0.75"), "D/BAM1, D/BAM2"),
    ]);
    let paper = paper(Regime::Adr, lines).unwrap().to_string();
    let sentence = "Classification of fireworks by the competent authority of";
    for printed in [
        "Total net mass of explosive contents: 13.25 kg.".to_owned(),
        format!("UN 0336, Fireworks, 1.4G, (E), {sentence} GB with the firework reference GB/HSE1234"),
        format!(
            "{sentence} D with the firework reference D/BAM1, {sentence} D with the firework reference D/BAM2"
        ),
    ] {
        assert!(paper.contains(&printed), "`{printed}` is not in:\n{paper}");
    }
}

#[test]
fn what_temperature_or_holding_time_ask_for_is_required_and_printed_5_4_1_2() {
    let cold = json!({"technical_name": "peroxide", "quantity": {"value": "5", "unit": "kg"}});
    assert_eq!(
        faults(paper(Regime::Adr, json!([goods("UN3115", cold.clone())]))),
        [
            "lines[0].entries.control_temperature (ADR 5.4.1.2.3.1)",
            "lines[0].entries.emergency_temperature (ADR 5.4.1.2.3.1)",
        ]
    );
    let temperatures = json!({"control_temperature": "20", "emergency_temperature": "25"});
    assert!(
        adr(with_entries(goods("UN3115", cold), temperatures))
            .ends_with(", Control temperature: 20 °C, Emergency temperature: 25 °C")
    );
    let tank =
        json!({"containment": "portable_tank", "packages": 1, "quantity": {"value": "5000", "unit": "kg"}});
    assert_eq!(
        faults(paper(Regime::Adr, json!([goods("UN1977", tank.clone())]))),
        ["lines[0].entries.holding_time_ends (ADR 5.4.1.2.2 (d))"]
    );
    let tank = with_entries(goods("UN1977", tank), json!({"holding_time_ends": "2026-12-31"}));
    assert!(adr(tank).ends_with(", End of holding time: 31/12/2026"));
}

#[test]
fn radioactive_material_names_what_its_packages_are_approved_for_5_4_1_2_5() {
    let yellow = |number: &str| {
        let line = goods(
            number,
            json!({"radioactive_category": "II", "quantity": {"value": "20", "unit": "kg"}}),
        );
        with_entries(
            line,
            json!({"radionuclides": "natural U", "radioactive_form": "solid, oxide", "activity": "20 MBq",
                "transport_index": "0.4"}),
        )
    };
    for (number, lacking) in [
        ("UN2915", &[][..]),
        ("UN3321", &["activity_in_a2 (ADR 5.4.1.2.5.1 (j))"]),
        ("UN3332", &["approval_mark (ADR 5.4.1.2.5.1 (g))"]),
        (
            "UN3327",
            &[
                "criticality_safety_index (ADR 5.4.1.2.5.1 (f))",
                "approval_mark (ADR 5.4.1.2.5.1 (g))",
            ],
        ),
    ] {
        let paper = paper(Regime::Adr, json!([yellow(number)]));
        if lacking.is_empty() {
            let description = paper.unwrap().rows()[0].description.clone();
            assert!(
                description.ends_with(
                    "RADIOACTIVE YELLOW-II, Radionuclides: natural U, Form: solid, oxide, Activity: 20 MBq, Transport index: 0.4"
                ),
                "{description}"
            );
            continue;
        }
        let named: Vec<String> = lacking
            .iter()
            .map(|field| format!("lines[0].entries.{field}"))
            .collect();
        assert_eq!(faults(paper), named, "{number}");
    }
}

#[test]
fn an_explosive_subsidiary_hazard_has_no_division_and_its_label_is_drawn() {
    let line = json!({"technical_name": "peroxide", "quantity": {"value": "5", "unit": "kg"}});
    let paper = paper(Regime::Adr, json!([goods("UN3102", line)])).unwrap();
    let row = &paper.rows()[0];
    assert_eq!(
        row.description,
        "UN 3102, Organic peroxide type B, solid (peroxide), 5.2 (1), (B)"
    );
    assert_eq!(row.labels.len(), 2);
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
