//! `safeshipper dataset` and `check --dataset`: what is signed is used, and nothing else is.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Rules, rows and words invented for tests.
const SAMPLE: &str = include_str!("../../dangerous-goods/tests/data/exampleland.csv");

struct Publisher {
    folder: tempfile::TempDir,
    public: String,
}

impl Publisher {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let private = folder.path().join("private.key");
        let made = run(&[
            "dataset",
            "new-key",
            "publisher.example",
            "--private",
            path(&private),
        ]);
        assert_eq!(status(&made), 0, "{}", said(&made));
        Self {
            folder,
            public: out(&made).trim().to_owned(),
        }
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, content).unwrap();
        file
    }

    /// The bundle of a data set, as a file.
    fn bundle(&self, text: &str) -> PathBuf {
        let draft = self.file("draft.csv", text.as_bytes());
        let private = self.folder.path().join("private.key");
        let signed = run(&["dataset", "sign", path(&draft), "--private", path(&private)]);
        assert_eq!(status(&signed), 0, "{}", said(&signed));
        self.file("bundle", &signed.stdout)
    }

    fn verify(&self, bundle: &Path, more: &[&str]) -> Output {
        run(&[&["dataset", "verify", path(bundle), "--key", &self.public], more].concat())
    }
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_safeshipper"))
        .args(arguments)
        .output()
        .unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_signed_data_set_verifies_and_tells_what_it_is() {
    let publisher = Publisher::new();
    let bundle = publisher.bundle(SAMPLE);
    let verified = publisher.verify(&bundle, &["--company", "acme"]);
    assert_eq!(status(&verified), 0, "{}", said(&verified));
    for words in [
        "by sea (IMDG), Exampleland sea rules 7",
        "valid       2026-01-01 to 2027-12-31",
        "made out to acme",
        "rows        18",
        "signed by   publisher.example",
    ] {
        assert!(out(&verified).contains(words), "{words}");
    }
    let key = publisher.file("public.key", format!("{}\n", publisher.public).as_bytes());
    let by_file = run(&["dataset", "verify", path(&bundle), "--key", path(&key)]);
    assert_eq!(status(&by_file), 0);
}

#[test]
fn a_data_set_of_another_company_of_another_key_or_with_a_changed_byte_is_refused() {
    let publisher = Publisher::new();
    let bundle = publisher.bundle(SAMPLE);
    let other = publisher.verify(&bundle, &["--company", "beta"]);
    assert_eq!(
        (status(&other), said(&other).trim()),
        (1, "the data set is made out to `acme`")
    );

    let stranger = Publisher::new().verify(&bundle, &[]);
    assert_eq!(status(&stranger), 1);
    assert!(said(&stranger).contains("no trusted key has signed the text"));

    let bytes = fs::read_to_string(&bundle).unwrap();
    for changed in [
        bytes.replace("X,prohibited", "X,permitted"),
        bytes.replace("UN1203,Motor", "UN1204,Motor"),
        bytes.replace("company,acme", "company,beta"),
        bytes[..bytes.len() / 2].to_owned(),
        format!("{bytes}more\n"),
        bytes.replace('\n', "\r\n"),
    ] {
        let refused = publisher.verify(&publisher.file("changed", changed.as_bytes()), &[]);
        assert_eq!(status(&refused), 1, "{}", out(&refused));
    }
    let huge = publisher.file("huge", &vec![b'x'; 5 * 1024 * 1024]);
    assert_eq!(status(&publisher.verify(&huge, &[])), 1);
}

#[test]
fn a_malformed_data_set_is_never_signed_and_every_fault_is_told() {
    let publisher = Publisher::new();
    let text = SAMPLE
        .replace("UN1203,", "UN12O3,")
        .replace("company,acme", "company,");
    let draft = publisher.file("bad.csv", text.as_bytes());
    let private = publisher.folder.path().join("private.key");
    for refused in [
        run(&["dataset", "read", path(&draft)]),
        run(&["dataset", "sign", path(&draft), "--private", path(&private)]),
    ] {
        assert_eq!((status(&refused), out(&refused).as_str()), (1, ""));
        assert_eq!(
            said(&refused).lines().collect::<Vec<_>>(),
            [
                "line 10: `company` is empty",
                "line 81: `UN12O3` is not an identification number, expected four digits as in `UN1203`",
            ]
        );
    }
}

