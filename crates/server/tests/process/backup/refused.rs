//! Every backup that is not what it says is refused with its own reason, before a database was touched or with all of
//! it taken away again.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::age::{Parts, decrypt, encrypt, identity};
use super::{Said, Source, new_directory, psql, restore, run, text};
use crate::program::directory;
use crate::serve::{key_file, postgres};

/// The schema as PostgreSQL's own program writes it, with owners, policies and rights.
fn form(url: &str) -> String {
    let output = std::process::Command::new("pg_dump")
        .args(["--schema-only", url])
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("FORCE ROW LEVEL SECURITY") && text.contains("OWNER TO safeshipper_guard"));
    // Without lines with a random word of this one dump, and brackets that mean nothing: a check with `between` is
    // written anew when it is read.
    let lines = text.lines().filter(|line| !line.starts_with('\\'));
    lines.collect::<Vec<_>>().join("\n").replace(['(', ')'], "")
}

/// What stands in a server: its databases, and what is in the one to restore into.
fn state(url: &str) -> String {
    psql(
        url,
        "select string_agg(datname, ' ' order by datname) || ': ' || (select count(*) from pg_namespace
             where nspname in ('safeshipper', 'guard')) from pg_database",
    )
}

#[test]
fn a_backup_that_is_not_what_it_says_is_refused_with_its_reason_and_nothing_is_left_data_9() {
    let directory = directory();
    let data = directory.path();
    let source = Source::make(data);
    let (identity_file, recipient) = identity(data, "identity");
    let backups = new_directory(data, "backups");
    let backup = source.back_up(&backups, &recipient);
    let (_cluster, url) = postgres(&new_directory(data, "target"));
    let empty = state(&url);
    assert!(empty.ends_with(": 0"), "{empty}");
    let case = data.join("case.age");
    let refused = |said: Said, why: &str| {
        assert!(!said.ok && said.text.contains(why), "{why}: {said:?}");
        assert_eq!(state(&url), empty, "{why}");
    };
    let tried = |file: &Path| restore(file, &identity_file, &url, &source.key);

    let (other, _) = identity(data, "other");
    refused(
        restore(&backup, &other, &url, &source.key),
        "none of the identities opens it",
    );
    let key = key_file(data, "other-key");
    refused(
        restore(&backup, &identity_file, &url, &key),
        "the master key is not the one of this backup",
    );

    let whole = fs::read(&backup).unwrap();
    for length in [0, 10, 150, 300, whole.len() / 2, whole.len() - 1] {
        fs::write(&case, &whole[..length]).unwrap();
        let said = tried(&case);
        let reasons = ["no file of the age format", "damaged or was cut short"];
        assert!(
            !said.ok && reasons.iter().any(|why| said.text.contains(why)),
            "{length}: {said:?}"
        );
    }
    for at in [3, 40, 150, 190, 400, whole.len() / 2, whole.len() - 20] {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        fs::write(&case, altered).unwrap();
        let said = tried(&case);
        let reasons = [
            "age format",
            "none of the identities",
            "was altered",
            "damaged or was cut short",
        ];
        assert!(
            !said.ok && reasons.iter().any(|why| said.text.contains(why)),
            "{at}: {said:?}"
        );
    }
    assert_eq!(state(&url), empty);

    // Whoever knows the recipient can encrypt for it; only the installation makes what is run.
    let plain = decrypt(&backup, &identity_file);
    let parts = || Parts::of(&plain);
    let encrypted = |plain: Vec<u8>| {
        let _ = fs::remove_file(&case);
        encrypt(&plain, &recipient, &case);
        tried(&case)
    };
    let mut forged = parts();
    let at = forged.dump.len() / 2;
    forged.dump[at] ^= 1;
    refused(encrypted(forged.joined()), "does not bear the seal");
    let mut fewer = parts();
    fewer.manifest["rows"]["safeshipper.users"] = json!(1);
    refused(encrypted(fewer.joined()), "does not bear the seal");
    let mut short = parts();
    short.dump.truncate(at);
    refused(encrypted(short.joined()), "damaged or was cut short");
    refused(
        encrypted(b"{\"form\":\"something else\"}\n".to_vec()),
        "no backup of SafeShipper",
    );
    refused(encrypted(b"no line at all".to_vec()), "no backup of SafeShipper");
    let mut newer = parts();
    newer.manifest["form"] = json!("safeshipper backup 2");
    refused(encrypted(newer.joined()), "`safeshipper backup 2`");
    let mut newer = parts();
    let last = newer.manifest["migrations"]
        .as_array_mut()
        .unwrap()
        .last_mut()
        .unwrap();
    last["version"] = json!(9999);
    newer.manifest["product"] = json!("7.1.0");
    refused(
        encrypted(newer.sealed_anew(&source.key)),
        "newer version (7.1.0): this program does not know its migration 9999",
    );
    let mut newer = parts();
    newer.manifest["postgres"] = json!(99);
    refused(
        encrypted(newer.sealed_anew(&source.key)),
        "the backup is of PostgreSQL 99",
    );

    // Sealed by the installation, and yet not what was restored.
    let mut more = parts();
    more.manifest["rows"]["safeshipper.users"] = json!(3);
    refused(
        encrypted(more.sealed_anew(&source.key)),
        "`safeshipper.users` (3 backed up, 2 restored)",
    );
    let mut fewer = parts();
    fewer.manifest["migrations"].as_array_mut().unwrap().pop();
    refused(encrypted(fewer.sealed_anew(&source.key)), "other migrations");
    let mut half = parts();
    half.dump.truncate(at);
    refused(encrypted(half.sealed_anew(&source.key)), "`pg_restore` failed");

    // Somebody's own things are in the database.
    psql(&url, "create table notes (id integer)");
    refused_because_of_notes(&tried(&backup));
    psql(&url, "drop table notes");

    // And the same as the standard tool encrypts it is restored.
    let good = encrypted(plain.clone());
    assert!(good.ok, "{good:?}");
    assert_eq!(psql(&url, "select count(*) from safeshipper.users"), "2");
    assert_eq!(
        form(&url),
        form(&source.url),
        "owners, policies and rights are those of before"
    );
    let unforced = "select count(*) from pg_class where relnamespace = 'safeshipper'::regnamespace
        and relkind = 'r' and not relforcerowsecurity";
    assert_eq!(psql(&url, unforced), "1", "the migrator's own table alone");
}

