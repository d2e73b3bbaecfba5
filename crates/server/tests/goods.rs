//! The commands about goods that need no server: answers as text and JSON, goods from files, exit statuses
//! (DG-1, DG-2, DG-4).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A day on which both editions are in force and no warning is due.
const DAY: [&str; 2] = ["--on", "2026-06-01"];

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_safeshipper"))
        .args(arguments)
        .output()
        .unwrap()
}

fn run_with(input: &[u8], arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_safeshipper"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
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

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn goods_are_the_same_as_arguments_as_a_table_and_as_json() {
    let arguments = run(&["check", "UN1203:200 L", "UN1830:II", "--json"]);
    let table = "goods;packing_group;quantity\r\nUN1203;;200 L\r\nUN1830;II;\r\n";
    let load = r#"{"lines": [{"goods": "UN1203", "quantity": {"value": "200", "unit": "L"}},
        {"goods": "UN1830", "packing_group": "II"}]}"#;
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    };
    for output in [
        run(&["check", "--file", &file("load.csv", table), "--json"]),
        run(&["check", "--file", &file("load.json", load), "--json"]),
        run(&[
            "check",
            "--file",
            &file("load.txt", table),
            "--format",
            "csv",
            "--json",
        ]),
        run_with(
            table.as_bytes(),
            &["check", "--file", "-", "--format", "csv", "--json"],
        ),
        run_with(
            load.as_bytes(),
            &["check", "--file", "-", "--format", "json", "--json"],
        ),
    ] {
        assert_eq!(json(&output), json(&arguments), "{}", said(&output));
        assert_eq!(status(&output), status(&arguments));
    }
}

#[test]
fn input_that_cannot_be_used_has_status_two_in_every_command_and_says_each_fault() {
    for command in ["check", "points", "placards", "split", "emergency"] {
        let table = b"goods,quantity\nUN12,1 L\nUN1203,\"1,5 L\"\n";
        let output = run_with(table, &[command, "--file", "-", "--format", "csv"]);
        assert_eq!((status(&output), output.stdout.len()), (2, 0), "{command}");
        let said = said(&output);
        assert!(
            said.contains("row 2, column `goods`") && said.contains("row 3, column `quantity`"),
            "{said}"
        );
        for arguments in [
            &[command][..],
            &[command, "UN1203", "--file", "-"],
            &[command, "--file", "-"],
            &[command, "--file", "absent.csv"],
            &[command, "UN1203", "--on", "tomorrow"],
            &[command, "UN1203:IV"],
        ] {
            assert_eq!(status(&run(arguments)), 2, "{arguments:?}");
        }
    }
}

#[test]
fn a_number_a_name_a_typing_error_and_a_class_find_rows_of_both_regimes() {
    let rows = |arguments: &[&str]| -> Vec<String> {
        let output = run(&[&["un", "--json"], arguments].concat());
        let rows = json(&output).as_array().unwrap().clone();
        assert_eq!(status(&output), i32::from(rows.is_empty()));
        rows.iter()
            .map(|row| row["row"].as_str().unwrap().to_owned())
            .collect()
    };
    let has = |rows: &[String], row: &str| rows.iter().any(|known| known == row);
    let petrol = rows(&["1203"]);
    assert!(
        has(&petrol, "us:UN1203:II") && has(&petrol, "adr:UN1203:II"),
        "{petrol:?}"
    );
    assert!(
        rows(&["1203", "--regime", "adr"])
            .iter()
            .all(|row| row.starts_with("adr:"))
    );
    assert!(has(&rows(&["sulfurik acid"]), "us:UN1830:II"));
    assert!(has(&rows(&["--class", "2.3"]), "us:UN1017"));
    assert!(has(&rows(&["--label", "5.1"]), "us:UN1017") && !has(&rows(&["--class", "5.1"]), "us:UN1017"));
    assert_eq!(
        rows(&["chlorine", "--class", "2.3", "--regime", "us", "--limit", "1"]),
        ["us:UN1017"]
    );
    assert_eq!(rows(&["9999"]), [""; 0]);
    assert_eq!(status(&run(&["un", "--class", "10"])), 2);
    assert_eq!(status(&run(&["un"])), 2);
}

#[test]
fn a_row_is_written_with_everything_the_table_says() {
    let output = run(&["un", "UN1203", "--regime", "adr"]);
    let text = text(&output);
    // ADR 2025, table A, UN 1203.
    for known in [
        "Gasoline",
        "PG II",
        "D/E",
        "33",
        "1 L",
        "E2: 30 g or ml inside, 500 g or ml a package",
    ] {
        assert!(text.contains(known), "{known}: {text}");
    }
}

