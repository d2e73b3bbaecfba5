-- Taking access back at once (AUTH-4, AUTH-10, J1, J8, J15): single tokens, single sessions, all of a person's, all
-- of a company's, and the account itself. Nothing is remembered outside these rows, so every node agrees with the
-- commit and a restart changes nothing.

-- How long sessions of a role live: the one table, applied to whatever opens a session. An API session lives as
-- long as its refresh tokens; who administers is asked again sooner.
create function guard.session_limits(p_role text, p_kind text) returns table (idle interval, absolute interval)
    language plpgsql immutable rows 1
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query select l.idle, l.absolute from (values
        ('console', 'VIEWER',      interval '1 hour',     interval '12 hours'),
        ('console', 'DRIVER',      interval '1 hour',     interval '12 hours'),
        ('console', 'OPERATOR',    interval '1 hour',     interval '12 hours'),
        ('console', 'SUPERVISOR',  interval '1 hour',     interval '12 hours'),
        ('console', 'MANAGER',     interval '1 hour',     interval '12 hours'),
        ('console', 'ADMIN',       interval '30 minutes', interval '8 hours'),
        ('console', 'SUPER_ADMIN', interval '15 minutes', interval '4 hours'),
        ('api',     'VIEWER',      interval '30 days',    interval '30 days'),
        ('api',     'DRIVER',      interval '30 days',    interval '30 days'),
        ('api',     'OPERATOR',    interval '30 days',    interval '30 days'),
        ('api',     'SUPERVISOR',  interval '30 days',    interval '30 days'),
        ('api',     'MANAGER',     interval '30 days',    interval '30 days'),
        ('api',     'ADMIN',       interval '1 day',      interval '7 days'),
        ('api',     'SUPER_ADMIN', interval '12 hours',   interval '1 day')
    ) as l (kind, role, idle, absolute)
    where l.kind = p_kind and l.role = p_role;
end
$$;

-- Whatever opens a session: only for an active person, and no longer than their role allows. The person's row is
-- held until the commit, so that a lockdown comes before (and the session does not open) or after (and ends it).
create function guard.session_opens() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text;
    l record;
begin
    select u.role into v_role from safeshipper.users u
    where u.company_id = new.company_id and u.id = new.user_id and u.status = 'active'
    for share;
    if not found then
        raise exception 'this account is not active' using errcode = 'SS003';
    end if;
    select * into strict l from guard.session_limits(v_role, new.kind);
    new.idle_limit := least(new.idle_limit, l.idle);
    new.expires_at := least(new.expires_at, now() + l.absolute);
    return new;
end
$$;
create trigger opens before insert on sessions for each row execute function guard.session_opens();

-- Single access tokens that are dead while their session lives. Kept until they would have expired by themselves.
create table revoked_tokens (
    company_id uuid not null,
    jti text not null check (length(jti) between 1 and 64),
    session_id uuid not null,
    revoked_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (company_id, jti),
    foreign key (company_id, session_id) references sessions (company_id, id)
);
alter table revoked_tokens enable row level security;
alter table revoked_tokens force row level security;
create policy tenant on revoked_tokens as restrictive to safeshipper_app using (false) with check (false);
create policy guard_all on revoked_tokens to safeshipper_guard using (true) with check (true);
grant select, insert, delete on revoked_tokens to safeshipper_guard;
create constraint trigger audited after insert or update or delete on revoked_tokens
    deferrable initially deferred for each row execute function guard.require_audit();

create function guard.is_token_revoked(p_company uuid, p_jti text) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from safeshipper.revoked_tokens t where t.company_id = p_company and t.jti = p_jti);
end
$$;

