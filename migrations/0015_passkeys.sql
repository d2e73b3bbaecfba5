-- Passkeys (AUTH-11, M9; docs/decisions/0012): keys on people's own devices that sign a challenge for this site.
--
-- As with the other factors nothing here is the application's to read or write. What is spent is spent in one
-- statement: the state of a ceremony by deleting it, the count of a signature by compare and set.

-- Of whom a company demands that what they show cannot be phished.
alter table companies add column passkey_policy text not null default 'optional'
    check (passkey_policy in ('optional', 'managers'));
grant update (passkey_policy) on companies to safeshipper_guard;

-- Every method of RFC 8176. A backup code stands in for any factor, but does not become one that cannot be phished:
-- it is told apart, and lets its owner enrol.
alter table sessions
    drop constraint sessions_amr_check,
    add constraint sessions_amr_check check (amr <@ '{face,fpt,geo,hwk,iris,kba,mca,mfa,otp,pin,pop,pwd,rba,retina,sc,sms,swk,tel,user,vbm,wia}'),
    add column phishing_resistant_at timestamptz,
    add column backup_code_at timestamptz;
create constraint trigger audited_resistance after update on sessions
    deferrable initially deferred for each row
    when (old.phishing_resistant_at is distinct from new.phishing_resistant_at
        or old.backup_code_at is distinct from new.backup_code_at)
    execute function guard.require_audit();

create table passkeys (
    company_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    -- Public and random. Unique over all companies: the answer to a challenge names nothing else.
    credential_id bytea not null check (octet_length(credential_id) between 1 and 1023),
    -- The public key, sealed: not to be hidden, but so that whoever writes to the database alone puts no key of
    -- their own there.
    credential_sealed bytea not null,
    label text not null check (length(label) between 1 and 60),
    transports text[] not null,
    -- What the authenticator has counted; it only ever goes up, or is always zero.
    sign_count bigint not null check (sign_count between 0 and 4294967295),
    backup_eligible boolean not null,
    backed_up boolean not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    -- Since a count went back: there may be a copy.
    suspect_since timestamptz,
    primary key (company_id, id),
    foreign key (company_id, user_id) references users (company_id, id)
);
create index passkeys_of_person on passkeys (company_id, user_id);
create unique index passkeys_by_credential on passkeys (credential_id);
alter table passkeys enable row level security;
alter table passkeys force row level security;
create policy tenant on passkeys as restrictive to safeshipper_app using (false) with check (false);
create policy guard_all on passkeys to safeshipper_guard using (true) with check (true);
grant select, insert, update, delete on passkeys to safeshipper_guard;
create constraint trigger audited after insert or update or delete on passkeys
    deferrable initially deferred for each row execute function guard.require_audit();

-- What waits for a browser's answer, five minutes and once. The holder is the hash of the session's handle, of the
-- ticket or of an attempt that names nobody yet, which is why a row belongs to no company.
create table passkey_ceremonies (
    holder bytea not null check (octet_length(holder) = 32),
    purpose text not null check (purpose in ('register', 'prove', 'second_step', 'sign_in')),
    state text not null check (length(state) between 1 and 16384),
    expires_at timestamptz not null default now() + interval '5 minutes',
    primary key (holder, purpose)
);
create index passkey_ceremonies_by_end on passkey_ceremonies (expires_at);
alter table passkey_ceremonies enable row level security;
alter table passkey_ceremonies force row level security;
create policy guard_all on passkey_ceremonies to safeshipper_guard using (true) with check (true);
grant select, insert, update, delete on passkey_ceremonies to safeshipper_guard;

create or replace function guard.has_second_factor(p_company uuid, p_user uuid) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from safeshipper.totp_factors f
            where f.company_id = p_company and f.user_id = p_user and f.state = 'active')
        or exists (select from safeshipper.passkeys k where k.company_id = p_company and k.user_id = p_user);
end
$$;

create function guard.has_passkey(p_company uuid, p_user uuid) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from safeshipper.passkeys k where k.company_id = p_company and k.user_id = p_user);
end
$$;

-- Whether a role is MANAGER or above; a test holds it against the policies.
create function guard.is_manager(p_role text) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return p_role in ('MANAGER', 'ADMIN', 'SUPER_ADMIN');
end
$$;

-- Whether the company demands of this person what cannot be phished.
create function guard.demands_passkey(p_company uuid, p_user uuid) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from safeshipper.companies c
        join safeshipper.users u on u.company_id = c.id
        where c.id = p_company and u.id = p_user and c.passkey_policy = 'managers' and guard.is_manager(u.role));
end
$$;

-- What critical steps need: a second factor shown in this session within 900 seconds, which is a passkey where the
-- company demands one of this person.
create function guard.require_second_factor(s safeshipper.sessions) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_proved timestamptz := case when guard.demands_passkey(s.company_id, s.user_id)
        then s.phishing_resistant_at else s.second_factor_at end;
