//! The keys that sign access tokens and papers, while they change (AUTH-5, J2, J3, J4).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use access::role::Role;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::world::PASSWORD;
use testkit::{Caller, Company, RunningApp};
use time::Duration;

/// What the key set may be cached for, twice.
const AHEAD: Duration = Duration::minutes(10);
/// A token's life, the leeway, and the time other nodes take to notice.
const KNOWN_AFTER: Duration = Duration::seconds(3600 + 5 + 60);

async fn kids(app: &RunningApp, path: &str) -> Vec<String> {
    let set = app.anonymous().get(path).await.expect(200).json();
    let keys = set["keys"].as_array().expect("keys").iter();
    keys.map(|key| key["kid"].as_str().expect("a name").to_owned())
        .collect()
}

async fn published(app: &RunningApp) -> Vec<String> {
    kids(app, "/.well-known/jwks.json").await
}

/// The key a token names.
fn kid(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

async fn token(app: &RunningApp) -> String {
    app.tokens(Company::A, Role::Operator).await.access
}

async fn round(app: &RunningApp) {
    app.app().look_after_signing_keys().await.expect("a round");
}

/// The answer to a request under load. A connection that breaks before any answer is no refusal and says nothing of
/// the keys: it is made anew, once. Whatever the server answers counts.
pub(crate) async fn answered(request: impl Fn() -> reqwest::RequestBuilder) -> reqwest::Response {
    match request().send().await {
        Err(error) if error.status().is_none() && !error.is_timeout() => {
            request().send().await.expect("the server answers")
        }
        answer => answer.expect("the server answers"),
    }
}

async fn status(caller: &Caller) -> u16 {
    caller.get("/api/v1/me").await.status
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_known_until_the_last_token_it_signed_has_expired_auth_5() {
    let app = RunningApp::start().await;
    let first = published(&app).await;
    assert_eq!(first.len(), 1);
    let mark = app.mark().await;

    app.age_signing_keys(Duration::days(30) - AHEAD - Duration::MINUTE)
        .await;
    round(&app).await;
    assert_eq!(published(&app).await, first, "nothing is due a minute before");

    app.age_signing_keys(Duration::MINUTE).await;
    round(&app).await;
    let both = published(&app).await;
    assert_eq!(
        (both.len(), kid(&token(&app).await)),
        (2, first[0].clone()),
        "j4: published, not signing"
    );

    app.age_signing_keys(AHEAD - Duration::MINUTE).await;
    round(&app).await;
    let last_of_the_first = token(&app).await;
    assert_eq!(kid(&last_of_the_first), first[0]);
    app.age_signing_keys(Duration::MINUTE).await;
    round(&app).await;
    assert_ne!(kid(&token(&app).await), first[0]);
    assert_eq!(status(&app.bearer(&last_of_the_first)).await, 200);

    app.age_signing_keys(KNOWN_AFTER - Duration::MINUTE).await;
    round(&app).await;
    assert_eq!(
        published(&app).await.len(),
        2,
        "j3: known as long as a token of it can live"
    );
    app.age_signing_keys(Duration::MINUTE).await;
    round(&app).await;
    assert_eq!(published(&app).await.len(), 1);
    assert_eq!(status(&app.bearer(&last_of_the_first)).await, 401);

    let documents = kids(&app, "/.well-known/document-keys.json").await;
    assert!(
        documents.contains(&first[0]),
        "papers outlive the key: {documents:?}"
    );
    let events = app.since(&mark).await;
    let by_no_request = events.iter().filter(|event| event.path.is_none());
    let kinds: Vec<&str> = by_no_request.map(|event| event.event_type.as_str()).collect();
    assert_eq!(kinds, ["CREATE", "UPDATE", "DELETE"]);
}

#[tokio::test]
async fn two_nodes_rotate_under_load_and_not_one_request_fails_auth_5() {
    let app = Arc::new(RunningApp::start().await);
    let second = Arc::new(app.second_node().await);
    let stop = Arc::new(AtomicBool::new(false));
    let mut load = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (app, second, stop) = (app.clone(), second.clone(), stop.clone());
        load.spawn(async move {
            let mut served = 0_u32;
            // Each token is used at both nodes, whichever knows the newer key first.
            while !stop.load(Ordering::Relaxed) {
                let nobody = app.anonymous();
                let form = json!({"email": Company::A.email(Role::Operator), "password": PASSWORD});
                let sign_in = || nobody.request(Method::POST, "/api/v1/sessions").json(&form);
                let signed_in = answered(sign_in).await;
                assert_eq!(signed_in.status(), 200);
                let pair: Value = signed_in.json().await.unwrap();
                let token = pair["access_token"].as_str().unwrap();
                for caller in [app.bearer(token), second.bearer(token)] {
                    assert_eq!(
                        answered(|| caller.request(Method::GET, "/api/v1/me"))
                            .await
                            .status(),
                        200
                    );
                    served += 1;
                }
            }
            served
        });
    }
    for _ in 0..3 {
        app.age_signing_keys(Duration::days(30) - AHEAD).await;
        let (one, other) = tokio::join!(
            app.app().look_after_signing_keys(),
            second.app().look_after_signing_keys()
        );
        one.and(other).expect("both publish, one is stored");
        assert_eq!(published(&app).await.len(), 2);
        app.age_signing_keys(AHEAD).await;
        // The second node is late, as one that looks every few seconds is.
        round(&app).await;
        token(&app).await;
        second.app().look_after_signing_keys().await.expect("a round");
        app.age_signing_keys(KNOWN_AFTER).await;
        second.app().look_after_signing_keys().await.expect("a round");
        round(&app).await;
        assert_eq!(published(&app).await.len(), 1);
    }
    stop.store(true, Ordering::Relaxed);
    let served: u32 = load.join_all().await.into_iter().sum();
    assert!(served > 12, "{served} requests are no load");
}

#[tokio::test]
async fn a_node_learns_at_once_of_a_key_that_another_made_in_haste_and_forgets_one_that_was_destroyed() {
    let app = RunningApp::start().await;
    let second = app.second_node().await;
    let old = token(&app).await;
    app.turn_clock(Duration::MINUTE);
    let mut keeper = app.key_keeper().await;
    let new = keeper.rotate(true).await.expect("rotated");
    round(&app).await;
    let token = token(&app).await;
    assert_eq!(kid(&token), new);
    // Its own round may have been a moment before the key was made; it looks again after a second.
    app.turn_clock(Duration::SECOND);
    assert_eq!(
        status(&second.bearer(&token)).await,
        200,
        "the second node had not looked"
    );
    assert_eq!(status(&second.bearer(&old)).await, 200);

    keeper.destroy(&kid(&old)).await.expect("destroyed");
    assert!(
        keeper.destroy(&new).await.is_err(),
        "an active key is not destroyed"
    );
    for node in [app.app(), second.app()] {
        node.look_after_signing_keys().await.expect("a round");
    }
    for caller in [app.bearer(&old), second.bearer(&old)] {
        assert_eq!(
            status(&caller).await,
            401,
            "verified before, and remembered no longer"
        );
    }
}
