//! What one person may do, in the console: shown with its reason, decided by who may, refused to everybody else
//! (AUTHZ-2, AUTHZ-7, P16, P19).

use access::role::Role;
use testkit::{Answer, Caller, Company, RunningApp};

const REASON: &str = "stands in for a colleague who is ill";

fn place(app: &RunningApp, role: Role) -> String {
    format!("/people/{}/permissions", app.world.user(Company::A, role))
}

fn form(permission: &str, effect: &str, until: &str, reason: &str) -> Vec<(&'static str, String)> {
    vec![
        ("permission", permission.to_owned()),
        ("effect", effect.to_owned()),
        ("until", until.to_owned()),
        ("date", String::new()),
        ("reason", reason.to_owned()),
    ]
}

/// Posts a form and counts one event for a success.
async fn post(app: &RunningApp, by: &Caller, path: &str, fields: &[(&str, String)]) -> Answer {
    let mark = app.mark().await;
    let answer = by.post_form(path, fields).await;
    let events = app.since(&mark).await;
    let done = events.iter().filter(|event| event.outcome == "SUCCESS").count();
    let succeeded = answer.status == 303 && answer.header("location").contains("done=");
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

/// The address at which the page ends the one decision it shows.
fn end_of(page: &str) -> String {
    let form = page
        .split("action=\"")
        .find(|piece| piece.contains("/end\"") && piece.contains("/permissions/"));
    form.unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_manager_gives_and_withholds_on_the_persons_page_and_it_counts_at_once_authz_2() {
    let app = RunningApp::start().await;
    let manager = app.browser(Company::A, Role::Manager).await;
    let viewer = app.browser(Company::A, Role::Viewer).await;
    let at = place(&app, Role::Viewer);
    assert!(page(&manager, "/people").await.contains(&at));
    assert!(!page(&viewer, "/shipments").await.contains("href=\"/checker\""));
    let check = form("dangerous_goods.compatibility.check", "granted", "7d", REASON);
    let given = post(&app, &manager, &at, &check).await.expect(303);
    assert!(
        given
            .header("location")
            .ends_with("done=given#dangerous_goods.compatibility.check")
    );
    let shown = page(&manager, &format!("{at}?show=different")).await;
    assert!(shown.contains("Given by manager of alpha") && shown.contains(REASON));
    assert!(!shown.contains("session.own"), "only what differs");
    assert!(page(&viewer, "/shipments").await.contains("href=\"/checker\""));
    let _ = viewer.get("/checker").await.expect(200);
    let _ = post(&app, &manager, &end_of(&shown), &[]).await.expect(303);
    assert!(!page(&viewer, "/shipments").await.contains("href=\"/checker\""));
    let _ = viewer.get("/checker").await.expect(403);

    let own = form("shipments.view.own", "withheld", "open", REASON);
    let _ = post(&app, &manager, &at, &own).await.expect(303);
    assert!(
        !page(&viewer, "/account/sessions")
            .await
            .contains("href=\"/shipments\"")
    );
    let refused = viewer.get("/shipments").await.expect(403).text();
    assert!(refused.contains("This permission is withheld from you."));
    let shown = page(&manager, &at).await;
    assert!(shown.contains("Withheld by manager of alpha, until somebody ends it"));
}

#[tokio::test]
async fn what_is_wrong_with_a_decision_comes_back_on_its_line_as_typed() {
    let app = RunningApp::start().await;
    let manager = app.browser(Company::A, Role::Manager).await;
    let at = place(&app, Role::Viewer);
    let short = form(
        "shipments.edit",
        "granted",
        "30d",
        "typed too short".split(' ').next().unwrap(),
    );
    let shown = post(&app, &manager, &at, &short).await.expect(422).text();
    assert!(shown.contains("decide-line\" open") && shown.contains("value=\"typed\""));
    assert!(shown.contains("10 to 500 characters") && shown.contains("<option value=\"30d\" selected>"));
    let mut no_day = form("shipments.edit", "granted", "date", REASON);
    no_day[3].1 = "tomorrow".to_owned();
    let shown = post(&app, &manager, &at, &no_day).await.expect(422).text();
    assert!(shown.contains("Choose the day on which it ends."));
    for wrong in [
        form("shipments.edit", "granted", "open", REASON),
        form("users.admin", "granted", "7d", REASON),
        form("no.such.permission", "granted", "7d", REASON),
        form("shipments.edit", "both", "7d", REASON),
        form("shipments.edit", "granted", "forever", REASON),
    ] {
        let _ = post(&app, &manager, &at, &wrong).await.expect(422);
    }
    let admin = app.browser(Company::A, Role::Admin).await;
    let role = at.replace("/permissions", "/role");
    let fields = |role: &str, reason: &str| vec![("role", role.to_owned()), ("reason", reason.to_owned())];
    let shown = post(&app, &admin, &role, &fields("DRIVER", "short"))
        .await
        .expect(422)
        .text();
    assert!(shown.contains("<option value=\"DRIVER\" selected>") && shown.contains("value=\"short\""));
    let _ = post(&app, &admin, &role, &fields("CAPTAIN", REASON))
        .await
        .expect(422);
    let _ = post(&app, &admin, &role, &fields("DRIVER", REASON))
        .await
        .expect(303);
    assert!(page(&admin, &at).await.contains("Driver, signs in as "));
}

#[tokio::test]
async fn who_may_not_decide_is_shown_no_form_and_is_refused_all_the_same_authz_7_p16() {
    let app = RunningApp::start().await;
    let manager = app.browser(Company::A, Role::Manager).await;
    let own = page(&manager, &place(&app, Role::Manager)).await;
    let above = page(&manager, &place(&app, Role::Admin)).await;
    for shown in [&own, &above] {
        assert!(!shown.contains("name=\"effect\"") && !shown.contains("name=\"role\""));
        assert!(shown.contains("By the role"));
    }
    let below = page(&manager, &place(&app, Role::Driver)).await;
    assert!(below.contains("name=\"effect\"") && !below.contains("name=\"role\""));
    for never in ["audit.logs.view", "users.admin", "session.own"] {
        assert!(
            !below.contains(&format!("name=\"permission\" value=\"{never}\"")),
            "{never}"
        );
    }
    let edit = form("shipments.edit", "granted", "7d", REASON);
    for over in [Role::Manager, Role::Admin] {
        let _ = post(&app, &manager, &place(&app, over), &edit).await.expect(403);
    }
    let audit = form("audit.logs.view", "granted", "7d", REASON);
    let _ = post(&app, &manager, &place(&app, Role::Driver), &audit)
        .await
        .expect(403);
    let role = place(&app, Role::Driver).replace("/permissions", "/role");
    let fields = [("role", "VIEWER".to_owned()), ("reason", REASON.to_owned())];
    let _ = post(&app, &manager, &role, &fields).await.expect(403);
    for role in [Role::Viewer, Role::Driver, Role::Operator, Role::Supervisor] {
        let caller = app.browser(Company::A, role).await;
        let _ = caller.get(&place(&app, Role::Viewer)).await.expect(403);
        let _ = caller.get("/permissions").await.expect(403);
        let _ = post(&app, &caller, &place(&app, Role::Viewer), &edit)
            .await
            .expect(403);
    }
    // What is critical asks for a second factor; who has none is led to where one enrols.
    let critical = form("dangerous_goods.compatibility.override", "granted", "12h", REASON);
    let led = post(&app, &manager, &place(&app, Role::Driver), &critical)
        .await
        .expect(303);
    assert_eq!(led.header("location"), "/security");
    app.behind_the_back("update sessions set second_factor_at = now()")
        .await;
    let _ = post(&app, &manager, &place(&app, Role::Driver), &critical)
        .await
        .expect(303);
}

#[tokio::test]
async fn another_companys_person_is_as_absent_in_the_console_p19() {
    let app = RunningApp::start().await;
    let admin = app.browser(Company::A, Role::Admin).await;
    let theirs = app.world.user(Company::B, Role::Viewer).to_string();
    let nobody = access::ids::UserId::generate(app.now()).to_string();
    let edit = form("shipments.edit", "granted", "7d", REASON);
    let role = [("role", "DRIVER".to_owned()), ("reason", REASON.to_owned())];
    let grant = access::ids::PermissionGrantId::generate(app.now());
    let mut answers = Vec::new();
    for id in [theirs.as_str(), nobody.as_str(), "no-id"] {
        let at = format!("/people/{id}/permissions");
        let said = |answer: Answer| {
            assert_eq!(answer.status, 404, "{}", answer.text());
            answer.text().replace(answer.header("x-request-id"), "")
        };
        answers.push([
            said(admin.get(&at).await),
            said(post(&app, &admin, &at, &edit).await),
            said(post(&app, &admin, &format!("{at}/{grant}/end"), &[]).await),
            said(post(&app, &admin, &format!("/people/{id}/role"), &role).await),
        ]);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}
