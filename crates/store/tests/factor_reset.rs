//! A lost second factor: two administrators and a day of waiting, against those who would do with less (M10).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::sync::Arc;

use access::actor::Actor;
use access::ids::{FactorResetId, UserId};
use access::permission::{AdministerUsers, ResetFactors, SignedIn};
use access::role::Role;
use common::{Injection, behind_the_back, refusal, shipment};
use safeshipper_store::StoreError;
use safeshipper_store::audit::{Changes, Event, EventType, Origin, Outcome, Severity};
use safeshipper_store::factor_reset::{self, ResetOutcome};
use safeshipper_store::people;
use safeshipper_store::sessions::NewSession;
use serde_json::json;
use testkit::database::unread;
use testkit::world::LONG;
use testkit::{Company, World, now};
use uuid::Uuid;

const DENIED: &str = "42501";
const UNAUDITED: &str = "23000";
const REASON: &str = "telephone lost in Rotterdam";
const IDENTITY: &str = "came to the office with a passport";

/// Company A with three administrators, and a driver who has a second factor and lives in a session.
struct Scene {
    world: Arc<World>,
    driver: UserId,
    cookie: crypto::opaque::SessionToken,
    asker: Arc<Actor>,
    other: Arc<Actor>,
    third: Arc<Actor>,
}

impl Scene {
    async fn set() -> Self {
        let world = Arc::new(World::create().await);
        let driver = world.user(Company::A, Role::Driver);
        let (_, cookie) = world.sign_in(Company::A, Role::Driver, LONG).await;
        give_factor(&world, driver).await;
        Self {
            asker: administrator(&world, None).await,
            other: administrator(&world, Some("second@alpha.example")).await,
            third: administrator(&world, Some("third@alpha.example")).await,
            world,
            driver,
            cookie,
        }
    }

    async fn ask(&self, by: &Arc<Actor>) -> (ResetOutcome, FactorResetId) {
        ask(&self.world, by, self.driver).await
    }

    async fn approve(&self, by: &Arc<Actor>, reset: FactorResetId) -> ResetOutcome {
        approve(&self.world, by, self.driver, reset).await.unwrap()
    }

    /// Asked for and approved.
    async fn approved(&self) -> FactorResetId {
        let (done, reset) = self.ask(&self.asker).await;
        assert_eq!(done, ResetOutcome::Done);
        assert_eq!(self.approve(&self.other, reset).await, ResetOutcome::Done);
        reset
    }

    async fn cancel(&self, by: &Arc<Actor>, reset: FactorResetId) -> ResetOutcome {
        let grant = self.world.grant::<AdministerUsers>(by);
        let mut tx = self.world.store.write(&grant, &Origin::default()).await.unwrap();
        let done = factor_reset::cancel(&mut tx, &grant, self.driver, reset)
            .await
            .unwrap();
        if done == ResetOutcome::Done {
            tx.commit(event(self.driver), now()).await.unwrap();
        }
        done
    }

    async fn object(&self) -> bool {
        let live = self
            .world
            .store
            .session_of_cookie(&self.cookie.hash())
            .await
            .unwrap();
        let grant = self.world.grant::<SignedIn>(&testkit::world::actor(live));
        let mut tx = self.world.store.write(&grant, &Origin::default()).await.unwrap();
        let done = factor_reset::object(&mut tx, &grant).await.unwrap();
        if done {
            tx.commit(event(self.driver), now()).await.unwrap();
        }
        done
    }

    async fn settle(&self) -> bool {
        let who = self.world.candidate(Company::A, Role::Driver).await;
        self.world
            .store
            .settle_factor_reset((who.company, who.user), &Origin::default(), now())
            .await
            .unwrap()
    }

    async fn lives(&self) -> bool {
        let live = self.world.store.session_of_cookie(&self.cookie.hash()).await;
        live.unwrap().is_some()
    }

    async fn has_factor(&self) -> bool {
        one(
            &self.world,
            "select guard.has_second_factor(company_id, id) from users where id = $1",
            self.driver.uuid(),
        )
        .await
    }

