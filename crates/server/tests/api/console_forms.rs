//! A form is accepted only from our own pages of the very session, by two independent signs (W11).

use access::role::Role;
use reqwest::Method;
use reqwest::header::COOKIE;
use serde_json::json;
use testkit::running::SESSION_COOKIE;
use testkit::world::PASSWORD;
use testkit::{Caller, Company, RunningApp};
use web::{Audience, RouteInfo, route_table};

use crate::samples::{address, checked};

/// Every form of the console that needs a session.
fn forms() -> Vec<RouteInfo> {
    let forms: Vec<RouteInfo> = route_table()
        .into_iter()
        .filter(|route| {
            route.audience == Audience::Console && route.method != "GET" && route.path != "/sign-in"
        })
        .collect();
    assert!(
        forms.iter().any(|route| route.path == "/sign-out"),
        "the route table was not read"
    );
    forms
}

/// A form of this browser's session, with exactly these headers and fields.
fn form(
    browser: &Caller,
    anonymous: &Caller,
    path: &str,
    headers: &[(&str, &str)],
    fields: &str,
) -> reqwest::RequestBuilder {
    let mut request = anonymous
        .request(Method::POST, path)
        .header(COOKIE, format!("{SESSION_COOKIE}={}", browser.proof()))
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(fields.to_owned())
}

#[tokio::test]
async fn no_form_of_the_console_is_accepted_without_both_signs() {
    let app = RunningApp::start().await;
    let shipment = checked(&app.caller(Company::A, Role::Operator).await).await;
    let (browser, other) = (
        app.new_browser(Company::A, Role::Admin).await,
        app.new_browser(Company::A, Role::Admin).await,
    );
    let nobody = app.anonymous();
    let own = format!("csrf_token={}", browser.csrf());
    let foreign = format!("csrf_token={}", other.csrf());
    let twice = format!("{own}&{own}");
    let here = ("sec-fetch-site", "same-origin");
    let host = app.url().strip_prefix("http://").unwrap().to_owned();
    let evil_origin = "http://evil.example";
    let sub_origin = format!("http://{host}.evil.example");
    type Case<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str);
    let cases: [Case<'_>; 11] = [
        ("no token", vec![here], "action=save"),
        ("an empty token", vec![here], "csrf_token="),
        ("another session's token", vec![here], &foreign),
        ("two tokens", vec![here], &twice),
        ("from another site", vec![("sec-fetch-site", "cross-site")], &own),
        ("from a sibling", vec![("sec-fetch-site", "same-site")], &own),
        ("from who knows where", vec![], &own),
        ("from another origin", vec![("origin", evil_origin)], &own),
        (
            "from a name that begins like ours",
            vec![("origin", &sub_origin)],
            &own,
        ),
        ("from nowhere", vec![("origin", "null")], &own),
        (
            "from another site that names our origin",
            vec![("sec-fetch-site", "cross-site"), ("origin", app.url())],
            &own,
        ),
    ];
    let (before, mark) = (app.rows().await, app.mark().await);
    for route in forms() {
        let path = address(&route, shipment["id"].as_str().unwrap());
        for (what, headers, fields) in &cases {
            let answer = nobody.send(form(&browser, &nobody, &path, headers, fields)).await;
            assert_eq!(answer.status, 403, "{path}, {what}: {}", answer.text());
            assert_eq!(
                answer.header("content-type"),
                "text/html; charset=utf-8",
                "{path}, {what}"
            );
        }
        let json = browser
            .request(Method::POST, &path)
            .json(&json!({"csrf_token": browser.csrf()}));
        assert_eq!(browser.send(json).await.status, 415, "{path}");
        let huge = form(
            &browser,
            &nobody,
            &path,
            &[here],
            &format!("{own}&note={}", "x".repeat(10 * 1024 * 1024)),
        );
        assert_eq!(nobody.send(huge).await.status, 413, "{path}");
    }
    assert_eq!(app.rows().await, before);
    assert_eq!(app.since(&mark).await, []);
    assert_eq!(browser.get("/shipments").await.status, 200, "still signed in");
    // An older browser, which sends its origin only.
    let answer = nobody
        .send(form(
            &browser,
            &nobody,
            "/sign-out",
            &[("origin", app.url())],
            &own,
        ))
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[tokio::test]
async fn the_sign_in_form_is_only_good_in_the_browser_it_was_given_to() {
    let app = RunningApp::start().await;
    let nobody = app.anonymous();
    let email = Company::A.email(Role::Admin);
    let page = nobody.get("/sign-in").await.expect(200);
    let token = page.cookie("__Host-sign-in");
    assert!(page.text().contains(&token));
    let before = app.rows().await;
    let send = |cookie: Option<String>, site: &'static str, token: &str| {
        let mut request = nobody
            .request(Method::POST, "/sign-in")
            .header("sec-fetch-site", site);
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        let fields = [
            ("email", email.as_str()),
            ("password", PASSWORD),
            ("csrf_token", token),
        ];
        let request = request.form(&fields);
        let nobody = nobody.clone();
        async move { nobody.send(request).await }
    };
    let cookie = |value: &str| Some(format!("__Host-sign-in={value}"));
    for (what, cookie, site, token) in [
        ("without the cookie", None, "same-origin", token.as_str()),
        (
            "with another's cookie",
            cookie("0123456789abcdef0123456789abcdef"),
            "same-origin",
            token.as_str(),
        ),
        ("without a token", cookie(&token), "same-origin", ""),
        ("both empty", cookie(""), "same-origin", ""),
        ("from another site", cookie(&token), "cross-site", token.as_str()),
    ] {
        let answer = send(cookie, site, token).await;
        assert_eq!(answer.status, 403, "{what}: {}", answer.text());
    }
    assert_eq!(app.rows().await, before);
    let answer = send(cookie(&token), "same-origin", &token).await.expect(303);
    let set = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap().to_owned());
    let set: Vec<String> = set.filter(|value| value.starts_with(SESSION_COOKIE)).collect();
    assert_eq!(set.len(), 1);
    for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite="] {
        assert!(set[0].contains(attribute), "{attribute}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_a_browser() {
    let app = RunningApp::start().await;
    let browser = app.browser(Company::A, Role::Admin).await;
    for path in [
        "/",
        "/shipments",
        "/nothing",
        "/api/v1/me",
        "/sign-in",
        "/assets/app.css",
        "/healthz",
    ] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert_eq!(answer.header("server"), "", "{path}");
    }
}

