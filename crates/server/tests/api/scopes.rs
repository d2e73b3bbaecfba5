//! Whom a shipment is assigned to and who is in whose team, over the API and in the console (AUTHZ-5, P7).

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};

use crate::contract::hold_at;
use crate::samples::{gasoline, place, shipment};

async fn id_of(caller: &Caller) -> String {
    let me = caller.get("/api/v1/me").await.expect(200).json();
    me["user_id"].as_str().unwrap().to_owned()
}

async fn assign(by: &Caller, made: &Value, to: &Value) -> Answer {
    let answer = by
        .put_json(&format!("{}/assignee", place(made)), &json!({"user": to}))
        .await;
    hold_at("PUT", "/api/v1/shipments/{id}/assignee", &answer);
    answer
}

async fn people(by: &Caller) -> Vec<String> {
    let answer = by.get("/api/v1/users").await.expect(200);
    hold_at("GET", "/api/v1/users", &answer);
    let users = answer.json()["users"].as_array().unwrap().clone();
    users
        .iter()
        .map(|user| user["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn set_team(by: &Caller, lead: &str, members: &[&str]) -> Answer {
    let path = format!("/api/v1/users/{lead}/team");
    let answer = by.put_json(&path, &json!({"members": members})).await;
    hold_at("PUT", "/api/v1/users/{id}/team", &answer);
    answer
}

#[tokio::test]
async fn a_driver_sees_a_shipment_while_it_is_assigned_to_them_and_no_longer_authz_5() {
    let app = RunningApp::start().await;
    let (operator, driver) = (
        app.caller(Company::A, Role::Operator).await,
        app.caller(Company::A, Role::Driver).await,
    );
    let made = shipment(&operator, json!([gasoline()])).await;
    assert_eq!(made["assigned_to"], Value::Null);
    assert_eq!(driver.get(&place(&made)).await.status, 403);
    let carriers = operator.get("/api/v1/carriers").await.expect(200);
    hold_at("GET", "/api/v1/carriers", &carriers);
    let carriers = carriers.json()["carriers"].as_array().unwrap().clone();
    assert_eq!(carriers[0]["name"], "driver of alpha", "drivers first");
    assert!(
        !carriers.iter().any(|one| one["role"] == "VIEWER"),
        "{carriers:?}"
    );
    assert_eq!(carriers[0]["id"], id_of(&driver).await);
    let mark = app.mark().await;
    let _ = assign(&operator, &made, &carriers[0]["id"]).await.expect(204);
    assert_eq!(app.since(&mark).await.len(), 1);
    let seen = driver.get(&place(&made)).await.expect(200).json();
    assert_eq!(seen["assigned_to"]["name"], "driver of alpha");
    let listed = driver.get("/api/v1/shipments").await.expect(200).json();
    assert_eq!(listed["shipments"].as_array().unwrap().len(), 1);
    let _ = assign(&operator, &made, &Value::Null).await.expect(204);
    assert_eq!(driver.get(&place(&made)).await.status, 403);
    let trail = app
        .caller(Company::A, Role::Admin)
        .await
        .get("/api/v1/audit-events?event_type=UPDATE")
        .await
        .expect(200)
        .json();
    let changed = &trail["events"][0]["changed_fields"]["assigned_to"];
    assert_eq!(
        (&changed["old"], &changed["new"]),
        (&carriers[0]["id"], &Value::Null),
        "{changed}"
    );
}

#[tokio::test]
async fn a_shipment_is_assigned_by_who_may_edit_to_who_would_see_it_of_the_same_company_p19() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&operator, json!([gasoline()])).await;
    let foreign = id_of(&app.caller(Company::B, Role::Driver).await).await;
    let viewer = app.caller(Company::A, Role::Viewer).await;
    let absent = "usr_019a0c1e5b7c7f3e8a4d9b2c6e1f0a35";
    let mut answers = Vec::new();
    for nobody in [json!(foreign), json!(absent), json!(id_of(&viewer).await)] {
        let problem = assign(&operator, &made, &nobody).await.expect(422).json();
        answers.push(problem["detail"].clone());
    }
    assert!(answers.iter().all(|detail| *detail == answers[0]), "{answers:?}");
    let left_out = operator
        .put_json(&format!("{}/assignee", place(&made)), &json!({}))
        .await;
    assert_eq!(left_out.status, 422, "nobody is unassigned by leaving it out");
    let driver = app.caller(Company::A, Role::Driver).await;
    let own = json!(id_of(&driver).await);
    assert_eq!(assign(&driver, &made, &own).await.status, 403);
    assert_eq!(assign(&viewer, &made, &own).await.status, 403);
}

