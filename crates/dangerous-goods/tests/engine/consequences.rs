//! ADR points, tunnels, plates, security plan; US placards; limits a package. Facts of the law, typed here.

use dangerous_goods::consequence::adr::{Counted, Exemption, UnitConsequences};
use dangerous_goods::consequence::limits::{self, Within};
use dangerous_goods::consequence::us::VehiclePlacards;
use dangerous_goods::consequence::{Amount, adr, us};
use dangerous_goods::{Catalogue, Load, Regime, Travel, Zone};
use proptest::prelude::*;

fn load(specs: &[&str]) -> Load {
    crate::load(specs)
}

fn unit(specs: &[&str]) -> UnitConsequences {
    of_unit(&load(specs))
}

fn of_unit(load: &Load) -> UnitConsequences {
    let mut units = adr::of(Catalogue::embedded(), load).units;
    assert_eq!(units.len(), 1);
    units.remove(0)
}

/// Points of a load of one transport unit and whether it is exempt.
fn points(specs: &[&str]) -> (String, bool) {
    let unit = unit(specs);
    let is_known = !matches!(unit.points.exemption, Exemption::NotKnown { .. });
    assert!(is_known, "{:?}", unit.points.exemption);
    (
        unit.points.total.to_string(),
        unit.points.exemption == Exemption::Exempt,
    )
}

fn missing(specs: &[&str]) -> String {
    match unit(specs).points.exemption {
        Exemption::NotKnown { missing } => missing.join("; "),
        other => format!("{other:?}"),
    }
}

fn against(specs: &[&str]) -> String {
    match unit(specs).points.exemption {
        Exemption::NotExempt { reasons } => reasons.join("; "),
        other => format!("{other:?}"),
    }
}

fn closed(specs: &[&str]) -> String {
    unit(specs).tunnel.closed.into_iter().collect()
}

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

#[test]
fn the_most_restrictive_tunnel_code_decides_and_tanks_close_more() {
    assert_eq!(closed(&["UN1203:1000 L"]), "E");
    assert_eq!(unit(&["UN1203:1000 L"]).tunnel.code, Some("D/E"));
    assert_eq!(closed(&["UN1203:1000 L:tank"]), "DE");
    let both = unit(&["UN1203:1000 L", "UN1017:500 kg"]);
    assert_eq!(both.tunnel.code, Some("C/D"));
    assert_eq!(both.tunnel.decided_by, [1]);
    assert_eq!(closed(&["UN1203:1000 L", "UN1017:500 kg"]), "DE");
    assert_eq!(closed(&["UN1017:500 kg:tank"]), "CDE");
}

#[test]
fn every_code_closes_what_8_6_4_says() {
    // The code, what it closes to packages, to tanks and to bulk.
    let table = [
        ("B", "BCDE", "BCDE", "BCDE"),
        ("B/D", "DE", "BCDE", "DE"),
        ("B/E", "E", "BCDE", "E"),
        ("C", "CDE", "CDE", "CDE"),
        ("C/D", "DE", "CDE", "DE"),
        ("C/E", "E", "CDE", "E"),
        ("D", "DE", "DE", "DE"),
        ("D/E", "E", "DE", "DE"),
        ("E", "E", "E", "E"),
        ("-", "", "", ""),
    ];
    for (code, packages, tank, bulk) in table {
        let rows = Catalogue::embedded().all(Regime::Adr);
        let row = rows
            .iter()
            .find(|row| row.tunnel_code() == code && row.class() != "1" && !row.is_forbidden())
            .expect(code);
        for (containment, expected) in [("", packages), (":tank", tank), (":bulk", bulk)] {
            // Without a quantity nothing is exempt.
            let spec = format!("{}{containment}", row.id());
            assert_eq!(closed(&[&spec]), expected, "{code} {spec}");
            assert_eq!(unit(&[&spec]).tunnel.code, Some(code));
        }
    }
    // The order of severity, each against the next.
    for pair in table.windows(2) {
        let id = |code: &str| {
            let rows = Catalogue::embedded().all(Regime::Adr);
            let row = rows
                .iter()
                .find(|row| row.tunnel_code() == code && row.class() != "1" && !row.is_forbidden());
            row.expect(code).id().to_string()
        };
        assert_eq!(
            unit(&[&id(pair[1].0), &id(pair[0].0)]).tunnel.code,
            Some(pair[0].0)
        );
    }
}

