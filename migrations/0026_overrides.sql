-- Overrides of a compatibility check (DG-2, P15; docs/decisions/0020): one person asks, another approves, and neither is
-- who made the shipment or last changed its load. An override is of one load under one answer; whatever changes
-- either voids it.

-- Who last changed what a check looks at, for whoever did so approves no override of it. Filled by a trigger alone.
alter table shipments add column load_by uuid;

-- What is there was last changed by whom the trail says so. The owner sees rows for this statement alone.
alter table shipments no force row level security;
alter table audit_events no force row level security;
alter table shipments disable trigger audited;
update shipments s set load_by = coalesce((
    select e.actor_user_id from audit_events e
    where e.company_id = s.company_id and e.resource_type = 'shipment' and e.resource_id = s.id
      and e.outcome = 'SUCCESS' and e.changed_fields ?| array['load', 'regimes', 'data_sets']
    order by e.id desc limit 1), s.created_by);
alter table shipments enable trigger audited;
alter table audit_events force row level security;
alter table shipments force row level security;

alter table shipments alter column load_by set not null,
    add foreign key (company_id, load_by) references users (company_id, id);

-- Nobody says who changed a load: it is whoever is at work. What the operator changes by hand leaves it as it is.
create function guard.note_load_author() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        new.load_by := new.created_by;
    elsif (new.load_hash, new.regimes, new.data_sets) is distinct from (old.load_hash, old.regimes, old.data_sets) then
        new.load_by := coalesce(guard.user_id(), old.load_by);
    else
        new.load_by := old.load_by;
    end if;
    return new;
end
$$;
create trigger load_author before insert or update on shipments
    for each row execute function guard.note_load_author();

-- A hash over the whole answer, editions included, and what an override of it would cover: null where none may be,
-- which is also what checks from before this say.
alter table shipment_checks
    add column findings_hash bytea check (octet_length(findings_hash) = 32),
    add column overridable jsonb,
    add constraint shipment_checks_overridable check (overridable is null or (not is_compatible
        and findings_hash is not null and jsonb_typeof(overridable) = 'array' and overridable <> '[]'));

create table load_overrides (
    company_id uuid not null,
    id uuid not null,
    shipment_id uuid not null,
    -- The answer that was looked at when it was asked for; another check with the same answer is as good.
    check_id uuid not null,
    load_hash bytea not null check (octet_length(load_hash) = 32),
    findings_hash bytea not null check (octet_length(findings_hash) = 32),
    regimes text[] not null,
    data_sets text[] not null,
    -- The prohibitions it sets aside, as the check had them.
    covers jsonb not null check (jsonb_typeof(covers) = 'array' and covers <> '[]'),
    reason text not null check (length(reason) between 10 and 500),
    -- The special permit or the authority's approval, which is what makes it lawful.
    authority text not null check (length(authority) between 5 and 200),
    asked_by uuid not null,
    asked_at timestamptz not null default now(),
    -- Of the shipment, as they were; its load cannot change without voiding this.
    created_by uuid not null,
    load_by uuid not null,
    approved boolean,
    decided_by uuid,
    decided_at timestamptz,
    note text check (length(note) between 10 and 500),
    voided_at timestamptz,
    primary key (company_id, id),
    foreign key (company_id, shipment_id, check_id) references shipment_checks (company_id, shipment_id, id),
    foreign key (company_id, asked_by) references users (company_id, id),
    foreign key (company_id, created_by) references users (company_id, id),
    foreign key (company_id, load_by) references users (company_id, id),
    foreign key (company_id, decided_by) references users (company_id, id),
    constraint load_overrides_separation_of_duties check (decided_by is null
        or (decided_by <> asked_by and decided_by <> created_by and decided_by <> load_by)),
    check ((approved is null) = (decided_by is null) and (approved is null) = (decided_at is null)
        and (approved is null) = (note is null))
);
-- One that waits or stands a shipment.
create unique index load_overrides_one_open on load_overrides (company_id, shipment_id)
    where voided_at is null and approved is distinct from false;
create index load_overrides_by_shipment on load_overrides (company_id, shipment_id, asked_at desc);

alter table load_overrides enable row level security;
alter table load_overrides force row level security;
create policy tenant on load_overrides as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on load_overrides for select to safeshipper_app using (true);
-- In the guard's own functions alone, as with shipments.
create policy guard_select on load_overrides for select to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard');
create policy guard_insert on load_overrides for insert to safeshipper_guard
    with check ((select current_user) = 'safeshipper_guard');
create policy guard_update on load_overrides for update to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard') with check ((select current_user) = 'safeshipper_guard');
grant select on load_overrides to safeshipper_app;
grant select, insert, update on load_overrides to safeshipper_guard;
grant select on shipments to safeshipper_guard;

create constraint trigger audited after insert or update or delete on load_overrides
    deferrable initially deferred for each row execute function guard.require_audit();

-- Deferred to commit: asking and deciding are in the trail as what they are, by whom they are.
create function guard.require_override_event() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (tg_op = 'INSERT' or new.approved is distinct from old.approved) and not exists (
        select from safeshipper.audit_events e
        where e.company_id = new.company_id and e.occurred_at = now() and e.resource_type = 'override'
          and e.resource_id = new.id and e.severity = 'CRITICAL' and e.outcome = 'SUCCESS'
          and e.actor_user_id = coalesce(new.decided_by, new.asked_by)
          and e.additional_data ->> 'reason' = new.reason
          and (new.approved is null or (e.additional_data ->> 'approved')::boolean = new.approved))
    then
        raise exception 'an override is about to change without its event'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create constraint trigger override_is_audited after insert or update on load_overrides
    deferrable initially deferred for each row execute function guard.require_override_event();

