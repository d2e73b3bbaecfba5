-- Documents (DATA-6, R10; docs/decisions/0022): who reads one and who adds one goes by its type and its shipment. Nothing
-- changes or removes one.

create table documents (
    company_id uuid not null references companies (id),
    id uuid not null,
    document_type text not null check (document_type in ('EMERGENCY_PROCEDURE', 'SAFETY_DATA_SHEET',
        'TRANSPORT_DOCUMENT', 'PACKING_CERTIFICATE', 'COMPETENT_AUTHORITY_APPROVAL', 'PROOF_OF_DELIVERY', 'OTHER')),
    shipment_id uuid,
    uploaded_by uuid not null,
    uploaded_at timestamptz not null default now(),
    -- Encrypted: people name files after people.
    file_name_sealed bytea not null,
    media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
    -- In bytes, as it came.
    size integer not null check (size between 1 and 10485760),
    sha256 bytea not null check (octet_length(sha256) = 32),
    content_sealed bytea not null,
    primary key (company_id, id),
    foreign key (company_id, shipment_id) references shipments (company_id, id),
    foreign key (company_id, uploaded_by) references users (company_id, id),
    constraint documents_of_everybody check (
        shipment_id is null or document_type not in ('EMERGENCY_PROCEDURE', 'SAFETY_DATA_SHEET')),
    constraint documents_proof_of_what check (shipment_id is not null or document_type <> 'PROOF_OF_DELIVERY')
);
create index documents_by_shipment on documents (company_id, shipment_id);
create index documents_by_type on documents (company_id, document_type);
create index documents_by_uploader on documents (company_id, uploaded_by);
-- What is encrypted does not get smaller, and its head is read without the rest.
alter table documents alter column content_sealed set storage external;

-- Whether a role holds a permission that a policy here asks for; a test holds each against the policies of the program.
create function guard.role_holds(p_role text, p_permission text) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return case p_permission
        when 'documents.upload.pod' then p_role in ('DRIVER', 'OPERATOR', 'SUPERVISOR', 'MANAGER', 'ADMIN', 'SUPER_ADMIN')
        when 'documents.upload' then p_role in ('OPERATOR', 'SUPERVISOR', 'MANAGER', 'ADMIN', 'SUPER_ADMIN')
        when 'sds.upload' then p_role in ('OPERATOR', 'SUPERVISOR', 'MANAGER', 'ADMIN', 'SUPER_ADMIN')
        when 'shipments.view' then p_role in ('OPERATOR', 'SUPERVISOR', 'MANAGER', 'ADMIN', 'SUPER_ADMIN')
        when 'documents.view.all' then p_role in ('MANAGER', 'ADMIN', 'SUPER_ADMIN')
        when 'emergency.procedures.create' then p_role in ('MANAGER', 'ADMIN', 'SUPER_ADMIN')
        else false
    end;
end
$$;

-- Whether the person of this context holds it, by role or because it was given them, and it is not withheld.
create function guard.holds(p_permission text) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_company uuid := guard.company();
    v_user uuid := guard.user_id();
    v_effects text[] := array(select g.effect from safeshipper.permission_grants g
        where g.company_id = v_company and g.user_id = v_user and g.permission = p_permission
          and g.ended_at is null and (g.expires_at is null or g.expires_at > now()));
begin
    return 'withheld' <> all (v_effects) and ('granted' = any (v_effects)
        or exists (select from safeshipper.users u
            where u.company_id = v_company and u.id = v_user and guard.role_holds(u.role, p_permission)));
end
$$;

-- The shipments that the person of this context sees though they do not see every shipment: their own, what is
-- assigned to them, and what emergency access reaches.
grant select (created_by, assigned_to) on shipments to safeshipper_guard;
create function guard.seen_shipments() returns setof uuid
    language plpgsql stable security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_company uuid := guard.company();
    v_user uuid := guard.user_id();
begin
    return query
    select s.id from safeshipper.shipments s where s.company_id = v_company and s.created_by = v_user
    union
    select s.id from safeshipper.shipments s where s.company_id = v_company and s.assigned_to = v_user
    union
    select s.id from guard.personal(v_company, v_user) p
        join safeshipper.shipments s on s.company_id = v_company
        where 'dangerous_goods.emergency.access' = any (p.emergency_permissions)
          and (not p.emergency_incident_only or exists (select from safeshipper.incident_shipments n
            where n.company_id = v_company and n.incident_id = p.emergency_incident and n.shipment_id = s.id));
