//! ADR 7.5.2 and the rows of table A: footnotes and traps.

use dangerous_goods::Verdict::{Conditional, NotCleared, Permitted, Prohibited};
use dangerous_goods::{Catalogue, Need, Regime, check};

use crate::{adr, by_clause, confirm_all, findings, load, needs, notes};

#[test]
fn un_1950_has_twelve_rows_and_asks_for_one() {
    let result = adr(&["UN1950"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::Row].as_slice())
    );
    assert_eq!(result.lines[0].rows_to_choose.len(), 12);
    assert_eq!(adr(&["adr:UN1950:5F"]).verdict, Permitted);
}

#[test]
fn footnote_a_is_for_1_4s_only() {
    assert_eq!(adr(&["UN0323", "UN1203"]).verdict, Permitted);
    assert_eq!(adr(&["UN0471", "UN1203"]).verdict, Prohibited);
}

#[test]
fn footnote_b_is_for_life_saving_appliances() {
    for appliance in ["UN2990", "UN3072", "UN3268"] {
        for explosive in ["UN0081", "UN0471", "UN0331", "UN0486"] {
            assert_eq!(
                adr(&[explosive, appliance]).verdict,
                Permitted,
                "{explosive} with {appliance}"
            );
        }
    }
    assert_eq!(adr(&["UN0081", "UN3077"]).verdict, Prohibited);
}

#[test]
fn footnote_c_is_for_safety_devices() {
    assert_eq!(adr(&["UN0503", "UN3268"]).verdict, Permitted);
    assert_eq!(adr(&["UN0503", "UN3077"]).verdict, Prohibited);
}

#[test]
fn footnote_d_is_for_blasting_explosives_but_un_0083_and_thirteen_nitrates() {
    let nitrates = [
        "UN1942",
        "UN2067",
        "UN3375",
        "UN1451",
        "UN2722",
        "UN1486",
        "UN1477:II",
        "UN1498",
        "UN1446",
        "UN2464",
        "UN1454",
        "UN1474",
        "UN1507",
    ];
    for nitrate in nitrates {
        for explosive in ["UN0081", "UN0082", "UN0084", "UN0241"] {
            let result = adr(&[explosive, nitrate]);
            assert_eq!(result.verdict, Conditional, "{explosive} with {nitrate}");
            assert!(by_clause(&result, "ADR 7.5.2.1, footnote d").is_some());
        }
        assert_eq!(
            adr(&["UN0083", nitrate]).verdict,
            Prohibited,
            "UN0083 with {nitrate}"
        );
        assert_eq!(
            adr(&["UN0160", nitrate]).verdict,
            Prohibited,
            "no blasting explosive"
        );
    }
    assert_eq!(adr(&["UN0081", "UN1496"]).verdict, Prohibited, "a chlorite");
    assert_eq!(
        adr(&["UN0331", "UN1942"]).verdict,
        Prohibited,
        "the cell of label 1.5 is blank"
    );
}

#[test]
fn explosives_among_themselves_go_by_group_whatever_their_other_labels() {
    // 1 + 6.1 and 1 + 8: the label table would forbid them for their other labels.
    assert_eq!(adr(&["adr:UN0015:1+6.1", "adr:UN0015:1+8"]).verdict, Permitted);
    assert_eq!(adr(&["UN0074", "UN0160"]).verdict, Prohibited);
}

#[test]
fn group_b_with_d_needs_an_approved_separation() {
    let lines = ["UN0106", "UN0081"];
    let result = adr(&lines);
    assert_eq!(findings(&result), [("ADR 7.5.2.2", "a at B × D", Conditional)]);
    let confirmed = confirm_all(&load(&lines), &result);
    assert!(check(Catalogue::embedded(), Regime::Adr, &confirmed).is_compatible);
}

#[test]
fn group_l_travels_with_its_own_type_only() {
    assert_eq!(adr(&["UN0248", "UN0249"]).verdict, Prohibited);
    assert_eq!(adr(&["UN0248", "UN0248"]).verdict, Conditional);
}

#[test]
fn limited_quantities_keep_away_from_explosives_but_1_4_and_two_powders() {
    let with = |explosive| adr(&["UN1203:LQ", explosive]).verdict;
    assert_eq!(with("UN0081"), Prohibited);
    assert_eq!(with("UN0331"), Prohibited);
    assert_eq!(with("UN0471"), Permitted);
    assert_eq!(with("UN0161"), Permitted);
    assert_eq!(with("UN0499"), Permitted);
    assert_eq!(
        with("UN3101"),
        Permitted,
        "of 7.5.2 nothing else applies to limited quantities"
    );
}

