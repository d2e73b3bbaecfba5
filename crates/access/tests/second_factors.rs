//! What a company demands, and what changing factors needs (AUTH-8, M5, M7, M11).

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

mod people;

use people::{NOW, Override, Person, policies};
use safeshipper_access::actor::SecondFactorPolicy;
use safeshipper_access::grant::Reason;
use safeshipper_access::permission::{
    ConfigureSecurity, CreateShipments, ManageFactors, Permission, SignedIn, ViewGoods,
};
use safeshipper_access::role::Role;
use time::Duration;

fn decided<P: Permission>(person: Person) -> Result<(), Reason> {
    let decision = policies().authorize::<P>(&person.actor(), NOW);
    decision.map(drop).map_err(|refusal| refusal.reason)
}

#[test]
fn whom_the_company_demands_a_second_factor_of_may_enrol_read_what_to_do_in_an_emergency_and_nothing_else_m11()
 {
    const LEFT: [&str; 5] = [
        "emergency.contacts.view",
        "emergency.procedures.view",
        "session.enrol",
        "session.factors",
        "session.own",
    ];
    let caught = |role, policy| {
        let held = policies().permissions_of(&Person::of(role).under(policy).actor(), NOW);
        held.iter().all(|permission| LEFT.contains(permission))
    };
    for role in Role::ALL {
        assert!(!caught(role, SecondFactorPolicy::Optional), "{role}");
        assert!(caught(role, SecondFactorPolicy::Everyone), "{role}");
        let above = ![Role::Viewer, Role::Driver, Role::Operator].contains(&role);
        assert_eq!(caught(role, SecondFactorPolicy::Supervisors), above, "{role}");
    }
}

#[test]
fn the_reason_is_told_where_the_role_holds_the_permission_m11() {
    let viewer = || Person::of(Role::Viewer).under(SecondFactorPolicy::Everyone);
    assert_eq!(decided::<ViewGoods>(viewer()), Err(Reason::SecondFactorDemanded));
    assert_eq!(decided::<CreateShipments>(viewer()), Err(Reason::NotHeld));
    let manager = || Person::of(Role::Manager).under(SecondFactorPolicy::Supervisors);
    assert_eq!(decided::<Override>(manager()), Err(Reason::SecondFactorDemanded));
    assert_eq!(decided::<SignedIn>(manager()), Ok(()));
}

#[test]
fn a_session_that_has_shown_a_second_factor_is_free_and_one_of_the_same_person_that_has_not_is_not_m7() {
    let person = || {
        Person::of(Role::Operator)
            .under(SecondFactorPolicy::Everyone)
            .with_a_factor()
    };
    let long_ago = NOW - Duration::hours(5);
    assert_eq!(
        decided::<CreateShipments>(person().with_second_factor_at(long_ago)),
        Ok(())
    );
    assert_eq!(
        decided::<CreateShipments>(person()),
        Err(Reason::SecondFactorDemanded)
    );
}

#[test]
fn factors_are_changed_after_the_factor_or_by_who_has_none_after_the_password_m5() {
    let with = |age| NOW - Duration::milliseconds(age);
    let none = |age| decided::<ManageFactors>(Person::of(Role::Viewer).with_password_at(with(age)));
    assert_eq!(none(0), Ok(()));
    assert_eq!(none(900_000), Ok(()));
    assert_eq!(none(900_001), Err(Reason::FreshProofNeeded));
    assert_eq!(none(-2_000), Err(Reason::FreshProofNeeded), "from the future");
    // A fresh password is not enough for who has a factor.
    let has = || Person::of(Role::Viewer).with_a_factor();
    assert_eq!(decided::<ManageFactors>(has()), Err(Reason::FreshProofNeeded));
    let shown = |age| decided::<ManageFactors>(has().with_second_factor_at(with(age)));
    assert_eq!(shown(900_000), Ok(()));
    assert_eq!(shown(900_001), Err(Reason::FreshProofNeeded));
    assert_eq!(shown(-2_000), Err(Reason::FreshProofNeeded));
}

#[test]
fn what_the_company_demands_is_changed_by_an_administrator_after_a_second_factor() {
    assert_eq!(
        decided::<ConfigureSecurity>(Person::of(Role::Admin)),
        Err(Reason::SecondFactorNeeded)
    );
    let admin = Person::of(Role::Admin).with_fresh_second_factor();
    assert_eq!(decided::<ConfigureSecurity>(admin), Ok(()));
    let manager = Person::of(Role::Manager).with_fresh_second_factor();
    assert_eq!(decided::<ConfigureSecurity>(manager), Err(Reason::NotHeld));
}

#[test]
fn a_policy_reads_back_from_its_word() {
    for policy in SecondFactorPolicy::ALL {
        assert_eq!(policy.as_str().parse(), Ok(policy));
    }
    assert!("Everyone".parse::<SecondFactorPolicy>().is_err());
}
