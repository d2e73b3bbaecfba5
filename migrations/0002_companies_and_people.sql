-- Companies, their people, and the data keys that encrypt their fields.

create table companies (
    id uuid primary key,
    slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    name text not null check (length(name) between 1 and 200),
    created_at timestamptz not null default now()
);

create table users (
    company_id uuid not null references companies (id),
    id uuid not null,
    -- Keyed hash of the normalised address; the address itself is sealed.
    email_index bytea not null check (octet_length(email_index) = 16),
    email_sealed bytea not null,
    display_name text not null check (length(display_name) between 1 and 200),
    role text not null check (role in
        ('VIEWER', 'DRIVER', 'OPERATOR', 'SUPERVISOR', 'MANAGER', 'ADMIN', 'SUPER_ADMIN')),
    status text not null default 'active' check (status in ('active', 'disabled')),
    created_at timestamptz not null default now(),
    primary key (company_id, id),
    unique (company_id, email_index)
);
create index users_by_email on users (email_index);

-- Apart from `users`, so that nothing that may read people can read what proves them.
create table passwords (
    company_id uuid not null,
    user_id uuid not null,
    hash text not null check (hash like '$argon2id$%'),
    changed_at timestamptz not null default now(),
    primary key (company_id, user_id),
    foreign key (company_id, user_id) references users (company_id, id)
);

-- A data key per company and purpose, wrapped by the master key, which is not in the database.
create table data_keys (
    company_id uuid not null references companies (id),
    id uuid not null,
    purpose text not null check (length(purpose) between 1 and 40),
    wrapped bytea not null,
    state text not null default 'active' check (state in ('active', 'retired')),
    created_at timestamptz not null default now(),
    primary key (company_id, id)
);
create unique index data_keys_one_active on data_keys (company_id, purpose) where state = 'active';

alter table companies enable row level security;
alter table companies force row level security;
alter table users enable row level security;
alter table users force row level security;
alter table passwords enable row level security;
alter table passwords force row level security;
alter table data_keys enable row level security;
alter table data_keys force row level security;

create policy tenant on companies as restrictive to safeshipper_app
    using (id = (select guard.company())) with check (id = (select guard.company()));
create policy tenant on users as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy tenant on passwords as restrictive to safeshipper_app using (false) with check (false);
create policy tenant on data_keys as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));

create policy app_select on companies for select to safeshipper_app using (true);
create policy app_select on users for select to safeshipper_app using (true);
create policy app_select on data_keys for select to safeshipper_app using (true);
create policy guard_all on companies to safeshipper_guard using (true) with check (true);
create policy guard_all on users to safeshipper_guard using (true) with check (true);
create policy guard_all on passwords to safeshipper_guard using (true) with check (true);
create policy guard_all on data_keys to safeshipper_guard using (true) with check (true);

grant select on companies, users, data_keys to safeshipper_app;
grant select, insert on companies, data_keys to safeshipper_guard;
grant select, insert, update on users, passwords to safeshipper_guard;
