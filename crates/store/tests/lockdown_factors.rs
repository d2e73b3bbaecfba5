//! What a lockdown does to what proves a person, and what opens the account again (AUTH-10, M5, M10).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use access::ids::UserId;
use access::permission::SignedIn;
use access::role::Role;
use common::{behind_the_back, refusal};
use crypto::Rng;
use crypto::opaque::ResetToken;
use crypto::password::hash;
use safeshipper_store::StoreError;
use safeshipper_store::audit::Origin;
use safeshipper_store::factor_reset::ResetOutcome;
use safeshipper_store::passwords::NewPassword;
use safeshipper_store::sessions::NewSession;
use testkit::database::unread;
use testkit::world::{CHEAP, LONG};
use testkit::{Company, World, now};

const REASON: &str = "telephone stolen in Rotterdam";
const ROLE: Role = Role::Operator;

async fn give_factor(world: &World, user: UserId) {
    for sql in [
        "insert into totp_factors (company_id, id, user_id, state, secret_sealed, session_id, last_step, activated_at)
         select company_id, gen_random_uuid(), id, 'active', 'x', gen_random_uuid(), 1, now() from users where id = $1",
        "insert into backup_codes (company_id, user_id, code_hash) select company_id, id, sha256('x') from users
         where id = $1",
        "insert into pending_sign_ins (company_id, user_id, ticket_hash, kind)
         select company_id, id, sha256(uuid_send(id)), 'api' from users where id = $1",
    ] {
        behind_the_back(world, sql, user.uuid()).await;
    }
}

/// Locks the account and unlocks it again, as the operator.
async fn lock_and_unlock(world: &World) {
    let mut owner = world.database.owner().await;
    let (company, index) = (world.id(Company::A), world.email_index(&Company::A.email(ROLE)));
    owner
        .lock(company, &index, REASON, now(), &unread())
        .await
        .unwrap();
    owner
        .unlock(company, &index, REASON, now(), &unread())
        .await
        .unwrap();
}

/// What signing in with the right password comes to.
async fn signed_in(world: &World) -> Result<(), StoreError> {
    let who = world.candidate(Company::A, ROLE).await;
    let token = crypto::opaque::SessionToken::generate(&crypto::Rng::system()).unwrap();
    let new = NewSession::Console(token.hash());
    let origin = Origin::default();
    world
        .store
        .open_session(&who, &new, LONG, &origin, now())
        .await
        .map(drop)
}

