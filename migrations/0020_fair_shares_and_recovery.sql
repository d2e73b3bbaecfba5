-- What an attack review left of identity (docs/decisions/0015): nobody's letters wait behind another's flood, no
-- network takes more than its share of what is bounded before a sign-in, a password that leaned on a second factor
-- does not outlive it, and a lost or voided factor is made good by the mailbox, after a wait where somebody else may
-- hold it.

-- Letters in turn -------------------------------------------------------------------------------------------

-- Whose letter it is, as a keyed hash that the database cannot compute: rows of one person, and of one company, are
-- told apart from others' and stand for nobody. `turn` is given when a letter is written and orders those of a
-- company: each person's next letter comes before anybody's second (start-time fair queueing).
alter table notices
    add column company_lane bytea not null default decode(repeat('00', 16), 'hex')
        check (octet_length(company_lane) = 16),
    add column lane bytea not null default decode(repeat('00', 16), 'hex') check (octet_length(lane) = 16),
    -- 0: what access was changed by, or somebody waits for; 1: what happened; 2: what was only begun.
    add column urgency smallint not null default 0 check (urgency between 0 and 2),
    add column turn bigint not null default 0,
    -- Since when it is tried again, by the operator's command.
    add column retried_at timestamptz;
alter table notices
    alter column company_lane drop default, alter column lane drop default, alter column urgency drop default,
    alter column turn drop default;
create index notices_in_turn on notices (company_lane, turn, urgency) where failed_at is null;
create index notices_of_lane on notices (lane, urgency, turn) where failed_at is null;

-- The companies in the order in which they were last served: one row each, never deleted.
create table notice_lanes (
    company_lane bytea primary key check (octet_length(company_lane) = 16),
    served bigint not null default 0
);
-- Of letters from before there were lanes.
insert into notice_lanes (company_lane) values (decode(repeat('00', 16), 'hex'));
alter table notice_lanes enable row level security;
alter table notice_lanes force row level security;
create policy guard_all on notice_lanes to safeshipper_guard using (true) with check (true);
grant select, insert, update on notice_lanes to safeshipper_guard;

-- Puts a notice into the outbox, in its turn: behind those of the same person that are as urgent, and not behind
-- anybody else's. Whoever calls it has sealed it, and the database cannot.
drop function guard.post_notice(uuid, bytea, timestamptz);
create function guard.post_notice(p_id uuid, p_letter_sealed bytea, p_now timestamptz, p_company_lane bytea,
    p_lane bytea, p_urgency smallint)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_round bigint := (select n.turn from safeshipper.notices n
        where n.company_lane = p_company_lane and n.failed_at is null order by n.turn limit 1);
    v_behind bigint := (select max(last.turn) from generate_series(0, p_urgency) as u (urgency),
        lateral (select n.turn from safeshipper.notices n
            where n.lane = p_lane and n.urgency = u.urgency and n.failed_at is null
            order by n.turn desc limit 1) last);
begin
    insert into safeshipper.notice_lanes (company_lane) values (p_company_lane) on conflict do nothing;
    insert into safeshipper.notices (id, letter_sealed, written_at, next_try_at, company_lane, lane, urgency, turn)
    values (p_id, p_letter_sealed, p_now, p_now, p_company_lane, p_lane, p_urgency,
        1 + greatest(v_round, v_behind, 0));
end
$$;

-- As before (migrations/0013), and in turn: of the company that was served longest ago the letter whose turn it is.
create or replace function guard.take_notice(p_now timestamptz, p_held_until timestamptz)
    returns table (id uuid, letter_sealed bytea, written_at timestamptz, tries integer)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_lane bytea;
    v_id uuid;
begin
    for v_lane in select l.company_lane from safeshipper.notice_lanes l order by l.served, l.company_lane loop
        select d.id into v_id from safeshipper.notices d
        where d.company_lane = v_lane and d.failed_at is null and d.next_try_at <= p_now
          and (d.held_until is null or d.held_until <= p_now)
        order by d.turn, d.urgency, d.next_try_at, d.id
        limit 1
        for update skip locked;
        if found then
            update safeshipper.notice_lanes
            set served = 1 + (select max(l.served) from safeshipper.notice_lanes l)
            where company_lane = v_lane;
            return query update safeshipper.notices n set held_until = p_held_until, tries = n.tries + 1
                where n.id = v_id
                returning n.id, n.letter_sealed, n.written_at, n.tries;
            return;
        end if;
    end loop;
