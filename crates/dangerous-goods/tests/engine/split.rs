//! The load split: the fewest vehicles, compartments and bays, found exactly and judged again.

use std::collections::BTreeSet;
use std::num::NonZeroU8;
use std::sync::LazyLock;

use dangerous_goods::split::{AnyNeed, Apart, NoSplit, Obstacle, Options, Proposal, Split, propose, text};
use dangerous_goods::{Catalogue, Line, LineSpec, Load, Need, Regime, Travel, Verdict, check};
use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::load;

fn split(regimes: &[Regime], load: &Load, options: Options) -> Split {
    propose(Catalogue::embedded(), regimes, load, options)
}

fn proposal(split: Split) -> Proposal {
    match split {
        Split::Proposed(proposal) => *proposal,
        other => panic!("not a proposal: {}", text(&other)),
    }
}

fn no_split(split: Split) -> NoSplit {
    match split {
        Split::NoSplitHelps(no) => *no,
        other => panic!("a split: {}", text(&other)),
    }
}

const APART: Options = Options {
    vehicles: None,
    compartments: None,
    travel: Some(Travel::Apart),
    pinned: false,
};

fn us(lines: &[&str]) -> Proposal {
    proposal(split(&[Regime::Us], &load(lines), Options::default()))
}

fn most(number: u8) -> Option<NonZeroU8> {
    NonZeroU8::new(number)
}

/// Goods with their vehicle, compartment and bay.
type Placed<'a> = (&'a str, Option<u8>, Option<u8>, Option<u8>);

