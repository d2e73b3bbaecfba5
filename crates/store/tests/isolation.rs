//! What one company can do to another with SQL of its own: nothing (DATA-5, DATA-7, R1 to R17).
//!
//! The attacker is the worst case that is not the database's superuser: SQL injected into the application, in a
//! live context of company A, on the application's own connection. To add an attack: a line in a table below.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use access::permission::ViewShipments;
use access::role::Role;
use common::{Injection, begin, enter, refusal, rollback, set, shipment};
use crypto::opaque::HandleKey;
use futures_util::TryStreamExt;
use safeshipper_store::pool::PoolConfig;
use safeshipper_store::shipments::{Filter, get, list};
use safeshipper_store::{Store, StoreError};
use sqlx::{Connection, PgConnection};
use testkit::database::installation;
use testkit::world::LONG;
use testkit::{Company, World};

const DENIED: &str = "42501";
/// A's and B's, beside each other.
const TRACKING: [&str; 2] = ["SS-AAAA-AAAA-AAAA", "SS-BBBB-BBBB-BBBB"];

async fn attacked(role: Role) -> (World, Injection) {
    let world = World::create().await;
    shipment(&world, Company::A, TRACKING[0]).await;
    let victim = shipment(&world, Company::B, TRACKING[1]).await;
    let injection = Injection::new(&world, role, victim).await;
    (world, injection)
}

/// As the superuser: loosens the grants, so that the policies are met and not only the privileges.
async fn loosen(world: &World, sql: &'static str) {
    sqlx::query(sql)
        .execute(&world.database.superuser().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn r1_nobody_of_one_company_reads_a_row_of_another() {
    for role in [Role::Viewer, Role::Manager, Role::Admin] {
        let (_world, mut injection) = attacked(role).await;
        for sql in [
            "select id from companies where id <> guard.company()",
            "select id from users where company_id <> guard.company()",
            "select id from data_keys where company_id <> guard.company()",
            "select id from key_rotations where company_id <> guard.company()",
            "select id from sessions where company_id <> guard.company()",
            "select id from audit_events where company_id <> guard.company()",
            "select id from shipments where company_id <> guard.company()",
            "select id from shipment_checks where company_id <> guard.company()",
            "select id from shipments where id = current_setting('victim.shipment')::uuid",
            "select s.id from shipments s right join users u on u.id = s.created_by
                 where u.id = current_setting('victim.person')::uuid",
            "select id from shipments where tracking_number like 'SS-BBBB%' for update",
        ] {
            assert_eq!(injection.attempt(sql).await, Ok(0), "{role} {sql}");
        }
        assert_eq!(
            injection.attempt("select id from shipments").await,
            Ok(1),
            "its own is there"
        );
    }
}

#[tokio::test]
async fn r2_nobody_writes_into_another_company_or_moves_a_row_there() {
    let (world, mut injection) = attacked(Role::Admin).await;
    // As the store would, but for company B; then with B's person as the author.
    const INSERT: &str = "insert into shipments select (jsonb_populate_record(s,
            jsonb_build_object('company_id', current_setting('victim.company'), 'id', gen_random_uuid()))).*
        from shipments s";
    const EVENT: &str = "insert into audit_events (company_id, id, event_type, severity, outcome, actor_company_id,
            actor_user_id, actor_name, session_id, resource_type, resource_name, description)
        select current_setting('victim.company')::uuid, gen_random_uuid(), 'VIEW', 'LOW', 'SUCCESS',
            company_id, id, display_name, guard.session_id(), 'x', 'x', 'x' from users where id = guard.user_id()";
    const MOVE: &str = "update shipments set company_id = current_setting('victim.company')::uuid";
    for sql in [INSERT, EVENT, MOVE] {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
    loosen(
        &world,
        "grant all on all tables in schema safeshipper to safeshipper_app",
    )
    .await;
    for sql in [INSERT, EVENT, MOVE] {
        assert_eq!(
            injection.attempt(sql).await,
            Err(DENIED.into()),
            "with every privilege: {sql}"
        );
    }
    let touch = "update shipments set contact_name = 'mine' where company_id <> guard.company() returning 1";
    assert_eq!(injection.attempt(touch).await, Ok(0));
}

