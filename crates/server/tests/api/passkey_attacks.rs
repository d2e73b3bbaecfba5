//! Attacks on passkeys: each refused, each for its own reason in the trail or the log, all with one answer to the
//! caller (AUTH-11, M9).

use access::role::Role;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::running::Tokens;
use testkit::{Answer, Authenticator, Company, RunningApp};
use tokio::task::JoinSet;

use crate::factors::{ROLE, age, asks_for_proof, enrol, kind};
use crate::passkeys::{
    ALONE, BEGIN, Holder, OWN, alone, asked, asked_second, begin, finish, holder, invited, register,
    second_by, sign_in, step_up, ticket,
};

/// What the trail says since, of what failed.
async fn reasons(app: &RunningApp, before: usize) -> Vec<String> {
    // Failures of nobody in particular are recorded off the answer's path.
    for _ in 0..200 {
        let told = told(app).await;
        if told.len() > before {
            return told[before..].to_vec();
        }
        tokio::task::yield_now().await;
    }
    Vec::new()
}

/// What the trail says so far of what failed.
async fn told(app: &RunningApp) -> Vec<String> {
    app.descriptions("FAILURE").await
}

/// Turns a letter in the middle of a base64url text.
fn altered(text: &Value) -> Value {
    let mut bytes = URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    json!(URL_SAFE_NO_PAD.encode(bytes))
}

/// Each way to make an assertion that proves nothing, and what the trail says of it.
fn forged(device: &mut Authenticator, options: &Value, other: &Value) -> Vec<(&'static str, Value)> {
    let with = |name: &str, value: Value| {
        let mut options = options.clone();
        options[name] = value;
        options
    };
    let mut forged = vec![
        (
            "another challenge",
            device.get(&with("challenge", other["challenge"].clone())),
        ),
        (
            "another relying party",
            device.get(&with("rpId", json!("evil.example"))),
        ),
        (
            "did not verify",
            device.get(&with("userVerification", json!("preferred"))),
        ),
    ];
    device.go_to("http://localhost.evil.example");
    forged.push(("page of another site", device.get(options)));
    device.go_to("https://localhost");
    forged.push(("page of another site", device.get(options)));
    device.go_to("http://localhost:8081");
    forged.push(("page of another site", device.get(options)));
    device.go_to(testkit::running::ISSUER);
    let good = device.get(options);
    let with = |pointer: &str, value: Value| {
        let mut answer = good.clone();
        *answer.pointer_mut(pointer).unwrap() = value;
        answer
    };
    let data = URL_SAFE_NO_PAD
        .decode(good["response"]["authenticatorData"].as_str().unwrap())
        .unwrap();
    let mut counted = data.clone();
    counted[36] ^= 8;
    let signature = &good["response"]["signature"];
    forged.extend([
        (
            "signature does not hold",
            with(
                "/response/authenticatorData",
                json!(URL_SAFE_NO_PAD.encode(counted)),
            ),
        ),
        (
            "signature does not hold",
            with("/response/signature", altered(signature)),
        ),
        (
            "names somebody else",
            with("/response/userHandle", json!(URL_SAFE_NO_PAD.encode([7; 16]))),
        ),
        (
            "no active person has",
            with("/rawId", json!(URL_SAFE_NO_PAD.encode([7; 32]))),
        ),
        ("cannot be read", json!({"id": "x"})),
        (
            "cannot be read",
            with("/response/clientDataJSON", json!("bm90IGpzb24")),
        ),
    ]);
    forged
}

/// What a device made, with nothing stated about the device, and under the id of what another made.
fn under_the_id(own: &Value, other: &Value) -> Value {
    let bytes = |text: &Value| URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap();
    let made = bytes(&own["response"]["attestationObject"]);
    let name = b"authData";
    let at = made.windows(name.len()).position(|part| part == name).unwrap() + name.len();
    assert_eq!(made[at], 0x58, "a byte string of less than 256 bytes");
    let data = &made[at + 2..at + 2 + usize::from(made[at + 1])];
    let (mine, theirs) = (bytes(&own["rawId"]), bytes(&other["rawId"]));
    let id = data.windows(mine.len()).position(|part| part == mine).unwrap();
    let mut data = data.to_vec();
    data[id..id + theirs.len()].copy_from_slice(&theirs);
    let mut object = b"\xa3cfmtdnonegattStmt\xa0hauthData\x58".to_vec();
    object.push(u8::try_from(data.len()).unwrap());
    object.extend(data);
    let mut forged = own.clone();
    forged["response"]["attestationObject"] = json!(URL_SAFE_NO_PAD.encode(object));
    forged["id"] = other["id"].clone();
    forged["rawId"] = other["rawId"].clone();
    forged
}

