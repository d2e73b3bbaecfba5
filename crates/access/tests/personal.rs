//! What one person may beside the role: permissions given and withheld, emergency access, and who decides that.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

mod people;

use people::{COLLEAGUE, ME, NOW, OURS, Override, Person, THEIRS, load_override, policies, shipment};
use safeshipper_access::actor::EmergencyAccess;
use safeshipper_access::grant::{EmergencyReach, Reason};
use safeshipper_access::ids::{EmergencyAccessId, IncidentId};
use safeshipper_access::permission::{
    ALL, AssignRoles, EditShipments, GivePermissions, Permission, Scope, ViewAuditLogs, ViewShipments,
    WithdrawOverrides,
};
use safeshipper_access::policy::Resource;
use safeshipper_access::role::Role;
use time::Duration;
use uuid::Uuid;

const INCIDENT: IncidentId = IncidentId::from_uuid(Uuid::from_u128(0x1c));
const READ: &str = "dangerous_goods.emergency.access";

fn decided<P: Permission>(person: Person) -> Result<(), Reason> {
    let decision = policies().authorize::<P>(&person.actor(), NOW);
    decision.map(|_| ()).map_err(|refusal| refusal.reason)
}

fn decided_on<P: Permission>(person: Person, object: &Resource) -> Result<Scope, Reason> {
    let actor = person.actor();
    let grant = policies()
        .authorize::<P>(&actor, NOW)
        .map_err(|refusal| refusal.reason)?;
    policies()
        .authorize_on(&grant, object, NOW)
        .map_err(|refusal| refusal.reason)
}

// Given and withheld (AUTHZ-2)

#[test]
fn a_permission_given_to_a_person_is_held_by_them_and_by_nobody_else_of_the_role_authz_2() {
    assert_eq!(
        decided::<ViewAuditLogs>(Person::of(Role::Viewer)),
        Err(Reason::NotHeld)
    );
    assert_eq!(
        decided::<ViewAuditLogs>(Person::of(Role::Viewer).given(&["audit.logs.view"])),
        Ok(())
    );
}

#[test]
fn a_permission_withheld_is_not_held_whatever_gives_it_authz_2() {
    let operator = || Person::of(Role::Operator).without(&["shipments.edit"]);
    assert_eq!(decided::<EditShipments>(operator()), Err(Reason::Withheld));
    let given_too = operator().given(&["shipments.edit"]);
    assert_eq!(decided::<EditShipments>(given_too), Err(Reason::Withheld));
    let never_held = Person::of(Role::Viewer).without(&["shipments.edit"]);
    assert_eq!(decided::<EditShipments>(never_held), Err(Reason::NotHeld));
}

#[test]
fn a_critical_permission_that_was_given_asks_for_a_second_factor_all_the_same_authz_4() {
    let driver = || Person::of(Role::Driver).given(&[Override::NAME]);
    assert_eq!(decided::<Override>(driver()), Err(Reason::SecondFactorNeeded));
    assert_eq!(decided::<Override>(driver().with_fresh_second_factor()), Ok(()));
}

#[test]
fn a_permission_given_reaches_no_other_company() {
    let theirs = Resource {
        company: THEIRS,
        ..shipment()
    };
    let viewer = Person::of(Role::Viewer).given(&["shipments.view"]);
    assert_eq!(
        decided_on::<ViewShipments>(viewer, &theirs),
        Err(Reason::OtherCompany)
    );
}

#[test]
fn every_permission_is_given_one_by_one_or_governs_access_or_is_nobodys_to_withhold() {
    let neither: Vec<_> = ALL
        .iter()
        .map(|info| info.name)
        .filter(|name| !policies().personal().contains(name))
        .collect();
    assert_eq!(
        neither,
        [
            "compliance.system.admin",
            "dangerous_goods.compatibility.withdraw",
            "dangerous_goods.compatibility.withdraw.own",
            READ,
            "emergency.access.approve",
            "emergency.access.request",
            "emergency.access.review",
            "emergency.contacts.view",
            "emergency.incidents.report",
            "emergency.procedures.view",
            "emergency.system.admin",
            "session.enrol",
            "session.factors",
            "session.own",
            "system.configuration",
            "system.security",
            "users.admin",
            "users.factors.reset",
            "users.manage",
            "users.permissions.give",
            "users.roles.assign",
            "users.view.team",
        ]
    );
    for name in neither {
        let person = || Person::of(Role::Viewer).with_fresh_second_factor();
        let before = policies().permissions_of(&person().actor(), NOW);
        assert_eq!(
            policies().permissions_of(&person().given(&[name]).actor(), NOW),
            before,
            "{name}"
        );
        assert_eq!(
            policies().permissions_of(&person().without(&[name]).actor(), NOW),
            before,
            "{name}"
        );
    }
}

