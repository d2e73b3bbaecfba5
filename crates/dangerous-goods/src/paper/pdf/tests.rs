//! The file as a reader's program sees it.

use lopdf::Document;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

use super::render;
use crate::paper::tests::{HASH, paper};
use crate::paper::us::CERTIFICATION;
use crate::paper::{Fault, PaperError, ShippingPaper, adr_transport_document, us_shipping_paper};

fn us(paper: &ShippingPaper) -> Vec<u8> {
    render(&us_shipping_paper(paper).unwrap()).unwrap()
}

fn refused(paper: &ShippingPaper) -> PaperError {
    // Without this the failing test would print the whole file.
    render(&us_shipping_paper(paper).unwrap())
        .map(|_| "a file")
        .unwrap_err()
}

/// The text of every page, with line breaks as spaces.
fn pages(file: &[u8]) -> Vec<String> {
    let document = Document::load_mem(file).unwrap();
    let text = |number: u32| document.extract_text(&[number]).unwrap();
    document
        .get_pages()
        .into_keys()
        .map(|number| text(number).split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn the_descriptions_the_certification_and_the_hash_can_be_found_in_the_file_dg_4() {
    let content = us_shipping_paper(&paper()).unwrap();
    let text = pages(&render(&content).unwrap()).concat();
    let rows = content.rows().iter().map(|row| row.description.as_str());
    for expected in rows.chain([
        CERTIFICATION,
        HASH,
        "Řezníček & Söhne",
        "Χημικά Αιγαίου",
        "+1 800 424 9300",
    ]) {
        assert!(text.contains(expected), "`{expected}` is not in:\n{text}");
    }
}

#[test]
fn the_transport_document_can_be_searched_too() {
    let content = adr_transport_document(&paper()).unwrap();
    let text = pages(&render(&content).unwrap()).concat();
    for expected in [
        "UN 1098, Allyl alcohol, 6.1 (3), PG I, (C/D)",
        "Consignor",
        HASH,
        "Page 1 of 1",
    ] {
        assert!(
            text.to_lowercase().contains(&expected.to_lowercase()),
            "`{expected}` is not in:\n{text}"
        );
    }
}

#[test]
fn the_same_paper_is_the_same_file_and_another_is_not() {
    assert_eq!(us(&paper()), us(&paper()));
    let created = b"D:20261122093000";
    assert!(us(&paper()).windows(created.len()).any(|bytes| bytes == created));
    let mut other = paper();
    other.issued_at += time::Duration::minutes(1);
    assert_ne!(us(&paper()), us(&other));
}

#[test]
fn many_lines_go_over_pages_with_head_foot_and_number_on_each() {
    let mut paper = paper();
    let line = paper.lines.remove(0);
    paper.lines = vec![line; 60];
    let pages = pages(&us(&paper));
    assert!(pages.len() > 2);
    for (index, page) in pages.iter().enumerate() {
        assert!(
            page.contains(&format!("Page {} of {}", index + 1, pages.len())),
            "{page}"
        );
        assert!(page.contains(HASH) && page.contains("SP-2026-000142"), "{page}");
        assert!(index + 1 == pages.len() || page.contains("QUANTITY"), "{page}");
    }
    assert_eq!(pages.concat().matches("UN1203, Gasoline").count(), 60);
    assert!(pages.concat().contains("End of list: 60 items, 240 packages"));
}

#[test]
fn a_description_longer_than_a_page_loses_no_word() {
    let mut paper = paper();
    paper.lines.truncate(1);
    paper.lines[0].technical_name = Some((0..2000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" "));
    let text = pages(&us(&paper)).join(" ");
    assert!((0..2000).all(|n| text.contains(&format!("w{n}"))));
}

#[test]
fn a_character_the_font_lacks_is_named_and_not_lost() {
    for (character, code) in [
        ('漢', "U+6F22"),
        ('\u{200b}', "U+200B"),
        ('\n', "U+000A"),
        ('😀', "U+1F600"),
        ('\u{fffd}', "U+FFFD"),
    ] {
        let mut paper = paper();
        paper.consignee.name = format!("A{character}B");
        let error = refused(&paper);
        let place = "Consignee".to_owned();
        assert_eq!(error.faults, [Fault::MissingCharacter { character, place }]);
        assert!(error.to_string().contains(code), "{error}");
    }
}

#[test]
fn addresses_that_leave_no_room_for_the_goods_are_refused() {
    let mut paper = paper();
    paper.consignor.address = vec!["Street".to_owned(); 60];
    let error = refused(&paper);
    assert!(error.to_string().contains("leave no room"), "{error}");
}

#[test]
fn a_signer_who_does_not_fit_is_refused() {
    let mut paper = paper();
    paper.signer.as_mut().unwrap().name = "name ".repeat(1000);
    assert!(refused(&paper).to_string().contains("too long"));
}

#[test]
fn a_footer_that_fills_the_page_is_refused() {
    let mut paper = paper();
    paper.edition = "edition ".repeat(2000);
    assert!(refused(&paper).to_string().contains("leave no room"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_name_makes_it_panic(name in "\\PC{1,80}", long in "[A-Z]{1,400}", number in "[A-Z]{1,60}") {
        let mut paper = paper();
        paper.consignor.name = format!("x{name}");
        paper.number = number;
        paper.lines[0].proper_shipping_name = long;
        let rendered = render(&us_shipping_paper(&paper).unwrap());
        let missing = |fault: &Fault| matches!(fault, Fault::MissingCharacter { .. });
        prop_assert!(rendered.is_ok() || rendered.unwrap_err().faults.iter().all(missing));
    }
}
