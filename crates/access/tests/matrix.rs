//! Each role and each permission against a table written and reviewed by hand (P8, P9).
//!
//! The table repeats what `policies/roles.cedar` says, on purpose: a change of either alone is red.

mod people;

use std::collections::BTreeSet;

use people::{NOW, Person, policies};
use safeshipper_access::permission::{ALL, MARKERS};
use safeshipper_access::role::Role;

/// Columns: VIEWER, DRIVER, OPERATOR, SUPERVISOR, MANAGER, ADMIN, SUPER_ADMIN (in the platform company).
#[rustfmt::skip]
const REVIEWED: &[(&str, [u8; 7])] = &[
    ("analytics.advanced",                     [0, 0, 0, 0, 1, 1, 1]),
    ("analytics.operational",                  [0, 0, 0, 1, 1, 1, 1]),
    ("audit.logs.view",                        [0, 0, 0, 0, 0, 1, 1]),
    ("compliance.monitoring.view",             [0, 0, 0, 1, 1, 1, 1]),
    ("compliance.system.admin",                [0, 0, 0, 0, 0, 1, 1]),
    ("compliance.violations.acknowledge",      [0, 0, 0, 0, 1, 1, 1]),
    ("compliance.violations.review",           [0, 0, 0, 0, 1, 1, 1]),
    ("dangerous_goods.compatibility.check",    [0, 1, 1, 1, 1, 1, 1]),
    ("dangerous_goods.compatibility.override", [0, 0, 0, 0, 1, 1, 1]),
    ("dangerous_goods.compatibility.withdraw", [0, 0, 0, 0, 1, 1, 1]),
    ("dangerous_goods.compatibility.withdraw.own", [0, 0, 1, 1, 1, 1, 1]),
    ("dangerous_goods.emergency.access",       [0, 0, 0, 0, 0, 0, 0]),
    ("dangerous_goods.view",                   [1, 1, 1, 1, 1, 1, 1]),
    ("documents.upload",                       [0, 0, 1, 1, 1, 1, 1]),
    ("documents.upload.pod",                   [0, 1, 1, 1, 1, 1, 1]),
    ("documents.view",                         [1, 1, 1, 1, 1, 1, 1]),
    ("documents.view.all",                     [0, 0, 0, 0, 1, 1, 1]),
    ("emergency.access.approve",               [0, 0, 0, 0, 1, 1, 1]),
    ("emergency.access.request",               [0, 1, 1, 1, 1, 1, 1]),
    ("emergency.access.review",                [0, 0, 0, 0, 1, 1, 1]),
    ("emergency.contacts.view",                [0, 1, 1, 1, 1, 1, 1]),
    ("emergency.incidents.manage",             [0, 0, 0, 1, 1, 1, 1]),
    ("emergency.incidents.report",             [0, 1, 1, 1, 1, 1, 1]),
    ("emergency.incidents.resolve",            [0, 0, 0, 0, 1, 1, 1]),
    ("emergency.incidents.respond",            [0, 0, 1, 1, 1, 1, 1]),
    ("emergency.incidents.view",               [0, 0, 1, 1, 1, 1, 1]),
    ("emergency.incidents.view.own",           [0, 1, 1, 1, 1, 1, 1]),
    ("emergency.procedures.create",            [0, 0, 0, 0, 1, 1, 1]),
    ("emergency.procedures.view",              [1, 1, 1, 1, 1, 1, 1]),
    ("emergency.system.admin",                 [0, 0, 0, 0, 0, 1, 1]),
    ("fleet.management",                       [0, 0, 0, 0, 1, 1, 1]),
    ("manifests.create",                       [0, 0, 1, 1, 1, 1, 1]),
    ("personal_data.reveal",                   [0, 0, 0, 1, 1, 1, 1]),
    ("personal_data.view",                     [0, 0, 1, 1, 1, 1, 1]),
    ("personal_data.view.assigned",            [0, 1, 1, 1, 1, 1, 1]),
    ("safety.equipment.disable",               [0, 0, 0, 0, 1, 1, 1]),
    ("sds.library.view",                       [1, 1, 1, 1, 1, 1, 1]),
    ("sds.upload",                             [0, 0, 1, 1, 1, 1, 1]),
    ("session.enrol",                          [1, 1, 1, 1, 1, 1, 1]),
    ("session.factors",                        [1, 1, 1, 1, 1, 1, 1]),
    ("session.own",                            [1, 1, 1, 1, 1, 1, 1]),
    ("shipments.create",                       [0, 0, 1, 1, 1, 1, 1]),
    ("shipments.edit",                         [0, 0, 1, 1, 1, 1, 1]),
    ("shipments.view",                         [0, 0, 1, 1, 1, 1, 1]),
    ("shipments.view.assigned",                [0, 1, 1, 1, 1, 1, 1]),
    ("shipments.view.own",                     [1, 1, 1, 1, 1, 1, 1]),
    ("system.configuration",                   [0, 0, 0, 0, 0, 1, 1]),
    ("system.security",                        [0, 0, 0, 0, 0, 1, 1]),
    ("tracking.location.update",               [0, 1, 1, 1, 1, 1, 1]),
    ("training.assign",                        [0, 0, 0, 1, 1, 1, 1]),
    ("users.admin",                            [0, 0, 0, 0, 0, 1, 1]),
    ("users.factors.reset",                    [0, 0, 0, 0, 0, 1, 1]),
    ("users.manage",                           [0, 0, 0, 0, 1, 1, 1]),
    ("users.permissions.give",                 [0, 0, 0, 0, 1, 1, 1]),
    ("users.roles.assign",                     [0, 0, 0, 0, 0, 1, 1]),
    ("users.view.team",                        [0, 0, 0, 1, 1, 1, 1]),
];

