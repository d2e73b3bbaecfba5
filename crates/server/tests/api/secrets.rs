//! Logs hold no secret (J11, E9): everything that any part of the program logs, at its most talkative, during a
//! story with sign-ins, refusals, encrypted fields and papers.

use std::io::Write;
use std::sync::{Arc, Mutex};

use access::role::Role;
use serde_json::json;
use testkit::world::PASSWORD;
use testkit::{Company, Mood, RunningApp};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::factors::{Enrolled, enrol};
use crate::samples::{EMAIL, NEW_PASSWORD, PHONE, checked, draft, gasoline, place};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_log_line_holds_a_password_a_token_a_cookie_or_an_encrypted_field() {
    let log = Captured::default();
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(EnvFilter::new("trace"))
        .with_writer(log.clone())
        .init();
    let app = RunningApp::start().await;
    let nobody = app.anonymous();
    let tokens = app.tokens(Company::A, Role::Operator).await;
    let caller = app.bearer(&tokens.access);
    let browser = app.new_browser(Company::A, Role::Operator).await;
    let made = checked(&caller).await;
    let _ = caller
        .get(&format!("{}/us-shipping-paper.pdf", place(&made)))
        .await
        .expect(200);
    let _ = browser
        .get(&format!("/shipments/{}", made["id"].as_str().unwrap()))
        .await;
    let supervisor = app.caller(Company::A, Role::Supervisor).await;
    let reveal = format!("{}/reveal", place(&made));
    let reason = json!({"reason": "the consignee asks who sent it"});
    let _ = supervisor.post_json(&reveal, &reason).await.expect(200);
    let _ = supervisor.post_json(&reveal, &json!({"reason": PHONE})).await;
    let wrong = json!({"email": Company::A.email(Role::Operator), "password": "hunter2-hunter2"});
    let _ = nobody.post_json("/api/v1/sessions", &wrong).await.expect(401);
    let malformed = json!({"email": Company::A.email(Role::Operator), "password": ["hunter2-hunter2"]});
    let _ = nobody.post_json("/api/v1/sessions", &malformed).await.expect(422);
    let _ = app.bearer(&tokens.refresh).get("/api/v1/me").await.expect(401);
    let mut bad = draft(json!([gasoline()]));
    bad["contact"]["phone"] = json!(["+31 10 555 0187"]);
    let _ = caller.post_json("/api/v1/shipments", &bad).await.expect(422);
    bad["contact"]["phone"] = json!(format!("{PHONE} extension"));
    let _ = caller.post_json("/api/v1/shipments", &bad).await.expect(422);
    let refresh = json!({"refresh_token": tokens.refresh});
    let _ = nobody
        .post_json("/api/v1/sessions/refresh", &refresh)
        .await
        .expect(200);
    let _ = nobody
        .post_json("/api/v1/sessions/refresh", &refresh)
        .await
        .expect(401);

    let begun = caller.post("/api/v1/me/factors/totp").await.expect(401);
    assert_eq!(
        begun.header("www-authenticate"),
        "Bearer",
        "the session has just been ended"
    );
    let Enrolled {
        caller,
        mut phone,
        codes,
    } = enrol(&app, Company::A, Role::Driver).await;
    let credentials = json!({"email": Company::A.email(Role::Driver), "password": PASSWORD});
    let asked = nobody
        .post_json("/api/v1/sessions", &credentials)
        .await
        .expect(202);
    let ticket = asked.json()["ticket"].as_str().unwrap().to_owned();
    let wrong = json!({"ticket": ticket, "code": "7355608"});
    let second = "/api/v1/sessions/second-factor";
    let _ = nobody.post_json(second, &wrong).await.expect(401);
    let malformed = json!({"ticket": [ticket], "code": [codes[1]]});
    let _ = nobody.post_json(second, &malformed).await.expect(422);
    let right = json!({"ticket": ticket, "code": codes[0]});
    let _ = nobody.post_json(second, &right).await.expect(200);
    let code = phone.code(&app);
    let up = json!({"code": code});
    let _ = caller.post_json("/api/v1/me/step-up", &up).await.expect(204);
    let _ = caller.post_json("/api/v1/me/step-up", &up).await.expect(422);
    let _ = caller.post("/api/v1/me/factors/totp").await.expect(201);
    let _ = caller.get("/api/v1/me/factors/totp/qr.png").await.expect(200);
    for token in [&tokens.access, &tokens.refresh] {
        let form = [("token", token.as_str())];
        let request = nobody
            .request(reqwest::Method::POST, "/api/v1/tokens/revoke")
            .form(&form);
        let _ = nobody.send(request).await.expect(200);
    }

    // A server that refuses quotes the address; a link is asked for, looked at and spent.
    let asks = json!({"email": Company::A.email(Role::Operator)});
    let _ = nobody
        .post_json("/api/v1/password-resets", &asks)
        .await
        .expect(202);
    app.mail.is(Mood::Refusing(451));
    assert_eq!(app.mails().await.len(), 0);
    app.mail.is(Mood::Taking);
    app.turn_clock(time::Duration::minutes(2));
    let mails = app.mails().await;
    let link = mails.iter().find_map(|mail| mail.text.split("token=").nth(1));
    let link = link.unwrap().split_whitespace().next().unwrap().to_owned();
    let _ = nobody
        .get(&format!("/sign-in/reset?token={link}"))
        .await
        .expect(200);
    for (wanted, status) in [("short-one", 422), (NEW_PASSWORD, 204), (NEW_PASSWORD, 409)] {
        let set = json!({"token": link, "password": wanted});
        let _ = nobody
            .post_json("/api/v1/password-resets/confirm", &set)
            .await
            .expect(status);
    }

    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(
        log.contains("/api/v1/shipments") && log.contains("answered"),
        "nothing was captured"
    );
    let email = Company::A.email(Role::Operator);
    for (what, secret) in [
        ("the password", PASSWORD),
        ("the wrong password", "hunter2-hunter2"),
        ("the access token", &tokens.access),
        ("the refresh token", &tokens.refresh),
        ("the session cookie", browser.proof()),
        ("the form's token", browser.csrf()),
        ("the ticket", &ticket),
        ("the secret of the app", &phone.secret_text()),
        (
            "the secret of the app as an address has it",
            &phone.secret_text().replace(' ', ""),
        ),
        ("the wrong code", "7355608"),
        ("a used backup code", &codes[0]),
        ("a backup code", &codes[1]),
        ("a backup code without hyphens", &codes[1].replace('-', "")),
        ("the link's token", &link),
        ("the new password", NEW_PASSWORD),
        ("the weak password", "short-one"),
        ("the e-mail of who was told", &Company::A.email(Role::Driver)),
        ("the phone", PHONE),
        ("the e-mail of the contact", EMAIL),
        ("the e-mail of the person", &email),
        ("the address", "Waalhaven"),
    ] {
        assert!(!secret.is_empty());
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{what}");
    }
}