#[test]
fn a_sheet_as_some_spreadsheets_write_it_is_signed_in_the_form_of_data_sets() {
    let publisher = Publisher::new();
    let plain = fs::read(publisher.bundle(SAMPLE)).unwrap();
    let windows = format!("\u{feff}{}", SAMPLE.replace('\n', "\r\n"));
    assert_eq!(fs::read(publisher.bundle(&windows)).unwrap(), plain);
}

#[test]
fn a_private_key_is_its_owners_alone_and_is_never_overwritten_nor_repeated() {
    let publisher = Publisher::new();
    let private = publisher.folder.path().join("private.key");
    assert_eq!(
        fs::metadata(&private).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let again = run(&["dataset", "new-key", "other", "--private", path(&private)]);
    assert_eq!(status(&again), 2);
    let secret = fs::read_to_string(&private).unwrap();
    let bundle = publisher.bundle(SAMPLE);
    let mistaken = run(&["dataset", "verify", path(&bundle), "--key", secret.trim()]);
    assert_eq!(status(&mistaken), 2);
    assert!(said(&mistaken).contains("a private key, expected the public one"));
    assert!(!said(&mistaken).contains("PRIVATE"));
}

#[test]
fn a_check_uses_a_data_set_and_one_that_is_refused_gives_no_answer_at_all() {
    let publisher = Publisher::new();
    let bundle = publisher.bundle(SAMPLE);
    let options = ["--dataset", path(&bundle), "--key", &publisher.public, "--json"];
    let sea = run(&[&["check", "UN1680", "UN1789", "--regime", "adr"], &options[..]].concat());
    let answer: Value = serde_json::from_slice(&sea.stdout).unwrap();
    assert_eq!(status(&sea), 1);
    assert_eq!(answer["results"][0]["verdict"], "permitted");
    assert_eq!(answer["data_sets"][0]["regime"], "imdg");
    assert_eq!(answer["data_sets"][0]["verdict"], "prohibited");
    assert_eq!(
        (&answer["verdict"], &answer["is_compatible"]),
        (&"prohibited".into(), &false.into())
    );

    let good = run(&[&["check", "UN1203", "--regime", "adr"], &options[..4]].concat());
    assert_eq!(status(&good), 0, "{}", said(&good));
    assert!(out(&good).starts_with("by sea (IMDG): PERMITTED\n"));

    // A row that the number alone does not tell, and a split that the data set alone asks for.
    let can = run(&[
        &["check", "UN1950:imdg:UN1950:9", "--regime", "adr"],
        &options[..4],
    ]
    .concat());
    assert!(
        out(&can).starts_with("by sea (IMDG): PERMITTED\n"),
        "{}",
        out(&can)
    );
    let apart = [
        "split", "UN1680", "UN1789", "--regime", "adr", "--travel", "apart",
    ];
    let apart = run(&[&apart, &options[..4]].concat());
    assert_eq!(status(&apart), 0, "{}", said(&apart));
    assert!(
        out(&apart).starts_with("it passes on 2 vehicles"),
        "{}",
        out(&apart)
    );
    assert!(out(&apart).contains("by sea (IMDG), Exampleland 5.2: N between acids and cyanides"));

    let stranger = Publisher::new();
    let refused = run(&[
        "check",
        "UN1203",
        "--dataset",
        path(&bundle),
        "--key",
        &stranger.public,
    ]);
    assert_eq!((status(&refused), out(&refused).as_str()), (2, ""));
    let twice = run(&[&["check", "UN1203", "--dataset", path(&bundle)], &options[..4]].concat());
    assert_eq!(status(&twice), 2);
    assert!(said(&twice).contains("a second data set of `imdg`"));
}