/// A line of a form as the checker's page has it, with this quantity.
pub(crate) fn typed(goods: &str, quantity: &str) -> [(&'static str, String); 11] {
    let text = str::to_owned;
    [
        ("goods", text(goods)),
        ("us_row", String::new()),
        ("adr_row", String::new()),
        ("packing_group", String::new()),
        ("physical_state", String::new()),
        ("limited_quantity", text("no")),
        ("quantity", text(quantity)),
        ("unit", text("kg")),
        ("packages", text("1")),
        ("packaging", text("cylinders")),
        ("technical_name", String::new()),
    ]
}

#[tokio::test]
async fn the_emergency_panel_of_a_typed_load_is_that_of_the_api_and_one_event_of_the_trail_dg_6() {
    let app = RunningApp::start().await;
    let browser = app.browser(Company::A, Role::Operator).await;
    let mark = app.mark().await;
    let page = browser
        .post_form("/checker/emergency", &typed("UN1017", "50"))
        .await
        .expect(200);
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1);

    let caller = app.caller(Company::A, Role::Operator).await;
    let line = json!({"goods": "UN1017", "quantity": {"value": "50", "unit": "kg"}, "packages": 1, "packaging": "cylinders"});
    let panel = caller
        .post_json(
            "/api/v1/dangerous-goods/emergency-panels",
            &json!({"lines": [line]}),
        )
        .await
        .expect(200)
        .json();
    let html = page.text();
    assert!(
        html.contains(panel["load_hash"].as_str().unwrap()),
        "the same load"
    );
    assert!(html.contains("Stay away, everyone") && html.contains("UN 1017"));
    assert!(!html.contains("/shipments"), "there is no shipment to go back to");
}

#[tokio::test]
async fn the_facts_of_a_panel_are_stated_in_the_callers_name_as_those_of_a_check() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, Role::Operator).await;
    let line = json!({"goods": "UN1955", "zone": "A", "stated_by": "somebody else"});
    let hash = async |path: &str| {
        let answer = caller
            .post_json(path, &json!({"lines": [line]}))
            .await
            .expect(200)
            .json();
        let own = answer["load_hash"]
            .as_str()
            .or(answer["results"][0]["load_hash"].as_str());
        own.unwrap().to_owned()
    };
    let checked = hash("/api/v1/dangerous-goods/compatibility-checks").await;
    assert_eq!(hash("/api/v1/dangerous-goods/emergency-panels").await, checked);
}

#[tokio::test]
async fn a_line_that_cannot_be_read_has_no_emergency_panel_and_leaves_no_event() {
    let app = RunningApp::start().await;
    let browser = app.browser(Company::A, Role::Operator).await;
    let mark = app.mark().await;
    let page = browser
        .post_form("/checker/emergency", &typed("UN1017", "-50"))
        .await
        .expect(422);
    assert!(
        page.text().contains(
            "No emergency panel while a line cannot be read. Line 1: the quantity `-50` is negative."
        )
    );
    assert!(page.text().contains("value=\"-50\""), "what was typed stays");
    assert_eq!(app.since(&mark).await, []);
    let nothing = browser
        .post_form("/checker/emergency", &typed("", ""))
        .await
        .expect(422);
    assert!(nothing.text().contains("name the goods, or clear the line"));
}
