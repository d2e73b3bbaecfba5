//! What was backed up comes back: people, passwords, what is encrypted. What was taken back since does not.

use serde_json::{Value, json};
use testkit::Canary;

use super::age::{Parts, decrypt, identity};
use super::{PASSWORD, Source, files, new_directory, psql, restore, run, text};
use crate::program::{Client, Program, directory};
use crate::serve::postgres;

const PHONE: &str = "+61 491 570 156 04711";
const STREET: &str = "99 Canary Wharf Lane";

fn shipment() -> Value {
    let party = json!({"name": "Works", "street": STREET, "postcode": "12345", "city": "Town", "country": "Netherlands"});
    json!({
        "consignor": party,
        "consignee": party,
        "contact": {"name": "Desk", "phone": PHONE, "email": "canary-desk@works.example"},
        "lines": [{"goods": "UN1203"}],
    })
}

async fn tokens(program: &Program, email: &str) -> Value {
    let form = json!({"email": email, "password": PASSWORD});
    let sent = reqwest::Client::new()
        .post(format!("{}/api/v1/sessions", program.url))
        .json(&form);
    let answer = sent.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", program.log());
    answer.json().await.unwrap()
}

/// How a token and a refresh token are answered.
async fn answers(program: &Program, tokens: &Value) -> [u16; 2] {
    let http = reqwest::Client::new();
    let me = http.get(format!("{}/api/v1/me", program.url));
    let me = me
        .bearer_auth(tokens["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    let again = json!({"refresh_token": tokens["refresh_token"]});
    let refresh = http
        .post(format!("{}/api/v1/sessions/refresh", program.url))
        .json(&again);
    [
        me.status().as_u16(),
        refresh.send().await.unwrap().status().as_u16(),
    ]
}

#[tokio::test]
async fn a_backup_made_while_people_work_comes_back_whole_and_no_session_with_it_data_9_e17() {
    let directory = directory();
    let data = directory.path();
    let source = Source::make(data);
    let serve = |url: &str| {
        [
            "serve",
            "--database-url",
            url,
            "--master-key-file",
            text(&source.key),
        ]
        .map(str::to_owned)
    };
    let started = serve(&source.url);
    let started: Vec<&str> = started.iter().map(String::as_str).collect();
    let program = Program::start(&started, data).await;
    let client = Client::sign_in(&program, "admin@northwind.example", PASSWORD).await;
    let (status, made) = client.post("/api/v1/shipments", &shipment()).await.unwrap();
    assert_eq!(status, 201, "{made}");
    let stolen = tokens(&program, "driver@northwind.example").await;

    let (identity_file, recipient) = identity(data, "identity");
    let (_, second) = identity(data, "second");
    let backups = new_directory(data, "backups");
    let recipients = data.join("recipients");
    std::fs::write(&recipients, format!("# whoever restores\n{second}\n\n")).unwrap();
    let temporary = new_directory(data, "temporary");
    let arguments = ["backup", "--to", text(&backups), "--recipient", &recipient];
    let arguments = [
        &arguments[..],
        &["--recipients-file", text(&recipients)],
        &source.options(),
    ]
    .concat();
    let said = run(&arguments, &[("TMPDIR", text(&temporary))]);
    assert!(said.ok, "{said:?}");
    assert!(files(&temporary).is_empty());
    let backup = files(&backups).remove(0);
    for hidden in [
        Canary::text("a phone", PHONE),
        Canary::text("an address", STREET),
        Canary::text("a name", "Northwind Chemicals"),
        Canary::text("a table", "safeshipper.audit_events"),
    ] {
        assert!(
            hidden.files_with_it(std::slice::from_ref(&backup)).is_empty(),
            "{}",
            hidden.name
        );
    }
    let recorded = "select count(*) from safeshipper.audit_events e where event_type = 'EXPORT' and
        resource_name = (select '";
    let name = backup.file_name().unwrap().to_str().unwrap();
    assert_eq!(
        psql(&source.url, &format!("{recorded}{name}')")),
        "1",
        "the trail knows of the copy"
    );

    // The standard tool opens it, and what is inside PostgreSQL's own program reads; what is encrypted stays so.
    let plain = decrypt(&backup, &identity_file);
    let parts = Parts::of(&plain);
    assert_eq!(parts.manifest["rows"]["safeshipper.shipments"], 1);
    let dump = data.join("dump");
    std::fs::write(&dump, &parts.dump).unwrap();
    let sql = data.join("sql");
    let read = std::process::Command::new("pg_restore")
        .arg("--file")
        .args([&sql, &dump])
        .output()
        .unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    assert!(
        !Canary::text("a name", "Northwind Chemicals")
            .files_with_it(std::slice::from_ref(&sql))
            .is_empty()
    );
    for sealed in [Canary::text("a phone", PHONE), Canary::text("an address", STREET)] {
        assert!(
            sealed.files_with_it(std::slice::from_ref(&sql)).is_empty(),
            "{}",
            sealed.name
        );
    }

    // After the backup: a session is ended, and a company's keys are destroyed.
    let person = ["--company", "northwind", "--email", "driver@northwind.example"];
    assert!(source.run(&[&["session", "revoke"], &person[..]].concat()).ok);
    assert_eq!(answers(&program, &stolen).await[0], 401);
    let (signer, receipt) = (data.join("signer"), data.join("receipt"));
    let signing = run(
        &["dataset", "new-key", "keys.example", "--private", text(&signer)],
        &[],
    );
    assert!(signing.ok, "{signing:?}");
    let shred = [
        "keys",
        "shred",
        "--company",
        "southcross",
        "--confirm",
        "southcross",
        "--sign-with",
        text(&signer),
    ];
    let why = ["--reason", "the contract has ended", "--receipt", text(&receipt)];
    let shred = source.run(&[&shred[..], &why].concat());
    assert!(shred.ok, "{shred:?}");
    assert!(program.interrupt().success());

    let elsewhere = new_directory(data, "elsewhere-else");
    let (_cluster, url) = postgres(&elsewhere);
    let public = signing.text.trim();
    let arguments = [
        "restore",
        text(&backup),
        "--identity",
        text(&identity_file),
        "--database-url",
        &url,
    ];
    let receipts = [
        "--shredded",
        text(&receipt),
        "--receipt-key",
        public,
        "--master-key-file",
        text(&source.key),
    ];
    let restored = run(&[&arguments[..], &receipts].concat(), &[]);
    assert!(restored.ok, "{restored:?}");
    for told in [
        "2 companies, 2 people, 1 shipments",
        "over: 2 sessions",
        "the keys of 1 companies destroyed again",
    ] {
        assert!(restored.text.contains(told), "{told}: {restored:?}");
    }
    let databases = psql(
        &url,
        "select string_agg(datname, ' ' order by datname) from pg_database",
    );
    assert_eq!(
        databases, "postgres template0 template1",
        "nothing is left beside it"
    );

    let started = serve(&url);
    let started: Vec<&str> = started.iter().map(String::as_str).collect();
    let program = Program::start(&started, data).await;
    assert_eq!(
        answers(&program, &stolen).await,
        [401, 401],
        "what was ended stays over"
    );
    let client = Client::sign_in(&program, "admin@northwind.example", PASSWORD).await;
    let read = client
        .get(&format!("/api/v1/shipments/{}", made["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        (&read["contact"]["phone"], &read["consignor"]["street"]),
        (&json!(PHONE), &json!(STREET))
    );
    let events = client
        .all("/api/v1/audit-events?event_type=IMPORT", "events")
        .await;
    assert_eq!(events.len(), 1, "the company's trail says so");
    assert_eq!(events[0]["severity"], "CRITICAL");
    assert!(program.interrupt().success());

    let keys = run(
        &[
            "keys",
            "data",
            "--company",
            "southcross",
            "--database-url",
            &url,
            "--master-key-file",
            text(&source.key),
        ],
        &[],
    );
    assert!(
        keys.ok && keys.text.contains("destroyed") && !keys.text.contains("active"),
        "{keys:?}"
    );
    let again = restore(&backup, &identity_file, &url, &source.key);
    assert!(!again.ok && again.text.contains("not empty"), "{again:?}");
    assert!(
        again.text.contains("`safeshipper`"),
        "it says what is there: {again:?}"
    );
}

#[test]
fn a_database_of_an_earlier_version_is_backed_up_as_it_is_and_migrated_by_the_restore_data_9() {
    let directory = directory();
    let data = directory.path();
    let source = Source::make(data);
    psql(
        &source.url,
        "drop function guard.settle_restore(text, text, jsonb, bigint);
         delete from safeshipper._sqlx_migrations where version = 25",
    );
    let seen = "select count(*) from safeshipper._sqlx_migrations where version = 25";
    let (identity_file, recipient) = identity(data, "identity");
    let backup = source.back_up(&new_directory(data, "backups"), &recipient);
    assert_eq!(
        psql(&source.url, seen),
        "0",
        "what is made before an upgrade does not upgrade"
    );
    let (_cluster, url) = postgres(&new_directory(data, "target"));
    let restored = restore(&backup, &identity_file, &url, &source.key);
    assert!(restored.ok, "{restored:?}");
    assert_eq!(psql(&url, seen), "1");
}
