//! What one person may do: permissions given for a time and withheld, roles, and who decides over whom (AUTHZ-2, P16).

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};
use time::Duration;
use time::format_description::well_known::Rfc3339;

use crate::contract::hold_at;
use crate::routes::said;
use crate::samples::{draft, gasoline, place, shipment};

const ME: &str = "/api/v1/me";
const PLACE: &str = "/api/v1/users/{id}/permissions";
const ROLE: &str = "/api/v1/users/{id}/role";
const REASON: &str = "stands in for a colleague who is ill";

fn about(app: &RunningApp, role: Role) -> String {
    app.world.user(Company::A, role).to_string()
}

fn in_hours(app: &RunningApp, hours: i64) -> String {
    (app.now() + Duration::hours(hours)).format(&Rfc3339).unwrap()
}

fn granted(app: &RunningApp, permission: &str) -> Value {
    json!({"permission": permission, "effect": "granted", "reason": REASON, "expires_at": in_hours(app, 24)})
}

fn withheld(permission: &str) -> Value {
    json!({"permission": permission, "effect": "withheld", "reason": REASON})
}

/// Posts about a person of company A, holds the answer to the contract and counts one event for a success.
async fn decide(app: &RunningApp, by: &Caller, path: &str, over: &str, body: &Value) -> Answer {
    let mark = app.mark().await;
    let answer = by.post_json(&path.replace("{id}", over), body).await;
    hold_at("POST", path, &answer);
    let events = app.since(&mark).await;
    let done: Vec<_> = events.iter().filter(|event| event.outcome == "SUCCESS").collect();
    assert_eq!(
        done.len(),
        usize::from(answer.status < 300),
        "{}: {events:?}",
        answer.status
    );
    assert!(done.iter().all(|event| event.event_type == "PERMISSION_CHANGE"));
    answer
}

async fn give(app: &RunningApp, by: &Caller, over: Role, body: &Value) -> Answer {
    decide(app, by, PLACE, &about(app, over), body).await
}

async fn create(caller: &Caller) -> u16 {
    caller
        .post_json("/api/v1/shipments", &draft(json!([gasoline()])))
        .await
        .status
}

/// Why a person holds a permission, as a manager reads it.
async fn why(app: &RunningApp, over: Role, permission: &str) -> Value {
    let manager = app.caller(Company::A, Role::Manager).await;
    let answer = manager
        .get(&PLACE.replace("{id}", &about(app, over)))
        .await
        .expect(200);
    hold_at("GET", PLACE, &answer);
    let lines = answer.json()["permissions"].as_array().unwrap().clone();
    lines
        .into_iter()
        .find(|line| line["permission"] == permission)
        .unwrap()
}

#[tokio::test]
async fn a_permission_given_counts_at_once_on_every_node_until_it_is_ended_authz_2() {
    let app = RunningApp::start().await;
    let other_node = app.second_node().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let viewer = app.caller(Company::A, Role::Viewer).await;
    assert_eq!(create(&viewer).await, 403);
    let given = give(&app, &manager, Role::Viewer, &granted(&app, "shipments.create")).await;
    let id = given.expect(201).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(create(&viewer).await, 201);
    assert_eq!(create(&other_node.bearer(viewer.proof())).await, 201);
    let held = viewer.get(ME).await.expect(200).json();
    assert!(
        held["permissions"]
            .as_array()
            .unwrap()
            .contains(&json!("shipments.create"))
    );
    let line = why(&app, Role::Viewer, "shipments.create").await;
    assert_eq!((&line["held"], &line["why"]), (&json!(true), &json!("given")));
    assert_eq!(line["grant"]["reason"], REASON);
    assert_eq!(line["grant"]["given_by"], "manager of alpha");

    let one = format!("{PLACE}/{id}").replace("{id}", &about(&app, Role::Viewer));
    let ended = manager.delete(&one).await;
    hold_at("DELETE", "/api/v1/users/{id}/permissions/{grant}", &ended);
    let _ = ended.expect(204);
    assert_eq!(create(&viewer).await, 403);
    assert_eq!(create(&other_node.bearer(viewer.proof())).await, 403);
    let _ = manager.delete(&one).await.expect(409);
    assert_eq!(
        why(&app, Role::Viewer, "shipments.create").await["why"],
        "not_held"
    );
    let told = app.told(&Company::A.email(Role::Viewer), 0).await;
    assert_eq!(told, ["What you may do changed", "What you may do changed"]);
}

