-- Incidents with dangerous goods, and emergency access because of them (AUTHZ-6, DATA-6, P10 to P14;
-- docs/decisions/0018). Whatever may be used of it is found by one query, with the clock in it: nothing has to run for
-- access to end.

create table incidents (
    company_id uuid not null references companies (id),
    id uuid not null,
    -- ICAO, IMDG and ADR speak of accidents and occurrences; what is reported here is any event with dangerous goods.
    kind text not null check (kind in ('leak', 'fire', 'explosion', 'exposure', 'accident', 'loss', 'other')),
    severity text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    -- Encrypted: it may speak of injured people.
    description_sealed bytea not null,
    drill boolean not null,
    reported_by uuid not null,
    reported_at timestamptz not null default now(),
    confirmed_by uuid,
    confirmed_at timestamptz,
    closed_by uuid,
    closed_at timestamptz,
    -- Whether there was one.
    outcome text check (outcome in ('resolved', 'false_alarm')),
    primary key (company_id, id),
    foreign key (company_id, reported_by) references users (company_id, id),
    foreign key (company_id, confirmed_by) references users (company_id, id),
    foreign key (company_id, closed_by) references users (company_id, id),
    constraint incidents_confirmed_by_another check (confirmed_by <> reported_by),
    check ((confirmed_by is null) = (confirmed_at is null)),
    check ((closed_by is null) = (closed_at is null) and (closed_at is null) = (outcome is null))
);
create index incidents_by_time on incidents (company_id, reported_at desc);
create index incidents_by_reporter on incidents (company_id, reported_by);

-- The shipments an incident names.
create table incident_shipments (
    company_id uuid not null,
    incident_id uuid not null,
    shipment_id uuid not null,
    primary key (company_id, incident_id, shipment_id),
    foreign key (company_id, incident_id) references incidents (company_id, id),
    foreign key (company_id, shipment_id) references shipments (company_id, id)
);
create index incident_shipments_by_shipment on incident_shipments (company_id, shipment_id);

create table emergency_access (
    company_id uuid not null,
    id uuid not null,
    incident_id uuid not null,
    -- Who acts beyond their permissions.
    user_id uuid not null,
    permissions text[] not null check (cardinality(permissions) between 1 and 3 and permissions <@ array[
        'dangerous_goods.emergency.access', 'dangerous_goods.compatibility.override', 'safety.equipment.disable']),
    justification text not null check (length(justification) between 10 and 500),
    drill boolean not null,
    -- Whether the person also reported the incident, or nobody had confirmed it: then it reaches less.
    incident_only boolean not null,
    requested_at timestamptz not null default now(),
    -- What is more than reading takes a second person.
    approved_by uuid,
    granted_at timestamptz,
    expires_at timestamptz,
    ended_at timestamptz,
    ended_by uuid,
    refused_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    verdict text check (verdict in ('justified', 'not_justified')),
    review_note text check (length(review_note) between 10 and 500),
    primary key (company_id, id),
    foreign key (company_id, incident_id) references incidents (company_id, id),
    foreign key (company_id, user_id) references users (company_id, id),
    foreign key (company_id, approved_by) references users (company_id, id),
    foreign key (company_id, ended_by) references users (company_id, id),
    foreign key (company_id, reviewed_by) references users (company_id, id),
    constraint emergency_access_four_hours check (expires_at > granted_at and expires_at <= granted_at + interval '4 hours'),
    check ((granted_at is null) = (expires_at is null)),
    check (granted_at is null or refused_at is null),
    -- A null makes neither false.
    check (approved_by <> user_id),
    constraint emergency_access_second_person check (granted_at is null or approved_by is not null
        or permissions = array['dangerous_goods.emergency.access']),
    constraint emergency_access_reviewed_by_another check (reviewed_by <> user_id and reviewed_by <> approved_by),
    check ((approved_by is null) or (granted_at is not null or refused_at is not null)),
    check ((reviewed_by is null) = (reviewed_at is null) and (reviewed_at is null) = (verdict is null)
        and (verdict is null) = (review_note is null))
);
create index emergency_access_by_person on emergency_access (company_id, user_id, requested_at desc);
create index emergency_access_by_incident on emergency_access (company_id, incident_id);

