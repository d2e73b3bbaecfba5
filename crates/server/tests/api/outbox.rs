//! The outbox: what is caused is kept, sealed, until a server has accepted it; each once, whatever dies between
//! (docs/decisions/0008).

use access::role::Role;
use reqwest::Method;
use serde_json::json;
use testkit::world::PASSWORD;
use testkit::{Company, Mood, RunningApp};
use time::Duration;

use crate::factors::{ROLE, TOTP, enrol_as};
use crate::samples::NEW_PASSWORD;

/// Causes so many notices to one person, who signs in from as many new devices.
async fn cause(app: &RunningApp, notices: usize) {
    cause_for(app, Company::A, ROLE, notices).await;
}

async fn cause_for(app: &RunningApp, company: Company, role: Role, notices: usize) {
    // Who signs in for the first time is told nothing.
    let _ = app.caller(company, role).await;
    let nobody = app.anonymous();
    let form = json!({"email": company.email(role), "password": PASSWORD});
    for _ in 0..notices {
        // Digits are taken for versions.
        let agent: String = uuid::Uuid::new_v4()
            .simple()
            .to_string()
            .bytes()
            .map(|byte| char::from(b'a' + (byte % 16)))
            .collect();
        let request = nobody.request(Method::POST, "/api/v1/sessions").json(&form);
        let _ = nobody.send(request.header("user-agent", agent)).await.expect(200);
    }
}

/// The subjects of what arrived, each with the name before the `@` and the company of whom it went to.
async fn arrived(app: &RunningApp) -> Vec<String> {
    let mails = app.mails().await.into_iter();
    mails
        .map(|mail| format!("{} {}", mail.to, mail.subject))
        .collect()
}

#[tokio::test]
async fn a_flood_of_one_persons_letters_delays_neither_anybody_elses_nor_what_is_urgent_of_theirs() {
    let app = RunningApp::start().await;
    cause(&app, 25).await;
    cause_for(&app, Company::A, Role::Driver, 1).await;
    cause_for(&app, Company::B, Role::Viewer, 1).await;
    let change = json!({"current_password": PASSWORD, "password": NEW_PASSWORD});
    let operator = app.caller(Company::A, ROLE).await;
    let _ = operator
        .post_json("/api/v1/me/password", &change)
        .await
        .expect(204);
    let told = arrived(&app).await;
    assert_eq!(told.len(), 28, "and nothing is dropped");
    for letter in [
        "driver@alpha.example Signed in from a new device or network",
        "viewer@bravo.example Signed in from a new device or network",
        "operator@alpha.example Your password was changed",
    ] {
        let place = told.iter().position(|one| one == letter);
        assert!(place.is_some_and(|place| place < 6), "{letter}: {told:#?}");
    }
}

#[tokio::test]
async fn a_flood_to_all_of_a_company_delays_no_other_companys_letter() {
    let app = RunningApp::start().await;
    for role in [Role::Viewer, Role::Driver, Role::Operator, Role::Supervisor] {
        cause_for(&app, Company::A, role, 5).await;
    }
    cause_for(&app, Company::B, Role::Viewer, 3).await;
    let told = arrived(&app).await;
    let theirs = told
        .iter()
        .rposition(|one| one.starts_with("viewer@bravo.example"));
    assert!(theirs.is_some_and(|place| place < 7), "{told:#?}");
}

#[tokio::test]
async fn enrolling_begun_again_and_again_is_told_once_an_hour_and_a_factor_that_is_active_always_m5() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, ROLE).await;
    for _ in 0..30 {
        let _ = caller.post(TOTP).await.expect(201);
    }
    let enrolled = enrol_as(&app, caller).await;
    let begun = "A second factor is being set up";
    let active = "Your second factor is active";
    let told = app.told(&Company::A.email(ROLE), 0).await;
    assert_eq!(told, [begun, active]);
    // An hour later, in a session whose proof is fresh.
    app.behind_the_back("update notice_limits set told_at = told_at - interval '61 minutes'")
        .await;
    let _ = enrol_as(&app, enrolled.caller.clone()).await;
    assert_eq!(app.told(&Company::A.email(ROLE), 2).await, [begun, active]);
}

