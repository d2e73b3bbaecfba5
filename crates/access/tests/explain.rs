//! Which policies decide, and why (AUTHZ-1, AUTHZ-4, AUTHZ-5).

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

mod people;

use people::{NOW, Person, THEIRS, load_override, policies, shipment};
use safeshipper_access::grant::Reason;
use safeshipper_access::permission::ALL;
use safeshipper_access::policy::{Explanation, Resource};
use safeshipper_access::role::Role;

fn explained(person: Person, object: Option<Resource>, permission: &str) -> Explanation {
    policies()
        .explain(person.row(), object.as_ref(), permission, NOW)
        .unwrap()
}

fn reasons(explanation: &Explanation) -> Vec<Option<Reason>> {
    explanation.forbids.iter().map(|cited| cited.reason).collect()
}

#[test]
fn an_allowed_permission_names_the_permit_and_the_line_it_stands_in() {
    let explanation = explained(Person::of(Role::Operator), None, "shipments.create");
    assert!(explanation.allowed && explanation.forbids.is_empty());
    assert!(
        explanation
            .missing
            .iter()
            .all(|cited| cited.text.contains("Granted::"))
    );
    let [permit] = &explanation.permits[..] else {
        panic!("{explanation:?}")
    };
    let (file, line) = permit.at.split_once(':').unwrap();
    let source = std::fs::read_to_string(format!("../../policies/{file}")).unwrap();
    let line: usize = line.parse().unwrap();
    assert_eq!(source.lines().nth(line - 1), Some("permit ("));
    assert!(permit.text.contains("\"shipments.create\"") && permit.text.contains("\"OPERATOR\""));
}

#[test]
fn a_permission_not_held_names_who_would_hold_it() {
    let explanation = explained(Person::of(Role::Viewer), None, "shipments.create");
    assert!(!explanation.allowed && explanation.permits.is_empty() && explanation.forbids.is_empty());
    for way in ["Role::\"OPERATOR\"", "Granted::\"shipments.create\""] {
        let named = explanation.missing.iter().any(|cited| cited.text.contains(way));
        assert!(named, "{way}");
    }
}

#[test]
fn every_forbid_that_applies_is_named_beside_the_permit_it_overrules() {
    let theirs = Resource {
        company: THEIRS,
        ..load_override()
    };
    let manager = Person::of(Role::Manager);
    let explanation = explained(manager, Some(theirs), "dangerous_goods.compatibility.override");
    assert!(!explanation.allowed);
    assert_eq!(explanation.permits.len(), 1);
    assert_eq!(
        reasons(&explanation),
        [Some(Reason::OtherCompany), Some(Reason::SecondFactorNeeded)]
    );
}

#[test]
fn explanations_agree_with_the_decisions_for_every_role_and_permission() {
    for role in Role::ALL {
        let person = || Person::of(role).with_fresh_second_factor();
        let held = policies().permissions_of(&person().actor(), NOW);
        for info in ALL {
            let explanation = explained(person(), None, info.name);
            assert_eq!(
                explanation.allowed,
                held.contains(&info.name),
                "{role} {}",
                info.name
            );
        }
    }
}

#[test]
fn what_is_no_permission_or_applies_to_no_such_object_is_a_fault() {
    let ask = |object: Option<Resource>, permission| {
        policies().explain(Person::of(Role::Admin).row(), object.as_ref(), permission, NOW)
    };
    assert_eq!(ask(None, "shipments.teleport"), Err(Reason::PolicyFault));
    assert_eq!(ask(Some(shipment()), "system.security"), Err(Reason::PolicyFault));
}
