//! What the pages show of real answers: the load of the README in both regimes, and loads that go wrong.

use app::EditionWarning;
use dangerous_goods::{Catalogue, EntryKind, Line, LineSpec, Load, Regime, Travel, check};

use super::goods::describe;
use super::lines::{details, editor};
use super::result::{About, view};
use crate::console::form::{Lines, Typed};
use crate::console::law::Law;
use crate::console::pages::{Effect, LineDetails, RegimeView, ResultView, Verdict};

mod data_sets;

const README: [&str; 6] = [
    "UN1203",
    "UN1830:II",
    "UN1942",
    "UN1017",
    "UN3077",
    "UN1263:II:LQ",
];

fn load(specs: &[&str]) -> Load {
    let lines = specs
        .iter()
        .map(|spec| Line::from(spec.parse::<LineSpec>().expect(spec)));
    Load::new(lines.collect()).expect("a load")
}

fn shown_of(load: &Load) -> ResultView {
    let catalogue = Catalogue::embedded();
    let results = Regime::ALL.map(|regime| check(catalogue, regime, load));
    view(
        &About {
            catalogue,
            load: Some(load),
            places: &[],
            warnings: &[],
        },
        &results,
        &[],
        true,
    )
}

fn shown(specs: &[&str]) -> ResultView {
    shown_of(&load(specs))
}

fn of(specs: &[&str]) -> Vec<LineDetails> {
    let load = load(specs);
    let lines = Lines::of(&load);
    let typed = Typed {
        places: (0..load.lines.len()).collect(),
        load,
        problems: Vec::new(),
    };
    details(&Law::catalogue(), &Regime::ALL, &lines, &typed)
}

fn cell(regime: &RegimeView, row: usize, column: usize) -> (&'static str, &str) {
    let cell = &regime.matrix[row - 1].cells[column - 1];
    (cell.slug(), cell.text.as_str())
}

fn codes(details: &LineDetails) -> Vec<&str> {
    details
        .hazards
        .iter()
        .map(|hazard| hazard.code.as_str())
        .collect()
}

#[test]
fn the_load_of_the_readme_is_conditional_in_one_regime_permitted_in_the_other_and_the_page_says_why() {
    let shown = shown(&README);
    let [us, adr] = shown.regimes.as_slice() else {
        panic!("two regimes")
    };
    assert_eq!(
        (us.verdict, adr.verdict),
        (Verdict::Conditional, Verdict::Permitted)
    );
    assert_eq!(us.open_conditions, 7);
    assert_eq!(
        us.sentence,
        "The load may travel once 7 conditions are met and confirmed."
    );
    assert_eq!(adr.sentence, "No rule of ADR 7.5.2 stands against this load.");
    let difference = shown.difference.expect("they differ");
    assert!(
        difference
            .contains("49 CFR 177.848(d) asks for a condition on lines 1 and 3 (O at 3 × 5.1), and 6 more")
    );
    assert!(difference.contains("7.5.2.1 goes by danger labels"));
}

#[test]
fn the_matrix_explains_every_pair_and_never_ticks_what_the_table_is_silent_on() {
    let shown = shown(&README);
    let [us, adr] = shown.regimes.as_slice() else {
        panic!("two regimes")
    };
    assert_eq!(us.matrix.len(), 6);
    assert_eq!(cell(us, 2, 1), ("permitted", "no rule against it"));
    assert_eq!(cell(us, 3, 1), ("conditional", "49 CFR 177.848(d), O at 3 × 5.1"));
    assert_eq!(
        cell(us, 5, 1),
        ("information", "49 CFR 177.848(d), not in the table")
    );
    assert_eq!(
        cell(us, 6, 6),
        ("information", "49 CFR 177.848(a), limited quantity")
    );
    assert_eq!(cell(us, 6, 1), ("permitted", "no rule against it"));
    assert_eq!(cell(adr, 4, 1), ("permitted", "no rule against it"));
    let ids: Vec<&String> = us.findings.iter().map(|finding| &finding.id).collect();
    for cell in us.matrix.iter().flat_map(|row| &row.cells) {
        assert!(
            cell.finding.as_ref().is_none_or(|id| ids.contains(&id)),
            "{cell:?}"
        );
    }
    let distinct: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(ids.iter().all(|id| {
        id.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    }));
}

