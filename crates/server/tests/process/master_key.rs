//! Where the master key comes from, and how another takes its place (DATA-2, E4).

use std::path::Path;

use serde_json::json;
use testkit::managers::{AwsKms, OpenBao};

use crate::program::{Program, command, directory};
use crate::serve::{jwks, key_file, postgres, refused};

/// Nobody listens there: whoever gets that far has its master key.
const NOWHERE: &str = "postgres://nobody:hidden-word@127.0.0.1:1/none";

/// What a start with these options and variables says when it fails.
fn said(options: &[&str], variables: &[(&str, &str)]) -> String {
    let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--database-url", NOWHERE];
    arguments.extend(options);
    let output = command(&arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

fn has_its_key(said: &str) -> bool {
    said.contains("preparing the database") || said.contains("not available")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap().trim().to_owned()
}

#[test]
fn a_master_key_in_the_environment_is_for_development_alone_and_none_or_two_are_no_start_e4() {
    let directory = directory();
    let file = key_file(directory.path(), "key");
    let (file, key) = (file.to_str().unwrap(), text(&file));
    let variable = &[("SAFESHIPPER_MASTER_KEY", key.as_str())][..];
    for (options, variables, expected) in [
        (&[][..], &[][..], "there is no master key"),
        (&[], variable, "for development alone"),
        (&["--development"][..], &[][..], "there is no master key"),
        (&["--master-key-file", file], variable, "more than one source"),
        (
            &["--master-key-file", file, "--master-key-command", "cat"],
            &[],
            "more than one source",
        ),
        (
            &["--development"],
            &[("SAFESHIPPER_MASTER_KEY", "c2hvcnQ=")],
            "32 bytes in base64",
        ),
        (&["--master-key-kms", file], &[], "--kms-key"),
        (&["--master-key-vault", file], &[], "--vault-address"),
    ] {
        let said = said(options, variables);
        assert!(
            said.contains(expected) && !has_its_key(&said),
            "{options:?}: {said}"
        );
        assert!(!said.contains(&key), "{options:?} repeats the key");
    }
    let good = said(&["--development"], variable);
    assert!(has_its_key(&good) && !good.contains(&key), "{good}");
}

#[test]
fn a_program_gives_the_master_key_and_nothing_it_prints_is_ever_shown_data_2() {
    let directory = directory();
    let file = key_file(directory.path(), "key");
    let (path, key) = (file.to_str().unwrap(), text(&file));
    let from = |command: &str| said(&["--master-key-command", command], &[]);
    let good = from(&format!("cat '{path}'"));
    assert!(has_its_key(&good), "{good}");
    for (command, expected) in [
        (
            format!("sh -c 'cat {path}; echo; cat {path}'"),
            "32 bytes in base64",
        ),
        (format!("sh -c 'cat {path}; exit 3'"), "failed"),
        (format!("sh -c 'cat {path} >&2; exit 3'"), "failed"),
        // No shell reads it: this is two arguments of `echo`.
        (format!("echo $(cat {path})"), "32 bytes in base64"),
        (format!("cat {path} | head -1"), "failed"),
        ("echo 'hidden-word".to_owned(), "quotes that do not end"),
        (
            "no-such-program-anywhere".to_owned(),
            "cannot run `no-such-program-anywhere`",
        ),
        ("head -c 100000 /dev/zero".to_owned(), "failed"),
        (String::new(), "is empty"),
    ] {
        let said = from(&command);
        assert!(
            said.contains(expected) && !has_its_key(&said),
            "{command}: {said}"
        );
        assert!(
            !said.contains(&key) && !said.contains("hidden-word"),
            "{command}: {said}"
        );
    }
}

#[test]
fn the_program_that_gives_the_master_key_does_not_learn_the_database_j14() {
    let directory = directory();
    let file = key_file(directory.path(), "key");
    let command = format!(
        "sh -c 'test -z \"$SAFESHIPPER_DATABASE_URL\" && cat {}'",
        file.display()
    );
    let variables = [("SAFESHIPPER_DATABASE_URL", NOWHERE)];
    let good = said(&["--master-key-command", &command], &variables);
    assert!(has_its_key(&good), "{good}");
}

/// A key that a manager has wrapped into a file is told by nothing in it, starts the program, and does not with
/// another key of the manager, another file, or nobody to ask.
fn a_wrapped_key_starts(source: &str, named: &[&str], otherwise: &[&str], variables: &[(&str, &str)]) {
    let directory = directory();
    let wrapped = directory.path().join("wrapped");
    let wrapped = wrapped.to_str().unwrap();
    let mut make = vec!["keys", "new-master", "--out", wrapped];
    make.extend(named);
    let made = command(&make).envs(variables.iter().copied()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let start = |file: &str, named: &[&str]| {
        let mut options = vec![source, file];
        options.extend(named);
        said(&options, variables)
    };
    let good = start(wrapped, named);
    assert!(has_its_key(&good), "{good}");
    let as_it_is = said(&["--master-key-file", wrapped], &[]);
    assert!(as_it_is.contains("32 bytes in base64"), "{as_it_is}");
    let plain = key_file(directory.path(), "plain");
    for (file, named) in [(wrapped, otherwise), (plain.to_str().unwrap(), named)] {
        let refused = start(file, named);
        assert!(
            refused.contains("the master key cannot be unwrapped") && !has_its_key(&refused),
            "{refused}"
        );
        assert!(!refused.contains(&text(Path::new(file))), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_key_that_aws_kms_has_wrapped_starts_the_program_data_2() {
    let kms = AwsKms::start();
    let (key, other, endpoint) = (kms.create_key().await, kms.create_key().await, kms.endpoint());
    let at = |key| {
        [
            "--kms-key",
            key,
            "--kms-region",
            "us-east-1",
            "--kms-endpoint",
            &endpoint,
        ]
        .map(str::to_owned)
    };
    let (key, other) = (at(&key), at(&other));
    let credentials = [
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "hidden-word"),
    ];
    let (key, other) = (
        key.each_ref().map(String::as_str),
        other.each_ref().map(String::as_str),
    );
    a_wrapped_key_starts("--master-key-kms", &key, &other, &credentials);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_key_that_a_transit_engine_has_wrapped_starts_the_program_data_2() {
    let (bao, directory) = (OpenBao::start().await, directory());
    for key in ["one", "other"] {
        bao.administer(&format!("transit/keys/{key}"), &json!({})).await;
    }
    let (address, token) = (bao.address(), directory.path().join("token"));
    std::fs::write(&token, format!("{}\n", OpenBao::TOKEN)).unwrap();
    let token = token.to_str().unwrap();
    let at = |key| {
        [
            "--vault-address",
            address.as_str(),
            "--vault-key",
            key,
            "--vault-token-file",
            token,
        ]
    };
    a_wrapped_key_starts("--master-key-vault", &at("one"), &at("other"), &[]);
}

#[tokio::test]
async fn after_a_change_of_the_master_key_the_new_one_alone_opens_everything_data_2() {
    let directory = directory();
    let data = directory.path();
    let (cluster, url) = postgres(data);
    let old = key_file(data, "old");
    let new = data.join("new");
    let made = command(&["keys", "new-master", "--out", new.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(made.status.success());
    assert!(!String::from_utf8_lossy(&made.stdout).contains(&text(&new)));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let cat = format!("cat {old}");
    let first = Program::start(
        &["serve", "--database-url", &url, "--master-key-command", &cat],
        data,
    )
    .await;
    let keys = jwks(&first).await;
    assert!(first.interrupt().success());

    let rewrap = |arguments: &[&str]| {
        let mut all = vec!["keys", "rewrap-master", "--database-url", &url];
        all.extend(arguments);
        command(&all).output().unwrap()
    };
    let without = rewrap(&["--master-key-file", new]);
    assert!(!without.status.success(), "the new key alone opens nothing yet");
    let both = ["--master-key-file", new, "--former-master-key-file", old];
    let done = rewrap(&both);
    let told = String::from_utf8(done.stdout).unwrap();
    assert!(
        done.status.success() && told.contains("are wrapped anew, 0 are left"),
        "{told}"
    );
    let again = String::from_utf8(rewrap(&both).stdout).unwrap();
    assert!(
        again.contains("0 data keys are wrapped anew, 0 are left"),
        "{again}"
    );

    let serve = |key| ["serve", "--database-url", &url, "--master-key-file", key];
    let mut with_old = serve(old).to_vec();
    with_old.extend(["--listen", "127.0.0.1:0"]);
    assert!(refused(&with_old).contains("master key"));
    let second = Program::start(&serve(new), data).await;
    assert_eq!(jwks(&second).await, keys);
    assert!(second.interrupt().success());
    cluster.stop().unwrap();
}
