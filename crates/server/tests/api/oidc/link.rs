//! Linking oneself to what a provider says, and taking that away.

use access::role::Role;
use serde_json::json;
use testkit::Company;
use testkit::running::SESSION_COOKIE;
use time::Duration;

use super::{Leaving, ROLE, add, come_back, confirm, kept, link, offered, refused, sessions, sign_in, start};
use crate::contract::hold_at;

#[tokio::test]
async fn who_links_is_shown_which_identity_it_is_and_nothing_is_linked_before_they_say_so_j16() {
    let (app, provider, id) = start().await;
    let browser = app.new_browser(Company::A, ROLE).await;
    let page = offered(&app, &browser, (&provider, &id), "ada").await.expect(200);
    let text = page.text();
    assert!(
        text.contains("operator@alpha.example") && text.contains(provider.issuer()),
        "{text}"
    );
    assert_eq!(app.rows().await["external_identities"], 0);
    let offer = page.hidden("offer");
    // Sealed for this session: in another one, altered or made up, it is nothing.
    let other = app.new_browser(Company::A, ROLE).await;
    let colleague = app.new_browser(Company::A, Role::Viewer).await;
    for thief in [&other, &colleague] {
        let _ = confirm(thief, &offer).await.expect(409);
    }
    let mut altered = offer.clone();
    altered.replace_range(99..100, if &offer[99..100] == "A" { "B" } else { "A" });
    for none in ["x", &offer[1..], &altered] {
        let _ = confirm(&browser, none).await.expect(409);
    }
    app.turn_clock(Duration::seconds(601));
    app.behind_the_back("update sessions set authenticated_at = now() + interval '601 seconds'")
        .await;
    let _ = confirm(&browser, &offer).await.expect(409);
    assert_eq!(app.rows().await["external_identities"], 0);
    app.behind_the_back("update sessions set authenticated_at = now()")
        .await;
    app.turn_clock(Duration::seconds(-601));
    let mark = app.mark().await;
    let _ = confirm(&browser, &offer).await.expect(303);
    assert_eq!(app.since(&mark).await.len(), 1);
    let _ = sign_in(&app, Company::A, &provider, "ada").await.expect(303);
}

#[tokio::test]
async fn a_provider_that_did_not_ask_anew_who_it_is_links_nobody_j16() {
    let (app, provider, id) = start().await;
    let browser = app.new_browser(Company::A, ROLE).await;
    // Whoever sat at this machine an hour ago is signed in there still.
    let long_ago = testkit::now().unix_timestamp() - 3_600;
    provider.bend_claims(move |claims| claims["auth_time"] = json!(long_ago));
    let refused = offered(&app, &browser, (&provider, &id), "somebody before me").await;
    let _ = refused.expect(409);
    provider.unbend();
    let page = offered(&app, &browser, (&provider, &id), "ada").await;
    let _ = page.expect(200);
}

#[tokio::test]
async fn one_identity_is_one_person_of_a_company_and_may_be_another_of_another_j16() {
    let (app, provider, id) = start().await;
    let theirs = add(&app, Company::B, &provider).await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let before = app.rows().await["external_identities"];
    for (what, role, subject) in [
        ("somebody else's identity", Role::Viewer, "ada"),
        ("a second identity", ROLE, "ada again"),
    ] {
        let answer = link(&app, Company::A, role, (&provider, &id), subject).await;
        assert_eq!(answer.status, 409, "{what}");
    }
    assert_eq!(app.rows().await["external_identities"], before);
    // In company B it is nobody yet, and then whoever links it there.
    let sessions_before = sessions(&app.rows().await);
    let answer = sign_in(&app, Company::B, &provider, "ada").await;
    refused(&app, sessions_before, &answer, "company B").await;
    let _ = link(&app, Company::B, Role::Manager, (&provider, &theirs), "ada")
        .await
        .expect(303);
    for (company, name) in [
        (Company::A, "operator of alpha"),
        (Company::B, "manager of bravo"),
    ] {
        let answer = sign_in(&app, company, &provider, "ada").await.expect(303);
        let page = app
            .cookie(&answer.cookie(SESSION_COOKIE), "")
            .get("/security")
            .await
            .expect(200);
        assert!(page.text().contains(name), "{name}");
    }
}