#[tokio::test]
async fn what_failed_is_sent_again_by_the_operators_command_and_its_content_is_never_shown() {
    let app = RunningApp::start().await;
    cause(&app, 3).await;
    app.mail.is(Mood::Refusing(550));
    let _ = app.app().deliver_notices().await.unwrap();
    app.mail.is(Mood::Taking);
    // Of days ago: it counts from when it is tried again.
    app.turn_clock(Duration::days(5));
    assert!(app.mails().await.is_empty());
    let mut owner = app.world.database.owner().await;
    let failed = owner.failed_notices().await.unwrap();
    assert_eq!(failed.len(), 3);
    assert!(failed.iter().all(|notice| notice.fault == "refused-for-good"));
    let (one, now) = (Some(failed[0].id), app.now());
    assert_eq!(owner.retry_notices(None, Some("too-late"), now).await.unwrap(), 0);
    let mark = app.mark().await;
    assert_eq!(owner.retry_notices(one, None, now).await.unwrap(), 1);
    assert_eq!(app.since(&mark).await.len(), 1, "the platform's trail tells");
    assert_eq!(app.mails().await.len(), 1);
    assert_eq!(owner.retry_notices(None, None, now).await.unwrap(), 2);
    assert_eq!(app.mails().await.len(), 3);
    assert!(owner.failed_notices().await.unwrap().is_empty());
}

/// Faults of the outbox as `class waiting failed`.
async fn faults(app: &RunningApp) -> Vec<String> {
    let faults = app.app().notice_faults().await.unwrap();
    let text = |class: Option<String>| class.unwrap_or("none".to_owned());
    let faults = faults.into_iter();
    faults
        .map(|of| format!("{} {} {}", text(of.fault), of.waiting, of.failed))
        .collect()
}

#[tokio::test]
async fn what_waits_shows_neither_whom_it_is_for_nor_what_it_says() {
    let app = RunningApp::start().await;
    cause(&app, 1).await;
    let letters = app.outbox().await;
    assert_eq!(letters.len(), 1);
    let raw = String::from_utf8_lossy(&letters[0]).to_lowercase();
    for word in ["operator", "alpha", "second factor", "subject", "127.0.0.1"] {
        assert!(!raw.contains(word), "{word}");
    }
    assert_eq!(app.mails().await.len(), 1);
    assert!(app.outbox().await.is_empty(), "what was accepted is gone");
}

