//! Each act on somebody's account tells that person by mail, once (AUTH-3, AUTH-8, AUTH-10, M5, J9).

use access::role::Role;
use reqwest::Method;
use serde_json::json;
use testkit::world::PASSWORD;
use testkit::{Caller, Company, RunningApp};
use time::Duration;

use crate::factors::{CODES, POLICY, ROLE, STEP_UP, TOTP, enrol, second, ticket};
use crate::oidc;
use crate::passkeys::{Holder, OWN as PASSKEYS, alone, holder, invited};

/// Where the person of these tests is written to.
fn address() -> String {
    Company::A.email(ROLE)
}

async fn lockdown(app: &RunningApp, by: &Caller, what: &str) {
    let place = format!("/api/v1/users/{}/{what}", app.world.user(Company::A, ROLE));
    let reason = json!({"reason": "telephone stolen in Rotterdam"});
    let _ = by.post_json(&place, &reason).await.expect(204);
}

#[tokio::test]
async fn auth_8_whatever_becomes_of_ones_factors_is_told_m5() {
    let app = RunningApp::start().await;
    let mut enrolled = enrol(&app, Company::A, ROLE).await;
    let caller = &enrolled.caller;
    let _ = caller.post(CODES).await.expect(200);
    let shown = json!({"code": enrolled.phone.code(&app)});
    let _ = caller.post_json(STEP_UP, &shown).await.expect(204);
    let _ = caller.delete(TOTP).await.expect(204);
    assert_eq!(
        app.told(&address(), 0).await,
        [
            "A second factor is being set up",
            "Your second factor is active",
            "Your backup codes were renewed",
            "Your second factor was removed",
        ]
    );
    assert_eq!(app.mail.mails().len(), 4, "and nobody else");
}

#[tokio::test]
async fn auth_7_a_backup_code_that_was_used_is_told_with_how_many_are_left() {
    let app = RunningApp::start().await;
    let enrolled = enrol(&app, Company::A, ROLE).await;
    let seen = app.mails().await.len();
    let ticket = ticket(&app, Company::A, ROLE).await;
    let _ = second(&app, &ticket, &enrolled.codes[0]).await.expect(200);
    let shown = json!({"code": enrolled.codes[1]});
    let _ = enrolled.caller.post_json(STEP_UP, &shown).await.expect(204);
    let mails = app.mails().await.split_off(seen);
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(
        subjects,
        ["Signed in with a backup code", "A backup code was used"]
    );
    assert!(
        mails[0].text.contains("There are 9 codes left."),
        "{}",
        mails[0].text
    );
    assert!(
        mails[1].text.contains("There are 8 codes left."),
        "{}",
        mails[1].text
    );
    for mail in &mails {
        for code in &enrolled.codes {
            assert!(!mail.text.contains(code) && !mail.html.contains(code));
        }
    }
}

#[tokio::test]
async fn a_right_password_with_a_wrong_second_factor_is_told_once_an_hour() {
    let app = RunningApp::start().await;
    let _enrolled = enrol(&app, Company::A, ROLE).await;
    let seen = app.mails().await.len();
    let guess = async || {
        let ticket = ticket(&app, Company::A, ROLE).await;
        for _ in 0..2 {
            let _ = second(&app, &ticket, "000000").await.expect(401);
        }
    };
    guess().await;
    app.turn_clock(Duration::minutes(59));
    guess().await;
    let told = ["A sign-in got to the second factor and no further"];
    assert_eq!(app.told(&address(), seen).await, told);
    app.turn_clock(Duration::minutes(2));
    let ticket = ticket(&app, Company::A, ROLE).await;
    let _ = second(&app, &ticket, "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA").await;
    assert_eq!(app.told(&address(), seen + 1).await, told);
}

#[tokio::test]
async fn a_session_that_ended_by_guesses_or_a_copied_token_is_told_j9() {
    let app = RunningApp::start().await;
    let stolen = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    for _ in 0..10 {
        let _ = stolen
            .post_json(STEP_UP, &json!({"password": "wrong"}))
            .await
            .expect(422);
    }
    let last = stolen.post_json(STEP_UP, &json!({"password": PASSWORD})).await;
    let _ = last.expect(401);
    let tokens = app.tokens(Company::A, ROLE).await;
    let refresh = json!({"refresh_token": tokens.refresh});
    let nobody = app.anonymous();
    let _ = nobody
        .post_json("/api/v1/sessions/refresh", &refresh)
        .await
        .expect(200);
    let _ = nobody
        .post_json("/api/v1/sessions/refresh", &refresh)
        .await
        .expect(401);
    let _ = nobody
        .post_json("/api/v1/sessions/refresh", &refresh)
        .await
        .expect(401);
    assert_eq!(
        app.told(&address(), 0).await,
        [
            "A session of yours was ended",
            "A session of yours was ended: its token was used twice"
        ]
    );
}

#[tokio::test]
async fn auth_10_a_lockdown_and_its_end_are_told_to_the_person_and_the_reason_is_not() {
    let app = RunningApp::start().await;
    lockdown(&app, &app.caller(Company::A, Role::Admin).await, "lockdown").await;
    lockdown(&app, &app.second_admin(Company::A).await, "unlock").await;
    let told = ["Your account is locked", "Your account is unlocked"];
    assert_eq!(app.told(&address(), 0).await, told);
    for mail in app.mails().await {
        assert!(!mail.text.contains("Rotterdam"));
    }
}

