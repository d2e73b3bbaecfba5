//! Documents against SQL of an attacker's own: who reads which and who adds which is held by the database, whatever the
//! application says (DATA-6, R10).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::collections::BTreeSet;

use access::document::DocumentType;
use access::role::Role;
use common::{Injection, behind_the_back, refusal, shipment};
use sqlx::PgPool;
use testkit::{Company, World};

const DENIED: &str = "42501";
const BROKEN_CHECK: &str = "23514";
const UNAUDITED: &str = "23000";
const NO_SUCH_ROW: &str = "23503";

/// A shipment of A's operator with a document of each type, uploaded by A's supervisor; and the same of B.
async fn attacker(role: Role) -> (World, Injection, PgPool) {
    let world = World::create().await;
    shipment(&world, Company::A, "SS-AAAA-AAAA-AAAA").await;
    let victim = shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    let pool = world.database.superuser().await;
    let mut tx = pool.begin().await.unwrap();
    for sql in [
        "set local session_replication_role = replica",
        "insert into documents (company_id, id, document_type, shipment_id, uploaded_by, file_name_sealed, media_type, size,
             sha256, content_sealed)
         select u.company_id, gen_random_uuid(), t, case when t not in ('EMERGENCY_PROCEDURE', 'SAFETY_DATA_SHEET', 'OTHER')
             then s.id end, u.id, 'x', 'application/pdf', 1, sha256('x'), 'x'
         from users u join shipments s using (company_id)
         cross join unnest(array['EMERGENCY_PROCEDURE', 'SAFETY_DATA_SHEET', 'TRANSPORT_DOCUMENT', 'PACKING_CERTIFICATE',
             'COMPETENT_AUTHORITY_APPROVAL', 'PROOF_OF_DELIVERY', 'OTHER']) t
         where u.role = 'SUPERVISOR'",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let injection = Injection::new(&world, role, victim).await;
    (world, injection, pool)
}

/// An insertion of a document of this type, of a shipment or none.
fn insertion(document_type: &str, of: &str) -> &'static str {
    format!(
        "insert into documents (company_id, id, document_type, shipment_id, uploaded_by, file_name_sealed, media_type, size,
             sha256, content_sealed)
         select guard.company(), gen_random_uuid(), '{document_type}', {of}, guard.user_id(), 'x', 'application/pdf', 1,
             sha256('x'), 'x'"
    )
    .leak()
}

const OF_A: &str = "(select id from shipments limit 1)";

async fn seen(injection: &mut Injection) -> BTreeSet<String> {
    injection.begin().await;
    let types: Vec<String> = sqlx::query_scalar("select document_type from documents")
        .fetch_all(&mut injection.connection)
        .await
        .unwrap();
    common::rollback(&mut injection.connection).await;
    let count = types.len();
    let types: BTreeSet<String> = types.into_iter().collect();
    assert_eq!(types.len(), count, "B has one of each type too");
    types
}

const FOR_EVERYBODY: [&str; 2] = ["EMERGENCY_PROCEDURE", "SAFETY_DATA_SHEET"];

#[tokio::test]
async fn who_neither_uploaded_it_nor_sees_its_shipment_reads_what_is_for_everybody_alone_data_6() {
    for role in [Role::Viewer, Role::Driver] {
        let (_world, mut injection, _) = attacker(role).await;
        assert_eq!(
            seen(&mut injection).await,
            FOR_EVERYBODY.map(str::to_owned).into(),
            "{role}"
        );
    }
}

#[tokio::test]
async fn a_shipment_that_is_assigned_brings_its_documents_and_takes_them_away_data_6() {
    let (world, mut injection, _) = attacker(Role::Driver).await;
    let driver = injection.actor.user().uuid();
    behind_the_back(
        &world,
        "update shipments set assigned_to = $1 where company_id =
        (select company_id from users where id = $1)",
        driver,
    )
    .await;
    assert_eq!(
        seen(&mut injection).await.len(),
        6,
        "all but what is of no shipment"
    );
    behind_the_back(
        &world,
        "update shipments set assigned_to = null where assigned_to = $1",
        driver,
    )
    .await;
    assert_eq!(seen(&mut injection).await.len(), 2);
}

