//! No audit, no change: the rule is the database's, and nobody edits what happened (AUDIT-1, AUDIT-2, A1 to A11).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::collections::BTreeSet;

use access::permission::{EditShipments, ViewAuditLogs};
use access::role::Role;
use common::{Injection, PHONE, begin, enter, event, refusal, seal, shipment};
use safeshipper_store::StoreError;
use safeshipper_store::audit::{Changes, Filter, Origin, list};
use safeshipper_store::shipments::{ShipmentUpdate, get, update};
use serde_json::{Value, json};
use sqlx::Connection;
use sqlx::PgConnection;
use testkit::{Company, World, now};

const DENIED: &str = "42501";
/// What the deferred trigger raises.
const UNAUDITED: &str = "23000";
const NUMBER: &str = "SS-AAAA-AAAA-AAAA";

/// A change of every table that demands an event.
const CHANGES: &[(&str, &str)] = &[
    ("companies", "update companies set name = 'x'"),
    ("users", "update users set role = 'ADMIN'"),
    ("passwords", "delete from passwords"),
    ("data_keys", "update data_keys set state = 'retired'"),
    (
        "key_rotations",
        "insert into key_rotations (company_id, id, purpose, key_id, settles_at, total, started_at)
        select company_id, id, purpose, id, now(), 0, now() from data_keys",
    ),
    ("sessions", "update sessions set revoked_at = now()"),
    (
        "sessions",
        "insert into sessions (company_id, id, user_id, kind, handle_hash, idle_limit, expires_at)
        select company_id, gen_random_uuid(), id, 'api', sha256(uuid_send(id)), '1 hour', now() from users",
    ),
    ("sessions", "update sessions set second_factor_at = now()"),
    ("sessions", "update sessions set authenticated_at = now()"),
    ("sessions", "update sessions set amr = '{pwd,otp,mfa}'"),
    ("sessions", "update sessions set phishing_resistant_at = now()"),
    ("sessions", "update sessions set backup_code_at = now()"),
    (
        "passkeys",
        "insert into passkeys (company_id, id, user_id, credential_id, credential_sealed, label, transports, sign_count,
            backup_eligible, backed_up)
        select company_id, gen_random_uuid(), id, uuid_send(id), 'x', 'x', '{}', 0, false, false from users",
    ),
    (
        "totp_factors",
        "insert into totp_factors (company_id, id, user_id, secret_sealed, session_id)
        select distinct on (company_id, user_id) company_id, gen_random_uuid(), user_id, 'x', id from sessions",
    ),
    (
        "backup_codes",
        "insert into backup_codes (company_id, user_id, code_hash) select company_id, id, sha256('x') from users",
    ),
    (
        "pending_sign_ins",
        "insert into pending_sign_ins (company_id, user_id, ticket_hash, kind)
        select company_id, id, sha256(uuid_send(id)), 'api' from users",
    ),
    (
        "factor_resets",
        "insert into factor_resets (company_id, id, user_id, reason, identity)
        select company_id, gen_random_uuid(), id, 'xxxxxxxxxx', 'xxxxxxxxxx' from users",
    ),
    (
        "permission_grants",
        "insert into permission_grants (company_id, id, user_id, permission, effect, reason, given_by)
        select u.company_id, gen_random_uuid(), u.id, 'shipments.edit', 'withheld', 'xxxxxxxxxx', a.id
        from users u join users a on a.company_id = u.company_id and a.role = 'ADMIN' and a.id <> u.id",
    ),
    (
        "incidents",
        "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by)
        select company_id, gen_random_uuid(), 'leak', 'HIGH', 'x', false, id from users",
    ),
    (
        "incident_shipments",
        "with i as (insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by)
            select company_id, gen_random_uuid(), 'leak', 'HIGH', 'x', false, created_by from shipments
            returning company_id, id)
        insert into incident_shipments select i.company_id, i.id, s.id from i join shipments s using (company_id)",
    ),
    (
        "emergency_access",
        "with i as (insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by)
            select company_id, gen_random_uuid(), 'leak', 'HIGH', 'x', false, id from users
            returning company_id, id, reported_by)
        insert into emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill,
            incident_only)
        select company_id, gen_random_uuid(), id, reported_by, array['safety.equipment.disable'], 'xxxxxxxxxx', false, true
        from i",
    ),
    (
        "team_members",
        "insert into team_members (company_id, lead_id, member_id)
        select l.company_id, l.id, m.id from users l join users m on m.company_id = l.company_id and m.id <> l.id",
    ),
    (
        "load_overrides",
        "with c as (
            insert into shipment_checks (company_id, id, shipment_id, load_hash, is_compatible, verdicts, results, checked_by)
            select company_id, gen_random_uuid(), id, load_hash, false, '{}', '[]', created_by from shipments
            returning company_id, id, shipment_id, load_hash, checked_by
        )
        insert into load_overrides (company_id, id, shipment_id, check_id, load_hash, findings_hash, regimes, data_sets,
            covers, reason, authority, authority_valid_until, asked_by, created_by, load_authors)
        select company_id, gen_random_uuid(), shipment_id, id, load_hash, load_hash, '{us}', '{}', '[1]', 'xxxxxxxxxx',
            'xxxxx', (now() at time zone 'UTC')::date, checked_by, checked_by, array[checked_by]
        from c",
    ),
    (
        "documents",
        "insert into documents (company_id, id, document_type, uploaded_by, file_name_sealed, media_type, size, sha256,
            content_sealed)
        select company_id, gen_random_uuid(), 'OTHER', id, 'x', 'application/pdf', 1, sha256('x'), 'x' from users",
    ),
    (
        "notice_limits",
        "insert into notice_limits (company_id, user_id, notice, told_at) select company_id, id, 'x', now() from users",
    ),
    (
        "password_resets",
        "insert into password_resets (company_id, user_id, token_hash)
        select company_id, id, sha256(uuid_send(id)) from users",
    ),
    (
        "refused_passwords",
        "insert into refused_passwords (company_id, value) select id, uuid_send(id) from companies",
    ),
    ("refresh_tokens", "update refresh_tokens set spent_at = now()"),
    (
        "revoked_tokens",
        "insert into revoked_tokens (company_id, jti, session_id, expires_at)
        select company_id, 'x', id, now() from sessions limit 1",
    ),
    (
        "identity_providers",
        "insert into identity_providers (company_id, id, issuer, client_id, client_secret_sealed, name)
        select id, gen_random_uuid(), 'https://x.example', 'x', 'x', 'x' from companies",
    ),
    (
        "external_identities",
        "with provider as (
            insert into identity_providers (company_id, id, issuer, client_id, client_secret_sealed, name)
            select id, gen_random_uuid(), 'https://x.example', 'x', 'x', 'x' from companies
            returning company_id, id, issuer
        )
        insert into external_identities (company_id, id, user_id, provider_id, issuer, subject)
        select company_id, gen_random_uuid(), u.id, p.id, p.issuer, u.id::text
        from provider p join users u using (company_id)",
    ),
    (
        "oidc_attempts",
        "with provider as (
            insert into identity_providers (company_id, id, issuer, client_id, client_secret_sealed, name)
            select id, gen_random_uuid(), 'https://x.example', 'x', 'x', 'x' from companies
            returning company_id, id
        )
        insert into oidc_attempts (company_id, state_hash, browser_hash, provider_id, purpose, nonce,
            verifier_sealed, return_to)
        select company_id, sha256(uuid_send(id)), sha256('x'), id, 'sign_in', repeat('x', 43), 'x', '/' from provider",
    ),
    (
        "spent_logout_tokens",
        "with provider as (
            insert into identity_providers (company_id, id, issuer, client_id, client_secret_sealed, name)
            select id, gen_random_uuid(), 'https://x.example', 'x', 'x', 'x' from companies
            returning company_id, id
        )
        insert into spent_logout_tokens (company_id, provider_id, jti, expires_at)
        select company_id, id, 'x', now() from provider",
    ),
    ("shipments", "update shipments set contact_name = 'x'"),
    (
        "shipment_checks",
        "insert into shipment_checks (company_id, id, shipment_id, load_hash, is_compatible,
            verdicts, results, checked_by)
        select company_id, gen_random_uuid(), id, load_hash, true, '{}', '[]', created_by from shipments",
    ),
    (
        "signing_keys",
        "insert into signing_keys (kid, private_sealed, state, activated_at) values ('x', 'x', 'active', now())",
    ),
    (
        "data_set_keys",
        "insert into data_set_keys (company_id, id, name, public_key, added_by)
        select distinct on (company_id) company_id, gen_random_uuid(), 'x', 'x+', id from users",
    ),
    (
        "data_sets",
        "with key as (
            insert into data_set_keys (company_id, id, name, public_key, added_by)
            select distinct on (company_id) company_id, gen_random_uuid(), 'x', 'x+', id from users
            returning company_id, id, added_by
        )
        insert into data_sets (company_id, id, regime, edition, title, source, valid_from, valid_to, row_count,
            bundle, hash, key_id, loaded_by)
        select company_id, gen_random_uuid(), 'imdg', 'x', 'x', 'x', now(), now(), 1, 'x', sha256('x'), id, added_by
        from key",
    ),
];

