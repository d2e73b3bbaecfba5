//! The search against trying everything, on problems without any law in them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::problem::{Node, Problem};
use super::search::{Budget, Found, find};
use super::set::Set;

/// What a vehicle has room for.
const ROOM: u64 = 6;

/// Nodes of one line each on vehicle 1, with pairs that keep apart in some way.
fn problem(nodes: usize, relations: &[(usize, usize, u8)]) -> Problem {
    let related = |at: usize, kind: u8| -> Set {
        let of = relations.iter().filter(|(.., way)| way & kind != 0);
        of.filter_map(|&(a, b, _)| if a == at { Some(b) } else { (b == at).then_some(a) })
            .collect()
    };
    let node = |at: usize| Node {
        lines: vec![at],
        vehicle: 1,
        is_pinned: false,
        apart: related(at, 1),
        uncoupled: Set::default(),
        walls: related(at, 2),
        bays: related(at, 4),
        asked: related(at, 8),
        room: 0,
    };
    Problem {
        nodes: (0..nodes).map(node).collect(),
        most_vehicles: 200,
        most_compartments: usize::MAX,
        most_room: ROOM,
    }
}

fn count(found: &Found) -> usize {
    found.vehicles.as_ref().map_or(0, Vec::len)
}

#[test]
fn a_ring_of_five_needs_three_vehicles_and_a_ring_of_six_two() {
    let ring = |nodes: usize| -> Vec<_> { (0..nodes).map(|at| (at, (at + 1) % nodes, 1)).collect() };
    let (five, six) = (
        find(&problem(5, &ring(5)), 1_000),
        find(&problem(6, &ring(6)), 1_000),
    );
    assert_eq!((count(&five), count(&six)), (3, 2));
    assert!(five.is_proven && six.is_proven);
}

#[test]
fn a_graph_without_triangles_may_need_four_vehicles() {
    // Mycielski's graph of the ring of five (Grötzsch).
    let mut pairs: Vec<(usize, usize, u8)> = Vec::new();
    for at in 0..5 {
        let next = (at + 1) % 5;
        pairs.extend([
            (at, next, 1),
            (5 + at, next, 1),
            (at, 5 + next, 1),
            (5 + at, 10, 1),
        ]);
    }
    let found = find(&problem(11, &pairs), 10_000);
    assert_eq!((count(&found), found.is_proven), (4, true));
}

#[test]
fn a_search_that_ends_at_its_limit_says_so() {
    let pairs: Vec<(usize, usize, u8)> = (0..5).map(|at| (at, (at + 1) % 5, 1)).collect();
    let found = find(&problem(5, &pairs), 6);
    assert!(count(&found) >= 3 && !found.is_proven);
}

#[test]
fn goods_that_may_not_be_coupled_stay_on_one_vehicle_or_nowhere() {
    let mut problem = problem(2, &[]);
    problem.nodes[0].uncoupled.insert(1);
    problem.nodes[1].uncoupled.insert(0);
    assert_eq!(count(&find(&problem, 100)), 1);
    problem.nodes[0].apart.insert(1);
    problem.nodes[1].apart.insert(0);
    let found = find(&problem, 100);
    assert!(found.vehicles.is_none() && found.is_proven);
}

/// Vehicles, open pairs, walls, bays and moved lines of an arrangement of the search.
fn cost_of(problem: &Problem, found: &Found) -> Option<[usize; 5]> {
    let vehicles = found.vehicles.as_ref()?;
    let mut cost = [vehicles.len(), 0, 0, 0, 0];
    for vehicle in vehicles {
        let spots = vehicle.bays(problem, &mut Budget::new(1_000_000));
        for (a, a_bay) in &spots {
            let node = &problem.nodes[a.node];
            for (b, b_bay) in spots.iter().filter(|(b, _)| b.node > a.node) {
                let is_walled = a.compartment.is_some() && a.compartment != b.compartment;
                cost[1] += usize::from(node.asked.contains(b.node));
                cost[1] += usize::from(node.walls.contains(b.node) && !is_walled);
                let far = a_bay.zip(*b_bay).is_some_and(|(a, b)| a.abs_diff(b) > 1);
                assert!(!node.bays.contains(b.node) || far, "goods are too near");
            }
            cost[4] += usize::from(vehicle.label != 1);
        }
        let compartments: BTreeSet<usize> = spots.iter().filter_map(|(spot, _)| spot.compartment).collect();
        cost[2] += compartments.len().saturating_sub(1);
        cost[3] += spots
            .iter()
            .filter_map(|(_, bay)| *bay)
            .max()
            .map_or(0, usize::from);
    }
    Some(cost)
}

/// All ways to sort so many things into unnamed heaps.
fn heaps(things: usize) -> Vec<Vec<usize>> {
    (0..things).fold(vec![Vec::new()], |all, _| {
        let further = |part: Vec<usize>| {
            let next = part.iter().max().map_or(0, |most| most + 1);
            (0..=next).map(move |heap| part.iter().copied().chain([heap]).collect::<Vec<usize>>())
        };
        all.into_iter().flat_map(further).collect()
    })
}