#[tokio::test]
async fn linking_needs_a_fresh_proof_and_the_session_that_began_j16_m5() {
    let (app, provider, id) = start().await;
    let fields = [("provider", id.clone())];
    // The attacker's answer, in the victim's session, with the attacker's cookie planted.
    let (attacker, victim) = (
        app.new_browser(Company::A, Role::Viewer).await,
        app.new_browser(Company::A, Role::Manager).await,
    );
    let leaving = Leaving::of(
        &attacker
            .post_form("/security/identities", &fields)
            .await
            .expect(200),
    );
    let query = provider.authorize(&leaving.url, "attacker");
    let cookies = format!("{}; {SESSION_COOKIE}={}", kept(&leaving), victim.proof());
    let _ = come_back(&app, &query, &cookies).await.expect(409);
    let leaving = Leaving::of(
        &attacker
            .post_form("/security/identities", &fields)
            .await
            .expect(200),
    );
    let query = provider.authorize(&leaving.url, "attacker");
    let before = sessions(&app.rows().await);
    refused(
        &app,
        before,
        &come_back(&app, &query, &kept(&leaving)).await,
        "without a session",
    )
    .await;
    // Another company's provider is none.
    let stranger = app.new_browser(Company::B, ROLE).await;
    let _ = stranger
        .post_form("/security/identities", &fields)
        .await
        .expect(404);

    let leaving = Leaving::of(
        &victim
            .post_form("/security/identities", &fields)
            .await
            .expect(200),
    );
    let query = provider.authorize(&leaving.url, "mira");
    app.behind_the_back("update sessions set authenticated_at = authenticated_at - interval '901 seconds'")
        .await;
    let begun = victim
        .post_form("/security/identities", &fields)
        .await
        .expect(303);
    assert!(begun.header("location").starts_with("/step-up"));
    let cookies = format!("{}; {SESSION_COOKIE}={}", kept(&leaving), victim.proof());
    let ended = come_back(&app, &query, &cookies).await.expect(303);
    assert!(ended.header("location").starts_with("/step-up"));
    assert_eq!(app.rows().await["external_identities"], 0);
}

#[tokio::test]
async fn a_sign_in_at_a_provider_is_no_proof_for_changing_how_one_is_proved_m5() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let answer = sign_in(&app, Company::A, &provider, "ada").await.expect(303);
    let cookie = answer.cookie(SESSION_COOKIE);
    let page = app.cookie(&cookie, "").get("/security").await.expect(200);
    let browser = app.cookie(&cookie, &page.hidden("csrf_token"));
    let begun = browser.post_form("/security/totp", &[]).await.expect(303);
    assert!(
        begun.header("location").starts_with("/step-up"),
        "the provider may have asked for nothing"
    );
    assert!(app.dump().await.contains("<element>fed</element>"));
}

#[tokio::test]
async fn taking_a_link_away_ends_what_came_through_it_and_it_opens_nothing_more() {
    let (app, provider, id) = start().await;
    let _ = link(&app, Company::A, ROLE, (&provider, &id), "ada")
        .await
        .expect(303);
    let other = sign_in(&app, Company::A, &provider, "ada")
        .await
        .expect(303)
        .cookie(SESSION_COOKIE);
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let own = caller.get("/api/v1/me/identities").await;
    hold_at("GET", "/api/v1/me/identities", &own);
    let link_id = own.json()["identities"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("/api/v1/me/identities/{link_id}");
    let stranger = app.bearer(&app.tokens(Company::A, Role::Viewer).await.access);
    let _ = stranger.delete(&place).await.expect(404);
    let gone = caller.delete(&place).await;
    hold_at("DELETE", "/api/v1/me/identities/{id}", &gone);
    let _ = gone.expect(204);
    let _ = app.cookie(&other, "").get("/security").await.expect(401);
    let _ = caller.get("/api/v1/me").await.expect(200);
    let before = sessions(&app.rows().await);
    refused(
        &app,
        before,
        &sign_in(&app, Company::A, &provider, "ada").await,
        "unlinked",
    )
    .await;
}
