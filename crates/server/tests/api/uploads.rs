//! Documents over the API: what is kept, who reads it, who adds it (DATA-6, R10; DG-5).

use access::role::Role;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};

use crate::contract::hold_at;
use crate::samples::{PDF, absent_id, gasoline, place, shipment, upload};

async fn add(by: &Caller, document: &Value) -> Answer {
    let answer = by.post_json("/api/v1/documents", document).await;
    hold_at("POST", "/api/v1/documents", &answer);
    answer
}

async fn added(by: &Caller, document_type: &str, of: Option<&str>) -> String {
    let answer = add(by, &upload(document_type, of)).await.expect(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/api/v1/documents/{id}"));
    id
}

/// The types of the documents that somebody is shown at this address.
async fn listed(by: &Caller, route: &str, path: &str) -> Vec<String> {
    let answer = by.get(path).await.expect(200);
    hold_at("GET", route, &answer);
    let documents = answer.json()["documents"].as_array().unwrap().clone();
    let kind = |one: &Value| one["document_type"].as_str().unwrap().to_owned();
    documents.iter().map(kind).collect()
}

async fn all(by: &Caller) -> Vec<String> {
    listed(by, "/api/v1/documents", "/api/v1/documents").await
}

async fn of_shipment(by: &Caller, made: &Value) -> Vec<String> {
    let path = format!("{}/documents", place(made));
    listed(by, "/api/v1/shipments/{id}/documents", &path).await
}

async fn get(by: &Caller, id: &str) -> Answer {
    let answer = by.get(&format!("/api/v1/documents/{id}")).await;
    hold_at("GET", "/api/v1/documents/{id}", &answer);
    answer
}

async fn content(by: &Caller, id: &str) -> Answer {
    let answer = by.get(&format!("/api/v1/documents/{id}/content")).await;
    hold_at("GET", "/api/v1/documents/{id}/content", &answer);
    answer
}

async fn assign(by: &Caller, made: &Value, to: &Caller) {
    let me = to.get("/api/v1/me").await.expect(200).json();
    let _ = by
        .put_json(
            &format!("{}/assignee", place(made)),
            &json!({"user": me["user_id"]}),
        )
        .await
        .expect(204);
}

#[tokio::test]
async fn a_document_comes_back_byte_for_byte_as_a_download_that_runs_nothing() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let mark = app.mark().await;
    let mut sent = upload("SAFETY_DATA_SHEET", None);
    sent["file_name"] = json!("..\\sheets\\Sicherheitsdatenblatt «Äthanol», 3 %.pdf");
    let id = add(&operator, &sent).await.expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1, "{events:?}");

    let viewer = app.caller(Company::A, Role::Viewer).await;
    let document = get(&viewer, &id).await.expect(200).json();
    assert_eq!(document["file_name"], "Sicherheitsdatenblatt «Äthanol», 3 %.pdf");
    assert_eq!(document["media_type"], "application/pdf");
    assert_eq!(document["size"], PDF.len());
    assert_eq!(document["sha256"], sha256_of(PDF));
    assert_eq!(document["uploaded_by"], "operator of alpha");
    assert_eq!(document["shipment"], Value::Null);

    let file = content(&viewer, &id).await.expect(200);
    assert_eq!(file.text(), PDF);
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"Sicherheitsdatenblatt___thanol___3__.pdf\"; \
         filename*=UTF-8''Sicherheitsdatenblatt%20%C2%AB%C3%84thanol%C2%BB%2C%203%20%25.pdf"
    );
}

