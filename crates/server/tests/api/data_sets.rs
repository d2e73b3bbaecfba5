//! Data sets that a company loads itself (DG-1): what is signed, whole and the company's own is used; anything
//! else is refused with every reason, and nothing changes.

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};

use crate::contract::hold_at;
use crate::samples::{bundle, data_set, public_key};

const KEYS: &str = "/api/v1/data-set-keys";
const IMDG: &str = "/api/v1/data-sets/imdg";
const CHECKS: &str = "/api/v1/dangerous-goods/compatibility-checks";

async fn trust(admin: &Caller) {
    done(admin.post_json(KEYS, &json!({"key": public_key()})).await, 201);
}

fn done(answer: Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
}

async fn put(admin: &Caller, path: &str, bundle: &str) -> Answer {
    let request = admin.request("PUT".parse().unwrap(), path);
    let answer = admin.send(request.json(&json!({"bundle": bundle}))).await;
    hold_at("PUT", "/api/v1/data-sets/{regime}", &answer);
    answer
}

/// The answers of the regimes that the company loads itself, and the whole.
async fn check(caller: &Caller, goods: &[&str], confirm: &[&str]) -> Value {
    let lines: Vec<Value> = goods.iter().map(|goods| json!({"goods": goods})).collect();
    let body = json!({"regimes": [], "data_sets": ["imdg"], "lines": lines, "confirm": confirm});
    let answer = caller.post_json(CHECKS, &body).await.expect(200);
    hold_at("POST", CHECKS, &answer);
    answer.json()
}

/// Why a bundle was refused.
fn reasons(answer: &Answer) -> Vec<String> {
    let document = answer.json();
    let errors = document["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| error["detail"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_regime_is_not_checked_until_its_data_set_is_loaded_and_again_once_it_is_withdrawn() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let answer = check(&operator, &["UN1203"], &[]).await;
    assert_eq!(answer["data_sets"][0]["checked"], false);
    assert_eq!(
        (&answer["verdict"], &answer["is_compatible"]),
        (&json!("not_cleared"), &json!(false))
    );

    trust(&admin).await;
    done(put(&admin, IMDG, &bundle(&data_set(Company::A))).await, 204);
    let answer = check(&operator, &["UN1203"], &[]).await;
    assert_eq!(
        (&answer["verdict"], &answer["is_compatible"]),
        (&json!("permitted"), &json!(true))
    );
    let document = admin.get(IMDG).await.expect(200).json();
    assert_eq!(document["edition"], "Exampleland sea rules 7");
    assert_eq!(document["hash"], answer["data_sets"][0]["edition_hash"]);

    // Another company has none of it.
    let stranger = app.caller(Company::B, Role::Admin).await;
    assert_eq!(stranger.get(IMDG).await.status, 404);
    assert_eq!(
        check(&stranger, &["UN1203"], &[]).await["data_sets"][0]["checked"],
        false
    );

    done(admin.delete(IMDG).await, 204);
    assert_eq!(
        check(&operator, &["UN1203"], &[]).await["data_sets"][0]["checked"],
        false
    );
    assert_eq!(admin.delete(IMDG).await.status, 404);
}

#[tokio::test]
async fn a_key_that_is_trusted_no_longer_takes_its_data_sets_along() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    trust(&admin).await;
    done(put(&admin, IMDG, &bundle(&data_set(Company::A))).await, 204);
    assert_eq!(check(&admin, &["UN1203"], &[]).await["is_compatible"], true);
    done(admin.delete(&format!("{KEYS}/publisher")).await, 204);
    assert_eq!(
        check(&admin, &["UN1203"], &[]).await["data_sets"][0]["checked"],
        false
    );
    assert_eq!(admin.get(IMDG).await.json()["is_trusted"], false);
    assert_eq!(admin.get(KEYS).await.json(), json!({"keys": []}));
}

#[tokio::test]
async fn a_condition_of_a_data_set_is_confirmed_in_the_name_of_who_does_it() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    trust(&admin).await;
    done(put(&admin, IMDG, &bundle(&data_set(Company::A))).await, 204);
    let goods = ["UN2211", "UN1203"];
    let open = check(&admin, &goods, &[]).await;
    assert_eq!(open["verdict"], "conditional");
    let condition = open["conflicts"][0]["condition"]["id"].as_str().unwrap();
    let mark = app.mark().await;
    let done = check(&admin, &goods, &[condition, "whatever"]).await;
    assert_eq!(done["is_compatible"], true);
    assert_eq!(app.since(&mark).await.len(), 1);
}

