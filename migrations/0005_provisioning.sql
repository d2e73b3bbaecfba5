-- Making companies and their first people: an act of the platform's operator, run as safeshipper_owner by a
-- command, never by a request. Each call is audited in the company it makes.

create function guard.provision_company(
    p_company uuid, p_slug text, p_name text, p_event uuid, p_key uuid[], p_purpose text[], p_wrapped bytea[])
    returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.companies (id, slug, name) values (p_company, p_slug, p_name);
    insert into safeshipper.data_keys (company_id, id, purpose, wrapped)
        select p_company, k.id, k.purpose, k.wrapped
        from unnest(p_key, p_purpose, p_wrapped) as k (id, purpose, wrapped);
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description)
    values (p_company, p_event, 'CREATE', 'MEDIUM', 'SUCCESS', 'platform operator', 'company', p_company,
        left(p_name, 200), 'company provisioned');
$$;

create function guard.provision_user(
    p_company uuid, p_user uuid, p_email_index bytea, p_email_sealed bytea, p_name text, p_role text,
    p_password_hash text, p_event uuid)
    returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.users (company_id, id, email_index, email_sealed, display_name, role)
    values (p_company, p_user, p_email_index, p_email_sealed, p_name, p_role);
    insert into safeshipper.passwords (company_id, user_id, hash) values (p_company, p_user, p_password_hash);
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, description, additional_data)
    values (p_company, p_event, 'CREATE', 'HIGH', 'SUCCESS', 'platform operator', 'user', p_user,
        left(p_name, 200), 'person provisioned', jsonb_build_object('role', p_role));
$$;

-- The platform's own data keys: of the index that finds a person by e-mail, and of the signing keys.
create function guard.platform_data_keys() returns table (id uuid, purpose text, wrapped bytea)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select k.id, k.purpose, k.wrapped from safeshipper.data_keys k join safeshipper.companies c on c.id = k.company_id
    where c.slug = 'platform' and k.state = 'active'
$$;
alter function guard.platform_data_keys() owner to safeshipper_guard;
grant execute on function guard.platform_data_keys() to safeshipper_directory;

create function guard.company_by_slug(p_slug text) returns uuid
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$ select id from safeshipper.companies where slug = p_slug $$;

alter function guard.provision_company(uuid, text, text, uuid, uuid[], text[], bytea[]) owner to safeshipper_guard;
alter function guard.provision_user(uuid, uuid, bytea, bytea, text, text, text, uuid) owner to safeshipper_guard;
alter function guard.company_by_slug(text) owner to safeshipper_guard;
grant execute on function guard.provision_company(uuid, text, text, uuid, uuid[], text[], bytea[]),
    guard.provision_user(uuid, uuid, bytea, bytea, text, text, text, uuid), guard.company_by_slug(text)
    to safeshipper_owner;
