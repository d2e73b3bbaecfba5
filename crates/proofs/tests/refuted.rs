//! Policies broken on purpose are refuted, each with a request that shows it (the counterexamples stand in
//! `snapshots/`). One test a mistake; to add one, add a test.

#![allow(clippy::unwrap_used, reason = "a test that cannot start may stop")]

mod lines;

use access::policy::{FILES, PROPERTIES, ROLES, SCHEMA};
use safeshipper_proofs::files::Files;
use safeshipper_proofs::{ProofError, Prover, prove};

/// The files with the first `old` replaced by `new`; there must be one.
fn with(old: &str, new: &str) -> Files {
    let mut found = false;
    let mut replaced = |text: &str| {
        if found || !text.contains(old) {
            return text.to_owned();
        }
        found = true;
        text.replacen(old, new, 1)
    };
    let schema = replaced(SCHEMA);
    let files: Vec<_> = FILES.iter().map(|(name, text)| (*name, replaced(text))).collect();
    assert!(found, "nothing reads `{old}`");
    let files = files.iter().map(|(name, text)| (*name, &**text));
    Files::parse(&schema, ROLES, files, PROPERTIES).unwrap()
}

/// The files and one more policy.
fn and(policy: &str) -> Files {
    let more = [("more.cedar", policy)];
    Files::parse(SCHEMA, ROLES, FILES.iter().copied().chain(more), PROPERTIES).unwrap()
}

/// Which promises are broken for these actions, and by which requests.
fn refuted(files: Files, actions: &[&str]) -> String {
    told(prove::properties, files, actions)
}

type Part = fn(&Files, &mut Prover) -> Result<Vec<prove::Finding>, ProofError>;

fn told(part: Part, files: Files, actions: &[&str]) -> String {
    let findings = part(&files.only(actions), &mut Prover::start().unwrap()).unwrap();
    let told: Vec<_> = findings.iter().map(ToString::to_string).collect();
    lines::without(&told.join("\n"))
}

#[test]
fn a_forgotten_company_lets_a_stranger_in_p3_p5() {
    let rule = "@reason(\"other_company\")\nforbid (principal, action, resource)\nunless { resource in principal.company };";
    let files = with(rule, "");
    insta::assert_snapshot!(refuted(files, &["shipments.edit"]));
}

#[test]
fn whoever_created_it_reaches_another_company_p4() {
    let rule = "unless { resource in principal.company };";
    let files = with(
        rule,
        "unless { resource in principal.company || (resource has created_by && resource.created_by == principal) };",
    );
    insta::assert_snapshot!(refuted(files, &["shipments.edit"]));
}

#[test]
fn a_role_that_passes_everything_is_found_p1() {
    let rule = "unless { resource in principal.company };";
    let files = with(
        rule,
        "unless { resource in principal.company || principal in Role::\"ADMIN\" };",
    );
    insta::assert_snapshot!(refuted(files, &["shipments.edit"]));
}

#[test]
fn platform_staff_outside_the_platform_are_found_p1() {
    let files = with(
        "unless { principal.company == Company::",
        "when { principal.company == Company::",
    );
    insta::assert_snapshot!(refuted(files, &["audit.logs.view"]));
}

#[test]
fn a_reader_of_safety_data_sheets_who_adds_one_is_found_r10() {
    let reads = "    Action::\"sds.library.view\",\n";
    let files = with(reads, &format!("{reads}    Action::\"sds.upload\",\n"));
    insta::assert_snapshot!(refuted(files, &["sds.upload"]));
}

#[test]
fn a_document_of_a_shipment_that_one_does_not_see_is_found_data_6() {
    let files = with(
        "(resource has shipment_seen_by && resource.shipment_seen_by.contains(principal))",
        "resource has shipment_seen_by",
    );
    insta::assert_snapshot!(refuted(files, &["documents.view"]));
}

#[test]
fn a_suspended_account_that_acts_is_found() {
    let files = with(
        "unless { principal.active };",
        "unless { principal.active || action in Action::\"life.safety\" };",
    );
    insta::assert_snapshot!(refuted(files, &["documents.view", "emergency.procedures.view"]));
}