begin
    if v_proved is null or v_proved < now() - interval '900 seconds' then
        raise exception 'this session has not shown a second factor within 900 seconds' using errcode = 'SS002';
    end if;
end
$$;

-- As `own_session`, and proved within 900 seconds: by a second factor, or by the password of who has none. Whom the
-- company demands a passkey of and who has one shows that, or a backup code when it is lost: a code that was
-- phished enrols nothing.
create or replace function guard.fresh_session(p_handle_hash bytea) returns safeshipper.sessions
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
    proved timestamptz := case
        when guard.has_passkey(s.company_id, s.user_id) and guard.demands_passkey(s.company_id, s.user_id)
            then greatest(s.phishing_resistant_at, s.backup_code_at)
        when guard.has_second_factor(s.company_id, s.user_id) then s.second_factor_at
        else s.authenticated_at end;
begin
    if proved is null or proved < now() - interval '900 seconds' then
        raise exception 'this session has not been proved within 900 seconds' using errcode = 'SS002';
    end if;
    return s;
end
$$;

create or replace function guard.void_proofs(s safeshipper.sessions, p_but uuid) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.sessions set second_factor_at = null, phishing_resistant_at = null, backup_code_at = null,
        amr = array(select m from unnest(amr) m where m in ('pwd', 'fed'))
    where company_id = s.company_id and user_id = s.user_id and revoked_at is null
      and id is distinct from p_but and (second_factor_at is not null or not amr <@ '{pwd,fed}');
end
$$;

-- Backup codes stand in for whatever factor remains.
create or replace function guard.remove_totp(p_handle_hash bytea) returns boolean
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
    if not guard.has_second_factor(s.company_id, s.user_id) then
        perform guard.put_backup_codes(s, '{}');
    end if;
    perform guard.void_proofs(s, null);
    return true;
end
$$;

-- What a session has shown that cannot be phished, and what the company demands of it. Beside `live_session`.
create function guard.resistance(p_company uuid, p_user uuid, p_session uuid)
    returns table (has_passkey boolean, phishing_resistant_at timestamptz, backup_code_at timestamptz,
        passkey_policy text)
    language plpgsql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query select guard.has_passkey(p_company, p_user), s.phishing_resistant_at, s.backup_code_at,
        c.passkey_policy
    from safeshipper.sessions s join safeshipper.companies c on c.id = s.company_id
    where s.company_id = p_company and s.id = p_session;
end
$$;

-- This session, and no other, has shown a passkey, beside what it had shown before; with null, whatever that was.
-- One that has shown nothing else has not shown a password.
create function guard.mark_passkey(p_handle_hash bytea, p_before text[]) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
begin
    update safeshipper.sessions set second_factor_at = now(), phishing_resistant_at = now(), proof_attempts = 0,
        authenticated_at = case when p_before = '{}' then 'epoch' else s.authenticated_at end,
        amr = (select array_agg(distinct m order by m desc)
            from unnest(coalesce(p_before, s.amr) || '{user,pop,mfa}'::text[]) m)
    where company_id = s.company_id and id = s.id;
end
$$;

-- This session has shown a backup code.
create function guard.mark_backup_code(p_handle_hash bytea) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
begin
    update safeshipper.sessions set backup_code_at = now() where company_id = s.company_id and id = s.id;
end
$$;

-- Ceremonies ------------------------------------------------------------------------------------------------

create function guard.keep_ceremony(p_holder bytea, p_purpose text, p_state text) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.passkey_ceremonies c using (
        select x.holder, x.purpose from safeshipper.passkey_ceremonies x where x.expires_at <= now()
        order by x.expires_at limit 100 for update skip locked) over
    where c.holder = over.holder and c.purpose = over.purpose;
    insert into safeshipper.passkey_ceremonies (holder, purpose, state) values (p_holder, p_purpose, p_state)
    on conflict (holder, purpose) do update set state = excluded.state, expires_at = excluded.expires_at;
end
$$;

