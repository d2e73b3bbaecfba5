-- An override has an end and can be taken back, and nobody who ever changed a load decides one of it (DG-2, P15;
-- docs/decisions/0020).

-- Everybody who changed what a check looks at, the maker first: instead of who did so last. Filled by a trigger alone.
alter table shipments add column load_authors uuid[];

-- What is there was changed by whom the trail says so. The owner sees rows for these statements alone.
alter table shipments no force row level security;
alter table load_overrides no force row level security;
alter table audit_events no force row level security;
alter table shipments disable trigger user;
update shipments s set load_authors = array[s.created_by] || array(
    select distinct a.id from (
        select s.load_by as id
        union all
        select e.actor_user_id from audit_events e
        where e.company_id = s.company_id and e.resource_type = 'shipment' and e.resource_id = s.id
          and e.outcome = 'SUCCESS' and e.changed_fields ?| array['load', 'regimes', 'data_sets']) a
    where a.id is not null and a.id <> s.created_by);
alter table shipments enable trigger user;

alter table load_overrides drop constraint load_overrides_separation_of_duties,
    add column load_authors uuid[],
    -- The last day on which the permit may be used, in UTC.
    add column authority_valid_until date,
    add column withdrawn_at timestamptz,
    add column withdrawn_by uuid,
    add column withdrawal_note text check (length(withdrawal_note) between 10 and 500);

-- Those from before say no day. Who knows of one asks anew; none that is open goes on without.
alter table load_overrides disable trigger user;
update load_overrides set load_authors = array[load_by],
    voided_at = case when approved is distinct from false then coalesce(voided_at, now()) else voided_at end;
alter table load_overrides enable trigger user;
alter table audit_events force row level security;
alter table load_overrides force row level security;
alter table shipments force row level security;

alter table shipments drop column load_by, alter column load_authors set not null;
alter table load_overrides drop column load_by, alter column load_authors set not null,
    add foreign key (company_id, withdrawn_by) references users (company_id, id),
    add constraint load_overrides_separation_of_duties check (decided_by is null
        or (decided_by <> asked_by and decided_by <> created_by and decided_by <> all (load_authors))),
    -- ADR 1.5.1.2: five years at most; 49 CFR 107 lets a special permit run for less.
    add constraint load_overrides_permit_ends check (authority_valid_until between (asked_at at time zone 'UTC')::date
        and ((asked_at at time zone 'UTC') + interval '5 years')::date),
    add constraint load_overrides_say_until_when check (authority_valid_until is not null or voided_at is not null
        or not approved),
    -- What was withdrawn is void besides: whatever asks of the one need not know of the other.
    add constraint load_overrides_withdrawn check ((withdrawn_at is null) = (withdrawn_by is null)
        and (withdrawn_at is null) = (withdrawal_note is null)
        and (withdrawn_at is null or (voided_at is not null and approved is distinct from false)));

-- Nobody says who changed a load: it is whoever is at work. What the operator changes by hand leaves it as it is.
create or replace function guard.note_load_author() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        new.load_authors := array[new.created_by];
    elsif (new.load_hash, new.regimes, new.data_sets) is distinct from (old.load_hash, old.regimes, old.data_sets)
        and guard.user_id() is not null and guard.user_id() <> all (old.load_authors)
    then
        new.load_authors := old.load_authors || guard.user_id();
    else
        new.load_authors := old.load_authors;
    end if;
    return new;
end
$$;

-- Whether the last check of a shipment is of exactly this load under everything it travels under, and found it
-- compatible; or an override of exactly that answer is approved, was not voided, and its permit is not over today.
create function guard.passes(p_shipment safeshipper.shipments) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from safeshipper.shipment_checks c
        where c.company_id = p_shipment.company_id and c.shipment_id = p_shipment.id
          and c.id = p_shipment.last_check_id and c.load_hash = p_shipment.load_hash
          and c.verdicts ?& p_shipment.regimes and c.verdicts ?& p_shipment.data_sets
          and (c.is_compatible or (c.overridable is not null and exists (
              select from safeshipper.load_overrides o
              where o.company_id = c.company_id and o.shipment_id = c.shipment_id and o.approved
                and o.voided_at is null and o.authority_valid_until >= (now() at time zone 'UTC')::date
                and o.load_hash = c.load_hash and o.findings_hash = c.findings_hash
                and o.regimes = p_shipment.regimes and o.data_sets = p_shipment.data_sets))));
