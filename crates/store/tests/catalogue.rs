//! What every table, function and role must be, read from PostgreSQL's own catalogue (DATA-5, R4, R15, R17).
//!
//! A rule is a query that names what breaks it, and beside it stand statements that make it do so: a rule that
//! cannot fail proves nothing. A new table that follows the others passes without a change here. To add a rule:
//! an entry in [`RULES`]. An exception is a line in the rule's own query, with its reason.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use sqlx::{Connection, PgConnection, Row};
use testkit::TestDatabase;

struct Rule {
    says: &'static str,
    /// Names everything that breaks the rule.
    breaches: &'static str,
    /// Each breaks the rule, and what it names contains the text.
    broken_by: &'static [(&'static str, &'static [&'static str])],
}

/// Over [`TENANT_TABLES`] and [`FUNCTIONS`].
const RULES: &[Rule] = &[
    Rule {
        says: "row-level security is enabled and forced",
        breaches: "select c.relname::text from pg_class c
            where c.relnamespace = 'safeshipper'::regnamespace and c.relkind in ('r', 'p')
              and not (c.relrowsecurity and c.relforcerowsecurity)
              -- The migrator's own; no working role may touch it, as other rules show.
              and c.relname <> '_sqlx_migrations'",
        broken_by: &[
            ("shipments", &["alter table shipments disable row level security"]),
            ("shipments", &["alter table shipments no force row level security"]),
            ("fresh", &["create table fresh (id uuid primary key)"]),
        ],
    },
    Rule {
        says: "the one restrictive policy keeps the application to the context's company, evaluated once a statement",
        breaches: "select c.relname::text from tenant_tables c
            where (select array_agg((p.polroles = array['safeshipper_app'::regrole::oid] and p.polcmd = '*'
                       and pg_get_expr(p.polqual, p.polrelid) = expected.text
                       and pg_get_expr(p.polwithcheck, p.polrelid) = expected.text))
                   from pg_policy p,
                       lateral (select case
                           -- Read and written through the guard's functions alone: nothing is the application's.
                           when c.relname in ('passwords', 'refresh_tokens', 'totp_factors', 'backup_codes',
                                   'pending_sign_ins', 'revoked_tokens', 'notice_limits', 'password_resets',
                                   'passkeys', 'identity_providers', 'external_identities', 'oidc_attempts',
                                   'spent_logout_tokens', 'refused_passwords')
                               then 'false'
                           else format('(%I = ( SELECT guard.company() AS company))', c.tenant) end) expected (text)
                   where p.polrelid = c.oid and not p.polpermissive) is distinct from array[true]",
        broken_by: &[
            ("shipments", &["drop policy tenant on shipments"]),
            ("shipments", &["alter policy tenant on shipments using (true)"]),
            ("shipments", &["alter policy tenant on shipments with check (true)"]),
            ("shipments", &["alter policy tenant on shipments using (company_id = guard.company())"]),
            ("shipments", &["alter policy tenant on shipments to safeshipper_directory"]),
            ("shipments", &["create policy second on shipments as restrictive to safeshipper_app using (true)"]),
            ("shipments", &[
                "drop policy tenant on shipments",
                "create policy tenant on shipments to safeshipper_app
                     using (company_id = (select guard.company())) with check (company_id = (select guard.company()))",
            ]),
            ("passwords", &["alter policy tenant on passwords using (true)"]),
            ("fresh", &["create table fresh (company_id uuid, id uuid, primary key (company_id, id))"]),
        ],
    },
    Rule {
        says: "what is permitted is permitted by verb, once, to the application or the guard",
        breaches: "select c.relname::text || ' ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
            where p.polpermissive and (p.polroles <@ array['safeshipper_app'::regrole::oid] and p.polcmd = '*'
                or not p.polroles <@ array['safeshipper_app'::regrole::oid, 'safeshipper_guard'::regrole::oid])
            union
            select c.relname || ' ' || string_agg(p.polname, '+' order by p.polname) from pg_policy p join pg_class c on c.oid = p.polrelid
            where p.polpermissive and 'safeshipper_app'::regrole = any (p.polroles)
            group by c.relname, p.polcmd having count(*) > 1",
        broken_by: &[
            ("shipments every", &["create policy every on shipments to safeshipper_app using (true)"]),
            ("shipments anyone", &["create policy anyone on shipments for select using (true)"]),
            ("shipments app_", &["create policy more on shipments for update to safeshipper_app using (true)"]),
        ],
    },
    Rule {
        says: "the primary key leads with the company",
        breaches: "select c.relname::text from tenant_tables c
            where not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary
                and i.indkey[0] = c.tenant_number)",
        broken_by: &[
            ("fresh", &["create table fresh (company_id uuid, id uuid primary key)"]),
            ("fresh", &["create table fresh (company_id uuid, id uuid, primary key (id, company_id))"]),
            ("fresh", &["create table fresh (company_id uuid, id uuid)"]),
        ],
    },
    Rule {
        says: "an index leads with the company",
        breaches: "select i.indexrelid::regclass::text from tenant_tables c join pg_index i on i.indrelid = c.oid
            where i.indkey[0] <> c.tenant_number
              -- Looked up by the guard before there is a context; provisioning looks companies up by name.
              and i.indexrelid::regclass::text not in ('users_by_email', 'sessions_handle_hash_key',
                  'sessions_token_hash_key', 'refresh_tokens_by_hash', 'pending_sign_ins_by_ticket', 'password_resets_by_token',
                  'companies_slug_key', 'passkeys_by_credential', 'identity_providers_by_id', 'oidc_attempts_by_state')",
        broken_by: &[
            ("fresh", &["create index fresh on shipments (status)"]),
            ("shipments_tracking_number_key", &["alter table shipments add unique (tracking_number)"]),
        ],
    },
    Rule {
        says: "no two indexes of a table are the same",
        breaches: "select c.relname::text from pg_index i join pg_class c on c.oid = i.indrelid
            where c.relnamespace = 'safeshipper'::regnamespace
            group by c.relname, i.indkey::text, i.indclass::text, i.indoption::text,
                pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)
            having count(*) > 1",
        broken_by: &[("shipments", &["create index twin on shipments (company_id, created_by)"])],
    },
    Rule {
        says: "a foreign key takes the company along",
        breaches: "select f.conname::text from pg_constraint f
            join tenant_tables c on c.oid = f.conrelid join tenant_tables o on o.oid = f.confrelid
            where f.contype = 'f' and not exists (
                select from unnest(f.conkey, f.confkey) as k (mine, theirs)
                where k.mine = c.tenant_number and k.theirs = o.tenant_number)
            union all
            select f.conname from pg_constraint f join tenant_tables o on o.oid = f.confrelid
            where f.contype = 'f' and f.conrelid not in (select oid from tenant_tables)",
        broken_by: &[
            ("fresh", &[
                "alter table users add constraint loose unique (id)",
                "alter table shipments add constraint fresh foreign key (created_by) references users (id)",
            ]),
            ("fresh", &["alter table shipments add constraint fresh foreign key (id) references companies (id)"]),
            ("fresh", &["create table t (id uuid constraint fresh references companies (id))"]),
        ],
    },
    Rule {
        says: "the company is never absent",
        breaches: "select c.relname::text from tenant_tables c join pg_attribute a on a.attrelid = c.oid
            where a.attnum = c.tenant_number and not a.attnotnull",
        broken_by: &[("fresh", &["create table fresh (company_id uuid, id uuid)"])],
    },
    Rule {
        says: "a change demands an event at commit",
        breaches: "select c.relname::text from tenant_tables c
            -- Is the event.
            where c.relname <> 'audit_events'
              and (select coalesce(bit_or(t.tgtype), 0) & (4 | 8 | 16) from pg_trigger t
                   where t.tgrelid = c.oid and t.tgfoid = 'guard.require_audit'::regproc and t.tgenabled = 'O'
                     and t.tgdeferrable and t.tginitdeferred and t.tgtype & 1 = 1
                     -- Use of a session is not a change of it.
                     and (t.tgqual is null or t.tgname = 'audited_revocation')) <> (4 | 8 | 16)",
        broken_by: &[
            ("shipments", &["drop trigger audited on shipments"]),
            ("shipments", &["alter table shipments disable trigger audited"]),
            ("sessions", &["drop trigger audited_revocation on sessions"]),
            ("shipments", &[
                "drop trigger audited on shipments",
                "create constraint trigger audited after insert on shipments
                     deferrable initially deferred for each row execute function guard.require_audit()",
            ]),
            ("fresh", &["create table fresh (company_id uuid, id uuid, primary key (company_id, id))"]),
        ],
    },
    Rule {
        says: "no working role may truncate, refer to, put triggers on or delete from a table",
        breaches: "select c.relname::text || ' ' || privilege from pg_class c,
                unnest(array['safeshipper_app', 'safeshipper_directory']) as role,
                unnest(array['truncate', 'references', 'trigger', 'delete']) as privilege
            where c.relnamespace in ('safeshipper'::regnamespace, 'guard'::regnamespace)
              and c.relkind in ('r', 'p', 'v', 'm') and has_table_privilege(role, c.oid, privilege)",
        broken_by: &[
            ("shipments truncate", &["grant truncate on shipments to safeshipper_app"]),
            ("shipments references", &["grant references on shipments to safeshipper_directory"]),
            ("shipments trigger", &["grant trigger on shipments to public"]),
            ("shipments delete", &["grant delete on shipments to safeshipper_app"]),
        ],
    },
    Rule {
        says: "the directory has no privilege on any table or column, nor on the schema",
        breaches: "select c.relname::text from pg_class c
            where c.relnamespace in ('safeshipper'::regnamespace, 'guard'::regnamespace)
              and c.relkind in ('r', 'p', 'v', 'm')
              and (has_table_privilege('safeshipper_directory', c.oid, 'select, insert, update, delete, truncate')
                or has_any_column_privilege('safeshipper_directory', c.oid, 'select, insert, update, references'))
            union all
            select 'schema' where has_schema_privilege('safeshipper_directory', 'safeshipper', 'usage, create')",
        broken_by: &[
            ("users", &["grant select on users to safeshipper_directory"]),
            ("users", &["grant select (id) on users to safeshipper_directory"]),
            ("users", &["grant update (role) on users to public"]),
            ("schema", &["grant usage on schema safeshipper to safeshipper_directory"]),
        ],
    },
    Rule {
        says: "a definer function is the guard's, and every function pins its search path or its names were bound",
        breaches: "select f.oid::regprocedure::text from functions f
            where f.prosecdef and f.proowner <> 'safeshipper_guard'::regrole
               -- A body that was parsed when the function was made looks no name up when it runs.
               or not (f.prosqlbody is not null and not f.prosecdef)
                  and not coalesce(f.proconfig && array['search_path=pg_catalog, pg_temp',
                      case when not f.prosecdef then 'search_path=pg_catalog' end], false)",
        broken_by: &[
            ("guard.enter", &["alter function guard.enter(bytea) owner to safeshipper_owner"]),
            ("guard.enter", &["alter function guard.enter(bytea) reset search_path"]),
            ("guard.enter", &["alter function guard.enter(bytea) set search_path = safeshipper, pg_temp"]),
            ("guard.require_administrator", &["alter function guard.require_administrator() reset search_path"]),
            ("guard.fresh", &["create function guard.fresh() returns int language sql as 'select 1'"]),
            ("guard.seal", &["alter function guard.seal(text, bytea) security definer"]),
            ("guard.seal", &[
                "alter function guard.seal(text, bytea) owner to safeshipper_guard",
                "alter function guard.seal(text, bytea) security definer",
            ]),
        ],
    },
    Rule {
        says: "a function is called by whom it is for",
        breaches: "select f.oid::regprocedure || ' public' from functions f,
                aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
            where a.grantee = 0
            union all
            select f.oid::regprocedure || ' app' from functions f
            where has_function_privilege('safeshipper_app', f.oid, 'execute') and f.proname not in
                ('enter', 'opened', 'company', 'user_id', 'session_id',
                 -- Each judges anew who asks.
                 'end_sessions_of', 'end_sessions_of_company', 'lock_person', 'unlock_person',
                 'ask_factor_reset', 'approve_factor_reset', 'cancel_factor_reset', 'object_to_factor_reset',
                 'give_permission', 'end_permission', 'assign_role', 'sees_incidents', 'confirm_incident',
                 'close_incident', 'request_emergency', 'approve_emergency', 'refuse_emergency', 'end_emergency',
                 'review_emergency', 'ask_override', 'decide_override', 'withdraw_override', 'set_team',
                 'begin_own_key_rotation', 'own_data_keys', 'own_key_rotations',
                 'refuse_passwords', 'refused_passwords',
                 -- Tell of the person of the context alone.
                 'holds', 'seen_shipments',
                 -- One company's, once.
                 'add_document_key',
                 -- Says of a word what the policies say.
                 'may_approve_emergency', 'role_overrides',
                 -- Says of a shipment that the caller sees what its trigger asks.
                 'passes',
                 -- Takes what the database cannot read or write.
                 'post_notice')
            union all
            select f.oid::regprocedure || ' directory' from functions f
            where has_function_privilege('safeshipper_directory', f.oid, 'execute') and f.proname not in
                ('live_session', 'find_sign_in', 'record_sign_in', 'open_session', 'add_refresh_token',
                 'renew', 'signing_keys', 'add_signing_key', 'activate_signing_key', 'destroy_signing_key',
                 'platform_data_keys', 'platform_keychain', 'credential_keys',
                 -- Nodes seal anew what the operator asked for.
                 'rotation_keys', 'take_key_rotation', 'sealed_batch', 'reseal', 'note_key_rotation', 'end_key_rotation',
                 'add_credential_key', 'ask_second_factor', 'company_of_ticket', 'attempt_second_step',
                 'spend_ticket', 'fail_totp', 'spend_step', 'spend_backup_code', 'attempt_proof',
                 'mark_second_factor', 'mark_password', 'begin_totp', 'pending_totp', 'confirm_totp',
                 'replace_backup_codes', 'remove_totp', 'own_factors', 'demand_factors', 'resistance', 'personal',
                 'mark_passkey', 'mark_backup_code', 'ask_passkey', 'take_ceremony', 'find_passkey', 'use_passkey',
                 'ticket_has_totp', 'ticket_passkeys', 'own_passkeys', 'begin_passkey', 'add_passkey',
                 'rename_passkey', 'remove_passkey',
                 'is_token_revoked', 'revoke_access_token', 'end_by_refresh_token',
                 'addressee', 'administrators', 'post_notice', 'may_tell', 'is_new_place', 'backup_codes_left',
                 'recent_addresses',
                 'take_notice', 'notice_delivered', 'notice_postponed', 'notice_failed', 'expire_notices',
                 'notice_faults',
                 'holds_password', 'note_password_length', 'rehash_password', 'change_password', 'ask_password_reset', 'person_of_reset',
                 'reset_password', 'settle_factor_reset', 'is_password_refused',
                 'record_provider_event', 'add_identity_provider', 'change_identity_provider', 'remove_identity_provider',
                 'identity_providers', 'providers_of_company', 'identity_provider', 'begin_oidc_sign_in', 'begin_oidc_link',
                 'take_oidc_attempt', 'find_identity', 'note_provider', 'note_provider_of_ticket', 'provider_of_ticket',
                 'own_identities', 'link_identity', 'unlink_identity', 'end_by_logout_token')",
        broken_by: &[
            ("guard.company() public", &["grant execute on function guard.company() to public"]),
            ("fresh() public", &["create function guard.fresh() returns int language sql return 1"]),
            ("guard.seal(text,bytea) app", &[
                "grant execute on function guard.seal(text, bytea) to safeshipper_app",
            ]),
            ("guard.enter(bytea) directory", &["grant execute on function guard.enter(bytea) to safeshipper_directory"]),
        ],
    },
    Rule {
        says: "a working role is nobody special, is a member of nothing and owns nothing",
        breaches: "select r.rolname::text from pg_roles r
            where r.rolname in ('safeshipper_app', 'safeshipper_directory')
              and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication
                or exists (select from pg_auth_members m where m.member = r.oid)
                or exists (select from pg_shdepend d where d.deptype = 'o' and d.refobjid = r.oid))
            union all
            -- Nobody works as these, and yet.
            select r.rolname from pg_roles r
            where r.rolname in ('safeshipper_owner', 'safeshipper_guard') and (r.rolsuper or r.rolbypassrls)",
        broken_by: &[
            ("safeshipper_app", &["alter role safeshipper_app superuser"]),
            ("safeshipper_app", &["alter role safeshipper_app bypassrls"]),
            ("safeshipper_directory", &["alter role safeshipper_directory createrole"]),
            ("safeshipper_app", &["grant safeshipper_guard to safeshipper_app"]),
            ("safeshipper_app", &["alter table shipments owner to safeshipper_app"]),
            ("safeshipper_directory", &["create table fresh (id int)", "alter table fresh owner to safeshipper_directory"]),
            ("safeshipper_owner", &["alter role safeshipper_owner bypassrls"]),
        ],
    },
    Rule {
        says: "a working role makes no object anywhere",
        breaches: "select role || ' in ' || n.nspname from pg_namespace n,
                unnest(array['safeshipper_app', 'safeshipper_directory']) as role
            where has_schema_privilege(role, n.oid, 'create')
            union all
            select role || ' in the database' from unnest(array['safeshipper_app', 'safeshipper_directory']) as role
            where has_database_privilege(role, current_database(), 'create, temporary')",
        broken_by: &[
            ("safeshipper_app in guard", &["grant create on schema guard to safeshipper_app"]),
            ("safeshipper_directory in public", &["grant create on schema public to public"]),
            ("safeshipper_app in the database", &[
                "do $$ begin execute format('grant temporary on database %I to safeshipper_app', current_database()); end $$",
            ]),
        ],
    },
    Rule {
        says: "every encrypted column is in the register, so that it is sealed anew and counted",
        breaches: "select c.relname || '.' || a.attname
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'safeshipper'::regnamespace and c.relkind in ('r', 'p')
              and a.attnum > 0 and not a.attisdropped and a.attname like '%\\_sealed'
              and not (a.atttypid = 'bytea'::regtype and exists (
                  select from pg_depend d join pg_rewrite w on w.oid = d.objid and d.classid = 'pg_rewrite'::regclass
                  where w.ev_class = 'guard.sealed_values'::regclass and d.refobjid = c.oid
                    and d.refobjsubid = a.attnum)
                and position(format('when ''%s.%s'' then', c.relname, a.attname) in
                  pg_get_functiondef('guard.reseal(uuid, text, uuid[], bytea[], bytea[])'::regprocedure)) > 0)",
        broken_by: &[
            ("shipments.fresh_sealed", &["alter table shipments add column fresh_sealed bytea"]),
            ("users.email_sealed", &[
                "drop view guard.sealed_values",
                "create view guard.sealed_values as select 'users.email_sealed' as place, company_id from users",
            ]),
            ("notices.letter_sealed", &[
                "drop function guard.reseal(uuid, text, uuid[], bytea[], bytea[])",
                "create function guard.reseal(uuid, text, uuid[], bytea[], bytea[]) returns integer
                     language sql set search_path = pg_catalog return 0",
            ]),
        ],
    },
    Rule {
        says: "a view asks with the rights of who asks, and nothing keeps a copy of rows",
        breaches: "select c.relname::text from pg_class c
            where c.relnamespace in ('safeshipper'::regnamespace, 'guard'::regnamespace)
              and (c.relkind = 'm' or c.relkind = 'v'
                and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false))",
        broken_by: &[
            ("fresh", &["create view fresh as select * from shipments"]),
            ("fresh", &["create materialized view fresh as select * from shipments"]),
        ],
    },
];

