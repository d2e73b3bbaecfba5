//! Walks over all routes, read from the route table: who may call them, what they tell strangers, what they
//! leave in the trail (AUTHZ-3, AUTHZ-8, DATA-5, AUDIT-1, P19).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use access::permission::MARKERS;
use access::policy::Policies;
use access::role::Role;
use testkit::running::Seen;
use testkit::{Answer, Company, RunningApp};
use web::{Access, Audience, RouteInfo, route_table};

use crate::samples::{
    absent_id, address, call, checked, ends_sessions, is_about_a_shipment, person, subject,
};

/// Answers that leave no event, though they succeed. The list only shrinks.
const UNRECORDED: &[(&str, &str)] = &[
    ("GET /healthz", "says nothing of anybody"),
    ("GET /readyz", "says nothing of anybody"),
    ("GET /.well-known/jwks.json", "public keys"),
    ("GET /.well-known/document-keys.json", "public keys"),
    (
        "GET /.well-known/oauth-authorization-server",
        "says nothing of anybody",
    ),
    ("GET /api/v1/openapi.json", "a part of the program"),
    ("GET /api/v1/schemas/shipping-paper.json", "a part of the program"),
    ("GET /api/v1/me", "what one is oneself"),
    ("GET /api/v1/me/factors", "what one is oneself"),
    ("GET /api/v1/me/passkeys", "what one is oneself"),
    (
        "GET /api/v1/me/factors/totp/qr.png",
        "what beginning to enrol answered, and the trail tells of",
    ),
    ("GET /api/v1/data-keys", "names and counts of keys"),
    ("GET /data-keys", "names and counts of keys"),
    ("GET /api/v1/company/refused-passwords", "a number"),
    ("GET /refused-passwords", "a number"),
    ("GET /security", "what one is oneself"),
    (
        "GET /security/totp",
        "what beginning to enrol answered, and the trail tells of",
    ),
    (
        "GET /security/totp/qr.png",
        "what beginning to enrol answered, and the trail tells of",
    ),
    ("GET /step-up", "an empty form"),
    ("GET /account/password", "an empty form"),
    ("GET /sign-in/forgot", "an empty form"),
    ("GET /sign-in/reset", "an empty form"),
    ("GET /api/v1/me/sessions", "one's own"),
    ("GET /api/v1/me/identities", "one's own"),
    (
        "GET /api/v1/identity-providers",
        "the company's own settings, without secrets; what is done about them leaves its event",
    ),
    ("GET /identity-providers", "as over the API"),
    (
        "GET /api/v1/users/{id}/permissions",
        "what a colleague may do, without personal data but the name",
    ),
    (
        "GET /api/v1/incidents",
        "the company's own incidents, each of which left its event",
    ),
    ("GET /api/v1/emergency-access", "each step of it left its event"),
    (
        "GET /api/v1/users",
        "the company's own people, without personal data but the name",
    ),
    (
        "GET /api/v1/users/{id}/team",
        "what is done about it leaves its event",
    ),
    ("GET /people/{id}/team", "as over the API"),
    (
        "GET /api/v1/carriers",
        "the company's own people, without personal data but the name",
    ),
    (
        "GET /api/v1/users/{id}/sessions",
        "what is done about them leaves its event",
    ),
    ("GET /api/v1/me/factor-reset", "one's own"),
    (
        "GET /api/v1/users/{id}/factor-reset",
        "each step of it left its event",
    ),
    ("GET /account/sessions", "as over the API"),
    ("GET /signing-keys", "public keys, with their dates"),
    ("GET /people", "as over the API"),
    ("GET /people/{id}", "as over the API"),
    ("GET /people/{id}/permissions", "as over the API"),
    ("GET /permissions", "what roles hold, the same for every company"),
    ("GET /incidents", "as over the API"),
    ("GET /incidents/new", "an empty form"),
    ("GET /emergency-access", "as over the API"),
    ("GET /api/v1/dangerous-goods", "the law, the same for everybody"),
    (
        "GET /api/v1/dangerous-goods/{number}",
        "the law, the same for everybody",
    ),
    (
        "GET /api/v1/shipments",
        "reading one's own work; reads of emergency contacts come with masking",
    ),
    (
        "GET /api/v1/shipments/{id}",
        "reading one's own work; reads of emergency contacts come with masking",
    ),
    (
        "GET /api/v1/shipments/{id}/emergency-panel",
        "must come whatever the trail does",
    ),
    ("GET /shipments/{id}/emergency", "as over the API"),
    ("GET /shipments/{id}/emergency.pdf", "as over the API"),
    ("GET /worker.js", "a part of the program"),
    (
        "GET /api/v1/data-set-keys",
        "public keys, which the trail tells of already",
    ),
    (
        "GET /api/v1/data-sets/{regime}",
        "which law is loaded, which the trail tells of already",
    ),
    (
        "GET /api/v1/documents",
        "names of files; that one of them left is recorded",
    ),
    ("GET /api/v1/shipments/{id}/documents", "as the list of all"),
    ("GET /api/v1/audit-events", "the trail would grow by being read"),
    ("GET /", "leads on"),
    ("GET /assets/{file}", "a part of the program"),
    ("GET /assets/labels/{file}", "a part of the program"),
    ("GET /sign-in", "an empty form"),
    ("GET /checker", "an empty form"),
    ("GET /checker/suggestions", "the law, the same for everybody"),
    ("GET /shipments", "as over the API"),
    ("GET /shipments/new", "an empty form"),
    ("GET /shipments/{id}", "as over the API"),
    ("GET /shipments/{id}/edit", "as over the API"),
    ("GET /data-sets", "as over the API"),
    ("GET /audit", "as over the API"),
];

