//! The rungs of access control are made in one place each. Privacy of fields holds most of it; where a
//! constructor must be public for another crate, this test holds who calls it.
//!
//! To add a rung, add a line to the table. What stands before the first `#[cfg(test)]` of each file under
//! `crates/*/src` is read, without comments; the test kit is not.
#![allow(clippy::unwrap_used, reason = "a tree that cannot be read fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

/// Code as it is written (any white space is one space), and the places that may hold it.
const RUNGS: &[(&str, &[&str])] = &[
    // The policies also make up a model of each role, to list what it may do; it gets no grant.
    (
        "LiveSession::from_row(",
        &["crates/store/src/sessions.rs", "crates/access/src/policy/mod.rs"],
    ),
    (
        "Actor::from_live_session(",
        &["crates/app/src/", "crates/access/src/policy/mod.rs"],
    ),
    ("Grant::new(", &["crates/access/src/policy/"]),
    ("ReadTx { inner", &["crates/store/src/tx.rs"]),
    ("WriteTx { inner", &["crates/store/src/tx.rs"]),
    ("Receipt { event", &["crates/store/src/tx.rs"]),
    // SQL that is not a literal: never.
    ("AssertSqlSafe", &[]),
];

/// Which rungs `source`, the file at `path`, makes without being the place for it.
fn faults(path: &str, source: &str) -> Vec<String> {
    let shipped = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code = shipped
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ");
    RUNGS
        .iter()
        .filter(|(rung, places)| code.contains(rung) && !places.iter().any(|place| path.starts_with(place)))
        .map(|(rung, places)| format!("`{path}` has `{rung}`, which belongs to {places:?}"))
        .collect()
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn each_rung_is_made_in_its_own_place_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap();
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join("crates")).unwrap() {
        let dir = entry.unwrap().path();
        if !dir.ends_with("testkit") && dir.join("src").is_dir() {
            sources(&dir.join("src"), &mut files);
        }
    }
    assert!(files.len() > 20, "the sources were not found: {files:?}");

    let faults: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            faults(&name, &fs::read_to_string(path).unwrap())
        })
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_rung_made_elsewhere_is_found_however_it_is_laid_out() {
    for (rung, places) in RUNGS {
        let laid_out = format!("fn f() {{ x({}", rung.replace(' ', "\n    "));
        assert_eq!(
            faults("crates/web/src/api/backdoor.rs", &laid_out).len(),
            1,
            "{rung}"
        );
        for place in *places {
            assert_eq!(faults(place, &laid_out), Vec::<String>::new(), "{rung}");
        }
    }
}

#[test]
fn comments_and_unit_tests_may_speak_of_rungs() {
    let source = "/// See [`LiveSession::from_row(`].\nfn f() {}\n#[cfg(test)]\nmod tests { Grant::new( }";
    assert_eq!(faults("crates/web/src/lib.rs", source), Vec::<String>::new());
}