/// The fewest bays for goods in compartments, by trying all; none where nothing is kept by bays.
fn fewest_bays(problem: &Problem, on_board: &[usize], compartment: impl Fn(usize) -> Option<usize>) -> usize {
    let kept = |a: usize, b: usize| problem.nodes[a].bays.contains(b);
    if !on_board.iter().any(|&a| on_board.iter().any(|&b| kept(a, b))) {
        return 0;
    }
    let fits = |bays: &[usize]| {
        let mut ranges: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (&node, &bay) in on_board.iter().zip(bays) {
            if let Some(compartment) = compartment(node) {
                let range = ranges.entry(compartment).or_insert((bay, bay));
                *range = (range.0.min(bay), range.1.max(bay));
            }
        }
        let ranges: Vec<_> = ranges.into_values().collect();
        let apart = |(i, a): (usize, &(usize, usize))| ranges[..i].iter().all(|b| a.1 < b.0 || b.1 < a.0);
        let far = |i: usize, j: usize| !kept(on_board[i], on_board[j]) || bays[i].abs_diff(bays[j]) > 1;
        ranges.iter().enumerate().all(apart) && (0..bays.len()).all(|i| (0..i).all(|j| far(i, j)))
    };
    let tries = |most: usize| {
        let count = most.pow(on_board.len() as u32);
        (0..count).any(|code| {
            let digits = (0..on_board.len() as u32).map(|at| code / most.pow(at) % most + 1);
            fits(&digits.collect::<Vec<_>>())
        })
    };
    (1..).find(|&most| tries(most)).unwrap_or(0)
}

/// The best cost there is, by trying every vehicle and compartment for every node.
fn best_cost(problem: &Problem) -> Option<[usize; 5]> {
    let count = problem.nodes.len();
    let relation = |a: usize, b: usize, of: fn(&Node) -> &Set| of(&problem.nodes[a]).contains(b);
    let mut best: Option<[usize; 5]> = None;
    let ways = heaps(count);
    for vehicles in &ways {
        let pairs = || {
            (0..count)
                .flat_map(|a| (0..a).map(move |b| (a, b)))
                .filter(|&(a, b)| vehicles[a] == vehicles[b])
        };
        if pairs().any(|(a, b)| relation(a, b, |node| &node.apart)) {
            continue;
        }
        let used = vehicles.iter().max().map_or(0, |most| most + 1);
        let taken = |vehicle: usize| -> u64 {
            let on_it = (0..count).filter(|&node| vehicles[node] == vehicle);
            on_it.map(|node| problem.nodes[node].room).sum()
        };
        if (0..used).any(|vehicle| taken(vehicle) > ROOM) {
            continue;
        }
        let sizes = (0..used).map(|at| vehicles.iter().filter(|vehicle| **vehicle == at).count());
        let moved = count - sizes.max().unwrap_or(0);
        for compartments in &ways {
            let is_walled = |a: usize| {
                (0..count).any(|b| vehicles[a] == vehicles[b] && relation(a, b, |node| &node.walls))
            };
            let compartment = |a: usize| is_walled(a).then_some(compartments[a]);
            let left = |&(a, b): &(usize, usize)| {
                relation(a, b, |node| &node.walls) && compartments[a] == compartments[b]
            };
            let open = pairs().filter(left).count()
                + pairs()
                    .filter(|&(a, b)| relation(a, b, |node| &node.asked))
                    .count();
            let (mut walls, mut bays) = (0, 0);
            for vehicle in 0..used {
                let on_board: Vec<usize> = (0..count).filter(|&node| vehicles[node] == vehicle).collect();
                let spaces: BTreeSet<usize> = on_board.iter().filter_map(|&node| compartment(node)).collect();
                walls += spaces.len().saturating_sub(1);
                if best.is_none_or(|best| [used, open, walls, 0, 0] <= best) {
                    bays += fewest_bays(problem, &on_board, compartment);
                }
            }
            let cost = [used, open, walls, bays, moved];
            // A cost that was given up above is no less than the best in its first three numbers.
            if best.is_none_or(|best| cost[..3] < best[..3] || (cost[..3] == best[..3] && cost < best)) {
                best = Some(cost);
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_search_finds_what_trying_everything_finds(
        nodes in 2_usize..=5,
        ways in vec(prop_oneof![4 => Just(0_u8), 2 => Just(1), 2 => Just(2), 2 => Just(6), 1 => Just(4), 1 => Just(8)], 10),
        rooms in vec(prop_oneof![2 => Just(0), 1 => 1..=ROOM], 5),
    ) {
        let pairs = (0..nodes).flat_map(|a| (0..a).map(move |b| (a, b)));
        let relations: Vec<_> = pairs.zip(ways).map(|((a, b), way)| (a, b, way)).collect();
        let mut problem = problem(nodes, &relations);
        for (node, room) in problem.nodes.iter_mut().zip(rooms) {
            node.room = room;
        }
        let found = find(&problem, 1_000_000);
        prop_assert!(found.is_proven);
        prop_assert_eq!(cost_of(&problem, &found), best_cost(&problem));
    }
}
