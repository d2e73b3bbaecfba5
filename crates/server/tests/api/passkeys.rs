//! Passkeys over the API with an authenticator in software: registering, the second step, step-up, signing in with
//! one alone, and what a company demands that demands them (AUTH-8, AUTH-11, M9). The attacks are in
//! `passkey_attacks`.

use access::role::Role;
use serde_json::{Value, json};
use testkit::running::Tokens;
use testkit::world::PASSWORD;
use testkit::{Answer, Authenticator, Caller, Company, RunningApp};

use crate::contract::hold_at;
use crate::factors::{Enrolled, ROLE, age, asks_for_proof, enrol, enrol_as, kind, second, texts};

pub(crate) const OWN: &str = "/api/v1/me/passkeys";
pub(crate) const BEGIN: &str = "/api/v1/me/passkeys/begin";
const ONE: &str = "/api/v1/me/passkeys/{id}";
pub(crate) const STEP_UP: &str = "/api/v1/me/step-up";
pub(crate) const ASK: &str = "/api/v1/me/step-up/passkey";
pub(crate) const SECOND: &str = "/api/v1/sessions/second-factor";
pub(crate) const ASK_SECOND: &str = "/api/v1/sessions/second-factor/passkey";
pub(crate) const INVITE: &str = "/api/v1/sessions/passkey/begin";
pub(crate) const ALONE: &str = "/api/v1/sessions/passkey";
const POLICY: &str = "/api/v1/company/second-factor-policy";

/// Somebody signed in, with an authenticator that has a passkey of theirs.
pub(crate) struct Holder {
    pub(crate) caller: Caller,
    pub(crate) device: Authenticator,
    pub(crate) id: String,
    pub(crate) codes: Vec<String>,
}

pub(crate) async fn holder(app: &RunningApp, company: Company, role: Role) -> Holder {
    let caller = app.bearer(&app.tokens(company, role).await.access);
    register(caller, Authenticator::new()).await
}

pub(crate) async fn register(caller: Caller, mut device: Authenticator) -> Holder {
    let made = device.create(&begin(&caller).await);
    let answer = finish(&caller, &made).await.expect(201).json();
    Holder {
        caller,
        device,
        id: answer["id"].as_str().unwrap().to_owned(),
        codes: texts(&answer["backup_codes"]),
    }
}

pub(crate) async fn begin(caller: &Caller) -> Value {
    let begun = caller.post(BEGIN).await.expect(200);
    hold_at("POST", BEGIN, &begun);
    begun.json()["options"].clone()
}

pub(crate) async fn finish(caller: &Caller, credential: &Value) -> Answer {
    let form = json!({"credential": credential, "label": "Office laptop"});
    let answer = caller.post_json(OWN, &form).await;
    hold_at("POST", OWN, &answer);
    answer
}

/// The options of being asked in a living session.
pub(crate) async fn asked(caller: &Caller) -> Value {
    let asked = caller.post(ASK).await.expect(200);
    hold_at("POST", ASK, &asked);
    asked.json()["options"].clone()
}

pub(crate) async fn step_up(caller: &Caller, credential: &Value) -> Answer {
    let answer = caller.post_json(STEP_UP, &json!({"passkey": credential})).await;
    hold_at("POST", STEP_UP, &answer);
    answer
}

/// A ticket of somebody with a second factor, and what may be shown with it.
pub(crate) async fn ticket(app: &RunningApp, company: Company, role: Role) -> (String, Vec<String>) {
    let form = json!({"email": company.email(role), "password": PASSWORD});
    let answer = app
        .anonymous()
        .post_json("/api/v1/sessions", &form)
        .await
        .expect(202)
        .json();
    (
        answer["ticket"].as_str().unwrap().to_owned(),
        texts(&answer["methods"]),
    )
}

/// The options of the second step.
pub(crate) async fn asked_second(app: &RunningApp, ticket: &str) -> Value {
    let asked = app
        .anonymous()
        .post_json(ASK_SECOND, &json!({"ticket": ticket}))
        .await;
    hold_at("POST", ASK_SECOND, &asked);
    asked.expect(200).json()["options"].clone()
}

pub(crate) async fn second_by(app: &RunningApp, ticket: &str, credential: &Value) -> Answer {
    let form = json!({"ticket": ticket, "passkey": credential});
    let answer = app.anonymous().post_json(SECOND, &form).await;
    hold_at("POST", SECOND, &answer);
    answer
}

/// The attempt and the options of signing in with a passkey alone.
pub(crate) async fn invited(app: &RunningApp) -> (String, Value) {
    let invited = app.anonymous().post(INVITE).await.expect(200);
    hold_at("POST", INVITE, &invited);
    let invited = invited.json();
    (
        invited["attempt"].as_str().unwrap().to_owned(),
        invited["options"].clone(),
    )
}

