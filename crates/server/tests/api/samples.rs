//! Requests that are right, for every route that takes something.

use std::sync::LazyLock;

use access::role::Role;
use app::Clock;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto::note::SignerKey;
use crypto::password::ListedHash;
use serde_json::{Value, json};
use testkit::world::{LONG, PASSWORD};
use testkit::{Answer, Caller, Company, RunningApp};
use web::{Access, Audience, RouteInfo};

/// The phone of every sample; never to be seen in a log.
pub(crate) const PHONE: &str = "+31 10 555 0187";
/// The e-mail of every sample; never to be seen in a log.
pub(crate) const EMAIL: &str = "night-desk@alpha.example";

/// A password that every policy takes.
pub(crate) const NEW_PASSWORD: &str = "seventeen violet tractors yawning";

/// An id that is well formed and names nothing.
pub(crate) fn absent_id() -> String {
    access::ids::ShipmentId::generate(testkit::now()).to_string()
}

/// Whether the `{id}` of a route is that of a shipment.
pub(crate) fn is_about_a_shipment(route: &RouteInfo) -> bool {
    route.path.contains("/shipments/{id}")
}

/// Whether calling a route ends sessions that other calls may use.
pub(crate) fn ends_sessions(route: &RouteInfo) -> bool {
    route.path.ends_with("/end-all")
        || route.path.ends_with("/end-others")
        || route.path == "/people/end-all-sessions"
}

/// The id of something that a route can be called about once by company A's administrator, who is `caller`.
pub(crate) async fn subject(app: &RunningApp, route: &RouteInfo, shipment: &str) -> String {
    let path = route.path;
    if path.contains("/sessions/{id}") {
        let (session, _) = app.world.sign_in(Company::A, Role::Admin, LONG).await;
        return session.to_string();
    }
    if !(path.contains("/users/{id}") || path.contains("/people/{id}")) {
        return shipment.to_owned();
    }
    let mut owner = app.world.database.owner().await;
    let email = format!("{}@alpha.example", access::ids::UserId::generate(testkit::now()));
    let person = app.world.hire(&mut owner, Company::A, Role::Driver, &email).await;
    if path.ends_with("/unlock") {
        let index = app.world.email_index(&email);
        let locked = owner
            .lock(
                app.world.id(Company::A),
                &index,
                "locked to be unlocked",
                testkit::now(),
                &testkit::database::unread(),
            )
            .await;
        locked.unwrap();
    }
    person.to_string()
}

/// A line with everything that papers ask for.
pub(crate) fn gasoline() -> Value {
    json!({
        "goods": "UN1203",
        "quantity": {"value": "200.5", "unit": "L"},
        "packages": 2,
        "packaging": "steel drums",
    })
}

/// A line that may share a US vehicle with gasoline only when separated.
pub(crate) fn ammonium_nitrate() -> Value {
    json!({
        "goods": "UN1942",
        "quantity": {"value": "500", "unit": "kg"},
        "packages": 10,
        "packaging": "bags",
    })
}

/// A line that may not travel with gasoline, wherever.
pub(crate) fn black_powder() -> Value {
    json!({
        "goods": "UN0027",
        "quantity": {"value": "50", "unit": "kg NEM"},
        "packages": 5,
        "packaging": "boxes",
    })
}

/// A shipment of these lines.
pub(crate) fn draft(lines: Value) -> Value {
    let party = |name: &str| json!({"name": name, "street": "Waalhaven 12", "postcode": "3089 JH", "city": "Rotterdam", "country": "Netherlands"});
    json!({
        "regimes": ["us", "adr"],
        "consignor": party("Alpha Chemicals"),
        "consignee": party("Receiving Works"),
        "contact": {"name": "Night desk", "phone": PHONE, "email": EMAIL},
        "lines": lines,
    })
}

/// Stores a shipment of these lines and returns its document.
pub(crate) async fn shipment(caller: &Caller, lines: Value) -> Value {
    let created = caller
        .post_json("/api/v1/shipments", &draft(lines))
        .await
        .expect(201);
    let place = format!("/api/v1/shipments/{}", created.json()["id"].as_str().unwrap());
    assert_eq!(created.header("location"), place);
    caller.get(&place).await.expect(200).json()
}

/// A shipment that is checked and may travel.
pub(crate) async fn checked(caller: &Caller) -> Value {
    let made = shipment(caller, json!([gasoline()])).await;
    let place = place(&made);
    let answer = caller
        .post_json(&format!("{place}/check"), &json!({}))
        .await
        .expect(200);
    assert_eq!(answer.json(), json!({"is_compatible": true}));
    caller.get(&place).await.expect(200).json()
}