end
$$;

-- As before (migrations/0013), and what the operator has sent again counts from then.
create or replace function guard.expire_notices(p_written_before timestamptz, p_failed_before timestamptz,
    p_now timestamptz)
    returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    expired bigint;
begin
    delete from safeshipper.notices where failed_at < p_failed_before;
    with late as (
        update safeshipper.notices set failed_at = p_now, fault = coalesce(fault, 'too-late'), held_until = null
        where failed_at is null and coalesce(retried_at, written_at) < p_written_before
          and (held_until is null or held_until <= p_now)
        returning 1)
    select count(*) into expired from late;
    return expired;
end
$$;

-- For the operator's eye: what has failed, without whom it was for or what it says.
create function guard.failed_notices()
    returns table (id uuid, written_at timestamptz, failed_at timestamptz, tries integer, fault text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select n.id, n.written_at, n.failed_at, n.tries, n.fault
    from safeshipper.notices n where n.failed_at is not null order by n.failed_at, n.id
$$;

-- What has failed is tried again from now on: one, or all of a class of fault, or all. How many; the platform's trail
-- has the event if there were any.
create function guard.retry_notices(p_id uuid, p_fault text, p_now timestamptz, p_event uuid) returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_platform uuid := (select c.id from safeshipper.companies c where c.slug = 'platform');
    v_again bigint;
begin
    with again as (
        update safeshipper.notices
        set failed_at = null, tries = 0, next_try_at = p_now, retried_at = p_now
        where failed_at is not null and (p_id is null or id = p_id) and (p_fault is null or fault = p_fault)
        returning 1)
    select count(*) into v_again from again;
    if v_again > 0 then
        insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
            resource_type, resource_id, resource_name, description, additional_data)
        values (v_platform, p_event, 'UPDATE', 'MEDIUM', 'SUCCESS', 'platform operator', 'company', v_platform,
            'SafeShipper platform', 'failed notices are tried again', jsonb_build_object('notices', v_again));
    end if;
    return v_again;
end
$$;

-- A share per network ---------------------------------------------------------------------------------------

-- The network somebody came from (a /24 of IPv4, a /56 of IPv6) as a keyed hash that the database cannot compute.
alter table passkey_ceremonies add column network bytea check (octet_length(network) = 16);
create index passkey_ceremonies_by_network on passkey_ceremonies (network) where network is not null;
alter table oidc_attempts add column network bytea check (octet_length(network) = 16);

drop function guard.ask_passkey(bytea, text, text, text);
create function guard.keep_ceremony(p_holder bytea, p_purpose text, p_state text, p_network bytea) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.passkey_ceremonies c using (
        select x.holder, x.purpose from safeshipper.passkey_ceremonies x where x.expires_at <= now()
        order by x.expires_at limit 100 for update skip locked) over
    where c.holder = over.holder and c.purpose = over.purpose;
    insert into safeshipper.passkey_ceremonies (holder, purpose, state, network)
    values (p_holder, p_purpose, p_state, p_network)
    on conflict (holder, purpose) do update set state = excluded.state, expires_at = excluded.expires_at;
end
$$;

-- Asks for a passkey of this session, of this ticket or of whoever answers: `begun`, or `absent` (no such ticket),
-- and of those that name nobody `share` when the network has its share under way, a tenth of all, or `full`.
create function guard.ask_passkey(p_holder bytea, p_purpose text, p_kind text, p_state text, p_network bytea)
    returns text
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
            return 'absent';
        end if;
    elsif p_purpose = 'sign_in' then
        if p_network is null or (select count(*) from safeshipper.passkey_ceremonies c
            where c.network = p_network and c.purpose = 'sign_in' and now() < c.expires_at) >= 1000
        then
            return 'share';
        elsif (select count(*) from safeshipper.passkey_ceremonies c
            where c.purpose = 'sign_in' and now() < c.expires_at) >= 10000
        then
            return 'full';
        end if;
    else
        return 'absent';
    end if;
    perform guard.keep_ceremony(p_holder, p_purpose, p_state,
        case when p_purpose = 'sign_in' then p_network end);
    return 'begun';
end
$$;