#[test]
fn findings_come_gravest_first_with_clause_goods_and_diamonds_and_notes_after() {
    let shown = shown(&README);
    let us = &shown.regimes[0];
    let first = &us.findings[0];
    assert_eq!(
        (first.effect, first.clause.as_str()),
        (Effect::Condition, "49 CFR 177.848(d) · O at 3 × 5.1")
    );
    assert_eq!(first.goods[0].goods, "UN 1203");
    assert_eq!(first.goods[1].hazards[0].code, "5.1");
    assert!(
        first
            .condition
            .as_ref()
            .is_some_and(|condition| !condition.confirmed && condition.text.ends_with('.'))
    );
    let effects: Vec<Effect> = us.findings.iter().map(|finding| finding.effect).collect();
    assert_eq!(
        effects,
        [[Effect::Condition; 7].as_slice(), &[Effect::Information; 4]].concat()
    );
}

#[test]
fn confirmed_conditions_are_counted_and_the_verdict_stays_the_laws() {
    let mut load = load(&README);
    let open: Vec<String> = shown_of(&load).regimes[0]
        .findings
        .iter()
        .filter_map(|finding| {
            finding
                .condition
                .as_ref()
                .map(|condition| condition.id.to_string())
        })
        .collect();
    load = load.confirming(&open[0], "Maya");
    assert!(shown_of(&load).regimes[0].sentence.ends_with("1 done, 6 to do."));
    for id in &open[1..] {
        load = load.confirming(id, "Maya");
    }
    let us = shown_of(&load).regimes.remove(0);
    assert_eq!((us.verdict, us.open_conditions), (Verdict::Conditional, 0));
    assert!(us.sentence.starts_with("Every condition has been confirmed"));
}

#[test]
fn pairs_of_the_same_goods_share_a_finding_and_the_matrix_leads_to_it() {
    let us = shown(&["UN1203", "UN1942", "UN1203"]).regimes.remove(0);
    assert_eq!((us.findings.len(), us.open_conditions), (1, 1));
    assert_eq!(us.findings[0].also, "The same holds for lines 2 and 3.");
    assert_eq!(
        us.matrix[2].cells[1].finding.as_deref(),
        Some(us.findings[0].id.as_str())
    );
}

#[test]
fn a_condition_that_two_findings_share_is_asked_once() {
    // The same goods on two vehicles are two findings with one condition.
    let mut load = load(&["UN1203", "UN1942", "UN1203", "UN1942"]);
    load.lines[2].vehicle = Some(2);
    load.lines[3].vehicle = Some(2);
    let us = shown_of(&load).regimes.remove(0);
    let repeated: Vec<bool> = us
        .findings
        .iter()
        .filter_map(|finding| finding.condition.as_ref())
        .map(|c| c.repeated)
        .collect();
    assert_eq!(repeated, [false, true]);
    assert_eq!(us.open_conditions, 1);
}

#[test]
fn forbidden_goods_by_name_are_prohibited_and_an_unknown_name_is_not_cleared() {
    let us = shown(&["acetylene silver nitrate"]).regimes.remove(0);
    assert_eq!(us.verdict, Verdict::Prohibited);
    assert!(us.sentence.contains("may not be carried at all"));
    assert!(us.findings[0].clause.starts_with("49 CFR 173.21(a)"));
    let shown = shown(&["qqqqqqqq"]);
    assert!(
        shown
            .regimes
            .iter()
            .all(|regime| regime.verdict == Verdict::NotCleared)
    );
    let details = of(&["qqqqqqqq"]).remove(0);
    assert_eq!(
        details.problem.as_deref(),
        Some("No goods of this number or name in either catalogue.")
    );
    assert!(details.hazards.is_empty());
}

#[test]
fn an_ambiguous_number_asks_for_a_row_in_each_regime_and_shows_no_hazard_until_then() {
    let details = of(&["UN1950"]).remove(0);
    assert!(details.us_row.needed && details.adr_row.needed && details.asks());
    assert_eq!(
        (details.us_row.options.len(), details.adr_row.options.len()),
        (5, 12)
    );
    assert!(details.hazards.is_empty());
    assert_eq!(details.problem, None);
    let chosen = of(&["UN1950:us:UN1950:2.1:1:adr:UN1950:5F"]).remove(0);
    assert!(!chosen.asks());
    assert_eq!(chosen.us_row.selected, "us:UN1950:2.1:1");
    assert_eq!(chosen.us_row.options.len(), 5);
    assert_eq!(codes(&chosen), ["2.1"]);
}