#[tokio::test]
async fn a_change_of_any_table_without_an_event_does_not_commit_even_by_the_superuser() {
    let world = World::create().await;
    shipment(&world, Company::A, NUMBER).await;
    world
        .sign_in_to_api(Company::A, Role::Viewer, testkit::world::LONG)
        .await;
    let pool = world.database.superuser().await;
    for (table, sql) in CHANGES {
        let mut tx = pool.begin().await.unwrap();
        let done = sqlx::query(*sql).execute(&mut *tx).await.unwrap();
        assert!(done.rows_affected() > 0, "{table}");
        let refused = tx.commit().await.unwrap_err();
        assert_eq!(refusal(&refused), UNAUDITED, "{table}");
    }
    let audited: Vec<String> = sqlx::query_scalar(
        "select distinct tgrelid::regclass::text from pg_trigger where tgfoid = 'guard.require_audit'::regproc",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let tried: BTreeSet<&str> = CHANGES.iter().map(|(table, _)| *table).collect();
    assert_eq!(audited.iter().map(String::as_str).collect::<BTreeSet<_>>(), tried);
}

/// A's administrator with SQL, in a context, beside a shipment of the company.
async fn injected() -> (World, Injection) {
    let world = World::create().await;
    shipment(&world, Company::A, NUMBER).await;
    let victim = shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    let injection = Injection::new(&world, Role::Admin, victim).await;
    (world, injection)
}

/// An honest event; `$1` company, `$2` person, `$3` name, `$4` session, `$5` how long ago, null for the actor's.
const EVENT: &str = "insert into audit_events (company_id, id, occurred_at, event_type, severity, outcome,
        actor_company_id, actor_user_id, actor_name, session_id, resource_type, resource_name, description)
    select guard.company(), gen_random_uuid(), now() - coalesce($5, '0')::interval, 'VIEW', 'LOW', 'SUCCESS',
        coalesce($1::uuid, guard.company()), coalesce($2::uuid, guard.user_id()), coalesce($3, display_name),
        coalesce($4::uuid, guard.session_id()), 'x', 'x', 'x'
    from users where id = guard.user_id()";