/// Where the API keeps a shipment.
pub(crate) fn place(shipment: &Value) -> String {
    format!("/api/v1/shipments/{}", shipment["id"].as_str().unwrap())
}

/// Who signs data sets; trusted by nobody until somebody says so.
static PUBLISHER: LazyLock<SignerKey> =
    LazyLock::new(|| SignerKey::generate("publisher", &crypto::Rng::system()).unwrap());

/// The public key of whoever signs the samples.
pub(crate) fn public_key() -> String {
    PUBLISHER.verifier().to_string()
}

/// A data set of an invented law, made out to a company.
pub(crate) fn data_set(company: Company) -> String {
    const SAMPLE: &str = include_str!("../../../dangerous-goods/tests/data/exampleland.csv");
    SAMPLE.replace("company,acme", &format!("company,{}", company.slug()))
}

/// The bundle of a data set.
pub(crate) fn bundle(data_set: &str) -> String {
    PUBLISHER.sign(data_set).unwrap()
}

/// A list of passwords to refuse, in the form of Pwned Passwords.
pub(crate) fn refused_list(passwords: &[&str]) -> String {
    let hash = |password: &str| ListedHash::of(&password.into());
    passwords
        .iter()
        .map(|password| format!("{}:9\n", hash(password).digits()))
        .collect()
}

/// The first page of every PDF that tests upload; never to be seen in a log.
pub(crate) const PDF: &str = "%PDF-1.7\n% the nightingale's own safety sheet\n";

/// A document of a type, of a shipment or of none.
pub(crate) fn upload(document_type: &str, shipment: Option<&str>) -> Value {
    let content = STANDARD.encode(PDF);
    json!({"document_type": document_type, "file_name": "sheet of 3 May.pdf", "content": content, "shipment": shipment})
}

/// Everything any form of the console has, the button to save included.
pub(crate) fn form(version: i64) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    let mut put = |name, value: &str| fields.push((name, value.to_owned()));
    for (name, value) in [
        ("consignor_name", "Alpha Chemicals"),
        ("consignor_street", "Waalhaven 12"),
        ("consignor_postcode", "3089 JH"),
        ("consignor_city", "Rotterdam"),
        ("consignor_country", "Netherlands"),
        ("consignee_name", "Receiving Works"),
        ("consignee_street", "Waalhaven 12"),
        ("consignee_postcode", "3089 JH"),
        ("consignee_city", "Rotterdam"),
        ("consignee_country", "Netherlands"),
        ("contact_name", "Night desk"),
        ("contact_phone", PHONE),
        ("contact_email", EMAIL),
        ("regime", "us"),
        ("regime", "adr"),
        ("goods", "UN1203"),
        ("us_row", ""),
        ("adr_row", ""),
        ("packing_group", ""),
        ("physical_state", ""),
        ("limited_quantity", "no"),
        ("quantity", "200.5"),
        ("unit", "L"),
        ("packages", "2"),
        ("packaging", "drums"),
        ("technical_name", ""),
        ("reason", "a reason of some length"),
        ("action", "save"),
        ("password", PASSWORD),
        ("email", "nobody@nowhere.example"),
        ("token", "none"),
        ("new_password", NEW_PASSWORD),
        // Another, so that everybody keeps the one that tests sign in with.
        ("new_password_again", "not the same"),
        ("policy", "optional"),
        ("version", &version.to_string()),
        ("company", "alpha"),
        ("provider", "none"),
        ("issuer", "https://10.0.0.1"),
        ("client_id", "x"),
        ("client_secret", "x"),
        ("key", &public_key()),
        ("name", "publisher"),
        ("purpose", "identity"),
        ("permission", "shipments.edit"),
        ("effect", "withheld"),
        ("until", "7d"),
        ("role", "OPERATOR"),
        ("kind", "leak"),
        ("severity", "HIGH"),
        ("description", "drum leaking beside dock 3"),
        ("outcome", "resolved"),
        ("verdict", "justified"),
        ("note", "a judgement of some length"),
    ] {
        put(name, value);
    }
    fields
}