#[tokio::test]
async fn a_server_that_is_down_loses_nothing_and_gets_it_when_it_is_back() {
    let app = RunningApp::start().await;
    app.mail.is(Mood::Down);
    cause(&app, 3).await;
    let round = app.app().deliver_notices().await.unwrap();
    assert_eq!(
        (round.delivered, round.postponed, round.failed),
        (0, 1, 0),
        "one try tells"
    );
    assert_eq!(faults(&app).await, ["none 2 0", "unreachable 1 0"]);
    app.mail.is(Mood::Taking);
    assert_eq!(app.mails().await.len(), 2, "the third waits a minute");
    app.turn_clock(Duration::seconds(61));
    assert_eq!(app.mails().await.len(), 3);
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again_with_doubled_waits_and_one_for_good_is_kept_as_failed() {
    let app = RunningApp::start().await;
    app.mail.is(Mood::Refusing(451));
    cause(&app, 1).await;
    for minutes in [1, 2, 4, 8] {
        assert_eq!(app.app().deliver_notices().await.unwrap().postponed, 1);
        app.turn_clock(Duration::minutes(minutes) - Duration::seconds(1));
        assert_eq!(app.app().deliver_notices().await.unwrap().postponed, 0);
        app.turn_clock(Duration::seconds(2));
    }
    assert_eq!(faults(&app).await, ["refused-for-now 1 0"]);
    app.mail.is(Mood::Refusing(550));
    assert_eq!(app.app().deliver_notices().await.unwrap().failed, 1);
    assert_eq!(faults(&app).await, ["refused-for-good 0 1"]);
    app.mail.is(Mood::Taking);
    app.turn_clock(Duration::hours(7));
    assert!(app.mails().await.is_empty(), "what failed is not tried again");
    app.turn_clock(Duration::days(31));
    let _ = app.app().deliver_notices().await.unwrap();
    assert!(app.outbox().await.is_empty(), "and is forgotten after a month");
}

#[tokio::test]
async fn a_server_that_refuses_our_sign_in_fails_no_notice() {
    let app = RunningApp::start().await;
    app.mail.is(Mood::Refusing(535));
    cause(&app, 1).await;
    assert_eq!(app.app().deliver_notices().await.unwrap().postponed, 1);
    assert_eq!(faults(&app).await, ["sign-in-refused 1 0"]);
}

#[tokio::test]
async fn tries_are_bounded_and_a_warning_of_days_ago_is_given_up() {
    let app = RunningApp::start().await;
    cause(&app, 2).await;
    app.behind_the_back("update notices set tries = 15 where id = (select min(id::text)::uuid from notices)")
        .await;
    app.mail.is(Mood::Refusing(451));
    let round = app.app().deliver_notices().await.unwrap();
    assert_eq!((round.postponed, round.failed), (1, 1));
    app.mail.is(Mood::Taking);
    app.turn_clock(Duration::days(3) + Duration::seconds(1));
    assert!(app.mails().await.is_empty());
    assert_eq!(faults(&app).await, ["refused-for-now 0 2"]);
}

#[tokio::test]
async fn what_a_node_held_that_died_is_sent_by_another_and_not_before() {
    let app = RunningApp::start().await;
    cause(&app, 1).await;
    app.behind_the_back("update notices set held_until = now() + interval '5 minutes', tries = 1")
        .await;
    assert!(app.mails().await.is_empty(), "it may be under way");
    app.turn_clock(Duration::minutes(5) + Duration::seconds(5));
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn two_nodes_send_each_notice_once() {
    let app = RunningApp::start().await;
    let other = app.second_node().await;
    cause(&app, 20).await;
    let (one, two) = tokio::join!(app.app().deliver_notices(), other.app().deliver_notices());
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.delivered + two.delivered, 20);
    let mut ids: Vec<String> = app.mail.mails().into_iter().map(|mail| mail.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20);
}

#[tokio::test]
async fn a_letter_that_was_altered_or_moved_is_given_up_and_holds_up_no_other() {
    let app = RunningApp::start().await;
    cause(&app, 3).await;
    app.behind_the_back(
        "with first as (select id, letter_sealed from notices order by id limit 1),
             last as (select id from notices order by id desc limit 1)
         update notices n set letter_sealed = case n.id when last.id then first.letter_sealed
             else set_byte(n.letter_sealed, 60, 255 - get_byte(n.letter_sealed, 60)) end
         from first, last where n.id in (first.id, last.id)",
    )
    .await;
    let round = app.app().deliver_notices().await.unwrap();
    assert_eq!((round.delivered, round.failed), (1, 2));
    assert_eq!(faults(&app).await, ["unreadable 0 2"]);
}

#[tokio::test]
async fn what_was_undone_is_not_told() {
    let app = RunningApp::start().await;
    let stranger = app.anonymous().post(TOTP).await;
    let _ = stranger.expect(401);
    let tokens = app.tokens(Company::A, ROLE).await;
    // Its proof is too old: the guard refuses, and with the act goes the notice.
    app.behind_the_back("update sessions set authenticated_at = now() - interval '901 seconds'")
        .await;
    let _ = app.bearer(&tokens.access).post(TOTP).await.expect(401);
    assert!(app.outbox().await.is_empty());
}
