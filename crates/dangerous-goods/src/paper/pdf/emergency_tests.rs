//! The printed emergency sheet as a reader's program sees it.

use lopdf::Document;
use time::OffsetDateTime;

use super::emergency::sheet;
use crate::catalogue::Catalogue;
use crate::emergency::{Contact, Panel, Situation, panel};
use crate::load::{Line, LineSpec, Load};
use crate::paper::Fault;

/// Ten lines with ten different hazards.
const TEN: [&str; 10] = [
    "UN1203:II",
    "UN1017",
    "UN1428",
    "UN1496",
    "UN1830:II",
    "UN0081",
    "UN3480",
    "UN3077",
    "UN1717",
    "UN2814",
];

fn of(lines: &[&str], contact: Option<&Contact>) -> Panel {
    let lines = lines
        .iter()
        .map(|line| Line::from(line.parse::<LineSpec>().unwrap()))
        .collect();
    panel(
        Catalogue::embedded(),
        &Load::new(lines).unwrap(),
        &Situation::default(),
        contact,
    )
}

/// The text of every page, with line breaks as spaces.
fn pages(panel: &Panel) -> Vec<String> {
    let file = sheet(panel, OffsetDateTime::UNIX_EPOCH).unwrap();
    let document = Document::load_mem(&file).unwrap();
    let text = |number: u32| document.extract_text(&[number]).unwrap();
    document
        .get_pages()
        .into_keys()
        .map(|number| text(number).split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn ten_lines_of_ten_hazards_stand_whole_on_one_page_dg_6() {
    let contact = Contact {
        name: "Řezníček & Söhne, emergency desk".to_owned(),
        phone: "+49 30 1234567".to_owned(),
    };
    let panel = of(&TEN, Some(&contact));
    let pages = pages(&panel);
    assert_eq!(pages.len(), 1);
    let page = &pages[0];
    for expected in [
        "112",
        "911",
        "Řezníček & Söhne, emergency desk: +49 30 1234567",
        &panel.load_hash.to_string(),
        &panel.guidebook.hash,
        "ERG 2024",
        "Page 1 of 1",
        "500 m (1650 ft)*",
    ] {
        assert!(page.contains(expected), "`{expected}` is not in:\n{page}");
    }
    for line in &panel.lines {
        assert!(page.contains(&line.goods), "{}", line.goods);
    }
    for action in panel.sections.iter().flat_map(|section| &section.actions) {
        assert!(
            page.to_lowercase().contains(&action.text.to_lowercase()),
            "{}",
            action.text
        );
    }
}

#[test]
fn more_lines_go_over_pages_and_lose_nothing() {
    let many: Vec<&str> = TEN.iter().cycle().take(30).copied().collect();
    let panel = of(&many, None);
    let pages = pages(&panel);
    assert!(pages.len() > 1);
    for (index, page) in pages.iter().enumerate() {
        assert!(
            page.contains(&format!("Page {} of {}", index + 1, pages.len())),
            "{page}"
        );
        assert!(page.contains(&panel.load_hash.to_string()), "{page}");
    }
    let text = pages.concat();
    for line in 1..=30 {
        assert!(text.contains(&format!("Line {line}: UN")), "line {line}");
    }
}

#[test]
fn a_load_that_names_no_goods_still_has_a_sheet() {
    let pages = pages(&of(&[], None));
    assert!(
        pages[0].contains("Guides: 111") && pages[0].contains("Not known"),
        "{}",
        pages[0]
    );
}

#[test]
fn the_same_panel_is_the_same_file() {
    let panel = of(&TEN, None);
    let file = || sheet(&panel, OffsetDateTime::UNIX_EPOCH).unwrap();
    assert_eq!(file(), file());
}

#[test]
fn a_contact_that_cannot_be_printed_is_named_and_not_lost() {
    let contact = Contact {
        name: "漢".to_owned(),
        phone: "1".to_owned(),
    };
    let refused = sheet(&of(&TEN, Some(&contact)), OffsetDateTime::UNIX_EPOCH).map(|_| "a file");
    let place = "emergency contact".to_owned();
    assert_eq!(
        refused.unwrap_err().faults,
        [Fault::MissingCharacter {
            character: '漢',
            place
        }]
    );
}