#[tokio::test]
async fn r3_what_may_be_read_may_not_be_deleted() {
    let (world, mut injection) = attacked(Role::Admin).await;
    for sql in [
        "delete from shipments",
        "delete from shipment_checks",
        "delete from users",
        "delete from sessions",
        "delete from audit_events",
        "delete from companies",
        "delete from data_keys",
    ] {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
    loosen(
        &world,
        "grant delete on all tables in schema safeshipper to safeshipper_app",
    )
    .await;
    for sql in [
        "delete from shipments returning 1",
        "delete from sessions returning 1",
        "delete from users returning 1",
    ] {
        assert_eq!(
            injection.attempt(sql).await,
            Ok(0),
            "no policy for the verb: {sql}"
        );
    }
}

#[tokio::test]
async fn r5_r6_without_a_context_there_are_no_rows_and_no_error() {
    let (world, mut injection) = attacked(Role::Admin).await;
    let count = "select id from shipments";
    let mut fresh = world.database.as_app().await;
    assert_eq!(
        sqlx::query(count).fetch_all(&mut fresh).await.unwrap().len(),
        0,
        "never set"
    );
    for ending in ["commit", "rollback"] {
        injection.begin().await;
        assert_eq!(
            sqlx::query(count)
                .fetch_all(&mut injection.connection)
                .await
                .unwrap()
                .len(),
            1
        );
        sqlx::query(ending)
            .execute(&mut injection.connection)
            .await
            .unwrap();
        let left = sqlx::query(count)
            .fetch_all(&mut injection.connection)
            .await
            .unwrap();
        assert_eq!(left.len(), 0, "after {ending}");
    }
    // Outside a transaction a context lives no longer than its statement.
    enter(&mut injection.connection, &injection.actor).await.unwrap();
    let left = sqlx::query(count)
        .fetch_all(&mut injection.connection)
        .await
        .unwrap();
    assert_eq!(left.len(), 0);
}

/// Reads the sealed context of a transaction, as injected SQL can.
async fn sealed(connection: &mut PgConnection) -> String {
    sqlx::query_scalar("select current_setting('safeshipper.context')")
        .fetch_one(connection)
        .await
        .unwrap()
}

/// What a forged context gives: the SQLSTATE of the refusal, or the rows.
async fn with_context(connection: &mut PgConnection, context: &str) -> Result<usize, String> {
    begin(connection).await;
    set(connection, "safeshipper.context", context).await;
    let rows = sqlx::query("select id from shipments")
        .fetch_all(&mut *connection)
        .await;
    rollback(connection).await;
    rows.map(|rows| rows.len()).map_err(|error| refusal(&error))
}

#[tokio::test]
async fn r7_r14_a_context_made_of_text_is_refused() {
    let (world, mut injection) = attacked(Role::Admin).await;
    let company = world.id(Company::B).uuid();
    let person = world.user(Company::B, Role::Admin).uuid();
    for context in [
        "x".to_owned(),
        company.to_string(),
        format!("{company}/{person}/{person}"),
        format!("{company}/{person}/{person}/"),
        format!("{company}/{person}/{person}/{:064}", 0),
        format!("{company}/{person}/{person}/{:064}/{:064}", 0, 0),
        format!("{company}/{person}/{person}/zz"),
        // As long as three ids, of more bytes.
        format!("{}/{:064}", "é".repeat(110), 0),
    ] {
        let done = with_context(&mut injection.connection, &context).await;
        assert_eq!(done, Err(DENIED.into()), "{context}");
    }
    assert_eq!(with_context(&mut injection.connection, "").await, Ok(0));
}

#[tokio::test]
async fn r7_a_sealed_context_serves_neither_another_transaction_nor_another_backend_nor_other_ids() {
    let (world, mut injection) = attacked(Role::Admin).await;
    injection.begin().await;
    let context = sealed(&mut injection.connection).await;

    // Within the very transaction, with B's ids and A's hash, or its own with something more, less or other; then as
    // it was.
    let hash = context.rsplit('/').next().unwrap();
    let (company, person) = (
        world.id(Company::B).uuid(),
        world.user(Company::B, Role::Admin).uuid(),
    );
    for forged in [
        format!("{company}/{person}/{person}/{hash}"),
        format!("{context} "),
        format!("{context}/{hash}"),
        context.to_uppercase(),
        context.replacen('/', "", 1),
        context.rsplit_once('/').unwrap().0.to_owned(),
        context[..context.len() - 1].to_owned(),
    ] {
        sqlx::query("savepoint s")
            .execute(&mut injection.connection)
            .await
            .unwrap();
        set(&mut injection.connection, "safeshipper.context", &forged).await;
        let refused = sqlx::query("select id from shipments")
            .fetch_all(&mut injection.connection)
            .await;
        assert_eq!(refusal(&refused.unwrap_err()), DENIED, "{forged}");
        sqlx::query("rollback to s")
            .execute(&mut injection.connection)
            .await
            .unwrap();
    }
    set(&mut injection.connection, "safeshipper.context", &context).await;
    let own = sqlx::query("select id from shipments")
        .fetch_all(&mut injection.connection)
        .await;
    assert_eq!(own.unwrap().len(), 1);

    // While it lives, from another backend.
    let mut other = world.database.as_app().await;
    assert_eq!(with_context(&mut other, &context).await, Err(DENIED.into()));
    // After it, from the same one.
    rollback(&mut injection.connection).await;
    assert_eq!(
        with_context(&mut injection.connection, &context).await,
        Err(DENIED.into())
    );
}

/// That no two backends share the start of a transaction is chance, so what the seal is over is looked at itself.
#[tokio::test]
async fn r7_the_seal_is_of_one_backend_and_one_transaction() {
    let world = World::create().await;
    let is: bool = sqlx::query_scalar(
        "select guard.seal('body', 'key') = encode(guard.hmac(
             'body'::bytea || int4send(pg_backend_pid()) || timestamptz_send(now()), 'key', 'sha256'), 'hex')",
    )
    .fetch_one(&world.database.superuser().await)
    .await
    .unwrap();
    assert!(is);
}

