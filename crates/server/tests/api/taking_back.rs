//! Taking access back at once: by oneself, by the token, by administrators; on every node and over restarts
//! (AUTH-4, AUTH-10, J1, J6, J8, J13, J15).

use access::role::Role;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::running::{SecondNode, Tokens};
use testkit::world::PASSWORD;
use testkit::{Answer, Caller, Company, RunningApp};
use time::Duration;

use crate::contract::hold_at;
use crate::factors::enrol;

const ME: &str = "/api/v1/me";
const REASON: &str = "telephone stolen in Rotterdam";

/// The statuses of these tokens at both nodes, one after the other.
async fn statuses(app: &RunningApp, second: &SecondNode, tokens: &[&Tokens]) -> Vec<u16> {
    let mut found = Vec::new();
    for token in tokens {
        for caller in [app.bearer(&token.access), second.bearer(&token.access)] {
            found.push(caller.get(ME).await.status);
        }
    }
    found
}

async fn refresh(app: &RunningApp, tokens: &Tokens) -> Answer {
    let form = json!({"refresh_token": tokens.refresh});
    app.anonymous().post_json("/api/v1/sessions/refresh", &form).await
}

/// Gives a token up, as a client's library does.
async fn revoke(caller: &Caller, token: &str) -> Answer {
    let form = [("token", token), ("token_type_hint", "refresh_token")];
    let answer = caller
        .send(caller.request(Method::POST, "/api/v1/tokens/revoke").form(&form))
        .await;
    hold_at("POST", "/api/v1/tokens/revoke", &answer);
    answer
}

/// The sessions that an address lists.
async fn sessions(caller: &Caller, path: &str) -> Vec<Value> {
    let body = caller.get(path).await.expect(200).json();
    body["sessions"].as_array().unwrap().clone()
}

fn user(app: &RunningApp, company: Company, role: Role) -> String {
    app.world.user(company, role).to_string()
}

fn reason() -> Value {
    json!({"reason": REASON})
}

#[tokio::test]
async fn a_person_sees_their_own_living_sessions_and_which_one_asks_j15() {
    let app = RunningApp::start().await;
    let mine = app.tokens(Company::A, Role::Operator).await;
    app.new_browser(Company::A, Role::Operator).await;
    app.tokens(Company::A, Role::Viewer).await;
    let caller = app.bearer(&mine.access);
    let seen = sessions(&caller, "/api/v1/me/sessions").await;
    let mut kinds: Vec<_> = seen
        .iter()
        .map(|session| session["kind"].as_str().unwrap())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["api", "console"]);
    let current: Vec<_> = seen
        .iter()
        .filter(|session| session["is_current"] == true)
        .collect();
    assert_eq!(current.len(), 1);
    assert_eq!(
        (&current[0]["kind"], &current[0]["ip_address"]),
        (&json!("api"), &json!("127.0.0.1"))
    );
}

#[tokio::test]
async fn ending_one_session_ends_it_on_two_nodes_at_once_and_leaves_the_others() {
    let app = RunningApp::start().await;
    let second = app.second_node().await;
    let (mine, other) = (
        app.tokens(Company::A, Role::Operator).await,
        app.tokens(Company::A, Role::Operator).await,
    );
    assert_eq!(statuses(&app, &second, &[&mine, &other]).await, [200; 4]);
    let caller = app.bearer(&mine.access);
    let seen = sessions(&caller, "/api/v1/me/sessions").await;
    let others = seen
        .iter()
        .find(|session| session["is_current"] == false)
        .unwrap();
    let place = format!("/api/v1/me/sessions/{}", others["id"].as_str().unwrap());
    let _ = caller.delete(&place).await.expect(204);
    assert_eq!(
        statuses(&app, &second, &[&other, &mine]).await,
        [401, 401, 200, 200]
    );
    let _ = refresh(&app, &other).await.expect(401);
    let _ = caller.delete(&place).await.expect(404);
}

