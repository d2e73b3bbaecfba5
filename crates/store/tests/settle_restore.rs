//! A restored database is older than it was: what was ended, spent or objected to since its backup ends again (DATA-9).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use access::role::Role;
use common::{behind_the_back, refusal};
use serde_json::{Value, json};
use sqlx::PgPool;
use testkit::world::LONG;
use testkit::{Company, World};

const STEP: i64 = 60_000_000;

/// A world in which everything that a restore ends is there, of company A's driver.
async fn lived_in() -> (World, PgPool) {
    let world = World::create().await;
    let driver = world.user(Company::A, Role::Driver).uuid();
    world.sign_in(Company::A, Role::Driver, LONG).await;
    world.sign_in(Company::B, Role::Admin, LONG).await;
    for sql in [
        "insert into totp_factors (company_id, id, user_id, state, secret_sealed, session_id, last_step, activated_at)
         select company_id, gen_random_uuid(), id, 'active', 'x', gen_random_uuid(), 1, now() from users where id = $1",
        "insert into backup_codes (company_id, user_id, code_hash)
         select company_id, id, sha256(n::text::bytea) from users, generate_series(1, 10) n where id = $1",
        "insert into pending_sign_ins (company_id, user_id, ticket_hash, kind)
         select company_id, id, sha256('x'), 'console' from users where id = $1",
        "insert into passkey_ceremonies (holder, purpose, state) select sha256('x'), 'sign_in', 'x' from users where id = $1",
        "insert into oidc_attempts (company_id, state_hash, browser_hash, provider_id, purpose, nonce, verifier_sealed,
             return_to)
         select company_id, sha256('x'), sha256('x'), gen_random_uuid(), 'sign_in', repeat('x', 43), 'x', '/'
         from users where id = $1",
        "insert into password_resets (company_id, user_id, token_hash)
         select company_id, id, sha256('x') from users where id = $1",
        "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by)
         select company_id, gen_random_uuid(), 'leak', 'HIGH', 'x', false, id from users where id = $1",
        "insert into emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill,
             incident_only, granted_at, expires_at)
         select i.company_id, gen_random_uuid(), i.id, i.reported_by, array['dangerous_goods.emergency.access'],
             'a leak beside me', false, true, now(), now() + interval '1 hour' from incidents i where reported_by = $1",
        "insert into factor_resets (company_id, id, user_id, reason, identity, approved_at, due_at)
         select company_id, gen_random_uuid(), id, 'telephone lost', 'with a passport', now(), now() + interval '24 hours'
         from users where id = $1",
    ] {
        behind_the_back(&world, sql, driver).await;
    }
    let pool = world.database.superuser().await;
    (world, pool)
}

async fn settle(world: &World) -> Value {
    let mut owner = world.database.owner().await;
    let about = json!({"backup_of": "2026-11-26T03:00:00Z"});
    owner
        .settle_restore("database restored", &about, STEP)
        .await
        .unwrap()
}

async fn number(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn what_a_backup_brings_back_is_over_with_an_event_in_every_company_data_9() {
    let (world, pool) = lived_in().await;
    let key = "select key from guard.context_key";
    let before: Vec<u8> = sqlx::query_scalar(key).fetch_one(&pool).await.unwrap();
    let ended = settle(&world).await;
    let expected = json!({"sessions": 2, "begun": 3, "links": 1, "codes": 10, "emergency": 1, "resets": 1});
    assert_eq!(ended, expected);
    for left in [
        "select count(*) from sessions where revoked_at is null",
        "select count(*) from backup_codes",
        "select count(*) from pending_sign_ins",
        "select count(*) from passkey_ceremonies",
        "select count(*) from oidc_attempts",
        "select count(*) from password_resets",
        "select count(*) from emergency_access where ended_at is null",
        "select count(*) from factor_resets where closed_at is null",
    ] {
        assert_eq!(number(&pool, left).await, 0, "{left}");
    }
    let codes = "select last_step from totp_factors";
    assert_eq!(
        number(&pool, codes).await,
        STEP,
        "no code of before is good any more"
    );
    let after: Vec<u8> = sqlx::query_scalar(key).fetch_one(&pool).await.unwrap();
    assert_ne!(before, after, "who has read a backup seals no context");
    let untold = "select count(*) from companies c where 1 <> (select count(*) from audit_events e
        where e.company_id = c.id and e.event_type = 'IMPORT' and e.severity = 'CRITICAL'
          and e.additional_data ->> 'backup_of' = '2026-11-26T03:00:00Z')";
    assert_eq!(number(&pool, untold).await, 0);
    let steps = "select count(*) from audit_events where description like '%: the database was restored'";
    assert_eq!(
        number(&pool, steps).await,
        2,
        "of the emergency access and of the reset"
    );

    // Again: there is nothing to end, and later codes stay spent.
    let mut owner = world.database.owner().await;
    let again = owner
        .settle_restore("database restored", &json!({}), 7)
        .await
        .unwrap();
    assert_eq!(again["sessions"], 0);
    assert_eq!(number(&pool, codes).await, STEP);
}

#[tokio::test]
async fn emergency_access_ends_without_a_person_with_its_own_event_alone_data_9() {
    let (_world, pool) = lived_in().await;
    let end = "update emergency_access set ended_at = now()";
    let event = "insert into audit_events (company_id, id, event_type, severity, outcome, actor_name, resource_type,
            resource_id, resource_name, description)
        select company_id, gen_random_uuid(), 'EMERGENCY_ACCESS', 'CRITICAL', 'SUCCESS', 'somebody', 'emergency_access',
            id, 'x', 'x' from emergency_access";
    let other = "insert into audit_events (company_id, id, event_type, severity, outcome, actor_name, resource_type,
            resource_id, resource_name, description)
        select company_id, gen_random_uuid(), 'IMPORT', 'CRITICAL', 'SUCCESS', 'somebody', 'company', company_id, 'x', 'x'
        from emergency_access";
    let longer = "update emergency_access set expires_at = expires_at + interval '1 hour'";
    for (change, recorded, is_done) in [(end, other, false), (longer, event, false), (end, event, true)] {
        let mut tx = pool.begin().await.unwrap();
        for sql in [recorded, change] {
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
        }
        let done = tx.commit().await;
        match done {
            Ok(()) => assert!(is_done, "{change}"),
            Err(error) => assert!(!is_done && refusal(&error) == "23000", "{change}: {error}"),
        }
    }
}
