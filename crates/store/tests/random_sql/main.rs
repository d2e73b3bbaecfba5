//! A hundred thousand statements of an attacker's own, made up at random, in a live context of company A: nothing of
//! company B is read, by its value or by what follows from it, and nothing of B changes (DATA-5, R1 to R17).
//!
//! Reads are judged by non-interference: every one is asked twice, and between the two every row of B changes. An answer
//! that differs has seen B, whether by a value, a count, a yes or no, or the text of an error. What acts is judged by
//! what it returns, which must hold no secret of B, and by B's rows, which must be what they were.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(
    clippy::disallowed_methods,
    reason = "statements made up as they run are what is tested"
)]

#[path = "../common/mod.rs"]
mod common;
mod statements;

use std::hash::{DefaultHasher, Hash, Hasher};

use access::role::Role;
use common::{Injection, rollback, shipment};
use fastrand::Rng;
use futures_util::TryStreamExt;
use sqlx::{Either, Executor, PgConnection, PgPool, Row};
use statements::Knowledge;
use testkit::{Company, World};

/// Statements between two transactions.
const BATCH: usize = 250;

/// What an answer was: its rows or its refusal, as text.
struct Answer {
    hash: u64,
    rows: usize,
    refused: bool,
    text: String,
}

async fn ask(connection: &mut PgConnection, sql: &str) -> Answer {
    let mut rows = Vec::new();
    let mut refusal = None;
    {
        let mut answers = connection.fetch_many(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())));
        loop {
            match answers.try_next().await {
                Ok(Some(Either::Right(row))) => {
                    let cell = |at| {
                        let value = row.try_get_raw(at).unwrap();
                        value.as_str().map(str::to_owned).unwrap_or_default()
                    };
                    rows.push((0..row.len()).map(cell).collect::<Vec<_>>().join("|"));
                }
                Ok(Some(Either::Left(_))) => {}
                Ok(None) => break,
                Err(error) => {
                    refusal = Some(format!("{error} {error:?}"));
                    break;
                }
            }
        }
    }
    rows.sort_unstable();
    let (count, refused) = (rows.len(), refusal.is_some());
    let text = rows.join("\n") + &refusal.unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    Answer {
        hash: hasher.finish(),
        rows: count,
        refused,
        text,
    }
}

/// Runs statements in A's context, each taken back, and hands over each with its answer.
async fn run(
    injection: &mut Injection,
    statements: impl Iterator<Item = String>,
    mut seen: impl FnMut(String, Answer),
) {
    let mut statements = statements.peekable();
    while statements.peek().is_some() {
        injection.begin().await;
        let connection = &mut injection.connection;
        for setting in [
            "set local statement_timeout = '5s'",
            "set local client_min_messages = error",
        ] {
            connection.execute(setting).await.unwrap();
        }
        for sql in statements.by_ref().take(BATCH) {
            connection.execute("savepoint s").await.unwrap();
            let answer = ask(connection, &sql).await;
            connection.execute("rollback to savepoint s").await.unwrap();
            seen(sql, answer);
        }
        rollback(connection).await;
    }
}