async fn left(world: &World, user: UserId) -> i64 {
    sqlx::query_scalar(
        "select (select count(*) from totp_factors where user_id = $1)
             + (select count(*) from backup_codes where user_id = $1)
             + (select count(*) from pending_sign_ins where user_id = $1)",
    )
    .bind(user.uuid())
    .fetch_one(&world.database.superuser().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_lockdown_takes_factors_codes_and_sign_ins_under_way_and_no_unlocking_brings_them_back_auth_10() {
    let world = World::create().await;
    let user = world.user(Company::A, ROLE);
    world.sign_in(Company::A, ROLE, LONG).await;
    give_factor(&world, user).await;
    let colleague = world.user(Company::A, Role::Driver);
    give_factor(&world, colleague).await;
    lock_and_unlock(&world).await;
    assert_eq!(left(&world, user).await, 0);
    assert_eq!(left(&world, colleague).await, 3, "and nobody else's");
}

#[tokio::test]
async fn a_thief_with_the_password_enrols_no_factor_of_their_own_after_an_unlocking() {
    let world = World::create().await;
    give_factor(&world, world.user(Company::A, ROLE)).await;
    lock_and_unlock(&world).await;
    assert!(matches!(signed_in(&world).await, Err(StoreError::NotActive)));
    lock_and_unlock(&world).await;
    assert!(
        matches!(signed_in(&world).await, Err(StoreError::NotActive)),
        "nor after another"
    );
}

#[tokio::test]
async fn a_password_that_is_chosen_anew_opens_the_account_and_one_hashed_anew_does_not() {
    let world = World::create().await;
    let user = world.user(Company::A, ROLE);
    give_factor(&world, user).await;
    lock_and_unlock(&world).await;
    let pool = world.database.superuser().await;
    let change = async |sql: &'static str| {
        let mut tx = pool.begin().await.unwrap();
        sqlx::query(
            "insert into audit_events (company_id, id, event_type, severity, outcome, actor_name, resource_type,
                 resource_name, description)
             values ($1, gen_random_uuid(), 'UPDATE', 'LOW', 'SUCCESS', 'x', 'user', 'x', 'password')",
        )
        .bind(world.id(Company::A).uuid())
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query(sql)
            .bind(user.uuid())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    change("update passwords set hash = hash || 'x' where user_id = $1").await;
    assert!(matches!(signed_in(&world).await, Err(StoreError::NotActive)));
    change("update passwords set changed_at = now() where user_id = $1").await;
    signed_in(&world).await.unwrap();
}

#[tokio::test]
async fn a_reset_of_factors_opens_the_mailboxs_way_and_not_the_password_from_before_m10() {
    let world = World::create().await;
    let user = world.user(Company::A, ROLE);
    give_factor(&world, user).await;
    lock_and_unlock(&world).await;
    let mut owner = world.database.owner().await;
    let (company, index) = (world.id(Company::A), world.email_index(&Company::A.email(ROLE)));
    let done = owner
        .reset_factors(company, &index, REASON, REASON, now(), &unread())
        .await;
    assert_eq!(done.unwrap(), ResetOutcome::Done);
    assert!(
        matches!(signed_in(&world).await, Err(StoreError::NotActive)),
        "not before it is due"
    );
    let later = "update factor_resets set approved_at = approved_at - interval '25 hours',
        due_at = due_at - interval '25 hours' where user_id = $1";
    behind_the_back(&world, later, user.uuid()).await;
    let who = world.candidate(Company::A, ROLE).await;
    assert!(
        world
            .store
            .settle_factor_reset((who.company, who.user), &Origin::default(), now())
            .await
            .unwrap()
    );
    assert!(matches!(signed_in(&world).await, Err(StoreError::NotActive)));
    assert!(chosen(&world).await, "a link is a day old already");
    signed_in(&world).await.unwrap();
}

/// Sets a new password by a link, if the mailbox opens anything.
async fn chosen(world: &World) -> bool {
    let who = world.candidate(Company::A, ROLE).await;
    let (token, origin) = (ResetToken::generate(&Rng::system()).unwrap(), Origin::default());
    let asked = world.store.ask_password_reset(&who, &token, &origin, now());
    if !asked.await.unwrap() {
        return false;
    }
    let new = NewPassword {
        hash: hash(&"seventeen violet tractors yawning".into(), CHEAP, &Rng::system()).unwrap(),
        stands_alone: true,
    };
    let token = token.hash();
    let set = world.store.reset_password(&token, &new, &origin, now());
    set.await.unwrap()
}

/// Whoever holds the mailbox as well has a day in which its owner, who is told, can say so.
#[tokio::test]
async fn after_an_unlocking_the_mailbox_opens_nothing_for_a_day_where_factors_were_taken_m10() {
    let world = World::create().await;
    let user = world.user(Company::A, ROLE);
    give_factor(&world, user).await;
    lock_and_unlock(&world).await;
    assert!(!chosen(&world).await);
    let nearly = "update users set recovery_opens_at = recovery_opens_at - interval '23 hours 59 minutes' where id = $1";
    behind_the_back(&world, nearly, user.uuid()).await;
    assert!(!chosen(&world).await);
    let then = "update users set recovery_opens_at = recovery_opens_at - interval '1 minute' where id = $1";
    behind_the_back(&world, then, user.uuid()).await;
    assert!(chosen(&world).await);
    signed_in(&world).await.unwrap();
}

/// A thief in a session takes the factor off before anybody locks the account.
#[tokio::test]
async fn a_factor_that_went_within_a_week_before_a_lockdown_counts_as_one_it_took_m10() {
    let world = World::create().await;
    let user = world.user(Company::A, ROLE).uuid();
    for (gone, opens) in [("6 days", false), ("8 days", true)] {
        let sql = match gone {
            "6 days" => "update users set last_factor_gone_at = now() - interval '6 days' where id = $1",
            _ => {
                "update users set last_factor_gone_at = now() - interval '8 days', recovery_since = null where id = $1"
            }
        };
        behind_the_back(&world, sql, user).await;
        lock_and_unlock(&world).await;
        assert_eq!(signed_in(&world).await.is_ok(), opens, "{gone}");
    }
}

#[tokio::test]
async fn who_had_no_factor_signs_in_again_after_an_unlocking() {
    let world = World::create().await;
    lock_and_unlock(&world).await;
    signed_in(&world).await.unwrap();
}

#[tokio::test]
async fn a_lockdown_takes_a_reset_back_that_is_under_way() {
    let world = World::create().await;
    let user = world.user(Company::A, ROLE);
    give_factor(&world, user).await;
    let mut owner = world.database.owner().await;
    let (company, index) = (world.id(Company::A), world.email_index(&Company::A.email(ROLE)));
    let done = owner
        .reset_factors(company, &index, REASON, REASON, now(), &unread())
        .await;
    assert_eq!(done.unwrap(), ResetOutcome::Done);
    owner
        .lock(company, &index, REASON, now(), &unread())
        .await
        .unwrap();
    let open: i64 = sqlx::query_scalar("select count(*) from factor_resets where closed_at is null")
        .fetch_one(&world.database.superuser().await)
        .await
        .unwrap();
    assert_eq!(open, 0);
    let locked = owner
        .reset_factors(company, &index, REASON, REASON, now(), &unread())
        .await;
    assert_eq!(locked.unwrap(), ResetOutcome::State);
}

/// Not by luck: the factor is confirmed and not yet committed while the lockdown is decided.
#[tokio::test]
async fn a_lockdown_waits_for_an_enrolment_under_way_and_takes_what_it_enrolled() {
    let world = World::create().await;
    let user = world.user(Company::A, ROLE);
    let (_, cookie) = world.sign_in(Company::A, ROLE, LONG).await;
    let live = world.store.session_of_cookie(&cookie.hash()).await.unwrap();
    let grant = world.grant::<SignedIn>(&testkit::world::actor(live));
    let mut enrolling = world.database.as_directory().await;
    common::begin(&mut enrolling).await;
    let handle = grant.actor().handle_hash();
    for sql in [
        "select guard.begin_totp($1, '00000000-0000-7000-8000-00000000000f', 'x')",
        "select guard.confirm_totp($1, '00000000-0000-7000-8000-00000000000f', 1, '{}')",
    ] {
        sqlx::query(sql)
            .bind(handle)
            .execute(&mut enrolling)
            .await
            .unwrap();
    }
    sqlx::query(
        "select guard.record_sign_in($1, gen_random_uuid(), 'CREATE', 'HIGH', 'SUCCESS', $2, 'x', null, null, null,
             null, null, null, 'enrolled')",
    )
    .bind(world.id(Company::A).uuid())
    .bind(user.uuid())
    .execute(&mut enrolling)
    .await
    .unwrap();
    let committing = async {
        let pool = world.database.superuser().await;
        let waits = "select exists (select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock')";
        while !sqlx::query_scalar::<_, bool>(waits)
            .fetch_one(&pool)
            .await
            .unwrap()
        {}
        sqlx::query("commit").execute(&mut enrolling).await.unwrap();
    };
    let both = async { tokio::join!(lock_and_unlock(&world), committing) };
    let most = std::time::Duration::from_secs(60);
    tokio::time::timeout(most, both)
        .await
        .expect("the lockdown waits");
    assert_eq!(left(&world, user).await, 0);
    assert!(matches!(signed_in(&world).await, Err(StoreError::NotActive)));
}

/// A kind of factor that a lockdown or a reset would leave behind is named here.
#[tokio::test]
async fn every_table_of_what_proves_a_person_is_emptied_by_the_guard() {
    let world = World::create().await;
    let forgotten: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c
         where c.relnamespace = 'safeshipper'::regnamespace and c.relkind = 'r'
           and (c.relname ~ 'factors$|codes$|passkeys$|sign_ins$|identities$')
           and position('delete from safeshipper.' || c.relname in
               (select prosrc from pg_proc where oid = 'guard.void_factors(uuid,uuid)'::regprocedure)) = 0",
    )
    .fetch_all(&world.database.superuser().await)
    .await
    .unwrap();
    assert_eq!(forgotten, Vec::<String>::new());
    let own = sqlx::query("select guard.void_factors(null, null)")
        .execute(&mut world.database.as_directory().await)
        .await;
    assert_eq!(refusal(&own.unwrap_err()), "42501");
}