-- Revokes one access token of a living session; whose it is, or no row where there was nothing to revoke. The
-- event that the caller adds also covers that the company's expired rows go.
create function guard.revoke_access_token(p_handle_hash bytea, p_jti text, p_expires_at timestamptz)
    returns table (company_id uuid, session_id uuid, user_id uuid, display_name text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    s record;
begin
    select x.company_id, x.id, x.user_id, u.display_name into s
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    where x.handle_hash = p_handle_hash and x.kind = 'api' and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit;
    if not found then
        return;
    end if;
    insert into safeshipper.revoked_tokens (company_id, jti, session_id, expires_at)
    values (s.company_id, p_jti, s.id, p_expires_at) on conflict do nothing;
    if not found then
        return;
    end if;
    delete from safeshipper.revoked_tokens where company_id = s.company_id and expires_at <= now() and jti <> p_jti;
    return query select s.company_id, s.id, s.user_id, s.display_name;
end
$$;

-- Ends the session of a refresh token, spent or not; whose it is, or no row where there was nothing to end.
create function guard.end_by_refresh_token(p_token_hash bytea)
    returns table (company_id uuid, session_id uuid, user_id uuid, display_name text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    return query
        update safeshipper.sessions s set revoked_at = now()
        from safeshipper.refresh_tokens r
        join safeshipper.users u on u.company_id = r.company_id
        where r.token_hash = p_token_hash and s.company_id = r.company_id and s.id = r.session_id
          and u.id = s.user_id and s.revoked_at is null
        returning s.company_id, s.id, s.user_id, u.display_name;
end
$$;

-- Lockdown. `disabled` is somebody who has left; `locked` is a decision about somebody who is here, with its reason.
alter table users
    drop constraint users_status_check,
    add constraint users_status_check check (status in ('active', 'disabled', 'locked')),
    add column locked_at timestamptz,
    -- Absent for the platform's operator. Nobody locks themselves, whatever writes it.
    add column locked_by uuid check (locked_by <> id),
    add column lock_reason text check (length(lock_reason) between 10 and 500),
    add constraint users_lock_is_told check (
        (status = 'locked') = (locked_at is not null) and (status = 'locked') = (lock_reason is not null)
        and (status = 'locked' or locked_by is null)),
    add foreign key (company_id, locked_by) references users (company_id, id);

-- Deferred to commit: a lockdown and its end are in the trail, as grave as they are, with the reason, and done by
-- somebody else than the person.
create function guard.require_lock_event() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from safeshipper.audit_events e
        where e.company_id = new.company_id and e.occurred_at = now() and e.resource_type = 'user'
          and e.resource_id = new.id and e.event_type = 'PERMISSION_CHANGE' and e.severity = 'HIGH'
          and e.outcome = 'SUCCESS' and e.actor_user_id is distinct from new.id
          and length(e.additional_data ->> 'reason') >= 10
          and (new.lock_reason is null or new.lock_reason = e.additional_data ->> 'reason'))
    then
        raise exception 'a lockdown is about to change without its event'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create constraint trigger lock_is_audited after update on users
    deferrable initially deferred for each row
    when (old.status is distinct from new.status and 'locked' in (old.status, new.status))
    execute function guard.require_lock_event();

-- Ends the sessions of a person, or with null of everybody in the company; how many of them lived. A refresh token
-- is worth nothing without its session.
create function guard.end_sessions(p_company uuid, p_user uuid) returns integer
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_lived integer;
begin
    with ended as (
        update safeshipper.sessions s set revoked_at = now()
        where s.company_id = p_company and (p_user is null or s.user_id = p_user) and s.revoked_at is null
        returning now() < s.expires_at and now() < s.last_used_at + s.idle_limit as lived)
    select count(*) filter (where lived) into v_lived from ended;
    return v_lived;
end
$$;

-- Whether a person holds users.admin and system.configuration; a test holds it against the policies.
create function guard.is_administrator(p_role text) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return p_role in ('ADMIN', 'SUPER_ADMIN');
end
$$;

-- The second lock behind the policies: SQL injected into a request of somebody else administers nobody.
create function guard.require_administrator() returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    u record;
begin
    select x.role, x.status into u from safeshipper.users x
    where x.company_id = guard.company() and x.id = guard.user_id();
    if u.status is distinct from 'active' then
        raise exception 'this account is not active' using errcode = 'SS001';
    end if;
    if not guard.is_administrator(u.role) then
        raise exception 'the person of this context administers nobody' using errcode = 'insufficient_privilege';
    end if;
end
$$;

-- Holds a person and every administrator until the commit: of two who lock each other, one comes second and is
-- locked by then.
create function guard.hold_person(p_company uuid, p_user uuid) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from safeshipper.users u
    where u.company_id = p_company and (u.id = p_user or guard.is_administrator(u.role))
    order by u.id for no key update;
end
$$;

-- `done`, or why not: `absent`, `state` (not active), `last` (no other active administrator).
create function guard.lock_down(p_company uuid, p_user uuid, p_by uuid, p_reason text) returns text
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    u record;
begin
    select x.role, x.status into u from safeshipper.users x where x.company_id = p_company and x.id = p_user;
    if not found then
        return 'absent';
    elsif u.status <> 'active' then
        return 'state';
    elsif guard.is_administrator(u.role) and not exists (
        select from safeshipper.users x where x.company_id = p_company and x.id <> p_user
          and x.status = 'active' and guard.is_administrator(x.role))
    then
        return 'last';
    end if;
    update safeshipper.users set status = 'locked', locked_at = now(), locked_by = p_by, lock_reason = p_reason
    where company_id = p_company and id = p_user;
    perform guard.end_sessions(p_company, p_user);
    -- A sign-in between its two steps ends too, or an early unlock would let it go on.
    delete from safeshipper.pending_sign_ins where company_id = p_company and user_id = p_user;
    return 'done';
end
$$;

-- `done`, `absent`, or `state`: the person is not locked.
create function guard.unlock(p_company uuid, p_user uuid) returns text
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from safeshipper.users x where x.company_id = p_company and x.id = p_user) then
        return 'absent';
    end if;
    update safeshipper.users set status = 'active', locked_at = null, locked_by = null, lock_reason = null
    where company_id = p_company and id = p_user and status = 'locked';
    return case when found then 'done' else 'state' end;
