//! Forms as browsers send them, and as they never would.

use dangerous_goods::{Catalogue, EntryKind, Load, Quantity, Unit};
use form_urlencoded::Serializer;
use proptest::prelude::*;

use super::facts::Said;
use super::lines::LineForm;
use super::{Action, Fields, Lines, OF_A_LINE, OF_THE_LOAD, Posted, Unreadable, problems_of};

/// A body with these lines: goods and quantity; everything else as the page leaves it.
fn body(lines: &[(&str, &str)]) -> String {
    let mut body = Serializer::new(String::new());
    for (goods, quantity) in lines {
        for (name, value) in [
            ("goods", *goods),
            ("us_row", ""),
            ("adr_row", ""),
            ("packing_group", ""),
            ("physical_state", ""),
            ("limited_quantity", "no"),
            ("quantity", *quantity),
            ("unit", "L"),
            ("packages", ""),
            ("packaging", ""),
            ("technical_name", ""),
        ] {
            body.append_pair(name, value);
        }
    }
    body.finish()
}

fn lines(body: &str) -> Lines {
    Lines::read(&Posted::read(body.as_bytes()).expect("a form")).expect("lines")
}

fn faults(line: LineForm) -> Vec<(String, String)> {
    let typed = Lines(vec![LineForm::default(), line], Said::default()).parse(Catalogue::embedded());
    assert!(typed.load.lines.is_empty(), "a line with a problem is no line");
    typed
        .problems
        .into_iter()
        .map(|problem| (problem.field, problem.message))
        .collect()
}

fn petrol() -> LineForm {
    LineForm {
        goods: "UN1203".into(),
        unit: "L".into(),
        limited_quantity: "no".into(),
        ..LineForm::default()
    }
}

#[test]
fn repeated_fields_are_read_line_by_line_and_kept_as_typed() {
    let lines = lines(&body(&[(" un 1203 ", "0100.50"), ("", ""), ("Chlorine", "")]));
    assert_eq!(lines.0.len(), 3);
    assert_eq!(
        (lines.0[0].goods.as_str(), lines.0[0].quantity.as_str()),
        (" un 1203 ", "0100.50")
    );
    let typed = lines.parse(Catalogue::embedded());
    assert!(typed.problems.is_empty());
    assert_eq!(typed.places, [0, 2]);
    assert_eq!(
        typed.load.lines[0].quantity,
        Quantity::parse("100.5", Unit::Litre).ok()
    );
    assert_eq!(typed.load.lines[1].goods.to_string(), "Chlorine");
}

#[test]
fn a_form_without_lines_has_one_empty_line() {
    assert_eq!(lines(""), Lines(vec![LineForm::default()], Said::default()));
    assert!(lines("").parse(Catalogue::embedded()).load.lines.is_empty());
}

#[test]
fn a_field_that_is_not_in_every_line_is_refused_by_name() {
    let body = body(&[("UN1203", ""), ("UN1942", "")]) + "&quantity=7";
    let fault = Lines::read(&Posted::read(body.as_bytes()).expect("a form")).expect_err("uneven");
    assert_eq!(
        fault,
        Unreadable::Uneven {
            field: "quantity",
            found: 3,
            lines: 2
        }
    );
    let only_goods = Posted::read(b"goods=UN1203").expect("a form");
    assert!(matches!(
        Lines::read(&only_goods),
        Err(Unreadable::Uneven {
            found: 0,
            lines: 1,
            ..
        })
    ));
}

#[test]
fn ten_thousand_lines_are_refused_with_the_limit() {
    let many = vec![("UN1203", ""); 10_000];
    let posted = Posted::read(body(&many).as_bytes()).expect("a form");
    assert_eq!(
        Lines::read(&posted).expect_err("too many"),
        Unreadable::TooManyLines(10_000)
    );
    let mut full = lines(&body(&vec![("UN1203", ""); Load::MAX_LINES]));
    full.add();
    assert_eq!(full.0.len(), Load::MAX_LINES);
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    for body in [
        &b"goods=%ff%fe"[..],
        b"goods=\xff",
        b"%ff=1",
        b"goods=%00",
        b"goods=%ed%a0%80",
    ] {
        assert_eq!(Posted::read(body).err(), Some(Unreadable::NotText), "{body:?}");
    }
}

#[test]
fn a_value_longer_than_any_field_is_refused() {
    let body = format!("goods={}", "x".repeat(2_001));
    assert_eq!(
        Posted::read(body.as_bytes()).err(),
        Some(Unreadable::TooLong("goods".into()))
    );
}

