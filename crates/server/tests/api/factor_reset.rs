//! A lost second factor over the API and in the console: who asks, who approves, who objects, and when it is gone
//! (M10, AUTH-10).

use access::role::Role;
use serde_json::{Value, json};
use testkit::running::Tokens;
use testkit::world::PASSWORD;
use testkit::{Answer, Caller, Company, RunningApp};

use crate::contract::hold_at;
use crate::factors::enrol;
use crate::passwords;
use crate::samples::NEW_PASSWORD;

const ME: &str = "/api/v1/me";
const OWN: &str = "/api/v1/me/factor-reset";
const OBJECT: &str = "/api/v1/me/factor-reset/object";
pub(crate) const PLACE: &str = "/api/v1/users/{id}/factor-reset";
const REASON: &str = "telephone lost in Rotterdam";
const IDENTITY: &str = "came to the office with a passport";

fn asking() -> Value {
    json!({"reason": REASON, "identity": IDENTITY})
}

fn sign_in(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

/// Calls a route about company A's driver, holds the answer to the contract and counts one event for a success.
pub(crate) async fn call(app: &RunningApp, caller: &Caller, path: &str, body: Option<Value>) -> Answer {
    let driver = app.world.user(Company::A, Role::Driver).to_string();
    let place = path.replace("{id}", &driver);
    let mark = app.mark().await;
    let (method, answer) = match body {
        Some(body) => ("POST", caller.post_json(&place, &body).await),
        None if path.ends_with("/object") => ("POST", caller.post(&place).await),
        None => ("GET", caller.get(&place).await),
    };
    hold_at(method, path, &answer);
    let recorded = usize::from(method == "POST" && answer.status < 300);
    let events = app.since(&mark).await;
    let done = events.iter().filter(|event| event.outcome == "SUCCESS").count();
    assert_eq!(done, recorded, "{path} {}: {events:?}", answer.status);
    answer
}

/// Two administrators of company A, who have just shown a second factor if they are to have.
pub(crate) async fn administrators(app: &RunningApp, proved: bool) -> (Caller, Caller) {
    let first = app.bearer(&app.tokens(Company::A, Role::Admin).await.access);
    let second = app.second_admin(Company::A).await;
    if proved {
        app.behind_the_back("update sessions set second_factor_at = now()")
            .await;
    }
    (first, second)
}

/// Asks; the id of the reset as a body.
pub(crate) async fn asked(app: &RunningApp, by: &Caller) -> Value {
    let answer = call(app, by, PLACE, Some(asking())).await.expect(201).json();
    json!({"reset": answer["id"]})
}

pub(crate) async fn a_day_later(app: &RunningApp) {
    for sql in [
        "update factor_resets set approved_at = approved_at - interval '25 hours',
             due_at = due_at - interval '25 hours' where due_at is not null",
        "update sessions s set expires_at = expires_at - interval '25 hours'
         where exists (select from factor_resets r where r.user_id = s.user_id)",
    ] {
        app.behind_the_back(sql).await;
    }
}

#[tokio::test]
async fn a_lost_factor_is_reset_by_two_administrators_and_a_day_and_every_session_ends_m10() {
    let app = RunningApp::start().await;
    let other_node = app.second_node().await;
    let enrolled = enrol(&app, Company::A, Role::Driver).await;
    let (first, second) = administrators(&app, true).await;
    let nothing = json!({"reset": null});
    assert_eq!(call(&app, &first, PLACE, None).await.expect(200).json(), nothing);
    let reset = asked(&app, &first).await;
    let _ = call(&app, &first, PLACE, Some(asking())).await.expect(409);
    let seen = call(&app, &enrolled.caller, OWN, None).await.expect(200).json();
    assert_eq!(seen, call(&app, &second, PLACE, None).await.expect(200).json());
    assert_eq!(
        (
            &seen["reset"]["approved"],
            &seen["reset"]["identity"],
            &seen["reset"]["asked_by"]
        ),
        (&json!(false), &json!(IDENTITY), &json!("admin of alpha"))
    );
    let approve = format!("{PLACE}/approve");
    let own = call(&app, &first, &approve, Some(reset.clone()))
        .await
        .expect(409)
        .json();
    assert_eq!(
        own["detail"],
        "a reset takes two administrators, and neither is the person"
    );
    let _ = call(&app, &second, &approve, Some(reset.clone()))
        .await
        .expect(204);
    let _ = call(&app, &second, &approve, Some(reset.clone()))
        .await
        .expect(409);

    let driver = sign_in(&Company::A.email(Role::Driver));
    let nobody = app.anonymous();
    let _ = nobody.post_json("/api/v1/sessions", &driver).await.expect(202);
    let _ = enrolled.caller.get(ME).await.expect(200);
    a_day_later(&app).await;
    let _ = enrolled.caller.get(ME).await.expect(401);
    let _ = other_node
        .bearer(enrolled.caller.proof())
        .get(ME)
        .await
        .expect(401);
    let _ = call(&app, &first, &format!("{PLACE}/cancel"), Some(reset))
        .await
        .expect(409);
    // The password from before is what a thief may have: a link in a mail is asked for besides.
    let _ = nobody.post_json("/api/v1/sessions", &driver).await.expect(401);
    let email = Company::A.email(Role::Driver);
    let link = passwords::asked(&app, &email).await;
    let _ = passwords::set(&app, &link, "vexq8jzt").await.expect(422);
    let _ = passwords::set(&app, &link, NEW_PASSWORD).await.expect(204);
    let driver = json!({"email": email, "password": NEW_PASSWORD});
    let signed_in = nobody.post_json("/api/v1/sessions", &driver).await.expect(200);
    let signed_in = app.bearer(&Tokens::from(signed_in.json()).access);
    let factors = signed_in.get("/api/v1/me/factors").await.expect(200).json();
    assert_eq!(factors["backup_codes_left"], 0, "{factors}");
}

#[tokio::test]
async fn a_link_asked_for_before_anything_settled_takes_the_factors_first_and_a_long_password_m10() {
    let app = RunningApp::start().await;
    let _ = enrol(&app, Company::A, Role::Driver).await;
    let (first, second) = administrators(&app, true).await;
    let reset = asked(&app, &first).await;
    let approved = call(&app, &second, &format!("{PLACE}/approve"), Some(reset)).await;
    let _ = approved.expect(204);
    a_day_later(&app).await;
    let email = Company::A.email(Role::Driver);
    let link = passwords::asked(&app, &email).await;
    let short = passwords::set(&app, &link, "vexq8jzt").await;
    let _ = short.expect(422);
    let _ = passwords::set(&app, &link, NEW_PASSWORD).await.expect(204);
    let driver = json!({"email": email, "password": NEW_PASSWORD});
    let signed_in = app.anonymous().post_json("/api/v1/sessions", &driver).await;
    let _ = signed_in.expect(200);
}

#[tokio::test]
async fn the_person_objects_and_any_administrator_takes_back_m10() {
    let app = RunningApp::start().await;
    let enrolled = enrol(&app, Company::A, Role::Driver).await;
    let (first, second) = administrators(&app, true).await;
    let reset = asked(&app, &first).await;
    let _ = call(&app, &second, &format!("{PLACE}/approve"), Some(reset))
        .await
        .expect(204);
    let _ = call(&app, &enrolled.caller, OBJECT, None).await.expect(204);
    let _ = call(&app, &enrolled.caller, OBJECT, None).await.expect(409);
    let reset = asked(&app, &second).await;
    let _ = call(&app, &first, &format!("{PLACE}/cancel"), Some(reset.clone()))
        .await
        .expect(204);
    let _ = call(&app, &first, &format!("{PLACE}/approve"), Some(reset))
        .await
        .expect(409);
    a_day_later(&app).await;
    let driver = sign_in(&Company::A.email(Role::Driver));
    let _ = app
        .anonymous()
        .post_json("/api/v1/sessions", &driver)
        .await
        .expect(202);
}

#[tokio::test]
async fn asking_and_approving_need_a_fresh_second_factor_and_good_reasons_m10() {
    let app = RunningApp::start().await;
    let _ = enrol(&app, Company::A, Role::Driver).await;
    let (first, second) = administrators(&app, false).await;
    let refused = call(&app, &first, PLACE, Some(asking())).await.expect(401);
    assert!(
        refused
            .header("www-authenticate")
            .contains("insufficient_user_authentication")
    );
    app.behind_the_back("update sessions set second_factor_at = now()")
        .await;
    for (reason, identity) in [
        ("short", IDENTITY),
        (REASON, "short"),
        (REASON, "two\nlines of it"),
    ] {
        let form = json!({"reason": reason, "identity": identity});
        let _ = call(&app, &first, PLACE, Some(form)).await.expect(422);
    }
    let reset = asked(&app, &first).await;
    app.behind_the_back("update sessions set second_factor_at = now() - interval '901 seconds'")
        .await;
    let _ = call(&app, &second, &format!("{PLACE}/approve"), Some(reset))
        .await
        .expect(401);
}

#[tokio::test]
async fn another_companys_person_and_reset_answer_exactly_as_absent_ones_m10() {
    let app = RunningApp::start().await;
    let _ = enrol(&app, Company::A, Role::Driver).await;
    let (first, _) = administrators(&app, true).await;
    let reset = asked(&app, &first).await;
    let theirs = app.bearer(&app.tokens(Company::B, Role::Admin).await.access);
    app.behind_the_back("update sessions set second_factor_at = now()")
        .await;
    let absent = crate::samples::absent_id();
    let absent = absent.split_once('_').unwrap().1;
    let said = |answer: &Answer| {
        (
            answer.status,
            answer.text().replace(answer.header("x-request-id"), ""),
        )
    };
    let driver = app.world.user(Company::A, Role::Driver).to_string();
    for (act, body) in [("", asking()), ("/approve", reset.clone()), ("/cancel", reset)] {
        let at = |person: &str| format!("/api/v1/users/{person}/factor-reset{act}");
        let answer = said(&theirs.post_json(&at(&driver), &body).await);
        let none = said(&theirs.post_json(&at(&format!("usr_{absent}")), &body).await);
        assert_eq!((answer.0, &answer), (404, &none), "{act}");
    }
    let _ = theirs
        .get(&format!("/api/v1/users/{driver}/factor-reset"))
        .await
        .expect(404);
    let none = json!({"reset": format!("frs_{absent}")});
    for act in ["approve", "cancel"] {
        let _ = call(&app, &first, &format!("{PLACE}/{act}"), Some(none.clone()))
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn the_console_asks_approves_and_objects_m10() {
    let app = RunningApp::start().await;
    let driver = app.new_browser(Company::A, Role::Driver).await;
    let _ = enrol(&app, Company::A, Role::Driver).await;
    let (_, second) = administrators(&app, true).await;
    let admin = app.new_browser(Company::A, Role::Admin).await;
    let person = format!("/people/{}", app.world.user(Company::A, Role::Driver));
    let page = admin.get(&person).await.expect(200).text();
    assert!(page.contains("Second factor lost?"));
    let form = [("reason", REASON.to_owned()), ("identity", IDENTITY.to_owned())];
    let path = format!("{person}/factor-reset");
    // Who has none of their own is led to where one enrols.
    let led = admin.post_form(&path, &form).await.expect(303);
    assert_eq!(led.header("location"), "/security");
    app.behind_the_back("update sessions set second_factor_at = now()")
        .await;
    let mark = app.mark().await;
    let _ = admin.post_form(&path, &form).await.expect(303);
    assert_eq!(app.since(&mark).await.len(), 1);
    let page = admin.get(&person).await.expect(200).text();
    assert!(page.contains(IDENTITY) && page.contains("Another administrator has to approve it"));
    assert!(!page.contains("/factor-reset/approve"), "not by who asked");
    let reset = call(&app, &second, PLACE, None).await.json()["reset"]["id"].clone();
    let cancel = [("reset", reset.as_str().unwrap().to_owned())];
    let _ = admin
        .post_form(&format!("{path}/approve"), &cancel)
        .await
        .expect(409);
    let _ = admin
        .post_form(&format!("{path}/cancel"), &cancel)
        .await
        .expect(303);

    let reset = asked(&app, &second).await["reset"].as_str().unwrap().to_owned();
    let page = admin.get(&person).await.expect(200).text();
    assert!(page.contains("/factor-reset/approve") && page.contains(&reset));
    let mark = app.mark().await;
    let _ = admin
        .post_form(&format!("{path}/approve"), &[("reset", reset)])
        .await
        .expect(303);
    assert_eq!(app.since(&mark).await.len(), 1);
    assert!(
        admin
            .get(&person)
            .await
            .expect(200)
            .text()
            .contains("Takes effect")
    );
    let page = driver.get("/security").await.expect(200).text();
    assert!(page.contains("asked for a reset of your second factors") && page.contains(REASON));
    let mark = app.mark().await;
    let _ = driver
        .post_form("/security/factor-reset/object", &[])
        .await
        .expect(303);
    assert_eq!(app.since(&mark).await.len(), 1);
    assert!(
        !driver
            .get("/security")
            .await
            .expect(200)
            .text()
            .contains("asked for a reset")
    );
}
