//! Shipments against a real database: who sees which, who wins, and what the database itself refuses (DG-3).

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use access::actor::Actor;
use access::ids::{CheckId, CompanyId, ShipmentId, UserId};
use access::permission::{EditShipments, ViewShipments};
use access::policy::{Resource, ResourceKind};
use access::role::Role;
use common::{ADDRESS, PHONE, behind_the_back, event, shipment};
use safeshipper_store::StoreError;
use safeshipper_store::audit::{Changes, Origin};
use safeshipper_store::shipments::{
    Filter, NewCheck, ShipmentRow, ShipmentUpdate, get, last_check, list, mark_ready, record_check, update,
};
use safeshipper_store::tx::WriteTx;
use serde_json::json;
use testkit::{Company, World, now};
use uuid::Uuid;

const NUMBER: &str = "SS-AAAA-AAAA-AAAA";

/// A shipment, and who may edit it.
struct Desk {
    world: World,
    actor: Arc<Actor>,
    id: ShipmentId,
}

impl Desk {
    async fn new() -> Self {
        let world = World::create().await;
        let id = shipment(&world, Company::A, NUMBER).await;
        let actor = world.session(Company::A, Role::Operator).await;
        Self { world, actor, id }
    }

    async fn write(&self) -> WriteTx {
        let grant = self.world.grant::<EditShipments>(&self.actor);
        self.world.store.write(&grant, &Origin::default()).await.unwrap()
    }

    async fn row(&self) -> ShipmentRow {
        let grant = self.world.grant::<ViewShipments>(&self.actor);
        let mut tx = self.world.store.read(&grant).await.unwrap();
        get(&mut tx, &grant, self.id).await.unwrap().unwrap()
    }

    async fn change(&self, old: &ShipmentRow, regimes: &[&str], hash: u8) -> Result<Changes, StoreError> {
        let mut tx = self.write().await;
        let (loaded, own): (Vec<&str>, Vec<&str>) = regimes.iter().partition(|&&regime| regime == "imdg");
        let texts = |regimes: Vec<&str>| regimes.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let (regimes, data_sets) = (texts(own), texts(loaded));
        let new = ShipmentUpdate {
            regimes: &regimes,
            data_sets: &data_sets,
            consignor_name: &old.consignor_name,
            consignor_address: None,
            consignee_name: &old.consignee_name,
            consignee_address: None,
            contact_name: "somebody else",
            contact_phone: None,
            contact_email: None,
            load: &json!({"lines": [], "n": hash}),
            load_hash: &[hash; 32],
        };
        let changes = update(&mut tx, old, &new).await?;
        tx.commit(event("changed", changes.clone()), now()).await.unwrap();
        Ok(changes)
    }

    async fn check(&self, old: &ShipmentRow, is_compatible: bool) -> Result<(), StoreError> {
        let mut tx = self.write().await;
        let check = NewCheck {
            id: CheckId::generate(now()),
            load: &old.load,
            load_hash: &<[u8; 32]>::try_from(old.load_hash.as_slice()).unwrap(),
            is_compatible,
            findings_hash: &[3; 32],
            overridable: None,
            overridden: false,
            verdicts: &json!({"us": "allowed"}),
            results: &json!([]),
            data_set_results: &json!([{"regime": "imdg"}]),
        };
        let changes = record_check(&mut tx, old, &check).await?;
        tx.commit(event("checked", changes), now()).await.map(drop)
    }
}

#[tokio::test]
async fn of_two_who_read_the_same_version_the_second_to_write_is_told() {
    let desk = Desk::new().await;
    let row = desk.row().await;
    desk.change(&row, &["us"], 1).await.unwrap();
    assert!(matches!(
        desk.change(&row, &["us"], 1).await,
        Err(StoreError::Conflict)
    ));
    assert!(matches!(desk.check(&row, true).await, Err(StoreError::Conflict)));
    let mut tx = desk.write().await;
    assert!(matches!(
        mark_ready(&mut tx, &row).await,
        Err(StoreError::Conflict)
    ));
    assert_eq!(desk.row().await.version, 2);
}

