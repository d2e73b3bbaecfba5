//! `safeshipper policy`: which policy decides, what another version changes, whether every promise is kept
//! (AUTHZ-1, AUTHZ-4, AUTHZ-5).

use std::fs;
use std::path::Path;

use crate::program::{command, directory};
use crate::serve::{key_file, postgres};

const POLICIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");

/// The status of a command and what it says, without the space at the ends of lines.
fn run(words: &[&str]) -> (i32, String) {
    let output = command(words).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), said)
}

/// A copy of the policies in which a text stands in place of another.
fn changed(directory: &Path, old: &str, new: &str) -> String {
    let copy = directory.join("policies");
    fs::create_dir(&copy).unwrap();
    let mut found = false;
    for entry in fs::read_dir(POLICIES).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let is_policy = path.file_name().unwrap() != "properties.cedar";
        found |= is_policy && text.contains(old);
        let text = if is_policy { text.replace(old, new) } else { text };
        fs::write(copy.join(path.file_name().unwrap()), text).unwrap();
    }
    assert!(found, "no policy reads `{old}`");
    copy.to_str().unwrap().to_owned()
}

#[test]
fn the_command_explains_a_permission_of_a_role_and_its_status_tells_the_answer() {
    let ask = |words: &[&str]| run(&[&["policy", "explain"], words].concat());
    let (status, said) = ask(&["shipments.create", "--role", "OPERATOR"]);
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains("is allowed") && said.contains("roles.cedar:"),
        "{said}"
    );

    let (status, said) = ask(&["shipments.create", "--role", "VIEWER"]);
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("no permit applies") && said.contains("Role::\"OPERATOR\""),
        "{said}"
    );

    let critical = [
        "dangerous_goods.compatibility.override",
        "override",
        "--role",
        "MANAGER",
    ];
    let (status, said) = ask(&critical);
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("no second factor within 900 s in this session"),
        "{said}"
    );
    assert_eq!(ask(&[&critical[..], &["--second-factor", "900"]].concat()).0, 0);
    assert_eq!(ask(&[&critical[..], &["--second-factor", "901"]].concat()).0, 1);
    let (status, said) = ask(&[&critical[..], &["--passkey", "1", "--foreign"]].concat());
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("the object belongs to another company"), "{said}");
    for part in ["--asked", "--changed"] {
        let (status, said) = ask(&[&critical[..], &["--second-factor", "1", part]].concat());
        assert_eq!(status, 1, "{said}");
        assert!(
            said.contains("whoever has a part in it does not decide it"),
            "{said}"
        );
    }

    assert_eq!(ask(&["shipments.view.own", "shipment", "--role", "VIEWER"]).0, 1);
    assert_eq!(
        ask(&["shipments.view.own", "shipment", "--role", "VIEWER", "--own"]).0,
        0
    );
    let paper = |more: &[&str]| {
        let of = [
            "documents.view",
            "document",
            "--role",
            "DRIVER",
            "--document-type",
            "TRANSPORT_DOCUMENT",
        ];
        ask(&[&of[..], more].concat()).0
    };
    assert_eq!(paper(&[]), 1);
    assert_eq!(paper(&["--own"]), 0);
    assert_eq!(paper(&["--of-shipment", "seen"]), 0);
    assert_eq!(paper(&["--of-shipment", "unseen"]), 1);
    let untold = ask(&["documents.view", "document", "--role", "DRIVER"]);
    assert_eq!(untold.0, 2, "{}", untold.1);
    let of_nobody = [
        "users.admin",
        "user:0190a0c1-5b7c-7f3e-8a4d-9b2c6e1f0a35",
        "--role",
        "ADMIN",
    ];
    let (status, said) = ask(&of_nobody);
    assert!(status == 2 && said.contains("name a person of it"), "{said}");
    let (status, said) = ask(&["shipments.teleport", "--role", "ADMIN"]);
    assert!(status == 2 && said.contains("is no permission"), "{said}");
}

