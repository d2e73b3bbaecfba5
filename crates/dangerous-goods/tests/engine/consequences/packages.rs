//! How many packages of excepted quantities a vehicle or container may carry (ADR 3.5.5): as a limit, in the check and
//! in the split.

use dangerous_goods::Verdict::{Conditional, Permitted, Prohibited};
use dangerous_goods::consequence::limits::{self, Within};
use dangerous_goods::split::{Apart, Obstacle, Options, Split, propose, text};
use dangerous_goods::{Catalogue, Line, Load, Regime, check};

use super::load;
use crate::{by_clause, findings, notes};

/// A line of excepted quantities on a vehicle; no number of packages where it is not known.
fn excepted(goods: &str, packages: Option<u32>, vehicle: u8) -> Line {
    let mut line = load(&[&format!("{goods}:EQ")]).lines.remove(0);
    (line.packages, line.vehicle) = (packages, Some(vehicle));
    line
}

fn packages_a_vehicle(lines: Vec<Line>) -> Vec<(usize, Within, String)> {
    let load = Load::new(lines).expect("a load");
    let limits = limits::of(Catalogue::embedded(), Regime::Adr, &load).into_iter();
    let counted = limits.filter(|limit| limit.clause == "ADR 3.5.5");
    counted
        .map(|limit| (limit.line, limit.within, limit.sentence))
        .collect()
}

#[test]
fn a_vehicle_carries_at_most_1000_packages_of_excepted_quantities_3_5_5() {
    let (petrol, acid) = ("UN1203", "UN1824:II");
    let at_most = packages_a_vehicle(vec![excepted(petrol, Some(600), 1), excepted(acid, Some(400), 1)]);
    assert_eq!((at_most[0].0, at_most[0].1), (0, Within::Yes));
    let over = packages_a_vehicle(vec![excepted(petrol, Some(600), 1), excepted(acid, Some(401), 1)]);
    assert_eq!(over.len(), 1, "one limit a vehicle");
    assert_eq!(over[0].1, Within::No);
    assert!(over[0].2.contains("vehicle 1 carries 1001 packages"), "{over:?}");
    // Coupled or not, each vehicle counts for itself.
    let parted = packages_a_vehicle(vec![excepted(petrol, Some(600), 1), excepted(acid, Some(600), 2)]);
    assert!(parted.iter().all(|limit| limit.1 == Within::Yes) && parted.len() == 2);
}

#[test]
fn an_unknown_number_of_packages_of_excepted_quantities_is_named() {
    let open = packages_a_vehicle(vec![
        excepted("UN1203", Some(600), 1),
        excepted("UN1824:II", None, 1),
    ]);
    assert_eq!(
        (open[0].0, open[0].1),
        (1, Within::NotKnown),
        "the line that does not say"
    );
    assert!(
        open[0].2.contains("the number of packages of line 2 is missing"),
        "{open:?}"
    );
    // What is known is too much already.
    let over = packages_a_vehicle(vec![
        excepted("UN1203", Some(1001), 1),
        excepted("UN1824:II", None, 1),
    ]);
    assert_eq!(over[0].1, Within::No);
}

#[test]
fn packages_as_small_as_3_5_1_4_says_are_not_counted_and_code_e3_has_none() {
    let tiny = |goods: &str, inner: &str, all: &str| {
        let mut line = excepted(goods, Some(2_000), 1);
        line.inner_quantity = Some(inner.parse().expect("a quantity"));
        line.quantity = Some(all.parse().expect("a quantity"));
        packages_a_vehicle(vec![line]).len()
    };
    // Petrol is E2: 1 ml in an inner packaging, 2,000 packages of 100 ml each.
    assert_eq!(tiny("UN1203", "0.001 L", "200 L"), 0);
    assert_eq!(tiny("UN1203", "0.002 L", "200 L"), 1);
    assert_eq!(tiny("UN1203", "0.001 L", "200.001 L"), 1);
    let e3 = Catalogue::embedded().all(Regime::Adr).iter();
    let e3 = e3
        .filter(|row| row.excepted_quantity() == "E3")
        .map(|row| row.id().to_string());
    assert_eq!(
        tiny(&e3.into_iter().next().expect("a row"), "0.001 L", "200 L"),
        1
    );
}

#[test]
fn the_united_states_count_no_packages_of_excepted_quantities() {
    let load = Load::new(vec![excepted("UN1203", Some(5_000), 1)]).expect("a load");
    let limits = limits::of(Catalogue::embedded(), Regime::Us, &load);
    assert!(
        limits
            .iter()
            .all(|limit| limit.clause.starts_with("49 CFR 173.4a"))
    );
}