#[test]
fn rows_of_the_same_hazards_may_be_chosen_for_the_papers_but_the_answer_does_not_wait() {
    let paint = of(&["UN1263:II:LQ"]).remove(0);
    assert!(!paint.asks() && paint.us_row.options.len() > 1);
    assert_eq!(codes(&paint), ["3", "LQ"]);
}

#[test]
fn every_line_has_its_name_its_diamonds_and_what_its_papers_ask_for() {
    let lines = of(&["UN1203", "UN1830:II", "UN1017", "UN3077"]);
    assert!(
        lines[0]
            .name
            .as_deref()
            .is_some_and(|name| name.starts_with("Gasoline"))
    );
    assert_eq!(codes(&lines[1]), ["8"]);
    assert_eq!(codes(&lines[2]), ["2.3", "5.1", "8"]);
    assert_eq!(lines[2].hazards[0].name, "toxic gas");
    assert!(lines[3].needs_technical_name && !lines[0].needs_technical_name);
    assert_eq!(codes(&of(&["UN0012"])[0]), ["1.4S"]);
    let named = of(&["Chlorine"]).remove(0);
    assert_eq!(named.name.as_deref(), Some("UN 1017 Chlorine"));
}

#[test]
fn goods_one_regime_does_not_know_say_so_and_are_not_cleared() {
    let details = of(&["NA1993"]).remove(0);
    assert!(
        details
            .problem
            .as_deref()
            .is_some_and(|problem| problem.contains("ADR")),
        "{details:?}"
    );
    let shown = shown(&["NA1993"]);
    assert_eq!(shown.regimes[1].verdict, Verdict::NotCleared);
}

#[test]
fn blank_lines_between_goods_keep_the_numbers_of_the_page() {
    let catalogue = Catalogue::embedded();
    let load = load(&["UN1203", "UN1942"]);
    let results = Regime::ALL.map(|regime| check(catalogue, regime, &load));
    let about = About {
        catalogue,
        load: Some(&load),
        places: &[0, 4],
        warnings: &[],
    };
    let us = view(&about, &results, &[], true).regimes.remove(0);
    assert_eq!(us.findings[0].id, "us-1-5");
    assert_eq!(us.matrix[1].number, 5);
    assert_eq!(us.matrix[1].cells[1].column, 5);
}

#[test]
fn a_full_load_stays_a_page_of_bounded_size() {
    let specs = vec!["UN1942"; 100]
        .into_iter()
        .chain(vec!["UN1203"; 100])
        .collect::<Vec<_>>();
    let us = shown(&specs).regimes.remove(0);
    assert!(us.matrix.is_empty());
    assert_eq!((us.findings.len(), us.more), (1, 0));
    assert!(us.findings[0].also.ends_with(", 9987 more pairs."));
    // Goods that differ cannot share their findings.
    let mut load = load(&specs);
    for (at, line) in load.lines.iter_mut().enumerate() {
        line.vehicle = Some((at % 100 / 50 + 1) as u8);
        line.technical_name = None;
        line.goods = Catalogue::embedded()
            .all(Regime::Us)
            .iter()
            .filter(|row| row.number().is_some() && matches!(row.division(), "3" | "5.1"))
            .nth(at)
            .and_then(|row| row.number())
            .map(dangerous_goods::Goods::Number)
            .expect("goods enough");
    }
    let us = shown_of(&load).regimes.remove(0);
    assert_eq!(us.findings.len(), 400);
    assert!(us.more > 1_000);
}

#[test]
fn no_row_of_either_catalogue_lacks_its_words_or_its_drawing() {
    let catalogue = Catalogue::embedded();
    for row in Regime::ALL.into_iter().flat_map(|regime| catalogue.all(regime)) {
        assert!(!describe(row).is_empty());
        for hazard in super::goods::hazards([row], true) {
            assert!(!hazard.name.is_empty());
            assert!(
                !hazard.is_drawn() || hazard.code.parse::<dangerous_goods::label::LabelModel>().is_ok(),
                "{} {}",
                row.id(),
                hazard.code
            );
        }
    }
}