#[test]
fn net_explosive_mass_decides_b1000c_and_c5000d() {
    let code = |spec: &str| unit(&[spec]).tunnel.code;
    assert_eq!(code("UN0081:1 kg NEM:solid"), None, "within the exemption");
    assert_eq!(code("UN0081:1000 kg NEM"), Some("B1000C"));
    assert_eq!(closed(&["UN0081:1000 kg NEM"]), "CDE");
    assert_eq!(closed(&["UN0081:1000.001 kg NEM"]), "BCDE");
    assert_eq!(closed(&["UN0081:600 kg NEM", "UN0081:401 kg NEM"]), "BCDE");
    let unknown = unit(&["UN0081", "UN0081:60 kg NEM"]);
    assert_eq!(
        unknown.tunnel.closed,
        ['B', 'C', 'D', 'E'],
        "until it is known the stricter answer stands"
    );
    assert!(unknown.tunnel.missing[0].contains("net explosive mass"));
    let c5000d = Catalogue::embedded()
        .all(Regime::Adr)
        .iter()
        .find(|row| row.tunnel_code() == "C5000D");
    let id = c5000d.expect("a row").id();
    assert_eq!(closed(&[&format!("{id}:5000 kg NEM")]), "DE");
    assert_eq!(closed(&[&format!("{id}:5001 kg NEM")]), "CDE");
}

#[test]
fn exempt_loads_pass_every_tunnel() {
    assert_eq!(closed(&["UN1203:333 L"]), "");
    assert!(!unit(&["UN1203:333 L"]).plates.plain);
    assert_eq!(unit(&["UN1203:333 L"]).instructions_and_certificate, Some(false));
    assert_eq!(unit(&["UN1203:334 L"]).instructions_and_certificate, Some(true));
    assert_eq!(unit(&["UN1203"]).instructions_and_certificate, None);
}

#[test]
fn marked_limited_quantities_close_category_e() {
    let mut load = load(&["UN1203:LQ"]);
    load.lines[0].gross_mass = Some("8000 kg".parse().expect("a mass"));
    load.over_12_tonnes = Some(true);
    assert!(of_unit(&load).tunnel.closed.is_empty(), "not over 8 tonnes");
    load.lines[0].gross_mass = Some("8000.001 kg".parse().expect("a mass"));
    assert_eq!(of_unit(&load).tunnel.closed, ['E']);
    assert_eq!(of_unit(&load).plates.marks[0].mark, "limited_quantities");
    load.over_12_tonnes = None;
    assert!(of_unit(&load).tunnel.missing[0].contains("12 tonnes"));
    load.over_12_tonnes = Some(false);
    assert!(of_unit(&load).tunnel.closed.is_empty());
}

#[test]
fn plates_are_plain_for_packages_and_numbered_for_tanks() {
    let packages = unit(&["UN1203:1000 L"]).plates;
    assert!(packages.plain && packages.numbered.is_empty() && packages.placards.is_empty());
    let tank = unit(&["UN1203:1000 L:tank"]).plates;
    assert_eq!(
        (tank.numbered[0].hazard.as_str(), tank.numbered[0].un.as_str()),
        ("33", "1203")
    );
    assert_eq!(tank.placards[0].label, "3");
    let labels: Vec<String> = unit(&["UN1017:500 kg:tank"])
        .plates
        .placards
        .into_iter()
        .map(|placard| placard.label)
        .collect();
    assert_eq!(labels, ["2.3", "5.1", "8"]);
}