/// Two hundred drivers more in each company, who come first by name.
const CROWD: &str = "insert into users (company_id, id, email_index, email_sealed, display_name, role)
     select u.company_id, gen_random_uuid(), decode(md5(n::text), 'hex'), u.email_sealed, 'a driver ' || n, u.role
     from users u, generate_series(1, 200) n where u.role = 'DRIVER'";

#[tokio::test]
async fn who_is_not_among_the_first_two_hundred_can_carry_a_shipment_too_dg_3() {
    let app = RunningApp::start().await;
    let (operator, driver) = (
        app.caller(Company::A, Role::Operator).await,
        app.caller(Company::A, Role::Driver).await,
    );
    app.behind_the_back(CROWD).await;
    let made = shipment(&operator, json!([gasoline()])).await;
    let listed = operator.get("/api/v1/carriers").await.expect(200).json();
    let listed = listed["carriers"].as_array().unwrap().clone();
    let to = json!(id_of(&driver).await);
    assert!(listed.len() == 200 && !listed.iter().any(|one| one["id"] == to));

    let _ = assign(&operator, &made, &to).await.expect(204);
    let _ = driver.get(&place(&made)).await.expect(200);
    // The form holds them, so that saving it as it is takes the shipment from nobody.
    let desk = app.browser(Company::A, Role::Operator).await;
    let page = format!("/shipments/{}", made["id"].as_str().unwrap());
    let html = desk.get(&page).await.expect(200).text();
    let chosen = format!(
        "<option value=\"{}\" selected>driver of alpha",
        to.as_str().unwrap()
    );
    assert!(html.contains(&chosen), "{html}");
}

#[tokio::test]
async fn a_supervisor_sees_exactly_their_team_and_a_manager_the_company_p7() {
    let app = RunningApp::start().await;
    let (supervisor, manager, driver) = (
        app.caller(Company::A, Role::Supervisor).await,
        app.caller(Company::A, Role::Manager).await,
        app.caller(Company::A, Role::Driver).await,
    );
    let (lead, member) = (id_of(&supervisor).await, id_of(&driver).await);
    assert_eq!(people(&supervisor).await, Vec::<String>::new());
    assert!(people(&manager).await.len() > 4);
    assert_eq!(driver.get("/api/v1/users").await.status, 403);
    let mark = app.mark().await;
    let _ = set_team(&manager, &lead, &[&member]).await.expect(204);
    assert_eq!(app.since(&mark).await.len(), 1);
    assert_eq!(people(&supervisor).await, ["driver of alpha"]);
    let team = manager
        .get(&format!("/api/v1/users/{lead}/team"))
        .await
        .expect(200);
    hold_at("GET", "/api/v1/users/{id}/team", &team);
    assert_eq!(
        team.json(),
        json!({"members": [{"id": member, "name": "driver of alpha"}]})
    );
    // Why an account is locked is not for the lead.
    let admin = app.caller(Company::A, Role::Admin).await;
    let lock = json!({"reason": "telephone stolen in Rotterdam"});
    let _ = admin
        .post_json(&format!("/api/v1/users/{member}/lockdown"), &lock)
        .await
        .expect(204);
    let seen = supervisor.get("/api/v1/users").await.expect(200).json();
    assert_eq!(
        (
            &seen["users"][0]["state"],
            &seen["users"][0]["lock_reason"],
            &seen["users"][0]["locked_by"]
        ),
        (&json!("locked"), &Value::Null, &Value::Null)
    );
    let told = manager.get("/api/v1/users").await.expect(200).text();
    assert!(told.contains("telephone stolen"));
    let _ = set_team(&manager, &lead, &[]).await.expect(204);
    assert_eq!(people(&supervisor).await, Vec::<String>::new());
}

