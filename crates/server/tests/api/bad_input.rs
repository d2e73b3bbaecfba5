//! What nobody should send: each the right status and a problem that names the place, nothing stored, nothing
//! in the trail, and the server goes on.

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};

use crate::contract;
use crate::samples::{EMAIL, PHONE, draft, gasoline, place, shipment};

const SHIPMENTS: &str = "/api/v1/shipments";
const CHECKS: &str = "/api/v1/dangerous-goods/compatibility-checks";

/// A problem document that says where it is: at the pointer or within it.
#[track_caller]
fn assert_problem(what: &str, answer: &Answer, status: u16, pointer: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{what}"
    );
    let problem = answer.json();
    assert!(
        problem["request_id"].is_string() && !problem["detail"].as_str().unwrap().is_empty(),
        "{what}"
    );
    if status == 422 {
        let pointers: Vec<&str> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect();
        let within = format!("{pointer}/");
        let there = |found: &&str| *found == pointer || (!pointer.is_empty() && found.starts_with(&within));
        assert!(pointers.iter().any(there), "{what}: {pointers:?}");
    }
    assert!(
        answer.body.len() < 8_000,
        "{what}: the answer is as long as the question"
    );
}

async fn post_json(caller: &Caller, path: &str, body: &Value) -> Answer {
    let answer = caller.post_json(path, body).await;
    contract::hold_at("POST", path, &answer);
    answer
}

async fn post_raw(caller: &Caller, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    let answer = caller.post_raw(path, body).await;
    contract::hold_at("POST", path, &answer);
    answer
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut draft = draft(json!([gasoline()]));
    change(&mut draft);
    draft
}

fn line(field: &str, value: Value) -> Value {
    with(|draft| draft["lines"][0][field] = value)
}

fn quantity(value: Value) -> Value {
    line("quantity", json!({"value": value, "unit": "L"}))
}

#[tokio::test]
async fn a_number_that_is_no_goods_is_not_cleared() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Driver).await;
    let answer = post_json(
        &caller,
        CHECKS,
        &json!({"lines": [{"goods": "UN9999"}, gasoline()]}),
    )
    .await
    .expect(200);
    let answer = answer.json();
    assert_eq!(
        (&answer["verdict"], &answer["is_compatible"]),
        (&json!("not_cleared"), &json!(false))
    );
    assert!(
        answer["conflicts"][0]["sentence"]
            .as_str()
            .unwrap()
            .contains("UN9999"),
        "{answer}"
    );
}