drop function guard.begin_oidc_sign_in(uuid, uuid, bytea, bytea, text, bytea, text);
drop function guard.begin_oidc_link(bytea, uuid, bytea, bytea, text, bytea, text);
drop function guard.add_oidc_attempt(uuid, uuid, bytea, bytea, uuid, text, bytea, text);
-- `begun`, or why not: `absent` (no such provider), `share` (of the company's thousand the network has its quarter
-- under way), `full`.
create function guard.add_oidc_attempt(p_company uuid, p_provider uuid, p_state_hash bytea, p_browser_hash bytea,
    p_session uuid, p_nonce text, p_verifier_sealed bytea, p_return_to text, p_network bytea)
    returns text
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.oidc_attempts where company_id = p_company and expires_at <= now();
    if p_network is null or (select count(*) from safeshipper.oidc_attempts
        where company_id = p_company and network = p_network) >= 250
    then
        return 'share';
    end if;
    -- Whoever begins without end fills no table: the rest waits ten minutes.
    if (select count(*) from safeshipper.oidc_attempts where company_id = p_company) >= 1000 then
        return 'full';
    end if;
    insert into safeshipper.oidc_attempts (company_id, state_hash, browser_hash, provider_id, purpose, session_id,
        nonce, verifier_sealed, return_to, network)
    select p_company, p_state_hash, p_browser_hash, p.id,
        case when p_session is null then 'sign_in' else 'link' end, p_session, p_nonce, p_verifier_sealed,
        p_return_to, p_network
    from safeshipper.identity_providers p where p.company_id = p_company and p.id = p_provider and p.enabled;
    return case when found then 'begun' else 'absent' end;
end
$$;
create function guard.begin_oidc_sign_in(p_company uuid, p_provider uuid, p_state_hash bytea, p_browser_hash bytea,
    p_nonce text, p_verifier_sealed bytea, p_return_to text, p_network bytea)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return guard.add_oidc_attempt(p_company, p_provider, p_state_hash, p_browser_hash, null, p_nonce,
        p_verifier_sealed, p_return_to, p_network);
end
$$;
-- As `begin_oidc_sign_in`, to link; after a fresh proof, to a provider of one's own company.
create function guard.begin_oidc_link(p_handle_hash bytea, p_provider uuid, p_state_hash bytea, p_browser_hash bytea,
    p_nonce text, p_verifier_sealed bytea, p_return_to text, p_network bytea)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    return guard.add_oidc_attempt(s.company_id, p_provider, p_state_hash, p_browser_hash, s.id, p_nonce,
        p_verifier_sealed, p_return_to, p_network);
end
$$;

-- As before (migrations/0016), and when it began: who links must have signed in at the provider since.
drop function guard.take_oidc_attempt(bytea, bytea);
create function guard.take_oidc_attempt(p_state_hash bytea, p_browser_hash bytea)
    returns table (company_id uuid, provider_id uuid, provider_name text, session_id uuid, nonce text,
        verifier_sealed bytea, return_to text, began_at timestamptz)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    return query
        delete from safeshipper.oidc_attempts a using safeshipper.identity_providers p
        where a.state_hash = p_state_hash and a.browser_hash = p_browser_hash and now() < a.expires_at
          and p.company_id = a.company_id and p.id = a.provider_id and p.enabled
        returning a.company_id, a.provider_id, p.name, a.session_id, a.nonce, a.verifier_sealed, a.return_to,
            a.created_at;
end
$$;

-- A backup code enrols, and does nothing else -----------------------------------------------------------------

-- As before (migrations/0010, 0015), and whoever shows a factor has shown more than a backup code: a session that has
-- `backup_code_at` has shown nothing since.
create or replace function guard.note_proof(s safeshipper.sessions, p_second_factor boolean) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if p_second_factor then
        update safeshipper.sessions set second_factor_at = now(), backup_code_at = null, proof_attempts = 0,
            amr = (select array_agg(distinct m order by m desc) from unnest(amr || '{otp,mfa}'::text[]) m)
        where company_id = s.company_id and id = s.id;
    else
        update safeshipper.sessions set authenticated_at = now(), proof_attempts = 0
        where company_id = s.company_id and id = s.id;
    end if;
end
$$;
create or replace function guard.mark_passkey(p_handle_hash bytea, p_before text[]) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
begin
    update safeshipper.sessions set second_factor_at = now(), phishing_resistant_at = now(), backup_code_at = null,
        proof_attempts = 0,
        authenticated_at = case when p_before = '{}' then 'epoch' else s.authenticated_at end,
        amr = (select array_agg(distinct m order by m desc)
            from unnest(coalesce(p_before, s.amr) || '{user,pop,mfa}'::text[]) m)
    where company_id = s.company_id and id = s.id;
