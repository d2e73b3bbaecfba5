//! Shipments that travel under data sets their company loads itself (DG-1, DG-3): what forbids or is not there
//! keeps them from leaving, and taking a data set away never clears a load.

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Caller, Company, RunningApp};

use crate::contract::hold_at;
use crate::samples::{bundle, data_set, draft, gasoline, place, public_key, shipment};
use crate::shipments::change;

/// A company with the sample in force, and who works with it.
struct Desk {
    app: RunningApp,
    admin: Caller,
    operator: Caller,
}

impl Desk {
    async fn new() -> Self {
        let app = RunningApp::start().await;
        let admin = app.caller(Company::A, Role::Admin).await;
        let operator = app.caller(Company::A, Role::Operator).await;
        let key = json!({"key": public_key()});
        let _ = admin.post_json("/api/v1/data-set-keys", &key).await.expect(201);
        let desk = Self { app, admin, operator };
        desk.load(&data_set(Company::A)).await;
        desk
    }

    async fn load(&self, data_set: &str) {
        let request = self
            .admin
            .request("PUT".parse().unwrap(), "/api/v1/data-sets/imdg");
        let request = request.json(&json!({"bundle": bundle(data_set)}));
        let _ = self.admin.send(request).await.expect(204);
    }

    async fn withdraw(&self) {
        let _ = self.admin.delete("/api/v1/data-sets/imdg").await.expect(204);
    }

    async fn check(&self, made: &Value, confirm: &[&str]) -> bool {
        let path = format!("{}/check", place(made));
        let answer = self.operator.post_json(&path, &json!({"confirm": confirm})).await;
        answer.expect(200).json()["is_compatible"].as_bool().unwrap()
    }

    async fn ready(&self, made: &Value) -> u16 {
        self.operator.post(&format!("{}/ready", place(made))).await.status
    }

    async fn read(&self, made: &Value) -> Value {
        let answer = self.operator.get(&place(made)).await;
        hold_at("GET", "/api/v1/shipments/{id}", &answer);
        answer.expect(200).json()
    }
}

/// A line of these goods.
fn line(goods: &str) -> Value {
    let mut line = gasoline();
    line["goods"] = json!(goods);
    line
}

#[tokio::test]
async fn a_new_shipment_asks_for_every_data_set_in_force_and_its_answer_stands_in_the_check() {
    let desk = Desk::new().await;
    let made = shipment(&desk.operator, json!([gasoline()])).await;
    assert_eq!(made["data_sets"], json!(["imdg"]));
    assert!(desk.check(&made, &[]).await);
    let now = desk.read(&made).await;
    let result = &now["check"]["data_sets"][0];
    assert_eq!(
        (&result["regime"], &result["checked"], &result["verdict"]),
        (&json!("imdg"), &json!(true), &json!("permitted"))
    );
    assert_eq!(result["load_hash"], now["load_hash"]);
    assert_eq!(desk.ready(&made).await, 204);

    let list = desk.operator.get("/api/v1/shipments").await.expect(200).json();
    assert_eq!(list["shipments"][0]["verdicts"]["imdg"], "permitted");
}

#[tokio::test]
async fn what_a_data_set_prohibits_is_never_ready_though_us_and_adr_permit_it() {
    let desk = Desk::new().await;
    let strict = data_set(Company::A).replace("3,X,1,-,2,-,*,-", "3,X,1,X,2,-,*,-");
    desk.load(&strict).await;
    let made = shipment(&desk.operator, json!([gasoline(), gasoline()])).await;
    assert!(!desk.check(&made, &[]).await);
    let now = desk.read(&made).await;
    assert_eq!(now["status"], "draft");
    for result in now["check"]["results"].as_array().unwrap() {
        assert_eq!(result["is_compatible"], true);
    }
    assert_eq!(now["check"]["data_sets"][0]["verdict"], "prohibited");
    assert_eq!(
        (&now["check"]["verdict"], &now["check"]["is_compatible"]),
        (&json!("prohibited"), &json!(false))
    );
    assert_eq!(desk.ready(&made).await, 409);
    let paper = desk
        .operator
        .get(&format!("{}/us-shipping-paper.json", place(&made)))
        .await;
    assert_eq!(paper.status, 409);
}