#[tokio::test]
async fn a_compatible_check_makes_a_draft_checked_and_then_ready() {
    let desk = Desk::new().await;
    desk.check(&desk.row().await, true).await.unwrap();
    let row = desk.row().await;
    assert_eq!(row.status, "checked");
    let mut tx = desk.write().await;
    let changes = mark_ready(&mut tx, &row).await.unwrap();
    tx.commit(event("ready", changes), now()).await.unwrap();
    let row = desk.row().await;
    assert_eq!(row.status, "ready");

    let grant = desk.world.grant::<ViewShipments>(&desk.actor);
    let mut tx = desk.world.store.read(&grant).await.unwrap();
    let check = last_check(&mut tx, &row, &grant).await.unwrap().unwrap();
    assert!(check.is_compatible);
    assert_eq!(check.checked_by, "operator of alpha");
    assert_eq!(check.data_set_results, json!([{"regime": "imdg"}]));
}

#[tokio::test]
async fn a_changed_load_or_regime_is_a_draft_again_and_a_changed_name_is_not() {
    for (regimes, hash, status) in [
        (&["us"][..], 1, "checked"),
        (&["us"][..], 2, "draft"),
        (&["us", "adr"][..], 1, "draft"),
        (&["us", "imdg"][..], 1, "draft"),
    ] {
        let desk = Desk::new().await;
        desk.check(&desk.row().await, true).await.unwrap();
        desk.change(&desk.row().await, regimes, hash).await.unwrap();
        assert_eq!(desk.row().await.status, status, "{regimes:?} {hash}");
    }
}

#[tokio::test]
async fn an_incompatible_check_makes_a_ready_shipment_a_draft() {
    let desk = Desk::new().await;
    desk.check(&desk.row().await, true).await.unwrap();
    desk.check(&desk.row().await, false).await.unwrap();
    assert_eq!(desk.row().await.status, "draft");
}

#[tokio::test]
async fn the_database_refuses_a_status_past_draft_without_a_compatible_check_of_this_load_and_these_regimes()
{
    let desk = Desk::new().await;
    let mut tx = desk.write().await;
    let unchecked = mark_ready(&mut tx, &desk.row().await).await;
    assert!(matches!(unchecked, Err(StoreError::Refused(rule)) if rule.code() == "23514"));
    drop(tx);

    desk.check(&desk.row().await, true).await.unwrap();
    let pool = desk.world.database.superuser().await;
    for sql in [
        "update shipments set load_hash = sha256('other') where id = $1",
        "update shipments set regimes = '{us,adr}' where id = $1",
        "update shipments set data_sets = '{imdg}' where id = $1",
        "update shipments set data_sets = '{us}' where id = $1",
        "update shipments set regimes = '{adr}', status = 'ready' where id = $1",
        "update shipments set last_check_id = null where id = $1",
    ] {
        let error = sqlx::query(sql)
            .bind(desk.id.uuid())
            .execute(&pool)
            .await
            .unwrap_err();
        assert_eq!(
            error.as_database_error().unwrap().code().unwrap(),
            "23514",
            "{sql}"
        );
    }
    behind_the_back(
        &desk.world,
        "update shipment_checks set is_compatible = false where shipment_id = $1",
        desk.id.uuid(),
    )
    .await;
    let mut tx = desk.write().await;
    let incompatible = mark_ready(&mut tx, &desk.row().await).await;
    assert!(matches!(incompatible, Err(StoreError::Refused(rule)) if rule.code() == "23514"));
}

#[tokio::test]
async fn the_check_of_one_shipment_does_not_clear_another() {
    let desk = Desk::new().await;
    desk.check(&desk.row().await, true).await.unwrap();
    let other = shipment(&desk.world, Company::A, "SS-AAAA-AAAA-AAAB").await;
    let steal = "update shipments set status = 'ready', last_check_id = (select id from shipment_checks) where id = $1";
    let pool = desk.world.database.superuser().await;
    let error = sqlx::query(steal)
        .bind(other.uuid())
        .execute(&pool)
        .await
        .unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "23514");
}

