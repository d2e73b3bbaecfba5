-- Passwords: changed by who knows the one before, reset by a link in a mail, hashed anew when the parameters change
-- (AUTH-1, M10).

-- Counts the passwords a person has had, not their hashes: a sign-in that began under another does not end.
alter table passwords add column version integer not null default 1 check (version >= 1);

-- A link that was asked for. Spending it is deleting it; one that a newer one has voided is kept for an hour, for
-- counting.
create table password_resets (
    company_id uuid not null,
    user_id uuid not null,
    token_hash bytea not null check (octet_length(token_hash) = 32),
    asked_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '30 minutes',
    voided_at timestamptz,
    primary key (company_id, token_hash),
    foreign key (company_id, user_id) references users (company_id, id)
);
create unique index password_resets_by_token on password_resets (token_hash);
create index password_resets_by_person on password_resets (company_id, user_id);
alter table password_resets enable row level security;
alter table password_resets force row level security;
create policy tenant on password_resets as restrictive to safeshipper_app using (false) with check (false);
create policy guard_all on password_resets to safeshipper_guard using (true) with check (true);
grant select, insert, update, delete on password_resets to safeshipper_guard;
create constraint trigger audited after insert or update or delete on password_resets
    deferrable initially deferred for each row execute function guard.require_audit();

-- A link that was asked for before a lockdown does not outlive it.
create function guard.void_password_resets() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.password_resets where company_id = new.company_id and user_id = new.id;
    return null;
end
$$;
create trigger resets_end after update of status on users for each row
    when (new.status <> 'active') execute function guard.void_password_resets();

drop function guard.find_sign_in(bytea, text);
create function guard.find_sign_in(p_email_index bytea, p_slug text)
    returns table (company_id uuid, user_id uuid, display_name text, password_hash text, password_version integer)
    language plpgsql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Two companies with the same address and no slug: nobody, rather than the first.
    if p_slug is null and
        (select count(*) from safeshipper.users u where u.email_index = p_email_index and u.status = 'active') > 1
    then
        return;
    end if;
    return query
        select u.company_id, u.id, u.display_name, p.hash, p.version
        from safeshipper.users u
        join safeshipper.companies c on c.id = u.company_id
        join safeshipper.passwords p on p.company_id = u.company_id and p.user_id = u.id
        where u.email_index = p_email_index and u.status = 'active' and (p_slug is null or c.slug = p_slug);
end
$$;

-- Whether the password that a sign-in has proved is still the person's. Holds the person until the commit, so that
-- a change comes before (and the sign-in ends here) or after (and ends what it opened).
create function guard.holds_password(p_company uuid, p_user uuid, p_version integer) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from safeshipper.users u where u.company_id = p_company and u.id = p_user for share;
    return exists (select from safeshipper.passwords p
        where p.company_id = p_company and p.user_id = p_user and p.version = p_version);
end
$$;

