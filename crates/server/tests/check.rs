//! `safeshipper check` on the command line: the answers, in text and as JSON, and the exit statuses (DG-2).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::{Command, Output};

use serde_json::Value;

/// The load of the README.
const LOAD: [&str; 6] = [
    "UN1203",
    "UN1830:II",
    "UN1942",
    "UN1017",
    "UN3077",
    "UN1263:II:LQ",
];

fn check(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_safeshipper"))
        .arg("check")
        .args(arguments)
        .output()
        .unwrap()
}

fn with<'a>(goods: &[&'a str], options: &[&'a str]) -> Vec<&'a str> {
    [goods, options].concat()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_readme_load_travels_in_the_us_only_when_separated_and_in_europe_as_it_is() {
    let us = check(&with(&LOAD, &["--regime", "us", "--json"]));
    assert_eq!(status(&us), 1);
    let answer = json(&us);
    assert_eq!(
        (&answer["verdict"], &answer["is_compatible"]),
        (&"conditional".into(), &false.into())
    );
    let cited: Vec<(String, &str, &str)> = answer["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (
                finding["lines"].to_string(),
                finding["clause"].as_str().unwrap(),
                finding["rule"].as_str().unwrap(),
            )
        })
        .collect();
    let (table, position) = ("49 CFR 177.848(d)", "49 CFR 177.848(e)(3)");
    let acids = "class 8 liquids with class 4 or 5";
    let expected = [
        ("[0,2]", table, "O at 3 × 5.1"),
        ("[0,3]", table, "O at 3 × 2.3 zone B"),
        ("[1,2]", table, "O at 8 liquid × 5.1"),
        ("[1,2]", position, acids),
        ("[1,3]", table, "O at 8 liquid × 2.3 zone B"),
        ("[1,3]", position, acids),
        ("[2,3]", table, "O at 5.1 × 2.3 zone B"),
    ];
    assert_eq!(
        cited,
        expected.map(|(lines, clause, rule)| (lines.to_owned(), clause, rule))
    );
    for finding in answer["conflicts"].as_array().unwrap() {
        for member in ["edition", "sentence"] {
            assert!(!finding[member].as_str().unwrap().is_empty());
        }
    }

    let adr = check(&with(&LOAD, &["--regime", "adr", "--json"]));
    assert_eq!(status(&adr), 0);
    let answer = json(&adr);
    assert_eq!(
        (&answer["verdict"], &answer["is_compatible"]),
        (&"permitted".into(), &true.into())
    );
    assert_eq!(answer["conflicts"], Value::Array(Vec::new()));
}

#[test]
fn under_both_regimes_the_more_severe_answer_counts_and_the_text_says_what_json_says() {
    let both = check(&with(&LOAD, &["--json"]));
    let answer = json(&both);
    assert_eq!((status(&both), &answer["verdict"]), (1, &"conditional".into()));
    let regimes: Vec<&Value> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["regime"])
        .collect();
    assert_eq!(regimes, ["us", "adr"]);

    let written = check(&with(&LOAD, &["--regime", "all"]));
    assert_eq!(status(&written), 1);
    let written = text(&written);
    for said in [
        "United States, highway (49 CFR): PERMITTED WITH CONDITIONS",
        "Europe, road (ADR): PERMITTED\n",
        "conditions are open",
        "49 CFR 177.848(d)",
        "ADR 2025",
    ] {
        assert!(written.contains(said), "{said}: {written}");
    }
    for finding in answer["conflicts"].as_array().unwrap() {
        for member in ["clause", "rule", "edition"] {
            assert!(written.contains(finding[member].as_str().unwrap()), "{finding}");
        }
        assert!(
            written.contains(finding["condition"]["id"].as_str().unwrap()),
            "{finding}"
        );
    }
    assert!(written.contains(answer["results"][0]["load_hash"].as_str().unwrap()));
}

#[test]
fn when_every_condition_is_confirmed_the_load_is_compatible_and_still_conditional() {
    let open = json(&check(&with(&LOAD, &["--json"])));
    let ids: Vec<&str> = open["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["condition"]["id"].as_str().unwrap())
        .collect();
    let confirming = |ids: &[&str]| {
        let mut arguments = with(&LOAD, &["--json"]);
        arguments.extend(ids.iter().flat_map(|id| ["--confirm", id]));
        check(&arguments)
    };
    assert_eq!(status(&confirming(&ids[1..])), 1, "one is open");
    let confirmed = confirming(&ids);
    let answer = json(&confirmed);
    assert_eq!(
        (status(&confirmed), &answer["verdict"], &answer["is_compatible"]),
        (0, &"conditional".into(), &true.into())
    );
}

#[test]
fn a_number_whose_rows_differ_is_not_cleared_and_lists_the_rows_to_choose() {
    let open = check(&["UN1830", "UN2031", "--regime", "us", "--json"]);
    let answer = json(&open);
    assert_eq!((status(&open), &answer["verdict"]), (1, &"not_cleared".into()));
    let rows: Vec<&str> = answer["results"][0]["lines"][1]["rows_to_choose"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_str().unwrap())
        .collect();
    assert!(
        rows.len() > 1 && rows.iter().all(|row| row.starts_with("us:UN2031")),
        "{rows:?}"
    );
    // Each of the rows listed is a choice the command takes.
    for row in rows {
        let chosen = check(&[row, "--regime", "us", "--json"]);
        assert_eq!(status(&chosen), 0, "{row}: {}", text(&chosen));
    }
    let unknown = check(&["UN9999", "--json"]);
    assert_eq!(
        (status(&unknown), &json(&unknown)["verdict"]),
        (1, &"not_cleared".into())
    );
}

#[test]
fn goods_the_law_forbids_are_prohibited_alone_and_by_name() {
    let output = check(&["acetylene silver nitrate", "--regime", "us", "--json"]);
    assert_eq!(
        (status(&output), &json(&output)["verdict"]),
        (1, &"prohibited".into())
    );
    let pair = check(&["UN1203", "UN0027", "--json"]);
    assert_eq!(
        (status(&pair), &json(&pair)["verdict"]),
        (1, &"prohibited".into())
    );
}

#[test]
fn what_cannot_be_used_has_status_two_and_says_each_fault() {
    let output = check(&["UN12", "UN1203", "UN1830:IV"]);
    assert_eq!(status(&output), 2);
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("`UN12`") && said.contains("`UN1830:IV`") && !said.contains("`UN1203`:"),
        "{said}"
    );
    for arguments in [
        &[][..],
        &[""],
        &["UN1203", "--regime", "mars"],
        &["UN1203", "--colour"],
        &["a\u{1}b"],
    ] {
        let output = check(arguments);
        assert_eq!((status(&output), output.stdout.len()), (2, 0), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
    let many = vec!["UN1203"; 201];
    assert_eq!(status(&check(&many)), 2);
}

#[test]
fn the_openapi_command_prints_the_committed_description() {
    let output = Command::new(env!("CARGO_BIN_EXE_safeshipper"))
        .arg("openapi")
        .output()
        .unwrap();
    assert!(output.status.success());
    let committed = include_str!("../../../docs/openapi.json");
    assert_eq!(text(&output), committed);
}
