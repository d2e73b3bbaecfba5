//! From a checked load to its paper (DG-4): only from exactly the load that was checked, and with every fact of
//! its lines.

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