#[tokio::test]
async fn sealed_columns_hold_no_plain_text() {
    let desk = Desk::new().await;
    let rows: Vec<String> =
        sqlx::query_scalar("select t::text from shipments t union all select t::text from users t")
            .fetch_all(&desk.world.database.superuser().await)
            .await
            .unwrap();
    let stored = rows.join("\n").to_lowercase();
    assert!(stored.contains("consignor of alpha"));
    for plain in [PHONE, ADDRESS, "contact@mail.example", "operator@alpha.example"] {
        let hex: String = plain.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(
            !stored.contains(&plain.to_lowercase()) && !stored.contains(&hex),
            "{plain}"
        );
    }
}

/// Two hundred shipments of each company, by and for everybody and nobody.
async fn many(world: &World) -> Vec<Resource> {
    shipment(world, Company::A, NUMBER).await;
    shipment(world, Company::B, NUMBER).await;
    let pool = world.database.superuser().await;
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("set local session_replication_role = replica")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "insert into shipments
         select (jsonb_populate_record(s, jsonb_build_object(
             'id', gen_random_uuid(),
             'tracking_number', 'SS-0000-0000-' || lpad(n::text, 4, '0'),
             'created_by', p.ids[1 + n * 7 % cardinality(p.ids)],
             'assigned_to', case when n % 3 > 0 then p.ids[1 + n * 5 / 3 % cardinality(p.ids)] end))).*
         from shipments s
         join (select company_id, array_agg(id order by id) as ids from users group by 1) p using (company_id),
         generate_series(1, 200) n",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let rows: Vec<(Uuid, Uuid, Uuid, Option<Uuid>)> =
        sqlx::query_as("select company_id, id, created_by, assigned_to from shipments")
            .fetch_all(&pool)
            .await
            .unwrap();
    rows.into_iter()
        .map(|(company, id, created_by, assigned_to)| Resource {
            created_by: Some(UserId::from_uuid(created_by)),
            assigned_to: assigned_to.map(UserId::from_uuid),
            ..Resource::new(ResourceKind::Shipment, id, CompanyId::from_uuid(company))
        })
        .collect()
}

#[tokio::test]
async fn the_list_of_every_role_is_exactly_what_the_policies_permit_it_one_by_one() {
    let world = World::create().await;
    let all = many(&world).await;
    assert_eq!(all.len(), 402);
    let mut sizes = BTreeSet::new();
    for company in [Company::A, Company::B] {
        for role in [
            Role::Viewer,
            Role::Driver,
            Role::Operator,
            Role::Supervisor,
            Role::Manager,
            Role::Admin,
        ] {
            let grant = world.grant::<ViewShipments>(&world.session(company, role).await);
            let permitted: BTreeSet<Uuid> = all
                .iter()
                .filter(|shipment| world.policies.authorize_on(&grant, shipment, now()).is_ok())
                .map(|shipment| shipment.id)
                .collect();
            let mut tx = world.store.read(&grant).await.unwrap();
            let listed = list(&mut tx, &grant, &Filter::default(), 1000).await.unwrap();
            let listed: BTreeSet<Uuid> = listed.into_iter().map(|row| row.id.uuid()).collect();
            assert_eq!(listed, permitted, "{role} of {}", company.slug());
            sizes.insert(listed.len());
        }
    }
    assert!(
        sizes.len() > 2 && !sizes.contains(&0),
        "own, assigned and all differ: {sizes:?}"
    );
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let world = World::create().await;
    many(&world).await;
    let grant = world.grant::<ViewShipments>(&world.session(Company::A, Role::Admin).await);
    let mut tx = world.store.read(&grant).await.unwrap();
    let (mut filter, mut seen) = (Filter::default(), Vec::new());
    loop {
        let page = list(&mut tx, &grant, &filter, 37).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.older_than = Some(last.id);
        seen.extend(page.iter().map(|row| row.id.uuid()));
    }
    let mut expected = seen.clone();
    expected.sort_by(|a, b| b.cmp(a));
    expected.dedup();
    assert_eq!((seen.len(), &seen), (201, &expected));
}
