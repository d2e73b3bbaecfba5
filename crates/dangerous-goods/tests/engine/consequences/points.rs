//! Points of ADR 1.1.3.6.

use dangerous_goods::consequence::Amount;
use dangerous_goods::consequence::adr::{self, Counted, Exemption, UnitConsequences};
use dangerous_goods::{Catalogue, Regime, Travel, Unit};
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
fn articles_of_every_class_count_with_their_packagings_where_that_mass_is_known() {
    // Fuel cell cartridges, sodium batteries, oxygen generators, ammunition, bombs, lithium batteries, appliances.
    for (article, factor) in [
        ("UN3473", 1),
        ("UN3292", 3),
        ("UN3476", 1),
        ("UN3356", 3),
        ("UN2016", 3),
        ("UN2028", 3),
        ("UN3480", 3),
        ("UN2990", 1),
    ] {
        let mut load = load(&[&format!("{article}:10 kg")]);
        assert_eq!(
            of_unit(&load).points.total,
            Amount::whole(10 * factor),
            "{article}"
        );
        load.lines[0].gross_mass = Some("12 kg".parse().expect("a mass"));
        assert_eq!(
            of_unit(&load).points.total,
            Amount::whole(12 * factor),
            "{article}"
        );
    }
}

#[test]
fn gases_count_by_capacity_where_they_are_compressed_adsorbed_or_chemicals_under_pressure() {
    for number in ["UN1006", "UN3500", "UN3513"] {
        assert!(
            missing(&[&format!("{number}:1 kg")]).contains("L water capacity"),
            "{number}"
        );
    }
    // Refrigerated and dissolved gases by their mass.
    for number in ["UN1951", "UN1001"] {
        assert!(
            missing(&[&format!("{number}:1 L water capacity")]).contains("in kg"),
            "{number}"
        );
    }
}

#[test]
fn the_statement_adds_quantities_of_one_category_and_unit() {
    let unit = unit(&[
        "UN1203:100 L",
        "UN1170:II:50 L",
        "UN1993:II:1 L",
        "UN1325:II:20 kg",
    ]);
    assert_eq!(
        unit.points.categories[0].quantities,
        [
            (Amount::whole(151), Unit::Litre),
            (Amount::whole(20), Unit::Kilogram)
        ]
    );
}

#[test]
fn goods_that_are_not_subject_to_adr_do_not_count() {
    // Dry ice.
    let unit = unit(&["UN1845:500 kg", "UN1203:333 L"]);
    assert_eq!(unit.points.exemption, Exemption::Exempt);
    assert!(
        matches!(&unit.points.lines[0].counted, Counted::Not { reason } if reason.contains("not subject"))
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