-- Who sees every incident of the company: a role that holds emergency.incidents.view (a test holds this against the
-- policies), or whom the permission was given. Others see what they reported and what they have access because of.
create function guard.role_sees_incidents(p_role text) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return p_role in ('OPERATOR', 'SUPERVISOR', 'MANAGER', 'ADMIN', 'SUPER_ADMIN');
end
$$;

create function guard.sees_incidents() returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_company uuid := guard.company();
    v_user uuid := guard.user_id();
begin
    return exists (select from safeshipper.users u
            where u.company_id = v_company and u.id = v_user and guard.role_sees_incidents(u.role))
        or exists (select from safeshipper.permission_grants g
            where g.company_id = v_company and g.user_id = v_user and g.permission = 'emergency.incidents.view'
              and g.effect = 'granted' and g.ended_at is null and g.expires_at > now());
end
$$;

alter table incidents enable row level security;
alter table incidents force row level security;
alter table incident_shipments enable row level security;
alter table incident_shipments force row level security;
alter table emergency_access enable row level security;
alter table emergency_access force row level security;
create policy tenant on incidents as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy tenant on incident_shipments as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy tenant on emergency_access as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on incidents for select to safeshipper_app using (
    reported_by = (select guard.user_id()) or (select guard.sees_incidents())
    or id in (select a.incident_id from emergency_access a where a.user_id = (select guard.user_id())));
-- A report is one's own, open and unconfirmed.
create policy app_insert on incidents for insert to safeshipper_app with check (
    reported_by = (select guard.user_id()) and confirmed_by is null and closed_by is null);
create policy app_select on incident_shipments for select to safeshipper_app using (
    incident_id in (select i.id from incidents i));
create policy app_insert on incident_shipments for insert to safeshipper_app with check (
    incident_id in (select i.id from incidents i where i.reported_by = (select guard.user_id()) and i.closed_by is null));
create policy app_select on emergency_access for select to safeshipper_app using (
    user_id = (select guard.user_id()) or (select guard.sees_incidents()));
create policy guard_all on incidents to safeshipper_guard using (true) with check (true);
create policy guard_all on incident_shipments to safeshipper_guard using (true) with check (true);
create policy guard_all on emergency_access to safeshipper_guard using (true) with check (true);
grant select, insert on incidents, incident_shipments to safeshipper_app;
grant select on emergency_access to safeshipper_app;
grant select, update on incidents to safeshipper_guard;
grant select on incident_shipments to safeshipper_guard;
grant select, insert, update on emergency_access to safeshipper_guard;

create constraint trigger audited after insert or update or delete on incidents
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on incident_shipments
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on emergency_access
    deferrable initially deferred for each row execute function guard.require_audit();

-- Deferred to commit: every step of emergency access is in the trail, critical, by who did it.
create function guard.require_emergency_event() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from safeshipper.audit_events e
        where e.company_id = new.company_id and e.occurred_at = now() and e.event_type = 'EMERGENCY_ACCESS'
          and e.severity = 'CRITICAL' and e.outcome = 'SUCCESS' and e.actor_user_id is not null
          and e.resource_type = 'emergency_access'
          -- What a later one ends is in the event of that one.
          and (e.resource_id = new.id or (tg_op = 'UPDATE' and new.ended_by = new.user_id))
          and (tg_op <> 'INSERT' or e.additional_data ->> 'justification' = new.justification))
    then
        raise exception 'emergency access is about to change without its event'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create constraint trigger emergency_is_audited after insert or update on emergency_access
    deferrable initially deferred for each row execute function guard.require_emergency_event();

-- Whether a role holds emergency.access.approve and emergency.access.review; a test holds it against the policies.
create function guard.may_approve_emergency(p_role text) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return p_role in ('MANAGER', 'ADMIN', 'SUPER_ADMIN');
end
$$;

