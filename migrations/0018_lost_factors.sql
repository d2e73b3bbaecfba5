-- What becomes of a person's second factors when the account is locked, and when they are lost (AUTH-10, M10;
-- docs/decisions/0014).

-- A lockdown that took second factors away leaves an account that its password alone does not open, not even
-- unlocked: a thief with the password would enrol a factor of their own. A new password, after a reset that the
-- person's mailbox proved, ends that; so does a reset of factors by two administrators.
alter table users add column recovery_since timestamptz;

-- Everything of a person's that proves beside the password, and every sign-in under way; whether there was a
-- factor. A kind of factor is one line here, and a test names those that are missing.
create function guard.void_factors(p_company uuid, p_user uuid) returns boolean
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_had boolean := guard.has_second_factor(p_company, p_user);
begin
    delete from safeshipper.totp_factors where company_id = p_company and user_id = p_user;
    delete from safeshipper.passkeys where company_id = p_company and user_id = p_user;
    delete from safeshipper.backup_codes where company_id = p_company and user_id = p_user;
    delete from safeshipper.pending_sign_ins where company_id = p_company and user_id = p_user;
    -- Who somebody is at a provider proves as much as a password: a thief may have linked their own.
    delete from safeshipper.external_identities where company_id = p_company and user_id = p_user;
    return v_had;
end
$$;

-- A reset of a person's factors: asked for by one administrator, approved by another, neither of them the person,
-- and in effect a day later unless somebody took it back. The platform's operator asks and approves in one, for
-- companies with one administrator, and waits as long.
create table factor_resets (
    company_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    -- Absent for the platform's operator.
    asked_by uuid check (asked_by <> user_id),
    asked_at timestamptz not null default now(),
    reason text not null check (length(reason) between 10 and 500),
    -- How the person proved again who they are, in the asker's words.
    identity text not null check (length(identity) between 10 and 500),
    approved_by uuid check (approved_by <> user_id and approved_by <> asked_by),
    approved_at timestamptz,
    due_at timestamptz,
    closed_at timestamptz,
    closed_as text check (closed_as in ('cancelled', 'objected', 'effected', 'lapsed')),
    closed_by uuid,
    primary key (company_id, id),
    foreign key (company_id, user_id) references users (company_id, id),
    foreign key (company_id, asked_by) references users (company_id, id),
    foreign key (company_id, approved_by) references users (company_id, id),
    foreign key (company_id, closed_by) references users (company_id, id),
    check ((approved_at is null) = (due_at is null)),
    -- Two administrators, or the operator: whatever code writes it.
    constraint factor_resets_by_two check ((approved_at is null) or (asked_by is null) = (approved_by is null)),
    constraint factor_resets_cool check (due_at >= approved_at + interval '24 hours'),
    check ((closed_at is null) = (closed_as is null) and (closed_at is not null or closed_by is null)),
    check (closed_as is distinct from 'effected' or (due_at is not null and closed_at >= due_at)),
    check (closed_as is distinct from 'objected' or closed_by = user_id)
);
create unique index factor_resets_one_open on factor_resets (company_id, user_id) where closed_at is null;
create index factor_resets_by_person on factor_resets (company_id, user_id, asked_at);

alter table factor_resets enable row level security;
alter table factor_resets force row level security;
create policy tenant on factor_resets as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on factor_resets for select to safeshipper_app using (true);
create policy guard_all on factor_resets to safeshipper_guard using (true) with check (true);
grant select on factor_resets to safeshipper_app;
grant select, insert, update on factor_resets to safeshipper_guard;

-- Deferred to commit: each step is in the trail, grave, and by whom the row says.
create function guard.require_reset_event() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_by uuid := case when tg_op = 'INSERT' then new.asked_by
        when new.closed_at is not null then new.closed_by else new.approved_by end;
