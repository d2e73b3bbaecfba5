-- Notices: letters that tell people what was done with their account (docs/decisions/0008).
--
-- A notice is written whole when it is caused, in the transaction of what caused it, sealed under the platform's key
-- for notices. The sender reads this table and nothing else of any company: it needs no context, and neither a dump
-- of the rows nor SQL injected into the application shows whom a notice is for or what it says. Times are those of
-- the clock of the nodes, which decides when a try is due.

create table notices (
    id uuid primary key,
    letter_sealed bytea not null check (octet_length(letter_sealed) <= 65536),
    written_at timestamptz not null,
    next_try_at timestamptz not null,
    tries integer not null default 0 check (tries >= 0),
    -- Whoever sends it holds it until then; after a crash another takes it up again.
    held_until timestamptz,
    failed_at timestamptz,
    -- The class of the last fault in one word: neither an address nor what a server said.
    fault text check (length(fault) between 1 and 40),
    check (failed_at is null or fault is not null)
);
create index notices_due on notices (next_try_at) where failed_at is null;

-- When a person was last told what is told at most once in a while.
create table notice_limits (
    company_id uuid not null,
    user_id uuid not null,
    notice text not null check (length(notice) between 1 and 60),
    told_at timestamptz not null,
    primary key (company_id, user_id, notice),
    foreign key (company_id, user_id) references users (company_id, id)
);

alter table notices enable row level security;
alter table notices force row level security;
alter table notice_limits enable row level security;
alter table notice_limits force row level security;
create policy tenant on notice_limits as restrictive to safeshipper_app using (false) with check (false);
create policy guard_all on notices to safeshipper_guard using (true) with check (true);
create policy guard_all on notice_limits to safeshipper_guard using (true) with check (true);
grant select, insert, update, delete on notices to safeshipper_guard;
grant select, insert, update on notice_limits to safeshipper_guard;
create constraint trigger audited after insert or update or delete on notice_limits
    deferrable initially deferred for each row execute function guard.require_audit();

-- Writing ---------------------------------------------------------------------------------------------------

-- To whom a notice goes: the sealed address and the wrapped keys that may have sealed it. Nothing of it opens
-- without the master key.
create function guard.addressee(p_company uuid, p_user uuid)
    returns table (company_name text, display_name text, email_sealed bytea, key_ids uuid[], keys bytea[])
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select c.name, u.display_name, u.email_sealed, array_agg(k.id), array_agg(k.wrapped)
    from safeshipper.users u
    join safeshipper.companies c on c.id = u.company_id
    join safeshipper.data_keys k on k.company_id = u.company_id and k.purpose = 'identity'
    where u.company_id = p_company and u.id = p_user
    group by c.name, u.display_name, u.email_sealed
$$;

-- Those who are told what changes for a whole company.
create function guard.administrators(p_company uuid) returns setof uuid
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select u.id from safeshipper.users u
    where u.company_id = p_company and u.status = 'active' and guard.is_administrator(u.role)
    order by u.id
$$;

-- Puts a notice into the outbox. Whoever calls it has sealed it, and the database cannot.
create function guard.post_notice(p_id uuid, p_letter_sealed bytea, p_now timestamptz) returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.notices (id, letter_sealed, written_at, next_try_at)
    values (p_id, p_letter_sealed, p_now, p_now)
$$;

-- Whether a person is to be told what is told at most once in this while, and from now on has been.
create function guard.may_tell(p_company uuid, p_user uuid, p_notice text, p_while interval, p_now timestamptz)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    insert into safeshipper.notice_limits as l (company_id, user_id, notice, told_at)
    values (p_company, p_user, p_notice, p_now)
    on conflict (company_id, user_id, notice) do update set told_at = p_now where l.told_at <= p_now - p_while;
    return found;
end
$$;

-- Whether a person who has signed in before now does so from where they have not for 90 days: a browser or a
-- program, whatever its version, in a network (a /24 of IPv4, a /48 of IPv6). `p_but` is the session just opened.
create function guard.is_new_place(p_company uuid, p_user uuid, p_but uuid, p_agent text, p_ip inet)
    returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select exists (select from safeshipper.sessions s
            where s.company_id = p_company and s.user_id = p_user and s.id <> p_but)
        and not exists (select from safeshipper.sessions s
            where s.company_id = p_company and s.user_id = p_user and s.id <> p_but
              and s.created_at > now() - interval '90 days'
              and network(set_masklen(s.ip_address, case family(s.ip_address) when 4 then 24 else 48 end))
                  is not distinct from network(set_masklen(p_ip, case family(p_ip) when 4 then 24 else 48 end))
              and regexp_replace(coalesce(s.user_agent, ''), '[0-9]+', '', 'g')
                  = regexp_replace(coalesce(left(p_agent, 500), ''), '[0-9]+', '', 'g'))
$$;

create function guard.backup_codes_left(p_company uuid, p_user uuid) returns bigint
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select count(*) from safeshipper.backup_codes b where b.company_id = p_company and b.user_id = p_user
$$;

-- Sending ---------------------------------------------------------------------------------------------------

