//! What a loaded data set says of a load.

use dangerous_goods::dataset::{Missing, OtherRegime, Validity, check, not_checked};
use dangerous_goods::report::Answer;
use dangerous_goods::{Catalogue, Line, LineSpec, Load, Regime, Travel, Verdict};
use time::macros::date;

use super::{SAMPLE, WITHIN, data_set, findings, judge, load, notes, sample_with};

use Verdict::{Conditional, NotCleared, Permitted, Prohibited};

const TABLE: &str = "Exampleland 4.2";

fn stated(spec: &str, labels: &[&str]) -> Line {
    let mut line = Line::from(spec.parse::<LineSpec>().expect(spec));
    line.labels = labels.iter().map(|label| (*label).to_owned()).collect();
    line.stated_by = Some("a. loader".to_owned());
    line
}

#[test]
fn a_regime_without_a_data_set_is_not_checked_and_never_compatible() {
    for regime in OtherRegime::ALL {
        let result = not_checked(regime, &load(&["UN1203", "UN3077"]));
        assert!(!result.checked && !result.is_compatible);
        assert_eq!(result.verdict, NotCleared);
        assert_eq!(result.conflicts[0].rule, "not checked");
        assert_eq!(result.pairs[0].verdict, NotCleared);
        assert!(result.lines.iter().all(|line| line.needs == [Missing::DataSet]));
        let json = serde_json::to_value(&result).expect("JSON");
        assert_eq!(json["regime"], regime.code());
        assert_eq!(json["checked"], false);
    }
}

/// The table of the sample, typed once more: one row a class that has goods of that class alone.
#[test]
fn every_cell_of_the_table_is_answered_as_it_says() {
    const GOODS: [(&str, &str); 5] = [
        ("2.1", "UN1950"),
        ("3", "UN1203"),
        ("5.1", "UN1942"),
        ("6.1", "UN1680"),
        ("9", "UN1950"),
    ];
    const CELLS: [[char; 5]; 5] = [
        ['-', '1', '2', '-', '-'],
        ['1', '-', '2', '-', '-'],
        ['2', '2', '-', '1', '-'],
        ['-', '-', '1', '-', '-'],
        ['-', '-', '-', '-', '-'],
    ];
    let set = data_set(&sample_with("K2,5 kg", "-,5 kg"));
    for (row, (class_a, a)) in GOODS.iter().enumerate() {
        for (column, (class_b, b)) in GOODS.iter().enumerate() {
            let lines = vec![stated(a, &[class_a]), stated(b, &[class_b])];
            let result = check(&set, &Load::new(lines).expect("two lines"), WITHIN);
            let mut ends = [*class_a, *class_b];
            ends.sort_unstable();
            let expected = match CELLS[row][column] {
                '-' => vec![],
                code => vec![(TABLE, format!("{code} at {} × {}", ends[0], ends[1]), Conditional)],
            };
            let found: Vec<_> = findings(&result)
                .into_iter()
                .map(|(clause, rule, verdict)| (clause, rule.to_owned(), verdict))
                .collect();
            assert_eq!(found, expected, "{class_a} × {class_b}");
        }
    }
}

#[test]
fn a_finding_cites_clause_cell_edition_and_the_hash_of_the_bundle() {
    let result = judge(&["UN0081", "UN1203"]);
    assert_eq!(findings(&result), [(TABLE, "X at 1.1 × 3", Prohibited)]);
    let set = data_set(SAMPLE);
    assert_eq!(result.edition, "Exampleland sea rules 7");
    assert_eq!(result.edition_hash, set.hash());
    let cited = format!("Exampleland sea rules 7, data set {}", &set.hash()[..12]);
    assert_eq!(result.conflicts[0].edition, cited);
    assert_eq!(result.verdict, Prohibited);
}

#[test]
fn a_condition_is_in_the_words_of_the_data_set_and_can_be_confirmed() {
    let open = judge(&["UN1203", "UN1942"]);
    let condition = open.conflicts[0].condition.as_ref().expect("a condition");
    assert_eq!(condition.action, "Stow the two in different holds");
    assert!(!open.is_compatible);
    let confirmed = open
        .conflicts
        .iter()
        .filter_map(|finding| finding.condition.as_ref())
        .fold(load(&["UN1203", "UN1942"]), |load, condition| {
            load.confirming(&condition.id, "a. loader")
        });
    let set = data_set(SAMPLE);
    assert!(check(&set, &confirmed, WITHIN).is_compatible);

    // Another edition that asks for something else is not answered by the old statement.
    let stricter = sample_with(
        "Stow the two in different holds.",
        "Never in the same ship's half.",
    );
    let again = check(&data_set(&stricter), &confirmed, WITHIN);
    assert!(!again.is_compatible);
}