/// The product's tables with rows of companies, and the column that says whose a row is.
const TENANT_TABLES: &str = "create temp view tenant_tables as
    select c.oid, c.relname, a.attname as tenant, a.attnum as tenant_number
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'safeshipper'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = case c.relname when 'companies' then 'id' else 'company_id' end";

/// The product's functions: not those of extensions.
const FUNCTIONS: &str = "create temp view functions as
    select p.* from pg_proc p
    where p.pronamespace in ('safeshipper'::regnamespace, 'guard'::regnamespace)
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')";

async fn connect(database: &TestDatabase) -> PgConnection {
    let mut connection = PgConnection::connect_with(&database.superuser_options())
        .await
        .unwrap();
    for sql in ["set search_path = safeshipper", TENANT_TABLES, FUNCTIONS] {
        run(&mut connection, sql).await;
    }
    connection
}

async fn run(connection: &mut PgConnection, sql: &'static str) {
    if let Err(error) = sqlx::query(sql).execute(connection).await {
        panic!("{error}: {sql}");
    }
}

async fn breaches(connection: &mut PgConnection, rule: &Rule) -> Vec<String> {
    let rows = sqlx::query(rule.breaches).fetch_all(connection).await;
    let rows = rows.unwrap_or_else(|error| panic!("{}: {error}", rule.says));
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn every_table_function_and_role_keeps_every_rule() {
    let database = TestDatabase::create().await;
    let mut connection = connect(&database).await;
    for rule in RULES {
        let found = breaches(&mut connection, rule).await;
        assert!(found.is_empty(), "{}, but not for {found:?}", rule.says);
    }
}

#[tokio::test]
async fn every_rule_can_fail() {
    let database = TestDatabase::create().await;
    let mut connection = connect(&database).await;
    for rule in RULES {
        for (name, statements) in rule.broken_by {
            run(&mut connection, "begin").await;
            for sql in *statements {
                run(&mut connection, sql).await;
            }
            let found = breaches(&mut connection, rule).await;
            assert!(
                found.iter().any(|found| found.contains(name)),
                "{}: {statements:?} went unnoticed, found {found:?}",
                rule.says
            );
            run(&mut connection, "rollback").await;
        }
    }
}

/// The rules look at what is there; that the tables are there is looked at here.
#[tokio::test]
async fn the_rules_see_the_tables() {
    let database = TestDatabase::create().await;
    let mut connection = connect(&database).await;
    let seen: Vec<String> = sqlx::query_scalar("select relname::text from tenant_tables order by 1")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert!(seen.len() >= 9, "{seen:?}");
    let without_a_company: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'safeshipper'::regnamespace and relkind in ('r', 'p')
             and oid not in (select oid from tenant_tables) order by 1",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(
        without_a_company,
        [
            "_sqlx_migrations",
            "notice_lanes",
            "notices",
            "passkey_ceremonies",
            "signing_keys"
        ],
        "a table of the platform is a decision"
    );
}
