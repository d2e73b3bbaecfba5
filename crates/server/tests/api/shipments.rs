//! A shipment's story over the API (DG-2 to DG-4): check, confirm, ready, papers, changes, and who sees it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use access::role::Role;
use crypto::token::{DocumentType, SignatureRefusal, verify_document};
use dangerous_goods::{Catalogue, Regime};
use serde_json::{Value, json};
use testkit::{Caller, Company, RunningApp};

use crate::contract;
use crate::samples::{
    EMAIL, PHONE, ammonium_nitrate, black_powder, checked, draft, gasoline, place, shipment,
};

pub(crate) const PAPERS: [&str; 6] = [
    "us-shipping-paper.pdf",
    "us-shipping-paper.json",
    "us-shipping-paper.json.jws",
    "adr-transport-document.pdf",
    "adr-transport-document.json",
    "adr-transport-document.json.jws",
];

async fn check(caller: &Caller, made: &Value, confirm: &[&str]) -> bool {
    let path = format!("{}/check", place(made));
    let answer = caller.post_json(&path, &json!({"confirm": confirm})).await;
    contract::hold_at("POST", "/api/v1/shipments/{id}/check", &answer);
    let answer = answer.expect(200);
    answer.json()["is_compatible"].as_bool().unwrap()
}

async fn read(caller: &Caller, made: &Value) -> Value {
    let answer = caller.get(&place(made)).await;
    contract::hold_at("GET", "/api/v1/shipments/{id}", &answer);
    answer.expect(200).json()
}

async fn paper(caller: &Caller, made: &Value, which: &str) -> testkit::Answer {
    let answer = caller.get(&format!("{}/{which}", place(made))).await;
    contract::hold_at("GET", &format!("/api/v1/shipments/{{id}}/{which}"), &answer);
    answer
}

/// A change of the shipment as it was read.
pub(crate) fn change(read: &Value, edit: impl FnOnce(&mut Value)) -> Value {
    let mut body = json!({});
    for member in ["version", "regimes", "consignor", "consignee", "contact", "lines"] {
        body[member] = read[member].clone();
    }
    edit(&mut body);
    body
}

/// The text of a PDF, by a reader that is not ours.
pub(crate) fn text_of(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext is installed by ./dev");
    reader.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_load_that_may_travel_becomes_checked_then_ready_and_has_its_papers() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline()])).await;
    assert_eq!(
        (&made["status"], &made["check"], &made["version"]),
        (&json!("draft"), &Value::Null, &json!(1))
    );
    assert_eq!(
        made["contact"],
        json!({"name": "Night desk", "phone": PHONE, "email": EMAIL})
    );
    for which in PAPERS {
        let problem = paper(&caller, &made, which).await.expect(409).json();
        assert_eq!(problem["detail"], "the load has not been checked");
    }
    let early = caller
        .post(&format!("{}/ready", place(&made)))
        .await
        .expect(409)
        .json();
    assert_eq!(early["detail"], "only a checked shipment can be made ready");

    assert!(check(&caller, &made, &[]).await);
    let now = read(&caller, &made).await;
    assert_eq!(
        (&now["status"], &now["check"]["outdated"]),
        (&json!("checked"), &json!(false))
    );
    assert_eq!(now["check"]["results"].as_array().unwrap().len(), 2);
    for result in now["check"]["results"].as_array().unwrap() {
        assert_eq!(result["load_hash"], now["load_hash"], "the check is of this load");
        assert_eq!(result["edition_hash"].as_str().unwrap().len(), 64);
    }
    let _ = caller.post(&format!("{}/ready", place(&made))).await.expect(204);
    let now = read(&caller, &made).await;
    assert_eq!(now["status"], "ready");
    for (which, description) in [
        ("us-shipping-paper.pdf", "UN1203, Gasoline"),
        ("adr-transport-document.pdf", "UN 1203"),
    ] {
        let answer = paper(&caller, &now, which).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/pdf");
        let number = now["tracking_number"].as_str().unwrap();
        let file = format!("attachment; filename=\"{number}-{}\"", which);
        assert_eq!(answer.header("content-disposition"), file);
        let text = text_of(&answer.body);
        let squeezed = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            squeezed.to_lowercase().contains(&description.to_lowercase()),
            "{which}: {squeezed}"
        );
        let without_spaces: String = text.split_whitespace().collect();
        assert!(
            without_spaces.contains(now["load_hash"].as_str().unwrap()),
            "{which}: {squeezed}"
        );
        for said in ["Alpha Chemicals", "Receiving Works", PHONE, number] {
            assert!(squeezed.contains(said), "{which} lacks {said}: {squeezed}");
        }
    }
}