#[tokio::test]
async fn who_leads_whom_is_for_who_manages_people_and_stays_in_the_company_p16_p19() {
    let app = RunningApp::start().await;
    let (supervisor, manager) = (
        app.caller(Company::A, Role::Supervisor).await,
        app.caller(Company::A, Role::Manager).await,
    );
    let lead = id_of(&supervisor).await;
    let operator = id_of(&app.caller(Company::A, Role::Operator).await).await;
    assert_eq!(set_team(&supervisor, &lead, &[&operator]).await.status, 403);
    assert_eq!(set_team(&manager, &lead, &[&lead]).await.status, 422);
    let foreign = id_of(&app.caller(Company::B, Role::Driver).await).await;
    assert_eq!(
        set_team(&manager, &lead, &[&operator, &foreign]).await.status,
        404
    );
    assert_eq!(set_team(&manager, &foreign, &[&operator]).await.status, 404);
    assert_eq!(
        people(&supervisor).await,
        Vec::<String>::new(),
        "nothing of it was done"
    );
}

#[tokio::test]
async fn the_console_assigns_a_shipment_and_shows_a_lead_their_team_authz_7() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&operator, json!([gasoline()])).await;
    let page = format!("/shipments/{}", made["id"].as_str().unwrap());
    let (desk, supervisor, manager, driver) = (
        app.browser(Company::A, Role::Operator).await,
        app.browser(Company::A, Role::Supervisor).await,
        app.browser(Company::A, Role::Manager).await,
        app.browser(Company::A, Role::Driver).await,
    );
    assert_eq!(driver.get(&page).await.status, 403);
    let html = desk.get(&page).await.expect(200).text();
    assert!(html.contains("Carried by") && html.contains("driver of alpha (Driver)"));
    let to = id_of(&app.caller(Company::A, Role::Driver).await).await;
    let done = desk
        .post_form(&format!("{page}/assignee"), &[("assignee", to.clone())])
        .await
        .expect(303);
    assert_eq!(done.header("location"), format!("{page}?done=assigned"));
    let html = driver.get(&page).await.expect(200).text();
    assert!(html.contains("Carried by driver of alpha") && !html.contains("/assignee"));

    let lead = id_of(&app.caller(Company::A, Role::Supervisor).await).await;
    let html = supervisor.get("/people").await.expect(200).text();
    assert!(html.contains("Nobody is in your team") && !html.contains("/permissions"));
    assert_eq!(supervisor.get(&format!("/people/{lead}/team")).await.status, 403);
    let team = format!("/people/{lead}/team");
    assert!(
        manager
            .get(&team)
            .await
            .expect(200)
            .text()
            .contains("Team of supervisor of alpha")
    );
    let _ = manager.post_form(&team, &[("member", to)]).await.expect(303);
    let html = supervisor.get("/people").await.expect(200).text();
    assert!(html.contains("driver of alpha") && !html.contains("operator of alpha"));
}

/// Whoever is not among the first is not lost from a team by saving it as it is.
#[tokio::test]
async fn the_form_of_a_team_holds_all_who_are_in_it_however_many_people_there_are() {
    let app = RunningApp::start().await;
    app.behind_the_back(CROWD).await;
    let manager = app.caller(Company::A, Role::Manager).await;
    let lead = id_of(&app.caller(Company::A, Role::Supervisor).await).await;
    let member = id_of(&app.caller(Company::A, Role::Viewer).await).await;
    let _ = set_team(&manager, &lead, &[&member]).await.expect(204);
    let desk = app.browser(Company::A, Role::Manager).await;
    let html = desk.get(&format!("/people/{lead}/team")).await.expect(200).text();
    assert!(html.contains(&format!("value=\"{member}\" checked")), "{html}");
    assert_eq!(html.matches("name=\"member\"").count(), 200);
}

/// Data that is not shown is not opened: an address that does not open fails the pages that show it and no other.
#[tokio::test]
async fn who_is_shown_names_alone_has_no_address_opened_for_it_data_8() {
    let app = RunningApp::start().await;
    let person = id_of(&app.caller(Company::A, Role::Driver).await).await;
    let (manager, admin) = (
        app.browser(Company::A, Role::Manager).await,
        app.caller(Company::A, Role::Admin).await,
    );
    app.behind_the_back("update users set email_sealed = overlay(email_sealed placing '\\x00'::bytea from octet_length(email_sealed))")
        .await;
    assert_eq!(manager.get("/people").await.status, 500);
    let _ = manager.get(&format!("/people/{person}/team")).await.expect(200);
    for names in ["sessions", "permissions", "team"] {
        let _ = admin
            .get(&format!("/api/v1/users/{person}/{names}"))
            .await
            .expect(200);
    }
}
