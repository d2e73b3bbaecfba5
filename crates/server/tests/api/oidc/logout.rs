//! Back-channel logout.

use access::role::Role;
use serde_json::json;
use testkit::Company;
use testkit::provider::Signing;
use testkit::running::SESSION_COOKIE;

use super::{ROLE, add, link, log_out, sign_in, start};

#[tokio::test]
async fn a_logout_token_ends_the_sessions_it_names_once_and_leaves_its_event_auth_9() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let _ = link(&app, Company::A, Role::Viewer, (&provider, &id), "vera")
        .await
        .expect(303);
    let enter = async |subject| {
        sign_in(&app, Company::A, &provider, subject)
            .await
            .expect(303)
            .cookie(SESSION_COOKIE)
    };
    let status = async |cookie: &str| app.cookie(cookie, "").get("/security").await.status;
    let by_password = app.new_browser(Company::A, ROLE).await;
    let (ada, vera) = (enter("ada").await, enter("vera").await);
    let token = provider.signed("logout+jwt", &provider.logout_claims(&json!({"sid": "at ada"})));
    let mark = app.mark().await;
    let _ = log_out(&app, &id, &token).await.expect(200);
    let events = app.since(&mark).await;
    assert_eq!((events.len(), events[0].event_type.as_str()), (1, "LOGOUT"));
    assert_eq!((status(&ada).await, status(&vera).await), (401, 200));
    assert_eq!(
        by_password.get("/security").await.status,
        200,
        "not the provider's to end"
    );
    // Replayed, it ends nothing more.
    let again = enter("ada").await;
    let _ = log_out(&app, &id, &token).await.expect(400);
    assert_eq!(status(&again).await, 200);
    let both = json!({"sub": "ada", "sid": "at ada"});
    let _ = log_out(&app, &id, &provider.signed("JWT", &provider.logout_claims(&both)))
        .await
        .expect(200);
    let by_subject = json!({"sub": "vera"});
    let _ = log_out(
        &app,
        &id,
        &provider.signed("logout+jwt", &provider.logout_claims(&by_subject)),
    )
    .await
    .expect(200);
    assert_eq!((status(&again).await, status(&vera).await), (401, 401));
}

#[tokio::test]
async fn no_other_token_ends_a_session_auth_9() {
    let (app, provider, id) = start().await;
    let theirs = add(&app, Company::B, &provider).await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let ada = sign_in(&app, Company::A, &provider, "ada")
        .await
        .expect(303)
        .cookie(SESSION_COOKIE);
    let (before, mark) = (app.rows().await, app.mark().await);
    let at = testkit::now().unix_timestamp();
    for (what, change) in [
        ("a nonce, as an ID token has", json!({"nonce": "x"})),
        ("no events", json!({"events": null})),
        ("other events", json!({"events": {"https://evil.example": {}}})),
        (
            "an event that is no object",
            json!({"events": {"http://schemas.openid.net/event/backchannel-logout": 1}}),
        ),
        ("another audience", json!({"aud": "another client"})),
        ("another issuer", json!({"iss": "https://accounts.google.com"})),
        ("no jti", json!({"jti": null})),
        ("an empty jti", json!({"jti": ""})),
        ("no iat", json!({"iat": null})),
        ("issued long ago", json!({"iat": at - 700})),
        ("issued ahead", json!({"iat": at + 300})),
        ("expired", json!({"exp": at - 61})),
        ("nobody", json!({"sub": null})),
    ] {
        let mut claims = provider.logout_claims(&json!({"sub": "ada"}));
        claims = {
            let mut changed = claims;
            for (name, value) in change.as_object().unwrap() {
                if value.is_null() {
                    changed.as_object_mut().unwrap().remove(name);
                } else {
                    changed[name] = value.clone();
                }
            }
            changed
        };
        let answer = log_out(&app, &id, &provider.signed("logout+jwt", &claims)).await;
        assert_eq!(answer.status, 400, "{what}");
    }
    let right = provider.logout_claims(&json!({"sub": "ada"}));
    let _ = log_out(&app, &id, &provider.signed("at+jwt", &right))
        .await
        .expect(400);
    for signing in [
        Signing::None,
        Signing::ClientSecret,
        Signing::PublishedKey,
        Signing::OtherKey,
    ] {
        provider.sign(signing);
        let _ = log_out(&app, &id, &provider.signed("logout+jwt", &right))
            .await
            .expect(400);
    }
    provider.unbend();
    let _ = log_out(&app, "idp_00000000000000000000000000000000", "x.y.z")
        .await
        .expect(400);
    let _ = log_out(&app, "x", "x.y.z").await.expect(404);
    assert_eq!((app.rows().await, app.since(&mark).await), (before, Vec::new()));
    assert_eq!(app.cookie(&ada, "").get("/security").await.status, 200);
    // Another company's provider, though the same issuer, ends nobody here.
    let _ = log_out(&app, &theirs, &provider.signed("logout+jwt", &right))
        .await
        .expect(200);
    assert_eq!(app.cookie(&ada, "").get("/security").await.status, 200);
}