#[test]
fn points_are_exempt_at_999_and_not_at_1002_adr_1_1_3_6() {
    for (goods, exempt) in [("UN1203:333 L", true), ("UN1203:334 L", false), ("UN1203", false)] {
        let output = run(&["points", goods, "--regime", "adr", "--json"]);
        assert_eq!(json(&output)["is_exempt"], exempt, "{goods}");
        assert_eq!(status(&output), i32::from(!exempt), "{goods}");
    }
    let output = run(&["points", "UN1203:100 L", "UN1202:III:500 L", "--regime", "adr"]);
    assert!(text(&output).contains("together 800"), "{}", text(&output));
}

#[test]
fn a_limit_per_package_that_is_not_kept_is_said_and_is_not_fine_adr_3_4_2() {
    let table = |inner: &str| {
        format!("goods,limited_quantity,packages,inner_quantity,gross_mass\nUN1203,yes,2,{inner},40 kg\n")
    };
    let points = |inner: &str| {
        run_with(
            table(inner).as_bytes(),
            &["points", "--file", "-", "--format", "csv", "--regime", "adr"],
        )
    };
    let (kept, over) = (points("1 L"), points("1.001 L"));
    assert_eq!((status(&kept), status(&over)), (0, 1), "{}", text(&kept));
    assert!(text(&over).contains("NOT KEPT") && !text(&kept).contains("NOT KEPT"));
}

#[test]
fn placards_are_told_and_what_is_missing_makes_them_uncertain_49_cfr_172_504() {
    let table = |mass: &str| format!("goods,gross_mass\nUN1203,{mass}\n");
    let placards = |mass: &str, regime: &str| {
        run_with(
            table(mass).as_bytes(),
            &[
                "placards", "--file", "-", "--format", "csv", "--regime", regime, "--json",
            ],
        )
    };
    let light = placards("453 kg", "us");
    assert_eq!(
        (
            status(&light),
            json(&light)["us"]["vehicles"][0]["placards"].to_string()
        ),
        (0, "[]".to_owned())
    );
    let heavy = placards("454 kg", "us");
    assert_eq!(
        json(&heavy)["us"]["vehicles"][0]["placards"][0]["placard"],
        "FLAMMABLE"
    );
    let unknown = placards("", "us");
    assert_eq!(
        (status(&unknown), &json(&unknown)["is_certain"]),
        (1, &false.into())
    );
    let tank = run(&["placards", "UN1203:tank", "--regime", "adr"]);
    assert!(text(&tank).contains("33/1203"), "{}", text(&tank));
    assert!(!text(&tank).contains("Points"));
}

#[test]
fn a_split_is_proposed_or_not_needed_or_does_not_help() {
    // ADR 7.5.2.1: explosives with flammable liquids are not permitted on one vehicle.
    let split = |arguments: &[&str]| run(&[&["split", "--regime", "adr", "--json"], arguments].concat());
    let two = split(&["UN1203", "UN0081"]);
    assert_eq!((status(&two), &json(&two)["answer"]), (0, &"proposed".into()));
    assert_eq!(json(&two)["vehicles"].as_array().unwrap().len(), 2);
    let one = split(&["UN1203"]);
    assert_eq!((status(&one), &json(&one)["answer"]), (0, &"not_needed".into()));
    let none = split(&["UN1203", "UN0081", "--vehicles", "1"]);
    assert_eq!(
        (status(&none), &json(&none)["answer"]),
        (1, &"no_split_helps".into())
    );
}

#[test]
fn an_emergency_has_its_guide_and_prints_as_one_sheet() {
    let output = run(&["emergency", "UN1017", "--json"]);
    assert_eq!(json(&output)["guides"][0]["guide"], "124", "{}", text(&output));
    let unknown = run(&["emergency", "UN9999"]);
    assert_eq!(status(&unknown), 1);
    assert!(text(&unknown).contains("111"), "unknown goods have guide 111");
    let sheet = run(&["emergency", "UN1017", "--pdf", "-"]);
    assert!(sheet.stdout.starts_with(b"%PDF-"));
}

/// A paper of petrol; the consignee's name and the packages can be taken out.
fn paper(regime: &str, written: &str) -> Output {
    run_with(written.as_bytes(), &["paper", "-", "--regime", regime])
}