end
$$;

-- What administrators do, in the context of their own company ------------------------------------------------

-- How many sessions ended; null where the company has no such person.
create function guard.end_sessions_of(p_user uuid) returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.require_administrator();
    if not exists (
        select from safeshipper.users x where x.company_id = guard.company() and x.id = p_user)
    then
        return null;
    end if;
    return guard.end_sessions(guard.company(), p_user);
end
$$;

-- The caller's own included.
create function guard.end_sessions_of_company() returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.require_administrator();
    return guard.end_sessions(guard.company(), null);
end
$$;

-- As `guard.lock_down`, or `self`.
create function guard.lock_person(p_user uuid, p_reason text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.hold_person(guard.company(), p_user);
    perform guard.require_administrator();
    if p_user = guard.user_id() then
        return 'self';
    end if;
    return guard.lock_down(guard.company(), p_user, guard.user_id(), p_reason);
end
$$;

-- As `guard.unlock`, or `self`. Why, the event says, without which nothing commits.
create function guard.unlock_person(p_user uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.hold_person(guard.company(), p_user);
    perform guard.require_administrator();
    if p_user = guard.user_id() then
        return 'self';
    end if;
    return guard.unlock(guard.company(), p_user);
end
$$;

-- What the platform's operator does, by command and as safeshipper_owner --------------------------------------

create function guard.record_operator(p_company uuid, p_user uuid, p_event uuid, p_type text, p_description text,
    p_additional jsonb)
    returns void
    language sql volatile
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description, additional_data)
    select p_company, p_event, p_type, 'HIGH', 'SUCCESS', 'platform operator', 'user', p_user, u.display_name,
        p_description, p_additional
    from safeshipper.users u where u.company_id = p_company and u.id = p_user;
$$;

create function guard.operator_locks(p_company uuid, p_email_index bytea, p_reason text, p_event uuid)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_user uuid := (select u.id from safeshipper.users u
        where u.company_id = p_company and u.email_index = p_email_index);
    v_done text;
begin
    perform guard.hold_person(p_company, v_user);
    v_done := guard.lock_down(p_company, v_user, null, p_reason);
    if v_done = 'done' then
        perform guard.record_operator(p_company, v_user, p_event, 'PERMISSION_CHANGE', 'account locked down',
            jsonb_build_object('reason', p_reason));
    end if;
    return v_done;
end
$$;

create function guard.operator_unlocks(p_company uuid, p_email_index bytea, p_reason text, p_event uuid)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_user uuid := (select u.id from safeshipper.users u
        where u.company_id = p_company and u.email_index = p_email_index);
    v_done text;
begin
    perform guard.hold_person(p_company, v_user);
    v_done := guard.unlock(p_company, v_user);
    if v_done = 'done' then
        perform guard.record_operator(p_company, v_user, p_event, 'PERMISSION_CHANGE', 'account unlocked',
            jsonb_build_object('reason', p_reason));
    end if;
    return v_done;
end
$$;

-- How many sessions ended; null where the company has no such person.
create function guard.operator_ends_sessions(p_company uuid, p_email_index bytea, p_event uuid) returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_user uuid := (select u.id from safeshipper.users u
        where u.company_id = p_company and u.email_index = p_email_index);
    v_ended integer;
begin
    if v_user is null then
        return null;
    end if;
    v_ended := guard.end_sessions(p_company, v_user);
    perform guard.record_operator(p_company, v_user, p_event, 'LOGOUT', 'every session ended',
        jsonb_build_object('ended', v_ended));
    return v_ended;
end
$$;

alter function guard.session_limits(text, text) owner to safeshipper_guard;
alter function guard.session_opens() owner to safeshipper_guard;
alter function guard.is_token_revoked(uuid, text) owner to safeshipper_guard;
alter function guard.revoke_access_token(bytea, text, timestamptz) owner to safeshipper_guard;
alter function guard.end_by_refresh_token(bytea) owner to safeshipper_guard;
alter function guard.require_lock_event() owner to safeshipper_guard;
alter function guard.end_sessions(uuid, uuid) owner to safeshipper_guard;
alter function guard.is_administrator(text) owner to safeshipper_guard;
alter function guard.require_administrator() owner to safeshipper_guard;
alter function guard.hold_person(uuid, uuid) owner to safeshipper_guard;
alter function guard.lock_down(uuid, uuid, uuid, text) owner to safeshipper_guard;
alter function guard.unlock(uuid, uuid) owner to safeshipper_guard;
alter function guard.end_sessions_of(uuid) owner to safeshipper_guard;
alter function guard.end_sessions_of_company() owner to safeshipper_guard;
alter function guard.lock_person(uuid, text) owner to safeshipper_guard;
alter function guard.unlock_person(uuid) owner to safeshipper_guard;
alter function guard.record_operator(uuid, uuid, uuid, text, text, jsonb) owner to safeshipper_guard;
alter function guard.operator_locks(uuid, bytea, text, uuid) owner to safeshipper_guard;
alter function guard.operator_unlocks(uuid, bytea, text, uuid) owner to safeshipper_guard;
alter function guard.operator_ends_sessions(uuid, bytea, uuid) owner to safeshipper_guard;

grant execute on function guard.is_token_revoked(uuid, text),
    guard.revoke_access_token(bytea, text, timestamptz), guard.end_by_refresh_token(bytea)
    to safeshipper_directory;
grant execute on function guard.end_sessions_of(uuid), guard.end_sessions_of_company(),
    guard.lock_person(uuid, text), guard.unlock_person(uuid)
    to safeshipper_app;
grant execute on function guard.operator_locks(uuid, bytea, text, uuid),
    guard.operator_unlocks(uuid, bytea, text, uuid), guard.operator_ends_sessions(uuid, bytea, uuid)
    to safeshipper_owner;
