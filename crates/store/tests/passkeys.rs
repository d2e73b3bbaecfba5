//! Passkeys against a real database: what is counted only goes up, what waits is taken once, and a grant alone changes
//! no passkey (AUTH-11, M5, M9).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::sync::{Arc, LazyLock};

use access::actor::Actor;
use access::grant::Grant;
use access::ids::FactorId;
use access::permission::{EnrolFactors, ManageFactors};
use access::role::Role;
use common::behind_the_back;
use crypto::Rng;
use crypto::opaque::{PasskeyAttempt, SessionToken};
use crypto::passkey::Asserted;
use safeshipper_store::StoreError;
use safeshipper_store::admission::Admission;
use safeshipper_store::audit::Origin;
use safeshipper_store::passkeys::Holder;
use safeshipper_store::second_step::{Proof, Spent};
use testkit::world::LONG;
use testkit::{Company, World, now};

static NOWHERE: LazyLock<Origin> = LazyLock::new(Origin::default);

/// A manager signed in, with their cookie and a passkey that has the person's own UUID.
async fn manager(world: &World) -> (SessionToken, Arc<Actor>, FactorId) {
    let (_, token) = world.sign_in(Company::A, Role::Manager, LONG).await;
    let user = world.user(Company::A, Role::Manager).uuid();
    let add =
        "insert into passkeys (company_id, id, user_id, credential_id, credential_sealed, label, transports,
            sign_count, backup_eligible, backed_up)
        select company_id, id, id, uuid_send(id), 'x', 'x', '{}', 0, false, false from users where id = $1";
    behind_the_back(world, add, user).await;
    let actor = again(world, &token).await;
    (token, actor, FactorId::from_uuid(user))
}

/// The actor as the database knows them now.
async fn again(world: &World, token: &SessionToken) -> Arc<Actor> {
    testkit::world::actor(world.store.session_of_cookie(&token.hash()).await.unwrap())
}

const fn counted(counter: u32) -> Asserted {
    Asserted {
        counter,
        backed_up: false,
    }
}

/// What became of this count, in this session.
async fn spent(world: &World, actor: &Actor, id: FactorId, counter: u32) -> Spent {
    let proof = Proof::Passkey(id, counted(counter));
    world.store.step_up(actor, proof, &NOWHERE, now()).await.unwrap()
}

