//! Overrides of a check against SQL of the attacker's own: what the database holds whatever the application says (DG-2,
//! P15).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use access::role::Role;
use common::{Injection, refusal, shipment};
use sqlx::PgPool;
use testkit::{Company, World};

const DENIED: &str = "42501";
const BROKEN_CHECK: &str = "23514";
const UNAUDITED: &str = "23000";

const DECIDE: &str = "select guard.decide_override(id, true, 'a note of some length') from load_overrides";
const ASK: &str = "select guard.ask_override(gen_random_uuid(), s.id, s.last_check_id, 'a reason of some length', 'DOT-SP 1')
    as done from shipments s where s.company_id = guard.company()";

/// A shipment of the operator's whose last check may be overridden, in both companies.
async fn prohibited(role: Role) -> (World, PgPool, Injection) {
    let world = World::create().await;
    shipment(&world, Company::A, "SS-AAAA-AAAA-AAAA").await;
    let victim = shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    let injection = Injection::new(&world, role, victim).await;
    let pool = world.database.superuser().await;
    behind(
        &pool,
        &[
            "insert into shipment_checks (company_id, id, shipment_id, load_hash, is_compatible, verdicts, results, checked_by,
                 findings_hash, overridable)
             select company_id, gen_random_uuid(), id, load_hash, false, '{\"us\": \"prohibited\"}', '[]', created_by,
                 sha256('answer'), '[1]' from shipments",
            "update shipments s set last_check_id = c.id from shipment_checks c where c.shipment_id = s.id",
        ],
    )
    .await;
    (world, pool, injection)
}

/// Runs statements without triggers.
async fn behind(pool: &PgPool, statements: &[&'static str]) {
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("set local session_replication_role = replica")
        .execute(&mut *tx)
        .await
        .unwrap();
    for sql in statements {
        sqlx::query(*sql).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// One that the supervisor asked for.
const WAITING: &str = "insert into load_overrides (company_id, id, shipment_id, check_id, load_hash, findings_hash, regimes,
        data_sets, covers, reason, authority, asked_by, created_by, load_by)
    select s.company_id, gen_random_uuid(), s.id, s.last_check_id, s.load_hash, sha256('answer'), s.regimes, s.data_sets,
        '[1]', 'a reason of some length', 'DOT-SP 1', u.id, s.created_by, s.load_by
    from shipments s join users u on u.company_id = s.company_id and u.role = 'SUPERVISOR'";
const PROVED: &str = "update sessions set second_factor_at = now()";

async fn tell(injection: &mut Injection, sql: &'static str) -> Result<String, String> {
    injection.begin().await;
    let told = sqlx::query_scalar::<_, String>(sql)
        .fetch_one(&mut injection.connection)
        .await;
    let told = told.map_err(|error| refusal(&error));
    sqlx::query("rollback")
        .execute(&mut injection.connection)
        .await
        .unwrap();
    told
}

#[tokio::test]
async fn sql_in_a_request_of_whoever_may_not_decides_no_override_dg_2() {
    for role in [Role::Viewer, Role::Driver, Role::Operator, Role::Supervisor] {
        let (_world, pool, mut injection) = prohibited(role).await;
        behind(&pool, &[WAITING, PROVED]).await;
        assert_eq!(injection.attempt(DECIDE).await, Err(DENIED.into()), "{role}");
    }
    // Nor without a second factor of the last minutes, whoever it is.
    let (_world, pool, mut injection) = prohibited(Role::Manager).await;
    behind(&pool, &[WAITING]).await;
    assert_eq!(injection.attempt(DECIDE).await, Err("SS002".into()));
    behind(&pool, &[PROVED]).await;
    assert_eq!(tell(&mut injection, DECIDE).await, Ok("done".into()));
    behind(
        &pool,
        &["insert into permission_grants (company_id, id, user_id, permission, effect, reason, given_by)
             select m.company_id, gen_random_uuid(), m.id, 'dangerous_goods.compatibility.override', 'withheld',
                 'a reason of some length', a.id
             from users m join users a on a.company_id = m.company_id and a.role = 'ADMIN' where m.role = 'MANAGER'"],
    )
    .await;
    assert_eq!(injection.attempt(DECIDE).await, Err(DENIED.into()), "withheld");
}

#[tokio::test]
async fn nobody_decides_their_own_in_the_database_either_p15() {
    for part in ["asked_by", "created_by", "load_by"] {
        let (_world, pool, mut injection) = prohibited(Role::Manager).await;
        let own: &'static str = format!(
            "update load_overrides o set {part} = u.id from users u where u.company_id = o.company_id and u.role = 'MANAGER'"
        )
        .leak();
        behind(&pool, &[WAITING, PROVED, own]).await;
        assert_eq!(tell(&mut injection, DECIDE).await, Ok("self".into()), "{part}");
        // Were the function wrong, the table is not.
        let forced: &'static str = format!(
            "update load_overrides set approved = true, decided_by = {part}, decided_at = now(), note = 'a note of some length'"
        )
        .leak();
        let broken = sqlx::query(forced).execute(&pool).await.unwrap_err();
        assert_eq!(refusal(&broken), BROKEN_CHECK, "{part}");
    }
}

#[tokio::test]
async fn no_shipment_gets_past_draft_without_an_approved_override_of_this_answer_dg_2() {
    let (_world, pool, mut injection) = prohibited(Role::Operator).await;
    let ready = "update shipments set status = 'ready' where company_id = guard.company() returning id";
    let approved =
        "update load_overrides o set approved = true, decided_at = now(), note = 'a note of some length',
        decided_by = u.id from users u where u.company_id = o.company_id and u.role = 'MANAGER'";
    assert_eq!(injection.attempt(ready).await, Err(BROKEN_CHECK.into()), "none");
    behind(&pool, &[WAITING]).await;
    assert_eq!(injection.attempt(ready).await, Err(BROKEN_CHECK.into()), "waits");
    behind(&pool, &[approved]).await;
    assert_eq!(injection.attempt(ready).await, Ok(1), "stands");
    for other in [
        "update load_overrides set approved = false",
        "update load_overrides set approved = true, voided_at = now()",
        "update load_overrides set voided_at = null, load_hash = sha256('x')",
        "update load_overrides set load_hash = s.load_hash, findings_hash = sha256('x') from shipments s where s.id = shipment_id",
        "update load_overrides set findings_hash = sha256('answer'), regimes = '{us,adr}'",
        "update load_overrides set regimes = '{us}', data_sets = '{imdg}'",
        "update shipment_checks set overridable = null",
    ] {
        behind(&pool, &[other]).await;
        assert_eq!(
            injection.attempt(ready).await,
            Err(BROKEN_CHECK.into()),
            "{other}"
        );
    }
}

#[tokio::test]
async fn asking_is_of_the_last_answer_to_the_load_as_it_is_and_one_at_a_time_dg_2() {
    let (_world, pool, mut injection) = prohibited(Role::Operator).await;
    assert_eq!(tell(&mut injection, ASK).await, Ok("done".into()));
    let theirs =
        "select guard.ask_override(gen_random_uuid(), current_setting('victim.shipment')::uuid, gen_random_uuid(),
        'a reason of some length', 'DOT-SP 1')";
    assert_eq!(tell(&mut injection, theirs).await, Ok("absent".into()));
    let other = "select guard.ask_override(gen_random_uuid(), s.id, gen_random_uuid(), 'a reason of some length', 'DOT-SP 1')
        from shipments s where s.company_id = guard.company()";
    assert_eq!(
        tell(&mut injection, other).await,
        Ok("state".into()),
        "another check than the last"
    );
    behind(&pool, &[WAITING]).await;
    assert_eq!(tell(&mut injection, ASK).await, Ok("waiting".into()));
    behind(
        &pool,
        &[
            "update load_overrides set voided_at = now()",
            "update shipment_checks set load_hash = sha256('x')",
        ],
    )
    .await;
    assert_eq!(
        tell(&mut injection, ASK).await,
        Ok("state".into()),
        "another load"
    );
    behind(&pool, &["update shipment_checks c set load_hash = s.load_hash, overridable = null from shipments s where s.id = c.shipment_id"]).await;
    assert_eq!(
        tell(&mut injection, ASK).await,
        Ok("state".into()),
        "nothing to override"
    );
}

