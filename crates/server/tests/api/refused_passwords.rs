//! The list of passwords that a company refuses: kept as marks, asked at every change, and the attacks on it (AUTH-1).

use access::role::Role;
use app::provision::Person;
use serde_json::{Value, json};
use testkit::world::PASSWORD;
use testkit::{Answer, Caller, Canary, Company, RunningApp};

use crate::contract::hold_at;
use crate::factors::{ROLE, enrol};
use crate::passwords::{asked, set};
use crate::samples::{NEW_PASSWORD, refused_list};

const LIST: &str = "/api/v1/company/refused-passwords";
const CHANGE: &str = "/api/v1/me/password";
/// On the list, and refused by nothing else.
const LISTED: &str = "tide-lantern-orchid-58-quarry";

async fn put(caller: &Caller, list: &str) -> Answer {
    let answer = caller.put_json(LIST, &json!({"list": list})).await;
    hold_at("PUT", LIST, &answer);
    answer
}

async fn count(caller: &Caller) -> Value {
    let answer = caller.get(LIST).await;
    hold_at("GET", LIST, &answer);
    answer.expect(200).json()["count"].clone()
}

async fn change(caller: &Caller, wanted: &str) -> Answer {
    let form = json!({"current_password": PASSWORD, "password": wanted});
    caller.post_json(CHANGE, &form).await
}

fn detail(answer: &Answer) -> String {
    let told = &answer.json()["errors"][0];
    assert_eq!(told["pointer"], "/password");
    told["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_of_the_company_takes_a_password_on_its_list_on_either_node_and_another_company_does_auth_1() {
    let app = RunningApp::start().await;
    let node = app.second_node().await;
    let admin = enrol(&app, Company::A, Role::Admin).await.caller;
    assert_eq!(count(&admin).await, 0);
    let mark = app.mark().await;
    let list = refused_list(&[LISTED, "123456", LISTED]).to_lowercase();
    let taken = put(&admin, &list).await.expect(200).json();
    assert_eq!(taken, json!({"count": 2}));
    let events = app.since(&mark).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(count(&admin).await, 2);

    let tokens = app.tokens(Company::A, ROLE).await;
    for caller in [app.bearer(&tokens.access), node.bearer(&tokens.access)] {
        let refused = change(&caller, LISTED).await.expect(422);
        assert!(detail(&refused).contains("known from a breach"));
    }
    let link = asked(&app, &Company::A.email(ROLE)).await;
    let refused = set(&app, &link, LISTED).await.expect(422);
    assert!(detail(&refused).contains("known from a breach"));
    let form = json!({"token": link, "password": LISTED});
    let confirm = "/api/v1/password-resets/confirm";
    let refused = node.bearer("").post_json(confirm, &form).await;
    assert_eq!(refused.status, 422, "and on the other node");
    let _ = set(&app, &link, NEW_PASSWORD).await.expect(204);

    let theirs = app.caller(Company::B, ROLE).await;
    let _ = change(&theirs, LISTED).await.expect(204);
    let other = app.caller(Company::B, Role::Admin).await;
    assert_eq!(count(&other).await, 0, "each company has its own");

    let _ = put(&admin, &refused_list(&["123456"])).await.expect(200);
    let caller = app.caller(Company::A, Role::Viewer).await;
    let _ = change(&caller, LISTED).await.expect(204);
}

#[tokio::test]
async fn an_emptied_list_refuses_nothing_auth_1() {
    let app = RunningApp::start().await;
    let admin = enrol(&app, Company::A, Role::Admin).await.caller;
    let _ = put(&admin, &refused_list(&[LISTED])).await.expect(200);
    let caller = app.caller(Company::A, ROLE).await;
    let _ = change(&caller, LISTED).await.expect(422);
    let emptied = admin.delete(LIST).await;
    hold_at("DELETE", LIST, &emptied);
    let _ = emptied.expect(204);
    assert_eq!(count(&admin).await, 0);
    let _ = change(&caller, LISTED).await.expect(204);
}

#[tokio::test]
async fn a_list_with_a_line_that_is_none_is_refused_line_by_line_and_the_one_before_stays_auth_1() {
    let app = RunningApp::start().await;
    let admin = enrol(&app, Company::A, Role::Admin).await.caller;
    let _ = put(&admin, &refused_list(&[LISTED])).await.expect(200);
    let good = refused_list(&["123456"]);
    let list = format!("{good}correct horse battery\n{good}{}\n", &good[..39]);
    let answer = put(&admin, &list).await.expect(422);
    let errors = answer.json()["errors"].clone();
    let told: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["pointer"].as_str().unwrap(), &error["detail"]))
        .map(|(pointer, detail)| (pointer, detail.as_str().unwrap().split(" is").next().unwrap()))
        .collect();
    assert_eq!(told, [("/list", "line 2"), ("/list", "line 4")]);
    assert!(!answer.text().contains("horse"), "it may be somebody's password");
    for none in ["", "\n\n"] {
        let _ = put(&admin, none).await.expect(422);
    }
    let _ = put(&admin, &good.repeat(50_001)).await.expect(422);
    let _ = put(&admin, &"0".repeat(4_000_000)).await.expect(413);
    let caller = app.caller(Company::A, ROLE).await;
    let _ = change(&caller, LISTED).await.expect(422);
    assert_eq!(count(&admin).await, 1);
}