/// A world with rows of both companies in what can be made by hand, and what only B knows of itself.
async fn scene() -> (World, Injection, Knowledge, PgPool) {
    let world = World::create().await;
    for (company, mark) in [(Company::A, "AAAA"), (Company::B, "BBBB")] {
        for at in 0..3 {
            shipment(&world, company, &format!("SS-{mark}-{mark}-{at}{at}{at}{at}")).await;
        }
    }
    let pool = world.database.superuser().await;
    let mut tx = pool.begin().await.unwrap();
    for sql in [
        "set local session_replication_role = replica",
        "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by)
         select company_id, gen_random_uuid(), 'leak', 'HIGH', 'x', false, id from users",
        "insert into incident_shipments select i.company_id, i.id, s.id from incidents i join shipments s using (company_id)",
        "insert into emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill,
             incident_only)
         select i.company_id, gen_random_uuid(), i.id, u.id, array['safety.equipment.disable'], u.display_name, false, true
         from incidents i join users u on u.company_id = i.company_id and u.id = i.reported_by",
        "insert into permission_grants (company_id, id, user_id, permission, effect, reason, given_by)
         select u.company_id, gen_random_uuid(), u.id, 'shipments.edit', 'withheld', 'because of ' || u.display_name, a.id
         from users u join users a on a.company_id = u.company_id and a.role = 'ADMIN' and a.id <> u.id",
        "insert into team_members (company_id, lead_id, member_id)
         select l.company_id, l.id, m.id from users l join users m on m.company_id = l.company_id and m.id <> l.id
         where l.role in ('ADMIN', 'SUPERVISOR')",
        "insert into documents (company_id, id, document_type, shipment_id, uploaded_by, file_name_sealed, media_type, size,
             sha256, content_sealed)
         select u.company_id, gen_random_uuid(), t, case when t <> 'SAFETY_DATA_SHEET' then s.id end, u.id,
             convert_to(u.display_name, 'UTF8'), 'application/pdf', 1, sha256(uuid_send(u.id)), uuid_send(u.id)
         from users u join shipments s using (company_id)
         cross join unnest(array['SAFETY_DATA_SHEET', 'TRANSPORT_DOCUMENT']) t where u.role = 'SUPERVISOR'",
        "insert into shipment_checks (company_id, id, shipment_id, load_hash, is_compatible, verdicts, results, checked_by,
             findings_hash, overridable)
         select company_id, gen_random_uuid(), id, load_hash, false, '{\"us\": \"prohibited\"}', '[]', created_by, load_hash,
             '[1]' from shipments",
        "update shipments s set last_check_id = c.id from shipment_checks c where c.shipment_id = s.id",
        "insert into load_overrides (company_id, id, shipment_id, check_id, load_hash, findings_hash, regimes, data_sets,
             covers, reason, authority, authority_valid_until, asked_by, created_by, load_authors)
         select c.company_id, gen_random_uuid(), c.shipment_id, c.id, c.load_hash, c.findings_hash, '{us}', '{}', '[1]',
             'because of ' || u.display_name, u.display_name, (now() at time zone 'UTC')::date, u.id, c.checked_by,
             array[c.checked_by]
         from shipment_checks c join users u on u.company_id = c.company_id and u.role = 'SUPERVISOR'
         where c.shipment_id in (select id from shipments where tracking_number like '%-0000')",
    ] {
        tx.execute(sql).await.unwrap();
    }
    tx.commit().await.unwrap();
    let known: Vec<String> = sqlx::query_scalar(
        "select id::text from users where company_id = $1 and role in ('ADMIN', 'DRIVER')
         union all select min(id::text) from shipments where company_id = $1 union all select $1::text",
    )
    .bind(world.id(Company::B).uuid())
    .fetch_all(&pool)
    .await
    .unwrap();
    let knowledge = Knowledge::of(&pool, known).await;
    let victim = shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    let injection = Injection::new(&world, Role::Admin, victim).await;
    (world, injection, knowledge, pool)
}

/// Every row of B as one hash.
async fn rows_of_b(world: &World, pool: &PgPool) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select a.attrelid::regclass::text || ' where ' || quote_ident(a.attname) from pg_attribute a
         join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and c.relnamespace = 'safeshipper'::regnamespace
         where a.attname = 'company_id' and not a.attisdropped order by 1",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut hashes = Vec::new();
    for table in tables {
        let sql = format!(
            "select coalesce(md5(string_agg(md5(x::text), '' order by md5(x::text))), '') from (select * from {table} = $1) x"
        );
        let hash: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(world.id(Company::B).uuid())
            .fetch_one(pool)
            .await
            .unwrap();
        hashes.push(format!("{table} {hash}"));
    }
    hashes
}

/// Changes or removes every row of B that a pure read could see, and adds many.
const B_IS_ANOTHER: &[&str] = &[
    "set local session_replication_role = replica",
    "update companies set name = 'someone else' where id = B",
    "update users set display_name = 'changed ' || left(id::text, 8), role = 'VIEWER', status = 'disabled'
         where company_id = B and role <> 'ADMIN'",
    "delete from shipments where company_id = B and tracking_number like '%00'",
    "update shipments set consignor_name = 'changed', status = 'draft', version = version + 7 where company_id = B",
    "insert into shipments select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'tracking_number',
             'SS-CCCC-CCCC-' || lpad(n::text, 4, '0')))).*
         from shipments s, generate_series(1, 300) n
         where company_id = B and tracking_number = 'SS-BBBB-BBBB-BBBB'",
    "delete from incidents where company_id = B and reported_by in (select id from users where role = 'VIEWER')",
    "delete from permission_grants where company_id = B",
    "update load_overrides set authority = 'changed it all' where company_id = B",
    "delete from team_members where company_id = B and lead_id in (select id from users where role = 'ADMIN')",
    "update emergency_access set justification = 'changed it all' where company_id = B",
    "delete from audit_events where company_id = B",
    "update data_keys set wrapped = 'changed' where company_id = B",
];