#[test]
fn the_editor_shows_what_was_typed_beside_what_is_known() {
    let load = load(&README);
    let lines = Lines::of(&load);
    let editor = editor("/checker".into(), &lines, of(&README));
    assert_eq!(editor.lines[5].packing_group, "II");
    assert!(editor.lines[5].limited_quantity);
    assert_eq!(editor.lines[3].details.number, 4);
}

#[test]
fn a_line_asks_for_what_its_papers_lack_by_name_and_other_lines_for_nothing() {
    let mut load = load(&["UN1203", "UN2915", "UN0336"]);
    load.lines[1]
        .entries
        .set(EntryKind::Activity, "3.7 GBq")
        .expect("an activity");
    let of = |regimes: &[Regime]| -> Vec<String> {
        let typed = Typed {
            places: vec![0, 1, 2],
            load: load.clone(),
            problems: Vec::new(),
        };
        let lines = Lines::of(&load);
        let details = details(&Law::catalogue(), regimes, &lines, &typed);
        details.iter().map(LineDetails::lacks).collect()
    };
    let class_7 = "radionuclides, physical and chemical form, class 7 category";
    assert_eq!(of(&Regime::ALL), ["", class_7, "firework reference"]);
    assert_eq!(
        of(&[Regime::Us]),
        ["", class_7, ""],
        "ADR alone asks for the reference"
    );
    assert_eq!(of(&[]), ["", "", ""]);
}

#[test]
fn what_is_asked_for_stays_while_something_typed_cannot_be_read() {
    let mut lines = Lines::of(&load(&["UN2915"]));
    lines.0[0].entries.0[2] = "3.7 mBq".to_owned();
    lines.0[0].quantity = "-1".to_owned();
    let typed = lines.parse(&Law::catalogue());
    assert_eq!(typed.problems.len(), 2);
    let details = details(&Law::catalogue(), &Regime::ALL, &lines, &typed).remove(0);
    let given: Vec<(&str, bool)> = details.asked.iter().map(|one| (one.field, one.given)).collect();
    assert_eq!(given.len(), 4);
    assert!(given.contains(&("activity", true)) && given.contains(&("radionuclides", false)));
}

#[test]
fn an_edition_that_is_not_in_force_is_told_of_beside_its_verdict() {
    let load = load(&["UN1203"]);
    let catalogue = Catalogue::embedded();
    let warning = EditionWarning {
        regime: Regime::Adr,
        sentence: "ADR 2025 expired on 2026-12-31".to_owned(),
    };
    let about = About {
        catalogue,
        load: Some(&load),
        places: &[],
        warnings: &[warning],
    };
    let shown = view(
        &about,
        &Regime::ALL.map(|regime| check(catalogue, regime, &load)),
        &[],
        true,
    );
    let told: Vec<Option<&str>> = shown
        .regimes
        .iter()
        .map(|regime| regime.warning.as_deref())
        .collect();
    assert_eq!(told, [None, Some("ADR 2025 expired on 2026-12-31.")]);
}

#[test]
fn vehicles_that_travel_apart_have_a_verdict_each_and_coupled_ones_share_theirs() {
    let mut load = load(&["UN0081", "UN1203", "UN1203"]);
    assert!(
        shown_of(&load).travel.is_none(),
        "one vehicle needs no explanation"
    );
    for (line, vehicle) in load.lines.iter_mut().zip([1, 1, 2]) {
        line.vehicle = Some(vehicle);
    }
    let coupled = shown_of(&load).travel.expect("two vehicles");
    assert_eq!((coupled.word, coupled.vehicles.len()), ("coupled", 0));
    load.travel = Travel::Apart;
    let apart = shown_of(&load).travel.expect("two vehicles");
    assert_eq!(apart.word, "apart");
    let adr: Vec<(u8, Verdict)> = apart
        .vehicles
        .iter()
        .map(|vehicle| (vehicle.number, vehicle.verdicts[1].verdict))
        .collect();
    assert_eq!(adr, [(1, Verdict::Prohibited), (2, Verdict::Permitted)]);
}