#[test]
fn a_cell_that_leaves_it_to_the_rows_asks_their_codes_and_clears_nothing_without_them() {
    assert_eq!(judge(&["UN1203", "UN1789"]).verdict, Permitted);
    let unknown = judge(&["UN1203", "UN1805"]);
    assert_eq!(findings(&unknown), [(TABLE, "* at 3 × 8", NotCleared)]);
    assert_eq!(unknown.lines[1].needs, [Missing::RowCodes]);
    assert!(unknown.lines[0].needs.is_empty());
    assert!(
        unknown.conflicts[0]
            .sentence
            .contains("the codes of the row of UN1805")
    );
}

#[test]
fn rows_whose_codes_are_not_recorded_are_not_cleared_though_the_table_permits() {
    let result = judge(&["UN1680", "UN1805"]);
    let found = findings(&result);
    assert!(found.contains(&(TABLE, "codes of the row not recorded", NotCleared)));
    assert!(found.contains(&("Exampleland 5.2", "N between acids and cyanides", Prohibited)));
}

#[test]
fn rows_whose_groups_are_not_recorded_are_not_cleared() {
    let result = judge(&["UN3077", "UN1203"]);
    assert_eq!(
        findings(&result),
        [(TABLE, "segregation groups not recorded", NotCleared)]
    );
    assert_eq!(result.lines[0].needs, [Missing::Groups]);
}

#[test]
fn segregation_groups_stand_against_each_other_in_either_order() {
    for lines in [["UN1680", "UN1789"], ["UN1789", "UN1680"]] {
        let result = judge(&lines);
        let expected = [("Exampleland 5.2", "N between acids and cyanides", Prohibited)];
        assert_eq!(findings(&result), expected);
        assert!(
            result.conflicts[0]
                .sentence
                .ends_with("may not travel together: Together they would give off a poisonous gas")
        );
    }
    let lye = judge(&["UN1719:II", "UN1789"]);
    assert_eq!(
        findings(&lye),
        [("Exampleland 5.1", "1 between acids and alkalis", Conditional)]
    );
}

#[test]
fn codes_of_rows_ask_against_groups_hazards_numbers_and_all() {
    let group = judge(&["UN2014", "UN1789"]);
    assert!(findings(&group).contains(&("Exampleland 6.1", "K1: 2 against acids", Conditional)));
    let hazard = judge(&["UN1942", "UN1203"]);
    assert!(findings(&hazard).contains(&("Exampleland 6.2", "K2: 1 against 3", Conditional)));
    let number = judge(&["UN1942", "UN1942"]);
    assert_eq!(
        findings(&number),
        [("Exampleland 6.2", "K2: X against UN1942", Prohibited)]
    );
    let all = judge(&["UN2031", "UN0454"]);
    assert!(findings(&all).contains(&("Exampleland 6.3", "K3: 1 against all other goods", Conditional)));
}

#[test]
fn a_row_may_count_as_a_further_hazard() {
    let result = judge(&["UN2211", "UN1203"]);
    assert_eq!(findings(&result), [(TABLE, "2 at 3 × 5.1", Conditional)]);
}

#[test]
fn subsidiary_hazards_count_like_the_class() {
    let result = judge(&["UN2790", "UN1942"]);
    assert!(findings(&result).contains(&(TABLE, "2 at 3 × 5.1", Conditional)));
    assert!(findings(&result).contains(&(TABLE, "2 at 5.1 × 8", Conditional)));
}

#[test]
fn between_goods_of_one_class_a_statement_stands_in_for_the_subsidiary_hazards() {
    let result = judge(&["UN2014", "UN2014"]);
    let expected = [(TABLE, "subsidiary hazards of one class", Conditional)];
    assert_eq!(findings(&result), expected);
    let by_table = sample_with("same_class,by_statement", "same_class,by_table");
    let result = check(&data_set(&by_table), &load(&["UN2014", "UN2014"]), WITHIN);
    assert_eq!(findings(&result), [(TABLE, "2 at 5.1 × 8", Conditional)]);
}