#[tokio::test]
async fn the_longest_list_is_taken_and_replaced_auth_1() {
    let app = RunningApp::start().await;
    let admin = enrol(&app, Company::A, Role::Admin).await.caller;
    let longest = |from: usize| -> String {
        (from..from + 50_000)
            .map(|number| format!("{number:040X}:123456789\r\n"))
            .collect()
    };
    for from in [0, 25_000] {
        let taken = put(&admin, &longest(from)).await.expect(200).json();
        assert_eq!(taken, json!({"count": 50_000}));
    }
}

#[tokio::test]
async fn the_list_is_changed_with_a_second_factor_by_who_secures_the_company_auth_1() {
    let app = RunningApp::start().await;
    let list = refused_list(&[LISTED]);
    let without = app.caller(Company::A, Role::Admin).await;
    let asked = put(&without, &list).await.expect(401);
    assert!(
        asked
            .header("www-authenticate")
            .contains("insufficient_user_authentication")
    );
    let _ = without.delete(LIST).await.expect(401);
    let manager = app.caller(Company::A, Role::Manager).await;
    let _ = put(&manager, &list).await.expect(403);
    let _ = manager.delete(LIST).await.expect(403);
    let _ = manager.get(LIST).await.expect(403);
    assert_eq!(count(&without).await, 0);
}

#[tokio::test]
async fn nobody_is_made_by_command_with_a_password_that_their_company_refuses_auth_1() {
    let app = RunningApp::start().await;
    let admin = enrol(&app, Company::A, Role::Admin).await.caller;
    let _ = put(&admin, &refused_list(&[LISTED])).await.expect(200);
    let made = async |company: &str| {
        let person = Person {
            email: "new@somewhere.example",
            name: "Olivia Park",
            role: ROLE,
            password: &LISTED.into(),
        };
        app.operator()
            .await
            .person(company, &person, testkit::now())
            .await
    };
    match made("alpha").await {
        Err(app::Error::Invalid(problems)) => assert!(problems[0].detail.contains("breach")),
        other => panic!("{other:?}"),
    }
    assert!(made("bravo").await.is_ok());
}

