//! Signing in, what a token or cookie is good for, and when it no longer is (AUTH-1 to AUTH-3, J7, J9, J10).

use access::role::Role;
use crypto::Rng;
use crypto::token::{KeyRing, SigningKey, Subject};
use serde_json::{Value, json};
use testkit::running::{AUDIENCE, ISSUER, SESSION_COOKIE, Tokens};
use testkit::world::{LONG, PASSWORD};
use testkit::{Answer, Caller, Company, RunningApp};
use time::Duration;

const ME: &str = "/api/v1/me";

/// What an answer says beside the request's id.
fn said(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id").expect("an id");
    body
}

/// A token of right claims for a person of company A, signed by somebody else.
async fn forged(app: &RunningApp) -> String {
    let key = SigningKey::generate().unwrap();
    let ring = KeyRing::new(ISSUER, AUDIENCE, key).unwrap();
    let (session, _) = app.world.sign_in_to_api(Company::A, Role::Admin, LONG).await;
    let subject = Subject {
        user_id: app.world.user(Company::A, Role::Admin).to_string(),
        username: "Ada".to_owned(),
        company_id: app.world.id(Company::A).to_string(),
        role: "ADMIN".to_owned(),
        permissions: vec!["audit.logs.view".to_owned()],
        session: app.world.store.handle(session),
    };
    let claims = ring
        .claims(subject, "api", testkit::now(), &Rng::system())
        .unwrap();
    ring.issue(&claims).unwrap()
}

#[tokio::test]
async fn every_token_that_is_not_a_living_access_token_gets_the_same_answer_as_none() {
    let app = RunningApp::start().await;
    let good = app.tokens(Company::A, Role::Admin).await;
    assert_eq!(app.bearer(&good.access).get(ME).await.status, 200);
    let browser = app.browser(Company::A, Role::Admin).await;
    let nobody = said(&app.anonymous().get(ME).await.expect(401));

    let parts: Vec<&str> = good.access.split('.').collect();
    let (head, claims, signature) = (parts[0], parts[1], parts[2]);
    let forged = forged(&app).await;
    let forged_parts: Vec<&str> = forged.split('.').collect();
    // `{"alg":"none","typ":"at+jwt"}`
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let tampered: String = claims.chars().rev().collect();
    for (what, token) in [
        ("empty", String::new()),
        ("no token", "hello".to_owned()),
        ("another's key", forged.clone()),
        (
            "another's key under our key's name",
            format!("{head}.{}.{}", forged_parts[1], forged_parts[2]),
        ),
        ("tampered claims", format!("{head}.{tampered}.{signature}")),
        ("no algorithm", format!("{none}.{claims}.")),
        ("no signature", format!("{head}.{claims}.")),
        ("a refresh token", good.refresh.clone()),
        ("a session cookie", browser.proof().to_owned()),
        ("very long", "a.".repeat(3000)),
    ] {
        let answer = app.bearer(&token).get(ME).await;
        assert_eq!((answer.status, said(&answer)), (401, nobody.clone()), "{what}");
    }
    // Two hours later the session lives on in the database, and the token is over.
    app.turn_clock(Duration::hours(2));
    let answer = app.bearer(&good.access).get(ME).await;
    assert_eq!((answer.status, said(&answer)), (401, nobody));
    let again = json!({"refresh_token": good.refresh});
    let renewed = app
        .anonymous()
        .post_json("/api/v1/sessions/refresh", &again)
        .await
        .expect(200);
    let renewed = Tokens::from(renewed.json());
    assert_eq!(app.bearer(&renewed.access).get(ME).await.status, 200);
}

#[tokio::test]
async fn a_token_is_given_once_and_as_a_bearers() {
    let app = RunningApp::start().await;
    let token = app.tokens(Company::A, Role::Viewer).await.access;
    let caller = app.bearer(&token);
    let twice = caller
        .request(reqwest::Method::GET, ME)
        .header("authorization", format!("Bearer {token}"));
    assert_eq!(caller.send(twice).await.status, 401);
    for value in [
        format!("Basic {token}"),
        token.clone(),
        format!("Bearer{token}"),
        "Bearer".to_owned(),
    ] {
        let request = app
            .anonymous()
            .request(reqwest::Method::GET, ME)
            .header("authorization", value);
        assert_eq!(caller.send(request).await.status, 401);
    }
    let by_query = app.anonymous().get(&format!("{ME}?access_token={token}")).await;
    assert_eq!(by_query.status, 401);
}