#[derive(Default)]
struct Forged {
    company: Option<String>,
    person: Option<String>,
    name: Option<&'static str>,
    session: Option<String>,
    ago: Option<&'static str>,
}

async fn write_event(connection: &mut PgConnection, forged: Forged) -> Result<(), String> {
    sqlx::query(EVENT)
        .bind(forged.company)
        .bind(forged.person)
        .bind(forged.name)
        .bind(forged.session)
        .bind(forged.ago)
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| refusal(&error))
}

async fn run(injection: &mut Injection, sql: &'static str) -> Result<(), String> {
    sqlx::query(sql)
        .execute(&mut injection.connection)
        .await
        .map(drop)
        .map_err(|error| refusal(&error))
}

const CHANGE: &str = "update shipments set contact_name = 'changed'";

#[tokio::test]
async fn the_application_commits_a_change_with_an_event_and_none_without() {
    let (_world, mut injection) = injected().await;
    injection.begin().await;
    run(&mut injection, CHANGE).await.unwrap();
    assert_eq!(run(&mut injection, "commit").await, Err(UNAUDITED.into()));

    injection.begin().await;
    run(&mut injection, CHANGE).await.unwrap();
    write_event(&mut injection.connection, Forged::default())
        .await
        .unwrap();
    assert_eq!(run(&mut injection, "commit").await, Ok(()));
}

