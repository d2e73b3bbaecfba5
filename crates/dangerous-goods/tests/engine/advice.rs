//! Advice apart from the verdict: each reaction of the list by one pair of goods, the same in both regimes.

use dangerous_goods::{Catalogue, Line, LineSpec, Load, Regime, Verdict, check};

use crate::judge;

/// Two goods, and words of what they would do.
const REACTIONS: [(&str, &str, &str); 22] = [
    ("UN1680", "UN1789:II", "hydrogen cyanide"),
    ("UN1824:II", "UN1830", "spatter"),
    ("UN2672", "UN1830", "spatter"),
    ("UN1791:II", "UN1789:II", "give off chlorine"),
    ("UN1496", "UN1789:II", "give off chlorine"),
    ("UN1791:II", "UN2672", "chloramines"),
    ("UN1017", "UN1942", "nitrogen trichloride"),
    ("UN1942", "UN1823", "give off ammonia"),
    ("UN1495", "UN1942", "explode on its own"),
    ("UN1495", "UN1830", "chlorine dioxide"),
    ("UN1495", "UN1309:II", "gunpowder"),
    ("UN1486", "UN1309:II", "gunpowder"),
    ("UN1495", "UN1680", "mixed and heated"),
    ("UN1495", "UN1340", "friction"),
    ("UN1500", "UN1942", "decompose with heat"),
    ("UN1500", "UN1830", "brown fumes"),
    ("UN1490", "UN1830", "decompose violently"),
    ("UN1847", "UN1830", "hydrogen sulfide"),
    ("UN1687", "UN1830", "hydrazoic acid"),
    ("UN1687", "UN1624", "explode at a touch"),
    ("UN2014:II", "UN1830", "burst their packages"),
    ("UN1401", "UN2672", "contain it"),
];

fn said(regime: Regime, lines: &[&str]) -> String {
    let advice = judge(regime, lines).advice;
    advice
        .into_iter()
        .map(|advice| format!("{}\n", advice.sentence))
        .collect()
}

#[test]
fn every_reaction_of_the_list_is_told_in_both_regimes_and_in_either_order() {
    for (a, b, words) in REACTIONS {
        for regime in Regime::ALL {
            assert!(
                said(regime, &[a, b]).contains(words),
                "{regime}: {a} with {b}: {}",
                said(regime, &[a, b])
            );
            assert!(said(regime, &[b, a]).contains(words), "{regime}: {b} with {a}");
        }
    }
}

#[test]
fn advice_never_changes_a_verdict() {
    for (a, b, _) in REACTIONS {
        let result = judge(Regime::Adr, &[a, b]);
        assert_eq!(
            result.verdict,
            Verdict::Permitted,
            "{a} with {b}: {:?}",
            result.conflicts
        );
        assert!(result.is_compatible && !result.advice.is_empty());
    }
}

#[test]
fn goods_are_not_warned_of_their_own_kind_nor_of_goods_that_do_not_react() {
    for lines in [
        ["UN2672", "UN2672"],
        ["UN1830", "UN1789:II"],
        ["UN1203", "UN1942"],
        ["UN1680", "UN1689"],
        ["UN1823", "UN1824:II"],
        ["UN1759:II", "UN1680"],
    ] {
        assert_eq!(said(Regime::Adr, &lines), "", "{lines:?}");
    }
}

#[test]
fn compartments_and_other_vehicles_need_no_advice() {
    let mut load = Load::new(
        ["UN1680", "UN1789:II"]
            .map(|goods| Line::from(goods.parse::<LineSpec>().expect(goods)))
            .into(),
    )
    .expect("a load");
    let count = |load: &Load| check(Catalogue::embedded(), Regime::Adr, load).advice.len();
    assert_eq!(count(&load), 1);
    load.lines[0].compartment = Some(1);
    load.lines[1].compartment = Some(2);
    assert_eq!(count(&load), 0);
    load.lines[1].compartment = Some(1);
    load.lines[1].vehicle = Some(2);
    assert_eq!(count(&load), 0);
}
