//! Sign-in at an OpenID provider, and the attacks on it (AUTH-9, J16): against a stand-in that does all right until
//! a test bends what it says. A real provider runs in `tests/browser`.

use std::collections::HashMap;

use access::role::Role;
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::{Value, json};
use testkit::provider::{CLIENT, SECRET, Signing};
use testkit::running::SESSION_COOKIE;
use testkit::{Answer, Caller, Company, RunningApp, StandIn};
use time::Duration;

use crate::contract::hold_at;
use crate::factors::{Enrolled, enrol};

const PROVIDERS: &str = "/api/v1/identity-providers";
const CALLBACK: &str = "/sign-in/provider/callback";
const OIDC_COOKIE: &str = "__Host-oidc";
const ROLE: Role = Role::Operator;

/// An administrator who has just shown a second factor.
async fn administrator(app: &RunningApp, company: Company) -> Caller {
    let caller = app.caller(company, Role::Admin).await;
    app.behind_the_back("update sessions set second_factor_at = now()")
        .await;
    caller
}

fn draft(issuer: &str) -> Value {
    json!({"name": "Stand-in", "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET})
}

/// Adds the provider to a company; its id.
async fn add(app: &RunningApp, company: Company, provider: &StandIn) -> String {
    let caller = administrator(app, company).await;
    let answer = caller.post_json(PROVIDERS, &draft(provider.issuer())).await;
    hold_at("POST", PROVIDERS, &answer);
    answer.expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// A running application whose company A has the stand-in.
pub(crate) async fn start() -> (RunningApp, StandIn, String) {
    let (app, provider) = (RunningApp::start().await, StandIn::start().await);
    let id = add(&app, Company::A, &provider).await;
    (app, provider, id)
}

/// On the way to the provider: its address, and the cookie that the answer is kept to.
struct Leaving {
    url: String,
    cookie: String,
}

impl Leaving {
    fn of(page: &Answer) -> Self {
        let text = page.text();
        let url = text
            .split("content=\"0; url=")
            .nth(1)
            .expect("a page that leads on");
        let url = url.split('"').next().unwrap();
        Self {
            url: url.replace("&#38;", "&").replace("&amp;", "&"),
            cookie: page.cookie(OIDC_COOKIE),
        }
    }
}

/// What the form on the sign-in page answers.
async fn ask(app: &RunningApp, company: &str, provider: &str, next: &str) -> Answer {
    let nobody = app.anonymous();
    let form = nobody.get("/sign-in").await.expect(200);
    let fields = [("company", company), ("provider", provider), ("next", next)];
    let fields = fields.map(|(name, value)| (name, value.to_owned()));
    nobody.gate("/sign-in/provider", &form, &fields).await
}

/// The same from wherever the caller is.
pub(crate) async fn ask_from(app: &RunningApp, caller: Caller, company: &str) -> Answer {
    let form = app.anonymous().get("/sign-in").await.expect(200);
    let fields = [("company", company), ("provider", ""), ("next", "")];
    let fields = fields.map(|(name, value)| (name, value.to_owned()));
    caller.gate("/sign-in/provider", &form, &fields).await
}

async fn leave(app: &RunningApp, company: Company) -> Leaving {
    Leaving::of(&ask(app, company.slug(), "", "/shipments").await.expect(200))
}

/// Begins a sign-in that nobody comes back from.
pub(crate) async fn begin(app: &RunningApp, company: Company) {
    leave(app, company).await;
}

/// Comes back with this query, in a browser with these cookies.
async fn come_back(app: &RunningApp, query: &HashMap<String, String>, cookies: &str) -> Answer {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query);
    let nobody = app.anonymous();
    let request = nobody
        .request(Method::GET, &format!("{CALLBACK}?{}", text.finish()))
        .header(COOKIE, cookies);
    nobody.send(request).await
}

fn kept(leaving: &Leaving) -> String {
    format!("{OIDC_COOKIE}={}", leaving.cookie)
}

/// The whole way of somebody who signs in as `subject`.
pub(crate) async fn sign_in(app: &RunningApp, company: Company, provider: &StandIn, subject: &str) -> Answer {
    let leaving = leave(app, company).await;
    let query = provider.authorize(&leaving.url, subject);
    come_back(app, &query, &kept(&leaving)).await
}

/// Links a person, who has just given the password, in a session of its own; what the provider's answer got.
pub(crate) async fn link(
    app: &RunningApp,
    company: Company,
    role: Role,
    provider: (&StandIn, &str),
    subject: &str,
) -> Answer {
    let browser = app.new_browser(company, role).await;
    let offered = offered(app, &browser, provider, subject).await.expect(200);
    confirm(&browser, &offered.hidden("offer")).await
}

/// The page that asks whether it is the one, in somebody's browser.
async fn offered(app: &RunningApp, browser: &Caller, provider: (&StandIn, &str), subject: &str) -> Answer {
    let page = browser
        .post_form("/security/identities", &[("provider", provider.1.to_owned())])
        .await;
    let leaving = Leaving::of(&page.expect(200));
    assert!(
        leaving.url.ends_with("&prompt=login&max_age=0"),
        "it is asked anew who it is"
    );
    let query = provider.0.authorize(&leaving.url, subject);
    let cookies = format!("{}; {SESSION_COOKIE}={}", kept(&leaving), browser.proof());
    come_back(app, &query, &cookies).await
}

/// Says that it is.
async fn confirm(browser: &Caller, offer: &str) -> Answer {
    browser
        .post_form("/security/identities/confirm", &[("offer", offer.to_owned())])
        .await
}

/// What the trail says so far of what failed; it is recorded off the answer's path.
async fn failures(app: &RunningApp, least: usize) -> Vec<String> {
    for _ in 0..500 {
        let told = app.descriptions("FAILURE").await;
        if told.len() >= least {
            return told;
        }
        tokio::task::yield_now().await;
    }
    app.descriptions("FAILURE").await
}

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

fn sessions(rows: &std::collections::BTreeMap<String, i64>) -> i64 {
    rows["sessions"]
}

/// Nobody is signed in: no session, no cookie, the sign-in page.
async fn refused(app: &RunningApp, before: i64, answer: &Answer, what: &str) {
    assert_eq!(answer.status, 401, "{what}: {}", answer.text());
    assert!(answer.text().contains("name=\"password\""), "{what}");
    assert!(
        !answer
            .headers
            .get_all("set-cookie")
            .iter()
            .any(|cookie| { cookie.to_str().unwrap().starts_with(SESSION_COOKIE) }),
        "{what}"
    );
    assert_eq!(sessions(&app.rows().await), before, "{what}");
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

async fn log_out(app: &RunningApp, provider: &str, token: &str) -> Answer {
    let nobody = app.anonymous();
    let path = format!("{PROVIDERS}/{provider}/back-channel-logout");
    let request = nobody
        .request(Method::POST, &path)
        .form(&[("logout_token", token)]);
    let answer = nobody.send(request).await;
    hold_at(
        "POST",
        "/api/v1/identity-providers/{id}/back-channel-logout",
        &answer,
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    answer
}

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
