//! Overrides of a check over the API and in the console: who asks, who decides, what voids one, what ends one, who takes one
//! back, and what none may cover (DG-2, P15, A9).

use access::role::Role;
use app::Clock;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};
use time::Duration;

use crate::console_forms::typed;
use crate::contract::hold_at;
use crate::samples::{black_powder, gasoline, place, shipment};
use crate::shipments::{change, text_of};

const WHY: &str = "one vehicle for both until the bridge is repaired";
const PERMIT: &str = "DOT-SP 12345 and M 359";
const NOTE: &str = "saw both permits, they name this vehicle";

/// A day, as many days from today.
fn day(ahead: i64) -> String {
    (Clock::system().now() + Duration::days(ahead)).date().to_string()
}

struct Scene {
    app: RunningApp,
    operator: Caller,
    manager: Caller,
    admin: Caller,
}

impl Scene {
    async fn new() -> Self {
        let app = RunningApp::start().await;
        Self {
            operator: app.caller(Company::A, Role::Operator).await,
            manager: app.caller(Company::A, Role::Manager).await,
            admin: app.caller(Company::A, Role::Admin).await,
            app,
        }
    }

    /// What showing a second factor does.
    async fn prove(&self) {
        self.app
            .behind_the_back("update sessions set second_factor_at = now()")
            .await;
    }

    /// Petrol beside black powder, checked, with all that can be confirmed.
    async fn prohibited(&self, by: &Caller) -> Value {
        let made = shipment(by, json!([gasoline(), black_powder()])).await;
        check(by, &made).await;
        read(by, &made).await
    }

    async fn ask(&self, by: &Caller, of: &Value) -> Answer {
        let body = json!({"reason": WHY, "authority": PERMIT, "authority_valid_until": day(30)});
        let path = format!("{}/overrides", place(of));
        self.step(by, (&path, "/api/v1/shipments/{id}/overrides"), &body)
            .await
    }

    async fn asked(&self, by: &Caller, of: &Value) -> String {
        let answer = self.ask(by, of).await.expect(201);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, by: &Caller, what: &str, id: &str) -> Answer {
        let form = format!("/api/v1/overrides/{{id}}/{what}");
        let path = form.replace("{id}", id);
        self.step(by, (&path, &form), &json!({"note": NOTE})).await
    }

    async fn approved(&self, of: &Value) -> String {
        let id = self.asked(&self.operator, of).await;
        self.prove().await;
        let _ = self.decide(&self.manager, "approve", &id).await.expect(204);
        id
    }

    /// What the days do that go by until the last of the permit is over.
    async fn end_permits(&self) {
        self.app
            .behind_the_back(
                "update load_overrides set asked_at = now() - interval '40 days',
                     authority_valid_until = (now() at time zone 'UTC')::date - 1",
            )
            .await;
    }

    /// Posts, holds the answer to the contract, and counts one event for a success.
    async fn step(&self, by: &Caller, (path, form): (&str, &str), body: &Value) -> Answer {
        let mark = self.app.mark().await;
        let answer = by.post_json(path, body).await;
        hold_at("POST", form, &answer);
        let events = self.app.since(&mark).await;
        let done: Vec<_> = events.iter().filter(|event| event.outcome == "SUCCESS").collect();
        assert_eq!(done.len(), usize::from(answer.status < 300), "{path}: {events:?}");
        answer
    }
}

/// Checks, and checks again with every condition confirmed.
async fn check(by: &Caller, made: &Value) {
    let path = format!("{}/check", place(made));
    let _ = by.post_json(&path, &json!({})).await.expect(200);
    let now = read(by, made).await;
    let conflicts = now["check"]["conflicts"].as_array().unwrap().iter();
    let confirm: Vec<_> = conflicts
        .filter_map(|one| one["condition"]["id"].as_str())
        .collect();
    if !confirm.is_empty() {
        let _ = by
            .post_json(&path, &json!({"confirm": confirm}))
            .await
            .expect(200);
    }
}

async fn read(by: &Caller, made: &Value) -> Value {
    let answer = by.get(&place(made)).await.expect(200);
    hold_at("GET", "/api/v1/shipments/{id}", &answer);
    answer.json()
}

async fn status(by: &Caller, made: &Value) -> (String, Vec<String>) {
    let now = read(by, made).await;
    let states = now["overrides"].as_array().unwrap().iter();
    (
        now["status"].as_str().unwrap().to_owned(),
        states
            .map(|one| one["state"].as_str().unwrap().to_owned())
            .collect(),
    )
}