#[tokio::test]
async fn r7_a_context_left_on_the_connection_does_not_outlive_the_next_one_to_enter() {
    let (_world, mut injection) = attacked(Role::Admin).await;
    sqlx::query("select set_config('safeshipper.context', 'x', false)")
        .execute(&mut injection.connection)
        .await
        .unwrap();
    assert_eq!(injection.attempt("select id from shipments").await, Ok(1));
}

#[tokio::test]
async fn r7_the_application_calls_none_of_the_functions_that_are_not_its_own() {
    let (world, mut injection) = attacked(Role::Admin).await;
    for sql in [
        "select guard.seal(current_setting('victim.company') || '/' || current_setting('victim.person') || '/'
             || current_setting('victim.person'), '\\x00')",
        "select guard.require_audit()",
        "select guard.find_sign_in('\\x00', null)",
        "select guard.live_session(null, null)",
        "select guard.open_session(null, null, null, null, null, null, null, null, null, null, null)",
        "select guard.credential_keys(guard.company())",
        "select guard.ask_second_factor(null, null, null, null)",
        "select guard.attempt_second_step(null, null)",
        "select guard.spend_step(guard.company(), guard.user_id(), null, null)",
        "select guard.spend_backup_code(guard.company(), guard.user_id(), null)",
        "select guard.mark_second_factor(null)",
        "select guard.mark_password(null)",
        "select guard.note_proof(null, true)",
        "select guard.put_backup_codes(null, null)",
        "select guard.begin_totp(null, null, null)",
        "select guard.confirm_totp(null, null, null, null)",
        "select guard.remove_totp(null)",
        "select guard.demand_factors(null, 'optional', 'optional')",
        "select guard.resistance(null, null, null)",
        "select guard.personal(guard.company(), guard.user_id())",
        "select guard.hold_pair(guard.user_id())",
        "select guard.may_give_permissions('ADMIN')",
        "select guard.role_sees_incidents('ADMIN')",
        "select guard.role_holds('ADMIN', 'documents.view.all')",
        "select guard.require_permission_event()",
        "select guard.require_role_event()",
        "select guard.require_emergency_event()",
        "select guard.require_override_event()",
        "select guard.void_overrides()",
        "select guard.may_override(gen_random_uuid())",
        "select guard.role_manages_people('ADMIN')",
        "insert into team_members (company_id, lead_id, member_id) select company_id, id, id from users",
        "delete from team_members",
        "select guard.require_emergency_approver()",
        "select guard.hold_incident(gen_random_uuid())",
        "select guard.hold_emergency(gen_random_uuid())",
        "select guard.grant_emergency(null, null, false)",
        "select guard.is_usable(null, null)",
        "select guard.mark_passkey(null, '{}')",
        "select guard.mark_backup_code(null)",
        "select guard.keep_ceremony(null, 'prove', 'x', null)",
        "select guard.ask_passkey(null, 'prove', null, 'x', null)",
        "select guard.take_ceremony(null, 'prove')",
        "select guard.find_passkey(null)",
        "select guard.use_passkey(null, null, null, 1, true)",
        "select guard.ticket_has_totp(null)",
        "select guard.ticket_passkeys(null, 'api')",
        "select guard.own_passkeys(null)",
        "select guard.begin_passkey(null, 'x')",
        "select guard.add_passkey(null, null, null, null, null, null, 0, true, true, null)",
        "select guard.rename_passkey(null, null, 'x')",
        "select guard.remove_passkey(null, null)",
        "select guard.has_passkey(null, null)",
        "select guard.is_manager('ADMIN')",
        "select guard.demands_passkey(null, null)",
        "select guard.add_refresh_token(null, null, null)",
        "select guard.renew(null, null, null, null)",
        "select guard.record_sign_in(null, null, null, null, null, null, null, null, null, null, null, null, null,
             null)",
        "select guard.is_token_revoked(null, null)",
        "select guard.revoke_access_token(null, null, null)",
        "select guard.end_by_refresh_token(null)",
        "select guard.session_limits('ADMIN', 'api')",
        "select guard.security_session(null)",
        "select guard.add_identity_provider(null, null, null, null, null, null)",
        "select guard.change_identity_provider(null, null, null, null, null, null)",
        "select guard.remove_identity_provider(null, null)",
        "select guard.identity_provider(null)",
        "select guard.identity_providers(null)",
        "select guard.providers_of_company('bravo')",
        "select guard.begin_oidc_sign_in(null, null, null, null, null, null, null, null)",
        "select guard.begin_oidc_link(null, null, null, null, null, null, null, null)",
        "select guard.add_oidc_attempt(null, null, null, null, null, null, null, null, null)",
        "select guard.take_oidc_attempt(null, null)",
        "select guard.find_identity(guard.company(), null, null)",
        "select guard.hold_identity(guard.company(), null, null, null)",
        "select guard.note_provider(guard.company(), guard.session_id(), null, 'x', null)",
        "select guard.note_provider_of_ticket(null, null, 'x', null)",
        "select guard.provider_of_ticket(null)",
        "select guard.link_identity(null, null, null, null, 'x')",
        "select guard.unlink_identity(null, null)",
        "select guard.own_identities(null)",
        "select guard.end_by_logout_token(guard.company(), null, 'x', null, null)",
        "select guard.end_federated(guard.company(), null, null, null)",
        "select guard.record_provider_event(null, null, null, null, null, null, null, null, null, null, null, null, null)",
        "select guard.end_sessions(current_setting('victim.company')::uuid, null)",
        "select guard.lock_down(null, null, null, null)",
        "select guard.unlock(null, null)",
        "select guard.hold_person(null, null)",
        "select guard.require_administrator()",
        "select guard.record_operator(null, null, null, null, null, null)",
        "select guard.operator_locks(null, null, null, null)",
        "select guard.operator_unlocks(null, null, null, null)",
        "select guard.operator_ends_sessions(null, null, null)",
        "select guard.void_factors(guard.company(), guard.user_id())",
        "select guard.require_proved_administrator()",
        "select guard.cool_down(guard.company(), guard.user_id(), null, null)",
        "select guard.ask_reset(guard.company(), null, null, null, null, null)",
        "select guard.settle_factor_reset(guard.company(), guard.user_id(), null)",
        "select guard.operator_resets_factors(null, null, null, null, null, null)",
        "select guard.settle_restore(null, null, null, null)",
        "select guard.signing_keys()",
        "select guard.record_signing_key(null, null, null, null, null, null)",
        "select guard.add_signing_key(null, null, null, null, null, null)",
        "select guard.activate_signing_key(null, null, null, null)",
        "select guard.destroy_signing_key(null, null, null, null, null, null, null)",
        "select guard.platform_data_keys()",
        "select guard.platform_keychain('notice')",
        "select guard.rotation_keys(null)",
        "select guard.take_key_rotation('{}')",
        "select guard.sealed_batch(null, 'users.email_sealed', null, 1)",
        "select guard.sealed_batch_of(current_setting('victim.company')::uuid, 'contact', null,
             'shipments.contact_phone_sealed', null, 1)",
        "select guard.sealed_otherwise(guard.company(), 'contact', null)",
        "select guard.reseal(null, 'users.email_sealed', '{}', '{}', '{}')",
        "select guard.note_key_rotation(null, null, null, 0, 0, null, 'x')",
        "select guard.end_key_rotation(null, now(), null, 'x')",
        "select guard.begin_key_rotation(guard.company(), 'contact', null, null, null, now(), now(), null, 'x')",
        "select guard.record_data_key(guard.company(), null, null, 'x', 'x', 'x', 'x', 'x', null)",
        "select guard.start_key_rotation(guard.company(), 'contact', null, null, null, now(), now())",
        "select guard.key_rotations_of(guard.company())",
        "select guard.keys_of_company(guard.company())",
        "select guard.shred_company(guard.company(), true)",
        "select guard.wrapped_keys()",
        "select guard.rewrap_keys(guard.company(), '{}', '{}', '{}', null, 'x')",
        "select * from guard.sealed_values",
        "select guard.company_by_slug('bravo')",
        "select guard.provision_company(null, null, null, null, null, null, null)",
        "select guard.addressee(guard.company(), guard.user_id())",
        "select guard.administrators(guard.company())",
        "select guard.may_tell(guard.company(), guard.user_id(), 'x', '0', now())",
        "select guard.is_new_place(guard.company(), guard.user_id(), null, null, null)",
        "select guard.recent_addresses(guard.company(), guard.user_id(), null)",
        "select guard.backup_codes_left(guard.company(), guard.user_id())",
        "select guard.take_notice(now(), now())",
        "select guard.notice_delivered(null, null)",
        "select guard.notice_postponed(null, null, null, null)",
        "select guard.notice_failed(null, null, null, null)",
        "select guard.expire_notices(now(), now(), now())",
        "select guard.notice_faults()",
        "select guard.user_by_email(guard.company(), null)",
        "select guard.holds_password(guard.company(), guard.user_id(), 1)",
        "select guard.rehash_password(guard.company(), guard.user_id(), 'x', 'x')",
        "select guard.set_password(guard.company(), guard.user_id(), 'x', true)",
        "select guard.change_password(null, 'x', 'x', true)",
        "select guard.ask_password_reset(guard.company(), guard.user_id(), null)",
        "select guard.person_of_reset(null)",
        "select guard.is_password_refused(guard.company(), null)",
        "select guard.reset_password(null, 'x', true)",
        "select guard.mailbox_opens(guard.company(), guard.user_id())",
        "select guard.note_password_length(guard.company(), guard.user_id(), 1, true)",
        "select guard.enrolling_session(null)",
        "select guard.hold_owner(null)",
        "select guard.failed_notices()",
        "select guard.retry_notices(null, null, now(), null)",
        "select guard.add_platform_key(null, null, null, null)",
        "select guard.provision_user(null, null, null, null, null, null, null, null)",
    ] {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
    let mut directory = world.database.as_directory().await;
    for sql in [
        "select guard.enter('\\x00')",
        "select guard.company()",
        "select guard.opened()",
    ] {
        let done = sqlx::query(sql).fetch_all(&mut directory).await;
        assert_eq!(refusal(&done.unwrap_err()), DENIED, "{sql}");
    }
}

