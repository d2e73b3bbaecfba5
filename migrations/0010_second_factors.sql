-- Second factors: what proves a person beside the password, sign-ins that wait for it, and what a session knows
-- of how it was proved (docs/decisions/0008).
--
-- Nothing here is the application's to read or write. Every act that proves something, or changes what proves,
-- is a function for safeshipper_directory: it names the session by its handle, demands what must have been
-- proved before, spends in one statement, and leaves its event or does not commit. Passkeys, when they come, are
-- a table beside `totp_factors` and one more `or exists` in `guard.has_second_factor`.

-- What a company demands, and of whom (M11).
alter table companies add column second_factor_policy text not null default 'optional'
    check (second_factor_policy in ('optional', 'supervisors', 'everyone'));

-- How this session was proved (RFC 8176), and when a password last proved it. Nothing about it hangs on the
-- person alone (M7). Sessions from before are as good as long ago.
alter table sessions
    add column amr text[] not null default '{pwd}' check (amr <@ '{pwd,otp,mfa}'),
    add column authenticated_at timestamptz not null default 'epoch',
    -- Proofs tried since the last that was right: whoever holds another's session does not guess on.
    add column proof_attempts integer not null default 0 check (proof_attempts between 0 and 10);
alter table sessions alter column authenticated_at set default now();

create table totp_factors (
    company_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    -- Pending until a first good code; a pending one proves nothing (M6) and leaves the active one alone (M5).
    state text not null default 'pending' check (state in ('pending', 'active')),
    secret_sealed bytea not null,
    -- The session that enrols it: no other confirms it.
    session_id uuid not null,
    -- The last time step accepted: none is accepted twice, and none before it (M1).
    last_step bigint,
    -- Wrong codes in a row at sign-in, for slowing (M2). Those in a living session count there.
    failed_attempts integer not null default 0 check (failed_attempts >= 0),
    failed_at timestamptz,
    created_at timestamptz not null default now(),
    activated_at timestamptz,
    primary key (company_id, id),
    foreign key (company_id, user_id) references users (company_id, id),
    foreign key (company_id, session_id) references sessions (company_id, id),
    check ((state = 'active') = (activated_at is not null and last_step is not null))
);
create unique index totp_factors_one_of_a_state on totp_factors (company_id, user_id, state);

-- One row a code: spending is deleting (M4).
create table backup_codes (
    company_id uuid not null,
    user_id uuid not null,
    code_hash bytea not null check (octet_length(code_hash) = 32),
    created_at timestamptz not null default now(),
    primary key (company_id, user_id, code_hash),
    foreign key (company_id, user_id) references users (company_id, id)
);

-- A right password of a person with a second factor: no session yet, and no rung of the ladder.
create table pending_sign_ins (
    company_id uuid not null,
    user_id uuid not null,
    ticket_hash bytea not null check (octet_length(ticket_hash) = 32),
    kind text not null check (kind in ('console', 'api')),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '5 minutes',
    attempts integer not null default 0 check (attempts between 0 and 5),
    primary key (company_id, ticket_hash),
    foreign key (company_id, user_id) references users (company_id, id)
);
create unique index pending_sign_ins_by_ticket on pending_sign_ins (ticket_hash);

alter table totp_factors enable row level security;
alter table totp_factors force row level security;
alter table backup_codes enable row level security;
alter table backup_codes force row level security;
alter table pending_sign_ins enable row level security;
alter table pending_sign_ins force row level security;
create policy tenant on totp_factors as restrictive to safeshipper_app using (false) with check (false);
create policy tenant on backup_codes as restrictive to safeshipper_app using (false) with check (false);
create policy tenant on pending_sign_ins as restrictive to safeshipper_app using (false) with check (false);
create policy guard_all on totp_factors to safeshipper_guard using (true) with check (true);
create policy guard_all on backup_codes to safeshipper_guard using (true) with check (true);
create policy guard_all on pending_sign_ins to safeshipper_guard using (true) with check (true);
grant select, insert, update, delete on totp_factors, backup_codes, pending_sign_ins to safeshipper_guard;
grant update (second_factor_policy) on companies to safeshipper_guard;
grant select (amr, authenticated_at) on sessions to safeshipper_app;

create constraint trigger audited after insert or update or delete on totp_factors
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on backup_codes
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on pending_sign_ins
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited_proof after update on sessions
    deferrable initially deferred for each row
    when (old.second_factor_at is distinct from new.second_factor_at
        or old.authenticated_at is distinct from new.authenticated_at or old.amr is distinct from new.amr)
    execute function guard.require_audit();