async fn ready(by: &Caller, made: &Value) -> u16 {
    by.post(&format!("{}/ready", place(made))).await.status
}

async fn put(by: &Caller, made: &Value, edit: impl FnOnce(&mut Value)) {
    let body = change(&read(by, made).await, edit);
    let _ = by.put_json(&place(made), &body).await.expect(204);
}

#[tokio::test]
async fn a_prohibited_load_travels_once_somebody_else_has_approved_and_its_papers_say_so_dg_2() {
    let scene = Scene::new().await;
    let made = scene.prohibited(&scene.operator).await;
    assert_eq!(made["check"]["may_be_overridden"], true);
    assert_eq!(
        (made["status"].as_str(), ready(&scene.operator, &made).await),
        (Some("draft"), 409)
    );
    let id = scene.asked(&scene.operator, &made).await;
    assert_eq!(
        status(&scene.operator, &made).await,
        ("draft".into(), vec!["waiting".into()])
    );
    assert_eq!(ready(&scene.operator, &made).await, 409);
    for role in [Role::Manager, Role::Admin] {
        let told = scene.app.told(&Company::A.email(role), 0).await;
        assert_eq!(told, ["An override waits for you"], "{role}");
    }
    // It takes the permission and a second factor of the last minutes.
    assert_eq!(scene.decide(&scene.operator, "approve", &id).await.status, 403);
    assert_eq!(scene.decide(&scene.manager, "approve", &id).await.status, 401);
    scene.prove().await;
    assert_eq!(scene.decide(&scene.operator, "approve", &id).await.status, 403);
    let _ = scene.decide(&scene.manager, "approve", &id).await.expect(204);
    assert_eq!(
        status(&scene.operator, &made).await,
        ("checked".into(), vec!["approved".into()])
    );
    assert_eq!(
        scene.decide(&scene.admin, "refuse", &id).await.status,
        409,
        "it was decided"
    );
    assert_eq!(scene.ask(&scene.operator, &made).await.status, 409, "one stands");
    let told = scene.app.told(&Company::A.email(Role::Operator), 0).await;
    assert_eq!(told, ["Your override was approved"]);
    let trail = scene
        .admin
        .get("/api/v1/audit-events?severity=CRITICAL")
        .await
        .expect(200)
        .json();
    let events = trail["events"].as_array().unwrap().iter();
    let events: Vec<_> = events
        .filter(|event| event["resource_type"] == "override" && event["outcome"] == "SUCCESS")
        .map(|event| event["description"].as_str().unwrap())
        .collect();
    assert_eq!(
        events,
        ["override of a check approved", "override of a check asked for"]
    );

    let now = read(&scene.operator, &made).await;
    let one = &now["overrides"][0];
    assert_eq!(
        (
            &one["authority"],
            &one["reason"],
            &one["note"],
            &one["decided_by"]
        ),
        (
            &json!(PERMIT),
            &json!(WHY),
            &json!(NOTE),
            &json!("manager of alpha")
        )
    );
    let clauses = one["covers"].as_array().unwrap().iter();
    let clauses: Vec<_> = clauses
        .map(|covered| covered["clause"].as_str().unwrap())
        .collect();
    assert!(
        clauses.contains(&"49 CFR 177.848(d)") && clauses.contains(&"ADR 7.5.2.1"),
        "{clauses:?}"
    );
    let listed = scene.operator.get("/api/v1/shipments").await.expect(200);
    hold_at("GET", "/api/v1/shipments", &listed);
    assert_eq!(listed.json()["shipments"][0]["overridden"], true);

    for paper in ["us-shipping-paper", "adr-transport-document"] {
        let pdf = scene
            .operator
            .get(&format!("{}/{paper}.pdf", place(&made)))
            .await
            .expect(200);
        let text = text_of(&pdf.body);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in [
            "Carried against the rules of mixed loading",
            PERMIT,
            "approved by manager of alpha",
            id.as_str(),
        ] {
            assert!(text.contains(said), "{paper} lacks {said}: {text}");
        }
        let json = scene
            .operator
            .get(&format!("{}/{paper}.json", place(&made)))
            .await
            .expect(200)
            .json();
        let statements = json["statements"].to_string();
        assert!(
            statements.contains("Additional information") && statements.contains(PERMIT),
            "{statements}"
        );
    }
    assert_eq!(ready(&scene.operator, &made).await, 204);
}