begin
    if not exists (
        select from safeshipper.audit_events e
        where e.company_id = new.company_id and e.occurred_at = now() and e.resource_type = 'user'
          and e.resource_id = new.user_id and e.event_type = 'PERMISSION_CHANGE' and e.severity = 'HIGH'
          and e.outcome = 'SUCCESS' and (new.closed_as = 'lapsed' or e.actor_user_id is not distinct from v_by)
          and (tg_op <> 'INSERT' or e.additional_data ->> 'reason' = new.reason))
    then
        raise exception 'a reset of factors is about to change without its event'
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end
$$;
create constraint trigger audited after insert or update or delete on factor_resets
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger reset_is_audited after insert or update on factor_resets
    deferrable initially deferred for each row execute function guard.require_reset_event();

-- From approval to effect: time for the person to hear of it and to object.
create function guard.cooling_period() returns interval
    language sql immutable
    set search_path = pg_catalog, pg_temp
    return interval '24 hours';

-- How long an administrator's asking waits for another's approval.
create function guard.asking_period() returns interval
    language sql immutable
    set search_path = pg_catalog, pg_temp
    return interval '7 days';

-- The second lock behind the policies: who administers, in a session that has just shown a second factor.
create function guard.require_proved_administrator() returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions;
begin
    perform guard.require_administrator();
    select x.* into s from safeshipper.sessions x
    where x.company_id = guard.company() and x.id = guard.session_id();
    -- Without a session nothing is proved.
    perform guard.require_second_factor(s);
end
$$;

-- Approved: sessions of the person end when the reset takes effect, those to come too (`guard.session_opens`), and
-- with them their refresh tokens. Nothing has to run at that moment.
create function guard.cool_down(p_company uuid, p_user uuid, p_reset uuid, p_by uuid) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.factor_resets
    set approved_by = p_by, approved_at = now(), due_at = now() + guard.cooling_period()
    where company_id = p_company and id = p_reset;
    update safeshipper.sessions set expires_at = least(expires_at, now() + guard.cooling_period())
    where company_id = p_company and user_id = p_user and revoked_at is null;
end
$$;

-- Puts down that a reset is asked for: `done`, or `absent`, or `state`: the account is not active, has no factor to
-- reset, or a reset is under way. One that nobody approved in time makes room.
create function guard.ask_reset(p_company uuid, p_user uuid, p_reset uuid, p_by uuid, p_reason text, p_identity text)
    returns text
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    u record;
begin
    select x.status, x.recovery_since into u from safeshipper.users x
    where x.company_id = p_company and x.id = p_user;
    if not found then
        return 'absent';
    elsif u.status <> 'active'
        or (u.recovery_since is null and not guard.has_second_factor(p_company, p_user))
    then
        return 'state';
    end if;
    update safeshipper.factor_resets set closed_at = now(), closed_as = 'lapsed'
    where company_id = p_company and user_id = p_user and closed_at is null and approved_at is null
      and asked_at <= now() - guard.asking_period();
    insert into safeshipper.factor_resets (company_id, id, user_id, asked_by, reason, identity)
    values (p_company, p_reset, p_user, p_by, p_reason, p_identity)
    on conflict do nothing;
    return case when found then 'done' else 'state' end;
end
$$;

-- What administrators do, in the context of their own company ------------------------------------------------

-- As `guard.ask_reset`, or `self`.
create function guard.ask_factor_reset(p_user uuid, p_reset uuid, p_reason text, p_identity text) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.hold_person(guard.company(), p_user);
    perform guard.require_proved_administrator();
    if p_user = guard.user_id() then
        return 'self';
    end if;
    return guard.ask_reset(guard.company(), p_user, p_reset, guard.user_id(), p_reason, p_identity);
end
$$;

