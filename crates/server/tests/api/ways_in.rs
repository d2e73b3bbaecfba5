//! Where the ways into an account meet: passkeys and providers beside lockdowns and resets of lost factors.

use std::sync::Arc;

use access::role::Role;
use serde_json::json;
use testkit::running::Tokens;
use testkit::world::PASSWORD;
use testkit::{Company, RunningApp};
use tokio::task::JoinSet;

use crate::factor_reset::{PLACE, a_day_later, administrators, asked, call};
use crate::factors::{CODES, STEP_UP, TOTP, asks_for_proof, enrol, enrol_as, second, ticket};
use crate::passkeys::{Holder, alone, holder, invited};
use crate::samples::NEW_PASSWORD;
use crate::{oidc, passwords};

#[tokio::test]
async fn after_a_lockdown_neither_passkey_nor_password_opens_the_account_although_it_is_unlocked_m10() {
    let app = RunningApp::start().await;
    let Holder { mut device, .. } = holder(&app, Company::A, Role::Driver).await;
    let admin = app.caller(Company::A, Role::Admin).await;
    let place = format!("/api/v1/users/{}", app.world.user(Company::A, Role::Driver));
    let another = app.second_admin(Company::A).await;
    for (by, act) in [(&admin, "lockdown"), (&another, "unlock")] {
        let reason = json!({"reason": "telephone lost in Rotterdam"});
        let done = by.post_json(&format!("{place}/{act}"), &reason).await;
        let _ = done.expect(204);
    }
    let (attempt, options) = invited(&app).await;
    let _ = alone(&app, &attempt, &device.get(&options)).await.expect(401);
    let form = json!({"email": Company::A.email(Role::Driver), "password": PASSWORD});
    let _ = app
        .anonymous()
        .post_json("/api/v1/sessions", &form)
        .await
        .expect(401);
}

#[tokio::test]
async fn a_reset_that_is_due_takes_the_passkey_before_it_opens_anything_and_is_told_m10() {
    let app = RunningApp::start().await;
    let Holder { mut device, .. } = holder(&app, Company::A, Role::Driver).await;
    let (first, second) = administrators(&app, true).await;
    let seen = app.mails().await.len();
    let reset = asked(&app, &first).await;
    let approved = call(&app, &second, &format!("{PLACE}/approve"), Some(reset)).await;
    let _ = approved.expect(204);
    a_day_later(&app).await;
    let (attempt, options) = invited(&app).await;
    let _ = alone(&app, &attempt, &device.get(&options)).await.expect(401);
    let form = json!({"email": Company::A.email(Role::Driver), "password": PASSWORD});
    let signed_in = app.anonymous().post_json("/api/v1/sessions", &form).await;
    let _ = signed_in.expect(401);
    assert_eq!(
        app.told(&Company::A.email(Role::Driver), seen).await,
        [
            "A reset of your second factors was asked for",
            "Your second factors are reset in a day",
            "Your second factors were reset",
        ]
    );
}

#[tokio::test]
async fn a_reset_that_is_due_takes_the_link_to_a_provider_with_the_factors_m10() {
    let (app, provider, id) = oidc::start().await;
    let linked = oidc::link(&app, Company::A, Role::Driver, (&provider, &id), "dario").await;
    let _ = linked.expect(303);
    let _ = holder(&app, Company::A, Role::Driver).await;
    let (first, second) = administrators(&app, true).await;
    let reset = asked(&app, &first).await;
    let approved = call(&app, &second, &format!("{PLACE}/approve"), Some(reset)).await;
    let _ = approved.expect(204);
    let asked = oidc::sign_in(&app, Company::A, &provider, "dario").await;
    assert!(asked.expect(200).text().contains("Second step"), "not due yet");
    a_day_later(&app).await;
    let _ = oidc::sign_in(&app, Company::A, &provider, "dario")
        .await
        .expect(401);
    let unlinked = oidc::sign_in(&app, Company::A, &provider, "dario").await;
    assert!(unlinked.expect(401).text().contains("link it under Security"));
}

#[tokio::test]
async fn a_passkey_is_the_second_step_after_a_provider_and_the_session_knows_both_auth_9_auth_11() {
    let (app, provider, id) = oidc::start().await;
    let linked = oidc::link(&app, Company::A, Role::Driver, (&provider, &id), "dario").await;
    let _ = linked.expect(303);
    let Holder { mut device, .. } = holder(&app, Company::A, Role::Driver).await;
    let step = oidc::sign_in(&app, Company::A, &provider, "dario")
        .await
        .expect(200);
    let ticket = [("ticket", step.hidden("ticket"))];
    let nobody = app.anonymous();
    let options = nobody
        .gate("/sign-in/second-factor/passkey", &step, &ticket)
        .await;
    let options = options.expect(200).json()["options"].clone();
    let [ticket] = ticket;
    let shown = [ticket, ("passkey", device.get(&options).to_string())];
    let done = nobody.gate("/sign-in/second-factor", &step, &shown).await;
    let _ = done.expect(303);
    let methods = ["user", "pop", "mfa", "fed"].map(|method| format!("<element>{method}</element>"));
    let dump: String = app.dump().await.split_whitespace().collect();
    assert!(dump.contains(&format!("<amr>{}</amr>", methods.concat())));
}