#[tokio::test]
async fn neither_who_asked_nor_who_made_the_shipment_or_changed_its_load_decides_p15() {
    let scene = Scene::new().await;
    scene.prove().await;
    let refused = async |id: &str| {
        for what in ["approve", "refuse"] {
            let problem = scene.decide(&scene.manager, what, id).await.expect(403).json();
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains("somebody else does"), "{detail}");
        }
    };
    // Asked.
    let made = scene.prohibited(&scene.operator).await;
    refused(&scene.asked(&scene.manager, &made).await).await;
    // Made.
    let made = scene.prohibited(&scene.manager).await;
    refused(&scene.asked(&scene.operator, &made).await).await;
    // Changed, and somebody else after.
    let made = scene.prohibited(&scene.operator).await;
    for (by, packages) in [(&scene.manager, 3), (&scene.operator, 4)] {
        put(by, &made, |body| body["lines"][0]["packages"] = json!(packages)).await;
    }
    check(&scene.operator, &made).await;
    let id = scene.asked(&scene.operator, &made).await;
    refused(&id).await;
    let _ = scene.decide(&scene.admin, "approve", &id).await.expect(204);
    assert_eq!(ready(&scene.operator, &made).await, 204);
}

#[tokio::test]
async fn a_changed_load_another_answer_or_another_edition_voids_an_override_for_good_dg_2() {
    let scene = Scene::new().await;
    scene.prove().await;
    let made = scene.prohibited(&scene.operator).await;
    let approved = async || {
        let id = scene.asked(&scene.operator, &made).await;
        let _ = scene.decide(&scene.manager, "approve", &id).await.expect(204);
    };
    approved().await;
    // The same answer to the same load is what was overridden.
    let _ = scene
        .operator
        .post_json(&format!("{}/check", place(&made)), &json!({}))
        .await
        .expect(200);
    assert_eq!(
        status(&scene.operator, &made).await,
        ("checked".into(), vec!["approved".into()])
    );
    put(&scene.operator, &made, |body| {
        body["contact"]["name"] = json!("Day desk")
    })
    .await;
    assert_eq!(
        status(&scene.operator, &made).await.0,
        "checked",
        "no part of the load"
    );
    // Another load; and back to what it was, which nobody approved again.
    let packages = made["lines"][0]["packages"].clone();
    put(&scene.operator, &made, |body| {
        body["lines"][0]["packages"] = json!(7)
    })
    .await;
    assert_eq!(
        status(&scene.operator, &made).await,
        ("draft".into(), vec!["void".into()])
    );
    put(&scene.operator, &made, |body| {
        body["lines"][0]["packages"] = packages
    })
    .await;
    check(&scene.operator, &made).await;
    assert_eq!(
        status(&scene.operator, &made).await,
        ("draft".into(), vec!["void".into()])
    );
    assert_eq!(ready(&scene.operator, &made).await, 409);
    // Other regimes.
    approved().await;
    put(&scene.operator, &made, |body| body["regimes"] = json!(["us"])).await;
    assert_eq!(status(&scene.operator, &made).await.1, ["void", "void"]);
    // The law's data are others than those of the check: nothing goes on, and the next answer is another.
    check(&scene.operator, &made).await;
    let waiting = scene.asked(&scene.operator, &made).await;
    scene
        .app
        .behind_the_back(
            "update shipment_checks set results = replace(results::text, results -> 0 ->> 'edition_hash', repeat('0', 64))::jsonb",
        )
        .await;
    assert_eq!(
        scene.decide(&scene.manager, "approve", &waiting).await.status,
        409
    );
    let _ = scene.decide(&scene.manager, "refuse", &waiting).await.expect(204);
    assert_eq!(scene.ask(&scene.operator, &made).await.status, 409);
    assert_eq!(
        status(&scene.operator, &made).await.1,
        ["refused", "void", "void"]
    );
}

