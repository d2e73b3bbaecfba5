//! Which loads have a paper at all.

use dangerous_goods::Verdict;

use super::{Catalogue, Refusal, Regime, Value, check, checked, details, gasoline, goods, issue, json, load};

#[test]
fn a_load_changed_in_any_field_after_its_check_has_no_paper_dg_4() {
    let before = load(json!([gasoline(), goods("UN1090", json!({}))]));
    for regime in Regime::ALL {
        let result = checked(regime, &before);
        assert!(issue(Catalogue::embedded(), regime, &before, &result, &details()).is_ok());
        let changes: [(&str, Value); 10] = [
            ("quantity", json!({"value": "200.001", "unit": "L"})),
            ("gross_mass", json!({"value": "190", "unit": "kg"})),
            ("packages", json!(2)),
            ("packaging", json!("steel drum ")),
            ("technical_name", json!("octane")),
            ("environmentally_hazardous", json!(true)),
            ("reportable_quantity", json!(true)),
            ("empty_uncleaned", json!(true)),
            ("bay", json!(1)),
            ("entries", json!({"control_temperature": "-10"})),
        ];
        for (field, value) in changes {
            let mut after = serde_json::to_value(&before).unwrap();
            after["lines"][1][field] = value;
            if field == "empty_uncleaned" {
                after["lines"][1]["quantity"] = Value::Null;
            }
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
    let asked =
        |load, result: &_| issue(Catalogue::embedded(), Regime::Us, load, result, &details()).unwrap_err();
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
