//! The private installation: backed up while it serves, drilled, and restored on another machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::age::identity;
use super::{files, new_directory, run, text};
use crate::program::{Client, Program, directory, postgres_below};

#[tokio::test]
async fn the_private_installation_is_backed_up_while_it_serves_drilled_and_restored_data_9_e17() {
    let directory = directory();
    let data = directory.path();
    let (here, there) = (data.join("here"), data.join("there"));
    let demo = async |at: &std::path::Path| Program::start(&["demo", "--data-dir", text(at)], data).await;
    let program = demo(&here).await;
    let password = fs::read_to_string(here.join("keys/demo")).unwrap();
    let client = Client::sign_in(&program, "operator@northwind.example", password.trim()).await;
    let party = json!({"name": "Works", "street": "1 Road", "postcode": "12345", "city": "Town", "country": "Netherlands"});
    let draft = json!({
        "consignor": party,
        "consignee": party,
        "contact": {"name": "Desk", "phone": "+31 10 555 0100", "email": "desk@works.example"},
        "lines": [{"goods": "UN1203"}],
    });
    let (_, made) = client.post("/api/v1/shipments", &draft).await.unwrap();

    let (identity_file, recipient) = identity(data, "identity");
    let backups = new_directory(data, "backups");
    fs::write(backups.join("safeshipper-20200101T000000Z.age"), "old").unwrap();
    let arguments = [
        "backup",
        "--to",
        text(&backups),
        "--recipient",
        &recipient,
        "--data-dir",
        text(&here),
    ];
    let said = run(
        &[&arguments[..], &["--keep", "30", "--keep-at-least", "1"]].concat(),
        &[],
    );
    assert!(said.ok && said.text.contains("removed"), "{said:?}");
    let kept = files(&backups);
    assert_eq!(
        kept.len(),
        1,
        "the old one went when the new one was there: {kept:?}"
    );
    let backup = &kept[0];
    assert_eq!(fs::metadata(backup).unwrap().permissions().mode() & 0o777, 0o600);

    let scratch = new_directory(data, "scratch");
    let verify = [
        "backup",
        "verify",
        text(backup),
        "--identity",
        text(&identity_file),
        "--scratch",
        text(&scratch),
    ];
    let drill = run(&[&verify[..], &["--data-dir", text(&here)]].concat(), &[]);
    assert!(drill.ok, "{drill:?}");
    for told in [
        "2 companies, 9 people, 1 shipments",
        "row-level security is forced",
        "this backup can be restored",
    ] {
        assert!(drill.text.contains(told), "{told}: {drill:?}");
    }
    assert!(files(&scratch).is_empty(), "the drill's database is thrown away");
    assert_eq!(postgres_below(&scratch), Vec::<String>::new());
    assert_eq!(
        client.get("/api/v1/me").await["name"],
        "Olivia Park",
        "a drill ends nobody's session"
    );
    assert!(program.interrupt().success());

    let restore = [
        "restore",
        text(backup),
        "--identity",
        text(&identity_file),
        "--data-dir",
        text(&there),
    ];
    let without = run(&restore, &[]);
    assert!(
        !without.ok && without.text.contains("there is no master key"),
        "{without:?}"
    );
    assert!(!there.exists(), "no key is made for a restore");
    fs::create_dir_all(there.join("keys")).unwrap();
    fs::set_permissions(there.join("keys"), fs::Permissions::from_mode(0o700)).unwrap();
    for key in ["master", "demo"] {
        fs::copy(here.join("keys").join(key), there.join("keys").join(key)).unwrap();
    }
    let restored = run(&restore, &[]);
    assert!(restored.ok, "{restored:?}");
    let program = demo(&there).await;
    let client = Client::sign_in(&program, "operator@northwind.example", password.trim()).await;
    let read = client
        .get(&format!("/api/v1/shipments/{}", made["id"].as_str().unwrap()))
        .await;
    assert_eq!(read["contact"]["phone"], "+31 10 555 0100");
    assert!(program.interrupt().success());
    let again = run(&restore, &[]);
    assert!(!again.ok && again.text.contains("not empty"), "{again:?}");
}
