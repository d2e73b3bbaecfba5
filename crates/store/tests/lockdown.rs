//! Taking access back, against SQL of the attacker's own and against requests under way (AUTH-4, AUTH-10, J1, J8).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::sync::Arc;

use access::ids::UserId;
use access::permission::{AdministerUsers, ConfigureSystem};
use access::role::Role;
use common::{Injection, behind_the_back, refusal, shipment};
use safeshipper_store::audit::{Changes, Event, EventType, Origin, Outcome, Severity};
use safeshipper_store::people::{self, LockOutcome};
use safeshipper_store::sessions::{Limits, NewSession};
use safeshipper_store::{StoreError, own_sessions};
use serde_json::json;
use testkit::database::unread;
use testkit::world::LONG;
use testkit::{Company, World, now};
use time::Duration;
use uuid::Uuid;

const DENIED: &str = "42501";
/// What the deferred triggers raise.
const UNAUDITED: &str = "23000";
const REASON: &str = "telephone stolen in Rotterdam";

/// The event that a lockdown asks for.
fn event(user: UserId, reason: &str) -> Event {
    Event {
        event_type: EventType::PermissionChange,
        severity: Severity::High,
        outcome: Outcome::Success,
        resource_type: "user",
        resource_id: Some(user.uuid()),
        resource_name: "somebody".to_owned(),
        description: "account locked down".to_owned(),
        changes: Changes::default(),
        additional: json!({"reason": reason}),
    }
}

/// A lockdown by this role of company A, as the use case does it.
async fn lock(world: &World, by: Role, user: UserId) -> LockOutcome {
    let actor = world.session(Company::A, by).await;
    let grant = world.grant::<AdministerUsers>(&actor);
    let mut tx = world.store.write(&grant, &Origin::default()).await.unwrap();
    let done = people::lock(&mut tx, &grant, user, REASON).await.unwrap();
    if done == LockOutcome::Done {
        tx.commit(event(user, REASON), now()).await.unwrap();
    }
    done
}

/// Makes it the platform's operator who locked: the one administrator of the tests may unlock then.
async fn locked_by_the_operator(world: &World, user: UserId) {
    behind_the_back(
        world,
        "update users set locked_by = null where id = $1",
        user.uuid(),
    )
    .await;
}

async fn unlock(world: &World, user: UserId) -> LockOutcome {
    let actor = world.session(Company::A, Role::Admin).await;
    let grant = world.grant::<AdministerUsers>(&actor);
    let mut tx = world.store.write(&grant, &Origin::default()).await.unwrap();
    let done = people::unlock(&mut tx, &grant, user).await.unwrap();
    if done == LockOutcome::Done {
        tx.commit(event(user, REASON), now()).await.unwrap();
    }
    done
}

async fn one<T>(world: &World, sql: &'static str, id: Uuid) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    sqlx::query_scalar(sql)
        .bind(id)
        .fetch_one(&world.database.superuser().await)
        .await
        .unwrap()
}

/// Sessions of a person that are neither revoked nor over, whatever the state of the account.
async fn living(world: &World, user: UserId) -> i64 {
    one(
        world,
        "select count(*) from sessions where user_id = $1 and revoked_at is null",
        user.uuid(),
    )
    .await
}

async fn injected(role: Role) -> (World, Injection) {
    let world = World::create().await;
    let victim = shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    let injection = Injection::new(&world, role, victim).await;
    (world, injection)
}

#[tokio::test]
async fn a_lockdown_ends_every_session_and_refresh_token_and_no_unlocking_brings_one_back() {
    let world = World::create().await;
    let driver = world.user(Company::A, Role::Driver);
    let (_, cookie) = world.sign_in(Company::A, Role::Driver, LONG).await;
    let (api, refresh) = world.sign_in_to_api(Company::A, Role::Driver, LONG).await;
    assert_eq!(lock(&world, Role::Admin, driver).await, LockOutcome::Done);
    assert_eq!(lock(&world, Role::Admin, driver).await, LockOutcome::State);
    let over = async || {
        let console = world.store.session_of_cookie(&cookie.hash()).await.unwrap();
        let renewed = world
            .store
            .refresh(&refresh.hash(), &refresh.hash(), &Origin::default(), now())
            .await
            .unwrap();
        assert!(console.is_none() && world.store.session_by_id(api).await.unwrap().is_none());
        assert!(matches!(renewed, safeshipper_store::sessions::Refreshed::Unknown));
    };
    over().await;
    let index = world.email_index(&Company::A.email(Role::Driver));
    assert!(world.store.find_sign_in(&index, None).await.unwrap().is_none());

    assert_eq!(unlock(&world, driver).await, LockOutcome::Oneself, "who locked");
    locked_by_the_operator(&world, driver).await;
    assert_eq!(unlock(&world, driver).await, LockOutcome::Done);
    assert_eq!(unlock(&world, driver).await, LockOutcome::State);
    over().await;
    assert!(world.store.find_sign_in(&index, None).await.unwrap().is_some());
}