/// Successes that take what is good once: tokens, tickets, codes; or a provider that answers. Each has its own test, of its event too.
const OWN_TEST: &[&str] = &[
    "POST /api/v1/sessions/refresh",
    "POST /api/v1/sessions/second-factor",
    "POST /api/v1/sessions/second-factor/passkey",
    "POST /api/v1/sessions/passkey/begin",
    "POST /api/v1/sessions/passkey",
    "POST /api/v1/me/step-up/passkey",
    "POST /api/v1/me/passkeys",
    "PUT /api/v1/me/passkeys/{id}",
    "DELETE /api/v1/me/passkeys/{id}",
    "POST /api/v1/me/factors/totp/confirm",
    "DELETE /api/v1/me/factors/totp",
    "POST /api/v1/me/factors/backup-codes",
    "POST /api/v1/me/factor-reset/object",
    "POST /api/v1/users/{id}/factor-reset",
    "POST /api/v1/users/{id}/factor-reset/approve",
    "POST /api/v1/users/{id}/factor-reset/cancel",
    "DELETE /api/v1/users/{id}/permissions/{grant}",
    "GET /api/v1/incidents/{id}",
    "POST /api/v1/documents",
    "GET /api/v1/documents/{id}",
    "GET /api/v1/documents/{id}/content",
    "POST /api/v1/incidents/{id}/confirm",
    "POST /api/v1/incidents/{id}/close",
    "POST /api/v1/emergency-access",
    "POST /api/v1/emergency-access/{id}/approve",
    "POST /api/v1/emergency-access/{id}/refuse",
    "POST /api/v1/emergency-access/{id}/end",
    "POST /api/v1/emergency-access/{id}/review",
    "POST /api/v1/shipments/{id}/overrides",
    "POST /api/v1/overrides/{id}/approve",
    "POST /api/v1/overrides/{id}/refuse",
    "POST /api/v1/overrides/{id}/withdraw",
    "POST /shipments/{id}/overrides",
    "POST /overrides/{id}/approve",
    "POST /overrides/{id}/refuse",
    "POST /overrides/{id}/withdraw",
    "POST /people/{id}/permissions/{grant}/end",
    "GET /incidents/{id}",
    "POST /incidents/{id}/confirm",
    "POST /incidents/{id}/close",
    "POST /incidents/{id}/emergency-access",
    "POST /emergency-access/{id}/approve",
    "POST /emergency-access/{id}/refuse",
    "POST /emergency-access/{id}/end",
    "POST /emergency-access/{id}/review",
    "POST /people/{id}/factor-reset",
    "POST /people/{id}/factor-reset/approve",
    "POST /people/{id}/factor-reset/cancel",
    "POST /security/factor-reset/object",
    "POST /sign-in",
    "POST /sign-in/second-factor",
    "POST /sign-in/second-factor/passkey",
    "POST /sign-in/passkey/begin",
    "POST /sign-in/passkey",
    "POST /step-up/passkey",
    "POST /security/passkeys",
    "POST /security/passkeys/{id}/rename",
    "POST /security/passkeys/{id}/remove",
    "POST /sign-in/provider",
    "GET /sign-in/provider/callback",
    "POST /security/identities",
    "POST /security/identities/confirm",
    "POST /security/identities/{id}/remove",
    "POST /identity-providers",
    "POST /identity-providers/{id}",
    "POST /identity-providers/{id}/remove",
    "DELETE /api/v1/me/identities/{id}",
    "POST /api/v1/identity-providers",
    "PUT /api/v1/identity-providers/{id}",
    "DELETE /api/v1/identity-providers/{id}",
    "POST /api/v1/identity-providers/{id}/back-channel-logout",
    "POST /security/totp/confirm",
    "POST /security/totp/remove",
    "POST /security/backup-codes",
    // Whose person has another password afterwards, or who answer before anything is done.
    "POST /api/v1/me/password",
    "POST /account/password",
    "POST /api/v1/password-resets",
    "POST /api/v1/password-resets/confirm",
    "POST /sign-in/forgot",
    "POST /sign-in/reset",
];

