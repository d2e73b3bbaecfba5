//! One pair, several answers: the regimes disagree, and each answer is the law's.

use dangerous_goods::Verdict::{Conditional, Permitted, Prohibited};
use dangerous_goods::{Regime, Verdict};

use crate::{adr, by_clause, findings, judge, load, needs, notes, us};

fn verdicts(a: &str, b: &str) -> [Verdict; 2] {
    [us(&[a, b]).verdict, adr(&[a, b]).verdict]
}

#[test]
fn a_flammable_liquid_with_an_oxidizer() {
    assert_eq!(verdicts("UN1203", "UN1496"), [Conditional, Permitted]);
    let result = us(&["UN1203", "UN1496"]);
    assert_eq!(
        findings(&result),
        [("49 CFR 177.848(d)", "O at 3 × 5.1", Conditional)]
    );
}

#[test]
fn a_flammable_gas_with_an_oxidizer() {
    assert_eq!(verdicts("UN1011", "UN1496"), [Permitted, Permitted]);
}

#[test]
fn a_corrosive_liquid_with_goods_dangerous_when_wet() {
    assert_eq!(verdicts("UN1830", "UN1401"), [Conditional, Permitted]);
    let result = us(&["UN1830", "UN1401"]);
    assert_eq!(
        findings(&result),
        [
            ("49 CFR 177.848(d)", "O at 8 liquid × 4.3", Conditional),
            (
                "49 CFR 177.848(e)(3)",
                "class 8 liquids with class 4 or 5",
                Conditional
            ),
        ]
    );
}

#[test]
fn a_corrosive_liquid_with_spontaneously_combustible_goods() {
    assert_eq!(verdicts("UN1830", "UN1361:II"), [Prohibited, Permitted]);
    let result = us(&["UN1830", "UN1361:II"]);
    assert_eq!(
        findings(&result),
        [
            ("49 CFR 177.848(c)", "4.2 with class 8 liquids", Prohibited),
            ("49 CFR 177.848(d)", "X at 8 liquid × 4.2", Prohibited),
        ]
    );
}

#[test]
fn an_explosive_with_a_flammable_liquid() {
    assert_eq!(verdicts("UN0081", "UN1203"), [Prohibited, Prohibited]);
    assert_eq!(
        findings(&adr(&["UN0081", "UN1203"])),
        [("ADR 7.5.2.1", "blank at 1 × 3", Prohibited)]
    );
}

#[test]
fn ammonium_nitrate_with_a_blasting_explosive() {
    assert_eq!(verdicts("UN1942", "UN0081"), [Conditional, Conditional]);
    let result = us(&["UN1942", "UN0081"]);
    assert_eq!(
        findings(&result),
        [("49 CFR 177.848(e)(5)", "note A", Conditional)]
    );
    let result = adr(&["UN1942", "UN0081"]);
    let clause = "ADR 7.5.2.1, footnote d";
    assert_eq!(
        findings(&result),
        [(clause, "blasting explosives with nitrates", Conditional)]
    );
}

#[test]
fn a_cyanide_with_an_acid() {
    assert_eq!(verdicts("UN1680", "UN1789"), [Prohibited, Permitted]);
    let result = us(&["UN1680", "UN1789"]);
    assert_eq!(
        findings(&result),
        [("49 CFR 177.848(c)", "cyanides with acids", Prohibited)]
    );
    let advice = adr(&["UN1680", "UN1789"]).advice;
    assert_eq!(
        advice
            .iter()
            .map(|advice| advice.lines.as_slice())
            .collect::<Vec<_>>(),
        [[0, 1]]
    );
}

#[test]
fn a_limited_quantity_with_an_explosive() {
    assert_eq!(verdicts("UN1203:LQ", "UN0081"), [Permitted, Prohibited]);
    assert!(notes(&us(&["UN1203:LQ", "UN0081"])).contains(&("49 CFR 177.848(a)", 0)));
    assert!(by_clause(&adr(&["UN1203:LQ", "UN0081"]), "ADR 7.5.2.4").is_some());
}

/// The load of the README.
const REAL: [&str; 6] = [
    "UN1203",
    "UN1830:II",
    "UN1942",
    "UN1017",
    "UN3077",
    "UN1263:II:LQ",
];

#[test]
fn a_real_load_is_conditional_in_the_united_states_with_each_clause() {
    let result = us(&REAL);
    assert_eq!((result.verdict, result.is_compatible), (Conditional, false));
    let pairs: Vec<_> = result
        .conflicts
        .iter()
        .map(|f| (f.lines[0], f.lines[1], f.clause.as_ref(), f.rule.as_ref()))
        .collect();
    assert_eq!(
        pairs,
        [
            (0, 2, "49 CFR 177.848(d)", "O at 3 × 5.1"),
            (0, 3, "49 CFR 177.848(d)", "O at 3 × 2.3 zone B"),
            (1, 2, "49 CFR 177.848(d)", "O at 8 liquid × 5.1"),
            (1, 2, "49 CFR 177.848(e)(3)", "class 8 liquids with class 4 or 5"),
            (1, 3, "49 CFR 177.848(d)", "O at 8 liquid × 2.3 zone B"),
            (1, 3, "49 CFR 177.848(e)(3)", "class 8 liquids with class 4 or 5"),
            (2, 3, "49 CFR 177.848(d)", "O at 5.1 × 2.3 zone B"),
        ]
    );
    // Class 9 and the gas's corrosive hazard are not in the table, the limited quantity is outside (a).
    assert_eq!(
        notes(&result),
        [
            ("49 CFR 177.848(d)", 3),
            ("49 CFR 177.848(d)", 4),
            ("49 CFR 177.848(a)", 5),
        ]
    );
    assert_eq!(result.pairs.len(), 15);
}

#[test]
fn the_same_real_load_is_permitted_under_adr() {
    let result = adr(&REAL);
    assert_eq!((result.verdict, result.is_compatible), (Permitted, true));
    assert!(result.conflicts.is_empty());
    assert!(notes(&result).contains(&("ADR 7.5.2.4", 5)));
}

#[test]
fn a_number_one_regime_knows_is_not_cleared_in_the_other() {
    assert_eq!(us(&["UN3002"]).verdict, Permitted);
    let result = adr(&["UN3002"]);
    assert_eq!(result.verdict, Verdict::NotCleared);
    assert!(
        result.conflicts[0].sentence.contains("is in 49 CFR 172.101"),
        "{:?}",
        result.conflicts
    );
    assert_eq!(us(&["UN3551"]).verdict, Verdict::NotCleared);
    assert_eq!(adr(&["UN3551"]).verdict, Permitted);
    assert_eq!(adr(&["NA1993"]).verdict, Verdict::NotCleared);
}

#[test]
fn answers_carry_edition_data_hash_and_the_hash_of_the_load() {
    for regime in Regime::ALL {
        let result = judge(regime, &REAL);
        assert_eq!(result.load_hash, load(&REAL).hash());
        assert_eq!(result.edition_hash.len(), 64);
        assert!(!result.edition.is_empty());
        assert!(
            result
                .conflicts
                .iter()
                .all(|finding| finding.edition == result.edition)
        );
    }
}

#[test]
fn nothing_is_missing_from_a_real_load() {
    for regime in Regime::ALL {
        let result = judge(regime, &REAL);
        assert!((0..6).all(|line| needs(&result, line).is_empty()));
    }
}