-- Whether a passkey of this session, of this ticket or of whoever answers may be asked for now. Those that name
-- nobody are bounded: more than that in five minutes are no people.
create function guard.ask_passkey(p_holder bytea, p_purpose text, p_kind text, p_state text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if p_purpose = 'prove' then
        perform guard.own_session(p_holder);
    elsif p_purpose = 'second_step' then
        perform from safeshipper.pending_sign_ins t
        where t.ticket_hash = p_holder and t.kind = p_kind and now() < t.expires_at and t.attempts < 5;
        if not found then
            return false;
        end if;
    elsif p_purpose = 'sign_in' then
        if (select count(*) from safeshipper.passkey_ceremonies c
            where c.purpose = 'sign_in' and now() < c.expires_at) >= 10000
        then
            return false;
        end if;
    else
        return false;
    end if;
    perform guard.keep_ceremony(p_holder, p_purpose, p_state);
    return true;
end
$$;

-- The state, once; null when it was taken before, is over or never was.
create function guard.take_ceremony(p_holder bytea, p_purpose text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_state text;
    v_expires_at timestamptz;
begin
    delete from safeshipper.passkey_ceremonies where holder = p_holder and purpose = p_purpose
    returning state, expires_at into v_state, v_expires_at;
    return case when now() < v_expires_at then v_state end;
end
$$;

-- What an answer names, of an active person.
create function guard.find_passkey(p_credential_id bytea)
    returns table (company_id uuid, user_id uuid, display_name text, id uuid, credential_sealed bytea)
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select k.company_id, k.user_id, u.display_name, k.id, k.credential_sealed
    from safeshipper.passkeys k
    join safeshipper.users u on u.company_id = k.company_id and u.id = k.user_id and u.status = 'active'
    where k.credential_id = p_credential_id
$$;

-- A signature that held: `done`, `gone` (removed meanwhile), or `count` when the authenticator has counted less
-- than it had before; then there may be a copy, and it is noted.
create function guard.use_passkey(p_company uuid, p_user uuid, p_id uuid, p_count bigint, p_backed_up boolean)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- The person before anything of theirs, in the order of a lockdown.
    perform from safeshipper.users u where u.company_id = p_company and u.id = p_user for share;
    update safeshipper.passkeys set sign_count = p_count, backed_up = p_backed_up, last_used_at = now()
    where company_id = p_company and user_id = p_user and id = p_id
      and (sign_count < p_count or sign_count = 0 and p_count = 0);
    if found then
        return 'done';
    end if;
    update safeshipper.passkeys set suspect_since = coalesce(suspect_since, now())
    where company_id = p_company and user_id = p_user and id = p_id;
    return case when found then 'count' else 'gone' end;
end
$$;

-- Whether a code of an app may be shown with a ticket.
create function guard.ticket_has_totp(p_ticket_hash bytea) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select exists (select from safeshipper.pending_sign_ins t
        join safeshipper.totp_factors f on f.company_id = t.company_id and f.user_id = t.user_id
        where t.ticket_hash = p_ticket_hash and now() < t.expires_at and f.state = 'active')
$$;

-- The passkeys that may be shown with a ticket.
create function guard.ticket_passkeys(p_ticket_hash bytea, p_kind text)
    returns table (credential_id bytea, transports text[])
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.credential_id, k.transports
    from safeshipper.pending_sign_ins t
    join safeshipper.passkeys k on k.company_id = t.company_id and k.user_id = t.user_id
    where t.ticket_hash = p_ticket_hash and t.kind = p_kind and now() < t.expires_at and t.attempts < 5
    order by k.created_at, k.id
$$;

-- A person's own passkeys -----------------------------------------------------------------------------------

create function guard.own_passkeys(p_handle_hash bytea)
    returns table (id uuid, credential_id bytea, label text, transports text[], backup_eligible boolean,
        backed_up boolean, created_at timestamptz, last_used_at timestamptz, suspect_since timestamptz)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.id, k.credential_id, k.label, k.transports, k.backup_eligible, k.backed_up, k.created_at,
        k.last_used_at, k.suspect_since
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    join safeshipper.passkeys k on k.company_id = x.company_id and k.user_id = x.user_id
    where x.handle_hash = p_handle_hash and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit
    order by k.created_at, k.id
$$;

-- False for who has ten.
create function guard.begin_passkey(p_handle_hash bytea, p_state text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    if (select count(*) from safeshipper.passkeys k
        where k.company_id = s.company_id and k.user_id = s.user_id) >= 10
    then
        return false;
    end if;
    perform guard.keep_ceremony(p_handle_hash, 'register', p_state);
    return true;
end
$$;

-- `added`, or `first` when it is the person's first factor and came with backup codes; `full` for who has ten,
-- `there` for a credential that somebody has registered. It has proved this session.
create function guard.add_passkey(p_handle_hash bytea, p_id uuid, p_credential_id bytea, p_sealed bytea,
    p_label text, p_transports text[], p_count bigint, p_backup_eligible boolean, p_backed_up boolean,
    p_hashes bytea[])
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions;
    v_first boolean;
begin
    -- Two sessions of one person take turns; the person before the session, in the order of a lockdown.
    perform from safeshipper.users u
    where (u.company_id, u.id) = (select x.company_id, x.user_id from safeshipper.sessions x
        where x.handle_hash = p_handle_hash)
    for no key update;
    s := guard.fresh_session(p_handle_hash);
    if (select count(*) from safeshipper.passkeys k
        where k.company_id = s.company_id and k.user_id = s.user_id) >= 10
    then
        return 'full';
    end if;
    v_first := not guard.has_second_factor(s.company_id, s.user_id);
    insert into safeshipper.passkeys (company_id, id, user_id, credential_id, credential_sealed, label, transports,
        sign_count, backup_eligible, backed_up)
    values (s.company_id, p_id, s.user_id, p_credential_id, p_sealed, p_label, p_transports, p_count,
        p_backup_eligible, p_backed_up)
    on conflict (credential_id) do nothing;
    if not found then
        return 'there';
    end if;
    if v_first then
        perform guard.put_backup_codes(s, p_hashes);
    end if;
    perform guard.mark_passkey(p_handle_hash, null);
    return case when v_first then 'first' else 'added' end;
end
$$;

create function guard.rename_passkey(p_handle_hash bytea, p_id uuid, p_label text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    update safeshipper.passkeys set label = p_label
    where company_id = s.company_id and user_id = s.user_id and id = p_id;
    return found;
end
$$;

-- The passkey is gone, and with it what was proved, in every session: whoever has another factor shows it again.
create function guard.remove_passkey(p_handle_hash bytea, p_id uuid) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    delete from safeshipper.passkeys where company_id = s.company_id and user_id = s.user_id and id = p_id;
    if not found then
        return false;
    end if;
    if not guard.has_second_factor(s.company_id, s.user_id) then
        perform guard.put_backup_codes(s, '{}');
    end if;
    perform guard.void_proofs(s, null);
    return true;
end
$$;

-- What the company demands from now on; null leaves a passkey policy as it is. Answers what it demanded before. Only
-- after a second factor, one that cannot be phished where that is demanded of who asks.
drop function guard.demand_second_factor(bytea, text);
create function guard.demand_factors(p_handle_hash bytea, p_policy text, p_passkeys text)
    returns table (policy text, passkeys text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
begin
    perform guard.require_second_factor(s);
    return query select c.second_factor_policy, c.passkey_policy from safeshipper.companies c
        where c.id = s.company_id for update;
    update safeshipper.companies c set second_factor_policy = p_policy,
        passkey_policy = coalesce(p_passkeys, c.passkey_policy)
    where c.id = s.company_id;
end
$$;

alter function guard.has_passkey(uuid, uuid) owner to safeshipper_guard;
alter function guard.is_manager(text) owner to safeshipper_guard;
alter function guard.demands_passkey(uuid, uuid) owner to safeshipper_guard;
alter function guard.require_second_factor(safeshipper.sessions) owner to safeshipper_guard;
alter function guard.resistance(uuid, uuid, uuid) owner to safeshipper_guard;
alter function guard.mark_passkey(bytea, text[]) owner to safeshipper_guard;
alter function guard.mark_backup_code(bytea) owner to safeshipper_guard;
alter function guard.keep_ceremony(bytea, text, text) owner to safeshipper_guard;
alter function guard.ask_passkey(bytea, text, text, text) owner to safeshipper_guard;
alter function guard.take_ceremony(bytea, text) owner to safeshipper_guard;
alter function guard.find_passkey(bytea) owner to safeshipper_guard;
alter function guard.use_passkey(uuid, uuid, uuid, bigint, boolean) owner to safeshipper_guard;
alter function guard.ticket_has_totp(bytea) owner to safeshipper_guard;
alter function guard.ticket_passkeys(bytea, text) owner to safeshipper_guard;
alter function guard.own_passkeys(bytea) owner to safeshipper_guard;
alter function guard.begin_passkey(bytea, text) owner to safeshipper_guard;
alter function guard.add_passkey(bytea, uuid, bytea, bytea, text, text[], bigint, boolean, boolean, bytea[])
    owner to safeshipper_guard;
alter function guard.rename_passkey(bytea, uuid, text) owner to safeshipper_guard;
alter function guard.remove_passkey(bytea, uuid) owner to safeshipper_guard;
alter function guard.demand_factors(bytea, text, text) owner to safeshipper_guard;

grant execute on function guard.resistance(uuid, uuid, uuid), guard.mark_passkey(bytea, text[]),
    guard.mark_backup_code(bytea), guard.ask_passkey(bytea, text, text, text), guard.take_ceremony(bytea, text),
    guard.find_passkey(bytea), guard.use_passkey(uuid, uuid, uuid, bigint, boolean),
    guard.ticket_has_totp(bytea), guard.ticket_passkeys(bytea, text), guard.own_passkeys(bytea), guard.begin_passkey(bytea, text),
    guard.add_passkey(bytea, uuid, bytea, bytea, text, text[], bigint, boolean, boolean, bytea[]),
    guard.rename_passkey(bytea, uuid, text), guard.remove_passkey(bytea, uuid),
    guard.demand_factors(bytea, text, text)
    to safeshipper_directory;