end
$$;

-- As before (migrations/0015), and a backup code is no such proof: it enrols, below, and changes nothing else.
create or replace function guard.fresh_session(p_handle_hash bytea) returns safeshipper.sessions
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
    proved timestamptz := case
        when guard.has_passkey(s.company_id, s.user_id) and guard.demands_passkey(s.company_id, s.user_id)
            then s.phishing_resistant_at
        -- The last that was shown was a backup code.
        when s.backup_code_at is not null then s.phishing_resistant_at
        when guard.has_second_factor(s.company_id, s.user_id) then s.second_factor_at
        else s.authenticated_at end;
begin
    if proved is null or proved < now() - interval '900 seconds' then
        raise exception 'this session has not been proved within 900 seconds' using errcode = 'SS002';
    end if;
    return s;
end
$$;

-- To enrol a factor: also after a backup code, for who has lost theirs.
create function guard.enrolling_session(p_handle_hash bytea) returns safeshipper.sessions
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
begin
    if s.backup_code_at >= now() - interval '900 seconds' then
        return s;
    end if;
    return guard.fresh_session(p_handle_hash);
end
$$;

create or replace function guard.begin_totp(p_handle_hash bytea, p_factor uuid, p_secret_sealed bytea) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.enrolling_session(p_handle_hash);
begin
    delete from safeshipper.totp_factors
    where company_id = s.company_id and user_id = s.user_id and state = 'pending';
    insert into safeshipper.totp_factors (company_id, id, user_id, secret_sealed, session_id)
    values (s.company_id, p_factor, s.user_id, p_secret_sealed, s.id);
end
$$;

