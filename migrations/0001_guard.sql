-- Who may see which rows, decided inside the database.
--
-- `guard.enter(handle)` is the only way to get a context. It takes the handle of a session, which the
-- application computes with a key the database does not hold, finds the live session and leaves a
-- transaction-local setting sealed with a keyed hash. Policies read it through `guard.company()` and
-- `guard.user_id()`, which check the seal with a key that the application's role cannot read. SQL injected
-- into the application can set the setting to anything, but not to anything these functions accept.
--
-- Roles are made before the first migration (store::bootstrap): safeshipper_owner runs the migrations,
-- safeshipper_guard owns the definer functions, safeshipper_app and safeshipper_directory serve requests.

-- A function is nobody's until it is granted.
alter default privileges revoke execute on functions from public;

create schema guard;
grant create on schema guard to safeshipper_guard;
grant usage on schema guard to safeshipper_app, safeshipper_directory, safeshipper_guard;
grant usage on schema safeshipper to safeshipper_app, safeshipper_guard;

create extension if not exists pgcrypto with schema guard;

-- One row: the key of the seal. Made here, never leaves the database.
create table guard.context_key (
    only_row boolean primary key default true check (only_row),
    key bytea not null check (octet_length(key) = 32)
);
insert into guard.context_key (key) select guard.gen_random_bytes(32);
grant select on guard.context_key to safeshipper_guard;

-- What a sealed context is bound to besides its content: this backend and this transaction.
create function guard.here() returns text
    language sql stable parallel restricted
    set search_path = pg_catalog
    return pg_backend_pid() || '.' || (extract(epoch from transaction_timestamp()) * 1000000)::bigint;
grant execute on function guard.here() to safeshipper_guard;

-- The sealed context, opened: null without one, an error for a forged one.
create function guard.opened() returns text[]
    language plpgsql stable security definer parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    parts text[] := string_to_array(nullif(current_setting('safeshipper.context', true), ''), '/');
begin
    if parts is null then
        return null;
    end if;
    if array_length(parts, 1) is distinct from 4
        or guard.hmac(
            convert_to(parts[1] || '/' || parts[2] || '/' || parts[3] || '/' || guard.here(), 'UTF8'),
            (select key from guard.context_key),
            'sha256') is distinct from decode(parts[4], 'hex')
    then
        raise exception 'the context of this transaction is not one the guard has sealed'
            using errcode = 'insufficient_privilege';
    end if;
    return parts;
end
$$;

create function guard.company() returns uuid
    language sql stable parallel restricted
    set search_path = pg_catalog
    return (guard.opened())[1]::uuid;

create function guard.user_id() returns uuid
    language sql stable parallel restricted
    set search_path = pg_catalog
    return (guard.opened())[2]::uuid;

create function guard.session_id() returns uuid
    language sql stable parallel restricted
    set search_path = pg_catalog
    return (guard.opened())[3]::uuid;

-- Seals a context for the rest of this transaction. Only the guard's own functions call it.
create function guard.seal(p_company uuid, p_user uuid, p_session uuid) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    body text := p_company || '/' || p_user || '/' || p_session;
begin
    perform set_config('safeshipper.context', body || '/' || encode(guard.hmac(
        convert_to(body || '/' || guard.here(), 'UTF8'),
        (select key from guard.context_key),
        'sha256'), 'hex'), true);
end
$$;

alter function guard.opened() owner to safeshipper_guard;
alter function guard.seal(uuid, uuid, uuid) owner to safeshipper_guard;
grant execute on function guard.opened(), guard.company(), guard.user_id(), guard.session_id()
    to safeshipper_app, safeshipper_guard;