fn refused_because_of_notes(said: &Said) {
    assert!(
        !said.ok && said.text.contains("not empty: it holds relation `notes`"),
        "{said:?}"
    );
}

#[test]
fn a_login_that_row_level_security_applies_to_makes_no_backup_and_restores_none_data_9() {
    let directory = directory();
    let data = directory.path();
    let source = Source::make(data);
    psql(
        &source.url,
        "create role plain login createrole password 'plain-word'; grant safeshipper_owner to plain;
         grant connect on database postgres to plain",
    );
    let plain = source.url.replace(
        "postgres://postgres:only-for-this-test@",
        "postgres://plain:plain-word@",
    );
    assert_ne!(plain, source.url);
    let (identity_file, recipient) = identity(data, "identity");
    let backups = new_directory(data, "backups");
    let arguments = [
        "backup",
        "--to",
        text(&backups),
        "--recipient",
        &recipient,
        "--database-url",
        &plain,
    ];
    let arguments = [&arguments[..], &["--master-key-file", text(&source.key)]].concat();
    let said = run(&arguments, &[]);
    assert!(
        !said.ok
            && said
                .text
                .contains("row-level security keeps rows from the login `plain`"),
        "{said:?}"
    );
    assert!(!said.text.contains("plain-word"));
    assert!(super::files(&backups).is_empty());

    psql(&source.url, "alter role plain bypassrls");
    let said = run(&arguments, &[]);
    assert!(said.ok, "{said:?}");
    let backup = super::files(&backups).remove(0);
    let (_cluster, url) = postgres(&new_directory(data, "target"));
    psql(
        &url,
        "create role plain login createrole createdb bypassrls password 'plain-word'",
    );
    let plain = url.replace(
        "postgres://postgres:only-for-this-test@",
        "postgres://plain:plain-word@",
    );
    let before = state(&url);
    let said = restore(&backup, &identity_file, &plain, &source.key);
    assert!(
        !said.ok && said.text.contains("`plain` is no superuser"),
        "{said:?}"
    );
    assert_eq!(state(&url), before);
    let said = restore(&backup, &identity_file, &url, &source.key);
    assert!(said.ok, "what such a login copied is everything: {said:?}");

    // After the server's own snapshot there is nothing to restore, and as much to end.
    let settle = [
        "restore-settle",
        "--reason",
        "recovered to a point in time",
        "--database-url",
        &url,
    ];
    let settled = run(
        &[&settle[..], &["--master-key-file", text(&source.key)]].concat(),
        &[],
    );
    assert!(
        settled.ok && settled.text.contains("over: 0 sessions"),
        "{settled:?}"
    );
}

#[test]
fn what_cannot_be_a_backup_is_refused_before_anything_is_read_data_9() {
    let directory = directory();
    let data = directory.path();
    let (identity_file, recipient) = identity(data, "identity");
    let secret = fs::read_to_string(&identity_file).unwrap();
    let secret = secret.lines().last().unwrap();
    let key = key_file(data, "key");
    let nowhere = [
        "--database-url",
        "postgres://nobody:hidden-word@127.0.0.1:1/none",
        "--master-key-file",
        text(&key),
    ];
    let backup = |options: &[&str]| run(&[&["backup"], options, &nowhere[..]].concat(), &[]);
    let new = data.join("new.age");
    for (options, why) in [
        (vec!["--to", text(data)], "there is no recipient"),
        (
            vec!["--to", text(data), "--recipient", "age1short"],
            "recipient 1 is none of age's",
        ),
        (
            vec!["--to", text(data), "--recipient", secret],
            "recipient 1 is a secret identity",
        ),
        (
            vec!["--to", text(&identity_file), "--recipient", &recipient],
            "there already",
        ),
        (
            vec!["--to", "/nowhere/file", "--recipient", &recipient],
            "no directory /nowhere",
        ),
        (
            vec!["--to", text(&new), "--recipient", &recipient, "--keep", "3"],
            "`--keep` needs a directory",
        ),
        (
            vec!["--to", text(&new), "--recipient", &recipient, "--keep", "0"],
            "--keep",
        ),
        (
            vec!["--to", text(&new), "--recipient", &recipient],
            "not available",
        ),
    ] {
        let said = backup(&options);
        assert!(!said.ok && said.text.contains(why), "{why}: {said:?}");
        assert!(
            !said.text.contains(secret) && !said.text.contains("hidden-word"),
            "{said:?}"
        );
        assert!(!new.exists());
    }
    let open = data.join("open");
    fs::copy(&identity_file, &open).unwrap();
    fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let said = restore(&identity_file, &open, nowhere[1], &key);
    assert!(!said.ok && said.text.contains("open to others"), "{said:?}");
    let said = restore(&identity_file, &key, nowhere[1], &key);
    assert!(
        !said.ok && said.text.contains("line 1 of the identities"),
        "{said:?}"
    );
    let said = restore(&identity_file, &identity_file, nowhere[1], &key);
    assert!(
        !said.ok && said.text.contains("no file of the age format"),
        "{said:?}"
    );
    assert!(!said.text.contains(secret));
}