#[test]
fn vehicles_with_packages_bear_placards_for_classes_1_and_7_only() {
    let labels = |specs: &[&str]| -> Vec<String> {
        unit(specs)
            .plates
            .placards
            .into_iter()
            .map(|placard| placard.label)
            .collect()
    };
    assert_eq!(labels(&["UN0081:100 kg NEM"]), ["1.1"]);
    assert_eq!(labels(&["UN2912:10 kg"]), ["7"]);
    assert_eq!(
        labels(&["UN0012:5000 kg NEM", "UN1203:1000 L"]),
        Vec::<String>::new(),
        "1.4S bears none"
    );
    // Of several divisions the most dangerous.
    let divisions = labels(&["UN0335:us:UN0335:500 kg NEM", "UN0081:100 kg NEM"]);
    assert_eq!(divisions, ["1.1"]);
}

/// Label and place of every placard.
fn placed(load: &Load) -> Vec<(String, &'static str)> {
    let placards = of_unit(load).plates.placards.into_iter();
    placards.map(|placard| (placard.label, placard.at)).collect()
}

#[test]
fn containers_and_portable_tanks_bear_placards_at_each_end_of_every_label_5_3_1_2() {
    const ENDS: &str = "both sides and each end of the container";
    let mut chlorine = load(&["UN1017:500 kg"]);
    assert!(placed(&chlorine).is_empty(), "packages on a vehicle");
    chlorine.lines[0].closed_container = true;
    let labels = ["2.3", "5.1", "8"].map(|label| (label.to_owned(), ENDS));
    assert_eq!(placed(&chlorine), labels);
    assert_eq!(placed(&load(&["UN1017:500 kg:portable_tank"])), labels);
    let mut explosives = load(&["UN0081:100 kg NEM", "UN0012:100 kg NEM", "UN1203:1000 L:tank"]);
    explosives.lines[0].closed_container = true;
    explosives.lines[1].closed_container = true;
    assert_eq!(
        placed(&explosives),
        [("1.1".to_owned(), ENDS), ("3".to_owned(), "both sides and rear")],
        "1.4S bears none"
    );
}

#[test]
fn a_sample_of_explosives_has_the_division_that_is_stated() {
    let mut sample = load(&["UN0190:1 kg NEM"]);
    let unit = of_unit(&sample);
    assert_eq!(unit.security_plan.needed, None);
    assert!(unit.security_plan.missing[0].contains("division"));
    assert!(unit.plates.placards.is_empty() && unit.plates.missing[0].contains("division"));
    let of_us = |load: &Load| us::of(Catalogue::embedded(), load).vehicles.remove(0);
    assert!(of_us(&sample).missing[0].contains("division"));
    sample.lines[0].labels = vec!["1.1D".to_owned()];
    assert_eq!(of_unit(&sample).security_plan.needed, None, "nobody states it");
    sample.lines[0].stated_by = Some("E. Plosive".to_owned());
    let unit = of_unit(&sample);
    assert_eq!(unit.security_plan.needed, Some(true));
    assert_eq!(unit.plates.placards[0].label, "1.1");
    assert_eq!(of_us(&sample).placards[0].placard, "EXPLOSIVES 1.1");
}

#[test]
fn excepted_packages_of_class_7_ask_for_no_placard_under_adr() {
    for number in ["UN2908:10 kg", "UN2909:10 kg", "UN2910:10 kg", "UN2911:10 kg"] {
        let plates = unit(&[number]).plates;
        assert!(
            plates.placards.is_empty() && plates.missing.is_empty(),
            "{number}"
        );
    }
}

#[test]
fn marks_of_5_3_3_and_5_3_6_stand_beside_the_placards() {
    let marks = |load: &Load| -> Vec<_> { of_unit(load).plates.marks.iter().map(|mark| mark.mark).collect() };
    for number in ["UN3077:1000 kg:bulk", "UN3082:1000 L:tank"] {
        assert_eq!(marks(&load(&[number])), ["environmentally_hazardous"]);
    }
    let mut packages = load(&["UN3082:1500 L"]);
    assert!(marks(&packages).is_empty(), "no placard, no mark");
    packages.lines[0].closed_container = true;
    assert_eq!(marks(&packages), ["environmentally_hazardous"]);
    assert_eq!(marks(&load(&["UN3257:1000 L:tank"])), ["elevated_temperature"]);
    assert!(of_unit(&load(&["UN3257:1000 L:tank"])).plates.missing.is_empty());
    let flammable = load(&["UN3256:1000 L:tank"]);
    assert_eq!(marks(&flammable), ["elevated_temperature"]);
    assert!(of_unit(&flammable).plates.missing[0].contains("100 °C"));
    assert!(marks(&load(&["UN1203:1000 L:tank"])).is_empty());
}

