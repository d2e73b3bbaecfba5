//! Sign-in at an OpenID provider, and the attacks on it (AUTH-9, J16): against a stand-in that does all right until
//! a test bends what it says. A real provider runs in `tests/browser`.

mod answers;
mod link;
mod logout;
mod providers;
mod sign_in;

use std::collections::HashMap;

use access::role::Role;
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::{Value, json};
use testkit::provider::{CLIENT, SECRET};
use testkit::running::SESSION_COOKIE;
use testkit::{Answer, Caller, Company, RunningApp, StandIn};

use crate::contract::hold_at;

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

/// What a provider sends when somebody has signed out there.
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
