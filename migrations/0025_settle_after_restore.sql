-- A database that was restored is older than it was (DATA-9; docs/decisions/0019): sessions that were ended, codes and
-- links that were spent, access that was taken back since the backup are live in it again. Which, nobody knows any
-- more, so all of it ends.

-- As before (migrations/0023), and the platform's operator may end access, which gives nothing to anybody.
create or replace function guard.require_emergency_event() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from safeshipper.audit_events e
        where e.company_id = new.company_id and e.occurred_at = now() and e.event_type = 'EMERGENCY_ACCESS'
          and e.severity = 'CRITICAL' and e.outcome = 'SUCCESS' and e.resource_type = 'emergency_access'
          and (e.actor_user_id is not null
            or (tg_op = 'UPDATE' and old.ended_at is null and new.ended_at is not null and new.ended_by is null))
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

-- Ends what a backup may have brought back, in every company, and records it there. `p_step` is a step of one-time
-- passwords: no code of it or before is good any more. What ended, counted.
create function guard.settle_restore(p_actor text, p_description text, p_about jsonb, p_step bigint) returns jsonb
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r record;
    v_sessions bigint;
    v_begun bigint;
    v_links bigint;
    v_codes bigint;
    v_emergency bigint := 0;
    v_resets bigint := 0;
    v_rows bigint;
begin
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name, resource_type,
        resource_id, resource_name, description, additional_data)
    select c.id, gen_random_uuid(), 'IMPORT', 'CRITICAL', 'SUCCESS', p_actor, 'company', c.id, left(c.name, 200),
        p_description, p_about
    from safeshipper.companies c;

    with ended as (
        update safeshipper.sessions s set revoked_at = now() where s.revoked_at is null
        returning now() < s.expires_at and now() < s.last_used_at + s.idle_limit as lived)
    select count(*) filter (where lived) into v_sessions from ended;
    -- Sign-ins between two steps, on their way to a provider, or waiting for a passkey.
    delete from safeshipper.pending_sign_ins;
    get diagnostics v_begun = row_count;
    delete from safeshipper.oidc_attempts;
    get diagnostics v_rows = row_count;
    v_begun := v_begun + v_rows;
    delete from safeshipper.passkey_ceremonies;
    get diagnostics v_rows = row_count;
    v_begun := v_begun + v_rows;
    delete from safeshipper.password_resets;
    get diagnostics v_links = row_count;
    -- Those that were spent are among them, and look as the others do.
    delete from safeshipper.backup_codes;
    get diagnostics v_codes = row_count;
    update safeshipper.totp_factors f set last_step = greatest(f.last_step, p_step) where f.state = 'active';

    for r in select a.* from safeshipper.emergency_access a
        where a.granted_at is not null and a.ended_at is null and now() < a.expires_at
        order by a.company_id, a.id
    loop
        update safeshipper.emergency_access a set ended_at = now()
        where a.company_id = r.company_id and a.id = r.id;
        insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
            resource_type, resource_id, resource_name, description, additional_data)
        values (r.company_id, gen_random_uuid(), 'EMERGENCY_ACCESS', 'CRITICAL', 'SUCCESS', p_actor,
            'emergency_access', r.id, r.id::text, 'emergency access ended: the database was restored', p_about);
        v_emergency := v_emergency + 1;
    end loop;
    -- One that the person objected to since would take effect by the clock.
    for r in select x.* from safeshipper.factor_resets x where x.closed_at is null order by x.company_id, x.id loop
        update safeshipper.factor_resets x set closed_at = now(), closed_as = 'cancelled'
        where x.company_id = r.company_id and x.id = r.id;
        perform guard.record_operator(r.company_id, r.user_id, gen_random_uuid(), 'PERMISSION_CHANGE',
            'reset of second factors taken back: the database was restored', p_about);
        v_resets := v_resets + 1;
    end loop;

    return jsonb_build_object('sessions', v_sessions, 'begun', v_begun, 'links', v_links, 'codes', v_codes,
        'emergency', v_emergency, 'resets', v_resets);
end
$$;
alter function guard.settle_restore(text, text, jsonb, bigint) owner to safeshipper_guard;
grant execute on function guard.settle_restore(text, text, jsonb, bigint) to safeshipper_owner;
