-- Data keys change while everybody works (DATA-3, E3), and a company's are destroyed for good (E20); see
-- docs/decisions/0016.
--
-- A rotation makes a new key active at once and retires the one before, which still opens. What is sealed is then
-- sealed anew by the nodes, a batch a transaction, in any order and as often as it takes: the database cannot, for
-- it has no key. What the key of a value is stands in the value's header, so the database counts what is left.

-- A destroyed key is a row that says so: whoever reads what it sealed is told, and not that nothing was there.
alter table data_keys
    drop constraint data_keys_state_check,
    alter column wrapped drop not null,
    add column retired_at timestamptz,
    add column destroyed_at timestamptz;
alter table data_keys
    add check (state in ('active', 'retired', 'destroyed')),
    add check ((state = 'destroyed') = (wrapped is null)),
    add check ((state = 'destroyed') = (destroyed_at is not null));
grant update (state, wrapped, retired_at, destroyed_at) on data_keys to safeshipper_guard;

-- Every encrypted column: where it is, whose, under which of the company's keys. A column that is missing here would
-- never be sealed anew; tests/catalogue.rs looks. `row_id` is the row that the value is sealed for. To add a
-- column: an arm here, a branch in `guard.reseal`, a line in store::keys::register.
-- In the guard's own functions alone: the schema's owner is a member of it, and sees no row all the same (R8).
create policy guard_select on shipments for select to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard');
create policy guard_update on shipments for update to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard') with check ((select current_user) = 'safeshipper_guard');
grant select (company_id, id, consignor_address_sealed, consignee_address_sealed, contact_phone_sealed,
    contact_email_sealed) on shipments to safeshipper_guard;
grant update (consignor_address_sealed, consignee_address_sealed, contact_phone_sealed, contact_email_sealed)
    on shipments to safeshipper_guard;
-- What is past draft is looked at whenever its row is written.
create policy guard_select on shipment_checks for select to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard');
grant select on shipment_checks to safeshipper_guard;

create view guard.sealed_values with (security_invoker = true) as
    select 'users.email_sealed' as place, 'identity' as purpose, company_id, id as row_id, email_sealed as sealed
        from users
    union all
    select 'shipments.consignor_address_sealed', 'contact', company_id, id, consignor_address_sealed from shipments
    union all
    select 'shipments.consignee_address_sealed', 'contact', company_id, id, consignee_address_sealed from shipments
    union all
    select 'shipments.contact_phone_sealed', 'contact', company_id, id, contact_phone_sealed from shipments
    union all
    select 'shipments.contact_email_sealed', 'contact', company_id, id, contact_email_sealed from shipments
    union all
    select 'incidents.description_sealed', 'contact', company_id, id, description_sealed from incidents
    union all
    select 'totp_factors.secret_sealed', 'credential', company_id, id, secret_sealed from totp_factors
    union all
    select 'passkeys.credential_sealed', 'credential', company_id, id, credential_sealed from passkeys
    union all
    select 'identity_providers.client_secret_sealed', 'credential', company_id, id, client_secret_sealed
        from identity_providers
    union all
    -- Sealed for the first half of the hash, for the row has no id.
    select 'oidc_attempts.verifier_sealed', 'credential', company_id,
        encode(substring(state_hash for 16), 'hex')::uuid, verifier_sealed from oidc_attempts
    union all
    select 'signing_keys.private_sealed', 'signing_key', (select c.id from companies c where c.slug = 'platform'),
        '00000000-0000-0000-0000-000000000000'::uuid, private_sealed from signing_keys where private_sealed is not null
    union all
    select 'notices.letter_sealed', 'notice', (select c.id from companies c where c.slug = 'platform'), id,
        letter_sealed from notices;
grant select on guard.sealed_values to safeshipper_guard;

