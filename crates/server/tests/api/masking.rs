//! Personal data is shown in part, and the whole for a reason that is in the trail first (DATA-8, E16). What each role
//! is shown by which address stands in `docs/personal-data.txt`.

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Company, RunningApp};
use time::Duration;
use time::format_description::well_known::Rfc3339;
use web::{RouteInfo, route_table};

use crate::contract::hold_at;
use crate::documents::{aligned, current};
use crate::samples::{
    EMAIL, PHONE, call, checked, draft, gasoline, is_about_a_shipment, person, place, shipment,
};
use crate::shipments::{change, text_of};

const REVEAL: &str = "/api/v1/shipments/{id}/reveal";
const REASON: &str = "the consignee asks who sent it";

/// Gives a person of company A a permission for a day, or withholds it.
async fn decide(app: &RunningApp, over: Role, permission: &str, effect: &str) {
    let by = app.caller(Company::A, Role::Admin).await;
    let tomorrow = (app.now() + Duration::days(1)).format(&Rfc3339).unwrap();
    let body = json!({
        "permission": permission, "effect": effect, "reason": "audits us this week", "expires_at": tomorrow,
    });
    let path = format!("/api/v1/users/{}/permissions", app.world.user(Company::A, over));
    let _ = by.post_json(&path, &body).await.expect(201);
}

async fn reveal(caller: &Caller, made: &Value, reason: &str) -> Answer {
    let path = format!("{}/reveal", place(made));
    let answer = caller.post_json(&path, &json!({"reason": reason})).await;
    hold_at("POST", REVEAL, &answer);
    answer
}

/// A shipment of company A's operator, and a viewer who was given to see all shipments.
async fn seen_by_an_auditor(app: &RunningApp) -> (Caller, Value) {
    let made = checked(&app.caller(Company::A, Role::Operator).await).await;
    decide(app, Role::Viewer, "shipments.view", "granted").await;
    (app.caller(Company::A, Role::Viewer).await, made)
}

#[tokio::test]
async fn who_sees_a_shipment_and_no_personal_data_sees_partial_forms_everywhere_e16() {
    let app = RunningApp::start().await;
    let (auditor, made) = seen_by_an_auditor(&app).await;
    let read = auditor.get(&place(&made)).await;
    hold_at("GET", "/api/v1/shipments/{id}", &read);
    let read = read.expect(200).json();
    assert_eq!(
        (&read["consignee"], &read["contact"], &read["masked"]),
        (
            &json!({
                "name": "Receiving Works", "street": "***", "postcode": "***", "city": "Rotterdam",
                "country": "Netherlands",
            }),
            &json!({"name": "Night desk", "phone": "+31 *** *** 187", "email": "n***@alpha.example"}),
            &json!([
                "/consignor/street",
                "/consignor/postcode",
                "/consignee/street",
                "/consignee/postcode",
                "/contact/phone",
                "/contact/email"
            ])
        )
    );
    let page = app.browser(Company::A, Role::Viewer).await;
    let page = page
        .get(&format!("/shipments/{}", made["id"].as_str().unwrap()))
        .await
        .expect(200)
        .text();
    assert!(page.contains("+31 *** *** 187") && page.contains("n***@alpha.example"));
    assert!(!page.contains("href=\"tel:"), "half a number is nothing to call");
    assert!(!page.contains("/reveal"), "who may not is not offered it");
}

