-- Passwords that a company refuses beside those of the operator's list: the list it adds itself (AUTH-1).
--
-- A colleague's present password may be on such a list, and its SHA-1 is soon undone. What is stored is a keyed hash of
-- it, under a key that never comes here, and unrelated to that of the same password in another company (E14).

create table refused_passwords (
    company_id uuid not null references companies (id),
    value bytea not null check (octet_length(value) = 16),
    primary key (company_id, value)
);
alter table refused_passwords enable row level security;
alter table refused_passwords force row level security;
create policy tenant on refused_passwords as restrictive to safeshipper_app using (false) with check (false);
create policy guard_all on refused_passwords to safeshipper_guard using (true) with check (true);
grant select, insert, delete on refused_passwords to safeshipper_guard;
create constraint trigger audited after insert or update or delete on refused_passwords
    deferrable initially deferred for each row execute function guard.require_audit();

-- Puts these in the place of all there were, for the administrator of this context who has just shown a second factor.
-- What is on both lists is not touched. The event is the caller's.
create function guard.refuse_passwords(p_values bytea[], out before integer, out after integer)
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.require_proved_administrator();
    if cardinality(p_values) > 50000 then
        raise exception 'more than 50000 refused passwords' using errcode = 'check_violation';
    end if;
    -- One at a time: two lists at once make no mixture.
    perform pg_advisory_xact_lock(hashtextextended('safeshipper refused passwords ' || guard.company()::text, 0));
    select count(*) into before from safeshipper.refused_passwords r where r.company_id = guard.company();
    delete from safeshipper.refused_passwords r
    where r.company_id = guard.company() and r.value not in (select v from unnest(p_values) v);
    insert into safeshipper.refused_passwords (company_id, value)
    select guard.company(), v from unnest(p_values) v
    on conflict do nothing;
    select count(*) into after from safeshipper.refused_passwords r where r.company_id = guard.company();
end
$$;

-- How many there are, for administrators.
create function guard.refused_passwords() returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform guard.require_administrator();
    return (select count(*) from safeshipper.refused_passwords r where r.company_id = guard.company());
end
$$;

-- Whether a company refuses a password: asked where it changes, which after a link in a mail is without a session.
create function guard.is_password_refused(p_company uuid, p_value bytea) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
    select exists (select from safeshipper.refused_passwords r where r.company_id = p_company and r.value = p_value)
$$;

alter function guard.refuse_passwords(bytea[]) owner to safeshipper_guard;
alter function guard.refused_passwords() owner to safeshipper_guard;
alter function guard.is_password_refused(uuid, bytea) owner to safeshipper_guard;
grant execute on function guard.refuse_passwords(bytea[]), guard.refused_passwords() to safeshipper_app;
grant execute on function guard.is_password_refused(uuid, bytea) to safeshipper_directory, safeshipper_owner;
