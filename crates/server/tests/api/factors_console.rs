//! Second factors in the browser: the second step of signing in, the security page, step-up and the way back
//! (AUTH-6, AUTH-7, AUTH-8, M11).

use access::role::Role;
use reqwest::Method;
use testkit::running::SESSION_COOKIE;
use testkit::world::PASSWORD;
use testkit::{Answer, Caller, Company, RunningApp};

use crate::factors::{Enrolled, Phone, ROLE, enrol};

/// Sends a form before there is a session.
async fn send(app: &RunningApp, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    app.anonymous().gate(path, page, &fields).await
}

/// The page that follows the password.
async fn second_step(app: &RunningApp, next: &str) -> Answer {
    let page = app.anonymous().get("/sign-in").await.expect(200);
    let email = Company::A.email(ROLE);
    let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", next)];
    send(app, &page, "/sign-in", &fields).await.expect(200)
}

/// A browser with this session.
async fn browser(app: &RunningApp, signed_in: &Answer) -> Caller {
    let cookie = signed_in.cookie(SESSION_COOKIE);
    let page = app.cookie(&cookie, "").get("/security").await.expect(200);
    app.cookie(&cookie, &page.hidden("csrf_token"))
}

#[tokio::test]
async fn a_sign_in_in_two_steps_goes_on_to_where_one_wanted_and_only_on_this_site_auth_6() {
    let app = RunningApp::start().await;
    let Enrolled { mut phone, codes, .. } = enrol(&app, Company::A, ROLE).await;
    for (next, place) in [
        ("/shipments?status=draft", "/shipments?status=draft"),
        ("//evil.example", "/"),
    ] {
        let page = second_step(&app, next).await;
        assert!(!page.headers.contains_key("location") && page.text().contains("one-time-code"));
        let ticket = page.hidden("ticket");
        let wrong = [("ticket", ticket.as_str()), ("code", "000000"), ("next", next)];
        let again = send(&app, &page, "/sign-in/second-factor", &wrong)
            .await
            .expect(401);
        assert_eq!(again.hidden("ticket"), ticket, "the sign-in goes on");
        let code = phone.code(&app);
        let mark = app.mark().await;
        let right = [
            ("ticket", ticket.as_str()),
            ("code", code.as_str()),
            ("next", next),
        ];
        let done = send(&app, &again, "/sign-in/second-factor", &right)
            .await
            .expect(303);
        assert_eq!(done.header("location"), place);
        assert_eq!(app.since(&mark).await.len(), 1);
        let _ = browser(&app, &done).await.get("/shipments").await.expect(200);
        let over = send(&app, &again, "/sign-in/second-factor", &right)
            .await
            .expect(401);
        assert!(over.text().contains("name=\"password\""), "back to the beginning");
    }
    // By a backup code, and never without the token of the page.
    let page = second_step(&app, "").await;
    let ticket = page.hidden("ticket");
    let nobody = app.anonymous();
    let form = [
        ("ticket", ticket.as_str()),
        ("code", codes[0].as_str()),
        ("csrf_token", "x"),
    ];
    let forged = nobody.request(Method::POST, "/sign-in/second-factor").form(&form);
    let _ = nobody
        .send(forged.header("sec-fetch-site", "same-origin"))
        .await
        .expect(403);
    let _ = send(&app, &page, "/sign-in/second-factor", &form[..2])
        .await
        .expect(303);
}

