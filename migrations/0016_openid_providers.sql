-- Sign-in at OpenID providers (docs/decisions/0013): who a company trusts to say who somebody is, which of their
-- people is whom there, sign-ins under way, and logout tokens that were accepted.
--
-- Nothing here is the application's to read or write: whoever could put another issuer in the place of one would
-- be whomever they like. As with second factors, every act is a function for safeshipper_directory.

create table identity_providers (
    company_id uuid not null references companies (id),
    id uuid not null,
    -- To the letter as its ID tokens say it. It never changes: a person is linked to who they are at this issuer.
    issuer text not null check (length(issuer) between 9 and 255),
    client_id text not null check (length(client_id) between 1 and 255),
    client_secret_sealed bytea not null,
    name text not null check (length(name) between 1 and 60),
    enabled boolean not null default true,
    created_at timestamptz not null default now(),
    primary key (company_id, id),
    unique (company_id, issuer),
    unique (company_id, id, issuer)
);
create unique index identity_providers_by_id on identity_providers (id);

-- A person is who somebody is at a provider: by issuer and subject, never by an address.
create table external_identities (
    company_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    provider_id uuid not null,
    issuer text not null,
    subject text not null check (length(subject) between 1 and 255),
    linked_at timestamptz not null default now(),
    primary key (company_id, id),
    unique (company_id, provider_id, subject),
    unique (company_id, provider_id, user_id),
    foreign key (company_id, user_id) references users (company_id, id),
    foreign key (company_id, provider_id, issuer) references identity_providers (company_id, id, issuer)
        on delete cascade
);

-- A sign-in that went to a provider and has not come back. Good once, for ten minutes, in the browser it began in.
create table oidc_attempts (
    company_id uuid not null,
    state_hash bytea not null check (octet_length(state_hash) = 32),
    browser_hash bytea not null check (octet_length(browser_hash) = 32),
    provider_id uuid not null,
    purpose text not null check (purpose in ('sign_in', 'link')),
    -- The session that links; no other does.
    session_id uuid,
    nonce text not null check (length(nonce) = 43),
    verifier_sealed bytea not null,
    return_to text not null check (return_to like '/%' and return_to not like '//%' and length(return_to) <= 500),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '10 minutes',
    primary key (company_id, state_hash),
    foreign key (company_id, provider_id) references identity_providers (company_id, id) on delete cascade,
    foreign key (company_id, session_id) references sessions (company_id, id),
    check ((purpose = 'link') = (session_id is not null))
);
create unique index oidc_attempts_by_state on oidc_attempts (state_hash);

-- Logout tokens that were accepted, until they are too old to be.
create table spent_logout_tokens (
    company_id uuid not null,
    provider_id uuid not null,
    jti text not null check (length(jti) between 1 and 255),
    expires_at timestamptz not null,
    primary key (company_id, provider_id, jti),
    foreign key (company_id, provider_id) references identity_providers (company_id, id) on delete cascade
);

-- What a session, and a sign-in between its two steps, came through. The provider's own session is what its logout
-- tokens name.
alter table sessions
    add column provider_id uuid,
    add column provider_subject text check (length(provider_subject) between 1 and 255),
    add column provider_sid text check (length(provider_sid) between 1 and 255),
    add foreign key (company_id, provider_id) references identity_providers (company_id, id)
        on delete set null (provider_id),
    -- Every value of RFC 8176, and `fed`, for which it has none: proved by another, who answers for it.
    drop constraint sessions_amr_check,
    add constraint sessions_amr_check check (amr <@ '{face,fpt,geo,hwk,iris,kba,mca,mfa,otp,pin,pop,pwd,rba,
        retina,sc,sms,swk,tel,user,vbm,wia,fed}');
create index sessions_by_provider on sessions (company_id, provider_id) where provider_id is not null;
alter table pending_sign_ins
    add column provider_id uuid,
    add column provider_subject text,
    add column provider_sid text,
    add foreign key (company_id, provider_id) references identity_providers (company_id, id) on delete cascade;