-- Rotations: one at a time of a company and purpose.
create table key_rotations (
    company_id uuid not null references companies (id),
    id uuid not null,
    purpose text not null check (length(purpose) between 1 and 40),
    -- The key that everything is to be sealed with.
    key_id uuid not null,
    state text not null default 'running' check (state in ('running', 'done', 'incomplete', 'abandoned')),
    -- Until then a node may still seal with the key before, which it has in memory.
    settles_at timestamptz not null,
    -- How far this pass has come: the column being worked on, and the last row of it that was looked at.
    place text,
    after_row uuid,
    -- Values there were to seal anew at the beginning, and that have been.
    total bigint not null check (total >= 0),
    resealed bigint not null default 0 check (resealed >= 0),
    -- Values that this pass could not open: altered, or sealed for another place.
    unreadable bigint not null default 0 check (unreadable >= 0),
    -- Values under another key when it ended, counted.
    remaining bigint check (remaining >= 0),
    started_at timestamptz not null,
    finished_at timestamptz,
    primary key (company_id, id),
    foreign key (company_id, key_id) references data_keys (company_id, id),
    check ((state = 'running') = (finished_at is null)),
    check (state <> 'done' or remaining = 0)
);
create unique index key_rotations_one_running on key_rotations (company_id, purpose) where state = 'running';
alter table key_rotations enable row level security;
alter table key_rotations force row level security;
create policy tenant on key_rotations as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on key_rotations for select to safeshipper_app using (true);
create policy guard_all on key_rotations to safeshipper_guard using (true) with check (true);
grant select on key_rotations to safeshipper_app;
grant select, insert, update on key_rotations to safeshipper_guard;
create constraint trigger audited after insert or update or delete on key_rotations
    deferrable initially deferred for each row execute function guard.require_audit();

-- Reading keys ----------------------------------------------------------------------------------------------

-- All of a company's keys for second factors, the destroyed too.
drop function guard.credential_keys(uuid);
create function guard.credential_keys(p_company uuid) returns table (id uuid, wrapped bytea, state text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.id, k.wrapped, k.state from safeshipper.data_keys k
    where k.company_id = p_company and k.purpose = 'credential'
$$;

-- A company gets its first key for second factors here; one whose key was destroyed gets none.
create or replace function guard.add_credential_key(p_company uuid, p_id uuid, p_wrapped bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from safeshipper.data_keys k where k.company_id = p_company and k.purpose = 'credential') then
        return false;
    end if;
    insert into safeshipper.data_keys (company_id, id, purpose, wrapped)
    values (p_company, p_id, 'credential', p_wrapped) on conflict do nothing;
    return found;
end
$$;

-- The platform's own keys, those before the active ones too.
create function guard.platform_keychain(p_purpose text) returns table (id uuid, wrapped bytea, state text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.id, k.wrapped, k.state
    from safeshipper.data_keys k join safeshipper.companies c on c.id = k.company_id
    where c.slug = 'platform' and k.purpose = p_purpose
$$;

-- A company's keys of a purpose for whoever seals anew: only while that is being done.
create function guard.rotation_keys(p_rotation uuid) returns table (id uuid, wrapped bytea, state text)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.id, k.wrapped, k.state
    from safeshipper.key_rotations r
    join safeshipper.data_keys k on k.company_id = r.company_id and k.purpose = r.purpose
    where r.id = p_rotation and r.state = 'running'
$$;

create or replace function guard.addressee(p_company uuid, p_user uuid)
    returns table (company_name text, display_name text, email_sealed bytea, key_ids uuid[], keys bytea[])
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select c.name, u.display_name, u.email_sealed,
        array(select k.id from safeshipper.data_keys k where k.company_id = p_company and k.purpose = 'identity'
            and k.wrapped is not null order by k.id),
        array(select k.wrapped from safeshipper.data_keys k where k.company_id = p_company and k.purpose = 'identity'
            and k.wrapped is not null order by k.id)
    from safeshipper.users u
    join safeshipper.companies c on c.id = u.company_id
    where u.company_id = p_company and u.id = p_user
$$;

-- Rotating --------------------------------------------------------------------------------------------------

-- An event of a company about one of its keys.
create function guard.record_data_key(p_company uuid, p_key uuid, p_event uuid, p_type text, p_severity text,
    p_outcome text, p_actor text, p_description text, p_additional jsonb)
    returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description, additional_data)
    values (p_company, p_event, p_type, p_severity, p_outcome, p_actor, 'data_key', p_key, p_key::text,
        p_description, p_additional);
$$;

-- How many values of a company and purpose are not under this key.
create function guard.sealed_otherwise(p_company uuid, p_purpose text, p_key uuid) returns bigint
    language sql stable security definer
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
as $$
    select count(*) from guard.sealed_values v
    where v.company_id = p_company and v.purpose = p_purpose
      and substring(v.sealed from 3 for 16) <> uuid_send(p_key)
$$;

-- Makes a new key active and has everything sealed anew: `begun`; or why not: `running`, `destroyed`, `absent`.
create function guard.begin_key_rotation(p_company uuid, p_purpose text, p_rotation uuid, p_key uuid, p_wrapped bytea,
    p_now timestamptz, p_settles_at timestamptz, p_event uuid, p_actor text)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_before uuid;
    v_total bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('safeshipper data keys ' || p_company::text, 0));
    if exists (select from safeshipper.key_rotations r
        where r.company_id = p_company and r.purpose = p_purpose and r.state = 'running')
    then
        return 'running';
    end if;
    update safeshipper.data_keys k set state = 'retired', retired_at = now()
    where k.company_id = p_company and k.purpose = p_purpose and k.state = 'active'
    returning k.id into v_before;
    if not found then
        return case when exists (select from safeshipper.data_keys k where k.company_id = p_company
            and k.purpose = p_purpose and k.state = 'destroyed') then 'destroyed' else 'absent' end;
    end if;
    insert into safeshipper.data_keys (company_id, id, purpose, wrapped) values (p_company, p_key, p_purpose, p_wrapped);
    v_total := guard.sealed_otherwise(p_company, p_purpose, p_key);
    insert into safeshipper.key_rotations (company_id, id, purpose, key_id, settles_at, total, started_at)
    values (p_company, p_rotation, p_purpose, p_key, p_settles_at, v_total, p_now);
    perform guard.record_data_key(p_company, p_key, p_event, 'CREATE', 'HIGH', 'SUCCESS', p_actor,
        'data key rotation begun',
        jsonb_build_object('purpose', p_purpose, 'key_before', v_before, 'values', v_total));
    return 'begun';
