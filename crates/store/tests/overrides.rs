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
const ASK: &str = "select guard.ask_override(gen_random_uuid(), s.id, s.last_check_id, 'a reason of some length', 'DOT-SP 1',
    (now() at time zone 'UTC')::date) as done from shipments s where s.company_id = guard.company()";

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
        data_sets, covers, reason, authority, authority_valid_until, asked_by, created_by, load_authors)
    select s.company_id, gen_random_uuid(), s.id, s.last_check_id, s.load_hash, sha256('answer'), s.regimes, s.data_sets,
        '[1]', 'a reason of some length', 'DOT-SP 1', (now() at time zone 'UTC')::date, u.id, s.created_by, s.load_authors
    from shipments s join users u on u.company_id = s.company_id and u.role = 'SUPERVISOR'";
const APPROVED: &str =
    "update load_overrides o set approved = true, decided_at = now(), note = 'a note of some length',
    decided_by = u.id from users u where u.company_id = o.company_id and u.role = 'MANAGER'";
/// The permit's last day was yesterday.
const OVER: &str = "update load_overrides set asked_at = now() - interval '9 days',
    authority_valid_until = (now() at time zone 'UTC')::date - 1";
const TODAY: &str = "update load_overrides set authority_valid_until = (now() at time zone 'UTC')::date";
const WITHDRAW: &str = "select guard.withdraw_override(id, 'a note of some length') from load_overrides";
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
    for (part, own) in [
        ("asked_by", "asked_by = u.id"),
        ("created_by", "created_by = u.id"),
        // Whoever changed it before the last change as well.
        ("load_authors[1]", "load_authors = u.id || o.load_authors"),
        ("load_authors[2]", "load_authors = o.load_authors || u.id"),
    ] {
        let (_world, pool, mut injection) = prohibited(Role::Manager).await;
        let own: &'static str = format!(
            "update load_overrides o set {own} from users u where u.company_id = o.company_id and u.role = 'MANAGER'"
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
    assert_eq!(injection.attempt(ready).await, Err(BROKEN_CHECK.into()), "none");
    behind(&pool, &[WAITING]).await;
    assert_eq!(injection.attempt(ready).await, Err(BROKEN_CHECK.into()), "waits");
    behind(&pool, &[APPROVED]).await;
    assert_eq!(injection.attempt(ready).await, Ok(1), "stands");
    behind(&pool, &[OVER]).await;
    assert_eq!(injection.attempt(ready).await, Err(BROKEN_CHECK.into()), "over");
    behind(&pool, &[TODAY]).await;
    assert_eq!(injection.attempt(ready).await, Ok(1), "on its last day");
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
        'a reason of some length', 'DOT-SP 1', (now() at time zone 'UTC')::date)";
    assert_eq!(tell(&mut injection, theirs).await, Ok("absent".into()));
    let other = "select guard.ask_override(gen_random_uuid(), s.id, gen_random_uuid(), 'a reason of some length', 'DOT-SP 1',
        (now() at time zone 'UTC')::date) from shipments s where s.company_id = guard.company()";
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
async fn no_step_commits_without_its_event_a9() {
    let (_world, pool, mut injection) = prohibited(Role::Manager).await;
    for (before, sql) in [
        (&[PROVED][..], ASK),
        (&[WAITING][..], DECIDE),
        (&[APPROVED][..], WITHDRAW),
    ] {
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
async fn whoever_ever_changed_a_load_is_its_author_and_nobody_says_otherwise_p15() {
    let (_world, pool, mut injection) = prohibited(Role::Supervisor).await;
    injection.begin().await;
    // The maker stays one, whoever comes after; and nobody is named twice.
    let changed = "update shipments set load_hash = sha256(load_hash) where company_id = guard.company()
        returning load_authors = array[created_by, guard.user_id()] as author";
    for _ in 0..2 {
        let author: bool = sqlx::query_scalar(changed)
            .fetch_one(&mut injection.connection)
            .await
            .unwrap();
        assert!(author);
    }
    let renamed = "update shipments set contact_name = 'x' where company_id = guard.company()
        returning guard.user_id() = any (load_authors)";
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

#[tokio::test]
async fn a_permit_ends_within_five_years_and_is_not_over_when_it_is_asked_under_it_dg_2() {
    let (_world, pool, mut injection) = prohibited(Role::Operator).await;
    for (day, told) in [
        ("(now() at time zone 'UTC')::date - 1", "validity"),
        ("(now() at time zone 'UTC')::date", "done"),
        ("((now() at time zone 'UTC') + interval '5 years')::date", "done"),
        (
            "((now() at time zone 'UTC') + interval '5 years')::date + 1",
            "validity",
        ),
        ("'infinity'", "validity"),
        ("null", "validity"),
    ] {
        let ask: &'static str = ASK.replace("(now() at time zone 'UTC')::date", day).leak();
        assert_eq!(tell(&mut injection, ask).await, Ok(told.into()), "{day}");
    }
    // Were the function wrong, the table is not.
    behind(&pool, &[WAITING, APPROVED]).await;
    for forced in [
        "update load_overrides set authority_valid_until = null",
        "update load_overrides set authority_valid_until = 'infinity'",
        "update load_overrides set authority_valid_until = authority_valid_until + 2000",
        "update load_overrides set authority_valid_until = authority_valid_until - 1",
    ] {
        let broken = sqlx::query(forced).execute(&pool).await.unwrap_err();
        assert_eq!(refusal(&broken), BROKEN_CHECK, "{forced}");
    }
}

#[tokio::test]
async fn what_is_over_is_decided_by_nobody_and_makes_room_for_another_dg_2() {
    let (_world, pool, mut injection) = prohibited(Role::Manager).await;
    behind(&pool, &[WAITING, PROVED, OVER]).await;
    assert_eq!(tell(&mut injection, DECIDE).await, Ok("state".into()));
    assert_eq!(tell(&mut injection, ASK).await, Ok("done".into()));
    behind(&pool, &[APPROVED]).await;
    assert_eq!(tell(&mut injection, WITHDRAW).await, Ok("state".into()));
    assert_eq!(tell(&mut injection, ASK).await, Ok("done".into()));
    // Also where the shipment had got past draft under it.
    behind(&pool, &["update shipments set status = 'ready'"]).await;
    assert_eq!(tell(&mut injection, ASK).await, Ok("done".into()));
    behind(&pool, &[TODAY]).await;
    assert_eq!(tell(&mut injection, ASK).await, Ok("state".into()), "it passes");
}

#[tokio::test]
async fn a_shipment_whose_permit_is_over_goes_back_to_draft_and_no_further_dg_2() {
    let (_world, pool, mut injection) = prohibited(Role::Operator).await;
    let change = |what: &str| -> &'static str {
        format!("update shipments set {what} where company_id = guard.company() returning status").leak()
    };
    behind(
        &pool,
        &[WAITING, APPROVED, "update shipments set status = 'checked'"],
    )
    .await;
    let renamed = change("contact_name = 'x'");
    assert_eq!(tell(&mut injection, renamed).await, Ok("checked".into()));
    behind(&pool, &[OVER]).await;
    // Whatever asks for nothing else finds it a draft, and is not held up.
    assert_eq!(tell(&mut injection, renamed).await, Ok("draft".into()));
    for further in [
        "status = 'ready'",
        "load_hash = sha256('x')",
        "last_check_id = null",
    ] {
        assert_eq!(
            tell(&mut injection, change(further)).await,
            Err(BROKEN_CHECK.into()),
            "{further}"
        );
    }
}

#[tokio::test]
async fn an_override_is_taken_back_by_who_asked_or_may_decide_and_by_nobody_else_p15() {
    for role in [Role::Viewer, Role::Driver, Role::Operator] {
        let (_world, pool, mut injection) = prohibited(role).await;
        behind(&pool, &[WAITING, APPROVED, PROVED]).await;
        assert_eq!(injection.attempt(WITHDRAW).await, Err(DENIED.into()), "{role}");
    }
    // Who asked, with no more than that.
    let (_world, pool, mut injection) = prohibited(Role::Supervisor).await;
    behind(&pool, &[WAITING]).await;
    assert_eq!(tell(&mut injection, WITHDRAW).await, Ok("done".into()));
    behind(&pool, &[APPROVED]).await;
    assert_eq!(tell(&mut injection, WITHDRAW).await, Ok("done".into()));
    behind(&pool, &["update load_overrides set approved = false"]).await;
    assert_eq!(
        tell(&mut injection, WITHDRAW).await,
        Ok("state".into()),
        "refused"
    );

    // Who may decide: what is approved, after a second factor, a part in it or not.
    let (_world, pool, mut injection) = prohibited(Role::Manager).await;
    behind(&pool, &[WAITING]).await;
    assert_eq!(injection.attempt(WITHDRAW).await, Err("SS002".into()));
    behind(&pool, &[PROVED]).await;
    assert_eq!(
        tell(&mut injection, WITHDRAW).await,
        Ok("state".into()),
        "it waits"
    );
    behind(&pool, &[APPROVED]).await;
    assert_eq!(tell(&mut injection, WITHDRAW).await, Ok("done".into()));
    let part = "update load_overrides o set created_by = m.id, load_authors = array[m.id], decided_by = a.id
        from users m, users a where m.company_id = o.company_id and m.role = 'MANAGER'
            and a.company_id = o.company_id and a.role = 'ADMIN'";
    behind(&pool, &[part]).await;
    assert_eq!(tell(&mut injection, WITHDRAW).await, Ok("done".into()), "a part");
    behind(&pool, &["update load_overrides set voided_at = now()"]).await;
    assert_eq!(tell(&mut injection, WITHDRAW).await, Ok("state".into()), "void");
    let theirs = "select guard.withdraw_override(gen_random_uuid(), 'a note of some length')";
    assert_eq!(tell(&mut injection, theirs).await, Ok("absent".into()));
}

#[tokio::test]
async fn what_was_withdrawn_counts_no_more_and_does_not_come_back_dg_2() {
    let (_world, pool, mut injection) = prohibited(Role::Supervisor).await;
    behind(
        &pool,
        &[WAITING, APPROVED, "update shipments set status = 'ready'"],
    )
    .await;
    let ready = "update shipments set status = 'ready' where company_id = guard.company() returning status";
    injection.begin().await;
    for (sql, told) in [(ready, "ready"), (WITHDRAW, "done"), (ready, "draft")] {
        let said: String = sqlx::query_scalar(sql)
            .fetch_one(&mut injection.connection)
            .await
            .unwrap();
        assert_eq!(said, told, "{sql}");
    }
    let again = sqlx::query(ready).execute(&mut injection.connection).await;
    assert_eq!(refusal(&again.unwrap_err()), BROKEN_CHECK);
    sqlx::query("rollback")
        .execute(&mut injection.connection)
        .await
        .unwrap();
    let withdrawn = "update load_overrides set withdrawn_at = now(), withdrawn_by = asked_by,
        withdrawal_note = 'a note of some length', voided_at = now()";
    behind(&pool, &[withdrawn]).await;
    let broken = sqlx::query("update load_overrides set voided_at = null")
        .execute(&pool)
        .await
        .unwrap_err();
    assert_eq!(refusal(&broken), BROKEN_CHECK);
}