#[tokio::test]
async fn ending_the_others_and_signing_out_everywhere_hold_on_every_node_and_after_a_restart_j1() {
    let app = RunningApp::start().await;
    let second = app.second_node().await;
    let mine = app.tokens(Company::A, Role::Operator).await;
    let other = app.tokens(Company::A, Role::Operator).await;
    let browser = app.new_browser(Company::A, Role::Operator).await;
    let stranger = app.tokens(Company::A, Role::Viewer).await;
    let all = [&mine, &other, &stranger];
    assert_eq!(statuses(&app, &second, &all).await, [200; 6]);
    let caller = app.bearer(&mine.access);
    let ended = caller
        .post("/api/v1/me/sessions/end-others")
        .await
        .expect(200)
        .json();
    assert_eq!(ended, json!({"ended": 2}));
    assert_eq!(
        statuses(&app, &second, &all).await,
        [200, 200, 401, 401, 200, 200]
    );
    assert_eq!(browser.get("/shipments").await.status, 401);

    let again = app.tokens(Company::A, Role::Operator).await;
    let ended = caller
        .post("/api/v1/me/sessions/end-all")
        .await
        .expect(200)
        .json();
    assert_eq!(ended, json!({"ended": 2}));
    let all = [&mine, &other, &again, &stranger];
    let over = [401, 401, 401, 401, 401, 401, 200, 200];
    assert_eq!(statuses(&app, &second, &all).await, over);
    // A node that starts afterwards knows of nothing but the database.
    let restarted = app.second_node().await;
    assert_eq!(statuses(&app, &restarted, &all).await, over);
    for tokens in [&mine, &other, &again] {
        let _ = refresh(&app, tokens).await.expect(401);
    }
}

#[tokio::test]
async fn an_access_token_that_was_given_up_is_dead_by_itself_although_nodes_remember_it_j6() {
    let app = RunningApp::start().await;
    let second = app.second_node().await;
    let first = app.tokens(Company::A, Role::Operator).await;
    let other = app.tokens(Company::A, Role::Operator).await;
    // Verified and remembered by both.
    assert_eq!(statuses(&app, &second, &[&first, &other]).await, [200; 4]);
    let mark = app.mark().await;
    let _ = revoke(&app.anonymous(), &first.access).await.expect(200);
    assert_eq!(
        statuses(&app, &second, &[&first, &other]).await,
        [401, 401, 200, 200]
    );
    assert_eq!(app.since(&mark).await.len(), 1);
    let _ = revoke(&app.anonymous(), &first.access).await.expect(200);
    assert_eq!(app.since(&mark).await.len(), 1, "once is enough");
    // The session lives, and so does its next token.
    let next = Tokens::from(refresh(&app, &first).await.expect(200).json());
    assert_eq!(
        statuses(&app, &second, &[&next, &first]).await,
        [200, 200, 401, 401]
    );
    let restarted = app.second_node().await;
    assert_eq!(
        statuses(&app, &restarted, &[&next, &first]).await,
        [200, 200, 401, 401]
    );
    assert_eq!(app.rows().await["revoked_tokens"], 1);
}

#[tokio::test]
async fn a_revoked_token_is_remembered_until_it_would_have_expired_and_no_longer() {
    let app = RunningApp::start().await;
    let first = app.tokens(Company::A, Role::Operator).await;
    let _ = revoke(&app.anonymous(), &first.access).await.expect(200);
    let kept = app.revoked_tokens_live_for().await;
    let life = Duration::seconds(3600);
    assert!(kept > life && kept < life + Duration::minutes(3), "{kept}");
    // Rows that have outlived their tokens go with the next revocation.
    app.age_revoked_tokens(kept).await;
    assert_eq!(app.rows().await["revoked_tokens"], 1);
    let second = app.tokens(Company::A, Role::Operator).await;
    let _ = revoke(&app.anonymous(), &second.access).await.expect(200);
    assert_eq!(app.rows().await["revoked_tokens"], 1);
    let _ = app.bearer(&second.access).get(ME).await.expect(401);
}

