//! The console's page of data sets: loading, removing, keys; and the attacks on its upload.

use access::role::Role;
use testkit::{Answer, Caller, Company, RunningApp};

use crate::samples::{bundle, data_set, public_key};

const PAGE: &str = "/data-sets";

async fn upload(browser: &Caller, bundle: &str) -> Answer {
    browser.post_file(PAGE, "bundle", bundle.as_bytes()).await
}

async fn trust(browser: &Caller) {
    let fields = [("key", public_key())];
    let answer = browser.post_form("/data-sets/keys", &fields).await;
    assert_eq!(
        answer.header("location"),
        "/data-sets?done=trusted&regime=",
        "{}",
        answer.text()
    );
}

/// The live answer of the checker to goods.
async fn checked(browser: &Caller, goods: &str) -> String {
    let fields: Vec<(&str, String)> = [
        ("goods", goods),
        ("us_row", ""),
        ("adr_row", ""),
        ("packing_group", ""),
        ("physical_state", ""),
        ("limited_quantity", "no"),
        ("quantity", ""),
        ("unit", "L"),
        ("packages", ""),
        ("packaging", ""),
        ("technical_name", ""),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into();
    browser
        .post_form("/checker/result", &fields)
        .await
        .expect(200)
        .text()
}

#[tokio::test]
async fn an_administrator_trusts_a_key_loads_a_bundle_sees_it_answer_and_removes_it() {
    let app = RunningApp::start().await;
    let admin = app.browser(Company::A, Role::Admin).await;
    let empty = admin.get(PAGE).await.expect(200).text();
    assert_eq!(empty.matches("Not loaded").count(), 3);
    assert!(
        checked(&admin, "UN1203")
            .await
            .contains("Not checked: IMDG, ADG, IATA")
    );

    trust(&admin).await;
    let loaded = upload(&admin, &bundle(&data_set(Company::A))).await;
    assert_eq!(
        loaded.header("location"),
        "/data-sets?done=loaded&regime=imdg",
        "{}",
        loaded.text()
    );
    let page = admin.get(loaded.header("location")).await.expect(200).text();
    for said in [
        "Exampleland sea rules 7",
        "2026-01-01 to 2027-12-31",
        "publisher",
        "The data set of IMDG is in force",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let operator = app.browser(Company::A, Role::Operator).await;
    let answer = checked(&operator, "UN1203").await;
    assert!(
        answer.contains("imdg-verdict") && answer.contains("Not checked: ADG, IATA"),
        "{answer}"
    );
    assert!(
        checked(&operator, "UN1950")
            .await
            .contains("Spray cans · 2.1 + 8")
    );

    let gone = admin.post_form("/data-sets/imdg/withdraw", &[]).await;
    assert_eq!(gone.header("location"), "/data-sets?done=withdrawn&regime=imdg");
    assert!(!checked(&operator, "UN1203").await.contains("imdg-verdict"));
    assert_eq!(admin.post_form("/data-sets/imdg/withdraw", &[]).await.status, 404);
    let fields = [("name", "publisher".to_owned())];
    assert_eq!(
        admin.post_form("/data-sets/keys/withdraw", &fields).await.status,
        303
    );
    assert!(admin.get(PAGE).await.text().contains("No key is trusted"));
}

#[tokio::test]
async fn a_bundle_that_is_refused_changes_nothing_and_the_page_tells_why() {
    let app = RunningApp::start().await;
    let admin = app.browser(Company::A, Role::Admin).await;
    let good = data_set(Company::A);
    let refused = upload(&admin, &bundle(&good)).await.expect(422).text();
    assert!(
        refused.contains("No trusted key has signed the text"),
        "{refused}"
    );
    trust(&admin).await;
    assert_eq!(upload(&admin, &bundle(&good)).await.status, 303);
    let (before, page) = (app.rows().await, admin.get(PAGE).await.text());
    for (sent, why) in [
        (good.clone(), "Not a signed text"),
        (
            bundle(&good).replace("X,prohibited", "X,permitted"),
            "The signature of `publisher` does not hold",
        ),
        (bundle(&data_set(Company::B)), "The data set is made out to `"),
        (
            bundle(&good.replace("UN1203,", "UN12O3,")),
            "Line 81: `UN12O3` is not an identification number",
        ),
        (bundle(&good).replace('\n', "\r\n"), "refused"),
        (String::new(), "Choose the file of a bundle first"),
    ] {
        let answer = upload(&admin, &sent).await.expect(422).text();
        assert!(answer.contains(why), "{why}: {answer}");
        assert!(answer.contains("nothing has changed"));
    }
    let latin = admin
        .post_file(PAGE, "bundle", b"\xe4\n")
        .await
        .expect(422)
        .text();
    assert!(latin.contains("The file is not UTF-8 text"));
    assert_eq!(admin.post_file(PAGE, "other", b"x").await.status, 422);
    assert_eq!(upload(&admin, &"x".repeat(9_000_000)).await.status, 413);
    assert_eq!((app.rows().await, admin.get(PAGE).await.text()), (before, page));
}

#[tokio::test]
async fn a_file_is_taken_from_our_own_page_alone_and_by_one_address_alone() {
    let app = RunningApp::start().await;
    let (admin, other) = (
        app.new_browser(Company::A, Role::Admin).await,
        app.new_browser(Company::A, Role::Admin).await,
    );
    trust(&admin).await;
    let good = bundle(&data_set(Company::A));
    let before = app.rows().await;
    let part = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = part("bundle", &good);
    let own = part("csrf_token", admin.csrf());
    let send = async |path: &str, kind: &str, site: &str, body: String| {
        let request = app.anonymous().request("POST".parse().unwrap(), path);
        let cookie = format!("{}={}", testkit::running::SESSION_COOKIE, admin.proof());
        let request = request.header("cookie", cookie).header("content-type", kind);
        app.anonymous()
            .send(request.header("sec-fetch-site", site).body(body))
            .await
            .status
    };
    const FORM: &str = "multipart/form-data; boundary=b";
    let foreign = part("csrf_token", other.csrf());
    for (what, kind, site, body, status) in [
        ("no token", FORM, "same-origin", format!("{file}--b--"), 403),
        (
            "another session's token",
            FORM,
            "same-origin",
            format!("{foreign}{file}--b--"),
            403,
        ),
        (
            "two tokens",
            FORM,
            "same-origin",
            format!("{own}{own}{file}--b--"),
            403,
        ),
        (
            "a token in the file",
            FORM,
            "same-origin",
            format!("{}--b--", part("bundle", &own)),
            403,
        ),
        (
            "another site",
            FORM,
            "cross-site",
            format!("{own}{file}--b--"),
            403,
        ),
        ("no end", FORM, "same-origin", format!("{own}{file}"), 400),
        (
            "another boundary",
            "multipart/form-data; boundary=c",
            "same-origin",
            format!("{own}{file}--b--"),
            400,
        ),
        (
            "no boundary",
            "multipart/form-data",
            "same-origin",
            format!("{own}{file}--b--"),
            400,
        ),
        (
            "another kind",
            "multipart/mixed; boundary=b",
            "same-origin",
            format!("{own}{file}--b--"),
            415,
        ),
        (
            "two bundles",
            FORM,
            "same-origin",
            format!("{own}{file}{file}--b--"),
            422,
        ),
    ] {
        assert_eq!(send(PAGE, kind, site, body).await, status, "{what}");
    }
    for elsewhere in [
        "/checker",
        "/data-sets/keys",
        "/data-sets/",
        "/data-sets/imdg/withdraw",
    ] {
        let status = send(elsewhere, FORM, "same-origin", format!("{own}{file}--b--")).await;
        assert_eq!(status, 415, "{elsewhere}");
    }
    let plain = admin.post_form(PAGE, &[("bundle", good.clone())]).await;
    assert_eq!(plain.status, 415, "a file comes in a form for files");
    assert_eq!(app.rows().await, before);
    assert_eq!(
        send(PAGE, FORM, "same-origin", format!("{own}{file}--b--")).await,
        303
    );
}

#[tokio::test]
async fn who_may_not_configure_the_system_neither_sees_the_page_nor_a_way_to_it() {
    let app = RunningApp::start().await;
    let operator = app.browser(Company::A, Role::Operator).await;
    assert_eq!(operator.get(PAGE).await.status, 403);
    assert!(
        !operator
            .get("/checker")
            .await
            .expect(200)
            .text()
            .contains("href=\"/data-sets\"")
    );
    let admin = app.browser(Company::A, Role::Admin).await;
    assert!(
        admin
            .get("/checker")
            .await
            .expect(200)
            .text()
            .contains("href=\"/data-sets\"")
    );
}

#[tokio::test]
async fn a_private_key_is_refused_and_never_repeated_on_the_page() {
    let app = RunningApp::start().await;
    let admin = app.browser(Company::A, Role::Admin).await;
    let private = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let answer = admin
        .post_form("/data-sets/keys", &[("key", private.to_owned())])
        .await
        .expect(422)
        .text();
    assert!(answer.contains("key-problem") && !answer.contains("AYEKFALVFGyNhPJEMzD1QIDr"));
    trust(&admin).await;
    let again = admin.post_form("/data-sets/keys", &[("key", public_key())]).await;
    assert_eq!(again.status, 409);
}
