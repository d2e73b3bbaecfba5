-- Signing keys change without a failed request (AUTH-5, J2, J4): a key is published before it signs, known until
-- the last token it signed has expired, then destroyed. The public half of a destroyed key stays, because the
-- papers it signed are kept for years.

alter table signing_keys no force row level security;
drop function guard.add_first_signing_key(text, bytea);
alter table signing_keys
    drop constraint signing_keys_state_check,
    alter column state drop default,
    alter column private_sealed drop not null,
    add column activated_at timestamptz,
    add column retired_at timestamptz,
    add column destroyed_at timestamptz,
    add column public_n text,
    add column public_e text;
update signing_keys set activated_at = created_at, retired_at = case state when 'retired' then now() end;
alter table signing_keys
    add check (state in ('pending', 'active', 'retired', 'destroyed')),
    add check ((state = 'pending') = (activated_at is null)),
    add check ((state in ('retired', 'destroyed')) = (retired_at is not null)),
    add check ((state = 'destroyed') = (destroyed_at is not null)),
    add check ((state = 'destroyed') = (private_sealed is null)),
    add check ((state = 'destroyed') = (public_n is not null and public_e is not null));
create unique index signing_keys_one_pending on signing_keys (state) where state = 'pending';
alter table signing_keys force row level security;
grant update on signing_keys to safeshipper_guard;

-- Keys are the platform's, and so are the events of what becomes of them.
create or replace function guard.require_audit() returns trigger
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
    elsif tg_table_name = 'signing_keys' then
        select c.id into company from safeshipper.companies c where c.slug = 'platform';
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
create constraint trigger audited after insert or update or delete on signing_keys
    deferrable initially deferred for each row execute function guard.require_audit();

create function guard.record_signing_key(
    p_kid text, p_event uuid, p_type text, p_severity text, p_actor text, p_description text)
    returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_name, description)
    select c.id, p_event, p_type, p_severity, 'SUCCESS', p_actor, 'signing_key', p_kid, p_description
    from safeshipper.companies c where c.slug = 'platform';
$$;

-- Stores a key: the first one signs at once, any other is published only, to replace the active one that the
-- caller knows of. Of two nodes one wins, and whoever took long to make a key does not replace a newer one; tells
-- whether this call stored it.
create function guard.add_signing_key(p_kid text, p_sealed bytea, p_replacing text, p_now timestamptz,
    p_event uuid, p_actor text)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_active text;
begin
    -- Whoever changes keys waits for its turn until the other has committed.
    perform pg_advisory_xact_lock(hashtext('safeshipper signing keys'));
    select kid into v_active from safeshipper.signing_keys where state = 'active';
    if v_active is distinct from p_replacing then
        return false;
    end if;
    insert into safeshipper.signing_keys (kid, private_sealed, created_at, state, activated_at)
    values (p_kid, p_sealed, p_now, case when v_active is null then 'active' else 'pending' end,
        case when v_active is null then p_now end)
    on conflict do nothing;
    if not found then
        return false;
    end if;
    perform guard.record_signing_key(p_kid, p_event, 'CREATE', 'MEDIUM', p_actor,
        case when v_active is null then 'signing key made and active' else 'signing key published ahead of its use' end);
    return true;
end
$$;

-- Lets the published key sign if it was published early enough; the one before retires. The key, or null.
create function guard.activate_signing_key(p_published_before timestamptz, p_now timestamptz, p_event uuid, p_actor text)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_kid text;
begin
    perform pg_advisory_xact_lock(hashtext('safeshipper signing keys'));
    select kid into v_kid from safeshipper.signing_keys
    where state = 'pending' and created_at <= p_published_before;
    if not found then
        return null;
    end if;
    update safeshipper.signing_keys set state = 'retired', retired_at = p_now where state = 'active';
    update safeshipper.signing_keys set state = 'active', activated_at = p_now where kid = v_kid;
    perform guard.record_signing_key(v_kid, p_event, 'UPDATE', 'HIGH', p_actor,
        'signing key active; the one before is retired');
    return v_kid;
end
$$;

-- Destroys the private half of a key that retired early enough; tells whether there was one.
create function guard.destroy_signing_key(p_kid text, p_n text, p_e text, p_retired_before timestamptz,
    p_now timestamptz, p_event uuid, p_actor text)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtext('safeshipper signing keys'));
    update safeshipper.signing_keys
    set state = 'destroyed', destroyed_at = p_now, private_sealed = null, public_n = p_n, public_e = p_e
    where kid = p_kid and state = 'retired' and retired_at <= p_retired_before;
    if not found then
        return false;
    end if;
    perform guard.record_signing_key(p_kid, p_event, 'DELETE', 'HIGH', p_actor, 'private signing key destroyed');
    return true;
end
$$;

alter function guard.record_signing_key(text, uuid, text, text, text, text) owner to safeshipper_guard;
alter function guard.add_signing_key(text, bytea, text, timestamptz, uuid, text) owner to safeshipper_guard;
alter function guard.activate_signing_key(timestamptz, timestamptz, uuid, text) owner to safeshipper_guard;
alter function guard.destroy_signing_key(text, text, text, timestamptz, timestamptz, uuid, text)
    owner to safeshipper_guard;
grant execute on function guard.signing_keys() to safeshipper_owner;
grant execute on function guard.add_signing_key(text, bytea, text, timestamptz, uuid, text),
    guard.activate_signing_key(timestamptz, timestamptz, uuid, text),
    guard.destroy_signing_key(text, text, text, timestamptz, timestamptz, uuid, text)
    to safeshipper_directory, safeshipper_owner;