pub(crate) async fn alone(app: &RunningApp, attempt: &str, credential: &Value) -> Answer {
    let form = json!({"attempt": attempt, "credential": credential});
    let answer = app.anonymous().post_json(ALONE, &form).await;
    hold_at("POST", ALONE, &answer);
    answer
}

/// Who this device signs in, without a name or a password.
pub(crate) async fn sign_in(app: &RunningApp, device: &mut Authenticator) -> Caller {
    let (attempt, options) = invited(app).await;
    let tokens = alone(app, &attempt, &device.get(&options)).await.expect(200);
    app.bearer(&Tokens::from(tokens.json()).access)
}

async fn me(caller: &Caller) -> Value {
    caller.get("/api/v1/me").await.expect(200).json()
}

#[tokio::test]
async fn a_passkey_is_registered_with_backup_codes_and_signs_in_after_the_password_and_alone_auth_11() {
    let app = RunningApp::start().await;
    let Holder {
        caller,
        mut device,
        id,
        codes,
    } = holder(&app, Company::A, ROLE).await;
    assert_eq!(codes.len(), 10, "a first factor comes with backup codes");
    let own = caller.get(OWN).await.expect(200);
    hold_at("GET", OWN, &own);
    let own = own.json()["passkeys"][0].clone();
    assert_eq!((&own["id"], &own["label"]), (&json!(id), &json!("Office laptop")));
    assert!(own["last_used_at"].is_null() && own["suspect_since"].is_null());
    assert_eq!(me(&caller).await["amr"], json!(["user", "pwd", "pop", "mfa"]));

    let (ticket, methods) = ticket(&app, Company::A, ROLE).await;
    assert_eq!(methods, ["passkey", "backup_code"]);
    let options = asked_second(&app, &ticket).await;
    assert_eq!(options["userVerification"], "required");
    let tokens = second_by(&app, &ticket, &device.get(&options)).await.expect(200);
    let two_steps = me(&app.bearer(&Tokens::from(tokens.json()).access)).await;
    assert_eq!(
        (&two_steps["amr"], &two_steps["acr"]),
        (&json!(["user", "pwd", "pop", "mfa"]), &json!("phr"))
    );

    let by_itself = me(&sign_in(&app, &mut device).await).await;
    assert_eq!(
        (
            &by_itself["amr"],
            &by_itself["acr"],
            &by_itself["authenticated_at"]
        ),
        (&json!(["user", "pop", "mfa"]), &json!("phr"), &Value::Null)
    );
    assert!(by_itself["second_factor_at"].is_string() && by_itself["passkey_at"].is_string());
    let used = caller.get(OWN).await.expect(200).json();
    assert!(used["passkeys"][0]["last_used_at"].is_string());
}

#[tokio::test]
async fn a_backup_code_stands_in_for_a_passkey_of_who_has_no_app_auth_7() {
    let app = RunningApp::start().await;
    let Holder { codes, .. } = holder(&app, Company::A, ROLE).await;
    let (ticket, _) = ticket(&app, Company::A, ROLE).await;
    let _ = second(&app, &ticket, "000000").await.expect(401);
    let tokens = second(&app, &ticket, &codes[3]).await.expect(200);
    let me = me(&app.bearer(&Tokens::from(tokens.json()).access)).await;
    assert_eq!((&me["acr"], &me["passkey_at"]), (&json!("mfa"), &Value::Null));
}

#[tokio::test]
async fn a_passkey_steps_up_this_session_and_no_other_auth_8_m7() {
    let app = RunningApp::start().await;
    let Holder {
        caller, mut device, ..
    } = holder(&app, Company::A, ROLE).await;
    let other = sign_in(&app, &mut device).await;
    age(&app).await;
    asks_for_proof(&caller.post(BEGIN).await, "fresh-proof-needed");
    let options = asked(&caller).await;
    let _ = step_up(&caller, &device.get(&options)).await.expect(204);
    let _ = caller.post(BEGIN).await.expect(200);
    asks_for_proof(&other.post(BEGIN).await, "fresh-proof-needed");
}

