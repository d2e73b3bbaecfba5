//! Splits that data sets have a say in.

use dangerous_goods::dataset::{AnyRegime, DataSet, OtherRegime, check};
use dangerous_goods::split::{Apart, Obstacle, Options, Split, Under, propose_under, text};
use dangerous_goods::{Catalogue, Load, Regime, Travel, Verdict};

use super::{SAMPLE, WITHIN, data_set, load, sample_with};

const IMDG: AnyRegime = AnyRegime::Loaded(OtherRegime::Imdg);

fn apart(lines: &[&str]) -> Load {
    Load {
        travel: Travel::Apart,
        ..load(lines)
    }
}

fn split(sets: &[(OtherRegime, Option<&DataSet>)], load: &Load) -> Split {
    let under = Under {
        catalogue: Catalogue::embedded(),
        regimes: &[Regime::Adr],
        data_sets: sets,
        on: WITHIN,
    };
    propose_under(&under, load, Options::default())
}

#[test]
fn what_a_data_set_alone_forbids_is_kept_apart_and_the_proposal_is_judged_by_it() {
    let set = data_set(SAMPLE);
    let load = apart(&["UN1680", "UN1789", "UN1203"]);
    assert!(matches!(split(&[], &load), Split::NotNeeded(_)));
    let found = split(&[(OtherRegime::Imdg, Some(&set))], &load);
    let Split::Proposed(proposal) = &found else {
        panic!("a split helps: {found:?}")
    };
    assert_eq!(proposal.vehicles.len(), 2);
    let separation = &proposal.separations[0];
    assert_eq!((separation.regime, separation.by), (IMDG, Apart::Vehicles));
    assert_eq!(separation.finding.clause, "Exampleland 5.2");
    assert_eq!(
        proposal.answers.data_sets,
        [check(&set, &proposal.load, WITHIN)],
        "the answer is to the load as proposed"
    );
    assert_eq!(proposal.answers.data_sets[0].verdict, Verdict::Permitted);
    assert!(text(&found).contains("by sea (IMDG), Exampleland 5.2"));
}

#[test]
fn no_split_passes_a_data_set_that_is_not_loaded() {
    let found = split(&[(OtherRegime::Iata, None)], &apart(&["UN1203", "UN1942"]));
    let Split::NoSplitHelps(none) = found else {
        panic!("nothing passes what is not checked: {found:?}")
    };
    assert_eq!(none.reasons[0].regime, AnyRegime::Loaded(OtherRegime::Iata));
    assert_eq!(none.reasons[0].finding.rule, "not checked");
}

#[test]
fn goods_that_a_data_set_compares_between_vehicles_are_helped_by_none() {
    let set = data_set(&sample_with(
        "between_units,not_compared",
        "between_units,compared",
    ));
    let found = split(&[(OtherRegime::Imdg, Some(&set))], &apart(&["UN1680", "UN1789"]));
    let Split::NoSplitHelps(none) = found else {
        panic!("both go on board: {found:?}")
    };
    assert_eq!(
        (none.reasons[0].regime, none.reasons[0].obstacle),
        (IMDG, Obstacle::Alone)
    );
}

#[test]
fn a_data_set_asked_alone_splits_and_nothing_asked_is_no_clearance() {
    let set = data_set(SAMPLE);
    let under = |sets| Under {
        catalogue: Catalogue::embedded(),
        regimes: &[],
        data_sets: sets,
        on: WITHIN,
    };
    let load = apart(&["UN0081", "UN1203"]);
    let alone = [(OtherRegime::Imdg, Some(&set))];
    let found = propose_under(&under(&alone), &load, Options::default());
    assert!(matches!(found, Split::Proposed(_)), "{found:?}");
    let found = propose_under(&under(&[]), &load, Options::default());
    assert!(matches!(found, Split::NoSplitHelps(_)), "{found:?}");
}

#[test]
fn a_split_survives_json_with_what_data_sets_say() {
    let set = data_set(SAMPLE);
    let found = split(&[(OtherRegime::Imdg, Some(&set))], &apart(&["UN1680", "UN1789"]));
    let json = serde_json::to_value(&found).expect("JSON");
    assert_eq!(json["data_sets"][0]["regime"], "imdg");
    assert_eq!(json["separations"][0]["regime"], "imdg");
    assert_eq!(serde_json::from_value::<Split>(json).expect("the same"), found);
}
