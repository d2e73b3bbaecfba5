//! Emergency access: who reads and acts beyond their role because of an incident, for how long, and who judges it
//! (AUTHZ-6, P8 to P14).

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};

use crate::contract::hold_at;
use crate::emergency_scene::{OVERRIDE, READ, Scene};
use crate::routes::said;
use crate::samples::place;

const INCIDENTS: &str = "/api/v1/incidents";
const ACCESS: &str = "/api/v1/emergency-access";
const WHY: &str = "drum leaking beside dock 3, need what is next to it";

impl Scene {
    async fn report(&self, by: &Caller, drill: bool) -> String {
        let body = json!({
            "kind": "leak", "severity": "HIGH", "description": "drum leaking beside dock 3", "drill": drill,
            "shipments": [self.named["tracking_number"]],
        });
        let answer = step(&self.app, by, INCIDENTS, "", Some(body)).await.expect(201);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn request(&self, by: &Caller, incident: &str, permissions: &[&str]) -> Answer {
        let body = json!({"incident": incident, "permissions": permissions, "justification": WHY});
        step(&self.app, by, ACCESS, "", Some(body)).await
    }

    /// Asks, and tells the id and whether it was granted at once.
    async fn asked(&self, by: &Caller, incident: &str, permissions: &[&str]) -> (String, bool) {
        let answer = self.request(by, incident, permissions).await.expect(201).json();
        let id = answer["id"].as_str().unwrap().to_owned();
        (id, answer["granted"].as_bool().unwrap())
    }

    async fn act(&self, by: &Caller, what: &str, id: &str) -> u16 {
        step(&self.app, by, &format!("{ACCESS}/{{id}}/{what}"), id, None)
            .await
            .status
    }

    async fn review(&self, by: &Caller, id: &str) -> u16 {
        let body = json!({"justified": true, "note": "read what was beside the leak"});
        step(&self.app, by, &format!("{ACCESS}/{{id}}/review"), id, Some(body))
            .await
            .status
    }

    async fn confirm(&self, by: &Caller, incident: &str) -> u16 {
        step(
            &self.app,
            by,
            &format!("{INCIDENTS}/{{id}}/confirm"),
            incident,
            None,
        )
        .await
        .status
    }

    /// What the driver gets of both shipments.
    async fn reads(&self) -> [u16; 2] {
        let mut statuses = [0; 2];
        for (status, shipment) in statuses.iter_mut().zip([&self.named, &self.other]) {
            *status = self.driver.get(&place(shipment)).await.status;
        }
        statuses
    }

    async fn driver_may(&self, permission: &str) -> bool {
        let me = self.driver.get("/api/v1/me").await.expect(200).json();
        me["permissions"].as_array().unwrap().contains(&json!(permission))
    }

    async fn state(&self, id: &str) -> Value {
        let list = self.manager.get(ACCESS).await.expect(200);
        hold_at("GET", ACCESS, &list);
        let list = list.json()["emergency_access"].as_array().unwrap().clone();
        list.into_iter().find(|access| access["id"] == id).unwrap()["state"].clone()
    }

    /// Moves every access so many minutes into the past.
    async fn minutes_pass(&self, sql: &'static str) {
        self.app.behind_the_back(sql).await;
    }
}

const AN_HOUR: &str = "update emergency_access set granted_at = granted_at - interval '61 minutes',
     expires_at = expires_at - interval '61 minutes'";
const FOUR_HOURS: &str = "update emergency_access set granted_at = granted_at - interval '241 minutes',
     expires_at = expires_at - interval '241 minutes'";

/// Posts, holds the answer to the contract and counts one event for a success.
async fn step(app: &RunningApp, by: &Caller, path: &str, id: &str, body: Option<Value>) -> Answer {
    let mark = app.mark().await;
    let at = path.replace("{id}", id);
    let answer = match body {
        Some(body) => by.post_json(&at, &body).await,
        None => by.post(&at).await,
    };
    hold_at("POST", path, &answer);
    let events = app.since(&mark).await;
    let done: Vec<_> = events.iter().filter(|event| event.outcome == "SUCCESS").collect();
    assert_eq!(
        done.len(),
        usize::from(answer.status < 300),
        "{path} {}: {events:?}",
        answer.status
    );
    if path.starts_with(ACCESS) {
        assert!(
            done.iter().all(|event| event.event_type == "EMERGENCY_ACCESS"),
            "{done:?}"
        );
    }
    answer
}

#[tokio::test]
async fn a_driver_beside_a_leak_reads_what_the_incident_names_at_once_and_nothing_more_p11() {
    let scene = Scene::over_the_api().await;
    assert_eq!(scene.reads().await, [403, 403]);
    let incident = scene.report(&scene.driver, false).await;
    assert_eq!(scene.reads().await, [403, 403]);
    let (id, granted) = scene.asked(&scene.driver, &incident, &[READ]).await;
    assert!(granted);
    assert_eq!(scene.reads().await, [200, 403]);
    let listed = scene.driver.get("/api/v1/shipments").await.expect(200).json();
    assert_eq!(listed["shipments"].as_array().unwrap().len(), 1, "{listed}");
    let told = scene.app.told(&Company::A.email(Role::Manager), 0).await;
    assert_eq!(told, ["Emergency access was taken"]);
    assert_eq!(scene.state(&id).await, "usable");
    scene.minutes_pass(AN_HOUR).await;
    assert_eq!(scene.reads().await, [403, 403]);
    assert_eq!(scene.state(&id).await, "to_review");
}

#[tokio::test]
async fn every_use_of_emergency_access_is_in_the_trail_before_anything_is_shown() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, false).await;
    let _ = scene.asked(&scene.driver, &incident, &[READ]).await;
    for path in ["/api/v1/shipments", place(&scene.named).as_str()] {
        let mark = scene.app.mark().await;
        let _ = scene.driver.get(path).await.expect(200);
        let events = scene.app.since(&mark).await;
        assert_eq!(events.len(), 1, "{path}: {events:?}");
        assert_eq!(events[0].event_type, "EMERGENCY_ACCESS", "{path}");
    }
    // Who may read anyway leaves no such trace.
    let mark = scene.app.mark().await;
    let _ = scene.operator.get(&place(&scene.named)).await.expect(200);
    assert_eq!(scene.app.since(&mark).await.len(), 0);
}