#[test]
fn a_limited_quantity_the_row_does_not_provide_for_is_not_cleared() {
    let result = adr(&["UN1017:LQ", "UN1203"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::LimitedQuantity].as_slice())
    );
    assert_eq!(
        adr(&["UN3316:LQ"]).verdict,
        NotCleared,
        "the limit is in a special provision"
    );
}

#[test]
fn an_uncertain_reading_never_clears_without_a_person() {
    for goods in ["UN1414", "UN1499", "UN2059:II", "UN3381"] {
        let result = adr(&[goods]);
        assert_eq!(
            (result.verdict, result.is_compatible),
            (Conditional, false),
            "{goods}"
        );
        assert_eq!(result.conflicts[0].rule, "uncertain reading");
        let confirmed = confirm_all(&load(&[goods]), &result);
        assert!(check(Catalogue::embedded(), Regime::Adr, &confirmed).is_compatible);
    }
}

#[test]
fn no_row_with_an_uncertain_reading_or_without_labels_is_permitted() {
    let catalogue = Catalogue::embedded();
    for row in catalogue.all(Regime::Adr) {
        let doubtful = !row.is_reading_confirmed() || !row.are_labels_known();
        let admitted = row.admission() == dangerous_goods::Admission::Admitted;
        if !doubtful || (!admitted && row.is_reading_confirmed()) {
            continue;
        }
        let result = adr(&[row.id().as_str()]);
        assert!(!result.is_compatible || !admitted, "{}", row.id());
        assert_ne!((result.verdict, admitted), (Permitted, true), "{}", row.id());
    }
}

#[test]
fn goods_the_agreement_does_not_admit_are_prohibited() {
    for goods in ["UN2186", "UN0020", "UN1798", "UN3097"] {
        let result = adr(&[goods]);
        assert_eq!(findings(&result)[0].1, "not admitted to carriage", "{goods}");
        assert_eq!(result.verdict, Prohibited);
    }
}

#[test]
fn goods_outside_the_agreement_are_said_to_be_so() {
    let result = adr(&["UN1845", "UN0081"]);
    assert_eq!(
        (result.verdict, notes(&result)),
        (Permitted, vec![("ADR 3.2 table A", 0)])
    );
}

#[test]
fn labels_that_depend_on_the_contents_are_not_guessed() {
    let result = adr(&["UN3540", "UN1203"]);
    assert_eq!(
        (result.verdict, needs(&result, 0)),
        (NotCleared, [Need::Labels].as_slice())
    );
    assert_eq!(needs(&adr(&["UN0190"]), 0), [Need::Classification]);
}

#[test]
fn an_uncertain_name_is_told_and_does_not_hide_the_hazards() {
    let result = adr(&["UN1202", "UN0081"]);
    assert_eq!(notes(&result), [("ADR 3.2 table A", 0)]);
    assert_eq!(result.verdict, Prohibited);
}

#[test]
fn a_self_reactive_with_an_explosive_label_travels_with_its_like_only() {
    assert_eq!(adr(&["UN3221", "UN3222"]).verdict, Permitted);
    assert_eq!(adr(&["UN3221", "UN1309:II"]).verdict, Prohibited);
    assert_eq!(adr(&["UN3101", "UN3103"]).verdict, Permitted);
}

#[test]
fn explosives_with_different_other_labels_are_told_that_only_their_groups_count() {
    let told = |lines: &[&str]| {
        let result = adr(lines);
        let notes = result.notes.into_iter();
        let notes = notes.filter(|note| note.clause == "ADR 7.5.2.2");
        (result.verdict, notes.collect::<Vec<_>>())
    };
    // UN0018 bears 6.1 and 8 beside its label of class 1, UN0081 nothing else.
    let (verdict, notes) = told(&["UN0018", "UN0081"]);
    assert_eq!((verdict, notes.len()), (Permitted, 1));
    assert_eq!(
        (notes[0].lines.as_slice(), notes[0].verdict),
        ([0, 1].as_slice(), Permitted)
    );
    assert!(
        notes[0].sentence.contains("whatever other danger labels"),
        "{notes:?}"
    );
    // Nothing to say where the other labels are the same, or where there are none.
    assert!(told(&["UN0018", "UN0018"]).1.is_empty());
    assert!(told(&["UN0081", "UN0241"]).1.is_empty());
    // A condition of the groups stands beside the note, a prohibition makes it needless.
    let (verdict, notes) = told(&["adr:UN0015:1+8", "UN0486"]);
    assert_eq!((verdict, notes.len()), (Prohibited, 0));
    let (verdict, notes) = told(&["UN0076", "UN0106"]);
    assert_eq!((verdict, notes.len()), (Conditional, 1));
}
