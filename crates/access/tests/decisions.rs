//! The forbids: tenant, platform role, account, session, second factor, scope.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

mod people;

use std::collections::BTreeSet;

use people::{
    COLLEAGUE, ME, NOW, OURS, Override, Person, Resolve, THEIRS, load_override, policies, shipment,
};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use safeshipper_access::grant::{Reason, Refusal, Scopes};
use safeshipper_access::ids::{CompanyId, PLATFORM_COMPANY};
use safeshipper_access::permission::{
    ALL, CheckCompatibility, CreateManifests, CreateShipments, EditShipments, Permission, Scope, SignedIn,
    ViewAuditLogs, ViewGoods, ViewShipments,
};
use safeshipper_access::policy::{Resource, ResourceKind};
use safeshipper_access::role::Role;
use time::Duration;
use uuid::Uuid;

fn refused<P: Permission>(person: Person) -> Reason {
    policies()
        .authorize::<P>(&person.actor(), NOW)
        .map(|_| "granted")
        .unwrap_err()
        .reason
}

fn refused_on<P: Permission>(person: Person, object: Resource) -> Result<(), Reason> {
    let grant = policies().authorize::<P>(&person.actor(), NOW).unwrap();
    policies()
        .authorize_on(&grant, &object, NOW)
        .map(|_| ())
        .map_err(|refusal| refusal.reason)
}

#[test]
fn a_viewer_may_not_create_a_shipment() {
    let viewer = Person::of(Role::Viewer).actor();
    let refusal = policies().authorize::<CreateShipments>(&viewer, NOW).unwrap_err();
    assert_eq!(
        refusal,
        Refusal {
            permission: "shipments.create",
            reason: Reason::NotHeld
        }
    );
    assert_eq!(
        refusal.to_string(),
        "`shipments.create` refused: the role does not hold it"
    );
}

#[test]
fn a_grant_knows_its_actor_and_permission() {
    let grant = policies()
        .authorize::<CreateManifests>(&Person::of(Role::Operator).actor(), NOW)
        .unwrap();
    assert_eq!(
        (grant.actor().user(), grant.permission()),
        (ME, "manifests.create")
    );
}

#[test]
fn everybody_may_see_who_they_are() {
    for role in Role::ALL {
        assert!(
            policies()
                .authorize::<SignedIn>(&Person::of(role).actor(), NOW)
                .is_ok(),
            "{role}"
        );
    }
}

// Second factor

#[test]
fn a_critical_permission_without_a_second_factor_is_refused_to_everyone_p1_p2() {
    for role in [Role::Manager, Role::Admin, Role::SuperAdmin] {
        assert_eq!(
            refused::<Override>(Person::of(role)),
            Reason::SecondFactorNeeded,
            "{role}"
        );
        assert_eq!(
            refused::<Resolve>(Person::of(role)),
            Reason::SecondFactorNeeded,
            "{role}"
        );
    }
    for role in Role::ALL {
        let held = policies().permissions_of(&Person::of(role).actor(), NOW);
        assert!(
            ALL.iter()
                .filter(|info| info.critical)
                .all(|info| !held.contains(&info.name)),
            "{role}"
        );
    }
}

#[test]
fn a_critical_permission_not_held_stays_not_held_with_or_without_a_second_factor() {
    assert_eq!(refused::<Override>(Person::of(Role::Operator)), Reason::NotHeld);
    assert_eq!(
        refused::<Override>(Person::of(Role::Operator).with_fresh_second_factor()),
        Reason::NotHeld
    );
}

#[test]
fn a_second_factor_counts_for_900_seconds_and_no_longer_m7() {
    let manager = |age| Person::of(Role::Manager).with_second_factor_at(NOW - age).actor();
    let granted = |age| policies().authorize::<Override>(&manager(age), NOW).is_ok();
    assert!(granted(Duration::ZERO));
    assert!(granted(Duration::seconds(900)));
    assert!(!granted(Duration::milliseconds(900_001)));
    assert!(!granted(Duration::seconds(901)));
}

#[test]
fn a_second_factor_from_the_future_does_not_count() {
    let at = NOW + Duration::seconds(1);
    assert_eq!(
        refused::<Override>(Person::of(Role::Manager).with_second_factor_at(at)),
        Reason::SecondFactorNeeded
    );
}

// Company

#[test]
fn a_critical_permission_stays_inside_the_company_p3() {
    let theirs = Resource {
        company: THEIRS,
        ..load_override()
    };
    let admin = Person::of(Role::Admin).with_fresh_second_factor();
    assert_eq!(refused_on::<Override>(admin, theirs), Err(Reason::OtherCompany));
}