#[tokio::test]
async fn goods_that_the_law_forbids_by_name_are_prohibited_in_any_spelling_of_case() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Driver).await;
    for name in [
        "Acetylene silver nitrate",
        "ACETYLENE SILVER NITRATE",
        "  acetylene  silver nitrate ",
    ] {
        let answer = post_json(
            &caller,
            CHECKS,
            &json!({"regimes": ["us"], "lines": [{"goods": name}]}),
        )
        .await
        .expect(200);
        let answer = answer.json();
        assert_eq!(
            (&answer["verdict"], &answer["is_compatible"]),
            (&json!("prohibited"), &json!(false)),
            "{name}"
        );
        assert!(
            answer["conflicts"][0]["clause"]
                .as_str()
                .unwrap()
                .starts_with("49 CFR"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_shipment_that_says_something_impossible_is_refused_at_its_place() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let (before, mark) = (app.rows().await, app.mark().await);
    let long = "x".repeat(201);
    let cases = [
        ("no quantity at all", quantity(json!("0")), "/lines/0/quantity"),
        ("a negative quantity", quantity(json!("-5")), "/lines/0/quantity"),
        ("a negative number", quantity(json!(-5)), "/lines/0/quantity"),
        (
            "a quantity over a million",
            quantity(json!("1000000.001")),
            "/lines/0/quantity",
        ),
        (
            "an astronomical quantity",
            quantity(json!(1e300)),
            "/lines/0/quantity",
        ),
        (
            "a quantity in words",
            quantity(json!("many")),
            "/lines/0/quantity",
        ),
        ("infinity", quantity(json!("inf")), "/lines/0/quantity"),
        (
            "a quantity finer than a gram",
            quantity(json!("0.0001")),
            "/lines/0/quantity",
        ),
        (
            "an unknown unit",
            line("quantity", json!({"value": "1", "unit": "stone"})),
            "/lines/0/quantity",
        ),
        ("no packages", line("packages", json!(0)), "/lines/0/packages"),
        (
            "negative packages",
            line("packages", json!(-1)),
            "/lines/0/packages",
        ),
        (
            "more packages than there are",
            line("packages", json!(1e30)),
            "/lines/0/packages",
        ),
        ("no goods", line("goods", json!("  ")), "/lines/0/goods"),
        ("half a number", line("goods", json!("UN12")), "/lines/0/goods"),
        (
            "a NUL in the goods",
            line("goods", json!("ace\u{0}tone")),
            "/lines/0/goods",
        ),
        (
            "a NUL in a name",
            with(|draft| draft["consignor"]["name"] = json!("A\u{0}")),
            "/consignor/name",
        ),
        (
            "a NUL in a packaging",
            line("packaging", json!("d\u{0}rums")),
            "/lines/0/packaging",
        ),
        (
            "a line break in a city",
            with(|draft| draft["consignee"]["city"] = json!("A\nB")),
            "/consignee/city",
        ),
        (
            "a very long name",
            with(|draft| draft["consignee"]["name"] = json!(long)),
            "/consignee/name",
        ),
        (
            "a name of a hundred thousand",
            with(|draft| draft["consignee"]["name"] = json!("y".repeat(100_000))),
            "/consignee/name",
        ),
        (
            "goods of a hundred thousand",
            line("goods", json!("z".repeat(100_000))),
            "/lines/0/goods",
        ),
        (
            "an empty street",
            with(|draft| draft["consignor"]["street"] = json!(" ")),
            "/consignor/street",
        ),
        (
            "no phone",
            with(|draft| draft["contact"]["phone"] = json!("call me")),
            "/contact/phone",
        ),
        (
            "no address",
            with(|draft| draft["contact"]["email"] = json!("nobody@nowhere")),
            "/contact/email",
        ),
        (
            "an unknown member",
            with(|draft| draft["colour"] = json!("red")),
            "/colour",
        ),
        (
            "an unknown member of a line",
            line("colour", json!("red")),
            "/lines/0/colour",
        ),
        (
            "an unknown member of a contact",
            with(|draft| draft["contact"]["fax"] = json!("1")),
            "/contact/fax",
        ),
        (
            "an unknown regime",
            with(|draft| draft["regimes"] = json!(["mars"])),
            "/regimes/0",
        ),
        (
            "no regime",
            with(|draft| draft["regimes"] = json!([])),
            "/regimes",
        ),
        ("no lines", with(|draft| draft["lines"] = json!([])), "/lines"),
        (
            "ten thousand lines",
            with(|draft| draft["lines"] = json!(vec![json!({"goods": "UN1203"}); 10_000])),
            "/lines",
        ),
        (
            "ten thousand conditions",
            with(|draft| draft["confirm"] = json!(vec!["x"; 10_000])),
            "/confirm",
        ),
        (
            "a missing contact",
            with(|draft| drop(draft.as_object_mut().unwrap().remove("contact"))),
            "",
        ),
        ("a list", json!([]), ""),
        ("nothing", Value::Null, ""),
    ];
    for (what, body, pointer) in &cases {
        assert_problem(what, &post_json(&caller, SHIPMENTS, body).await, 422, pointer);
    }
    for (what, lines, pointer) in [
        ("none", json!([]), "/lines"),
        (
            "ten thousand",
            json!(vec![json!({"goods": "UN1203"}); 10_000]),
            "/lines",
        ),
        ("a NUL", json!([{"goods": "ace\u{0}tone"}]), "/lines/0/goods"),
        (
            "a zero quantity",
            json!([{"goods": "UN1203", "quantity": {"value": "0", "unit": "kg"}}]),
            "/lines/0/quantity",
        ),
    ] {
        assert_problem(
            what,
            &post_json(&caller, CHECKS, &json!({"lines": lines})).await,
            422,
            pointer,
        );
    }
    nothing_happened(&app, before, &mark).await;
}

#[tokio::test]
async fn everything_wrong_with_a_shipment_is_said_at_once() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let body = with(|draft| {
        draft["consignor"]["city"] = json!("");
        draft["contact"]["phone"] = json!("none");
        draft["lines"] = json!([]);
        draft["regimes"] = json!([]);
    });
    let problem = post_json(&caller, SHIPMENTS, &body).await.expect(422).json();
    let pointers: Vec<&Value> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(
        pointers,
        ["/consignor/city", "/contact/phone", "/regimes", "/lines"]
    );
}

#[tokio::test]
async fn a_change_with_an_unknown_member_is_refused_like_a_new_shipment() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&caller, json!([gasoline()])).await;
    let (before, mark) = (app.rows().await, app.mark().await);
    let change = |edit: fn(&mut Value)| {
        let mut body = draft(json!([gasoline()]));
        body["version"] = json!(1);
        edit(&mut body);
        body
    };
    for (what, body, pointer) in [
        (
            "an unknown member",
            change(|body| body["colour"] = json!("red")),
            "/colour",
        ),
        (
            "a zero quantity",
            change(|body| body["lines"][0]["quantity"]["value"] = json!("0")),
            "/lines/0/quantity",
        ),
        (
            "no version",
            change(|body| drop(body.as_object_mut().unwrap().remove("version"))),
            "",
        ),
        (
            "an absurd version",
            change(|body| body["version"] = json!(1e30)),
            "/version",
        ),
    ] {
        assert_problem(what, &caller.put_json(&place(&made), &body).await, 422, pointer);
    }
    nothing_happened(&app, before, &mark).await;
}

