//! Permissions of one person, roles and emergency access, against SQL of the attacker's own: what the database holds
//! whatever the application says (AUTHZ-2, AUTHZ-6, P11 to P16).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use access::role::Role;
use common::{Injection, behind_the_back, refusal, shipment};
use sqlx::PgPool;
use testkit::{Company, World};

const DENIED: &str = "42501";
const BROKEN_CHECK: &str = "23514";
const UNAUDITED: &str = "23000";

async fn attacker(role: Role) -> (World, Injection) {
    let world = World::create().await;
    shipment(&world, Company::A, "SS-AAAA-AAAA-AAAA").await;
    let victim = shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    let injection = Injection::new(&world, role, victim).await;
    (world, injection)
}

/// An incident of company A that its driver reported and its operator confirmed, with access that waits.
async fn waiting(world: &World) -> PgPool {
    let pool = world.database.superuser().await;
    let mut tx = pool.begin().await.unwrap();
    for sql in [
        "set local session_replication_role = replica",
        "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by, confirmed_by,
             confirmed_at)
         select d.company_id, gen_random_uuid(), 'leak', 'HIGH', 'x', false, d.id, o.id, now()
         from users d join users o using (company_id) where d.role = 'DRIVER' and o.role = 'OPERATOR'",
        "insert into emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill,
             incident_only)
         select company_id, gen_random_uuid(), id, reported_by, array['safety.equipment.disable'], 'xxxxxxxxxx', false, true
         from incidents",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    pool
}

const GIVE: &str = "select guard.give_permission(gen_random_uuid(), u.id, 'shipments.edit', 'granted',
    'a reason of some length', now() + interval '1 day') as done from users u where u.role = 'VIEWER'";
const APPROVE: &str = "select guard.approve_emergency(id) from emergency_access";
const REVIEW: &str =
    "select guard.review_emergency(id, 'justified', 'a note of some length') from emergency_access";
const CLOSE: &str = "select guard.close_incident(id, 'resolved') from incidents";

#[tokio::test]
async fn sql_in_a_request_of_whoever_decides_nothing_gives_nobody_anything_p16() {
    for role in [Role::Viewer, Role::Driver, Role::Operator, Role::Supervisor] {
        let (_world, mut injection) = attacker(role).await;
        for sql in [
            GIVE,
            "select guard.end_permission(gen_random_uuid(), id) from users where role = 'VIEWER'",
            "select guard.assign_role(id, 'ADMIN') from users where role = 'VIEWER'",
            "select guard.assign_role(guard.user_id(), 'ADMIN')",
            "select guard.set_team(guard.user_id(), array(select id from users where id <> guard.user_id()))",
        ] {
            assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{role} {sql}");
        }
    }
    let (_world, mut injection) = attacker(Role::Manager).await;
    let assign = "select guard.assign_role(id, 'ADMIN') from users where role = 'VIEWER'";
    assert_eq!(injection.attempt(assign).await, Err(DENIED.into()));
}

#[tokio::test]
async fn nobody_gives_themselves_anything_whoever_they_are_p16() {
    let (_world, mut injection) = attacker(Role::Admin).await;
    for sql in [
        "select 1 where guard.give_permission(gen_random_uuid(), guard.user_id(), 'shipments.edit', 'granted',
             'a reason of some length', now() + interval '1 day') <> 'self'",
        "select 1 where guard.assign_role(guard.user_id(), 'VIEWER') <> 'self'",
        "select 1 where guard.give_permission(gen_random_uuid(), current_setting('victim.person')::uuid,
             'shipments.edit', 'withheld', 'a reason of some length', null) <> 'absent'",
        "select 1 where guard.assign_role(current_setting('victim.person')::uuid, 'VIEWER') <> 'absent'",
    ] {
        assert_eq!(injection.attempt(sql).await, Ok(0), "{sql}");
    }
    let staff = "select guard.assign_role(id, 'SUPER_ADMIN') from users where role = 'VIEWER'";
    assert_eq!(
        injection.attempt(staff).await,
        Err(BROKEN_CHECK.into()),
        "platform staff are of the platform"
    );
}

#[tokio::test]
async fn no_permission_is_given_without_its_event_or_without_an_end_p12() {
    let (_world, mut injection) = attacker(Role::Admin).await;
    injection.begin().await;
    sqlx::query(GIVE)
        .execute(&mut injection.connection)
        .await
        .unwrap();
    let unaudited = sqlx::query("commit").execute(&mut injection.connection).await;
    assert_eq!(refusal(&unaudited.unwrap_err()), UNAUDITED);
    for end in ["null", "now()", "now() + interval '367 days'", "'infinity'"] {
        let sql: &'static str = GIVE.replace("now() + interval '1 day'", end).leak();
        assert_eq!(injection.attempt(sql).await, Err(BROKEN_CHECK.into()), "{end}");
    }
    let assign = "select guard.assign_role(id, 'DRIVER') from users where role = 'VIEWER'";
    injection.begin().await;
    sqlx::query(assign)
        .execute(&mut injection.connection)
        .await
        .unwrap();
    let unaudited = sqlx::query("commit").execute(&mut injection.connection).await;
    assert_eq!(refusal(&unaudited.unwrap_err()), UNAUDITED);
}

#[tokio::test]
async fn sql_in_a_request_approves_judges_and_closes_nothing_below_manager_p15() {
    for role in [Role::Driver, Role::Operator, Role::Supervisor] {
        let (world, mut injection) = attacker(role).await;
        waiting(&world).await;
        for sql in [APPROVE, REVIEW, CLOSE] {
            assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{role} {sql}");
        }
    }
    // Nor without a second factor of the last minutes, whoever it is.
    let (world, mut injection) = attacker(Role::Manager).await;
    waiting(&world).await;
    assert_eq!(injection.attempt(APPROVE).await, Err("SS002".into()));
}