#[tokio::test]
async fn a_refresh_token_that_is_given_up_ends_its_session_spent_or_not() {
    let app = RunningApp::start().await;
    let second = app.second_node().await;
    let (unspent, spent) = (
        app.tokens(Company::A, Role::Operator).await,
        app.tokens(Company::A, Role::Operator).await,
    );
    let next = Tokens::from(refresh(&app, &spent).await.expect(200).json());
    let all = [&unspent, &spent, &next];
    assert_eq!(statuses(&app, &second, &all).await, [200; 6]);
    let mark = app.mark().await;
    for tokens in [&unspent, &spent] {
        let _ = revoke(&app.anonymous(), &tokens.refresh).await.expect(200);
    }
    assert_eq!(statuses(&app, &second, &all).await, [401; 6]);
    let events: Vec<_> = app.since(&mark).await;
    assert_eq!(events.len(), 2);
    assert!(
        events
            .iter()
            .all(|event| event.event_type == "LOGOUT" && event.outcome == "SUCCESS")
    );
    let _ = refresh(&app, &next).await.expect(401);
}

#[tokio::test]
async fn whatever_else_is_given_up_gets_the_same_answer_and_changes_nothing() {
    let app = RunningApp::start().await;
    let nobody = app.anonymous();
    let good = app.tokens(Company::A, Role::Operator).await;
    let browser = app.new_browser(Company::A, Role::Operator).await;
    let over = app.tokens(Company::A, Role::Operator).await;
    let _ = app
        .bearer(&over.access)
        .delete("/api/v1/sessions/current")
        .await
        .expect(204);
    let tampered = format!("{}x", good.access);
    let (before, mark) = (app.rows().await, app.mark().await);
    for token in [
        "",
        "nonsense",
        "a.b.c",
        &tampered,
        browser.proof(),
        &over.access,
        &over.refresh,
        "\u{0}",
    ] {
        let answer = revoke(&nobody, token).await.expect(200);
        assert!(answer.body.is_empty(), "{token}");
    }
    for body in ["", "tok=1", "token=a&token=b"] {
        let request = nobody
            .request(Method::POST, "/api/v1/tokens/revoke")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let answer = nobody.send(request).await.expect(400);
        hold_at("POST", "/api/v1/tokens/revoke", &answer);
    }
    let json = json!({"token": good.refresh});
    let _ = nobody.post_json("/api/v1/tokens/revoke", &json).await.expect(415);
    assert_eq!(app.rows().await, before);
    assert_eq!(app.since(&mark).await, []);
    let _ = app.bearer(&good.access).get(ME).await.expect(200);
    assert_eq!(browser.get("/shipments").await.status, 200);
}

