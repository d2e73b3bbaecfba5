//! The best arrangement of a problem: branch and bound, one goal after the other.
//!
//! The first goal is fewest vehicles (graph colouring). Each further goal is improved while every earlier
//! one keeps the best value it has: conditions left open, walls between compartments, bays, lines moved.
//! The next node is always the one with the fewest places left (DSATUR). What is counted is steps, not time,
//! so that the answer is the same on every machine. `bound` tells what is worth a look, this module looks.

mod bound;

use self::bound::Choice;
use super::layout::{self, Spot};
use super::problem::Problem;
use super::set::Set;

/// The goals in the order of their importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Goal {
    /// Vehicles.
    Vehicles,
    /// Pairs of lines left beside each other with a condition that another place would spare.
    Open,
    /// Walls: compartments beyond the first of each vehicle.
    Walls,
    /// Bays of the vehicles on which position matters.
    Bays,
    /// Lines on another vehicle than before.
    Moved,
}

impl Goal {
    pub(super) const ALL: [Self; 5] = [Self::Vehicles, Self::Open, Self::Walls, Self::Bays, Self::Moved];
}

/// A number for each goal; the smaller the better, the first difference counts.
pub(super) type Cost = [u32; Goal::ALL.len()];

/// How many steps may still be taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(u64);

impl Budget {
    pub(super) const fn new(steps: u64) -> Self {
        Self(steps)
    }

    /// Takes a step; tells whether there was one left.
    pub(super) const fn spend(&mut self) -> bool {
        let was_left = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        was_left
    }

    pub(super) const fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

/// A vehicle with what is on board.
#[derive(Debug, Clone)]
pub(super) struct Vehicle {
    pub(super) label: u8,
    pub(super) on_board: Set,
    pub(super) compartments: Vec<Set>,
    bays: u32,
}

/// What the search found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The best arrangement, a place for every node; nothing where none within the limits was found.
    pub(super) vehicles: Option<Vec<Vehicle>>,
    /// Whether the search was complete for every goal but the last: nothing better exists.
    pub(super) is_proven: bool,
}

/// Fewest lines moved is good to have and no part of what is called smallest.
const MOVED_STEPS: u64 = 20_000;

/// Finds the best arrangement, with so many steps a goal.
pub(super) fn find(problem: &Problem, steps: u64) -> Found {
    let mut search = Search::new(problem);
    let mut is_proven = true;
    for goal in Goal::ALL {
        search.budget = Budget::new(if goal == Goal::Moved {
            steps.min(MOVED_STEPS)
        } else {
            steps
        });
        search.start(goal);
        if !search.is_at_floor() {
            search.descend();
        }
        is_proven &= goal == Goal::Moved || search.is_at_floor() || !search.budget.is_spent();
        if search.best.is_none() {
            break;
        }
    }
    Found {
        vehicles: search.best.map(|(_, vehicles)| vehicles),
        is_proven,
    }
}

/// What a step has to restore.
struct Undo {
    cost: Cost,
    bays: u32,
    is_new_vehicle: bool,
    is_new_compartment: bool,
}

