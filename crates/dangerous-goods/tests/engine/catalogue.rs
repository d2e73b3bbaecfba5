//! The catalogue: every row of both tables, found by number, by name, by mistake.

use std::collections::HashSet;

use dangerous_goods::{
    Admission, Catalogue, Matched, NameQuality, PackingGroup, PhysicalState, Regime, RowId, UnNumber, Zone,
};

fn number(text: &str) -> UnNumber {
    text.parse().expect("a number")
}

fn first(query: &str) -> String {
    let hits = Catalogue::embedded().search(query, 10);
    hits.first()
        .map(|hit| hit.row.id().to_string())
        .unwrap_or_default()
}

fn finds(query: &str, id: &str) -> bool {
    Catalogue::embedded()
        .search(query, 10)
        .iter()
        .any(|hit| hit.row.id().as_str() == id)
}

#[test]
fn the_embedded_data_is_well_formed_and_complete() {
    let catalogue = Catalogue::read_embedded().expect("the data sets are well formed");
    assert_eq!(catalogue.all(Regime::Us).len(), 3259);
    assert_eq!(catalogue.all(Regime::Adr).len(), 2940);
    for regime in Regime::ALL {
        let edition = catalogue.edition(regime);
        assert_eq!((edition.regime, edition.hash.len()), (regime, 64));
        let ids: HashSet<&RowId> = catalogue.all(regime).iter().map(|row| row.id()).collect();
        assert_eq!(ids.len(), catalogue.all(regime).len());
        assert!(
            catalogue
                .all(regime)
                .iter()
                .all(|row| catalogue.row(row.id()) == Some(row))
        );
    }
    assert_eq!(catalogue.edition(Regime::Adr).edition, "ADR 2025");
    assert_eq!(catalogue.edition(Regime::Adr).valid_from, Some("2025-01-01"));
}

#[test]
fn the_forbidden_rows_are_all_there_and_all_without_a_number() {
    let rows = Catalogue::embedded().all(Regime::Us);
    let forbidden: Vec<_> = rows.iter().filter(|row| row.is_forbidden()).collect();
    assert_eq!(forbidden.len(), 256);
    assert!(
        forbidden
            .iter()
            .all(|row| row.number().is_none() && !row.name().is_empty())
    );
    assert!(
        rows.iter()
            .filter(|row| !row.is_forbidden())
            .all(|row| row.number().is_some())
    );
}

#[test]
fn a_number_is_not_a_key() {
    let rows = |text: &str, regime| Catalogue::embedded().rows(number(text), regime).len();
    assert_eq!(rows("UN1950", Regime::Adr), 12);
    assert_eq!(rows("UN1950", Regime::Us), 5);
    assert_eq!(rows("UN1993", Regime::Us), 3);
    assert_eq!(rows("NA1993", Regime::Us), 9, "another series, another number");
    assert_eq!(rows("NA1993", Regime::Adr), 0);
}

#[test]
fn columns_read_as_the_law_prints_them() {
    let row = |id: &str| Catalogue::embedded().row(&id.parse().expect("an id")).expect(id);
    let chlorine = row("us:UN1017");
    assert_eq!(chlorine.division(), "2.3");
    assert_eq!(chlorine.subsidiary_hazards().collect::<Vec<_>>(), ["5.1", "8"]);
    assert_eq!((chlorine.zone(), chlorine.guide()), (Some(Zone::B), "124"));
    assert_eq!(chlorine.physical_state(), Some(PhysicalState::Gas));
    let acid = row("us:UN1830:II");
    assert_eq!(
        (acid.division(), acid.packing_group()),
        ("8", Some(PackingGroup::II))
    );
    assert_eq!(acid.physical_state(), Some(PhysicalState::Liquid));
    let explosive = row("us:UN0081");
    assert_eq!(
        (
            explosive.division(),
            explosive.compatibility_group(),
            explosive.guide()
        ),
        ("1.1", Some('D'), "112")
    );
    let petrol = row("adr:UN1203:II");
    assert_eq!((petrol.tunnel_code(), petrol.transport_category()), ("D/E", "2"));
    assert_eq!(
        (petrol.hazard_identification_number(), petrol.limited_quantity()),
        ("33", "1 L")
    );
    let acid_solution = row("us:UN1052:I");
    assert_eq!(
        acid_solution.subsidiary_hazards().collect::<Vec<_>>(),
        ["6.1"],
        "the label column misprints it"
    );
    let (fishmeal, article) = (row("us:UN2216:III"), row("adr:UN3540"));
    assert!(fishmeal.requires_no_label() && fishmeal.are_labels_known() && fishmeal.labels().count() == 0);
    assert!(!article.requires_no_label() && !article.are_labels_known() && article.labels().count() == 0);
    let diesel = row("adr:UN1202:III:1");
    assert_eq!(
        (diesel.name(), diesel.name_quality()),
        ("", NameQuality::Ambiguous)
    );
}

