//! High consequence goods of ADR 1.10.3.

use super::unit;

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