#[tokio::test]
async fn a_paper_as_json_verifies_offline_with_its_signature_and_the_published_keys_dg_4() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = checked(&caller).await;
    let keys = caller
        .get("/.well-known/document-keys.json")
        .await
        .expect(200)
        .text();
    for stem in ["us-shipping-paper", "adr-transport-document"] {
        let json = paper(&caller, &made, &format!("{stem}.json")).await.expect(200);
        let signature = paper(&caller, &made, &format!("{stem}.json.jws"))
            .await
            .expect(200);
        assert_eq!(signature.header("content-type"), "application/jose");
        let verify = |document: &[u8]| {
            verify_document(DocumentType::ShippingPaper, &keys, &signature.text(), document)
        };
        assert!(verify(&json.body).is_ok(), "{stem}");
        let changed = json.text().replace("200.5", "20.5");
        assert_ne!(changed, json.text());
        assert_eq!(verify(changed.as_bytes()), Err(SignatureRefusal::Signature));
        // A parser may keep every fact and still write another file.
        let rewritten = json.json().to_string();
        assert_eq!(verify(rewritten.as_bytes()), Err(SignatureRefusal::Signature));

        let document = json.json();
        assert_eq!(
            (&document["load_hash"], &document["number"]),
            (&made["load_hash"], &made["tracking_number"])
        );
        assert_eq!(document["lines"][0]["goods"]["packages"], 2);
        let read: Result<dangerous_goods::paper::json::Document, _> = serde_json::from_slice(&json.body);
        assert_eq!(read.unwrap().schema, dangerous_goods::paper::json::SCHEMA_ID);
    }
}

#[tokio::test]
async fn the_same_paper_is_the_same_file_until_the_shipment_changes() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = checked(&caller).await;
    for which in PAPERS {
        let mark = app.mark().await;
        let first = paper(&caller, &made, which).await.expect(200);
        let again = paper(&caller, &made, which).await.expect(200);
        assert!(first.body == again.body, "{which}");
        assert_eq!(app.since(&mark).await.len(), 2, "each is an export in the trail");
    }
    let signature = paper(&caller, &made, "us-shipping-paper.json.jws").await.text();
    let renamed = change(&made, |body| body["consignee"]["name"] = json!("Another Works"));
    let _ = caller.put_json(&place(&made), &renamed).await.expect(204);
    let json = paper(&caller, &made, "us-shipping-paper.json").await.expect(200);
    let keys = caller.get("/.well-known/document-keys.json").await.text();
    let refused = verify_document(DocumentType::ShippingPaper, &keys, &signature, &json.body);
    assert_eq!(
        refused,
        Err(SignatureRefusal::Signature),
        "the signature is of the paper as it was"
    );
}

#[tokio::test]
async fn the_schema_of_papers_is_published() {
    let app = RunningApp::start().await;
    let answer = app
        .anonymous()
        .get("/api/v1/schemas/shipping-paper.json")
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), "application/schema+json");
    assert_eq!(answer.json()["$id"], dangerous_goods::paper::json::SCHEMA_ID);
}

#[tokio::test]
async fn the_signature_of_a_paper_is_no_access_token_dg_4() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = checked(&caller).await;
    let json = paper(&caller, &made, "us-shipping-paper.json").await.expect(200);
    let signature = paper(&caller, &made, "us-shipping-paper.json.jws").await.text();
    let (header, rest) = signature.split_once("..").unwrap();
    let payload = base64(&json.body);
    for token in [signature.clone(), format!("{header}.{payload}.{rest}")] {
        let _ = app.bearer(&token).get("/api/v1/me").await.expect(401);
    }
}

