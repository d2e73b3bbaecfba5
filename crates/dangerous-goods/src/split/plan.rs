//! An arrangement written into the load, judged again by the check, and explained.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::answers::Told;
use super::layout::Spot;
use super::problem::Problem;
use super::search::{self, Budget};
use super::{Apart, Missing, Proposal, Separation, Task, Vehicle, is_open, narrowed};
use crate::check::Verdict;
use crate::load::{Line, Load, Travel};

/// Writes the arrangement down and asks the check about it.
pub(super) fn write(
    task: &Task<'_>,
    problem: &Problem,
    vehicles: &[search::Vehicle],
    is_proven: bool,
) -> Proposal {
    write_travelling(task, task.load.travel, problem, vehicles, is_proven)
}

/// The same with another way to travel.
pub(super) fn write_travelling(
    task: &Task<'_>,
    travel: Travel,
    problem: &Problem,
    vehicles: &[search::Vehicle],
    is_proven: bool,
) -> Proposal {
    let mut plan = Plan {
        problem,
        load: Load {
            travel,
            ..task.load.clone()
        },
        vehicles: Vec::new(),
    };
    for (label, vehicle) in numbered(problem, vehicles) {
        plan.vehicle(label, vehicle);
    }
    plan.vehicles.sort_by_key(|vehicle| vehicle.vehicle);
    let before = |line: &usize| task.load.vehicle(*line);
    let moved = (0..plan.load.lines.len()).filter(|line| plan.load.vehicle(*line) != before(line));
    let separations = separations(task, &plan.load);
    Proposal {
        moved: moved.collect(),
        answers: task.under.ask(&plan.load),
        is_proven_smallest: is_proven,
        one_vehicle_each: one_vehicle_each(problem, vehicles.len()),
        missing: missing(task, &separations),
        separations,
        vehicles: plan.vehicles,
        load: plan.load,
    }
}

/// A witness that fewer vehicles will not do, if there is a simple one.
fn one_vehicle_each(problem: &Problem, vehicles: usize) -> Vec<usize> {
    let clique = problem.clique(|node| node.apart);
    if vehicles < 2 || clique.len() < vehicles {
        return Vec::new();
    }
    let mut lines: Vec<usize> = clique
        .iter()
        .filter_map(|&node| problem.nodes[node].lines.first().copied())
        .collect();
    lines.sort_unstable();
    lines
}

/// The vehicles with their numbers: new ones, in the order of their first lines, take the numbers of
/// vehicles that would stay empty, then further ones.
fn numbered<'a>(problem: &Problem, vehicles: &'a [search::Vehicle]) -> Vec<(u8, &'a search::Vehicle)> {
    let known = problem.labels();
    let (old, mut new): (Vec<_>, Vec<_>) = vehicles
        .iter()
        .partition(|vehicle| known.contains(&vehicle.label));
    let first = |vehicle: &&search::Vehicle| {
        let nodes = vehicle.on_board.iter();
        nodes.flat_map(|node| &problem.nodes[node].lines).min()
    };
    new.sort_by_key(first);
    let is_empty = |label: &u8| old.iter().all(|vehicle| vehicle.label != *label);
    let further = (1..=u8::MAX).filter(|label| !known.contains(label));
    let numbers: Vec<u8> = known.iter().copied().filter(is_empty).chain(further).collect();
    let kept = old.iter().map(|vehicle| (vehicle.label, *vehicle));
    kept.chain(numbers.into_iter().zip(new)).collect()
}

struct Plan<'a> {
    problem: &'a Problem,
    load: Load,
    vehicles: Vec<Vehicle>,
}