#[tokio::test]
async fn a_session_does_not_open_for_an_account_that_was_locked_since_the_password_was_right() {
    let world = World::create().await;
    let who = world.candidate(Company::A, Role::Driver).await;
    let user = who.user;
    assert_eq!(lock(&world, Role::Admin, user).await, LockOutcome::Done);
    let token = crypto::opaque::SessionToken::generate(&crypto::Rng::system()).unwrap();
    let new = NewSession::Console(token.hash());
    let opened = world
        .store
        .open_session(&who, &new, LONG, &Origin::default(), now())
        .await;
    assert!(matches!(opened, Err(StoreError::NotActive)), "{opened:?}");
    assert_eq!(living(&world, user).await, 0);
}

/// Returns when a transaction waits for another's lock.
async fn somebody_waits(world: &World) {
    let pool = world.database.superuser().await;
    let waits = "select exists (select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waits)
        .fetch_one(&pool)
        .await
        .unwrap()
    {}
}

/// Not by luck: the session is opened and not yet committed while the lockdown is decided.
#[tokio::test]
async fn a_lockdown_waits_for_a_sign_in_under_way_and_ends_what_it_opened() {
    let world = World::create().await;
    let (company, driver) = (world.id(Company::A).uuid(), world.user(Company::A, Role::Driver));
    let mut signing_in = world.database.as_directory().await;
    common::begin(&mut signing_in).await;
    sqlx::query(
        "select guard.open_session($1, $2, gen_random_uuid(), 'api', sha256('handle'), null, null, null, '1 hour',
             '1 day', false)",
    )
    .bind(company)
    .bind(driver.uuid())
    .execute(&mut signing_in)
    .await
    .unwrap();
    sqlx::query(
        "select guard.record_sign_in($1, gen_random_uuid(), 'LOGIN', 'LOW', 'SUCCESS', $2, 'x', null, null, null,
             null, null, null, 'signed in')",
    )
    .bind(company)
    .bind(driver.uuid())
    .execute(&mut signing_in)
    .await
    .unwrap();
    let committing = async {
        somebody_waits(&world).await;
        sqlx::query("commit").execute(&mut signing_in).await.unwrap();
    };
    let both = async { tokio::join!(lock(&world, Role::Admin, driver), committing).0 };
    let most = std::time::Duration::from_secs(60);
    let done = tokio::time::timeout(most, both)
        .await
        .expect("the lockdown waits");
    assert_eq!(done, LockOutcome::Done);
    assert_eq!(living(&world, driver).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_sign_ins_beside_a_lockdown_none_leaves_a_session_that_could_live_again() {
    let world = Arc::new(World::create().await);
    let driver = world.user(Company::A, Role::Driver);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let world = world.clone();
        let who = world.candidate(Company::A, Role::Driver).await;
        all.spawn(async move {
            let token = crypto::opaque::RefreshToken::generate(&crypto::Rng::system()).unwrap();
            let new = NewSession::Api(token.hash());
            let opened = world
                .store
                .open_session(&who, &new, LONG, &Origin::default(), now())
                .await;
            assert!(matches!(opened, Ok(_) | Err(StoreError::NotActive)), "{opened:?}");
        });
    }
    assert_eq!(lock(&world, Role::Admin, driver).await, LockOutcome::Done);
    all.join_all().await;
    assert_eq!(living(&world, driver).await, 0);
}