#[tokio::test]
async fn passkeys_shown_beside_a_lockdown_are_refused_or_over_and_never_break_it_m10() {
    let app = Arc::new(RunningApp::start().await);
    let Holder { mut device, .. } = holder(&app, Company::A, Role::Driver).await;
    let mut shown = Vec::new();
    for _ in 0..8 {
        let (attempt, options) = invited(&app).await;
        shown.push((attempt, device.get(&options)));
    }
    let admin = app.caller(Company::A, Role::Admin).await;
    let mut all = JoinSet::new();
    for (attempt, credential) in shown {
        let app = app.clone();
        all.spawn(async move { alone(&app, &attempt, &credential).await });
    }
    let place = format!("/api/v1/users/{}", app.world.user(Company::A, Role::Driver));
    let reason = json!({"reason": "telephone lost in Rotterdam"});
    let locked = admin.post_json(&format!("{place}/lockdown"), &reason).await;
    let _ = locked.expect(204);
    for answer in all.join_all().await {
        assert!([200, 401].contains(&answer.status), "{}", answer.text());
        if answer.status == 200 {
            let tokens = Tokens::from(answer.json());
            let _ = app.bearer(&tokens.access).get("/api/v1/me").await.expect(401);
        }
    }
}

/// The thief has a session, the password and the mailbox: removes the factor, is locked out, is unlocked by mistake.
#[tokio::test]
async fn who_removed_the_factor_before_the_lockdown_has_nothing_from_the_password_nor_for_a_day_from_the_mailbox_m10()
 {
    let app = RunningApp::start().await;
    let mut thief = enrol(&app, Company::A, Role::Driver).await;
    let shown = json!({"code": thief.phone.code(&app)});
    let _ = thief.caller.post_json(STEP_UP, &shown).await.expect(204);
    let _ = thief.caller.delete(TOTP).await.expect(204);
    let admin = app.caller(Company::A, Role::Admin).await;
    let place = format!("/api/v1/users/{}", app.world.user(Company::A, Role::Driver));
    let another = app.second_admin(Company::A).await;
    for (by, act) in [(&admin, "lockdown"), (&another, "unlock")] {
        let reason = json!({"reason": "telephone lost in Rotterdam"});
        let done = by.post_json(&format!("{place}/{act}"), &reason).await;
        let _ = done.expect(204);
    }
    let email = Company::A.email(Role::Driver);
    let form = json!({"email": email, "password": PASSWORD});
    let signed_in = app.anonymous().post_json("/api/v1/sessions", &form).await;
    let _ = signed_in.expect(401);
    let seen = app.mails().await.len();
    let ask = json!({"email": email});
    let asked = app.anonymous().post_json("/api/v1/password-resets", &ask).await;
    let _ = asked.expect(202);
    assert_eq!(app.mails().await.len(), seen, "the mailbox opens nothing yet");
    app.behind_the_back("update users set recovery_opens_at = recovery_opens_at - interval '24 hours'")
        .await;
    let link = passwords::asked(&app, &email).await;
    let _ = passwords::set(&app, &link, NEW_PASSWORD).await.expect(204);
    let form = json!({"email": email, "password": NEW_PASSWORD});
    let signed_in = app.anonymous().post_json("/api/v1/sessions", &form).await;
    let _ = signed_in.expect(200);
}

/// Until another factor is shown: a sheet of codes takes nothing away and sets nothing.
#[tokio::test]
async fn a_backup_code_enrols_a_factor_and_neither_removes_one_nor_sets_a_password_m4() {
    let app = RunningApp::start().await;
    let enrolled = enrol(&app, Company::A, Role::Driver).await;
    let ticket = ticket(&app, Company::A, Role::Driver).await;
    let tokens = second(&app, &ticket, &enrolled.codes[0]).await.expect(200);
    let finder = app.bearer(&Tokens::from(tokens.json()).access);
    let change = json!({"current_password": PASSWORD, "password": NEW_PASSWORD});
    for refused in [
        finder.delete(TOTP).await,
        finder.post(CODES).await,
        finder.post_json("/api/v1/me/password", &change).await,
    ] {
        asks_for_proof(&refused, "fresh-proof-needed");
    }
    let shown = json!({"code": enrolled.codes[1]});
    let _ = finder.post_json(STEP_UP, &shown).await.expect(204);
    asks_for_proof(&finder.delete(TOTP).await, "fresh-proof-needed");
    // Another phone: its first code is a proof of its own.
    let owner = enrol_as(&app, finder).await;
    let _ = owner.caller.post(CODES).await.expect(200);
    let _ = owner.caller.delete(TOTP).await.expect(204);
}
