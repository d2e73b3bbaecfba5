//! A killed server keeps what it acknowledged, each with its event, and nothing without one (A7, AUDIT-1).

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::program::{Client, Program, directory, postgres_below};

const SENDERS: usize = 8;
/// Acknowledged before the kill: enough that every sender is in full swing.
const BURST: usize = 60;

fn draft() -> Value {
    let party = json!({"name": "Works", "street": "1 Road", "postcode": "12345", "city": "Town", "country": "Netherlands"});
    json!({
        "consignor": party,
        "consignee": party,
        "contact": {"name": "Desk", "phone": "+31 10 555 0100", "email": "desk@works.example"},
        "lines": [{"goods": "UN1203"}],
    })
}

async fn demo(data: &Path) -> Program {
    Program::start(&["demo", "--data-dir", data.join("data").to_str().unwrap()], data).await
}

async fn sign_in(program: &Program, data: &Path) -> Client {
    let password = std::fs::read_to_string(data.join("data/keys/demo")).unwrap();
    Client::sign_in(program, "admin@northwind.example", password.trim()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_kill_9_in_a_burst_every_acknowledged_shipment_is_there_with_its_event_and_none_without() {
    let directory = directory();
    let data = directory.path();
    let mut program = demo(data).await;
    let client = sign_in(&program, data).await;

    let count = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..SENDERS {
        let (client, count) = (client.clone(), count.clone());
        senders.spawn(async move {
            let mut acknowledged = Vec::new();
            // Until no answer comes any more.
            while let Some((status, body)) = client.post("/api/v1/shipments", &draft()).await {
                assert_eq!(status, 201, "{body}");
                acknowledged.push(body["id"].as_str().unwrap().to_owned());
                count.fetch_add(1, Ordering::SeqCst);
            }
            acknowledged
        });
    }
    while count.load(Ordering::SeqCst) < BURST {
        assert_eq!(
            senders.try_join_next().map(|ended| ended.is_ok()),
            None,
            "a sender ended before the kill"
        );
        tokio::task::yield_now().await;
    }
    program.kill();
    let acknowledged: BTreeSet<String> = senders.join_all().await.into_iter().flatten().collect();
    assert!(acknowledged.len() >= BURST);

    let program = demo(data).await;
    let client = sign_in(&program, data).await;
    let stored = ids(&client.all("/api/v1/shipments", "shipments").await);
    let lost: Vec<&String> = acknowledged.difference(&stored).collect();
    assert_eq!(lost, Vec::<&String>::new(), "acknowledged and lost");
    // At most the one request that each sender had under way was stored without being acknowledged.
    assert!(
        stored.len() <= acknowledged.len() + SENDERS,
        "{} of {}",
        stored.len(),
        acknowledged.len()
    );

    let events = client
        .all("/api/v1/audit-events?event_type=CREATE", "events")
        .await;
    let recorded: Vec<String> = events
        .iter()
        .filter(|event| event["resource_type"] == "shipment")
        .map(|event| format!("shp_{}", event["resource_id"].as_str().unwrap().replace('-', "")))
        .collect();
    assert_eq!(recorded.len(), stored.len(), "one event each");
    assert_eq!(
        recorded.into_iter().collect::<BTreeSet<_>>(),
        stored,
        "events and shipments are of one another"
    );

    // And the server works as before.
    let (status, _) = client.post("/api/v1/shipments", &draft()).await.unwrap();
    assert_eq!(status, 201);
    let tables = postgres_below(data);
    assert!(
        !tables.is_empty(),
        "the private database was not found among the processes"
    );
    assert!(program.interrupt().success());
    assert_eq!(
        postgres_below(data),
        Vec::<String>::new(),
        "no database is left behind"
    );
}

fn ids(shipments: &[Value]) -> BTreeSet<String> {
    shipments
        .iter()
        .map(|shipment| shipment["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_stop_by_ctrl_c_is_clean_and_a_second_start_goes_on_with_the_same_people_and_data() {
    let directory = directory();
    let data = directory.path();
    let program = demo(data).await;
    let client = sign_in(&program, data).await;
    let (_, made) = client.post("/api/v1/shipments", &draft()).await.unwrap();
    let me = client.get("/api/v1/me").await;
    assert!(program.interrupt().success());
    assert_eq!(postgres_below(data), Vec::<String>::new());

    let program = demo(data).await;
    let client = sign_in(&program, data).await;
    assert_eq!(
        client.get("/api/v1/me").await["user_id"],
        me["user_id"],
        "nobody is made twice"
    );
    let shipment = client
        .get(&format!("/api/v1/shipments/{}", made["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        shipment["contact"]["phone"], "+31 10 555 0100",
        "the keys are the same"
    );
    let log = program.log();
    assert!(!log.contains("panicked"), "{log}");
    assert!(program.interrupt().success());
    assert_eq!(postgres_below(data), Vec::<String>::new());
}
