//! The words of the ADR transport document (ADR 5.4.1).

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
    let text =
        "Classification of fireworks by the competent authority of GB with the firework reference GB/HSE1";
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
