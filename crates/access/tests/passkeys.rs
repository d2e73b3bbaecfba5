//! What a company demands that demands passkeys, and what stands in for one (AUTH-8, AUTH-11, M9).

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

mod people;

use people::{NOW, Override, Person, policies};
use safeshipper_access::actor::PasskeyPolicy;
use safeshipper_access::grant::Reason;
use safeshipper_access::permission::{
    ConfigureSecurity, CreateShipments, EnrolFactors, ManageFactors, Permission, SignedIn, ViewGoods,
};
use safeshipper_access::role::Role;
use time::Duration;

const LEFT: [&str; 5] = [
    "emergency.contacts.view",
    "emergency.procedures.view",
    "session.enrol",
    "session.factors",
    "session.own",
];

fn decided<P: Permission>(person: Person) -> Result<(), Reason> {
    let decision = policies().authorize::<P>(&person.actor(), NOW);
    decision.map(drop).map_err(|refusal| refusal.reason)
}

/// Somebody the demand catches, with an app that this session has just shown.
fn caught(role: Role) -> Person {
    Person::of(role)
        .under_passkeys()
        .with_a_factor()
        .with_fresh_second_factor()
}

#[test]
fn from_manager_up_a_code_of_an_app_opens_enrolling_and_emergency_procedures_and_nothing_else_m9() {
    for role in Role::ALL {
        let held = policies().permissions_of(&caught(role).actor(), NOW);
        let above = [Role::Manager, Role::Admin, Role::SuperAdmin].contains(&role);
        let little = held.iter().all(|permission| LEFT.contains(permission));
        assert_eq!(little, above, "{role}: {held:?}");
        assert_eq!(caught(role).actor().owes_a_passkey(), above, "{role}");
        if above {
            assert_eq!(held.len(), LEFT.len(), "{role}: {held:?}");
        }
    }
    assert_eq!(
        decided::<ViewGoods>(caught(Role::Manager)),
        Err(Reason::PasskeyDemanded)
    );
    assert_eq!(
        decided::<ConfigureSecurity>(caught(Role::Manager)),
        Err(Reason::NotHeld)
    );
}

#[test]
fn a_backup_code_opens_as_little_as_a_code_of_an_app_m9() {
    let person = caught(Role::Admin).with_a_passkey().with_backup_code_at(NOW);
    assert_eq!(decided::<ViewGoods>(person), Err(Reason::PasskeyDemanded));
}

#[test]
fn a_passkey_shown_in_this_session_frees_it_and_no_other_m7_m9() {
    let long_ago = NOW - Duration::hours(5);
    let manager = || Person::of(Role::Manager).under_passkeys();
    assert_eq!(
        decided::<CreateShipments>(manager().with_passkey_at(long_ago)),
        Ok(())
    );
    assert_eq!(
        decided::<CreateShipments>(manager().with_a_passkey()),
        Err(Reason::PasskeyDemanded)
    );
}

#[test]
fn a_critical_step_of_whom_the_demand_catches_needs_the_passkey_of_the_last_900_seconds_m9() {
    let at = |age| NOW - Duration::milliseconds(age);
    let shown = |age| {
        // The app was shown just now, the passkey when it was.
        let person = Person::of(Role::Manager)
            .under_passkeys()
            .with_passkey_at(at(age));
        decided::<Override>(person.with_fresh_second_factor())
    };
    assert_eq!(shown(900_000), Ok(()));
    assert_eq!(shown(900_001), Err(Reason::SecondFactorNeeded));
    assert_eq!(shown(-2_000), Err(Reason::SecondFactorNeeded), "from the future");
    let free = Person::of(Role::Manager)
        .with_passkey_at(at(900_001))
        .with_fresh_second_factor();
    assert_eq!(decided::<Override>(free), Ok(()), "nobody demands it");
}

/// Whoever phished a password and a code of an app has both, and shall not have a passkey for it.
#[test]
fn whom_the_demand_catches_and_who_has_a_passkey_changes_factors_with_it_and_enrols_with_a_backup_code_too_m9()
 {
    let at = |age| NOW - Duration::milliseconds(age);
    let fresh = decided::<ManageFactors>;
    assert_eq!(
        fresh(caught(Role::Manager)),
        Ok(()),
        "who has none yet enrols one"
    );
    let phished = caught(Role::Manager).with_a_passkey();
    assert_eq!(fresh(phished), Err(Reason::FreshProofNeeded));
    let has = || Person::of(Role::Manager).under_passkeys().with_a_passkey();
    assert_eq!(fresh(has().with_passkey_at(at(900_000))), Ok(()));
    let stale = has().with_passkey_at(at(900_001)).with_fresh_second_factor();
    assert_eq!(fresh(stale), Err(Reason::FreshProofNeeded));
    let enrols = decided::<EnrolFactors>;
    assert_eq!(enrols(has().with_passkey_at(at(900_000))), Ok(()));
    assert_eq!(enrols(has().with_backup_code_at(at(900_000))), Ok(()));
    let code = has().with_backup_code_at(at(900_000));
    assert_eq!(fresh(code), Err(Reason::FreshProofNeeded), "and nothing else");
    let stale = has().with_backup_code_at(at(900_001)).with_fresh_second_factor();
    assert_eq!(enrols(stale), Err(Reason::FreshProofNeeded));
    let free = Person::of(Role::Manager)
        .with_a_passkey()
        .with_fresh_second_factor();
    assert_eq!(fresh(free), Ok(()), "nobody demands it");
}

/// Whoever found a sheet of backup codes beside a password enrols a factor, of which the owner is told, and takes away
/// nothing before that.
#[test]
fn a_backup_code_enrols_and_changes_nothing_else_until_another_factor_is_shown_m4() {
    let at = |age| NOW - Duration::milliseconds(age);
    let code = || {
        Person::of(Role::Viewer)
            .with_a_factor()
            .with_backup_code_at(at(60_000))
    };
    assert_eq!(decided::<EnrolFactors>(code()), Ok(()));
    assert_eq!(decided::<ManageFactors>(code()), Err(Reason::FreshProofNeeded));
    // The database forgets the code with the next factor that is shown.
    let then_the_app = Person::of(Role::Viewer)
        .with_a_factor()
        .with_second_factor_at(at(30_000));
    assert_eq!(decided::<ManageFactors>(then_the_app), Ok(()));
    let then_a_passkey = code().with_passkey_at(at(30_000));
    assert_eq!(decided::<ManageFactors>(then_a_passkey), Ok(()));
}

#[test]
fn one_may_sign_out_and_show_a_passkey_whatever_is_demanded() {
    let person = Person::of(Role::Admin).under_passkeys();
    assert_eq!(decided::<SignedIn>(person), Ok(()));
}

#[test]
fn a_policy_reads_back_from_its_word() {
    for policy in PasskeyPolicy::ALL {
        assert_eq!(policy.as_str().parse(), Ok(policy));
    }
    assert!("Managers".parse::<PasskeyPolicy>().is_err());
}