#[tokio::test]
async fn an_administrator_sees_and_ends_a_persons_sessions_on_every_node() {
    let app = RunningApp::start().await;
    let second = app.second_node().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let (theirs, other) = (
        app.tokens(Company::A, Role::Driver).await,
        app.tokens(Company::A, Role::Viewer).await,
    );
    let browser = app.new_browser(Company::A, Role::Driver).await;
    let place = format!("/api/v1/users/{}/sessions", user(&app, Company::A, Role::Driver));
    let seen = sessions(&admin, &place).await;
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|session| session["is_current"] == false));
    assert_eq!(statuses(&app, &second, &[&theirs, &other]).await, [200; 4]);
    assert_eq!(admin.delete(&place).await.expect(200).json(), json!({"ended": 2}));
    assert_eq!(
        statuses(&app, &second, &[&theirs, &other]).await,
        [401, 401, 200, 200]
    );
    assert_eq!(browser.get("/shipments").await.status, 401);
    assert_eq!(sessions(&admin, &place).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_lockdown_holds_on_every_node_and_after_a_restart_until_another_administrator_ends_it() {
    let app = RunningApp::start().await;
    let second = app.second_node().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let theirs = app.tokens(Company::A, Role::Driver).await;
    let browser = app.new_browser(Company::A, Role::Driver).await;
    assert_eq!(statuses(&app, &second, &[&theirs]).await, [200; 2]);
    let place = format!("/api/v1/users/{}", user(&app, Company::A, Role::Driver));
    let lock = format!("{place}/lockdown");
    for short in ["", "too short", "         x        "] {
        let _ = admin
            .post_json(&lock, &json!({"reason": short}))
            .await
            .expect(422);
    }
    assert_eq!(statuses(&app, &second, &[&theirs]).await, [200; 2]);
    let _ = admin.post_json(&lock, &reason()).await.expect(204);
    assert_eq!(statuses(&app, &second, &[&theirs]).await, [401; 2]);
    assert_eq!(browser.get("/shipments").await.status, 401);
    let _ = refresh(&app, &theirs).await.expect(401);
    let sign_in = json!({"email": Company::A.email(Role::Driver), "password": PASSWORD});
    let nobody = app.anonymous();
    let refused = nobody
        .post_json("/api/v1/sessions", &sign_in)
        .await
        .expect(401)
        .json();
    assert_eq!(refused["type"], "urn:safeshipper:problem:sign-in-refused");
    let restarted = app.second_node().await;
    assert_eq!(statuses(&app, &restarted, &[&theirs]).await, [401; 2]);
    let _ = admin.post_json(&lock, &reason()).await.expect(409);

    let people = admin.get("/api/v1/users").await.expect(200).json();
    let people = people["users"].as_array().unwrap();
    let driver = people.iter().find(|person| person["role"] == "DRIVER").unwrap();
    assert_eq!(
        (&driver["state"], &driver["lock_reason"], &driver["locked_by"]),
        (&json!("locked"), &json!(REASON), &json!("admin of alpha"))
    );
    let trail = admin
        .get("/api/v1/audit-events?event_type=PERMISSION_CHANGE&severity=HIGH")
        .await
        .expect(200)
        .json();
    assert_eq!(trail["events"][0]["additional_data"]["reason"], REASON);

    let unlock = format!("{place}/unlock");
    let _ = admin.post_json(&unlock, &reason()).await.expect(409);
    let another = app.second_admin(Company::A).await;
    let _ = another.post_json(&unlock, &reason()).await.expect(204);
    let _ = another.post_json(&unlock, &reason()).await.expect(409);
    assert_eq!(
        statuses(&app, &second, &[&theirs]).await,
        [401; 2],
        "what was ended stays over"
    );
    let _ = nobody.post_json("/api/v1/sessions", &sign_in).await.expect(200);
}

#[tokio::test]
async fn a_sign_in_between_its_two_steps_does_not_outlive_a_lockdown_that_is_ended_soon() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let enrolled = enrol(&app, Company::A, Role::Driver).await;
    let nobody = app.anonymous();
    let sign_in = json!({"email": Company::A.email(Role::Driver), "password": PASSWORD});
    let ticket = async || {
        let asked = nobody.post_json("/api/v1/sessions", &sign_in).await.expect(202);
        asked.json()["ticket"].clone()
    };
    let second = async |ticket: Value, code: &str| {
        let proof = json!({"ticket": ticket, "code": code});
        nobody
            .post_json("/api/v1/sessions/second-factor", &proof)
            .await
            .status
    };
    let before = ticket().await;
    let place = format!("/api/v1/users/{}", user(&app, Company::A, Role::Driver));
    let another = app.second_admin(Company::A).await;
    for (by, act) in [(&admin, "lockdown"), (&another, "unlock")] {
        let place = format!("{place}/{act}");
        let _ = by.post_json(&place, &reason()).await.expect(204);
    }
    assert_eq!(second(before, &enrolled.codes[0]).await, 401);
}

#[tokio::test]
async fn nobody_locks_or_unlocks_themselves() {
    let app = RunningApp::start().await;
    let mut owner = app.world.database.owner().await;
    let second = "second@alpha.example";
    app.world.hire(&mut owner, Company::A, Role::Admin, second).await;
    let admin = app.caller(Company::A, Role::Admin).await;
    for act in ["lockdown", "unlock"] {
        let own = format!("/api/v1/users/{}/{act}", user(&app, Company::A, Role::Admin));
        let refused = admin.post_json(&own, &reason()).await.expect(409).json();
        assert_eq!(
            refused["detail"],
            "nobody locks or unlocks their own account, nor unlocks what they locked: another administrator does",
            "{act}"
        );
    }
    let _ = admin.get(ME).await.expect(200);
}

