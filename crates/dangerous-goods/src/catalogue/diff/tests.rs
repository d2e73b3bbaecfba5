//! Two small editions of one law, and what lies between them.

use super::{Kind, diff, text};

const COLUMNS: &str = "id\tname\tname_quality\tadmission\treading\tclass\tcode\tlabels\tpacking_group\tzone\t\
symbols\tspecial_provisions\tlimited_quantity\texcepted_quantity\tpackaging\ttransport_category\ttunnel_code\t\
hazard_number\tloading\tguide";

/// A row of these columns; the others are blank but for those every row has.
fn row(id: &str, name: &str, fields: &[(&str, &str)]) -> String {
    let value = |column: &str| {
        let given = fields.iter().find(|(key, _)| *key == column);
        match (column, given) {
            (_, Some((_, value))) => *value,
            ("id", _) => id,
            ("name", _) => name,
            ("name_quality", _) => "e",
            ("admission", _) => "a",
            ("reading", _) => "1",
            _ => "",
        }
    };
    COLUMNS.split('\t').map(value).collect::<Vec<_>>().join("\t")
}

fn set(regime: &str, edition: &str, rows: &[String], synonyms: &str) -> String {
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    format!(
        "regime\t{regime}\ntitle\tt\nedition\t{edition}\nsource\ts\nvalid_from\t\nvalid_to\t\n\n{COLUMNS}\n{rows}\n{synonyms}"
    )
}

/// The lines about rows of the text, from `before` to `after`.
fn said(regime: &str, before: &[String], after: &[String]) -> Vec<String> {
    let changes = diff(&set(regime, "e", before, ""), &set(regime, "e", after, "")).unwrap();
    let text = text(&changes);
    let lines = text.lines().skip(1).map(str::to_owned);
    lines.filter(|line| !line.starts_with("rows: ")).collect()
}

#[test]
fn each_column_changes_in_the_words_of_the_trade() {
    for (column, old, new, words) in [
        (
            "special_provisions",
            "188 230",
            "188 230 390",
            "special provision 390 added",
        ),
        (
            "special_provisions",
            "1 2 3",
            "3 4 5",
            "special provisions 4, 5 added, 1, 2 removed",
        ),
        (
            "special_provisions",
            "1 2",
            "2 1",
            "special provisions in another order: 2 1",
        ),
        ("limited_quantity", "5 L", "1 L", "limited quantity 5 L -> 1 L"),
        ("excepted_quantity", "E1", "E2", "excepted quantity E1 -> E2"),
        ("tunnel_code", "D/E", "E", "tunnel code D/E -> E"),
        ("packaging", "P200", "P201", "packing instruction P200 -> P201"),
        ("transport_category", "2", "1", "transport category 2 -> 1"),
        (
            "hazard_number",
            "33",
            "",
            "hazard identification number 33 -> none",
        ),
        ("loading", "CV1 CV2", "CV1", "loading provision CV2 removed"),
        ("guide", "128", "127", "emergency guide 128 -> 127"),
        ("labels", "3", "3 6.1", "labels 3 -> 3 6.1"),
        ("class", "3", "6.1", "class 3 -> 6.1"),
        ("code", "F1", "FT1", "classification code F1 -> FT1"),
        ("packing_group", "II", "III", "packing group II -> III"),
        ("admission", "a", "f", "carriage admitted -> forbidden"),
        ("reading", "0", "1", "reading of the table in doubt -> certain"),
        (
            "name_quality",
            "a",
            "e",
            "certainty of the name ambiguous -> exact",
        ),
    ] {
        let of = |value| [row("adr:UN3480", "Batteries", &[(column, value)])];
        assert_eq!(said("adr", &of(old), &of(new)), [format!("UN3480: {words}")]);
    }
    let of = |section, exceptions| {
        [row(
            "us:UN1203:II",
            "Gasoline",
            &[("packaging", section), ("limited_quantity", exceptions)],
        )]
    };
    assert_eq!(
        said("us", &of("202", "150"), &of("203", "None")),
        [
            "UN1203 PG II: section for exceptions 150 -> None",
            "UN1203 PG II: packaging section 202 -> 203"
        ]
    );
    let of = |name| [row("us:UN1203", name, &[])];
    assert_eq!(
        said("us", &of("Petrol"), &of("Gasoline")),
        ["UN1203: name changed from `Petrol` to `Gasoline`"]
    );
}