#[tokio::test]
async fn the_api_takes_no_cookie_and_the_console_no_bearer() {
    let app = RunningApp::start().await;
    let (api, browser) = (
        app.caller(Company::A, Role::Admin).await,
        app.browser(Company::A, Role::Admin).await,
    );
    assert_eq!(browser.get("/shipments").await.status, 200);
    assert_eq!(browser.get("/api/v1/shipments").await.status, 401);
    assert_eq!(api.get("/shipments").await.status, 401);
    let token_as_cookie = app.cookie(api.proof(), "");
    assert_eq!(token_as_cookie.get("/shipments").await.status, 401);
    let (cookie, other) = (browser.proof(), "none");
    let twice = app
        .anonymous()
        .request(reqwest::Method::GET, "/shipments")
        .header(
            "cookie",
            format!("{SESSION_COOKIE}={other}; {SESSION_COOKIE}={cookie}"),
        );
    assert_eq!(api.send(twice).await.status, 401);
}

async fn sign_in(caller: &Caller, body: &Value) -> Answer {
    caller.post_json("/api/v1/sessions", body).await
}

#[tokio::test]
async fn a_refused_sign_in_never_says_why_and_never_repeats_the_password() {
    let app = RunningApp::start().await;
    let nobody = app.anonymous();
    let email = Company::A.email(Role::Operator);
    let wrong = said(
        &sign_in(&nobody, &json!({"email": email, "password": "hunter2-hunter2"}))
            .await
            .expect(401),
    );
    let long = "x".repeat(100_000);
    for body in [
        json!({"email": "stranger@alpha.example", "password": PASSWORD}),
        json!({"email": email, "password": PASSWORD, "company": "bravo"}),
        json!({"email": email, "password": PASSWORD, "company": "no-such-company"}),
        json!({"email": email, "password": ""}),
        json!({"email": "", "password": PASSWORD}),
        json!({"email": long, "password": PASSWORD}),
        json!({"email": email, "password": long}),
        json!({"email": format!("{email}\u{0}"), "password": PASSWORD}),
        json!({"email": email, "password": format!("{PASSWORD}\u{0}")}),
        json!({"email": email, "password": PASSWORD, "company": "alpha\u{0}"}),
        json!({"email": "' or 1=1 --", "password": PASSWORD}),
    ] {
        let answer = sign_in(&nobody, &body).await;
        let place = body["email"]
            .as_str()
            .unwrap()
            .chars()
            .take(40)
            .collect::<String>();
        assert_eq!((answer.status, said(&answer)), (401, wrong.clone()), "{place}");
    }
    for body in [
        json!({"email": email, "password": 7_355_608}),
        json!({"email": email, "password": ["7355608"]}),
        json!({"email": email, "password": {"7355608": "7355608"}}),
        json!({"email": email, "password": PASSWORD, "remember": "7355608"}),
        json!({"email": email}),
        json!("7355608"),
        json!(7_355_608),
    ] {
        let answer = sign_in(&nobody, &body).await.expect(422);
        assert!(!answer.text().contains("7355608"), "{}", answer.text());
        assert!(!answer.text().contains(PASSWORD), "{}", answer.text());
    }
    let cut = format!("{{\"email\": \"{email}\", \"password\": \"7355608");
    let answer = nobody.post_raw("/api/v1/sessions", cut).await.expect(400);
    assert!(!answer.text().contains("7355608"));
}