create function guard.has_second_factor(p_company uuid, p_user uuid) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from safeshipper.totp_factors f
        where f.company_id = p_company and f.user_id = p_user and f.state = 'active');
end
$$;

-- The living session behind a handle, held until the transaction ends.
create function guard.own_session(p_handle_hash bytea) returns safeshipper.sessions
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions;
begin
    select x.* into s
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    where x.handle_hash = p_handle_hash and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit
    for update of x;
    if not found then
        raise exception 'no live session has this handle' using errcode = 'SS001';
    end if;
    return s;
end
$$;

-- As `own_session`, and proved within 900 seconds: by a second factor, or by the password of who has none.
create function guard.fresh_session(p_handle_hash bytea) returns safeshipper.sessions
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
    proved timestamptz := case when guard.has_second_factor(s.company_id, s.user_id)
        then s.second_factor_at else s.authenticated_at end;
begin
    if proved is null or proved < now() - interval '900 seconds' then
        raise exception 'this session has not been proved within 900 seconds' using errcode = 'SS002';
    end if;
    return s;
end
$$;

-- The session has just been proved, by a second factor or by the password.
create function guard.note_proof(s safeshipper.sessions, p_second_factor boolean) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if p_second_factor then
        update safeshipper.sessions set second_factor_at = now(), proof_attempts = 0,
            amr = (select array_agg(distinct m order by m desc) from unnest(amr || '{otp,mfa}'::text[]) m)
        where company_id = s.company_id and id = s.id;
    else
        update safeshipper.sessions set authenticated_at = now(), proof_attempts = 0
        where company_id = s.company_id and id = s.id;
    end if;
end
$$;

-- What a factor that is gone has proved counts no longer, in any session of the person but `p_but`.
create function guard.void_proofs(s safeshipper.sessions, p_but uuid) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.sessions set second_factor_at = null, amr = '{pwd}'
    where company_id = s.company_id and user_id = s.user_id and revoked_at is null
      and id is distinct from p_but and (second_factor_at is not null or amr <> '{pwd}');
end
$$;

create function guard.put_backup_codes(s safeshipper.sessions, p_hashes bytea[]) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.backup_codes where company_id = s.company_id and user_id = s.user_id;
    insert into safeshipper.backup_codes (company_id, user_id, code_hash)
    select s.company_id, s.user_id, h from unnest(p_hashes) h;
end
$$;

-- The live session behind a handle or a cookie's token, now with how it was proved and what the company demands.
drop function guard.live_session(bytea, bytea);
drop type guard.live_session;
create type guard.live_session as (
    company_id uuid, company_name text, user_id uuid, display_name text, role text, session_id uuid,
    kind text, expires_at timestamptz, second_factor_at timestamptz, authenticated_at timestamptz, amr text[],
    has_second_factor boolean, second_factor_policy text
);
create function guard.live_session(p_handle_hash bytea, p_token_hash bytea) returns setof guard.live_session
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s record;
begin
    select x.company_id, c.name, x.user_id, u.display_name, u.role, x.id, x.kind, x.expires_at,
           x.second_factor_at, x.authenticated_at, x.amr, c.second_factor_policy, x.last_used_at
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
        s.second_factor_at, s.authenticated_at, s.amr, guard.has_second_factor(s.company_id, s.user_id),
        s.second_factor_policy)::guard.live_session;
end
$$;

-- Opens a session. Whoever has a second factor gets none without having shown it: not even when they enrolled
-- it between their password and here.
drop function guard.open_session(uuid, uuid, uuid, text, bytea, bytea, text, inet, interval, interval);
create function guard.open_session(
    p_company uuid, p_user uuid, p_session uuid, p_kind text, p_handle_hash bytea, p_token_hash bytea,
    p_agent text, p_ip inet, p_idle interval, p_absolute interval, p_second_factor boolean)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not p_second_factor and guard.has_second_factor(p_company, p_user) then
        raise exception 'this person has a second factor to show' using errcode = 'SS002';
    end if;
    insert into safeshipper.sessions (company_id, id, user_id, kind, handle_hash, token_hash, user_agent,
        ip_address, idle_limit, expires_at, amr, second_factor_at)
    values (p_company, p_session, p_user, p_kind, p_handle_hash, p_token_hash, p_agent, p_ip, p_idle,
        now() + p_absolute, case when p_second_factor then '{pwd,otp,mfa}'::text[] else '{pwd}' end,
        case when p_second_factor then now() end);