#[test]
fn every_permission_that_can_be_given_can_be_withheld() {
    for name in policies().personal() {
        let person = || Person::of(Role::Viewer).with_fresh_second_factor().given(&[name]);
        let held = |person: Person| policies().permissions_of(&person.actor(), NOW).contains(name);
        assert!(held(person()), "{name}");
        assert!(!held(person().without(&[name])), "{name}");
    }
}

// Who decides over whom (P16)

fn colleague(role: Role) -> Resource {
    Resource::person(COLLEAGUE, OURS, role)
}

#[test]
fn nobody_decides_what_they_may_do_themselves_p16() {
    let myself = Resource::person(ME, OURS, Role::Viewer);
    for role in [Role::Manager, Role::Admin] {
        assert_eq!(
            decided_on::<GivePermissions>(Person::of(role), &myself),
            Err(Reason::Oneself),
            "{role}"
        );
    }
    assert_eq!(
        decided_on::<AssignRoles>(Person::of(Role::Admin), &myself),
        Err(Reason::Oneself)
    );
}

#[test]
fn nobody_decides_over_a_role_above_their_own_p16() {
    for (role, over, answer) in [
        (Role::Manager, Role::Operator, Ok(Scope::Company)),
        (Role::Manager, Role::Manager, Ok(Scope::Company)),
        (Role::Manager, Role::Admin, Err(Reason::AboveOneself)),
        (Role::Admin, Role::Admin, Ok(Scope::Company)),
        (Role::Admin, Role::SuperAdmin, Err(Reason::AboveOneself)),
    ] {
        assert_eq!(
            decided_on::<GivePermissions>(Person::of(role), &colleague(over)),
            answer,
            "{role} {over}"
        );
    }
}

#[test]
fn a_person_of_another_company_is_as_if_they_were_not() {
    let theirs = Resource::person(COLLEAGUE, THEIRS, Role::Viewer);
    assert_eq!(
        decided_on::<GivePermissions>(Person::of(Role::Admin), &theirs),
        Err(Reason::OtherCompany)
    );
}

#[test]
fn deciding_what_others_may_do_needs_a_fresh_proof() {
    let stale = Person::of(Role::Admin).with_password_at(NOW - Duration::minutes(16));
    assert_eq!(decided::<AssignRoles>(stale), Err(Reason::FreshProofNeeded));
}

#[test]
fn nobody_gives_more_than_they_hold_by_their_role_p16() {
    let giving = |person: Person, name: &str| policies().authorize_giving(&person.actor(), name, NOW);
    let manager = || Person::of(Role::Manager);
    assert_eq!(giving(manager(), "shipments.edit"), Ok("shipments.edit"));
    assert_eq!(giving(manager(), "audit.logs.view"), Err(Reason::AboveOneself));
    // What was given to oneself is not passed on, nor what is withheld from oneself.
    assert_eq!(
        giving(manager().given(&["audit.logs.view"]), "audit.logs.view"),
        Err(Reason::AboveOneself)
    );
    assert_eq!(
        giving(manager().without(&["shipments.edit"]), "shipments.edit"),
        Err(Reason::AboveOneself)
    );
    // A critical permission is given by who has just shown a second factor.
    assert_eq!(giving(manager(), Override::NAME), Err(Reason::SecondFactorNeeded));
    assert_eq!(
        giving(manager().with_fresh_second_factor(), Override::NAME),
        Ok(Override::NAME)
    );
    for name in ["users.manage", READ, "session.own", "no.such.permission"] {
        assert_eq!(giving(manager(), name), Err(Reason::AboveOneself), "{name}");
    }
}

// Emergency access (AUTHZ-6)

