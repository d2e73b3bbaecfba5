//! Changing a password and resetting it by a link, and the attacks on each (AUTH-1, M10).

use access::role::Role;
use crypto::password::Argon2Params;
use reqwest::Method;
use reqwest::header::HOST;
use serde_json::{Value, json};
use testkit::world::{CHEAP, PASSWORD};
use testkit::{Answer, Caller, Company, RunningApp};

use crate::contract::hold_at;
use crate::factors::{ROLE, STEP_UP, TOTP, enrol, second, ticket};
use crate::samples::NEW_PASSWORD;

const ME: &str = "/api/v1/me";
const CHANGE: &str = "/api/v1/me/password";
const ASK: &str = "/api/v1/password-resets";
const SET: &str = "/api/v1/password-resets/confirm";

fn email() -> String {
    Company::A.email(ROLE)
}

async fn sign_in(app: &RunningApp, email: &str, password: &str) -> Answer {
    let form = json!({"email": email, "password": password});
    app.anonymous().post_json("/api/v1/sessions", &form).await
}

async fn change(caller: &Caller, current: &str, wanted: &str) -> Answer {
    let form = json!({"current_password": current, "password": wanted});
    let answer = caller.post_json(CHANGE, &form).await;
    hold_at("POST", CHANGE, &answer);
    for password in [current, wanted] {
        assert!(!answer.text().contains(password), "never repeated");
    }
    answer
}

async fn ask(app: &RunningApp, form: &Value) -> Answer {
    let answer = app.anonymous().post_json(ASK, form).await;
    hold_at("POST", ASK, &answer);
    answer
}

pub(crate) async fn set(app: &RunningApp, token: &str, wanted: &str) -> Answer {
    let form = json!({"token": token, "password": wanted});
    let answer = app.anonymous().post_json(SET, &form).await;
    hold_at("POST", SET, &answer);
    assert!(!answer.text().contains(wanted) && (token.len() < 20 || !answer.text().contains(token)));
    answer
}

/// The token of the link in the last mail to somebody.
async fn link(app: &RunningApp, email: &str) -> String {
    let mails = app.mails().await;
    let mail = mails
        .iter()
        .rfind(|mail| mail.to == email && mail.text.contains("token="));
    let text = &mail.expect("a mail with a link").text;
    let token = text.split("token=").nth(1).unwrap();
    token.split_whitespace().next().unwrap().to_owned()
}

/// Asks for a link and reads it in the mail.
pub(crate) async fn asked(app: &RunningApp, email: &str) -> String {
    let _ = ask(app, &json!({"email": email})).await.expect(202);
    link(app, email).await
}

#[tokio::test]
async fn a_change_ends_every_other_session_on_two_nodes_and_the_old_password_is_dead_auth_1() {
    let app = RunningApp::start().await;
    let node = app.second_node().await;
    let mine = app.tokens(Company::A, ROLE).await;
    let other = app.tokens(Company::A, ROLE).await;
    let browser = app.new_browser(Company::A, ROLE).await;
    let mark = app.mark().await;
    let caller = app.bearer(&mine.access);
    let _ = change(&caller, PASSWORD, NEW_PASSWORD).await.expect(204);
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(
        (events[0].event_type.as_str(), events[0].outcome.as_str()),
        ("UPDATE", "SUCCESS")
    );
    for (token, status) in [(&mine, 200), (&other, 401)] {
        assert_eq!(app.bearer(&token.access).get(ME).await.status, status);
        assert_eq!(node.bearer(&token.access).get(ME).await.status, status);
    }
    assert_eq!(browser.get("/shipments").await.status, 401);
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(401);
    let _ = sign_in(&app, &email(), NEW_PASSWORD).await.expect(200);
    assert_eq!(app.told(&email(), 0).await, ["Your password was changed"]);
}

#[tokio::test]
async fn a_change_needs_the_current_password_and_a_fresh_proof_and_guesses_end_the_session() {
    let app = RunningApp::start().await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let refused = change(&caller, "a wrong current password", NEW_PASSWORD)
        .await
        .expect(422);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/current_password");
    app.behind_the_back("update sessions set authenticated_at = now() - interval '901 seconds'")
        .await;
    let refused = change(&caller, PASSWORD, NEW_PASSWORD).await.expect(401);
    assert_eq!(
        refused.json()["type"],
        "urn:safeshipper:problem:fresh-proof-needed"
    );
    app.behind_the_back("update sessions set authenticated_at = now()")
        .await;
    for _ in 0..9 {
        let _ = change(&caller, "a wrong current password", NEW_PASSWORD)
            .await
            .expect(422);
    }
    let _ = change(&caller, PASSWORD, NEW_PASSWORD).await.expect(401);
    assert_eq!(caller.get(ME).await.status, 401);
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(200);
}

