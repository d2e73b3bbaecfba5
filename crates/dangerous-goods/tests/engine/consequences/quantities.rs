//! Points of ADR 1.1.3.6 and the limits of limited and excepted quantities.

use dangerous_goods::consequence::adr::{self, Counted, Exemption, UnitConsequences};
use dangerous_goods::consequence::limits::{self, Within};
use dangerous_goods::consequence::{Amount, us};
use dangerous_goods::{Catalogue, Load, Regime, Travel};
use proptest::prelude::*;

use super::us::placards;
use super::{against, load, missing, of_unit, points, unit};

#[test]
fn petrol_is_exempt_up_to_333_litres() {
    assert_eq!(points(&["UN1203:333 L"]), ("999".into(), true));
    assert_eq!(points(&["UN1203:334 L"]), ("1002".into(), false));
    // A single category has its own limit, in whole units of the table.
    assert_eq!(points(&["UN1203:333.3 L"]), ("999.9".into(), false));
}

#[test]
fn chlorine_counts_twenty_times_and_is_exempt_up_to_50_kg() {
    assert_eq!(points(&["UN1017:50 kg"]), ("1000".into(), true));
    assert_eq!(points(&["UN1017:51 kg"]), ("1020".into(), false));
}

#[test]
fn every_number_of_note_a_counts_twenty_times_and_others_of_category_1_fifty_times() {
    for un in ["0081", "0082", "0084", "0241", "0331", "0332", "0482"] {
        assert_eq!(points(&[&format!("UN{un}:10 kg NEM")]).0, "200", "UN{un}");
    }
    assert_eq!(points(&["UN1005:10 kg"]).0, "200");
    assert_eq!(points(&["UN1263:I:20 L"]), ("1000".into(), true));
    assert_eq!(points(&["UN1263:I:20.001 L"]).0, "1000.05");
    assert!(!points(&["UN1263:I:20.001 L"]).1);
}

#[test]
fn categories_are_added_with_their_factors() {
    assert_eq!(
        points(&["UN1203:100 L", "UN1202:III:500 L:liquid"]),
        ("800".into(), true)
    );
    assert_eq!(
        points(&["UN1203:200 L", "UN1202:III:400 L"]),
        ("1000".into(), true)
    );
    assert_eq!(
        points(&["UN1203:200 L", "UN1202:III:401 L"]),
        ("1001".into(), false)
    );
    let unit = unit(&["UN1203:100 L", "UN1202:III:500 L"]);
    let shares: Vec<(u8, String)> = unit
        .points
        .categories
        .iter()
        .map(|c| (c.category, c.points.to_string()))
        .collect();
    assert_eq!(shares, [(2, "300".to_owned()), (3, "500".to_owned())]);
    let running: Vec<String> = unit
        .points
        .lines
        .iter()
        .map(|line| line.running_total.to_string())
        .collect();
    assert_eq!(running, ["300", "800"]);
}

#[test]
fn category_0_has_no_exemption_and_stays_so_when_empty() {
    assert!(against(&["UN0190:solid:1 kg NEM", "UN1203:1 L"]).contains("transport category 0"));
    assert!(against(&["UN1614:1 kg"]).contains("transport category 0"));
    assert!(against(&["UN1614:empty"]).contains("transport category 0"));
}

#[test]
fn empty_packagings_that_are_not_cleaned_count_nothing() {
    assert_eq!(points(&["UN1203:empty", "UN1017:empty"]), ("0".into(), true));
}

#[test]
fn limited_quantities_do_not_count() {
    assert_eq!(
        points(&["UN1203:LQ:5000 L", "UN1203:333 L"]),
        ("999".into(), true)
    );
    assert_eq!(points(&["UN1203:II:EQ:5000 L"]), ("0".into(), true));
}

#[test]
fn a_limited_or_excepted_quantity_that_the_law_does_not_know_counts_in_full() {
    // Chlorine: column 7a is 0, column 7b E0 (ADR 3.4.1, 3.5.1.1), no exception in 49 CFR column 8A.
    for flag in ["LQ", "EQ"] {
        let chlorine = unit(&[&format!("UN1017:{flag}:5000 kg")]);
        assert_eq!(chlorine.points.total, Amount::whole(100_000), "{flag}");
        assert!(matches!(chlorine.points.exemption, Exemption::NotExempt { .. }));
        assert!(chlorine.plates.plain, "{flag}");
        assert_eq!(chlorine.tunnel.code, Some("C/D"));
        assert_eq!(chlorine.security_plan.needed, Some(true));
        for named in [
            chlorine.plates.missing,
            chlorine.tunnel.missing,
            chlorine.security_plan.missing,
        ] {
            assert!(named[0].contains("does not provide"), "{named:?}");
        }
        let little = missing(&[&format!("UN1017:{flag}:1 kg")]);
        assert!(little.contains("does not provide"), "{little}");
        let placards = placards(&[(&format!("UN1017:{flag}"), "1")]);
        assert_eq!(placards.placards[0].placard, "POISON GAS");
        assert!(placards.missing[0].contains("does not provide"));
        assert!(missing(&[&format!("UN9999:{flag}:1 kg")]).contains("not in ADR"));
    }
    // A limit that is known not to be kept: an inner packaging of petrol holds at most 1 L.
    let mut over = load(&["UN1203:LQ:400 L"]);
    over.lines[0].inner_quantity = Some("1 L".parse().expect("a quantity"));
    assert_eq!(of_unit(&over).points.exemption, Exemption::Exempt);
    over.lines[0].inner_quantity = Some("5 L".parse().expect("a quantity"));
    let over = of_unit(&over);
    assert_eq!(over.points.total, Amount::whole(1_200));
    assert!(
        over.plates.missing[0].contains("at most 1 L"),
        "{:?}",
        over.plates.missing
    );
}