end
$$;

-- Takes the oldest rotation for the rest of the transaction that no other node is at and that is none of these.
create function guard.take_key_rotation(p_but uuid[])
    returns table (company_id uuid, id uuid, purpose text, key_id uuid, place text, after_row uuid,
        settles_at timestamptz, total bigint, resealed bigint, unreadable bigint)
    language sql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select r.company_id, r.id, r.purpose, r.key_id, r.place, r.after_row, r.settles_at, r.total, r.resealed,
        r.unreadable
    from safeshipper.key_rotations r
    where r.state = 'running' and r.id <> all (p_but)
    order by r.started_at, r.id limit 1
    for update skip locked
$$;

create function guard.sealed_batch_of(p_company uuid, p_purpose text, p_key uuid, p_place text, p_after uuid,
    p_most integer)
    returns table (row_id uuid, sealed bytea)
    language plpgsql stable
    -- With the place known when it is planned, all other columns are left out.
    set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan
as $$
begin
    return query select v.row_id, v.sealed from guard.sealed_values v
        where v.place = p_place and v.purpose = p_purpose and v.company_id = p_company
          and (p_after is null or v.row_id > p_after)
          and substring(v.sealed from 3 for 16) <> uuid_send(p_key)
        order by v.row_id limit p_most;
end
$$;

-- The next values of a column under another key than the rotation's.
create function guard.sealed_batch(p_rotation uuid, p_place text, p_after uuid, p_most integer)
    returns table (row_id uuid, sealed bytea)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select b.row_id, b.sealed
    from safeshipper.key_rotations r
    cross join lateral guard.sealed_batch_of(r.company_id, r.purpose, r.key_id, p_place, p_after, p_most) b
    where r.id = p_rotation and r.state = 'running'
$$;

-- Puts new values in the place of those that are still as they were read; how many. A row that somebody else holds
-- is passed over and found by the next pass. Takes nothing but what the rotation's own key sealed.
create function guard.reseal(p_rotation uuid, p_place text, p_rows uuid[], p_old bytea[], p_new bytea[])
    returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r record;
    v_done integer;