#[tokio::test]
async fn bytes_that_are_no_json_are_refused_before_anything_is_read_from_them() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let (before, mark) = (app.rows().await, app.mark().await);
    let good = draft(json!([gasoline()])).to_string();
    let nested = |depth: usize| format!("{{\"lines\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let cases: [(&str, Vec<u8>, u16); 8] = [
        (
            "invalid UTF-8",
            good.replace("Alpha", "\u{1}")
                .into_bytes()
                .iter()
                .map(|byte| if *byte == 1 { 0xff } else { *byte })
                .collect(),
            400,
        ),
        ("an empty body", Vec::new(), 400),
        ("half a document", good.as_bytes()[..good.len() / 2].to_vec(), 400),
        ("two documents", format!("{good}{good}").into_bytes(), 400),
        ("not JSON", b"lines=UN1203".to_vec(), 400),
        (
            "a document with half a surrogate pair",
            good.replace("Alpha", "\\ud800").into_bytes(),
            400,
        ),
        ("ten megabytes", vec![b' '; 10 * 1024 * 1024], 413),
        ("a megabyte and one", vec![b'['; 1024 * 1024 + 1], 413),
    ];
    for (what, body, status) in cases {
        assert_problem(
            what,
            &post_raw(&caller, SHIPMENTS, body.clone()).await,
            status,
            "",
        );
        let path = if what.contains("document") {
            SHIPMENTS
        } else {
            CHECKS
        };
        assert_problem(what, &post_raw(&caller, path, body).await, status, "");
    }
    for depth in [100, 10_000, 400_000] {
        let answer = post_raw(&caller, CHECKS, nested(depth)).await;
        assert!(
            [400, 422].contains(&answer.status),
            "{depth} deep: {}",
            answer.text()
        );
        assert!(answer.json()["detail"].is_string());
    }
    nothing_happened(&app, before, &mark).await;
}

#[tokio::test]
async fn a_body_of_another_type_is_refused_whatever_it_holds() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let (before, mark) = (app.rows().await, app.mark().await);
    let body = draft(json!([gasoline()])).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/xml",
        "",
        "json",
    ] {
        let request = caller
            .request(reqwest::Method::POST, SHIPMENTS)
            .header("content-type", kind);
        assert_problem(kind, &caller.send(request.body(body.clone())).await, 415, "");
    }
    let untyped = caller
        .request(reqwest::Method::POST, SHIPMENTS)
        .body(body.clone());
    assert_problem("no type", &caller.send(untyped).await, 415, "");
    nothing_happened(&app, before, &mark).await;
    let typed = caller
        .request(reqwest::Method::POST, SHIPMENTS)
        .header("content-type", "Application/JSON; charset=utf-8");
    assert_eq!(caller.send(typed.body(body)).await.status, 201);
}