#[test]
fn each_role_holds_exactly_the_permissions_reviewed() {
    let matrix = policies().matrix();
    assert_eq!(matrix.len(), REVIEWED.len() * Role::ALL.len());
    for (name, row) in REVIEWED {
        for (role, held) in Role::ALL.into_iter().zip(row) {
            assert_eq!(matrix[&(role, *name)], *held == 1, "{role} {name}");
        }
    }
}

#[test]
fn the_matrix_is_what_a_person_of_the_role_is_granted() {
    for role in Role::ALL {
        let held = policies().permissions_of(&Person::of(role).with_fresh_second_factor().actor(), NOW);
        let column: Vec<_> = policies()
            .matrix()
            .into_iter()
            .filter_map(|((of, name), held)| (of == role && held).then_some(name))
            .collect();
        assert_eq!(held, column, "{role}");
    }
}

#[test]
fn every_permission_is_in_the_table_once_and_in_order() {
    let names: Vec<_> = ALL.iter().map(|info| info.name).collect();
    let sorted: BTreeSet<_> = names.iter().copied().collect();
    assert_eq!(names, sorted.into_iter().collect::<Vec<_>>());
    assert_eq!(names, REVIEWED.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

#[test]
fn every_permission_has_a_holder_or_says_why_not_p8_p9() {
    for (name, row) in REVIEWED {
        let described = ALL.iter().find(|info| info.name == *name).unwrap().description;
        assert_eq!(
            row.iter().all(|held| *held == 0),
            described.contains("no role holds it"),
            "{name}"
        );
    }
}

#[test]
fn exactly_the_four_critical_permissions_of_the_requirements_and_what_guards_them_are_critical() {
    let critical: Vec<_> = ALL
        .iter()
        .filter(|info| info.critical)
        .map(|info| info.name)
        .collect();
    assert_eq!(
        critical,
        [
            "compliance.violations.acknowledge",
            "dangerous_goods.compatibility.override",
            "dangerous_goods.compatibility.withdraw",
            "emergency.access.approve",
            "emergency.incidents.resolve",
            "safety.equipment.disable",
            "system.security",
            "users.factors.reset",
        ]
    );
}

#[test]
fn every_marker_asks_for_permissions_of_the_table() {
    for (_, variants) in MARKERS {
        assert!(
            variants
                .iter()
                .all(|(_, name)| ALL.iter().any(|info| info.name == *name))
        );
    }
}