#[tokio::test]
async fn an_override_ends_with_its_permit_and_the_shipment_is_a_draft_the_day_after_dg_2() {
    let scene = Scene::new().await;
    let made = scene.prohibited(&scene.operator).await;
    let _ = scene.approved(&made).await;
    assert_eq!(
        read(&scene.operator, &made).await["overrides"][0]["authority_valid_until"],
        day(30)
    );
    assert_eq!(ready(&scene.operator, &made).await, 204);
    let paper = format!("{}/adr-transport-document.json", place(&made));
    let said = scene.operator.get(&paper).await.expect(200).json();
    let said = said["statements"].to_string();
    assert!(said.contains(&format!("valid until {}", day(30))), "{said}");

    scene.end_permits().await;
    assert_eq!(
        status(&scene.operator, &made).await,
        ("draft".into(), vec!["expired".into()])
    );
    let drafts = scene
        .operator
        .get("/api/v1/shipments?status=draft")
        .await
        .expect(200)
        .json();
    assert_eq!(drafts["shipments"][0]["id"], made["id"]);
    assert_eq!(drafts["shipments"][0]["overridden"], Value::Null);
    let gone = scene
        .operator
        .get("/api/v1/shipments?status=ready")
        .await
        .expect(200)
        .json();
    assert_eq!(gone["shipments"], json!([]));
    assert_eq!(scene.operator.get(&paper).await.status, 409);
    assert_eq!(ready(&scene.operator, &made).await, 409);
    // What is no part of the load can still be changed, and the same answer is no longer overridden.
    put(&scene.operator, &made, |body| {
        body["contact"]["name"] = json!("Day desk")
    })
    .await;
    let _ = scene
        .operator
        .put_json(&format!("{}/assignee", place(&made)), &json!({"user": null}))
        .await
        .expect(204);
    check(&scene.operator, &made).await;
    assert_eq!(status(&scene.operator, &made).await.0, "draft");
    // Under another permit, or the same one renewed.
    let _ = scene.approved(&made).await;
    assert_eq!(
        status(&scene.operator, &made).await,
        ("checked".into(), vec!["approved".into(), "expired".into()])
    );
    let _ = scene.operator.get(&paper).await.expect(200);
    // One that still waits is decided by nobody.
    let other = scene.prohibited(&scene.operator).await;
    let waits = scene.asked(&scene.operator, &other).await;
    scene.end_permits().await;
    for what in ["approve", "refuse", "withdraw"] {
        assert_eq!(
            scene.decide(&scene.manager, what, &waits).await.status,
            409,
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_ready_shipment_whose_permit_is_over_can_be_assigned_and_renamed_and_is_a_draft_dg_2() {
    let scene = Scene::new().await;
    for what in ["assignee", "name"] {
        let made = scene.prohibited(&scene.operator).await;
        let _ = scene.approved(&made).await;
        assert_eq!(ready(&scene.operator, &made).await, 204);
        scene.end_permits().await;
        match what {
            "assignee" => {
                let path = format!("{}/assignee", place(&made));
                let _ = scene
                    .operator
                    .put_json(&path, &json!({"user": null}))
                    .await
                    .expect(204);
            }
            _ => {
                put(&scene.operator, &made, |body| {
                    body["contact"]["name"] = json!("Day desk")
                })
                .await;
            }
        }
        assert_eq!(status(&scene.operator, &made).await.0, "draft", "{what}");
    }
}

#[tokio::test]
async fn an_approved_override_is_taken_back_and_the_shipment_is_a_draft_at_once_dg_2_a9() {
    let scene = Scene::new().await;
    let driver = scene.app.caller(Company::A, Role::Driver).await;
    let me = driver.get("/api/v1/me").await.expect(200).json();
    let made = scene.prohibited(&scene.operator).await;
    let body = json!({"user": me["user_id"]});
    let _ = scene
        .operator
        .put_json(&format!("{}/assignee", place(&made)), &body)
        .await
        .expect(204);
    let id = scene.approved(&made).await;
    assert_eq!(ready(&scene.operator, &made).await, 204);
    let paper = format!("{}/us-shipping-paper.json", place(&made));
    let _ = scene.operator.get(&paper).await.expect(200);
    let short = json!({"note": "revoked"});
    let path = format!("/api/v1/overrides/{id}/withdraw");
    let problem = scene.operator.post_json(&path, &short).await.expect(422).json();
    assert_eq!(problem["errors"][0]["pointer"], "/note");

    let before = read(&scene.operator, &made).await["version"].as_i64();
    let _ = scene.decide(&scene.admin, "withdraw", &id).await.expect(204);
    assert_eq!(
        status(&scene.operator, &made).await,
        ("draft".into(), vec!["withdrawn".into()])
    );
    let now = read(&scene.operator, &made).await;
    assert!(
        now["version"].as_i64() > before,
        "whoever holds what was there is told"
    );
    let one = &now["overrides"][0];
    assert_eq!(
        (&one["withdrawn_by"], &one["withdrawal_note"], &one["note"]),
        (&json!("admin of alpha"), &json!(NOTE), &json!(NOTE))
    );
    assert_eq!(scene.operator.get(&paper).await.status, 409);
    assert_eq!(ready(&scene.operator, &made).await, 409);
    for (role, last) in [
        (Role::Operator, "An override was withdrawn"),
        (Role::Manager, "An override was withdrawn"),
        (Role::Driver, "An override was withdrawn"),
        (Role::Admin, "An override waits for you"),
    ] {
        let told = scene.app.told(&Company::A.email(role), 0).await;
        assert_eq!(told.last().map(String::as_str), Some(last), "{role}: {told:?}");
    }
    let trail = scene
        .admin
        .get("/api/v1/audit-events?severity=CRITICAL")
        .await
        .expect(200)
        .json();
    let event = &trail["events"][0];
    assert_eq!(event["description"], "override of a check withdrawn");
    assert_eq!(
        (
            &event["additional_data"]["withdrawn"],
            &event["additional_data"]["valid_until"]
        ),
        (&json!(NOTE), &json!(day(30)))
    );
    assert_eq!(
        event["changed_fields"]["status"],
        json!({"old": "ready", "new": "draft", "critical": true})
    );
    // It is over for good: the same check again does not bring it back, and another is asked for.
    assert_eq!(scene.decide(&scene.admin, "withdraw", &id).await.status, 409);
    check(&scene.operator, &made).await;
    assert_eq!(status(&scene.operator, &made).await.0, "draft");
    let _ = scene.approved(&made).await;
    assert_eq!(
        status(&scene.operator, &made).await,
        ("checked".into(), vec!["approved".into(), "withdrawn".into()])
    );
}

#[tokio::test]
async fn who_asked_takes_an_override_back_and_who_may_decide_and_nobody_else_p15() {
    let scene = Scene::new().await;
    let supervisor = scene.app.caller(Company::A, Role::Supervisor).await;
    let made = scene.prohibited(&scene.operator).await;
    // While it waits: who asked. What waits, others refuse.
    let id = scene.asked(&scene.operator, &made).await;
    for (by, answer) in [(&supervisor, 403), (&scene.manager, 401)] {
        assert_eq!(scene.decide(by, "withdraw", &id).await.status, answer);
    }
    scene.prove().await;
    assert_eq!(scene.decide(&supervisor, "withdraw", &id).await.status, 403);
    assert_eq!(scene.decide(&scene.manager, "withdraw", &id).await.status, 409);
    let _ = scene.decide(&scene.operator, "withdraw", &id).await.expect(204);
    assert_eq!(
        status(&scene.operator, &made).await,
        ("draft".into(), vec!["withdrawn".into()])
    );
    // When it is approved: who asked, without more proof than asking took.
    let id = scene.approved(&made).await;
    scene
        .app
        .behind_the_back("update sessions set second_factor_at = null")
        .await;
    assert_eq!(scene.decide(&scene.manager, "withdraw", &id).await.status, 401);
    let _ = scene.decide(&scene.operator, "withdraw", &id).await.expect(204);
    // Who approved; and who may not have decided it, for the load is theirs.
    let id = scene.approved(&made).await;
    let _ = scene.decide(&scene.manager, "withdraw", &id).await.expect(204);
    let theirs = scene.prohibited(&scene.manager).await;
    let id = scene.asked(&scene.operator, &theirs).await;
    scene.prove().await;
    let _ = scene.decide(&scene.admin, "approve", &id).await.expect(204);
    let foreign = scene.app.caller(Company::B, Role::Admin).await;
    scene.prove().await;
    assert_eq!(scene.decide(&foreign, "withdraw", &id).await.status, 404);
    let _ = scene.decide(&scene.manager, "withdraw", &id).await.expect(204);
    assert_eq!(status(&scene.operator, &theirs).await.0, "draft");
}

#[tokio::test]
async fn what_could_not_be_judged_or_may_not_be_carried_at_all_is_never_overridden_dg_2() {
    let scene = Scene::new().await;
    let unknown = json!({"goods": "UN9999", "packages": 1, "packaging": "box"});
    let forbidden = json!({"goods": "acetylene silver nitrate", "packages": 1, "packaging": "box"});
    for (lines, said) in [
        (json!([gasoline()]), "nothing of this load is prohibited"),
        (
            json!([gasoline(), black_powder(), unknown]),
            "could not be checked",
        ),
        (json!([gasoline(), forbidden]), "cannot be overridden"),
    ] {
        let made = shipment(&scene.operator, lines).await;
        check(&scene.operator, &made).await;
        assert_eq!(
            read(&scene.operator, &made).await["check"]["may_be_overridden"],
            false
        );
        let problem = scene.ask(&scene.operator, &made).await.expect(422).json();
        assert!(problem["detail"].as_str().unwrap().contains(said), "{problem}");
    }
    // A data set that the company has not loaded.
    let mut draft = crate::samples::draft(json!([gasoline(), black_powder()]));
    draft["data_sets"] = json!(["imdg"]);
    let made = scene
        .operator
        .post_json("/api/v1/shipments", &draft)
        .await
        .expect(201)
        .json();
    check(&scene.operator, &made).await;
    assert_eq!(scene.ask(&scene.operator, &made).await.status, 422);
    // Nor what was never checked, or changed since.
    let made = shipment(&scene.operator, json!([gasoline(), black_powder()])).await;
    assert_eq!(scene.ask(&scene.operator, &made).await.status, 409);
    check(&scene.operator, &made).await;
    put(&scene.operator, &made, |body| {
        body["lines"][0]["packages"] = json!(7)
    })
    .await;
    assert_eq!(scene.ask(&scene.operator, &made).await.status, 409);
}

#[tokio::test]
async fn an_override_is_asked_for_with_a_reason_and_a_ground_by_who_may_edit_dg_2() {
    let scene = Scene::new().await;
    let made = scene.prohibited(&scene.operator).await;
    let path = format!("{}/overrides", place(&made));
    let with = |name: &str, value: &str| {
        let mut body = json!({"reason": WHY, "authority": PERMIT, "authority_valid_until": day(0)});
        body[name] = json!(value);
        body
    };
    for (name, value) in [
        ("reason", "because"),
        ("reason", &"x".repeat(501)),
        ("authority", "none"),
        ("authority", &"x".repeat(201)),
        ("authority_valid_until", ""),
        ("authority_valid_until", "31 March"),
        ("authority_valid_until", "2027-02-30"),
        // Over; and for longer than any runs (ADR 1.5.1.2).
        ("authority_valid_until", &day(-1)),
        ("authority_valid_until", &day(5 * 366)),
    ] {
        let problem = scene.operator.post_json(&path, &with(name, value)).await;
        let problem = problem.expect(422).json();
        assert_eq!(
            problem["errors"][0]["pointer"],
            format!("/{name}"),
            "{value}: {problem}"
        );
    }
    // Nor without a day.
    let mut without = with("reason", WHY);
    without.as_object_mut().unwrap().remove("authority_valid_until");
    let problem = scene.operator.post_json(&path, &without).await.expect(422).json();
    assert!(
        problem["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .contains("authority_valid_until"),
        "{problem}"
    );
    let more = with("check", "chk_1");
    assert_eq!(
        scene.operator.post_json(&path, &more).await.status,
        422,
        "it names nothing else"
    );
    for role in [Role::Viewer, Role::Driver] {
        let caller = scene.app.caller(Company::A, role).await;
        assert_eq!(scene.ask(&caller, &made).await.status, 403, "{role}");
    }
    let id = scene.asked(&scene.operator, &made).await;
    scene.prove().await;
    let short = scene
        .manager
        .post_json(
            &format!("/api/v1/overrides/{id}/approve"),
            &json!({"note": "fine"}),
        )
        .await;
    assert_eq!(short.status, 422);
    let foreign = scene.app.caller(Company::B, Role::Manager).await;
    scene.prove().await;
    assert_eq!(scene.decide(&foreign, "approve", &id).await.status, 404);
}

#[tokio::test]
async fn in_an_emergency_one_decides_what_the_incident_names_and_never_ones_own_p11_p15() {
    let scene = Scene::new().await;
    let driver = scene.app.caller(Company::A, Role::Driver).await;
    let supervisor = scene.app.caller(Company::A, Role::Supervisor).await;
    let (named, other) = (
        scene.prohibited(&scene.operator).await,
        scene.prohibited(&scene.operator).await,
    );
    let (of_named, of_other) = (
        scene.asked(&scene.operator, &named).await,
        scene.asked(&scene.operator, &other).await,
    );
    let incident = driver
        .post_json(
            "/api/v1/incidents",
            &json!({
                "kind": "leak", "severity": "HIGH", "description": "drum leaking beside dock 3", "drill": false,
                "shipments": [named["tracking_number"], other["tracking_number"]],
            }),
        )
        .await
        .expect(201)
        .json();
    let incident = incident["id"].as_str().unwrap();
    scene.prove().await;
    let _ = supervisor
        .post(&format!("/api/v1/incidents/{incident}/confirm"))
        .await
        .expect(204);
    let access = async |who: &Caller| {
        let body = json!({
            "incident": incident, "permissions": ["dangerous_goods.compatibility.override"], "justification": WHY,
        });
        let asked = who
            .post_json("/api/v1/emergency-access", &body)
            .await
            .expect(201)
            .json();
        let path = format!(
            "/api/v1/emergency-access/{}/approve",
            asked["id"].as_str().unwrap()
        );
        let _ = scene.manager.post(&path).await.expect(204);
    };
    assert_eq!(scene.decide(&driver, "approve", &of_named).await.status, 403);
    access(&driver).await;
    access(&scene.operator).await;
    // Whoever asked does not decide, with emergency access either.
    let problem = scene
        .decide(&scene.operator, "approve", &of_named)
        .await
        .expect(403)
        .json();
    assert!(problem["detail"].as_str().unwrap().contains("somebody else does"));
    // The incident no longer names the other.
    scene
        .app
        .behind_the_back("delete from incident_shipments where shipment_id <> (select shipment_id from load_overrides order by asked_at limit 1)")
        .await;
    assert_eq!(scene.decide(&driver, "approve", &of_other).await.status, 403);
    let _ = scene.decide(&driver, "approve", &of_named).await.expect(204);
    assert_eq!(ready(&scene.operator, &named).await, 204);
    let trail = scene.admin.get("/api/v1/audit-events").await.expect(200).json();
    let events = trail["events"].as_array().unwrap().iter();
    let approved = events
        .clone()
        .find(|event| event["description"] == "override of a check approved")
        .unwrap();
    let access = approved["additional_data"]["emergency_access"].as_str().unwrap();
    assert!(access.starts_with("ema_"), "{approved}");
}

#[tokio::test]
async fn an_override_is_asked_for_and_decided_on_the_shipments_page_authz_7() {
    let scene = Scene::new().await;
    let made = scene.prohibited(&scene.operator).await;
    let page = format!("/shipments/{}", made["id"].as_str().unwrap());
    let (operator, manager) = (
        scene.app.browser(Company::A, Role::Operator).await,
        scene.app.browser(Company::A, Role::Manager).await,
    );
    let viewer = scene.app.browser(Company::A, Role::Supervisor).await;
    let html = operator.get(&page).await.expect(200).text();
    assert!(html.contains("Ask for an override") && html.contains("Permit or approval"));
    let ask = |reason: &str| {
        [
            ("reason", reason.to_owned()),
            ("authority", PERMIT.to_owned()),
            ("authority_valid_until", day(30)),
        ]
    };
    let short = operator
        .post_form(&format!("{page}/overrides"), &ask("because"))
        .await;
    assert_eq!(short.status, 422);
    assert!(short.text().contains(PERMIT) && short.text().contains("10 to 500 characters"));
    assert!(short.text().contains(&format!("value=\"{}\"", day(30))));
    let asked = operator
        .post_form(&format!("{page}/overrides"), &ask(WHY))
        .await
        .expect(303);
    assert_eq!(asked.header("location"), format!("{page}?done=override-asked"));
    for (browser, decides) in [(&operator, false), (&viewer, false), (&manager, true)] {
        let html = browser.get(&page).await.expect(200).text();
        assert!(html.contains("An override waits for a second person") && html.contains(WHY));
        assert!(html.contains("30 days left"));
        assert_eq!(html.contains("/approve\""), decides);
        assert!(!html.contains("Ask for an override"));
    }
    let id = read(&scene.operator, &made).await["overrides"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let note = [("note", NOTE.to_owned())];
    scene.prove().await;
    let decided = manager
        .post_form(&format!("/overrides/{id}/approve"), &note)
        .await
        .expect(303);
    assert_eq!(
        decided.header("location"),
        format!("{page}?done=override-approved")
    );
    let html = viewer.get(&page).await.expect(200).text();
    assert!(
        html.contains("Prohibited, and overridden")
            && html.contains(NOTE)
            && html.contains("manager of alpha")
    );
    assert!(
        operator
            .get("/shipments")
            .await
            .expect(200)
            .text()
            .contains("overridden")
    );

    // Taken back by who asked.
    assert!(!viewer.get(&page).await.expect(200).text().contains("/withdraw\""));
    assert!(
        operator
            .get(&page)
            .await
            .expect(200)
            .text()
            .contains("/withdraw\"")
    );
    let withdraw = |note: &str| {
        [
            ("note", note.to_owned()),
            ("shipment", made["id"].as_str().unwrap().to_owned()),
        ]
    };
    let path = format!("/overrides/{id}/withdraw");
    let short = operator
        .post_form(&path, &withdraw("<hm>"))
        .await
        .expect(422)
        .text();
    assert!(
        short.contains("10 to 500 characters") && short.contains("value=\"&#60;hm&#62;\""),
        "{short}"
    );
    let done = operator.post_form(&path, &withdraw(NOTE)).await.expect(303);
    assert_eq!(done.header("location"), format!("{page}?done=override-withdrawn"));
    let html = viewer.get(&page).await.expect(200).text();
    assert!(html.contains("withdrawn") && !html.contains("Prohibited, and overridden"));

    // A second, refused.
    let made = scene.prohibited(&scene.operator).await;
    let id = scene.asked(&scene.operator, &made).await;
    let _ = manager
        .post_form(&format!("/overrides/{id}/refuse"), &note)
        .await
        .expect(303);
    let html = operator
        .get(&format!("/shipments/{}", made["id"].as_str().unwrap()))
        .await
        .expect(200)
        .text();
    assert!(html.contains("Earlier overrides") && html.contains("Ask for an override"));
}

/// What was typed is not lost, and what is wrong stands beside it; on the page of another shipment there is no such form.
#[tokio::test]
async fn a_note_too_short_is_asked_for_again_where_it_was_typed_dg_2() {
    let scene = Scene::new().await;
    let made = scene.prohibited(&scene.operator).await;
    let id = scene.asked(&scene.operator, &made).await;
    let other = scene.prohibited(&scene.operator).await;
    let _ = scene.asked(&scene.operator, &other).await;
    let manager = scene.app.browser(Company::A, Role::Manager).await;
    let page = format!("/shipments/{}", made["id"].as_str().unwrap());
    let of = manager.get(&page).await.expect(200).hidden("shipment");
    scene.prove().await;
    let mark = scene.app.mark().await;
    for what in ["approve", "refuse"] {
        let fields = [("note", "<b>fine".to_owned()), ("shipment", of.clone())];
        let path = format!("/overrides/{id}/{what}");
        let html = manager.post_form(&path, &fields).await.expect(422).text();
        assert!(
            html.contains("id=\"override-note-problem\">A note has 10 to 500 characters"),
            "{html}"
        );
        assert!(
            !html.contains("<b>fine") && html.contains("b&#62;fine\" minlength"),
            "{html}"
        );
    }
    for of in [other["id"].as_str().unwrap(), "", "shp_1"] {
        let fields = [("note", "fine".to_owned()), ("shipment", of.to_owned())];
        let answer = manager
            .post_form(&format!("/overrides/{id}/refuse"), &fields)
            .await
            .expect(422);
        assert!(!answer.text().contains("override-note-problem"));
    }
    assert_eq!(scene.app.since(&mark).await, []);
    assert_eq!(status(&scene.operator, &made).await.1, ["waiting"]);
}

#[tokio::test]
async fn the_checker_says_beside_a_prohibition_whether_an_override_is_possible_dg_2() {
    let scene = Scene::new().await;
    let browser = scene.app.browser(Company::A, Role::Operator).await;
    let load = |first: &str, second: &str| [typed(first, "50"), typed(second, "50")].concat();
    let possible = browser
        .post_form("/checker/result", &load("UN1203", "UN0027"))
        .await
        .expect(200)
        .text();
    assert!(possible.contains("ask for an override"), "{possible}");
    let never = browser
        .post_form("/checker/result", &load("UN1203", "acetylene silver nitrate"))
        .await
        .expect(200)
        .text();
    assert!(never.contains("No override:"), "{never}");
    let clear = browser
        .post_form("/checker/result", &load("UN1203", "UN1202"))
        .await
        .expect(200)
        .text();
    assert!(!clear.contains("verride"), "{clear}");
}