#[tokio::test]
async fn nothing_that_proves_who_one_is_can_be_read() {
    let (_world, mut injection) = attacked(Role::Admin).await;
    for sql in [
        "select key from guard.context_key",
        "select * from sessions",
        "select handle_hash from sessions",
        "select token_hash from sessions",
        "select s::text from sessions s",
        "select to_jsonb(s) from sessions s",
        "select hash from passwords",
        "select token_hash from refresh_tokens",
        "select secret_sealed from totp_factors",
        "select code_hash from backup_codes",
        "select credential_id from passkeys",
        "select credential_sealed from passkeys",
        "select state from passkey_ceremonies",
        "update sessions set phishing_resistant_at = now()",
        "update sessions set backup_code_at = now()",
        "update companies set passkey_policy = 'optional'",
        "select ticket_hash from pending_sign_ins",
        "update sessions set second_factor_at = now()",
        "update sessions set amr = '{pwd,otp,mfa}'",
        "update companies set second_factor_policy = 'optional'",
        "select jti from revoked_tokens",
        "select private_sealed from signing_keys",
        "insert into sessions (company_id, id, user_id, kind) select company_id, id, id, 'api' from users",
        "update sessions set expires_at = 'infinity'",
        "update sessions set handle_hash = '\\x00'",
        "update sessions set user_id = current_setting('victim.person')::uuid",
        "update users set role = 'SUPER_ADMIN'",
        "insert into permission_grants (company_id, id, user_id, permission, effect, reason, given_by)
             select company_id, id, id, 'users.admin', 'withheld', 'a reason of some length', id from users",
        "update permission_grants set expires_at = null",
        "update incidents set confirmed_by = guard.user_id()",
        "insert into emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill,
             incident_only) select company_id, id, id, id, '{}', '', false, false from users",
        "update emergency_access set expires_at = 'infinity'",
        "insert into load_overrides (company_id, id, shipment_id, check_id, load_hash, findings_hash, regimes, data_sets,
             covers, reason, authority, asked_by, created_by, load_authors)
         select company_id, id, id, id, load_hash, load_hash, '{}', '{}', '[1]', '', '', id, id, '{}' from shipments",
        "update load_overrides set approved = true",
        "update load_overrides set authority_valid_until = 'infinity'",
        "update load_overrides set withdrawn_at = null, voided_at = null",
        "delete from load_overrides",
        "update shipments set load_authors = '{}'",
        "update data_keys set wrapped = ''",
    ] {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
}