create or replace function guard.begin_passkey(p_handle_hash bytea, p_state text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.enrolling_session(p_handle_hash);
begin
    if (select count(*) from safeshipper.passkeys k
        where k.company_id = s.company_id and k.user_id = s.user_id) >= 10
    then
        return false;
    end if;
    perform guard.keep_ceremony(p_handle_hash, 'register', p_state, null);
    return true;
end
$$;
drop function guard.keep_ceremony(bytea, text, text);

create or replace function guard.add_passkey(p_handle_hash bytea, p_id uuid, p_credential_id bytea, p_sealed bytea,
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
    perform guard.hold_owner(p_handle_hash);
    s := guard.enrolling_session(p_handle_hash);
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

-- Holds the person of a session until the commit: before anything of theirs, in the order of a lockdown.
create function guard.hold_owner(p_handle_hash bytea) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from safeshipper.users u
    where (u.company_id, u.id) = (select x.company_id, x.user_id from safeshipper.sessions x
        where x.handle_hash = p_handle_hash)
    for no key update;
end
$$;

-- A password that leans on a second factor ---------------------------------------------------------------------

-- Whether the password is long enough without a second factor; null while nobody has looked since there is this
-- column. Set when the password is set, or verified at a sign-in; the length is stored nowhere.
alter table passwords add column stands_alone boolean;
-- When the last of a person's factors went.
alter table users
    add column last_factor_gone_at timestamptz,
    -- From when a link in a mail opens an account that waits for a new password (`recovery_since`).
    add column recovery_opens_at timestamptz;

-- The last factor does not go before the password can do without it.
create function guard.leave_factor(s safeshipper.sessions) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not guard.has_second_factor(s.company_id, s.user_id) then
        if exists (select from safeshipper.passwords p
            where p.company_id = s.company_id and p.user_id = s.user_id and p.stands_alone is not true)
        then
            raise exception 'the password leans on the factor that is to go' using errcode = 'SS004';
        end if;
        perform guard.put_backup_codes(s, '{}');
        update safeshipper.users set last_factor_gone_at = now() where company_id = s.company_id and id = s.user_id;
    end if;
    perform guard.void_proofs(s, null);
end
$$;

create or replace function guard.remove_totp(p_handle_hash bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions;
begin
    perform guard.hold_owner(p_handle_hash);
    s := guard.fresh_session(p_handle_hash);
    delete from safeshipper.totp_factors where company_id = s.company_id and user_id = s.user_id;
    if not found then
        return false;
    end if;
    perform guard.leave_factor(s);
    return true;
end
$$;

create or replace function guard.remove_passkey(p_handle_hash bytea, p_id uuid) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions;
begin
    perform guard.hold_owner(p_handle_hash);
    s := guard.fresh_session(p_handle_hash);
    delete from safeshipper.passkeys where company_id = s.company_id and user_id = s.user_id and id = p_id;
    if not found then
        return false;
    end if;
    perform guard.leave_factor(s);
    return true;
end
$$;

drop function guard.find_sign_in(bytea, text);
create function guard.find_sign_in(p_email_index bytea, p_slug text)
    returns table (company_id uuid, user_id uuid, display_name text, password_hash text, password_version integer,
        stands_alone boolean)
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
        select u.company_id, u.id, u.display_name, p.hash, p.version, p.stands_alone
        from safeshipper.users u
        join safeshipper.companies c on c.id = u.company_id
        join safeshipper.passwords p on p.company_id = u.company_id and p.user_id = u.id
        where u.email_index = p_email_index and u.status = 'active' and (p_slug is null or c.slug = p_slug);
end
$$;

-- What a sign-in that has verified the password saw of it, if it was not known.
create function guard.note_password_length(p_company uuid, p_user uuid, p_version integer, p_stands_alone boolean)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.passwords set stands_alone = p_stands_alone
    where company_id = p_company and user_id = p_user and version = p_version and stands_alone is null;
    return found;
end
$$;

-- As before (migrations/0014), and one that leaned on a factor that is gone opens nothing: the mailbox does.
create or replace function guard.holds_password(p_company uuid, p_user uuid, p_version integer) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from safeshipper.users u where u.company_id = p_company and u.id = p_user for share;
    return exists (select from safeshipper.passwords p
        where p.company_id = p_company and p.user_id = p_user and p.version = p_version
          and (p.stands_alone is not false or guard.has_second_factor(p_company, p_user)));
end
$$;

drop function guard.change_password(bytea, text, text);
drop function guard.reset_password(bytea, text);
drop function guard.set_password(uuid, uuid, text);
create function guard.set_password(p_company uuid, p_user uuid, p_hash text, p_stands_alone boolean) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.passwords
    set hash = p_hash, stands_alone = p_stands_alone, changed_at = now(), version = version + 1
    where company_id = p_company and user_id = p_user;
    delete from safeshipper.pending_sign_ins where company_id = p_company and user_id = p_user;
    delete from safeshipper.password_resets where company_id = p_company and user_id = p_user;
end
$$;

-- As before (migrations/0014). False also for one that would stand alone and cannot.
create function guard.change_password(p_handle_hash bytea, p_old text, p_new text, p_stands_alone boolean)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions;
begin
    perform guard.hold_owner(p_handle_hash);
    s := guard.fresh_session(p_handle_hash);
    if not exists (select from safeshipper.passwords p
        where p.company_id = s.company_id and p.user_id = s.user_id and p.hash = p_old)
        or not (p_stands_alone or guard.has_second_factor(s.company_id, s.user_id))
    then
        return false;
    end if;
    perform guard.set_password(s.company_id, s.user_id, p_new, p_stands_alone);
    update safeshipper.sessions set revoked_at = now()
    where company_id = s.company_id and user_id = s.user_id and id <> s.id and revoked_at is null;
    perform guard.note_proof(s, false);
    return true;
end
$$;

-- Whether a link may be asked for and followed: where the account waits for a new password, not before its time.
create function guard.mailbox_opens(p_company uuid, p_user uuid) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (select from safeshipper.users u
        where u.company_id = p_company and u.id = p_user and u.status = 'active'
          -- Unlocked before there was a wait: none.
          and (u.recovery_since is null or coalesce(u.recovery_opens_at, u.recovery_since) <= now()));
end
$$;

-- Stores a link beside those before, which stay good: who asks in another's name takes nothing from them. False for
-- who is not active, whose mailbox opens nothing yet, or who has had three within an hour.
create or replace function guard.ask_password_reset(p_company uuid, p_user uuid, p_token_hash bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from safeshipper.users u
    where u.company_id = p_company and u.id = p_user and u.status = 'active' for no key update;
    if not found or not guard.mailbox_opens(p_company, p_user)
        or (select count(*) from safeshipper.password_resets r
            where r.company_id = p_company and r.user_id = p_user and r.asked_at > now() - interval '1 hour') >= 3
    then
        return false;
    end if;
    delete from safeshipper.password_resets
    where company_id = p_company and user_id = p_user and asked_at <= now() - interval '1 hour';
    insert into safeshipper.password_resets (company_id, user_id, token_hash) values (p_company, p_user, p_token_hash);
    return true;
end
$$;

create or replace function guard.person_of_reset(p_token_hash bytea)
    returns table (company_id uuid, user_id uuid, has_second_factor boolean)
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select r.company_id, r.user_id, guard.has_second_factor(r.company_id, r.user_id)
    from safeshipper.password_resets r
    where r.token_hash = p_token_hash and now() < r.expires_at and r.voided_at is null
      and guard.mailbox_opens(r.company_id, r.user_id)
$$;

-- Spends a link and sets the password; every other link and every session of the person is over. Second factors stay
-- as they are. No row: nothing to spend, or the password would stand alone and cannot.
create function guard.reset_password(p_token_hash bytea, p_hash text, p_stands_alone boolean)
    returns table (company_id uuid, user_id uuid, display_name text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    u record;
begin
    -- The person before anything of theirs, in the order of a lockdown.
    select x.company_id, x.id, x.display_name into u
    from safeshipper.users x
    join safeshipper.password_resets r on r.company_id = x.company_id and r.user_id = x.id
    where r.token_hash = p_token_hash and x.status = 'active'
    for no key update of x;
    if not found or not guard.mailbox_opens(u.company_id, u.id)
        or not (p_stands_alone or guard.has_second_factor(u.company_id, u.id))
    then
        return;
    end if;
    delete from safeshipper.password_resets r
    where r.company_id = u.company_id and r.token_hash = p_token_hash and now() < r.expires_at
      and r.voided_at is null;
    if not found then
        return;
    end if;
    perform guard.set_password(u.company_id, u.id, p_hash, p_stands_alone);
    perform guard.end_sessions(u.company_id, u.id);
    return query select u.company_id, u.id, u.display_name;
end
$$;

-- As before (migrations/0005). Who makes people by command refuses a password that does not stand alone.
create or replace function guard.provision_user(
    p_company uuid, p_user uuid, p_email_index bytea, p_email_sealed bytea, p_name text, p_role text,
    p_password_hash text, p_event uuid)
    returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.users (company_id, id, email_index, email_sealed, display_name, role)
    values (p_company, p_user, p_email_index, p_email_sealed, p_name, p_role);
    insert into safeshipper.passwords (company_id, user_id, hash, stands_alone)
    values (p_company, p_user, p_password_hash, true);
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description, additional_data)
    values (p_company, p_event, 'CREATE', 'HIGH', 'SUCCESS', 'platform operator', 'user', p_user,
        left(p_name, 200), 'person provisioned', jsonb_build_object('role', p_role));
$$;

-- What opens an account again ------------------------------------------------------------------------------------

-- As before (migrations/0018), and who had a factor lately counts as who has one: a thief may have removed it first.
create or replace function guard.lock_down(p_company uuid, p_user uuid, p_by uuid, p_reason text) returns text
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    u record;
    v_had boolean;
begin
    select x.role, x.status, x.last_factor_gone_at into u from safeshipper.users x
    where x.company_id = p_company and x.id = p_user;
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
    v_had := guard.void_factors(p_company, p_user);
    if v_had or u.last_factor_gone_at > now() - interval '7 days' then
        update safeshipper.users set recovery_since = now() where company_id = p_company and id = p_user;
    end if;
    update safeshipper.factor_resets set closed_at = now(), closed_as = 'cancelled', closed_by = p_by
    where company_id = p_company and user_id = p_user and closed_at is null;
    return 'done';
end
$$;

-- As before (migrations/0012). Where the account waits for a new password, its mailbox opens it only after the
-- cooling period: a mailbox may be what the lockdown was for, and its owner is told at once.
create or replace function guard.unlock(p_company uuid, p_user uuid) returns text
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from safeshipper.users x where x.company_id = p_company and x.id = p_user) then
        return 'absent';
    end if;
    update safeshipper.users set status = 'active', locked_at = null, locked_by = null, lock_reason = null,
        recovery_opens_at = case when recovery_since is not null then now() + guard.cooling_period() end
    where company_id = p_company and id = p_user and status = 'locked';
    return case when found then 'done' else 'state' end;
end
$$;

-- As before (migrations/0018), but the old password alone opens nothing afterwards: two administrators said who the
-- person is, and the mailbox says that it is them. It has waited a day already.
create or replace function guard.settle_factor_reset(p_company uuid, p_user uuid, p_event uuid) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r safeshipper.factor_resets;
begin
    -- The person before anything of theirs, in the order of a lockdown.
    perform from safeshipper.users u where u.company_id = p_company and u.id = p_user for no key update;
    update safeshipper.factor_resets x set closed_at = now(), closed_as = 'effected'
    where x.company_id = p_company and x.user_id = p_user and x.closed_at is null and x.due_at <= now()
    returning x.* into r;
    if not found then
        return false;
    end if;
    perform guard.end_sessions(p_company, p_user);
    perform guard.void_factors(p_company, p_user);
    update safeshipper.users set recovery_since = now(), recovery_opens_at = now()
    where company_id = p_company and id = p_user;
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description, additional_data)
    select p_company, p_event, 'PERMISSION_CHANGE', 'HIGH', 'SUCCESS', 'SafeShipper', 'user', p_user, u.display_name,
        'second factors reset: removed, and every session ended; a new password is to be set by a link',
        jsonb_build_object('reset', r.id, 'reason', r.reason)
    from safeshipper.users u where u.company_id = p_company and u.id = p_user;
    return true;
end
$$;

create or replace function guard.password_chosen() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.users set recovery_since = null, recovery_opens_at = null
    where company_id = new.company_id and id = new.user_id and recovery_since is not null;
    return null;
end
$$;

alter function guard.post_notice(uuid, bytea, timestamptz, bytea, bytea, smallint) owner to safeshipper_guard;
alter function guard.failed_notices() owner to safeshipper_guard;
alter function guard.retry_notices(uuid, text, timestamptz, uuid) owner to safeshipper_guard;
alter function guard.keep_ceremony(bytea, text, text, bytea) owner to safeshipper_guard;
alter function guard.ask_passkey(bytea, text, text, text, bytea) owner to safeshipper_guard;
alter function guard.add_oidc_attempt(uuid, uuid, bytea, bytea, uuid, text, bytea, text, bytea)
    owner to safeshipper_guard;
alter function guard.begin_oidc_sign_in(uuid, uuid, bytea, bytea, text, bytea, text, bytea)
    owner to safeshipper_guard;
alter function guard.begin_oidc_link(bytea, uuid, bytea, bytea, text, bytea, text, bytea) owner to safeshipper_guard;
alter function guard.take_oidc_attempt(bytea, bytea) owner to safeshipper_guard;
alter function guard.enrolling_session(bytea) owner to safeshipper_guard;
alter function guard.hold_owner(bytea) owner to safeshipper_guard;
alter function guard.leave_factor(safeshipper.sessions) owner to safeshipper_guard;
alter function guard.find_sign_in(bytea, text) owner to safeshipper_guard;
alter function guard.note_password_length(uuid, uuid, integer, boolean) owner to safeshipper_guard;
alter function guard.set_password(uuid, uuid, text, boolean) owner to safeshipper_guard;
alter function guard.change_password(bytea, text, text, boolean) owner to safeshipper_guard;
alter function guard.mailbox_opens(uuid, uuid) owner to safeshipper_guard;
alter function guard.reset_password(bytea, text, boolean) owner to safeshipper_guard;

grant execute on function guard.post_notice(uuid, bytea, timestamptz, bytea, bytea, smallint)
    to safeshipper_directory, safeshipper_app, safeshipper_owner;
grant execute on function guard.failed_notices(), guard.retry_notices(uuid, text, timestamptz, uuid)
    to safeshipper_owner;
grant execute on function guard.ask_passkey(bytea, text, text, text, bytea),
    guard.begin_oidc_sign_in(uuid, uuid, bytea, bytea, text, bytea, text, bytea),
    guard.begin_oidc_link(bytea, uuid, bytea, bytea, text, bytea, text, bytea),
    guard.take_oidc_attempt(bytea, bytea), guard.find_sign_in(bytea, text),
    guard.note_password_length(uuid, uuid, integer, boolean), guard.change_password(bytea, text, text, boolean),
    guard.reset_password(bytea, text, boolean)
    to safeshipper_directory;