fn name(route: &RouteInfo) -> String {
    format!("{} {}", route.method, route.path)
}

/// The routes that ask for a permission.
fn guarded() -> Vec<(RouteInfo, &'static str)> {
    let guarded: Vec<_> = route_table()
        .into_iter()
        .filter_map(|route| match route.access {
            Access::Permission(permission) => Some((route, permission)),
            Access::Public(_) => None,
        })
        .collect();
    assert!(guarded.len() >= 14, "the route table was not read");
    guarded
}

static MATRIX: LazyLock<BTreeMap<(Role, &str), bool>> =
    LazyLock::new(|| Policies::embedded().unwrap().matrix());

/// Whether the matrix gives the role any scope of the permission.
fn holds(role: Role, permission: &str) -> bool {
    let (_, variants) = MARKERS.iter().find(|(name, _)| *name == permission).unwrap();
    variants.iter().any(|(_, variant)| MATRIX[&(role, *variant)])
}

const fn company_of(role: Role) -> Company {
    match role {
        Role::SuperAdmin => Company::Platform,
        _ => Company::A,
    }
}

/// A refusal in the form of its audience: a problem document, or a page.
fn assert_refusal(route: &RouteInfo, answer: &Answer, status: u16) {
    let name = name(route);
    assert_eq!(answer.status, status, "{name}: {}", answer.text());
    let kind = answer.header("content-type");
    match route.audience {
        Audience::Api => {
            assert_eq!(kind, "application/problem+json", "{name}");
            let problem = answer.json();
            assert_eq!(problem["status"], status, "{name}");
            assert_eq!(problem["request_id"], answer.header("x-request-id"), "{name}");
            assert!(
                problem["type"]
                    .as_str()
                    .unwrap()
                    .starts_with("urn:safeshipper:problem:"),
                "{name}"
            );
        }
        Audience::Console => assert_eq!(kind, "text/html; charset=utf-8", "{name}"),
    }
}

#[tokio::test]
async fn nobody_passes_a_guarded_route_without_a_sign_in() {
    let app = RunningApp::start().await;
    let shipment = checked(&app.caller(Company::A, Role::Operator).await).await;
    let (before, mark) = (app.rows().await, app.mark().await);
    for (route, _) in guarded() {
        for id in [shipment["id"].as_str().unwrap(), &absent_id(), "no-id"] {
            let answer = call(&app.anonymous(), &route, id, 1).await;
            assert_refusal(&route, &answer, 401);
            match route.audience {
                Audience::Api => assert_eq!(answer.header("www-authenticate"), "Bearer"),
                Audience::Console => assert!(answer.text().contains("name=\"password\""), "{}", name(&route)),
            }
        }
    }
    assert_eq!(app.rows().await, before);
    assert_eq!(app.since(&mark).await, []);
}

#[tokio::test]
async fn each_role_passes_exactly_the_routes_of_its_permissions_and_each_refusal_is_recorded_once() {
    let app = RunningApp::start().await;
    let (mut passed, mut refused) = (0, 0);
    for role in Role::ALL {
        for (route, permission) in guarded() {
            let name = format!("{role} {}", name(&route));
            let caller = person(&app, &route, company_of(role), role).await;
            let mark = app.mark().await;
            // Of an object that is not there: who may, learns that; who may not, does not.
            let answer = call(&caller, &route, &absent_id(), 1).await;
            let denied: Vec<Seen> = app
                .since(&mark)
                .await
                .into_iter()
                .filter(|event| event.outcome == "DENIED")
                .collect();
            if holds(role, permission) {
                assert!(![401, 403].contains(&answer.status), "{name}: {}", answer.text());
                assert!(answer.status < 500, "{name}: {}", answer.text());
                assert_eq!(denied, [], "{name}");
                passed += 1;
                if ends_sessions(&route) {
                    app.forget_callers().await;
                }
            } else {
                assert_refusal(&route, &answer, 403);
                let path = address(&route, "");
                let path = path.split(['?']).next().unwrap().split("//").next().unwrap();
                assert_eq!(denied.len(), 1, "{name}: {denied:?}");
                assert!(
                    denied[0].path.as_deref().unwrap().starts_with(path),
                    "{name}: {denied:?}"
                );
                refused += 1;
                // A session is recorded thirty times a minute; another one anew. The clock stays, for fresh proofs.
                if refused % 25 == 0 {
                    app.forget_callers().await;
                }
            }
        }
    }
    assert!(passed > 50 && refused > 20, "{passed} passed, {refused} refused");
}