#[tokio::test]
async fn who_has_a_second_factor_shows_it_before_a_change_and_a_shorter_password_will_do_m5() {
    let app = RunningApp::start().await;
    let mut enrolled = enrol(&app, Company::A, ROLE).await;
    app.behind_the_back("update sessions set second_factor_at = now() - interval '901 seconds'")
        .await;
    let refused = change(&enrolled.caller, PASSWORD, NEW_PASSWORD).await.expect(401);
    assert_eq!(
        refused.json()["type"],
        "urn:safeshipper:problem:fresh-proof-needed"
    );
    let shown = json!({"code": enrolled.phone.code(&app)});
    let _ = enrolled.caller.post_json(STEP_UP, &shown).await.expect(204);
    let _ = change(&enrolled.caller, PASSWORD, "vexq8jzt").await.expect(204);
}

#[tokio::test]
async fn the_last_factor_stays_while_the_password_leans_on_it_auth_1() {
    let app = RunningApp::start().await;
    let mut enrolled = enrol(&app, Company::A, ROLE).await;
    let _ = change(&enrolled.caller, PASSWORD, "vexq8jzt").await.expect(204);
    let shown = json!({"code": enrolled.phone.code(&app)});
    let _ = enrolled.caller.post_json(STEP_UP, &shown).await.expect(204);
    let kept = enrolled.caller.delete(TOTP).await;
    hold_at("DELETE", TOTP, &kept);
    let detail = kept.expect(409).json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("at least 15 characters"), "{detail}");
    let _ = sign_in(&app, &email(), "vexq8jzt").await.expect(202);
    let _ = change(&enrolled.caller, "vexq8jzt", NEW_PASSWORD)
        .await
        .expect(204);
    let _ = enrolled.caller.delete(TOTP).await.expect(204);
    let _ = sign_in(&app, &email(), NEW_PASSWORD).await.expect(200);
}