#[test]
fn row_ids_tell_siblings_apart_and_read_back() {
    for id in [
        "us:UN1005:2.3+8",
        "us:UN1005:2.2",
        "us:UN1955:zoneA",
        "adr:UN1950:5F",
        "adr:UN1999:III:2",
    ] {
        let id: RowId = id.parse().expect(id);
        assert!(Catalogue::embedded().row(&id).is_some(), "{id}");
        let json = serde_json::to_string(&id).expect("an id is text");
        assert_eq!(serde_json::from_str::<RowId>(&json).expect("and back"), id);
    }
    for id in ["", "UN1203", "us:", "imdg:UN1203", "us:UN 1203", "us:UN1203\n"] {
        assert!(id.parse::<RowId>().is_err(), "{id:?}");
    }
}

#[test]
fn search_by_number_takes_every_way_to_write_it() {
    for query in ["1203", "UN1203", "un 1203", " UN1203 "] {
        assert_eq!(first(query), "us:UN1203:II", "{query}");
    }
    let hits = Catalogue::embedded().search("UN120", 100);
    assert!(hits.len() > 10 && hits.iter().all(|hit| hit.matched == Matched::NumberPrefix));
    assert!(finds("NA1993", "us:NA1993:I:1") || finds("NA1993", "us:NA1993:I:2"));
}

#[test]
fn search_by_name_forgives_typing_errors() {
    assert_eq!(first("acetone"), "us:UN1090:II");
    for query in ["acetne", "aceton", "acetoen", "Aceton e"] {
        assert!(finds(query, "us:UN1090:II"), "{query}");
    }
    for query in [
        "sulfuric acid",
        "sulphuric acid",
        "sulfurik acid",
        "acid sulfuric",
        "sulfric acd",
    ] {
        assert!(finds(query, "us:UN1830:II"), "{query}");
    }
    assert!(finds("gasolin", "us:UN1203:II"));
    assert!(finds("clorine", "us:UN1017"));
    assert!(finds("potasium cyanide", "adr:UN1680:I"));
}

#[test]
fn search_finds_and_marks_forbidden_rows() {
    let hits = Catalogue::embedded().search("acetylene silver nitrat", 5);
    assert!(hits[0].row.is_forbidden());
}

#[test]
fn search_follows_the_references_of_the_law() {
    let hits = Catalogue::embedded().search("petrol", 10);
    let hit = hits
        .iter()
        .find(|hit| hit.row.id().as_str() == "us:UN1203:II")
        .expect("gasoline");
    assert!(matches!(hit.matched, Matched::Synonym(_)), "{:?}", hit.matched);
}

#[test]
fn search_answers_anything_without_falling_over() {
    let long = "x".repeat(100_000);
    for query in ["", " ", "UN", "99999", "日本語", "%';--", "\0", &long, "!!!"] {
        let _ = Catalogue::embedded().search(query, 10);
    }
    assert!(Catalogue::embedded().search("zzzzqqqq", 10).is_empty());
    assert_eq!(Catalogue::embedded().search("acid", 3).len(), 3);
    assert!(Catalogue::embedded().search("acid", 0).is_empty());
}

#[test]
fn no_corrosive_is_called_solid_that_its_packaging_calls_liquid() {
    for row in Catalogue::embedded().all(Regime::Us) {
        let liquid = ["201", "202", "203"].contains(&row.packaging());
        assert!(
            !liquid || row.physical_state() != Some(PhysicalState::Solid),
            "{}",
            row.id()
        );
        let solid = ["211", "212", "213"].contains(&row.packaging());
        assert!(
            !solid || row.physical_state() != Some(PhysicalState::Liquid),
            "{}",
            row.id()
        );
    }
}

#[test]
fn every_label_is_one_the_law_knows() {
    let known = [
        "1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.1", "2.2", "2.3", "3", "4.1", "4.2", "4.3", "5.1",
        "5.2", "6.1", "6.2", "7", "8", "9", "9A",
    ];
    for row in Regime::ALL
        .into_iter()
        .flat_map(|regime| Catalogue::embedded().all(regime))
    {
        let strange = row.labels().find(|label| !known.contains(label));
        assert_eq!(strange, None, "{}", row.id());
        // Only what may not be carried, is not subject, or is said to be unclear, has no known label.
        let unclear = row.admission() != Admission::Admitted || !row.are_labels_known();
        let division = row.division();
        let known = known.contains(&division) || division == "Comb liq";
        assert!(unclear || known, "{}", row.id());
        let counted = row.regime() == Regime::Adr || division.is_empty();
        assert!(!unclear || counted || row.is_forbidden(), "{}", row.id());
    }
}

#[test]
fn no_column_holds_words_of_the_edition_it_was_read_from() {
    for row in Catalogue::embedded().all(Regime::Adr) {
        let text = format!("{row:?}").to_lowercase();
        let foreign = ["ikke", "underlagt", "tillatt", "ingen\"", "se sp", "(adr", "+15"];
        assert!(!foreign.iter().any(|word| text.contains(word)), "{text}");
    }
}