#[test]
fn explosives_are_judged_by_their_compatibility_groups() {
    let result = judge(&["UN0081", "UN0081"]);
    assert_eq!(
        findings(&result),
        [(TABLE, "2 at compatibility groups D × D", Conditional)]
    );
    assert_eq!(judge(&["UN0081", "UN0454"]).verdict, Permitted);
    let unknown = data_set(&sample_with("1.4S", "1.4"));
    let result = check(&unknown, &load(&["UN0081", "UN0454"]), WITHIN);
    assert_eq!(findings(&result), [(TABLE, "G at 1.1 × 1.4", NotCleared)]);
    assert_eq!(result.lines[1].needs, [Missing::CompatibilityGroup]);
}

#[test]
fn goods_that_the_data_set_does_not_know_are_not_cleared() {
    for goods in ["UN1830", "NA1203", "no such thing"] {
        let result = judge(&[goods]);
        assert_eq!(result.verdict, NotCleared, "{goods}");
        assert_eq!(result.lines[0].needs, [Missing::KnownGoods]);
    }
}

#[test]
fn a_number_with_rows_of_different_hazards_is_answered_with_the_rows() {
    let result = judge(&["UN1950"]);
    assert_eq!(result.verdict, NotCleared);
    assert_eq!(result.lines[0].needs, [Missing::Row]);
    let rows = ["imdg:UN1950:2.1", "imdg:UN1950:2.1+8", "imdg:UN1950:9"];
    assert_eq!(result.lines[0].rows_to_choose, rows);
}

#[test]
fn labels_that_somebody_states_choose_the_row_and_unstated_ones_do_not() {
    let chosen = Load::new(vec![stated("UN1950", &["2.1", "8"])]).expect("one line");
    let set = data_set(SAMPLE);
    let result = check(&set, &chosen, WITHIN);
    assert_eq!(result.lines[0].row.as_deref(), Some("imdg:UN1950:2.1+8"));
    assert_eq!(result.verdict, Permitted);

    let mut nobody = chosen;
    nobody.lines[0].stated_by = Some("  ".to_owned());
    assert_eq!(check(&set, &nobody, WITHIN).verdict, NotCleared);

    let wrong = Load::new(vec![stated("UN1203", &["8"])]).expect("one line");
    let result = check(&set, &wrong, WITHIN);
    assert_eq!(result.lines[0].needs, [Missing::Row]);
    assert_eq!(result.lines[0].rows_to_choose, ["imdg:UN1203"]);
}

#[test]
fn a_packing_group_or_state_that_no_row_has_is_not_cleared() {
    for goods in ["UN1203:III", "UN1203:solid"] {
        assert_eq!(judge(&[goods]).lines[0].needs, [Missing::Row], "{goods}");
    }
    assert_eq!(
        judge(&["UN1719:III"]).lines[0].row.as_deref(),
        Some("imdg:UN1719:8:III")
    );
}

#[test]
fn rows_that_are_judged_alike_need_no_choice() {
    let result = judge(&["UN1719"]);
    assert_eq!(result.verdict, Permitted);
    assert_eq!(
        result.lines[0].same_hazards,
        ["imdg:UN1719:8:II", "imdg:UN1719:8:III"]
    );
}

#[test]
fn a_prohibition_that_holds_whichever_row_is_meant_is_told_at_once() {
    let text = SAMPLE
        .replace("1,G,X,X,X,X,X,-", "1,G,X,X,X,X,X,X")
        .replace("9,-,-,-,-,-,-,-", "9,X,-,-,-,-,-,-");
    let result = check(&data_set(&text), &load(&["UN1950", "UN0081"]), WITHIN);
    assert_eq!(result.verdict, Prohibited);
    assert!(
        result
            .conflicts
            .iter()
            .any(|f| f.sentence.ends_with("; this holds whichever row is meant"))
    );
    let doubtful = judge(&["UN1950", "UN0081"]);
    assert_eq!(doubtful.verdict, NotCleared);
}