    /// A day and an hour go by.
    async fn a_day_later(&self) {
        for sql in [
            "update factor_resets set asked_at = asked_at - interval '25 hours',
                 approved_at = approved_at - interval '25 hours', due_at = due_at - interval '25 hours'
             where user_id = $1",
            "update sessions set expires_at = expires_at - interval '25 hours' where user_id = $1",
        ] {
            behind_the_back(&self.world, sql, self.driver.uuid()).await;
        }
    }
}

async fn ask(world: &World, by: &Arc<Actor>, user: UserId) -> (ResetOutcome, FactorResetId) {
    let grant = world.grant::<ResetFactors>(by);
    let reset = FactorResetId::generate(now());
    let mut tx = world.store.write(&grant, &Origin::default()).await.unwrap();
    let done = factor_reset::ask(&mut tx, &grant, user, reset, REASON, IDENTITY)
        .await
        .unwrap();
    if done == ResetOutcome::Done {
        tx.commit(event(user), now()).await.unwrap();
    }
    (done, reset)
}

async fn approve(
    world: &World,
    by: &Arc<Actor>,
    user: UserId,
    reset: FactorResetId,
) -> Result<ResetOutcome, StoreError> {
    let grant = world.grant::<ResetFactors>(by);
    let mut tx = world.store.write(&grant, &Origin::default()).await?;
    let done = factor_reset::approve(&mut tx, &grant, user, reset).await?;
    if done == ResetOutcome::Done {
        tx.commit(event(user), now()).await?;
    }
    Ok(done)
}

/// The event that every step asks for.
fn event(user: UserId) -> Event {
    Event {
        event_type: EventType::PermissionChange,
        severity: Severity::High,
        outcome: Outcome::Success,
        resource_type: "user",
        resource_id: Some(user.uuid()),
        resource_name: "somebody".to_owned(),
        description: "a step of a reset".to_owned(),
        changes: Changes::default(),
        additional: json!({"reason": REASON}),
    }
}

async fn give_factor(world: &World, user: UserId) {
    for sql in [
        "insert into totp_factors (company_id, id, user_id, state, secret_sealed, session_id, last_step, activated_at)
         select company_id, gen_random_uuid(), id, 'active', 'x', gen_random_uuid(), 1, now() from users where id = $1",
        "insert into backup_codes (company_id, user_id, code_hash) select company_id, id, sha256('x') from users
         where id = $1",
    ] {
        behind_the_back(world, sql, user.uuid()).await;
    }
}

/// An administrator of company A, hired under this address if one is given, who has just shown a second factor.
async fn administrator(world: &World, email: Option<&str>) -> Arc<Actor> {
    if let Some(email) = email {
        let mut owner = world.database.owner().await;
        world.hire(&mut owner, Company::A, Role::Admin, email).await;
    }
    let email = email.map_or_else(|| Company::A.email(Role::Admin), str::to_owned);
    let index = world.email_index(&email);
    let who = world.store.find_sign_in(&index, None).await.unwrap().unwrap();
    let token = crypto::opaque::SessionToken::generate(&crypto::Rng::system()).unwrap();
    let new = NewSession::Console(token.hash());
    let opened = world
        .store
        .open_session(&who, &new, LONG, &Origin::default(), now())
        .await;
    let shown = "update sessions set second_factor_at = now() where id = $1";
    behind_the_back(world, shown, opened.unwrap().uuid()).await;
    testkit::world::actor(world.store.session_of_cookie(&token.hash()).await.unwrap())
}

async fn one<T>(world: &World, sql: &'static str, id: Uuid) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    let pool = world.database.superuser().await;
    sqlx::query_scalar(sql).bind(id).fetch_one(&pool).await.unwrap()
}