#[tokio::test]
async fn a_ticket_of_the_console_is_none_of_the_api_and_the_reverse() {
    let app = RunningApp::start().await;
    let Enrolled { codes, .. } = enrol(&app, Company::A, ROLE).await;
    let page = second_step(&app, "").await;
    let console = page.hidden("ticket");
    let form = serde_json::json!({"ticket": console, "code": codes[0]});
    let nobody = app.anonymous();
    let _ = nobody
        .post_json("/api/v1/sessions/second-factor", &form)
        .await
        .expect(401);
    let form = serde_json::json!({"email": Company::A.email(ROLE), "password": PASSWORD});
    let asked = nobody
        .post_json("/api/v1/sessions", &form)
        .await
        .expect(202)
        .json();
    let api = [
        ("ticket", asked["ticket"].as_str().unwrap()),
        ("code", codes[0].as_str()),
    ];
    let over = send(&app, &page, "/sign-in/second-factor", &api)
        .await
        .expect(401);
    assert!(over.text().contains("Please begin again"));
    let good = [("ticket", console.as_str()), ("code", codes[0].as_str())];
    let _ = send(&app, &page, "/sign-in/second-factor", &good)
        .await
        .expect(303);
}

#[tokio::test]
async fn somebody_enrols_in_the_browser_and_keeps_ten_codes_auth_6_auth_7() {
    let app = RunningApp::start().await;
    let browser = app.new_browser(Company::A, ROLE).await;
    let begun = browser.post_form("/security/totp", &[]).await.expect(303);
    let page = browser.get(begun.header("location")).await.expect(200);
    let picture = browser.get("/security/totp/qr.png").await.expect(200);
    assert_eq!(
        (picture.header("content-type"), &picture.body[1..4]),
        ("image/png", &b"PNG"[..])
    );
    let text = page.text();
    let secret = text
        .split("class=\"secret\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let mut phone = Phone::of(secret);
    let wrong = browser
        .post_form("/security/totp/confirm", &[("code", "000000".into())])
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains(secret), "the same secret still");
    let mark = app.mark().await;
    let code = phone.code(&app);
    let codes = browser
        .post_form("/security/totp/confirm", &[("code", code)])
        .await
        .expect(200);
    assert_eq!(
        (
            codes.text().matches("<li><code>").count(),
            codes.header("cache-control")
        ),
        (10, "no-store")
    );
    assert_eq!(app.since(&mark).await.len(), 1);
    assert!(browser.get("/security").await.text().contains("10 of 10"));

    let mark = app.mark().await;
    let renewed = browser.post_form("/security/backup-codes", &[]).await.expect(200);
    assert_ne!(codes.text(), renewed.text());
    assert_eq!(app.since(&mark).await.len(), 1);
    let mark = app.mark().await;
    let _ = browser.post_form("/security/totp/remove", &[]).await.expect(303);
    assert_eq!(app.since(&mark).await.len(), 1);
    assert!(browser.get("/security").await.text().contains("Set up app"));
}

#[tokio::test]
async fn the_console_leads_to_the_proof_and_back_to_where_one_was_auth_8() {
    let app = RunningApp::start().await;
    let Enrolled { mut phone, .. } = enrol(&app, Company::A, ROLE).await;
    let page = second_step(&app, "").await;
    let (ticket, code) = (page.hidden("ticket"), phone.code(&app));
    let fields = [("ticket", ticket.as_str()), ("code", code.as_str())];
    let done = send(&app, &page, "/sign-in/second-factor", &fields)
        .await
        .expect(303);
    let browser = browser(&app, &done).await;
    app.behind_the_back("update sessions set second_factor_at = now() - interval '901 seconds'")
        .await;

    let led = browser.get("/security/totp").await.expect(303);
    assert_eq!(led.header("location"), "/step-up?next=%2Fsecurity%2Ftotp");
    let form = browser.get(led.header("location")).await.expect(200);
    assert_eq!(form.hidden("next"), "/security/totp");
    // From a form: back to the page it stood on, if it is one of ours.
    let post = |referer: String| {
        let fields = [("csrf_token", browser.csrf().to_owned())];
        let request = browser
            .request(Method::POST, "/security/totp/remove")
            .form(&fields);
        browser.send(request.header("referer", referer))
    };
    let led = post(format!("{}/security", app.url())).await.expect(303);
    assert_eq!(led.header("location"), "/step-up?next=%2Fsecurity");
    let led = post("https://evil.example/security".to_owned()).await.expect(303);
    assert_eq!(led.header("location"), "/step-up?next=%2F");
    // A fragment is not replaced by a page.
    let fragment = browser
        .request(Method::GET, "/security/totp")
        .header("hx-request", "true");
    let fragment = browser.send(fragment).await.expect(204);
    assert_eq!(fragment.header("hx-redirect"), "/step-up?next=%2Fsecurity%2Ftotp");

    let wrong = [
        ("code", "000000".to_owned()),
        ("next", "/security/totp".to_owned()),
    ];
    let again = browser.post_form("/step-up", &wrong).await.expect(422);
    assert_eq!(again.hidden("next"), "/security/totp");
    let fields = [("code", phone.code(&app)), ("next", "/security".to_owned())];
    let back = browser.post_form("/step-up", &fields).await.expect(303);
    assert_eq!(back.header("location"), "/security");
    let _ = browser.post_form("/security/totp/remove", &[]).await.expect(303);
}