end
$$;

-- The keys that seal the secrets of factors: the one purpose that is asked for before there is a session.
create function guard.credential_keys(p_company uuid) returns table (id uuid, wrapped bytea, active boolean)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.id, k.wrapped, k.state = 'active' from safeshipper.data_keys k
    where k.company_id = p_company and k.purpose = 'credential'
$$;

-- A company from before there were factors gets its key with the first of them; of two at once one wins.
create function guard.add_credential_key(p_company uuid, p_id uuid, p_wrapped bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into safeshipper.data_keys (company_id, id, purpose, wrapped)
    values (p_company, p_id, 'credential', p_wrapped) on conflict do nothing;
    return found;
end
$$;

-- A sign-in in two steps ------------------------------------------------------------------------------------

-- The first step is done. Whether the person has a second factor to ask for; if so the ticket is stored.
create function guard.ask_second_factor(p_company uuid, p_user uuid, p_kind text, p_ticket_hash bytea)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not guard.has_second_factor(p_company, p_user) then
        return false;
    end if;
    delete from safeshipper.pending_sign_ins
    where company_id = p_company and user_id = p_user and expires_at <= now();
    insert into safeshipper.pending_sign_ins (company_id, user_id, ticket_hash, kind)
    values (p_company, p_user, p_ticket_hash, p_kind);
    return true;
end
$$;

-- Whose ticket it is, for fetching the keys before anything is held.
create function guard.company_of_ticket(p_ticket_hash bytea, p_kind text) returns uuid
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select company_id from safeshipper.pending_sign_ins
    where ticket_hash = p_ticket_hash and kind = p_kind and now() < expires_at and attempts < 5
$$;

-- Seconds until the next code may be tried after so many wrong ones: five are free, then 5 s, 10 s, … 15 min.
-- By the clock, not by the transaction's start, which may lie before the last failure.
create function guard.wait(p_failed integer, p_at timestamptz) returns double precision
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if p_failed < 5 or p_at is null then
        return 0;
    end if;
    return greatest(0, extract(epoch from p_at - clock_timestamp()) + least(900, 5 * 2 ^ least(p_failed - 5, 10)));
end
$$;

-- Counts an attempt of a ticket and holds ticket and factor until the transaction ends, so that attempts at
-- once take turns. No row: the ticket is unknown, over, used up, or of the other kind.
create function guard.attempt_second_step(p_ticket_hash bytea, p_kind text)
    returns table (company_id uuid, user_id uuid, display_name text, factor_id uuid, secret_sealed bytea,
        wait double precision)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t record;
    f safeshipper.totp_factors;
begin
    update safeshipper.pending_sign_ins p set attempts = p.attempts + 1
    from safeshipper.users u
    where p.ticket_hash = p_ticket_hash and p.kind = p_kind and now() < p.expires_at and p.attempts < 5
      and u.company_id = p.company_id and u.id = p.user_id and u.status = 'active'
    returning p.company_id, p.user_id, u.display_name into t;
    if not found then
        return;
    end if;
    select x.* into f from safeshipper.totp_factors x
    where x.company_id = t.company_id and x.user_id = t.user_id and x.state = 'active'
    for update;
    return query select t.company_id, t.user_id, t.display_name, f.id, f.secret_sealed,
        coalesce(guard.wait(f.failed_attempts, f.failed_at), 0);
end
$$;

-- The ticket has done its part.
create function guard.spend_ticket(p_ticket_hash bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.pending_sign_ins where ticket_hash = p_ticket_hash;
    return found;
end
$$;

-- A wrong code at sign-in slows the next one of this factor, and of no other.
create function guard.fail_totp(p_company uuid, p_factor uuid) returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    update safeshipper.totp_factors set failed_attempts = failed_attempts + 1, failed_at = clock_timestamp()
    where company_id = p_company and id = p_factor
$$;

-- Spending: one statement each, so that of many at once one succeeds ---------------------------------------

create function guard.spend_step(p_company uuid, p_user uuid, p_factor uuid, p_step bigint)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.totp_factors set last_step = p_step, failed_attempts = 0, failed_at = null
    where company_id = p_company and user_id = p_user and id = p_factor and state = 'active'
      and last_step < p_step;
    return found;
end
$$;

create function guard.spend_backup_code(p_company uuid, p_user uuid, p_hash bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.backup_codes
    where company_id = p_company and user_id = p_user and code_hash = p_hash;
    return found;
end
$$;

-- Step-up: a new proof in a living session ------------------------------------------------------------------

-- Counts an attempt. After ten wrong ones in a row the session ends instead: whoever guesses there is not its
-- owner, and its owner signs in anew.
create function guard.attempt_proof(p_handle_hash bytea)
    returns table (ended boolean, factor_id uuid, secret_sealed bytea, password_hash text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
begin
    if s.proof_attempts >= 10 then
        update safeshipper.sessions set revoked_at = now() where company_id = s.company_id and id = s.id;
        return query select true, null::uuid, null::bytea, null::text;
        return;
    end if;
    update safeshipper.sessions set proof_attempts = s.proof_attempts + 1
    where company_id = s.company_id and id = s.id;
    return query select false, f.id, f.secret_sealed, p.hash
    from safeshipper.passwords p
    left join safeshipper.totp_factors f
        on f.company_id = p.company_id and f.user_id = p.user_id and f.state = 'active'
    where p.company_id = s.company_id and p.user_id = s.user_id;
end
$$;

-- This session, and no other, has shown a second factor (M7).
create function guard.mark_second_factor(p_handle_hash bytea) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.note_proof(guard.own_session(p_handle_hash), true);
end
$$;

-- This session, and no other, has shown the password again.
create function guard.mark_password(p_handle_hash bytea) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.note_proof(guard.own_session(p_handle_hash), false);
end
$$;

-- A person's own factors ------------------------------------------------------------------------------------

-- Enrols a factor: pending, in place of another pending one, beside the active one (M5).
create function guard.begin_totp(p_handle_hash bytea, p_factor uuid, p_secret_sealed bytea) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    delete from safeshipper.totp_factors
    where company_id = s.company_id and user_id = s.user_id and state = 'pending';
    insert into safeshipper.totp_factors (company_id, id, user_id, secret_sealed, session_id)
    values (s.company_id, p_factor, s.user_id, p_secret_sealed, s.id);
end
$$;

-- What this session enrols, for 900 seconds.
create function guard.pending_totp(p_handle_hash bytea) returns table (id uuid, secret_sealed bytea)
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select f.id, f.secret_sealed
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    join safeshipper.totp_factors f on f.company_id = x.company_id and f.session_id = x.id
    where x.handle_hash = p_handle_hash and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit
      and f.user_id = x.user_id and f.state = 'pending' and now() < f.created_at + interval '900 seconds'
$$;

-- The first good code: the factor is active, in place of the one before, with new backup codes, and has proved
-- this session. False when it is no longer pending.
create function guard.confirm_totp(p_handle_hash bytea, p_factor uuid, p_step bigint, p_hashes bytea[])
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
begin
    perform from safeshipper.totp_factors
    where company_id = s.company_id and id = p_factor and user_id = s.user_id and session_id = s.id
      and state = 'pending' and now() < created_at + interval '900 seconds'
    for update;
    if not found then
        return false;
    end if;
    delete from safeshipper.totp_factors
    where company_id = s.company_id and user_id = s.user_id and state = 'active';
    update safeshipper.totp_factors set state = 'active', activated_at = now(), last_step = p_step
    where company_id = s.company_id and id = p_factor;
    perform guard.put_backup_codes(s, p_hashes);
    perform guard.void_proofs(s, s.id);
    perform guard.note_proof(s, true);
    return true;
end
$$;

-- New backup codes; the ones before are good no longer. False without a factor that they could stand in for.
create function guard.replace_backup_codes(p_handle_hash bytea, p_hashes bytea[]) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    if not guard.has_second_factor(s.company_id, s.user_id) then
        return false;
    end if;
    perform guard.put_backup_codes(s, p_hashes);
    return true;
end
$$;

-- The person's factors and codes are gone, and with them what they proved, in every session. False without any.
create function guard.remove_totp(p_handle_hash bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    delete from safeshipper.totp_factors where company_id = s.company_id and user_id = s.user_id;
    if not found then
        return false;
    end if;
    perform guard.put_backup_codes(s, '{}');
    perform guard.void_proofs(s, null);
    return true;
end
$$;

create function guard.own_factors(p_handle_hash bytea)
    returns table (activated_at timestamptz, pending boolean, codes_left bigint)
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select (select f.activated_at from safeshipper.totp_factors f
               where f.company_id = x.company_id and f.user_id = x.user_id and f.state = 'active'),
        exists (select from safeshipper.totp_factors f
            where f.company_id = x.company_id and f.user_id = x.user_id and f.session_id = x.id
              and f.state = 'pending' and now() < f.created_at + interval '900 seconds'),
        (select count(*) from safeshipper.backup_codes b
            where b.company_id = x.company_id and b.user_id = x.user_id)
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    where x.handle_hash = p_handle_hash and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit
$$;

-- What the company demands from now on; answers what it demanded before. Only after a second factor, whoever
-- the policies permit it to.
create function guard.demand_second_factor(p_handle_hash bytea, p_policy text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
    before text;
begin
    if s.second_factor_at is null or s.second_factor_at < now() - interval '900 seconds' then
        raise exception 'this session has not shown a second factor within 900 seconds' using errcode = 'SS002';
    end if;
    select second_factor_policy into before from safeshipper.companies where id = s.company_id for update;
    update safeshipper.companies set second_factor_policy = p_policy where id = s.company_id;
    return before;
end
$$;

alter function guard.has_second_factor(uuid, uuid) owner to safeshipper_guard;
alter function guard.own_session(bytea) owner to safeshipper_guard;
alter function guard.fresh_session(bytea) owner to safeshipper_guard;
alter function guard.note_proof(safeshipper.sessions, boolean) owner to safeshipper_guard;
alter function guard.void_proofs(safeshipper.sessions, uuid) owner to safeshipper_guard;
alter function guard.put_backup_codes(safeshipper.sessions, bytea[]) owner to safeshipper_guard;
alter function guard.wait(integer, timestamptz) owner to safeshipper_guard;
alter function guard.live_session(bytea, bytea) owner to safeshipper_guard;
alter function guard.open_session(uuid, uuid, uuid, text, bytea, bytea, text, inet, interval, interval, boolean)
    owner to safeshipper_guard;
alter function guard.credential_keys(uuid) owner to safeshipper_guard;
alter function guard.add_credential_key(uuid, uuid, bytea) owner to safeshipper_guard;
alter function guard.ask_second_factor(uuid, uuid, text, bytea) owner to safeshipper_guard;
alter function guard.company_of_ticket(bytea, text) owner to safeshipper_guard;
alter function guard.attempt_second_step(bytea, text) owner to safeshipper_guard;
alter function guard.spend_ticket(bytea) owner to safeshipper_guard;
alter function guard.fail_totp(uuid, uuid) owner to safeshipper_guard;
alter function guard.spend_step(uuid, uuid, uuid, bigint) owner to safeshipper_guard;
alter function guard.spend_backup_code(uuid, uuid, bytea) owner to safeshipper_guard;
alter function guard.attempt_proof(bytea) owner to safeshipper_guard;
alter function guard.mark_second_factor(bytea) owner to safeshipper_guard;
alter function guard.mark_password(bytea) owner to safeshipper_guard;
alter function guard.begin_totp(bytea, uuid, bytea) owner to safeshipper_guard;
alter function guard.pending_totp(bytea) owner to safeshipper_guard;
alter function guard.confirm_totp(bytea, uuid, bigint, bytea[]) owner to safeshipper_guard;
alter function guard.replace_backup_codes(bytea, bytea[]) owner to safeshipper_guard;
alter function guard.remove_totp(bytea) owner to safeshipper_guard;
alter function guard.own_factors(bytea) owner to safeshipper_guard;
alter function guard.demand_second_factor(bytea, text) owner to safeshipper_guard;

grant execute on function guard.live_session(bytea, bytea),
    guard.open_session(uuid, uuid, uuid, text, bytea, bytea, text, inet, interval, interval, boolean),
    guard.credential_keys(uuid), guard.add_credential_key(uuid, uuid, bytea),
    guard.ask_second_factor(uuid, uuid, text, bytea), guard.company_of_ticket(bytea, text),
    guard.attempt_second_step(bytea, text), guard.spend_ticket(bytea), guard.fail_totp(uuid, uuid),
    guard.spend_step(uuid, uuid, uuid, bigint), guard.spend_backup_code(uuid, uuid, bytea),
    guard.attempt_proof(bytea), guard.mark_second_factor(bytea), guard.mark_password(bytea),
    guard.begin_totp(bytea, uuid, bytea), guard.pending_totp(bytea),
    guard.confirm_totp(bytea, uuid, bigint, bytea[]), guard.replace_backup_codes(bytea, bytea[]),
    guard.remove_totp(bytea), guard.own_factors(bytea), guard.demand_second_factor(bytea, text)
    to safeshipper_directory;