#[test]
fn the_mark_of_limited_quantities_stands_until_the_mass_of_the_unit_is_known_3_4_13() {
    let mut load = load(&["UN1203:LQ"]);
    load.lines[0].gross_mass = Some("8000.001 kg".parse().expect("a mass"));
    let open = of_unit(&load);
    assert_eq!(open.tunnel.closed, ['E']);
    assert_eq!(open.plates.marks[0].mark, "limited_quantities");
    assert!(open.plates.missing[0].contains("12 tonnes"));
    load.lines[0].gross_mass = None;
    let open = of_unit(&load);
    assert_eq!(open.tunnel.closed, ['E'], "neither mass is known");
    assert!(open.plates.missing[0].contains("8 tonnes"));
    load.over_12_tonnes = Some(false);
    let small = of_unit(&load);
    assert!(small.tunnel.closed.is_empty() && small.plates.marks.is_empty());
    assert!(small.plates.missing.is_empty());
    load.over_12_tonnes = Some(true);
    load.lines[0].gross_mass = Some("8000 kg".parse().expect("a mass"));
    assert!(of_unit(&load).plates.marks.is_empty(), "not over 8 tonnes");
}

#[test]
fn security_plans_are_for_high_consequence_goods() {
    let needed = |specs: &[&str]| unit(specs).security_plan.needed;
    assert_eq!(needed(&["UN0081:100 kg NEM"]), Some(true));
    assert_eq!(needed(&["UN1017:51 kg"]), Some(true), "toxic gas");
    assert_eq!(needed(&["UN1203:1000 L"]), Some(false), "packages of petrol");
    assert_eq!(needed(&["UN1203:3000 L:tank"]), Some(false));
    assert_eq!(needed(&["UN1203:3001 L:tank"]), Some(true));
    assert_eq!(needed(&["UN1203:tank"]), None, "the quantity is missing");
    assert_eq!(needed(&["UN1942:3000 kg:bulk"]), Some(false));
    assert_eq!(needed(&["UN1942:3001 kg:bulk"]), Some(true));
    assert_eq!(needed(&["UN2814:1 kg:solid"]), Some(true));
    assert_eq!(
        needed(&["UN1950:adr:UN1950:5T:500 kg"]),
        Some(false),
        "aerosols are no toxic gas here"
    );
    assert_eq!(needed(&["UN1614:1 kg"]), Some(true), "6.1, packing group I");
    // 1.1.3.6 lifts it, but not for the explosives of 1.10.4.
    assert_eq!(needed(&["UN1017:50 kg"]), Some(false));
    assert_eq!(needed(&["UN0029:1 kg NEM"]), Some(true));
}

fn placards(lines: &[(&str, &str)]) -> VehiclePlacards {
    let specs: Vec<&str> = lines.iter().map(|(spec, _)| *spec).collect();
    let mut load = load(&specs);
    for (line, (_, mass)) in load.lines.iter_mut().zip(lines) {
        if !mass.is_empty() {
            line.gross_mass = Some(format!("{mass} kg").parse().expect("a mass"));
        }
        line.radioactive_category
            .is_some()
            .then(|| line.stated_by = Some("x".into()));
    }
    us::of(Catalogue::embedded(), &load).vehicles.remove(0)
}

fn names(lines: &[(&str, &str)]) -> Vec<&'static str> {
    placards(lines)
        .placards
        .iter()
        .map(|placard| placard.placard)
        .collect()
}

#[test]
fn table_2_goods_need_placards_from_454_kg_together() {
    assert!(names(&[("UN1203", "453")]).is_empty());
    assert!(names(&[("UN1203", "453.999")]).is_empty());
    assert_eq!(names(&[("UN1203", "454")]), ["FLAMMABLE"]);
    let both = placards(&[("UN1203", "300"), ("UN1824:II", "300")]);
    let shown: Vec<_> = both.placards.iter().map(|placard| placard.placard).collect();
    assert_eq!(shown, ["FLAMMABLE", "CORROSIVE"]);
    assert!(both.dangerous, "or one DANGEROUS");
}

