//! The best arrangement of a problem: branch and bound, one goal after the other.
//!
//! The first goal is fewest vehicles (graph colouring). Each further goal is improved while every earlier
//! one keeps the best value it has: conditions left open, walls between compartments, bays, lines moved.
//! The next node is always the one with the fewest places left (DSATUR). What is counted is steps, not time,
//! so that the answer is the same on every machine.

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

/// Where a node could go and what that would add to the cost, bays left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Choice {
    added: Cost,
    /// The place of the vehicle among those in use; one beyond them for a new one.
    vehicle: usize,
    label: u8,
    /// Nothing for a node that no compartment keeps from anything.
    compartment: Option<usize>,
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

    /// A value of the goal below which no arrangement can come.
    fn floor(&self) -> u32 {
        let best = |goal: Goal| self.best.as_ref().map_or(0, |(cost, _)| cost[goal as usize]);
        match self.goal {
            Goal::Vehicles => self.problem.clique(|node| node.apart).len() as u32,
            Goal::Walls if self.problem.most_compartments == usize::MAX => {
                let spaces = self.problem.clique(|node| node.apart.or(&node.walls)).len() as u32;
                spaces.saturating_sub(best(Goal::Vehicles))
            }
            _ => 0,
        }
    }

    fn is_at_floor(&self) -> bool {
        self.best
            .as_ref()
            .is_some_and(|(cost, _)| cost[self.goal as usize] <= self.floor)
    }

    /// Whether arrangements of this cost at the least are worth a look.
    fn is_promising(&self, cost: &Cost) -> bool {
        if cost[Goal::Vehicles as usize] as usize > self.problem.most_vehicles {
            return false;
        }
        let Some((best, _)) = &self.best else { return true };
        let goal = self.goal as usize;
        cost[goal] < best[goal] && (0..goal).all(|earlier| cost[earlier] <= best[earlier])
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

    /// The node with the fewest places left and these places, the best first; no node where all are placed.
    /// Nothing where what is left cannot lead to anything better.
    fn next(&self) -> Option<(Option<usize>, Vec<Choice>)> {
        let mut least = self.cost;
        let mut fewest: Option<(usize, usize)> = None;
        for node in (0..self.problem.nodes.len()).filter(|node| !self.placed.contains(*node)) {
            let (mut count, mut added) = (0, [u32::MAX; Goal::ALL.len()]);
            self.choices(node, |choice| {
                count += 1;
                added = std::array::from_fn(|goal| added[goal].min(choice.added[goal]));
            });
            if count == 0 {
                return None;
            }
            for goal in [Goal::Open, Goal::Moved] {
                least[goal as usize] += added[goal as usize];
            }
            for goal in [Goal::Vehicles, Goal::Walls] {
                let goal = goal as usize;
                least[goal] = least[goal].max(self.cost[goal] + added[goal]);
            }
            if fewest.is_none_or(|(fewest, _)| count < fewest) {
                fewest = Some((count, node));
            }
        }
        if !self.is_promising(&least) {
            return None;
        }
        let node = fewest.map(|(_, node)| node);
        let mut choices = Vec::new();
        if let Some(node) = node {
            self.choices(node, |choice| choices.push(choice));
        }
        choices.sort_unstable();
        Some((node, choices))
    }

    /// Every place for a node that could lead to something better.
    fn choices(&self, at: usize, mut each: impl FnMut(Choice)) {
        let node = &self.problem.nodes[at];
        let elsewhere = self.placed.and(&node.uncoupled);
        for (place, vehicle) in self.vehicles.iter().enumerate() {
            let is_barred = node.apart.meets(&vehicle.on_board)
                || !elsewhere.without(&vehicle.on_board).is_empty()
                || (node.is_pinned && node.vehicle != vehicle.label);
            if !is_barred {
                self.compartments(at, place, vehicle, &mut each);
            }
        }
        if !node.is_pinned && elsewhere.is_empty() {
            self.new_vehicles(at, &mut each);
        }
    }

    fn compartments(&self, at: usize, place: usize, vehicle: &Vehicle, each: &mut impl FnMut(Choice)) {
        let node = &self.problem.nodes[at];
        let mut choice = Choice {
            added: Cost::default(),
            vehicle: place,
            label: vehicle.label,
            compartment: None,
        };
        if vehicle.label != node.vehicle {
            choice.added[Goal::Moved as usize] = node.weight();
        }
        let asked = node.weight() * self.problem.weight(&vehicle.on_board.and(&node.asked));
        choice.added[Goal::Open as usize] = asked;
        if node.walls.is_empty() {
            return self.if_promising(choice, each);
        }
        let mut best: Option<Choice> = None;
        let count = vehicle.compartments.len();
        for compartment in 0..(count + 1).min(self.problem.most_compartments) {
            let inside = vehicle.compartments.get(compartment).copied().unwrap_or_default();
            choice.compartment = Some(compartment);
            choice.added[Goal::Open as usize] =
                asked + node.weight() * self.problem.weight(&inside.and(&node.walls));
            choice.added[Goal::Walls as usize] = u32::from(compartment == count && count > 0);
            if self.goal > Goal::Vehicles {
                self.if_promising(choice, each);
            } else if best.is_none_or(|best| choice < best) {
                best = Some(choice);
            }
        }
        if let Some(best) = best {
            self.if_promising(best, each);
        }
    }

    /// A new vehicle; which of the numbers it gets matters only for what counts as moved.
    fn new_vehicles(&self, at: usize, each: &mut impl FnMut(Choice)) {
        let node = &self.problem.nodes[at];
        let is_free = |label: &u8| self.vehicles.iter().all(|vehicle| vehicle.label != *label);
        let further = (1..=u8::MAX).find(|label| is_free(label) && !self.labels.contains(label));
        let own = Some(node.vehicle).filter(is_free);
        let others = self
            .labels
            .iter()
            .copied()
            .filter(|label| is_free(label) && *label != node.vehicle);
        let all = own.into_iter().chain(others).chain(further);
        for label in all.take(if self.goal < Goal::Moved { 1 } else { usize::MAX }) {
            let mut choice = Choice {
                added: Cost::default(),
                vehicle: self.vehicles.len(),
                label,
                compartment: (!node.walls.is_empty()).then_some(0),
            };
            choice.added[Goal::Vehicles as usize] = 1;
            if label != node.vehicle {
                choice.added[Goal::Moved as usize] = node.weight();
            }
            self.if_promising(choice, each);
        }
    }

    fn if_promising(&self, choice: Choice, each: &mut impl FnMut(Choice)) {
        let cost = std::array::from_fn(|goal| self.cost[goal] + choice.added[goal]);
        if self.is_promising(&cost) {
            each(choice);
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
