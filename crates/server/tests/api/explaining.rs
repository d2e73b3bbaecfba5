//! What the platform's operator is told of a person and a stored object is what the server decides about them, and the
//! company sees that it was asked (AUTHZ-1, AUDIT-1; docs/decisions/0017).

use access::policy::Explanation;
use access::role::Role;
use app::Error;
use app::provision::{ObjectId, Standing};
use serde_json::{Value, json};
use testkit::{Company, RunningApp};

use crate::samples::{black_powder, gasoline, place, shipment};

const VIEWS: [&str; 3] = ["shipments.view", "shipments.view.own", "shipments.view.assigned"];
const OVERRIDE: &str = "dangerous_goods.compatibility.override";

async fn standing(
    app: &RunningApp,
    role: Role,
    (permission, object): (&str, Option<ObjectId>),
) -> Result<Standing, Error> {
    let mut operator = app.operator().await;
    let email = Company::A.email(role);
    operator
        .standing("alpha", &email, (permission, object), app.now())
        .await
}

/// What `policy explain` tells, a second factor having been shown.
async fn explained(app: &RunningApp, role: Role, asked: (&str, ObjectId)) -> Explanation {
    let standing = standing(app, role, (asked.0, Some(asked.1))).await.unwrap();
    let mut session = standing.session;
    session.second_factor_at = Some(app.now());
    let policies = &app.world.policies;
    policies
        .explain(session, standing.object.as_ref(), asked.0, app.now())
        .unwrap()
}

async fn may(app: &RunningApp, role: Role, asked: (&str, ObjectId)) -> bool {
    explained(app, role, asked).await.allowed
}

fn shipment_of(made: &Value) -> ObjectId {
    ObjectId::Shipment(made["id"].as_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn of_a_shipment_the_operator_is_told_what_the_server_decides_authz_5() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let driver = app.caller(Company::A, Role::Driver).await;
    let assigned = shipment(&operator, json!([gasoline()])).await;
    app.assign_to_driver(assigned["tracking_number"].as_str().unwrap())
        .await;
    let other = shipment(&operator, json!([gasoline()])).await;
    let mut seen = Vec::new();
    for made in [&assigned, &other] {
        for role in [Role::Viewer, Role::Driver, Role::Operator, Role::Manager] {
            let mut told = false;
            for view in VIEWS {
                told |= may(&app, role, (view, shipment_of(made))).await;
            }
            let caller = app.caller(Company::A, role).await;
            let got = caller.get(&place(made)).await.status;
            assert_eq!(told, got == 200, "{role}: {got}");
            seen.push(told);
        }
    }
    assert!(seen.contains(&true) && seen.contains(&false));
    // Because of an incident that names one of them.
    let read = "dangerous_goods.emergency.access";
    let body = json!({
        "kind": "leak", "severity": "HIGH", "description": "drum leaking beside dock 3", "drill": false,
        "shipments": [other["tracking_number"]],
    });
    let incident = driver
        .post_json("/api/v1/incidents", &body)
        .await
        .expect(201)
        .json();
    let body =
        json!({"incident": incident["id"], "permissions": [read], "justification": "drum leaking beside me"});
    let _ = driver
        .post_json("/api/v1/emergency-access", &body)
        .await
        .expect(201);
    assert!(driver.get(&place(&other)).await.status == 200);
    assert!(may(&app, Role::Driver, (read, shipment_of(&other))).await);
    assert!(!may(&app, Role::Driver, (read, shipment_of(&assigned))).await);
    let incident = ObjectId::Incident(incident["id"].as_str().unwrap().parse().unwrap());
    let own = ("emergency.incidents.view.own", incident);
    assert!(may(&app, Role::Driver, own).await);
    assert!(!may(&app, Role::Operator, own).await);
}

#[tokio::test]
async fn of_an_override_and_of_a_person_it_is_said_who_has_a_part_and_who_leads_p7_p15() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let made = shipment(&operator, json!([gasoline(), black_powder()])).await;
    let _ = manager
        .post_json(&format!("{}/check", place(&made)), &json!({}))
        .await
        .expect(200);
    let body = json!({
        "reason": "until the bridge is repaired", "authority": "DOT-SP 12345",
        "authority_valid_until": app.now().date().to_string(),
    });
    let asked = manager
        .post_json(&format!("{}/overrides", place(&made)), &body)
        .await;
    let asked = asked.expect(201).json()["id"].as_str().unwrap().parse().unwrap();
    assert!(may(&app, Role::Admin, (OVERRIDE, ObjectId::Override(asked))).await);
    let told = explained(&app, Role::Manager, (OVERRIDE, ObjectId::Override(asked))).await;
    let why: Vec<_> = told.forbids.iter().filter_map(|cited| cited.reason).collect();
    assert_eq!(why, [access::grant::Reason::SeparationOfDuties]);

    let user = |role| app.world.user(Company::A, role);
    let lead = format!("/api/v1/users/{}/team", user(Role::Supervisor));
    let members = json!({"members": [user(Role::Driver)]});
    let _ = manager.put_json(&lead, &members).await.expect(204);
    let team = |role| ("users.view.team", ObjectId::Person(user(role)));
    assert!(may(&app, Role::Supervisor, team(Role::Driver)).await);
    assert!(!may(&app, Role::Supervisor, team(Role::Viewer)).await);
    let give = |role| ("users.permissions.give", ObjectId::Person(user(role)));
    assert!(may(&app, Role::Manager, give(Role::Driver)).await);
    assert!(!may(&app, Role::Manager, give(Role::Admin)).await);
}

#[tokio::test]
async fn the_company_sees_that_the_operator_asked_and_of_what_and_nothing_is_told_of_another_companys_audit_1()
 {
    let app = RunningApp::start().await;
    let (operator, foreign) = (
        app.caller(Company::A, Role::Operator).await,
        app.caller(Company::B, Role::Operator).await,
    );
    let own = shipment_of(&shipment(&operator, json!([gasoline()])).await);
    let theirs = shipment_of(&shipment(&foreign, json!([gasoline()])).await);
    let mark = app.mark().await;
    let _ = standing(&app, Role::Driver, ("shipments.view", Some(own)))
        .await
        .unwrap();
    let _ = standing(&app, Role::Driver, ("session.own", None)).await.unwrap();
    let admin = app.caller(Company::A, Role::Admin).await;
    let trail = admin
        .get("/api/v1/audit-events?event_type=VIEW")
        .await
        .expect(200)
        .json();
    let told: Vec<_> = trail["events"].as_array().unwrap().iter().collect();
    assert_eq!(told.len(), 2, "{trail}");
    assert_eq!(told[1]["actor_name"], "platform operator");
    assert_eq!(told[1]["resource_name"], "driver of alpha");
    assert_eq!(told[1]["description"], "asked what this person may do, and why");
    assert_eq!(
        told[1]["additional_data"],
        json!({"permission": "shipments.view", "object": own.to_string()})
    );
    assert_eq!(
        told[0]["additional_data"],
        json!({"permission": "session.own", "object": null})
    );
    let before = app.since(&mark).await.len();
    let refused = standing(&app, Role::Driver, ("shipments.view", Some(theirs))).await;
    assert!(matches!(refused, Err(Error::NotFound("shipment"))));
    let absent = app
        .operator()
        .await
        .standing("alpha", "nobody@alpha.example", ("session.own", None), app.now())
        .await;
    assert!(matches!(absent, Err(Error::NotFound("person"))));
    assert_eq!(app.since(&mark).await.len(), before);
}