#[tokio::test]
async fn a_permission_given_ends_by_the_clock_alone_authz_2_p12() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let viewer = app.caller(Company::A, Role::Viewer).await;
    let body = granted(&app, "shipments.create");
    let _ = give(&app, &manager, Role::Viewer, &body).await.expect(201);
    assert_eq!(create(&viewer).await, 201);
    app.behind_the_back(
        "update permission_grants set given_at = given_at - interval '25 hours',
             expires_at = expires_at - interval '25 hours'",
    )
    .await;
    assert_eq!(create(&viewer).await, 403);
    assert_eq!(
        why(&app, Role::Viewer, "shipments.create").await["why"],
        "not_held"
    );
}

#[tokio::test]
async fn a_permission_withheld_is_refused_with_its_reason_and_the_rest_stays_authz_2() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&operator, json!([gasoline()])).await;
    let _ = give(&app, &manager, Role::Operator, &withheld("shipments.edit"))
        .await
        .expect(201);
    let ready = format!("{}/check", place(&made));
    let refused = operator.post_json(&ready, &json!({})).await.expect(403).json();
    assert_eq!(refused["detail"], "this permission is withheld from you");
    let _ = operator.get(&place(&made)).await.expect(200);
    assert_eq!(create(&operator).await, 201);
    // What is given beside it does not undo it; it is the later decision that counts.
    let _ = give(&app, &manager, Role::Operator, &granted(&app, "shipments.edit"))
        .await
        .expect(201);
    let _ = operator.post_json(&ready, &json!({})).await.expect(200);
}

#[tokio::test]
async fn nobody_decides_over_themselves_or_upward_or_over_what_they_do_not_hold_p16() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let give_of = |permission| granted(&app, permission);
    for (by, over, body, detail) in [
        (&manager, Role::Manager, give_of("shipments.edit"), "themselves"),
        (&manager, Role::Admin, give_of("shipments.edit"), "above"),
        (&manager, Role::Admin, withheld("audit.logs.view"), "above"),
        (
            &manager,
            Role::Viewer,
            give_of("audit.logs.view"),
            "does not hold",
        ),
        (&admin, Role::Admin, withheld("shipments.edit"), "themselves"),
    ] {
        let answer = give(&app, by, over, &body).await.expect(403).json();
        let told = answer["detail"].as_str().unwrap();
        assert!(told.contains(detail), "{over} {body}: {told}");
    }
    // A critical permission is given by who has just shown a second factor.
    let critical = give_of("dangerous_goods.compatibility.override");
    let _ = give(&app, &manager, Role::Driver, &critical).await.expect(401);
    app.behind_the_back("update sessions set second_factor_at = now()")
        .await;
    let _ = give(&app, &manager, Role::Driver, &critical).await.expect(201);
    // Whoever was given a permission does not pass it on, and has nothing to decide with.
    let supervisor = app.caller(Company::A, Role::Supervisor).await;
    let _ = give(&app, &supervisor, Role::Viewer, &give_of("shipments.edit"))
        .await
        .expect(403);
}

