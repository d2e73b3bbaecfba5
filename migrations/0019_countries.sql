-- Countries of sign-ins (AUTH-10). Which country an address is in is known outside the database, from a file of the
-- operator's; here is where somebody has signed in from.

-- The addresses from which a person has signed in for 90 days, each once. `p_but` is the session just opened.
create function guard.recent_addresses(p_company uuid, p_user uuid, p_but uuid) returns setof inet
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select distinct s.ip_address
    from safeshipper.sessions s
    where s.company_id = p_company and s.user_id = p_user and s.id <> p_but
      and s.created_at > now() - interval '90 days' and s.ip_address is not null
$$;

alter function guard.recent_addresses(uuid, uuid, uuid) owner to safeshipper_guard;
grant execute on function guard.recent_addresses(uuid, uuid, uuid) to safeshipper_directory;