fn placed(lines: &[Placed<'_>]) -> Load {
    let names: Vec<&str> = lines.iter().map(|(name, ..)| *name).collect();
    let mut load = load(&names);
    for (line, (_, vehicle, compartment, bay)) in load.lines.iter_mut().zip(lines) {
        (line.vehicle, line.compartment, line.bay) = (*vehicle, *compartment, *bay);
    }
    load
}

fn vehicles(proposal: &Proposal) -> Vec<u8> {
    (0..proposal.load.lines.len())
        .map(|line| proposal.load.vehicle(line))
        .collect()
}

fn places(proposal: &Proposal) -> Vec<(Option<u8>, Option<u8>)> {
    proposal
        .load
        .lines
        .iter()
        .map(|line| (line.compartment, line.bay))
        .collect()
}

#[test]
fn an_explosive_travels_apart_from_petrol_and_acid_under_177_848_d() {
    let proposal = us(&["UN1203", "UN0081", "UN1830:II"]);
    assert_eq!(
        (vehicles(&proposal), proposal.moved.as_slice()),
        (vec![1, 2, 1], [1].as_slice())
    );
    assert!(proposal.is_proven_smallest);
    let why = proposal
        .separations
        .iter()
        .map(|s| (s.by, s.finding.lines.to_vec(), s.finding.clause.as_ref()));
    let clause = "49 CFR 177.848(d)";
    assert_eq!(
        why.collect::<Vec<_>>(),
        [
            (Apart::Vehicles, vec![0, 1], clause),
            (Apart::Vehicles, vec![1, 2], clause)
        ]
    );
}

#[test]
fn three_goods_that_are_each_an_x_to_the_others_need_three_vehicles() {
    // 1.1, 2.3 zone A and 3: X in every cell between them.
    let proposal = proposal(split(
        &[Regime::Us],
        &load(&["UN0081", "us:UN1076", "UN1203"]),
        APART,
    ));
    let each: BTreeSet<u8> = vehicles(&proposal).into_iter().collect();
    assert_eq!(each, BTreeSet::from([1, 2, 3]));
    assert_eq!(proposal.one_vehicle_each, [0, 1, 2]);
}

#[test]
fn an_o_cell_asks_for_compartments_and_not_for_vehicles() {
    // 3 beside 5.1: O.
    let proposal = us(&["UN1203", "UN1496"]);
    assert_eq!(
        (vehicles(&proposal), places(&proposal)),
        (vec![1, 1], vec![(Some(1), None), (Some(2), None)])
    );
    assert!(proposal.answers.results[0].is_compatible && proposal.to_confirm().next().is_none());
    assert_eq!(proposal.separations[0].by, Apart::Compartments);
}

#[test]
fn a_class_8_liquid_stands_two_bays_from_class_5_under_177_848_e_3() {
    let proposal = us(&["UN1830:II", "UN1496", "UN3077"]);
    assert_eq!(
        places(&proposal),
        [(Some(2), Some(3)), (Some(1), Some(1)), (None, None)]
    );
    assert_eq!(
        (proposal.vehicles[0].compartments, proposal.vehicles[0].bays),
        (2, 3)
    );
    let by: Vec<Apart> = proposal
        .separations
        .iter()
        .map(|separation| separation.by)
        .collect();
    assert_eq!(by, [Apart::Compartments, Apart::Bays]);
    assert!(proposal.answers.results[0].is_compatible);
}

#[test]
fn where_compartments_are_limited_the_rest_is_left_to_be_confirmed() {
    let options = Options {
        compartments: most(1),
        ..Options::default()
    };
    let load = load(&["UN1830:II", "UN1496"]);
    let proposal = proposal(split(&[Regime::Us], &load, options));
    assert_eq!(places(&proposal), [(None, Some(3)), (None, Some(1))]);
    let open: Vec<_> = proposal
        .to_confirm()
        .map(|(_, finding)| finding.rule.as_ref())
        .collect();
    assert_eq!(open, ["O at 8 liquid × 5.1"]);
}

#[test]
fn ammonium_nitrate_stays_with_the_acid_rather_than_join_the_explosive_on_conditions() {
    // Footnote d of ADR 7.5.2.1 would allow it beside UN0081, but leaves a condition; a compartment leaves none.
    let load = load(&["UN1203", "UN0081", "UN1830:II", "UN1942"]);
    let proposal = proposal(split(&Regime::ALL, &load, APART));
    assert_eq!(vehicles(&proposal), [1, 2, 1, 1]);
    assert_eq!(proposal.to_confirm().count(), 0);
}

#[test]
fn forbidden_goods_are_named_and_no_split_helps_173_21() {
    let no = no_split(split(
        &Regime::ALL,
        &load(&["UN1203", "acetylene silver nitrate"]),
        Options::default(),
    ));
    let reason = &no.reasons[0];
    assert_eq!(
        (reason.obstacle, reason.finding.lines.as_slice()),
        (Obstacle::Alone, [1].as_slice())
    );
    assert_eq!(reason.finding.clause, "49 CFR 173.21(a)");
    assert!(no.is_proven);
}

#[test]
fn unknown_goods_and_a_number_of_many_rows_are_named_and_no_split_helps() {
    let no = no_split(split(
        &[Regime::Adr],
        &load(&["UN1203", "UN0081", "UN1950"]),
        Options::default(),
    ));
    assert_eq!(no.reasons[0].finding.lines, [2]);
    assert_eq!(no.answers.results[0].lines[2].rows_to_choose.len(), 12);
    let no = no_split(split(
        &[Regime::Us],
        &load(&["UN1203", "UN9999"]),
        Options::default(),
    ));
    assert_eq!(no.reasons[0].finding.lines, [1]);
}

#[test]
fn an_empty_load_and_no_regime_at_all_are_no_pass() {
    assert_eq!(
        no_split(split(&Regime::ALL, &load(&[]), Options::default()))
            .reasons
            .len(),
        2
    );
    assert!(
        no_split(split(&[], &load(&["UN1203"]), Options::default()))
            .reasons
            .is_empty()
    );
}

#[test]
fn a_load_without_an_open_condition_needs_no_split() {
    let needs_none = |load: &Load| {
        matches!(
            split(&Regime::ALL, load, Options::default()),
            Split::NotNeeded { .. }
        )
    };
    assert!(needs_none(&load(&["UN1203", "UN3077"])));
    let stated = [
        ("UN1203", Some(4), Some(2), None),
        ("UN1496", Some(4), Some(1), None),
    ];
    assert!(needs_none(&placed(&stated)));
    let result = check(Catalogue::embedded(), Regime::Us, &load(&["UN1203", "UN1496"]));
    assert!(needs_none(&crate::confirm_all(
        &load(&["UN1203", "UN1496"]),
        &result
    )));
}

#[test]
fn a_load_of_more_lines_than_any_may_have_is_not_split() {
    let load = Load {
        lines: vec![load(&["UN1203"]).lines[0].clone(); 201],
        ..Load::default()
    };
    assert_eq!(
        split(&[Regime::Us], &load, Options::default()),
        Split::TooLarge { lines: 201 }
    );
}

#[test]
fn what_is_missing_beside_one_other_is_told_and_the_two_are_separated_until_it_is_known() {
    // 8 beside 5.1: O for a liquid, blank for a solid.
    let lines = ["UN2803", "UN1496"];
    let checked = check(Catalogue::embedded(), Regime::Us, &load(&lines));
    assert_eq!(
        checked.lines[0].verdict,
        Verdict::Permitted,
        "alone nothing is missing"
    );
    let proposal = us(&lines);
    assert_eq!(vehicles(&proposal), [2, 1]);
    let missing: Vec<_> = proposal
        .missing
        .iter()
        .map(|missing| (missing.line, missing.need))
        .collect();
    assert_eq!(missing, [(0, AnyNeed::Own(Need::PhysicalState))]);
}

#[test]
fn lines_stay_where_the_person_put_them_where_that_costs_nothing() {
    let load = placed(&[
        ("UN1203", Some(3), None, None),
        ("UN0081", Some(3), None, None),
        ("UN1830:II", Some(7), None, None),
        ("UN1090", Some(3), None, None),
        ("UN1090", Some(3), None, None),
    ]);
    let proposal = proposal(split(&[Regime::Us], &load, Options::default()));
    assert_eq!(
        (proposal.vehicles.len(), proposal.moved.as_slice()),
        (2, [1, 2].as_slice())
    );
    assert_eq!(vehicles(&proposal), [3, 7, 3, 3, 3]);
}

#[test]
fn pinned_lines_keep_their_vehicle_and_two_that_clash_on_it_are_told() {
    let pinned = Options {
        pinned: true,
        ..Options::default()
    };
    let mut load = placed(&[
        ("UN0081", Some(2), None, None),
        ("UN1203", None, None, None),
        ("UN1830:II", Some(5), None, None),
    ]);
    load.lines.push(crate::load(&["UN0082"]).lines.remove(0));
    let proposal = proposal(split(&[Regime::Us], &load, pinned));
    assert_eq!(vehicles(&proposal), [2, 5, 5, 2]);
    load.lines[1].vehicle = Some(2);
    let no = no_split(split(&[Regime::Us], &load, pinned));
    assert_eq!(
        (no.reasons[0].obstacle, no.reasons[0].finding.lines.as_slice()),
        (Obstacle::Pinned, [0, 1].as_slice())
    );
}

#[test]
fn what_177_835_c_forbids_on_coupled_vehicles_passes_on_vehicles_that_travel_apart() {
    let no = no_split(split(
        &[Regime::Us],
        &load(&["UN0081", "us:UN1076"]),
        Options::default(),
    ));
    assert_eq!(
        (no.reasons[0].obstacle, no.vehicles_apart),
        (Obstacle::Coupled, Some(2))
    );
}

#[test]
fn too_few_vehicles_are_told_with_the_number_it_would_take() {
    let options = Options {
        vehicles: most(2),
        ..APART
    };
    let no = no_split(split(
        &[Regime::Us],
        &load(&["UN0081", "us:UN1076", "UN1203"]),
        options,
    ));
    assert_eq!((no.vehicles_needed, no.is_proven), (Some(3), true));
}

/// Lines that pass alone in the regimes, one for each row of the first regime's table.
fn pool(regimes: &[Regime]) -> Vec<Line> {
    let rows = Catalogue::embedded()
        .all(regimes[0])
        .iter()
        .filter(|row| row.number().is_some());
    let line = rows.map(|row| Line {
        physical_state: row.physical_state(),
        ..Line::from(row.id().to_string().parse::<LineSpec>().expect("a row"))
    });
    line.filter(|line| {
        judge(
            regimes,
            &Load {
                lines: vec![line.clone()],
                ..Load::default()
            },
        ) <= Verdict::Conditional
    })
    .collect()
}

static US_POOL: LazyLock<Vec<Line>> = LazyLock::new(|| pool(&[Regime::Us]));
static BOTH_POOL: LazyLock<Vec<Line>> = LazyLock::new(|| pool(&Regime::ALL));

fn judge(regimes: &[Regime], load: &Load) -> Verdict {
    let verdicts = regimes
        .iter()
        .map(|regime| check(Catalogue::embedded(), *regime, load).verdict);
    verdicts.max().unwrap_or(Verdict::NotCleared)
}

fn any_load(pool: &'static [Line], lines: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Load> {
    let travel = Travel::Apart;
    subsequence((0..pool.len()).collect::<Vec<_>>(), lines)
        .prop_shuffle()
        .prop_map(move |picked| Load {
            lines: picked.into_iter().map(|at| pool[at].clone()).collect(),
            travel,
            ..Load::default()
        })
}

/// Every way to part so many lines among vehicles, as the vehicle of each line.
fn partitions(lines: usize) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    for _ in 0..lines {
        let further = |part: Vec<u8>| {
            let next = part.iter().max().map_or(1, |most| most + 1);
            (1..=next).map(move |vehicle| part.iter().copied().chain([vehicle]).collect::<Vec<u8>>())
        };
        all = all.into_iter().flat_map(further).collect();
    }
    all
}