#[tokio::test]
async fn the_demand_for_an_event_is_not_talked_away() {
    let (_world, mut injection) = injected().await;
    // A setting that says so.
    injection.begin().await;
    run(&mut injection, CHANGE).await.unwrap();
    run(
        &mut injection,
        "select set_config('safeshipper.audited', pg_current_xact_id()::text, true)",
    )
    .await
    .unwrap();
    assert_eq!(run(&mut injection, "commit").await, Err(UNAUDITED.into()));

    // An event that is taken back.
    injection.begin().await;
    run(&mut injection, "savepoint s").await.unwrap();
    write_event(&mut injection.connection, Forged::default())
        .await
        .unwrap();
    run(&mut injection, "rollback to s").await.unwrap();
    run(&mut injection, CHANGE).await.unwrap();
    assert_eq!(run(&mut injection, "commit").await, Err(UNAUDITED.into()));

    // An event of an earlier transaction.
    injection.begin().await;
    write_event(&mut injection.connection, Forged::default())
        .await
        .unwrap();
    run(&mut injection, "commit").await.unwrap();
    injection.begin().await;
    run(&mut injection, CHANGE).await.unwrap();
    assert_eq!(run(&mut injection, "commit").await, Err(UNAUDITED.into()));

    // Switching the triggers off.
    for sql in [
        "alter table shipments disable trigger audited",
        "set local session_replication_role = replica",
    ] {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
}

#[tokio::test]
async fn nobody_writes_an_event_in_anothers_name_for_another_company_or_another_time() {
    let (world, mut injection) = injected().await;
    let other = world.user(Company::A, Role::Viewer).uuid().to_string();
    let company = world.id(Company::B).uuid().to_string();
    for forged in [
        Forged {
            person: Some(other.clone()),
            ..Forged::default()
        },
        Forged {
            company: Some(company),
            ..Forged::default()
        },
        Forged {
            name: Some("viewer of alpha"),
            ..Forged::default()
        },
        Forged {
            session: Some(other),
            ..Forged::default()
        },
        Forged {
            ago: Some("1 hour"),
            ..Forged::default()
        },
        Forged {
            ago: Some("-1 hour"),
            ..Forged::default()
        },
    ] {
        begin(&mut injection.connection).await;
        enter(&mut injection.connection, &injection.actor).await.unwrap();
        assert_eq!(
            write_event(&mut injection.connection, forged).await,
            Err(DENIED.into())
        );
        common::rollback(&mut injection.connection).await;
    }
}

#[tokio::test]
async fn what_happened_is_neither_changed_nor_removed_by_any_role_of_the_product() {
    let (world, mut injection) = injected().await;
    let attacks = [
        "update audit_events set description = 'nothing'",
        "delete from audit_events",
        "truncate audit_events",
        "insert into audit_events select * from audit_events on conflict (company_id, id)
             do update set description = 'nothing'",
    ];
    for sql in attacks {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
    let mut connection = PgConnection::connect_with(&world.database.superuser_options())
        .await
        .unwrap();
    sqlx::query("set search_path = safeshipper")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("set role safeshipper_guard")
        .execute(&mut connection)
        .await
        .unwrap();
    for sql in attacks {
        let refused = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert_eq!(refusal(&refused), DENIED, "as the guard: {sql}");
    }
    sqlx::query("set role safeshipper_owner")
        .execute(&mut connection)
        .await
        .unwrap();
    for sql in &attacks[..2] {
        let done = sqlx::query(*sql).execute(&mut connection).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "as the owner: {sql}");
    }
}

#[tokio::test]
async fn an_event_that_cannot_be_stored_takes_its_change_with_it() {
    let world = World::create().await;
    let id = shipment(&world, Company::A, NUMBER).await;
    let grant = world.grant::<EditShipments>(&world.session(Company::A, Role::Operator).await);
    for broken in [Some(json!("\u{0}")), None] {
        let mut tx = world.store.write(&grant, &Origin::default()).await.unwrap();
        let row = get(&mut tx, &grant, id).await.unwrap().unwrap();
        update(&mut tx, &row, &change(&row, "changed", None))
            .await
            .unwrap();
        if let Some(broken) = broken {
            let mut event = event("changed", Changes::default());
            event.additional = broken;
            assert!(matches!(
                tx.commit(event, now()).await,
                Err(StoreError::Refused(_))
            ));
        } // and else it is dropped, as by a request that was cancelled
    }
    let kept: String = sqlx::query_scalar("select contact_name from shipments")
        .fetch_one(&world.database.superuser().await)
        .await
        .unwrap();
    assert_eq!(kept, "contact");
}

fn change<'a>(
    row: &'a safeshipper_store::shipments::ShipmentRow,
    contact_name: &'a str,
    contact_phone: Option<crypto::field::Sealed>,
) -> ShipmentUpdate<'a> {
    ShipmentUpdate {
        regimes: &row.regimes,
        data_sets: &row.data_sets,
        consignor_name: &row.consignor_name,
        consignor_address: None,
        consignee_name: &row.consignee_name,
        consignee_address: None,
        contact_name,
        contact_phone,
        contact_email: None,
        load: &row.load,
        load_hash: &[1; 32],
    }
}