-- The same password under a hash of other parameters, unless it was changed meanwhile.
create function guard.rehash_password(p_company uuid, p_user uuid, p_old text, p_new text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.passwords set hash = p_new
    where company_id = p_company and user_id = p_user and hash = p_old;
    return found;
end
$$;

-- A new password. What signing in with the one before has left half done is over, and so are links.
create function guard.set_password(p_company uuid, p_user uuid, p_hash text) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    update safeshipper.passwords set hash = p_hash, changed_at = now(), version = version + 1
    where company_id = p_company and user_id = p_user;
    delete from safeshipper.pending_sign_ins where company_id = p_company and user_id = p_user;
    delete from safeshipper.password_resets where company_id = p_company and user_id = p_user;
end
$$;

-- Changes a person's own password after a fresh proof, and ends their other sessions. `p_old` is the hash that the
-- password before was verified against; false when it is no longer the one.
create function guard.change_password(p_handle_hash bytea, p_old text, p_new text) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions;
begin
    -- The person before the session, in the order of a lockdown.
    perform from safeshipper.users u
    join safeshipper.sessions x on x.company_id = u.company_id and x.user_id = u.id
    where x.handle_hash = p_handle_hash for no key update of u;
    s := guard.fresh_session(p_handle_hash);
    if not exists (select from safeshipper.passwords p
        where p.company_id = s.company_id and p.user_id = s.user_id and p.hash = p_old)
    then
        return false;
    end if;
    perform guard.set_password(s.company_id, s.user_id, p_new);
    update safeshipper.sessions set revoked_at = now()
    where company_id = s.company_id and user_id = s.user_id and id <> s.id and revoked_at is null;
    perform guard.note_proof(s, false);
    return true;
end
$$;

-- Stores a link, which voids those before; false for who is not active, or has had three within an hour.
create function guard.ask_password_reset(p_company uuid, p_user uuid, p_token_hash bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from safeshipper.users u
    where u.company_id = p_company and u.id = p_user and u.status = 'active' for no key update;
    if not found or (select count(*) from safeshipper.password_resets r
        where r.company_id = p_company and r.user_id = p_user and r.asked_at > now() - interval '1 hour') >= 3
    then
        return false;
    end if;
    delete from safeshipper.password_resets
    where company_id = p_company and user_id = p_user and asked_at <= now() - interval '1 hour';
    update safeshipper.password_resets set voided_at = now()
    where company_id = p_company and user_id = p_user and voided_at is null;
    insert into safeshipper.password_resets (company_id, user_id, token_hash) values (p_company, p_user, p_token_hash);
    return true;
end
$$;

-- Whose living link it is, for judging the new password before anything is held.
create function guard.person_of_reset(p_token_hash bytea)
    returns table (company_id uuid, user_id uuid, has_second_factor boolean)
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select r.company_id, r.user_id, guard.has_second_factor(r.company_id, r.user_id)
    from safeshipper.password_resets r
    join safeshipper.users u on u.company_id = r.company_id and u.id = r.user_id and u.status = 'active'
    where r.token_hash = p_token_hash and now() < r.expires_at and r.voided_at is null
$$;

-- Spends a link and sets the password; every session of the person is over. Second factors stay as they are. No
-- row: nothing to spend.
create function guard.reset_password(p_token_hash bytea, p_hash text)
    returns table (company_id uuid, user_id uuid, display_name text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    u record;
begin
    -- The person before anything of theirs, in the order of a lockdown.
    select x.company_id, x.id, x.display_name into u
    from safeshipper.users x
    join safeshipper.password_resets r on r.company_id = x.company_id and r.user_id = x.id
    where r.token_hash = p_token_hash and x.status = 'active'
    for no key update of x;
    if not found then
        return;
    end if;
    delete from safeshipper.password_resets r
    where r.company_id = u.company_id and r.token_hash = p_token_hash and now() < r.expires_at
      and r.voided_at is null;
    if not found then
        return;
    end if;
    perform guard.set_password(u.company_id, u.id, p_hash);
    perform guard.end_sessions(u.company_id, u.id);
    return query select u.company_id, u.id, u.display_name;
end
$$;

alter function guard.void_password_resets() owner to safeshipper_guard;
alter function guard.find_sign_in(bytea, text) owner to safeshipper_guard;
alter function guard.holds_password(uuid, uuid, integer) owner to safeshipper_guard;
alter function guard.rehash_password(uuid, uuid, text, text) owner to safeshipper_guard;
alter function guard.set_password(uuid, uuid, text) owner to safeshipper_guard;
alter function guard.change_password(bytea, text, text) owner to safeshipper_guard;
alter function guard.ask_password_reset(uuid, uuid, bytea) owner to safeshipper_guard;
alter function guard.person_of_reset(bytea) owner to safeshipper_guard;
alter function guard.reset_password(bytea, text) owner to safeshipper_guard;
grant execute on function guard.find_sign_in(bytea, text), guard.holds_password(uuid, uuid, integer),
    guard.rehash_password(uuid, uuid, text, text), guard.change_password(bytea, text, text),
    guard.ask_password_reset(uuid, uuid, bytea), guard.person_of_reset(bytea), guard.reset_password(bytea, text)
    to safeshipper_directory;