#[tokio::test]
async fn backup_codes_are_kept_while_any_factor_remains_and_removing_a_passkey_voids_what_was_proved() {
    let app = RunningApp::start().await;
    let Enrolled {
        caller,
        mut phone,
        codes,
    } = enrol(&app, Company::A, ROLE).await;
    let Holder {
        caller,
        mut device,
        id,
        codes: none,
    } = register(caller, Authenticator::new()).await;
    assert_eq!(
        (none.len(), codes.len()),
        (0, 10),
        "codes come with the first factor alone"
    );
    let mut second_device = register(caller, Authenticator::new()).await;
    let caller = second_device.caller.clone();
    let (_, methods) = ticket(&app, Company::A, ROLE).await;
    assert_eq!(methods, ["passkey", "totp", "backup_code"]);
    let other = sign_in(&app, &mut device).await;

    let one = |id: &str| format!("{OWN}/{id}");
    let renamed = caller
        .put_json(&one(&id), &json!({"label": " Lost "}))
        .await
        .expect(204);
    hold_at("PUT", ONE, &renamed);
    assert_eq!(caller.get(OWN).await.json()["passkeys"][0]["label"], "Lost");
    for label in ["a".repeat(61), "two\nlines".into()] {
        let bad = caller
            .put_json(&one(&id), &json!({"label": label}))
            .await
            .expect(422);
        assert_eq!(bad.json()["errors"][0]["pointer"], "/label");
    }
    let removed = caller.delete(&one(&id)).await.expect(204);
    hold_at("DELETE", ONE, &removed);
    for session in [&caller, &other] {
        asks_for_proof(&session.delete(&one(&id)).await, "fresh-proof-needed");
    }
    assert_eq!(me(&other).await["amr"], json!([]), "it had shown nothing else");
    let up = json!({"code": phone.code(&app)});
    let _ = caller.post_json(STEP_UP, &up).await.expect(204);
    assert_eq!(caller.delete(&one(&id)).await.status, 404);
    let left = |answer: Answer| answer.json()["backup_codes_left"].clone();
    assert_eq!(left(caller.get("/api/v1/me/factors").await), 10);
    let _ = caller.delete("/api/v1/me/factors/totp").await.expect(204);
    assert_eq!(
        left(caller.get("/api/v1/me/factors").await),
        10,
        "a passkey remains"
    );
    // A backup code is no proof for that; it enrols alone.
    let up = json!({"code": codes[0]});
    let _ = caller.post_json(STEP_UP, &up).await.expect(204);
    asks_for_proof(
        &caller.delete(&one(&second_device.id)).await,
        "fresh-proof-needed",
    );
    assert_eq!(left(caller.get("/api/v1/me/factors").await), 9);
    let options = asked(&caller).await;
    let _ = step_up(&caller, &second_device.device.get(&options))
        .await
        .expect(204);
    let _ = caller.delete(&one(&second_device.id)).await.expect(204);
    assert_eq!(left(caller.get("/api/v1/me/factors").await), 0);
    let _ = app.tokens(Company::A, ROLE).await;
}