#[tokio::test]
async fn every_session_of_the_company_ends_with_one_request_and_none_of_another() {
    let app = RunningApp::start().await;
    let second = app.second_node().await;
    let all = [
        &app.tokens(Company::A, Role::Admin).await,
        &app.tokens(Company::A, Role::Driver).await,
        &app.tokens(Company::B, Role::Driver).await,
    ];
    assert_eq!(statuses(&app, &second, &all).await, [200; 6]);
    let caller = app.bearer(&all[0].access);
    let ended = caller
        .post("/api/v1/company/sessions/end-all")
        .await
        .expect(200)
        .json();
    assert_eq!(ended, json!({"ended": 2}));
    assert_eq!(
        statuses(&app, &second, &all).await,
        [401, 401, 401, 401, 200, 200]
    );
}

/// What an answer says beside its request's id.
fn said(answer: &Answer) -> (u16, String) {
    let id = answer.header("x-request-id");
    (answer.status, answer.text().replace(id, ""))
}

#[tokio::test]
async fn another_companys_person_and_session_answer_exactly_as_absent_ones() {
    let app = RunningApp::start().await;
    let theirs = app.tokens(Company::B, Role::Driver).await;
    let session = sessions(&app.bearer(&theirs.access), "/api/v1/me/sessions").await;
    let session = session[0]["id"].as_str().unwrap().to_owned();
    let person = user(&app, Company::B, Role::Driver);
    let (caller, browser) = (
        app.caller(Company::A, Role::Admin).await,
        app.browser(Company::A, Role::Admin).await,
    );
    let absent = crate::samples::absent_id();
    let absent = absent.split_once('_').unwrap().1;
    let (no_person, no_session) = (format!("usr_{absent}"), format!("ses_{absent}"));
    let (before, mark) = (app.rows().await, app.mark().await);
    let form = [("reason", REASON.to_owned())];
    for id in [&person, &session, &"x".to_owned(), &person.to_uppercase()] {
        let none = |kind: &str| if kind == "usr" { &no_person } else { &no_session };
        for (method, kind, path) in [
            ("DELETE", "ses", "/api/v1/me/sessions/{id}"),
            ("GET", "usr", "/api/v1/users/{id}/sessions"),
            ("DELETE", "usr", "/api/v1/users/{id}/sessions"),
            ("POST", "usr", "/api/v1/users/{id}/lockdown"),
            ("POST", "usr", "/api/v1/users/{id}/unlock"),
        ] {
            let call = async |id: &str| {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let mut request = caller.request(method.clone(), &path.replace("{id}", id));
                if method == Method::POST {
                    request = request.json(&reason());
                }
                said(&caller.send(request).await)
            };
            let answer = call(id).await;
            assert_eq!(answer, call(none(kind)).await, "{method} {path} {id}");
            assert_eq!(answer.0, 404, "{method} {path} {id}");
        }
        for (kind, path) in [
            ("ses", "/account/sessions/{id}/end"),
            ("usr", "/people/{id}/end-sessions"),
            ("usr", "/people/{id}/lockdown"),
            ("usr", "/people/{id}/unlock"),
        ] {
            let answer = said(&browser.post_form(&path.replace("{id}", id), &form).await);
            let absent = said(&browser.post_form(&path.replace("{id}", none(kind)), &form).await);
            assert_eq!(answer, absent, "{path} {id}");
            assert_eq!(answer.0, 404, "{path} {id}");
        }
        let answer = said(&browser.get(&format!("/people/{id}")).await);
        assert_eq!(
            answer,
            said(&browser.get(&format!("/people/{no_person}")).await),
            "{id}"
        );
        assert_eq!(answer.0, 404);
    }
    assert_eq!(app.rows().await, before);
    assert_eq!(app.since(&mark).await, []);
    let _ = app.bearer(&theirs.access).get(ME).await.expect(200);
    let people = caller.get("/api/v1/users").await.expect(200).text();
    assert!(!people.contains("bravo") && people.contains("alpha"));
    // Not even the place in the list where they would stand.
    let after = caller
        .get(&format!("/api/v1/users?after={person}"))
        .await
        .expect(200)
        .json();
    let absent = caller
        .get(&format!("/api/v1/users?after={no_person}"))
        .await
        .expect(200)
        .json();
    assert_eq!(after, absent);
}