#[tokio::test]
async fn a_lost_factor_is_gone_a_day_after_a_second_administrator_approved_and_not_before_m10() {
    let scene = Scene::set().await;
    let (done, reset) = scene.ask(&scene.asker).await;
    assert_eq!(done, ResetOutcome::Done);
    assert!(
        !scene.settle().await && scene.has_factor().await,
        "asking changes nothing"
    );
    assert_eq!(scene.approve(&scene.other, reset).await, ResetOutcome::Done);
    assert!(!scene.settle().await && scene.has_factor().await && scene.lives().await);

    scene.a_day_later().await;
    assert!(
        !scene.lives().await,
        "by the clock alone, before anything settles"
    );
    assert!(scene.settle().await);
    assert!(!scene.settle().await, "once");
    assert!(!scene.has_factor().await);
    let codes: i64 = one(
        &scene.world,
        "select count(*) from backup_codes where user_id = $1",
        scene.driver.uuid(),
    )
    .await;
    assert_eq!(codes, 0);
    let told: String = one(
        &scene.world,
        "select severity || ' ' || outcome || ' ' || (additional_data ->> 'reason') from audit_events
         where resource_id = $1 order by id desc limit 1",
        scene.driver.uuid(),
    )
    .await;
    assert_eq!(told, format!("HIGH SUCCESS {REASON}"));
    let waits: bool = one(
        &scene.world,
        "select recovery_since is not null and recovery_opens_at <= now() from users where id = $1",
        scene.driver.uuid(),
    )
    .await;
    assert!(
        waits,
        "the password from before opens nothing, a link does at once"
    );
}

#[tokio::test]
async fn neither_who_asked_nor_the_person_approves_and_nobody_asks_for_themselves_m10() {
    let scene = Scene::set().await;
    let (_, reset) = scene.ask(&scene.asker).await;
    assert_eq!(scene.approve(&scene.asker, reset).await, ResetOutcome::Oneself);

    let admin = scene.other.user();
    give_factor(&scene.world, admin).await;
    assert_eq!(
        ask(&scene.world, &scene.other, admin).await.0,
        ResetOutcome::Oneself
    );
    let (done, reset) = ask(&scene.world, &scene.asker, admin).await;
    assert_eq!(done, ResetOutcome::Done);
    let own = approve(&scene.world, &scene.other, admin, reset).await.unwrap();
    assert_eq!(own, ResetOutcome::Oneself);
    let done = approve(&scene.world, &scene.third, admin, reset).await.unwrap();
    assert_eq!(done, ResetOutcome::Done);
    // Past every function, as the guard itself.
    for (sql, why) in [
        (
            "update factor_resets set approved_by = asked_by where user_id = $1",
            "the asker",
        ),
        (
            "update factor_resets set approved_by = user_id where user_id = $1",
            "the person",
        ),
        (
            "update factor_resets set approved_by = null where user_id = $1",
            "nobody",
        ),
        (
            "update factor_resets set due_at = now() + interval '23 hours' where user_id = $1",
            "at once",
        ),
    ] {
        let pool = scene.world.database.superuser().await;
        let done = sqlx::query(sql).bind(admin.uuid()).execute(&pool).await;
        assert_eq!(refusal(&done.unwrap_err()), "23514", "{why}");
    }
}

#[tokio::test]
async fn asking_and_approving_need_a_second_factor_of_the_last_900_seconds_in_the_database_too_m10() {
    let scene = Scene::set().await;
    let (_, reset) = scene.ask(&scene.asker).await;
    let stale = "update sessions set second_factor_at = now() - interval '901 seconds' where id = $1";
    for actor in [&scene.other, &scene.third] {
        behind_the_back(&scene.world, stale, actor.session().uuid()).await;
    }
    // The grants are from before.
    let refused = approve(&scene.world, &scene.other, scene.driver, reset).await;
    assert!(matches!(refused, Err(StoreError::NotProved)), "{refused:?}");
    let grant = scene.world.grant::<ResetFactors>(&scene.third);
    let mut tx = scene.world.store.write(&grant, &Origin::default()).await.unwrap();
    let id = FactorResetId::generate(now());
    let refused = factor_reset::ask(&mut tx, &grant, scene.driver, id, REASON, IDENTITY).await;
    assert!(matches!(refused, Err(StoreError::NotProved)), "{refused:?}");
    assert_eq!(
        scene.cancel(&scene.other, reset).await,
        ResetOutcome::Done,
        "stopping is easy"
    );
}

