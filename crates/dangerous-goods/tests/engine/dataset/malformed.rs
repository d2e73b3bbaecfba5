//! Every way to get a data set wrong, and the words that help to mend it.

use dangerous_goods::dataset::{Draft, MAX_BYTES, MAX_LINE, MAX_LINES, Malformed};

use super::{SAMPLE, sample_with};

fn faults(bytes: &[u8]) -> Vec<String> {
    let malformed = Draft::parse(bytes).expect_err("a malformed data set");
    malformed.faults().iter().map(ToString::to_string).collect()
}

/// What is replaced, by what, and the only fault that is told.
const REPLACED: &[(&str, &str, &str)] = &[
    (
        "data set,1\n",
        "data set,2\n",
        "line 1: expected `dangerous-goods data set,1`, the form this program reads",
    ),
    (
        "regime,imdg",
        "regime,adr",
        "line 4: unknown regime `adr`, expected `imdg`, `adg` or `iata`",
    ),
    ("company,acme", "company,", "line 10: `company` is empty"),
    ("company,acme\n", "", "line 1: `company` is missing"),
    (
        "valid_to,2027-12-31",
        "valid_to,2027-13-31",
        "line 9: `2027-13-31` is not a date, expected one as in `2026-01-31`",
    ),
    (
        "valid_to,2027-12-31",
        "valid_to,2025-12-31",
        "line 8: `valid_from` 2026-01-01 is after `valid_to` 2025-12-31",
    ),
    (
        "between_units,not_compared",
        "between_units,no",
        "line 13: `no` is no value of `between_units`, expected `compared` or `not_compared`",
    ),
    (
        "source,invented",
        "sauce,x\nsource,invented",
        "line 7: unknown entry `sauce`, expected one of `regime`, `edition`, `title`, `source`, `valid_from`, `valid_to`, `company`, `table_clause`, `limited_quantities`, `between_units`, `same_class`",
    ),
    (
        "source,invented",
        "edition,8\nsource,invented",
        "line 7: `edition` is given twice",
    ),
    (
        "\"Rules of Exampleland for goods on board, invented\"",
        "Rules, invented",
        "line 6: `title` has more than one value; put quotation marks around a comma",
    ),
    (
        "N,prohibited,",
        "N,forbidden,",
        "line 22: `forbidden` is no meaning of a code, expected one of `permitted`, `conditional`, `prohibited`, `see_rows`, `see_compatibility`",
    ),
    (
        "1,conditional,Keep the two at least three metres apart.",
        "1,conditional,",
        "line 19: the text of what to do is missing",
    ),
    (
        "*,see_rows,",
        "*,see_rows,\n*,see_rows,",
        "line 24: code `*` is given twice",
    ),
    (
        "3,X,1,-,2,-,*,-",
        "3,X,1,-,2,-,Q,-",
        "line 30: code `Q` in the cell `3` × `8` has no meaning in section `codes`",
    ),
    (
        "9,-,-,-,-,-,-,-",
        "9,-,-,-,,-,-,-",
        "line 34: the cell `9` × `5.1` is missing",
    ),
    (
        "9,-,-,-,-,-,-,-",
        "9,-,-,-,-,-,-,-,-",
        "line 34: row `9` has more cells than the table has columns",
    ),
    (
        "6.1,X,-,-,1,-,-,-",
        "6.1,X,-,2,1,-,-,-",
        "line 32: the cell `6.1` × `3` says `2`, but `3` × `6.1` says `-`",
    ),
    (
        "9,-,-,-,-,-,-,-",
        "4.1,-,-,-,-,-,-,-\n9,-,-,-,-,-,-,-",
        "line 34: `4.1` is no column of the table",
    ),
    ("9,-,-,-,-,-,-,-\n", "", "line 26: row `9` is missing"),
    (
        "9,-,-,-,-,-,-,-",
        "9,-,-,-,-,-,-,-\n9,-,-,-,-,-,-,-",
        "line 35: row `9` is given twice",
    ),
    (
        ",1,2.1,3,5.1,6.1,8,9",
        ",1,2.1,3,5.1,6.1,9,9",
        "line 27: column `9` is empty or given twice",
    ),
    (
        "D,-,2,-",
        "D,-,*,-",
        "line 39: code `*` refers elsewhere, expected one that decides",
    ),
    (
        "9,9,Other dangers",
        "9,9a,Other dangers",
        "line 51: the table has no column `9a`",
    ),
    (
        "9,9,Other dangers",
        "9,9,Other dangers\n9,9,Again",
        "line 52: hazard `9` is given twice",
    ),
    (
        "acids,alkalis,1,",
        "acids,amines,1,",
        "line 61: unknown group `amines`",
    ),
    (
        "acids,alkalis,1,",
        "acids,alkalis,7,",
        "line 61: unknown code `7`",
    ),
    (
        "acids,alkalis,1,",
        "acids,alkalis,*,",
        "line 61: code `*` refers elsewhere, expected one that decides",
    ),
    (
        "acids,alkalis,1,Exampleland 5.1",
        "acids,alkalis,1,",
        "line 61: the clause is missing",
    ),
    (
        "acids,alkalis,1,",
        "cyanides,acids,1,",
        "line 62: the rule for `acids` against `cyanides` is given twice",
    ),
    (
        "K1,group,acids,",
        "K1,family,acids,",
        "line 66: `family` is nothing a row code is against, expected one of `hazard`, `group`, `number`, `all`, `as_hazard`",
    ),
    (
        "K2,hazard,3,1",
        "K2,hazard,4.1,1",
        "line 67: unknown hazard `4.1`",
    ),
    (
        "K2,number,UN1942,X",
        "K2,number,1942X,X",
        "line 68: `1942X` is not an identification number, expected four digits as in `UN1203`",
    ),
    (
        "K2,number,UN1942,X",
        "K2,hazard,3,X",
        "line 68: row code `K2` asks this twice",
    ),
    (
        "K4,as_hazard,5.1,-",
        "K4,as_hazard,5.1,1",
        "line 70: `as_hazard` with code `1`, expected `-`",
    ),
    (
        "UN1203,",
        "UN12O3,",
        "line 81: `UN12O3` is not an identification number, expected four digits as in `UN1203`",
    ),
    (
        "UN1203,Motor spirit,3,",
        "UN1203,Motor spirit,4.1,",
        "line 81: unknown class `4.1`",
    ),
    (
        "UN1203,Motor spirit,3,-,",
        "UN1203,Motor spirit,3,4.2,",
        "line 81: unknown hazard `4.2`",
    ),
    (
        "UN1203,Motor spirit,3,-,",
        "UN1203,Motor spirit,3,,",
        "line 81: the subsidiary hazards are not given, expected hazards or `-` for none",
    ),
    ("UN1203,Motor spirit,", "UN1203,,", "line 81: the name is missing"),
    (
        "Motor spirit,3,-,II,",
        "Motor spirit,3,-,IV,",
        "line 81: unknown packing group `IV`, expected `I`, `II` or `III`",
    ),
    (
        "Motor spirit,3,-,II,liquid,-,-,1 L",
        "Motor spirit,3,-,II,fluid,-,-,1 L",
        "line 81: `fluid` is no state, expected `solid`, `liquid`, `gas` or nothing",
    ),
    (
        "Motor spirit,3,-,II,liquid,-,-,1 L",
        "Motor spirit,3,-,II,liquid,-,-,1 pint",
        "line 81: unknown unit `pint`, expected `kg`, `L`, `kg NEM` or `L water capacity`",
    ),
    (
        "Motor spirit,3,-,II,liquid,-,-,1 L",
        "Motor spirit,3,-,II,liquid,amines,-,1 L",
        "line 81: unknown group `amines`",
    ),
    (
        "Motor spirit,3,-,II,liquid,-,-,1 L",
        "Motor spirit,3,-,II,liquid,-,K9,1 L",
        "line 81: unknown row code `K9`",
    ),
    (
        "1 L,permitted,T1\nUN1680",
        "1 L,yes,T1\nUN1680",
        "line 81: `yes` is no carriage, expected `permitted` or `prohibited`",
    ),
    (
        "1 L,permitted,T1\nUN1680",
        "1 L,permitted,T9\nUN1680",
        "line 81: unknown text `T9`",
    ),
    (
        "1 L,permitted,T1\nUN1680",
        "1 L,permitted,T1,more\nUN1680",
        "line 81: 12 fields, expected at most 11",
    ),
    (
        "Quarry powder,1.1D,",
        "Quarry powder,1.1B,",
        "line 79: the compatibility group of class `1.1B` is not in section `compatibility`",
    ),
    (
        "carriage,texts",
        "carriage,text",
        "line 78: expected the columns `number,name,class,subsidiary_hazards,packing_group,state,groups,row_codes,limited_quantity,carriage,texts`",
    ),
    (
        "UN1805,Bone acid,8,-,III,,acids",
        "UN1789,Muriatic acid,8,-,II,liquid,acids",
        "line 86: the row is the same as that of line 85",
    ),
    (
        "Lye, strong\"",
        "Lye, strong",
        "line 83: a quotation mark is not closed on its line",
    ),
    (
        "[end]\nrows,18\n",
        "[end]\nrows,17\n",
        "line 98: expected the number of rows as in `rows,18`, as 18 were read",
    ),
    ("[end]\nrows,18\n", "", "section `end` is missing"),
    (
        "[end]\nrows,18\n",
        "[end]\nrows,18\n\n[groups]\n",
        "line 101: section `groups` appears twice",
    ),
    (
        "[texts]",
        "[prose]",
        "line 72: unknown section `prose`, expected one of `hazards`, `codes`, `table`, `compatibility`, `groups`, `group_rules`, `row_codes`, `texts`, `rows`, `end`",
    ),
    (
        "Fuse lighters",
        "Fuse\tlighters",
        "line 80: a control character (U+0009)",
    ),
];

