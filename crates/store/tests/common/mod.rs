//! What several of these tests need: shipments to attack and a caller who has SQL.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    reason = "each test binary uses its part"
)]

use std::sync::Arc;

use access::actor::Actor;
use access::grant::Grant;
use access::ids::ShipmentId;
use access::permission::CreateShipments;
use access::role::Role;
use crypto::Rng;
use crypto::field::{FieldContext, Keychain, Purpose, Sealed};
use safeshipper_store::audit::{Changes, Event, EventType, Origin, Outcome, Severity};
use safeshipper_store::shipments::{NewShipment, insert};
use serde_json::{Value, json};
use sqlx::PgConnection;
use testkit::{Company, World, now};

/// The plain values of the sealed columns.
pub const PHONE: &str = "+1 555 0100 4711";
pub const ADDRESS: &str = "12 Harbour Road, Springfield";

/// An event about a shipment.
pub fn event(what: &str, changes: Changes) -> Event {
    Event {
        event_type: EventType::Update,
        severity: Severity::Medium,
        outcome: Outcome::Success,
        resource_type: "shipment",
        resource_id: None,
        resource_name: "a shipment".to_owned(),
        description: what.to_owned(),
        changes,
        additional: json!({}),
    }
}

/// Seals a value for a column of a shipment.
pub fn seal(world: &World, company: Company, id: ShipmentId, column: &str, value: &str) -> Sealed {
    let place = FieldContext {
        table: "shipments",
        column,
        row: id.uuid(),
        company: world.id(company).uuid(),
    };
    Keychain::new(world.key(company, Purpose::Contact))
        .seal(&place, value.as_bytes(), &Rng::system())
        .expect("seals")
}

/// A draft of the company's operator, through the store.
pub async fn shipment(world: &World, company: Company, tracking_number: &str) -> ShipmentId {
    let actor = world.session(company, Role::Operator).await;
    let grant: Grant<CreateShipments> = world.grant(&actor);
    shipment_by(world, company, &grant, tracking_number).await
}

/// A draft of whoever holds the grant.
pub async fn shipment_by(
    world: &World,
    company: Company,
    grant: &Grant<CreateShipments>,
    tracking_number: &str,
) -> ShipmentId {
    let id = ShipmentId::generate(now());
    let load: Value = json!({"lines": []});
    let address = |column| seal(world, company, id, column, ADDRESS);
    let mut tx = world.store.write(grant, &Origin::default()).await.expect("opens");
    let new = NewShipment {
        id,
        tracking_number,
        regimes: &["us".to_owned()],
        data_sets: &[],
        consignor_name: &format!("consignor of {}", company.slug()),
        consignor_address: &address("consignor_address_sealed"),
        consignee_name: "consignee",
        consignee_address: &address("consignee_address_sealed"),
        contact_name: "contact",
        contact_phone: &seal(world, company, id, "contact_phone_sealed", PHONE),
        contact_email: &seal(world, company, id, "contact_email_sealed", "contact@mail.example"),
        load: &load,
        load_hash: &[1; 32],
    };
    insert(&mut tx, &new).await.expect("inserts");
    tx.commit(event("shipment created", Changes::default()), now())
        .await
        .expect("commits");
    id
}

/// A caller of the application who has found a way to run SQL of their own, in a live context.
pub struct Injection {
    pub connection: PgConnection,
    pub actor: Arc<Actor>,
    /// For the statements: `victim('company')` and so on, as `current_setting('victim.company')::uuid`.
    victim: [(&'static str, String); 3],
}

impl Injection {
    /// As somebody of company A, against the shipment given of company B.
    pub async fn new(world: &World, role: Role, shipment: ShipmentId) -> Self {
        Self {
            connection: world.database.as_app().await,
            actor: world.session(Company::A, role).await,
            victim: [
                ("victim.company", world.id(Company::B).uuid().to_string()),
                (
                    "victim.person",
                    world.user(Company::B, Role::Operator).uuid().to_string(),
                ),
                ("victim.shipment", shipment.uuid().to_string()),
            ],
        }
    }

    /// Begins a transaction in the actor's context, as the store does.
    pub async fn begin(&mut self) {
        begin(&mut self.connection).await;
        enter(&mut self.connection, &self.actor).await.expect("enters");
        for (name, value) in &self.victim {
            set(&mut self.connection, name, value).await;
        }
    }

    /// Runs one statement in a transaction of its own and takes it back. Rows touched or returned, or the SQLSTATE
    /// of the refusal, whose text must say nothing of the other company.
    pub async fn attempt(&mut self, sql: &'static str) -> Result<usize, String> {
        self.begin().await;
        let done = sqlx::query(sql).fetch_all(&mut self.connection).await;
        rollback(&mut self.connection).await;
        done.map(|rows| rows.len()).map_err(|error| refusal(&error))
    }
}

/// The SQLSTATE of a refusal; neither message nor detail may quote company B.
pub fn refusal(error: &sqlx::Error) -> String {
    let text = format!("{error} {error:?}");
    assert!(
        !text.contains("bravo") && !text.contains("SS-BBBB"),
        "quotes the other company: {text}"
    );
    let database = error
        .as_database_error()
        .unwrap_or_else(|| panic!("not a refusal: {text}"));
    database.code().expect("a SQLSTATE").into_owned()
}

pub async fn enter(connection: &mut PgConnection, actor: &Actor) -> Result<(), sqlx::Error> {
    sqlx::query("select guard.enter($1)")
        .bind(actor.handle_hash())
        .execute(connection)
        .await
        .map(drop)
}

/// Sets a setting for this transaction.
pub async fn set(connection: &mut PgConnection, name: &str, value: &str) {
    sqlx::query("select set_config($1, $2, true)")
        .bind(name)
        .bind(value)
        .execute(connection)
        .await
        .expect("anybody may set it");
}

pub async fn begin(connection: &mut PgConnection) {
    sqlx::query("begin").execute(connection).await.expect("begins");
}

pub async fn rollback(connection: &mut PgConnection) {
    sqlx::query("rollback")
        .execute(connection)
        .await
        .expect("rolls back");
}

/// Changes what the triggers would not let pass, as only a superuser can.
pub async fn behind_the_back(world: &World, sql: &'static str, id: uuid::Uuid) {
    let pool = world.database.superuser().await;
    let mut tx = pool.begin().await.expect("begins");
    sqlx::query("set local session_replication_role = replica")
        .execute(&mut *tx)
        .await
        .expect("a superuser may");
    let done = sqlx::query(sql)
        .bind(id)
        .execute(&mut *tx)
        .await
        .expect("changes");
    assert!(done.rows_affected() > 0, "changed nothing: {sql}");
    tx.commit().await.expect("commits");
}