/// An event of the same person in the same transaction that does not say what was done.
const QUIET: &str = "insert into audit_events (company_id, id, event_type, severity, outcome, actor_company_id, actor_user_id,
        actor_name, session_id, resource_type, resource_name, description)
    select company_id, gen_random_uuid(), 'VIEW', 'LOW', 'SUCCESS', company_id, id, display_name, guard.session_id(), 'x',
        'x', 'x' from users where id = guard.user_id()";

#[tokio::test]
async fn neither_step_commits_without_its_event_a9() {
    let (_world, pool, mut injection) = prohibited(Role::Manager).await;
    for (before, sql) in [(&[PROVED][..], ASK), (&[WAITING][..], DECIDE)] {
        behind(&pool, before).await;
        injection.begin().await;
        for sql in [sql, QUIET] {
            sqlx::query(sql).execute(&mut injection.connection).await.unwrap();
        }
        let unaudited = sqlx::query("commit").execute(&mut injection.connection).await;
        assert_eq!(refusal(&unaudited.unwrap_err()), UNAUDITED, "{sql}");
    }
}

#[tokio::test]
async fn whoever_changes_a_load_is_its_author_and_nobody_says_otherwise_p15() {
    let (_world, pool, mut injection) = prohibited(Role::Supervisor).await;
    injection.begin().await;
    let changed = "update shipments set load_hash = sha256('new') where company_id = guard.company()
        returning load_by = guard.user_id() as author";
    let author: bool = sqlx::query_scalar(changed)
        .fetch_one(&mut injection.connection)
        .await
        .unwrap();
    assert!(author);
    let renamed = "update shipments set contact_name = 'x' where company_id = guard.company() returning load_by = guard.user_id()";
    sqlx::query("rollback")
        .execute(&mut injection.connection)
        .await
        .unwrap();
    injection.begin().await;
    let author: bool = sqlx::query_scalar(renamed)
        .fetch_one(&mut injection.connection)
        .await
        .unwrap();
    assert!(!author, "a name is no load");
    sqlx::query("rollback")
        .execute(&mut injection.connection)
        .await
        .unwrap();
    drop(pool);
}