#[tokio::test]
async fn the_directory_reads_no_table() {
    let world = World::create().await;
    let mut directory = world.database.as_directory().await;
    for sql in [
        "select key from guard.context_key",
        "select id from safeshipper.companies",
        "select id from safeshipper.users",
        "select hash from safeshipper.passwords",
        "select id from safeshipper.sessions",
        "select private_sealed from safeshipper.signing_keys",
        "select id from safeshipper.shipments",
        "select id from safeshipper.audit_events",
    ] {
        let done = sqlx::query(sql).fetch_all(&mut directory).await;
        assert_eq!(refusal(&done.unwrap_err()), DENIED, "{sql}");
    }
}

#[tokio::test]
async fn a_session_that_is_over_is_not_brought_back_and_others_sessions_are_not_ended() {
    let (world, mut injection) = attacked(Role::Admin).await;
    let (other, _) = world.sign_in(Company::A, Role::Admin, LONG).await;
    let end = "update sessions set revoked_at = now() where id = $1";
    common::behind_the_back(&world, end, other.uuid()).await;
    let revive = "update sessions set revoked_at = null where revoked_at is not null returning 1";
    assert_eq!(injection.attempt(revive).await, Ok(0));
    let noop = "update sessions set revoked_at = null where revoked_at is null returning 1";
    assert_eq!(injection.attempt(noop).await, Err(DENIED.into()));

    world.session(Company::A, Role::Viewer).await;
    let of_others = "update sessions set revoked_at = now() where user_id <> guard.user_id() returning 1";
    assert_eq!(injection.attempt(of_others).await, Ok(0));
}