#[tokio::test]
async fn every_act_on_passkeys_leaves_exactly_one_event_and_asking_nobody_in_particular_none() {
    let app = RunningApp::start().await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let mut device = Authenticator::new();
    let mark = app.mark().await;
    let made = device.create(&begin(&caller).await);
    let id = finish(&caller, &made).await.expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let options = asked(&caller).await;
    let _ = step_up(&caller, &device.get(&options)).await.expect(204);
    let _ = sign_in(&app, &mut device).await;
    let (ticket, _) = ticket(&app, Company::A, ROLE).await;
    let options = asked_second(&app, &ticket).await;
    let _ = second_by(&app, &ticket, &device.get(&options)).await.expect(200);
    let one = format!("{OWN}/{id}");
    let _ = caller
        .put_json(&one, &json!({"label": "Phone"}))
        .await
        .expect(204);
    let _ = caller.delete(&one).await.expect(204);
    let mut seen: Vec<String> = app
        .since(&mark)
        .await
        .into_iter()
        .map(|event| format!("{} {} {}", event.event_type, event.outcome, event.path.unwrap()))
        .collect();
    let mut expected = [
        format!("CREATE SUCCESS {BEGIN}"),
        format!("CREATE SUCCESS {OWN}"),
        format!("LOGIN SUCCESS {ASK}"),
        format!("LOGIN SUCCESS {STEP_UP}"),
        format!("LOGIN SUCCESS {ALONE}"),
        "LOGIN SUCCESS /api/v1/sessions".to_owned(),
        format!("LOGIN SUCCESS {SECOND}"),
        format!("UPDATE SUCCESS {one}"),
        format!("DELETE SUCCESS {one}"),
    ];
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn whom_the_company_demands_a_passkey_of_may_enrol_one_with_an_app_and_then_everything_m9() {
    let app = RunningApp::start().await;
    let demand = json!({"policy": "supervisors", "passkeys": "managers"});
    let mut admin = holder(&app, Company::A, Role::Admin).await;
    let bad = admin
        .caller
        .put_json(POLICY, &json!({"policy": "optional", "passkeys": "all"}))
        .await;
    assert_eq!(bad.expect(422).json()["errors"][0]["pointer"], "/passkeys");
    let set = admin.caller.put_json(POLICY, &demand).await.expect(204);
    hold_at("PUT", POLICY, &set);
    let _ = admin.caller.get("/api/v1/shipments").await.expect(200);

    // A manager who has an app, and has shown it.
    let Enrolled {
        caller: manager,
        mut phone,
        codes,
    } = enrol(&app, Company::A, Role::Manager).await;
    let caught = manager.get("/api/v1/shipments").await;
    hold_at("GET", "/api/v1/shipments", &caught);
    asks_for_proof(&caught, "passkey-demanded");
    assert!(caught.header("www-authenticate").contains("acr_values=\"phr\""));
    let own = manager.get("/api/v1/me/factors").await.expect(200).json();
    assert_eq!(own["company_demands_passkeys"], "managers");
    let left = json!([
        "emergency.contacts.view",
        "emergency.procedures.view",
        "session.enrol",
        "session.factors",
        "session.own"
    ]);
    assert_eq!(
        me(&manager).await["permissions"],
        left,
        "nobody is kept from what to do in an emergency"
    );
    let Holder {
        caller: manager,
        mut device,
        ..
    } = register(manager, Authenticator::new()).await;
    let _ = manager.get("/api/v1/shipments").await.expect(200);

    // A session that has shown the app, or a backup code, has not shown the passkey; and the app enrols nothing now.
    let (ticket_of_app, _) = ticket(&app, Company::A, Role::Manager).await;
    let tokens = second(&app, &ticket_of_app, &phone.code(&app)).await.expect(200);
    let phished = app.bearer(&Tokens::from(tokens.json()).access);
    asks_for_proof(&phished.get("/api/v1/shipments").await, "passkey-demanded");
    asks_for_proof(&phished.post(BEGIN).await, "fresh-proof-needed");
    let (ticket_of_code, _) = ticket(&app, Company::A, Role::Manager).await;
    let tokens = second(&app, &ticket_of_code, &codes[0]).await.expect(200);
    let recovering = app.bearer(&Tokens::from(tokens.json()).access);
    asks_for_proof(&recovering.get("/api/v1/shipments").await, "passkey-demanded");
    let recovered = register(recovering, Authenticator::new()).await;
    let _ = recovered.caller.get("/api/v1/shipments").await.expect(200);
    let by_passkey = sign_in(&app, &mut device).await;
    let _ = by_passkey.get("/api/v1/shipments").await.expect(200);

    // Below MANAGER a second factor is enough, and another company demands nothing.
    let supervisor = enrol(&app, Company::A, Role::Supervisor).await;
    let _ = supervisor.caller.get("/api/v1/shipments").await.expect(200);
    let theirs = app.caller(Company::B, Role::Manager).await;
    let _ = theirs.get("/api/v1/shipments").await.expect(200);
    // What is not named stays.
    age(&app).await;
    app.behind_the_back(
        "update sessions set phishing_resistant_at = phishing_resistant_at - interval '901 seconds'",
    )
    .await;
    asks_for_proof(
        &admin.caller.put_json(POLICY, &demand).await,
        "second-factor-needed",
    );
    let options = asked(&admin.caller).await;
    let _ = step_up(&admin.caller, &admin.device.get(&options))
        .await
        .expect(204);
    let _ = admin
        .caller
        .put_json(POLICY, &json!({"policy": "everyone"}))
        .await
        .expect(204);
    let own = admin.caller.get("/api/v1/me/factors").await.expect(200).json();
    assert_eq!(own["company_demands_passkeys"], "managers");
}

#[tokio::test]
async fn who_has_no_passkey_is_told_so_when_asked_for_one() {
    let app = RunningApp::start().await;
    let Enrolled { caller, .. } = enrol(&app, Company::A, ROLE).await;
    let answer = caller.post(ASK).await;
    hold_at("POST", ASK, &answer);
    assert_eq!((answer.status, kind(&answer).as_str()), (409, "conflict"));
    let (ticket, methods) = ticket(&app, Company::A, ROLE).await;
    assert_eq!(methods, ["totp", "backup_code"]);
    let asked = app
        .anonymous()
        .post_json(ASK_SECOND, &json!({"ticket": ticket}))
        .await;
    hold_at("POST", ASK_SECOND, &asked);
    assert_eq!(asked.status, 409);
    let none = app
        .anonymous()
        .post_json(ASK_SECOND, &json!({"ticket": "none"}))
        .await;
    assert_eq!((none.status, kind(&none).as_str()), (401, "sign-in-over"));
}

#[tokio::test]
async fn an_eleventh_passkey_is_refused() {
    let app = RunningApp::start().await;
    let mut holder = holder(&app, Company::A, ROLE).await;
    for _ in 0..9 {
        holder = register(holder.caller, Authenticator::new()).await;
    }
    let full = holder.caller.post(BEGIN).await;
    hold_at("POST", BEGIN, &full);
    assert_eq!(full.status, 409, "{}", full.text());
    let _ = enrol_as(&app, holder.caller).await;
}