-- Takes the notice that has been due longest, for as long as a delivery may take. Of two nodes each takes another.
-- The try counts from here, so that a notice that kills its sender is not tried for ever.
create function guard.take_notice(p_now timestamptz, p_held_until timestamptz)
    returns table (id uuid, letter_sealed bytea, written_at timestamptz, tries integer)
    language sql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    update safeshipper.notices n set held_until = p_held_until, tries = n.tries + 1
    where n.id = (
        select d.id from safeshipper.notices d
        where d.failed_at is null and d.next_try_at <= p_now and (d.held_until is null or d.held_until <= p_now)
        order by d.next_try_at, d.id
        limit 1
        for update skip locked)
    returning n.id, n.letter_sealed, n.written_at, n.tries
$$;

-- What became of a try; nothing where another has taken the notice up meanwhile.
create function guard.notice_delivered(p_id uuid, p_held_until timestamptz) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.notices where id = p_id and held_until = p_held_until;
    return found;
end
$$;

create function guard.notice_postponed(p_id uuid, p_held_until timestamptz, p_next_try_at timestamptz, p_fault text)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.notices set held_until = null, next_try_at = p_next_try_at, fault = p_fault
    where id = p_id and held_until = p_held_until;
    return found;
end
$$;

create function guard.notice_failed(p_id uuid, p_held_until timestamptz, p_now timestamptz, p_fault text)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.notices set held_until = null, failed_at = p_now, fault = p_fault
    where id = p_id and held_until = p_held_until;
    return found;
end
$$;

-- What nobody could be told in time has failed: a warning of days ago misleads. Failed ones go in the end.
create function guard.expire_notices(p_written_before timestamptz, p_failed_before timestamptz, p_now timestamptz)
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
        where failed_at is null and written_at < p_written_before and (held_until is null or held_until <= p_now)
        returning 1)
    select count(*) into expired from late;
    return expired;
end
$$;

-- For the operator's eye: how many wait, and how many have failed of what.
create function guard.notice_faults() returns table (fault text, waiting bigint, failed bigint)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select n.fault, count(*) filter (where n.failed_at is null), count(*) filter (where n.failed_at is not null)
    from safeshipper.notices n group by n.fault order by n.fault nulls first
$$;

-- Whom the platform's operator means by an address.
create function guard.user_by_email(p_company uuid, p_email_index bytea) returns uuid
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select u.id from safeshipper.users u where u.company_id = p_company and u.email_index = p_email_index
$$;

-- A platform from before there was a purpose gets its key when a node starts; of two at once one wins.
create function guard.add_platform_key(p_id uuid, p_purpose text, p_wrapped bytea, p_event uuid) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    platform uuid := (select c.id from safeshipper.companies c where c.slug = 'platform');
begin
    insert into safeshipper.data_keys (company_id, id, purpose, wrapped)
    values (platform, p_id, p_purpose, p_wrapped) on conflict do nothing;
    if not found then
        return false;
    end if;
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description)
    values (platform, p_event, 'CREATE', 'MEDIUM', 'SUCCESS', 'platform operator', 'company', platform,
        'SafeShipper platform', 'platform key made for `' || p_purpose || '`');
    return true;
end
$$;

alter function guard.addressee(uuid, uuid) owner to safeshipper_guard;
alter function guard.administrators(uuid) owner to safeshipper_guard;
alter function guard.post_notice(uuid, bytea, timestamptz) owner to safeshipper_guard;
alter function guard.may_tell(uuid, uuid, text, interval, timestamptz) owner to safeshipper_guard;
alter function guard.is_new_place(uuid, uuid, uuid, text, inet) owner to safeshipper_guard;
alter function guard.backup_codes_left(uuid, uuid) owner to safeshipper_guard;
alter function guard.take_notice(timestamptz, timestamptz) owner to safeshipper_guard;
alter function guard.notice_delivered(uuid, timestamptz) owner to safeshipper_guard;
alter function guard.notice_postponed(uuid, timestamptz, timestamptz, text) owner to safeshipper_guard;
alter function guard.notice_failed(uuid, timestamptz, timestamptz, text) owner to safeshipper_guard;
alter function guard.expire_notices(timestamptz, timestamptz, timestamptz) owner to safeshipper_guard;
alter function guard.notice_faults() owner to safeshipper_guard;
alter function guard.user_by_email(uuid, bytea) owner to safeshipper_guard;
alter function guard.add_platform_key(uuid, text, bytea, uuid) owner to safeshipper_guard;

grant execute on function guard.addressee(uuid, uuid), guard.administrators(uuid),
    guard.may_tell(uuid, uuid, text, interval, timestamptz), guard.is_new_place(uuid, uuid, uuid, text, inet),
    guard.backup_codes_left(uuid, uuid), guard.take_notice(timestamptz, timestamptz),
    guard.notice_delivered(uuid, timestamptz), guard.notice_postponed(uuid, timestamptz, timestamptz, text),
    guard.notice_failed(uuid, timestamptz, timestamptz, text),
    guard.expire_notices(timestamptz, timestamptz, timestamptz), guard.notice_faults()
    to safeshipper_directory;
grant execute on function guard.post_notice(uuid, bytea, timestamptz)
    to safeshipper_directory, safeshipper_app, safeshipper_owner;
grant execute on function guard.addressee(uuid, uuid), guard.notice_faults(), guard.user_by_email(uuid, bytea),
    guard.add_platform_key(uuid, text, bytea, uuid)
    to safeshipper_owner;
