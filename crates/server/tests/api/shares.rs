//! What is bounded before a sign-in, attacked from one network: it fills its share and is told so; another still gets
//! in (docs/decisions/0015).

use access::role::Role;
use serde_json::json;
use testkit::{Answer, Company, RunningApp};

use crate::contract::hold_at;
use crate::oidc;
use crate::passkeys::INVITE;

/// Another network than everybody else's.
const ELSEWHERE: &str = "127.0.9.9";

fn told_to_wait(answer: &Answer, seconds: &str) {
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert_eq!(answer.header("retry-after"), seconds);
}

#[tokio::test]
async fn attempts_with_a_passkey_from_one_network_shut_no_other_network_out() {
    let app = RunningApp::start().await;
    let flood = app.anonymous();
    let _ = flood.post(INVITE).await.expect(200);
    app.behind_the_back(
        "insert into passkey_ceremonies (holder, purpose, state, network)
         select sha256(n::text::bytea), 'sign_in', 'x', c.network
         from generate_series(1, 999) n, passkey_ceremonies c where c.purpose = 'sign_in'",
    )
    .await;
    let refused = flood.post(INVITE).await;
    hold_at("POST", INVITE, &refused);
    told_to_wait(&refused, "60");
    assert_eq!(
        refused.json()["type"],
        "urn:safeshipper:problem:network-share",
        "{}",
        refused.text()
    );
    // The machine beside the flood is in its network.
    told_to_wait(&app.anonymous_from("127.0.0.77").post(INVITE).await, "60");
    let _ = app.anonymous_from(ELSEWHERE).post(INVITE).await.expect(200);
}

#[tokio::test]
async fn sign_ins_at_a_provider_from_one_network_shut_no_other_network_out() {
    let (app, _provider, _) = oidc::start().await;
    let _ = oidc::ask_from(&app, app.anonymous(), "alpha").await.expect(200);
    app.behind_the_back(
        "insert into oidc_attempts (company_id, state_hash, browser_hash, provider_id, purpose, nonce,
             verifier_sealed, return_to, network)
         select company_id, sha256(n::text::bytea), browser_hash, provider_id, purpose, nonce, verifier_sealed,
             return_to, network
         from generate_series(1, 249) n, oidc_attempts",
    )
    .await;
    told_to_wait(&oidc::ask_from(&app, app.anonymous(), "alpha").await, "60");
    let elsewhere = app.anonymous_from(ELSEWHERE);
    let _ = oidc::ask_from(&app, elsewhere, "alpha").await.expect(200);
}

#[tokio::test]
async fn asks_for_a_new_password_from_one_network_shut_no_other_network_out() {
    const ASK: &str = "/api/v1/password-resets";
    let app = RunningApp::start().await;
    let ask = json!({"email": Company::A.email(Role::Operator)});
    // The first one waits for the person's row, and what comes after it waits for that.
    let held = app.hold_people().await;
    let flood = app.anonymous();
    for _ in 0..32 {
        let _ = flood.post_json(ASK, &ask).await.expect(202);
    }
    let refused = flood.post_json(ASK, &ask).await;
    hold_at("POST", ASK, &refused);
    told_to_wait(&refused, "5");
    let theirs = json!({"email": Company::B.email(Role::Operator)});
    let elsewhere = app.anonymous_from(ELSEWHERE).post_json(ASK, &theirs).await;
    let _ = elsewhere.expect(202);
    held.let_go().await;
    let mails = app.mails().await;
    assert!(
        mails
            .iter()
            .any(|mail| mail.to == Company::B.email(Role::Operator))
    );
    // What is done takes no share.
    let _ = flood.post_json(ASK, &ask).await.expect(202);
}

#[tokio::test]
async fn no_network_is_in_the_database_but_as_a_keyed_hash() {
    let (app, _provider, _) = oidc::start().await;
    let _ = app.anonymous().post(INVITE).await.expect(200);
    let _ = oidc::ask_from(&app, app.anonymous(), "alpha").await.expect(200);
    let dump = app.dump().await;
    let marks: Vec<&str> = dump
        .split("<network>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap())
        .collect();
    // 16 bytes as base64, one network in both tables, and nobody's address.
    assert!(
        marks.len() == 2 && marks[0] == marks[1] && marks[0].len() == 24,
        "{marks:?}"
    );
}