fn sha256_of(text: &str) -> String {
    let hash = crypto::digest::sha256(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn what_is_for_everybody_is_read_by_everybody_and_added_by_who_may_r10() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let (procedure, sheet) = (
        added(&manager, "EMERGENCY_PROCEDURE", None).await,
        added(&manager, "SAFETY_DATA_SHEET", None).await,
    );
    for role in [
        Role::Viewer,
        Role::Driver,
        Role::Operator,
        Role::Supervisor,
        Role::Admin,
    ] {
        let caller = app.caller(Company::A, role).await;
        assert_eq!(
            all(&caller).await,
            ["SAFETY_DATA_SHEET", "EMERGENCY_PROCEDURE"],
            "{role}"
        );
        for id in [&procedure, &sheet] {
            assert_eq!(content(&caller, id).await.expect(200).text(), PDF, "{role}");
        }
        let sheets = "/api/v1/documents?document_type=SAFETY_DATA_SHEET";
        assert_eq!(
            listed(&caller, "/api/v1/documents", sheets).await.len(),
            1,
            "{role}"
        );
    }
    for (role, document_type) in [
        (Role::Viewer, "SAFETY_DATA_SHEET"),
        (Role::Driver, "SAFETY_DATA_SHEET"),
        (Role::Viewer, "EMERGENCY_PROCEDURE"),
        (Role::Driver, "EMERGENCY_PROCEDURE"),
        (Role::Operator, "EMERGENCY_PROCEDURE"),
        (Role::Supervisor, "EMERGENCY_PROCEDURE"),
        (Role::Driver, "OTHER"),
    ] {
        let caller = app.caller(Company::A, role).await;
        let mark = app.mark().await;
        let refused = add(&caller, &upload(document_type, None)).await;
        assert_eq!(refused.status, 403, "{role} {document_type}: {}", refused.text());
        let events = app.since(&mark).await;
        assert_eq!(
            (events.len(), events[0].outcome.as_str()),
            (1, "DENIED"),
            "{role} {document_type}"
        );
    }
    let operator = app.caller(Company::A, Role::Operator).await;
    added(&operator, "SAFETY_DATA_SHEET", None).await;
    assert_eq!(all(&manager).await.len(), 3, "nothing that was refused is there");
}

#[tokio::test]
async fn a_document_of_a_shipment_is_read_by_who_sees_the_shipment_while_they_do_data_6() {
    let app = RunningApp::start().await;
    let (operator, supervisor, driver, viewer, manager) = (
        app.caller(Company::A, Role::Operator).await,
        app.caller(Company::A, Role::Supervisor).await,
        app.caller(Company::A, Role::Driver).await,
        app.caller(Company::A, Role::Viewer).await,
        app.caller(Company::A, Role::Manager).await,
    );
    let made = shipment(&operator, json!([gasoline()])).await;
    let id = made["id"].as_str().unwrap();
    let certificate = added(&operator, "PACKING_CERTIFICATE", Some(id)).await;
    let loose = added(&supervisor, "OTHER", None).await;

    let entry = get(&supervisor, &certificate).await.expect(200).json();
    assert_eq!(
        (&entry["shipment"], &entry["tracking_number"]),
        (&made["id"], &made["tracking_number"])
    );
    assert_eq!(
        all(&supervisor).await,
        ["OTHER", "PACKING_CERTIFICATE"],
        "their own and the shipment's"
    );
    assert_eq!(
        all(&manager).await,
        ["OTHER", "PACKING_CERTIFICATE"],
        "everything"
    );
    assert_eq!(all(&operator).await, ["PACKING_CERTIFICATE"]);
    assert_eq!(get(&operator, &loose).await.status, 404);
    for nobody in [&driver, &viewer] {
        assert_eq!(all(nobody).await, Vec::<String>::new());
        assert_eq!(get(nobody, &certificate).await.status, 404);
        assert_eq!(content(nobody, &certificate).await.status, 404);
        assert_eq!(
            nobody.get(&format!("{}/documents", place(&made))).await.status,
            403
        );
    }

    assign(&operator, &made, &driver).await;
    assert_eq!(of_shipment(&driver, &made).await, ["PACKING_CERTIFICATE"]);
    assert_eq!(all(&driver).await, ["PACKING_CERTIFICATE"]);
    let mark = app.mark().await;
    assert_eq!(content(&driver, &certificate).await.expect(200).text(), PDF);
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1, "that it left is recorded: {events:?}");
    let _ = operator
        .put_json(&format!("{}/assignee", place(&made)), &json!({"user": null}))
        .await
        .expect(204);
    assert_eq!(content(&driver, &certificate).await.status, 404);
}

#[tokio::test]
async fn a_driver_proves_the_delivery_of_what_is_assigned_to_them_and_of_nothing_else_r10() {
    let app = RunningApp::start().await;
    let (operator, driver) = (
        app.caller(Company::A, Role::Operator).await,
        app.caller(Company::A, Role::Driver).await,
    );
    let made = shipment(&operator, json!([gasoline()])).await;
    let id = made["id"].as_str();
    let theirs = shipment(&app.caller(Company::B, Role::Operator).await, json!([gasoline()])).await;
    assert_eq!(add(&driver, &upload("PROOF_OF_DELIVERY", id)).await.status, 403);
    assign(&operator, &made, &driver).await;
    let mut photo = upload("PROOF_OF_DELIVERY", id);
    photo["content"] = json!(STANDARD.encode(b"\xff\xd8\xff\xe0 a photo"));
    photo["file_name"] = json!("IMG_0042.JPG");
    let proof = add(&driver, &photo).await.expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        get(&operator, &proof).await.expect(200).json()["media_type"],
        "image/jpeg"
    );
    assert_eq!(add(&driver, &upload("TRANSPORT_DOCUMENT", id)).await.status, 403);
    let mut problems = Vec::new();
    for nothing in [
        theirs["id"].as_str(),
        Some(&absent_id()),
        Some("shp_nothing"),
        Some("x"),
    ] {
        let refused = add(&driver, &upload("PROOF_OF_DELIVERY", nothing))
            .await
            .expect(422);
        problems.push(refused.json()["errors"].clone());
    }
    assert!(problems.iter().all(|one| *one == problems[0]), "{problems:?}");
    assert_eq!(problems[0][0]["pointer"], "/shipment");
    // Their own stays theirs when the shipment is another's.
    let _ = operator
        .put_json(&format!("{}/assignee", place(&made)), &json!({"user": null}))
        .await
        .expect(204);
    assert_eq!(content(&driver, &proof).await.status, 200);
}

