-- Data sets of regimes that a company loads itself, and the keys whose signatures it trusts. Nothing is ever
-- deleted: what an answer rested on stays readable.

create table data_set_keys (
    company_id uuid not null references companies (id),
    id uuid not null,
    name text not null check (length(name) between 1 and 100),
    -- C2SP signed-note: name, hash and base64 with plus signs between them.
    public_key text not null check (length(public_key) <= 500 and starts_with(public_key, name || '+')),
    added_by uuid not null,
    added_at timestamptz not null default now(),
    withdrawn_by uuid,
    withdrawn_at timestamptz,
    primary key (company_id, id),
    foreign key (company_id, added_by) references users (company_id, id),
    foreign key (company_id, withdrawn_by) references users (company_id, id),
    check ((withdrawn_by is null) = (withdrawn_at is null))
);
create unique index data_set_keys_in_force on data_set_keys (company_id, name) where withdrawn_at is null;

create table data_sets (
    company_id uuid not null,
    id uuid not null,
    regime text not null check (regime in ('imdg', 'adg', 'iata')),
    edition text not null check (length(edition) between 1 and 200),
    title text not null check (length(title) between 1 and 200),
    source text not null check (length(source) between 1 and 200),
    valid_from date not null,
    valid_to date not null check (valid_to >= valid_from),
    row_count integer not null check (row_count > 0),
    -- Exactly the bytes that were signed, with their signatures.
    bundle bytea not null check (octet_length(bundle) <= 4210688),
    hash bytea not null check (hash = sha256(bundle)),
    key_id uuid not null,
    loaded_by uuid not null,
    loaded_at timestamptz not null default now(),
    withdrawn_by uuid,
    withdrawn_at timestamptz,
    primary key (company_id, id),
    foreign key (company_id, key_id) references data_set_keys (company_id, id),
    foreign key (company_id, loaded_by) references users (company_id, id),
    foreign key (company_id, withdrawn_by) references users (company_id, id),
    check ((withdrawn_by is null) = (withdrawn_at is null))
);
create unique index data_sets_in_force on data_sets (company_id, regime) where withdrawn_at is null;

alter table data_set_keys enable row level security;
alter table data_set_keys force row level security;
alter table data_sets enable row level security;
alter table data_sets force row level security;
create policy tenant on data_set_keys as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy tenant on data_sets as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on data_set_keys for select to safeshipper_app using (true);
create policy app_insert on data_set_keys for insert to safeshipper_app
    with check (added_by = (select guard.user_id()) and withdrawn_at is null);
-- Withdrawn once, by who does it, and never put back.
create policy app_update on data_set_keys for update to safeshipper_app
    using (withdrawn_at is null) with check (withdrawn_by = (select guard.user_id()));
create policy app_select on data_sets for select to safeshipper_app using (true);
create policy app_insert on data_sets for insert to safeshipper_app
    with check (loaded_by = (select guard.user_id()) and withdrawn_at is null);
create policy app_update on data_sets for update to safeshipper_app
    using (withdrawn_at is null) with check (withdrawn_by = (select guard.user_id()));
grant select, insert on data_set_keys, data_sets to safeshipper_app;
grant update (withdrawn_by, withdrawn_at) on data_set_keys, data_sets to safeshipper_app;

create constraint trigger audited after insert or update or delete on data_set_keys
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on data_sets
    deferrable initially deferred for each row execute function guard.require_audit();