#[tokio::test]
async fn emergency_access_brings_the_documents_of_what_the_incident_names_while_it_lasts_authz_6() {
    let (world, mut injection, pool) = attacker(Role::Driver).await;
    let mut tx = pool.begin().await.unwrap();
    for sql in [
        "set local session_replication_role = replica",
        "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by)
         select company_id, gen_random_uuid(), 'leak', 'HIGH', 'x', false, id from users where role = 'DRIVER'",
        "insert into emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill,
             incident_only, granted_at, expires_at)
         select company_id, gen_random_uuid(), id, reported_by, array['dangerous_goods.emergency.access'], 'xxxxxxxxxx',
             false, true, now(), now() + interval '1 hour' from incidents",
    ] {
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let driver = injection.actor.user().uuid();
    assert_eq!(
        seen(&mut injection).await.len(),
        2,
        "the incident names nothing yet"
    );
    behind_the_back(
        &world,
        "insert into incident_shipments select i.company_id, i.id, s.id from incidents i
        join shipments s using (company_id) where i.reported_by = $1",
        driver,
    )
    .await;
    assert_eq!(seen(&mut injection).await.len(), 6);
    behind_the_back(
        &world,
        "update emergency_access set granted_at = now() - interval '2 hours',
        expires_at = now() - interval '1 hour' where user_id = $1",
        driver,
    )
    .await;
    assert_eq!(seen(&mut injection).await.len(), 2, "it is over");
}

#[tokio::test]
async fn who_uploaded_it_and_who_sees_everything_read_it_data_6() {
    for (role, count) in [
        (Role::Operator, 6),
        (Role::Supervisor, 7),
        (Role::Manager, 7),
        (Role::Admin, 7),
    ] {
        let (_world, mut injection, _) = attacker(role).await;
        assert_eq!(seen(&mut injection).await.len(), count, "{role}");
    }
    let (world, mut injection, _) = attacker(Role::Manager).await;
    behind_the_back(
        &world,
        "insert into permission_grants (company_id, id, user_id, permission, effect, reason, given_by)
        select m.company_id, gen_random_uuid(), m.id, 'documents.view.all', 'withheld', 'xxxxxxxxxx', a.id
        from users m join users a on a.company_id = m.company_id and a.role = 'ADMIN' where m.id = $1",
        injection.actor.user().uuid(),
    )
    .await;
    assert_eq!(
        seen(&mut injection).await.len(),
        6,
        "what is withheld is withheld here too"
    );
}

#[tokio::test]
async fn each_type_is_added_by_its_own_permission_and_by_nobody_who_only_reads_it_r10() {
    use DocumentType as T;
    for (role, may) in [
        (Role::Viewer, &[][..]),
        (Role::Driver, &[]),
        (
            Role::Operator,
            &[
                T::SafetyDataSheet,
                T::TransportDocument,
                T::PackingCertificate,
                T::CompetentAuthorityApproval,
                T::ProofOfDelivery,
                T::Other,
            ],
        ),
        (Role::Manager, &T::ALL),
    ] {
        let (_world, mut injection, _) = attacker(role).await;
        for document_type in T::ALL {
            let of = if document_type.is_for_everybody() {
                "null::uuid"
            } else {
                OF_A
            };
            let added = injection.attempt(insertion(document_type.as_str(), of)).await;
            let expected = if may.contains(&document_type) {
                Ok(0)
            } else {
                Err(DENIED.to_owned())
            };
            assert_eq!(added, expected, "{role} {document_type:?}");
        }
    }
}

#[tokio::test]
async fn a_driver_adds_the_proof_of_what_is_assigned_to_them_and_of_nothing_else_r10() {
    let (world, mut injection, _) = attacker(Role::Driver).await;
    let proof = insertion("PROOF_OF_DELIVERY", OF_A);
    assert_eq!(injection.attempt(proof).await, Err(DENIED.into()));
    behind_the_back(
        &world,
        "update shipments set assigned_to = $1 where company_id =
        (select company_id from users where id = $1)",
        injection.actor.user().uuid(),
    )
    .await;
    assert_eq!(injection.attempt(proof).await, Ok(0));
    assert_eq!(
        injection.attempt(insertion("OTHER", OF_A)).await,
        Err(DENIED.into())
    );
}

