//! Tunnels of ADR 8.6, plates, placards and marks of 5.3.

use dangerous_goods::consequence::us;
use dangerous_goods::{Catalogue, Load, Regime};

use super::{closed, load, of_unit, unit};

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
fn goods_not_subject_to_adr_have_no_tunnel_code_and_none_is_missing() {
    let tunnel = unit(&["UN1845:500 kg", "UN1203:1000 L"]).tunnel;
    assert_eq!(
        (tunnel.closed.as_slice(), tunnel.missing.len()),
        (['E'].as_slice(), 0)
    );
    assert!(
        unit(&["UN1845:500 kg", "UN1203:1000 L"])
            .plates
            .missing
            .is_empty()
    );
}

#[test]
fn a_code_further_down_closes_what_it_closes_of_itself() {
    // B1000C is the more restrictive code and closes C to tanks; B/D closes B to the tank of butane.
    let unit = unit(&["UN0081:100 kg NEM", "UN1011:1000 L:tank"]);
    assert_eq!(unit.tunnel.code, Some("B1000C"));
    assert_eq!(unit.tunnel.closed, ['B', 'C', 'D', 'E']);
}

/// The labels of the placards.
fn labels(specs: &[&str]) -> Vec<String> {
    let placards = unit(specs).plates.placards.into_iter();
    placards.map(|placard| placard.label).collect()
}

#[test]
fn of_several_divisions_the_most_dangerous_is_placarded_and_1_5_with_1_2_as_1_1() {
    let (d1_2, d1_3, d1_4, d1_5, d1_6) = (
        "UN0035:100 kg NEM",
        "UN0010:100 kg NEM",
        "UN0066:500 kg NEM",
        "UN0331:100 kg NEM",
        "UN0486:100 kg NEM",
    );
    assert_eq!(labels(&[d1_5, d1_2]), ["1.1"]);
    assert_eq!(labels(&[d1_3, d1_5]), ["1.5"]);
    assert_eq!(labels(&[d1_3, d1_2]), ["1.2"]);
    assert_eq!(labels(&[d1_6, d1_3]), ["1.3"]);
    assert_eq!(labels(&[d1_4, d1_6]), ["1.6"]);
    let plates = unit(&[d1_5, d1_2]).plates;
    assert_eq!(plates.placards[0].lines, [0, 1], "for both");
}

#[test]
fn packages_of_explosives_on_a_vehicle_ask_for_the_placard_of_their_division_alone() {
    // UN0018 bears 6.1 and 8 too; packages of these classes ask for no placard (5.3.1.5).
    assert_eq!(labels(&["UN0018:100 kg NEM"]), ["1.2"]);
}

#[test]
fn one_plate_stands_for_all_lines_of_its_number() {
    let plates = unit(&[
        "UN1203:1000 L:tank",
        "UN1202:III:1000 L:tank",
        "UN1203:500 L:tank",
    ])
    .plates;
    let shown: Vec<_> = plates
        .numbered
        .iter()
        .map(|plate| (plate.un.as_str(), plate.lines.as_slice()))
        .collect();
    assert_eq!(shown, [("1203", [0, 2].as_slice()), ("1202", &[1])]);
}

#[test]
fn a_tank_whose_hazard_number_the_table_does_not_give_is_named() {
    let plates = unit(&["UN3115:1000 L:tank"]).plates;
    assert!(plates.numbered.is_empty());
    assert!(
        plates
            .missing
            .iter()
            .any(|missing| missing.contains("no hazard identification number")),
        "{:?}",
        plates.missing
    );
}

#[test]
fn what_somebody_states_environmentally_hazardous_is_marked_5_3_6() {
    let mut load = load(&["UN1203:1000 L:tank"]);
    assert!(of_unit(&load).plates.marks.is_empty());
    load.lines[0].environmentally_hazardous = true;
    assert_eq!(of_unit(&load).plates.marks[0].mark, "environmentally_hazardous");
}

#[test]
fn molten_goods_in_a_tank_ask_how_hot_they_are_5_3_3() {
    let plates = unit(&["UN2304:1000 L:tank"]).plates;
    assert_eq!(plates.marks[0].mark, "elevated_temperature");
    assert!(plates.missing[0].contains("100 °C"), "{:?}", plates.missing);
}
