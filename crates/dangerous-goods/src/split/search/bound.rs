//! What is worth a look: the bounds below which no cost can come, and the places a node could go to.

use super::{Cost, Goal, Search, Vehicle};

/// Where a node could go and what that would add to the cost, bays left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice {
    pub(super) added: Cost,
    /// The place of the vehicle among those in use; one beyond them for a new one.
    pub(super) vehicle: usize,
    pub(super) label: u8,
    /// Nothing for a node that no compartment keeps from anything.
    pub(super) compartment: Option<usize>,
}

impl Search<'_> {
    /// A value of the goal below which no arrangement can come.
    pub(super) fn floor(&self) -> u32 {
        let best = |goal: Goal| self.best.as_ref().map_or(0, |(cost, _)| cost[goal as usize]);
        match self.goal {
            Goal::Vehicles => {
                let apart = self.problem.clique(|node| node.apart).len();
                apart.max(self.problem.vehicles_for_room()) as u32
            }
            Goal::Walls if self.problem.most_compartments == usize::MAX => {
                let spaces = self.problem.clique(|node| node.apart.or(&node.walls)).len() as u32;
                spaces.saturating_sub(best(Goal::Vehicles))
            }
            _ => 0,
        }
    }

    pub(super) fn is_at_floor(&self) -> bool {
        self.best
            .as_ref()
            .is_some_and(|(cost, _)| cost[self.goal as usize] <= self.floor)
    }

    /// Whether arrangements of this cost at the least are worth a look.
    pub(super) fn is_promising(&self, cost: &Cost) -> bool {
        if cost[Goal::Vehicles as usize] as usize > self.problem.most_vehicles {
            return false;
        }
        let Some((best, _)) = &self.best else { return true };
        let goal = self.goal as usize;
        cost[goal] < best[goal] && (0..goal).all(|earlier| cost[earlier] <= best[earlier])
    }

    /// The node with the fewest places left and these places, the best first; no node where all are placed.
    /// Nothing where what is left cannot lead to anything better.
    pub(super) fn next(&self) -> Option<(Option<usize>, Vec<Choice>)> {
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
                || (node.is_pinned && node.vehicle != vehicle.label)
                || !self.problem.has_room(node, &vehicle.on_board);
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
}
