//! What is to be arranged, without any law in it: nodes, and which of them keep apart how.

use super::set::Set;

/// Lines that keep apart from the same others, and so may as well stand together.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Positions of its lines in the load.
    pub(super) lines: Vec<usize>,
    /// The vehicle the lines are on.
    pub(super) vehicle: u8,
    /// Whether they have to stay there.
    pub(super) is_pinned: bool,
    /// The nodes it may not share a vehicle with.
    pub(super) apart: Set,
    /// The nodes it may not be coupled to on another vehicle.
    pub(super) uncoupled: Set,
    /// The nodes that another compartment keeps from it.
    pub(super) walls: Set,
    /// The nodes that two bays between keep from it.
    pub(super) bays: Set,
    /// The nodes beside which a condition is left whatever the compartments and bays.
    pub(super) asked: Set,
    /// How much it takes of what a vehicle has room for; nothing where all nodes have room on one.
    pub(super) room: u64,
}

impl Node {
    pub(super) fn weight(&self) -> u32 {
        self.lines.len() as u32
    }

    /// Everything it keeps apart from, and how.
    pub(super) fn keeps_from(&self) -> [Set; 5] {
        [self.apart, self.uncoupled, self.walls, self.bays, self.asked]
    }
}

/// Nodes and limits.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) nodes: Vec<Node>,
    pub(super) most_vehicles: usize,
    pub(super) most_compartments: usize,
    /// The room of a vehicle.
    pub(super) most_room: u64,
}

impl Problem {
    /// The vehicles there are, ascending.
    pub(super) fn labels(&self) -> Vec<u8> {
        let mut labels: Vec<u8> = self.nodes.iter().map(|node| node.vehicle).collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// The weight of those of the nodes in a set.
    pub(super) fn weight(&self, nodes: &Set) -> u32 {
        nodes.iter().map(|node| self.nodes[node].weight()).sum()
    }

    /// Whether a node has room beside those of a set.
    pub(super) fn has_room(&self, node: &Node, on_board: &Set) -> bool {
        let taken = || on_board.iter().map(|node| self.nodes[node].room).sum::<u64>();
        node.room == 0 || taken() + node.room <= self.most_room
    }

    /// How many vehicles have room for all nodes, at the least: for all they take together, and for those of which
    /// so many and no more have room on one.
    pub(super) fn vehicles_for_room(&self) -> usize {
        let most = self.most_room.max(1);
        let all: u64 = self.nodes.iter().map(|node| node.room).sum();
        // No more than there are nodes, as each has room on a vehicle of its own.
        let together = all.div_ceil(most) as usize;
        let at_most = |few: usize| {
            let is_large = |node: &&Node| node.room * (few as u64 + 1) > most;
            self.nodes.iter().filter(is_large).count().div_ceil(few)
        };
        (1..=self.nodes.len())
            .map(at_most)
            .max()
            .unwrap_or(0)
            .max(together)
    }

    /// Nodes that all keep apart from each other by the relation, as many as a quick look finds: so many
    /// places are needed at the least.
    pub(super) fn clique(&self, relation: impl Fn(&Node) -> Set) -> Vec<usize> {
        let mut largest = Vec::new();
        for (start, node) in self.nodes.iter().enumerate() {
            let mut clique = vec![start];
            let mut common = relation(node);
            while let Some(next) = common.iter().max_by_key(|&next| {
                (
                    relation(&self.nodes[next]).and(&common).len(),
                    std::cmp::Reverse(next),
                )
            }) {
                clique.push(next);
                common = common.and(&relation(&self.nodes[next]));
            }
            if clique.len() > largest.len() {
                largest = clique;
            }
        }
        largest
    }
}
