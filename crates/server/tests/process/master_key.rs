//! Where the master key comes from, and how another takes its place (DATA-2, E4).

use std::path::Path;

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