fn access(permissions: &[&str], incident_only: bool) -> EmergencyAccess {
    EmergencyAccess {
        id: EmergencyAccessId::from_uuid(Uuid::from_u128(0xe)),
        incident: INCIDENT,
        permissions: permissions.iter().map(ToString::to_string).collect(),
        until: NOW + Duration::HOUR,
        incident_only,
    }
}

fn named() -> Resource {
    Resource {
        incident: Some(INCIDENT),
        ..shipment()
    }
}

#[test]
fn in_an_emergency_a_driver_reads_what_is_assigned_to_nobody_authz_6() {
    let driver = || Person::of(Role::Driver).in_an_emergency(access(&[READ], false));
    assert_eq!(
        decided_on::<ViewShipments>(Person::of(Role::Driver), &shipment()),
        Err(Reason::OutsideScope)
    );
    assert_eq!(
        decided_on::<ViewShipments>(driver(), &shipment()),
        Ok(Scope::Emergency)
    );
    let actor = driver().actor();
    let grant = policies().authorize::<ViewShipments>(&actor, NOW).unwrap();
    assert_eq!(grant.scopes().emergency, Some(EmergencyReach::Company));
}

#[test]
fn what_one_may_read_anyway_is_not_read_by_emergency_access() {
    let mine = Resource {
        assigned_to: Some(ME),
        ..named()
    };
    let driver = Person::of(Role::Driver).in_an_emergency(access(&[READ], false));
    assert_eq!(decided_on::<ViewShipments>(driver, &mine), Ok(Scope::Assigned));
}

#[test]
fn emergency_access_because_of_ones_own_report_reaches_what_the_incident_names_p11() {
    let driver = || Person::of(Role::Driver).in_an_emergency(access(&[READ], true));
    assert_eq!(
        decided_on::<ViewShipments>(driver(), &named()),
        Ok(Scope::Emergency)
    );
    assert_eq!(
        decided_on::<ViewShipments>(driver(), &shipment()),
        Err(Reason::OutsideScope)
    );
    let another = Resource {
        incident: Some(IncidentId::from_uuid(Uuid::from_u128(0x2c))),
        ..shipment()
    };
    assert_eq!(
        decided_on::<ViewShipments>(driver(), &another),
        Err(Reason::OutsideScope)
    );
}

#[test]
fn emergency_access_is_over_at_its_end_p12() {
    let until = access(&[READ], false).until;
    let actor = Person::of(Role::Driver)
        .in_an_emergency(access(&[READ], false))
        .actor();
    let scopes = |now| {
        let grant = policies().authorize::<ViewShipments>(&actor, now);
        grant.map(|grant| grant.scopes().emergency.is_some())
    };
    assert_eq!(scopes(until - Duration::SECOND).ok(), Some(true));
    assert_ne!(scopes(until).ok(), Some(true));
}

#[test]
fn emergency_access_lets_override_only_what_the_incident_names_and_after_a_second_factor_p10() {
    let driver = || {
        Person::of(Role::Driver)
            .in_an_emergency(access(&[Override::NAME], false))
            .with_fresh_second_factor()
    };
    let of_named = Resource {
        incident: Some(INCIDENT),
        ..load_override()
    };
    assert_eq!(decided_on::<Override>(driver(), &of_named), Ok(Scope::Company));
    assert_eq!(
        decided_on::<Override>(driver(), &load_override()),
        Err(Reason::NotHeld)
    );
    // One's own is nobody's to approve, whatever burns.
    let own = Resource {
        asked_by: Some(ME),
        ..of_named
    };
    assert_eq!(
        decided_on::<Override>(driver(), &own),
        Err(Reason::SeparationOfDuties)
    );
    let unproved = Person::of(Role::Driver).in_an_emergency(access(&[Override::NAME], false));
    assert_eq!(decided::<Override>(unproved), Err(Reason::SecondFactorNeeded));
}

