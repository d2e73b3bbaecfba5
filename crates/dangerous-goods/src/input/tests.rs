//! Tables and JSON as they come, right and wrong; what is written reads back; no bytes stop the reader.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Column, Format, MAX_BYTES, Place, from_bytes, from_specs, to_csv};
use crate::load::{
    Containment, Entries, EntryKind, Goods, Line, LineSpec, Load, PhysicalState, Quantity,
    RadioactiveCategory, Unit,
};
use crate::{PackingGroup, Zone};

fn csv(text: &str) -> Load {
    from_bytes(text.as_bytes(), Format::Csv).unwrap()
}

/// Every fault, as a person reads it.
fn faults(bytes: impl AsRef<[u8]>, format: Format) -> Vec<String> {
    let refused = from_bytes(bytes.as_ref(), format).unwrap_err();
    assert!(!refused.faults.is_empty());
    refused.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_table_names_its_columns_as_the_fields_of_a_line_in_any_order_and_case() {
    let load = csv(
        "Packages,GOODS,Packing Group,limited-quantity,quantity,physical_state,labels,containment\n\
                    3,UN1830,II,no,200 L,liquid,,\n\
                    ,\"Acetylene, dissolved\",,,,,2.1 3,portable tank\n\
                    1,1263,iii,YES,0.5 L,,,packages\n",
    );
    let acid = Line {
        packages: Some(3),
        packing_group: Some(PackingGroup::II),
        quantity: Some("200 L".parse().unwrap()),
        physical_state: Some(PhysicalState::Liquid),
        ..Line::new("UN1830".parse().unwrap())
    };
    assert_eq!(load.lines[0], acid);
    assert_eq!(load.lines[1].goods.to_string(), "Acetylene, dissolved");
    assert_eq!(load.lines[1].labels, ["2.1", "3"]);
    assert_eq!(load.lines[1].containment, Containment::PortableTank);
    assert!(load.lines[2].limited_quantity && load.lines[2].packing_group == Some(PackingGroup::III));
    assert_eq!(load.lines.len(), 3);
}

#[test]
fn spreadsheets_of_every_country_are_read_alike() {
    let plain = csv("goods,quantity\nUN1203,12.5 L\nUN1830,1 kg\n");
    for other in [
        "\u{feff}goods,quantity\r\nUN1203,12.5 L\r\nUN1830,1 kg\r\n",
        "goods;quantity\r\nUN1203;12.5 L\r\nUN1830;1 kg",
        "goods\tquantity\nUN1203\t12.5 L\nUN1830\t1 kg\n",
        "goods,quantity\n\"UN1203\",\" 12.5 L \"\n\n,\nUN1830,1 kg\n,\n\n",
        "\n\ngoods,quantity\nUN1203,12.5 L\nUN1830,1 kg",
        "goods,quantity\rUN1203,12.5 L\rUN1830,1 kg\r",
    ] {
        assert_eq!(csv(other), plain, "{other:?}");
    }
    assert_eq!(
        csv("goods\nUN1203\n").lines,
        [Line::new("UN1203".parse().unwrap())]
    );
    let name = csv("goods;packaging\n\"A \"\"quoted\"\" name; with it\";drums, 1A1\n");
    assert_eq!(name.lines[0].goods.to_string(), "A \"quoted\" name; with it");
    assert_eq!(name.lines[0].packaging.as_deref(), Some("drums, 1A1"));
}

#[test]
fn what_cannot_be_read_is_refused_at_its_row_and_column() {
    let header = "goods,quantity,packages,limited_quantity,containment,vehicle\n";
    assert_eq!(
        faults("goods,quantity,empty_uncleaned\nUN1203,500 L,yes\n", Format::Csv),
        ["row 2: what is empty and not cleaned has no quantity, here `500 L`"]
    );
    for (row, expected) in [
        (
            "UN12,,,,,",
            "row 2, column `goods`: `UN12` is not an identification number",
        ),
        (",1 L,,,,", "row 2, column `goods`: the goods are not named"),
        (
            "UN1203,\"12,5 L\",,,,",
            "row 2, column `quantity`: `12,5 L` has a comma",
        ),
        (
            "UN1203,\"1,000 L\",,,,",
            "row 2, column `quantity`: `1,000 L` has a comma",
        ),
        ("UN1203,12,5 L,,,,", "row 2: 7 cells, and the header has 6"),
        ("UN1203,200,,,,", "row 2, column `quantity`: unknown unit ``"),
        (
            "UN1203,200 gal,,,,",
            "row 2, column `quantity`: unknown unit `gal`",
        ),
        (
            "UN1203,-1 L,,,,",
            "row 2, column `quantity`: the quantity `-1` is negative",
        ),
        ("UN1203,0 L,,,,", "row 2, column `quantity`: the quantity is zero"),
        ("UN1203,NaN L,,,,", "row 2, column `quantity`: unknown unit"),
        (
            "UN1203,1e3 L,,,,",
            "row 2, column `quantity`: unknown unit `e3 L`",
        ),
        (
            "UN1203,,2.5,,,",
            "row 2, column `packages`: `2.5` is not a whole number from 0 to 4294967295",
        ),
        (
            "UN1203,,-2,,,",
            "row 2, column `packages`: `-2` is not a whole number",
        ),
        (
            "UN1203,,+2,,,",
            "row 2, column `packages`: `+2` is not a whole number",
        ),
        (
            "UN1203,,4294967296,,,",
            "row 2, column `packages`: `4294967296` is not a whole number",
        ),
        (
            "UN1203,,,maybe,,",
            "row 2, column `limited_quantity`: `maybe` is neither `yes` nor `no`",
        ),
        (
            "UN1203,,,1,,",
            "row 2, column `limited_quantity`: `1` is neither `yes` nor `no`",
        ),
        (
            "UN1203,,,,box,",
            "row 2, column `containment`: `box` is not `packages`, `tank`",
        ),
        (
            "UN1203,,,,,256",
            "row 2, column `vehicle`: `256` is not a whole number from 0 to 255",
        ),
        ("UN1203,,,,,0", "row 2: vehicles are numbered from one"),
        (
            "UN1203,,,yes,tank,",
            "row 2: limited and excepted quantities are packages",
        ),
        ("UN1203", "row 2: 1 cells, and the header has 6"),
        ("UN1203,,,,,,", "row 2: 7 cells, and the header has 6"),
        ("\"UN1203,,,,,", "row 2: a quotation mark that never closes"),
        (
            "\"UN1203\"x,,,,,",
            "row 2: text after the closing quotation mark of a cell",
        ),
        ("UN\"1203,,,,,", "row 2: a quotation mark inside a cell"),
        (
            "\"UN12\n03\",,,,,",
            "row 2, column `goods`: the cell holds a line break",
        ),
        (
            "UN\u{1}1203,,,,,",
            "row 2, column `goods`: the cell holds a line break or another control character",
        ),
    ] {
        let said = faults(format!("{header}{row}\n"), Format::Csv);
        assert_eq!(said.len(), 1, "{row}: {said:?}");
        assert!(said[0].starts_with(expected), "{row}: {said:?}");
    }
}

#[test]
fn a_header_that_is_not_one_is_refused() {
    for (text, expected) in [
        ("", "the load: it is empty"),
        ("\n\r\n", "the load: it is empty"),
        ("goods,quantity\n", "the load: there are no goods in it"),
        ("goods\n\n,\n", "the load: there are no goods in it"),
        (
            "goods,colour\nUN1203,red\n",
            "row 1, column `colour`: no such column, expected some of goods, us_row",
        ),
        ("goods,\nUN1203,\n", "row 1, column ``: no such column"),
        (
            "goods,goods\nUN1203,UN1830\n",
            "row 1, column `goods`: the column occurs twice",
        ),
        (
            "goods,Packing Group,packing_group\nUN1203,I,II\n",
            "row 1, column `packing_group`: the column occurs twice",
        ),
        ("quantity\n1 L\n", "row 1, column `goods`: the column is missing"),
        ("UN1203,1 L\n", "row 1, column `UN1203`: no such column"),
        (
            "goods;quantity,packages\nUN1203;1 L,2\n",
            "row 1: the header has more than one of comma",
        ),
        ("sep=;\ngoods;quantity\n", "row 1, column `sep=`: no such column"),
    ] {
        let said = faults(text, Format::Csv);
        assert!(said[0].starts_with(expected), "{text:?}: {said:?}");
    }
}

#[test]
fn what_is_no_text_of_a_bearable_size_is_refused() {
    assert!(faults(b"\xff\xfeg\0o\0o\0d\0s\0", Format::Csv)[0].contains("UTF-16"));
    assert_eq!(
        faults(b"goods\nUN1203\nM\xfcller\n", Format::Csv),
        ["row 3: it is not UTF-8 text; save it as UTF-8"]
    );
    let long = "x".repeat(MAX_BYTES + 1);
    assert_eq!(
        faults(&long, Format::Csv),
        ["the load: 1048577 bytes are over the limit of 1048576"]
    );
    assert_eq!(faults(&long, Format::Json).len(), 1);
    let said = faults(
        format!("goods,packaging\nUN1203,{}\n", "x".repeat(1_001)),
        Format::Csv,
    );
    assert_eq!(
        said,
        ["row 2, column `packaging`: the cell is over the limit of 1000 characters"]
    );
    let said = faults(format!("goods\n{}", "UN1203\n".repeat(201)), Format::Csv);
    assert_eq!(said, ["the load: more than the limit of 200 lines"]);
    assert_eq!(
        csv(&format!("goods\n{}", "UN1203\n".repeat(200))).lines.len(),
        200
    );
}

#[test]
fn every_fault_of_every_row_is_said_at_once_in_the_order_of_the_rows() {
    let text = "goods,quantity,packages\nUN12,1 barrel,x\n\nUN1203,1 L,1\nUN1830,1,2,3\n";
    assert_eq!(
        faults(text, Format::Csv),
        [
            "row 2, column `goods`: `UN12` is not an identification number, expected four digits as in `UN1203`",
            "row 2, column `quantity`: unknown unit `barrel`, expected `kg`, `L`, `kg NEM` or `L water capacity`",
            "row 2, column `packages`: `x` is not a whole number from 0 to 4294967295",
            "row 5: 4 cells, and the header has 3; a cell that holds the separator needs quotation marks",
        ]
    );
    let text = r#"{"lines": [{"goods": "UN12", "packages": -1}, {"goods": "UN1203"},
        {"quantity": {"value": 1, "unit": "barrel"}, "colour": "red"}], "food_on_board": "perhaps"}"#;
    let said = faults(text, Format::Json);
    let places: Vec<&str> = said.iter().map(|said| said.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        [
            "the load",
            "line 1, `goods`",
            "line 1, `packages`",
            "line 3, `goods`",
            "line 3, `colour`",
            "line 3, `quantity`"
        ],
        "{said:?}"
    );
    assert!(
        said[0].contains("perhaps") && said[5].contains("barrel"),
        "{said:?}"
    );
}