#[tokio::test]
async fn nobody_locks_or_unlocks_themselves_and_the_last_administrator_stays() {
    let world = World::create().await;
    let admin = world.user(Company::A, Role::Admin);
    assert_eq!(lock(&world, Role::Admin, admin).await, LockOutcome::Oneself);
    assert_eq!(unlock(&world, admin).await, LockOutcome::Oneself);
    let mut owner = world.database.owner().await;
    let index = world.email_index(&Company::A.email(Role::Admin));
    let last = owner
        .lock(world.id(Company::A), &index, REASON, now(), &unread())
        .await
        .unwrap();
    assert_eq!(last, LockOutcome::LastAdministrator, "not even by the operator");

    let second = world
        .hire(&mut owner, Company::A, Role::Admin, "second@alpha.example")
        .await;
    assert_eq!(lock(&world, Role::Admin, second).await, LockOutcome::Done);
    let last = owner
        .lock(world.id(Company::A), &index, REASON, now(), &unread())
        .await
        .unwrap();
    assert_eq!(last, LockOutcome::LastAdministrator, "the other one is locked");
    locked_by_the_operator(&world, second).await;
    assert_eq!(unlock(&world, second).await, LockOutcome::Done);
    let locked = owner
        .lock(world.id(Company::A), &index, REASON, now(), &unread())
        .await
        .unwrap();
    assert_eq!(locked, LockOutcome::Done);

    // Past every function, as the guard itself.
    let own = sqlx::query(
        "update users set status = 'locked', locked_at = now(), locked_by = id, lock_reason = $1",
    )
    .bind(REASON)
    .execute(&world.database.superuser().await)
    .await;
    assert_eq!(refusal(&own.unwrap_err()), "23514");
}

#[tokio::test]
async fn of_two_administrators_who_lock_each_other_one_stays() {
    let world = World::create().await;
    let first = world.user(Company::A, Role::Admin);
    let email = "second@alpha.example";
    let second = world
        .hire(&mut world.database.owner().await, Company::A, Role::Admin, email)
        .await;
    let who = world
        .store
        .find_sign_in(&world.email_index(email), None)
        .await
        .unwrap()
        .unwrap();
    let token = crypto::opaque::SessionToken::generate(&crypto::Rng::system()).unwrap();
    let new = NewSession::Console(token.hash());
    let origin = Origin::default();
    let opened = world.store.open_session(&who, &new, LONG, &origin, now());
    opened.await.unwrap();
    let live = world.store.session_of_cookie(&token.hash()).await.unwrap();
    let theirs = world.grant::<AdministerUsers>(&testkit::world::actor(live));
    let mine = world.grant::<AdministerUsers>(&world.session(Company::A, Role::Admin).await);

    // Both are in before either is done.
    let mut my_tx = world.store.write(&mine, &origin).await.unwrap();
    let mut their_tx = world.store.write(&theirs, &origin).await.unwrap();
    let done = people::lock(&mut my_tx, &mine, second, REASON).await.unwrap();
    assert_eq!(done, LockOutcome::Done);
    let committing = async {
        somebody_waits(&world).await;
        my_tx.commit(event(second, REASON), now()).await.unwrap();
    };
    let both = async { tokio::join!(people::lock(&mut their_tx, &theirs, first, REASON), committing).0 };
    let most = std::time::Duration::from_secs(60);
    let late = tokio::time::timeout(most, both).await.expect("the second waits");
    assert!(matches!(late, Err(StoreError::SessionOver)), "{late:?}");
    drop(their_tx);
    let active: i64 = one_of(&world).await;
    assert_eq!(active, 1);
}

async fn one_of(world: &World) -> i64 {
    one(
        world,
        "select count(*) from users where company_id = $1 and role = 'ADMIN' and status = 'active'",
        world.id(Company::A).uuid(),
    )
    .await
}

#[tokio::test]
async fn sql_in_a_request_neither_unlocks_nor_ends_sessions_nor_takes_a_revocation_back() {
    for role in [Role::Viewer, Role::Manager] {
        let (world, mut injection) = injected(role).await;
        assert_eq!(
            lock(&world, Role::Admin, world.user(Company::A, Role::Driver)).await,
            LockOutcome::Done
        );
        for sql in [
            "select guard.unlock_person(id) from users where status = 'locked'",
            "select guard.lock_person(id, 'because I can do it') from users where id <> guard.user_id()",
            "select guard.end_sessions_of(id) from users",
            "select guard.end_sessions_of_company()",
            "update users set status = 'active', locked_at = null, locked_by = null, lock_reason = null",
            "delete from revoked_tokens",
            "update revoked_tokens set expires_at = now()",
            "select jti from revoked_tokens",
            "insert into revoked_tokens select company_id, 'x', id, now(), now() from sessions",
        ] {
            assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{role} {sql}");
        }
    }
}

