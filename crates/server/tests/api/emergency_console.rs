//! Incidents and emergency access in the console: reported and taken with a few taps, approved, given back and judged on
//! pages that show each what they may do (AUTHZ-6, AUTHZ-7, P10 to P14, P19).

use access::role::Role;
use serde_json::Value;
use testkit::{Answer, Caller, Company, RunningApp};

use crate::emergency_scene::{OVERRIDE, READ, Scene};
use crate::samples::absent_id;

const WORDS: &str = "drum leaking beside dock 3";

fn fields<const N: usize>(pairs: [(&'static str, &str); N]) -> Vec<(&'static str, String)> {
    pairs.map(|(name, value)| (name, value.to_owned())).into()
}

/// Posts a form and counts one event for a success.
async fn post(app: &RunningApp, by: &Caller, path: &str, form: &[(&str, String)]) -> Answer {
    let mark = app.mark().await;
    let answer = by.post_form(path, form).await;
    let events = app.since(&mark).await;
    let done = events.iter().filter(|event| event.outcome == "SUCCESS").count();
    let led_to_prove = ["/security", "/step-up"]
        .iter()
        .any(|place| answer.header("location").starts_with(place));
    let succeeded = answer.status == 303 && !led_to_prove;
    assert_eq!(
        done,
        usize::from(succeeded),
        "{path} {}: {events:?}",
        answer.status
    );
    answer
}

async fn page(by: &Caller, path: &str) -> String {
    by.get(path).await.expect(200).text()
}

impl Scene {
    /// Reports by the form; the address of the incident.
    async fn report_by_form(&self, by: &Caller, drill: bool) -> String {
        let number = self.named["tracking_number"].as_str().unwrap().to_lowercase();
        let mut form = fields([
            ("kind", "leak"),
            ("severity", "HIGH"),
            ("description", WORDS),
            ("shipments", &number),
        ]);
        if drill {
            form.push(("drill", "yes".to_owned()));
        }
        let answer = post(&self.app, by, "/incidents", &form).await.expect(303);
        let location = answer.header("location");
        location.strip_suffix("?done=reported").unwrap().to_owned()
    }

    async fn take(&self, by: &Caller, incident: &str) -> String {
        let form = fields([("permission", READ), ("reason", "beside"), ("words", "")]);
        let answer = post(&self.app, by, &format!("{incident}/emergency-access"), &form)
            .await
            .expect(303);
        answer.header("location").to_owned()
    }

    fn place(shipment: &Value) -> String {
        format!("/shipments/{}", shipment["id"].as_str().unwrap())
    }
}

/// The address of the first form on a page that does this to emergency access.
fn act(page: &str, what: &str) -> String {
    let form = page.split("action=\"").find(|piece| {
        piece.starts_with("/emergency-access/") && piece.split('"').next().unwrap().ends_with(what)
    });
    form.unwrap_or_else(|| panic!("no form for `{what}`"))
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_driver_beside_a_leak_reports_it_and_one_button_leads_to_the_papers_p11() {
    let scene = Scene::in_the_console().await;
    let (named, other) = (Scene::place(&scene.named), Scene::place(&scene.other));
    let refused = scene.driver.get(&named).await.expect(403).text();
    assert!(
        refused.contains("href=\"/incidents/new\""),
        "a refusal says how to get on"
    );
    assert!(
        page(&scene.driver, "/checker")
            .await
            .contains("href=\"/incidents/new\"")
    );
    let form = page(&scene.driver, "/incidents/new?shipment=SS-1111-2222-3333").await;
    assert!(form.contains(">SS-1111-2222-3333</textarea>"));
    let incident = scene.report_by_form(&scene.driver, false).await;
    let shown = page(&scene.driver, &incident).await;
    assert!(shown.contains("I need to read these papers now") && shown.contains(WORDS));
    assert!(!shown.contains(&format!("href=\"{named}\"")) && !shown.contains("/confirm"));
    assert_eq!(scene.take(&scene.driver, &incident).await, named);
    let paper = page(&scene.driver, &named).await;
    assert!(paper.contains("<strong>Emergency access</strong> until") && paper.contains("59 min left"));
    let _ = scene.driver.get(&other).await.expect(403);
    let shown = page(&scene.driver, &incident).await;
    assert!(shown.contains(&format!("href=\"{named}\"")) && !shown.contains("papers now"));
    // Given back, it is over everywhere at once.
    let own = page(&scene.driver, "/emergency-access").await;
    assert!(!own.contains("/approve") && !own.contains("/review"));
    let _ = post(&scene.app, &scene.driver, &act(&own, "/end"), &[])
        .await
        .expect(303);
    let _ = scene.driver.get(&named).await.expect(403);
    assert!(
        !page(&scene.driver, &incident)
            .await
            .contains("<strong>Emergency access</strong>")
    );
}

#[tokio::test]
async fn a_second_taking_waits_until_somebody_else_has_judged_the_first_p14() {
    let scene = Scene::in_the_console().await;
    let incident = scene.report_by_form(&scene.driver, false).await;
    let _ = scene.take(&scene.driver, &incident).await;
    let own = page(&scene.driver, "/emergency-access").await;
    let _ = post(&scene.app, &scene.driver, &act(&own, "/end"), &[])
        .await
        .expect(303);
    let shown = page(&scene.driver, &incident).await;
    assert!(shown.contains("nobody has judged yet") && shown.contains("Ask to read these papers"));
    assert_eq!(
        scene.take(&scene.driver, &incident).await,
        format!("{incident}?done=waiting")
    );
    let queue = page(&scene.manager, "/emergency-access").await;
    let (refuse, review) = (act(&queue, "/refuse"), act(&queue, "/review"));
    assert!(
        act(&queue, "/approve").starts_with("/emergency-access/ema_") && queue.contains("I am beside it")
    );
    // Approving and refusing take a second factor, judging does not.
    let led = post(&scene.app, &scene.manager, &refuse, &[]).await.expect(303);
    assert_eq!(led.header("location"), "/security");
    scene.prove().await;
    let short = fields([("verdict", "not_justified"), ("note", "hm")]);
    let again = post(&scene.app, &scene.manager, &review, &short)
        .await
        .expect(422)
        .text();
    assert!(again.contains("value=\"hm\"") && again.contains("value=\"not_justified\" required checked"));
    let none = fields([("verdict", "perhaps"), ("note", "read what was beside the leak")]);
    let _ = post(&scene.app, &scene.manager, &review, &none).await.expect(422);
    let _ = post(&scene.app, &scene.manager, &refuse, &[]).await.expect(303);
    let good = fields([
        ("verdict", "justified"),
        ("note", "read what was beside the leak"),
    ]);
    let _ = post(&scene.app, &scene.driver, &review, &good).await.expect(403);
    let _ = post(&scene.app, &scene.manager, &review, &good).await.expect(303);
    let own = page(&scene.driver, "/emergency-access").await;
    assert!(own.contains("Justified, by manager of alpha: read what was beside the leak"));
    assert!(own.contains("Refused"));
    assert_eq!(
        scene.take(&scene.driver, &incident).await,
        Scene::place(&scene.named)
    );
}

#[tokio::test]
async fn more_than_reading_is_approved_by_a_second_person_once_the_incident_is_confirmed_p10_p15() {
    let scene = Scene::in_the_console().await;
    let incident = scene.report_by_form(&scene.driver, false).await;
    let ask = format!("{incident}/emergency-access");
    let short = fields([("permission", OVERRIDE), ("words", "no")]);
    let again = post(&scene.app, &scene.driver, &ask, &short)
        .await
        .expect(422)
        .text();
    assert!(again.contains("10 to 500 characters"));
    let form = fields([
        ("permission", OVERRIDE),
        ("words", "the load has to leave the dock"),
    ]);
    let asked = post(&scene.app, &scene.driver, &ask, &form).await.expect(303);
    assert_eq!(asked.header("location"), format!("{incident}?done=waiting"));
    scene.prove().await;
    let shown = page(&scene.manager, &incident).await;
    assert!(shown.contains("Nobody has confirmed the incident yet"));
    let approve = act(&shown, "/approve");
    let _ = post(&scene.app, &scene.manager, &approve, &[]).await.expect(409);
    let operator = page(&scene.operator, &incident).await;
    assert!(
        operator.contains(&format!("{incident}/confirm")),
        "who responds confirms"
    );
    for beyond in ["/approve", "/review", "/close", "papers now"] {
        assert!(!operator.contains(beyond), "{beyond}");
    }
    let _ = post(&scene.app, &scene.operator, &approve, &[]).await.expect(403);
    let _ = post(&scene.app, &scene.operator, &format!("{incident}/confirm"), &[])
        .await
        .expect(303);
    let _ = post(&scene.app, &scene.manager, &approve, &[]).await.expect(303);
    let in_use = page(&scene.manager, "/emergency-access").await;
    assert!(in_use.contains("In use by others") && in_use.contains("Take it back"));
    let close = fields([("outcome", "resolved")]);
    let _ = post(&scene.app, &scene.manager, &format!("{incident}/close"), &close)
        .await
        .expect(303);
    let shown = page(&scene.manager, &incident).await;
    assert!(shown.contains("Resolved") && shown.contains("Over, not judged yet"));
    let _ = post(&scene.app, &scene.manager, &format!("{incident}/close"), &close)
        .await
        .expect(409);
}

#[tokio::test]
async fn an_exercise_is_marked_on_every_page_and_leads_to_no_papers() {
    let scene = Scene::in_the_console().await;
    let incident = scene.report_by_form(&scene.driver, true).await;
    assert_eq!(
        scene.take(&scene.driver, &incident).await,
        format!("{incident}?done=drilled")
    );
    let _ = scene.driver.get(&Scene::place(&scene.named)).await.expect(403);
    for (by, path) in [
        (&scene.driver, incident.as_str()),
        (&scene.driver, "/emergency-access"),
        (&scene.driver, "/incidents"),
        (&scene.manager, "/emergency-access"),
        (&scene.manager, incident.as_str()),
        (&scene.manager, "/incidents"),
    ] {
        let shown = page(by, path).await;
        assert!(shown.contains("class=\"drill-tag\">Exercise"), "{path}");
    }
    let link = format!("href=\"{}\"", Scene::place(&scene.named));
    assert!(!page(&scene.driver, &incident).await.contains(&link));
    assert!(
        !page(&scene.driver, "/checker")
            .await
            .contains("<strong>Emergency access</strong>")
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_report_comes_back_at_its_field_as_typed() {
    let scene = Scene::in_the_console().await;
    let form = fields([
        ("kind", "party"),
        ("severity", "CRITICAL"),
        ("description", "short"),
        ("shipments", "SS-0000-0000-0000"),
        ("drill", "yes"),
    ]);
    let shown = post(&scene.app, &scene.driver, "/incidents", &form)
        .await
        .expect(422)
        .text();
    for part in [
        "href=\"#kind\"",
        "href=\"#description\"",
        ">short</textarea>",
        "value=\"CRITICAL\" selected",
        "name=\"drill\" value=\"yes\" checked",
    ] {
        assert!(shown.contains(part), "{part}");
    }
    let unknown = fields([
        ("kind", "leak"),
        ("severity", "HIGH"),
        ("description", WORDS),
        ("shipments", "SS-0000-0000-0000"),
    ]);
    let shown = post(&scene.app, &scene.driver, "/incidents", &unknown)
        .await
        .expect(422)
        .text();
    assert!(shown.contains("href=\"#shipments\"") && shown.contains("SS-0000-0000-0000: The company has no"));
    let no_severity = fields([("kind", "leak"), ("severity", "BAD"), ("description", WORDS)]);
    let _ = post(&scene.app, &scene.driver, "/incidents", &no_severity)
        .await
        .expect(422);
}

#[tokio::test]
async fn another_companys_incident_and_access_are_as_absent_in_the_console_p19() {
    let scene = Scene::in_the_console().await;
    let incident = scene.report_by_form(&scene.driver, false).await;
    let _ = scene.take(&scene.driver, &incident).await;
    let access = act(&page(&scene.driver, "/emergency-access").await, "/end");
    let access = access.strip_suffix("/end").unwrap();
    let theirs = scene.app.browser(Company::B, Role::Admin).await;
    scene.prove().await;
    assert!(!page(&theirs, "/incidents").await.contains("/incidents/inc_"));
    assert!(!page(&theirs, "/emergency-access").await.contains("ema_"));
    let uuid = absent_id().split_once('_').unwrap().1.to_owned();
    let said = |answer: Answer| {
        assert_eq!(answer.status, 404, "{}", answer.text());
        answer.text().replace(answer.header("x-request-id"), "")
    };
    let read = fields([("permission", READ), ("reason", "beside")]);
    let close = fields([("outcome", "resolved")]);
    let judge = fields([("verdict", "justified"), ("note", "a judgement of some length")]);
    let mut answers = Vec::new();
    for (incident, access) in [
        (incident.clone(), access.to_owned()),
        (
            format!("/incidents/inc_{uuid}"),
            format!("/emergency-access/ema_{uuid}"),
        ),
        (
            "/incidents/no-id".to_owned(),
            "/emergency-access/no-id".to_owned(),
        ),
    ] {
        let to = async |path: &str, form: &[(&'static str, String)]| {
            said(post(&scene.app, &theirs, path, form).await)
        };
        answers.push([
            said(theirs.get(&incident).await),
            to(&format!("{incident}/confirm"), &[]).await,
            to(&format!("{incident}/close"), &close).await,
            to(&format!("{incident}/emergency-access"), &read).await,
            to(&format!("{access}/approve"), &[]).await,
            to(&format!("{access}/refuse"), &[]).await,
            to(&format!("{access}/end"), &[]).await,
            to(&format!("{access}/review"), &judge).await,
        ]);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    // A colleague without a part in it: a driver sees neither, and who holds nothing of it is refused.
    let viewer = scene.app.browser(Company::A, Role::Viewer).await;
    for path in [
        "/incidents",
        "/incidents/new",
        "/emergency-access",
        incident.as_str(),
    ] {
        let _ = viewer.get(path).await.expect(403);
    }
    assert!(!page(&viewer, "/shipments").await.contains("/incidents"));
}