#[test]
fn each_problem_names_its_field_and_its_line() {
    let fault = |line| faults(line).remove(0);
    let at = |field: &str, message: &str| (field.to_owned(), message.to_owned());
    assert_eq!(
        fault(LineForm {
            goods: "UN12".into(),
            ..petrol()
        }),
        at(
            "goods-2",
            "Line 2: `UN12` is not an identification number, expected four digits as in `UN1203`"
        )
    );
    assert_eq!(
        fault(LineForm {
            goods: String::new(),
            quantity: "5".into(),
            ..petrol()
        }),
        at("goods-2", "Line 2: name the goods, or clear the line")
    );
    assert_eq!(
        fault(LineForm {
            quantity: "-5".into(),
            ..petrol()
        }),
        at("quantity-2", "Line 2: the quantity `-5` is negative")
    );
    assert_eq!(
        fault(LineForm {
            quantity: "99999999999".into(),
            ..petrol()
        }),
        at(
            "quantity-2",
            "Line 2: the quantity `99999999999` is over the limit of 1000000"
        )
    );
    for packages in ["0", "-1", "1.5", "4294967296", "many"] {
        assert_eq!(
            fault(LineForm {
                packages: packages.into(),
                ..petrol()
            })
            .0,
            "packages-2"
        );
    }
    assert_eq!(
        fault(LineForm {
            packing_group: "IV".into(),
            ..petrol()
        })
        .0,
        "packing_group-2"
    );
    assert_eq!(
        fault(LineForm {
            physical_state: "plasma".into(),
            ..petrol()
        })
        .0,
        "physical_state-2"
    );
    assert_eq!(
        fault(LineForm {
            limited_quantity: "on".into(),
            ..petrol()
        })
        .0,
        "limited_quantity-2"
    );
    assert_eq!(
        fault(LineForm {
            technical_name: "x".repeat(201),
            ..petrol()
        })
        .0,
        "technical_name-2"
    );
    assert_eq!(
        fault(LineForm {
            packaging: "a\u{7}b".into(),
            ..petrol()
        })
        .0,
        "packaging-2"
    );
    let both = LineForm {
        quantity: "0".into(),
        packages: "0".into(),
        ..petrol()
    };
    assert_eq!(faults(both).len(), 2);
}

#[test]
fn a_row_chosen_for_other_goods_is_forgotten_and_never_clears_these() {
    let parse = |line| {
        Lines(vec![line], Said::default())
            .parse(Catalogue::embedded())
            .load
            .lines
            .remove(0)
    };
    let own = LineForm {
        goods: "UN1950".into(),
        us_row: "us:UN1950:2.1:1".into(),
        ..petrol()
    };
    assert!(parse(own.clone()).us_row.is_some());
    for (us_row, group) in [
        ("us:UN1203:II", ""),
        ("adr:UN1950:5F", ""),
        ("nonsense", ""),
        ("us:UN1950:2.1:1", "II"),
    ] {
        let line = LineForm {
            us_row: us_row.into(),
            packing_group: group.into(),
            ..own.clone()
        };
        assert_eq!(parse(line).us_row, None, "{us_row} {group}");
    }
}

#[test]
fn every_fact_of_a_line_and_of_the_load_comes_back_from_the_page() {
    let json = r#"{"lines":[
        {"goods":"UN3077","containment":"bulk","gross_mass":{"value":"900","unit":"kg"},"vehicle":2,"compartment":3,"bay":4,
         "environmentally_hazardous":true,"reportable_quantity":true,"closed_container":true,"empty_uncleaned":true},
        {"goods":"UN1071","excepted_quantity":true,"inner_quantity":{"value":"0.5","unit":"L"},"zone":"A","labels":["2.3","8"]},
        {"goods":"UN2912","radioactive_category":"III","limited_quantity":false}],
        "confirmed":[],"food_on_board":false,"travel":"apart","over_12_tonnes":true}"#;
    let load: Load = serde_json::from_str(json).expect("a load");
    let mut body = Serializer::new(String::new());
    let stored = Lines::of(&load);
    for line in &stored.0 {
        for (name, value) in [
            ("goods", &line.goods),
            ("us_row", &line.us_row),
            ("adr_row", &line.adr_row),
            ("packing_group", &line.packing_group),
            ("physical_state", &line.physical_state),
            ("limited_quantity", &line.limited_quantity),
            ("quantity", &line.quantity),
            ("unit", &line.unit),
            ("packages", &line.packages),
            ("packaging", &line.packaging),
            ("technical_name", &line.technical_name),
        ] {
            body.append_pair(name, value);
        }
        for field in line.facts.fields(&OF_A_LINE) {
            body.append_pair(&field.name, &field.value);
        }
    }
    for field in stored.1.fields(&OF_THE_LOAD) {
        body.append_pair(&field.name, &field.value);
    }
    let typed = lines(&body.finish()).parse(Catalogue::embedded());
    assert!(typed.problems.is_empty(), "{:?}", typed.problems);
    assert_eq!(typed.load, load);
}

