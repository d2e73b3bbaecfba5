//! Another company's id in any parameter of any route answers exactly as one that names nothing, and touches nothing
//! (P19, DATA-5).
//!
//! The walk reads the route table, so a new route with an id is attacked on the day it comes; a new kind of id needs a
//! line in [`KINDS`] that says where one of company B is found.

use access::role::Role;
use testkit::{Caller, Company, RunningApp};
use web::{Access, Audience, RouteInfo};

use crate::routes::said;
use crate::samples::{absent_id, body, checked, form};

/// What stands before `{id}` or another parameter, the prefix of such an id, and where B has one.
const KINDS: &[(&str, &str, &str)] = &[
    (
        "/shipments/{id}",
        "shp",
        "select id from shipments where company_id = $1 limit 1",
    ),
    (
        "/users/{id}",
        "usr",
        "select id from users where company_id = $1 and role = 'DRIVER'",
    ),
    (
        "/people/{id}",
        "usr",
        "select id from users where company_id = $1 and role = 'DRIVER'",
    ),
    (
        "/permissions/{grant}",
        "pgr",
        "select id from permission_grants where company_id = $1 limit 1",
    ),
    (
        "/sessions/{id}",
        "ses",
        "select id from sessions where company_id = $1 limit 1",
    ),
    (
        "/passkeys/{id}",
        "fct",
        "select id from passkeys where company_id = $1 limit 1",
    ),
    (
        "/identities/{id}",
        "idn",
        "select id from external_identities where company_id = $1 limit 1",
    ),
    (
        "/identity-providers/{id}",
        "idp",
        "select id from identity_providers",
    ),
    (
        "/incidents/{id}",
        "inc",
        "select id from incidents where company_id = $1 limit 1",
    ),
    (
        "/overrides/{id}",
        "ovr",
        "select id from load_overrides where company_id = $1 limit 1",
    ),
    (
        "/documents/{id}",
        "doc",
        "select id from documents where company_id = $1 limit 1",
    ),
    (
        "/emergency-access/{id}",
        "ema",
        "select id from emergency_access where company_id = $1 limit 1",
    ),
];

/// Rows of company B for every kind, as A's callers will never see them.
const ROWS: &[&str] = &[
    "insert into passkeys (company_id, id, user_id, credential_id, credential_sealed, label, transports, sign_count,
         backup_eligible, backed_up)
     select company_id, gen_random_uuid(), id, uuid_send(id), 'x', 'x', '{}', 0, false, false from users",
    "insert into identity_providers (company_id, id, issuer, client_id, client_secret_sealed, name)
     select id, gen_random_uuid(), 'https://x.example', 'x', 'x', 'x' from companies",
    "insert into external_identities (company_id, id, provider_id, user_id, issuer, subject)
     select u.company_id, gen_random_uuid(), p.id, u.id, p.issuer, u.id::text
     from users u join identity_providers p using (company_id)",
    "insert into incidents (company_id, id, kind, severity, description_sealed, drill, reported_by)
     select company_id, gen_random_uuid(), 'leak', 'HIGH', 'x', false, id from users where role = 'DRIVER'",
    "insert into emergency_access (company_id, id, incident_id, user_id, permissions, justification, drill, incident_only)
     select company_id, gen_random_uuid(), id, reported_by, array['safety.equipment.disable'], 'xxxxxxxxxx', false, true
     from incidents",
    "insert into permission_grants (company_id, id, user_id, permission, effect, reason, given_by)
     select u.company_id, gen_random_uuid(), u.id, 'shipments.edit', 'withheld', 'xxxxxxxxxx', a.id
     from users u join users a on a.company_id = u.company_id and a.role = 'ADMIN' and a.id <> u.id",
    "insert into load_overrides (company_id, id, shipment_id, check_id, load_hash, findings_hash, regimes, data_sets,
         covers, reason, authority, authority_valid_until, asked_by, created_by, load_authors)
     select company_id, gen_random_uuid(), shipment_id, id, load_hash, load_hash, '{us}', '{}', '[1]', 'xxxxxxxxxx',
         'xxxxx', (now() at time zone 'UTC')::date, checked_by, checked_by, array[checked_by] from shipment_checks",
    "insert into documents (company_id, id, document_type, uploaded_by, file_name_sealed, media_type, size, sha256,
         content_sealed)
     select company_id, gen_random_uuid(), 'SAFETY_DATA_SHEET', id, 'x', 'application/pdf', 1, sha256('x'), 'x'
     from users where role = 'DRIVER'",
    "update sessions set second_factor_at = now()",
];

