//! What a caller could do to a shipment by insisting: state what nobody asks, carry statements over, take papers
//! for a regime the shipment no longer travels under, or be refused many times at once.

use std::sync::Arc;

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Company, RunningApp};

use crate::samples::{ammonium_nitrate, checked, gasoline, place, shipment};
use crate::shipments::change;

fn conditions(shipment: &Value) -> Vec<String> {
    let conflicts = shipment["check"]["conflicts"].as_array().unwrap().iter();
    conflicts
        .filter_map(|finding| finding["condition"]["id"].as_str())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn what_no_rule_asks_is_not_kept_however_often_it_is_stated() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline(), ammonium_nitrate()])).await;
    for turn in 0..2 {
        let made_up: Vec<String> = (0..1500).map(|n| format!("made-up-{turn}-{n}")).collect();
        let answer = caller
            .post_json(&format!("{}/check", place(&made)), &json!({"confirm": made_up}))
            .await;
        let _ = answer.expect(200);
    }
    let now = caller.get(&place(&made)).await.expect(200).json();
    assert_eq!(now["confirmed"], json!([]));
    let _ = caller.get("/api/v1/shipments").await.expect(200);
}

#[tokio::test]
async fn what_was_stated_of_a_load_is_not_stated_of_a_changed_one() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline(), ammonium_nitrate()])).await;
    let check = format!("{}/check", place(&made));
    let _ = caller.post_json(&check, &json!({})).await.expect(200);
    let asked = conditions(&caller.get(&place(&made)).await.json());
    assert!(!asked.is_empty());
    let _ = caller
        .post_json(&check, &json!({"confirm": asked}))
        .await
        .expect(200);
    let before = caller.get(&place(&made)).await.json();
    assert_eq!(before["status"], "checked");
    let heavier = change(&before, |body| {
        body["lines"][0]["quantity"]["value"] = json!("999");
        body["confirm"] = json!(asked);
    });
    let _ = caller.put_json(&place(&made), &heavier).await.expect(204);
    let now = caller.get(&place(&made)).await.json();
    assert_eq!((&now["status"], &now["confirmed"]), (&json!("draft"), &json!([])));
}

#[tokio::test]
async fn papers_are_for_the_regimes_the_shipment_travels_under_now() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = checked(&caller).await;
    let read = caller.get(&place(&made)).await.json();
    let only_us = change(&read, |body| body["regimes"] = json!(["us"]));
    let _ = caller.put_json(&place(&made), &only_us).await.expect(204);
    let now = caller.get(&place(&made)).await.json();
    assert_eq!(
        (&now["status"], &now["check"]["outdated"]),
        (&json!("draft"), &json!(true))
    );
    for which in crate::shipments::PAPERS {
        let _ = caller.get(&format!("{}/{which}", place(&made))).await.expect(409);
    }
}

#[tokio::test]
async fn many_refusals_at_once_are_all_refusals_and_stall_nobody() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&operator, json!([gasoline()])).await;
    let viewer = Arc::new(app.caller(Company::A, Role::Viewer).await);
    let path = place(&made);
    // More than there are connections: a request that waited for a second one would wait for itself.
    let asked: Vec<_> = (0..40)
        .map(|_| {
            let (viewer, path) = (viewer.clone(), path.clone());
            tokio::spawn(async move { viewer.get(&path).await.status })
        })
        .collect();
    for answer in asked {
        assert_eq!(answer.await.unwrap(), 403);
    }
    let _ = operator.get(&path).await.expect(200);
}