#[tokio::test]
async fn a_handle_is_not_guessed_from_what_can_be_read() {
    let (_world, mut injection) = attacked(Role::Admin).await;
    for sql in [
        "select guard.enter(sha256(uuid_send(id))) from sessions",
        "select guard.enter(sha256(convert_to(id::text, 'UTF8'))) from sessions",
        "select guard.enter(null)",
        "select guard.enter('')",
    ] {
        assert_eq!(injection.attempt(sql).await, Err("SS001".into()), "{sql}");
    }
}

#[tokio::test]
async fn r8_even_the_owner_sees_no_row() {
    let (world, _injection) = attacked(Role::Admin).await;
    let mut owner = PgConnection::connect_with(&world.database.superuser_options())
        .await
        .unwrap();
    sqlx::query("set role safeshipper_owner")
        .execute(&mut owner)
        .await
        .unwrap();
    let seen = sqlx::query("select id from safeshipper.shipments")
        .fetch_all(&mut owner)
        .await
        .unwrap();
    assert_eq!(seen.len(), 0);
}

#[tokio::test]
async fn r8_the_server_does_not_work_as_a_role_that_reaches_past_row_level_security() {
    let world = World::create().await;
    let app = world.database.app_options();
    let superuser = world.database.superuser_options();
    let connect = async |app, directory| {
        let config = PoolConfig {
            app,
            directory,
            max_connections: 1,
            acquire_timeout: std::time::Duration::from_secs(10),
        };
        Store::connect(config, HandleKey::derive(&installation()))
            .await
            .map(drop)
    };
    let good = (app.clone(), world.database.directory_options());
    assert!(connect(good.0.clone(), good.1.clone()).await.is_ok());
    for bad in [
        superuser.clone(),
        superuser.clone().options([("role", "safeshipper_owner")]),
        superuser.clone().options([("role", "safeshipper_guard")]),
        superuser.clone().options([("role", "safeshipper_app")]),
    ] {
        for (app, directory) in [(bad.clone(), good.1.clone()), (good.0.clone(), bad)] {
            let done = connect(app, directory).await;
            assert!(matches!(done, Err(StoreError::UnsafeRole { .. })), "{done:?}");
        }
    }
}