#[test]
fn dangerous_does_not_stand_for_a_category_of_a_tonne() {
    let placarded = placards(&[("UN1203", "1000"), ("UN1824:II", "300"), ("UN1942", "100")]);
    assert!(placarded.dangerous);
    let own: Vec<bool> = placarded
        .placards
        .iter()
        .map(|placard| placard.may_be_dangerous)
        .collect();
    assert_eq!(own, [false, true, true]);
    assert!(
        !placards(&[("UN1203", "1000"), ("UN1824:II", "300")]).dangerous,
        "one is left to replace"
    );
    assert!(!placards(&[("UN1203", "999")]).dangerous);
}

#[test]
fn table_1_goods_and_bulk_need_placards_in_any_quantity() {
    assert_eq!(names(&[("UN1428", "1")]), ["DANGEROUS WHEN WET"]);
    assert_eq!(names(&[("UN1017", "1")]), ["POISON GAS"]);
    assert_eq!(names(&[("UN0081", "1")]), ["EXPLOSIVES 1.1"]);
    assert_eq!(names(&[("UN3112", "1")]), ["ORGANIC PEROXIDE"]);
    assert!(names(&[("UN3103", "1")]).is_empty());
    assert_eq!(names(&[("UN1203:tank", "1")]), ["FLAMMABLE"]);
    assert_eq!(
        placards(&[("UN1203:tank", "")]).identification_numbers,
        ["UN1203"]
    );
}

#[test]
fn inhalation_hazards_and_wet_subsidiaries_are_placarded_whatever_their_class() {
    assert_eq!(
        names(&[("UN1092", "1")]),
        ["POISON INHALATION HAZARD"],
        "acrolein, 6.1, zone A"
    );
    let corrosive = Catalogue::embedded()
        .all(Regime::Us)
        .iter()
        .find(|row| row.number().is_some() && row.division() == "8" && row.zone() == Some(Zone::A))
        .expect("a row");
    assert_eq!(
        names(&[(corrosive.id().as_str(), "1")]),
        ["CORROSIVE", "POISON INHALATION HAZARD"]
    );
    let wet = Catalogue::embedded()
        .all(Regime::Us)
        .iter()
        .find(|row| {
            row.number().is_some() && row.division() == "4.2" && row.subsidiary_hazards().any(|h| h == "4.3")
        })
        .expect("a row");
    assert_eq!(
        names(&[(wet.id().as_str(), "1")]),
        ["SPONTANEOUSLY COMBUSTIBLE", "DANGEROUS WHEN WET"]
    );
    assert_eq!(
        names(&[(wet.id().as_str(), "500")]),
        ["SPONTANEOUSLY COMBUSTIBLE", "DANGEROUS WHEN WET"]
    );
}

#[test]
fn goods_of_172_505_are_placarded_in_any_quantity_and_not_by_dangerous() {
    // Special provision 3: hydrogen fluoride is poisonous by inhalation, zone C (172.203(m), 172.505(a)).
    assert_eq!(
        names(&[("UN1052", "300")]),
        ["CORROSIVE", "POISON INHALATION HAZARD"]
    );
    // 172.504(c) excludes what 172.505 is about from its 454 kg.
    assert_eq!(
        names(&[("us:UN1744:I:zoneA:1", "100")]),
        ["CORROSIVE", "POISON INHALATION HAZARD"]
    );
    assert_eq!(
        names(&[("UN3394:I", "50")]),
        ["SPONTANEOUSLY COMBUSTIBLE", "DANGEROUS WHEN WET"]
    );
    let wet = placards(&[("UN3394:I", "300"), ("UN1203", "300"), ("UN1942", "300")]);
    let may: Vec<_> = wet
        .placards
        .iter()
        .filter(|placard| placard.may_be_dangerous)
        .collect();
    assert_eq!(may.len(), 2, "not the placard of UN3394: {may:?}");
    // An unknown mass leaves no placard of theirs open.
    let unknown = placards(&[("UN3394:I", ""), ("UN1052", "")]);
    assert_eq!(unknown.placards.len(), 4);
    assert!(
        unknown.possible.is_empty() && unknown.missing.is_empty(),
        "{unknown:?}"
    );
}