#[tokio::test]
async fn m11_what_a_company_demands_is_told_to_all_its_administrators_and_to_nobody_elses() {
    let app = RunningApp::start().await;
    let mut owner = app.world.database.owner().await;
    let other = "second.admin@alpha.example";
    app.world.hire(&mut owner, Company::A, Role::Admin, other).await;
    let mut admin = enrol(&app, Company::A, Role::Admin).await;
    let up = json!({"code": admin.phone.code(&app)});
    let _ = admin.caller.post_json(STEP_UP, &up).await.expect(204);
    let seen = app.mails().await.len();
    let everyone = json!({"policy": "everyone"});
    let _ = admin.caller.put_json(POLICY, &everyone).await.expect(204);
    let mails = app.mails().await.split_off(seen);
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["admin@alpha.example", other]);
    let said = "admin of alpha set of whom alpha demands a second factor: of everyone, before of nobody.";
    assert!(mails[0].text.contains(said), "{}", mails[0].text);
    let managers = json!({"policy": "everyone", "passkeys": "managers"});
    let _ = admin.caller.put_json(POLICY, &managers).await.expect(204);
    let mails = app.mails().await.split_off(seen + 2);
    let said = "of everyone, before of everyone. A passkey: of managers and above, before of nobody.";
    assert!(mails[0].text.contains(said), "{}", mails[0].text);
}

#[tokio::test]
async fn auth_11_a_passkey_that_comes_goes_or_counts_backwards_is_told_m5() {
    let app = RunningApp::start().await;
    let Holder {
        caller,
        mut device,
        id,
        ..
    } = holder(&app, Company::A, ROLE).await;
    // What the authenticator shows next is fewer than what was counted.
    app.behind_the_back("update passkeys set sign_count = 4000000000")
        .await;
    for _ in 0..2 {
        let (attempt, options) = invited(&app).await;
        let _ = alone(&app, &attempt, &device.get(&options)).await.expect(401);
    }
    let _ = caller.delete(&format!("{PASSKEYS}/{id}")).await.expect(204);
    assert_eq!(
        app.told(&address(), 0).await,
        [
            "A passkey was added",
            // What was changed is the more urgent.
            "A passkey was removed",
            "A passkey was refused: there may be a copy of it",
        ]
    );
}

#[tokio::test]
async fn auth_9_a_link_is_told_to_the_person_and_a_provider_to_the_administrators_m5() {
    let (app, provider, id) = oidc::start().await;
    let linked = oidc::link(&app, Company::A, ROLE, (&provider, &id), "ada").await;
    let _ = linked.expect(303);
    let who = app.caller(Company::A, ROLE).await;
    let own = who.get("/api/v1/me/identities").await.expect(200).json();
    let identity = own[0]["id"]
        .as_str()
        .or(own["identities"][0]["id"].as_str())
        .unwrap();
    let _ = who
        .delete(&format!("/api/v1/me/identities/{identity}"))
        .await
        .expect(204);
    let told = [
        "An identity was linked to your account",
        "An identity was unlinked from your account",
    ];
    assert_eq!(app.told(&address(), 0).await, told);
    let told = app.told("admin@alpha.example", 0).await;
    assert_eq!(told, ["Where your company's people sign in changed"]);
}

#[tokio::test]
async fn auth_10_a_sign_in_from_a_new_device_is_told_and_a_first_or_a_usual_one_is_not() {
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const NEWER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
    const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
    let app = RunningApp::start().await;
    let nobody = app.anonymous();
    let sign_in = async |agent: &str| {
        let form = json!({"email": address(), "password": PASSWORD});
        let request = nobody.request(Method::POST, "/api/v1/sessions").json(&form);
        let _ = nobody.send(request.header("user-agent", agent)).await.expect(200);
    };
    for agent in [FIREFOX, FIREFOX, NEWER] {
        sign_in(agent).await;
    }
    assert!(app.mails().await.is_empty());
    sign_in(CHROME).await;
    sign_in(CHROME).await;
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Signed in from a new device or network");
    for part in [
        "Company: alpha\n",
        "Device: Chrome on Windows\n",
        "Network address: 127.0.0.1\n",
        " UTC\n",
    ] {
        assert!(mails[0].text.contains(part), "{part}: {}", mails[0].text);
    }
    // From where one has not been for 90 days is new.
    app.behind_the_back("update sessions set created_at = created_at - interval '91 days'")
        .await;
    sign_in(FIREFOX).await;
    assert_eq!(
        app.told(&address(), 1).await,
        ["Signed in from a new device or network"]
    );
}

#[tokio::test]
async fn a_name_that_is_an_attack_is_text_in_both_forms_and_adds_no_header() {
    let app = RunningApp::start().await;
    app.behind_the_back(
        "update users set display_name = E'<img src=x onerror=alert(1)>\\r\\nBcc: thief@elsewhere.example'",
    )
    .await;
    let _ = app.caller(Company::A, ROLE).await.post(TOTP).await.expect(201);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, address());
    let mail = &mails[0];
    assert!(
        !mail.html.contains("<img") && mail.html.contains("&lt;img src=x"),
        "{}",
        mail.html
    );
    let hidden = mail
        .headers
        .lines()
        .any(|line| line.to_lowercase().starts_with("bcc"));
    assert!(!hidden, "{}", mail.headers);
}