end
$$;

alter table documents enable row level security;
alter table documents force row level security;
create policy tenant on documents as restrictive to safeshipper_app
    using (company_id = (select guard.company())) with check (company_id = (select guard.company()));
-- Reading and adding are two policies, so that who reads a safety data sheet does not write it (R10).
create policy app_select on documents for select to safeshipper_app using (
    document_type in ('EMERGENCY_PROCEDURE', 'SAFETY_DATA_SHEET')
    or uploaded_by = (select guard.user_id())
    or (select guard.holds('documents.view.all'))
    or (shipment_id is not null and (
        (select guard.holds('shipments.view')) or shipment_id in (select guard.seen_shipments()))));
create policy app_insert on documents for insert to safeshipper_app with check (
    uploaded_by = (select guard.user_id())
    and case document_type
        when 'EMERGENCY_PROCEDURE' then (select guard.holds('emergency.procedures.create'))
        when 'SAFETY_DATA_SHEET' then (select guard.holds('sds.upload'))
        when 'PROOF_OF_DELIVERY' then
            (select guard.holds('documents.upload.pod')) or (select guard.holds('documents.upload'))
        else (select guard.holds('documents.upload'))
    end
    and (shipment_id is null
        or (select guard.holds('shipments.view')) or shipment_id in (select guard.seen_shipments())));
grant select, insert on documents to safeshipper_app;

create constraint trigger audited after insert or update or delete on documents
    deferrable initially deferred for each row execute function guard.require_audit();

-- Another key, as for every encrypted column.
create policy guard_select on documents for select to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard');
create policy guard_update on documents for update to safeshipper_guard
    using ((select current_user) = 'safeshipper_guard') with check ((select current_user) = 'safeshipper_guard');
grant select (company_id, id, file_name_sealed, content_sealed) on documents to safeshipper_guard;
grant update (file_name_sealed, content_sealed) on documents to safeshipper_guard;

-- As in 0024, with the two columns of documents.
create or replace view guard.sealed_values with (security_invoker = true) as
    select 'users.email_sealed' as place, 'identity' as purpose, company_id, id as row_id, email_sealed as sealed
        from users
    union all
    select 'shipments.consignor_address_sealed', 'contact', company_id, id, consignor_address_sealed from shipments
    union all
    select 'shipments.consignee_address_sealed', 'contact', company_id, id, consignee_address_sealed from shipments
    union all
    select 'shipments.contact_phone_sealed', 'contact', company_id, id, contact_phone_sealed from shipments
    union all
    select 'shipments.contact_email_sealed', 'contact', company_id, id, contact_email_sealed from shipments
    union all
    select 'incidents.description_sealed', 'contact', company_id, id, description_sealed from incidents
    union all
    select 'documents.file_name_sealed', 'document', company_id, id, file_name_sealed from documents
    union all
    select 'documents.content_sealed', 'document', company_id, id, content_sealed from documents
    union all
    select 'totp_factors.secret_sealed', 'credential', company_id, id, secret_sealed from totp_factors
    union all
    select 'passkeys.credential_sealed', 'credential', company_id, id, credential_sealed from passkeys
    union all
    select 'identity_providers.client_secret_sealed', 'credential', company_id, id, client_secret_sealed
        from identity_providers
    union all
    -- Sealed for the first half of the hash, for the row has no id.
    select 'oidc_attempts.verifier_sealed', 'credential', company_id,
        encode(substring(state_hash for 16), 'hex')::uuid, verifier_sealed from oidc_attempts
    union all
    select 'signing_keys.private_sealed', 'signing_key', (select c.id from companies c where c.slug = 'platform'),
        '00000000-0000-0000-0000-000000000000'::uuid, private_sealed from signing_keys where private_sealed is not null
    union all
    select 'notices.letter_sealed', 'notice', (select c.id from companies c where c.slug = 'platform'), id,
        letter_sealed from notices;

create or replace function guard.reseal(p_rotation uuid, p_place text, p_rows uuid[], p_old bytea[], p_new bytea[])
    returns integer
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    r record;
    v_done integer;