#[test]
fn goods_without_a_number_are_found_by_name_and_refused() {
    let result = judge(&["EXPLODING  salt"]);
    assert_eq!(findings(&result), [(TABLE, "carriage prohibited", Prohibited)]);
    assert_eq!(result.lines[0].row.as_deref(), Some("imdg:exploding-salt"));
}

/// Limited quantities with so much in one inner packaging.
fn limited(goods: &[(&str, &str)]) -> Load {
    let names: Vec<&str> = goods.iter().map(|(name, _)| *name).collect();
    let mut load = load(&names);
    for (line, (_, inner)) in load.lines.iter_mut().zip(goods) {
        line.limited_quantity = true;
        line.inner_quantity = Some(inner.parse().expect("a quantity"));
    }
    load
}

#[test]
fn a_limited_quantity_is_outside_only_where_the_row_provides_for_it() {
    let both = limited(&[("UN1203", "1 L"), ("UN1942", "5 kg")]);
    let result = check(&data_set(SAMPLE), &both, WITHIN);
    assert_eq!(result.verdict, Permitted);
    assert!(notes(&result).contains(&"limited quantity"));
    for goods in ["UN2014", "UN1805"] {
        let result = check(&data_set(SAMPLE), &limited(&[(goods, "0.1 L")]), WITHIN);
        assert_eq!(result.lines[0].needs, [Missing::LimitedQuantity], "{goods}");
    }
    let inside = sample_with("limited_quantities,outside", "limited_quantities,inside");
    assert_eq!(check(&data_set(&inside), &both, WITHIN).verdict, Conditional);
}

#[test]
fn more_than_the_limit_in_one_inner_packaging_is_no_limited_quantity() {
    for (inner, verdict) in [("1 L", Permitted), ("1.001 L", NotCleared), ("1 kg", NotCleared)] {
        let load = limited(&[("UN1203", inner)]);
        let result = check(&data_set(SAMPLE), &load, WITHIN);
        assert_eq!(result.verdict, verdict, "{inner}");
    }
}

#[test]
fn a_limited_quantity_of_which_nobody_said_the_inner_amount_is_not_cleared() {
    let result = judge(&["UN1203:LQ", "UN1942"]);
    assert_eq!(result.verdict, NotCleared);
    assert_eq!(result.lines[0].needs, [Missing::InnerQuantity]);
    assert!(
        result
            .conflicts
            .iter()
            .any(|finding| finding.verdict == Conditional),
        "held to the rules meanwhile: {result:?}"
    );
    assert!(
        result.conflicts[0]
            .sentence
            .ends_with("is not stated; the limit is 1 L")
    );
}

#[test]
fn tanks_and_bulk_are_not_cleared_by_rules_for_packages() {
    for goods in ["UN1203:tank", "UN1203:portable_tank", "UN2211:bulk"] {
        let result = judge(&[goods]);
        assert_eq!(result.lines[0].needs, [Missing::Packages], "{goods}");
        assert!(!result.is_compatible);
    }
}

#[test]
fn vehicles_that_travel_apart_are_compared_where_the_data_set_asks_and_a_note_says_so() {
    let mut apart = load(&["UN0081", "UN1203"]);
    apart.lines[1].vehicle = Some(2);
    let set = data_set(SAMPLE);
    assert_eq!(check(&set, &apart, WITHIN).verdict, Prohibited);
    apart.travel = Travel::Apart;
    let result = check(&set, &apart, WITHIN);
    assert_eq!(result.verdict, Permitted);
    assert!(notes(&result).contains(&"vehicles apart"));
    let compared = sample_with("between_units,not_compared", "between_units,compared");
    assert_eq!(check(&data_set(&compared), &apart, WITHIN).verdict, Prohibited);
}