#[test]
fn an_object_of_another_company_is_refused_even_to_its_creator_p4_p5() {
    let theirs = Resource {
        company: THEIRS,
        created_by: Some(ME),
        assigned_to: Some(ME),
        ..shipment()
    };
    assert_eq!(
        refused_on::<ViewShipments>(Person::of(Role::Admin), theirs.clone()),
        Err(Reason::OtherCompany)
    );
    assert_eq!(
        refused_on::<ViewShipments>(Person::of(Role::Viewer), theirs),
        Err(Reason::OtherCompany)
    );
}

#[test]
fn platform_staff_reach_no_company_but_their_own_p1() {
    let staff = || Person::of(Role::SuperAdmin).with_fresh_second_factor();
    assert_eq!(
        refused_on::<ViewShipments>(staff(), shipment()),
        Err(Reason::OtherCompany)
    );
    let inside = staff().in_company(OURS);
    assert_eq!(
        refused::<ViewShipments>(inside),
        Reason::PlatformRoleOutsidePlatform
    );
    assert!(
        policies()
            .permissions_of(&staff().in_company(OURS).actor(), NOW)
            .is_empty()
    );
}

/// What is asked of one object, for any permission by name.
macro_rules! refusals_on {
    ($person:expr, $object:expr, $($permission:ty),*) => {
        [$({
            let actor = $person.actor();
            policies().authorize::<$permission>(&actor, NOW).ok().map(|grant| {
                policies().authorize_on(&grant, &$object, NOW).map(|_| ()).map_err(|refusal| refusal.reason)
            })
        }),*]
    };
}

proptest! {
    #[test]
    fn no_role_reaches_any_object_of_another_company(
        role in select(Role::ALL.to_vec()),
        ours in any::<u128>(),
        theirs in any::<u128>(),
        creator in proptest::option::of(select(vec![ME, COLLEAGUE])),
        kind in select(vec![ResourceKind::Shipment, ResourceKind::Check, ResourceKind::AuditEvent, ResourceKind::Incident]),
    ) {
        proptest::prop_assume!(ours != theirs);
        let company = |id| CompanyId::from_uuid(Uuid::from_u128(id));
        let home = if role == Role::SuperAdmin { PLATFORM_COMPANY } else { company(ours) };
        proptest::prop_assume!(company(theirs) != home);
        let object = Resource {
            kind, company: company(theirs), created_by: creator, assigned_to: creator, ..shipment()
        };
        let person = || Person::of(role).in_company(home).with_fresh_second_factor();
        let answers = refusals_on!(person(), object,
            ViewGoods, CheckCompatibility, ViewShipments, CreateShipments, EditShipments, CreateManifests,
            ViewAuditLogs, Override, Resolve, SignedIn);
        for answer in answers.into_iter().flatten() {
            prop_assert!(matches!(answer, Err(Reason::OtherCompany | Reason::PolicyFault)));
        }
    }

    #[test]
    fn platform_staff_hold_nothing_in_any_company_but_the_platform(id in any::<u128>()) {
        let company = CompanyId::from_uuid(Uuid::from_u128(id));
        proptest::prop_assume!(company != PLATFORM_COMPANY);
        let staff = Person::of(Role::SuperAdmin).in_company(company).with_fresh_second_factor().actor();
        prop_assert!(policies().permissions_of(&staff, NOW).is_empty());
    }

    #[test]
    fn a_role_holds_whatever_the_role_below_holds(rank in 1..Role::ALL.len()) {
        let held = |role| -> BTreeSet<_> {
            policies().permissions_of(&Person::of(role).with_fresh_second_factor().actor(), NOW).into_iter().collect()
        };
        prop_assert!(held(Role::ALL[rank]).is_superset(&held(Role::ALL[rank - 1])));
    }

    #[test]
    fn a_second_factor_counts_exactly_from_0_to_900_seconds(age in -2_000i64..2_000) {
        let manager = Person::of(Role::Manager).with_second_factor_at(NOW - Duration::seconds(age)).actor();
        prop_assert_eq!(policies().authorize::<Override>(&manager, NOW).is_ok(), (0..=900).contains(&age));
    }
}

// Account and session

#[test]
fn a_suspended_account_may_do_nothing() {
    for role in Role::ALL {
        let person = || Person::of(role).suspended().with_fresh_second_factor();
        assert_eq!(refused::<SignedIn>(person()), Reason::AccountNotActive, "{role}");
        assert!(
            policies().permissions_of(&person().actor(), NOW).is_empty(),
            "{role}"
        );
    }
}

#[test]
fn a_session_that_is_over_may_do_nothing() {
    let actor = Person::of(Role::Admin).actor();
    let end = actor.expires_at();
    assert!(
        policies()
            .authorize::<SignedIn>(&actor, end - Duration::SECOND)
            .is_ok()
    );
    assert_eq!(
        policies().authorize::<SignedIn>(&actor, end).unwrap_err().reason,
        Reason::SessionOver
    );
}

