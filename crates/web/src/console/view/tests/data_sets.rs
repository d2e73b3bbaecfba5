//! Data sets on the pages; the sample is invented, and so is everything expected of it.

use std::convert::Infallible;
use std::sync::Arc;

use dangerous_goods::dataset::{DataSet, OtherRegime, Signed, not_checked};
use dangerous_goods::{Regime, check, dataset};

use super::super::data_sets::{not_asked, not_loaded};
use super::super::lines::details;
use super::super::result::{About, view};
use super::load;
use crate::console::form::{Lines, Posted};
use crate::console::law::Law;
use crate::console::pages::{LineDetails, ResultView, Verdict};

fn law() -> Law {
    const SAMPLE: &str = include_str!("../../../../../dangerous-goods/tests/data/exampleland.csv");
    let set = DataSet::open(SAMPLE.as_bytes(), &["acme"], |text| {
        let key = "publisher".to_owned();
        Ok::<_, Infallible>(Signed { text, key })
    });
    Law::with(vec![Arc::new(set.expect("a data set"))])
}

fn shown(specs: &[&str], loaded: bool) -> ResultView {
    let (law, load) = (law(), load(specs));
    let results = Regime::ALL.map(|regime| check(law.catalogue, regime, &load));
    let imdg = match law.data_set(OtherRegime::Imdg).filter(|_| loaded) {
        Some(set) => dataset::check(set, &load, law.today),
        None => not_checked(OtherRegime::Imdg, &load),
    };
    let about = About {
        catalogue: law.catalogue,
        load: Some(&load),
        places: &[],
        warnings: &[],
    };
    view(&about, &results, &[imdg], true)
}

/// A line of these goods on which this row was chosen, as a browser posts it.
fn posted(goods: &str, imdg_row: &str) -> Lines {
    let fields = format!(
        "goods={goods}&us_row=&adr_row=&packing_group=&physical_state=&limited_quantity=no&quantity=&unit=L\
         &packages=&packaging=&technical_name=&imdg_row={imdg_row}&adg_row=&iata_row=iata%3A{goods}"
    );
    Lines::read(&Posted::read(fields.as_bytes()).expect("a form")).expect("lines")
}

fn of(goods: &str, imdg_row: &str) -> LineDetails {
    let (law, lines) = (law(), posted(goods, imdg_row));
    let typed = lines.parse(&law);
    details(&law, &Regime::ALL, &lines, &typed).remove(0)
}

#[test]
fn a_data_set_answers_beside_the_catalogue_with_matrix_findings_and_goods_by_name() {
    let shown = shown(&["UN0081", "UN1203"], true);
    let names: Vec<&str> = shown.regimes.iter().map(|regime| regime.name.as_str()).collect();
    assert_eq!(names, ["US highway", "ADR", "IMDG"]);
    let imdg = &shown.regimes[2];
    assert_eq!((imdg.key.as_str(), imdg.verdict), ("imdg", Verdict::Prohibited));
    assert_eq!(imdg.edition, "Exampleland sea rules 7");
    assert_eq!(imdg.matrix[1].cells[0].slug(), "prohibited");
    assert_eq!(imdg.matrix[1].cells[0].finding.as_deref(), Some("imdg-1-2"));
    assert_eq!(imdg.findings[0].clause, "Exampleland 4.2 · X at 1.1 × 3");
    assert_eq!(imdg.findings[0].goods[1].goods, "UN 1203");
    assert!(imdg.follows.is_empty());
}

#[test]
fn what_is_not_loaded_is_called_not_checked_and_never_permitted() {
    let shown = shown(&["UN1203", "UN3077"], false);
    let imdg = &shown.regimes[2];
    assert_eq!(imdg.verdict.word(), "Not checked");
    assert!(imdg.matrix.is_empty());
    assert!(
        imdg.sentence
            .starts_with("Not checked: no data set by sea (IMDG) is loaded")
    );
}

#[test]
fn regimes_nobody_asks_for_and_nobody_loaded_are_named_as_not_checked() {
    let text = not_loaded(&law(), &[OtherRegime::Imdg]);
    assert_eq!(text, "Not checked: ADG, IATA (no data set is loaded).");
    assert_eq!(not_loaded(&law(), &OtherRegime::ALL), "");
    let text = not_asked(&law(), &[OtherRegime::Adg]);
    assert_eq!(text, "Not checked: IMDG, which this shipment does not ask for.");
    assert_eq!(not_asked(&law(), &[OtherRegime::Imdg]), "");
}

#[test]
fn a_number_with_several_rows_in_a_data_set_asks_for_one_and_keeps_it() {
    let open = of("UN1950", "");
    let imdg = &open.data_set_rows[0];
    assert_eq!((imdg.field, imdg.regime), ("imdg_row", "IMDG"));
    assert!(imdg.choice.needed && open.asks());
    let texts: Vec<&str> = imdg.choice.options.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "Spray cans · 2.1 · gas",
            "Spray cans · 2.1 + 8 · gas",
            "Spray cans · 9 · gas"
        ]
    );
    let chosen = of("UN1950", "imdg%3AUN1950%3A9");
    let imdg = &chosen.data_set_rows[0];
    assert_eq!(imdg.choice.selected, "imdg:UN1950:9");
    assert!(!imdg.choice.needed && imdg.choice.options.len() == 3);
}

#[test]
fn a_row_chosen_for_other_goods_is_forgotten_and_one_that_no_data_set_can_tell_is_kept() {
    let lines = posted("UN1203", "imdg%3AUN1950%3A9");
    let typed = lines.parse(&law());
    assert_eq!(typed.load.lines[0].data_set_rows.to_string(), "iata:UN1203");
    let details = of("UN1203", "imdg%3AUN1950%3A9");
    assert_eq!(details.data_set_rows[0].choice.selected, "");
    assert!(details.data_set_rows[0].choice.options.is_empty());
    assert_eq!(details.data_set_rows[2].choice.selected, "iata:UN1203");
}