#[tokio::test]
async fn because_of_an_incident_that_two_others_know_of_reading_reaches_the_company_for_four_hours() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.operator, false).await;
    assert_eq!(scene.confirm(&scene.operator, &incident).await, 409);
    assert_eq!(scene.confirm(&scene.manager, &incident).await, 204);
    let (_, granted) = scene.asked(&scene.driver, &incident, &[READ]).await;
    assert!(granted);
    assert_eq!(scene.reads().await, [200, 200]);
    scene.minutes_pass(AN_HOUR).await;
    assert_eq!(scene.reads().await, [200, 200]);
    scene.minutes_pass(FOUR_HOURS).await;
    assert_eq!(scene.reads().await, [403, 403]);
}

#[tokio::test]
async fn an_unreviewed_access_blocks_taking_another_and_a_judgement_frees_it_p14() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, false).await;
    let (first, _) = scene.asked(&scene.driver, &incident, &[READ]).await;
    assert_eq!(scene.review(&scene.manager, &first).await, 409, "it is not over");
    assert_eq!(scene.act(&scene.driver, "end", &first).await, 204);
    assert_eq!(scene.reads().await, [403, 403]);
    let (second, granted) = scene.asked(&scene.driver, &incident, &[READ]).await;
    assert!(!granted, "it waits for a second person");
    assert_eq!(scene.reads().await, [403, 403]);
    assert_eq!(scene.request(&scene.driver, &incident, &[READ]).await.status, 409);
    assert_eq!(scene.act(&scene.driver, "end", &second).await, 204);
    assert_eq!(scene.state(&second).await, "withdrawn");
    assert_eq!(scene.review(&scene.driver, &first).await, 403);
    assert_eq!(scene.review(&scene.manager, &first).await, 204);
    assert_eq!(scene.review(&scene.manager, &first).await, 409);
    let (_, granted) = scene.asked(&scene.driver, &incident, &[READ]).await;
    assert!(granted);
    assert_eq!(scene.reads().await, [200, 403]);
}

#[tokio::test]
async fn a_safety_decision_takes_a_second_person_a_confirmed_incident_and_second_factors_p10_p15() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, false).await;
    let (id, granted) = scene.asked(&scene.driver, &incident, &[READ, OVERRIDE]).await;
    assert!(!granted);
    assert_eq!(scene.act(&scene.driver, "approve", &id).await, 403);
    assert_eq!(scene.act(&scene.operator, "approve", &id).await, 403);
    assert_eq!(scene.act(&scene.manager, "approve", &id).await, 401);
    scene.prove().await;
    assert_eq!(
        scene.act(&scene.manager, "approve", &id).await,
        409,
        "unconfirmed"
    );
    assert!(!scene.driver_may(OVERRIDE).await);
    assert_eq!(scene.confirm(&scene.driver, &incident).await, 403);
    assert_eq!(scene.confirm(&scene.operator, &incident).await, 204);
    assert_eq!(scene.act(&scene.manager, "approve", &id).await, 204);
    assert!(scene.driver_may(OVERRIDE).await);
    assert_eq!(
        scene.reads().await,
        [200, 403],
        "who reported it reads what it names"
    );
    // Without a second factor of one's own it stays out of reach.
    scene
        .app
        .behind_the_back("update sessions set second_factor_at = null")
        .await;
    assert!(!scene.driver_may(OVERRIDE).await);
    // Who approved does not judge.
    scene.minutes_pass(AN_HOUR).await;
    assert_eq!(scene.review(&scene.manager, &id).await, 409);
    let admin = scene.app.caller(Company::A, Role::Admin).await;
    assert_eq!(scene.review(&admin, &id).await, 204);
}

