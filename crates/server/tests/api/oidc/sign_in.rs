//! Signing in at the provider: who may, and what it counts as.

use serde_json::json;
use testkit::running::SESSION_COOKIE;
use testkit::{Answer, Company};

use super::{
    Leaving, OIDC_COOKIE, ROLE, administrator, ask, come_back, failures, kept, leave, link, log_out, refused,
    sessions, sign_in, start,
};
use crate::factors::{Enrolled, enrol};

#[tokio::test]
async fn a_sign_in_that_fails_after_it_came_back_leaves_a_failure_with_its_reason_auth_9() {
    let (app, provider, id) = start().await;
    let _ = sign_in(&app, Company::A, &provider, "stranger").await.expect(401);
    provider.bend_claims(|claims| claims["nonce"] = json!("another"));
    let _ = sign_in(&app, Company::A, &provider, "stranger").await.expect(401);
    provider.unbend();
    let leaving = leave(&app, Company::A).await;
    let mut query = provider.authorize(&leaving.url, "stranger");
    query.insert("iss".into(), "https://accounts.google.com".into());
    let _ = come_back(&app, &query, &kept(&leaving)).await.expect(401);
    let told = failures(&app, 3).await;
    assert_eq!(
        told,
        [
            "MEDIUM sign-in at the provider refused: nobody active is linked to who came",
            "MEDIUM sign-in at the provider refused: the ID token was refused: claim `nonce` is not the one expected",
            "MEDIUM sign-in at the provider refused: `iss` is another provider or absent",
        ]
    );
    let mark = app.mark().await;
    for _ in 0..12 {
        let _ = sign_in(&app, Company::A, &provider, "stranger").await.expect(401);
    }
    let _ = failures(&app, 10).await;
    let failed = app
        .since(&mark)
        .await
        .into_iter()
        .filter(|event| event.outcome == "FAILURE");
    assert!(
        failed.count() <= 7,
        "ten a minute of one provider, and a count of the rest"
    );
    let _ = id;
}

#[tokio::test]
async fn whoever_is_linked_signs_in_at_the_provider_and_goes_on_to_where_they_wanted_auth_9() {
    let (app, provider, id) = start().await;
    let linked = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    assert_eq!(linked.header("location"), "/security");
    let mark = app.mark().await;
    let answer = sign_in(&app, Company::A, &provider, "ada").await.expect(303);
    assert_eq!(answer.header("location"), "/shipments");
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 3, "going, coming back, signed in: {events:?}");
    let page = app
        .cookie(&answer.cookie(SESSION_COOKIE), "")
        .get("/security")
        .await
        .expect(200);
    assert!(page.text().contains("operator of alpha") && page.text().contains("Linked since"));
    let cookies = answer.headers.get_all("set-cookie").iter();
    let gone = format!("{OIDC_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    assert!(
        cookies
            .map(|cookie| cookie.to_str().unwrap())
            .any(|cookie| cookie == gone)
    );
}

#[tokio::test]
async fn an_equal_and_verified_address_signs_nobody_in_who_is_not_linked_j16() {
    let (app, provider, _) = start().await;
    let before = sessions(&app.rows().await);
    // The stand-in says `operator@alpha.example`, verified.
    let answer = sign_in(&app, Company::A, &provider, "stranger").await;
    refused(&app, before, &answer, "not linked").await;
    assert!(answer.text().contains("link it under Security"));
}

#[tokio::test]
async fn a_provider_is_one_factor_and_who_has_a_second_is_asked_for_it_auth_9() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let Enrolled { mut phone, .. } = enrol(&app, Company::A, ROLE).await;
    let before = sessions(&app.rows().await);
    let answer = sign_in(&app, Company::A, &provider, "ada").await.expect(200);
    assert!(answer.text().contains("Second step"));
    assert_eq!(sessions(&app.rows().await), before);
    let shown = [("ticket", answer.hidden("ticket")), ("code", phone.code(&app))];
    let nobody = app.anonymous();
    let _ = nobody
        .gate("/sign-in/second-factor", &answer, &shown)
        .await
        .expect(303);
    // The provider ends that session too: it remembers what it came through.
    let claims = provider.logout_claims(&json!({"sub": "ada"}));
    let sent = log_out(&app, &id, &provider.signed("logout+jwt", &claims)).await;
    let _ = sent.expect(200);
    assert!(
        app.dump()
            .await
            .contains("signed out at the provider: 1 sessions ended")
    );
}

#[tokio::test]
async fn the_redirect_goes_nowhere_but_to_a_path_of_this_site_j16() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    for next in [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/sign-out",
        "/\t/evil.example",
    ] {
        let leaving = Leaving::of(&ask(&app, "alpha", "", next).await.expect(200));
        let query = provider.authorize(&leaving.url, "ada");
        let answer = come_back(&app, &query, &kept(&leaving)).await.expect(303);
        assert_eq!(answer.header("location"), "/", "{next}");
    }
}

#[tokio::test]
async fn strangers_learn_of_no_company_that_has_no_provider_and_of_no_provider_by_its_id() {
    let (app, _, id) = start().await;
    let nowhere = ask(&app, "nobody-at-all", "", "").await.expect(401);
    let plain = |answer: &Answer| answer.text().replace(&answer.hidden("csrf_token"), "");
    for (what, company, provider) in [
        ("a company without one", "bravo", ""),
        ("another company's provider", "bravo", id.as_str()),
        (
            "no provider of this company",
            "alpha",
            "idp_00000000000000000000000000000000",
        ),
        ("no id", "alpha", "x"),
        ("no short name", "'; select 1 --", ""),
    ] {
        let answer = ask(&app, company, provider, "").await.expect(401);
        assert_eq!(plain(&answer), plain(&nowhere), "{what}");
    }
}

#[tokio::test]
async fn a_locked_account_is_not_opened_through_a_provider_and_is_told_nothing_more() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let leaving = leave(&app, Company::A).await;
    let query = provider.authorize(&leaving.url, "ada");
    let admin = administrator(&app, Company::A).await;
    let user = app.world.user(Company::A, ROLE);
    let locked = admin
        .post_json(
            &format!("/api/v1/users/{user}/lockdown"),
            &json!({"reason": "device was stolen"}),
        )
        .await;
    let _ = locked.expect(204);
    let before = sessions(&app.rows().await);
    let answer = come_back(&app, &query, &kept(&leaving)).await;
    refused(&app, before, &answer, "locked").await;
    assert!(answer.text().contains("nobody here is linked"));
}