alter table identity_providers enable row level security;
alter table identity_providers force row level security;
alter table external_identities enable row level security;
alter table external_identities force row level security;
alter table oidc_attempts enable row level security;
alter table oidc_attempts force row level security;
alter table spent_logout_tokens enable row level security;
alter table spent_logout_tokens force row level security;
create policy tenant on identity_providers as restrictive to safeshipper_app using (false) with check (false);
create policy tenant on external_identities as restrictive to safeshipper_app using (false) with check (false);
create policy tenant on oidc_attempts as restrictive to safeshipper_app using (false) with check (false);
create policy tenant on spent_logout_tokens as restrictive to safeshipper_app using (false) with check (false);
create policy guard_all on identity_providers to safeshipper_guard using (true) with check (true);
create policy guard_all on external_identities to safeshipper_guard using (true) with check (true);
create policy guard_all on oidc_attempts to safeshipper_guard using (true) with check (true);
create policy guard_all on spent_logout_tokens to safeshipper_guard using (true) with check (true);
grant select, insert, update, delete
    on identity_providers, external_identities, oidc_attempts, spent_logout_tokens to safeshipper_guard;

create constraint trigger audited after insert or update or delete on identity_providers
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on external_identities
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on oidc_attempts
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on spent_logout_tokens
    deferrable initially deferred for each row execute function guard.require_audit();

-- A session that came through a provider was opened by no password, whatever code writes how it was proved.
create function guard.session_is_federated() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    new.amr := array_replace(new.amr, 'pwd', 'fed');
    return new;
end
$$;
create trigger federated before insert or update on sessions for each row
    when (new.provider_subject is not null) execute function guard.session_is_federated();

-- One event about a provider, by nobody who is signed in.
create function guard.record_provider_event(
    p_company uuid, p_event uuid, p_type text, p_severity text, p_outcome text, p_provider uuid, p_name text,
    p_ip inet, p_agent text, p_method text, p_path text, p_request uuid, p_description text)
    returns void
    language sql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
    insert into safeshipper.audit_events (company_id, id, event_type, severity, outcome, actor_name,
        resource_type, resource_id, resource_name, ip_address, user_agent, request_method, request_path, request_id,
        description)
    values (p_company, p_event, p_type, p_severity, p_outcome, 'nobody signed in', 'identity_provider', p_provider,
        p_name, p_ip, p_agent, p_method, p_path, p_request, p_description);
$$;

-- Ends what came through a provider, of one subject or of everybody; how many sessions lived.
create function guard.end_federated(p_company uuid, p_provider uuid, p_subject text, p_but uuid) returns integer
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_lived integer;
begin
    delete from safeshipper.pending_sign_ins
    where company_id = p_company and provider_id = p_provider
      and (p_subject is null or provider_subject = p_subject);
    with ended as (
        update safeshipper.sessions s set revoked_at = now()
        where s.company_id = p_company and s.provider_id = p_provider and s.revoked_at is null
          and (p_subject is null or s.provider_subject = p_subject) and s.id is distinct from p_but
        returning now() < s.expires_at and now() < s.last_used_at + s.idle_limit as lived)
    select count(*) filter (where lived) into v_lived from ended;
    return v_lived;
end
$$;

-- What an administrator does, after a second factor -----------------------------------------------------------

-- As `own_session`, of an administrator who has shown a second factor within 900 seconds.
create function guard.security_session(p_handle_hash bytea) returns safeshipper.sessions
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.own_session(p_handle_hash);
    v_role text;
begin
    select u.role into v_role from safeshipper.users u where u.company_id = s.company_id and u.id = s.user_id;
    if not guard.is_administrator(v_role) then
        raise exception 'the person of this session administers nobody' using errcode = 'insufficient_privilege';
    end if;
    perform guard.require_second_factor(s);
    return s;
end
$$;

-- `done`, or why not: `exists` (this issuer is there), `full`.
create function guard.add_identity_provider(p_handle_hash bytea, p_id uuid, p_issuer text, p_client_id text,
    p_secret_sealed bytea, p_name text)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.security_session(p_handle_hash);
begin
    perform from safeshipper.companies where id = s.company_id for no key update;
    if (select count(*) from safeshipper.identity_providers where company_id = s.company_id) >= 10 then
        return 'full';
    end if;
    insert into safeshipper.identity_providers (company_id, id, issuer, client_id, client_secret_sealed, name)
    values (s.company_id, p_id, p_issuer, p_client_id, p_secret_sealed, p_name)
    on conflict (company_id, issuer) do nothing;
    return case when found then 'done' else 'exists' end;
