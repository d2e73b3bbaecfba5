//! Second factors over the API: enrolling, the second step of signing in, step-up, what the company demands, and
//! the attacks on each (AUTH-6, AUTH-7, AUTH-8, AUTHZ-4; M1 to M11).

use access::role::Role;
use crypto::totp::{STEP_SECONDS, Step, TotpSecret};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::running::Tokens;
use testkit::world::PASSWORD;
use testkit::{Answer, Caller, Company, RunningApp};
use time::Duration;

use crate::contract::hold_at;

pub(crate) const ROLE: Role = Role::Operator;
const FACTORS: &str = "/api/v1/me/factors";
pub(crate) const TOTP: &str = "/api/v1/me/factors/totp";
const CONFIRM: &str = "/api/v1/me/factors/totp/confirm";
pub(crate) const CODES: &str = "/api/v1/me/factors/backup-codes";
pub(crate) const STEP_UP: &str = "/api/v1/me/step-up";
pub(crate) const SECOND: &str = "/api/v1/sessions/second-factor";
pub(crate) const POLICY: &str = "/api/v1/company/second-factor-policy";

/// The app on somebody's phone: shows each code once.
pub(crate) struct Phone {
    secret: TotpSecret,
    last: i64,
}

impl Phone {
    /// Reads the secret as it is shown for typing.
    pub(crate) fn of(text: &str) -> Self {
        const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: String = text
            .chars()
            .filter(|letter| *letter != ' ')
            .map(|letter| format!("{:05b}", ALPHABET.find(letter).unwrap()))
            .collect();
        let bytes: Vec<u8> = bits
            .as_bytes()
            .chunks_exact(8)
            .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
            .collect();
        Self {
            secret: TotpSecret::from_bytes(&bytes).unwrap(),
            last: 0,
        }
    }

    /// The secret as it was shown for typing.
    pub(crate) fn secret_text(&self) -> String {
        self.secret.to_text().to_string()
    }

    /// The secret itself.
    pub(crate) fn secret_bytes(&self) -> &[u8] {
        self.secret.bytes()
    }

    /// A code that was not shown before and is taken now; turns the application's clock where it must.
    pub(crate) fn code(&mut self, app: &RunningApp) -> String {
        let now = || app.now().unix_timestamp() / STEP_SECONDS;
        let next = (self.last + 1).max(now() - 1);
        if next > now() + 1 {
            app.turn_clock(Duration::seconds(STEP_SECONDS));
        }
        self.last = next;
        let at = time::OffsetDateTime::from_unix_timestamp(next * STEP_SECONDS).unwrap();
        self.secret.code(Step::at(at)).to_string()
    }
}

/// Somebody with a phone and ten codes.
pub(crate) struct Enrolled {
    pub(crate) caller: Caller,
    pub(crate) phone: Phone,
    pub(crate) codes: Vec<String>,
}

pub(crate) async fn enrol(app: &RunningApp, company: Company, role: Role) -> Enrolled {
    let caller = app.bearer(&app.tokens(company, role).await.access);
    enrol_as(app, caller).await
}

pub(crate) async fn enrol_as(app: &RunningApp, caller: Caller) -> Enrolled {
    let begun = caller.post(TOTP).await.expect(201);
    hold_at("POST", TOTP, &begun);
    let mut phone = Phone::of(begun.json()["secret"].as_str().unwrap());
    let code = phone.code(app);
    let confirmed = caller
        .post_json(CONFIRM, &json!({"code": code}))
        .await
        .expect(200);
    hold_at("POST", CONFIRM, &confirmed);
    Enrolled {
        caller,
        phone,
        codes: texts(&confirmed.json()["backup_codes"]),
    }
}

pub(crate) fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

/// A ticket of a person who has a second factor.
pub(crate) async fn ticket(app: &RunningApp, company: Company, role: Role) -> String {
    let form = json!({"email": company.email(role), "password": PASSWORD});
    let answer = app
        .anonymous()
        .post_json("/api/v1/sessions", &form)
        .await
        .expect(202);
    hold_at("POST", "/api/v1/sessions", &answer);
    let answer = answer.json();
    assert_eq!(answer["second_factor_required"], true);
    assert_eq!(answer["methods"], json!(["totp", "backup_code"]));
    answer["ticket"].as_str().unwrap().to_owned()
}

