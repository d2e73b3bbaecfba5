//! What the catalogue tells beyond names: classes, limited and excepted quantities, editions.

use dangerous_goods::catalogue::{Class, ExceptedQuantity, LimitedQuantity, Validity};
use dangerous_goods::{Catalogue, Regime, Row};
use time::macros::date;

fn row(id: &str) -> &'static Row {
    Catalogue::embedded().row(&id.parse().expect("an id")).expect(id)
}

fn ids(rows: Vec<&Row>) -> Vec<&str> {
    rows.into_iter().map(|row| row.id().as_str()).collect()
}

fn class(text: &str) -> Class {
    text.parse().expect(text)
}

#[test]
fn rows_are_found_by_class_division_and_compatibility_group() {
    let catalogue = Catalogue::embedded();
    let us = |text| ids(catalogue.of_class(class(text), Regime::Us));
    let adr = |text| ids(catalogue.of_class(class(text), Regime::Adr));
    assert!(us("2.3").contains(&"us:UN1017") && adr("2.3").contains(&"adr:UN1017"));
    assert!(!us("2.1").contains(&"us:UN1017") && us("2").contains(&"us:UN1017"));
    assert!(us("1.1D").contains(&"us:UN0081") && us("1D").contains(&"us:UN0081"));
    assert!(us("1.1").contains(&"us:UN0081") && !us("1.1A").contains(&"us:UN0081"));
    assert!(!us("1.4S").is_empty() && us("1.4s") == us("1.4S"));
    assert!(us("6").len() > us("6.1").len() && us("6.1").len() > us("6.2").len());
    for text in ["1", "2", "3", "4", "5", "6", "7", "8", "9"] {
        assert!(!us(text).is_empty() && !adr(text).is_empty(), "{text}");
    }
    // What the law forbids has no class.
    assert!(us("1").iter().all(|id| !id.starts_with("us:forbidden")));
}

#[test]
fn a_label_of_a_subsidiary_hazard_is_found_where_it_is_asked_for() {
    let catalogue = Catalogue::embedded();
    let corrosive = class("8");
    assert!(!ids(catalogue.of_class(corrosive, Regime::Us)).contains(&"us:UN1017"));
    for (regime, id) in [(Regime::Us, "us:UN1017"), (Regime::Adr, "adr:UN1017")] {
        let bearing = ids(catalogue.bearing(corrosive, regime));
        assert!(bearing.contains(&id));
        let primary = ids(catalogue.of_class(corrosive, regime));
        assert!(primary.iter().all(|id| bearing.contains(id)));
    }
    assert!(ids(catalogue.bearing(class("5.1"), Regime::Us)).contains(&"us:UN1017"));
    assert!(!ids(catalogue.bearing(class("5.2"), Regime::Us)).contains(&"us:UN1017"));
}

#[test]
fn text_that_is_no_class_is_refused() {
    for text in [
        "", "0", "10", "x", "1.7", "2.4", "3.1", "5.3", "6.3", "1.", "1.4I", "1.4SS", "8D", "1.4.1", "ä",
        "D", "２",
    ] {
        let refused = text.parse::<Class>().expect_err(text).to_string();
        assert!(refused.contains("is not a class"), "{refused}");
    }
    for text in ["3", "6.1", "1.4S", "1S", "2"] {
        assert_eq!(class(text).to_string(), text);
    }
}

#[test]
fn columns_7a_and_7b_of_adr_are_values_and_every_row_reads_as_one() {
    let litres = |text: &str| Some(LimitedQuantity::AtMost(vec![text.parse().expect(text)]));
    assert_eq!(row("adr:UN1203:II").inner_limit(), litres("1 L"));
    assert_eq!(row("adr:UN1203:II").excepted_code(), Some(ExceptedQuantity::E2));
    assert_eq!(row("adr:UN0081").inner_limit(), Some(LimitedQuantity::Nothing));
    assert_eq!(row("us:UN1203:II").inner_limit(), None);
    let mut not_told = Vec::new();
    let mut both = 0;
    for row in Catalogue::embedded().all(Regime::Adr) {
        match row.inner_limit() {
            Some(LimitedQuantity::AtMost(most)) => both += usize::from(most.len() == 2),
            Some(LimitedQuantity::Nothing) => assert_eq!(row.limited_quantity(), "0"),
            Some(LimitedQuantity::NotTold(column)) => not_told.push(column),
            None => panic!("{}", row.id()),
        }
        let code = row.excepted_code().map(|code| format!("{code:?}"));
        match code {
            Some(code) => assert_eq!(code, row.excepted_quantity()),
            None => assert!(
                matches!(row.excepted_quantity(), "" | "see SP 340"),
                "{}",
                row.id()
            ),
        }
    }
    not_told.retain(|column| !column.is_empty());
    assert_eq!((not_told, both), (vec!["see SP 251"], 2));
}

#[test]
fn the_codes_of_adr_3_5_1_2_limit_inner_and_outer_packagings() {
    use ExceptedQuantity::{E0, E1, E2, E3, E4, E5};
    for (code, inner, outer) in [
        (E1, 30, 1_000),
        (E2, 30, 500),
        (E3, 30, 300),
        (E4, 1, 500),
        (E5, 1, 300),
    ] {
        assert_eq!(
            (code.inner(), code.outer()),
            (Some(inner), Some(outer)),
            "{code:?}"
        );
    }
    assert_eq!((E0.inner(), E0.outer()), (None, None));
}

#[test]
fn an_edition_warns_before_it_begins_in_its_last_60_days_and_after_its_end() {
    // ADR 2025 may be applied from 1 January 2025; it is superseded on 1 January 2027.
    let adr = Catalogue::embedded().edition(Regime::Adr);
    let warning = |on| adr.warning(on).unwrap_or_default();
    assert_eq!(
        warning(date!(2024 - 12 - 31)),
        "ADR 2025 is not in force before 2025-01-01"
    );
    assert_eq!(warning(date!(2025 - 01 - 01)), "");
    assert_eq!(warning(date!(2026 - 10 - 31)), "", "61 days are left");
    assert_eq!(
        warning(date!(2026 - 11 - 01)),
        "ADR 2025 expires in 60 days, after 2026-12-31"
    );
    assert_eq!(
        warning(date!(2026 - 12 - 30)),
        "ADR 2025 expires tomorrow, after 2026-12-31"
    );
    assert_eq!(warning(date!(2026 - 12 - 31)), "ADR 2025 expires today");
    assert!(warning(date!(2027 - 01 - 01)).starts_with("ADR 2025 expired on 2026-12-31"));
    assert_eq!(adr.validity(date!(2027 - 01 - 01)), Validity::Expired);
    let us = Catalogue::embedded().edition(Regime::Us);
    assert_eq!(
        (
            us.warning(date!(2099 - 01 - 01)),
            us.validity(date!(2099 - 01 - 01))
        ),
        (None, Validity::NotStated)
    );
}

#[test]
fn a_date_of_an_edition_that_cannot_be_read_is_never_in_force() {
    let mut edition = Catalogue::embedded().edition(Regime::Adr).clone();
    for unreadable in ["31.12.2026", "2026-13-01", "2026-02-30", "soon", "2026-12"] {
        edition.valid_to = Some(unreadable);
        assert_eq!(
            edition.validity(date!(2026 - 06 - 01)),
            Validity::Expired,
            "{unreadable}"
        );
    }
    edition.valid_to = None;
    edition.valid_from = Some("sometime");
    assert_eq!(edition.validity(date!(2026 - 06 - 01)), Validity::NotYet);
}