#[tokio::test]
async fn emergency_access_reaches_the_documents_of_what_the_incident_names_and_each_use_is_recorded_authz_6()
{
    let app = RunningApp::start().await;
    let (operator, driver) = (
        app.caller(Company::A, Role::Operator).await,
        app.caller(Company::A, Role::Driver).await,
    );
    let (named, other) = (
        shipment(&operator, json!([gasoline()])).await,
        shipment(&operator, json!([gasoline()])).await,
    );
    let paper = added(&operator, "TRANSPORT_DOCUMENT", named["id"].as_str()).await;
    let hidden = added(&operator, "TRANSPORT_DOCUMENT", other["id"].as_str()).await;
    let report = json!({
        "kind": "leak", "severity": "HIGH", "description": "drum leaking beside dock 3",
        "shipments": [named["tracking_number"]],
    });
    let incident = driver
        .post_json("/api/v1/incidents", &report)
        .await
        .expect(201)
        .json();
    assert_eq!(content(&driver, &paper).await.status, 404);
    let ask = json!({
        "incident": incident["id"], "permissions": ["dangerous_goods.emergency.access"],
        "justification": "what is in the drum that leaks?",
    });
    let granted = driver
        .post_json("/api/v1/emergency-access", &ask)
        .await
        .expect(201)
        .json();
    assert_eq!(granted["granted"], true);

    let mark = app.mark().await;
    assert_eq!(content(&driver, &paper).await.expect(200).text(), PDF);
    assert_eq!(of_shipment(&driver, &named).await, ["TRANSPORT_DOCUMENT"]);
    assert_eq!(get(&driver, &paper).await.status, 200);
    let events = app.since(&mark).await;
    let uses = events
        .iter()
        .filter(|event| event.event_type == "EMERGENCY_ACCESS");
    assert_eq!((uses.count(), events.len()), (3, 4), "{events:?}");
    let mark = app.mark().await;
    assert_eq!(
        all(&driver).await,
        Vec::<String>::new(),
        "listed with its shipment"
    );
    assert_eq!(content(&driver, &hidden).await.status, 404);
    assert_eq!(
        driver.get(&format!("{}/documents", place(&other))).await.status,
        403
    );
    let events = app.since(&mark).await;
    assert!(
        events.iter().all(|event| event.event_type != "EMERGENCY_ACCESS"),
        "{events:?}"
    );
}