#[tokio::test]
async fn an_update_is_recorded_field_by_field_with_its_author_and_without_what_is_sealed() {
    let world = World::create().await;
    let id = shipment(&world, Company::A, NUMBER).await;
    let actor = world.session(Company::A, Role::Admin).await;
    let grant = world.grant::<EditShipments>(&actor);
    let long = "ü".repeat(9000);
    let origin = Origin {
        ip: Some("192.0.2.7".parse().unwrap()),
        user_agent: Some(long.clone()),
        method: Some("PUT".to_owned()),
        path: Some(long),
        request: None,
    };
    let mut tx = world.store.write(&grant, &origin).await.unwrap();
    let row = get(&mut tx, &grant, id).await.unwrap().unwrap();
    let phone = seal(&world, Company::A, id, "contact_phone_sealed", "+1 555 0100 0815");
    let changes = update(&mut tx, &row, &change(&row, "somebody else", Some(phone)))
        .await
        .unwrap();
    let receipt = tx.commit(event("changed", changes), now()).await.unwrap();

    let grant = world.grant::<ViewAuditLogs>(&actor);
    let mut tx = world.store.read(&grant).await.unwrap();
    let newest = list(&mut tx, &grant, &Filter::default(), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(newest.id, receipt.event);
    assert_eq!(
        (newest.actor, newest.actor_name.as_str()),
        (Some(actor.user()), "admin of alpha")
    );
    assert_eq!(newest.ip_address, origin.ip);
    let agent = newest.user_agent.unwrap();
    assert_eq!(
        (agent.chars().count(), agent.chars().last()),
        (500, Some('…')),
        "A11"
    );
    let masked = json!({"old": "•••", "new": "•••", "critical": false});
    assert_eq!(
        newest.changed_fields,
        json!({
            "contact_name": {"old": "contact", "new": "somebody else", "critical": false},
            "contact_phone": masked,
        }),
        "A5"
    );
    assert!(!newest.changed_fields.to_string().contains(PHONE));
}

#[test]
fn a3_false_zero_and_empty_are_values_and_not_absent() {
    let mut changes = Changes::default();
    changes.compare("active", &true, &false, true);
    changes.compare("count", &0, &3, false);
    changes.compare("note", &None::<&str>, &Some(""), false);
    changes.compare("same", &0, &0, false);
    let expected: Value = json!({
        "active": {"old": true, "new": false, "critical": true},
        "count": {"old": 0, "new": 3, "critical": false},
        "note": {"old": null, "new": "", "critical": false},
    });
    assert_eq!(json!(changes), expected);
}

#[tokio::test]
async fn the_trail_is_read_within_the_company_and_as_the_filter_says() {
    let world = World::create().await;
    shipment(&world, Company::A, NUMBER).await;
    shipment(&world, Company::B, NUMBER).await;
    let grant = world.grant::<ViewAuditLogs>(&world.session(Company::A, Role::Admin).await);
    let mut tx = world.store.read(&grant).await.unwrap();
    let all = list(&mut tx, &grant, &Filter::default(), 100).await.unwrap();
    assert!(all.len() > 6 && all.iter().all(|event| !event.actor_name.contains("bravo")));
    let filter = Filter {
        actor_name: Some("OPERATOR OF".to_owned()),
        event_type: Some(safeshipper_store::audit::EventType::Login),
        ..Filter::default()
    };
    let found = list(&mut tx, &grant, &filter, 100).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].event_type.as_str(), found[0].actor_name.as_str()),
        ("LOGIN", "operator of alpha")
    );
    let pattern = Filter {
        actor_name: Some("%".to_owned()),
        ..Filter::default()
    };
    assert_eq!(
        list(&mut tx, &grant, &pattern, 100).await.unwrap().len(),
        0,
        "no wildcard"
    );
}
