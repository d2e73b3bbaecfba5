//! What a provider's answer and its ID token must be: each once, of its own browser, request and provider (J16).

use std::collections::HashMap;

use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::{Value, json};
use testkit::provider::{CLIENT, Signing};
use testkit::{Company, StandIn};

use super::{CALLBACK, ROLE, come_back, kept, leave, link, refused, sessions, sign_in, start};

#[tokio::test]
async fn an_answer_counts_once_in_its_own_browser_and_for_its_own_request_j16() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let before = sessions(&app.rows().await);
    let (mine, theirs) = (leave(&app, Company::A).await, leave(&app, Company::A).await);
    let query = provider.authorize(&mine.url, "ada");
    let with = |name: &str, value: &str| {
        let mut query = query.clone();
        query.insert(name.to_owned(), value.to_owned());
        query
    };
    let without = |name: &str| {
        let mut query = query.clone();
        query.remove(name);
        query
    };
    // Login CSRF: somebody else's answer, in a browser that began nothing, or something else.
    for (what, cookies) in [("no cookie", String::new()), ("another browser", kept(&theirs))] {
        refused(&app, before, &come_back(&app, &query, &cookies).await, what).await;
    }
    let their_state = provider.authorize(&theirs.url, "ada")["state"].clone();
    for (what, query) in [
        ("no state", without("state")),
        ("made-up state", with("state", "sos_none")),
        ("the state of another request", with("state", &their_state)),
    ] {
        refused(&app, before, &come_back(&app, &query, &kept(&mine)).await, what).await;
    }
    // None of it has spent the request.
    let _ = come_back(&app, &query, &kept(&mine)).await.expect(303);
    let before = before + 1;
    refused(
        &app,
        before,
        &come_back(&app, &query, &kept(&mine)).await,
        "replayed",
    )
    .await;
    // Nor with a code that the provider has not seen yet: the request is spent, whatever it answers.
    refused(
        &app,
        before,
        &come_back(&app, &provider.authorize(&mine.url, "ada"), &kept(&mine)).await,
        "replayed with another code",
    )
    .await;
    // A code of another request: the provider compares the verifier, and the nonce would differ.
    let (mine, other) = (leave(&app, Company::A).await, leave(&app, Company::A).await);
    let mut query = provider.authorize(&mine.url, "ada");
    query.insert(
        "code".into(),
        provider.authorize(&other.url, "ada")["code"].clone(),
    );
    refused(
        &app,
        before,
        &come_back(&app, &query, &kept(&mine)).await,
        "another's code",
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_comes_after_ten_minutes_signs_nobody_in_j16() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let before = sessions(&app.rows().await);
    let leaving = leave(&app, Company::A).await;
    let query = provider.authorize(&leaving.url, "ada");
    app.behind_the_back("update oidc_attempts set expires_at = expires_at - interval '10 minutes'")
        .await;
    refused(
        &app,
        before,
        &come_back(&app, &query, &kept(&leaving)).await,
        "too late",
    )
    .await;
}

#[tokio::test]
async fn an_answer_of_another_provider_of_none_or_twice_is_refused_j16() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let before = sessions(&app.rows().await);
    type Change = fn(&mut HashMap<String, String>);
    let cases: [(&str, Change); 6] = [
        ("mix-up", |q| {
            drop(q.insert("iss".into(), "https://accounts.google.com".into()))
        }),
        ("a slash more", |q| q.get_mut("iss").unwrap().push('/')),
        ("unnamed although it says that it names itself", |q| {
            drop(q.remove("iss"))
        }),
        ("no code", |q| drop(q.remove("code"))),
        ("a made-up code", |q| {
            drop(q.insert("code".into(), "guess".into()))
        }),
        ("an error", |q| {
            drop(q.insert("error".into(), "access_denied".into()))
        }),
    ];
    for (what, change) in cases {
        let leaving = leave(&app, Company::A).await;
        let mut query = provider.authorize(&leaving.url, "ada");
        change(&mut query);
        refused(
            &app,
            before,
            &come_back(&app, &query, &kept(&leaving)).await,
            what,
        )
        .await;
    }
    let leaving = leave(&app, Company::A).await;
    let query = provider.authorize(&leaving.url, "ada");
    let nobody = app.anonymous();
    let twice = format!("{CALLBACK}?state={0}&state={0}&code=x", query["state"]);
    let request = nobody.request(Method::GET, &twice).header(COOKIE, kept(&leaving));
    refused(&app, before, &nobody.send(request).await, "twice").await;
}

