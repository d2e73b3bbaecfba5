-- What happened. Append-only for everyone; a change without an event does not commit (AUDIT-1).

create table audit_events (
    -- The company whose resource it is; the actor's may differ (A6).
    company_id uuid not null references companies (id),
    id uuid not null,
    occurred_at timestamptz not null default now(),
    event_type text not null check (event_type in ('CREATE', 'UPDATE', 'DELETE', 'VIEW', 'LOGIN', 'LOGOUT',
        'PERMISSION_CHANGE', 'EMERGENCY_ACCESS', 'EXPORT', 'IMPORT')),
    severity text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    outcome text not null check (outcome in ('SUCCESS', 'FAILURE', 'DENIED', 'ERROR')),
    -- Names as they were then: deleting a person must not delete who it was (A2).
    actor_company_id uuid,
    actor_user_id uuid,
    actor_name text not null,
    session_id uuid,
    resource_type text not null,
    resource_id uuid,
    resource_name text not null check (length(resource_name) <= 200),
    -- Absent for commands and jobs (A11).
    ip_address inet,
    user_agent text check (length(user_agent) <= 500),
    request_method text,
    request_path text check (length(request_path) <= 500),
    request_id uuid,
    description text not null,
    -- {"field": {"old": …, "new": …, "critical": bool}}, typed JSON values (A3).
    changed_fields jsonb not null default '{}',
    additional_data jsonb not null default '{}',
    primary key (company_id, id)
);
create index audit_events_by_time on audit_events (company_id, occurred_at desc, id desc);
create index audit_events_by_actor on audit_events (company_id, actor_user_id, occurred_at desc);
create index audit_events_by_resource on audit_events (company_id, resource_type, resource_id, occurred_at desc);

alter table audit_events enable row level security;
alter table audit_events force row level security;
create policy tenant on audit_events as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on audit_events for select to safeshipper_app using (true);
-- Nobody writes an event in another's name or for another time.
create policy app_insert on audit_events for insert to safeshipper_app with check (
    actor_company_id = (select guard.company())
    and actor_user_id = (select guard.user_id())
    and actor_name = (select u.display_name from users u
        where u.company_id = (select guard.company()) and u.id = (select guard.user_id()))
    and session_id = (select guard.session_id())
    and occurred_at = now());
create policy guard_select on audit_events for select to safeshipper_guard using (true);
create policy guard_insert on audit_events for insert to safeshipper_guard with check (true);
grant select, insert on audit_events to safeshipper_app;
grant select, insert on audit_events to safeshipper_guard;

-- Deferred to commit: whoever changed a row must have written an event of its company in the same transaction,
-- and the event must still be there. Its time is the transaction's, which no other way of writing allows.
create function guard.require_audit() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r record;
    company uuid;
begin
    if tg_op = 'DELETE' then
        r := old;
    else
        r := new;
    end if;
    if tg_table_name = 'companies' then
        company := r.id;
    else
        company := r.company_id;
    end if;
    if not exists (
        select from safeshipper.audit_events e where e.company_id = company and e.occurred_at = now())
    then
        raise exception 'a change of % is about to commit without an audit event', tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
alter function guard.require_audit() owner to safeshipper_guard;

create constraint trigger audited after insert or update or delete on companies
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on users
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on passwords
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on data_keys
    deferrable initially deferred for each row execute function guard.require_audit();