/// base64url without padding, by a hand that is not ours.
fn base64(bytes: &[u8]) -> String {
    let mut encoder = Command::new("base64")
        .arg("-w0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    encoder.stdin.take().unwrap().write_all(bytes).unwrap();
    let text = String::from_utf8(encoder.wait_with_output().unwrap().stdout).unwrap();
    text.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

#[tokio::test]
async fn a_prohibited_load_is_never_ready_and_never_has_papers() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline(), black_powder()])).await;
    assert!(!check(&caller, &made, &[]).await);
    let now = read(&caller, &made).await;
    assert_eq!(
        (&now["status"], &now["check"]["verdict"]),
        (&json!("draft"), &json!("prohibited"))
    );
    let prohibited = now["check"]["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["verdict"] == "prohibited")
        .unwrap();
    assert_eq!(prohibited["lines"], json!([0, 1]));
    // Nobody can state a prohibition away.
    let ids: Vec<String> = now["check"]["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        !check(
            &caller,
            &made,
            &ids.iter().map(String::as_str).collect::<Vec<_>>()
        )
        .await
    );
    let _ = caller.post(&format!("{}/ready", place(&made))).await.expect(409);
    for which in PAPERS {
        let problem = paper(&caller, &made, which).await.expect(409).json();
        assert_eq!(problem["type"], "urn:safeshipper:problem:conflict");
    }
}

#[tokio::test]
async fn a_condition_is_confirmed_in_ones_own_name_and_then_the_load_may_travel() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline(), ammonium_nitrate()])).await;
    assert!(!check(&caller, &made, &[]).await);
    let now = read(&caller, &made).await;
    assert_eq!(
        (&now["status"], &now["check"]["verdict"]),
        (&json!("draft"), &json!("conditional"))
    );
    let condition = &now["check"]["conflicts"][0]["condition"];
    assert_eq!(condition["confirmed"], false);
    assert!(!check(&caller, &made, &["some other condition"]).await);

    assert!(check(&caller, &made, &[condition["id"].as_str().unwrap()]).await);
    let now = read(&caller, &made).await;
    assert_eq!(
        (&now["status"], &now["check"]["verdict"]),
        (&json!("checked"), &json!("conditional"))
    );
    let me = caller.get("/api/v1/me").await.expect(200).json();
    let stated = now["confirmed"]
        .as_array()
        .unwrap()
        .iter()
        .find(|stated| stated["condition"] == condition["id"])
        .unwrap();
    let own_name = format!(
        "{} ({})",
        me["name"].as_str().unwrap(),
        me["user_id"].as_str().unwrap()
    );
    assert_eq!(stated["stated_by"], own_name);
    let _ = paper(&caller, &made, "us-shipping-paper.pdf").await.expect(200);
}

#[tokio::test]
async fn a_changed_load_is_a_draft_again_and_its_papers_wait_for_the_next_check() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = checked(&caller).await;
    let renamed = change(&made, |body| body["consignee"]["name"] = json!("Another Works"));
    let _ = caller.put_json(&place(&made), &renamed).await.expect(204);
    let now = read(&caller, &made).await;
    assert_eq!(
        (&now["status"], &now["load_hash"]),
        (&json!("checked"), &made["load_hash"]),
        "the load is the same"
    );
    assert_eq!(now["consignee"]["name"], "Another Works");

    let fuller = change(&now, |body| body["lines"][0]["quantity"]["value"] = json!("201"));
    let _ = caller.put_json(&place(&made), &fuller).await.expect(204);
    let now = read(&caller, &made).await;
    assert_eq!(
        (&now["status"], &now["check"]["outdated"]),
        (&json!("draft"), &json!(true))
    );
    assert_ne!(now["load_hash"], made["load_hash"]);
    for which in PAPERS {
        let problem = paper(&caller, &made, which).await.expect(409).json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.ends_with("check it again"), "{detail}");
    }
    let _ = caller.post(&format!("{}/ready", place(&made))).await.expect(409);
    assert!(check(&caller, &made, &[]).await);
    for which in PAPERS {
        let _ = paper(&caller, &made, which).await.expect(200);
    }
}