/// A load of petrol in excepted quantities: so many packages on each vehicle.
fn petrol(packages: &[Option<u32>]) -> Load {
    let mut load = load(&vec!["UN1203:EQ"; packages.len()]);
    for (line, packages) in load.lines.iter_mut().zip(packages) {
        line.packages = *packages;
    }
    load
}

#[test]
fn more_than_1000_packages_of_excepted_quantities_on_a_vehicle_are_prohibited_3_5_5() {
    let judged = |load: &Load| check(Catalogue::embedded(), Regime::Adr, load);
    assert_eq!(judged(&petrol(&[Some(600), Some(400)])).verdict, Permitted);
    let mut over = petrol(&[Some(600), Some(401)]);
    let result = judged(&over);
    assert_eq!((result.verdict, result.is_compatible), (Prohibited, false));
    let rule = "packages of excepted quantities";
    assert_eq!(findings(&result), [("ADR 3.5.5", rule, Prohibited); 2]);
    assert!(result.lines.iter().all(|line| line.verdict == Prohibited));
    assert!(result.conflicts[0].sentence.contains("1001 packages"));
    // On two vehicles there is no such thing, nor in the United States.
    over.lines[1].vehicle = Some(2);
    assert_eq!(judged(&over).verdict, Permitted);
    let us = check(Catalogue::embedded(), Regime::Us, &petrol(&[Some(5_000)]));
    assert_eq!(us.verdict, Conditional, "but for what aircraft may carry");
    assert!(by_clause(&us, "ADR 3.5.5").is_none());
}

#[test]
fn packages_that_nobody_counted_are_asked_for_and_break_nothing() {
    let result = check(Catalogue::embedded(), Regime::Adr, &petrol(&[Some(600), None]));
    assert_eq!(result.verdict, Permitted);
    assert!(notes(&result).contains(&("ADR 3.5.5", 1)), "{:?}", result.notes);
    let over = check(Catalogue::embedded(), Regime::Adr, &petrol(&[Some(1_001), None]));
    assert_eq!(over.verdict, Prohibited);
}

fn split(packages: &[Option<u32>], options: Options) -> Split {
    propose(Catalogue::embedded(), &Regime::ALL, &petrol(packages), options)
}

#[test]
fn a_split_spreads_packages_of_excepted_quantities_over_as_few_vehicles_as_carry_them() {
    for (packages, vehicles) in [
        (vec![Some(600), Some(401)], 2),
        (vec![Some(400); 3], 2),
        (vec![Some(501); 4], 4),
        (vec![Some(600), Some(600), Some(400), Some(400)], 2),
        (vec![Some(500); 30], 15),
        (vec![Some(334); 30], 15),
    ] {
        let Split::Proposed(proposal) = split(&packages, Options::default()) else {
            panic!("no split of {packages:?}");
        };
        assert_eq!(proposal.vehicles.len(), vehicles, "{packages:?}");
        assert!(
            proposal.is_proven_smallest
                && proposal
                    .answers
                    .results
                    .iter()
                    .all(|result| result.verdict < Prohibited)
        );
        let reason = &proposal.separations[0];
        assert_eq!(
            (reason.by, reason.finding.clause.as_ref()),
            (Apart::Vehicles, "ADR 3.5.5")
        );
    }
    assert!(matches!(
        split(&[Some(600), Some(400)], Options::default()),
        Split::NotNeeded { .. }
    ));
}

#[test]
fn no_split_helps_a_line_of_too_many_packages_nor_lines_that_have_to_stay_together() {
    let no_split = |packages: &[Option<u32>], options: Options| match split(packages, options) {
        Split::NoSplitHelps(no) => *no,
        other => panic!("a split: {}", text(&other)),
    };
    let alone = no_split(&[Some(1_001)], Options::default());
    assert_eq!(
        (alone.reasons[0].obstacle, alone.is_proven),
        (Obstacle::Alone, true)
    );
    let mut load = petrol(&[Some(600), Some(401)]);
    load.lines.iter_mut().for_each(|line| line.vehicle = Some(1));
    let pinned = Options {
        pinned: true,
        ..Options::default()
    };
    let Split::NoSplitHelps(no) = propose(Catalogue::embedded(), &[Regime::Adr], &load, pinned) else {
        panic!("they stay");
    };
    assert_eq!(no.reasons[0].obstacle, Obstacle::Pinned);
    assert_eq!(no.reasons[0].finding.clause, "ADR 3.5.5");
    let few = Options {
        vehicles: std::num::NonZeroU8::new(1),
        ..Options::default()
    };
    assert_eq!(no_split(&[Some(600), Some(401)], few).vehicles_needed, Some(2));
}