begin
    select k.company_id, k.key_id into r from safeshipper.key_rotations k
    where k.id = p_rotation and k.state = 'running' for update;
    if not found or exists (select from unnest(p_new) n (sealed)
        where octet_length(n.sealed) < 78 or substring(n.sealed for 2) <> '\x0101'
           or substring(n.sealed from 3 for 16) <> uuid_send(r.key_id))
    then
        raise exception 'a value that is not of this rotation' using errcode = 'check_violation';
    end if;
    case p_place
    when 'users.email_sealed' then
        with free as (select t.id, n.new from safeshipper.users t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.email_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.users t set email_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'shipments.consignor_address_sealed' then
        with free as (select t.id, n.new from safeshipper.shipments t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.consignor_address_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.shipments t set consignor_address_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'shipments.consignee_address_sealed' then
        with free as (select t.id, n.new from safeshipper.shipments t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.consignee_address_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.shipments t set consignee_address_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'shipments.contact_phone_sealed' then
        with free as (select t.id, n.new from safeshipper.shipments t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.contact_phone_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.shipments t set contact_phone_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'shipments.contact_email_sealed' then
        with free as (select t.id, n.new from safeshipper.shipments t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.contact_email_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.shipments t set contact_email_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'incidents.description_sealed' then
        with free as (select t.id, n.new from safeshipper.incidents t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.description_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.incidents t set description_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'documents.file_name_sealed' then
        with free as (select t.id, n.new from safeshipper.documents t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.file_name_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.documents t set file_name_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'documents.content_sealed' then
        with free as (select t.id, n.new from safeshipper.documents t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.content_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.documents t set content_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'totp_factors.secret_sealed' then
        with free as (select t.id, n.new from safeshipper.totp_factors t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.secret_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.totp_factors t set secret_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'passkeys.credential_sealed' then
        with free as (select t.id, n.new from safeshipper.passkeys t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.credential_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.passkeys t set credential_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    when 'identity_providers.client_secret_sealed' then
        with free as (select t.id, n.new from safeshipper.identity_providers t
            join unnest(p_rows, p_old, p_new) as n (id, old, new) on n.id = t.id and n.old = t.client_secret_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.identity_providers t set client_secret_sealed = f.new from free f
        where t.company_id = r.company_id and t.id = f.id;
    -- No two values are the same bytes, so these three are found by what they were.
    when 'oidc_attempts.verifier_sealed' then
        with free as (select t.state_hash, n.new from safeshipper.oidc_attempts t
            join unnest(p_old, p_new) as n (old, new) on n.old = t.verifier_sealed
            where t.company_id = r.company_id for no key update of t skip locked)
        update safeshipper.oidc_attempts t set verifier_sealed = f.new from free f
        where t.company_id = r.company_id and t.state_hash = f.state_hash;
    when 'signing_keys.private_sealed' then
        with free as (select t.kid, n.new from safeshipper.signing_keys t
            join unnest(p_old, p_new) as n (old, new) on n.old = t.private_sealed
            where r.company_id = (select c.id from safeshipper.companies c where c.slug = 'platform')
            for no key update of t skip locked)
        update safeshipper.signing_keys t set private_sealed = f.new from free f where t.kid = f.kid;
    when 'notices.letter_sealed' then
        with free as (select t.id, n.new from safeshipper.notices t
            join unnest(p_old, p_new) as n (old, new) on n.old = t.letter_sealed
            where r.company_id = (select c.id from safeshipper.companies c where c.slug = 'platform')
            for no key update of t skip locked)
        update safeshipper.notices t set letter_sealed = f.new from free f where t.id = f.id;
    end case;
    get diagnostics v_done = row_count;
    return v_done;
end
$$;

-- A company from before there were documents gets the key for them with the first; of two at once one wins. One whose key
-- was destroyed gets none.
create function guard.add_document_key(p_id uuid, p_wrapped bytea) returns boolean
    language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    v_company uuid := guard.company();
begin
    if v_company is null
        or exists (select from safeshipper.data_keys k where k.company_id = v_company and k.purpose = 'document')
    then
        return false;
    end if;
    insert into safeshipper.data_keys (company_id, id, purpose, wrapped)
    values (v_company, p_id, 'document', p_wrapped) on conflict do nothing;
    return found;
end
$$;

alter function guard.role_holds(text, text) owner to safeshipper_guard;
alter function guard.holds(text) owner to safeshipper_guard;
alter function guard.seen_shipments() owner to safeshipper_guard;
alter function guard.add_document_key(uuid, bytea) owner to safeshipper_guard;
grant execute on function guard.holds(text), guard.seen_shipments(), guard.add_document_key(uuid, bytea)
    to safeshipper_app;