/// What an administrator's request could do with SQL of its own stays in the company and in the trail.
#[tokio::test]
async fn sql_in_an_administrators_request_reaches_no_other_company_and_does_nothing_in_silence() {
    let (world, mut injection) = injected(Role::Admin).await;
    let (theirs, _) = world.sign_in(Company::B, Role::Operator, LONG).await;
    let outcome = async |injection: &mut Injection, sql: &'static str| {
        injection.begin().await;
        let done: Option<String> = sqlx::query_scalar(sql)
            .fetch_one(&mut injection.connection)
            .await
            .unwrap();
        let commit = sqlx::query("commit").execute(&mut injection.connection).await;
        common::rollback(&mut injection.connection).await;
        (done, commit.map(drop).map_err(|error| refusal(&error)))
    };
    for sql in [
        "select guard.lock_person(current_setting('victim.person')::uuid, 'because I can do it')",
        "select guard.unlock_person(current_setting('victim.person')::uuid)",
    ] {
        assert_eq!(
            outcome(&mut injection, sql).await.0.as_deref(),
            Some("absent"),
            "{sql}"
        );
    }
    let ended = "select guard.end_sessions_of(current_setting('victim.person')::uuid)::text";
    assert_eq!(outcome(&mut injection, ended).await.0, None);
    for sql in [
        "select guard.lock_person(id, 'because I can do it') from users where role = 'DRIVER'",
        "select guard.end_sessions_of_company()::text",
    ] {
        assert_eq!(
            outcome(&mut injection, sql).await.1,
            Err(UNAUDITED.into()),
            "{sql}"
        );
    }
    // An event, but not one that says what was done and why.
    const QUIET: &str = "with e as (insert into audit_events (company_id, id, event_type, severity, outcome,
            actor_company_id, actor_user_id, actor_name, session_id, resource_type, resource_name, description)
        select company_id, gen_random_uuid(), 'VIEW', 'LOW', 'SUCCESS', company_id, id, display_name,
            guard.session_id(), 'x', 'x', 'x' from users where id = guard.user_id())
        select guard.lock_person(id, 'because I can do it') from users where role = 'DRIVER'";
    assert_eq!(
        outcome(&mut injection, QUIET).await,
        (Some("done".to_owned()), Err(UNAUDITED.into()))
    );
    let alive: bool = one(
        &world,
        "select revoked_at is null from sessions where id = $1",
        theirs.uuid(),
    )
    .await;
    assert!(alive);
}

#[tokio::test]
async fn a_lockdown_whose_event_gives_another_reason_does_not_commit() {
    let world = World::create().await;
    let driver = world.user(Company::A, Role::Driver);
    let grant = world.grant::<AdministerUsers>(&world.session(Company::A, Role::Admin).await);
    let mut tx = world.store.write(&grant, &Origin::default()).await.unwrap();
    assert_eq!(
        people::lock(&mut tx, &grant, driver, REASON).await.unwrap(),
        LockOutcome::Done
    );
    let told = tx.commit(event(driver, "for no reason at all"), now()).await;
    assert!(matches!(told, Err(StoreError::Refused(rule)) if rule.code() == UNAUDITED));
    assert_eq!(
        lock(&world, Role::Admin, driver).await,
        LockOutcome::Done,
        "nothing was done"
    );
}

#[tokio::test]
async fn the_database_takes_for_administrators_exactly_whom_the_policies_do() {
    let world = World::create().await;
    let pool = world.database.superuser().await;
    let matrix = world.policies.matrix();
    for role in Role::ALL {
        let in_database: bool = sqlx::query_scalar("select guard.is_administrator($1)")
            .bind(role.as_str())
            .fetch_one(&pool)
            .await
            .unwrap();
        for permission in ["users.admin", "system.configuration"] {
            assert_eq!(in_database, matrix[&(role, permission)], "{role} {permission}");
        }
    }
}