#[tokio::test]
async fn no_id_token_is_accepted_but_the_one_for_this_request_of_this_provider_j16() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let before = sessions(&app.rows().await);
    let at = testkit::now().unix_timestamp();
    let claims = |name: &'static str, value: Value| {
        move |provider: &StandIn| {
            let value = value.clone();
            provider.bend_claims(move |claims| {
                if value.is_null() {
                    claims.as_object_mut().unwrap().remove(name);
                } else {
                    claims[name] = value.clone();
                }
            });
        }
    };
    let header = |name: &'static str, value: Value| {
        move |provider: &StandIn| {
            let value = value.clone();
            provider.bend_header(move |header| header[name] = value.clone());
        }
    };
    let sign = |signing: Signing| move |provider: &StandIn| provider.sign(signing);
    let slash = json!(format!("{}/", provider.issuer()));
    type Bend = Box<dyn Fn(&StandIn)>;
    let cases: Vec<(&str, Bend)> = vec![
        ("alg none", Box::new(sign(Signing::None))),
        (
            "HS256 with the client's secret",
            Box::new(sign(Signing::ClientSecret)),
        ),
        (
            "HS256 with the published key",
            Box::new(sign(Signing::PublishedKey)),
        ),
        (
            "another key under the same name",
            Box::new(sign(Signing::OtherKey)),
        ),
        ("alg of another key", Box::new(header("alg", json!("RS256")))),
        ("typ of an access token", Box::new(header("typ", json!("at+jwt")))),
        (
            "typ of a logout token",
            Box::new(header("typ", json!("logout+jwt"))),
        ),
        ("an unknown key", Box::new(header("kid", json!("second")))),
        (
            "a key of its own",
            Box::new(header("jwk", json!({"kty": "oct", "k": "AA"}))),
        ),
        (
            "a key from elsewhere",
            Box::new(header("jku", json!("https://evil.example/jwks"))),
        ),
        ("crit", Box::new(header("crit", json!(["exp"])))),
        ("another nonce", Box::new(claims("nonce", json!("x")))),
        ("no nonce", Box::new(claims("nonce", Value::Null))),
        (
            "another audience",
            Box::new(claims("aud", json!("another client"))),
        ),
        (
            "others besides",
            Box::new(claims("aud", json!([CLIENT, "another client"]))),
        ),
        ("no audience", Box::new(claims("aud", json!([])))),
        ("another azp", Box::new(claims("azp", json!("another client")))),
        (
            "another issuer",
            Box::new(claims("iss", json!("https://accounts.google.com"))),
        ),
        ("a slash more", Box::new(claims("iss", slash))),
        ("expired", Box::new(claims("exp", json!(at - 61)))),
        ("issued ahead", Box::new(claims("iat", json!(at + 300)))),
        ("issued long ago", Box::new(claims("iat", json!(at - 700)))),
        ("exp as text", Box::new(claims("exp", json!("2100-01-01")))),
        ("no exp", Box::new(claims("exp", Value::Null))),
        ("no iat", Box::new(claims("iat", Value::Null))),
        ("no subject", Box::new(claims("sub", Value::Null))),
        ("an empty subject", Box::new(claims("sub", json!("")))),
        ("a subject that is no text", Box::new(claims("sub", json!(7)))),
        (
            "another access token's hash",
            Box::new(claims("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"))),
        ),
    ];
    for (what, bend) in &cases {
        bend(&provider);
        let answer = sign_in(&app, Company::A, &provider, "ada").await;
        refused(&app, before, &answer, what).await;
        provider.unbend();
    }
    // None of it was refused for another reason.
    let _ = sign_in(&app, Company::A, &provider, "ada").await.expect(303);
}