struct Search<'a> {
    problem: &'a Problem,
    labels: Vec<u8>,
    goal: Goal,
    floor: u32,
    budget: Budget,
    best: Option<(Cost, Vec<Vehicle>)>,
    vehicles: Vec<Vehicle>,
    placed: Set,
    cost: Cost,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem) -> Self {
        Self {
            problem,
            labels: problem.labels(),
            goal: Goal::Vehicles,
            floor: 0,
            budget: Budget::new(0),
            best: None,
            vehicles: Vec::new(),
            placed: Set::default(),
            cost: Cost::default(),
        }
    }

    /// Empties the vehicles, but for those that lines are pinned to.
    fn start(&mut self, goal: Goal) {
        self.goal = goal;
        self.floor = self.floor();
        let is_pinned = |label: &&u8| {
            let on_it = |node: &&super::problem::Node| node.is_pinned && node.vehicle == **label;
            self.problem.nodes.iter().any(|node| on_it(&node))
        };
        self.vehicles = self
            .labels
            .iter()
            .filter(is_pinned)
            .map(|label| Vehicle::new(*label))
            .collect();
        self.placed = Set::default();
        self.cost = Cost::default();
        self.cost[Goal::Vehicles as usize] = self.vehicles.len() as u32;
    }

    fn descend(&mut self) {
        if !self.budget.spend() {
            return;
        }
        let Some((node, choices)) = self.next() else {
            return;
        };
        let Some(node) = node else { return self.record() };
        for choice in choices {
            let undo = self.put(node, choice);
            if self.is_promising(&self.cost) {
                self.descend();
            }
            self.take_back(node, choice, &undo);
            if self.is_at_floor() || self.budget.is_spent() {
                return;
            }
        }
    }

    fn record(&mut self) {
        let mut cost = self.cost;
        if self.goal < Goal::Bays {
            cost[Goal::Bays as usize] = 0;
            for vehicle in 0..self.vehicles.len() {
                cost[Goal::Bays as usize] += self.bays(vehicle);
            }
        }
        if self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
            self.best = Some((cost, self.vehicles.clone()));
        }
    }

    fn put(&mut self, node: usize, choice: Choice) -> Undo {
        let cost = self.cost;
        let is_new_vehicle = choice.vehicle == self.vehicles.len();
        if is_new_vehicle {
            self.vehicles.push(Vehicle::new(choice.label));
        }
        let vehicle = &mut self.vehicles[choice.vehicle];
        let is_new_compartment = choice.compartment == Some(vehicle.compartments.len());
        if is_new_compartment {
            vehicle.compartments.push(Set::default());
        }
        if let Some(compartment) = choice.compartment {
            vehicle.compartments[compartment].insert(node);
        }
        vehicle.on_board.insert(node);
        self.placed.insert(node);
        self.cost = std::array::from_fn(|goal| cost[goal] + choice.added[goal]);
        let bays = self.vehicles[choice.vehicle].bays;
        if self.goal >= Goal::Bays {
            let new = self.bays(choice.vehicle);
            self.vehicles[choice.vehicle].bays = new;
            // What was counted before is part of the cost, so this stays above zero.
            self.cost[Goal::Bays as usize] = self.cost[Goal::Bays as usize] + new - bays;
        }
        Undo {
            cost,
            bays,
            is_new_vehicle,
            is_new_compartment,
        }
    }

    fn take_back(&mut self, node: usize, choice: Choice, undo: &Undo) {
        self.cost = undo.cost;
        self.placed.remove(node);
        if undo.is_new_vehicle {
            self.vehicles.pop();
            return;
        }
        let vehicle = &mut self.vehicles[choice.vehicle];
        vehicle.bays = undo.bays;
        vehicle.on_board.remove(node);
        if undo.is_new_compartment {
            vehicle.compartments.pop();
        } else if let Some(compartment) = choice.compartment {
            vehicle.compartments[compartment].remove(node);
        }
    }

    /// The fewest bays of a vehicle as it is; more goods never need fewer.
    fn bays(&mut self, vehicle: usize) -> u32 {
        let bays = self.vehicles[vehicle].bays(self.problem, &mut self.budget);
        bays.iter().filter_map(|(_, bay)| *bay).max().unwrap_or(0).into()
    }
}

impl Vehicle {
    fn new(label: u8) -> Self {
        Self {
            label,
            on_board: Set::default(),
            compartments: Vec::new(),
            bays: 0,
        }
    }

    /// What is on board, and in which compartment where that matters.
    pub(super) fn spots(&self, problem: &Problem) -> Vec<Spot> {
        let spot = |node: usize| {
            let matters = problem.nodes[node].walls.meets(&self.on_board);
            let inside = |compartment: &Set| matters && compartment.contains(node);
            Spot {
                node,
                compartment: self.compartments.iter().position(inside),
            }
        };
        self.on_board.iter().map(spot).collect()
    }

    /// What is on board, and in which bay where that matters.
    pub(super) fn bays(&self, problem: &Problem, budget: &mut Budget) -> Vec<(Spot, Option<u8>)> {
        let spots = self.spots(problem);
        let is_positional = |spot: &Spot| problem.nodes[spot.node].bays.meets(&self.on_board);
        if !spots.iter().any(is_positional) {
            return spots.into_iter().map(|spot| (spot, None)).collect();
        }
        let bays = layout::bays(&spots, |node| problem.nodes[node].bays, budget);
        spots.into_iter().zip(bays).collect()
    }
}
