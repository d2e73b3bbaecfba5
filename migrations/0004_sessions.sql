-- Sessions: the living truth behind every token and cookie. What a token claims is a copy; who a caller is
-- and what role they hold is read from here (J1, J7, J8).

create table sessions (
    company_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    kind text not null check (kind in ('console', 'api')),
    -- SHA-256 of the handle the application computes for `id`: what `guard.enter` is given.
    handle_hash bytea not null unique check (octet_length(handle_hash) = 32),
    -- SHA-256 of the cookie's token; console sessions only.
    token_hash bytea unique check (octet_length(token_hash) = 32),
    user_agent text check (length(user_agent) <= 500),
    ip_address inet,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    idle_limit interval not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    second_factor_at timestamptz,
    primary key (company_id, id),
    foreign key (company_id, user_id) references users (company_id, id),
    check ((kind = 'console') = (token_hash is not null))
);
create index sessions_by_user on sessions (company_id, user_id);

-- A family of refresh tokens is the rows of one session; one of them is unspent.
create table refresh_tokens (
    company_id uuid not null,
    session_id uuid not null,
    token_hash bytea not null check (octet_length(token_hash) = 32),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    spent_at timestamptz,
    primary key (company_id, token_hash),
    foreign key (company_id, session_id) references sessions (company_id, id)
);
create unique index refresh_tokens_by_hash on refresh_tokens (token_hash);
create index refresh_tokens_by_session on refresh_tokens (company_id, session_id);

-- Keys that sign access tokens: platform-wide, private part sealed with the master key.
create table signing_keys (
    kid text primary key,
    private_sealed bytea not null,
    created_at timestamptz not null default now(),
    state text not null default 'active' check (state in ('active', 'retired'))
);
create unique index signing_keys_one_active on signing_keys (state) where state = 'active';

alter table sessions enable row level security;
alter table sessions force row level security;
alter table refresh_tokens enable row level security;
alter table refresh_tokens force row level security;
alter table signing_keys enable row level security;
alter table signing_keys force row level security;
create policy tenant on sessions as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy tenant on refresh_tokens as restrictive to safeshipper_app using (false) with check (false);
create policy app_select on sessions for select to safeshipper_app using (true);
-- One's own, and one way: what is over stays over.
create policy app_revoke on sessions for update to safeshipper_app
    using (user_id = (select guard.user_id()) and revoked_at is null)
    with check (user_id = (select guard.user_id()) and revoked_at is not null);
create policy guard_all on sessions to safeshipper_guard using (true) with check (true);
create policy guard_all on refresh_tokens to safeshipper_guard using (true) with check (true);
create policy guard_all on signing_keys to safeshipper_guard using (true) with check (true);

-- Not the hashes: reading a session's row must not help anyone to enter it.
grant select (company_id, id, user_id, kind, user_agent, ip_address, created_at, last_used_at, idle_limit,
    expires_at, revoked_at, second_factor_at) on sessions to safeshipper_app;
grant update (revoked_at) on sessions to safeshipper_app;
grant select, insert, update on sessions, refresh_tokens to safeshipper_guard;
grant select, insert on signing_keys to safeshipper_guard;

-- Opening a session is a sign-in and is audited; so is ending one. Use of it (`last_used_at`) is not a change.
create constraint trigger audited after insert or delete on sessions
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on refresh_tokens
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited_revocation after update on sessions
    deferrable initially deferred for each row when (old.revoked_at is distinct from new.revoked_at)
    execute function guard.require_audit();

-- Begins the context of a transaction: the rung between a grant and the rows.
create function guard.enter(p_handle_hash bytea) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s record;
begin
    select x.company_id, x.user_id, x.id into s
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    where x.handle_hash = p_handle_hash and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit;
    if not found then
        raise exception 'no live session has this handle' using errcode = 'SS001';
    end if;
    perform guard.seal(s.company_id, s.user_id, s.id);
end
$$;

create type guard.live_session as (
    company_id uuid, company_name text, user_id uuid, display_name text, role text, session_id uuid,
    kind text, expires_at timestamptz, second_factor_at timestamptz
);

-- The live session behind a handle or a cookie's token, or no row. Notes its use at most once a minute.
create function guard.live_session(p_handle_hash bytea, p_token_hash bytea) returns setof guard.live_session
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s record;
begin
    select x.company_id, c.name, x.user_id, u.display_name, u.role, x.id, x.kind, x.expires_at,
           x.second_factor_at, x.last_used_at
    into s
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    join safeshipper.companies c on c.id = x.company_id
    where (x.handle_hash = p_handle_hash or x.token_hash = p_token_hash) and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit;
    if not found then
        return;
    end if;
    if s.last_used_at < now() - interval '1 minute' then
        update safeshipper.sessions x set last_used_at = now()
        where x.company_id = s.company_id and x.id = s.id and x.last_used_at = s.last_used_at;
    end if;
    return next (s.company_id, s.name, s.user_id, s.display_name, s.role, s.id, s.kind, s.expires_at,
        s.second_factor_at)::guard.live_session;
end
$$;