async fn call(
    app: &RunningApp,
    route: &RouteInfo,
    path: &str,
    caller: &Caller,
) -> (u16, Vec<(String, String)>, String) {
    let answer = match route.audience {
        Audience::Api => {
            let mut request = caller.request(route.method.clone(), path);
            if let Some(body) = body(route, 1) {
                request = request.json(&body);
            }
            caller.send(request).await
        }
        Audience::Console if route.method == "GET" => caller.get(path).await,
        Audience::Console => caller.post_form(path, &form(1)).await,
    };
    assert!(answer.status != 401, "{path}: {}", answer.text());
    // The trail of refusals has a limit a minute that no id may come near.
    app.turn_clock(time::Duration::seconds(3));
    said(&answer)
}

/// The route's path with an id of each of its kinds in its place.
fn filled(route: &RouteInfo, id: impl Fn(&str) -> String) -> Option<String> {
    let mut path = route.path.to_owned();
    for (place, prefix, _) in KINDS {
        let (before, parameter) = place.rsplit_once('/').unwrap();
        let text = format!("{before}/{prefix}_{}", id(prefix));
        path = path.replace(&format!("{before}/{parameter}"), &text);
    }
    (path != route.path).then_some(path)
}

#[tokio::test]
async fn another_companys_id_answers_on_every_route_exactly_as_one_that_names_nothing_p19() {
    let app = RunningApp::start().await;
    checked(&app.caller(Company::B, Role::Operator).await).await;
    let (caller, browser) = (
        app.caller(Company::A, Role::Admin).await,
        app.browser(Company::A, Role::Admin).await,
    );
    for sql in ROWS {
        app.behind_the_back(sql).await;
    }
    let mut theirs = std::collections::HashMap::new();
    for (_, prefix, sql) in KINDS {
        theirs.insert(*prefix, app.id_of(Company::B, sql).await);
    }
    let rows = async || {
        let mut rows = app.rows().await;
        // A refusal is in the trail of who was refused.
        rows.remove("audit_events");
        rows
    };
    let before = rows().await;
    let (mut tried, mut others) = (0, Vec::new());
    for route in web::route_table() {
        let Access::Permission(_) = route.access else {
            continue;
        };
        let absent = absent_id();
        let absent = absent.split_once('_').unwrap().1;
        let (Some(foreign), Some(none)) = (
            filled(&route, |prefix| theirs[prefix].clone()),
            filled(&route, |_| absent.to_owned()),
        ) else {
            continue;
        };
        if foreign.contains('{') {
            others.push(foreign);
            continue;
        }
        let caller = match route.audience {
            Audience::Api => &caller,
            Audience::Console => &browser,
        };
        let (seen, expected) = (
            call(&app, &route, &foreign, caller).await,
            call(&app, &route, &none, caller).await,
        );
        assert_eq!(seen, expected, "{} {}", route.method, route.path);
        assert!(
            [404, 403, 409, 422].contains(&seen.0),
            "{} {}: {}",
            route.method,
            route.path,
            seen.0
        );
        tried += 1;
    }
    assert_eq!(
        others,
        Vec::<String>::new(),
        "routes whose other parameters no line of the table fills"
    );
    assert!(tried > 45, "{tried} routes tried");
    assert_eq!(rows().await, before, "nothing was written");
}