end
$$;

-- A secret that is null stays. Switching a provider off ends what came through it. False without such a one.
create function guard.change_identity_provider(p_handle_hash bytea, p_id uuid, p_client_id text,
    p_secret_sealed bytea, p_name text, p_enabled boolean)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.security_session(p_handle_hash);
begin
    update safeshipper.identity_providers
    set client_id = p_client_id, client_secret_sealed = coalesce(p_secret_sealed, client_secret_sealed),
        name = p_name, enabled = p_enabled
    where company_id = s.company_id and id = p_id;
    if not found then
        return false;
    end if;
    if not p_enabled then
        delete from safeshipper.oidc_attempts where company_id = s.company_id and provider_id = p_id;
        perform guard.end_federated(s.company_id, p_id, null, null);
    end if;
    return true;
end
$$;

-- Its links go with it, and what came through it ends. Null without such a one, else its name.
create function guard.remove_identity_provider(p_handle_hash bytea, p_id uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.security_session(p_handle_hash);
    v_name text;
begin
    -- Held first: a sign-in through it that is under way comes before, and ends here, or after, and opens nothing.
    perform from safeshipper.identity_providers where company_id = s.company_id and id = p_id for update;
    perform guard.end_federated(s.company_id, p_id, null, null);
    delete from safeshipper.identity_providers where company_id = s.company_id and id = p_id
    returning name into v_name;
    return v_name;
end
$$;

-- Never the secret.
create function guard.identity_providers(p_handle_hash bytea)
    returns table (id uuid, issuer text, client_id text, name text, enabled boolean, linked bigint)
    language plpgsql volatile security definer rows 5
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    s safeshipper.sessions := guard.security_session(p_handle_hash);
begin
    return query select p.id, p.issuer, p.client_id, p.name, p.enabled,
        (select count(*) from safeshipper.external_identities e
            where e.company_id = p.company_id and e.provider_id = p.id)
    from safeshipper.identity_providers p where p.company_id = s.company_id order by p.name, p.id;
end
$$;

-- A sign-in at a provider -------------------------------------------------------------------------------------

-- Where somebody who names a company may sign in.
create function guard.providers_of_company(p_slug text) returns table (id uuid, name text)
    language sql stable security definer rows 5
    set search_path = pg_catalog, pg_temp
as $$
    select p.id, p.name from safeshipper.identity_providers p
    join safeshipper.companies c on c.id = p.company_id
    where c.slug = p_slug and p.enabled order by p.name, p.id
$$;

-- A provider that is switched on.
create function guard.identity_provider(p_id uuid)
    returns table (company_id uuid, issuer text, client_id text, client_secret_sealed bytea, name text)
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select p.company_id, p.issuer, p.client_id, p.client_secret_sealed, p.name
    from safeshipper.identity_providers p where p.id = p_id and p.enabled
$$;

create function guard.add_oidc_attempt(p_company uuid, p_provider uuid, p_state_hash bytea, p_browser_hash bytea,
    p_session uuid, p_nonce text, p_verifier_sealed bytea, p_return_to text)
    returns boolean
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    delete from safeshipper.oidc_attempts where company_id = p_company and expires_at <= now();
    -- Whoever begins without end fills no table: the rest waits ten minutes.
    if (select count(*) from safeshipper.oidc_attempts where company_id = p_company) >= 1000 then
        return false;
    end if;
    insert into safeshipper.oidc_attempts (company_id, state_hash, browser_hash, provider_id, purpose, session_id,
        nonce, verifier_sealed, return_to)
    select p_company, p_state_hash, p_browser_hash, p.id,
        case when p_session is null then 'sign_in' else 'link' end, p_session, p_nonce, p_verifier_sealed, p_return_to
    from safeshipper.identity_providers p where p.company_id = p_company and p.id = p_provider and p.enabled;
    return found;
end
$$;

-- False when there is no such provider, or too many sign-ins are under way.
create function guard.begin_oidc_sign_in(p_company uuid, p_provider uuid, p_state_hash bytea, p_browser_hash bytea,
    p_nonce text, p_verifier_sealed bytea, p_return_to text)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    return guard.add_oidc_attempt(p_company, p_provider, p_state_hash, p_browser_hash, null, p_nonce,
        p_verifier_sealed, p_return_to);
end
$$;

-- As `begin_oidc_sign_in`, to link; after a fresh proof, to a provider of one's own company.
create function guard.begin_oidc_link(p_handle_hash bytea, p_provider uuid, p_state_hash bytea, p_browser_hash bytea,
    p_nonce text, p_verifier_sealed bytea, p_return_to text)
    returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    return guard.add_oidc_attempt(s.company_id, p_provider, p_state_hash, p_browser_hash, s.id, p_nonce,
        p_verifier_sealed, p_return_to);
end
$$;

-- Comes back: once, and only in the browser in which it began. Another browser spends nothing.
create function guard.take_oidc_attempt(p_state_hash bytea, p_browser_hash bytea)
    returns table (company_id uuid, provider_id uuid, provider_name text, session_id uuid, nonce text,
        verifier_sealed bytea, return_to text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    return query
        delete from safeshipper.oidc_attempts a using safeshipper.identity_providers p
        where a.state_hash = p_state_hash and a.browser_hash = p_browser_hash and now() < a.expires_at
          and p.company_id = a.company_id and p.id = a.provider_id and p.enabled
        returning a.company_id, a.provider_id, p.name, a.session_id, a.nonce, a.verifier_sealed, a.return_to;
end
$$;

-- The active person who is this subject at this provider.
create function guard.find_identity(p_company uuid, p_provider uuid, p_subject text)
    returns table (user_id uuid, display_name text)
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select u.id, u.display_name from safeshipper.external_identities e
    join safeshipper.users u on u.company_id = e.company_id and u.id = e.user_id and u.status = 'active'
    join safeshipper.identity_providers p on p.company_id = e.company_id and p.id = e.provider_id and p.enabled
    where e.company_id = p_company and e.provider_id = p_provider and e.subject = p_subject
$$;

-- The link is still there and the provider still on, and stay so until the commit: what ends sessions of either
-- comes before, and nothing opens, or after, and ends it.
create function guard.hold_identity(p_company uuid, p_user uuid, p_provider uuid, p_subject text) returns void
    language plpgsql volatile
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform from safeshipper.identity_providers p
    join safeshipper.external_identities e on e.company_id = p.company_id and e.provider_id = p.id
    where p.company_id = p_company and p.id = p_provider and p.enabled
      and e.user_id = p_user and e.subject = p_subject
    for share;
    if not found then
        raise exception 'nobody is linked to this identity' using errcode = 'SS003';
    end if;
end
$$;

-- A session opened in this transaction came through a provider: of what the person has proved here and when,
-- nothing is known, so that changing factors asks for a proof of our own.
create function guard.note_provider(p_company uuid, p_session uuid, p_provider uuid, p_subject text, p_sid text)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_user uuid;
begin
    update safeshipper.sessions
    set provider_id = p_provider, provider_subject = p_subject, provider_sid = p_sid, authenticated_at = 'epoch'
    where company_id = p_company and id = p_session and created_at = now() and provider_id is null
    returning user_id into v_user;
    if not found then
        raise exception 'no session was opened in this transaction' using errcode = 'SS001';
    end if;
    perform guard.hold_identity(p_company, v_user, p_provider, p_subject);
end
$$;

-- The same of a ticket for the second step.
create function guard.note_provider_of_ticket(p_ticket_hash bytea, p_provider uuid, p_subject text, p_sid text)
    returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    t record;
begin
    update safeshipper.pending_sign_ins
    set provider_id = p_provider, provider_subject = p_subject, provider_sid = p_sid
    where ticket_hash = p_ticket_hash and created_at = now() and provider_id is null
    returning company_id, user_id into t;
    if not found then
        raise exception 'no ticket was made in this transaction' using errcode = 'SS001';
    end if;
    perform guard.hold_identity(t.company_id, t.user_id, p_provider, p_subject);
end
$$;

-- What a ticket came through, if it was a provider.
create function guard.provider_of_ticket(p_ticket_hash bytea)
    returns table (provider_id uuid, subject text, sid text)
    language sql stable security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
    select provider_id, provider_subject, provider_sid from safeshipper.pending_sign_ins
    where ticket_hash = p_ticket_hash and provider_id is not null
$$;

-- A person's own identities -----------------------------------------------------------------------------------

-- What is linked, and where one could link.
create function guard.own_identities(p_handle_hash bytea)
    returns table (provider_id uuid, name text, issuer text, enabled boolean, identity_id uuid, linked_at timestamptz)
    language sql stable security definer rows 5
    set search_path = pg_catalog, pg_temp
as $$
    select p.id, p.name, p.issuer, p.enabled, e.id, e.linked_at
    from safeshipper.sessions x
    join safeshipper.users u on u.company_id = x.company_id and u.id = x.user_id and u.status = 'active'
    join safeshipper.identity_providers p on p.company_id = x.company_id
    left join safeshipper.external_identities e
        on e.company_id = p.company_id and e.provider_id = p.id and e.user_id = x.user_id
    where x.handle_hash = p_handle_hash and x.revoked_at is null
      and now() < x.expires_at and now() < x.last_used_at + x.idle_limit
      and (p.enabled or e.id is not null)
    order by p.name, p.id
$$;

-- Links the person of this session, which must be the one that began, after a fresh proof. `done`, or why not:
-- `taken` (it is somebody else's, or one's own already), `has` (one is linked to another there), `absent`.
create function guard.link_identity(p_handle_hash bytea, p_session uuid, p_id uuid, p_provider uuid, p_subject text)
    returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
begin
    if s.id <> p_session then
        raise exception 'another session began this' using errcode = 'SS001';
    end if;
    if exists (select from safeshipper.external_identities
        where company_id = s.company_id and provider_id = p_provider and user_id = s.user_id)
    then
        return 'has';
    end if;
    insert into safeshipper.external_identities (company_id, id, user_id, provider_id, issuer, subject)
    select s.company_id, p_id, s.user_id, p.id, p.issuer, p_subject
    from safeshipper.identity_providers p
    where p.company_id = s.company_id and p.id = p_provider and p.enabled
    on conflict do nothing;
    if found then
        return 'done';
    end if;
    return case when exists (select from safeshipper.external_identities
        where company_id = s.company_id and provider_id = p_provider and subject = p_subject)
        then 'taken' else 'absent' end;
end
$$;

-- Takes a link away after a fresh proof, and ends what came through it but this session. Null without such a
-- link, `only` where the person could not sign in any more, else the provider's name after `done `.
create function guard.unlink_identity(p_handle_hash bytea, p_id uuid) returns text
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    s safeshipper.sessions := guard.fresh_session(p_handle_hash);
    e record;
begin
    select x.provider_id, x.subject, p.name into e from safeshipper.external_identities x
    join safeshipper.identity_providers p on p.company_id = x.company_id and p.id = x.provider_id
    where x.company_id = s.company_id and x.id = p_id and x.user_id = s.user_id
    for update of x;
    if not found then
        return null;
    end if;
    if not exists (select from safeshipper.passwords w where w.company_id = s.company_id and w.user_id = s.user_id) then
        return 'only';
    end if;
    delete from safeshipper.external_identities where company_id = s.company_id and id = p_id;
    perform guard.end_federated(s.company_id, e.provider_id, e.subject, s.id);
    return 'done ' || e.name;
end
$$;

-- Back-channel logout -----------------------------------------------------------------------------------------

-- Spends a logout token that was verified and ends what it names: by `sid` the one session, by `sub` alone every
-- session of the subject; with both also those of which the provider told no `sid`. Null when it was spent before,
-- else how many sessions lived. The caller adds the event.
create function guard.end_by_logout_token(p_company uuid, p_provider uuid, p_jti text, p_sub text, p_sid text)
    returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_lived integer;
begin
    delete from safeshipper.spent_logout_tokens where company_id = p_company and expires_at <= now();
    -- Longer than a token is taken for (`crypto::oidc`: 600 seconds, and a minute for clocks to either side).
    insert into safeshipper.spent_logout_tokens (company_id, provider_id, jti, expires_at)
    select p_company, p.id, p_jti, now() + interval '20 minutes'
    from safeshipper.identity_providers p where p.company_id = p_company and p.id = p_provider and p.enabled
    on conflict do nothing;
    if not found then
        return null;
    end if;
    delete from safeshipper.pending_sign_ins t
    where t.company_id = p_company and t.provider_id = p_provider
      and (p_sub is null or t.provider_subject = p_sub)
      and (p_sid is null or t.provider_sid = p_sid or (t.provider_sid is null and p_sub is not null));
    with ended as (
        update safeshipper.sessions s set revoked_at = now()
        where s.company_id = p_company and s.provider_id = p_provider and s.revoked_at is null
          and (p_sub is null or s.provider_subject = p_sub)
          and (p_sid is null or s.provider_sid = p_sid or (s.provider_sid is null and p_sub is not null))
        returning now() < s.expires_at and now() < s.last_used_at + s.idle_limit as lived)
    select count(*) filter (where lived) into v_lived from ended;
    return v_lived;
end
$$;

alter function guard.session_is_federated() owner to safeshipper_guard;
alter function guard.record_provider_event(uuid, uuid, text, text, text, uuid, text, inet, text, text, text, uuid, text)
    owner to safeshipper_guard;
alter function guard.end_federated(uuid, uuid, text, uuid) owner to safeshipper_guard;
alter function guard.security_session(bytea) owner to safeshipper_guard;
alter function guard.add_identity_provider(bytea, uuid, text, text, bytea, text) owner to safeshipper_guard;
alter function guard.change_identity_provider(bytea, uuid, text, bytea, text, boolean) owner to safeshipper_guard;
alter function guard.remove_identity_provider(bytea, uuid) owner to safeshipper_guard;
alter function guard.identity_providers(bytea) owner to safeshipper_guard;
alter function guard.providers_of_company(text) owner to safeshipper_guard;
alter function guard.identity_provider(uuid) owner to safeshipper_guard;
alter function guard.add_oidc_attempt(uuid, uuid, bytea, bytea, uuid, text, bytea, text) owner to safeshipper_guard;
alter function guard.begin_oidc_sign_in(uuid, uuid, bytea, bytea, text, bytea, text) owner to safeshipper_guard;
alter function guard.begin_oidc_link(bytea, uuid, bytea, bytea, text, bytea, text) owner to safeshipper_guard;
alter function guard.take_oidc_attempt(bytea, bytea) owner to safeshipper_guard;
alter function guard.find_identity(uuid, uuid, text) owner to safeshipper_guard;
alter function guard.hold_identity(uuid, uuid, uuid, text) owner to safeshipper_guard;
alter function guard.note_provider(uuid, uuid, uuid, text, text) owner to safeshipper_guard;
alter function guard.note_provider_of_ticket(bytea, uuid, text, text) owner to safeshipper_guard;
alter function guard.provider_of_ticket(bytea) owner to safeshipper_guard;
alter function guard.own_identities(bytea) owner to safeshipper_guard;
alter function guard.link_identity(bytea, uuid, uuid, uuid, text) owner to safeshipper_guard;
alter function guard.unlink_identity(bytea, uuid) owner to safeshipper_guard;
alter function guard.end_by_logout_token(uuid, uuid, text, text, text) owner to safeshipper_guard;

grant execute on function guard.record_provider_event(uuid, uuid, text, text, text, uuid, text, inet, text, text, text, uuid, text),
    guard.add_identity_provider(bytea, uuid, text, text, bytea, text),
    guard.change_identity_provider(bytea, uuid, text, bytea, text, boolean),
    guard.remove_identity_provider(bytea, uuid),
    guard.identity_providers(bytea),
    guard.providers_of_company(text),
    guard.identity_provider(uuid),
    guard.begin_oidc_sign_in(uuid, uuid, bytea, bytea, text, bytea, text),
    guard.begin_oidc_link(bytea, uuid, bytea, bytea, text, bytea, text),
    guard.take_oidc_attempt(bytea, bytea),
    guard.find_identity(uuid, uuid, text),
    guard.note_provider(uuid, uuid, uuid, text, text),
    guard.note_provider_of_ticket(bytea, uuid, text, text),
    guard.provider_of_ticket(bytea),
    guard.own_identities(bytea),
    guard.link_identity(bytea, uuid, uuid, uuid, text),
    guard.unlink_identity(bytea, uuid),
    guard.end_by_logout_token(uuid, uuid, text, text, text)
    to safeshipper_directory;