#[tokio::test]
async fn r10_a_unique_key_tells_nothing_of_what_others_hold() {
    let (_world, mut injection) = attacked(Role::Admin).await;
    for sql in [
        "insert into shipments select (jsonb_populate_record(s,
             jsonb_build_object('id', current_setting('victim.shipment'), 'created_by', guard.user_id(),
                 'tracking_number', 'SS-0000-0000-0000'))).* from shipments s returning 1",
        "insert into shipments select (jsonb_populate_record(s,
             jsonb_build_object('id', gen_random_uuid(), 'created_by', guard.user_id(),
                 'tracking_number', 'SS-BBBB-BBBB-BBBB'))).* from shipments s returning 1",
    ] {
        assert_eq!(injection.attempt(sql).await, Ok(1), "{sql}");
    }
}

#[tokio::test]
async fn r10_a_foreign_key_does_not_reach_others_and_answers_as_for_nobody() {
    let (_world, mut injection) = attacked(Role::Admin).await;
    for sql in [
        "update shipments set assigned_to = current_setting('victim.person')::uuid",
        "update shipments set assigned_to = gen_random_uuid()",
    ] {
        assert_eq!(injection.attempt(sql).await, Err("23503".into()), "{sql}");
    }
    let check = "insert into shipment_checks (company_id, id, shipment_id, load_hash, is_compatible, verdicts, results,
            checked_by)
        values (guard.company(), gen_random_uuid(), current_setting('victim.shipment')::uuid,
            sha256(''), true, '{}', '[]', guard.user_id())";
    assert_eq!(injection.attempt(check).await, Err("23503".into()));
}

#[tokio::test]
async fn r11_r12_the_context_is_opened_once_a_statement_and_leads_the_index() {
    let (_world, mut injection) = attacked(Role::Admin).await;
    injection.begin().await;
    let connection = &mut injection.connection;
    sqlx::query("set local enable_seqscan = off")
        .execute(&mut *connection)
        .await
        .unwrap();
    let plan: Vec<String> = sqlx::query_scalar(
        "explain (costs off) select * from shipments where load @> '{}' and contact_name like 'a%'",
    )
    .fetch_all(connection)
    .await
    .unwrap();
    let plan = plan.join("\n");
    assert!(
        plan.contains("InitPlan 1") && plan.contains("Index Cond: (company_id = "),
        "{plan}"
    );
}