end
$$;

-- Past draft means that the shipment passes. One that did and does not any more, because a permit is over or an override
-- was withdrawn, is a draft to whoever reads it, and becomes one with the next change that asks for nothing else.
create or replace function guard.shipment_is_checked() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status <> 'draft' and not guard.passes(new) then
        if tg_op = 'UPDATE' and (new.status, new.load_hash, new.regimes, new.data_sets, new.last_check_id)
            is not distinct from (old.status, old.load_hash, old.regimes, old.data_sets, old.last_check_id)
        then
            new.status := 'draft';
        else
            raise exception 'a shipment is past draft without a compatible check of its load'
                using errcode = 'check_violation';
        end if;
    end if;
    return new;
end
$$;

-- Deferred to commit: each step is in the trail as what it is, by whom it is, with the permit's last day.
create or replace function guard.require_override_event() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_withdrawn constant boolean := tg_op = 'UPDATE' and new.withdrawn_at is distinct from old.withdrawn_at;
begin
    if (tg_op = 'INSERT' or v_withdrawn or new.approved is distinct from old.approved) and not exists (
        select from safeshipper.audit_events e
        where e.company_id = new.company_id and e.occurred_at = now() and e.resource_type = 'override'
          and e.resource_id = new.id and e.severity = 'CRITICAL' and e.outcome = 'SUCCESS'
          and e.actor_user_id = case when v_withdrawn then new.withdrawn_by
              else coalesce(new.decided_by, new.asked_by) end
          and e.additional_data ->> 'reason' = new.reason
          and e.additional_data ->> 'valid_until' = to_char(new.authority_valid_until, 'YYYY-MM-DD')
          and case when v_withdrawn then e.additional_data ->> 'withdrawn' = new.withdrawal_note
              else new.approved is null or (e.additional_data ->> 'approved')::boolean = new.approved end)
    then
        raise exception 'an override is about to change without its event'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;

-- Asks for an override of the answer that was seen, if that is still the last one and is of the load as it is. `done`,
-- `absent`, `validity` (the permit is over, or said to run for more than five years), `state` (not a draft, another load
-- or answer by now, or none that may be overridden), or `waiting` (one waits or stands).
drop function guard.ask_override(uuid, uuid, uuid, text, text);
create function guard.ask_override(
    p_id uuid,
    p_shipment uuid,
    p_check uuid,
    p_reason text,
    p_authority text,
    p_valid_until date
)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.shipments;
    c safeshipper.shipment_checks;
    v_now constant timestamp := now() at time zone 'UTC';
begin
    select x.* into s from safeshipper.shipments x where x.company_id = guard.company() and x.id = p_shipment
    for no key update;
    if not found then
        return 'absent';
    elsif p_valid_until is null or p_valid_until not between v_now::date and (v_now + interval '5 years')::date then
        return 'validity';
    end if;
    select x.* into c from safeshipper.shipment_checks x
    where x.company_id = s.company_id and x.shipment_id = s.id and x.id = s.last_check_id;
    if not found or c.id <> p_check or (s.status <> 'draft' and guard.passes(s)) or c.load_hash <> s.load_hash
        or c.overridable is null or not c.verdicts ?& s.regimes or not c.verdicts ?& s.data_sets
    then
        return 'state';
    end if;
    -- What is over makes room.
    update safeshipper.load_overrides o set voided_at = now()
    where o.company_id = s.company_id and o.shipment_id = s.id and o.voided_at is null
      and o.approved is distinct from false and o.authority_valid_until < v_now::date;
    if exists (select from safeshipper.load_overrides o
        where o.company_id = s.company_id and o.shipment_id = s.id and o.voided_at is null
          and o.approved is distinct from false)
    then
        return 'waiting';
    end if;
    insert into safeshipper.load_overrides (company_id, id, shipment_id, check_id, load_hash, findings_hash, regimes,
        data_sets, covers, reason, authority, authority_valid_until, asked_by, created_by, load_authors)
    values (s.company_id, p_id, s.id, c.id, c.load_hash, c.findings_hash, s.regimes, s.data_sets, c.overridable,
        p_reason, p_authority, p_valid_until, guard.user_id(), s.created_by, s.load_authors);
    return 'done';
