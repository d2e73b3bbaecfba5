//! Sealing anew against writers and attackers (DATA-3, E3): what the database's own functions take and what not.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod common;

use access::ids::ShipmentId;
use access::role::Role;
use common::{Injection, behind_the_back, refusal, seal, shipment};
use crypto::Rng;
use crypto::field::{DataKey, DataKeyId, FieldContext, Keychain, Purpose, Sealed};
use safeshipper_store::keys::{Batch, Begun, SEALED};
use safeshipper_store::provision::NewKey;
use sqlx::PgPool;
use testkit::database::master_key;
use testkit::{Company, World, now};
use time::Duration;
use uuid::Uuid;

const PLACE: &str = "shipments.contact_phone_sealed";
const COLUMN: &str = "contact_phone_sealed";
const LATER: &str = "+1 555 0100 9999";

/// A rotation of company A's key for contacts, and the new key.
async fn begin(world: &World) -> (Uuid, DataKey) {
    begin_settling(world, Duration::ZERO).await
}

/// The same, where nodes may seal with the key before for so long.
async fn begin_settling(world: &World, settles: Duration) -> (Uuid, DataKey) {
    let company = world.id(Company::A);
    let id = DataKeyId(Uuid::new_v4());
    let key = DataKey::generate(id, company.uuid(), Purpose::Contact, &Rng::system()).unwrap();
    let new = NewKey::wrap(key.clone(), &master_key(), &Rng::system()).unwrap();
    let mut owner = world.database.owner().await;
    let begun = owner.begin_rotation(company, &new, settles, now()).await;
    assert_eq!(begun.unwrap(), Begun::Done);
    (owner.rotations_of(company).await.unwrap()[0].id, key)
}

/// A value as the rotation seals it.
fn anew(world: &World, key: &DataKey, row: ShipmentId) -> Vec<u8> {
    let place = FieldContext {
        table: "shipments",
        column: COLUMN,
        row: row.uuid(),
        company: world.id(Company::A).uuid(),
    };
    let sealed = Keychain::new(key).seal(&place, b"anew", &Rng::system());
    sealed.unwrap().as_bytes().to_vec()
}

async fn stored(pool: &PgPool, row: ShipmentId) -> Vec<u8> {
    let stored = sqlx::query_scalar("select contact_phone_sealed from shipments where id = $1");
    stored.bind(row.uuid()).fetch_one(pool).await.unwrap()
}