begin
    select k.company_id, k.key_id into r from safeshipper.key_rotations k
    where k.id = p_rotation and k.state = 'running' for update;
    if not found or exists (select from unnest(p_new) n (sealed)
        where octet_length(n.sealed) < 78 or substring(n.sealed for 2) <> '\x0101'
           or substring(n.sealed from 3 for 16) <> uuid_send(r.key_id))
    then
        raise exception 'a value that is not of this rotation' using errcode = 'check_violation';
    end if;
    case p_place
    when 'users.email_sealed' then
        with free as (select t.id, n.new from safeshipper.users t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.email_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.users t set email_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'shipments.consignor_address_sealed' then
        with free as (select t.id, n.new from safeshipper.shipments t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.consignor_address_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.shipments t set consignor_address_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'shipments.consignee_address_sealed' then
        with free as (select t.id, n.new from safeshipper.shipments t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.consignee_address_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.shipments t set consignee_address_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'shipments.contact_phone_sealed' then
        with free as (select t.id, n.new from safeshipper.shipments t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.contact_phone_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.shipments t set contact_phone_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'shipments.contact_email_sealed' then
        with free as (select t.id, n.new from safeshipper.shipments t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.contact_email_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.shipments t set contact_email_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'incidents.description_sealed' then
        with free as (select t.id, n.new from safeshipper.incidents t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.description_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.incidents t set description_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'totp_factors.secret_sealed' then
        with free as (select t.id, n.new from safeshipper.totp_factors t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.secret_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.totp_factors t set secret_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'passkeys.credential_sealed' then
        with free as (select t.id, n.new from safeshipper.passkeys t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.credential_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.passkeys t set credential_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'identity_providers.client_secret_sealed' then
        with free as (select t.id, n.new from safeshipper.identity_providers t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.client_secret_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.identity_providers t set client_secret_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    -- No two values are the same bytes, so these three are found by what they were.
    when 'oidc_attempts.verifier_sealed' then
        with free as (select t.state_hash, n.new from safeshipper.oidc_attempts t
            join unnest(p_old, p_new) as n (old, new) on n.old = t.verifier_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.oidc_attempts t set verifier_sealed = f.new from free f
        where t.company_id = r.company_id and t.state_hash = f.state_hash;
    when 'signing_keys.private_sealed' then
        with free as (select t.kid, n.new from safeshipper.signing_keys t
            join unnest(p_old, p_new) as n (old, new) on n.old = t.private_sealed
            where r.company_id = (select c.id from safeshipper.companies c where c.slug = 'platform')
            for no key update of t skip locked)
        update safeshipper.signing_keys t set private_sealed = f.new from free f where t.kid = f.kid;
    when 'notices.letter_sealed' then
        with free as (select t.id, n.new from safeshipper.notices t
            join unnest(p_old, p_new) as n (old, new) on n.old = t.letter_sealed
            where r.company_id = (select c.id from safeshipper.companies c where c.slug = 'platform')
            for no key update of t skip locked)
        update safeshipper.notices t set letter_sealed = f.new from free f where t.id = f.id;
    end case;
    get diagnostics v_done = row_count;
    return v_done;
end
$$;

-- Notes how far a rotation has come.
create function guard.note_key_rotation(p_rotation uuid, p_place text, p_after uuid, p_resealed bigint,
    p_unreadable bigint, p_event uuid, p_actor text)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r record;
begin
    update safeshipper.key_rotations k
    -- Another pass counts anew what it cannot open.
    set place = p_place, after_row = p_after, resealed = k.resealed + p_resealed,
        unreadable = case when p_place is null then 0 else k.unreadable + p_unreadable end
    where k.id = p_rotation and k.state = 'running'
    returning k.company_id, k.key_id, k.resealed, k.total, k.purpose into r;
    if not found then
        raise exception 'no such rotation is running' using errcode = 'no_data_found';
    end if;
    perform guard.record_data_key(r.company_id, r.key_id, p_event, 'UPDATE',
        case when p_unreadable > 0 then 'HIGH' else 'LOW' end,
        case when p_unreadable > 0 then 'FAILURE' else 'SUCCESS' end, p_actor,
        case when p_place is null then 'data key rotation: another pass'
             when p_unreadable > 0 then 'data key rotation: values that do not open'
             else 'data key rotation: values sealed anew' end,
        jsonb_build_object('purpose', r.purpose, 'place', p_place, 'values', p_resealed, 'unreadable', p_unreadable,
            'resealed', r.resealed, 'total', r.total));
end
$$;

-- Ends a rotation with a count of what is still under another key: `done` at none, `incomplete` where the rest does
-- not open, null where there is more to do. No later than it settles, for until then more may come.
create function guard.end_key_rotation(p_rotation uuid, p_now timestamptz, p_event uuid, p_actor text)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r record;
    v_left bigint;
    v_state text;
begin
    select * into r from safeshipper.key_rotations k where k.id = p_rotation and k.state = 'running' for update;
    if not found or p_now < r.settles_at then
        return null;
    end if;
    v_left := guard.sealed_otherwise(r.company_id, r.purpose, r.key_id);
    if v_left > r.unreadable then
        return null;
    end if;
    v_state := case when v_left = 0 then 'done' else 'incomplete' end;
    update safeshipper.key_rotations k set state = v_state, remaining = v_left, finished_at = p_now
    where k.company_id = r.company_id and k.id = r.id;
    perform guard.record_data_key(r.company_id, r.key_id, p_event, 'UPDATE', 'HIGH',
        case when v_left = 0 then 'SUCCESS' else 'FAILURE' end, p_actor,
        case when v_left = 0 then 'data key rotation completed'
             else 'data key rotation ended with values that do not open' end,
        jsonb_build_object('purpose', r.purpose, 'resealed', r.resealed, 'remaining', v_left));
    return v_state;
end
$$;

-- Every rotation of a company, newest first, with what is left of those that run.
create function guard.key_rotations_of(p_company uuid)
    returns table (id uuid, purpose text, key_id uuid, state text, total bigint, resealed bigint, unreadable bigint,
        remaining bigint, started_at timestamptz, finished_at timestamptz)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select r.id, r.purpose, r.key_id, r.state, r.total, r.resealed, r.unreadable,
        case when r.state = 'running' then guard.sealed_otherwise(r.company_id, r.purpose, r.key_id)
             else r.remaining end,
        r.started_at, r.finished_at
    from safeshipper.key_rotations r where r.company_id = p_company order by r.started_at desc, r.id desc
$$;

-- Destroying ------------------------------------------------------------------------------------------------

-- Destroys every data key of a company: what they sealed opens nowhere again. `done`, or why not: `absent`,
-- `platform`, `active` (people could still sign in), `destroyed` (there was nothing left). The index of addresses
-- is the platform's and would still tell whether a guess is right, so it goes too.
create function guard.shred_company(p_company uuid, p_although_active boolean) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_slug text;
begin
    perform pg_advisory_xact_lock(hashtextextended('safeshipper data keys ' || p_company::text, 0));
    select c.slug into v_slug from safeshipper.companies c where c.id = p_company;
    if not found then
        return 'absent';
    elsif v_slug = 'platform' then
        return 'platform';
    elsif not p_although_active and exists (
        select from safeshipper.users u where u.company_id = p_company and u.status = 'active')
    then
        return 'active';
    end if;
    update safeshipper.key_rotations r set state = 'abandoned', finished_at = now()
    where r.company_id = p_company and r.state = 'running';
    update safeshipper.data_keys k set state = 'destroyed', wrapped = null, destroyed_at = now()
    where k.company_id = p_company and k.state <> 'destroyed';
    if not found then
        return 'destroyed';
    end if;
    update safeshipper.users u set email_index = guard.gen_random_bytes(16) where u.company_id = p_company;
    return 'done';
end
$$;

-- What a receipt names: the keys of a company, and what each has sealed.
create function guard.keys_of_company(p_company uuid)
    returns table (id uuid, purpose text, state text, created_at timestamptz, retired_at timestamptz,
        destroyed_at timestamptz, sealed bigint)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.id, k.purpose, k.state, k.created_at, k.retired_at, k.destroyed_at, coalesce(n.sealed, 0)
    from safeshipper.data_keys k
    left join (select substring(v.sealed from 3 for 16) as key, count(*) as sealed
        from guard.sealed_values v where v.company_id = p_company group by 1) n on n.key = uuid_send(k.id)
    where k.company_id = p_company order by k.purpose, k.created_at, k.id
$$;

-- Wrapping anew ---------------------------------------------------------------------------------------------

-- Every data key that is not destroyed.
create function guard.wrapped_keys() returns table (company_id uuid, id uuid, purpose text, wrapped bytea)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.company_id, k.id, k.purpose, k.wrapped from safeshipper.data_keys k
    where k.wrapped is not null order by k.company_id, k.id
$$;

-- Puts keys of a company, wrapped anew, in the place of those that are still as they were read; how many.
create function guard.rewrap_keys(p_company uuid, p_ids uuid[], p_old bytea[], p_new bytea[], p_event uuid,
    p_actor text)
    returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_done integer;
begin
    update safeshipper.data_keys k set wrapped = n.new
    from unnest(p_ids, p_old, p_new) as n (id, old, new)
    where k.company_id = p_company and k.id = n.id and k.wrapped = n.old;
    get diagnostics v_done = row_count;
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description, additional_data)
    values (p_company, p_event, 'UPDATE', 'HIGH', 'SUCCESS', p_actor, 'company', p_company, 'data keys',
        'data keys wrapped by another master key', jsonb_build_object('keys', v_done));
    return v_done;
end
$$;

do $$
declare
    f text;
begin
    foreach f in array array[
        'guard.credential_keys(uuid)', 'guard.platform_keychain(text)', 'guard.rotation_keys(uuid)',
        'guard.record_data_key(uuid, uuid, uuid, text, text, text, text, text, jsonb)',
        'guard.sealed_otherwise(uuid, text, uuid)',
        'guard.begin_key_rotation(uuid, text, uuid, uuid, bytea, timestamptz, timestamptz, uuid, text)',
        'guard.take_key_rotation(uuid[])', 'guard.sealed_batch(uuid, text, uuid, integer)',
        'guard.sealed_batch_of(uuid, text, uuid, text, uuid, integer)',
        'guard.reseal(uuid, text, uuid[], bytea[], bytea[])',
        'guard.note_key_rotation(uuid, text, uuid, bigint, bigint, uuid, text)',
        'guard.end_key_rotation(uuid, timestamptz, uuid, text)', 'guard.key_rotations_of(uuid)',
        'guard.shred_company(uuid, boolean)', 'guard.keys_of_company(uuid)', 'guard.wrapped_keys()',
        'guard.rewrap_keys(uuid, uuid[], bytea[], bytea[], uuid, text)']
    loop
        execute format('alter function %s owner to safeshipper_guard', f);
    end loop;
end
$$;

-- Nodes seal anew; keys are made and destroyed by command alone.
grant execute on function guard.credential_keys(uuid), guard.platform_keychain(text) to safeshipper_directory;
grant execute on function guard.platform_keychain(text), guard.rotation_keys(uuid), guard.take_key_rotation(uuid[]),
    guard.sealed_batch(uuid, text, uuid, integer), guard.reseal(uuid, text, uuid[], bytea[], bytea[]),
    guard.note_key_rotation(uuid, text, uuid, bigint, bigint, uuid, text),
    guard.end_key_rotation(uuid, timestamptz, uuid, text)
    to safeshipper_directory, safeshipper_owner;
grant execute on function
    guard.record_data_key(uuid, uuid, uuid, text, text, text, text, text, jsonb),
    guard.begin_key_rotation(uuid, text, uuid, uuid, bytea, timestamptz, timestamptz, uuid, text),
    guard.key_rotations_of(uuid), guard.shred_company(uuid, boolean), guard.keys_of_company(uuid),
    guard.wrapped_keys(), guard.rewrap_keys(uuid, uuid[], bytea[], bytea[], uuid, text)
    to safeshipper_owner;