#[tokio::test]
async fn the_whole_is_shown_once_its_reason_is_in_the_trail_e16() {
    let app = RunningApp::start().await;
    let (auditor, made) = seen_by_an_auditor(&app).await;
    let refused = reveal(&auditor, &made, REASON).await.expect(403).json();
    assert_eq!(refused["type"], "urn:safeshipper:problem:forbidden");
    decide(&app, Role::Viewer, "personal_data.reveal", "granted").await;
    let mark = app.mark().await;
    let _ = reveal(&auditor, &made, "too short").await.expect(422);
    assert!(app.since(&mark).await.is_empty(), "nothing was shown");
    let whole = reveal(&auditor, &made, REASON).await.expect(200).json();
    assert_eq!(
        (&whole["consignor"]["street"], &whole["contact"]),
        (
            &json!("Waalhaven 12"),
            &json!({"name": "Night desk", "phone": PHONE, "email": EMAIL})
        )
    );
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!((&*events[0].event_type, &*events[0].outcome), ("VIEW", "SUCCESS"));
    let admin = app.caller(Company::A, Role::Admin).await;
    let trail = admin.get("/api/v1/audit-events").await.expect(200);
    let (told, first) = (trail.text(), &trail.json()["events"][0]);
    assert_eq!(first["severity"], "HIGH");
    assert_eq!(first["additional_data"]["reason"], REASON);
    assert!(!told.contains(PHONE) && !told.contains(EMAIL) && !told.contains("Waalhaven"));
    // It was shown, not given: the next look is masked again.
    let read = auditor.get(&place(&made)).await.expect(200).json();
    assert_eq!(read["contact"]["phone"], "+31 *** *** 187");
}

#[tokio::test]
async fn nobody_reveals_what_they_do_not_see_at_all_data_8() {
    let app = RunningApp::start().await;
    let made = checked(&app.caller(Company::A, Role::Operator).await).await;
    decide(&app, Role::Driver, "personal_data.reveal", "granted").await;
    let driver = app.caller(Company::A, Role::Driver).await;
    let mark = app.mark().await;
    let outside = driver.get(&place(&made)).await;
    let refused = reveal(&driver, &made, REASON).await;
    assert_eq!(
        (outside.status, refused.status),
        (403, 403),
        "it is not the driver's"
    );
    let events = app.since(&mark).await;
    assert!(
        events.iter().all(|event| event.outcome != "SUCCESS"),
        "{events:?}"
    );
    let stranger = app.caller(Company::B, Role::Admin).await;
    let _ = reveal(&stranger, &made, REASON).await.expect(404);
}

#[tokio::test]
async fn a_driver_sees_where_to_bring_what_is_assigned_to_them_data_8() {
    let app = RunningApp::start().await;
    let made = checked(&app.caller(Company::A, Role::Operator).await).await;
    app.assign_to_driver(made["tracking_number"].as_str().unwrap())
        .await;
    let driver = app.caller(Company::A, Role::Driver).await;
    let read = driver.get(&place(&made)).await.expect(200).json();
    assert_eq!(
        (
            &read["consignee"]["street"],
            &read["contact"]["phone"],
            &read["masked"]
        ),
        (&json!("Waalhaven 12"), &json!(PHONE), &json!([]))
    );
}

/// What comes back as it was shown leaves what is stored alone, and half a value is never stored for one.
#[tokio::test]
async fn what_is_masked_can_be_sent_back_and_is_not_stored_for_the_value_data_8() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let made = shipment(&operator, json!([gasoline()])).await;
    decide(&app, Role::Operator, "personal_data.view", "withheld").await;
    let read = operator.get(&place(&made)).await.expect(200).json();
    assert_eq!(read["consignee"]["street"], "***");
    let renamed = change(&read, |body| {
        body["consignee"]["name"] = json!("Receiving Works 2")
    });
    let _ = operator.put_json(&place(&made), &renamed).await.expect(204);
    let admin = app.caller(Company::A, Role::Admin).await;
    let stored = admin.get(&place(&made)).await.expect(200).json();
    assert_eq!(
        (
            &stored["consignee"]["name"],
            &stored["consignee"]["street"],
            &stored["consignor"]["postcode"]
        ),
        (
            &json!("Receiving Works 2"),
            &json!("Waalhaven 12"),
            &json!("3089 JH")
        )
    );
    // A page sends the form back as the page showed it.
    let browser = app.browser(Company::A, Role::Operator).await;
    let form = browser
        .get(&format!("/shipments/{}/edit", made["id"].as_str().unwrap()))
        .await
        .expect(200)
        .text();
    assert!(
        form.contains("value=\"***\""),
        "the form shows no more than the page"
    );
    for (place_of, half) in [
        ("/consignee/street", "*** 12"),
        ("/contact/email", "x***@alpha.example"),
        ("/contact/phone", "+31 *** *** 188"),
    ] {
        let now = operator.get(&place(&made)).await.expect(200).json();
        let altered = change(&now, |body| *body.pointer_mut(place_of).unwrap() = json!(half));
        let problem = operator
            .put_json(&place(&made), &altered)
            .await
            .expect(422)
            .json();
        assert!(problem["errors"].to_string().contains(place_of), "{problem}");
        let mut new = draft(json!([gasoline()]));
        *new.pointer_mut(place_of).unwrap() = json!(half);
        let _ = operator.post_json("/api/v1/shipments", &new).await.expect(422);
    }
}