#[tokio::test]
async fn r13_truncate_copy_and_statistics_give_nothing() {
    let (world, mut injection) = attacked(Role::Admin).await;
    loosen(&world, "analyze").await;
    for sql in [
        "truncate shipments",
        "truncate shipments cascade",
        "copy shipments to program 'cat'",
        "copy shipments to '/tmp/rows'",
        "lock table shipments in access exclusive mode",
        "create trigger t after insert on shipments execute function guard.require_audit()",
        "alter table shipments disable row level security",
        "create policy p on shipments using (true)",
        "set role safeshipper_owner",
        "set role safeshipper_guard",
        "set session_replication_role = replica",
    ] {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
    let statistics = "select * from pg_stats where schemaname = 'safeshipper'";
    assert_eq!(injection.attempt(statistics).await, Ok(0));
    assert_eq!(
        injection.attempt("select * from pg_statistic").await,
        Err(DENIED.into())
    );

    injection.begin().await;
    let copied: Vec<_> = injection
        .connection
        .copy_out_raw("copy (select tracking_number from shipments) to stdout")
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(copied.concat(), format!("{}\n", TRACKING[0]).into_bytes());
    rollback(&mut injection.connection).await;
    injection.begin().await;
    let import = injection
        .connection
        .copy_in_raw("copy shipments from stdin")
        .await;
    assert_eq!(refusal(&import.err().unwrap()), "0A000");
}

#[tokio::test]
async fn r13_r17_nothing_of_the_attackers_own_can_stand_in_for_an_object_of_ours() {
    let (_world, mut injection) = attacked(Role::Admin).await;
    for sql in [
        "create temp table sessions (id uuid)",
        "create table safeshipper.t (id uuid)",
        "create table guard.t (id uuid)",
        "create table public.t (id uuid)",
        "create schema evil",
        "create function safeshipper.f() returns int language sql as 'select 1'",
        "create view safeshipper.v as select 1",
        "create or replace function guard.company() returns uuid language sql as 'select null::uuid'",
    ] {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
}

#[tokio::test]
async fn turning_row_security_off_gives_an_error_and_no_rows() {
    let (_world, mut injection) = attacked(Role::Admin).await;
    injection.begin().await;
    let off = sqlx::query("set local row_security = off")
        .execute(&mut injection.connection)
        .await;
    assert!(off.is_ok());
    let rows = sqlx::query("select id from shipments")
        .fetch_all(&mut injection.connection)
        .await;
    assert_eq!(refusal(&rows.unwrap_err()), DENIED);
}

#[tokio::test]
async fn one_connection_serves_two_companies_and_mixes_nothing() {
    let (world, _injection) = attacked(Role::Admin).await;
    let config = PoolConfig {
        app: world.database.app_options(),
        directory: world.database.directory_options(),
        max_connections: 1,
        acquire_timeout: std::time::Duration::from_secs(20),
    };
    let store = Store::connect(config, HandleKey::derive(&installation()))
        .await
        .unwrap();
    for company in [Company::A, Company::B, Company::A, Company::B] {
        let grant = world.grant::<ViewShipments>(&world.session(company, Role::Operator).await);
        let mut tx = store.read(&grant).await.unwrap();
        let seen = list(&mut tx, &grant, &Filter::default(), 10).await.unwrap();
        let numbers: Vec<_> = seen.into_iter().map(|row| row.tracking_number).collect();
        assert_eq!(numbers, [TRACKING[usize::from(company == Company::B)]]);
    }
}

#[tokio::test]
async fn a_shipment_of_another_company_is_as_one_that_never_was() {
    let world = World::create().await;
    let victim = shipment(&world, Company::B, TRACKING[1]).await;
    let grant = world.grant::<ViewShipments>(&world.session(Company::A, Role::Admin).await);
    let mut tx = world.store.read(&grant).await.unwrap();
    assert!(get(&mut tx, &grant, victim).await.unwrap().is_none());
}