end
$$;

-- Approves or refuses what somebody else asked for, of a load in which one has no part, in a session that has just shown a
-- second factor. `done`, `absent`, `self`, or `state` (decided, void, or over).
create or replace function guard.decide_override(p_id uuid, p_approved boolean, p_note text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    o safeshipper.load_overrides;
    s safeshipper.sessions;
begin
    select x.* into o from safeshipper.load_overrides x where x.company_id = guard.company() and x.id = p_id;
    if not found then
        return 'absent';
    end if;
    -- The shipment first, as whoever changes it does.
    perform from safeshipper.shipments x where x.company_id = o.company_id and x.id = o.shipment_id for no key update;
    select x.* into o from safeshipper.load_overrides x where x.company_id = o.company_id and x.id = o.id
    for no key update;
    if not guard.may_override(o.shipment_id) then
        raise exception 'the person of this context approves no override' using errcode = 'insufficient_privilege';
    end if;
    select x.* into s from safeshipper.sessions x
    where x.company_id = guard.company() and x.id = guard.session_id();
    perform guard.require_second_factor(s);
    if guard.user_id() in (o.asked_by, o.created_by) or guard.user_id() = any (o.load_authors) then
        return 'self';
    elsif o.approved is not null or o.voided_at is not null
        or o.authority_valid_until < (now() at time zone 'UTC')::date
    then
        return 'state';
    end if;
    update safeshipper.load_overrides x set approved = p_approved, decided_by = guard.user_id(), decided_at = now(),
        note = p_note
    where x.company_id = o.company_id and x.id = o.id;
    return 'done';
end
$$;

-- Takes an override back: what one asked for oneself, or what somebody approved, for whoever may decide overrides of the
-- shipment, a part in it or not, in a session that has just shown a second factor. What waits, others refuse. `done`,
-- `absent`, or `state` (not approved, void, or over).
create function guard.withdraw_override(p_id uuid, p_note text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    o safeshipper.load_overrides;
    s safeshipper.sessions;
begin
    select x.* into o from safeshipper.load_overrides x where x.company_id = guard.company() and x.id = p_id;
    if not found then
        return 'absent';
    end if;
    perform from safeshipper.shipments x where x.company_id = o.company_id and x.id = o.shipment_id for no key update;
    select x.* into o from safeshipper.load_overrides x where x.company_id = o.company_id and x.id = o.id
    for no key update;
    if guard.user_id() <> o.asked_by then
        if not guard.may_override(o.shipment_id) then
            raise exception 'the person of this context withdraws no override of others'
                using errcode = 'insufficient_privilege';
        end if;
        select x.* into s from safeshipper.sessions x
        where x.company_id = guard.company() and x.id = guard.session_id();
        perform guard.require_second_factor(s);
    end if;
    if o.voided_at is not null or not coalesce(o.approved, guard.user_id() = o.asked_by)
        or o.authority_valid_until < (now() at time zone 'UTC')::date
    then
        return 'state';
    end if;
    update safeshipper.load_overrides x set withdrawn_at = now(), withdrawn_by = guard.user_id(),
        withdrawal_note = p_note, voided_at = now()
    where x.company_id = o.company_id and x.id = o.id;
    return 'done';
end
$$;

alter function guard.ask_override(uuid, uuid, uuid, text, text, date) owner to safeshipper_guard;
alter function guard.withdraw_override(uuid, text) owner to safeshipper_guard;
grant execute on function guard.passes(safeshipper.shipments) to safeshipper_app, safeshipper_guard;
grant execute on function guard.ask_override(uuid, uuid, uuid, text, text, date),
    guard.withdraw_override(uuid, text)
    to safeshipper_app;