fn refused(answer: &Answer, status: u16, expected: &str, what: &str) {
    assert_eq!(
        (answer.status, kind(answer).as_str()),
        (status, expected),
        "{what}: {}",
        answer.text()
    );
}

#[tokio::test]
async fn every_forged_answer_is_refused_in_a_living_session_for_its_own_reason_m9() {
    let app = RunningApp::start().await;
    let Holder { mut device, .. } = holder(&app, Company::A, ROLE).await;
    let other = asked(&sign_in(&app, &mut device).await).await;
    let count = forged(&mut device, &other, &other).len();
    for index in 0..count {
        // A session of its own each: ten wrong proofs would end one.
        let caller = sign_in(&app, &mut device).await;
        let options = asked(&caller).await;
        let (reason, answer) = forged(&mut device, &options, &other).swap_remove(index);
        let before = told(&app).await.len();
        refused(&step_up(&caller, &answer).await, 422, "invalid", reason);
        let told = reasons(&app, before).await;
        assert!(told.len() == 1 && told[0].contains(reason), "{reason}: {told:?}");
    }
}

#[tokio::test]
async fn every_forged_answer_is_refused_without_a_session_for_its_own_reason_and_alike_to_the_caller_m9() {
    let app = RunningApp::start().await;
    let Holder { mut device, .. } = holder(&app, Company::A, ROLE).await;
    let (_, other) = invited(&app).await;
    let count = forged(&mut device, &other, &other).len();
    let mut answers = Vec::new();
    for index in 0..count {
        app.turn_clock(time::Duration::MINUTE);
        let (attempt, options) = invited(&app).await;
        let (reason, answer) = forged(&mut device, &options, &other).swap_remove(index);
        let before = told(&app).await.len();
        let answer = alone(&app, &attempt, &answer).await;
        refused(&answer, 401, "sign-in-refused", reason);
        let id = answer.header("x-request-id").to_owned();
        answers.push(answer.text().replace(&id, ""));
        // Whom nobody knows has no trail to be in.
        if !["no active person has", "cannot be read"].contains(&reason) || index + 1 == count {
            let told = reasons(&app, before).await;
            assert!(told.len() == 1 && told[0].contains(reason), "{reason}: {told:?}");
        }
    }
    // An attempt that is none, and the passkey of nobody who must say who they are.
    let (attempt, options) = invited(&app).await;
    let mut nameless = device.get(&options);
    nameless["response"]["userHandle"] = Value::Null;
    for (attempt, answer) in [("none", &nameless), (attempt.as_str(), &nameless)] {
        let answer = alone(&app, attempt, answer).await;
        let id = answer.header("x-request-id").to_owned();
        answers.push(answer.text().replace(&id, ""));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn an_answer_is_good_once_and_for_the_session_ticket_or_attempt_it_was_asked_for_m9() {
    let app = RunningApp::start().await;
    let Holder {
        caller, mut device, ..
    } = holder(&app, Company::A, ROLE).await;
    let other = sign_in(&app, &mut device).await;
    // Asked here, answered there; then here, where it was not taken: the challenge is another.
    let (here, there) = (asked(&caller).await, asked(&other).await);
    let answer = device.get(&here);
    refused(
        &step_up(&other, &answer).await,
        422,
        "invalid",
        "another session's",
    );
    let _ = there;
    let _ = step_up(&caller, &answer).await.expect(204);
    refused(&step_up(&caller, &answer).await, 422, "invalid", "replayed");
    // A new challenge does not make the old answer good, and is spent by it.
    let fresh = asked(&caller).await;
    refused(
        &step_up(&caller, &answer).await,
        422,
        "invalid",
        "replayed to another challenge",
    );
    refused(
        &step_up(&caller, &device.get(&fresh)).await,
        422,
        "invalid",
        "spent by the replay",
    );

    let (attempt, options) = invited(&app).await;
    let answer = device.get(&options);
    let _ = alone(&app, &attempt, &answer).await.expect(200);
    refused(
        &alone(&app, &attempt, &answer).await,
        401,
        "sign-in-refused",
        "replayed",
    );
    let (fresh, _) = invited(&app).await;
    refused(
        &alone(&app, &fresh, &answer).await,
        401,
        "sign-in-refused",
        "another attempt's",
    );

    let (mine, _) = ticket(&app, Company::A, ROLE).await;
    let (second, _) = ticket(&app, Company::A, ROLE).await;
    let answer = device.get(&asked_second(&app, &mine).await);
    let _ = asked_second(&app, &second).await;
    refused(
        &second_by(&app, &second, &answer).await,
        401,
        "second-factor-refused",
        "another ticket's",
    );
    let _ = second_by(&app, &mine, &answer).await.expect(200);
    refused(
        &second_by(&app, &mine, &answer).await,
        401,
        "sign-in-over",
        "the ticket is spent",
    );
}

#[tokio::test]
async fn the_passkey_of_somebody_else_proves_nothing_here_nor_in_another_company_m9() {
    let app = RunningApp::start().await;
    let mine = holder(&app, Company::A, ROLE).await;
    for (company, role) in [(Company::A, Role::Driver), (Company::B, ROLE)] {
        let mut theirs = holder(&app, company, role).await;
        let mut options = asked(&mine.caller).await;
        options["allowCredentials"] = json!([]);
        let before = told(&app).await.len();
        refused(
            &step_up(&mine.caller, &theirs.device.get(&options)).await,
            422,
            "invalid",
            "theirs",
        );
        let (ticket, _) = ticket(&app, Company::A, ROLE).await;
        let mut options = asked_second(&app, &ticket).await;
        options["allowCredentials"] = json!([]);
        let answer = second_by(&app, &ticket, &theirs.device.get(&options)).await;
        refused(&answer, 401, "second-factor-refused", "theirs");
        let told = reasons(&app, before + 1).await;
        assert!(told[0].contains("somebody else's"), "{told:?}");
        // Neither renamed nor removed.
        let path = format!("{OWN}/{}", theirs.id);
        assert_eq!(mine.caller.delete(&path).await.status, 404);
        assert_eq!(
            mine.caller
                .put_json(&path, &json!({"label": "Mine"}))
                .await
                .status,
            404
        );
    }
}

#[tokio::test]
async fn a_count_that_goes_back_is_refused_told_gravely_and_shown_to_the_owner_m9() {
    let app = RunningApp::start().await;
    let Holder {
        caller, mut device, ..
    } = holder(&app, Company::A, ROLE).await;
    for way in ["alone", "step-up", "second step"] {
        let (attempt, invitation) = invited(&app).await;
        let (ticket, _) = ticket(&app, Company::A, ROLE).await;
        let before = match way {
            "alone" => device.get(&invitation),
            "step-up" => device.get(&asked(&caller).await),
            _ => device.get(&asked_second(&app, &ticket).await),
        };
        // A copy of the device has counted on.
        let _ = sign_in(&app, &mut device).await;
        let mark = told(&app).await.len();
        let answer = match way {
            "alone" => alone(&app, &attempt, &before).await,
            "step-up" => step_up(&caller, &before).await,
            _ => second_by(&app, &ticket, &before).await,
        };
        assert!([401, 422].contains(&answer.status), "{way}: {}", answer.text());
        let told = reasons(&app, mark).await;
        assert!(
            told.len() == 1 && told[0].contains("HIGH passkey refused: its counter went back"),
            "{way}: {told:?}"
        );
    }
    let own = caller.get(OWN).await.expect(200).json();
    assert!(own["passkeys"][0]["suspect_since"].is_string());
    let _ = sign_in(&app, &mut device).await;
}

#[tokio::test]
async fn a_credential_is_registered_once_whoever_tries_again_m9() {
    let app = RunningApp::start().await;
    let mine = holder(&app, Company::A, ROLE).await;
    let mut device = mine.device;
    let options = begin(&mine.caller).await;
    let listed = options["excludeCredentials"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "the browser is told which are there");
    let made = device.create(&options);
    let _ = finish(&mine.caller, &made).await.expect(201);
    refused(&finish(&mine.caller, &made).await, 422, "invalid", "replayed");
    // The same id over a key of the thief's own, made out to somebody of another company.
    let thief = app.bearer(&app.tokens(Company::B, ROLE).await.access);
    let own = Authenticator::new().create(&begin(&thief).await);
    refused(
        &finish(&thief, &under_the_id(&own, &made)).await,
        422,
        "invalid",
        "there already",
    );
    let own = Authenticator::new().create(&begin(&thief).await);
    let unstated = under_the_id(&own, &own);
    let _ = finish(&thief, &unstated).await.expect(201);
    let _ = sign_in(&app, &mut device).await;
    let mut torn = made.clone();
    torn["response"]["attestationObject"] = altered(&made["response"]["attestationObject"]);
    let _ = begin(&thief).await;
    refused(&finish(&thief, &torn).await, 422, "invalid", "altered");
}

#[tokio::test]
async fn a_registration_is_refused_from_another_page_for_another_site_unlocked_by_nobody_or_of_another_session()
 {
    let app = RunningApp::start().await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let other = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let mut device = Authenticator::new();
    device.go_to("http://evil.example");
    let made = device.create(&begin(&caller).await);
    refused(&finish(&caller, &made).await, 422, "invalid", "another page");
    device.go_to(testkit::running::ISSUER);
    for (pointer, value) in [
        ("/rp/id", json!("evil.example")),
        ("/authenticatorSelection/userVerification", json!("preferred")),
        ("/challenge", json!(URL_SAFE_NO_PAD.encode([1; 32]))),
    ] {
        let mut options = begin(&caller).await;
        *options.pointer_mut(pointer).unwrap() = value;
        let made = device.create(&options);
        refused(&finish(&caller, &made).await, 422, "invalid", pointer);
    }
    let made = device.create(&begin(&caller).await);
    refused(&finish(&other, &made).await, 422, "invalid", "another session");
    let _ = finish(&caller, &made).await.expect(201);
}

#[tokio::test]
async fn registering_needs_a_proof_of_the_last_900_seconds_at_both_ends_m5() {
    let app = RunningApp::start().await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let made = Authenticator::new().create(&begin(&caller).await);
    age(&app).await;
    asks_for_proof(&caller.post(BEGIN).await, "fresh-proof-needed");
    asks_for_proof(&finish(&caller, &made).await, "fresh-proof-needed");
    // A session that is fresh by its password, of somebody who has a factor now.
    let enrolled = app.bearer(&app.tokens(Company::B, ROLE).await.access);
    let _ = enrol(&app, Company::B, ROLE).await;
    asks_for_proof(&enrolled.post(BEGIN).await, "fresh-proof-needed");
}

#[tokio::test]
async fn what_waits_longer_than_five_minutes_waits_no_more() {
    let app = RunningApp::start().await;
    let Holder {
        caller, mut device, ..
    } = holder(&app, Company::A, ROLE).await;
    let made = Authenticator::new().create(&begin(&caller).await);
    let step = device.get(&asked(&caller).await);
    let (attempt, options) = invited(&app).await;
    let answer = device.get(&options);
    app.behind_the_back("update passkey_ceremonies set expires_at = now()")
        .await;
    refused(&finish(&caller, &made).await, 422, "invalid", "registration");
    refused(&step_up(&caller, &step).await, 422, "invalid", "step-up");
    refused(
        &alone(&app, &attempt, &answer).await,
        401,
        "sign-in-refused",
        "alone",
    );
}

#[tokio::test]
async fn of_fifty_who_give_one_answer_at_once_on_two_nodes_exactly_one_is_taken_m9() {
    let app = RunningApp::start().await;
    let second_node = app.second_node().await;
    let Holder { mut device, .. } = holder(&app, Company::A, ROLE).await;
    let (attempt, options) = invited(&app).await;
    let form = json!({"attempt": attempt, "credential": device.get(&options)});
    let (ticket, _) = ticket(&app, Company::A, ROLE).await;
    let options = asked_second(&app, &ticket).await;
    let step = json!({"ticket": ticket, "passkey": device.get(&options)});
    for (path, form) in [(ALONE, form), (crate::passkeys::SECOND, step)] {
        let mut all = JoinSet::new();
        for turn in 0..50 {
            let node = if turn % 2 == 0 {
                app.anonymous()
            } else {
                second_node.bearer("none")
            };
            let form = form.clone();
            all.spawn(async move { node.post_json(path, &form).await });
        }
        let answers = all.join_all().await;
        let taken = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(taken, 1, "{path}");
        assert!(
            answers.iter().all(|answer| [200, 401].contains(&answer.status)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_passkey_of_who_is_locked_or_gone_and_one_that_was_removed_sign_nobody_in() {
    let app = RunningApp::start().await;
    let Holder {
        caller,
        mut device,
        id,
        ..
    } = holder(&app, Company::A, ROLE).await;
    let Holder {
        device: mut theirs, ..
    } = holder(&app, Company::A, Role::Driver).await;
    for (status, name) in [
        (
            "update users set status = 'disabled' where role = 'OPERATOR'",
            "disabled",
        ),
        (
            "update users set status = 'locked', locked_at = now(), lock_reason = 'a reason of some length'
             where role = 'OPERATOR'",
            "locked",
        ),
    ] {
        let (attempt, options) = invited(&app).await;
        app.behind_the_back(status).await;
        let answer = alone(&app, &attempt, &device.get(&options)).await;
        refused(&answer, 401, "sign-in-refused", name);
    }
    app.behind_the_back("update users set status = 'active', locked_at = null, lock_reason = null")
        .await;
    let _ = sign_in(&app, &mut device).await;
    let (attempt, options) = invited(&app).await;
    let answer = device.get(&options);
    let _ = caller.delete(&format!("{OWN}/{id}")).await.expect(204);
    refused(
        &alone(&app, &attempt, &answer).await,
        401,
        "sign-in-refused",
        "removed",
    );
    let _ = sign_in(&app, &mut theirs).await;
}

#[tokio::test]
async fn five_wrong_answers_kill_the_ticket_and_slow_no_app_m2() {
    let app = RunningApp::start().await;
    let enrolled = enrol(&app, Company::A, ROLE).await;
    let mut phone = enrolled.phone;
    let Holder { mut device, .. } = register(enrolled.caller, Authenticator::new()).await;
    let (killed, _) = ticket(&app, Company::A, ROLE).await;
    for _ in 0..5 {
        let mut answer = device.get(&asked_second(&app, &killed).await);
        answer["response"]["signature"] = altered(&answer["response"]["signature"]);
        refused(
            &second_by(&app, &killed, &answer).await,
            401,
            "second-factor-refused",
            "wrong",
        );
    }
    let over = crate::factors::second(&app, &killed, &phone.code(&app)).await;
    refused(&over, 401, "sign-in-over", "five attempts");
    let (next, _) = ticket(&app, Company::A, ROLE).await;
    let tokens = crate::factors::second(&app, &next, &phone.code(&app))
        .await
        .expect(200);
    let _ = Tokens::from(tokens.json());
}

#[tokio::test]
async fn the_database_alone_puts_no_key_of_its_own_under_a_passkey() {
    let app = RunningApp::start().await;
    let Holder { mut device, .. } = holder(&app, Company::A, ROLE).await;
    let Holder {
        device: mut theirs, ..
    } = holder(&app, Company::A, Role::Driver).await;
    // Whoever writes to the database gives the operator's key to the driver's device.
    app.behind_the_back(
        "update passkeys p set credential_sealed = o.credential_sealed from passkeys o where o.id <> p.id",
    )
    .await;
    for device in [&mut device, &mut theirs] {
        let (attempt, options) = invited(&app).await;
        let form = json!({"attempt": attempt, "credential": device.get(&options)});
        let answer = app.anonymous().post_json(ALONE, &form).await;
        assert_eq!(
            answer.status, 500,
            "tampering is a fault, not a wrong passkey (E9)"
        );
    }
}