#[test]
fn greater_for_less_lets_sessions_go_on_after_their_end() {
    let files = with(
        "context.now < context.session_ends",
        "context.now > context.session_ends",
    );
    insta::assert_snapshot!(refuted(files, &["documents.view"]));
}

#[test]
fn a_session_allowed_in_the_second_it_ends_is_found() {
    let files = with(
        "context.now < context.session_ends",
        "context.now <= context.session_ends",
    );
    insta::assert_snapshot!(refuted(files, &["documents.view"]));
}

#[test]
fn a_second_factor_that_counts_for_longer_is_found_authz_4() {
    let files = with(
        "context.second_factor_age <= 900",
        "context.second_factor_age <= 9000",
    );
    insta::assert_snapshot!(refuted(files, &["users.factors.reset"]));
}

#[test]
fn a_second_factor_from_the_future_is_found() {
    let files = with("  context.second_factor_age >= 0 &&\n", "");
    insta::assert_snapshot!(refuted(files, &["users.factors.reset"]));
}

#[test]
fn an_inherited_critical_permission_without_a_second_factor_is_found_p2() {
    let critical = "forbid (principal, action in Action::\"critical\", resource)\nunless {";
    let files = with(
        critical,
        "forbid (principal, action in Action::\"critical\", resource)\nwhen { !(principal in Role::\"ADMIN\") }\nunless {",
    );
    insta::assert_snapshot!(refuted(files, &["emergency.incidents.resolve"]));
}

#[test]
fn a_critical_permission_taken_out_of_its_group_is_found_authz_4() {
    let taken = "action \"safety.equipment.disable\"\n  appliesTo { principal: [User], resource: [Company], context: Circumstances };\n";
    let schema = SCHEMA.replace("  \"safety.equipment.disable\",\n", "") + taken;
    let files = Files::parse(&schema, ROLES, FILES.iter().copied(), PROPERTIES).unwrap();
    insta::assert_snapshot!(refuted(files, &["safety.equipment.disable"]));
}

#[test]
fn a_misspelt_word_that_demands_no_passkey_is_found_m9() {
    let files = with(
        "\"managers\" }\nunless {\n  context has passkey_age",
        "\"manager\" }\nunless {\n  context has passkey_age",
    );
    insta::assert_snapshot!(refuted(files, &["system.security"]));
}

#[test]
fn an_own_scope_that_reaches_what_nobody_created_is_found_p4_p7() {
    let files = with(
        "(resource has created_by && resource.created_by == principal)",
        "(if resource has created_by then resource.created_by == principal else true)",
    );
    insta::assert_snapshot!(refuted(files, &["shipments.view.own"]));
}

#[test]
fn an_assigned_scope_that_asks_for_the_creator_is_found_p7() {
    let files = with(
        "(resource has assigned_to && resource.assigned_to == principal)",
        "(resource has created_by && resource.created_by == principal)",
    );
    insta::assert_snapshot!(refuted(files, &["shipments.view.assigned"]));
}

#[test]
fn a_permit_widened_to_everybody_is_found_p4() {
    let files = with("principal in Role::\"VIEWER\",", "principal,");
    insta::assert_snapshot!(refuted(files, &["dangerous_goods.view"]));
}

#[test]
fn emergency_access_by_role_is_found_p9() {
    let files = and(
        "permit (principal in Role::\"DRIVER\", action == Action::\"dangerous_goods.emergency.access\", resource);",
    );
    insta::assert_snapshot!(refuted(files, &["dangerous_goods.emergency.access"]));
}

#[test]
fn a_role_that_may_less_than_one_below_it_is_found_authz_1() {
    let files = and(
        "@reason(\"outside_scope\") forbid (principal in Role::\"ADMIN\", action == Action::\"manifests.create\", resource);",
    );
    insta::assert_snapshot!(told(prove::inheritance, files, &["manifests.create"]));
}