/// The fewest vehicles under which the check lets the load pass, by trying every way there is.
fn fewest_vehicles(regimes: &[Regime], load: &Load) -> usize {
    let passing = partitions(load.lines.len()).into_iter().filter(|part| {
        let mut load = load.clone();
        load.lines
            .iter_mut()
            .zip(part)
            .for_each(|(line, vehicle)| line.vehicle = Some(*vehicle));
        judge(regimes, &load) <= Verdict::Conditional
    });
    passing
        .map(|part| part.iter().max().map_or(0, |most| usize::from(*most)))
        .min()
        .expect("one vehicle a line")
}

/// How many vehicles the answer has; one that keeps the load as it is has one.
fn vehicles_of(split: &Split) -> usize {
    match split {
        Split::NotNeeded { .. } => 1,
        Split::Proposed(proposal) => proposal.vehicles.len(),
        other => panic!("every line passes alone: {}", text(other)),
    }
}

fn findings(regimes: &[Regime], load: &Load) -> BTreeSet<(Regime, Vec<usize>, String, String)> {
    let mut all = BTreeSet::new();
    for regime in regimes {
        for finding in check(Catalogue::embedded(), *regime, load).conflicts {
            let named = |lines: &[usize]| {
                (
                    *regime,
                    lines.to_vec(),
                    finding.clause.to_string(),
                    finding.rule.to_string(),
                )
            };
            all.extend(finding.places().map(named));
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_way_to_part_the_lines_takes_fewer_vehicles(
        us in any_load(&US_POOL, 2..=6),
        both in any_load(&BOTH_POOL, 2..=5),
    ) {
        for (regimes, load) in [([Regime::Us].as_slice(), us), (&Regime::ALL, both)] {
            let split = split(regimes, &load, Options::default());
            prop_assert_eq!(vehicles_of(&split), fewest_vehicles(regimes, &load));
        }
    }

    #[test]
    fn a_proposal_passes_the_check_adds_no_finding_and_changes_nothing_but_places(
        load in any_load(&BOTH_POOL, 2..=12),
    ) {
        if let Split::Proposed(proposal) = split(&Regime::ALL, &load, Options::default()) {
            prop_assert!(judge(&Regime::ALL, &proposal.load) <= Verdict::Conditional);
            let (before, after) = (findings(&Regime::ALL, &load), findings(&Regime::ALL, &proposal.load));
            prop_assert!(after.is_subset(&before), "{:?}", after.difference(&before));
            let mut back = proposal.load.clone();
            for line in &mut back.lines {
                (line.vehicle, line.compartment, line.bay) = (None, None, None);
            }
            prop_assert_eq!(back, load);
            prop_assert!(proposal.is_proven_smallest);
            for result in &proposal.answers.results {
                prop_assert_eq!(result, &check(Catalogue::embedded(), result.regime, &proposal.load));
            }
        }
    }

    #[test]
    fn the_order_of_lines_changes_no_number(load in any_load(&BOTH_POOL, 2..=12)) {
        let sizes = |load: &Load| {
            let Split::Proposed(proposal) = split(&Regime::ALL, load, Options::default()) else { return None };
            let compartments: usize = proposal.vehicles.iter().map(|vehicle| vehicle.compartments).sum();
            let bays: u32 = proposal.vehicles.iter().map(|vehicle| u32::from(vehicle.bays)).sum();
            Some((proposal.vehicles.len(), compartments, bays, proposal.moved.len()))
        };
        let mut reversed = load.clone();
        reversed.lines.reverse();
        prop_assert_eq!(sizes(&load), sizes(&reversed));
    }

    #[test]
    fn forty_different_goods_are_split_exactly(load in any_load(&BOTH_POOL, 40..=40)) {
        let Split::Proposed(proposal) = split(&Regime::ALL, &load, Options::default()) else {
            return Ok(());
        };
        prop_assert!(proposal.is_proven_smallest);
        prop_assert!(judge(&Regime::ALL, &proposal.load) <= Verdict::Conditional);
    }

    #[test]
    fn what_is_split_stays_split(load in any_load(&BOTH_POOL, 2..=10)) {
        if let Split::Proposed(proposal) = split(&Regime::ALL, &load, Options::default()) {
            let again = split(&Regime::ALL, &proposal.load, Options::default());
            prop_assert!(matches!(again, Split::NotNeeded { .. }), "{}", text(&again));
        }
    }
}

#[test]
fn two_hundred_lines_are_split_and_the_answer_says_how_sure_it_is() {
    let lines: Vec<Line> = BOTH_POOL
        .iter()
        .step_by(BOTH_POOL.len() / 200)
        .take(200)
        .cloned()
        .collect();
    let load = Load {
        lines,
        travel: Travel::Apart,
        ..Load::default()
    };
    let proposal = proposal(split(&Regime::ALL, &load, Options::default()));
    assert!(judge(&Regime::ALL, &proposal.load) <= Verdict::Conditional);
    assert_eq!(
        proposal
            .vehicles
            .iter()
            .map(|vehicle| vehicle.lines.len())
            .sum::<usize>(),
        200
    );
}

#[test]
fn the_text_names_vehicles_places_and_clauses() {
    let load = load(&["UN1203", "UN0081", "UN1830:II", "UN1496"]);
    let text = text(&split(&[Regime::Us], &load, Options::default()));
    for part in [
        "may pass on 2 vehicles, coupled, once the conditions below are confirmed (nothing smaller will do)",
        "UN1830, packing group II, compartment 2, bay 3",
        "on different vehicles, lines 1 and 2: ",
        "49 CFR 177.848(e)(3)",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn the_text_promises_no_pass_while_a_condition_is_open_and_lists_what_is_to_be_confirmed() {
    // 3 beside 5.1: O. With one compartment only a person can say that a leak cannot bring them together.
    let one_compartment = Options {
        compartments: most(1),
        ..Options::default()
    };
    let acid = load(&["UN1830:II", "UN1496"]);
    let open = text(&split(&[Regime::Us], &acid, one_compartment));
    let promise =
        "it may pass on 1 vehicle once the conditions below are confirmed (nothing smaller will do)";
    assert!(open.starts_with(promise), "{open}");
    assert!(open.contains("  to confirm, lines 1 and 2: "), "{open}");

    let petrol = load(&["UN1203", "UN1496"]);
    let kept = text(&split(&[Regime::Us], &petrol, one_compartment));
    let (first, rest) = kept.split_once('\n').expect("several lines");
    assert_eq!(
        first,
        "no split is needed: nothing is prohibited, and on the same vehicles no other place would spare a condition"
    );
    assert!(rest.contains("  to confirm, lines 1 and 2: "), "{kept}");
    assert!(rest.contains("49 CFR 177.848(d)"), "{kept}");
}

#[test]
fn an_answer_survives_json() {
    let answers = [
        split(&[Regime::Us], &load(&["UN1203", "UN0081"]), Options::default()),
        split(&[Regime::Us], &load(&["UN1203", "UN9999"]), Options::default()),
        split(&[Regime::Us], &load(&["UN1203"]), Options::default()),
    ];
    for answer in answers {
        let json = serde_json::to_string(&answer).expect("json");
        assert_eq!(
            serde_json::from_str::<Split>(&json).expect("the same answer"),
            answer
        );
    }
    let options: Options = serde_json::from_str(r#"{"vehicles":2,"travel":"apart"}"#).expect("options");
    assert_eq!(
        (options.vehicles, options.travel, options.pinned),
        (most(2), Some(Travel::Apart), false)
    );
    assert!(serde_json::from_str::<Options>(r#"{"vehicles":0}"#).is_err());
}
