//! Imports run one way: the layers of the house, and the one crate each outside library belongs to.
//!
//! The compiler refuses circles; this test refuses the shortcuts it would allow. To add a crate or to hold
//! a library, add a line to one of the two tables. The lists of the second only shrink.

use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Each crate and the crates of the workspace it may build on.
const LAYERS: &[(&str, &[&str])] = &[
    ("dangerous-goods", &[]),
    ("safeshipper-crypto", &[]),
    ("safeshipper-cluster", &[]),
    // Knows the running server from outside alone.
    ("safeshipper-benches", &[]),
    ("safeshipper-access", &["dangerous-goods", "safeshipper-crypto"]),
    ("safeshipper-proofs", &["safeshipper-access"]),
    (
        "safeshipper-store",
        &[
            "dangerous-goods",
            "safeshipper-access",
            "safeshipper-cluster",
            "safeshipper-crypto",
        ],
    ),
    (
        "safeshipper-partners",
        &["safeshipper-access", "safeshipper-crypto"],
    ),
    (
        "safeshipper-app",
        &[
            "dangerous-goods",
            "safeshipper-access",
            "safeshipper-crypto",
            "safeshipper-partners",
            "safeshipper-store",
        ],
    ),
    (
        "safeshipper-web",
        &["dangerous-goods", "safeshipper-access", "safeshipper-app"],
    ),
    (
        "safeshipper",
        &[
            "dangerous-goods",
            "safeshipper-access",
            "safeshipper-app",
            "safeshipper-cluster",
            "safeshipper-crypto",
            "safeshipper-partners",
            "safeshipper-proofs",
            "safeshipper-store",
            "safeshipper-web",
        ],
    ),
];

/// For tests alone: may build on everything, and nothing that is shipped may build on it.
const TESTS_ONLY: &str = "safeshipper-testkit";

/// Each held library, the crates that may use it, and whether the tests of every other crate may too.
const HELD: &[(&str, &[&str], bool)] = &[
    ("sqlx", &["safeshipper-store"], false),
    ("axum", &["safeshipper-web", "safeshipper"], false),
    ("askama", &["safeshipper-web"], false),
    ("reqwest", &["safeshipper-partners"], true),
    ("aws-lc-rs", &["safeshipper-crypto"], false),
    ("jsonwebtoken", &["safeshipper-crypto"], false),
    ("argon2", &["safeshipper-crypto"], false),
    ("age", &["safeshipper-crypto"], false),
    ("aws-sigv4", &["safeshipper-partners"], false),
    ("lettre", &["safeshipper-partners"], false),
    ("webauthn-rs", &["safeshipper-crypto"], true),
    ("maxminddb", &["safeshipper-app"], false),
    ("totp-rs", &["safeshipper-crypto"], false),
    (
        "cedar-policy",
        &["safeshipper-access", "safeshipper-proofs"],
        false,
    ),
    ("cedar-policy-symcc", &["safeshipper-proofs"], false),
];

/// One crate of the workspace names another crate or a library in its manifest.
#[derive(Debug)]
struct Import {
    from: String,
    to: String,
    for_tests: bool,
}

fn import(from: &str, to: &str, for_tests: bool) -> Import {
    Import {
        from: from.into(),
        to: to.into(),
        for_tests,
    }
}

/// What the tables do not allow, one sentence each.
fn faults(imports: &[Import], members: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    for member in members {
        if member != TESTS_ONLY && !LAYERS.iter().any(|(name, _)| name == member) {
            faults.push(format!("`{member}` has no layer"));
        }
    }
    for Import { from, to, for_tests } in imports.iter().filter(|import| import.from != TESTS_ONLY) {
        if let Some((_, users, tests_too)) = HELD.iter().find(|(library, _, _)| library == to) {
            let allowed = users.contains(&from.as_str()) || (*tests_too && *for_tests);
            if !allowed {
                faults.push(format!("`{from}` uses `{to}`, which belongs to {users:?}"));
            }
        } else if members.contains(to) && !for_tests {
            let below = LAYERS
                .iter()
                .find(|(name, _)| name == from)
                .map_or(&[][..], |(_, below)| below);
            if !below.contains(&to.as_str()) {
                faults.push(format!("`{from}` builds on `{to}`, which is not below it"));
            }
        }
    }
    faults
}

#[test]
fn every_crate_imports_only_what_its_layer_allows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let metadata = MetadataCommand::new()
        .manifest_path(root)
        .no_deps()
        .exec()
        .unwrap();
    let packages = metadata.workspace_packages();
    let members: Vec<String> = packages.iter().map(|package| package.name.to_string()).collect();
    let imports: Vec<Import> = packages
        .iter()
        .flat_map(|package| {
            let from = package.name.to_string();
            package.dependencies.iter().map(move |to| Import {
                from: from.clone(),
                to: to.name.clone(),
                for_tests: to.kind == DependencyKind::Development,
            })
        })
        .collect();

    assert!(imports.len() > 50, "the manifests were not read: {imports:?}");
    assert_eq!(faults(&imports, &members), Vec::<String>::new());
}

#[test]
fn each_shortcut_is_found() {
    let members = LAYERS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .chain([TESTS_ONLY.to_owned()]);
    let members: Vec<String> = members.collect();
    let shortcuts = [
        import("safeshipper-web", "safeshipper-store", false),
        import("safeshipper-web", "safeshipper-crypto", false),
        import("safeshipper-app", "safeshipper-web", false),
        import("dangerous-goods", "safeshipper-access", false),
        import("safeshipper-store", "safeshipper-app", false),
        import("safeshipper", TESTS_ONLY, false),
        import("safeshipper-app", "sqlx", false),
        import("safeshipper-app", "sqlx", true),
        import("safeshipper-app", "axum", false),
        import("safeshipper", "askama", false),
        import("safeshipper-web", "reqwest", false),
        import("safeshipper-store", "aws-lc-rs", false),
        import("safeshipper-web", "jsonwebtoken", false),
        import("safeshipper-app", "argon2", false),
        import("safeshipper-store", "cedar-policy", false),
    ];
    for shortcut in shortcuts {
        let found = faults(std::slice::from_ref(&shortcut), &members);
        assert_eq!(found.len(), 1, "{shortcut:?}: {found:?}");
    }
}

#[test]
fn a_crate_without_a_layer_is_found_and_tests_are_free() {
    assert_eq!(faults(&[], &["utils".to_owned()]), ["`utils` has no layer"]);
    let members = ["safeshipper".to_owned(), TESTS_ONLY.to_owned()];
    let free = [
        import("safeshipper", TESTS_ONLY, true),
        import("safeshipper", "reqwest", true),
        import(TESTS_ONLY, "sqlx", false),
    ];
    assert_eq!(faults(&free, &members), Vec::<String>::new());
}