#[tokio::test]
async fn a_data_set_that_is_taken_away_leaves_a_checked_shipment_unchecked_and_never_clears_it() {
    let desk = Desk::new().await;
    let made = shipment(&desk.operator, json!([gasoline()])).await;
    assert!(desk.check(&made, &[]).await);
    desk.withdraw().await;
    assert_eq!(desk.read(&made).await["check"]["outdated"], true);
    assert_eq!(desk.ready(&made).await, 409, "the check rests on what is gone");
    let paper = desk
        .operator
        .get(&format!("{}/us-shipping-paper.json", place(&made)))
        .await;
    assert_eq!(paper.status, 409);

    assert!(!desk.check(&made, &[]).await, "not checked is not compatible");
    let now = desk.read(&made).await;
    assert_eq!(
        (
            &now["status"],
            &now["check"]["outdated"],
            &now["check"]["data_sets"][0]["checked"]
        ),
        (&json!("draft"), &json!(false), &json!(false))
    );
    // A change that says nothing of data sets drops none.
    let body = change(&now, |_| {});
    assert_eq!(desk.operator.put_json(&place(&made), &body).await.status, 204);
    assert_eq!(desk.read(&made).await["data_sets"], json!(["imdg"]));
    assert!(!desk.check(&made, &[]).await);

    // Loaded again it answers again.
    desk.load(&data_set(Company::A)).await;
    assert_eq!(desk.read(&made).await["check"]["outdated"], true);
    assert!(desk.check(&made, &[]).await);
    assert_eq!(desk.ready(&made).await, 204);
}

#[tokio::test]
async fn another_edition_a_key_that_is_withdrawn_and_an_expired_data_set_outdate_the_check() {
    for what in ["edition", "key", "expiry"] {
        let desk = Desk::new().await;
        let made = shipment(&desk.operator, json!([gasoline()])).await;
        assert!(desk.check(&made, &[]).await);
        match what {
            "edition" => {
                desk.load(&data_set(Company::A).replace("rules 7", "rules 8"))
                    .await
            }
            "key" => {
                let _ = desk
                    .admin
                    .delete("/api/v1/data-set-keys/publisher")
                    .await
                    .expect(204);
            }
            _ => {
                let short = data_set(Company::A).replace("2027-12-31", &testkit::now().date().to_string());
                desk.load(&short).await;
                assert!(desk.check(&made, &[]).await);
                desk.app.turn_clock(time::Duration::days(1));
                let operator = desk.app.tokens(Company::A, Role::Operator).await;
                let operator = desk.app.bearer(&operator.access);
                let now = operator.get(&place(&made)).await.expect(200).json();
                assert_eq!(now["check"]["outdated"], true);
                continue;
            }
        }
        assert_eq!(desk.read(&made).await["check"]["outdated"], true, "{what}");
        assert_eq!(desk.ready(&made).await, 409, "{what}");
    }
}

