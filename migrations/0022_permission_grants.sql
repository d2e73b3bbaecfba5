-- What one person may beside their role (AUTHZ-2), and the change of a role (P16). What can be given, by whom and to
-- whom is for the policies (policies/grants.cedar) to say; here is that it ends, that nobody does it to themselves, and that
-- it is in the trail.

create table permission_grants (
    company_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    permission text not null check (permission ~ '^[a-z_]+(\.[a-z_]+)+$' and length(permission) <= 60),
    effect text not null check (effect in ('granted', 'withheld')),
    reason text not null check (length(reason) between 10 and 500),
    given_by uuid not null,
    given_at timestamptz not null default now(),
    -- What is given ends by itself; what is withheld may stay.
    expires_at timestamptz,
    ended_at timestamptz,
    ended_by uuid,
    primary key (company_id, id),
    foreign key (company_id, user_id) references users (company_id, id),
    foreign key (company_id, given_by) references users (company_id, id),
    foreign key (company_id, ended_by) references users (company_id, id),
    constraint permission_grants_not_to_oneself check (given_by <> user_id and ended_by <> user_id),
    constraint permission_grants_end check (case when expires_at is null then effect = 'withheld'
        else expires_at > given_at and expires_at <= given_at + interval '366 days' end),
    check ((ended_at is null) = (ended_by is null))
);
create unique index permission_grants_one_open on permission_grants (company_id, user_id, permission)
    where ended_at is null;

alter table permission_grants enable row level security;
alter table permission_grants force row level security;
create policy tenant on permission_grants as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on permission_grants for select to safeshipper_app using (true);
create policy guard_all on permission_grants to safeshipper_guard using (true) with check (true);
grant select on permission_grants to safeshipper_app;
grant select, insert, update on permission_grants to safeshipper_guard;

-- Deferred to commit: whoever did it says so of this person, gravely, and why when it begins.
create function guard.require_permission_event() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from safeshipper.audit_events e
        where e.company_id = new.company_id and e.occurred_at = now() and e.resource_type = 'user'
          and e.resource_id = new.user_id and e.event_type = 'PERMISSION_CHANGE' and e.severity = 'HIGH'
          and e.outcome = 'SUCCESS' and e.actor_user_id = coalesce(new.ended_by, new.given_by)
          and (tg_op <> 'INSERT' or e.additional_data ->> 'reason' = new.reason))
    then
        raise exception 'what a person may do is about to change without its event'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create constraint trigger audited after insert or update or delete on permission_grants
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger permission_is_audited after insert or update on permission_grants
    deferrable initially deferred for each row execute function guard.require_permission_event();

-- Deferred to commit: a role changes by somebody else than the person, or by the operator, who has no id.
create function guard.require_role_event() returns trigger
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
          and e.changed_fields -> 'role' ->> 'old' = old.role and e.changed_fields -> 'role' ->> 'new' = new.role)
    then
        raise exception 'a role is about to change without its event'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create constraint trigger role_is_audited after update on users
    deferrable initially deferred for each row when (old.role is distinct from new.role)
    execute function guard.require_role_event();

-- Whether a role holds users.permissions.give; a test holds it against the policies.
create function guard.may_give_permissions(p_role text) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return p_role in ('MANAGER', 'ADMIN', 'SUPER_ADMIN');
end
$$;

-- The second lock behind the policies: SQL injected into a request of somebody else gives nobody anything. Whom it is
-- about and who decides are held until the commit, one order for all, so that of two who decide over each other one
-- comes second.
create function guard.hold_pair(p_user uuid) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_by record;
begin
    perform from safeshipper.users u
    where u.company_id = guard.company() and u.id in (p_user, guard.user_id())
    order by u.id for no key update;
    select x.role, x.status into v_by from safeshipper.users x
    where x.company_id = guard.company() and x.id = guard.user_id();
    if v_by.status is distinct from 'active' then
        raise exception 'this account is not active' using errcode = 'SS001';
    end if;
    if not guard.may_give_permissions(v_by.role) then
        raise exception 'the person of this context gives nobody permissions'
            using errcode = 'insufficient_privilege';
    end if;
