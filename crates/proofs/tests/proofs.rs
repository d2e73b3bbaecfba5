//! Everything that is to hold of the policies is proved (AUTHZ-1, AUTHZ-4, AUTHZ-5; P1 to P5, P7, P9).
//!
//! Needs the solver: without it these tests fail, they are not skipped.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

use std::path::Path;

use safeshipper_proofs::files::Files;
use safeshipper_proofs::prove;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");

#[test]
fn every_property_is_proved_of_the_policies_and_every_policy_does_something() {
    let report = prove::prove(&Files::embedded().unwrap()).unwrap();
    assert!(report.findings.is_empty(), "{report}");
    // Were nothing asked, nothing would be refuted either.
    assert!(report.kinds >= 54 && report.properties >= 15, "{report}");
    assert!(report.questions >= report.kinds, "{report}");
}

#[test]
fn the_files_of_the_directory_are_those_the_program_was_built_with() {
    let ids = |files: &Files| files.policy_ids();
    let embedded = Files::embedded().unwrap();
    let directory = Files::read(Path::new(DIRECTORY)).unwrap();
    assert_eq!(ids(&directory), ids(&embedded));
    assert!(ids(&embedded).len() >= 18);
}
