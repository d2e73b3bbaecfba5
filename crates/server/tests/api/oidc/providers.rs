//! A company's providers: added, switched off, removed; and their keys.

use serde_json::{Value, json};
use testkit::provider::CLIENT;
use testkit::running::SESSION_COOKIE;
use testkit::{Company, RunningApp, StandIn};
use time::Duration;

use super::{
    PROVIDERS, ROLE, administrator, ask, come_back, draft, kept, leave, link, refused, sessions, sign_in,
    start,
};
use crate::contract::hold_at;

#[tokio::test]
async fn switching_a_provider_off_and_removing_it_end_what_came_through_it() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let admin = administrator(&app, Company::A).await;
    let place = format!("{PROVIDERS}/{id}");
    let change = |enabled: bool| json!({"name": "Renamed", "client_id": CLIENT, "enabled": enabled});
    let session = sign_in(&app, Company::A, &provider, "ada")
        .await
        .expect(303)
        .cookie(SESSION_COOKIE);
    let waiting = leave(&app, Company::A).await;
    let off = admin.put_json(&place, &change(false)).await;
    hold_at("PUT", "/api/v1/identity-providers/{id}", &off);
    let _ = off.expect(204);
    let _ = app.cookie(&session, "").get("/security").await.expect(401);
    let _ = ask(&app, "alpha", "", "").await.expect(401);
    let before = sessions(&app.rows().await);
    let query = provider.authorize(&waiting.url, "ada");
    refused(
        &app,
        before,
        &come_back(&app, &query, &kept(&waiting)).await,
        "switched off",
    )
    .await;
    // Switched on, the link is there; removed, it is gone.
    let _ = admin.put_json(&place, &change(true)).await.expect(204);
    let session = sign_in(&app, Company::A, &provider, "ada")
        .await
        .expect(303)
        .cookie(SESSION_COOKIE);
    let removed = admin.delete(&place).await;
    hold_at("DELETE", "/api/v1/identity-providers/{id}", &removed);
    let _ = removed.expect(204);
    let _ = app.cookie(&session, "").get("/security").await.expect(401);
    assert_eq!(app.rows().await["external_identities"], 0);
    let _ = admin.delete(&place).await.expect(404);
}

#[tokio::test]
async fn a_provider_is_added_only_when_it_answers_as_one_and_its_secret_is_never_seen() {
    let (app, provider) = (RunningApp::start().await, StandIn::start().await);
    let admin = administrator(&app, Company::A).await;
    let issuer = provider.issuer().to_owned();
    for (what, issuer) in [
        ("a slash more", format!("{issuer}/")),
        ("the metadata service", "https://169.254.169.254".to_owned()),
        ("a private network", "https://10.0.0.1".to_owned()),
        ("no TLS", "http://accounts.google.com".to_owned()),
        ("no URL", "accounts.google.com".to_owned()),
        ("nobody there", "http://127.0.0.1:9".to_owned()),
        ("a file", "file:///etc/passwd".to_owned()),
        ("a fragment", format!("{issuer}#x")),
    ] {
        let answer = admin.post_json(PROVIDERS, &draft(&issuer)).await;
        hold_at("POST", PROVIDERS, &answer);
        let problem = answer.expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], "/issuer", "{what}");
    }
    type Bend = fn(&mut Value);
    let bends: [(&str, Bend); 3] = [
        ("another issuer", |d| {
            d["issuer"] = json!("https://accounts.google.com")
        }),
        ("keys of the metadata service", |d| {
            d["jwks_uri"] = json!("http://169.254.169.254/")
        }),
        ("only plain PKCE", |d| {
            d["code_challenge_methods_supported"] = json!(["plain"])
        }),
    ];
    for (what, bend) in bends {
        provider.bend_document(bend);
        let answer = admin.post_json(PROVIDERS, &draft(&issuer)).await;
        assert_eq!(answer.status, 422, "{what}");
    }
    provider.unbend();
    assert_eq!(app.rows().await["identity_providers"], 0);
    let _ = admin.post_json(PROVIDERS, &draft(&issuer)).await.expect(201);
    let _ = admin.post_json(PROVIDERS, &draft(&issuer)).await.expect(409);
    let list = admin.get(PROVIDERS).await;
    hold_at("GET", PROVIDERS, &list);
    assert_eq!(
        list.json()["redirect_uri"],
        "http://localhost/sign-in/provider/callback"
    );
    assert!(!list.text().contains("secret & sound") && !app.dump().await.contains("secret &"));
    // Another company's administrator sees and changes nothing of it.
    let theirs = administrator(&app, Company::B).await;
    assert_eq!(
        theirs.get(PROVIDERS).await.json()["identity_providers"],
        json!([])
    );
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_asked_for_at_most_once_a_minute() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let asked = provider.asked("jwks");
    provider.rotate();
    // The keys are too fresh to be asked for again.
    let _ = sign_in(&app, Company::A, &provider, "ada").await.expect(401);
    assert_eq!(provider.asked("jwks"), asked);
    app.turn_clock(Duration::seconds(61));
    let _ = sign_in(&app, Company::A, &provider, "ada").await.expect(303);
    assert_eq!(provider.asked("jwks"), asked + 1);
    provider.bend_header(|header| header["kid"] = json!("unknown"));
    for _ in 0..5 {
        let _ = sign_in(&app, Company::A, &provider, "ada").await.expect(401);
    }
    assert_eq!(provider.asked("jwks"), asked + 1);
}