pub(crate) async fn second(app: &RunningApp, ticket: &str, code: &str) -> Answer {
    let form = json!({"ticket": ticket, "code": code});
    let answer = app.anonymous().post_json(SECOND, &form).await;
    hold_at("POST", SECOND, &answer);
    answer
}

pub(crate) fn kind(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    kind.trim_start_matches("urn:safeshipper:problem:").to_owned()
}

/// The answer asks for more proof, as RFC 9470 has it.
pub(crate) fn asks_for_proof(answer: &Answer, expected: &str) {
    assert_eq!(
        (answer.status, kind(answer).as_str()),
        (401, expected),
        "{}",
        answer.text()
    );
    let header = answer.header("www-authenticate");
    assert!(
        header.starts_with("Bearer error=\"insufficient_user_authentication\""),
        "{header}"
    );
    assert_eq!(
        header.contains("max_age=900"),
        !expected.ends_with("-demanded"),
        "{header}"
    );
}

/// As if time had passed since every proof so far.
pub(crate) async fn age(app: &RunningApp) {
    app.behind_the_back(
        "update sessions set second_factor_at = second_factor_at - interval '901 seconds',
             authenticated_at = authenticated_at - interval '901 seconds'",
    )
    .await;
}

#[tokio::test]
async fn somebody_enrols_signs_in_in_two_steps_and_each_code_is_good_once_auth_6_auth_7() {
    let app = RunningApp::start().await;
    let Enrolled {
        caller,
        mut phone,
        codes,
    } = enrol(&app, Company::A, ROLE).await;
    assert_eq!(codes.len(), 10);
    let own = caller.get(FACTORS).await.expect(200).json();
    assert_eq!(
        (&own["backup_codes_left"], &own["totp_pending"]),
        (&json!(10), &json!(false))
    );
    let me = caller.get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["amr"], json!(["pwd", "otp", "mfa"]));

    let code = phone.code(&app);
    let tokens = second(&app, &ticket(&app, Company::A, ROLE).await, &code)
        .await
        .expect(200);
    let signed_in = app.bearer(&Tokens::from(tokens.json()).access);
    let me = signed_in.get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["amr"], json!(["pwd", "otp", "mfa"]));
    assert!(me["second_factor_at"].is_string());

    let again = second(&app, &ticket(&app, Company::A, ROLE).await, &code).await;
    assert_eq!(
        (again.status, kind(&again).as_str()),
        (401, "second-factor-refused"),
        "M1"
    );
    let up = signed_in
        .post_json(STEP_UP, &json!({"code": code}))
        .await
        .expect(422);
    assert!(!up.text().contains(&code));

    let typed = codes[0].to_lowercase().replace('-', " ");
    let _ = second(&app, &ticket(&app, Company::A, ROLE).await, &typed)
        .await
        .expect(200);
    let _ = second(&app, &ticket(&app, Company::A, ROLE).await, &codes[0])
        .await
        .expect(401);
    let left = caller.get(FACTORS).await.expect(200).json();
    assert_eq!(left["backup_codes_left"], 9);
}

#[tokio::test]
async fn the_first_code_of_the_app_is_spent_by_confirming_m1_m6() {
    let app = RunningApp::start().await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let secret = caller.post(TOTP).await.expect(201).json();
    let mut phone = Phone::of(secret["secret"].as_str().unwrap());
    let picture = caller.get(&format!("{TOTP}/qr.png")).await.expect(200);
    hold_at("GET", "/api/v1/me/factors/totp/qr.png", &picture);
    assert!(picture.body.starts_with(b"\x89PNG") && picture.header("cache-control") == "no-store");
    // Not confirmed, it is no factor: the password alone signs in, and a wrong code does not confirm.
    let _ = app.tokens(Company::A, ROLE).await;
    let wrong = caller
        .post_json(CONFIRM, &json!({"code": "000000"}))
        .await
        .expect(422);
    hold_at("POST", CONFIRM, &wrong);
    let code = phone.code(&app);
    let form = json!({"code": code});
    let _ = app
        .caller(Company::A, ROLE)
        .await
        .post_json(CONFIRM, &form)
        .await
        .expect(404);
    let _ = caller.post_json(CONFIRM, &form).await.expect(200);
    let _ = caller.post_json(CONFIRM, &form).await.expect(404);
    let _ = second(&app, &ticket(&app, Company::A, ROLE).await, &code)
        .await
        .expect(401);
    let _ = caller.get(&format!("{TOTP}/qr.png")).await.expect(404);
}

