//! Papers of a load that an override lets pass: they say so, and there is none beyond what it covers.

use dangerous_goods::overridable;
use dangerous_goods::paper::Override;
use time::macros::date;

use super::{
    Catalogue, Details, Refusal, Regime, Value, checked, datetime, details, gasoline, goods, issue, json,
    load, paper,
};

/// 1.1D beside petrol: prohibited under both regimes.
fn lines() -> Value {
    let blasting = json!({"quantity": {"value": "20", "unit": "kg NEM"}, "packaging": "fibreboard box"});
    json!([goods("UN0081", blasting), gasoline()])
}

fn overridden(lines: Value) -> Details {
    let load = load(lines);
    let results = Regime::ALL.map(|regime| checked(regime, &load));
    Details {
        overridden: Some(Override {
            number: "ovr_1".to_owned(),
            authority: "DOT-SP 12345".to_owned(),
            valid_until: date!(2026 - 11 - 22),
            approved_by: "Ada Brandt".to_owned(),
            approved_at: datetime!(2026-11-22 09:30 UTC),
            covers: overridable(&results, &[]).unwrap(),
        }),
        ..details()
    }
}

fn issued(regime: Regime, of: Value, details: &Details) -> Result<dangerous_goods::paper::Content, Refusal> {
    let load = load(of);
    issue(
        Catalogue::embedded(),
        regime,
        &load,
        &checked(regime, &load),
        details,
    )
}

#[test]
fn the_paper_of_an_overridden_load_names_who_when_and_on_what_ground_dg_2() {
    for (regime, clause) in [(Regime::Us, "49 CFR 177.848(d)"), (Regime::Adr, "ADR 7.5.2.1")] {
        assert!(matches!(paper(regime, lines()), Err(Refusal::NotCompatible(_))));
        let content =
            issued(regime, lines(), &overridden(lines())).unwrap_or_else(|refusal| panic!("{refusal}"));
        let text = content.to_string();
        for said in [
            "Additional information",
            "Carried against the rules of mixed loading under DOT-SP 12345, valid until 2026-11-22.",
            clause,
            "Override ovr_1, approved by Ada Brandt on 2026-11-22.",
        ] {
            assert!(text.contains(said), "{regime} lacks {said}: {text}");
        }
        // The permit stands with the goods it is about, both lines (172.203 (a)).
        for row in content.rows() {
            assert!(row.description.contains("DOT-SP 12345"), "{}", row.description);
        }
    }
}

#[test]
fn an_override_covers_what_it_names_and_no_other_prohibition_dg_2() {
    // Approved for petrol; chlorine came beside it.
    let mut more = lines();
    more.as_array_mut().unwrap().push(goods(
        "UN1017",
        json!({"quantity": {"value": "50", "unit": "kg"}}),
    ));
    let refused = issued(Regime::Us, more, &overridden(lines()));
    assert!(matches!(refused, Err(Refusal::NotCompatible(_))), "{refused:?}");
    let mut less = overridden(lines());
    less.overridden.as_mut().unwrap().covers.clear();
    assert!(matches!(
        issued(Regime::Us, lines(), &less),
        Err(Refusal::NotCompatible(_))
    ));
}

#[test]
fn a_permit_makes_papers_until_its_last_day_and_none_after_it_dg_2() {
    let mut details = overridden(lines());
    details.issued_at = datetime!(2026-11-22 23:59:59 UTC);
    assert!(issued(Regime::Adr, lines(), &details).is_ok());
    details.issued_at = datetime!(2026-11-23 00:00:00 UTC);
    for regime in Regime::ALL {
        let refused = issued(regime, lines(), &details);
        assert_eq!(
            refused.err(),
            Some(Refusal::PermitOver(date!(2026 - 11 - 22))),
            "{regime}"
        );
    }
    // The same moment elsewhere is the same day.
    details.issued_at = datetime!(2026-11-22 23:30:00 -02:00);
    assert!(issued(Regime::Adr, lines(), &details).is_err());
}

#[test]
fn no_override_makes_a_paper_of_what_may_not_be_carried_at_all_dg_2() {
    let forbidden = json!([goods("acetylene silver nitrate", json!({})), gasoline()]);
    let mut details = overridden(lines());
    let covers = &mut details.overridden.as_mut().unwrap().covers;
    // Whoever writes an override that says so gets no paper for it.
    covers[0].clause = "49 CFR 173.21(a)".to_owned();
    assert!(matches!(
        issued(Regime::Us, forbidden, &details),
        Err(Refusal::NotCompatible(_))
    ));
}