#[tokio::test]
async fn signing_in_and_failing_to_leave_one_event_each() {
    let app = RunningApp::start().await;
    let mark = app.mark().await;
    let email = Company::A.email(Role::Operator);
    let nobody = app.anonymous();
    let _ = sign_in(&nobody, &json!({"email": email, "password": "hunter2-hunter2"}))
        .await
        .expect(401);
    let _ = sign_in(
        &nobody,
        &json!({"email": "stranger@alpha.example", "password": PASSWORD}),
    )
    .await
    .expect(401);
    let tokens = app.tokens(Company::A, Role::Operator).await;
    let refresh = json!({"refresh_token": tokens.refresh});
    let _ = nobody
        .post_json("/api/v1/sessions/refresh", &refresh)
        .await
        .expect(200);
    let pair = |outcome: &str| ("LOGIN".to_owned(), outcome.to_owned());
    let expected = [pair("FAILURE"), pair("SUCCESS"), pair("SUCCESS")];
    // A failure is recorded off the answer's path: it is there soon, in whatever place.
    let mut events = Vec::new();
    for _ in 0..500 {
        let seen = app.since(&mark).await;
        events = seen
            .into_iter()
            .map(|event| (event.event_type, event.outcome))
            .collect();
        if events.len() >= expected.len() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    events.sort();
    assert_eq!(events, expected);
}

#[tokio::test]
async fn signing_out_kills_token_and_refresh_token_at_once() {
    let app = RunningApp::start().await;
    let (mine, other) = (
        app.tokens(Company::A, Role::Operator).await,
        app.tokens(Company::A, Role::Operator).await,
    );
    let caller = app.bearer(&mine.access);
    let _ = caller.delete("/api/v1/sessions/current").await.expect(204);
    let _ = caller.get(ME).await.expect(401);
    let _ = caller.delete("/api/v1/sessions/current").await.expect(401);
    let refresh = json!({"refresh_token": mine.refresh});
    let _ = app
        .anonymous()
        .post_json("/api/v1/sessions/refresh", &refresh)
        .await
        .expect(401);
    let _ = app.bearer(&other.access).get(ME).await.expect(200);
}

#[tokio::test]
async fn signing_out_of_the_console_kills_the_cookie_at_once() {
    let app = RunningApp::start().await;
    let browser = app.new_browser(Company::A, Role::Operator).await;
    let answer = browser.post_form("/sign-out", &[]).await.expect(303);
    assert_eq!(answer.cookie(SESSION_COOKIE), "");
    let _ = browser.get("/shipments").await.expect(401);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_the_session() {
    let app = RunningApp::start().await;
    let first = app.tokens(Company::A, Role::Operator).await;
    let refresh = |token: String| {
        let nobody = app.anonymous();
        async move {
            nobody
                .post_json("/api/v1/sessions/refresh", &json!({"refresh_token": token}))
                .await
        }
    };
    let second = Tokens::from(refresh(first.refresh.clone()).await.expect(200).json());
    assert_ne!(first.refresh, second.refresh);
    let _ = app.bearer(&second.access).get(ME).await.expect(200);

    let mark = app.mark().await;
    let reused = said(&refresh(first.refresh.clone()).await.expect(401));
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].event_type.as_str(), events[0].outcome.as_str()),
        ("LOGOUT", "DENIED")
    );
    // Whoever holds the copy and whoever was robbed are both out.
    let _ = app.bearer(&first.access).get(ME).await.expect(401);
    let _ = app.bearer(&second.access).get(ME).await.expect(401);
    for token in [second.refresh, first.access, "nonsense".to_owned(), String::new()] {
        assert_eq!(said(&refresh(token).await.expect(401)), reused);
    }
}

#[tokio::test]
async fn the_published_key_is_the_one_that_signs_and_is_public_only() {
    let app = RunningApp::start().await;
    let keys = app
        .anonymous()
        .get("/.well-known/jwks.json")
        .await
        .expect(200)
        .json();
    let key = &keys["keys"][0];
    assert_eq!(
        (&key["kty"], &key["alg"], &key["use"]),
        (&json!("RSA"), &json!("RS256"), &json!("sig"))
    );
    let names: Vec<&String> = key.as_object().unwrap().keys().collect();
    assert!(
        names
            .iter()
            .all(|name| ["kty", "alg", "use", "kid", "n", "e"].contains(&name.as_str())),
        "{names:?}"
    );
}
