//! The limits of limited and excepted quantities.

use dangerous_goods::consequence::adr::Exemption;
use dangerous_goods::consequence::limits::{self, Within};
use dangerous_goods::consequence::us;
use dangerous_goods::{Catalogue, Load, Regime};

use super::{load, of_unit};

fn limit(regime: Regime, json: &str) -> Vec<Within> {
    let load: Load = serde_json::from_str(&format!(r#"{{"lines":[{json}]}}"#)).expect("a load");
    limits::of(Catalogue::embedded(), regime, &load)
        .into_iter()
        .map(|limit| limit.within)
        .collect()
}

#[test]
fn limited_quantities_are_held_to_the_inner_packaging_and_30_kg() {
    let line = |inner: &str, gross: &str| {
        format!(
            r#"{{"goods":"UN1203","limited_quantity":true,"packages":2,"inner_quantity":{{"value":"{inner}","unit":"L"}},"gross_mass":{{"value":"{gross}","unit":"kg"}}}}"#
        )
    };
    for regime in Regime::ALL {
        assert_eq!(
            limit(regime, &line("1", "60")),
            [Within::Yes, Within::Yes],
            "{regime}"
        );
        assert_eq!(
            limit(regime, &line("1.001", "60")),
            [Within::No, Within::Yes],
            "{regime}"
        );
        assert_eq!(
            limit(regime, &line("1", "60.002")),
            [Within::Yes, Within::No],
            "{regime}"
        );
        let unknown = limit(regime, r#"{"goods":"UN1203","limited_quantity":true}"#);
        assert_eq!(unknown, [Within::NotKnown, Within::NotKnown], "{regime}");
        let none = limit(regime, r#"{"goods":"UN1017","limited_quantity":true}"#);
        assert_eq!(none[0], Within::No, "{regime}");
    }
}

#[test]
fn excepted_quantities_are_held_to_their_code() {
    let line = |inner: &str, total: &str| {
        format!(
            r#"{{"goods":"UN1203","excepted_quantity":true,"packages":1,"inner_quantity":{{"value":"{inner}","unit":"L"}},"quantity":{{"value":"{total}","unit":"L"}}}}"#
        )
    };
    // An inner packaging, a package, the packages of the vehicle.
    assert_eq!(
        limit(Regime::Adr, &line("0.03", "0.5")),
        [Within::Yes, Within::Yes, Within::Yes]
    );
    assert_eq!(
        limit(Regime::Adr, &line("0.031", "0.5")),
        [Within::No, Within::Yes, Within::Yes]
    );
    assert_eq!(
        limit(Regime::Adr, &line("0.03", "0.501")),
        [Within::Yes, Within::No, Within::Yes]
    );
    assert_eq!(
        limit(Regime::Adr, r#"{"goods":"UN1017","excepted_quantity":true}"#),
        [Within::No, Within::NotKnown]
    );
    assert_eq!(
        limit(Regime::Us, &line("0.03", "0.5")),
        [Within::NotKnown, Within::NotKnown]
    );
}

#[test]
fn one_answer_says_what_is_over_a_limit_to_check_and_consequences() {
    // More than 30 ml in an inner packaging is no excepted quantity of any goods in the United States (173.4a(c)).
    let mut load = load(&["UN1203:II:EQ"]);
    load.lines[0].gross_mass = Some("500 kg".parse().expect("a mass"));
    load.lines[0].inner_quantity = Some("0.03 L".parse().expect("a quantity"));
    let shown = |load: &Load| us::of(Catalogue::embedded(), load).vehicles.remove(0);
    assert!(shown(&load).placards.is_empty() && shown(&load).missing.is_empty());
    load.lines[0].inner_quantity = Some("0.031 L".parse().expect("a quantity"));
    let over = shown(&load);
    assert_eq!(over.placards[0].placard, "FLAMMABLE", "it counts in full");
    assert!(over.missing[0].contains("173.4a(c)"), "{:?}", over.missing);
    let within: Vec<_> = limits::of(Catalogue::embedded(), Regime::Us, &load)
        .iter()
        .map(|limit| limit.within)
        .collect();
    assert_eq!(within, [Within::No, Within::NotKnown]);
    let checked = dangerous_goods::check(Catalogue::embedded(), Regime::Us, &load);
    assert_eq!(checked.verdict, dangerous_goods::Verdict::NotCleared);
}

#[test]
fn limited_quantities_of_the_united_states_go_by_class_packing_group_and_state() {
    let inner = |goods: &str, inner: &str| {
        let mut load = load(&[&format!("{goods}:LQ")]);
        load.lines[0].inner_quantity = Some(inner.parse().expect("a quantity"));
        limits::of(Catalogue::embedded(), Regime::Us, &load)[0].within
    };
    for (goods, most, more) in [
        ("UN1203", "1 L", "1.001 L"),
        ("us:UN1325:II", "1 kg", "1.001 kg"),
        ("us:UN1390:II", "0.5 kg", "0.501 kg"),
        ("us:UN2839:II", "0.1 L", "0.101 L"),
        ("us:UN1544:II", "0.5 kg", "0.501 kg"),
        ("us:UN1824:III", "5 L", "5.001 L"),
        ("us:UN1824:II", "1 L", "1.001 L"),
    ] {
        assert_eq!(inner(goods, most), Within::Yes, "{goods}");
        assert_eq!(inner(goods, more), Within::No, "{goods}");
    }
    // A limit in litres says nothing of kilograms, a class with no limit in the data nothing at all.
    assert_eq!(inner("UN1203", "0.5 kg"), Within::NotKnown);
    assert_eq!(inner("UN1203", "50 kg"), Within::NotKnown);
    assert_eq!(inner("us:UN1950:2.1:1", "0.1 L"), Within::NotKnown);
}

#[test]
fn only_what_is_over_the_limit_of_every_row_counts_in_full() {
    // Ethanol of packing group II may have 1 L in an inner packaging, of packing group III 5 L.
    let exemption = |inner: &str| {
        let mut load = load(&["UN1170:LQ:400 L"]);
        load.lines[0].inner_quantity = Some(inner.parse().expect("a quantity"));
        of_unit(&load).points.exemption
    };
    assert_eq!(exemption("5 L"), Exemption::Exempt);
    let Exemption::NotKnown { missing } = exemption("5.001 L") else {
        panic!("it counts in full, and the row that would tell how is missing");
    };
    assert!(missing[0].contains("at most"), "{missing:?}");
}