-- Past draft means, as before, that the last check is of exactly this load under everything the shipment travels under;
-- and that it found it compatible, or an override of exactly that answer is approved and was not voided.
create or replace function guard.shipment_is_checked() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status <> 'draft' and not exists (
        select from safeshipper.shipment_checks c
        where c.company_id = new.company_id and c.shipment_id = new.id and c.id = new.last_check_id
          and c.load_hash = new.load_hash and c.verdicts ?& new.regimes and c.verdicts ?& new.data_sets
          and (c.is_compatible or (c.overridable is not null and exists (
              select from safeshipper.load_overrides o
              where o.company_id = c.company_id and o.shipment_id = c.shipment_id and o.approved
                and o.voided_at is null and o.load_hash = c.load_hash and o.findings_hash = c.findings_hash
                and o.regimes = new.regimes and o.data_sets = new.data_sets))))
    then
        raise exception 'a shipment is past draft without a compatible check of its load'
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;

-- What was overridden is not there any more: another load, other regimes, or another answer to the same load. An
-- override that was voided stays void, also when the load becomes again what it was.
create function guard.void_overrides() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.load_overrides o set voided_at = now()
    where o.company_id = new.company_id and o.shipment_id = new.id and o.voided_at is null
      and (o.load_hash <> new.load_hash or o.regimes <> new.regimes or o.data_sets <> new.data_sets
        or not exists (select from safeshipper.shipment_checks c
            where c.company_id = new.company_id and c.id = new.last_check_id
              and c.findings_hash = o.findings_hash));
    return null;
end
$$;
create trigger overrides_end after update on shipments
    for each row when ((new.load_hash, new.regimes, new.data_sets, new.last_check_id)
        is distinct from (old.load_hash, old.regimes, old.data_sets, old.last_check_id))
    execute function guard.void_overrides();

-- Asks for an override of the answer that was seen, if that is still the last one and is of the load as it is. `done`,
-- `absent`, `state` (not a draft, another load or answer by now, or none that may be overridden), or `waiting` (one
-- waits or stands).
create function guard.ask_override(p_id uuid, p_shipment uuid, p_check uuid, p_reason text, p_authority text)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.shipments;
    c safeshipper.shipment_checks;
begin
    select x.* into s from safeshipper.shipments x where x.company_id = guard.company() and x.id = p_shipment
    for no key update;
    if not found then
        return 'absent';
    end if;
    select x.* into c from safeshipper.shipment_checks x
    where x.company_id = s.company_id and x.shipment_id = s.id and x.id = s.last_check_id;
    if not found or c.id <> p_check or s.status <> 'draft' or c.load_hash <> s.load_hash or c.overridable is null
        or not c.verdicts ?& s.regimes or not c.verdicts ?& s.data_sets
    then
        return 'state';
    elsif exists (select from safeshipper.load_overrides o
        where o.company_id = s.company_id and o.shipment_id = s.id and o.voided_at is null
          and o.approved is distinct from false)
    then
        return 'waiting';
    end if;
    insert into safeshipper.load_overrides (company_id, id, shipment_id, check_id, load_hash, findings_hash, regimes,
        data_sets, covers, reason, authority, asked_by, created_by, load_by)
    values (s.company_id, p_id, s.id, c.id, c.load_hash, c.findings_hash, s.regimes, s.data_sets, c.overridable,
        p_reason, p_authority, guard.user_id(), s.created_by, s.load_by);
    return 'done';
end
$$;

-- Whether a role holds dangerous_goods.compatibility.override; a test holds it against the policies.
create function guard.role_overrides(p_role text) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return p_role in ('MANAGER', 'ADMIN', 'SUPER_ADMIN');
end
$$;

-- The second lock behind the policies: by role, given, or in an emergency that names the shipment; not withheld.
create function guard.may_override(p_shipment uuid) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_name constant text := 'dangerous_goods.compatibility.override';
begin
    return exists (
        select from safeshipper.users u, guard.personal(guard.company(), guard.user_id()) p
        where u.company_id = guard.company() and u.id = guard.user_id() and u.status = 'active'
          and not v_name = any(p.withheld)
          and (guard.role_overrides(u.role) or v_name = any(p.granted)
            or (v_name = any(p.emergency_permissions) and exists (
                select from safeshipper.incident_shipments n
                where n.company_id = u.company_id and n.incident_id = p.emergency_incident
                  and n.shipment_id = p_shipment))));
end
$$;

-- Approves or refuses what somebody else asked for, of a load that is neither one's own nor one's change, in a session that
-- has just shown a second factor. `done`, `absent`, `self`, or `state` (decided, or void).
create function guard.decide_override(p_id uuid, p_approved boolean, p_note text) returns text
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
    if guard.user_id() in (o.asked_by, o.created_by, o.load_by) then
        return 'self';
    elsif o.approved is not null or o.voided_at is not null then
        return 'state';
    end if;
    update safeshipper.load_overrides x set approved = p_approved, decided_by = guard.user_id(), decided_at = now(),
        note = p_note
    where x.company_id = o.company_id and x.id = o.id;
    return 'done';
end
$$;

alter function guard.require_override_event() owner to safeshipper_guard;
alter function guard.void_overrides() owner to safeshipper_guard;
alter function guard.ask_override(uuid, uuid, uuid, text, text) owner to safeshipper_guard;
alter function guard.role_overrides(text) owner to safeshipper_guard;
alter function guard.may_override(uuid) owner to safeshipper_guard;
alter function guard.decide_override(uuid, boolean, text) owner to safeshipper_guard;
grant execute on function guard.ask_override(uuid, uuid, uuid, text, text),
    guard.role_overrides(text),
    guard.decide_override(uuid, boolean, text)
    to safeshipper_app;