#[test]
fn a_row_that_came_or_went_is_named_with_its_number_and_name() {
    let (petrol, gas) = (
        row("adr:UN1203:II", "Gasoline", &[]),
        row("adr:UN0514", "Devices", &[]),
    );
    assert_eq!(
        said(
            "adr",
            std::slice::from_ref(&petrol),
            &[petrol.clone(), gas.clone()]
        ),
        ["UN0514, Devices: added"]
    );
    assert_eq!(
        said("adr", &[petrol.clone(), gas], &[petrol]),
        ["UN0514, Devices: removed"]
    );
    let forbidden = row(
        "us:forbidden:azotetrazole",
        "Azotetrazole (dry)",
        &[("admission", "f")],
    );
    assert_eq!(said("us", &[], &[forbidden]), ["Azotetrazole (dry): added"]);
}

#[test]
fn siblings_are_matched_by_likeness_whatever_their_ids() {
    let group = |id: &str, group: &str, limit: &str| {
        row(
            id,
            "Paint",
            &[
                ("class", "3"),
                ("packing_group", group),
                ("limited_quantity", limit),
            ],
        )
    };
    // The only row gets a sibling, and with it another id.
    let (old, new) = (
        [group("adr:UN1263", "II", "5 L")],
        [
            group("adr:UN1263:II", "II", "5 L"),
            group("adr:UN1263:III", "III", "5 L"),
        ],
    );
    assert_eq!(said("adr", &old, &new), ["UN1263 PG III, Paint: added"]);
    assert_eq!(said("adr", &new, &old), ["UN1263 PG III, Paint: removed"]);
    // The order of the rows says nothing.
    let (old, new) = (
        [
            group("adr:UN1263:II", "II", "5 L"),
            group("adr:UN1263:III", "III", "5 L"),
        ],
        [
            group("adr:UN1263:III", "III", "1 L"),
            group("adr:UN1263:II", "II", "5 L"),
        ],
    );
    assert_eq!(
        said("adr", &old, &new),
        ["UN1263 PG III: limited quantity 5 L -> 1 L"]
    );
}

#[test]
fn a_packing_group_or_class_that_changed_is_a_change_and_a_different_row_is_not() {
    let paint =
        |id: &str, class: &str, group: &str| row(id, "Paint", &[("class", class), ("packing_group", group)]);
    assert_eq!(
        said(
            "adr",
            &[
                paint("adr:UN1263:II", "3", "II"),
                paint("adr:UN1263:III", "3", "III")
            ],
            &[
                paint("adr:UN1263:I", "3", "I"),
                paint("adr:UN1263:III", "3", "III")
            ]
        ),
        ["UN1263 PG I: packing group II -> I"]
    );
    assert_eq!(
        said(
            "adr",
            &[paint("adr:UN1263", "3", "II")],
            &[paint("adr:UN1263", "6.1", "I")]
        ),
        ["UN1263: class 3 -> 6.1", "UN1263: packing group II -> I"],
        "the number has one row before and after"
    );
    let aerosol = |id: &str, code: &str, name: &str| row(id, name, &[("code", code)]);
    assert_eq!(
        said(
            "adr",
            &[
                aerosol("adr:UN1950:5A", "5A", "Aerosols"),
                aerosol("adr:UN1950:5F", "5F", "Aerosols, flammable")
            ],
            &[
                aerosol("adr:UN1950:5A", "5A", "Aerosols"),
                aerosol("adr:UN1950:5T", "5T", "Aerosols, toxic")
            ]
        ),
        [
            "UN1950 (5F), Aerosols, flammable: removed",
            "UN1950 (5T), Aerosols, toxic: added"
        ]
    );
}