#[tokio::test]
async fn the_console_ends_sessions_and_locks_and_unlocks_with_a_reason() {
    let app = RunningApp::start().await;
    let admin = app.new_browser(Company::A, Role::Admin).await;
    let driver = app.new_browser(Company::A, Role::Driver).await;
    let person = format!("/people/{}", user(&app, Company::A, Role::Driver));
    assert!(
        admin
            .get("/people")
            .await
            .expect(200)
            .text()
            .contains("driver of alpha")
    );
    assert!(
        !driver
            .get("/shipments")
            .await
            .expect(200)
            .text()
            .contains("href=\"/people\"")
    );
    let _ = driver.get("/people").await.expect(403);

    let short = admin
        .post_form(&format!("{person}/lockdown"), &[("reason", "short".into())])
        .await;
    assert!(
        short
            .expect(422)
            .text()
            .contains("A reason has 10 to 500 characters.")
    );
    let _ = driver.get("/account/sessions").await.expect(200);
    let form = [("reason", REASON.to_owned())];
    let _ = admin
        .post_form(&format!("{person}/lockdown"), &form)
        .await
        .expect(303);
    let _ = driver.get("/account/sessions").await.expect(401);
    let page = admin.get(&person).await.expect(200).text();
    assert!(page.contains("Locked by admin of alpha") && page.contains(REASON));
    assert!(page.contains("another administrator unlocks it") && !page.contains("/unlock"));
    app.behind_the_back("update users set locked_by = null where status = 'locked'")
        .await;
    let _ = admin
        .post_form(&format!("{person}/unlock"), &form)
        .await
        .expect(303);

    let driver = app.new_browser(Company::A, Role::Driver).await;
    let other = app.new_browser(Company::A, Role::Driver).await;
    let _ = driver
        .post_form("/account/sessions/end-others", &[])
        .await
        .expect(303);
    let _ = other.get("/account/sessions").await.expect(401);
    let answer = driver
        .post_form("/account/sessions/end-all", &[])
        .await
        .expect(303);
    assert_eq!(answer.cookie(testkit::running::SESSION_COOKIE), "");
    let _ = driver.get("/account/sessions").await.expect(401);
}

/// The whole way, many times: a lockdown between the password and the session.
#[tokio::test]
async fn a_sign_in_beside_a_lockdown_is_refused_or_over_and_never_breaks() {
    let app = std::sync::Arc::new(RunningApp::start().await);
    let admin = app.caller(Company::A, Role::Admin).await;
    let place = format!("/api/v1/users/{}", user(&app, Company::A, Role::Driver));
    let sign_in = json!({"email": Company::A.email(Role::Driver), "password": PASSWORD});
    let another = app.second_admin(Company::A).await;
    for _ in 0..3 {
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (nobody, sign_in) = (app.anonymous(), sign_in.clone());
            all.spawn(async move { nobody.post_json("/api/v1/sessions", &sign_in).await });
        }
        let _ = admin
            .post_json(&format!("{place}/lockdown"), &reason())
            .await
            .expect(204);
        let answers = all.join_all().await;
        let _ = another
            .post_json(&format!("{place}/unlock"), &reason())
            .await
            .expect(204);
        for answer in answers {
            assert!([200, 401].contains(&answer.status), "{}", answer.text());
            if answer.status == 200 {
                let tokens = Tokens::from(answer.json());
                let _ = app.bearer(&tokens.access).get(ME).await.expect(401);
            }
        }
    }
}