#[test]
fn nobody_decides_an_override_they_asked_for_or_whose_load_is_theirs_whatever_their_role_p15() {
    for role in Role::ALL.into_iter().filter(|role| *role != Role::SuperAdmin) {
        let person = || Person::of(role).with_fresh_second_factor();
        let held = decided::<Override>(person()).is_ok();
        let decided = |object: Resource| decided_on::<Override>(person(), &object).map(|_| ());
        let expected = |permitted: Result<(), Reason>| if held { permitted } else { Err(Reason::NotHeld) };
        assert_eq!(decided(load_override()), expected(Ok(())), "{role}");
        for own in [
            Resource {
                asked_by: Some(ME),
                ..load_override()
            },
            Resource {
                created_by: Some(ME),
                ..load_override()
            },
            Resource {
                load_authors: Some(vec![ME, COLLEAGUE]),
                ..load_override()
            },
        ] {
            assert_eq!(decided(own), expected(Err(Reason::SeparationOfDuties)), "{role}");
        }
        // Whose it is has to be known.
        let unknown = Resource {
            load_authors: None,
            ..load_override()
        };
        assert_eq!(decided(unknown), expected(Err(Reason::PolicyFault)), "{role}");
    }
}

#[test]
fn an_override_is_taken_back_by_who_asked_for_it_or_may_decide_overrides_a_part_in_it_or_not_p15() {
    let asked = Resource {
        asked_by: Some(ME),
        ..load_override()
    };
    let part = Resource {
        created_by: Some(ME),
        load_authors: Some(vec![COLLEAGUE, ME]),
        ..load_override()
    };
    for role in Role::ALL.into_iter().filter(|role| *role != Role::SuperAdmin) {
        let proved = || Person::of(role).with_fresh_second_factor();
        let decides = decided::<Override>(proved()).is_ok();
        let asks = decided::<EditShipments>(proved()).is_ok();
        let by_who_decides = |held: Result<Scope, Reason>| match (decides, asks) {
            (true, _) => held,
            (false, true) => Err(Reason::OutsideScope),
            (false, false) => Err(Reason::NotHeld),
        };
        for object in [&load_override(), &part] {
            let withdrawn = decided_on::<WithdrawOverrides>(proved(), object);
            assert_eq!(withdrawn, by_who_decides(Ok(Scope::Company)), "{role}");
            let unproved = decided_on::<WithdrawOverrides>(Person::of(role), object);
            assert_eq!(
                unproved,
                by_who_decides(Err(Reason::SecondFactorNeeded)),
                "{role}"
            );
        }
        // What one asked for oneself, without more proof than asking takes.
        let own = decided_on::<WithdrawOverrides>(Person::of(role), &asked);
        let expected = if asks {
            Ok(Scope::Own)
        } else {
            Err(Reason::NotHeld)
        };
        assert_eq!(own, expected, "{role}");
    }
    // It comes with the permission that lets one decide, and goes with it.
    let given = || {
        Person::of(Role::Driver)
            .given(&[Override::NAME])
            .with_fresh_second_factor()
    };
    let taken_back = |person: Person| decided_on::<WithdrawOverrides>(person, &load_override());
    assert_eq!(taken_back(given()), Ok(Scope::Company));
    let without = Person::of(Role::Manager)
        .with_fresh_second_factor()
        .without(&[Override::NAME]);
    assert_eq!(taken_back(without), Err(Reason::Withheld));
    assert!(!policies().personal().contains(&WithdrawOverrides::NAME));
    let theirs = Resource {
        company: THEIRS,
        asked_by: Some(ME),
        ..load_override()
    };
    assert_eq!(
        decided_on::<WithdrawOverrides>(given(), &theirs),
        Err(Reason::OtherCompany)
    );
}

#[test]
fn emergency_access_never_reaches_another_company_p3() {
    let theirs = Resource {
        company: THEIRS,
        ..named()
    };
    let driver = Person::of(Role::Driver).in_an_emergency(access(&[READ], false));
    assert_eq!(
        decided_on::<ViewShipments>(driver, &theirs),
        Err(Reason::OtherCompany)
    );
}

#[test]
fn emergency_access_gives_nothing_but_what_the_policies_name() {
    let before = policies().permissions_of(&Person::of(Role::Driver).with_fresh_second_factor().actor(), NOW);
    let names: Vec<_> = ALL.iter().map(|info| info.name).collect();
    let driver = Person::of(Role::Driver)
        .with_fresh_second_factor()
        .in_an_emergency(access(&names, false));
    let after = policies().permissions_of(&driver.actor(), NOW);
    let more: Vec<_> = after.into_iter().filter(|name| !before.contains(name)).collect();
    assert_eq!(
        more,
        [
            "dangerous_goods.compatibility.override",
            "dangerous_goods.compatibility.withdraw",
            READ,
            "safety.equipment.disable"
        ]
    );
}