/// The body that an API route takes.
pub(crate) fn body(route: &RouteInfo, version: i64) -> Option<Value> {
    let at = (route.method.as_str(), route.path);
    match at {
        ("GET" | "DELETE", _)
        | (
            "POST",
            "/api/v1/shipments/{id}/ready"
            | "/api/v1/me/factors/totp"
            | "/api/v1/me/factors/backup-codes"
            | "/api/v1/me/passkeys/begin"
            | "/api/v1/me/step-up/passkey"
            | "/api/v1/sessions/passkey/begin",
        ) => None,
        ("POST", "/api/v1/sessions/second-factor/passkey") => Some(json!({"ticket": "none"})),
        ("POST", "/api/v1/sessions/passkey") => Some(json!({"attempt": "none", "credential": {}})),
        ("POST", "/api/v1/me/passkeys") => Some(json!({"credential": {}, "label": "Phone"})),
        ("PUT", "/api/v1/me/passkeys/{id}") => Some(json!({"label": "Phone"})),
        // A form, by its own test.
        ("POST", "/api/v1/tokens/revoke" | "/api/v1/identity-providers/{id}/back-channel-logout") => None,
        // An address that is refused without asking anybody.
        ("POST", "/api/v1/identity-providers") => Some(json!({
            "name": "x", "issuer": "https://10.0.0.1", "client_id": "x", "client_secret": "x",
        })),
        ("PUT", "/api/v1/identity-providers/{id}") => {
            Some(json!({"name": "x", "client_id": "x", "enabled": false}))
        }
        ("POST", path) if path.ends_with("/end-all") || path.ends_with("/end-others") => None,
        ("POST", path)
            if path.ends_with("/lockdown") || path.ends_with("/unlock") || path.ends_with("/reveal") =>
        {
            Some(json!({"reason": "a reason of some length"}))
        }
        ("POST", "/api/v1/users/{id}/permissions") => Some(json!({
            "permission": "shipments.edit", "effect": "withheld", "reason": "a reason of some length",
        })),
        ("POST", "/api/v1/users/{id}/role") => {
            Some(json!({"role": "OPERATOR", "reason": "a reason of some length"}))
        }
        ("POST", "/api/v1/incidents") => Some(json!({
            "kind": "leak", "severity": "HIGH", "description": "drum leaking beside dock 3",
        })),
        ("PUT", "/api/v1/shipments/{id}/assignee") => Some(json!({"user": null})),
        ("PUT", "/api/v1/users/{id}/team") => Some(json!({"members": []})),
        ("POST", "/api/v1/shipments/{id}/overrides") => Some(json!({
            "reason": "a reason of some length", "authority": "DOT-SP 12345",
            "authority_valid_until": Clock::system().now().date().to_string(),
        })),
        (
            "POST",
            "/api/v1/overrides/{id}/approve"
            | "/api/v1/overrides/{id}/refuse"
            | "/api/v1/overrides/{id}/withdraw",
        ) => Some(json!({"note": "a note of some length"})),
        ("POST", "/api/v1/incidents/{id}/close") => Some(json!({"outcome": "resolved"})),
        ("POST", "/api/v1/emergency-access") => Some(json!({
            "incident": format!("inc_{}", absent_id().split_once('_').unwrap().1),
            "permissions": ["dangerous_goods.emergency.access"], "justification": "a reason of some length",
        })),
        ("POST", "/api/v1/emergency-access/{id}/review") => {
            Some(json!({"justified": true, "note": "a reason of some length"}))
        }
        ("POST", "/api/v1/incidents/{id}/confirm") => None,
        ("POST", path) if path.starts_with("/api/v1/emergency-access/") => None,
        ("POST", "/api/v1/users/{id}/factor-reset") => {
            Some(json!({"reason": "a reason of some length", "identity": "known to me for years"}))
        }
        ("POST", "/api/v1/users/{id}/factor-reset/approve" | "/api/v1/users/{id}/factor-reset/cancel") => {
            Some(json!({"reset": format!("frs_{}", absent_id().split_once('_').unwrap().1)}))
        }
        ("POST", "/api/v1/me/factor-reset/object") => None,
        ("POST", "/api/v1/sessions/second-factor") => Some(json!({"ticket": "none", "code": "000000"})),
        ("POST", "/api/v1/me/step-up") => Some(json!({"password": PASSWORD})),
        ("POST", "/api/v1/me/factors/totp/confirm") => Some(json!({"code": "000000"})),
        ("PUT", "/api/v1/company/second-factor-policy") => Some(json!({"policy": "optional"})),
        ("POST", "/api/v1/sessions") => {
            Some(json!({"email": Company::A.email(Role::Viewer), "password": PASSWORD}))
        }
        ("POST", "/api/v1/me/password") => {
            // Wrong, so that everybody keeps the one that tests sign in with.
            Some(json!({"current_password": "not it", "password": NEW_PASSWORD}))
        }
        ("POST", "/api/v1/password-resets") => Some(json!({"email": "nobody@nowhere.example"})),
        ("POST", "/api/v1/password-resets/confirm") => {
            Some(json!({"token": "none", "password": NEW_PASSWORD}))
        }
        ("POST", "/api/v1/sessions/refresh") => Some(json!({"refresh_token": "none"})),
        (
            "POST",
            "/api/v1/dangerous-goods/compatibility-checks"
            | "/api/v1/dangerous-goods/load-splits"
            | "/api/v1/dangerous-goods/emergency-panels",
        ) => Some(json!({"lines": [gasoline()]})),
        ("POST", "/api/v1/shipments") => Some(draft(json!([gasoline()]))),
        ("POST", "/api/v1/documents") => Some(upload("PROOF_OF_DELIVERY", Some(&absent_id()))),
        ("POST", "/api/v1/data-set-keys") => Some(json!({"key": public_key()})),
        ("PUT", "/api/v1/company/refused-passwords") => Some(json!({"list": refused_list(&["123456"])})),
        ("POST", "/api/v1/data-keys/rotations") => Some(json!({"purpose": "contact"})),
        ("PUT", "/api/v1/data-sets/{regime}") => Some(json!({"bundle": bundle(&data_set(Company::A))})),
        ("POST", "/api/v1/shipments/{id}/check") => Some(json!({})),
        ("PUT", "/api/v1/shipments/{id}") => {
            let mut change = draft(json!([gasoline(), ammonium_nitrate()]));
            change["version"] = json!(version);
            Some(change)
        }
        _ => panic!("{at:?} takes something that `samples::body` does not know"),
    }
}

