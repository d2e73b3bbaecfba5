//! Placards and identification numbers of 49 CFR part 172.

use dangerous_goods::consequence::us::{self, VehiclePlacards};
use dangerous_goods::{Catalogue, Load, Regime, Zone};

use super::load;

pub(super) fn placards(lines: &[(&str, &str)]) -> VehiclePlacards {
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

#[test]
fn oxidizers_and_gases_are_left_out_beside_what_tells_of_them_172_504_f() {
    let left_out = |lines: &[(&str, &str)]| placards(lines).left_out.join("; ");
    // (f)(4) and (5): with explosives of 1.1, 1.2 or 1.5 that are sure to be shown.
    assert_eq!(names(&[("UN0081", "10"), ("UN1942", "500")]), ["EXPLOSIVES 1.1"]);
    assert!(left_out(&[("UN0035", "10"), ("UN1942", "500")]).contains("OXIDIZER: EXPLOSIVES 1.2"));
    assert_eq!(
        names(&[("UN0161", "10"), ("UN1942", "500")]),
        ["EXPLOSIVES 1.3", "OXIDIZER"],
        "not with 1.3"
    );
    // (f)(3): with flammable gas that is sure to be shown.
    assert_eq!(
        names(&[("UN1978:tank", ""), ("UN1006", "500")]),
        ["FLAMMABLE GAS"]
    );
    assert!(left_out(&[("UN1978:tank", ""), ("UN1006", "500")]).contains("172.504(f)(3)"));
    assert_eq!(
        names(&[("UN1978", "500"), ("UN1006", "500")]),
        ["FLAMMABLE GAS", "NON-FLAMMABLE GAS"],
        "weighed with the others"
    );
}

#[test]
fn a_poison_of_6_1_keeps_its_inhalation_placard_beside_poison_gas() {
    // 172.505(a) spares a second placard to goods of other classes only.
    assert_eq!(
        names(&[("UN1017", "10"), ("UN1092", "10")]),
        ["POISON GAS", "POISON INHALATION HAZARD"]
    );
    assert_eq!(
        names(&[("UN1017", "10"), ("us:UN1744:I:zoneA:1", "10")]),
        ["POISON GAS", "CORROSIVE"]
    );
}

#[test]
fn combustible_liquids_are_placarded_in_bulk_only() {
    assert_eq!(names(&[("us:NA1993:III:combustible:tank", "")]), ["COMBUSTIBLE"]);
    assert!(names(&[("us:NA1993:III:combustible", "5000")]).is_empty());
}

#[test]
fn explosives_of_1_4s_that_need_no_label_need_no_placard() {
    assert!(names(&[("UN0012", "5000")]).is_empty());
    assert!(placards(&[("UN0012", "")]).possible.is_empty());
    assert_eq!(names(&[("UN0066", "500")]), ["EXPLOSIVES 1.4"]);
}

#[test]
fn a_placard_that_is_only_possible_makes_no_other_needless() {
    // 1.5 and 1.6 are of table 2: without masses neither is sure.
    let unknown = placards(&[("UN0331", ""), ("UN0486", "")]);
    let possible: Vec<_> = unknown.possible.iter().map(|placard| placard.placard).collect();
    assert_eq!(possible, ["EXPLOSIVES 1.5", "EXPLOSIVES 1.6"]);
    assert!(unknown.left_out.is_empty());
}

#[test]
fn of_two_poisons_of_one_zone_the_greater_mass_shows_its_number_172_313_c() {
    let numbers = |lines: &[(&str, &str)]| placards(lines).identification_numbers;
    assert_eq!(numbers(&[("UN1541", "1000"), ("UN1098", "2000")]), ["UN1098"]);
    assert_eq!(numbers(&[("UN1098", "2000"), ("UN1541", "1000")]), ["UN1098"]);
}
