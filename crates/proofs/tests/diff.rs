//! Two versions of the policies: the requests they answer differently.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

mod lines;

use access::policy::{FILES, PROPERTIES, ROLES, SCHEMA};
use safeshipper_proofs::Prover;
use safeshipper_proofs::diff::{Diff, diff};
use safeshipper_proofs::files::Files;

const ACTIONS: &[&str] = &[
    "documents.view",
    "emergency.contacts.view",
    "session.factors",
    "shipments.view.own",
];

/// What a change of the policies changes for these actions.
fn compared(actions: &[&str], (schema, roles): (&str, &str), change: impl Fn(&str) -> String) -> Diff {
    let files: Vec<_> = FILES.iter().map(|(name, text)| (*name, change(text))).collect();
    let files = files.iter().map(|(name, text)| (*name, &**text));
    let new = Files::parse(schema, roles, files, PROPERTIES)
        .unwrap()
        .only(actions);
    let old = Files::embedded().unwrap().only(actions);
    diff(&old, &new, &mut Prover::start().unwrap()).unwrap()
}

#[test]
fn the_same_rule_in_other_words_is_proved_equivalent() {
    let same = compared(ACTIONS, (SCHEMA, ROLES), |text| {
        text.replace(
            "unless { context.now < context.session_ends };",
            "when { context.session_ends <= context.now };",
        )
    });
    assert!(same.is_equivalent(), "{same}");
    insta::assert_snapshot!(lines::without(&same.to_string()));
}

#[test]
fn a_permit_moved_to_another_role_shows_who_gains_and_a_tightened_forbid_who_loses() {
    let moved = compared(ACTIONS, (SCHEMA, ROLES), |text| {
        text.replace("    Action::\"emergency.contacts.view\",\n", "")
            .replace("    Action::\"documents.view\",\n", "    Action::\"documents.view\",\n    Action::\"emergency.contacts.view\",\n")
            .replace("forbid (principal, action in Action::\"fresh\", resource)\nunless {\n  (context has second_factor_age &&\n   context.second_factor_age >= 0 &&\n   context.second_factor_age <= 900)", "forbid (principal, action in Action::\"fresh\", resource)\nunless {\n  (context has second_factor_age &&\n   context.second_factor_age >= 0 &&\n   context.second_factor_age <= 600)")
    });
    insta::assert_snapshot!(lines::without(&moved.to_string()));
}

#[test]
fn another_hierarchy_of_roles_shows_who_loses_what() {
    let roles = ROLES.replace(
        r#"{"type": "Role", "id": "SUPERVISOR"}, "attrs": {}, "parents": [{"type": "Role", "id": "OPERATOR"}]"#,
        r#"{"type": "Role", "id": "SUPERVISOR"}, "attrs": {}, "parents": [{"type": "Role", "id": "DRIVER"}]"#,
    );
    let other = compared(&["shipments.create"], (SCHEMA, &roles), str::to_owned);
    let text = other.to_string();
    assert!(
        text.contains("newly refused: shipments.create on Company as SUPERVISOR"),
        "{text}"
    );
    assert!(
        other
            .changes
            .iter()
            .all(|change| !change.kind.ends_with("as OPERATOR")),
        "{text}"
    );
}

#[test]
fn a_new_action_is_shown_with_a_request_that_it_allows() {
    let schema = SCHEMA.replace(
        "  \"training.assign\",\n",
        "  \"training.assign\",\n  \"training.cancel\",\n",
    );
    let more = compared(
        &["training.assign", "training.cancel"],
        (&schema, ROLES),
        |text| {
            text.replace(
                "    Action::\"training.assign\"\n",
                "    Action::\"training.assign\",\n    Action::\"training.cancel\"\n",
            )
        },
    );
    insta::assert_snapshot!(lines::without(&more.to_string()));
}