#[tokio::test]
async fn a_bundle_that_is_refused_tells_every_reason_and_changes_nothing() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let good = data_set(Company::A);
    let untrusted = put(&admin, IMDG, &bundle(&good)).await.expect(422);
    assert_eq!(
        reasons(&untrusted),
        ["no trusted key has signed the text; it names `publisher`"]
    );
    trust(&admin).await;
    done(put(&admin, IMDG, &bundle(&good)).await, 204);

    let before = (app.rows().await, admin.get(IMDG).await.json());
    let changed = bundle(&good).replace("X,prohibited", "X,permitted");
    let malformed = good
        .replace("UN1203,", "UN12O3,")
        .replace("6.1,X,-,-,1", "6.1,X,-,2,1");
    for (path, sent, expected) in [
        (IMDG, good.clone(), vec!["not a signed text"]),
        (IMDG, changed, vec!["the signature of `publisher` does not hold"]),
        (
            IMDG,
            bundle(&data_set(Company::B)),
            vec!["the data set is made out to `"],
        ),
        (
            IMDG,
            bundle(&malformed),
            vec![
                "line 32: the cell `6.1` × `3` says `2`",
                "line 81: `UN12O3` is not an identification number",
            ],
        ),
        (
            "/api/v1/data-sets/adg",
            bundle(&good),
            vec!["the data set is of `imdg`, not of `adg`"],
        ),
        (IMDG, String::new(), vec!["not a signed text"]),
        (
            IMDG,
            "x".repeat(4_300_000),
            vec!["a bundle of 4300000 bytes is over the limit"],
        ),
    ] {
        let answer = put(&admin, path, &sent).await.expect(422);
        let reasons = reasons(&answer);
        assert_eq!(reasons.len(), expected.len(), "{reasons:?}");
        for (reason, expected) in reasons.iter().zip(&expected) {
            assert!(reason.starts_with(expected), "{reason}");
        }
        assert!(answer.json()["errors"][0]["pointer"] == "/bundle");
    }
    done(put(&admin, IMDG, &"x".repeat(9_000_000)).await, 413);
    for path in [
        "/api/v1/data-sets/us",
        "/api/v1/data-sets/IMDG",
        "/api/v1/data-sets/%00",
    ] {
        done(put(&admin, path, &bundle(&good)).await, 404);
    }
    assert_eq!(
        (app.rows().await, admin.get(IMDG).await.json()),
        before,
        "nothing changed"
    );
}

#[tokio::test]
async fn a_new_edition_takes_the_place_of_the_old_one_and_the_trail_tells_both() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    trust(&admin).await;
    done(put(&admin, IMDG, &bundle(&data_set(Company::A))).await, 204);
    let next = data_set(Company::A)
        .replace("sea rules 7", "sea rules 8")
        .replace("3,X,1,-,2,-,*,-", "3,X,1,X,2,-,*,-");
    assert_eq!(
        check(&admin, &["UN1203", "UN1203"], &[]).await["verdict"],
        "permitted"
    );
    done(put(&admin, IMDG, &bundle(&next)).await, 204);
    let answer = check(&admin, &["UN1203", "UN1203"], &[]).await;
    assert_eq!(answer["verdict"], "prohibited");
    assert!(
        answer["conflicts"][0]["edition"]
            .as_str()
            .unwrap()
            .starts_with("Exampleland sea rules 8")
    );
    let trail = admin
        .get("/api/v1/audit-events?event_type=IMPORT")
        .await
        .expect(200)
        .json();
    let changes = &trail["events"][0]["changed_fields"];
    assert_eq!(changes["edition"]["old"], "Exampleland sea rules 7", "{trail}");
    assert_eq!(changes["edition"]["new"], "Exampleland sea rules 8");
}

#[tokio::test]
async fn a_key_is_trusted_once_and_a_private_key_is_refused_and_never_repeated() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    trust(&admin).await;
    let again = admin.post_json(KEYS, &json!({"key": public_key()})).await;
    hold_at("POST", KEYS, &again);
    assert_eq!(again.status, 409);
    let private = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    for key in [private, "", "publisher", "publisher+00000000+AAAA"] {
        let refused = admin.post_json(KEYS, &json!({"key": key})).await;
        hold_at("POST", KEYS, &refused);
        assert_eq!(refused.status, 422, "{key}");
        assert!(!refused.text().contains("AYEKFALVFGyNhPJEMzD1QIDr"));
    }
    let keys = admin.get(KEYS).await.expect(200).json();
    assert_eq!(keys["keys"][0]["key"], json!(public_key()));
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
}