#[tokio::test]
async fn every_act_leaves_exactly_one_event_and_every_wrong_code_one_that_says_so() {
    let app = RunningApp::start().await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let begun = caller.post(TOTP).await.expect(201).json();
    let mut phone = Phone::of(begun["secret"].as_str().unwrap());
    let code = phone.code(&app);
    let mark = app.mark().await;
    let _ = caller
        .post_json(CONFIRM, &json!({"code": code}))
        .await
        .expect(200);
    let stamp = ticket(&app, Company::A, ROLE).await;
    let _ = second(&app, &stamp, "000000").await.expect(401);
    let _ = second(&app, &stamp, &phone.code(&app)).await.expect(200);
    let _ = caller
        .post_json(STEP_UP, &json!({"code": "000000"}))
        .await
        .expect(422);
    let _ = caller
        .post_json(STEP_UP, &json!({"code": phone.code(&app)}))
        .await
        .expect(204);
    let _ = caller.post(CODES).await.expect(200);
    let _ = caller.delete(TOTP).await.expect(204);
    let seen: Vec<String> = app
        .since(&mark)
        .await
        .into_iter()
        .map(|event| format!("{} {} {}", event.event_type, event.outcome, event.path.unwrap()))
        .collect();
    let mut expected = [
        format!("CREATE SUCCESS {CONFIRM}"),
        "LOGIN SUCCESS /api/v1/sessions".to_owned(),
        format!("LOGIN FAILURE {SECOND}"),
        format!("LOGIN SUCCESS {SECOND}"),
        format!("LOGIN FAILURE {STEP_UP}"),
        format!("LOGIN SUCCESS {STEP_UP}"),
        format!("UPDATE SUCCESS {CODES}"),
        format!("DELETE SUCCESS {TOTP}"),
    ];
    // Ids follow the application's clock, which the phone has turned: the order is theirs.
    let mut seen = seen;
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn changing_factors_needs_a_proof_of_the_last_900_seconds_in_this_session_m5_m7() {
    let app = RunningApp::start().await;
    let other = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let Enrolled {
        caller, mut phone, ..
    } = enrol(&app, Company::A, ROLE).await;
    let acts = [
        (Method::POST, TOTP),
        (Method::POST, CODES),
        (Method::DELETE, TOTP),
    ];
    // Another session of the person, fresh by password: the factor is what counts now.
    for (method, path) in &acts {
        let answer = other.send(other.request(method.clone(), path)).await;
        hold_at(method.as_str(), path, &answer);
        asks_for_proof(&answer, "fresh-proof-needed");
    }
    age(&app).await;
    for (method, path) in &acts {
        let answer = caller.send(caller.request(method.clone(), path)).await;
        asks_for_proof(&answer, "fresh-proof-needed");
    }
    let password = caller
        .post_json(STEP_UP, &json!({"password": PASSWORD}))
        .await
        .expect(422);
    assert!(password.text().contains("second factor"));
    let _ = caller
        .post_json(STEP_UP, &json!({"code": phone.code(&app)}))
        .await
        .expect(204);
    let _ = caller.post(CODES).await.expect(200);
    let still = other.post(CODES).await;
    asks_for_proof(&still, "fresh-proof-needed");
    let _ = caller.delete(TOTP).await.expect(204);
    let _ = caller.delete(TOTP).await.expect(401);
}

#[tokio::test]
async fn who_has_no_factor_shows_the_password_again_to_enrol_one_m5() {
    let app = RunningApp::start().await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    age(&app).await;
    asks_for_proof(&caller.post(TOTP).await, "fresh-proof-needed");
    let wrong = json!({"password": "hunter2-hunter2"});
    let _ = caller.post_json(STEP_UP, &wrong).await.expect(422);
    asks_for_proof(&caller.post(TOTP).await, "fresh-proof-needed");
    for body in [
        json!({}),
        json!({"code": "1", "password": PASSWORD}),
        json!({"code": "000000"}),
    ] {
        let answer = caller.post_json(STEP_UP, &body).await;
        hold_at("POST", STEP_UP, &answer);
        assert_eq!(answer.status, 422, "{body}");
    }
    let _ = caller
        .post_json(STEP_UP, &json!({"password": PASSWORD}))
        .await
        .expect(204);
    let _ = caller.post(TOTP).await.expect(201);
    // It elevates nothing: there is no second factor to have been shown.
    let me = caller.get("/api/v1/me").await.expect(200).json();
    assert_eq!(
        (&me["second_factor_at"], &me["amr"]),
        (&Value::Null, &json!(["pwd"]))
    );
}

#[tokio::test]
async fn a_ticket_is_good_for_its_own_step_and_for_nothing_else() {
    let app = RunningApp::start().await;
    let Enrolled { mut phone, codes, .. } = enrol(&app, Company::A, ROLE).await;
    let theirs = enrol(&app, Company::B, ROLE).await;
    let mine = ticket(&app, Company::A, ROLE).await;
    let _ = app.bearer(&mine).get("/api/v1/me").await.expect(401);
    let _ = app.cookie(&mine, "").get("/shipments").await.expect(401);
    let refresh = json!({"refresh_token": mine});
    let _ = app
        .anonymous()
        .post_json("/api/v1/sessions/refresh", &refresh)
        .await
        .expect(401);
    // A proof of somebody in another company.
    let _ = second(&app, &mine, &theirs.codes[0]).await.expect(401);
    // Tickets that are none, all answered alike.
    let cut = &mine[..mine.len() - 1];
    for (what, text) in [
        ("none", "none"),
        ("empty", ""),
        ("cut", cut),
        ("token", theirs.caller.proof()),
    ] {
        let answer = second(&app, text, &codes[0]).await;
        assert_eq!(
            (answer.status, kind(&answer).as_str()),
            (401, "sign-in-over"),
            "{what}"
        );
    }
    let code = phone.code(&app);
    let _ = second(&app, &mine, &code).await.expect(200);
    let spent = second(&app, &mine, &phone.code(&app)).await;
    assert_eq!(kind(&spent), "sign-in-over", "a ticket is good once");
}

#[tokio::test]
async fn five_wrong_codes_kill_the_ticket_slow_the_app_and_leave_backup_codes_and_sessions_alone_m2() {
    let app = RunningApp::start().await;
    let Enrolled {
        caller,
        mut phone,
        codes,
    } = enrol(&app, Company::A, ROLE).await;
    let killed = ticket(&app, Company::A, ROLE).await;
    for _ in 0..5 {
        let answer = second(&app, &killed, "000000").await;
        assert_eq!(kind(&answer), "second-factor-refused");
    }
    let sixth = second(&app, &killed, &phone.code(&app)).await;
    assert_eq!((sixth.status, kind(&sixth).as_str()), (401, "sign-in-over"));
    // As if the attacker went on for long: the wait is then a quarter of an hour.
    app.behind_the_back("update totp_factors set failed_attempts = 50, failed_at = now()")
        .await;
    let next = ticket(&app, Company::A, ROLE).await;
    let slowed = second(&app, &next, &phone.code(&app)).await;
    assert_eq!(
        (slowed.status, kind(&slowed).as_str()),
        (429, "too-many-attempts")
    );
    let seconds: i64 = slowed.header("retry-after").parse().unwrap();
    assert!((800..=901).contains(&seconds), "{seconds}");
    let _ = caller
        .post_json(STEP_UP, &json!({"code": phone.code(&app)}))
        .await
        .expect(204);
    let _ = second(&app, &next, &codes[1]).await.expect(200);
}

#[tokio::test]
async fn ten_wrong_proofs_end_the_session_they_were_shown_in() {
    let app = RunningApp::start().await;
    let Enrolled { caller, .. } = enrol(&app, Company::A, ROLE).await;
    let stolen = app.bearer(&app.tokens(Company::B, ROLE).await.access);
    for _ in 0..10 {
        let wrong = json!({"password": "hunter2-hunter2"});
        let _ = stolen.post_json(STEP_UP, &wrong).await.expect(422);
    }
    let mark = app.mark().await;
    let _ = stolen
        .post_json(STEP_UP, &json!({"password": PASSWORD}))
        .await
        .expect(401);
    let events = app.since(&mark).await;
    assert_eq!((events.len(), events[0].event_type.as_str()), (1, "LOGOUT"));
    let _ = stolen.get("/api/v1/me").await.expect(401);
    let _ = caller.get("/api/v1/me").await.expect(200);
}

#[tokio::test]
async fn whom_the_company_demands_a_factor_of_may_enrol_and_then_everything_m11_authz_4() {
    let app = RunningApp::start().await;
    let everyone = json!({"policy": "everyone"});
    let admin = app.bearer(&app.tokens(Company::A, Role::Admin).await.access);
    let refused = admin.put_json(POLICY, &everyone).await;
    hold_at("PUT", POLICY, &refused);
    asks_for_proof(&refused, "second-factor-needed");
    let mut admin = enrol_as(&app, admin).await;
    age(&app).await;
    asks_for_proof(
        &admin.caller.put_json(POLICY, &everyone).await,
        "second-factor-needed",
    );
    let up = json!({"code": admin.phone.code(&app)});
    let _ = admin.caller.post_json(STEP_UP, &up).await.expect(204);
    let bad = admin
        .caller
        .put_json(POLICY, &json!({"policy": "all"}))
        .await
        .expect(422);
    assert_eq!(bad.json()["errors"][0]["pointer"], "/policy");
    let mark = app.mark().await;
    let _ = admin.caller.put_json(POLICY, &everyone).await.expect(204);
    let events = app.since(&mark).await;
    assert_eq!(
        (events.len(), events[0].event_type.as_str()),
        (1, "PERMISSION_CHANGE")
    );

    let operator = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let caught = operator.get("/api/v1/shipments").await;
    asks_for_proof(&caught, "second-factor-demanded");
    let me = operator.get("/api/v1/me").await.expect(200).json();
    let left = [
        "emergency.contacts.view",
        "emergency.procedures.view",
        "session.enrol",
        "session.factors",
        "session.own",
    ];
    assert_eq!(
        me["permissions"],
        json!(left),
        "nobody is kept from what to do in an emergency"
    );
    let own = operator.get(FACTORS).await.expect(200).json();
    assert_eq!(own["company_demands"], "everyone");
    let enrolled = enrol_as(&app, operator).await;
    let _ = enrolled.caller.get("/api/v1/shipments").await.expect(200);
    // Another company demands nothing.
    let _ = app
        .caller(Company::B, ROLE)
        .await
        .get("/api/v1/shipments")
        .await
        .expect(200);
    // Removed, it is demanded again.
    let _ = enrolled.caller.delete(TOTP).await.expect(204);
    asks_for_proof(
        &enrolled.caller.get("/api/v1/shipments").await,
        "second-factor-demanded",
    );
}

#[tokio::test]
async fn the_database_holds_no_secret_and_no_code_in_the_clear() {
    let app = RunningApp::start().await;
    app.behind_the_back("delete from data_keys where purpose = 'credential'")
        .await;
    let caller = app.bearer(&app.tokens(Company::A, ROLE).await.access);
    let begun = caller.post(TOTP).await.expect(201).json();
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let mut phone = Phone::of(&secret);
    let code = phone.code(&app);
    let codes = caller
        .post_json(CONFIRM, &json!({"code": code}))
        .await
        .expect(200)
        .json();
    let ticket = ticket(&app, Company::A, ROLE).await;
    let _ = second(&app, &ticket, "000000").await.expect(401);
    let dump = app.dump().await;
    assert!(dump.contains("second factor active") && dump.contains("secret_sealed"));
    let bare = secret.replace(' ', "");
    let hex: String = phone
        .secret
        .bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut secrets = vec![secret, bare, hex, ticket];
    for code in texts(&codes["backup_codes"]) {
        secrets.push(code.replace('-', ""));
        secrets.push(code);
    }
    for secret in secrets {
        assert!(!dump.contains(&secret), "{secret}");
    }
}
