//! Loads as they come from outside: text, JSON, sizes, odd units; and the report.

use dangerous_goods::{
    Catalogue, CheckResult, Goods, Line, LineSpec, Load, PackingGroup, PhysicalState, Quantity, Regime, Unit,
    check, report,
};

use crate::{judge, load};

fn from_json(text: &str) -> Result<Load, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn a_load_reads_from_json_and_back() {
    let text = r#"{"lines":[{"goods":"un1203","quantity":{"value":"12.5","unit":"L"},"packages":3,
        "packaging":"drums, 1A1","packing_group":"II","physical_state":"liquid","limited_quantity":true,
        "us_row":"us:UN1203:II","adr_row":"adr:UN1203:II"}],
        "confirmed":[{"condition":"c","stated_by":"somebody"}]}"#;
    let load = from_json(text).expect("a load");
    let json = serde_json::to_string(&load).expect("json");
    assert_eq!(from_json(&json).expect("the same load"), load);
    assert_eq!(load.lines[0].goods.to_string(), "UN1203");
}

#[test]
fn json_with_unknown_fields_is_refused() {
    for text in [
        r#"{"lines":[],"vehicle":1}"#,
        r#"{"lines":[{"goods":"UN1203","limited_quantitiy":true}]}"#,
        r#"{"lines":[{"goods":"UN1203","quantity":{"value":1,"unit":"kg","x":1}}]}"#,
    ] {
        assert!(from_json(text).expect_err(text).contains("unknown field"));
    }
}

