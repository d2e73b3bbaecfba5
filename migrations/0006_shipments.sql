-- Shipments and the checks of their loads.

create table shipments (
    company_id uuid not null references companies (id),
    id uuid not null,
    tracking_number text not null check (tracking_number ~ '^SS-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'),
    status text not null default 'draft' check (status in ('draft', 'checked', 'ready')),
    regimes text[] not null check (cardinality(regimes) between 1 and 2 and regimes <@ array['us', 'adr']),
    consignor_name text not null check (length(consignor_name) between 1 and 200),
    consignor_address_sealed bytea not null,
    consignee_name text not null check (length(consignee_name) between 1 and 200),
    consignee_address_sealed bytea not null,
    contact_name text not null check (length(contact_name) between 1 and 200),
    contact_phone_sealed bytea not null,
    contact_email_sealed bytea not null,
    -- The goods as they were entered; the hash is over exactly what a check reads.
    load jsonb not null,
    load_hash bytea not null check (octet_length(load_hash) = 32),
    version integer not null default 1 check (version > 0),
    last_check_id uuid,
    created_by uuid not null,
    assigned_to uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (company_id, id),
    unique (company_id, tracking_number),
    foreign key (company_id, created_by) references users (company_id, id),
    foreign key (company_id, assigned_to) references users (company_id, id)
);
create index shipments_by_creator on shipments (company_id, created_by);
create index shipments_by_assignee on shipments (company_id, assigned_to);

create table shipment_checks (
    company_id uuid not null,
    id uuid not null,
    shipment_id uuid not null,
    load_hash bytea not null check (octet_length(load_hash) = 32),
    is_compatible boolean not null,
    -- {"us": "prohibited", …}: the verdict a regime, for lists.
    verdicts jsonb not null,
    -- A result a regime, each with its edition.
    results jsonb not null,
    checked_by uuid not null,
    checked_at timestamptz not null default now(),
    primary key (company_id, id),
    unique (company_id, shipment_id, id),
    foreign key (company_id, shipment_id) references shipments (company_id, id),
    foreign key (company_id, checked_by) references users (company_id, id)
);
create index shipment_checks_by_shipment on shipment_checks (company_id, shipment_id, checked_at desc);
alter table shipments add constraint last_check_is_of_this_shipment
    foreign key (company_id, id, last_check_id) references shipment_checks (company_id, shipment_id, id);

-- Past draft means: the last check is of exactly this load, under every regime of the shipment, and found it
-- compatible.
create function guard.shipment_is_checked() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status <> 'draft' and not exists (
        select from safeshipper.shipment_checks c
        where c.company_id = new.company_id and c.shipment_id = new.id and c.id = new.last_check_id
          and c.load_hash = new.load_hash and c.verdicts ?& new.regimes and c.is_compatible)
    then
        raise exception 'a shipment is past draft without a compatible check of its load'
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger is_checked before insert or update on shipments
    for each row execute function guard.shipment_is_checked();

alter table shipments enable row level security;
alter table shipments force row level security;
alter table shipment_checks enable row level security;
alter table shipment_checks force row level security;
create policy tenant on shipments as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy tenant on shipment_checks as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
create policy app_select on shipments for select to safeshipper_app using (true);
create policy app_insert on shipments for insert to safeshipper_app
    with check (created_by = (select guard.user_id()));
create policy app_update on shipments for update to safeshipper_app using (true) with check (true);
create policy app_select on shipment_checks for select to safeshipper_app using (true);
create policy app_insert on shipment_checks for insert to safeshipper_app
    with check (checked_by = (select guard.user_id()));
grant select, insert on shipments, shipment_checks to safeshipper_app;
-- Neither whose it is nor who made it ever changes.
grant update (status, regimes, consignor_name, consignor_address_sealed, consignee_name,
    consignee_address_sealed, contact_name, contact_phone_sealed, contact_email_sealed, load, load_hash, version,
    last_check_id, assigned_to, updated_at) on shipments to safeshipper_app;

create constraint trigger audited after insert or update or delete on shipments
    deferrable initially deferred for each row execute function guard.require_audit();
create constraint trigger audited after insert or update or delete on shipment_checks
    deferrable initially deferred for each row execute function guard.require_audit();