#[test]
fn a_grant_is_decided_again_when_an_object_is_reached() {
    let actor = Person::of(Role::Operator).actor();
    let grant = policies().authorize::<ViewShipments>(&actor, NOW).unwrap();
    let later = policies().authorize_on(&grant, &shipment(), actor.expires_at());
    assert_eq!(later.unwrap_err().reason, Reason::SessionOver);
}

// Scope

#[test]
fn the_scopes_of_a_grant_are_those_of_the_role_p7_p18() {
    let scopes = |role| {
        policies()
            .authorize::<ViewShipments>(&Person::of(role).actor(), NOW)
            .unwrap()
            .scopes()
    };
    let own = Scopes {
        own: true,
        ..Scopes::default()
    };
    assert_eq!(scopes(Role::Viewer), own);
    assert_eq!(
        scopes(Role::Driver),
        Scopes {
            assigned: true,
            ..own
        }
    );
    assert_eq!(
        scopes(Role::Operator),
        Scopes {
            assigned: true,
            company: true,
            ..own
        }
    );
}

#[test]
fn own_means_created_by_oneself_p7() {
    let created_by = |user| Resource {
        created_by: user,
        ..shipment()
    };
    let viewer = || Person::of(Role::Viewer);
    assert_eq!(
        refused_on::<ViewShipments>(viewer(), created_by(Some(ME))),
        Ok(())
    );
    assert_eq!(
        refused_on::<ViewShipments>(viewer(), created_by(Some(COLLEAGUE))),
        Err(Reason::OutsideScope)
    );
    assert_eq!(
        refused_on::<ViewShipments>(viewer(), created_by(None)),
        Err(Reason::OutsideScope)
    );
}

#[test]
fn assigned_means_assigned_to_oneself_p7() {
    let assigned_to = |user| Resource {
        assigned_to: user,
        ..shipment()
    };
    assert_eq!(
        refused_on::<ViewShipments>(Person::of(Role::Driver), assigned_to(Some(ME))),
        Ok(())
    );
    for (role, user) in [
        (Role::Driver, Some(COLLEAGUE)),
        (Role::Driver, None),
        (Role::Viewer, Some(ME)),
    ] {
        let answer = refused_on::<ViewShipments>(Person::of(role), assigned_to(user));
        assert_eq!(answer, Err(Reason::OutsideScope), "{role}");
    }
}

#[test]
fn the_company_scope_reaches_every_shipment_of_the_company() {
    let theirs = Resource {
        created_by: Some(COLLEAGUE),
        assigned_to: Some(COLLEAGUE),
        ..shipment()
    };
    assert_eq!(
        refused_on::<ViewShipments>(Person::of(Role::Operator), theirs.clone()),
        Ok(())
    );
    assert_eq!(
        refused_on::<EditShipments>(Person::of(Role::Operator), theirs),
        Ok(())
    );
}

#[test]
fn no_object_is_inside_a_team_yet() {
    struct ViewTeam;
    impl Permission for ViewTeam {
        const NAME: &'static str = "users.view.team";
        const VARIANTS: &'static [(Scope, &'static str)] = &[(Scope::Team, Self::NAME)];
    }
    let actor = Person::of(Role::Supervisor).actor();
    let grant = policies().authorize::<ViewTeam>(&actor, NOW).unwrap();
    assert_eq!(
        grant.scopes(),
        Scopes {
            team: true,
            ..Scopes::default()
        }
    );
    assert!(policies().authorize_on(&grant, &shipment(), NOW).is_err());
}

#[test]
fn a_permission_asked_of_a_kind_of_object_it_does_not_apply_to_is_refused() {
    let event = Resource {
        kind: ResourceKind::AuditEvent,
        ..shipment()
    };
    assert_eq!(
        refused_on::<EditShipments>(Person::of(Role::Admin), event),
        Err(Reason::PolicyFault)
    );
}

#[test]
fn a_permission_the_policies_do_not_know_is_refused() {
    struct Invented;
    impl Permission for Invented {
        const NAME: &'static str = "shipments.teleport";
        const VARIANTS: &'static [(Scope, &'static str)] = &[(Scope::Company, Self::NAME)];
    }
    assert_eq!(refused::<Invented>(Person::of(Role::Admin)), Reason::PolicyFault);
}

#[test]
fn nothing_an_actor_prints_is_secret_or_personal() {
    let actor = Person::of(Role::Admin).actor();
    let grant = policies().authorize::<ViewAuditLogs>(&actor, NOW).unwrap();
    let printed = format!("{actor:?} {grant:?}");
    assert!(
        !printed.contains("Example") && !printed.contains("7, 7"),
        "{printed}"
    );
    assert_eq!(actor.company(), OURS);
}
