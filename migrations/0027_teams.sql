-- Who leads whom: a team is the people somebody leads (AUTHZ-5, P7; docs/decisions/0020). It widens what the lead sees of
-- people, so it is for whoever manages people to say, never for the lead.

create table team_members (
    company_id uuid not null,
    lead_id uuid not null,
    member_id uuid not null,
    primary key (company_id, lead_id, member_id),
    foreign key (company_id, lead_id) references users (company_id, id),
    foreign key (company_id, member_id) references users (company_id, id),
    constraint team_members_not_oneself check (lead_id <> member_id)
);
create index team_members_by_member on team_members (company_id, member_id);

alter table team_members enable row level security;
alter table team_members force row level security;
create policy tenant on team_members as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on team_members for select to safeshipper_app using (true);
-- In the guard's own functions alone.
create policy guard_select on team_members for select to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard');
create policy guard_insert on team_members for insert to safeshipper_guard
    with check ((select current_user) = 'safeshipper_guard');
create policy guard_delete on team_members for delete to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard');
grant select on team_members to safeshipper_app;
grant select, insert, delete on team_members to safeshipper_guard;

create constraint trigger audited after insert or update or delete on team_members
    deferrable initially deferred for each row execute function guard.require_audit();

-- Whether a role holds users.manage; a test holds it against the policies.
create function guard.role_manages_people(p_role text) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return p_role in ('MANAGER', 'ADMIN', 'SUPER_ADMIN');
end
$$;

-- Says whom a person leads, instead of whom they led. `done`, `absent` (a person the company does not have), or `self`.
create function guard.set_team(p_lead uuid, p_members uuid[]) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- The second lock behind the policies.
    if not exists (select from safeshipper.users u where u.company_id = guard.company() and u.id = guard.user_id()
        and u.status = 'active' and guard.role_manages_people(u.role))
    then
        raise exception 'the person of this context manages nobody' using errcode = 'insufficient_privilege';
    end if;
    -- One at a time for each lead.
    perform from safeshipper.users u where u.company_id = guard.company() and u.id = p_lead for no key update;
    if not found or exists (select from unnest(p_members) m
        where not exists (select from safeshipper.users u where u.company_id = guard.company() and u.id = m))
    then
        return 'absent';
    elsif p_lead = any(p_members) then
        return 'self';
    end if;
    delete from safeshipper.team_members t
    where t.company_id = guard.company() and t.lead_id = p_lead and t.member_id <> all(p_members);
    insert into safeshipper.team_members (company_id, lead_id, member_id)
    select distinct guard.company(), p_lead, m from unnest(p_members) m
    on conflict do nothing;
    return 'done';
end
$$;

alter function guard.role_manages_people(text) owner to safeshipper_guard;
alter function guard.set_team(uuid, uuid[]) owner to safeshipper_guard;
grant execute on function guard.set_team(uuid, uuid[]) to safeshipper_app;