#[tokio::test]
async fn emergency_access_is_at_most_four_hours_and_a_second_persons_for_all_but_reading_p12() {
    let world = World::create().await;
    let pool = waiting(&world).await;
    for set in [
        "granted_at = now(), expires_at = now() + interval '4 hours'",
        "granted_at = now(), expires_at = now() + interval '241 minutes', permissions = '{dangerous_goods.emergency.access}'",
        "granted_at = now(), permissions = '{dangerous_goods.emergency.access}'",
        "granted_at = now(), expires_at = now() + interval '1 hour', approved_by = user_id",
        "permissions = '{users.admin}'",
        "permissions = '{}'",
        "reviewed_by = user_id, reviewed_at = now(), verdict = 'justified', review_note = 'a note of some length'",
    ] {
        let sql: &'static str = format!("update emergency_access set {set}").leak();
        let broken = sqlx::query(sql).execute(&pool).await.unwrap_err();
        assert_eq!(refusal(&broken), BROKEN_CHECK, "{set}");
    }
}

#[tokio::test]
async fn no_step_of_emergency_access_commits_without_its_event() {
    let (world, mut injection) = attacker(Role::Manager).await;
    waiting(&world).await;
    behind_the_back(
        &world,
        "update sessions set second_factor_at = now() where user_id = $1",
        injection.actor.user().uuid(),
    )
    .await;
    injection.begin().await;
    let done: Vec<Option<String>> = sqlx::query_scalar(APPROVE)
        .fetch_all(&mut injection.connection)
        .await
        .unwrap();
    assert_eq!(done, [Some("done".to_owned())]);
    let unaudited = sqlx::query("commit").execute(&mut injection.connection).await;
    assert_eq!(refusal(&unaudited.unwrap_err()), UNAUDITED);
}

#[tokio::test]
async fn a_report_is_ones_own_and_nobody_else_confirms_it_by_writing_it_so_data_6() {
    let (_world, mut injection) = attacker(Role::Driver).await;
    const REPORT: &str =
        "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by,
            confirmed_by, confirmed_at)
        select guard.company(), gen_random_uuid(), 'leak', 'HIGH', 'x', false, BY, CONFIRMED from users
        where id = guard.user_id()";
    for (by, confirmed) in [
        ("(select id from users where role = 'ADMIN')", "null, null"),
        (
            "guard.user_id()",
            "(select id from users where role = 'ADMIN'), now()",
        ),
        ("current_setting('victim.person')::uuid", "null, null"),
    ] {
        let sql: &'static str = REPORT
            .replace("BY,", &format!("{by},"))
            .replace("CONFIRMED", confirmed)
            .leak();
        assert_eq!(
            injection.attempt(sql).await,
            Err(DENIED.into()),
            "{by} {confirmed}"
        );
    }
    let confirm = "select guard.confirm_incident(gen_random_uuid())";
    assert_eq!(injection.attempt(confirm).await, Err(DENIED.into()));
}

#[tokio::test]
async fn whoever_neither_reported_nor_responds_sees_no_incident_data_6() {
    for (role, seen) in [(Role::Viewer, 0), (Role::Driver, 1), (Role::Operator, 1)] {
        let (world, mut injection) = attacker(role).await;
        waiting(&world).await;
        assert_eq!(
            injection.attempt("select * from incidents").await,
            Ok(seen),
            "{role}"
        );
        assert_eq!(
            injection.attempt("select * from emergency_access").await,
            Ok(seen),
            "{role}"
        );
    }
}

#[tokio::test]
async fn the_database_takes_for_who_decides_exactly_whom_the_policies_do() {
    let world = World::create().await;
    let pool = world.database.superuser().await;
    let matrix = world.policies.matrix();
    for (function, permissions) in [
        (
            "select guard.may_give_permissions($1)",
            &["users.permissions.give"][..],
        ),
        (
            "select guard.may_approve_emergency($1)",
            &[
                "emergency.access.approve",
                "emergency.access.review",
                "emergency.incidents.resolve",
            ],
        ),
        (
            "select guard.role_sees_incidents($1)",
            &["emergency.incidents.view", "emergency.incidents.respond"],
        ),
        ("select guard.is_administrator($1)", &["users.roles.assign"]),
        ("select guard.role_manages_people($1)", &["users.manage"]),
        (
            "select guard.role_overrides($1)",
            &["dangerous_goods.compatibility.override"],
        ),
        (
            "select guard.role_holds($1, 'documents.upload.pod')",
            &["documents.upload.pod"],
        ),
        (
            "select guard.role_holds($1, 'documents.upload')",
            &["documents.upload"],
        ),
        ("select guard.role_holds($1, 'sds.upload')", &["sds.upload"]),
        (
            "select guard.role_holds($1, 'emergency.procedures.create')",
            &["emergency.procedures.create"],
        ),
        (
            "select guard.role_holds($1, 'shipments.view')",
            &["shipments.view"],
        ),
        (
            "select guard.role_holds($1, 'documents.view.all')",
            &["documents.view.all"],
        ),
    ] {
        for role in Role::ALL {
            let in_database: bool = sqlx::query_scalar(function)
                .bind(role.as_str())
                .fetch_one(&pool)
                .await
                .unwrap();
            for permission in permissions {
                assert_eq!(in_database, matrix[&(role, *permission)], "{role} {permission}");
            }
        }
    }
}