-- What a sign-in by e-mail needs, for one active person or none; `p_slug` tells companies apart.
create function guard.find_sign_in(p_email_index bytea, p_slug text)
    returns table (company_id uuid, user_id uuid, display_name text, password_hash text)
    language plpgsql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Two companies with the same address and no slug: nobody, rather than the first.
    if p_slug is null and
        (select count(*) from safeshipper.users u where u.email_index = p_email_index and u.status = 'active') > 1
    then
        return;
    end if;
    return query
        select u.company_id, u.id, u.display_name, p.hash
        from safeshipper.users u
        join safeshipper.companies c on c.id = u.company_id
        join safeshipper.passwords p on p.company_id = u.company_id and p.user_id = u.id
        where u.email_index = p_email_index and u.status = 'active' and (p_slug is null or c.slug = p_slug);
end
$$;

-- One event from before there is a context: sign-in, refresh, their failures.
create function guard.record_sign_in(
    p_company uuid, p_event uuid, p_type text, p_severity text, p_outcome text, p_user uuid, p_name text,
    p_session uuid, p_ip inet, p_agent text, p_method text, p_path text, p_request uuid, p_description text)
    returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_company_id,
        actor_user_id, actor_name, session_id, resource_type, resource_id, resource_name, ip_address, user_agent,
        request_method, request_path, request_id, description)
    values (p_company, p_event, p_type, p_severity, p_outcome, p_company, p_user, p_name, p_session, 'user',
        p_user, p_name, p_ip, p_agent, p_method, p_path, p_request, p_description);
$$;

create function guard.open_session(
    p_company uuid, p_user uuid, p_session uuid, p_kind text, p_handle_hash bytea, p_token_hash bytea,
    p_agent text, p_ip inet, p_idle interval, p_absolute interval)
    returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.sessions (company_id, id, user_id, kind, handle_hash, token_hash, user_agent,
        ip_address, idle_limit, expires_at)
    values (p_company, p_session, p_user, p_kind, p_handle_hash, p_token_hash, p_agent, p_ip, p_idle,
        now() + p_absolute);
$$;

create function guard.add_refresh_token(p_company uuid, p_session uuid, p_token_hash bytea) returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.refresh_tokens (company_id, session_id, token_hash, expires_at)
    select s.company_id, s.id, p_token_hash, s.expires_at from safeshipper.sessions s
    where s.company_id = p_company and s.id = p_session and s.kind = 'api';
$$;

-- Spends a refresh token. `rotated`: the session lives and the caller adds the successor. `reused`: it was
-- spent before, so somebody holds a copy; the session has just been ended. No row: nothing known or alive.
create function guard.spend_refresh_token(p_token_hash bytea)
    returns table (outcome text, company_id uuid, session_id uuid, user_id uuid, display_name text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t record;
begin
    select r.company_id, r.session_id, r.spent_at, s.user_id, u.display_name into t
    from safeshipper.refresh_tokens r
    join safeshipper.sessions s on s.company_id = r.company_id and s.id = r.session_id
    join safeshipper.users u on u.company_id = s.company_id and u.id = s.user_id and u.status = 'active'
    where r.token_hash = p_token_hash and now() < r.expires_at
      and s.revoked_at is null and now() < s.expires_at and now() < s.last_used_at + s.idle_limit
    for update of r, s;
    if not found then
        return;
    end if;
    if t.spent_at is not null then
        update safeshipper.sessions set revoked_at = now()
        where company_id = t.company_id and id = t.session_id;
        return query select 'reused'::text, t.company_id, t.session_id, t.user_id, t.display_name;
        return;
    end if;
    update safeshipper.refresh_tokens set spent_at = now()
    where company_id = t.company_id and token_hash = p_token_hash;
    update safeshipper.sessions set last_used_at = now()
    where company_id = t.company_id and id = t.session_id;
    return query select 'rotated'::text, t.company_id, t.session_id, t.user_id, t.display_name;
end
$$;

create function guard.signing_keys() returns setof safeshipper.signing_keys
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select * from safeshipper.signing_keys order by created_at desc $$;

-- The first node to start makes the key; the others read it.
create function guard.add_first_signing_key(p_kid text, p_sealed bytea) returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.signing_keys (kid, private_sealed)
    select p_kid, p_sealed where not exists (select from safeshipper.signing_keys where state = 'active')
    on conflict do nothing;
$$;

alter function guard.enter(bytea) owner to safeshipper_guard;
alter function guard.live_session(bytea, bytea) owner to safeshipper_guard;
alter function guard.find_sign_in(bytea, text) owner to safeshipper_guard;
alter function guard.record_sign_in(uuid, uuid, text, text, text, uuid, text, uuid, inet, text, text, text, uuid,
    text) owner to safeshipper_guard;
alter function guard.open_session(uuid, uuid, uuid, text, bytea, bytea, text, inet, interval, interval)
    owner to safeshipper_guard;
alter function guard.add_refresh_token(uuid, uuid, bytea) owner to safeshipper_guard;
alter function guard.spend_refresh_token(bytea) owner to safeshipper_guard;
alter function guard.signing_keys() owner to safeshipper_guard;
alter function guard.add_first_signing_key(text, bytea) owner to safeshipper_guard;

grant execute on function guard.enter(bytea) to safeshipper_app;
grant execute on function guard.live_session(bytea, bytea), guard.find_sign_in(bytea, text),
    guard.record_sign_in(uuid, uuid, text, text, text, uuid, text, uuid, inet, text, text, text, uuid, text),
    guard.open_session(uuid, uuid, uuid, text, bytea, bytea, text, inet, interval, interval),
    guard.add_refresh_token(uuid, uuid, bytea), guard.spend_refresh_token(bytea), guard.signing_keys(),
    guard.add_first_signing_key(text, bytea)
    to safeshipper_directory;
