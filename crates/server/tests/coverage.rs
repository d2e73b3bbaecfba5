//! `docs/coverage.md` names tests; a name that is no test any more is a promise that nothing holds.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its documents has failed"
)]

use std::fs;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Names of tests are sentences: four words and more, in backticks.
fn named(text: &str) -> Vec<&str> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.matches('_').count() >= 3)
        .filter(|word| {
            word.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        })
        .collect()
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn missing<'a>(document: &'a str, sources: &str) -> Vec<&'a str> {
    let mut names = named(document);
    names.retain(|name| !sources.contains(&format!("fn {name}(")));
    names
}

#[test]
fn every_test_that_the_coverage_names_exists() {
    let document = fs::read_to_string(Path::new(ROOT).join("docs/coverage.md")).unwrap();
    let mut text = String::new();
    sources(&Path::new(ROOT).join("crates"), &mut text);
    assert!(named(&document).len() > 20, "the names are found at all");
    assert_eq!(missing(&document, &text), Vec::<&str>::new());
}

#[test]
fn a_name_that_is_no_test_is_found() {
    let document = "`a_test_that_is_there` and `a_test_that_is_gone`, `store/tx`, `AUTH-1`";
    assert_eq!(
        missing(document, "fn a_test_that_is_there() {}"),
        ["a_test_that_is_gone"]
    );
}