#[test]
fn json_is_read_as_the_type_says_and_refused_with_its_place() {
    let text = r#"{"lines": [{"goods": "UN1203", "quantity": {"value": "12.5", "unit": "L"}}], "food_on_board": true}"#;
    let load = from_bytes(text.as_bytes(), Format::Json).unwrap();
    assert_eq!((load.lines.len(), load.food_on_board), (1, Some(true)));
    for (text, expected) in [
        ("", "the load: EOF while parsing"),
        ("[]", "the load: invalid length"),
        ("{}", "the load: missing field `lines`"),
        (r#"{"lines": []}"#, "the load: there are no goods in it"),
        (r#"{"lines": 1}"#, "the load: invalid type"),
        (r#"{"lines": [1]}"#, "line 1: invalid type"),
        (
            r#"{"lines": [{"goods": "UN1203"}], "vehicle": 1}"#,
            "the load: unknown field `vehicle`",
        ),
        (
            r#"{"lines": [{"goods": "UN1203"}], "lines": [{"goods": "UN1830"}]}"#,
            "the load: duplicate field `lines`",
        ),
        (
            r#"{"lines": [{"goods": "UN1203", "goods": "UN1830"}]}"#,
            "the load: duplicate field `goods`",
        ),
        (
            r#"{"lines": [{"goods": "UN1203", "vehicle": 0}]}"#,
            "line 1: vehicles are numbered from one",
        ),
        (
            r#"{"lines": [{"goods": "UN1203", "empty_uncleaned": true, "quantity": {"value": "500", "unit": "L"}}]}"#,
            "line 1: what is empty and not cleaned has no quantity, here `500 L`",
        ),
        (
            r#"{"lines": [{"goods": "UN1203"}]} x"#,
            "the load: trailing characters",
        ),
    ] {
        let said = faults(text, Format::Json);
        assert!(said[0].starts_with(expected), "{text}: {said:?}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(faults(&deep, Format::Json).len(), 1);
    assert!(faults(format!("{{\"lines\": {deep}"), Format::Json)[0].contains("invalid type"));
}

#[test]
fn arguments_are_read_with_every_fault() {
    assert_eq!(from_specs(&["UN1203:200 L", "UN1830:II"]).unwrap().lines.len(), 2);
    let refused = from_specs(&[
        "UN12",
        "UN1203",
        "UN1830:IV",
        "UN1203:LQ:tank",
        "UN1203:empty:500 L",
    ])
    .unwrap_err();
    let places: Vec<String> = refused
        .faults
        .iter()
        .map(|fault| fault.place.to_string())
        .collect();
    assert_eq!(
        places,
        [
            "`UN12`",
            "`UN1830:IV`",
            "`UN1203:LQ:tank`",
            "`UN1203:empty:500 L`"
        ]
    );
    assert_eq!(
        from_specs(&["UN1203:LQ:tank"]).unwrap_err().faults[0].place,
        Place::Argument("UN1203:LQ:tank".to_owned())
    );
    assert!(from_specs::<&str>(&[]).is_err());
    assert!(
        from_specs(&vec!["UN1203"; 201])
            .unwrap_err()
            .to_string()
            .contains("over the limit of 200")
    );
}

#[test]
fn a_format_is_told_by_the_end_of_the_name_alone() {
    for (name, format) in [
        ("a.csv", Some(Format::Csv)),
        ("a.b.TSV", Some(Format::Csv)),
        ("load.json", Some(Format::Json)),
        ("csv", None),
        ("a.xlsx", None),
        ("", None),
    ] {
        assert_eq!(Format::of_file(name).ok(), format, "{name}");
    }
}

#[test]
fn every_field_of_a_line_has_a_column_of_its_name() {
    let mut line = Line::new("UN1203".parse().unwrap());
    let text = "goods,us_row,adr_row,packing_group,physical_state,zone,labels,radioactive_category,stated_by,containment,\
        limited_quantity,excepted_quantity,empty_uncleaned,quantity,gross_mass,inner_quantity,packages,packaging,\
        technical_name,environmentally_hazardous,reportable_quantity,closed_container,vehicle,compartment,bay\n\
        UN1203,us:UN1203,adr:UN1203:II,II,liquid,A,3,III,me,packages,yes,no,yes,,2 kg,3 L,4,drums,x,yes,yes,yes,1,2,3\n";
    let read = csv(text).lines.remove(0);
    // A field without a column stays as it was, and so would its JSON.
    line.excepted_quantity = true;
    let (new, read) = (
        serde_json::to_value(&line).unwrap(),
        serde_json::to_value(&read).unwrap(),
    );
    let written = read.as_object().unwrap();
    assert_eq!(
        written.len() + 1 + 1 + 1 + EntryKind::ALL.len(),
        Column::ALL.len(),
        "but for the containment, excepted_quantity, the quantity of what is empty, and entries"
    );
    for field in written.keys() {
        assert!(Column::named(field).is_some(), "{field}");
    }
    assert!(
        new.as_object()
            .unwrap()
            .keys()
            .all(|field| Column::named(field).is_some())
    );
}

#[test]
fn every_entry_of_a_line_has_a_column_of_its_name() {
    for kind in EntryKind::ALL {
        assert_eq!(Column::named(kind.code()), Some(Column::Entry(kind)));
        let read = csv(&format!("goods,{}\nUN1203,\"{}\"\n", kind.code(), kind.example()));
        assert_eq!(read.lines[0].entries.get(kind), Some(kind.example()), "{kind:?}");
    }
    assert_eq!(
        faults("goods,activity\nUN2915,3.7 mBq\n", Format::Csv)[0]
            .split(", expected")
            .next()
            .unwrap(),
        "row 2, column `activity`: the activity is `3.7 mBq`"
    );
    assert_eq!(
        faults(
            "goods,control_temperature,emergency_temperature\nUN3115,0,-10\n",
            Format::Csv
        ),
        ["row 2: the emergency temperature, `-10 °C`, is not above the control temperature, `0 °C`"]
    );
    let json = r#"{"lines": [{"goods": "UN2915", "entries": {"transport_index": "0.45"}}]}"#;
    assert!(
        faults(json, Format::Json)[0]
            .starts_with("line 1, `entries`: the transport index is `0.45`, expected")
    );
}

fn text() -> impl Strategy<Value = Option<String>> {
    // White space around a cell is none of it, and a blank cell says nothing.
    option::of("[a-z0-9,;\"'=àé]([a-z0-9,;\"' ]{0,10}[a-z0-9,\"é])?")
}

fn quantity() -> impl Strategy<Value = Option<Quantity>> {
    option::of(
        (1_u32..1_000_000, 0_u32..1_000, select(Unit::ALL.to_vec()))
            .prop_map(|(whole, rest, unit)| Quantity::parse(&format!("{whole}.{rest:03}"), unit).unwrap()),
    )
}

/// An example of each kind that is said.
fn entries(said: &[bool]) -> Entries {
    let mut entries = Entries::new();
    for (kind, _) in EntryKind::ALL.into_iter().zip(said).filter(|(_, said)| **said) {
        entries.set(kind, kind.example()).unwrap();
    }
    entries
}

prop_compose! {
    fn any_line()(
        goods in prop_oneof!["UN[0-9]{4}", "[a-z][a-z ,;\"]{1,12}[a-z]"],
        packing_group in option::of(select(vec![PackingGroup::I, PackingGroup::II, PackingGroup::III])),
        physical_state in option::of(select(vec![PhysicalState::Solid, PhysicalState::Liquid, PhysicalState::Gas])),
        zone in option::of(select(vec![Zone::A, Zone::D])),
        radioactive_category in option::of(select(vec![RadioactiveCategory::White1, RadioactiveCategory::Yellow3])),
        said in vec(any::<bool>(), EntryKind::ALL.len()),
        labels in vec("[1-9](\\.[1-6])?", 0..4),
        containment in select(vec![Containment::Packages, Containment::Tank, Containment::PortableTank, Containment::Bulk]),
        texts in (text(), text(), text()),
        quantities in (quantity(), quantity()),
        gross in option::of(1_u32..1_000_000),
        packages in option::of(any::<u32>()),
        flags in any::<[bool; 6]>(),
        places in vec(option::of(1_u8..), 3),
        rows in any::<[bool; 2]>(),
    ) -> Line {
        let packed = containment.is_packages();
        Line {
            goods: goods.parse().unwrap(),
            us_row: rows[0].then(|| "us:UN1203:II".parse().unwrap()),
            adr_row: rows[1].then(|| "adr:UN1950:5F".parse().unwrap()),
            packing_group, physical_state, zone, labels, radioactive_category,
            entries: entries(&said),
            stated_by: texts.0, packaging: texts.1, technical_name: texts.2,
            containment,
            limited_quantity: flags[0] && packed,
            excepted_quantity: flags[1] && packed && !flags[0],
            empty_uncleaned: flags[2],
            environmentally_hazardous: flags[3],
            reportable_quantity: flags[4],
            closed_container: flags[5],
            quantity: quantities.0.filter(|_| !flags[2]),
            inner_quantity: quantities.1,
            gross_mass: gross.map(|kg| Quantity::parse(&kg.to_string(), Unit::Kilogram).unwrap()),
            packages,
            vehicle: places[0], compartment: places[1], bay: places[2],
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_as_a_table_or_as_json_reads_back_as_the_same_load(lines in vec(any_line(), 1..8)) {
        let load = Load::new(lines).unwrap();
        let table = to_csv(&load);
        prop_assert_eq!(&csv(&table), &load, "{}", table);
        prop_assert_eq!(csv(&table).hash(), load.hash());
        let json = serde_json::to_vec(&load).unwrap();
        prop_assert_eq!(from_bytes(&json, Format::Json).unwrap(), load);
    }

    #[test]
    fn no_bytes_stop_the_reader_and_none_are_read_as_goods_that_they_do_not_name(
        bytes in vec(any::<u8>(), 0..300),
        tail in "[gods,;\t\r\n\"'UN0-9a-z:. ]{0,80}",
    ) {
        for format in [Format::Csv, Format::Json] {
            let _ = from_bytes(&bytes, format);
            let _ = from_bytes(tail.as_bytes(), format);
        }
        let table = format!("goods,quantity,labels,packages\n{tail}");
        if let Ok(load) = from_bytes(table.as_bytes(), Format::Csv) {
            let rows = tail.split(['\r', '\n']).filter(|row| row.contains(|c: char| c != ',' && c != '"' && !c.is_whitespace()));
            prop_assert_eq!(load.lines.len(), rows.count(), "{:?}", table);
        }
        let _ = tail.parse::<LineSpec>();
        let _ = tail.parse::<Goods>();
    }
}