/// Stores a value as a writer does who had the key before in memory.
async fn write(pool: &PgPool, row: ShipmentId, sealed: &Sealed) {
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("set local session_replication_role = replica")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update shipments set contact_phone_sealed = $2 where id = $1")
        .bind(row.uuid())
        .bind(sealed.as_bytes())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn reseal(
    pool: &PgPool,
    rotation: Uuid,
    place: &str,
    (row, old, new): (ShipmentId, &[u8], &[u8]),
) -> Result<i32, String> {
    let mut tx = pool.begin().await.unwrap();
    // Its event is what `note_key_rotation` writes.
    sqlx::query("set local session_replication_role = replica")
        .execute(&mut *tx)
        .await
        .unwrap();
    let done = sqlx::query_scalar("select guard.reseal($1, $2, $3, $4, $5)")
        .bind(rotation)
        .bind(place)
        .bind(&[row.uuid()][..])
        .bind(&[old][..])
        .bind(&[new][..])
        .fetch_one(&mut *tx)
        .await
        .map_err(|error| refusal(&error))?;
    tx.commit().await.unwrap();
    Ok(done)
}

#[tokio::test]
async fn a_writer_who_was_quicker_is_never_overwritten_data_3() {
    let world = World::create().await;
    let id = shipment(&world, Company::A, "SS-AAAA-AAAA-AAAA").await;
    let pool = world.database.superuser().await;
    let (rotation, key) = begin(&world).await;
    let read = stored(&pool, id).await;
    let newer = seal(&world, Company::A, id, COLUMN, LATER);
    write(&pool, id, &newer).await;
    let anew = anew(&world, &key, id);
    assert_eq!(reseal(&pool, rotation, PLACE, (id, &read, &anew)).await, Ok(0));
    assert_eq!(stored(&pool, id).await, newer.as_bytes());
    assert_eq!(
        reseal(&pool, rotation, PLACE, (id, newer.as_bytes(), &anew)).await,
        Ok(1)
    );
}

#[tokio::test]
async fn a_row_that_a_writer_holds_is_passed_over_and_found_by_the_next_pass_data_3() {
    let world = World::create().await;
    let id = shipment(&world, Company::A, "SS-AAAA-AAAA-AAAA").await;
    let pool = world.database.superuser().await;
    let (rotation, key) = begin(&world).await;
    let mut held = pool.begin().await.unwrap();
    sqlx::query("set local session_replication_role = replica")
        .execute(&mut *held)
        .await
        .unwrap();
    let newer = seal(&world, Company::A, id, COLUMN, LATER);
    sqlx::query("update shipments set contact_phone_sealed = $2 where id = $1")
        .bind(id.uuid())
        .bind(newer.as_bytes())
        .execute(&mut *held)
        .await
        .unwrap();
    let work = async || {
        let mut rotations = world.store.rotations().await.unwrap();
        let (master, rng) = (master_key(), Rng::system());
        rotations.work(&[], &master, &rng, now()).await.unwrap()
    };
    let nothing = Batch::Worked {
        resealed: 0,
        unreadable: 0,
    };
    // The four columns of the one row, and then the end of a pass that is not the end.
    for _ in 0..4 {
        assert_eq!(work().await, nothing, "it neither waits nor writes");
    }
    assert_eq!(work().await, Batch::Waiting(rotation));
    held.commit().await.unwrap();
    for _ in 0..4 {
        assert!(matches!(work().await, Batch::Worked { resealed: 1, .. }));
    }
    assert_eq!(work().await, Batch::Completed);
    assert_eq!(work().await, Batch::Nothing);
    let sealed = Sealed::from_bytes(stored(&pool, id).await).unwrap();
    let place = FieldContext {
        table: "shipments",
        column: COLUMN,
        row: id.uuid(),
        company: world.id(Company::A).uuid(),
    };
    let opened = Keychain::new(&key).open(&place, &sealed).unwrap();
    assert_eq!(
        opened.as_slice(),
        LATER.as_bytes(),
        "what the writer wrote, under the new key"
    );
}

#[tokio::test]
async fn a_rotation_does_not_end_while_a_node_may_still_seal_with_the_key_before_data_3() {
    let world = World::create().await;
    shipment(&world, Company::A, "SS-AAAA-AAAA-AAAA").await;
    let settles = Duration::minutes(1);
    let (rotation, _) = begin_settling(&world, settles).await;
    let work = async |at| {
        let (master, rng) = (master_key(), Rng::system());
        let mut rotations = world.store.rotations().await.unwrap();
        rotations.work(&[], &master, &rng, at).await.unwrap()
    };
    for _ in 0..4 {
        assert!(matches!(work(now()).await, Batch::Worked { resealed: 1, .. }));
    }
    assert_eq!(
        work(now()).await,
        Batch::Waiting(rotation),
        "nothing is left, and more may come"
    );
    shipment(&world, Company::A, "SS-AAAA-AAAA-AAAB").await;
    let (mut anew, mut passes) = (0, 0);
    loop {
        match work(now() + settles).await {
            Batch::Worked { resealed, .. } => anew += resealed,
            Batch::Waiting(_) => passes += 1,
            ended => break assert_eq!(ended, Batch::Completed),
        }
    }
    assert_eq!(
        (anew, passes),
        (4, 1),
        "what came behind the pass is found by the count"
    );
}

#[tokio::test]
async fn what_the_rotation_has_not_sealed_or_is_another_companys_takes_no_values_place() {
    let world = World::create().await;
    let (ours, theirs) = (
        shipment(&world, Company::A, "SS-AAAA-AAAA-AAAA").await,
        shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await,
    );
    let pool = world.database.superuser().await;
    let (rotation, key) = begin(&world).await;
    let (old, foreign) = (stored(&pool, ours).await, stored(&pool, theirs).await);
    let anew = anew(&world, &key, ours);
    let under_old = seal(&world, Company::A, ours, COLUMN, LATER);
    let mut headless = anew.clone();
    headless[0] = 2;
    const CHECK: &str = "23514";
    for (new, why) in [
        (under_old.as_bytes(), "another key"),
        (&b"+1 555 0100 9999"[..], "plain text"),
        (&anew[..77], "too short"),
        (&headless[..], "another version"),
    ] {
        let refused = reseal(&pool, rotation, PLACE, (ours, &old, new)).await;
        assert_eq!(refused, Err(CHECK.to_owned()), "{why}");
    }
    let absent = reseal(&pool, Uuid::nil(), PLACE, (ours, &old, &anew)).await;
    assert_eq!(absent, Err(CHECK.to_owned()), "no such rotation");
    let nowhere = reseal(&pool, rotation, "users.display_name", (ours, &old, &anew)).await;
    assert_eq!(nowhere, Err("20000".to_owned()), "no such column");
    assert_eq!(
        reseal(&pool, rotation, PLACE, (theirs, &foreign, &anew)).await,
        Ok(0)
    );
    assert_eq!(stored(&pool, theirs).await, foreign);
    assert_eq!(stored(&pool, ours).await, old);
}

/// The catalogue test holds columns against the database's register; this holds the program's against it.
#[tokio::test]
async fn the_program_and_the_database_have_one_register_of_encrypted_columns_data_1() {
    let world = World::create().await;
    let text: String = sqlx::query_scalar("select pg_get_viewdef('guard.sealed_values'::regclass)")
        .fetch_one(&world.database.superuser().await)
        .await
        .unwrap();
    for column in SEALED {
        let (place, purpose) = (column.place(), column.purpose.as_str());
        let arm = text
            .split("UNION ALL")
            .find(|arm| arm.contains(&format!("'{place}'")));
        let arm = arm.unwrap_or_else(|| panic!("{place} is not in the view"));
        assert!(arm.contains(&format!("'{purpose}'")), "{place} is of {purpose}");
    }
    assert_eq!(text.split("UNION ALL").count(), SEALED.len());
}

#[tokio::test]
async fn sql_in_a_request_makes_no_key_active_and_sees_none_below_an_administrator_e3() {
    const BEGIN: &str = "select guard.begin_own_key_rotation('contact', gen_random_uuid(), gen_random_uuid(),
        '\\x00', now(), now())";
    let world = World::create().await;
    let victim = shipment(&world, Company::B, "SS-BBBB-BBBB-BBBB").await;
    for role in [Role::Viewer, Role::Manager] {
        let mut injection = Injection::new(&world, role, victim).await;
        for sql in [
            BEGIN,
            "select guard.own_data_keys()",
            "select guard.own_key_rotations()",
        ] {
            assert_eq!(injection.attempt(sql).await, Err("42501".into()), "{role} {sql}");
        }
    }
    // Nor without a second factor of the last minutes, whoever it is, nor without an event.
    let mut injection = Injection::new(&world, Role::Admin, victim).await;
    assert_eq!(injection.attempt(BEGIN).await, Err("SS002".into()));
    let proved = "update sessions set second_factor_at = now() where company_id = $1";
    behind_the_back(&world, proved, world.id(Company::A).uuid()).await;
    injection.begin().await;
    sqlx::query(BEGIN)
        .execute(&mut injection.connection)
        .await
        .unwrap();
    let unaudited = sqlx::query("commit").execute(&mut injection.connection).await;
    assert_eq!(refusal(&unaudited.unwrap_err()), "23000");
}
