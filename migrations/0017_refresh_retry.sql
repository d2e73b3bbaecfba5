-- A refresh token whose answer was lost on the way (AUTH-3, J9; docs/decisions/0014). Until here every second use
-- of one ended its session, and with it everybody whose network broke at the wrong moment. From here it is
-- answered again, three times within a minute, to the same client and only while what it was traded for is
-- unused: that one is void from then on. Any other second use ends the session as before.

-- What a token was traded for knows it, and who traded it is known. Void is what is spent and was traded for
-- nothing; tokens spent before this file are answered to nobody again.
alter table refresh_tokens
    add column parent_hash bytea check (octet_length(parent_hash) = 32),
    add column spent_from inet,
    add column spent_by text check (length(spent_by) <= 500),
    add column repeats integer not null default 0 check (repeats between 0 and 3),
    add foreign key (company_id, parent_hash) references refresh_tokens (company_id, token_hash),
    add constraint refresh_tokens_spent_is_told check (
        spent_at is not null or (spent_from is null and spent_by is null and repeats = 0));
-- No family has two living branches, whatever code grows them.
create unique index refresh_tokens_one_unspent on refresh_tokens (company_id, session_id) where spent_at is null;

-- The network of an address: /24 of IPv4, /56 of IPv6, what one customer of a provider has. Null for none.
create function guard.network_of(p_ip inet) returns inet
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return network(set_masklen(p_ip, case family(p_ip) when 4 then 24 else 56 end));
end
$$;

-- Trades a refresh token for its successor, under a lock on the token and its session. `rotated`: traded.
-- `repeated`: traded again, in place of a successor that is void from now on. `reused`: somebody holds a copy; the
-- session has just been ended. No row: nothing known or alive. A client that does not say what it is, or whose
-- address is not known, is the same as none.
drop function guard.spend_refresh_token(bytea);
create function guard.renew(p_presented bytea, p_successor bytea, p_ip inet, p_agent text)
    returns table (outcome text, company_id uuid, session_id uuid, user_id uuid, display_name text)
    language plpgsql volatile security definer rows 1
    set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    t record;
    v_outcome text := 'reused';
begin
    -- The session first: a token and its successor presented at once take turns here.
    perform from safeshipper.refresh_tokens r
    join safeshipper.sessions s on s.company_id = r.company_id and s.id = r.session_id
    where r.token_hash = p_presented
    for update of s;
    select r.company_id, r.session_id, r.spent_at, r.spent_from, r.spent_by, r.repeats, s.user_id,
        u.display_name, s.expires_at into t
    from safeshipper.refresh_tokens r
    join safeshipper.sessions s on s.company_id = r.company_id and s.id = r.session_id
    join safeshipper.users u on u.company_id = s.company_id and u.id = s.user_id and u.status = 'active'
    where r.token_hash = p_presented and now() < r.expires_at
      and s.revoked_at is null and now() < s.expires_at and now() < s.last_used_at + s.idle_limit
    for update of r;
    if not found then
        return;
    end if;
    if t.spent_at is null then
        v_outcome := 'rotated';
        update safeshipper.refresh_tokens
        set spent_at = now(), spent_from = guard.network_of(p_ip), spent_by = p_agent
        where company_id = t.company_id and token_hash = p_presented;
    elsif t.repeats < 3 and now() < t.spent_at + interval '60 seconds'
        and t.spent_from = guard.network_of(p_ip) and t.spent_by = p_agent
    then
        update safeshipper.refresh_tokens set spent_at = now()
        where company_id = t.company_id and session_id = t.session_id and parent_hash = p_presented
          and spent_at is null;
        if found then
            v_outcome := 'repeated';
            update safeshipper.refresh_tokens set repeats = t.repeats + 1
            where company_id = t.company_id and token_hash = p_presented;
        end if;
    end if;
    if v_outcome = 'reused' then
        update safeshipper.sessions set revoked_at = now()
        where company_id = t.company_id and id = t.session_id;
    else
        insert into safeshipper.refresh_tokens (company_id, session_id, token_hash, expires_at, parent_hash)
        values (t.company_id, t.session_id, p_successor, t.expires_at, p_presented);
        update safeshipper.sessions set last_used_at = now()
        where company_id = t.company_id and id = t.session_id;
    end if;
    return query select v_outcome, t.company_id, t.session_id, t.user_id, t.display_name;
end
$$;

alter function guard.network_of(inet) owner to safeshipper_guard;
alter function guard.renew(bytea, bytea, inet, text) owner to safeshipper_guard;
grant execute on function guard.renew(bytea, bytea, inet, text) to safeshipper_directory;