const PAPER: &str = r#"{"number": "SP-1",
    "load": {"lines": [{"goods": "UN1203", "quantity": {"value": "200", "unit": "L"}, "packages": 1,
        "packaging": "steel drum", "gross_mass": {"value": "180", "unit": "kg"}}]},
    "consignor": {"name": "Alpha", "address": ["1 Main St"]},
    "consignee": {"name": "Beta", "address": ["2 Main St"]},
    "emergency_contact": {"name": "Desk", "phone": "+1 800 555 0100"},
    "signer": {"name": "M. Shipper"}}"#;

#[test]
fn a_paper_is_made_of_a_load_that_passes_and_of_no_other() {
    let made = paper("us", PAPER);
    assert_eq!(status(&made), 0, "{}", said(&made));
    assert!(text(&made).contains("| UN1203, Gasoline"), "{}", text(&made));
    let pdf = run_with(PAPER.as_bytes(), &["paper", "-", "--regime", "us", "--out", "-"]);
    assert!(pdf.stdout.starts_with(b"%PDF-"));

    // 49 CFR 177.848(d): 1.1D with class 3 is X.
    let prohibited = PAPER.replace(r#"{"lines": ["#, r#"{"lines": [{"goods": "UN0081"}, "#);
    let refused = paper("us", &prohibited);
    assert_eq!((status(&refused), refused.stdout.len()), (1, 0));
    assert!(said(&refused).contains("prohibited"), "{}", said(&refused));

    // 49 CFR 172.202(a)(7) and 172.604.
    let incomplete = paper(
        "us",
        &PAPER
            .replace("\"packages\": 1,", "")
            .replace("+1 800 555 0100", ""),
    );
    assert_eq!((status(&incomplete), incomplete.stdout.len()), (2, 0));
    assert!(said(&incomplete).lines().count() >= 2, "{}", said(&incomplete));
    for unusable in ["", "{}", &PAPER.replace("\"number\"", "\"nummer\"")] {
        assert_eq!(status(&paper("us", unusable)), 2, "{unusable}");
    }
}

#[test]
fn an_edition_that_ends_is_announced_on_standard_error_and_an_expired_one_has_status_one() {
    let check = |day: &str| run(&["check", "UN1203", "--regime", "adr", "--on", day]);
    assert_eq!(said(&check(DAY[1])), "");
    assert_eq!(said(&check("2026-12-31")), "warning: ADR 2025 expires today\n");
    let expired = check("2027-01-01");
    assert!(said(&expired).starts_with("warning: ADR 2025 expired on 2026-12-31"));
    assert_eq!(text(&expired), text(&check(DAY[1])), "the answer itself stays");

    let editions = |day: &str| run(&["catalogue", "editions", "--on", day, "--json"]);
    let held = editions(DAY[1]);
    assert_eq!(status(&held), 0);
    assert_eq!(json(&held)[1]["edition"], "ADR 2025");
    assert_eq!(json(&held)[1]["hash"].as_str().unwrap().len(), 64);
    assert_eq!(
        (status(&editions("2027-01-01")), status(&editions("2026-12-31"))),
        (1, 0)
    );
    let written = run(&["catalogue", "editions", DAY[0], DAY[1]]);
    assert!(
        text(&written).contains("2025-01-01 to 2026-12-31"),
        "{}",
        text(&written)
    );
}

#[test]
fn two_data_sets_are_compared_in_the_terms_of_the_trade() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        std::fs::write(dir.path().join(name), content).unwrap();
        dir.path().join(name).to_string_lossy().into_owned()
    };
    let current = include_str!("../../dangerous-goods/data/adr.tsv");
    let row = current
        .lines()
        .find(|line| line.starts_with("adr:UN1203:II\t"))
        .unwrap();
    let old = file("adr.tsv", &current.replace(row, &row.replace("\tD/E\t", "\tE\t")));
    let changed = run(&["catalogue", "diff", &old]);
    assert_eq!(status(&changed), 1);
    assert!(
        text(&changed).contains("UN1203 PG II: tunnel code E -> D/E"),
        "{}",
        text(&changed)
    );
    let answer = json(&run(&["catalogue", "diff", &old, "--json"]));
    assert_eq!(answer["rows"][0]["changes"][0]["column"], "tunnel_code");

    file("us.tsv", include_str!("../../dangerous-goods/data/us.tsv"));
    let directory = dir.path().to_string_lossy().into_owned();
    let same = run(&["catalogue", "diff", &directory, &directory]);
    assert_eq!((status(&same), text(&same).matches("no changes").count()), (0, 2));
    assert_eq!(
        status(&run(&["catalogue", "diff", &file("x.tsv", "nonsense")])),
        2
    );
    assert_eq!(status(&run(&["catalogue", "diff", "absent.tsv"])), 2);
}