#[tokio::test]
async fn of_two_changes_of_one_version_the_second_is_a_conflict() {
    let app = RunningApp::start().await;
    let (caller, colleague) = (
        app.caller(Company::A, Role::Operator).await,
        app.caller(Company::A, Role::Manager).await,
    );
    let made = shipment(&caller, json!([gasoline()])).await;
    let first = change(&made, |body| body["consignee"]["name"] = json!("First"));
    let second = change(&made, |body| body["consignee"]["name"] = json!("Second"));
    let _ = caller.put_json(&place(&made), &first).await.expect(204);
    let mark = app.mark().await;
    let _ = colleague.put_json(&place(&made), &second).await.expect(409);
    assert_eq!(app.since(&mark).await, []);
    assert_eq!(read(&caller, &made).await["consignee"]["name"], "First");
}

#[tokio::test]
async fn of_many_changes_at_once_exactly_one_wins() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline()])).await;
    let mark = app.mark().await;
    let rivals: Vec<_> = (0..8)
        .map(|n| {
            let (caller, path) = (caller.clone(), place(&made));
            let body = change(&made, |body| {
                body["consignee"]["name"] = json!(format!("Rival {n}"))
            });
            tokio::spawn(async move { caller.put_json(&path, &body).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for rival in rivals {
        statuses.push(rival.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(app.since(&mark).await.len(), 1);
    assert_eq!(read(&caller, &made).await["version"], 2);
}

#[tokio::test]
async fn a_paper_that_lacks_something_is_not_issued_and_says_what_it_lacks() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    for (line, missing) in [
        (
            json!({"goods": "UN1203"}),
            &["quantity", "packages", "packaging"][..],
        ),
        (
            json!({"goods": "UN1203", "quantity": {"value": "1", "unit": "L"}}),
            &["packages", "packaging"],
        ),
    ] {
        let made = shipment(&caller, json!([gasoline(), line])).await;
        assert!(check(&caller, &made, &[]).await);
        let mark = app.mark().await;
        for which in PAPERS {
            let problem = paper(&caller, &made, which).await.expect(422).json();
            let errors = problem["errors"].to_string();
            for field in missing {
                // The line is the second of the load.
                assert!(
                    errors.contains(&format!("lines[1].{field}")),
                    "{which}: {problem}"
                );
            }
        }
        assert_eq!(app.since(&mark).await, [], "what was not issued is no export");
    }
}

fn numbers(list: &Value) -> Vec<&str> {
    list["shipments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["tracking_number"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_paper_of_class_7_names_each_entry_it_lacks_and_prints_what_is_then_stated_dg_4() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let mut source = gasoline();
    source["goods"] = json!("UN2915");
    source["radioactive_category"] = json!("II");
    source["quantity"] = json!({"value": "20", "unit": "kg"});
    let made = shipment(&caller, json!([source])).await;
    assert!(check(&caller, &made, &[]).await);
    let refused = paper(&caller, &made, "us-shipping-paper.json")
        .await
        .expect(422)
        .json();
    let lacking: Vec<&str> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["detail"].as_str().unwrap())
        .collect();
    assert_eq!(
        lacking,
        [
            "`lines[0].entries.radionuclides` is missing (49 CFR 172.203 (d)(1))",
            "`lines[0].entries.radioactive_form` is missing (49 CFR 172.203 (d)(2))",
            "`lines[0].entries.activity` is missing (49 CFR 172.203 (d)(3))",
            "`lines[0].entries.transport_index` is missing (49 CFR 172.203 (d)(5))",
        ]
    );

    let entries = json!({"radionuclides": "Cs-137", "radioactive_form": "special form",
        "activity": "3.7 GBq", "transport_index": "0.4"});
    let fuller = change(&read(&caller, &made).await, |body| {
        body["lines"][0]["entries"] = entries.clone();
        body["lines"][0]["stated_by"] = json!("somebody else");
    });
    let _ = caller.put_json(&place(&made), &fuller).await.expect(204);
    let now = read(&caller, &made).await;
    assert_eq!(now["status"], "draft", "the hash covers the entries");
    assert_eq!(now["lines"][0]["entries"], entries);
    assert!(
        !now["lines"][0]["stated_by"]
            .as_str()
            .unwrap()
            .contains("somebody else")
    );
    assert!(check(&caller, &now, &[]).await);
    for which in ["us-shipping-paper.json", "adr-transport-document.json"] {
        let issued = paper(&caller, &made, which).await.expect(200).json();
        let printed = issued["lines"][0]["printed"]["description"].as_str().unwrap();
        let expected = "RADIOACTIVE YELLOW-II, Radionuclides: Cs-137, Form: special form, Activity: 3.7 GBq, Transport index: 0.4";
        assert!(printed.ends_with(expected), "{printed}");
    }
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_refused_with_its_place_and_what_was_expected() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    for (entries, why) in [
        (
            json!({"activity": "3.7 mBq"}),
            "the activity is `3.7 mBq`, expected",
        ),
        (
            json!({"transport_index": "0.45"}),
            "the transport index is `0.45`, expected",
        ),
        (json!({"transport_index": 0.4}), "expected a string"),
        (json!({"aktivity": "1 Bq"}), "unknown variant `aktivity`"),
        (
            json!({"control_temperature": "0", "emergency_temperature": "-10"}),
            "the emergency temperature, `-10 °C`, is not above the control temperature, `0 °C`",
        ),
    ] {
        let mut line = gasoline();
        line["entries"] = entries;
        let refused = caller
            .post_json("/api/v1/shipments", &draft(json!([line])))
            .await
            .expect(422);
        let error = &refused.json()["errors"][0];
        assert!(
            error["pointer"].as_str().unwrap().starts_with("/lines/0"),
            "{error}"
        );
        assert!(error["detail"].as_str().unwrap().contains(why), "{error}");
    }
}

#[tokio::test]
async fn what_is_to_be_said_of_the_editions_today_is_said_with_every_check() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let request = json!({"lines": [gasoline()]});
    let answer = caller
        .post_json("/api/v1/dangerous-goods/compatibility-checks", &request)
        .await
        .expect(200)
        .json();
    let today = testkit::now().date();
    let warning = |regime: Regime| {
        let sentence = Catalogue::embedded().edition(regime).warning(today)?;
        Some(json!({"regime": regime, "sentence": sentence}))
    };
    let expected: Vec<Value> = Regime::ALL.into_iter().filter_map(warning).collect();
    assert_eq!(answer["warnings"], json!(expected));
    assert_eq!(answer["is_compatible"], true, "a warning changes no verdict");
    assert_eq!(checked(&caller).await["check"]["warnings"], json!(expected));
}

#[tokio::test]
async fn each_role_lists_and_reads_exactly_its_scope() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let (first, second) = (
        checked(&operator).await,
        shipment(&operator, json!([gasoline()])).await,
    );
    let (viewer, driver) = (
        app.caller(Company::A, Role::Viewer).await,
        app.caller(Company::A, Role::Driver).await,
    );
    for narrow in [&viewer, &driver] {
        let list = narrow.get("/api/v1/shipments").await.expect(200).json();
        assert_eq!(numbers(&list), Vec::<&str>::new());
        let _ = narrow.get(&place(&first)).await.expect(403);
    }
    app.assign_to_driver(second["tracking_number"].as_str().unwrap())
        .await;
    let list = driver.get("/api/v1/shipments").await.expect(200).json();
    assert_eq!(numbers(&list), [second["tracking_number"].as_str().unwrap()]);
    assert_eq!(
        read(&driver, &second).await["contact"]["phone"],
        PHONE,
        "a driver may call in an emergency"
    );
    let mark = app.mark().await;
    let _ = driver.get(&place(&first)).await.expect(403);
    let events = app.since(&mark).await;
    assert_eq!((events.len(), events[0].outcome.as_str()), (1, "DENIED"));
    for which in PAPERS {
        let _ = paper(&driver, &second, which).await.expect(403);
    }
    for wide in [Role::Operator, Role::Supervisor, Role::Manager, Role::Admin] {
        let list = app
            .caller(Company::A, wide)
            .await
            .get("/api/v1/shipments")
            .await
            .expect(200)
            .json();
        assert_eq!(numbers(&list).len(), 2, "{wide}");
        let _ = app
            .caller(Company::A, wide)
            .await
            .get(&place(&first))
            .await
            .expect(200);
    }
    for company in [Company::B, Company::Platform] {
        let role = if company == Company::B {
            Role::Admin
        } else {
            Role::SuperAdmin
        };
        let stranger = app.caller(company, role).await;
        let list = stranger.get("/api/v1/shipments").await.expect(200).json();
        assert_eq!(numbers(&list), Vec::<&str>::new(), "{role}");
        let _ = stranger.get(&place(&first)).await.expect(404);
    }
}

#[tokio::test]
async fn the_list_is_paged_newest_first_and_filtered_by_status() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let mut made = vec![
        checked(&caller).await["tracking_number"]
            .as_str()
            .unwrap()
            .to_owned(),
    ];
    for _ in 0..52 {
        let answer = caller
            .post_json("/api/v1/shipments", &draft(json!([gasoline()])))
            .await
            .expect(201);
        made.push(answer.json()["tracking_number"].as_str().unwrap().to_owned());
    }
    let first = caller.get("/api/v1/shipments").await.expect(200).json();
    let next = format!("/api/v1/shipments?after={}", first["next"].as_str().unwrap());
    let second = caller.get(&next).await.expect(200).json();
    assert_eq!(second["next"], Value::Null);
    let listed: Vec<&str> = numbers(&first).into_iter().chain(numbers(&second)).collect();
    let mut sorted: Vec<&str> = made.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let mut found = listed.clone();
    found.sort_unstable();
    assert_eq!(found, sorted, "each once");
    assert_eq!(listed.last(), Some(&made[0].as_str()));
    let checked = caller
        .get("/api/v1/shipments?status=checked")
        .await
        .expect(200)
        .json();
    assert_eq!(numbers(&checked), [made[0].as_str()]);
    assert_eq!(
        checked["shipments"][0]["verdicts"],
        json!({"us": "permitted", "adr": "permitted"})
    );
}

#[tokio::test]
async fn the_trail_tells_the_story_without_a_personal_value() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let made = checked(&operator).await;
    let moved = change(&made, |body| body["contact"]["phone"] = json!("+31 10 555 9999"));
    let _ = operator.put_json(&place(&made), &moved).await.expect(204);
    let admin = app.caller(Company::A, Role::Admin).await;
    let trail = admin
        .get("/api/v1/audit-events?actor_name=operator%20of%20alpha")
        .await
        .expect(200);
    let events = trail.json();
    let told: Vec<&str> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|event| event["description"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "signed in with a password",
            "shipment created",
            "load of a shipment checked",
            "shipment changed"
        ]
    );
    let changed = &events["events"][0];
    assert!(
        changed["changed_fields"]
            .as_object()
            .unwrap()
            .keys()
            .any(|field| field.contains("phone")),
        "{changed}"
    );
    assert_eq!(
        (&changed["outcome"], &changed["request_method"]),
        (&json!("SUCCESS"), &json!("PUT"))
    );
    for secret in [PHONE, EMAIL, "555 9999", "Waalhaven"] {
        assert!(!trail.text().contains(secret), "{secret}");
    }
    let foreign = app
        .caller(Company::B, Role::Admin)
        .await
        .get("/api/v1/audit-events")
        .await
        .expect(200);
    assert!(!foreign.text().contains(made["tracking_number"].as_str().unwrap()));
}
