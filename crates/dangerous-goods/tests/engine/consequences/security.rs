//! High consequence goods of ADR 1.10.3.

use dangerous_goods::consequence::adr::{Exemption, SecurityPlan};

use super::{load, of_unit, unit};

fn plan(specs: &[&str]) -> SecurityPlan {
    unit(specs).security_plan
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

#[test]
fn what_is_of_one_row_of_table_1_10_3_1_2_is_added_over_the_transport_unit() {
    // Petrol and ethanol, both flammable liquids of packing group II: 1,500 L each are 3,000 L, and no more.
    assert_eq!(
        plan(&["UN1203:1500 L:tank", "UN1170:II:1500 L:tank"]).needed,
        Some(false)
    );
    let over = plan(&["UN1203:1500 L:tank", "UN1170:II:1501 L:portable_tank"]);
    assert_eq!(over.needed, Some(true));
    let reason = &over.reasons[0];
    assert!(reason.contains("line 1") && reason.contains("line 2"), "{reason}");
    assert!(
        reason.contains("together 3001 L are more than 3000 L"),
        "{reason}"
    );
    assert_eq!(over.reasons.len(), 1, "one row of the table, one reason");
    // In bulk: ammonium nitrate and a perchlorate are one row.
    let nitrates = ["UN1942:1500 kg:bulk", "UN1489:1501 kg:bulk"];
    assert_eq!(plan(&nitrates).needed, Some(true));
    assert_eq!(plan(&nitrates[..1]).needed, Some(false));
}

#[test]
fn different_rows_of_table_1_10_3_1_2_are_not_added_nor_are_packages_or_bulk_to_tanks() {
    for pair in [
        // A flammable liquid of packing group I and a corrosive of packing group I.
        ["UN1203:3000 L:tank", "UN1831:I:3000 L:tank"],
        // 4.2 and 4.3 are rows of their own.
        ["UN2845:I:3000 L:tank", "UN3398:I:3000 L:tank"],
        // Packing group III is of no row, packages never count.
        ["UN1203:3000 L:tank", "UN1202:III:3000 L:tank"],
        ["UN1203:3000 L:tank", "UN1203:3000 L"],
        // Litres in tanks and kilograms in bulk are columns of their own.
        ["UN2426:3000 L:tank", "UN1942:3000 kg:bulk"],
        // What is empty adds nothing.
        ["UN1203:3000 L:tank", "UN1203:tank:empty"],
    ] {
        let plan = plan(&pair);
        assert_eq!(plan.needed, Some(false), "{pair:?}: {plan:?}");
    }
}

#[test]
fn vehicles_that_travel_apart_are_added_each_for_itself_and_combinations_as_one() {
    let mut load = load(&["UN1203:2000 L:tank", "UN1203:2000 L:tank"]);
    load.lines[1].vehicle = Some(2);
    assert_eq!(
        of_unit(&load).security_plan.needed,
        Some(true),
        "truck and trailer"
    );
    load.travel = dangerous_goods::Travel::Apart;
    let units = dangerous_goods::consequence::adr::of(dangerous_goods::Catalogue::embedded(), &load).units;
    assert!(units.iter().all(|unit| unit.security_plan.needed == Some(false)));
}

#[test]
fn a_quantity_that_is_not_stated_is_named_until_the_others_are_too_much_already() {
    let open = plan(&["UN1203:3000 L:tank", "UN1170:II:tank"]);
    assert_eq!(open.needed, None);
    assert!(open.missing[0].starts_with("line 2 (UN1170"), "{open:?}");
    assert!(open.missing[0].ends_with("the quantity in L"), "{open:?}");
    // Kilograms of a liquid do not tell litres.
    assert_eq!(plan(&["UN1203:2000 kg:tank"]).needed, None);
    let over = plan(&["UN1203:3001 L:tank", "UN1170:II:tank"]);
    assert_eq!(over.needed, Some(true));
    assert!(over.missing.is_empty(), "{over:?}");
}

#[test]
fn liquid_ammonium_nitrate_is_of_the_row_of_ammonium_nitrates() {
    assert_eq!(plan(&["UN2426:3001 L:tank"]).needed, Some(true));
}

#[test]
fn radioactive_material_asks_for_its_activity_however_little_there_is_1_10_3_1_3() {
    for number in ["UN2912", "UN2915", "UN2916", "UN2978", "UN3333"] {
        let plan = plan(&[&format!("{number}:1 kg")]);
        assert_eq!(plan.needed, None, "{number}");
        let missing = &plan.missing[0];
        assert!(
            missing.contains("the activity of a package is not known, state it"),
            "{missing}"
        );
        assert!(
            missing.contains("3000 A2") && missing.contains("1.10.3.1.3"),
            "{missing}"
        );
    }
}

#[test]
fn a_stated_activity_is_no_answer_without_the_values_of_a2_and_without_a_name_it_is_not_stated() {
    let mut source = load(&["UN2916:1 kg"]);
    let missing = |load: &dangerous_goods::Load| of_unit(load).security_plan.missing.remove(0);
    let activity = dangerous_goods::EntryKind::Activity;
    source.lines[0]
        .entries
        .set(activity, "3.7 TBq")
        .expect("an activity");
    assert!(missing(&source).contains("is not known, state it"), "by nobody");
    source.lines[0].stated_by = Some("R. Adler".to_owned());
    let says = missing(&source);
    assert!(
        says.contains("whether 3.7 TBq in a package are 3000 A2"),
        "{says}"
    );
    assert_eq!(of_unit(&source).security_plan.needed, None);
}

#[test]
fn excepted_packages_of_class_7_ask_for_their_activity_though_the_points_exempt_them_1_10_4() {
    for number in ["UN2910", "UN2911"] {
        let unit = unit(&[number]);
        assert_eq!(unit.points.exemption, Exemption::Exempt, "{number}");
        assert_eq!(unit.security_plan.needed, None, "{number}");
        let missing = &unit.security_plan.missing[0];
        assert!(
            missing.contains("activity") && missing.contains("1.10.4"),
            "{missing}"
        );
    }
    // Of the other two 1.10.4 says nothing: what exempts the load lifts the plan.
    for number in ["UN2908", "UN2909"] {
        assert_eq!(plan(&[number]).needed, Some(false), "{number}");
    }
}

#[test]
fn each_row_of_table_1_10_3_1_2_reaches_its_goods_and_no_others() {
    for any in [
        // 1.1, 1.2, 1.3C, the listed of 1.4, 1.5, 1.6.
        "UN0081:100 kg NEM",
        "UN0035:100 kg NEM",
        "UN0161:100 kg NEM",
        "UN0104:500 kg NEM",
        "UN0331:100 kg NEM",
        "UN0486:500 kg NEM",
        // Toxic gases; desensitized explosives of 3 and 4.1; 6.1 of packing group I; 6.2 of category A.
        "UN1017:51 kg",
        "UN1204:II:400 L",
        "UN1310:I:30 kg",
        "UN1614:1 kg",
        "adr:UN2900:6.2:1:1 kg",
        "UN3549:1 kg",
    ] {
        assert_eq!(plan(&[any]).needed, Some(true), "{any}");
    }
    for none in [
        "UN0010:100 kg NEM",
        "UN0066:500 kg NEM",
        "UN1993:II:1000 L",
        "UN1325:II:1000 kg",
        "UN1824:II:1000 L",
    ] {
        assert_eq!(plan(&[none]).needed, Some(false), "{none}");
    }
    for (tank, needed) in [
        ("UN1978", Some(true)),
        ("UN1203", Some(true)),
        ("UN2845:I", Some(true)),
        ("UN3398:I", Some(true)),
        ("UN3139:I", Some(true)),
        ("UN1831:I", Some(true)),
        ("UN1489", Some(true)),
        // Non-flammable gas, packing group III, an oxidizing solid.
        ("UN1977", Some(false)),
        ("UN1202:III", Some(false)),
        ("UN1479:I:solid", Some(false)),
    ] {
        assert_eq!(plan(&[&format!("{tank}:3001 L:tank")]).needed, needed, "{tank}");
        assert_eq!(
            plan(&[&format!("{tank}:3000 L:tank")]).needed,
            Some(false),
            "{tank}"
        );
    }
}