/// Whatever took the factor away: the password that leaned on it opens nothing, the mailbox does.
#[tokio::test]
async fn a_short_password_without_its_factor_opens_nothing_and_a_link_sets_a_longer_one_auth_1() {
    let app = RunningApp::start().await;
    let enrolled = enrol(&app, Company::A, ROLE).await;
    let _ = change(&enrolled.caller, PASSWORD, "vexq8jzt").await.expect(204);
    app.behind_the_back("delete from totp_factors").await;
    let _ = sign_in(&app, &email(), "vexq8jzt").await.expect(401);
    let token = asked(&app, &email()).await;
    let _ = set(&app, &token, "another8").await.expect(422);
    let _ = set(&app, &token, NEW_PASSWORD).await.expect(204);
    let _ = sign_in(&app, &email(), NEW_PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_sign_in_notes_once_whether_a_password_from_before_stands_alone_and_never_its_length_auth_1() {
    let app = RunningApp::start().await;
    app.behind_the_back("update passwords set stands_alone = null")
        .await;
    for events in [2, 1] {
        let mark = app.mark().await;
        let _ = sign_in(&app, &email(), PASSWORD).await.expect(200);
        assert_eq!(app.since(&mark).await.len(), events);
    }
    let _ = sign_in(&app, &Company::A.email(Role::Viewer), "wrong wrong wrong").await;
    let dump = app.dump().await;
    assert_eq!(dump.matches("<stands_alone>true</stands_alone>").count(), 1);
}

#[tokio::test]
async fn a_weak_new_password_is_refused_with_the_reason_and_costs_no_attempt() {
    let app = RunningApp::start().await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    for weak in [
        "short",
        "passwordpassword",
        "operator@alpha.example",
        "alphaalphaalpha",
    ] {
        let refused = change(&caller, PASSWORD, weak).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["pointer"], "/password", "{weak}");
    }
    for _ in 0..12 {
        let _ = change(&caller, PASSWORD, "short").await.expect(422);
    }
    let token = asked(&app, &email()).await;
    let _ = set(&app, &token, "short").await.expect(422);
    let _ = set(&app, &token, NEW_PASSWORD).await.expect(204);
}

#[tokio::test]
async fn a_reset_sets_the_password_once_and_ends_every_session_on_two_nodes_auth_1() {
    let app = RunningApp::start().await;
    let node = app.second_node().await;
    let tokens = app.tokens(Company::A, ROLE).await;
    let browser = app.new_browser(Company::A, ROLE).await;
    let token = asked(&app, &email()).await;
    assert_eq!(
        app.bearer(&tokens.access).get(ME).await.status,
        200,
        "asking ends nothing"
    );
    let _ = set(&app, &token, NEW_PASSWORD).await.expect(204);
    assert_eq!(app.bearer(&tokens.access).get(ME).await.status, 401);
    assert_eq!(node.bearer(&tokens.access).get(ME).await.status, 401);
    assert_eq!(browser.get("/shipments").await.status, 401);
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(401);
    let _ = sign_in(&app, &email(), NEW_PASSWORD).await.expect(200);
    let replayed = set(&app, &token, "another violet tractor yawning")
        .await
        .expect(409);
    assert!(
        replayed.json()["detail"]
            .as_str()
            .unwrap()
            .contains("ask for another")
    );
    let _ = sign_in(&app, &email(), NEW_PASSWORD).await.expect(200);
    assert_eq!(
        app.told(&email(), 0).await,
        ["Set a new password", "Your password was reset"]
    );
}

#[tokio::test]
async fn one_link_spent_by_fifty_at_once_on_two_nodes_sets_one_password() {
    let app = RunningApp::start().await;
    let node = app.second_node().await;
    let token = asked(&app, &email()).await;
    let tries = (0..50).map(|number| {
        let form = json!({"token": token, "password": format!("{NEW_PASSWORD} {number}")});
        let caller = if number % 2 == 0 {
            app.anonymous()
        } else {
            node.bearer("")
        };
        async move { (number, caller.post_json(SET, &form).await.status) }
    });
    let done = futures_of(tries).await;
    let won: Vec<_> = done.iter().filter(|(_, status)| *status == 204).collect();
    assert_eq!(won.len(), 1, "{done:?}");
    assert!(
        done.iter()
            .all(|(_, status)| [204, 409, 429, 503].contains(status)),
        "{done:?}"
    );
    let theirs = format!("{NEW_PASSWORD} {}", won[0].0);
    let _ = sign_in(&app, &email(), &theirs).await.expect(200);
}

/// All of them at once.
async fn futures_of<T: Send + 'static>(
    futures: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = futures.map(tokio::spawn).collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

#[tokio::test]
async fn a_link_is_one_persons_and_dies_after_half_an_hour() {
    let app = RunningApp::start().await;
    let theirs = Company::B.email(Role::Admin);
    let newer = asked(&app, &email()).await;
    let foreign = asked(&app, &theirs).await;
    let _ = set(&app, &foreign, NEW_PASSWORD).await.expect(204);
    let _ = sign_in(&app, &email(), NEW_PASSWORD).await.expect(401);
    let _ = sign_in(&app, &theirs, NEW_PASSWORD).await.expect(200);
    app.behind_the_back("update password_resets set expires_at = expires_at - interval '30 minutes'")
        .await;
    let _ = set(&app, &newer, NEW_PASSWORD).await.expect(409);
    let mut altered = newer.clone();
    altered.replace_range(8..9, if &newer[8..9] == "A" { "B" } else { "A" });
    for none in ["", "none", &altered, &newer[4..], &format!("srt_{}", &newer[4..])] {
        let _ = set(&app, none, NEW_PASSWORD).await.expect(409);
    }
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(200);
}

#[tokio::test]
async fn who_asks_learns_nothing_of_who_is_there() {
    let app = RunningApp::start().await;
    let said = |answer: Answer| {
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort_unstable();
        (answer.status, headers, answer.text())
    };
    let known = said(ask(&app, &json!({"email": email()})).await);
    for other in [
        json!({"email": "nobody@nowhere.example"}),
        json!({"email": "not an address"}),
        json!({"email": email(), "company": "bravo"}),
        json!({"email": email(), "company": "none"}),
        json!({"email": ""}),
    ] {
        assert_eq!(said(ask(&app, &other).await), known, "{other}");
    }
    assert_eq!(app.mails().await.len(), 1, "and one mail goes to who is there");
}

#[tokio::test]
async fn who_asks_in_anothers_name_voids_no_link_of_theirs_and_one_that_is_used_voids_the_rest_m10() {
    let app = RunningApp::start().await;
    let mine = asked(&app, &email()).await;
    // Somebody who knows the address, from elsewhere.
    let stranger = app.anonymous_from("127.0.2.1");
    for _ in 0..5 {
        let _ = stranger
            .post_json(ASK, &json!({"email": email()}))
            .await
            .expect(202);
    }
    let theirs = link(&app, &email()).await;
    assert_ne!(mine, theirs);
    let _ = set(&app, &mine, NEW_PASSWORD).await.expect(204);
    let _ = set(&app, &theirs, "another violet tractor yawning")
        .await
        .expect(409);
    let _ = sign_in(&app, &email(), NEW_PASSWORD).await.expect(200);
    assert_eq!(app.mails().await.len(), 4, "three links and the reset");
}

#[tokio::test]
async fn a_fourth_ask_within_an_hour_sends_nothing_and_leaves_the_last_link_good() {
    let app = RunningApp::start().await;
    for _ in 0..3 {
        let _ = asked(&app, &email()).await;
    }
    let last = link(&app, &email()).await;
    let mark = app.mark().await;
    let _ = ask(&app, &json!({"email": email()})).await.expect(202);
    assert_eq!(app.mails().await.len(), 3);
    assert_eq!(app.since(&mark).await, [], "nobody fills the trail with it");
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(200);
    let _ = set(&app, &last, NEW_PASSWORD).await.expect(204);
}

#[tokio::test]
async fn a_reset_goes_round_no_second_factor_m10() {
    let app = RunningApp::start().await;
    let mut enrolled = enrol(&app, Company::A, ROLE).await;
    let before = ticket(&app, Company::A, ROLE).await;
    let token = asked(&app, &email()).await;
    let _ = set(&app, &token, NEW_PASSWORD).await.expect(204);
    let code = enrolled.phone.code(&app);
    let _ = second(&app, &before, &code).await.expect(401);
    let asks = sign_in(&app, &email(), NEW_PASSWORD).await.expect(202).json();
    let code = enrolled.phone.code(&app);
    let _ = second(&app, asks["ticket"].as_str().unwrap(), &code)
        .await
        .expect(200);
}

#[tokio::test]
async fn a_reset_goes_round_no_lockdown_m10() {
    let app = RunningApp::start().await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let place = format!("/api/v1/users/{}", app.world.user(Company::A, ROLE));
    let reason = json!({"reason": "telephone stolen in Rotterdam"});
    let token = asked(&app, &email()).await;
    let _ = admin
        .post_json(&format!("{place}/lockdown"), &reason)
        .await
        .expect(204);
    let _ = set(&app, &token, NEW_PASSWORD).await.expect(409);
    let seen = app.mails().await.len();
    let _ = ask(&app, &json!({"email": email()})).await.expect(202);
    assert_eq!(app.mails().await.len(), seen, "who is locked gets no link");
    let another = app.second_admin(Company::A).await;
    let _ = another
        .post_json(&format!("{place}/unlock"), &reason)
        .await
        .expect(204);
    let _ = set(&app, &token, NEW_PASSWORD).await.expect(409);
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(200);
}

#[tokio::test]
async fn the_link_leads_where_the_configuration_says_whatever_the_request_says() {
    let app = RunningApp::start().await;
    let nobody = app.anonymous();
    let request = nobody.request(Method::POST, ASK).json(&json!({"email": email()}));
    let request = request
        .header(HOST, "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example");
    let _ = nobody.send(request).await;
    let _ = asked(&app, &email()).await;
    for mail in app.mails().await {
        assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
        assert!(
            mail.text.contains("\nhttp://localhost/sign-in/reset?token=spr_"),
            "{}",
            mail.text
        );
        assert!(
            mail.html
                .contains("href=\"http://localhost/sign-in/reset?token=spr_")
        );
    }
}

#[tokio::test]
async fn signing_in_takes_up_new_parameters_of_hashing_once_auth_1() {
    let app = RunningApp::start().await;
    let dearer = Argon2Params {
        iterations: 2,
        ..CHEAP
    };
    app.hash_passwords_with(dearer).await;
    assert_eq!(app.password_parameters().await, ["m=8,t=2,p=1"]);
    let mark = app.mark().await;
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(200);
    assert_eq!(app.since(&mark).await.len(), 2, "the rehash and the sign-in");
    let mark = app.mark().await;
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(200);
    assert_eq!(app.since(&mark).await.len(), 1, "once");
    assert_eq!(app.password_parameters().await, ["m=8,t=1,p=1", "m=8,t=2,p=1"]);
    let _ = sign_in(&app, &Company::A.email(Role::Viewer), "wrong wrong wrong").await;
    let viewers_too = app.password_parameters().await;
    assert_eq!(viewers_too.len(), 2, "a wrong password changes nothing");
}

#[tokio::test]
async fn the_console_changes_a_password_and_resets_a_forgotten_one() {
    let app = RunningApp::start().await;
    let browser = app.new_browser(Company::A, ROLE).await;
    let page = browser.get("/account/password").await.expect(200);
    assert!(page.text().contains("at least 15 characters"));
    let field = |name: &'static str, value: &str| (name, value.to_owned());
    let form = |again: &str| {
        [
            field("password", PASSWORD),
            field("new_password", NEW_PASSWORD),
            field("new_password_again", again),
        ]
    };
    let differs = browser
        .post_form("/account/password", &form("not the same"))
        .await
        .expect(422);
    assert!(differs.text().contains("not the same") && !differs.text().contains(NEW_PASSWORD));
    let done = browser
        .post_form("/account/password", &form(NEW_PASSWORD))
        .await
        .expect(303);
    assert_eq!(done.header("location"), "/security?done=password");

    let nobody = app.anonymous();
    let asks = nobody.get("/sign-in/forgot").await.expect(200);
    let sent = nobody
        .gate("/sign-in/forgot", &asks, &[field("email", &email())])
        .await
        .expect(200);
    assert!(sent.text().contains("on its way"));
    let token = link(&app, &email()).await;
    let place = format!("/sign-in/reset?token={token}");
    let page = nobody.get(&place).await.expect(200);
    assert_eq!(page.header("referrer-policy"), "strict-origin");
    let again = nobody.get(&place).await.expect(200);
    assert!(again.text().contains(&token), "looking spends nothing");
    let fields = |wanted: &str| {
        [
            field("token", &token),
            field("new_password", wanted),
            field("new_password_again", wanted),
        ]
    };
    let weak = nobody
        .gate("/sign-in/reset", &page, &fields("short"))
        .await
        .expect(422);
    let other = "eleven orange lanterns drifting";
    let done = nobody
        .gate("/sign-in/reset", &weak, &fields(other))
        .await
        .expect(303);
    assert_eq!(done.header("location"), "/sign-in?done=reset");
    let over = nobody
        .gate("/sign-in/reset", &page, &fields(other))
        .await
        .expect(409);
    assert!(over.text().contains("Ask for another"));
    assert_eq!(browser.get("/shipments").await.status, 401);
    let _ = sign_in(&app, &email(), other).await.expect(200);
}

#[tokio::test]
async fn a_link_is_good_in_a_browser_that_is_signed_in_and_signs_it_out() {
    let app = RunningApp::start().await;
    let browser = app.new_browser(Company::A, ROLE).await;
    let token = asked(&app, &email()).await;
    let page = browser
        .get(&format!("/sign-in/reset?token={token}"))
        .await
        .expect(200);
    assert!(page.text().contains(browser.csrf()), "the session's own token");
    let fields = [
        ("token", token),
        ("new_password", NEW_PASSWORD.to_owned()),
        ("new_password_again", NEW_PASSWORD.to_owned()),
    ];
    let _ = browser.post_form("/sign-in/reset", &fields).await.expect(303);
    assert_eq!(browser.get("/shipments").await.status, 401);
}

#[tokio::test]
async fn a_form_of_another_site_asks_for_no_link_and_sets_no_password_w11() {
    let app = RunningApp::start().await;
    let token = asked(&app, &email()).await;
    let nobody = app.anonymous();
    for (path, field, value) in [
        ("/sign-in/forgot", "email", email()),
        ("/sign-in/reset", "token", token),
    ] {
        let form = [
            (field, value),
            ("new_password", NEW_PASSWORD.to_owned()),
            ("new_password_again", NEW_PASSWORD.to_owned()),
            ("csrf_token", "x".to_owned()),
        ];
        let request = nobody.request(Method::POST, path).form(&form);
        let refused = nobody.send(request.header("sec-fetch-site", "cross-site")).await;
        assert_eq!(refused.status, 403, "{path}");
    }
    assert_eq!(app.mails().await.len(), 1);
    let _ = sign_in(&app, &email(), PASSWORD).await.expect(200);
}
