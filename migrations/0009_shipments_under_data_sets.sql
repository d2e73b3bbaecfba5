-- Shipments that travel under regimes of which their company loads the data sets itself.

-- What a shipment asks for stays asked for: a data set that is withdrawn leaves it unchecked, not cleared.
alter table shipments add column data_sets text[] not null default '{}'
    check (data_sets <@ array['imdg', 'adg', 'iata'] and cardinality(data_sets) <= 3);
grant update (data_sets) on shipments to safeshipper_app;

-- A result a regime that was asked for, each with the hash of the bundle it rests on; not checked where there
-- was none.
alter table shipment_checks add column data_set_results jsonb not null default '[]';

-- As before, and under every data set that the shipment asks for too.
create or replace function guard.shipment_is_checked() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status <> 'draft' and not exists (
        select from safeshipper.shipment_checks c
        where c.company_id = new.company_id and c.shipment_id = new.id and c.id = new.last_check_id
          and c.load_hash = new.load_hash and c.verdicts ?& new.regimes and c.verdicts ?& new.data_sets
          and c.is_compatible)
    then
        raise exception 'a shipment is past draft without a compatible check of its load'
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;