#[tokio::test]
async fn after_a_proof_one_stays_on_this_site_auth_8() {
    let app = RunningApp::start().await;
    let browser = app.new_browser(Company::A, ROLE).await;
    for foreign in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/step-up?next=/",
        "javascript:alert(1)",
    ] {
        let form = browser.get(&format!("/step-up?next={foreign}")).await.expect(200);
        assert!(
            !form.text().contains("evil") && !form.text().contains("javascript"),
            "{foreign}"
        );
        let fields = [("password", PASSWORD.to_owned()), ("next", foreign.to_owned())];
        let back = browser.post_form("/step-up", &fields).await.expect(303);
        assert_eq!(back.header("location"), "/", "{foreign}");
    }
}

#[tokio::test]
async fn whom_the_company_catches_is_led_to_the_security_page_and_shown_nothing_else_m11() {
    let app = RunningApp::start().await;
    let browser = app.new_browser(Company::A, ROLE).await;
    app.behind_the_back("update companies set second_factor_policy = 'everyone' where slug = 'alpha'")
        .await;
    for path in ["/", "/shipments", "/checker"] {
        let led = browser.get(path).await.expect(303);
        assert_eq!(led.header("location"), "/security", "{path}");
    }
    let page = browser.get("/security").await.expect(200).text();
    assert!(page.contains("Your company demands a second factor") && page.contains("Set up app"));
    assert!(!page.contains("href=\"/shipments\"") && !page.contains("href=\"/checker\""));
    // Somebody else of the company who has a factor, in a session that has not shown it.
    let led = enrolled_elsewhere(&app).await.get("/shipments").await.expect(303);
    assert_eq!(led.header("location"), "/step-up?next=%2Fshipments");
}

/// A browser signed in before the person enrolled elsewhere.
async fn enrolled_elsewhere(app: &RunningApp) -> Caller {
    let browser = app.new_browser(Company::A, Role::Viewer).await;
    let _ = enrol(app, Company::A, Role::Viewer).await;
    browser
}

#[tokio::test]
async fn an_administrator_sets_what_the_company_demands_after_a_second_factor() {
    let app = RunningApp::start().await;
    let browser = app.new_browser(Company::A, Role::Admin).await;
    let page = browser.get("/security").await.expect(200).text();
    assert!(page.contains("action=\"/security/policy\""));
    let fields = [("policy", "supervisors".to_owned())];
    let led = browser.post_form("/security/policy", &fields).await.expect(303);
    assert_eq!(
        led.header("location"),
        "/security",
        "without a factor: to enrol one"
    );
    app.behind_the_back("update sessions set second_factor_at = now()")
        .await;
    let _ = browser.post_form("/security/policy", &fields).await.expect(303);
    let page = browser.get("/security").await.expect(200).text();
    assert!(page.contains("value=\"supervisors\" selected"));
    let viewer = app.new_browser(Company::A, Role::Viewer).await;
    let page = viewer.get("/security").await.expect(200).text();
    assert!(!page.contains("/security/policy") && page.contains("supervisors and above"));
}