-- The second lock behind the policies, for approving, refusing and judging.
create function guard.require_emergency_approver() returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from safeshipper.users u where u.company_id = guard.company() and u.id = guard.user_id()
        and u.status = 'active' and guard.may_approve_emergency(u.role))
    then
        raise exception 'the person of this context approves no emergency access'
            using errcode = 'insufficient_privilege';
    end if;
end
$$;

-- The incident of the company, held until the commit; every step of an incident and of access because of it takes the
-- person first and then this.
create function guard.hold_incident(p_incident uuid) returns safeshipper.incidents
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    i safeshipper.incidents;
begin
    select x.* into i from safeshipper.incidents x where x.company_id = guard.company() and x.id = p_incident
    for no key update;
    return i;
end
$$;

-- `done`, `absent`, `self` (who reported it), or `state` (confirmed or closed).
create function guard.confirm_incident(p_incident uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    i safeshipper.incidents := guard.hold_incident(p_incident);
begin
    -- The second lock behind the policies.
    if not guard.sees_incidents() then
        raise exception 'the person of this context confirms no incident' using errcode = 'insufficient_privilege';
    elsif i.id is null then
        return 'absent';
    elsif i.closed_at is not null or i.confirmed_at is not null then
        return 'state';
    elsif i.reported_by = guard.user_id() then
        return 'self';
    end if;
    update safeshipper.incidents set confirmed_by = guard.user_id(), confirmed_at = now()
    where company_id = i.company_id and id = i.id;
    return 'done';
end
$$;

-- Emergency access because of it ends with it, by the query that finds access. `done`, `absent` or `state`.
create function guard.close_incident(p_incident uuid, p_outcome text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    i safeshipper.incidents := guard.hold_incident(p_incident);
begin
    perform guard.require_emergency_approver();
    if i.id is null then
        return 'absent';
    elsif i.closed_at is not null then
        return 'state';
    end if;
    update safeshipper.incidents set closed_by = guard.user_id(), closed_at = now(), outcome = p_outcome
    where company_id = i.company_id and id = i.id;
    return 'done';
end
$$;

-- Whether access may be used now: the one place that says so.
create function guard.is_usable(a safeshipper.emergency_access, i safeshipper.incidents) returns boolean
    language sql stable
    set search_path = pg_catalog, pg_temp
    return a.granted_at is not null and a.ended_at is null and now() < a.expires_at and i.closed_at is null;

-- Grants it from now: an hour where it is narrow, and otherwise four. What the person had before is over.
create function guard.grant_emergency(a safeshipper.emergency_access, p_by uuid, p_incident_only boolean) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.emergency_access x set ended_at = now(), ended_by = a.user_id
    where x.company_id = a.company_id and x.user_id = a.user_id and x.id <> a.id and x.drill = a.drill
      and x.granted_at is not null and x.ended_at is null and now() < x.expires_at;
    update safeshipper.emergency_access x set approved_by = p_by, granted_at = now(), incident_only = p_incident_only,
        expires_at = now() + case when p_incident_only then interval '1 hour' else interval '4 hours' end
    where x.company_id = a.company_id and x.id = a.id;
end
$$;

-- Asks for access in one's own name. Reading is granted at once, unless access the person had before has not been
-- judged; all else waits for a second person. `granted`, `waiting`, `absent`, `closed`, or `waiting_already`.
create function guard.request_emergency(p_id uuid, p_incident uuid, p_permissions text[], p_justification text)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    i safeshipper.incidents;
    a safeshipper.emergency_access;
begin
    perform from safeshipper.users u where u.company_id = guard.company() and u.id = guard.user_id()
    for no key update;
    i := guard.hold_incident(p_incident);
    if i.id is null then
        return 'absent';
    elsif i.closed_at is not null then
        return 'closed';
    elsif exists (select from safeshipper.emergency_access x
        where x.company_id = i.company_id and x.user_id = guard.user_id() and x.incident_id = i.id
          and x.granted_at is null and x.refused_at is null and x.ended_at is null)
    then
        return 'waiting_already';
    end if;
    insert into safeshipper.emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill,
        incident_only)
    values (i.company_id, p_id, i.id, guard.user_id(), p_permissions, p_justification, i.drill, true)
    returning * into a;
    if p_permissions <> array['dangerous_goods.emergency.access']
        or exists (select from safeshipper.emergency_access x
            where x.company_id = a.company_id and x.user_id = a.user_id and x.drill = a.drill
              and x.granted_at is not null and x.reviewed_at is null)
    then
        return 'waiting';
    end if;
    perform guard.grant_emergency(a, null, i.reported_by = a.user_id or i.confirmed_at is null);
    return 'granted';
end
$$;

-- The access with this id, its person and incident held in the order of all steps; null where there is none.
create function guard.hold_emergency(p_id uuid) returns safeshipper.emergency_access
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    a safeshipper.emergency_access;
begin
    select x.* into a from safeshipper.emergency_access x where x.company_id = guard.company() and x.id = p_id;
    if not found then
        return null;
    end if;
    perform from safeshipper.users u where u.company_id = a.company_id and u.id = a.user_id for no key update;
    perform guard.hold_incident(a.incident_id);
    select x.* into a from safeshipper.emergency_access x where x.company_id = a.company_id and x.id = p_id;
    return a;
end
$$;

-- Approves what somebody else asked for, because of an incident that somebody other than them has confirmed, in a
-- session that has just shown a second factor. `done`, `absent`, `self`, `state`, or `unconfirmed`.
create function guard.approve_emergency(p_id uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    a safeshipper.emergency_access := guard.hold_emergency(p_id);
    i safeshipper.incidents;
    s safeshipper.sessions;
begin
    perform guard.require_emergency_approver();
    select x.* into s from safeshipper.sessions x
    where x.company_id = guard.company() and x.id = guard.session_id();
    perform guard.require_second_factor(s);
    if a.id is null then
        return 'absent';
    elsif a.user_id = guard.user_id() then
        return 'self';
    end if;
    select x.* into i from safeshipper.incidents x where x.company_id = a.company_id and x.id = a.incident_id;
    if a.granted_at is not null or a.refused_at is not null or a.ended_at is not null or i.closed_at is not null then
        return 'state';
    elsif i.confirmed_by is null or i.confirmed_by = a.user_id then
        return 'unconfirmed';
    end if;
    perform guard.grant_emergency(a, guard.user_id(), i.reported_by = a.user_id);
    return 'done';
end
$$;

-- `done`, `absent`, `self` or `state`.
create function guard.refuse_emergency(p_id uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    a safeshipper.emergency_access := guard.hold_emergency(p_id);
begin
    perform guard.require_emergency_approver();
    if a.id is null then
        return 'absent';
    elsif a.user_id = guard.user_id() then
        return 'self';
    end if;
    update safeshipper.emergency_access set approved_by = guard.user_id(), refused_at = now()
    where company_id = a.company_id and id = a.id and granted_at is null and refused_at is null and ended_at is null;
    return case when found then 'done' else 'state' end;
end
$$;

-- Gives access back, or takes it back: who has or awaits it, and who may approve. `done`, `absent` or `state`.
create function guard.end_emergency(p_id uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    a safeshipper.emergency_access := guard.hold_emergency(p_id);
begin
    if a.id is null then
        return 'absent';
    elsif a.user_id <> guard.user_id() then
        perform guard.require_emergency_approver();
    end if;
    update safeshipper.emergency_access set ended_at = now(), ended_by = guard.user_id()
    where company_id = a.company_id and id = a.id and ended_at is null and refused_at is null
      and (expires_at is null or now() < expires_at);
    return case when found then 'done' else 'state' end;
end
$$;

-- Judges access that is over. `done`, `absent`, `self` (who had it or approved it), or `state` (not over, never
-- granted, or judged).
create function guard.review_emergency(p_id uuid, p_verdict text, p_note text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    a safeshipper.emergency_access := guard.hold_emergency(p_id);
    i safeshipper.incidents;
begin
    perform guard.require_emergency_approver();
    if a.id is null then
        return 'absent';
    elsif guard.user_id() in (a.user_id, a.approved_by) then
        return 'self';
    end if;
    select x.* into i from safeshipper.incidents x where x.company_id = a.company_id and x.id = a.incident_id;
    if a.granted_at is null or a.reviewed_at is not null or guard.is_usable(a, i) then
        return 'state';
    end if;
    update safeshipper.emergency_access set reviewed_by = guard.user_id(), reviewed_at = now(), verdict = p_verdict,
        review_note = p_note
    where company_id = a.company_id and id = a.id;
    return 'done';
end
$$;

-- What a person may beside the role, at this moment. A drill permits nothing.
create function guard.personal(p_company uuid, p_user uuid)
    returns table (granted text[], withheld text[], emergency_id uuid, emergency_incident uuid,
        emergency_permissions text[], emergency_until timestamptz, emergency_incident_only boolean)
    language plpgsql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select coalesce(array_agg(g.permission) filter (where g.effect = 'granted'), '{}'),
        coalesce(array_agg(g.permission) filter (where g.effect = 'withheld'), '{}'),
        e.id, e.incident_id, e.permissions, e.expires_at, e.incident_only
    from (select) one
    left join safeshipper.permission_grants g on g.company_id = p_company and g.user_id = p_user
        and g.ended_at is null and (g.expires_at is null or g.expires_at > now())
    left join lateral (
        select a.id, a.incident_id, a.permissions, a.expires_at, a.incident_only
        from safeshipper.emergency_access a
        join safeshipper.incidents i on i.company_id = a.company_id and i.id = a.incident_id
        where a.company_id = p_company and a.user_id = p_user and not a.drill and guard.is_usable(a, i)
        order by a.granted_at desc
        limit 1) e on true
    group by e.id, e.incident_id, e.permissions, e.expires_at, e.incident_only;
end
$$;

alter function guard.role_sees_incidents(text) owner to safeshipper_guard;
alter function guard.sees_incidents() owner to safeshipper_guard;
alter function guard.require_emergency_event() owner to safeshipper_guard;
alter function guard.may_approve_emergency(text) owner to safeshipper_guard;
alter function guard.require_emergency_approver() owner to safeshipper_guard;
alter function guard.hold_incident(uuid) owner to safeshipper_guard;
alter function guard.confirm_incident(uuid) owner to safeshipper_guard;
alter function guard.close_incident(uuid, text) owner to safeshipper_guard;
alter function guard.is_usable(safeshipper.emergency_access, safeshipper.incidents) owner to safeshipper_guard;
alter function guard.grant_emergency(safeshipper.emergency_access, uuid, boolean) owner to safeshipper_guard;
alter function guard.request_emergency(uuid, uuid, text[], text) owner to safeshipper_guard;
alter function guard.hold_emergency(uuid) owner to safeshipper_guard;
alter function guard.approve_emergency(uuid) owner to safeshipper_guard;
alter function guard.refuse_emergency(uuid) owner to safeshipper_guard;
alter function guard.end_emergency(uuid) owner to safeshipper_guard;
alter function guard.review_emergency(uuid, text, text) owner to safeshipper_guard;
alter function guard.personal(uuid, uuid) owner to safeshipper_guard;

grant execute on function guard.sees_incidents(), guard.may_approve_emergency(text),
    guard.confirm_incident(uuid),
    guard.close_incident(uuid, text),
    guard.request_emergency(uuid, uuid, text[], text),
    guard.approve_emergency(uuid),
    guard.refuse_emergency(uuid),
    guard.end_emergency(uuid),
    guard.review_emergency(uuid, text, text)
    to safeshipper_app;
grant execute on function guard.personal(uuid, uuid) to safeshipper_directory;