#[tokio::test]
async fn a_session_lives_no_longer_than_its_role_allows_whatever_opens_it() {
    let world = World::create().await;
    let year = Limits {
        idle: Duration::days(365),
        absolute: Duration::days(365),
    };
    let mut before: Option<[i64; 4]> = None;
    for role in Role::ALL {
        let company = if role == Role::SuperAdmin {
            Company::Platform
        } else {
            Company::A
        };
        let (console, _) = world.sign_in(company, role, year).await;
        let (api, _) = world.sign_in_to_api(company, role, year).await;
        let mut limits = [0; 4];
        for (at, id) in [console, api].into_iter().enumerate() {
            let idle = "select extract(epoch from idle_limit)::bigint from sessions where id = $1";
            let absolute =
                "select extract(epoch from expires_at - created_at)::bigint from sessions where id = $1";
            limits[2 * at] = one(&world, idle, id.uuid()).await;
            limits[2 * at + 1] = one(&world, absolute, id.uuid()).await;
        }
        const HOUR: i64 = 3600;
        let expected = match role {
            Role::SuperAdmin => [HOUR / 4, 4 * HOUR, 12 * HOUR, 24 * HOUR],
            Role::Admin => [HOUR / 2, 8 * HOUR, 24 * HOUR, 7 * 24 * HOUR],
            _ => [HOUR, 12 * HOUR, 30 * 24 * HOUR, 30 * 24 * HOUR],
        };
        assert_eq!(limits, expected, "{role}");
        if let Some(before) = before {
            assert!(
                limits.iter().zip(before).all(|(now, before)| *now <= before),
                "{role}"
            );
        }
        before = Some(limits);
    }
    // A shorter life that was asked for stays.
    let (short, _) = world
        .sign_in(
            Company::A,
            Role::Viewer,
            Limits {
                idle: Duration::MINUTE,
                ..LONG
            },
        )
        .await;
    let idle: i64 = one(
        &world,
        "select extract(epoch from idle_limit)::bigint from sessions where id = $1",
        short.uuid(),
    )
    .await;
    assert_eq!(idle, 60);
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sessions_and_no_others() {
    let world = World::create().await;
    let (other, _) = world.sign_in_to_api(Company::A, Role::Viewer, LONG).await;
    world.sign_in(Company::A, Role::Driver, LONG).await;
    let actor = world.session(Company::A, Role::Viewer).await;
    let grant = world.grant::<access::permission::SignedIn>(&actor);
    let mut tx = world.store.read(&grant).await.unwrap();
    let seen = own_sessions::list(&mut tx, &grant).await.unwrap();
    let mut ids: Vec<_> = seen.iter().map(|session| session.id).collect();
    ids.sort();
    let mut expected = vec![other, actor.session()];
    expected.sort();
    assert_eq!(ids, expected);
    assert!(
        seen.iter()
            .all(|session| session.idle_ends_at - session.last_used_at == LONG.idle)
    );
    drop(tx);

    let (drivers, _) = world.sign_in(Company::A, Role::Driver, LONG).await;
    let mut tx = world.store.write(&grant, &Origin::default()).await.unwrap();
    let ended = own_sessions::end(&mut tx, &grant, own_sessions::Which::One(drivers)).await;
    assert_eq!(ended.unwrap(), 0);
    let ended = own_sessions::end(&mut tx, &grant, own_sessions::Which::Others).await;
    assert_eq!(ended.unwrap(), 1);
    let ended = own_sessions::end(&mut tx, &grant, own_sessions::Which::All).await;
    assert_eq!(ended.unwrap(), 1);
}

#[tokio::test]
async fn every_session_of_the_company_ends_and_none_of_another() {
    let world = World::create().await;
    world.sign_in(Company::A, Role::Viewer, LONG).await;
    world.sign_in_to_api(Company::A, Role::Driver, LONG).await;
    world.sign_in(Company::B, Role::Viewer, LONG).await;
    let grant = world.grant::<ConfigureSystem>(&world.session(Company::A, Role::Admin).await);
    let mut tx = world.store.write(&grant, &Origin::default()).await.unwrap();
    assert_eq!(people::end_sessions_of_company(&mut tx, &grant).await.unwrap(), 3);
    tx.commit(common::event("every session ended", Changes::default()), now())
        .await
        .unwrap();
    let left = "select count(*) from sessions where company_id = $1 and revoked_at is null";
    assert_eq!(one::<i64>(&world, left, world.id(Company::A).uuid()).await, 0);
    assert_eq!(one::<i64>(&world, left, world.id(Company::B).uuid()).await, 1);
}