#[tokio::test]
async fn nobody_adds_in_anothers_name_for_another_company_or_to_its_shipment_r1() {
    let (_world, mut injection, _) = attacker(Role::Admin).await;
    let mine = insertion("OTHER", "null::uuid");
    for (from, to) in [
        (
            "guard.user_id(), 'x'",
            "(select id from users where role = 'VIEWER'), 'x'",
        ),
        (
            "guard.user_id(), 'x'",
            "current_setting('victim.person')::uuid, 'x'",
        ),
        ("guard.company()", "current_setting('victim.company')::uuid"),
    ] {
        let sql: &'static str = mine.replacen(from, to, 1).leak();
        assert_ne!(sql, mine);
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{to}");
    }
    for nothing in ["current_setting('victim.shipment')::uuid", "gen_random_uuid()"] {
        let refused = injection.attempt(insertion("OTHER", nothing)).await;
        assert_eq!(refused, Err(NO_SUCH_ROW.into()), "{nothing}");
    }
}

#[tokio::test]
async fn no_document_is_changed_or_removed_by_anybody_r10() {
    let (_world, mut injection, _) = attacker(Role::Admin).await;
    for sql in [
        "update documents set document_type = 'OTHER'",
        "update documents set content_sealed = 'x'",
        "update documents set uploaded_by = guard.user_id()",
        "delete from documents",
        "truncate documents",
        "merge into documents d using users u on d.uploaded_by = u.id when matched then delete",
        "insert into documents select * from documents on conflict (company_id, id) do update set media_type = 'image/png'",
    ] {
        assert_eq!(injection.attempt(sql).await, Err(DENIED.into()), "{sql}");
    }
}

#[tokio::test]
async fn what_is_for_everybody_is_of_no_shipment_and_a_proof_is_of_one() {
    let (_world, mut injection, _) = attacker(Role::Admin).await;
    for (document_type, of) in [
        ("EMERGENCY_PROCEDURE", OF_A),
        ("SAFETY_DATA_SHEET", OF_A),
        ("PROOF_OF_DELIVERY", "null::uuid"),
    ] {
        let broken = injection.attempt(insertion(document_type, of)).await;
        assert_eq!(broken, Err(BROKEN_CHECK.into()), "{document_type}");
    }
}

#[tokio::test]
async fn no_document_is_added_without_its_event_audit_1() {
    let (_world, mut injection, _) = attacker(Role::Operator).await;
    injection.begin().await;
    sqlx::query(insertion("OTHER", "null::uuid"))
        .execute(&mut injection.connection)
        .await
        .unwrap();
    let unaudited = sqlx::query("commit").execute(&mut injection.connection).await;
    assert_eq!(refusal(&unaudited.unwrap_err()), UNAUDITED);
}

#[tokio::test]
async fn a_company_has_one_key_for_documents_and_gets_no_second_or_other_through_sql_data_2() {
    let (world, mut injection, _) = attacker(Role::Viewer).await;
    let add = "select 1 where guard.add_document_key(gen_random_uuid(), 'x')";
    assert_eq!(injection.attempt(add).await, Ok(0), "it has one");
    behind_the_back(
        &world,
        "update data_keys set state = 'destroyed', wrapped = null, destroyed_at = now() where purpose = 'document'
             and company_id = (select company_id from users where id = $1)",
        injection.actor.user().uuid(),
    )
    .await;
    assert_eq!(
        injection.attempt(add).await,
        Ok(0),
        "it had one, which was destroyed"
    );
    behind_the_back(
        &world,
        "delete from data_keys where purpose = 'document' and company_id =
        (select company_id from users where id = $1)",
        injection.actor.user().uuid(),
    )
    .await;
    assert_eq!(injection.attempt(add).await, Ok(1));
    injection.begin().await;
    sqlx::query(add).execute(&mut injection.connection).await.unwrap();
    let unaudited = sqlx::query("commit").execute(&mut injection.connection).await;
    assert_eq!(refusal(&unaudited.unwrap_err()), UNAUDITED);
}