#[tokio::test]
async fn a_reset_that_was_taken_back_or_objected_to_never_takes_effect_m10() {
    let scene = Scene::set().await;
    let reset = scene.approved().await;
    assert_eq!(scene.cancel(&scene.third, reset).await, ResetOutcome::Done);
    assert_eq!(scene.cancel(&scene.third, reset).await, ResetOutcome::State);
    assert_eq!(scene.approve(&scene.other, reset).await, ResetOutcome::State);
    scene.approved().await;
    assert!(scene.object().await);
    assert!(!scene.object().await);
    scene.a_day_later().await;
    assert!(!scene.settle().await && scene.has_factor().await);

    // In effect is in effect, whether or not it was settled.
    let late = Scene::set().await;
    let reset = late.approved().await;
    late.a_day_later().await;
    assert_eq!(late.cancel(&late.third, reset).await, ResetOutcome::State);
}

#[tokio::test]
async fn a_factor_that_is_due_opens_no_session_and_none_outlives_the_day() {
    let scene = Scene::set().await;
    scene.approved().await;
    let open = async || {
        let mut directory = scene.world.database.as_directory().await;
        sqlx::query(
            "select guard.open_session($1, $2, gen_random_uuid(), 'api', sha256(uuid_send(gen_random_uuid())), null,
                 null, null, '1 hour', '30 days', true),
             guard.record_sign_in($1, gen_random_uuid(), 'LOGIN', 'LOW', 'SUCCESS', $2, 'x', null, null, null, null,
                 null, null, 'signed in')",
        )
        .bind(scene.world.id(Company::A).uuid())
        .bind(scene.driver.uuid())
        .execute(&mut directory)
        .await
        .map(drop)
    };
    open().await.unwrap();
    let longest: bool = one(
        &scene.world,
        "select max(expires_at) <= (select due_at from factor_resets where user_id = $1) from sessions
         where user_id = $1",
        scene.driver.uuid(),
    )
    .await;
    assert!(longest, "no session outlives the day");
    scene.a_day_later().await;
    assert_eq!(refusal(&open().await.unwrap_err()), "SS003");
}

#[tokio::test]
async fn of_two_who_ask_and_of_two_who_approve_at_once_one_is_first() {
    let scene = Scene::set().await;
    let (one, other) = tokio::join!(scene.ask(&scene.asker), scene.ask(&scene.other));
    let mut outcomes = [one.0, other.0];
    outcomes.sort_by_key(|outcome| *outcome != ResetOutcome::Done);
    assert_eq!(outcomes, [ResetOutcome::Done, ResetOutcome::State]);
    let (reset, second) = match one.0 {
        ResetOutcome::Done => (one.1, &scene.other),
        _ => (other.1, &scene.asker),
    };
    let (one, other) = tokio::join!(scene.approve(second, reset), scene.approve(&scene.third, reset));
    let mut outcomes = [one, other];
    outcomes.sort_by_key(|outcome| *outcome != ResetOutcome::Done);
    assert_eq!(outcomes, [ResetOutcome::Done, ResetOutcome::State]);
}

#[tokio::test]
async fn what_nobody_approved_in_time_or_a_locked_administrator_asked_for_is_not_approved() {
    let scene = Scene::set().await;
    let (_, reset) = scene.ask(&scene.asker).await;
    let long_ago = "update factor_resets set asked_at = now() - interval '7 days' where user_id = $1";
    behind_the_back(&scene.world, long_ago, scene.driver.uuid()).await;
    assert_eq!(scene.approve(&scene.other, reset).await, ResetOutcome::State);
    let (done, reset) = scene.ask(&scene.asker).await;
    assert_eq!(done, ResetOutcome::Done, "it makes room");

    let grant = scene.world.grant::<AdministerUsers>(&scene.third);
    let mut tx = scene.world.store.write(&grant, &Origin::default()).await.unwrap();
    people::lock(&mut tx, &grant, scene.asker.user(), REASON)
        .await
        .unwrap();
    tx.commit(event(scene.asker.user()), now()).await.unwrap();
    assert_eq!(scene.approve(&scene.other, reset).await, ResetOutcome::State);
}