#[tokio::test]
async fn what_is_wrong_with_a_decision_is_said_all_at_once() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let long = in_hours(&app, 24 * 367);
    for (permission, expires_at) in [
        ("users.admin", Value::Null),
        ("session.own", json!(in_hours(&app, -1))),
        ("no.such.permission", json!(long)),
        ("emergency.access.approve", Value::Null),
    ] {
        let body = json!({"permission": permission, "effect": "granted", "reason": "short", "expires_at": expires_at});
        let answer = give(&app, &manager, Role::Viewer, &body).await.expect(422).json();
        let pointers: Vec<_> = answer["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            pointers,
            ["/permission", "/expires_at", "/reason"],
            "{permission}"
        );
    }
    for body in [
        json!({"permission": "shipments.edit", "effect": "both", "reason": REASON}),
        json!({"permission": "shipments.edit", "effect": "granted", "reason": REASON, "expires_at": "tomorrow"}),
    ] {
        let _ = give(&app, &manager, Role::Viewer, &body).await.expect(422);
    }
}

#[tokio::test]
async fn another_companys_person_and_grant_answer_exactly_as_absent_ones_p19() {
    let app = RunningApp::start().await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let theirs = app.world.user(Company::B, Role::Viewer).to_string();
    let nobody = access::ids::UserId::generate(app.now()).to_string();
    let body = granted(&app, "shipments.edit");
    let role = json!({"role": "DRIVER", "reason": REASON});
    let mut answers = Vec::new();
    for id in [&theirs, &nobody] {
        let of = manager.get(&PLACE.replace("{id}", id)).await;
        let give = decide(&app, &manager, PLACE, id, &body).await;
        let assign = decide(&app, &admin, ROLE, id, &role).await;
        let grant = access::ids::PermissionGrantId::generate(app.now());
        let end = manager
            .delete(&format!("{}/{grant}", PLACE.replace("{id}", id)))
            .await;
        answers.push([of, give, assign, end].map(|answer| {
            assert_eq!(answer.status, 404);
            said(&answer)
        }));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_role_is_changed_by_an_administrator_and_the_persons_sessions_end_p16() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let driver = app.caller(Company::A, Role::Driver).await;
    let body = json!({"role": "SUPERVISOR", "reason": REASON});
    let assign =
        async |by: &Caller, over: Role, body: &Value| decide(&app, by, ROLE, &about(&app, over), body).await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let _ = assign(&manager, Role::Driver, &body).await.expect(403);
    let _ = assign(&admin, Role::Admin, &body).await.expect(403);
    let above = json!({"role": "SUPER_ADMIN", "reason": REASON});
    let _ = assign(&admin, Role::Driver, &above).await.expect(403);
    let none = json!({"role": "CAPTAIN", "reason": REASON});
    let _ = assign(&admin, Role::Driver, &none).await.expect(422);
    let _ = assign(&admin, Role::Driver, &body).await.expect(204);
    let _ = driver.get(ME).await.expect(401);
    let again = app.bearer(&app.tokens(Company::A, Role::Driver).await.access);
    assert_eq!(again.get(ME).await.expect(200).json()["role"], "SUPERVISOR");
    let _ = assign(&admin, Role::Driver, &body).await.expect(409);
    assert_eq!(
        app.told(&Company::A.email(Role::Driver), 0).await,
        ["Your role changed"]
    );
}

#[tokio::test]
async fn two_administrators_who_demote_each_other_leave_one() {
    let app = RunningApp::start().await;
    let first = app.caller(Company::A, Role::Admin).await;
    let second = app.second_admin(Company::A).await;
    let of = async |caller: &Caller| {
        caller.get(ME).await.expect(200).json()["user_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (a, b) = (of(&first).await, of(&second).await);
    let body = json!({"role": "VIEWER", "reason": REASON});
    let place = |id: &str| ROLE.replace("{id}", id);
    let (over_b, over_a) = (place(&b), place(&a));
    let (one, two) = tokio::join!(first.post_json(&over_b, &body), second.post_json(&over_a, &body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 204, "{statuses:?}");
    assert!(
        [401, 403, 500].contains(&statuses[1]) && statuses[1] != 500,
        "{statuses:?}"
    );
}