#[tokio::test]
async fn nobody_approves_their_own_or_beyond_their_own_role_p16() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, false).await;
    assert_eq!(scene.confirm(&scene.operator, &incident).await, 204);
    scene.prove().await;
    let (own, _) = scene.asked(&scene.manager, &incident, &[OVERRIDE]).await;
    assert_eq!(scene.act(&scene.manager, "approve", &own).await, 409);
    // From the approver the permission itself is withheld.
    let admin = scene.app.caller(Company::A, Role::Admin).await;
    let manager = scene.app.world.user(Company::A, Role::Manager);
    scene.prove().await;
    let body =
        json!({"permission": OVERRIDE, "effect": "withheld", "reason": "under investigation until Monday"});
    let _ = admin
        .post_json(&format!("/api/v1/users/{manager}/permissions"), &body)
        .await
        .expect(201);
    let (id, _) = scene.asked(&scene.driver, &incident, &[OVERRIDE]).await;
    assert_eq!(scene.act(&scene.manager, "approve", &id).await, 403);
    assert_eq!(scene.act(&scene.manager, "refuse", &id).await, 204);
    assert_eq!(scene.state(&id).await, "refused");
    assert_eq!(scene.act(&admin, "approve", &id).await, 409);
}

#[tokio::test]
async fn emergency_access_ends_with_its_incident() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, false).await;
    let (id, _) = scene.asked(&scene.driver, &incident, &[READ]).await;
    assert_eq!(scene.reads().await, [200, 403]);
    let close = format!("{INCIDENTS}/{{id}}/close");
    let end = |outcome: &str| Some(json!({"outcome": outcome}));
    let _ = step(&scene.app, &scene.operator, &close, &incident, end("resolved"))
        .await
        .expect(403);
    let _ = step(&scene.app, &scene.manager, &close, &incident, end("resolved"))
        .await
        .expect(401);
    scene.prove().await;
    let _ = step(&scene.app, &scene.manager, &close, &incident, end("over"))
        .await
        .expect(422);
    let _ = step(&scene.app, &scene.manager, &close, &incident, end("resolved"))
        .await
        .expect(204);
    assert_eq!(scene.reads().await, [403, 403]);
    assert_eq!(scene.state(&id).await, "to_review");
    let again = scene.request(&scene.driver, &incident, &[READ]).await;
    assert_eq!(again.status, 409);
}

#[tokio::test]
async fn a_drill_walks_the_whole_way_and_permits_nothing() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, true).await;
    let (id, granted) = scene.asked(&scene.driver, &incident, &[READ]).await;
    assert!(granted);
    assert_eq!(scene.reads().await, [403, 403]);
    let told = scene.app.told(&Company::A.email(Role::Manager), 0).await;
    assert_eq!(told, ["Exercise: emergency access"]);
    assert_eq!(scene.act(&scene.driver, "end", &id).await, 204);
    // An exercise that nobody has judged does not stand in the way of the real thing.
    let real = scene.report(&scene.driver, false).await;
    let (_, granted) = scene.asked(&scene.driver, &real, &[READ]).await;
    assert!(granted);
    assert_eq!(scene.reads().await, [200, 403]);
    assert_eq!(scene.review(&scene.manager, &id).await, 204);
}

#[tokio::test]
async fn of_many_requests_at_once_one_is_granted_p14() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, false).await;
    let body = json!({"incident": incident, "permissions": [READ], "justification": WHY});
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let (driver, body) = (scene.driver.clone(), body.clone());
        asking.spawn(async move { driver.post_json(ACCESS, &body).await });
    }
    let answers = asking.join_all().await;
    let of = |granted: bool| {
        let with = |answer: &&Answer| answer.status == 201 && answer.json()["granted"] == granted;
        answers.iter().filter(with).count()
    };
    assert_eq!(
        (of(true), of(false)),
        (1, 1),
        "the next waits, and all others are told so"
    );
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status)));
}