#[test]
fn edition_and_other_names_are_compared_too() {
    let changes = diff(
        &set("us", "2025", &[], "petrol\tGasoline\n"),
        &set("us", "2026", &[], "gasohol\tGasoline\n"),
    )
    .unwrap();
    assert_eq!(
        text(&changes),
        "us: 2025 -> 2026\ndata set: edition 2025 -> 2026\nother name `gasohol` of `Gasoline` added\n\
         other name `petrol` of `Gasoline` removed\nrows: 0 added, 0 removed, 0 changed\n"
    );
    assert!(!changes.is_empty());
}

#[test]
fn a_column_that_only_one_edition_has_is_compared_by_its_name() {
    let row = row("adr:UN1203:II", "Gasoline", &[]);
    let old = set("adr", "e", std::slice::from_ref(&row), "");
    let new = old
        .replace("\tguide\n", "\tguide\tradioactive\n")
        .replace(&row, &format!("{row}\tno"));
    let changes = diff(&old, &new).unwrap();
    assert_eq!(changes.rows[0].changes[0].words, "radioactive none -> no");
    assert_eq!(
        diff(&new, &old).unwrap().rows[0].changes[0].words,
        "radioactive no -> none"
    );
}

#[test]
fn the_embedded_data_sets_equal_themselves_and_differ_by_what_is_changed() {
    for data in [
        include_str!("../../../data/us.tsv"),
        include_str!("../../../data/adr.tsv"),
    ] {
        let same = diff(data, data).unwrap();
        assert!(same.is_empty() && text(&same).ends_with("no changes\n"));
    }
    let data = include_str!("../../../data/adr.tsv");
    let line = data.lines().find(|line| line.starts_with("adr:UN1203:")).unwrap();
    let changed = line.replace("D/E", "E");
    assert_ne!(line, changed);
    let changes = diff(data, &data.replace(line, &changed)).unwrap();
    assert_eq!(changes.rows.len(), 1);
    assert_eq!(
        (changes.rows[0].kind, changes.rows[0].changes[0].words.as_str()),
        (Kind::Changed, "tunnel code D/E -> E")
    );
}

#[test]
fn what_is_no_data_set_is_refused_with_its_line() {
    let good = set("us", "e", &[row("us:UN1203", "Gasoline", &[])], "");
    for (bad, fault) in [
        (String::new(), "line 1: `regime` is missing"),
        (
            "regime us\n\n".to_owned(),
            "line 1: expected a key and a value, not `regime us`",
        ),
        (
            good.replace("edition\te", "edition\t"),
            "line 1: `edition` is missing",
        ),
        (
            good.replace("id\tname\t", "name\tid\t"),
            "line 8: expected the names of the columns",
        ),
        (
            good.replace("\tguide\n", "\tname\n"),
            "line 8: expected the names of the columns",
        ),
        (good.replace("us:UN1203", "UN1203"), "line 9: `UN1203"),
        (
            format!("{good}a line without a tab\n"),
            "line 11: expected a term and a name",
        ),
        (
            good.replace(
                "us:UN1203\t",
                "us:UN1203\tx\ty\tz\tx\ty\tz\tx\ty\tz\tx\ty\tz\tx\ty\tz\tx\ty\tz\tx\ty\tz\t",
            ),
            "line 9: `us:UN1203",
        ),
    ] {
        let refused = diff(&good, &bad).unwrap_err().to_string();
        assert!(
            refused.contains(fault) && refused.starts_with("the newer data set"),
            "{refused}"
        );
        assert!(
            diff(&bad, &good)
                .unwrap_err()
                .to_string()
                .starts_with("the older data set")
        );
    }
    let other = good.replace("regime\tus", "regime\tadr");
    assert_eq!(
        diff(&good, &other).unwrap_err().to_string(),
        "the data sets are of different regimes, `us` and `adr`"
    );
    let many: Vec<String> = (0..201)
        .map(|at| row(&format!("us:UN1203:{at}"), "Gasoline", &[]))
        .collect();
    assert_eq!(
        diff(&good, &set("us", "e", &many, "")).unwrap_err().to_string(),
        "`UN1203` has more than 200 rows"
    );
}