impl Plan<'_> {
    fn vehicle(&mut self, label: u8, vehicle: &search::Vehicle) {
        let mut spots = vehicle.bays(self.problem, &mut Budget::new(u64::MAX));
        let compartments = self.number_compartments(label, &mut spots);
        let bays = spots.iter().filter_map(|(_, bay)| *bay).max().unwrap_or(0);
        let mut lines: Vec<usize> = Vec::new();
        let is_kept = self.is_good_already(label, &spots, compartments, bays);
        for (spot, bay) in &spots {
            let compartment = spot.compartment.and_then(|number| u8::try_from(number).ok());
            for &at in &self.problem.nodes[spot.node].lines {
                lines.push(at);
                let is_moved = self.load.vehicle(at) != label;
                let line = &mut self.load.lines[at];
                line.vehicle = Some(label);
                if is_kept {
                    continue;
                }
                // What a plan said of the vehicle before holds no longer once its walls are moved.
                if is_moved || compartments > 1 || bays > 0 {
                    (line.compartment, line.bay) = (compartment, *bay);
                }
            }
        }
        lines.sort_unstable();
        self.vehicles.push(Vehicle {
            vehicle: label,
            lines,
            compartments,
            bays,
        });
    }

    /// Gives compartments their numbers and counts them; where one is enough, none is named.
    ///
    /// Bays say what is in front, so the compartments follow them; without bays a compartment keeps the
    /// number that most of its lines have.
    fn number_compartments(&self, label: u8, spots: &mut [(Spot, Option<u8>)]) -> usize {
        let mut order: BTreeMap<usize, (Option<u8>, usize)> = BTreeMap::new();
        for (spot, bay) in spots.iter() {
            if let Some(compartment) = spot.compartment {
                let first = self.problem.nodes[spot.node]
                    .lines
                    .first()
                    .copied()
                    .unwrap_or_default();
                let place = order.entry(compartment).or_insert((*bay, first));
                *place = (*place).min((*bay, first));
            }
        }
        let mut order: Vec<_> = order
            .into_iter()
            .map(|(compartment, place)| (place, compartment))
            .collect();
        order.sort_unstable();
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        for ((bay, _), compartment) in &order {
            let stated = self.stated(label, spots, *compartment).filter(|_| bay.is_none());
            let is_free = |number: &usize| numbers.values().all(|taken| taken != number);
            if let Some(number) = stated.filter(is_free) {
                numbers.insert(*compartment, number);
            }
        }
        for (_, compartment) in &order {
            let is_free = |number: &usize| numbers.values().all(|taken| taken != number);
            let number = (1..=order.len()).find(is_free);
            numbers.entry(*compartment).or_insert(number.unwrap_or(1));
        }
        let is_needed = order.len() > 1;
        for (spot, _) in spots.iter_mut() {
            let number = spot
                .compartment
                .and_then(|compartment| numbers.get(&compartment).copied());
            spot.compartment = number.filter(|_| is_needed);
        }
        order.len().max(1)
    }

    /// The number most lines of a compartment have, of those that were on the vehicle before.
    fn stated(&self, label: u8, spots: &[(Spot, Option<u8>)], compartment: usize) -> Option<usize> {
        let inside = spots
            .iter()
            .filter(|(spot, _)| spot.compartment == Some(compartment));
        let lines = inside.flat_map(|(spot, _)| &self.problem.nodes[spot.node].lines);
        let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
        for &line in lines.filter(|line| self.load.vehicle(**line) == label) {
            if let Some(number) = self.load.lines[line].compartment {
                *counts.entry(number).or_default() += 1;
            }
        }
        let most = counts
            .into_iter()
            .max_by_key(|(number, count)| (*count, Reverse(*number)));
        most.map(|(number, _)| number.into())
    }

    /// Whether the places that people stated for a vehicle are already as good as those found.
    fn is_good_already(
        &self,
        label: u8,
        spots: &[(Spot, Option<u8>)],
        compartments: usize,
        bays: u8,
    ) -> bool {
        let on_board = || {
            let nodes = spots.iter().map(|(spot, _)| spot.node);
            nodes.flat_map(|node| {
                self.problem.nodes[node]
                    .lines
                    .iter()
                    .map(move |&line| (node, line))
            })
        };
        let (mut used, mut last) = (BTreeSet::new(), 0);
        for (a, a_line) in on_board() {
            if self.load.vehicle(a_line) != label {
                return false;
            }
            let (node, here) = (&self.problem.nodes[a], &self.load.lines[a_line]);
            for (b, b_line) in on_board() {
                let there = &self.load.lines[b_line];
                let (needs_wall, needs_bays) = (node.walls.contains(b), node.bays.contains(b));
                if (needs_wall && !differ(here, there)) || (needs_bays && !are_far(here, there)) {
                    return false;
                }
                used.extend(here.compartment.filter(|_| needs_wall));
                last = last.max(here.bay.filter(|_| needs_bays).unwrap_or(0));
            }
        }
        used.len() <= compartments && last <= bays
    }
}