#[test]
fn the_command_explains_a_permission_of_a_real_person() {
    let directory = directory();
    let (cluster, url) = postgres(directory.path());
    let key = key_file(directory.path(), "key");
    let installation = ["--database-url", &url, "--master-key-file", key.to_str().unwrap()];
    let run = |words: &[&str]| run(&[words, &installation].concat());
    let made = run(&["company", "create", "--slug", "northwind", "--name", "Northwind"]);
    assert_eq!(made.0, 0, "{}", made.1);
    let person = ["--company", "northwind", "--email", "driver@northwind.example"];
    let made = [
        &["person", "create"],
        &person[..],
        &["--name", "Dora Driver", "--role", "DRIVER"],
    ]
    .concat();
    let made = run(&made);
    assert_eq!(made.0, 0, "{}", made.1);

    let ask = |permission| run(&[&["policy", "explain", permission], &person[..]].concat());
    let (status, said) = ask("emergency.contacts.view");
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("Dora Driver (DRIVER) of Northwind"), "{said}");
    let (status, said) = ask("system.security");
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("Role::\"ADMIN\""), "{said}");

    // An object is a stored one of the company, or described.
    let on = |object: &str, more: &[&str]| {
        let words = ["policy", "explain", "users.admin", object];
        run(&[&words, &person[..], more].concat())
    };
    let absent = "0190a0c1-5b7c-7f3e-8a4d-9b2c6e1f0a35";
    let (status, said) = on(&format!("user:{absent}"), &[]);
    assert!(status == 2 && said.contains("no such person"), "{said}");
    let (status, said) = on(&format!("user:{absent}"), &["--own"]);
    assert!(status == 2 && said.contains("is not described"), "{said}");
    let (status, said) = on("user:shp_1", &[]);
    assert!(
        status == 2 && said.contains("does not start with `usr_`"),
        "{said}"
    );
    let (status, said) = on(&format!("check:{absent}"), &[]);
    assert!(status == 2 && said.contains("named by their id"), "{said}");

    let mut admin = person;
    admin[3] = "admin@northwind.example";
    let made = [
        &["person", "create"],
        &admin[..],
        &["--name", "Ada", "--role", "ADMIN"],
    ]
    .concat();
    assert_eq!(run(&made).0, 0);
    let reason = ["--reason", "telephone stolen in Rotterdam"];
    let locked = run(&[&["user", "lockdown"], &person[..], &reason].concat());
    assert_eq!(locked.0, 0, "{}", locked.1);
    let (status, said) = ask("emergency.contacts.view");
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("the account is not active"), "{said}");

    let mut nobody = person;
    nobody[3] = "nobody@northwind.example";
    let (status, said) = run(&[&["policy", "explain", "session.own"], &nobody[..]].concat());
    assert!(status == 2 && said.contains("no such person"), "{said}");
    cluster.stop().unwrap();
}

#[test]
fn broken_policies_fail_the_check_with_a_request_that_shows_it() {
    let directory = directory();
    let broken = changed(
        directory.path(),
        "context.second_factor_age <= 900",
        "context.second_factor_age <= 9000",
    );
    let (status, said) = run(&["policy", "check", &broken, "--action", "users.factors.reset"]);
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("second_factor_age: 901") && said.contains("allowed by roles.cedar:"),
        "{said}"
    );
}

#[test]
fn a_change_shows_a_request_and_no_change_is_proved() {
    let directory = directory();
    let changed = changed(
        directory.path(),
        "unless { principal.active };",
        "unless { principal.active || action in Action::\"life.safety\" };",
    );
    let ask = |action| run(&["policy", "diff", POLICIES, &changed, "--action", action]);
    let (status, said) = ask("emergency.contacts.view");
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("newly allowed") && said.contains("active: false"),
        "{said}"
    );
    assert!(
        said.contains("before refused by forbids.cedar:") && said.contains("(account_not_active)"),
        "{said}"
    );
    let (status, said) = ask("documents.view");
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("equivalent, proved"), "{said}");
    assert_eq!(ask("documents.burn").0, 2);
}

#[test]
fn without_a_solver_nothing_is_proved_and_the_command_says_so() {
    let mut check = command(&["policy", "check"]);
    let output = check.env("CVC5", "/nowhere/cvc5").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no solver") && output.stdout.is_empty(), "{said}");
}