#[tokio::test]
async fn what_is_asked_for_can_be_said_and_a_change_of_it_is_a_draft_again() {
    let desk = Desk::new().await;
    let mut without = draft(json!([gasoline()]));
    without["data_sets"] = json!([]);
    let created = desk
        .operator
        .post_json("/api/v1/shipments", &without)
        .await
        .expect(201)
        .json();
    let place = format!("/api/v1/shipments/{}", created["id"].as_str().unwrap());
    let made = desk.operator.get(&place).await.expect(200).json();
    assert_eq!(made["data_sets"], json!([]));
    assert!(desk.check(&made, &[]).await);
    assert_eq!(desk.read(&made).await["status"], "checked");

    let body = change(&desk.read(&made).await, |body| {
        body["data_sets"] = json!(["iata", "imdg", "imdg"])
    });
    assert_eq!(desk.operator.put_json(&place, &body).await.status, 204);
    let now = desk.read(&made).await;
    assert_eq!(
        (&now["status"], &now["data_sets"]),
        (&json!("draft"), &json!(["imdg", "iata"]))
    );
    assert!(!desk.check(&made, &[]).await, "no data set of IATA is loaded");
    let verdicts: Vec<Value> = desk.read(&made).await["check"]["data_sets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| json!([result["regime"], result["checked"]]))
        .collect();
    assert_eq!(json!(verdicts), json!([["imdg", true], ["iata", false]]));
    let trail = desk
        .admin
        .get("/api/v1/audit-events?event_type=UPDATE")
        .await
        .expect(200)
        .json();
    let changed = trail["events"].as_array().unwrap().iter().find_map(|event| {
        let changes = &event["changed_fields"]["data_sets"];
        (!changes.is_null()).then(|| changes["new"].clone())
    });
    assert_eq!(changed, Some(json!(["imdg", "iata"])));
    let mut wrong = draft(json!([gasoline()]));
    wrong["data_sets"] = json!(["us"]);
    assert_eq!(
        desk.operator.post_json("/api/v1/shipments", &wrong).await.status,
        422
    );
}

#[tokio::test]
async fn a_condition_and_a_row_of_a_data_set_are_kept_with_the_shipment() {
    let desk = Desk::new().await;
    let mut bleach = line("UN2211");
    bleach["quantity"] = json!({"value": "5", "unit": "kg"});
    let made = shipment(&desk.operator, json!([bleach, gasoline()])).await;
    assert!(!desk.check(&made, &[]).await);
    let now = desk.read(&made).await;
    let ids: Vec<String> = now["check"]["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["condition"]["id"].as_str().map(str::to_owned))
        .collect();
    assert!(ids.iter().any(|id| id.starts_with("imdg:")), "{ids:?}");
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert!(desk.check(&made, &ids).await);
    assert_eq!(desk.ready(&made).await, 204);

    let mut cans = line("UN1950");
    cans["quantity"] = json!({"value": "5", "unit": "kg"});
    cans["data_set_rows"] = json!(["imdg:UN1950:9"]);
    let made = shipment(&desk.operator, json!([cans])).await;
    assert_eq!(made["lines"][0]["data_set_rows"], json!(["imdg:UN1950:9"]));
    desk.check(&made, &[]).await;
    let now = desk.read(&made).await;
    assert_eq!(now["check"]["data_sets"][0]["lines"][0]["row"], "imdg:UN1950:9");
}

#[tokio::test]
async fn a_row_of_other_goods_is_refused_by_name() {
    let desk = Desk::new().await;
    let body = json!({
        "regimes": [], "data_sets": ["imdg"],
        "lines": [{"goods": "UN1942", "data_set_rows": ["imdg:UN1203"]}],
    });
    let path = "/api/v1/dangerous-goods/compatibility-checks";
    let answer = desk.operator.post_json(path, &body).await.expect(200).json();
    assert_eq!(answer["verdict"], "not_cleared");
    assert_eq!(
        answer["conflicts"][0]["sentence"],
        "the row `imdg:UN1203` is not a row of UN1942"
    );
    for rows in [
        json!(["imdg:a", "imdg:b"]),
        json!(["us:UN1203"]),
        json!({"imdg": "imdg:a"}),
    ] {
        let body = json!({"lines": [{"goods": "UN1942", "data_set_rows": rows}]});
        assert_eq!(desk.operator.post_json(path, &body).await.status, 422, "{body}");
    }
}

#[tokio::test]
async fn a_split_is_judged_by_the_data_sets_and_passes_nowhere_without_one_that_is_asked_for() {
    let desk = Desk::new().await;
    let path = "/api/v1/dangerous-goods/load-splits";
    let strict = data_set(Company::A).replace("3,X,1,-,2,-,*,-", "3,X,1,X,2,-,*,-");
    desk.load(&strict).await;
    let body = |data_sets: Value| json!({"data_sets": data_sets, "travel": "apart", "lines": [{"goods": "UN1203"}, {"goods": "UN1203"}]});
    let split = async |data_sets: Value| {
        let answer = desk.operator.post_json(path, &body(data_sets)).await;
        hold_at("POST", path, &answer);
        answer.expect(200).json()
    };
    assert_eq!(split(json!([])).await["answer"], "not_needed");
    let apart = split(json!(["imdg"])).await;
    assert_eq!(apart["answer"], "proposed");
    assert_eq!(apart["vehicles"].as_array().unwrap().len(), 2);
    assert_eq!(apart["separations"][0]["regime"], "imdg");
    assert_eq!(apart["data_sets"][0]["is_compatible"], true);
    let none = split(json!(["imdg", "iata"])).await;
    assert_eq!(none["answer"], "no_split_helps");
    assert_eq!(none["reasons"][0]["regime"], "iata");
    assert_eq!(none["reasons"][0]["finding"]["rule"], "not checked");
}