#[test]
fn facts_that_cannot_be_are_told_with_their_field() {
    let fact = |name: &str, value: &str| {
        let at = OF_A_LINE
            .iter()
            .position(|fact| fact.name == name)
            .expect("a fact");
        let mut line = petrol();
        line.facts.0[at] = value.to_owned();
        faults(line).remove(0).0
    };
    for (name, value) in [
        ("bay", "0"),
        ("vehicle", "100"),
        ("containment", "bucket"),
        ("gross_mass", "-1"),
        ("inner_quantity", "5"),
        ("zone", "E"),
        ("radioactive_category", "IV"),
        ("empty_uncleaned", "on"),
    ] {
        assert_eq!(fact(name, value), format!("{name}-2"), "{value}");
    }
    let mut line = petrol();
    line.limited_quantity = "yes".into();
    line.facts.0[0] = "tank".into();
    assert!(faults(line)[0].1.contains("are packages"));
}

#[test]
fn entries_are_read_line_by_line_and_a_wrong_one_is_named_at_its_field() {
    let mut body = body(&[("UN1203", ""), ("UN2915", "")]);
    for (line, activity) in ["", " 3.7 GBq "].into_iter().enumerate() {
        let index = if line == 1 { "0.4" } else { "" };
        body += &Serializer::new(String::from("&"))
            .append_pair("activity", activity)
            .append_pair("transport_index", index)
            .finish();
    }
    let read = lines(&body);
    let typed = read.parse(Catalogue::embedded());
    assert!(typed.problems.is_empty(), "{:?}", typed.problems);
    assert!(typed.load.lines[0].entries.is_empty());
    assert_eq!(
        typed.load.lines[1].entries.get(EntryKind::Activity),
        Some("3.7 GBq")
    );
    assert_eq!(
        typed.load.lines[1].entries.get(EntryKind::TransportIndex),
        Some("0.4")
    );
    assert_eq!(
        Lines::of(&typed.load).parse(Catalogue::embedded()).load,
        typed.load
    );

    let mut wrong = petrol();
    wrong.entries.0[2] = "3.7 mBq".into();
    let (field, message) = faults(wrong).remove(0);
    assert_eq!(field, "activity-2");
    assert!(
        message.starts_with("Line 2: the activity is `3.7 mBq`, expected a number"),
        "{message}"
    );
    let posted = Posted::read((body + "&activity=1+Bq").as_bytes()).expect("a form");
    let uneven = Lines::read(&posted).expect_err("uneven");
    assert!(matches!(
        uneven,
        Unreadable::Uneven {
            field: "activity",
            ..
        }
    ));
}

#[test]
fn a_stored_load_comes_back_as_the_same_load() {
    let line = LineForm {
        us_row: "us:UN1263:II:1".into(),
        packing_group: "II".into(),
        physical_state: "liquid".into(),
        limited_quantity: "yes".into(),
        goods: "UN1263".into(),
        quantity: "12.5".into(),
        unit: "L".into(),
        packages: "3".into(),
        packaging: "fibreboard boxes, 4G".into(),
        technical_name: "turpentine".into(),
        ..LineForm::default()
    };
    let catalogue = Catalogue::embedded();
    let load = Load::new(Lines(vec![line], Said::default()).parse(catalogue).load.lines).expect("a load");
    let again = Lines::of(&load);
    assert_eq!(again.parse(catalogue).load.lines, load.lines);
    assert_eq!(
        super::packagings(&again).last().expect("one").value,
        "fibreboard boxes, 4G"
    );
}

