-- A company's administrators see its data keys and have others made (DATA-3; docs/decisions/0016). What seals anew is the
-- nodes, as after the command.

-- What begins a rotation, without its event: `begun`, with the key before and how many values there are to seal anew;
-- or why not: `running`, `destroyed`, `absent`.
create function guard.start_key_rotation(p_company uuid, p_purpose text, p_rotation uuid, p_key uuid, p_wrapped bytea,
    p_now timestamptz, p_settles_at timestamptz, out outcome text, out key_before uuid, out total bigint)
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('safeshipper data keys ' || p_company::text, 0));
    if exists (select from safeshipper.key_rotations r
        where r.company_id = p_company and r.purpose = p_purpose and r.state = 'running')
    then
        outcome := 'running';
        return;
    end if;
    update safeshipper.data_keys k set state = 'retired', retired_at = now()
    where k.company_id = p_company and k.purpose = p_purpose and k.state = 'active'
    returning k.id into key_before;
    if not found then
        outcome := case when exists (select from safeshipper.data_keys k where k.company_id = p_company
            and k.purpose = p_purpose and k.state = 'destroyed') then 'destroyed' else 'absent' end;
        return;
    end if;
    insert into safeshipper.data_keys (company_id, id, purpose, wrapped) values (p_company, p_key, p_purpose, p_wrapped);
    total := guard.sealed_otherwise(p_company, p_purpose, p_key);
    insert into safeshipper.key_rotations (company_id, id, purpose, key_id, settles_at, total, started_at)
    values (p_company, p_rotation, p_purpose, p_key, p_settles_at, total, p_now);
    outcome := 'begun';
end
$$;

-- As before, for the command.
create or replace function guard.begin_key_rotation(p_company uuid, p_purpose text, p_rotation uuid, p_key uuid,
    p_wrapped bytea, p_now timestamptz, p_settles_at timestamptz, p_event uuid, p_actor text)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s record;
begin
    s := guard.start_key_rotation(p_company, p_purpose, p_rotation, p_key, p_wrapped, p_now, p_settles_at);
    if s.outcome = 'begun' then
        perform guard.record_data_key(p_company, p_key, p_event, 'CREATE', 'HIGH', 'SUCCESS', p_actor,
            'data key rotation begun',
            jsonb_build_object('purpose', p_purpose, 'key_before', s.key_before, 'values', s.total));
    end if;
    return s.outcome;
end
$$;

-- For the administrator of this context, who has just shown a second factor. The event is the caller's.
create function guard.begin_own_key_rotation(p_purpose text, p_rotation uuid, p_key uuid, p_wrapped bytea,
    p_now timestamptz, p_settles_at timestamptz, out outcome text, out key_before uuid, out total bigint)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.require_proved_administrator();
    select s.outcome, s.key_before, s.total into outcome, key_before, total
    from guard.start_key_rotation(guard.company(), p_purpose, p_rotation, p_key, p_wrapped, p_now, p_settles_at) s;
end
$$;

create function guard.own_data_keys()
    returns table (id uuid, purpose text, state text, created_at timestamptz, retired_at timestamptz,
        destroyed_at timestamptz, sealed bigint)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.require_administrator();
    return query select * from guard.keys_of_company(guard.company());
end
$$;

create function guard.own_key_rotations()
    returns table (id uuid, purpose text, key_id uuid, state text, total bigint, resealed bigint, unreadable bigint,
        remaining bigint, started_at timestamptz, finished_at timestamptz)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.require_administrator();
    return query select * from guard.key_rotations_of(guard.company());
end
$$;

alter function guard.start_key_rotation(uuid, text, uuid, uuid, bytea, timestamptz, timestamptz)
    owner to safeshipper_guard;
alter function guard.begin_own_key_rotation(text, uuid, uuid, bytea, timestamptz, timestamptz)
    owner to safeshipper_guard;
alter function guard.own_data_keys() owner to safeshipper_guard;
alter function guard.own_key_rotations() owner to safeshipper_guard;
grant execute on function guard.begin_own_key_rotation(text, uuid, uuid, bytea, timestamptz, timestamptz),
    guard.own_data_keys(), guard.own_key_rotations() to safeshipper_app;