#[test]
fn uranium_hexafluoride_is_corrosive_from_454_kg_of_its_own_172_505_b() {
    let of = |mass: &str| {
        let mut load = load(&["UN2978"]);
        load.lines[0].radioactive_category = Some(dangerous_goods::RadioactiveCategory::Yellow3);
        load.lines[0].stated_by = Some("R. Adler".into());
        load.lines[0].gross_mass = (!mass.is_empty()).then(|| format!("{mass} kg").parse().expect("a mass"));
        us::of(Catalogue::embedded(), &load).vehicles.remove(0)
    };
    let names =
        |placards: Vec<us::Placard>| -> Vec<_> { placards.iter().map(|placard| placard.placard).collect() };
    assert_eq!(names(of("453.999").placards), ["RADIOACTIVE"]);
    assert_eq!(names(of("454").placards), ["RADIOACTIVE", "CORROSIVE"]);
    assert_eq!(names(of("").possible), ["CORROSIVE"]);
    assert!(of("").missing[0].contains("gross mass"));
}

#[test]
fn excepted_packages_of_class_7_bear_no_label_and_the_vehicle_no_placard() {
    // Empty packagings too: the label Empty of 172.450 shows no hazard.
    for number in ["UN2908", "UN2909", "UN2910", "UN2911"] {
        let vehicle = placards(&[(number, "10")]);
        assert!(
            vehicle.placards.is_empty() && vehicle.possible.is_empty(),
            "{number}"
        );
        assert!(vehicle.missing.is_empty(), "{number}");
    }
}

#[test]
fn low_specific_activity_asks_whether_the_use_is_exclusive_172_504_e() {
    for number in ["UN2912", "UN2913", "UN3321", "UN3322"] {
        let mut load = load(&[number]);
        load.lines[0].radioactive_category = Some(dangerous_goods::RadioactiveCategory::Yellow2);
        load.lines[0].stated_by = Some("R. Adler".into());
        let vehicle = us::of(Catalogue::embedded(), &load).vehicles.remove(0);
        assert!(vehicle.placards.is_empty());
        assert_eq!(vehicle.possible[0].placard, "RADIOACTIVE", "{number}");
        assert!(vehicle.missing[0].contains("exclusive use"));
    }
}

#[test]
fn a_zone_without_a_name_is_missing_and_its_placard_is_possible() {
    let mut load = load(&["UN2810:I"]);
    load.lines[0].gross_mass = Some("500 kg".parse().expect("a mass"));
    load.lines[0].zone = Some(Zone::A);
    let of = |load: &Load| us::of(Catalogue::embedded(), load).vehicles.remove(0);
    let vehicle = of(&load);
    assert_eq!(vehicle.possible[0].placard, "POISON INHALATION HAZARD");
    assert!(vehicle.missing[0].contains("the zone of poison by inhalation"));
    load.lines[0].stated_by = Some("C. Chemist".into());
    let vehicle = of(&load);
    assert_eq!(vehicle.placards[0].placard, "POISON INHALATION HAZARD");
    assert!(vehicle.possible.is_empty() && vehicle.missing.is_empty());
}