#[tokio::test]
async fn what_is_no_document_is_told_all_at_once_and_kept_nowhere() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let made = shipment(&manager, json!([gasoline()])).await;
    let id = made["id"].as_str().unwrap();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut document = upload("OTHER", None);
        change(&mut document);
        document
    };
    let encoded = |bytes: &[u8]| json!(STANDARD.encode(bytes));
    for (document, pointers) in [
        (
            with(&|d| d["document_type"] = json!("LETTER")),
            vec!["/document_type"],
        ),
        (
            with(&|d| d["document_type"] = json!("other")),
            vec!["/document_type"],
        ),
        (with(&|d| d["content"] = json!("%PDF-1.7")), vec!["/content"]),
        (with(&|d| d["content"] = encoded(b"")), vec!["/content"]),
        (
            with(&|d| d["content"] = encoded(b"<html><script>alert(1)</script>")),
            vec!["/content"],
        ),
        (with(&|d| d["content"] = encoded(b"MZ\x90\0")), vec!["/content"]),
        (with(&|d| d["file_name"] = json!("")), vec!["/file_name"]),
        (
            with(&|d| d["file_name"] = json!("a\r\nset-cookie: x=y.pdf")),
            vec!["/file_name"],
        ),
        (
            with(&|d| {
                d["file_name"] = json!("fdp.\u{202e}exe");
                d["content"] = encoded(b"PK\x03\x04");
                d["document_type"] = json!("PROOF_OF_DELIVERY");
            }),
            vec!["/file_name", "/content", "/shipment"],
        ),
        (upload("EMERGENCY_PROCEDURE", Some(id)), vec!["/shipment"]),
        (upload("SAFETY_DATA_SHEET", Some(id)), vec!["/shipment"]),
    ] {
        let refused = add(&manager, &document).await.expect(422).json();
        let errors = refused["errors"].as_array().unwrap();
        let told: Vec<_> = errors
            .iter()
            .map(|one| one["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(told, pointers, "{refused}");
    }
    let mut largest = PDF.as_bytes().to_vec();
    largest.resize(10 << 20, b'x');
    let _ = add(&manager, &with(&|d| d["content"] = encoded(&largest)))
        .await
        .expect(201);
    largest.push(b'x');
    let refused = add(&manager, &with(&|d| d["content"] = encoded(&largest)))
        .await
        .expect(422)
        .json();
    assert_eq!(refused["errors"][0]["pointer"], "/content");
    largest.resize(12 << 20, b'x');
    assert_eq!(
        add(&manager, &with(&|d| d["content"] = encoded(&largest)))
            .await
            .status,
        413
    );
    assert_eq!(all(&manager).await.len(), 1);
    let kept = manager.get("/api/v1/documents").await.expect(200).json();
    let id = kept["documents"][0]["id"].as_str().unwrap();
    assert_eq!(content(&manager, id).await.expect(200).body.len(), 10 << 20);
}

#[tokio::test]
async fn the_list_goes_on_page_by_page_and_refuses_what_is_no_page() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    for _ in 0..51 {
        added(&operator, "OTHER", None).await;
        app.turn_clock(time::Duration::milliseconds(5));
    }
    let first = operator.get("/api/v1/documents").await.expect(200).json();
    assert_eq!(first["documents"].as_array().unwrap().len(), 50);
    let next = first["next"].as_str().unwrap();
    let second = operator
        .get(&format!("/api/v1/documents?after={next}"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (second["documents"].as_array().unwrap().len(), &second["next"]),
        (1, &Value::Null)
    );
    for query in [
        "after=x",
        "document_type=x",
        "document_type=other",
        "shipment=x",
        "page=2",
    ] {
        assert_eq!(
            operator.get(&format!("/api/v1/documents?{query}")).await.status,
            422,
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_emergency_procedure_is_read_before_a_second_factor_is_shown_and_nothing_else_is_m11() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let procedure = added(&manager, "EMERGENCY_PROCEDURE", None).await;
    let sheet = added(&manager, "SAFETY_DATA_SHEET", None).await;
    app.behind_the_back("update companies set second_factor_policy = 'everyone'")
        .await;
    app.forget_callers().await;
    let driver = app.caller(Company::A, Role::Driver).await;
    assert_eq!(content(&driver, &procedure).await.expect(200).text(), PDF);
    assert_eq!(all(&driver).await, ["EMERGENCY_PROCEDURE"]);
    assert_eq!(
        content(&driver, &sheet).await.status,
        401,
        "a second factor opens it"
    );
}

#[tokio::test]
async fn a_company_from_before_there_were_documents_gets_its_key_with_the_first_data_2() {
    let app = RunningApp::start().await;
    app.behind_the_back("delete from data_keys where purpose = 'document'")
        .await;
    let manager = app.caller(Company::A, Role::Manager).await;
    assert_eq!(all(&manager).await, Vec::<String>::new());
    let mark = app.mark().await;
    let first = added(&manager, "OTHER", None).await;
    assert_eq!(app.since(&mark).await.len(), 2, "the key and the document");
    let mark = app.mark().await;
    added(&manager, "OTHER", None).await;
    assert_eq!(app.since(&mark).await.len(), 1);
    assert_eq!(content(&manager, &first).await.expect(200).text(), PDF);
}

#[tokio::test]
async fn a_document_whose_bytes_were_altered_or_moved_is_not_handed_out_e9() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let status = async |id: &str| {
        let path = format!("/api/v1/documents/{id}/content");
        manager.get(&path).await.status
    };
    let first = added(&manager, "OTHER", None).await;
    app.behind_the_back(
        "update documents set content_sealed = set_byte(content_sealed, octet_length(content_sealed) - 20,
             get_byte(content_sealed, octet_length(content_sealed) - 20) # 1)",
    )
    .await;
    assert_eq!(status(&first).await, 500);
    let second = added(&manager, "OTHER", None).await;
    app.behind_the_back(
        "update documents set content_sealed = (select d.content_sealed from documents d order by d.id desc limit 1)",
    )
    .await;
    assert_eq!(status(&first).await, 500, "it is another document's");
    assert_eq!(status(&second).await, 200);
}