end
$$;

-- Gives a person a permission until then, or withholds it; what was said of it before is over. `done`, `absent`, or
-- `self`.
create function guard.give_permission(p_id uuid, p_user uuid, p_permission text, p_effect text, p_reason text,
    p_expires_at timestamptz)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.hold_pair(p_user);
    if p_user = guard.user_id() then
        return 'self';
    elsif not exists (select from safeshipper.users u where u.company_id = guard.company() and u.id = p_user) then
        return 'absent';
    end if;
    update safeshipper.permission_grants set ended_at = now(), ended_by = guard.user_id()
    where company_id = guard.company() and user_id = p_user and permission = p_permission and ended_at is null;
    insert into safeshipper.permission_grants (company_id, id, user_id, permission, effect, reason, given_by, expires_at)
    values (guard.company(), p_id, p_user, p_permission, p_effect, p_reason, guard.user_id(), p_expires_at);
    return 'done';
end
$$;

-- Ends one before its time. `done`, `absent`, `self`, or `state` (over already).
create function guard.end_permission(p_id uuid, p_user uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.hold_pair(p_user);
    if p_user = guard.user_id() then
        return 'self';
    elsif not exists (select from safeshipper.permission_grants g
        where g.company_id = guard.company() and g.id = p_id and g.user_id = p_user)
    then
        return 'absent';
    end if;
    update safeshipper.permission_grants set ended_at = now(), ended_by = guard.user_id()
    where company_id = guard.company() and id = p_id and ended_at is null
      and (expires_at is null or expires_at > now());
    return case when found then 'done' else 'state' end;
end
$$;

-- Changes a person's role and ends their sessions, which live as long as a role's may. `done`, `absent`, `self`,
-- `state` (not active, or the role it is), or `last` (nobody else would administer the company).
create function guard.assign_role(p_user uuid, p_role text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    u record;
begin
    perform guard.hold_person(guard.company(), p_user);
    perform guard.require_administrator();
    if p_user = guard.user_id() then
        return 'self';
    end if;
    select x.role, x.status into u from safeshipper.users x
    where x.company_id = guard.company() and x.id = p_user;
    if not found then
        return 'absent';
    elsif u.status <> 'active' or u.role = p_role then
        return 'state';
    elsif guard.is_administrator(u.role) and not guard.is_administrator(p_role) and not exists (
        select from safeshipper.users x where x.company_id = guard.company() and x.id <> p_user
          and x.status = 'active' and guard.is_administrator(x.role))
    then
        return 'last';
    end if;
    update safeshipper.users set role = p_role where company_id = guard.company() and id = p_user;
    perform guard.end_sessions(guard.company(), p_user);
    return 'done';
end
$$;

-- Platform staff are of the platform company, whatever code writes it.
alter table users add constraint users_platform_role check (
    role <> 'SUPER_ADMIN' or company_id = '00000000-0000-7000-8000-000000000001');

alter function guard.require_permission_event() owner to safeshipper_guard;
alter function guard.require_role_event() owner to safeshipper_guard;
alter function guard.may_give_permissions(text) owner to safeshipper_guard;
alter function guard.hold_pair(uuid) owner to safeshipper_guard;
alter function guard.give_permission(uuid, uuid, text, text, text, timestamptz) owner to safeshipper_guard;
alter function guard.end_permission(uuid, uuid) owner to safeshipper_guard;
alter function guard.assign_role(uuid, text) owner to safeshipper_guard;
grant execute on function guard.give_permission(uuid, uuid, text, text, text, timestamptz),
    guard.end_permission(uuid, uuid), guard.assign_role(uuid, text)
    to safeshipper_app;