#[test]
fn a_permit_that_decides_nothing_is_found() {
    let files = and(
        "permit (principal in Role::\"MANAGER\", action in [Action::\"shipments.view\", Action::\"audit.logs.view\"], resource);",
    );
    insta::assert_snapshot!(told(prove::idle, files, &["shipments.view", "audit.logs.view"]));
}

#[test]
fn a_forbid_that_decides_nothing_is_found() {
    let files = and(
        "@reason(\"session_over\") forbid (principal, action, resource) when { context.now > context.session_ends };",
    );
    insta::assert_snapshot!(told(
        prove::idle,
        files,
        &["shipments.view.own", "session.factors", "users.factors.reset"]
    ));
}

#[test]
fn a_policy_that_can_fail_is_found() {
    let files = with(
        "context.now < context.session_ends",
        "context.now + 1 <= context.session_ends",
    );
    insta::assert_snapshot!(told(prove::failing, files, &["documents.view"]));
}

#[test]
fn a_permission_that_is_withheld_and_allowed_all_the_same_is_found_authz_2() {
    let files = with(
        "forbid (principal in Withheld::\"shipments.edit\", action in Action::\"shipments.edit\", resource);",
        "forbid (principal in Withheld::\"shipments.edit\", action in Action::\"shipments.create\", resource);",
    );
    insta::assert_snapshot!(refuted(files, &["shipments.edit"]));
}

#[test]
fn who_decides_over_themselves_is_found_p16() {
    let files = with(
        "when { resource == principal };",
        "when { resource == principal && principal in Role::\"ADMIN\" };",
    );
    insta::assert_snapshot!(refuted(files, &["users.permissions.give"]));
}

#[test]
fn who_decides_over_those_above_is_found_p16() {
    let files = with(
        "principal in resource.role)",
        "principal.role in Role::\"MANAGER\")",
    );
    insta::assert_snapshot!(refuted(files, &["users.roles.assign"]));
}

#[test]
fn who_decides_their_own_override_is_found_p15() {
    let files = with("  resource.created_by == principal ||\n", "");
    insta::assert_snapshot!(refuted(files, &["dangerous_goods.compatibility.override"]));
}

#[test]
fn who_once_changed_a_load_and_decides_its_override_is_found_p15() {
    let files = with(" ||\n  resource.load_authors.contains(principal)\n", "\n");
    insta::assert_snapshot!(refuted(files, &["dangerous_goods.compatibility.override"]));
}

#[test]
fn who_takes_back_what_somebody_else_asked_for_is_found_p15() {
    let files = with(
        "unless { resource.asked_by == principal };",
        "unless { resource.created_by == principal };",
    );
    insta::assert_snapshot!(refuted(files, &["dangerous_goods.compatibility.withdraw.own"]));
}

#[test]
fn emergency_access_that_does_not_end_is_found_p12() {
    let files = with("  context.now < principal.emergency.until &&\n", "");
    insta::assert_snapshot!(refuted(files, &["dangerous_goods.emergency.access"]));
}

#[test]
fn emergency_access_beyond_the_incident_is_found_p11() {
    let files = with(
        "   !principal.emergency.incident_only ||\n",
        "   principal.emergency.incident_only ||\n",
    );
    insta::assert_snapshot!(refuted(files, &["dangerous_goods.emergency.access"]));
}

#[test]
fn a_viewer_who_sees_addresses_in_clear_is_found_data_8() {
    let files = and(
        "permit (principal in Role::\"VIEWER\", action == Action::\"personal_data.view\", resource)\n\
         when { resource is Shipment && resource has created_by && resource.created_by == principal };",
    );
    insta::assert_snapshot!(refuted(files, &["personal_data.view"]));
}

#[test]
fn a_driver_who_reveals_what_is_masked_is_found_data_8() {
    let files =
        and("permit (principal in Role::\"DRIVER\", action == Action::\"personal_data.reveal\", resource);");
    insta::assert_snapshot!(refuted(files, &["personal_data.reveal"]));
}