-- `done`, `absent`, `self` (who asked, and whose factors they are), or `state`: it is approved, taken back or
-- lapsed, the account is locked meanwhile, or who asked administers no longer.
create function guard.approve_factor_reset(p_user uuid, p_reset uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r safeshipper.factor_resets;
begin
    perform guard.hold_person(guard.company(), p_user);
    perform guard.require_proved_administrator();
    select x.* into r from safeshipper.factor_resets x
    where x.company_id = guard.company() and x.id = p_reset and x.user_id = p_user
    for update;
    if not found then
        return 'absent';
    elsif guard.user_id() in (r.user_id, r.asked_by) then
        return 'self';
    elsif r.closed_at is not null or r.approved_at is not null or r.asked_at <= now() - guard.asking_period()
        or not exists (select from safeshipper.users u
            where u.company_id = r.company_id and u.id = r.user_id and u.status = 'active')
        or not exists (select from safeshipper.users u
            where u.company_id = r.company_id and u.id = r.asked_by and u.status = 'active'
              and guard.is_administrator(u.role))
    then
        return 'state';
    end if;
    perform guard.cool_down(r.company_id, r.user_id, r.id, guard.user_id());
    return 'done';
end
$$;

-- Taking back is easy: any administrator, while it is not in effect. `done`, `absent` or `state`.
create function guard.cancel_factor_reset(p_user uuid, p_reset uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.hold_person(guard.company(), p_user);
    perform guard.require_administrator();
    if not exists (select from safeshipper.factor_resets r
        where r.company_id = guard.company() and r.id = p_reset and r.user_id = p_user)
    then
        return 'absent';
    end if;
    update safeshipper.factor_resets set closed_at = now(), closed_as = 'cancelled', closed_by = guard.user_id()
    where company_id = guard.company() and id = p_reset and closed_at is null
      and (due_at is null or now() < due_at);
    return case when found then 'done' else 'state' end;
end
$$;

-- The person says no, in any living session of theirs; whether there was something to say it to.
create function guard.object_to_factor_reset() returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.factor_resets set closed_at = now(), closed_as = 'objected', closed_by = user_id
    where company_id = guard.company() and user_id = guard.user_id() and closed_at is null
      and (due_at is null or now() < due_at);
    return found;
end
$$;

-- What the platform's operator does, by command and as safeshipper_owner ---------------------------------------

-- `done`, `absent` or `state`, as `guard.ask_reset`. The cooling period is the same.
create function guard.operator_resets_factors(p_company uuid, p_email_index bytea, p_reset uuid, p_reason text,
    p_identity text, p_event uuid)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_user uuid := (select u.id from safeshipper.users u
        where u.company_id = p_company and u.email_index = p_email_index);
    v_done text;
begin
    perform guard.hold_person(p_company, v_user);
    v_done := guard.ask_reset(p_company, v_user, p_reset, null, p_reason, p_identity);
    if v_done = 'done' then
        perform guard.cool_down(p_company, v_user, p_reset, null);
        perform guard.record_operator(p_company, v_user, p_event, 'PERMISSION_CHANGE',
            'reset of second factors asked for and approved: in effect after the cooling period',
            jsonb_build_object('reset', p_reset, 'reason', p_reason, 'identity', p_identity));
    end if;
    return v_done;
end
$$;

-- Taking effect ------------------------------------------------------------------------------------------------

-- A reset that is due takes effect: asked by whatever is about to sign the person in, before it looks at their
-- factors. Nothing else needs to: sessions from before are over by then, and none opens while one is due.
create function guard.settle_factor_reset(p_company uuid, p_user uuid, p_event uuid) returns boolean
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
    update safeshipper.users set recovery_since = null where company_id = p_company and id = p_user;
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description, additional_data)
    select p_company, p_event, 'PERMISSION_CHANGE', 'HIGH', 'SUCCESS', 'SafeShipper', 'user', p_user, u.display_name,
        'second factors reset: removed, and every session ended',
        jsonb_build_object('reset', r.id, 'reason', r.reason)
    from safeshipper.users u where u.company_id = p_company and u.id = p_user;
    return true;
end
$$;

create or replace function guard.session_opens() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text;
    v_due timestamptz;
    l record;
begin
    select u.role into v_role from safeshipper.users u
    where u.company_id = new.company_id and u.id = new.user_id and u.status = 'active'
      and u.recovery_since is null
    for share;
    if not found then
        raise exception 'this account is not active' using errcode = 'SS003';
    end if;
    -- What is due has not taken effect yet: a factor that it takes away opens nothing more.
    select r.due_at into v_due from safeshipper.factor_resets r
    where r.company_id = new.company_id and r.user_id = new.user_id and r.closed_at is null
      and r.due_at is not null;
    if v_due <= now() then
        raise exception 'a reset of this person''s factors is due' using errcode = 'SS003';
    end if;
    select * into strict l from guard.session_limits(v_role, new.kind);
    new.idle_limit := least(new.idle_limit, l.idle);
    new.expires_at := least(new.expires_at, now() + l.absolute, v_due);
    return new;
end
$$;

-- As before (migrations/0012), and now the factors go too. Sessions first: one that is enrolling is waited for,
-- and what it enrolled goes with the rest.
create or replace function guard.lock_down(p_company uuid, p_user uuid, p_by uuid, p_reason text) returns text
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    u record;
begin
    select x.role, x.status into u from safeshipper.users x where x.company_id = p_company and x.id = p_user;
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
    if guard.void_factors(p_company, p_user) then
        update safeshipper.users set recovery_since = now() where company_id = p_company and id = p_user;
    end if;
    update safeshipper.factor_resets set closed_at = now(), closed_as = 'cancelled', closed_by = p_by
    where company_id = p_company and user_id = p_user and closed_at is null;
    return 'done';
end
$$;

-- As before (migrations/0012), and by another than who locked it.
create or replace function guard.unlock_person(p_user uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.hold_person(guard.company(), p_user);
    perform guard.require_administrator();
    if p_user = guard.user_id() or exists (select from safeshipper.users u
        where u.company_id = guard.company() and u.id = p_user and u.status = 'locked'
          and u.locked_by = guard.user_id())
    then
        return 'self';
    end if;
    return guard.unlock(guard.company(), p_user);
end
$$;

-- As before (migrations/0010), and the person first: a lockdown takes them before their tickets and factors.
create or replace function guard.attempt_second_step(p_ticket_hash bytea, p_kind text)
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
    perform from safeshipper.users u
    where (u.company_id, u.id) = (select p.company_id, p.user_id from safeshipper.pending_sign_ins p
        where p.ticket_hash = p_ticket_hash)
    for share;
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

-- A password that was chosen anew, which without a session only a reset does. Hashing the same one again with
-- other parameters leaves `changed_at` as it is.
create function guard.password_chosen() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.users set recovery_since = null
    where company_id = new.company_id and id = new.user_id and recovery_since is not null;
    return null;
end
$$;
create trigger chosen after update on passwords for each row
    when (old.changed_at is distinct from new.changed_at) execute function guard.password_chosen();

alter function guard.void_factors(uuid, uuid) owner to safeshipper_guard;
alter function guard.require_reset_event() owner to safeshipper_guard;
alter function guard.cooling_period() owner to safeshipper_guard;
alter function guard.asking_period() owner to safeshipper_guard;
alter function guard.require_proved_administrator() owner to safeshipper_guard;
alter function guard.cool_down(uuid, uuid, uuid, uuid) owner to safeshipper_guard;
alter function guard.ask_reset(uuid, uuid, uuid, uuid, text, text) owner to safeshipper_guard;
alter function guard.ask_factor_reset(uuid, uuid, text, text) owner to safeshipper_guard;
alter function guard.approve_factor_reset(uuid, uuid) owner to safeshipper_guard;
alter function guard.cancel_factor_reset(uuid, uuid) owner to safeshipper_guard;
alter function guard.object_to_factor_reset() owner to safeshipper_guard;
alter function guard.operator_resets_factors(uuid, bytea, uuid, text, text, uuid) owner to safeshipper_guard;
alter function guard.settle_factor_reset(uuid, uuid, uuid) owner to safeshipper_guard;
alter function guard.password_chosen() owner to safeshipper_guard;

grant execute on function guard.ask_factor_reset(uuid, uuid, text, text),
    guard.approve_factor_reset(uuid, uuid), guard.cancel_factor_reset(uuid, uuid), guard.object_to_factor_reset()
    to safeshipper_app;
grant execute on function guard.settle_factor_reset(uuid, uuid, uuid) to safeshipper_directory;
grant execute on function guard.operator_resets_factors(uuid, bytea, uuid, text, text, uuid) to safeshipper_owner;