#[tokio::test]
async fn a_paper_is_no_way_around_the_mask_data_8() {
    let app = RunningApp::start().await;
    let operator = app.caller(Company::A, Role::Operator).await;
    let made = checked(&operator).await;
    let paper = format!("{}/us-shipping-paper.json", place(&made));
    let whole = operator.get(&paper).await.expect(200).text();
    assert!(whole.contains("Waalhaven 12") && whole.contains(PHONE));
    decide(&app, Role::Operator, "personal_data.view", "withheld").await;
    let mark = app.mark().await;
    let refused = operator.get(&paper).await.expect(403).text();
    assert!(!refused.contains("Waalhaven"));
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].outcome, "DENIED");
}

#[tokio::test]
async fn what_people_sign_in_with_is_masked_but_for_who_administers_them_data_8() {
    let app = RunningApp::start().await;
    let (user, whole) = (
        app.world.user(Company::A, Role::Driver),
        Company::A.email(Role::Driver),
    );
    let listed = |people: &Value| {
        let people = people["users"].as_array().unwrap();
        let found = people.iter().find(|person| person["id"] == user.to_string());
        let found = found.unwrap();
        (found["email"].clone(), found["email_masked"].clone())
    };
    let admin = app.caller(Company::A, Role::Admin).await;
    let people = admin.get("/api/v1/users").await.expect(200).json();
    assert_eq!(listed(&people), (json!(whole), json!(false)));
    let manager = app.caller(Company::A, Role::Manager).await;
    let people = manager.get("/api/v1/users").await.expect(200).json();
    assert_eq!(listed(&people), (json!("d***@alpha.example"), json!(true)));
    let own = Company::A.email(Role::Manager);
    assert!(
        people.to_string().contains(&own),
        "one's own is not hidden from oneself"
    );

    let path = format!("/api/v1/users/{user}/reveal");
    let body = json!({"reason": "a letter came back"});
    // Who may reveal and may not see people reveals nobody.
    let supervisor = app.caller(Company::A, Role::Supervisor).await;
    let _ = supervisor.post_json(&path, &body).await.expect(403);
    let mark = app.mark().await;
    let shown = manager.post_json(&path, &body).await;
    hold_at("POST", "/api/v1/users/{id}/reveal", &shown);
    assert_eq!(shown.expect(200).json(), json!({"email": whole}));
    assert_eq!(app.since(&mark).await.len(), 1);

    let browser = app.browser(Company::A, Role::Manager).await;
    let page = browser.get("/people").await.expect(200).text();
    assert!(page.contains("d***@alpha.example") && !page.contains(&whole));
    let form = [("reason", "short".to_owned())];
    let path = format!("/people/{user}/reveal");
    let again = browser.post_form(&path, &form).await.expect(422).text();
    assert!(again.contains("A reason has 10 to 500 characters") && !again.contains(&whole));
    let form = [("reason", "a letter came back".to_owned())];
    let shown = browser.post_form(&path, &form).await.expect(200).text();
    assert!(shown.contains(&whole) && !shown.contains("d***@alpha.example"));
}