/// What an answer says beside its request's id, which alone may differ.
pub(crate) fn said(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let id = answer.header("x-request-id");
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    assert!(answer.text().contains(id), "the request's id is in every problem");
    (answer.status, headers, answer.text().replace(id, ""))
}

#[tokio::test]
async fn another_company_learns_as_little_of_a_shipment_as_of_none() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let shipment = checked(&operator).await;
    let id = shipment["id"].as_str().unwrap();
    let about: Vec<_> = guarded()
        .into_iter()
        .filter(|(route, _)| is_about_a_shipment(route))
        .collect();
    assert!(about.len() >= 6);
    for role in [Role::Admin, Role::Operator] {
        app.caller(Company::B, role).await;
        app.browser(Company::B, role).await;
    }
    let before = app.rows().await;
    let uuid = id.split_once('_').unwrap().1;
    let malformed = [
        "x".to_owned(),
        uuid.to_owned(),
        format!("usr_{uuid}"),
        format!("{id}0"),
        id.to_uppercase(),
        format!("{id}%00"),
        "..%2f".to_owned(),
    ];
    for role in [Role::Admin, Role::Operator] {
        for (route, _) in about.iter().filter(|(_, permission)| holds(role, permission)) {
            let stranger = person(&app, route, Company::B, role).await;
            let absent = call(&stranger, route, &absent_id(), 1).await;
            assert_refusal(route, &absent, 404);
            for id in std::iter::once(id.to_owned()).chain(malformed.clone()) {
                let answer = call(&stranger, route, &id, 1).await;
                assert_eq!(said(&answer), said(&absent), "{role} {} {id}", name(route));
            }
        }
    }
    assert_eq!(app.rows().await, before, "strangers leave nothing");
    let place = format!("/api/v1/shipments/{id}");
    assert_eq!(
        operator.get(&place).await.json(),
        shipment,
        "strangers change nothing"
    );
    let theirs = app.caller(Company::B, Role::Admin).await;
    let list = theirs.get("/api/v1/shipments").await.expect(200).json();
    assert_eq!(list["shipments"], serde_json::json!([]));
}

#[tokio::test]
async fn every_success_leaves_exactly_one_event_or_is_listed_as_unrecorded() {
    let app = RunningApp::start().await;
    let mut unrecorded: BTreeSet<String> = BTreeSet::new();
    for route in route_table() {
        // A token that is good once: its own test.
        let by_token = route.path == "/api/v1/tokens/revoke";
        if by_token || OWN_TEST.contains(&name(&route).as_str()) {
            continue;
        }
        let shipment = checked(&app.caller(Company::A, Role::Operator).await).await;
        let (id, version) = (
            shipment["id"].as_str().unwrap(),
            shipment["version"].as_i64().unwrap(),
        );
        let caller = match route.access {
            Access::Public(_) => app.anonymous(),
            Access::Permission(_) => person(&app, &route, Company::A, Role::Admin).await,
        };
        let id = subject(&app, &route, id).await;
        let mark = app.mark().await;
        let answer = call(&caller, &route, &id, version).await;
        if ends_sessions(&route) {
            app.forget_callers().await;
        }
        let name = name(&route);
        assert!(
            [200, 201, 204, 303].contains(&answer.status),
            "{name}: {} {}",
            answer.status,
            answer.text()
        );
        let events = app.since(&mark).await;
        if events.is_empty() {
            unrecorded.insert(name);
            continue;
        }
        assert_eq!(events.len(), 1, "{name}: {events:?}");
        assert_eq!(events[0].outcome, "SUCCESS", "{name}");
        assert_eq!(
            events[0].path.as_deref(),
            Some(address(&route, &id).as_str()),
            "{name}"
        );
        if route.path.contains("{id}") {
            let uuid = id.split_once('_').unwrap().1;
            assert_eq!(uuid, events[0].resource.unwrap().simple().to_string(), "{name}");
        }
    }
    let listed: BTreeSet<String> = UNRECORDED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(unrecorded, listed);
    assert!(
        listed.iter().all(|name| name.starts_with("GET ")),
        "whatever changes something is recorded"
    );
}

#[tokio::test]
async fn an_address_that_is_none_and_a_method_that_is_none_are_problems_too() {
    let app = RunningApp::start().await;
    let nobody = app.anonymous();
    for path in ["/api/v1/nothing", "/api/v1/shipments/", "/api", "/nothing"] {
        let answer = nobody.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        if path.starts_with("/api/") {
            assert_eq!(answer.json()["type"], "urn:safeshipper:problem:not-found");
        }
    }
    let answer = app
        .caller(Company::A, Role::Viewer)
        .await
        .delete("/api/v1/shipments")
        .await;
    assert_eq!(
        (answer.status, answer.json()["status"].as_u64()),
        (405, Some(405))
    );
    assert!(answer.header("allow").contains("GET"));
}
