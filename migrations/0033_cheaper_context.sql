-- The same context with less work: who enters, what is sealed and what is refused stay as they were. Measured
-- (docs/benchmarks.md), most of its cost was calls: PostgreSQL sets up each function with a path of its own anew at
-- each statement, and `perform` and a subselect start an executor where an assignment does not. Now one function
-- enters and one opens, and what is around them is inlined.
--
-- Inlined are SQL functions whose body is an expression parsed when they were made: no path can stand another object
-- in for one of theirs, so they need none of their own. A definer function pins its path as before.
--
-- A transaction that was entered before this and goes on after it is refused, as one with a forged context is.

-- What a body is sealed with: bound to this backend and this transaction. The parts besides the body are of fixed
-- length, and so is every body that is sealed.
drop function guard.seal(uuid, uuid, uuid);
create function guard.seal(p_body text, p_key bytea) returns text
    language sql stable parallel restricted
    return encode(guard.hmac(
        convert_to(p_body, 'UTF8') || int4send(pg_backend_pid()) || timestamptz_send(transaction_timestamp()),
        p_key, 'sha256'), 'hex');
grant execute on function guard.seal(text, bytea) to safeshipper_guard;

create or replace function guard.enter(p_handle_hash bytea) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    body text;
    key bytea;
begin
    select x.company_id || '/' || x.user_id || '/' || x.id, k.key into body, key
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    cross join guard.context_key k
    where x.handle_hash = p_handle_hash and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit;
    if not found then
        raise exception 'no live session has this handle' using errcode = 'SS001';
    end if;
    body := set_config('safeshipper.context', body || '/' || guard.seal(body, key), true);
end
$$;

-- The sealed context, opened: company, user and session with strokes between them; null without one, an error for a
-- forged one. Nothing is read from it before its seal is found to be its own.
alter policy app_insert on audit_events with check (false);
drop function guard.opened();
create function guard.opened() returns text
    language plpgsql stable security definer parallel restricted
    set search_path = pg_catalog, pg_temp
as $$
declare
    context text;
    key bytea;
begin
    select current_setting('safeshipper.context', true), k.key into context, key from guard.context_key k;
    -- Three ids and two strokes.
    if context = left(context, 110) || '/' || guard.seal(left(context, 110), key) then
        return left(context, 110);
    elsif context <> '' then
        raise exception 'the context of this transaction is not one the guard has sealed'
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end
$$;
alter function guard.opened() owner to safeshipper_guard;
grant execute on function guard.opened() to safeshipper_app, safeshipper_guard;

create or replace function guard.company() returns uuid
    language sql stable parallel restricted
    return split_part(guard.opened(), '/', 1)::uuid;
create or replace function guard.user_id() returns uuid
    language sql stable parallel restricted
    return split_part(guard.opened(), '/', 2)::uuid;
create or replace function guard.session_id() returns uuid
    language sql stable parallel restricted
    return split_part(guard.opened(), '/', 3)::uuid;

-- Nobody writes an event in another's name or for another time. What is absent is not equal.
alter policy app_insert on audit_events with check (
    actor_company_id || '/' || actor_user_id || '/' || session_id = (select guard.opened())
    and actor_name = (select u.display_name from users u
        where u.company_id = actor_company_id and u.id = actor_user_id)
    and occurred_at = now());

drop function guard.here();
