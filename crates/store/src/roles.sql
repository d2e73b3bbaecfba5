-- The roles the migrations need and the schema; repeatable. The working roles sign in by passwords.sql.
-- `./dev prepare` runs it too, before the store can be compiled.
do $$
declare
    r text;
begin
    -- Two nodes starting together must not race for the same role.
    perform pg_advisory_xact_lock(hashtext('safeshipper roles'));
    foreach r in array array['safeshipper_owner', 'safeshipper_guard', 'safeshipper_app', 'safeshipper_directory'] loop
        if not exists (select from pg_roles where rolname = r) then
            execute format('create role %I nologin', r);
        end if;
    end loop;
    if not pg_has_role('safeshipper_owner', 'safeshipper_guard', 'member') then
        grant safeshipper_guard to safeshipper_owner;
    end if;
    if not pg_has_role(current_user, 'safeshipper_owner', 'member') then
        execute format('grant safeshipper_owner to %I', current_user);
    end if;
    execute format('grant create on database %I to safeshipper_owner', current_database());
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to safeshipper_app, safeshipper_directory', current_database());
    if not exists (select from pg_namespace where nspname = 'safeshipper') then
        create schema safeshipper authorization safeshipper_owner;
    end if;
end
$$;