#[tokio::test]
async fn a_query_that_cannot_be_used_is_named() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Admin).await;
    let long = "q".repeat(201);
    for (path, name) in [
        ("/api/v1/shipments?status=lost".to_owned(), "status"),
        ("/api/v1/shipments?after=x".to_owned(), "after"),
        ("/api/v1/shipments?colour=red".to_owned(), "colour"),
        ("/api/v1/dangerous-goods".to_owned(), "q"),
        (format!("/api/v1/dangerous-goods?q={long}"), "q"),
        ("/api/v1/dangerous-goods?q=a&limit=many".to_owned(), "limit"),
        ("/api/v1/dangerous-goods?q=a&limit=-1".to_owned(), "limit"),
        ("/api/v1/audit-events?event_type=NOTHING".to_owned(), "event_type"),
        ("/api/v1/audit-events?severity=worst".to_owned(), "severity"),
        ("/api/v1/audit-events?from=yesterday".to_owned(), "from"),
        ("/api/v1/audit-events?actor_name=%00".to_owned(), "actor_name"),
        ("/api/v1/audit-events?after=1%20or%201=1".to_owned(), "after"),
        ("/api/v1/audit-events?colour=red".to_owned(), "colour"),
    ] {
        let answer = caller.get(&path).await;
        assert_problem(&path, &answer, 422, "");
        assert!(answer.text().contains(name), "{path}: {}", answer.text());
    }
    for path in [
        "/api/v1/dangerous-goods?q=%ff",
        "/api/v1/dangerous-goods?q=%00",
        "/api/v1/dangerous-goods?q=%25%27--",
    ] {
        let answer = caller.get(path).await;
        assert!(
            [200, 400, 422].contains(&answer.status),
            "{path}: {}",
            answer.text()
        );
    }
    for number in ["UN9999", "99999", "x", "%00", "%ff", "..%2f", "UN1203%2520"] {
        let answer = caller.get(&format!("/api/v1/dangerous-goods/{number}")).await;
        assert!([400, 404].contains(&answer.status), "{number}: {}", answer.text());
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{number}"
        );
    }
}

#[tokio::test]
async fn a_date_the_database_does_not_know_is_the_callers_fault() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Admin).await;
    for date in [
        "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00%2B23:59",
    ] {
        for name in ["from", "until"] {
            let answer = caller.get(&format!("/api/v1/audit-events?{name}={date}")).await;
            assert!([200, 422].contains(&answer.status), "{date}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_long_or_odd_header_keeps_no_event_from_being_recorded() {
    let app = RunningApp::start().await;
    let caller: Caller = app.caller(Company::A, Role::Operator).await;
    let mark = app.mark().await;
    for agent in [vec![b'a'; 8_000], vec![0xe4, 0xff, 0x80], b"' or 1=1 --".to_vec()] {
        let value = reqwest::header::HeaderValue::from_bytes(&agent).unwrap();
        let request = caller
            .request(reqwest::Method::POST, SHIPMENTS)
            .header("user-agent", value);
        let _ = caller
            .send(request.json(&draft(json!([gasoline()]))))
            .await
            .expect(201);
    }
    assert_eq!(app.since(&mark).await.len(), 3);
}

async fn nothing_happened(
    app: &RunningApp,
    before: std::collections::BTreeMap<String, i64>,
    mark: &testkit::running::Mark,
) {
    assert!(
        before["shipments"] <= 1 && before["audit_events"] > 0,
        "the tables were not counted: {before:?}"
    );
    assert_eq!(app.rows().await, before);
    assert_eq!(app.since(mark).await, []);
    assert_eq!(
        app.anonymous().get("/readyz").await.status,
        204,
        "the server lives"
    );
}

#[tokio::test]
async fn the_limit_of_two_hundred_lines_is_the_last_that_fits() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let lines = |count| json!({"lines": vec![json!({"goods": "UN1203"}); count]});
    assert_eq!(post_json(&caller, CHECKS, &lines(200)).await.status, 200);
    let answer = post_json(&caller, CHECKS, &lines(201)).await;
    assert_problem("one too many", &answer, 422, "/lines");
    assert!(
        answer.text().contains("201") && !answer.text().contains(PHONE) && !answer.text().contains(EMAIL)
    );
}
