//! What of an answer an override may cover (DG-2): decided prohibitions of mixed loading, and nothing else.

use std::collections::BTreeSet;

use dangerous_goods::dataset::{OtherRegime, not_checked};
use dangerous_goods::{
    Catalogue, CheckResult, Line, LineSpec, Load, NotOverridable, Regime, Verdict, answer_hash, check,
    overridable,
};

use crate::{confirm_all, judge, load, us};

fn of(result: &CheckResult) -> Result<Vec<(String, String)>, NotOverridable> {
    let covered = overridable(std::slice::from_ref(result), &[])?;
    Ok(covered.into_iter().map(|one| (one.clause, one.rule)).collect())
}

/// Explosives of several groups, every class, limited quantities, cyanide and acid.
const GOODS: &[&str] = &[
    "UN0004",
    "UN0027",
    "UN0029",
    "UN0065",
    "UN0081",
    "UN0105",
    "UN0161",
    "UN0224",
    "UN0336",
    "UN0360",
    "UN0337",
    "UN0350",
    "UN0349",
    "UN0248",
    "UN1203",
    "UN1263:II:LQ",
    "UN1830:II",
    "UN1942",
    "UN1017",
    "UN1680",
    "UN1789:II",
    "UN1381",
    "UN1092",
    "UN2014:II",
    "UN3077",
    "UN1950",
    "UN2908",
];

#[test]
fn every_prohibition_of_two_goods_may_be_overridden_and_none_of_one_line_dg_2() {
    let mut clauses = BTreeSet::new();
    let (mut some, mut none) = (0, 0);
    for regime in Regime::ALL {
        for (at, first) in GOODS.iter().enumerate() {
            for second in &GOODS[at..] {
                let open = judge(regime, &[first, second]);
                let stated = confirm_all(&load(&[first, second]), &open);
                let result = check(Catalogue::embedded(), regime, &stated);
                let prohibited = result
                    .conflicts
                    .iter()
                    .filter(|one| one.verdict == Verdict::Prohibited);
                let prohibited: Vec<_> = prohibited.collect();
                let rest_in_order = result.conflicts.iter().all(|one| match one.verdict {
                    Verdict::Permitted | Verdict::Prohibited => true,
                    Verdict::Conditional => one
                        .condition
                        .as_ref()
                        .is_some_and(|condition| condition.confirmed),
                    Verdict::NotCleared => false,
                });
                let may = rest_in_order
                    && !prohibited.is_empty()
                    && prohibited.iter().all(|one| one.lines.len() == 2);
                let covered = of(&result);
                assert_eq!(covered.is_ok(), may, "{regime} {first} {second}: {covered:?}");
                some += usize::from(may);
                none += usize::from(!may && !result.is_compatible);
                let covered = covered.unwrap_or_default();
                assert!(
                    covered.is_empty() || covered.len() == prohibited.len(),
                    "{first} {second}"
                );
                clauses.extend(covered.into_iter().map(|(clause, _)| clause));
            }
        }
    }
    assert!(some > 50 && none > 20, "{some} {none}");
    // 177.835(c) takes two vehicles; below.
    assert_eq!(
        clauses.into_iter().collect::<Vec<_>>(),
        [
            "49 CFR 177.835(g)",
            "49 CFR 177.848(c)",
            "49 CFR 177.848(d)",
            "49 CFR 177.848(f)",
            "49 CFR 177.848(g)(3)",
            "ADR 7.5.2.1",
            "ADR 7.5.2.2",
            "ADR 7.5.2.4",
        ]
    );
}

#[test]
fn what_may_not_be_carried_at_all_is_never_overridden_173_21_a() {
    let forbidden = |line: &str| {
        let lines = [line, "UN0081"].map(|text| text.parse::<LineSpec>().map(Line::from).expect("a line"));
        check(
            Catalogue::embedded(),
            Regime::Us,
            &Load::new(lines.into()).expect("a load"),
        )
    };
    let result = forbidden("acetylene silver nitrate");
    assert_eq!(result.verdict, Verdict::Prohibited);
    let refused = of(&result).unwrap_err();
    assert!(
        matches!(&refused, NotOverridable::OtherProhibition { clause, .. } if clause == "49 CFR 173.21(a)"),
        "{refused:?}"
    );
}