#[tokio::test]
async fn another_companys_incident_and_access_answer_exactly_as_absent_ones_p19() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, false).await;
    let (access, _) = scene.asked(&scene.driver, &incident, &[READ]).await;
    let theirs = scene.app.caller(Company::B, Role::Manager).await;
    scene.prove().await;
    let absent_incident = access::ids::IncidentId::generate(scene.app.now()).to_string();
    let absent_access = access::ids::EmergencyAccessId::generate(scene.app.now()).to_string();
    let mut seen = Vec::new();
    for (incident, access) in [(&incident, &access), (&absent_incident, &absent_access)] {
        let mut answers = vec![theirs.get(&format!("{INCIDENTS}/{incident}")).await];
        answers.push(theirs.post(&format!("{INCIDENTS}/{incident}/confirm")).await);
        let close = json!({"outcome": "resolved"});
        answers.push(
            theirs
                .post_json(&format!("{INCIDENTS}/{incident}/close"), &close)
                .await,
        );
        answers.push(scene.request(&theirs, incident, &[READ]).await);
        for what in ["approve", "refuse", "end"] {
            answers.push(theirs.post(&format!("{ACCESS}/{access}/{what}")).await);
        }
        let review = json!({"justified": true, "note": "read what was beside the leak"});
        answers.push(
            theirs
                .post_json(&format!("{ACCESS}/{access}/review"), &review)
                .await,
        );
        let hidden = answers.into_iter().map(|answer| {
            assert_eq!(answer.status, 404, "{}", answer.text());
            said(&answer)
        });
        seen.push(hidden.collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(
        theirs.get(ACCESS).await.expect(200).json(),
        json!({"emergency_access": []})
    );
    assert_eq!(
        theirs.get(INCIDENTS).await.expect(200).json(),
        json!({"incidents": []})
    );
}

#[tokio::test]
async fn an_incident_is_seen_by_who_reported_it_and_by_who_responds_data_6() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.driver, false).await;
    let other = scene.report(&scene.operator, false).await;
    let place = |id: &str| format!("{INCIDENTS}/{id}");
    let seen = scene.driver.get(&place(&incident)).await.expect(200);
    hold_at("GET", "/api/v1/incidents/{id}", &seen);
    assert_eq!(seen.json()["description"], "drum leaking beside dock 3");
    let _ = scene.driver.get(&place(&other)).await.expect(404);
    let listed = scene.driver.get(INCIDENTS).await.expect(200);
    hold_at("GET", INCIDENTS, &listed);
    assert_eq!(listed.json()["incidents"].as_array().unwrap().len(), 1);
    let all = scene.operator.get(INCIDENTS).await.expect(200).json();
    assert_eq!(all["incidents"].as_array().unwrap().len(), 2);
    assert_eq!(
        all["incidents"][1]["shipments"],
        json!([scene.named["tracking_number"]])
    );
    let viewer = scene.app.caller(Company::A, Role::Viewer).await;
    let _ = viewer.get(INCIDENTS).await.expect(403);
    let dump = scene.app.dump().await;
    assert!(
        !dump.contains("drum leaking beside dock 3\""),
        "the description is sealed"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_report_or_a_request_is_said_all_at_once() {
    let scene = Scene::over_the_api().await;
    let report = json!({"kind": "party", "severity": "HIGH", "description": "short"});
    let answer = step(&scene.app, &scene.driver, INCIDENTS, "", Some(report))
        .await
        .expect(422);
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 2);
    let unknown = json!({
        "kind": "leak", "severity": "HIGH", "description": "drum leaking beside dock 3",
        "shipments": [scene.named["tracking_number"], "SS-0000-0000-0000"],
    });
    let answer = step(&scene.app, &scene.driver, INCIDENTS, "", Some(unknown))
        .await
        .expect(422);
    assert_eq!(answer.json()["errors"][0]["pointer"], "/shipments/1");
    let incident = scene.report(&scene.driver, false).await;
    for permissions in [vec![], vec!["shipments.edit"], vec![READ, READ]] {
        let body = json!({"incident": incident, "permissions": permissions, "justification": "no"});
        let answer = step(&scene.app, &scene.driver, ACCESS, "", Some(body))
            .await
            .expect(422);
        assert_eq!(
            answer.json()["errors"].as_array().unwrap().len(),
            2,
            "{permissions:?}"
        );
    }
}

/// Whoever reported it: what one acts because of, one sees, and no longer than one acts.
#[tokio::test]
async fn who_acts_because_of_a_colleagues_incident_sees_it_while_they_do_authz_6() {
    let scene = Scene::over_the_api().await;
    let incident = scene.report(&scene.operator, false).await;
    let page = format!("{INCIDENTS}/{incident}");
    let sees = async || {
        let listed = scene.driver.get(INCIDENTS).await.expect(200).json();
        let incidents = listed["incidents"].as_array().unwrap().len();
        (scene.driver.get(&page).await.status, incidents)
    };
    assert_eq!(sees().await, (404, 0));
    let (id, granted) = scene.asked(&scene.driver, &incident, &[READ]).await;
    assert!(granted);
    assert_eq!(sees().await, (200, 1));
    assert_eq!(scene.act(&scene.driver, "end", &id).await, 204);
    assert_eq!(sees().await.1, 0);
}