#[test]
fn tanks_and_bulk_are_never_exempt_and_take_the_load_with_them() {
    assert!(against(&["UN1203:1 L:tank"]).contains("packages"));
    assert!(against(&["UN1203:1 L", "UN3077:1 kg:bulk"]).contains("line 2"));
}

#[test]
fn goods_count_in_the_unit_of_the_law() {
    assert!(missing(&["UN1203:10 kg"]).contains("in L"));
    assert!(missing(&["UN1203"]).contains("the quantity, in L"));
    assert!(missing(&["UN0081:10 kg"]).contains("kg NEM"));
    assert!(missing(&["UN1006:10 kg"]).contains("L water capacity"));
    assert_eq!(points(&["UN1006:50 L water capacity"]), ("50".into(), true));
    assert!(missing(&["UN1017:10 L"]).contains("in kg"));
    // Aerosols and batteries are articles: with their packagings, where that mass is given.
    let mut aerosols = load(&["UN1950:adr:UN1950:5F:100 kg"]);
    assert_eq!(of_unit(&aerosols).points.total, Amount::whole(300));
    aerosols.lines[0].gross_mass = Some("120 kg".parse().expect("a mass"));
    assert_eq!(of_unit(&aerosols).points.total, Amount::whole(360));
    // A state nobody knows is asked for where the unit does not give it.
    assert!(
        missing(&["UN2810:III:10 kg:solid"]).contains("in L"),
        "the table knows it as a liquid"
    );
}

#[test]
fn a_number_with_several_rows_is_asked_for_its_row() {
    assert!(missing(&["UN1950:10 kg"]).contains("choose"));
    assert!(missing(&["UN9999"]).contains("not in ADR"));
}

#[test]
fn goods_without_a_transport_category_say_which_special_provision_would_leave_nothing_of_adr() {
    for (goods, provision, asked) in [
        ("UN3373:1 kg", "319", "packing instruction P650"),
        ("UN3166", "666", "special provision 666"),
        ("UN3171", "666", "carried as a load"),
        ("UN3556", "666", "special provision 666"),
        ("UN3557", "666", "special provision 666"),
        ("UN3558", "666", "special provision 666"),
        ("UN3528", "363", "special provision 363"),
        ("UN3529", "363", "special provision 363"),
        ("UN3530", "363", "special provision 363"),
    ] {
        let missing = missing(&[goods]);
        assert!(missing.contains(asked), "{goods}: {missing}");
        let says = format!("count nothing (3.3.1, special provision {provision})");
        assert!(missing.contains(&says), "{goods}: {missing}");
        assert!(missing.contains("if not, the table gives no transport category"));
    }
}

#[test]
fn goods_without_a_transport_category_of_which_nothing_is_known_name_what_is_not_in_the_data() {
    let fumigated = missing(&["UN3359"]);
    assert!(
        fumigated.contains("special provisions 302 say of it is not part of the data"),
        "{fumigated}"
    );
    // One line of them leaves the whole unit open.
    assert!(missing(&["UN1203:1 L", "UN3359"]).contains("line 2"));
}

#[test]
fn goods_not_admitted_have_no_exemption() {
    assert!(against(&["UN2186:1 kg"]).contains("not admitted"));
}

#[test]
fn vehicles_that_travel_apart_are_units_of_their_own() {
    let mut load = load(&["UN1203:333 L", "UN1203:333 L"]);
    load.lines[1].vehicle = Some(2);
    assert_eq!(of_unit(&load).points.total, Amount::whole(1_998));
    load.travel = Travel::Apart;
    let units = adr::of(Catalogue::embedded(), &load).units;
    assert_eq!(units.len(), 2);
    assert!(
        units
            .iter()
            .all(|unit| unit.points.exemption == Exemption::Exempt)
    );
}

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

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn more_goods_are_never_more_exempt_and_open_no_tunnel(
        picks in proptest::collection::vec((any::<prop::sample::Index>(), 1_u32..2_000), 1..6),
    ) {
        let rows: Vec<_> = Catalogue::embedded().all(Regime::Adr).iter().filter(|row| row.number().is_some()).collect();
        let specs: Vec<String> = picks
            .iter()
            .map(|(pick, amount)| {
                let row = pick.get(&rows);
                let unit = if row.class() == "1" { "kg NEM" } else if row.class() == "3" { "L" } else { "kg" };
                format!("{}:{amount} {unit}", row.id())
            })
            .collect();
        let specs: Vec<&str> = specs.iter().map(String::as_str).collect();
        let (fewer, all) = (unit(&specs[..specs.len() - 1].iter().copied().chain(["UN1203:1 L"]).collect::<Vec<_>>()), {
            let mut more = specs.clone();
            more.insert(specs.len() - 1, "UN1203:1 L");
            unit(&more)
        });
        let order = |unit: &UnitConsequences| match unit.points.exemption {
            Exemption::Exempt => 0,
            Exemption::NotKnown { .. } => 1,
            Exemption::NotExempt { .. } => 2,
        };
        prop_assert!(order(&all) >= order(&fewer));
        prop_assert!(fewer.tunnel.closed.iter().all(|category| all.tunnel.closed.contains(category)));
        let counted = all.points.lines.iter().filter_map(|line| match &line.counted {
            Counted::Points { points, .. } => Some(*points),
            _ => None,
        });
        prop_assert_eq!(counted.sum::<Amount>(), all.points.total);
    }
}