/// Whether a stale or other proof lets this session enrol passkeys.
async fn enrols(world: &World, grant: &Grant<EnrolFactors>) -> bool {
    match world.store.begin_passkey(grant, "{}", &NOWHERE, now()).await {
        Ok(begun) => begun,
        Err(StoreError::NotProved) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_count_of_a_passkey_only_goes_up_and_of_one_that_does_not_count_stays_zero() {
    let world = World::create().await;
    let (token, actor, id) = manager(&world).await;
    assert_eq!(spent(&world, &actor, id, 0).await, Spent::Done);
    assert_eq!(spent(&world, &actor, id, 0).await, Spent::Done);
    assert_eq!(spent(&world, &actor, id, 7).await, Spent::Done);
    assert!(again(&world, &token).await.passkeys().shown_at.is_some());
    for counter in [7, 6, 0] {
        assert_eq!(
            spent(&world, &actor, id, counter).await,
            Spent::WentBack,
            "{counter}"
        );
    }
    let own = world.store.own_passkeys(&actor).await.unwrap();
    assert!(own[0].suspect_since.is_some() && own[0].last_used_at.is_some());
    assert_eq!(spent(&world, &actor, id, 8).await, Spent::Done);
    let colleague = world.session(Company::A, Role::Operator).await;
    assert_eq!(
        spent(&world, &colleague, id, 9).await,
        Spent::Before,
        "somebody else's"
    );
}

#[tokio::test]
async fn of_fifty_who_show_one_count_at_once_exactly_one_has_shown_it() {
    let world = Arc::new(World::create().await);
    let (_, actor, id) = manager(&world).await;
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (world, actor) = (world.clone(), actor.clone());
        all.spawn(async move { spent(&world, &actor, id, 5).await });
    }
    let done = all.join_all().await;
    assert_eq!(done.iter().filter(|became| **became == Spent::Done).count(), 1);
}

#[tokio::test]
async fn what_waits_is_taken_once_by_its_holder_for_its_purpose_and_not_after_five_minutes() {
    let world = World::create().await;
    let (_, actor, _) = manager(&world).await;
    let (store, other) = (&world.store, world.session(Company::B, Role::Manager).await);
    let ask =
        |state: &'static str| store.ask_passkey(Holder::Proving(&actor), state, &[1; 16], &NOWHERE, now());
    assert_eq!(ask("one").await.unwrap(), Admission::Begun);
    assert_eq!(ask("two").await.unwrap(), Admission::Begun);
    for holder in [Holder::Proving(&other), Holder::Registering(&actor)] {
        assert_eq!(store.take_ceremony(holder).await.unwrap(), None);
    }
    let taken = store.take_ceremony(Holder::Proving(&actor)).await.unwrap();
    assert_eq!(taken.as_deref(), Some("two"), "the one before is forgotten");
    assert_eq!(store.take_ceremony(Holder::Proving(&actor)).await.unwrap(), None);
    assert_eq!(ask("three").await.unwrap(), Admission::Begun);
    let late = "update passkey_ceremonies set expires_at = now() where $1::uuid is not null";
    behind_the_back(&world, late, actor.user().uuid()).await;
    assert_eq!(store.take_ceremony(Holder::Proving(&actor)).await.unwrap(), None);
}

#[tokio::test]
async fn attempts_that_name_nobody_are_bounded_and_what_is_over_goes() {
    let world = World::create().await;
    let attempt = PasskeyAttempt::generate(&Rng::system()).unwrap().hash();
    let full = "insert into passkey_ceremonies (holder, purpose, state)
        select sha256(n::text::bytea), 'sign_in', 'x' from generate_series(1, 10000) n where $1::uuid is not null";
    behind_the_back(&world, full, uuid::Uuid::nil()).await;
    let ask = || {
        world
            .store
            .ask_passkey(Holder::Attempt(&attempt), "x", &[1; 16], &NOWHERE, now())
    };
    assert_eq!(ask().await.unwrap(), Admission::Full);
    let late = "update passkey_ceremonies set expires_at = now() where $1::uuid is not null";
    behind_the_back(&world, late, uuid::Uuid::nil()).await;
    assert_eq!(ask().await.unwrap(), Admission::Begun);
    let left: i64 = sqlx::query_scalar("select count(*) from passkey_ceremonies")
        .fetch_one(&world.database.superuser().await)
        .await
        .unwrap();
    assert_eq!(left, 10_000 - 100 + 1);
}

#[tokio::test]
async fn without_a_fresh_proof_the_database_changes_no_passkey_whatever_the_grant_says_m5() {
    let world = World::create().await;
    let (token, actor, id) = manager(&world).await;
    assert_eq!(spent(&world, &actor, id, 1).await, Spent::Done);
    // Granted while it was fresh.
    let grant: Grant<ManageFactors> = world.grant(&again(&world, &token).await);
    let enrolling: Grant<EnrolFactors> = world.grant(&again(&world, &token).await);
    assert!(enrols(&world, &enrolling).await);
    let stale = "update sessions set second_factor_at = now() - interval '901 seconds' where id = $1";
    behind_the_back(&world, stale, actor.session().uuid()).await;
    assert!(!enrols(&world, &enrolling).await);
    let renamed = world
        .store
        .rename_passkey(&grant, id, "mine", &NOWHERE, now())
        .await;
    assert!(matches!(renamed, Err(StoreError::NotProved)));
    let removed = world.store.remove_passkey(&grant, id, &NOWHERE, now()).await;
    assert!(matches!(removed, Err(StoreError::NotProved)));
}

#[tokio::test]
async fn whom_the_company_demands_a_passkey_of_changes_none_with_another_factor_whatever_the_grant_says_m9() {
    let world = World::create().await;
    let (token, actor, id) = manager(&world).await;
    assert_eq!(spent(&world, &actor, id, 1).await, Spent::Done);
    let grant: Grant<ManageFactors> = world.grant(&again(&world, &token).await);
    let demand = "update companies set passkey_policy = 'managers' where id = $1";
    behind_the_back(&world, demand, world.id(Company::A).uuid()).await;
    let enrolling: Grant<EnrolFactors> = world.grant(&again(&world, &token).await);
    assert!(enrols(&world, &enrolling).await);
    // As a session that has just shown an app, and a passkey long ago.
    let stale = "update sessions set second_factor_at = now(),
        phishing_resistant_at = now() - interval '901 seconds' where id = $1";
    behind_the_back(&world, stale, actor.session().uuid()).await;
    assert!(!enrols(&world, &enrolling).await);
    let never = "update sessions set phishing_resistant_at = null where id = $1";
    behind_the_back(&world, never, actor.session().uuid()).await;
    assert!(!enrols(&world, &enrolling).await);
    let code = "update sessions set backup_code_at = now(), second_factor_at = now() where id = $1";
    behind_the_back(&world, code, actor.session().uuid()).await;
    assert!(enrols(&world, &enrolling).await, "who has lost the passkey");
    let removed = world.store.remove_passkey(&grant, id, &NOWHERE, now()).await;
    assert!(matches!(removed, Err(StoreError::NotProved)), "and nothing else");
    let shown = "update sessions set phishing_resistant_at = now() where id = $1";
    behind_the_back(&world, shown, actor.session().uuid()).await;
    let removed = world.store.remove_passkey(&grant, id, &NOWHERE, now()).await;
    assert!(removed.unwrap());
}

#[tokio::test]
async fn the_database_takes_for_managers_exactly_whom_the_policies_do() {
    let world = World::create().await;
    let pool = world.database.superuser().await;
    for role in Role::ALL {
        let in_database: bool = sqlx::query_scalar("select guard.is_manager($1)")
            .bind(role.as_str())
            .fetch_one(&pool)
            .await
            .unwrap();
        let manages = world.policies.matrix()[&(role, "users.manage")];
        assert_eq!(in_database, manages, "{role}");
    }
}

/// One network fills its share and is refused; another still gets in.
#[tokio::test]
async fn of_attempts_that_name_nobody_one_network_has_a_tenth_and_no_more_auth_11() {
    let world = World::create().await;
    let flood = "insert into passkey_ceremonies (holder, purpose, state, network)
        select sha256(n::text::bytea), 'sign_in', 'x', decode(repeat('01', 16), 'hex')
        from generate_series(1, 1000) n where $1::uuid is not null";
    behind_the_back(&world, flood, uuid::Uuid::nil()).await;
    let attempt = PasskeyAttempt::generate(&Rng::system()).unwrap().hash();
    let ask = async |network: u8| {
        let (holder, network) = (Holder::Attempt(&attempt), [network; 16]);
        let asked = world.store.ask_passkey(holder, "x", &network, &NOWHERE, now());
        asked.await.unwrap()
    };
    assert_eq!(ask(1).await, Admission::NetworkShare);
    assert_eq!(ask(2).await, Admission::Begun);
    let late = "update passkey_ceremonies set expires_at = now() where $1::uuid is not null";
    behind_the_back(&world, late, uuid::Uuid::nil()).await;
    assert_eq!(ask(1).await, Admission::Begun, "what is over takes no share");
}