/// What an answer shows of a value: the whole, a part in one of its forms, or nothing of it.
fn shown(text: &str, whole: &str, parts: &[&str]) -> &'static str {
    match (text.contains(whole), parts.iter().any(|part| text.contains(part))) {
        (true, _) => "clear",
        (false, true) => "masked",
        (false, false) => "-",
    }
}

/// Everybody whose eyes are tried, in the order of the table.
const READERS: [(&str, Company, Role); 7] = [
    ("VIEWER", Company::A, Role::Viewer),
    ("DRIVER", Company::A, Role::Driver),
    ("OPERATOR", Company::A, Role::Operator),
    ("SUPERVISOR", Company::A, Role::Supervisor),
    ("MANAGER", Company::A, Role::Manager),
    ("ADMIN", Company::A, Role::Admin),
    ("OTHER COMPANY", Company::B, Role::Admin),
];

/// Canaries of each class, and every address that reads, asked by each role: the table is reviewed like the matrix of
/// permissions. The viewer was given to see shipments; the driver has this one assigned.
#[tokio::test]
async fn docs_personal_data_lists_what_each_role_is_shown_by_each_address() {
    let app = RunningApp::start().await;
    let (phone, mail, street) = (
        "+61 491 570 156",
        "canary-desk@carrier.example",
        "99 Nightingale Lane",
    );
    let mut new = draft(json!([gasoline()]));
    new["contact"]["phone"] = json!(phone);
    new["contact"]["email"] = json!(mail);
    new["consignee"]["street"] = json!(street);
    let operator = app.caller(Company::A, Role::Operator).await;
    let made = operator
        .post_json("/api/v1/shipments", &new)
        .await
        .expect(201)
        .json();
    let check = format!("{}/check", place(&made));
    let _ = operator.post_json(&check, &json!({})).await.expect(200);
    decide(&app, Role::Viewer, "shipments.view", "granted").await;
    app.assign_to_driver(made["tracking_number"].as_str().unwrap())
        .await;
    let email = "canary.person@alpha.example";
    let mut owner = app.world.database.owner().await;
    let canary = app
        .world
        .hire(&mut owner, Company::A, Role::Operator, email)
        .await;
    let classes = [
        ("telephone", phone, &["+61 *** *** 156"] as &[&str]),
        ("e-mail", mail, &["c***@carrier.example"]),
        ("postal address", street, &["*** Rotterdam", "\"street\":\"***\""]),
        ("sign-in e-mail", email, &["c***@alpha.example"]),
    ];
    let mut rows = vec![["METHOD", "PATH", "CLASS"].map(str::to_owned).to_vec()];
    rows[0].extend(READERS.map(|(name, ..)| name.to_owned()));
    for route in route_table().into_iter().filter(|route| route.method == "GET") {
        let seen = answers(&app, &route, made["id"].as_str().unwrap(), &canary.to_string()).await;
        for (class, whole, parts) in classes {
            let cells = seen.iter().map(|text| shown(text, whole, parts).to_owned());
            let cells: Vec<String> = cells.collect();
            if cells.iter().any(|cell| cell != "-") {
                let mut row = vec!["GET".to_owned(), route.path.to_owned(), class.to_owned()];
                row.extend(cells);
                rows.push(row);
            }
        }
    }
    assert!(rows.len() > 10, "the search finds what is there");
    let strangers = READERS.len() + 2;
    assert!(
        rows[1..].iter().all(|row| row[strangers] == "-"),
        "another company is shown nothing"
    );
    current("personal-data.txt", &aligned(&rows));
}

/// What each reader is answered, typeset pages as text.
async fn answers(app: &RunningApp, route: &RouteInfo, shipment: &str, user: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for (_, company, role) in READERS {
        let caller = person(app, route, company, role).await;
        let id = if is_about_a_shipment(route) {
            shipment
        } else {
            user
        };
        let answer = call(&caller, route, id, 1).await;
        seen.push(if answer.header("content-type") == "application/pdf" {
            text_of(&answer.body)
        } else {
            answer.text()
        });
    }
    seen
}