async fn change_b(world: &World, pool: &PgPool) {
    let b = format!("'{}'", world.id(Company::B).uuid());
    let mut tx = pool.begin().await.unwrap();
    for sql in B_IS_ANOTHER {
        let sql = sql.replace("= B", &format!("= {b}"));
        tx.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Reads twice, B changed in between; the reads whose answers differ, how many were asked and how many gave rows.
async fn interference(
    (world, injection, knowledge, pool): (&World, &mut Injection, &Knowledge, &PgPool),
    reads: usize,
    seed: u64,
) -> (Vec<String>, usize, usize) {
    let statements = || {
        let mut rng = Rng::with_seed(seed);
        (0..reads).map(move |_| knowledge.read(&mut rng))
    };
    let mut before = Vec::with_capacity(reads);
    run(injection, statements(), |_, answer| before.push(answer.hash)).await;
    change_b(world, pool).await;
    let mut differ = Vec::new();
    let (mut at, mut gave_rows) = (0, 0);
    run(injection, statements(), |sql, answer| {
        if before[at] != answer.hash {
            differ.push(format!(
                "{sql}\n-> {}",
                answer.text.chars().take(400).collect::<String>()
            ));
        }
        gave_rows += usize::from(answer.rows > 0 && !answer.refused);
        at += 1;
    })
    .await;
    (differ, 2 * reads, gave_rows)
}

#[tokio::test]
async fn no_read_of_a_tells_anything_of_b_whatever_b_becomes() {
    let (world, mut injection, knowledge, pool) = scene().await;
    assert!(knowledge.tables() >= 12, "{} tables", knowledge.tables());
    let (differ, asked, gave_rows) =
        interference((&world, &mut injection, &knowledge, &pool), 30_000, 20_261_126).await;
    assert!(differ.is_empty(), "{} of them:\n{}", differ.len(), differ[0]);
    assert!(
        gave_rows > asked / 8,
        "most were refused: {gave_rows} of {asked} gave rows"
    );
    println!("{asked} reads, {gave_rows} of the second half with rows, none that differs");
}

#[tokio::test]
async fn nothing_that_acts_changes_b_or_returns_what_only_b_knows() {
    let (world, mut injection, knowledge, pool) = scene().await;
    let b = world.id(Company::B).uuid();
    // Nothing of this is known to who makes up the statements.
    let secrets: Vec<String> = sqlx::query_scalar(
        "select display_name from users where company_id = $1
         union all select id::text from users where company_id = $1 and role not in ('ADMIN', 'DRIVER')
         union all select tracking_number from shipments where company_id = $1
         union all select id::text from data_keys where company_id = $1
         union all select id::text from sessions where company_id = $1
         union all select id::text from audit_events where company_id = $1
         union all select encode(email_sealed, 'hex') from users where company_id = $1
         union all select reason from permission_grants where company_id = $1
         union all select authority from load_overrides where company_id = $1",
    )
    .bind(b)
    .fetch_all(&pool)
    .await
    .unwrap();
    let before = rows_of_b(&world, &pool).await;
    let mut rng = Rng::with_seed(4_711);
    let statements = (0..40_000).map(|_| knowledge.act(&mut rng));
    let (mut asked, mut done) = (0, 0);
    run(&mut injection, statements, |sql, answer| {
        for secret in &secrets {
            assert!(
                !answer.text.contains(secret.as_str()),
                "{sql}\n-> {}",
                answer.text
            );
        }
        asked += 1;
        done += usize::from(!answer.refused);
    })
    .await;
    assert_eq!(rows_of_b(&world, &pool).await, before);
    assert!(done > asked / 8, "nearly all were refused: {done} of {asked}");
    println!("{asked} acts, {done} not refused, nothing of the other company");
}

/// The same eyes on a database whose tenant policy is gone for one table: they see it.
#[tokio::test]
async fn the_reads_would_tell_a_table_whose_policy_is_missing_by_values_counts_and_errors() {
    for (table, column) in [
        ("shipments", "consignor_name"),
        ("emergency_access", "id"),
        ("users", "id"),
    ] {
        let (world, mut injection, knowledge, pool) = scene().await;
        let sql = format!("drop policy tenant on {table}");
        pool.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql)))
            .await
            .unwrap();
        let (differ, ..) = interference((&world, &mut injection, &knowledge, &pool), 1500, 7).await;
        assert!(differ.len() > 5, "{table}.{column}: {} told", differ.len());
    }
}