#[test]
fn each_fault_is_told_by_line_with_what_was_expected() {
    for (from, to, fault) in REPLACED {
        let found = faults(sample_with(from, to).as_bytes());
        assert!(
            found.iter().any(|found| found == fault),
            "`{from}` → `{to}`: expected {fault}, found {found:#?}"
        );
    }
}

#[test]
fn a_fault_is_not_followed_by_faults_of_its_own_making() {
    // These pull other references down with them.
    const FOLLOWED: [&str; 4] = [
        "[texts]",
        "9,-,-,-,-,-,-,-\n",
        ",1,2.1,3,5.1,6.1,8,9",
        "Lye, strong\"",
    ];
    for (from, to, _) in REPLACED.iter().filter(|(from, _, _)| !FOLLOWED.contains(from)) {
        let found = faults(sample_with(from, to).as_bytes());
        assert!(found.len() <= 2, "`{from}` → `{to}`: {found:#?}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once_in_the_order_of_the_lines() {
    let text = SAMPLE
        .replace("company,acme", "company,")
        .replace("9,-,-,-,-,-,-,-", "9,-,-,-,,-,-,-")
        .replace("UN1203,Motor spirit,3,", "UN1203,Motor spirit,4.1,")
        .replace("UN1942,X", "UN1942,Y");
    assert_eq!(
        faults(text.as_bytes()),
        [
            "line 10: `company` is empty",
            "line 34: the cell `9` × `5.1` is missing",
            "line 68: unknown code `Y`",
            "line 81: unknown class `4.1`",
        ]
    );
}

#[test]
fn a_file_of_thousands_of_faults_names_the_first_of_them() {
    let text = sample_with("[end]", &format!("{}[end]", "UN9,x\n".repeat(5_000)));
    let found = faults(text.as_bytes());
    assert_eq!(found.len(), Malformed::MOST);
    assert_eq!(
        found.last().map(String::as_str),
        Some("there are more faults; mend these first")
    );
}

#[test]
fn bytes_that_are_no_plain_text_are_refused() {
    let with_bom = format!("\u{feff}{SAMPLE}");
    let too_long = sample_with("Fuse lighters", &"x".repeat(MAX_LINE));
    let too_many = format!("{SAMPLE}{}", "\n".repeat(MAX_LINES));
    let mut not_utf8 = SAMPLE.as_bytes().to_vec();
    not_utf8[40] = 0xff;
    for (bytes, fault) in [
        (Vec::new(), "the file is empty".to_owned()),
        (not_utf8, "line 2: not UTF-8 text".to_owned()),
        (
            with_bom.into_bytes(),
            "line 1: a byte order mark, expected UTF-8 without one".to_owned(),
        ),
        (
            SAMPLE.replace('\n', "\r\n").into_bytes(),
            "line 1: the line ends with CR LF, expected LF alone".to_owned(),
        ),
        (
            SAMPLE.trim_end().as_bytes().to_vec(),
            "line 99: the last line is cut off, expected a line end".to_owned(),
        ),
        (
            too_long.into_bytes(),
            format!("line 80: the line is over the limit of {MAX_LINE} bytes"),
        ),
        (
            too_many.into_bytes(),
            format!("line {}: more than {MAX_LINES} lines", MAX_LINES + 1),
        ),
        (
            vec![b'x'; MAX_BYTES + 1],
            format!("{} bytes are over the limit of {MAX_BYTES} bytes", MAX_BYTES + 1),
        ),
    ] {
        let found = faults(&bytes);
        assert!(found.contains(&fault), "expected {fault}, found {found:?}");
    }
}

#[test]
fn a_file_cut_short_anywhere_is_never_taken_for_a_whole_one() {
    for end in 0..SAMPLE.len() {
        assert!(
            Draft::parse(&SAMPLE.as_bytes()[..end]).is_err(),
            "cut at byte {end}"
        );
    }
}

#[test]
fn the_empty_cells_that_a_spreadsheet_adds_change_nothing() {
    let padded: String = SAMPLE
        .lines()
        .map(|line| {
            if line.starts_with('#') {
                format!("{line}\n")
            } else {
                format!("{line},,,\n")
            }
        })
        .collect();
    let (plain, padded) = (Draft::parse(SAMPLE.as_bytes()), Draft::parse(padded.as_bytes()));
    assert_eq!(plain.expect("the sample"), padded.expect("the sample, padded"));
}