#[tokio::test]
async fn who_has_no_factor_has_none_to_reset_and_another_companys_person_is_absent() {
    let scene = Scene::set().await;
    let viewer = scene.world.user(Company::A, Role::Viewer);
    assert_eq!(
        ask(&scene.world, &scene.asker, viewer).await.0,
        ResetOutcome::State
    );
    let theirs = scene.world.user(Company::B, Role::Driver);
    assert_eq!(
        ask(&scene.world, &scene.asker, theirs).await.0,
        ResetOutcome::Absent
    );
    let (_, reset) = scene.ask(&scene.asker).await;
    for user in [theirs, viewer] {
        let done = approve(&scene.world, &scene.other, user, reset).await.unwrap();
        assert_eq!(done, ResetOutcome::Absent);
    }
}

#[tokio::test]
async fn the_operator_needs_no_second_administrator_and_waits_as_long() {
    let scene = Scene::set().await;
    let mut owner = scene.world.database.owner().await;
    let index = scene.world.email_index(&Company::A.email(Role::Driver));
    let company = scene.world.id(Company::A);
    let done = owner
        .reset_factors(company, &index, REASON, IDENTITY, now(), &unread())
        .await;
    assert_eq!(done.unwrap(), ResetOutcome::Done);
    let again = owner
        .reset_factors(company, &index, REASON, IDENTITY, now(), &unread())
        .await;
    assert_eq!(again.unwrap(), ResetOutcome::State);
    assert!(!scene.settle().await && scene.has_factor().await && scene.lives().await);
    scene.a_day_later().await;
    assert!(!scene.lives().await && scene.settle().await && !scene.has_factor().await);
    let nobody = owner
        .reset_factors(company, &[0; 16], REASON, IDENTITY, now(), &unread())
        .await;
    assert_eq!(nobody.unwrap(), ResetOutcome::Absent);
}

#[tokio::test]
async fn sql_in_a_request_neither_asks_nor_approves_nor_takes_back_nor_hurries_a_reset() {
    let scene = Scene::set().await;
    scene.ask(&scene.asker).await;
    let victim = shipment(&scene.world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    for role in [Role::Viewer, Role::Manager] {
        let mut injection = Injection::new(&scene.world, role, victim).await;
        for sql in [
            "select guard.ask_factor_reset(id, gen_random_uuid(), 'because I can', 'because I can') from users",
            "select guard.approve_factor_reset(user_id, id) from factor_resets",
            "select guard.cancel_factor_reset(user_id, id) from factor_resets",
            "update factor_resets set due_at = now(), approved_at = now()",
            "insert into factor_resets (company_id, id, user_id, reason, identity)
                select company_id, gen_random_uuid(), id, 'because I can', 'because I can' from users",
            "delete from factor_resets",
            "select guard.settle_factor_reset(company_id, user_id, gen_random_uuid()) from factor_resets",
        ] {
            assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{role} {sql}");
        }
    }
    // An administrator's own request without a second factor, and one in silence.
    let mut injection = Injection::new(&scene.world, Role::Admin, victim).await;
    let approve = "select guard.approve_factor_reset(user_id, id) from factor_resets";
    assert_eq!(injection.attempt(approve).await, Err("SS002".into()));
    injection.actor = scene.other.clone();
    injection.begin().await;
    let done: String = sqlx::query_scalar(approve)
        .fetch_one(&mut injection.connection)
        .await
        .unwrap();
    assert_eq!(done, "done");
    let commit = sqlx::query("commit").execute(&mut injection.connection).await;
    assert_eq!(refusal(&commit.unwrap_err()), UNAUDITED);
}