#[tokio::test]
async fn where_the_list_cannot_be_asked_no_password_is_taken_auth_1() {
    let app = RunningApp::start().await;
    let caller = app.caller(Company::A, ROLE).await;
    let link = asked(&app, &Company::A.email(ROLE)).await;
    app.behind_the_back(
        "revoke execute on function guard.is_password_refused(uuid, bytea) from safeshipper_directory",
    )
    .await;
    let refused = change(&caller, NEW_PASSWORD).await.expect(422);
    assert!(detail(&refused).contains("nobody can tell now"));
    let _ = set(&app, &link, NEW_PASSWORD).await.expect(422);
    app.behind_the_back(
        "grant execute on function guard.is_password_refused(uuid, bytea) to safeshipper_directory",
    )
    .await;
    let _ = set(&app, &link, NEW_PASSWORD).await.expect(204);
}

/// The SHA-1 of a password in use is as good as the password.
#[tokio::test]
async fn no_sha_1_of_a_list_is_in_data_files_log_or_dump_and_two_companies_have_no_mark_in_common_e14() {
    let app = RunningApp::start().await;
    let list = refused_list(&[LISTED]);
    for company in [Company::A, Company::B] {
        let admin = enrol(&app, company, Role::Admin).await.caller;
        let _ = put(&admin, &list).await.expect(200);
        let _ = put(&admin, "not a list\n").await.expect(422);
    }
    assert_eq!(app.rows().await["refused_passwords"], 2);
    let hash = list.split(':').next().unwrap();
    let bytes: Vec<u8> = (0..hash.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hash[at..at + 2], 16).unwrap())
        .collect();
    let dump = app.pg_dump().await;
    let mut files = app.data_files().await;
    files.push(dump.path().to_owned());
    for canary in [
        Canary::text("the SHA-1 in hexadecimal", hash),
        Canary::text("the SHA-1 in lower case", &hash.to_lowercase()),
        Canary::bytes("the SHA-1", &bytes),
        Canary::bytes("the beginning of the SHA-1", &bytes[..16]),
        Canary::text("the password", LISTED),
    ] {
        let plain = canary.files_with_it(&files);
        assert!(plain.is_empty(), "{} is plain in {plain:?}", canary.name);
    }
    let text = std::fs::read_to_string(dump.path()).unwrap();
    let marks: Vec<&str> = text
        .split("\nCOPY safeshipper.refused_passwords ")
        .nth(1)
        .unwrap()
        .lines()
        .skip(1)
        .take(2)
        .map(|row| row.split('\t').nth(1).unwrap())
        .collect();
    assert!(marks[0].starts_with("\\\\x") && marks[0] != marks[1], "{marks:?}");
}

#[tokio::test]
async fn the_console_takes_a_list_tells_what_is_wrong_with_another_and_removes_it() {
    let app = RunningApp::start().await;
    let page = "/refused-passwords";
    let admin = app.new_browser(Company::A, Role::Admin).await;
    let empty = admin.get(page).await.expect(200);
    assert!(empty.text().contains("There is no list"));
    app.behind_the_back("update sessions set second_factor_at = now()")
        .await;
    let list = refused_list(&[LISTED]);
    let done = admin.post_file(page, "list", list.as_bytes()).await.expect(303);
    assert_eq!(done.header("location"), "/refused-passwords?done=replaced");
    assert!(
        admin
            .get(page)
            .await
            .expect(200)
            .text()
            .contains("1 password refused")
    );
    for (sent, why) in [
        (&b"correct horse\n"[..], "Line 1 is not a SHA-1"),
        (b"", "Choose the file"),
        (b"\xff\xfe7\x00", "The file is not text"),
    ] {
        let refused = admin.post_file(page, "list", sent).await.expect(422);
        assert!(
            refused.text().contains(why) && !refused.text().contains("horse"),
            "{why}"
        );
    }
    let caller = app.caller(Company::A, ROLE).await;
    let _ = change(&caller, LISTED).await.expect(422);
    let removed = admin
        .post_form("/refused-passwords/remove", &[])
        .await
        .expect(303);
    assert_eq!(removed.header("location"), "/refused-passwords?done=removed");
    let _ = change(&caller, LISTED).await.expect(204);
}