/// The rules for lines on one vehicle that the places of the load meet, and how.
fn separations(task: &Task<'_>, load: &Load) -> Vec<Separation> {
    let relations = &task.relations;
    let mut separations = Vec::new();
    for (together, walled) in relations.together.told().zip(relations.walled.told()) {
        let walled = in_spite_of_walls(&walled);
        separations.extend(too_many_on_one_vehicle(&together));
        for finding in together
            .conflicts
            .iter()
            .filter(|finding| finding.lines.len() == 2)
        {
            for by in [Apart::Vehicles, Apart::Compartments, Apart::Bays] {
                let is_met = |lines: &[usize]| {
                    let &[a, b] = lines else { return false };
                    let needs_bays = walled.contains(&(lines, finding.rule.as_ref()));
                    let (one, other) = (&load.lines[a], &load.lines[b]);
                    let is_shared = load.vehicle(a) == load.vehicle(b);
                    match by {
                        Apart::Vehicles => !is_shared && finding.verdict > Verdict::Conditional,
                        Apart::Compartments => {
                            is_shared && !needs_bays && relations.walls[a].contains(b) && differ(one, other)
                        }
                        Apart::Bays => {
                            is_shared && needs_bays && relations.bays[a].contains(b) && are_far(one, other)
                        }
                    }
                };
                separations.extend(narrowed(finding, is_met).map(|finding| Separation {
                    regime: together.regime,
                    by,
                    finding,
                }));
            }
        }
    }
    separations.sort_by_key(|separation| separation.by);
    separations
}

/// What is said of a line for all that would be on its vehicle: alone nothing stands against it, or there were no plan.
fn too_many_on_one_vehicle(together: &Told<'_>) -> impl Iterator<Item = Separation> {
    let refused = together
        .conflicts
        .iter()
        .filter(|finding| finding.lines.len() == 1 && finding.verdict > Verdict::Conditional);
    refused.map(|finding| Separation {
        regime: together.regime,
        by: Apart::Vehicles,
        finding: finding.clone(),
    })
}

/// The conditions that stay where every line has a compartment of its own.
fn in_spite_of_walls<'a>(told: &Told<'a>) -> HashSet<(&'a [usize], &'a str)> {
    let open = told.conflicts.iter().filter(|finding| is_open(finding));
    open.flat_map(|finding| finding.places().map(|lines| (lines, finding.rule.as_ref())))
        .collect()
}

fn differ(a: &Line, b: &Line) -> bool {
    a.compartment.zip(b.compartment).is_some_and(|(a, b)| a != b)
}

fn are_far(a: &Line, b: &Line) -> bool {
    a.bay.zip(b.bay).is_some_and(|(a, b)| a.abs_diff(b) > 1)
}

/// What nobody has said of lines that are on different vehicles for that reason.
fn missing(task: &Task<'_>, separations: &[Separation]) -> Vec<Missing> {
    let mut missing = Vec::new();
    for (together, alone) in task.relations.together.told().zip(task.relations.alone.told()) {
        let regime = together.regime;
        for line in 0..task.load.lines.len() {
            let matters = |separation: &Separation| {
                let is_unclear = separation.finding.verdict == Verdict::NotCleared;
                is_unclear
                    && separation.regime == regime
                    && separation.finding.places().any(|lines| lines.contains(&line))
            };
            if separations.iter().any(matters) {
                let known = alone.needs(line);
                let needs = together.needs(line).into_iter();
                let needs = needs.filter(|need| !known.contains(need));
                missing.extend(needs.map(|need| Missing { regime, line, need }));
            }
        }
    }
    missing
}