/// The address of a route, about this shipment.
pub(crate) fn address(route: &RouteInfo, id: &str) -> String {
    let file = if route.path.contains("/labels/") {
        "3.svg"
    } else {
        "app.css"
    };
    let path = route
        .path
        .replace("{id}", id)
        .replace(
            "{grant}",
            &format!("pgr_{}", absent_id().split_once('_').unwrap().1),
        )
        .replace("{number}", "UN1203")
        .replace("{regime}", "imdg")
        .replace("{name}", "publisher")
        .replace("{file}", file);
    assert!(!path.contains('{'), "what stands for the parameter of `{path}`?");
    // The one search that must say what for.
    if path == "/api/v1/dangerous-goods" {
        path + "?q=gasoline"
    } else {
        path
    }
}

/// Calls a route with everything it takes, about this version of this shipment.
pub(crate) async fn call(caller: &Caller, route: &RouteInfo, id: &str, version: i64) -> Answer {
    let path = address(route, id);
    match route.audience {
        Audience::Api => {
            let mut request = caller.request(route.method.clone(), &path);
            if let Some(body) = body(route, version) {
                request = request.json(&body);
            }
            let answer = caller.send(request).await;
            crate::contract::hold(route, &answer);
            answer
        }
        Audience::Console if route.method == "GET" => caller.get(&path).await,
        Audience::Console if path == "/data-sets" => {
            let bundle = bundle(&data_set(Company::A));
            caller.post_file(&path, "bundle", bundle.as_bytes()).await
        }
        Audience::Console if path == "/refused-passwords" => {
            let list = refused_list(&["123456"]);
            caller.post_file(&path, "list", list.as_bytes()).await
        }
        Audience::Console => caller.post_form(&path, &form(version)).await,
    }
}

/// A person with the proof that a route's audience accepts; whoever signs out gets a session of their own.
pub(crate) async fn person(app: &RunningApp, route: &RouteInfo, company: Company, role: Role) -> Caller {
    if let Access::Permission(
        "system.security"
        | "users.factors.reset"
        | "dangerous_goods.compatibility.override"
        | "emergency.incidents.resolve"
        | "emergency.access.approve",
    ) = route.access
    {
        // What showing a second factor does; those who really do have a test of their own.
        let caller = proved(app, route, company, role).await;
        app.behind_the_back("update sessions set second_factor_at = now()")
            .await;
        return caller;
    }
    proved(app, route, company, role).await
}

async fn proved(app: &RunningApp, route: &RouteInfo, company: Company, role: Role) -> Caller {
    let signs_out = matches!(route.path, "/api/v1/sessions/current" | "/sign-out");
    match route.audience {
        Audience::Api if signs_out => app.bearer(&app.tokens(company, role).await.access),
        Audience::Api => app.caller(company, role).await,
        Audience::Console if signs_out => app.new_browser(company, role).await,
        Audience::Console => app.browser(company, role).await,
    }
}