#[test]
fn what_a_vehicle_may_not_be_or_carry_is_never_overridden() {
    let coupled = |goods: [&str; 3]| {
        let lines = goods.iter().zip(1..).map(|(goods, vehicle)| Line {
            vehicle: Some(vehicle),
            ..goods.parse::<LineSpec>().expect("a line").into()
        });
        let load = Load::new(lines.collect()).expect("a load");
        let open = check(Catalogue::embedded(), Regime::Us, &load);
        check(Catalogue::embedded(), Regime::Us, &confirm_all(&load, &open))
    };
    // 1.1 on a combination of three vehicles, whatever the others hold.
    let refused = of(&coupled(["UN0081", "UN3077", "UN3077"])).unwrap_err();
    assert!(
        matches!(refused, NotOverridable::OtherProhibition { .. }),
        "{refused:?}"
    );
}

#[test]
fn the_other_vehicle_of_a_combination_is_a_matter_of_two_goods_177_835_c() {
    let lines = [("UN0081", 1), ("UN1051", 2)].map(|(goods, vehicle)| Line {
        vehicle: Some(vehicle),
        ..goods.parse::<LineSpec>().expect("a line").into()
    });
    let load = Load::new(lines.into()).expect("a load");
    let open = check(Catalogue::embedded(), Regime::Us, &load);
    let result = check(Catalogue::embedded(), Regime::Us, &confirm_all(&load, &open));
    let clauses = of(&result).expect("a prohibition of two goods");
    assert!(
        clauses.iter().all(|(clause, _)| clause == "49 CFR 177.835(c)"),
        "{clauses:?}"
    );
}

#[test]
fn what_could_not_be_judged_is_never_overridden_beside_a_certain_prohibition_either() {
    // The row of UN 1950 decides what it is; that explosives and petrol may not be together is certain all the same.
    let result = us(&["UN0081", "UN1203", "UN9999"]);
    assert_eq!(result.verdict, Verdict::Prohibited);
    assert!(matches!(
        of(&result).unwrap_err(),
        NotOverridable::NotCleared { .. }
    ));
    let compatible = us(&["UN1203"]);
    assert_eq!(of(&compatible).unwrap_err(), NotOverridable::NothingProhibited);
    assert_eq!(
        overridable(&[], &[]).unwrap_err(),
        NotOverridable::NothingProhibited
    );
}

#[test]
fn what_can_be_done_is_done_before_anything_is_overridden() {
    let goods = ["UN0081", "UN1203", "UN1942"];
    let open = us(&goods);
    assert!(open.conflicts.iter().any(|finding| finding.condition.is_some()));
    assert!(matches!(
        of(&open).unwrap_err(),
        NotOverridable::OpenCondition { .. }
    ));
    let stated = confirm_all(&load(&goods), &open);
    assert!(of(&check(Catalogue::embedded(), Regime::Us, &stated)).is_ok());
}

#[test]
fn a_data_set_that_is_missing_or_prohibits_is_never_overridden() {
    let prohibited = us(&["UN0081", "UN1203"]);
    let missing = not_checked(OtherRegime::Imdg, &load(&["UN0081", "UN1203"]));
    let refused = overridable(std::slice::from_ref(&prohibited), std::slice::from_ref(&missing));
    assert!(matches!(refused.unwrap_err(), NotOverridable::NotCleared { .. }));
    let mut against = missing;
    against.verdict = Verdict::Prohibited;
    let refused = overridable(&[prohibited], &[against]);
    assert_eq!(
        refused.unwrap_err(),
        NotOverridable::DataSet {
            regime: OtherRegime::Imdg
        }
    );
}

#[test]
fn the_hash_of_an_answer_is_that_of_the_same_load_under_the_same_law_alone() {
    let hash = |results: &[CheckResult]| answer_hash(results, &[]).expect("JSON");
    let answer = || us(&["UN0081", "UN1203"]);
    assert_eq!(hash(&[answer()]), hash(&[answer()]));
    let mut edition = answer();
    edition.edition_hash = "0".repeat(64).into();
    let mut fewer = answer();
    fewer.conflicts.pop();
    for other in [
        edition,
        fewer,
        us(&["UN0081", "UN1202"]),
        us(&["UN1203", "UN0081"]),
    ] {
        assert_ne!(hash(&[other]), hash(&[answer()]));
    }
    assert_ne!(hash(&[]), hash(&[answer()]));
}