#[test]
fn outside_its_validity_a_data_set_permits_nothing_before_somebody_says_that_its_edition_applies() {
    let (set, load) = (data_set(SAMPLE), load(&["UN1203"]));
    for (day, validity, verdict) in [
        (date!(2025 - 12 - 31), Validity::NotYetValid, Conditional),
        (date!(2026 - 01 - 01), Validity::Valid, Permitted),
        (date!(2027 - 12 - 31), Validity::Valid, Permitted),
        (date!(2028 - 01 - 01), Validity::Expired, Conditional),
    ] {
        let result = check(&set, &load, day);
        assert_eq!((result.validity, result.verdict), (validity, verdict), "{day}");
        assert_eq!(result.is_compatible, verdict == Permitted, "{day}");
        let conditions: Vec<_> = result
            .conflicts
            .iter()
            .filter_map(|f| f.condition.as_ref())
            .collect();
        assert_eq!(conditions.len(), usize::from(verdict == Conditional), "{day}");
        let Some(condition) = conditions.first() else {
            continue;
        };
        assert!(
            condition.action.contains("Exampleland sea rules 7"),
            "{condition:?}"
        );
        let nobody = load.clone().confirming(&condition.id, " ");
        assert!(!check(&set, &nobody, day).is_compatible, "{day}");
        let confirmed = load.clone().confirming(&condition.id, "a. loader");
        assert!(check(&set, &confirmed, day).is_compatible, "{day}");
        // Neither another data set nor the other end of its validity was confirmed.
        let other = data_set(&SAMPLE.replace("Keep away from sources of heat", "Keep cool"));
        assert!(!check(&other, &confirmed, day).is_compatible, "{day}");
        for end in [date!(2025 - 12 - 31), date!(2028 - 01 - 01)] {
            assert_eq!(check(&set, &confirmed, end).is_compatible, end == day, "{day}");
        }
    }
}

#[test]
fn what_a_row_says_of_handling_and_of_food_is_noted() {
    let mut load = load(&["UN0081"]);
    load.food_on_board = Some(true);
    let result = check(&data_set(SAMPLE), &load, WITHIN);
    assert_eq!(notes(&result), ["food on board", "T2"]);
    assert_eq!(result.notes[1].sentence, "On deck only.");
}

#[test]
fn the_same_goods_again_are_said_once_with_every_pair() {
    let result = judge(&["UN1203", "UN1942", "UN1203", "UN1203"]);
    assert_eq!(result.conflicts.len(), 2);
    for finding in &result.conflicts {
        let places: Vec<&[usize]> = finding.places().collect();
        assert_eq!(places, [&[0, 1][..], &[1, 2], &[1, 3]]);
    }
}

#[test]
fn an_empty_load_is_not_cleared() {
    assert_eq!(judge(&[]).verdict, NotCleared);
}

#[test]
fn one_regime_that_is_not_checked_keeps_the_whole_answer_from_being_a_yes() {
    let load = load(&["UN1203"]);
    let adr = dangerous_goods::check(Catalogue::embedded(), Regime::Adr, &load);
    assert!(Answer::of(std::slice::from_ref(&adr)).is_compatible);
    let sea = [check(&data_set(SAMPLE), &load, WITHIN)];
    let both = Answer::with_data_sets(std::slice::from_ref(&adr), &sea);
    assert!(both.is_compatible && both.verdict == Permitted);
    assert!(Answer::with_data_sets(&[], &sea).is_compatible);

    let others = [not_checked(OtherRegime::Iata, &load)];
    let answer = Answer::with_data_sets(std::slice::from_ref(&adr), &others);
    assert!(!answer.is_compatible && answer.verdict == NotCleared);
    let json = serde_json::to_value(&answer).expect("JSON");
    assert_eq!(json["data_sets"][0]["regime"], "iata");
    assert_eq!(json["data_sets"][0]["checked"], false);
    assert_eq!(json["conflicts"][0]["rule"], "not checked");
    assert!(!Answer::with_data_sets(&[], &[]).is_compatible);
}

#[test]
fn the_text_of_an_answer_tells_what_a_person_must_do() {
    let load = load(&["UN1203", "UN1942"]);
    let text = check(&data_set(SAMPLE), &load, date!(2028 - 01 - 01)).text(&load);
    for words in [
        "by sea (IMDG): PERMITTED WITH CONDITIONS",
        "Exampleland sea rules 7, data set ",
        "THE DATA SET HAS EXPIRED",
        "  permitted with conditions, lines 1 and 2: UN1203 Motor spirit and UN1942 Saltpetre mix may travel",
        "to do: Stow the two in different holds",
        "note, line 1: Keep away from sources of heat (T1)",
    ] {
        assert!(text.contains(words), "`{words}` in\n{text}");
    }
    let text = not_checked(OtherRegime::Adg, &load).text(&load);
    assert_eq!(
        text,
        "Australia, road and rail (ADG): NOT CHECKED\nno data set is loaded\n\n"
    );
}