#[test]
fn large_quantities_in_packages_show_their_number_172_301_a_3_and_172_313_c() {
    let numbers = |lines: &[(&str, &str)]| placards(lines).identification_numbers;
    // A material that is alone on board, from 4,000 kg.
    assert!(numbers(&[("UN1203", "3999.999")]).is_empty());
    assert_eq!(numbers(&[("UN1203", "4000")]), ["UN1203"]);
    assert_eq!(numbers(&[("UN1203", "2000"), ("UN1203", "2000")]), ["UN1203"]);
    let open = placards(&[("UN1203", "4000")]).missing;
    assert!(open[0].contains("nothing else is on the vehicle"), "{open:?}");
    assert!(
        numbers(&[("UN1203", "4000"), ("UN1824:II", "1")]).is_empty(),
        "not alone"
    );
    assert!(numbers(&[("UN0081", "4000")]).is_empty(), "class 1");
    // Poison by inhalation of zone A or B, from 1,000 kg: one number, of zone A before zone B.
    assert!(numbers(&[("UN1092", "999.999"), ("UN1203", "1")]).is_empty());
    assert_eq!(numbers(&[("UN1092", "1000"), ("UN1203", "1")]), ["UN1092"]);
    assert_eq!(
        numbers(&[("UN1017", "2000"), ("UN1092", "1000")]),
        ["UN1092"],
        "chlorine is of zone B"
    );
    assert_eq!(
        numbers(&[("UN1005:us:UN1005:2.3", "2000"), ("UN1203", "1")]),
        Vec::<String>::new(),
        "zone D"
    );
}

#[test]
fn placards_that_others_make_needless_are_left_out_with_the_reason() {
    let poison = placards(&[("UN1017", "10"), ("UN1593:III", "500")]);
    let shown: Vec<_> = poison.placards.iter().map(|placard| placard.placard).collect();
    assert_eq!(shown, ["POISON GAS"]);
    assert!(poison.left_out[0].starts_with("POISON:") && poison.left_out[0].contains("172.504(f)(11)"));
    assert_eq!(
        names(&[("us:UN1744:I:zoneA:1", "1"), ("UN1593:III", "500")]),
        ["CORROSIVE", "POISON INHALATION HAZARD"],
        "also where 172.505 asks for it"
    );
    assert_eq!(
        names(&[("UN0081", "10"), ("UN0161", "10")]),
        ["EXPLOSIVES 1.1"],
        "the lowest division only"
    );
    assert!(
        names(&[("UN3077", "5000")]).is_empty(),
        "class 9 has no placard within the country"
    );
}

#[test]
fn an_unknown_mass_leaves_a_possible_placard_and_is_named() {
    let unknown = placards(&[("UN1203", "")]);
    assert!(unknown.placards.is_empty());
    assert_eq!(unknown.possible[0].placard, "FLAMMABLE");
    assert!(unknown.missing[0].contains("gross mass"));
    // What is known is enough once the threshold is passed.
    let enough = placards(&[("UN1203", "454"), ("UN1824:II", "")]);
    let shown: Vec<_> = enough.placards.iter().map(|placard| placard.placard).collect();
    assert_eq!(shown, ["FLAMMABLE", "CORROSIVE"]);
    assert!(
        !enough.dangerous,
        "of an unknown mass nobody says that it is under a tonne"
    );
}

#[test]
fn radioactive_goods_ask_for_their_category() {
    let mut load = load(&["UN2912"]);
    let of = |load: &Load| us::of(Catalogue::embedded(), load).vehicles.remove(0);
    assert!(of(&load).missing[0].contains("category"));
    load.lines[0].radioactive_category = Some(dangerous_goods::RadioactiveCategory::Yellow3);
    assert!(of(&load).missing[0].contains("category"), "nobody states it");
    load.lines[0].stated_by = Some("R. Adler".into());
    assert_eq!(of(&load).placards[0].placard, "RADIOACTIVE");
    load.lines[0].radioactive_category = Some(dangerous_goods::RadioactiveCategory::Yellow2);
    assert!(of(&load).placards.is_empty());
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
    assert_eq!(
        limit(Regime::Adr, &line("0.03", "0.5")),
        [Within::Yes, Within::Yes]
    );
    assert_eq!(
        limit(Regime::Adr, &line("0.031", "0.5")),
        [Within::No, Within::Yes]
    );
    assert_eq!(
        limit(Regime::Adr, &line("0.03", "0.501")),
        [Within::Yes, Within::No]
    );
    assert_eq!(
        limit(Regime::Adr, r#"{"goods":"UN1017","excepted_quantity":true}"#),
        [Within::No]
    );
    assert_eq!(limit(Regime::Us, &line("0.03", "0.5")), [Within::NotKnown]);
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