#[test]
fn ten_thousand_lines_are_refused_with_the_limit() {
    let error = Load::new(vec![Line::new(Goods::Name("x".to_owned())); 10_000]).expect_err("too many");
    assert_eq!(
        error.to_string(),
        "a load of 10000 lines is over the limit of 200 lines"
    );
    let lines = vec![r#"{"goods":"UN1203"}"#; 10_000].join(",");
    assert!(
        from_json(&format!(r#"{{"lines":[{lines}]}}"#))
            .expect_err("too many")
            .contains("over the limit")
    );
    // Put together past the constructor it is still not cleared, and quickly.
    let load = Load {
        lines: vec![Line::new(Goods::Name("x".to_owned())); 10_000],
        ..Load::default()
    };
    let result = check(Catalogue::embedded(), Regime::Us, &load);
    assert!(!result.is_compatible && result.pairs.is_empty());
}

#[test]
fn quantities_that_cannot_be_are_refused_by_name_of_the_fault() {
    let fault = |text: &str| text.parse::<Quantity>().expect_err(text).to_string();
    assert_eq!(fault("-1 kg"), "the quantity `-1` is negative");
    assert_eq!(fault("0 kg"), "the quantity is zero");
    assert_eq!(fault("0.000 L"), "the quantity is zero");
    assert_eq!(
        fault("1000000.001 kg"),
        "the quantity `1000000.001` is over the limit of 1000000"
    );
    assert_eq!(
        fault("99999999999999999999999999 kg"),
        "the quantity `99999999999999999999999999` is over the limit of 1000000"
    );
    assert_eq!(
        fault("0.0001 kg"),
        "the quantity `0.0001` has more than three decimals"
    );
    assert_eq!(
        fault("5 stone"),
        "unknown unit `stone`, expected `kg`, `L`, `kg NEM` or `L water capacity`"
    );
    for text in [
        "NaN kg", "inf kg", "1e3 kg", "1,5 kg", ". kg", "1. kg", "+1 kg", "١ kg", " kg", "--1 kg", "5",
    ] {
        assert!(text.parse::<Quantity>().is_err(), "{text}");
    }
}

#[test]
fn quantities_are_exact_and_keep_their_unit() {
    let quantity: Quantity = "333.50 L".parse().expect("a quantity");
    assert_eq!(
        (quantity.thousandths(), quantity.unit(), quantity.to_string()),
        (333_500, Unit::Litre, "333.5 L".to_owned())
    );
    for unit in Unit::ALL {
        let quantity = Quantity::parse("0.001", unit).expect("a quantity");
        assert_eq!(quantity.to_string().parse::<Quantity>(), Ok(quantity));
    }
    assert_eq!(
        Quantity::parse("1000000", Unit::Kilogram)
            .expect("the limit")
            .thousandths(),
        1_000_000_000
    );
    for (json, value) in [
        ("12.5", 12_500),
        ("7", 7_000),
        ("\"0.125\"", 125),
        ("1e2", 100_000),
    ] {
        let quantity: Quantity =
            serde_json::from_str(&format!(r#"{{"value":{json},"unit":"kg"}}"#)).expect(json);
        assert_eq!(quantity.thousandths(), value);
    }
    for json in ["-1", "1e300", "0", "null", "\"NaN\"", "0.0001", "-0.0", "[]"] {
        let text = format!(r#"{{"value":{json},"unit":"kg"}}"#);
        assert!(serde_json::from_str::<Quantity>(&text).is_err(), "{json}");
    }
}

#[test]
fn goods_meant_as_a_number_must_be_one() {
    for text in ["UN12345", "UN120", "12", "UN 99999", "na1"] {
        assert!(text.parse::<Goods>().is_err(), "{text}");
    }
    for text in ["", "  ", "a\u{0}b", "a\nb", &"x".repeat(501)] {
        assert!(text.parse::<Goods>().is_err(), "{text:?}");
    }
    assert!("1,1-Dichloroethane".parse::<Goods>().is_ok());
    assert!("Unleaded".parse::<Goods>().is_ok());
}

fn spec(text: &str) -> Result<Line, String> {
    text.parse::<LineSpec>()
        .map(Line::from)
        .map_err(|error| error.to_string())
}

#[test]
fn a_line_reads_from_the_text_of_the_command_line() {
    let line = spec("un1830:ii:lq:Liquid").expect("a line");
    assert_eq!(line.packing_group, Some(PackingGroup::II));
    assert_eq!(
        (line.limited_quantity, line.physical_state),
        (true, Some(PhysicalState::Liquid))
    );
    let line = spec("UN1942:us:UN1942:III:adr:UN1942:III:solid").expect("a line");
    assert_eq!(line.us_row.map(String::from).as_deref(), Some("us:UN1942:III"));
    assert_eq!(line.adr_row.map(String::from).as_deref(), Some("adr:UN1942:III"));
    assert_eq!(line.physical_state, Some(PhysicalState::Solid));
    assert_eq!(spec("adr:UN1950:5F").expect("a line").goods.to_string(), "UN1950");
}

#[test]
fn a_line_that_cannot_be_read_names_the_fault() {
    assert_eq!(
        spec("UN1203:IV").expect_err("no such group"),
        "unknown suffix `IV`, expected a packing group, `LQ`, `EQ`, `solid`, `liquid`, `gas`, `tank`, `portable_tank`, `bulk`, `empty`, an amount such as `12 L`, or a row id"
    );
    assert_eq!(
        spec("UN1203:I:II").expect_err("two groups"),
        "the suffix `II` contradicts an earlier one"
    );
    for text in [
        "",
        ":",
        "UN1203:",
        "UN12:II",
        "us",
        "us:",
        "UN1203:us",
        "UN1203:us:",
        "UN1203:solid:liquid",
    ] {
        assert!(spec(text).is_err(), "{text}");
    }
}

#[test]
fn an_answer_reads_from_its_own_json() {
    for regime in Regime::ALL {
        let result = judge(regime, &["UN1203", "UN1496", "UN1950", "UN2803", "UN3077:LQ"]);
        let json = serde_json::to_value(&result).expect("json");
        assert_eq!(json["verdict"], "not_cleared");
        assert_eq!(json["is_compatible"], false);
        assert_eq!(json["regime"], regime.code());
        assert_eq!(
            serde_json::from_value::<CheckResult>(json).expect("and back"),
            result
        );
    }
}

#[test]
fn the_report_names_goods_clauses_and_rows() {
    let load = load(&["UN1203", "UN1496", "UN1950"]);
    let results = Regime::ALL.map(|regime| check(Catalogue::embedded(), regime, &load));
    let text = report::text(Catalogue::embedded(), &load, &results);
    for part in [
        "United States, highway (49 CFR): CANNOT BE CLEARED",
        "49 CFR 177.848(d)",
        "choose us:UN1950:2.2+8",
        "choose adr:UN1950:5TOC",
        "condition us:separation:us:UN1203:II+us:UN1496:II",
        "missing: the row of the table",
        &load.hash().to_string(),
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn the_exit_status_is_zero_only_for_a_compatible_load() {
    let result = |lines: &[&str]| judge(Regime::Us, lines);
    assert_eq!(report::exit_status(&[result(&["UN1203"])]), 0);
    assert_eq!(
        report::exit_status(&[result(&["UN1203"]), result(&["UN1203", "UN1496"])]),
        1
    );
    assert_eq!(report::exit_status(&[result(&["UN9999"])]), 1);
    assert_eq!(report::exit_status(&[]), 1);
}

#[test]
fn the_report_repeats_what_was_typed_of_a_line() {
    for (line, words) in [
        ("UN1203:EQ", "UN1203, excepted quantity\n"),
        ("UN1203:tank:empty", "UN1203, empty, not cleaned, in a tank\n"),
        ("UN1203:portable_tank", "UN1203, in a portable tank\n"),
        ("UN1942:bulk", "UN1942, in bulk\n"),
    ] {
        let load = load(&[line]);
        let result = dangerous_goods::check(Catalogue::embedded(), Regime::Us, &load);
        let text = dangerous_goods::report::text(Catalogue::embedded(), &load, &[result]);
        assert!(text.contains(words), "{text}");
    }
}
