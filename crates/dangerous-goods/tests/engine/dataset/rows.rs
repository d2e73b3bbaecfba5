//! Choosing a row of a data set on a line.

use dangerous_goods::dataset::{DataSetRows, Missing, check};
use dangerous_goods::input::{Format, from_bytes, from_specs, to_csv};
use dangerous_goods::{Goods, Load, Verdict};

use super::{SAMPLE, WITHIN, data_set, findings, judge, load, sample_with};

use Verdict::{NotCleared, Permitted, Prohibited};

#[test]
fn a_chosen_row_answers_where_the_number_alone_does_not() {
    let open = judge(&["UN1950", "UN1203"]);
    assert_eq!(open.verdict, NotCleared);
    let chosen = judge(&["UN1950:imdg:UN1950:9", "UN1203"]);
    assert_eq!(chosen.lines[0].row.as_deref(), Some("imdg:UN1950:9"));
    assert_eq!(chosen.verdict, Permitted);
    let other = judge(&["UN1950:imdg:UN1950:2.1+8", "UN0081"]);
    assert_eq!(other.lines[0].row.as_deref(), Some("imdg:UN1950:2.1+8"));
    assert_eq!(other.verdict, Prohibited);
}

#[test]
fn a_row_alone_names_its_goods() {
    assert_eq!(
        judge(&["imdg:UN1950:9"]).lines[0].row.as_deref(),
        Some("imdg:UN1950:9")
    );
    let salt = judge(&["imdg:exploding-salt"]);
    assert_eq!(findings(&salt)[0].1, "carriage prohibited");
}

#[test]
fn a_row_of_other_goods_is_refused_by_name_and_clears_nothing() {
    for (goods, row) in [
        ("UN1942", "imdg:UN1203"),
        ("UN1950", "imdg:UN1950:8"),
        ("Exploding salt", "imdg:UN1203"),
    ] {
        let result = judge(&[&format!("{goods}:{row}")]);
        assert_eq!(result.verdict, NotCleared, "{goods}");
        assert_eq!(result.lines[0].needs, [Missing::Row]);
        assert_eq!(
            result.conflicts[0].sentence.as_str(),
            format!("the row `{row}` is not a row of {goods}")
        );
        assert!(!result.lines[0].rows_to_choose.is_empty());
    }
    // Goods that the data set does not know are not known by a row either.
    assert_eq!(
        judge(&["UN1230:imdg:UN1203"]).lines[0].needs,
        [Missing::KnownGoods]
    );
}

#[test]
fn a_chosen_row_that_contradicts_what_the_line_states_is_not_taken() {
    let result = judge(&["UN1719:II:imdg:UN1719:8:III"]);
    assert_eq!(result.verdict, NotCleared);
    assert!(result.conflicts[0].sentence.contains("packing group"));
}

#[test]
fn a_row_of_another_regime_is_no_choice_here() {
    assert_eq!(judge(&["UN1950:iata:UN1950:9"]).lines[0].needs, [Missing::Row]);
}

#[test]
fn rows_that_differ_in_name_alone_can_be_chosen_and_keep_their_ids_when_the_table_is_sorted_anew() {
    const STRONG: &str = "UN1203,Motor spirit,3,-,II,liquid,-,-,1 L,permitted,T1\n";
    const OTHER: &str = "UN1203,Petrol,3,-,II,liquid,-,K1,1 L,permitted,T1\n";
    let with = |rows: &str| sample_with(STRONG, rows).replace("rows,18", "rows,19");
    let petrol = |text: &str| {
        let set = data_set(text);
        let goods: Goods = "UN1203".parse().expect("a number");
        let choices = set.choices(&goods);
        assert_eq!(choices.len(), 2);
        let petrol = choices.into_iter().find(|choice| choice.name == "Petrol");
        (set, petrol.expect("a row").id)
    };
    let (set, first) = petrol(&with(&format!("{STRONG}{OTHER}")));
    let (_, again) = petrol(&with(&format!("{OTHER}{STRONG}")));
    assert_eq!(first, again);
    let spec = format!("UN1203:{first}");
    let result = check(&set, &load(&[&spec]), WITHIN);
    assert_eq!(result.lines[0].row.as_deref(), Some(first.as_str()));
}

#[test]
fn the_rows_to_choose_say_what_tells_them_apart() {
    let set = data_set(SAMPLE);
    let choices = |goods: &str| set.choices(&goods.parse().expect("goods"));
    let hazards: Vec<String> = choices("UN1950")
        .iter()
        .map(|row| row.hazards.join(" "))
        .collect();
    assert_eq!(hazards, ["2.1", "2.1 8", "9"]);
    assert_eq!(choices("UN0081")[0].hazards, ["1.1D"]);
    assert_eq!(choices("exploding salt")[0].number, None);
    assert!(choices("UN9999").is_empty());
}

#[test]
fn a_choice_is_part_of_the_load_in_every_form_and_of_its_hash() {
    let spec = "UN1950:us:UN1950:2.1:1:imdg:UN1950:9:adg:UN1950:2.1";
    let chosen = from_specs(&[spec]).expect("a line");
    assert_eq!(
        chosen.lines[0].data_set_rows.to_string(),
        "imdg:UN1950:9 adg:UN1950:2.1"
    );
    assert_eq!(
        from_bytes(to_csv(&chosen).as_bytes(), Format::Csv),
        Ok(chosen.clone())
    );
    let json = serde_json::to_value(&chosen).expect("JSON");
    assert_eq!(
        json["lines"][0]["data_set_rows"],
        serde_json::json!(["imdg:UN1950:9", "adg:UN1950:2.1"])
    );
    assert_eq!(serde_json::from_value::<Load>(json).expect("a load"), chosen);
    let mut other = chosen.clone();
    other.lines[0].data_set_rows = DataSetRows::NONE;
    assert_ne!(chosen.hash(), other.hash());
}

#[test]
fn two_rows_of_one_regime_and_what_is_no_row_are_refused() {
    for text in [
        "imdg:a imdg:b",
        "us:UN1203",
        "imdg:",
        "IMDG:UN1203",
        "imdg:Ä",
        "UN1203",
    ] {
        assert!(text.parse::<DataSetRows>().is_err(), "{text}");
    }
    assert!(from_specs(&["UN1950:imdg:UN1950:9:imdg:UN1950:2.1"]).is_err());
    let twice = br#"{"lines":[{"goods":"UN1950","data_set_rows":["imdg:UN1950:9","imdg:UN1950:9"]}]}"#;
    let faults = from_bytes(twice, Format::Json).expect_err("two rows of one regime");
    assert!(
        faults.to_string().contains("two rows of `imdg` are chosen"),
        "{faults}"
    );
}

#[test]
fn a_load_keeps_its_hash_from_one_release_to_the_next() {
    assert_eq!(
        load(&["UN1203"]).hash().to_string(),
        "7d7c5dcf55fa4c0fe1569b53a71a672e54e7df0e2070286aaa62d598f009228f"
    );
}