#[test]
fn buttons_add_remove_check_and_save_and_nothing_else() {
    let action = |text: &str| {
        Posted::read(format!("action={text}").as_bytes())
            .expect("a form")
            .action()
    };
    assert_eq!(action("add"), Ok(Action::Add));
    assert_eq!(action("remove-12"), Ok(Action::Remove(12)));
    assert_eq!(action(""), Ok(Action::Check));
    assert_eq!(action("save"), Ok(Action::Save));
    for bad in [
        "remove-",
        "remove--1",
        "remove-99999999999999999999999",
        "delete",
        "Save",
    ] {
        assert_eq!(action(bad), Err(Unreadable::Action), "{bad}");
    }
    let mut lines = lines(&body(&[("UN1203", ""), ("UN1942", "")]));
    lines.remove(0);
    lines.remove(3);
    assert_eq!(lines.0.len(), 2);
    lines.remove(1);
    assert_eq!(lines.0[0].goods, "UN1942");
    lines.remove(1);
    assert_eq!(lines.0, [LineForm::default()]);
}

#[test]
fn a_shipment_form_lacking_a_field_is_refused_by_its_name() {
    let posted = Posted::read(b"consignor_name=A&consignor_street=B").expect("a form");
    assert_eq!(
        Fields::read(&posted).err(),
        Some(Unreadable::Absent("consignor_city"))
    );
}

#[test]
fn problems_of_the_use_case_and_of_a_paper_find_their_fields() {
    let found = |pointer: &str, detail: &str| {
        let problem = problems_of(&[app::FieldProblem::new(pointer, detail)], &[0, 2]).remove(0);
        (problem.field, problem.message)
    };
    let at = |field: &str, message: &str| (field.to_owned(), message.to_owned());
    assert_eq!(
        found("/consignor/name", "is missing"),
        at("consignor_name", "Consignor: name is missing")
    );
    assert_eq!(
        found("/contact/phone", "expected a telephone number").0,
        "contact_phone"
    );
    assert_eq!(
        found("/lines/1/packages", "at least one package"),
        at("packages-3", "Line 3: at least one package")
    );
    assert_eq!(found("/lines/1", "choose the row").0, "us_row-3");
    assert_eq!(
        found("", "`lines[1].technical_name` is missing (49 CFR 172.203 (k))"),
        at(
            "technical_name-3",
            "Line 3: technical name is missing (49 CFR 172.203 (k))"
        )
    );
    assert_eq!(
        found("", "`lines[0].quantity.value` is missing (x)").0,
        "quantity-1"
    );
    assert_eq!(
        found("", "`emergency_contact.phone` is missing (x)").0,
        "contact_phone"
    );
    assert_eq!(
        found(
            "",
            "`lines[1].entries.radioactive_form` is missing (49 CFR 172.203 (d)(2))"
        ),
        at(
            "radioactive_form-3",
            "Line 3: physical and chemical form is missing (49 CFR 172.203 (d)(2))"
        )
    );
    assert_eq!(
        found("", "`lines[0].radioactive_category` is missing (x)").0,
        "radioactive_category-1"
    );
    assert_eq!(found("/regimes", "at least one").0, "regime-us");
    assert_eq!(
        found("", "cannot write the document: x"),
        at("load", "Cannot write the document: x")
    );
}

proptest! {
    #[test]
    fn no_bytes_make_reading_a_form_fail_otherwise_than_by_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_everything(&bytes);
    }

    #[test]
    fn no_line_makes_reading_fail_and_a_line_is_read_or_explained(
        goods in "\\PC{0,40}", quantity in "\\PC{0,12}", packages in "\\PC{0,8}", row in "(us|adr):UN[0-9]{4}(:[A-Z0-9.+]{1,5})?", name in "\\PC{0,20}",
    ) {
        let line = LineForm {
            goods, quantity, packages, us_row: row.clone(), adr_row: row, technical_name: name, ..petrol()
        };
        let typed = Lines(vec![line.clone()], Said::default()).parse(Catalogue::embedded());
        let blank = [&line.goods, &line.quantity, &line.packages, &line.technical_name].iter().all(|text| text.trim().is_empty());
        prop_assert!(blank || typed.load.lines.len() == 1 || !typed.problems.is_empty());
    }
}

fn read_everything(bytes: &[u8]) {
    let Ok(form) = Posted::read(bytes) else { return };
    let _ = (
        form.action(),
        form.show(),
        form.confirmed(),
        Fields::read(&form).is_ok(),
    );
    if let Ok(lines) = Lines::read(&form) {
        let _ = lines.parse(Catalogue::embedded());
    }
}
